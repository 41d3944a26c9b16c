"""Keeps the live rounds and one sealed round going while the demo runs, over the public interfaces: when one is over,
the next of its kind is opened."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from httpx import HTTPError

from app.client.caller import Caller, CallError
from app.demo import sealed_tenders, showcases, tenders
from app.demo.cast import COMPRESSORS, TenderScript
from app.demo.sealed_cast import SHEETS
from app.demo.sealed_tenders import SealedTimes
from app.demo.seats import LiveSeats, Seats
from app.demo.tenders import Timetable

log = logging.getLogger("bidroom.demo")
LOOK_SECONDS = 5.0
# From publication: ten people answer in about a second each on a busy machine.
TIME_TO_ANSWER = timedelta(seconds=20)
# Why the service itself pauses a lot.
OUTAGES = ("outage", "clock_jump")
GONE_STATES = ("evaluation", "awarded", "unsuccessful", "cancelled", "draft", "approved")


def live_scripts(*, has_showcases: bool) -> Mapping[str, TenderScript]:
    """The tenders of which one is always live, by title: the large one, and the small ones of other rules."""
    small = showcases.SHOWCASES if has_showcases else ()
    return {script.title_zh: script for script in (COMPRESSORS, *(case.script for case in small))}


def live_times(now: datetime, *, is_fast: bool, answered: bool, script: TenderScript = COMPRESSORS) -> Timetable:
    """Times of a live tender that opens as soon as it can; ``answered``: the answers lie in the past already.

    The fast demo shortens the rules (20 s window, 4 minutes); it never scales the clock.
    """
    due_at = now - timedelta(minutes=20) if answered else now + TIME_TO_ANSWER
    case = showcases.BY_TITLE.get(script.title_zh)
    # Robots need a moment to come; in some formats whoever misses the beginning is out.
    soon = timedelta(seconds=4 if case is None else 15)
    opens_at = now + soon if answered else due_at + soon
    if case is not None:
        return showcases.times_of(case, due_at, opens_at, is_fast=is_fast)
    if is_fast:
        return Timetable(due_at, opens_at, timedelta(minutes=4), timedelta(seconds=20), timedelta(seconds=40))
    return Timetable(due_at, opens_at, timedelta(minutes=25))


def sealed_open_time(*, is_fast: bool) -> timedelta:
    """How long a sealed round of the demo takes packages; the fast one is over in the time of a visit."""
    return timedelta(minutes=20) if is_fast else timedelta(days=2)


async def keep_live_round(base_url: str, *, is_fast: bool, has_showcases: bool) -> None:
    """Open a new live tender of each kind whenever none is running or about to; for ever."""
    seats, scripts = LiveSeats(base_url), live_scripts(has_showcases=has_showcases)
    while True:
        try:
            # One seat for all its looks: each taking of a seat is an entry in the journal that people read.
            async with seats.seat("staff-1-purchaser") as purchaser:
                await _keep(seats, purchaser, scripts, is_fast=is_fast)
        except (OSError, CallError, TimeoutError, HTTPError) as error:
            log.info("the keeper tries again: %s", error)
        await asyncio.sleep(LOOK_SECONDS)


async def _keep(seats: Seats, purchaser: Caller, scripts: Mapping[str, TenderScript], *, is_fast: bool) -> None:
    while True:
        items = (await purchaser.get("/tenders"))["items"]
        if not any(_is_sealing(item) for item in items):
            await _open_sealed(seats, is_fast=is_fast)
        live = [item for item in items if item["title_zh"] in scripts and item["state"] not in GONE_STATES]
        for item in live:
            if item["phase"] == "L":
                await _resume_after_outage(purchaser, item["round_id"])
        for title in scripts.keys() - {item["title_zh"] for item in live}:
            now = datetime.now(UTC)  # noqa: TID251 - an outside client with a wall clock
            script = scripts[title]
            times = live_times(now, is_fast=is_fast, answered=False, script=script)
            await tenders.accept(seats, await tenders.publish(seats, script, times))
        await asyncio.sleep(LOOK_SECONDS)


async def _open_sealed(seats: Seats, *, is_fast: bool) -> None:
    """The next sealed round, its panel called; who fails or is cancelled leaves room for another."""
    now = datetime.now(UTC)  # noqa: TID251 - an outside client with a wall clock
    due_at = now + TIME_TO_ANSWER
    opens_at = due_at + timedelta(seconds=4)
    closes_at = opens_at + sealed_open_time(is_fast=is_fast)
    times = SealedTimes(due_at, opens_at, closes_at, closes_at + timedelta(days=4))
    tender_id = await sealed_tenders.publish(seats, SHEETS, times)
    await sealed_tenders.call_panel(seats, tender_id)
    await tenders.accept(seats, tender_id)


async def _resume_after_outage(purchaser: Caller, round_id: str) -> None:
    """After a restart the lots that ran are paused, as the rules want; the demo's purchaser lets them go on."""
    cockpit = await purchaser.get(f"/rounds/{round_id}/cockpit")
    for lot in cockpit["lots"]:
        state = lot["state"]
        if state["pause_reason"] in OUTAGES and state["resume_at"] is None:
            await purchaser.post(f"/lots/{state['lot_id']}/resume", {"resume_in_s": None})


def _is_sealing(item: dict[str, Any]) -> bool:
    return item["title_zh"] == SHEETS.title_zh and item["state"] not in GONE_STATES and item["phase"] in ("Q", "S")
