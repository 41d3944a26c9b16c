"""An event loop whose time is wound by its own timers: nobody sleeps, and the same seed gives the same course.

Where the loop would wait for its next timer, its clock jumps there. Without threads and sockets nothing else can wake
it, so all that happens is decided by the order of the timers and the tasks.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")


class StillError(AssertionError):
    """Every task waits for another: nothing will ever happen again."""


class _Winding(selectors.SelectSelector):
    """Winds the clock of its loop in place of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise StillError("nothing is due, and nobody is ready")
        self.at += max(timeout, 0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Seconds since its birth, by its timers alone."""

    def __init__(self) -> None:
        self._winding = _Winding()
        super().__init__(self._winding)

    @override
    def time(self) -> float:
        return self._winding.at


def play(course: Coroutine[Any, Any, T]) -> T:
    """Run a course to its end in a virtual time of its own; what it leaves behind is cancelled."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(course)
