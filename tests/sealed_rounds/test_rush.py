"""The last second: everybody hands in at once, none times out, all of them are in the manifest."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from app.domain.kinds import Kind
from app.domain.refusals import Code
from app.domain.sealing.rules import CloseVerdict
from app.infra.db import Database
from app.infra.world import World
from app.sealed_rounds import batch
from app.sealed_rounds.answering import Outcome, Receipted, Turned
from app.sealed_rounds.desk import Act, Desk
from tests.sealed_rounds.stage import LATER, Stage, set_sealed_stage, with_world

CROWD = 50
_decide = batch._decide


def counted_inserts(world: World) -> list[str]:
    """What grows with every statement that writes packages from now on: one a batch."""
    inserts: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO package"):
            inserts.append(statement)

    event.listen(world.db.sync_writer or world.db.engine.sync_engine, "before_cursor_execute", note)
    return inserts


async def sent_together(stage: Stage, *sending: Coroutine[Any, Any, Outcome]) -> list[Outcome | BaseException]:
    """The outcomes of acts that wait for one another: on SQLite behind somebody else who writes."""
    async with stage.world.db.turn():
        outcomes = asyncio.gather(*sending, return_exceptions=True)
        await asyncio.sleep(0.1)
    return await outcomes


@pytest.mark.timeout(120)
async def test_fifty_bidders_in_the_last_second(clean_database_url: str, tmp_path: Path) -> None:
    stage = await set_sealed_stage(clean_database_url, tmp_path, bidders=CROWD)
    await stage.open()
    sealed = [await stage.seal(number, f"{200 + number}.00") for number in range(CROWD)]
    stage.clock.at = (await stage.round()).timetable.closes_at
    stage.clock.wind(milliseconds=-1)
    loop = asyncio.get_running_loop()
    began = loop.time()
    inserts = counted_inserts(stage.world)
    outcomes = await asyncio.gather(*(stage.send(number, each) for number, each in enumerate(sealed)))
    assert all(isinstance(outcome, Receipted) for outcome in outcomes)
    # What waits together is committed together.
    assert 0 < len(inserts) <= CROWD // 5
    # Far below any timeout of a page or a proxy, on a busy machine too.
    assert loop.time() - began < 20
    assert await stage.close() is CloseVerdict.CLOSE
    assert (await stage.round()).manifest == sorted(each.digest for each in sealed)
    await stage.world.db.dispose()


async def test_a_refusal_in_a_batch_is_its_bidders_alone(stage: Stage) -> None:
    sealed = [await stage.seal(number) for number in range(4)]
    closes_at = (await stage.round()).timetable.closes_at
    stage.clock.at = closes_at
    outcomes = await sent_together(
        stage,
        stage.send(0, sealed[0], at=closes_at),
        stage.send(1, sealed[1], at=closes_at - LATER),
        stage.send(2, sealed[2], header=None, at=closes_at - LATER),
        stage.send(3, sealed[3], at=closes_at - LATER),
    )
    codes = [outcome.refusal.code if isinstance(outcome, Turned) else None for outcome in outcomes]
    assert codes == [Code.LATE, None, Code.NOT_SEALED, None]
    assert sorted(await stage.kinds()) == [Kind.PACKAGE_RECEIVED] * 2 + [Kind.PACKAGE_REFUSED] * 2


async def test_what_breaks_in_a_batch_breaks_for_nobody_else(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = [await stage.seal(number) for number in range(3)]

    async def broken(desk: Desk, act: Act) -> Any:
        if act.bidder.tag == stage.tag(1):
            raise ZeroDivisionError
        return await _decide(desk, act)

    monkeypatch.setattr(batch, "_decide", broken)
    sent = (stage.send(number, each) for number, each in enumerate(sealed))
    first, second, third = await sent_together(stage, *sent)
    assert isinstance(first, Receipted)
    assert isinstance(second, ZeroDivisionError)
    assert isinstance(third, Receipted)
    # Nothing of the broken batch was kept: each package stands once.
    assert await stage.kinds() == [Kind.PACKAGE_RECEIVED] * 2


async def test_the_same_packages_through_two_processes_stand_once(stage: Stage) -> None:
    other = with_world(stage, replace(stage.world, db=Database(stage.world.db.url)))
    sealed = [await stage.seal(number) for number in range(4)]
    sent = [each.send(number, sealed[number]) for number in range(4) for each in (stage, other)]
    outcomes = await asyncio.gather(*sent)
    assert all(isinstance(outcome, Receipted) for outcome in outcomes)
    assert outcomes[::2] == outcomes[1::2]
    assert await stage.kinds() == [Kind.PACKAGE_RECEIVED] * 4
    await other.world.db.dispose()
