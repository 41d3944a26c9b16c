"""One real tender through the service: draft, approval, answers, live round with bids in random order, close,
ranking."""

import asyncio
import random
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.client.room import Room, enter_room
from app.infra.web import instant_text
from app.replay.people import CATEGORY, Bidder, Staff
from app.replay.records import RealTender

# From the draft to the answers' deadline: five calls, and one for each supplier, on a busy machine.
TIME_TO_ANSWER = timedelta(seconds=25)
TIME_TO_ENTER = timedelta(seconds=3)
DURATION_SECONDS = 15
RANKING_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Played:
    """What the service made of a tender."""

    tender_id: str
    winner: str | None
    amount: int | None
    ranking: tuple[tuple[int, int], ...]
    refused: Mapping[str, str]


async def play_tender(
    real: RealTender, staff: Staff, bidders: Mapping[str, Bidder], dice: random.Random, *, patience: int = 1
) -> Played:
    """Run one tender; ``patience`` multiplies every waiting time, for a second try on a busy machine.

    Raises CallError, TimeoutError or ConnectionError if the service does not do its part.
    """
    now = datetime.now(UTC)  # noqa: TID251 - an outside client with a wall clock
    due_at = now + TIME_TO_ANSWER * patience
    opens_at = due_at + TIME_TO_ENTER
    mine = {bid.supplier: bidders[bid.supplier] for bid in real.bids}
    tender = await _publish(real, staff, mine, due_at=due_at, opens_at=opens_at)
    if not mine:
        return Played(tender["id"], None, None, (), {})
    answer = {"response": "accept", "version": 1}
    await asyncio.gather(*(one.caller.post(f"/tenders/{tender['id']}/response", answer) for one in mine.values()))
    await sleep_until(opens_at)
    ranks, refused = await _bid(real, tender["round_id"], mine, dice, patience)
    ranking = await _ranking(staff, tender["id"])
    rows = tuple((row["rank"], int(row["amount"])) for lot in ranking["lots"] for row in lot["rows"])
    winner = next((name for name, rank in ranks.items() if rank == 1), None)
    amount = rows[0][1] if rows else None
    return Played(tender["id"], winner if rows else None, amount, rows, refused)


async def _publish(
    real: RealTender, staff: Staff, mine: Mapping[str, Bidder], *, due_at: datetime, opens_at: datetime
) -> dict[str, Any]:
    title = f"{real.id} {real.title}"[:150]
    made = await staff.purchaser.post(
        "/tenders", {"template": "quick", "title_zh": title, "title_en": title, "category": CATEGORY}
    )
    path = f"/tenders/{made['id']}"
    tender: dict[str, Any] = await staff.purchaser.get(path)
    draft = tender["draft"] | {"version": tender["version"], "currency": "JPY", "min_bidders": 1, "min_grade": "A"}
    reason = "Bidder of the historical tender"
    draft |= {
        "response_due": instant_text(due_at),
        "outside": [{"supplier_id": one.id, "reason": reason} for one in mine.values()],
        "lots": [lot_of(real, title)],
    }
    draft["rules"] |= {
        "opens_at": instant_text(opens_at),
        "duration_s": DURATION_SECONDS,
        "soft_close": None,
        "step": draft["rules"]["step"] | {"measure": "money", "size": "1"},
        "change_limit": None,
    }
    saved = await staff.purchaser.put(path, draft)
    submitted = await staff.purchaser.post(f"{path}/submit", {"version": saved["version"]})
    await staff.approver.post(f"/approvals/{submitted['proposal_id']}/decision", {"verdict": "approve"})
    return tender


def lot_of(real: RealTender, title: str) -> dict[str, Any]:
    """The only lot of a replayed tender, in whole yen; its ceiling is history's reserve price."""
    return {
        "title_zh": title,
        "title_en": title,
        "scale": 0,
        "basis": "total",
        "quantity": "1",
        "unit": "job",
        "ceiling_price": str(real.reserve),
    }


async def _bid(
    real: RealTender, round_id: str, mine: Mapping[str, Bidder], dice: random.Random, patience: int
) -> tuple[dict[str, int | None], dict[str, str]]:
    """Every bidder enters and bids once, in random order; final own ranks, and the codes of refused bids."""
    refused: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        rooms: dict[str, Room] = {}
        for name, one in mine.items():
            rooms[name] = await stack.enter_async_context(enter_room(one.caller, round_id))
        await _until(rooms, "open", patience)
        order = list(real.bids)
        dice.shuffle(order)
        for bid in order:
            room = rooms[bid.supplier]
            (lot_id,) = room.lots
            frame = await room.bid(lot_id, str(bid.amount))
            if frame["type"] == "refused":
                refused[bid.supplier] = frame["code"]
        await _until(rooms, "closed", patience)
        ranks = {name: next(iter(room.lots.values()))["rank"] for name, room in rooms.items()}
    return ranks, refused


async def _until(rooms: Mapping[str, Room], status: str, patience: int) -> None:
    async with asyncio.timeout(DURATION_SECONDS * 4 * patience):
        for room in rooms.values():
            while not room.is_closed and any(lot["status"] != status for lot in room.lots.values()):
                await room.next_frame()


async def _ranking(staff: Staff, tender_id: str) -> dict[str, Any]:
    async with asyncio.timeout(RANKING_SECONDS):
        while True:
            tender = await staff.purchaser.get(f"/tenders/{tender_id}")
            if tender["state"] == "unsuccessful":
                return {"lots": []}
            if tender["state"] == "evaluation":
                ranking: dict[str, Any] = await staff.purchaser.get(f"/tenders/{tender_id}/ranking")
                if ranking["lots"]:
                    return ranking
            await asyncio.sleep(0.5)


async def sleep_until(at: datetime) -> None:
    """Wait for an instant of the wall clock."""
    now = datetime.now(UTC)  # noqa: TID251 - an outside client with a wall clock
    await asyncio.sleep(max((at - now).total_seconds(), 0))
