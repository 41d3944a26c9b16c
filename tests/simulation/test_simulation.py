"""Some seeds of the simulation in every run of the tests; `make soak` runs thousands (`soak.py`)."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from app.domain.formats import check_rules
from tests.simulation.rulebook import draw_rules
from tests.simulation.virtual_loop import StillError, play
from tests.worlds import START

ROOT = Path(__file__).resolve().parents[2]
SEEDS = 6
# A machine that does much else beside must not fail it.
PATIENCE_SECONDS = 170


@pytest.mark.timeout(PATIENCE_SECONDS + 10)
def test_storms_leave_no_bid_without_its_entry_and_no_feed_behind() -> None:
    """In a process of its own, where sets have the order by which a seed is the same course again."""
    environment = {**os.environ, "SEEDS": str(SEEDS), "FIRST": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation.soak"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_rules_at_random_can_be_played() -> None:
    chance = Random(1)
    drawn = [draw_rules(chance, START) for _ in range(200)]
    assert len({str(rules) for rules in drawn}) > 190
    assert not any(check_rules(rules) for rules in drawn)


def test_virtual_time_goes_by_timers_alone() -> None:
    async def wait() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    assert play(wait()) == pytest.approx(3600)

    async def hang() -> None:
        await asyncio.Event().wait()

    with pytest.raises(StillError):
        play(hang())
