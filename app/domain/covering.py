"""Whether a bundle's entries stand under the checkpoints taken after them (JOURNAL.md sections 2 and 3).

Pure. A head may be hidden in a bundle where its entry may not be shown yet. Whoever holds the journal's key could hide
the heads of a chain that he rewrote, leave every checkpoint as it was signed, and so pass by the witness who holds
them. But a checkpoint tells every head there is: an entry that is older than a checkpoint lies under it. So of a chain
that is whole nothing is bare that a checkpoint passed over; of a chain that ends early no more than what was written
between one checkpoint and the next; and nothing is newer than the instant at which the bundle says that it was taken.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.chaining import ChainEnd, Fault, Why
from app.domain.entries import Entry, to_milliseconds

# An entry has its time from before its commit, by the clock of its own replica; a transaction that waits for a lock is
# given up long before this.
TOLERANCE_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Bare:
    """Where a chain is bare that must not be, and why."""

    seq: int
    fault: Fault


class Cover:
    """Holds the entries of a bundle, chain after chain, against the times of its checkpoints.

    `points`: those times, in order; `first_n`: the number of the first; `as_of_ms`: when the bundle was taken.
    """

    def __init__(self, points: Sequence[int] = (), *, first_n: int = 1, as_of_ms: int | None = None) -> None:
        self._points = points
        self._first_n = first_n
        self.as_of_ms = as_of_ms
        # By chain, the time of its last entry.
        self.ends: dict[str, int] = {}
        self._oldest_ms: int | None = None
        self._bare: Entry | None = None

    def begin(self, entry: Entry) -> None:
        """The first entry of the next chain."""
        at_ms = to_milliseconds(entry.at)
        self._oldest_ms = at_ms if self._oldest_ms is None else min(self._oldest_ms, at_ms)
        self._bare = None

    def see_bare(self, entry: Entry) -> None:
        """An entry that no told head covers."""
        if self._bare is None:
            self._bare = entry

    def fault(self, end: ChainEnd, *, is_partial: bool) -> Bare | None:
        """What is wrong with a chain that was read to its end, or None."""
        last_ms = self.ends[end.chain] = to_milliseconds(end.at)
        if self.as_of_ms is not None and last_ms > self.as_of_ms + TOLERANCE_MS:
            text = "it is newer than the instant at which the bundle says that it was taken"
            return Bare(end.seq, Fault(Why.TIME, text))
        if self._bare is None:
            return None
        place = bisect_right(self._points, to_milliseconds(self._bare.at) + TOLERANCE_MS)
        # Of a chain that ends early the checkpoint behind the cut hides its head, and so do all after it.
        if place == len(self._points) or (is_partial and self._points[place] >= last_ms - TOLERANCE_MS):
            return None
        text = "a checkpoint was taken after it, and the bundle does not tell the chain's head there"
        return Bare(self._bare.seq, Fault(Why.CHECKPOINT, text))

    def begun_fault(self) -> str | None:
        """Why the bundle's first checkpoint cannot be its first: the one before its oldest entry belongs to it."""
        if self._first_n == 1 or not self._points or self._oldest_ms is None:
            return None
        if self._points[0] <= self._oldest_ms + TOLERANCE_MS:
            return None
        return f"checkpoints before number {self._first_n} are missing, although entries are older than it"
