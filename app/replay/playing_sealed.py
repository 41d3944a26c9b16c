"""One real tender as a sealed one: draft, approval, answers, packages in random order, close, opening, ranking.

The minimum price is a parameter of the tender, published with it; a price below it is refused at the opening, as the
buyer refused it then. Packages go by PUT and over the websocket in turn: both doors are the same door.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from app.client.caller import CallError
from app.client.sealed_room import SealedBidder, enter_sealed_room
from app.client.sealer import Offer
from app.infra.web import instant_text
from app.replay.people import CATEGORY, Bidder, Staff
from app.replay.playing import Played, lot_of, sleep_until
from app.replay.records import RealBid, RealTender

# From the draft to the answers' deadline: five calls, and one for each supplier, on a busy machine.
TIME_TO_ANSWER: Final = timedelta(seconds=20)
TIME_TO_SEAL: Final = timedelta(seconds=14)
# The drain after the close, the opening and the ranking.
TIME_TO_OPEN: Final = timedelta(seconds=3)
RANKING_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 1.0


async def play_sealed_tender(
    real: RealTender, staff: Staff, bidders: Mapping[str, Bidder], dice: random.Random, *, patience: int = 1
) -> Played:
    """Run one tender; ``patience`` multiplies every waiting time, for a second try on a busy machine.

    Raises CallError, PackageRefusedError, SealingError, TimeoutError or ConnectionError if the service does not do its
    part.
    """
    now = datetime.now(UTC)  # noqa: TID251 - an outside client with a wall clock
    due_at = now + TIME_TO_ANSWER * patience
    opens_at = due_at + timedelta(seconds=1)
    closes_at = opens_at + TIME_TO_SEAL * patience
    mine = {bid.supplier: bidders[bid.supplier] for bid in real.bids}
    tender = await _publish(real, staff, mine, [due_at, opens_at, closes_at])
    if not mine:
        return Played(tender["id"], None, None, (), {})
    answer = {"response": "accept", "version": 1}
    await asyncio.gather(*(one.caller.post(f"/tenders/{tender['id']}/response", answer) for one in mine.values()))
    await sleep_until(opens_at)
    sealed = await _seal_all(real.bids, tender["sealed_round_id"], mine, dice)
    await sleep_until(closes_at + TIME_TO_OPEN)
    ranking = await _ranking(staff, tender["id"], patience)
    await _look_into_manifest(list(sealed.values()))
    rows = tuple((row["rank"], int(row["amount"])) for lot in ranking["lots"] for row in lot["rows"])
    refused = await _refused(staff, tender["id"], sealed)
    if not rows:
        return Played(tender["id"], None, None, rows, refused)
    best = [bid.supplier for bid in real.bids if bid.amount == rows[0][1]]
    # Before the names are unsealed a bidder alone knows that an amount is its own; of equal ones the service is asked.
    winner = best[0] if len(best) == 1 else await _unsealed_winner(staff, tender["id"], ranking, best)
    return Played(tender["id"], winner, rows[0][1], rows, refused)


async def _publish(
    real: RealTender, staff: Staff, mine: Mapping[str, Bidder], times: Sequence[datetime]
) -> dict[str, Any]:
    title = f"{real.id} {real.title}"[:150]
    made = await staff.purchaser.post(
        "/tenders", {"template": "sealed", "title_zh": title, "title_en": title, "category": CATEGORY}
    )
    path = f"/tenders/{made['id']}"
    tender: dict[str, Any] = await staff.purchaser.get(path)
    due_at, opens_at, closes_at = map(instant_text, times)
    draft = tender["draft"] | {"version": tender["version"], "currency": "JPY", "min_bidders": 1, "min_grade": "A"}
    reason = "Bidder of the historical tender"
    minimum = "" if real.minimum is None else str(real.minimum)
    draft |= {
        "response_due": due_at,
        "outside": [{"supplier_id": one.id, "reason": reason} for one in mine.values()],
        "lots": [lot_of(real, title) | {"minimum_price": minimum}],
    }
    draft["sealed"] |= {"opens_at": opens_at, "closes_at": closes_at, "extension_s": 0}
    saved = await staff.purchaser.put(path, draft)
    submitted = await staff.purchaser.post(f"{path}/submit", {"version": saved["version"]})
    await staff.approver.post(f"/approvals/{submitted['proposal_id']}/decision", {"verdict": "approve"})
    return tender | {"sealed_round_id": (await staff.purchaser.get(path))["sealed_round_id"]}


async def _seal_all(
    bids: Sequence[RealBid], round_id: str, mine: Mapping[str, Bidder], dice: random.Random
) -> dict[str, SealedBidder]:
    """Everybody hands in one package, in random order, by one of the two doors."""
    order = list(bids)
    dice.shuffle(order)
    await _until_open(mine[order[0].supplier], round_id)
    sealed = {}
    for bid in order:
        one = SealedBidder(mine[bid.supplier].caller, round_id)
        if dice.random() < 0.5:
            await one.hand_in(Offer(str(bid.amount)))
        else:
            async with enter_sealed_room(one.caller, round_id) as room:
                await one.hand_in(Offer(str(bid.amount)), room=room)
        sealed[bid.supplier] = one
    return sealed


async def _until_open(bidder: Bidder, round_id: str) -> None:
    """Timers announce: the service fixes the round's key policy and opens it within some turns of its timekeeper."""
    async with asyncio.timeout(RANKING_SECONDS):
        while True:
            try:
                if (await bidder.caller.get(f"/rounds/{round_id}/sealed"))["status"] == "open":
                    return
            except CallError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise
            await asyncio.sleep(LOOK_SECONDS / 2)


