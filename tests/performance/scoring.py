"""Goals 10a and 10b: 28 million marks scored and ranked exactly, against one pass over their bytes; one bid ranked
again among 1,000, against sorting them all. And SCORING.md section 4: the sensitivity of 100 offers, against one
ranking of them."""

import gc
import random
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np

from app.domain.ranking import PlacedBid, standing_of
from app.domain.scoring.criteria import Aggregation, AnswerKind, Criterion, TechnicalRules
from app.domain.scoring.kinds import Benchmark, DeductFromBenchmark, Formula, LowestRatio
from app.domain.scoring.planes import MarkPlanes, line_points, line_ranks, planes_from
from app.domain.scoring.rules import EvaluationRules, PriceRules
from app.domain.scoring.shortlist_rules import ShortlistRules
from app.domain.scoring.totals import Offer, ScoredOffer, rank_offers, technical_points
from app.domain.sensitivity import first_holding, lines_of, totals_by_weight
from app.domain.stepping import leave_one_out, one_level_changes
from app.domain.whatif import Contest
from tests.performance.rounds import Case, Goal, Results, paired

SUPPLIERS, LINES, CRITERIA, EVALUATORS = 100, 2000, 20, 7
BIDDERS = 1000
# Each is measured as the fastest of so many in a round: a neighbour's turn on the core is nobody's cost.
TRIES = 5
# Weights with four decimals, as a builder may type them: they ask for the wider sums.
WEIGHTS = [Fraction("4.7501") + Fraction(at, 40) for at in range(CRITERIA - 1)]
WEIGHTS.append(100 - sum(WEIGHTS, Fraction(0)))


def scoring(folder: Path, rounds: int, _seconds: float) -> Results:
    """Milliseconds for the marks and the steps, microseconds for the bid."""
    parts = _marks(folder, rounds), _steps(rounds), _one_bid(rounds)
    return [case for cases, _ in parts for case in cases], [goal for _, goals in parts for goal in goals]


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


def _steps(rounds: int) -> Results:
    """Everything the decision room tells of how firm a ranking of 100 offers stands: some 4,200 rankings that need not
    be made anew. SCORING.md section 4: well under a second, so also beside other work."""
    chance = random.Random(4)
    criteria = tuple(
        Criterion(f"c{at}", at + 1, "", f"c{at}", Decimal(weight.numerator) / weight.denominator, None,
                  AnswerKind.TEXT, "", (), "", "", ())
        for at, weight in enumerate(WEIGHTS)
    )  # fmt: skip
    technical = TechnicalRules(Decimal(40), Decimal(60), Aggregation.MEAN, criteria)

    def contest(formula: Formula) -> Contest:
        rules = EvaluationRules(technical, PriceRules(Decimal(60), formula), ShortlistRules(3), freeze_technical=False)
        values = {
            f"O{at}": {each.id: Decimal(chance.randint(30, 50)) / 10 for each in criteria} for at in range(SUPPLIERS)
        }
        offers = [
            Offer(key, Decimal(chance.randint(900_000, 1_200_000)) / 100, at, technical_points(technical, marked))
            for at, (key, marked) in enumerate(values.items())
        ]
        return Contest(rules, offers, Decimal(20_000), values)

    def rank(given: Contest) -> list[ScoredOffer]:
        return rank_offers(given.rules, given.offers, ceiling=given.ceiling)

    def tell(given: Contest) -> None:
        lines = lines_of(given.rules, given.offers, ceiling=given.ceiling)
        first = rank(given)[0].offer.key
        first_holding(lines, first, Fraction(60))
        totals_by_weight(given.rules, given.offers, ceiling=given.ceiling)
        one_level_changes(given)
        leave_one_out(given)

    by_lowest, by_mean = contest(LowestRatio()), contest(DeductFromBenchmark(Benchmark.MEAN, above=Decimal(2)))
    floor, told = Case("one ranking of 100 offers", "ms"), Case("its sensitivity: weights, levels, leavings", "ms")
    worst = Case("the same where every leaving moves all points", "ms")
    for _ in range(rounds):
        floor.values.append(_fastest(lambda: rank(by_lowest), 10) * 1e3)
        told.values.append(_fastest(lambda: tell(by_lowest)) * 1e3)
        worst.values.append(_fastest(lambda: tell(by_mean)) * 1e3)
    goals = [
        Goal("10s", "sensitivity of 100 offers, 20 criteria / one ranking", paired(told, floor), 50, at_least=False),
        Goal("10s", "the same against a mean / one ranking", paired(worst, floor), 200, at_least=False),
    ]
    return [floor, told, worst], goals


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
