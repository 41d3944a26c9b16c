"""What a recommendation report tells of the decision room: the panel's word, inquiries, the adopted scenario (DR-07).

Evaluators stand by their number in the order of naming, as on the page for signatures; of a supplier's answer only that
there is one, and the digest the journal has: its text is for those who decide on it.
"""

from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.report_ranking import Sources
from app.award.room_acts import load_room
from app.award.splitting_store import find_adopted
from app.domain.awarding import rankings_data
from app.domain.confirming import Ballot, Vote
from app.domain.cutting import cuts_from_data
from app.domain.money import format_amount
from app.domain.recommending import shown_at
from app.domain.shortlisting import make_shortlist
from app.evaluation.inquiry_store import Inquiry, list_inquiries
from app.infra.world import World


async def panel_data(tx: AsyncConnection, made: Sources) -> dict[str, Any] | None:
    """Confirmations, votes and cuts; None where no panel had to be asked."""
    room = await load_room(tx, made.tender)
    standing = room.standing
    if not room.is_due or standing.proposed is None or room.rules is None:
        return None
    by_lot, cuts = {each.lot_id: each for each in room.rankings}, []
    for cut in cuts_from_data(standing.proposed.data["cuts"]):
        by_rule = make_shortlist(cut.lot_id, by_lot[cut.lot_id].rows, room.rules.shortlist).labels
        notes = [{"label": row.label, "text": cut.notes[row.label]}
                 for row in by_lot[cut.lot_id].rows if row.label in cut.notes]  # fmt: skip
        told = {"labels": list(cut.labels), "by_rule": list(by_rule), "reason": cut.reason, "notes": notes}
        cuts.append({"lot": made.numbers[cut.lot_id], **told})
    return {
        "members": len(standing.ballots),
        "votes": {vote.value: standing.count(vote) for vote in Vote},
        "ballots": [_ballot(number, each) for number, each in enumerate(standing.ballots, start=1)],
        "cuts": sorted(cuts, key=lambda each: each["lot"]),
        "locked_at": None if standing.locked is None else shown_at(standing.locked.at),
        "digest": standing.proposed.digest,
    }


def _ballot(number: int, ballot: Ballot) -> dict[str, Any]:
    confirmed, voted = ballot.confirmed_at, ballot.voted_at
    return {
        "member": number,
        "confirmed_at": None if confirmed is None else shown_at(confirmed),
        "vote": None if ballot.vote is None else ballot.vote.value,
        "reason": ballot.reason,
        "voted_at": None if voted is None else shown_at(voted),
    }


async def inquiries_data(world: World, tx: AsyncConnection, made: Sources) -> list[dict[str, Any]]:
    """The prices that looked abnormally low, in order of the lots: the tests failed, what was asked, what decided."""
    scales = {each.lot.id: each.lot.scale for each in made.sheet.lots}
    asked = [each for each in await list_inquiries(world, tx, made.tender.id) if each.lot_id in scales]
    ordered = sorted(asked, key=lambda each: (made.numbers[each.lot_id], each.label))
    return [_inquiry(each, made.numbers[each.lot_id], scales[each.lot_id]) for each in ordered]


def _inquiry(each: Inquiry, lot: int, scale: int) -> dict[str, Any]:
    return {
        "lot": lot,
        "label": each.label,
        "amount": format_amount(each.amount, scale),
        "tests": [dict(test) for test in each.tests],
        "question": each.question,
        "asked_at": shown_at(each.asked_at),
        "due_at": shown_at(each.due_at),
        "answer": None if each.answer is None else sha256(each.answer.encode()).hexdigest(),
        "verdict": None if each.verdict is None else each.verdict.value,
        "reason": each.reason or "",
    }


async def scenario_data(tx: AsyncConnection, made: Sources) -> dict[str, Any] | None:
    """The adopted award scenario, by label; None without one, or where it was computed on rankings that have gone."""
    adopted = await find_adopted(tx, made.tender.id)
    rankings = [each.ranking.official for each in made.sheet.lots]
    if adopted is None or adopted.adopted_at is None or list(adopted.rankings) != rankings_data(rankings):
        return None
    award = adopted.document["award"]
    parts = ("label", "share", "cost")
    lots = [
        {"lot": made.numbers[lot["lot"]], "parts": [{name: part[name] for name in parts} for part in lot["parts"]]}
        for lot in award["lots"]
    ]
    return {
        "number": adopted.number,
        "digest": adopted.digest,
        "adopted_at": shown_at(adopted.adopted_at),
        "cost": award["cost"],
        "sole_best": award["sole_best"],
        "quality": award["quality"],
        "lots": sorted(lots, key=lambda lot: lot["lot"]),
    }
