"""Two processes, locks and outages: what is in time is in the manifest, what moves the close moves it once."""

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.sealing.rules import CloseVerdict, RoundStatus
from app.domain.tendering import TenderState
from app.infra.db import Database
from app.infra.errors import Problem
from app.infra.world import World
from app.sealed_rounds import clockwork, extending, pulse_store, timekeeper
from app.sealed_rounds.answering import Receipted
from app.sealed_rounds.arrivals import arrivals_of
from app.sealed_rounds.bidders import list_bars
from app.tenders import store as tenders_store
from tests.live_rounds.floors import chain_of
from tests.sealed_rounds.stage import Stage, with_world
from tests.tenders.houses import amend_rules
from tests.worlds import HandClock

STRETCH = timedelta(minutes=15)


def other_process(stage: Stage) -> Stage:
    """The same house seen from a second process."""
    return with_world(stage, replace(stage.world, db=Database(stage.world.db.url)))


async def test_a_close_waits_for_a_commit_of_another_process(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    other = other_process(stage)
    for number in (1, 2, 3):
        await stage.hand_in(number)
    sealed = await stage.seal(0)
    closes_at = (await stage.round()).timetable.closes_at
    inside, go_on = threading.Event(), threading.Event()

    async def slow_bars(world: World, *rest: Any) -> Any:
        if world is other.world:
            inside.set()
            if other.world.db.is_sqlite:
                # There a batch runs in a thread of its own.
                go_on.wait(20)
            else:
                await asyncio.to_thread(go_on.wait, 20)
        return await list_bars(world, *rest)

    monkeypatch.setattr("app.sealed_rounds.desk.list_bars", slow_bars)
    sending = asyncio.create_task(other.send(0, sealed, at=closes_at - timedelta(milliseconds=1)))
    await asyncio.to_thread(inside.wait, 20)
    closing = asyncio.create_task(stage.close())
    await asyncio.sleep(0.3)
    assert not closing.done()
    go_on.set()
    assert isinstance(await sending, Receipted)
    assert await closing is CloseVerdict.CLOSE
    assert sealed.digest in ((await stage.round()).manifest or ())
    await other.world.db.dispose()


async def test_a_close_waits_for_what_has_arrived(stage: Stage) -> None:
    for number in range(3):
        await stage.hand_in(number)
    closes_at = (await stage.round()).timetable.closes_at
    with arrivals_of(stage.world).arrived(closes_at - timedelta(milliseconds=1)):
        closing = asyncio.create_task(stage.close())
        await asyncio.sleep(0.2)
        assert not closing.done()
    assert await closing is CloseVerdict.CLOSE


async def test_what_arrives_late_holds_nothing_up(stage: Stage) -> None:
    for number in range(3):
        await stage.hand_in(number)
    closes_at = (await stage.round()).timetable.closes_at
    with arrivals_of(stage.world).arrived(closes_at):
        assert await stage.close() is CloseVerdict.CLOSE


async def test_two_processes_that_come_back_move_the_close_once(stage: Stage) -> None:
    other = other_process(stage)
    closes_at = (await stage.round()).timetable.closes_at
    stage.clock.at = closes_at - STRETCH
    await extending.keep_pulse(stage.world)
    stage.clock.wind(minutes=20)
    moved = await asyncio.gather(extending.keep_pulse(stage.world), extending.keep_pulse(other.world))
    assert sum(moved) == 1
    held = await stage.round()
    assert held.timetable.closes_at == closes_at + timedelta(minutes=20) + STRETCH
    told = [entry for entry in await stage.tender_chain() if entry.kind is Kind.ROUND_EXTENDED]
    assert [entry.data["reason"] for entry in told] == ["OUTAGE"]
    # The close fell into the outage, and was not carried out before it was counted.
    assert held.status is RoundStatus.OPEN
    await other.world.db.dispose()


async def test_an_outage_long_before_the_close_moves_nothing(stage: Stage) -> None:
    closes_at = (await stage.round()).timetable.closes_at
    stage.clock.at = closes_at - timedelta(hours=2)
    await extending.keep_pulse(stage.world)
    stage.clock.wind(hours=1)
    assert await extending.keep_pulse(stage.world) == 0
    assert (await stage.round()).timetable.closes_at == closes_at


async def test_the_timekeeper_counts_the_outage_before_it_closes(stage: Stage) -> None:
    for number in range(3):
        await stage.hand_in(number)
    closes_at = (await stage.round()).timetable.closes_at
    stage.clock.at = closes_at - timedelta(minutes=1)
    await _alive(stage)
    stage.clock.wind(minutes=10)
    await timekeeper.turn_clocks(stage.world)
    held = await stage.round()
    assert held.status is RoundStatus.OPEN
    assert held.timetable.closes_at == closes_at + timedelta(minutes=25)


async def test_the_timekeeper_brings_a_round_from_publication_to_its_prices(scheduled: Stage) -> None:
    stage = scheduled
    await timekeeper.follow_tenders(stage.world)
    stage.clock.at = (await stage.round()).timetable.opens_at
    await timekeeper.turn_clocks(stage.world)
    assert (await stage.round()).status is RoundStatus.OPEN
    for number in range(3):
        await stage.hand_in(number)
    stage.clock.at = (await stage.round()).timetable.closes_at - timedelta(seconds=1)
    # The service was there all the while: the test's clock only jumps.
    await _alive(stage)
    stage.clock.wind(seconds=3)
    await timekeeper.turn_clocks(stage.world)
    assert (await stage.round()).status is RoundStatus.CLOSED
    await timekeeper.open_envelopes(stage.world)
    await timekeeper.sweep(stage.world)
    assert (await stage.reload()).state is TenderState.EVALUATION


async def _alive(stage: Stage) -> None:
    async with stage.world.db.transaction() as tx:
        await pulse_store.set_pulse(tx, stage.clock.now())


async def test_a_cancelled_tender_takes_its_round_with_it(stage: Stage) -> None:
    async with stage.world.db.transaction() as tx:
        await tenders_store.set_phase(tx, stage.tender.id, state=TenderState.CANCELLED)
    await timekeeper.follow_tenders(stage.world)
    assert (await stage.round()).status is RoundStatus.CANCELLED
    assert not await clockwork.follow_tender(stage.world, stage.round_id)


async def test_amended_times_are_followed_until_the_opening(scheduled: Stage) -> None:
    before = await scheduled.round()
    later = before.timetable.closes_at + timedelta(days=1)
    await amend_rules(scheduled.world, scheduled.tender.id, "sealed", closes_at=instant_text(later))
    await timekeeper.follow_tenders(scheduled.world)
    after = await scheduled.round()
    assert after.timetable.closes_at == later
    assert after.policy_digest == before.policy_digest


async def test_a_clock_set_back_while_the_service_was_down_is_not_believed(stage: Stage) -> None:
    sealed = await stage.seal(0)
    back = HandClock(stage.clock.now() - timedelta(hours=2))
    again = with_world(stage, replace(stage.world, clock=back))
    for _ in range(2):
        with pytest.raises(Problem, match="UNAVAILABLE"):
            await again.send(0, sealed)
        await timekeeper.turn_clocks(again.world)
    jumped = [entry for entry in await chain_of(stage.world, "system") if entry.kind is Kind.CLOCK_JUMPED]
    assert [entry.data["by_ms"] for entry in jumped] == [-7_200_000]
    stood = back.monotonic()
    back.monotonic = lambda: stood  # type: ignore[method-assign]  # the wall clock alone is put right
    back.wind(hours=2)
    assert isinstance(await again.send(0, sealed), Receipted)


async def test_a_clock_set_forward_is_an_outage_and_closes_nothing(stage: Stage) -> None:
    closes_at = (await stage.round()).timetable.closes_at
    stage.clock.at = closes_at - timedelta(hours=1)
    await _alive(stage)
    await timekeeper.turn_clocks(stage.world)
    stood = stage.clock.monotonic()
    stage.clock.monotonic = lambda: stood  # type: ignore[method-assign]  # the wall clock alone jumps
    sealed = await stage.seal(0)
    stage.clock.wind(hours=2)
    with pytest.raises(Problem, match="UNAVAILABLE"):
        await stage.send(0, sealed)
    await timekeeper.turn_clocks(stage.world)
    held = await stage.round()
    assert held.status is RoundStatus.OPEN
    assert held.timetable.closes_at == closes_at + timedelta(hours=2) + STRETCH
    assert isinstance(await stage.send(0, sealed), Receipted)
