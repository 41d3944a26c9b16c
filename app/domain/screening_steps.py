"""How bidders stepped in a live round: replies by the same step, and last bids in the last seconds. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

# Replies of one bidder to another before they say anything.
FEWEST_REPLIES: Final = 4
# Share of the replies that must repeat the step of the bid before.
LEAST_SHARE: Final = 0.8
# One step in so many is usual.
USUAL: Final = 4
LAST: Final = timedelta(seconds=5)
FEWEST_BIDDERS: Final = 3


@dataclass(frozen=True, slots=True)
class Move:
    """A bid that a bidder placed: not seeded, not placed under a limit, not voided."""

    bidder: str
    amount: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class Replies:
    """How often the second bidder's bid directly after the first's went down by just as much."""

    pair: tuple[str, str]
    count: int
    equal: int


def compare_steps(moves: Sequence[Move]) -> list[Replies]:
    """Every two bidders of whom one replied to the other often enough. The usual step of a lot (the one that a quarter
    of its bids or more take: the rules' smallest, as a rule) tells nothing and is left out."""
    before: dict[str, Decimal] = {}
    stepped: list[tuple[str, Decimal]] = []
    for move in moves:
        if move.bidder in before:
            stepped.append((move.bidder, before[move.bidder] - move.amount))
        before[move.bidder] = move.amount
    counts = Counter(step for _, step in stepped)
    usual = {step for step, count in counts.items() if USUAL * count >= len(stepped)}
    found: dict[tuple[str, str], list[bool]] = {}
    for (one, step), (other, answer) in pairwise(stepped):
        if one != other and usual.isdisjoint((step, answer)):
            found.setdefault((one, other), []).append(step == answer)
    told = [Replies(pair, len(each), sum(each)) for pair, each in sorted(found.items())]
    return [each for each in told if each.count >= FEWEST_REPLIES]


def is_parallel(replies: Replies) -> bool:
    """Whether so many of the replies repeat the step that somebody should look."""
    return replies.equal >= LEAST_SHARE * replies.count


def late_share(moves: Sequence[Move], closes_at: datetime) -> tuple[int, int] | None:
    """(bidders whose last bid fell into the last seconds, bidders); None where too few bid."""
    last = {move.bidder: move.at for move in moves}
    if len(last) < FEWEST_BIDDERS:
        return None
    return sum(at >= closes_at - LAST for at in last.values()), len(last)
