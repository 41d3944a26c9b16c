"""Goals 7a and 7b: everybody comes back at once, each with its snapshot; and what a connection holds in memory."""

from pathlib import Path
from typing import Any

from tests.databases import databases_for
from tests.performance.processes import Server, connect, server
from tests.performance.rounds import Case, Goal, Results, paired, say

# As many as the goal has where the floor allows; each of ours is a bidder of its own, whose ticket and seat are rows.
BIDDERS = 500
WARM = 20


def storm(folder: Path, rounds: int, _seconds: float) -> Results:
    """CPU of the server from the first connection to the last snapshot."""
    floor, ours = Case(f"accept + canned reply, {BIDDERS} at once", "us CPU"), Case("welcome with snapshot", "us CPU")
    took, held = Case(f"{BIDDERS} are back after", "s"), Case("memory a connection", "KiB")
    databases = databases_for("sqlite", folder)
    spec: dict[str, Any] = {
        "database_url": databases.migrated(),
        "folder": str(folder),
        "bidders": BIDDERS,
        "runs": rounds + 1,
    }
    try:
        with server(case="room", **spec) as room, server(case="sender", tick_ms=250, size=1024) as sender:
            # What the first sockets of a process cost is no part of what each costs.
            with connect(room, peers=WARM):
                pass
            for number in range(rounds):
                say(f"  storm: round {number + 1} of {rounds}")
                floor.values.append(_measure(sender)[0])
                before = room.memory_mib()
                spent, seconds, after = _measure(room)
                ours.values.append(spent)
                took.values.append(seconds)
                held.values.append((after - before) * 1024 / BIDDERS)
    finally:
        databases.close()
    goals = [
        Goal("7a", "accept + canned reply / welcome with snapshot, CPU", paired(floor, ours), 0.30),
        # The first round alone: later ones reuse what it took.
        Goal("7b", "memory a connection, KiB", held.values[:1], 20, at_least=False),
    ]
    return [floor, ours, took, held], goals


def _measure(at: Server) -> tuple[float, float, float]:
    """CPU microseconds a connection, seconds until the last was served, and the memory then."""
    with connect(at, peers=BIDDERS) as (spent, seconds):
        return spent * 1e6 / BIDDERS, seconds, at.memory_mib()
