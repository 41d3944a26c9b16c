"""The wall clock held against the monotonic one: a set clock is a jump, a process put to sleep is none."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from app.infra.clock_watch import ClockWatch
from tests.worlds import START, HandClock, make_world


class Sleepy(HandClock):
    """A machine that may stand still after any reading of either clock, and whose wall clock may be set."""

    def __init__(self) -> None:
        super().__init__()
        self.set_by = timedelta(0)
        self.stalls: list[float] = []

    def _stall(self) -> None:
        if self.stalls:
            self.wind(seconds=self.stalls.pop(0))

    @override
    def now(self) -> datetime:
        """The wall clock; then perhaps a stall."""
        shown = super().now() + self.set_by
        self._stall()
        return shown

    @override
    def monotonic(self) -> float:
        """The monotonic clock; then perhaps a stall."""
        shown = super().monotonic()
        self._stall()
        return shown


async def _watched(folder: Path) -> tuple[Sleepy, ClockWatch]:
    made = await make_world(f"sqlite+aiosqlite:///{folder}/bidroom.db", folder)
    clock = Sleepy()
    return clock, ClockWatch(replace(made.world, clock=clock))


@pytest.mark.parametrize("stalls", [[0, 3], [3], [0, 0, 3], [3, 3, 3], [0, 3, 0, 0, 3]])
async def test_a_stall_between_two_readings_is_no_jump(tmp_path: Path, stalls: list[float]) -> None:
    clock, watch = await _watched(tmp_path)
    clock.stalls = list(stalls)
    assert not watch.has_jumped()
    clock.stalls = list(stalls)
    assert watch.trust() >= START
    assert not watch.has_jumped()


@pytest.mark.parametrize("stalls", [[], [0, 3], [3, 3]])
async def test_a_set_clock_is_a_jump_however_the_machine_stalls(tmp_path: Path, stalls: list[float]) -> None:
    clock, watch = await _watched(tmp_path)
    clock.set_by, clock.stalls = timedelta(hours=1), list(stalls)
    assert watch.has_jumped()
    assert watch.jump() == timedelta(hours=1)
    clock.set_by = timedelta(seconds=-2)
    assert watch.is_behind()
    clock.stalls = list(stalls)
    # What it should have shown: the monotonic time that passed since it was believed.
    assert watch.trust() == clock.at
    assert not watch.has_jumped()
