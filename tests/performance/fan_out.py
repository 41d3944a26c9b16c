"""Goals 5 and 6: the common tick to many, the same for all or with each one's own part, and one who stops reading."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.databases import databases_for
from tests.performance.processes import Run, Server, load, server
from tests.performance.rounds import Case, Goal, Results, paired, say

BIDDERS = 200
MANY = 1000
# The characters of a state frame of one lot; the send() loop sends as many.
FRAME = 1024
# Quicker than the product's 250 ms, so that deliveries outweigh the timekeepers in the CPU time.
TICK_MS = 100
# Opening so many sockets takes longer than listening to them.
ROUNDS_OF_MANY = 2


@contextmanager
def room_of_many(folder: Path, *, env: Mapping[str, str] | None = None, **spec: int) -> Iterator[Server]:
    databases = databases_for("sqlite", folder)
    try:
        with server(env=env, case="room", database_url=databases.migrated(), folder=str(folder), **spec) as room:
            yield room
    finally:
        databases.close()


def us_a_frame(run: Run, idle: float = 0.0) -> float:
    """CPU microseconds a delivery, less what the server does with nobody connected."""
    spent = run.cpu_seconds - idle * float(run.result["seconds"])
    return spent * 1e6 / max(1, int(run.result["frames"]))


def p99(seconds: Sequence[float]) -> float:
    """The 99th percentile."""
    ordered = sorted(seconds) or [float("nan")]
    return float(ordered[len(ordered) * 99 // 100])


def _case(name: str) -> Case:
    return Case(name, "us CPU")


def fan_out(folder: Path, rounds: int, seconds: float) -> Results:
    """Goals 5a, 5b, part of 5d, and 6."""
    loop, many_loop = _case(f"send() loop to {BIDDERS}"), _case(f"send() loop to {MANY:,}")
    shared, many = _case(f"tick to {BIDDERS}, one frame for all"), _case(f"tick to {MANY:,}, one frame for all")
    own = _case(f"tick to {BIDDERS}, own parts")
    span, span_loop = Case(f"tick to {MANY:,}, first to last, p99", "ms"), Case(f"send() to {MANY:,}, the same", "ms")
    crowds = min(rounds, ROUNDS_OF_MANY)
    say("  fan-out: opening")
    with (
        room_of_many(folder, bidders=BIDDERS, watchers=MANY, runs=rounds + crowds, tick_ms=TICK_MS) as room,
        server(case="sender", tick_ms=TICK_MS, size=FRAME) as sender,
    ):
        for number in range(rounds):
            say(f"  fan-out: round {number + 1} of {rounds}")
            idle = room.idle_cpu(2 * seconds)
            listen: dict[str, Any] = {"mode": "listen", "peers": BIDDERS, "seconds": 3 * seconds}
            loop.values.append(us_a_frame(load(sender, **listen)))
            shared.values.append(us_a_frame(load(room, seats="watchers", **listen), idle))
            own.values.append(us_a_frame(load(room, **listen), idle))
            if number < crowds:
                crowd = listen | {"peers": MANY}
                floor, ours = load(sender, **crowd), load(room, seats="watchers", **crowd)
                many_loop.values.append(us_a_frame(floor))
                many.values.append(us_a_frame(ours, idle))
                span_loop.values.append(p99(floor.result["spans"]) * 1e3)
                span.values.append(p99(ours.result["spans"]) * 1e3)
    goals = [
        Goal("5a", f"one frame for {BIDDERS}: send() loop / ours", paired(loop, shared), 0.70),
        Goal("5a", f"one frame for {MANY:,}: send() loop / ours", paired(many_loop, many), 0.65),
        Goal("5b", "own parts and their re-checks: one frame for all / ours", paired(shared, own), 0.90),
        Goal(
            "5d'",
            f"tick to {MANY:,}, first to last, p99: ours / send() loop",
            paired(span, span_loop),
            3,
            at_least=False,
        ),
    ]
    return [loop, shared, own, many_loop, many, span_loop, span], goals


def stalled(folder: Path) -> Results:
    """Goal 6: one of 51 stops reading."""
    say("  one of 51 stops reading")
    with room_of_many(folder, bidders=51, runs=2) as room:
        # The same crowd, all reading, first, and for as long: what sockets and a young process cost is goal 7b.
        load(room, mode="listen", peers=51, seconds=12.0)
        before = room.memory_mib()
        run = load(room, mode="stall", peers=51, seconds=12.0)
        held = room.memory_mib() - before
    counts = run.result["per_peer"][1:]
    return [], [
        Goal("6", "one of 51 stops reading: fewest / most states of the others", [counts[0] / counts[-1]], 0.95),
        Goal("6", "memory held for it (MiB the process grew, beside a crowd that reads)", [held], 1.0, at_least=False),
        Goal("6", "it is closed with 4008", [float(run.result["stalled_close_code"] == 4008)], 1.0),
    ]
