"""Goal 13: the tick to 1,000 while a neighbour burns a core, the heap in huge pages (`bidroom serve --huge-pages`).
Goal 5d: from a bid's receipt to the last of 1,000 observers, at 20 bids a second."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.launching import HUGE_PAGES
from tests.performance.fan_out import FRAME, MANY, TICK_MS, p99, room_of_many, us_a_frame
from tests.performance.processes import load, server
from tests.performance.rounds import Case, Goal, Results, paired, say

# More than the caches hold, touched again and again.
BURNING = "m = bytearray(64 << 20)\nwhile True:\n    m[::4096] = bytes(len(m[::4096]))"
RATE = 20


@contextmanager
def _neighbour() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", BURNING])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def crowded(folder: Path, rounds: int, seconds: float) -> Results:
    """Goals 13 and 5d."""
    quiet, beside = (
        Case(f"tick to {MANY:,}, huge pages, quiet", "us CPU"),
        Case("the same beside a neighbour", "us CPU"),
    )
    whole, floor = Case("receipt to the last observer, p99", "ms"), Case(f"send() to {MANY:,}, p99", "ms")
    spread = Case("first to last observer of a tick with a bid, p99", "ms")
    listen: dict[str, Any] = {"mode": "listen", "peers": MANY, "seconds": 3 * seconds}
    say("  crowd: opening")
    with (
        room_of_many(folder, bidders=3, watchers=MANY, runs=3 * rounds, tick_ms=TICK_MS, env=HUGE_PAGES) as room,
        server(case="sender", tick_ms=TICK_MS, size=FRAME) as sender,
    ):
        for number in range(rounds):
            say(f"  crowd: round {number + 1} of {rounds}")
            quiet.values.append(us_a_frame(load(room, seats="watchers", **listen)))
            with _neighbour():
                beside.values.append(us_a_frame(load(room, seats="watchers", **listen)))
            floor.values.append(p99(load(sender, **listen).result["spans"]) * 1e3)
            skip = number * 10**6
            seen = load(room, seats="watchers", mode="observe", peers=MANY, seconds=3 * seconds, rate=RATE, skip=skip)
            whole.values.append(p99(seen.result["waits"]) * 1e3)
            spread.values.append(p99(seen.result["spans"]) * 1e3)
    goals = [
        Goal("13", f"tick to {MANY:,}: beside a neighbour / quiet, CPU", paired(beside, quiet), 1.5, at_least=False),
        Goal("5d", f"tick with a bid to {MANY:,}: ours / send() loop, p99", paired(spread, floor), 3, at_least=False),
        Goal(
            "5d",
            f"receipt to the last of {MANY:,}, less a whole tick / send() loop, p99",
            [(one - TICK_MS) / other for one, other in zip(whole.values, floor.values, strict=True)],
            3,
            at_least=False,
        ),
    ]
    return [quiet, beside, floor, whole, spread], goals
