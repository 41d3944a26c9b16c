"""Formats that move by time, in the service: turns and ticks under the lot's lock, told to each its own, replayed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.domain.formats.turn_based import length_of
from app.domain.kinds import Kind
from app.domain.live_rules import Pace
from app.domain.refusals import Code, Refusal
from app.domain.reporting import Outcome
from app.live_rounds import clockwork, service, timekeeper
from app.live_rounds.answers import Receipted, Refused
from tests.domain.live_strategies import SECOND
from tests.live_rounds.stage import Stage, close_all, committing, open_all, stage_of
from tests.live_rounds.test_basis import frames, publish_with, verdict
from tests.tenders.houses import add_supplier, build_house, join, reach_deadline

PACE = Pace(stages=2, each=20 * SECOND, slots=4)
TURNS = {
    "format": "turn_based",
    "pace": {"stages": 2, "each_s": 20, "slots": 4},
    "duration_s": length_of(PACE) // SECOND,
    "soft_close": None,
}


@asynccontextmanager
async def staged(database_url: str, folder: Path, rules: dict[str, Any], bidders: int = 3) -> AsyncIterator[Stage]:
    """Bidders on a lot that is just open under these rules."""
    house = await build_house(database_url, folder, 0)
    house.reps = [await add_supplier(house, number) for number in range(1, bidders + 1)]
    tender = await publish_with(house, rules)
    await join(house, tender, *house.reps)
    await reach_deadline(house, tender.id)
    await clockwork.ensure_floors(house.world, tender.id)
    stage = await stage_of(house, tender.id)
    await open_all(stage)
    async with committing(stage):
        yield stage
    await stage.world.db.dispose()


@pytest.fixture
async def turns(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Three bidders, two rounds of four turns."""
    async with staged(clean_database_url, tmp_path, TURNS) as stage:
        yield stage


async def pass_to(stage: Stage, at: Any) -> None:
    """Time goes by; the timekeeper looks."""
    stage.clock.at = at
    await timekeeper.turn_clocks(stage.world)
    await stage.room.committer.flushed()


def slots_of(stage: Stage, course: Any) -> list[int]:
    return [course.slots[stage.tag(number)] for number in range(3)]


async def test_turns_are_drawn_played_and_proven(turns: Stage) -> None:
    stage, world = turns, turns.world
    opened = stage.clock.at
    await pass_to(stage, opened)
    first = (await stage.floor()).course
    assert first is not None
    assert len(set(slots_of(stage, first))) == 3
    for number, amount in ((0, "280.00"), (1, "270.00"), (2, "275.00")):
        begins = opened + 5 * SECOND + 20 * SECOND * (first.slots[stage.tag(number)] - 1)
        await pass_to(stage, begins)
        assert isinstance(await stage.place(number, amount), Receipted)
        early = await stage.place((number + 1) % 3, "200.00")
        assert isinstance(early, Refused)
        assert early.refusal.code is Code.NOT_YOUR_TURN
    lots, _, lengths = await frames(stage)
    assert len(lengths) == 1
    assert {lot["pace"]["stage"] for lot in lots} == {0}
    assert len({lot["pace"]["acts_from"] for lot in lots}) == 3
    longer = service.ExtendLot(60 * SECOND, "more time is wished for")
    refused = await service.extend_lot(world, stage.house.purchaser, stage.lots[0], longer)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_ALLOWED_HERE
    await pass_to(stage, opened + 85 * SECOND + 3 * SECOND)
    second = (await stage.floor()).course
    assert second is not None
    assert (second.stage, slots_of(stage, second)) == (1, [2, 4, 3])
    # Without a timekeeper the first bid that comes finds the round begun: here nothing is left to move.
    await pass_to(stage, opened + 85 * SECOND + 5 * SECOND + 20 * SECOND)
    assert isinstance(await stage.place(0, "260.00"), Receipted)
    await close_all(stage)
    kinds = [entry.kind for entry in await stage.chain()]
    assert kinds.count(Kind.LOT_MOVED) == 2
    assert await verdict(world, stage.house.auditor, stage.tender.id) == (Outcome.CLEAN, [])


async def test_a_bid_finds_the_round_begun_though_nobody_kept_time(turns: Stage) -> None:
    stage = turns
    begins = stage.clock.at + 5 * SECOND
    answers = []
    for slot in range(4):
        stage.clock.at = begins + 20 * SECOND * slot
        answers += [await stage.place(number, "280.00") for number in range(3)]
    assert [isinstance(one, Receipted) for one in answers].count(True) == 3
    assert (await stage.chain())[1].kind is Kind.LOT_MOVED


def ticking(name: str, **rules: Any) -> dict[str, Any]:
    pace = {"stages": 6, "each_s": 20}
    return {
        "format": name,
        "pace": pace,
        "duration_s": 120,
        "soft_close": None,
        "change_limit": None,
        "feedback": "lead_only",
        **rules,
    }


async def test_a_falling_price_leaves_one_who_confirmed(clean_database_url: str, tmp_path: Path) -> None:
    async with staged(clean_database_url, tmp_path, ticking("japanese")) as stage:
        opened, price = stage.clock.at, ""
        for tick, staying in enumerate(((0, 1, 2), (0, 1), (1,))):
            await pass_to(stage, opened + 20 * SECOND * tick)
            lots, _, lengths = await frames(stage)
            assert len(lengths) == 1
            price = lots[1]["pace"]["price"]
            for number in staying:
                assert isinstance(await stage.place(number, price), Receipted)
            if tick == 1:
                assert [lot["pace"]["is_out"] for lot in lots] == [False, False, False]
        gone = await stage.place(2, price)
        assert isinstance(gone, Refused)
        assert gone.refusal.code is Code.OUT
        # Nobody kept time beyond this: the lot ended as the tick did that left one bidder.
        await pass_to(stage, opened + 60 * SECOND)
        ended = await stage.floor()
        assert ended.timetable.closes_at == opened + 60 * SECOND
        await close_all(stage)
        assert await verdict(stage.world, stage.house.auditor, stage.tender.id) == (Outcome.CLEAN, [])


async def test_a_rising_price_goes_to_the_first_who_accepts(clean_database_url: str, tmp_path: Path) -> None:
    async with staged(clean_database_url, tmp_path, ticking("dutch")) as stage:
        opened = stage.clock.at
        await pass_to(stage, opened)
        early = (await frames(stage))[0][0]["pace"]["price"]
        await pass_to(stage, opened + 41 * SECOND)
        price = (await frames(stage))[0][0]["pace"]["price"]
        assert float(price) > float(early)
        stale = await stage.place(0, early)
        assert isinstance(stale, Refused)
        assert stale.refusal.code is Code.STALE_QUOTE
        assert isinstance(await stage.place(1, price), Receipted)
        second = await stage.place(2, price)
        assert isinstance(second, Refused)
        assert second.refusal.code is Code.LOT_CLOSED
        await close_all(stage)
        assert (await stage.floor()).accepted == 1
        assert await verdict(stage.world, stage.house.auditor, stage.tender.id) == (Outcome.CLEAN, [])
