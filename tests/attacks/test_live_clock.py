"""attacks.md T and W33 on a live lot: the wall clock is set while it runs; a writer begins again from the record."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.closing import LotStatus
from app.domain.kinds import Kind
from app.infra.world import World
from app.live_rounds import clockwork
from app.live_rounds.answers import Receipted, Refused
from app.live_rounds.room import room_of
from tests.attacks.test_clock import TWO_HOURS, BentClock
from tests.live_rounds.floors import chain_of
from tests.live_rounds.servers import live_round, until_status
from tests.live_rounds.stage import Stage, committing, open_all, set_stage, with_world
from tests.worlds import make_world


@pytest.mark.parametrize("bend", [-TWO_HOURS, TWO_HOURS, timedelta(milliseconds=-900)])
async def test_t01_the_clock_is_set_while_a_lot_runs(
    clean_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bend: timedelta
) -> None:
    """The lot stands at once, with what was left; no bid is taken by a clock that nobody can believe."""
    clock = BentClock()
    monkeypatch.setattr("tests.live_rounds.servers.SystemClock", lambda: clock)
    async with live_round(clean_database_url, tmp_path) as live:
        lot = live.stage.lots[0]
        async with live.enter(live.stage.rep(0)) as seat, live.enter(live.stage.house.purchaser) as cockpit:
            assert (await seat.bid(lot, "280.00"))["type"] == "receipt"
            before = await live.stage.floor()
            clock.bend = bend
            refused = await seat.bid(lot, "270.00")
            assert refused["code"] in {"UNAVAILABLE", "LOT_PAUSED"}
            # Two seconds on a machine of its own (goal of T01); a shared one may stall.
            held = await until_status(live.world, lot, "paused", "closed")
            assert held.status is LotStatus.PAUSED
            assert held.pause_reason == "clock_jump"
            left = held.timetable.left or timedelta(0)
            assert abs(left - (before.timetable.closes_at - before.timetable.opens_at)) < timedelta(seconds=20)
            for each in (seat, cockpit):
                await each.until(lambda each=each: "pause" in each.notices())
            # Set right again nothing goes on by itself: a person resumes, and no bid came in between.
            clock.bend = timedelta(0)
            await asyncio.sleep(0.3)
            assert (await seat.bid(lot, "260.00"))["code"] in {"UNAVAILABLE", "LOT_PAUSED"}
        (jump, *_) = [one for one in await chain_of(live.world, "system") if one.kind is Kind.CLOCK_JUMPED]
        assert abs(jump.data["by_ms"] - bend / timedelta(milliseconds=1)) < 1500
        accepted = [one.data["amount"] for one in await live.stage.chain() if one.kind is Kind.BID_ACCEPTED]
        assert accepted == ["280.00"]


async def test_w33_a_writer_that_begins_again_goes_on_where_the_record_stands(
    clean_database_url: str, tmp_path: Path
) -> None:
    """In the middle of an extension the process is another: same close, same number of extensions, the next number."""
    stage = await set_stage(clean_database_url, tmp_path)
    await open_all(stage)
    async with committing(stage):
        for number, amount in enumerate(("280.00", "279.00", "278.00", "277.00")):
            assert isinstance(await stage.place(number, amount), Receipted)
        stage.clock.at = (await stage.floor()).timetable.closes_at - timedelta(seconds=1)
        assert isinstance(await stage.place(0, "270.00"), Receipted)
        before = await stage.floor()
        hub = await stage.room.hub(stage.round_id)
        hub.tick()
        told = [(await hub.last()).lots("buyer", None, tail=None)]
    assert before.timetable.extensions == 1
    again = with_world(stage, await _another(stage, clean_database_url, tmp_path))
    async with committing(again):
        assert (await again.floor()).timetable == before.timetable
        hub = await again.room.hub(again.round_id)
        hub.tick()
        told.append((await hub.last()).lots("buyer", None, tail=None))
        assert told[0] == told[1]
        # The millisecond before the moved close counts, the close itself does not.
        again.clock.at = before.timetable.closes_at - timedelta(milliseconds=1)
        assert isinstance(await again.place(1, "260.00"), Receipted)
        again.clock.at = (await again.floor()).timetable.closes_at
        assert isinstance(await again.place(2, "250.00"), Refused)
    numbers = [one.data["n"] for one in await again.chain() if one.kind is Kind.BID_ACCEPTED]
    assert numbers == [1, 2, 3, 4, 5, 6]
    await again.world.db.dispose()
    await stage.world.db.dispose()


async def _another(stage: Stage, url: str, folder: Path) -> World:
    """A process that knows nothing but the record: another database handle and room, the same keys and clock."""
    made = await make_world(url, folder)
    world = replace(made.world, keys=stage.world.keys, clock=stage.world.clock)
    room = room_of(world)
    assert room is not stage.room
    room.has_come_back = True
    await clockwork.ensure_floors(world, stage.tender.id)
    return world
