"""How far a committee's opening has come: seats by title, no names; for members, staff of the tender and its suppliers.

Nothing tells a supplier how many lie in the box, and nobody but the members how many passed: that comes with the prices
(VISIBILITY.md d14, d56).
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.domain.approving import ProposalKind
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code
from app.domain.sealing.releases import Due
from app.domain.sealing.rules import TECHNICAL
from app.domain.visibility import Datum, Role, may_see
from app.identity.access import Actor, reach_tender
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import list_of_kind
from app.sealed_rounds import committee_store, recovery_store, release_store, store
from app.sealed_rounds.bidders import HATS
from app.sealed_rounds.progress import find_done
from app.sealed_rounds.recovery_store import Recovery
from app.sealed_rounds.releasing import find_releases, load_due
from app.sealed_rounds.store import SealedRound
from app.tenders import store as tenders_store


async def read_progress(world: World, actor: Actor, round_id: str) -> dict[str, Any]:
    """The progress; the one 404 for whoever has no seat and no hat in the tender."""
    async with world.db.snapshot() as tx:
        held = await store.load_round(tx, round_id)
        now = await committee_store.find_committee(tx, round_id)
        own = None if now is None else now.seat_of(actor.account_id)
        hat = None if own is not None else await reach_tender(tx, actor, held.tender_id, *HATS)
        if held.rules.committee is None:
            raise not_found()
        due = await load_due(tx, held)
        seats = {} if due is None else await release_store.list_seats(tx, round_id, due.envelope.value)
        asked = None if due is None else await recovery_store.find_recovery(tx, round_id, due.envelope.value)
        done = 0 if due is None else await find_done(tx, round_id, due.envelope.value)
        given = [] if asked is None else await recovery_store.list_given(tx, asked)
        false = [] if due is None else await _list_false(tx, held)
        is_purchaser = hat is Role.PURCHASER
        is_quorate = is_purchaser and due is not None and await find_releases(world, tx, held, due) is not None
        proposal = await _find_proposal(world, tx, held)
        phases = (await tenders_store.load_tender(tx, held.tender_id)).visited
    committee = held.rules.committee
    is_told = hat is None or (
        due is not None and due.envelope.value == TECHNICAL and may_see((hat,), phases, Datum.PACKAGE_COUNT)
    )
    counts = due is not None and is_told
    return {
        "round_id": round_id,
        "tender_id": held.tender_id,
        "custody": held.rules.custody.value,
        "status": held.status.value,
        "envelope": None if due is None else due.envelope.value,
        "step": _step(held, due, asked, len(seats)),
        "k": committee.k,
        "n": len(committee.seats),
        "seats": [
            {"seat": number, "title": title, "has_released": number in seats, "false": false.count(number)}
            for number, title in enumerate(committee.seats, start=1)
        ],
        "released": len(seats),
        "own_seat": None if own is None else own.seat,
        "packages": len(due.headers) if counts and due is not None else None,
        "done": min(done, len(due.headers)) if counts and due is not None else None,
        "recovery": None if asked is None else _recovery(asked, len(given), counts=counts),
        "can_recover": is_purchaser and due is not None and asked is None and not is_quorate and proposal is None,
        "proposal_id": proposal if hat is not Role.SUPPLIER else None,
    }


def _recovery(asked: Recovery, given: int, *, counts: bool) -> dict[str, Any]:
    return {"ends_at": instant_text(asked.ends_at), "given": given if counts else None}


async def _list_false(tx: AsyncConnection, held: SealedRound) -> list[int]:
    """The seats whose releases were refused because they were false, each as often as it was."""
    told = await list_of_kind(tx, chain=held.chain, kind=Kind.RELEASES_REFUSED)
    return [each.data["seat"] for each in told if each.data.get("code") == Code.RELEASE_FALSE]


async def _find_proposal(world: World, tx: AsyncConnection, held: SealedRound) -> str | None:
    last = await approval_store.find_latest(tx, kind=ProposalKind.RECOVERY, subject_id=held.tender_id)
    return last.id if last is not None and last.pending.waits(world.clock.now()) else None


def _step(held: SealedRound, due: Due | None, asked: Recovery | None, released: int) -> str:
    if due is None:
        return "none" if held.prices_opened_at is None else "done"
    if held.altered_at is not None:
        return "copies"
    assert held.rules.committee is not None, "something is due of a committee alone"
    if released >= held.rules.committee.k:
        return "opening"
    return "members" if asked is None else "bidders"
