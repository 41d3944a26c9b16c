"""A hot lot whose journal key is in a signer's process, against the same lot with the key inside (JOURNAL.md 2).

No goal of PERFORMANCE.md names it: the bounds are our own, set before a quiet run was seen. One signature is asked for
a batch, so its way over the socket is shared by the bids of the batch; where they come paced and nearly alone, each of
them waits for it.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from tests.databases import databases_for
from tests.performance.hot_lot import BIDDERS, STRIDE
from tests.performance.processes import Run, Server, load, server
from tests.performance.rounds import Case, Goal, Results, paired, say

PACE: Final = 500
RATE_BOUND, CPU_BOUND, WAIT_BOUND = 0.8, 1.3, 2.0


class _Side:
    """One room, with the key inside or outside, and what was measured on it."""

    def __init__(self, kind: str, where: str, room: Server) -> None:
        self._room = room
        self._taken = 0
        self.rate = Case(f"{kind}: hot lot, key {where}", "bids/s")
        self.cpu = Case(f"{kind}: CPU a bid, key {where}, signer counted", "us")
        self.share = Case(f"{kind}: bids a commit, key {where}", "bids")
        self.p50 = Case(f"{kind}: paced {PACE} bids/s, p50, key {where}", "ms")
        self.p99 = Case(f"{kind}: paced {PACE} bids/s, p99, key {where}", "ms")

    def bids(self, **spec: Any) -> Run:
        """Bids of all bidders, none refused."""
        run = load(self._room, peers=BIDDERS, skip=self._taken, **spec)
        self._taken += STRIDE
        if run.result["refused"]:
            raise RuntimeError(f"{run.result['refused']} bids were refused: the figures would mean nothing")
        return run

    def saturate(self, seconds: float) -> None:
        """As many bids as it takes."""
        before, beside = self._room.counts(), self._room.cpu_seconds_beside()
        run = self.bids(mode="loop", seconds=seconds)
        after, spent = self._room.counts(), run.cpu_seconds + self._room.cpu_seconds_beside() - beside
        self.rate.values.append(run.rate)
        self.cpu.values.append(spent * 1e6 / max(1, int(run.result["answers"])))
        self.share.values.append((after["bids"] - before["bids"]) / (after["batches"] - before["batches"]))

    def pace(self, seconds: float) -> None:
        """So many a second, as people bid."""
        told = self.bids(mode="paced", rate=PACE, seconds=seconds).result
        self.p50.values.append(told["p50"] * 1e3)
        self.p99.values.append(told["p99"] * 1e3)


def signer(kind: str, folder: Path, rounds: int, seconds: float) -> Results:
    """Rate, CPU and waiting of a hot lot on one database, the signer outside against the key inside."""
    say(f"  signer, {kind}: opening")
    with ExitStack() as stack:
        databases = databases_for(kind, folder)
        stack.callback(databases.close)
        sides = []
        for where in ("inside", "outside"):
            spec: dict[str, Any] = {"bidders": BIDDERS, "runs": 2 * rounds + 1, "signer": where == "outside"}
            spec |= {"database_url": databases.migrated(), "folder": str(folder / where)}
            sides.append(_Side(kind, where, stack.enter_context(server(case="room", **spec))))
        for side in sides:
            side.bids(mode="loop", seconds=0.5)
        for number in range(rounds):
            say(f"  signer, {kind}: round {number + 1} of {rounds}")
            for side in sides:
                side.saturate(seconds)
            for side in sides:
                side.pace(seconds)
    inside, outside = sides
    goals = [
        Goal("1s", f"{kind}: bids/s, signer outside / inside", paired(outside.rate, inside.rate), RATE_BOUND),
        Goal("1s", f"{kind}: CPU a bid, the same", paired(outside.cpu, inside.cpu), CPU_BOUND, at_least=False),
        Goal("1s", f"{kind}: p50 at {PACE}/s, the same", paired(outside.p50, inside.p50), WAIT_BOUND, at_least=False),
    ]
    cases = [case for pair in zip(*map(_cases, sides), strict=True) for case in pair]
    return cases, goals


def _cases(side: _Side) -> list[Case]:
    return [side.rate, side.cpu, side.share, side.p50, side.p99]
