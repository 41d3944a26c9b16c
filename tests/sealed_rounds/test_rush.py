"""The last second: everybody hands in at once, none times out, all of them are in the manifest."""

import asyncio
from pathlib import Path

import pytest

from app.domain.sealing.rules import CloseVerdict
from app.sealed_rounds.answering import Receipted
from tests.sealed_rounds.stage import set_sealed_stage

CROWD = 50


@pytest.mark.timeout(120)
async def test_fifty_bidders_in_the_last_second(clean_database_url: str, tmp_path: Path) -> None:
    stage = await set_sealed_stage(clean_database_url, tmp_path, bidders=CROWD)
    await stage.open()
    sealed = [await stage.seal(number, f"{200 + number}.00") for number in range(CROWD)]
    stage.clock.at = (await stage.round()).timetable.closes_at
    stage.clock.wind(milliseconds=-1)
    loop = asyncio.get_running_loop()
    began = loop.time()
    outcomes = await asyncio.gather(*(stage.send(number, each) for number, each in enumerate(sealed)))
    assert all(isinstance(outcome, Receipted) for outcome in outcomes)
    # Far below any timeout of a page or a proxy, on a busy machine too.
    assert loop.time() - began < 20
    assert await stage.close() is CloseVerdict.CLOSE
    assert (await stage.round()).manifest == sorted(each.digest for each in sealed)
    await stage.world.db.dispose()
