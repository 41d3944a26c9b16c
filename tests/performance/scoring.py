"""Goals 10a and 10b: 28 million marks scored and ranked exactly, against one pass over their bytes; one bid ranked
again among 1,000, against sorting them all."""

import gc
import random
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np

from app.domain.ranking import PlacedBid, standing_of
from app.domain.scoring.criteria import Aggregation
from app.domain.scoring.planes import MarkPlanes, line_points, line_ranks, planes_from
from tests.performance.rounds import Case, Goal, Results, paired

SUPPLIERS, LINES, CRITERIA, EVALUATORS = 100, 2000, 20, 7
BIDDERS = 1000
# Each is measured as the fastest of so many in a round: a neighbour's turn on the core is nobody's cost.
TRIES = 5
# Weights with four decimals, as a builder may type them: they ask for the wider sums.
WEIGHTS = [Fraction("4.7501") + Fraction(at, 40) for at in range(CRITERIA - 1)]
WEIGHTS.append(100 - sum(WEIGHTS, Fraction(0)))


def scoring(folder: Path, rounds: int, _seconds: float) -> Results:
    """Milliseconds for the marks, microseconds for the bid."""
    marks, one_bid = _marks(folder, rounds), _one_bid(rounds)
    return [*marks[0], *one_bid[0]], [*marks[1], *one_bid[1]]


def _marks(folder: Path, rounds: int) -> Results:
    shape = (CRITERIA, EVALUATORS, LINES, SUPPLIERS)
    planes = MarkPlanes(np.random.default_rng(10).integers(0, 6, size=shape, dtype=np.uint8))
    file = folder / "marks.planes"
    file.write_bytes(planes.to_bytes())
    flat = planes.marks.reshape(-1).view(np.uint64)
    standing = list(range(SUPPLIERS))
    floor, ranked = Case("one pass over the bytes of 28 M marks", "ms"), Case("28 M marks scored and ranked", "ms")
    trimmed = Case("the same without highest and lowest mark", "ms")
    stored = Case("the same from a file", "ms")

    def rank(given: MarkPlanes, aggregation: Aggregation = Aggregation.MEAN) -> None:
        line_ranks(line_points(given, WEIGHTS, aggregation), standing)

    for _ in range(rounds):
        floor.values.append(_fastest(flat.sum) * 1e3)
        ranked.values.append(_fastest(lambda: rank(planes)) * 1e3)
        trimmed.values.append(_fastest(lambda: rank(planes, Aggregation.TRIMMED_MEAN)) * 1e3)
        stored.values.append(_fastest(lambda: rank(planes_from(file.read_bytes()))) * 1e3)
    goals = [
        Goal("10a", "28 M marks scored and ranked / one pass", paired(ranked, floor), 10, at_least=False),
        Goal("10a", "from storage to ranks / one pass", paired(stored, floor), 20, at_least=False),
    ]
    return [floor, ranked, trimmed, stored], goals


def _one_bid(rounds: int) -> Results:
    chance = random.Random(10)
    bids = [PlacedBid(f"{n:032x}", Decimal(chance.randint(10**6, 2 * 10**6)) / 100, n) for n in range(BIDDERS)]
    standing = standing_of(bids)
    keys = [(bid.amount, bid.seq, bid.tag) for bid in bids]
    held = bids[BIDDERS // 2]
    lower = PlacedBid(held.tag, held.amount - Decimal("500.00"), BIDDERS)
    keys[BIDDERS // 2] = (lower.amount, lower.seq, lower.tag)
    assert list(standing.placed(lower).order) == sorted(keys)
    full, one = Case("sort of 1,000 bids", "us"), Case("one bid of 1,000 placed, and its rank", "us")
    for _ in range(rounds):
        full.values.append(_fastest(lambda: sorted(keys), 20) * 1e6)
        one.values.append(_fastest(lambda: standing.placed(lower).rank_of(lower.tag), 500) * 1e6)
    return [full, one], [Goal("10b", "sort of all / one bid ranked again", paired(full, one), 80)]


def _fastest(work: Callable[[], object], repeats: int = 1) -> float:
    """Seconds of one call, the fastest of several tries."""
    found = []
    gc.disable()
    try:
        for _ in range(TRIES):
            began = time.perf_counter()
            for _ in range(repeats):
                work()
            found.append((time.perf_counter() - began) / repeats)
    finally:
        gc.enable()
    return min(found)
