"""A tender of a test's own, for which no robot bids: a pause would stop the demo's rounds for everybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.demo import tenders
from app.demo.cast import CARTONS, STAFF, SUPPLIERS
from app.demo.seats import LiveSeats
from app.demo.tenders import INVITED, Timetable
from tests.browser.service import Service

PURCHASER = STAFF[0]
# Those for whom no robot bids: enough of them that the round opens.
PEOPLE = (3, 8, 10)
BIDDER = next(seat for seat in SUPPLIERS if seat.number == PEOPLE[0])
SILENT = tuple(seat.number for seat in INVITED if seat.number not in PEOPLE)
ROUND = timedelta(minutes=6)


def times(*, answer_in: timedelta, opens_after: timedelta) -> Timetable:
    """Answers due soon, the round a while later."""
    due_at = datetime.now(UTC) + answer_in  # noqa: TID251 - a person's watch
    return Timetable(due_at, due_at + opens_after, ROUND)


async def publish(service: Service, title: str, timetable: Timetable, **draft: Any) -> str:
    """A published tender under a title of its own; ``draft``: what its draft says otherwise."""
    seats = LiveSeats(service.url)
    async with seats.seat(PURCHASER.seat) as purchaser:
        made = await tenders.draft(purchaser, replace(CARTONS, title_zh=title, title_en=title), timetable)
        tender = await purchaser.get(f"/tenders/{made}")
        if draft:
            await purchaser.put(f"/tenders/{made}", tender["draft"] | draft | {"version": tender["version"]})
            tender = await purchaser.get(f"/tenders/{made}")
        submitted = await purchaser.post(f"/tenders/{made}/submit", {"version": tender["version"]})
    await seats.approve(submitted["proposal_id"])
    return made