async def _look_into_manifest(sealed: Sequence[SealedBidder]) -> None:
    """One bidder looks for its package in the manifest, as every supplier's page does for its own."""
    if not await sealed[0].is_in_manifest():
        raise ConnectionError("a receipted package is not in the manifest of the close")


async def _ranking(staff: Staff, tender_id: str, patience: int) -> dict[str, Any]:
    async with asyncio.timeout(RANKING_SECONDS * patience):
        while True:
            tender = await staff.purchaser.get(f"/tenders/{tender_id}")
            if tender["state"] == "unsuccessful":
                return {"lots": []}
            if tender["state"] == "evaluation":
                ranking: dict[str, Any] = await staff.purchaser.get(f"/tenders/{tender_id}/ranking")
                if ranking["lots"]:
                    return ranking
            await asyncio.sleep(LOOK_SECONDS)


async def _refused(staff: Staff, tender_id: str, sealed: Mapping[str, SealedBidder]) -> dict[str, str]:
    """Whose price did not count and by which rule: read in the auditor's opening record by each bidder's package."""
    (record,) = (await staff.auditor.get(f"/tenders/{tender_id}/opening"))["records"]
    results = {one["package"]: one["result"] for one in record["document"]["results"]}
    found = {name: results[one.packages[-1].digest] for name, one in sealed.items()}
    return {name: result.removeprefix("refused:") for name, result in found.items() if result != "opened"}


async def _unsealed_winner(staff: Staff, tender_id: str, ranking: Mapping[str, Any], best: Sequence[str]) -> str:
    """Decide for the first of the ranking, approve, unseal, and read whose it is."""
    path = f"/tenders/{tender_id}"
    choices = [{"lot_id": lot["lot_id"], "label": lot["rows"][0]["label"], "reason": ""} for lot in ranking["lots"]]
    proposed = await staff.purchaser.post(f"{path}/decision", {"choices": choices})
    await staff.approver.post(f"/approvals/{proposed['proposal_id']}/decision", {"verdict": "approve"})
    asked = await staff.purchaser.post(f"{path}/unsealing")
    await staff.approver.post(f"/approvals/{asked['proposal_id']}/decision", {"verdict": "approve"})
    (lot,) = (await staff.purchaser.get(f"{path}/result"))["lots"]
    name = lot["unsealed"][0]["name_en"]
    return next(each for each in best if name == f"Supplier {each}")
