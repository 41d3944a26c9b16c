"""Goal 10c: awards of many lines among many suppliers, as whole offers and in shares: how near to the best in 30 s.

The gap is between the cost of the award, exact, and the bound from below that was shown for it. Each round has a field
of its own: line values spread over two orders of magnitude, suppliers around six percent apart and offers around
twelve, seven of ten priced.
"""

import random
import time
from decimal import Decimal
from pathlib import Path

from app.award.splitting_answer import Outcome
from app.award.splitting_process import SOLVE_SECONDS
from app.award.splitting_solver import solve
from app.domain.splitting import SOLE, Constraint, Limit, SplitLot, SplitOffer, SplitProblem
from tests.performance.rounds import Case, Goal, Results

SPLIT = (Decimal(70), Decimal(30))


def splitting(_folder: Path, rounds: int, _seconds: float) -> Results:
    """Seconds and gaps."""
    middle = Case("50 x 1,000 lines, at most 8 winners, to the best", "s")
    large, gap = Case("100 x 2,000 lines, at most 10 winners", "s"), Case("its gap", "%")
    shared, shared_gap = Case("the same, each line in shares of 70 and 30", "s"), Case("its gap", "%")
    capped, capped_gap = Case("the same, nobody over 15 or under 5 percent", "s"), Case("its gap", "%")
    capped_more = (_limit(Limit.SHARE_CAP, "15"), _limit(Limit.SHARE_FLOOR, "5"))
    for seed in range(rounds):
        found = _measure(middle, None, _field(seed, 50, 1000, most=8))
        assert found is Outcome.OPTIMAL, "50 x 1,000 is solved to the best"
        _measure(large, gap, _field(seed, 100, 2000, most=10))
        if seed:
            # Half a minute each, and no goal: once is enough.
            continue
        _measure(shared, shared_gap, _field(seed, 100, 2000, most=10, shares=SPLIT))
        _measure(capped, capped_gap, _field(seed, 100, 2000, most=10, more=capped_more))
    goals = [
        Goal("10c", "100 x 2,000, at most 10 winners: gap in 30 s, percent", gap.values, 0.5, at_least=False),
        Goal("10c", "50 x 1,000 to the best, seconds", middle.values, 3, at_least=False),
    ]
    return [middle, large, gap, shared, shared_gap, capped, capped_gap], goals


def _limit(limit: Limit, value: str) -> Constraint:
    return Constraint(limit.value, limit, Decimal(value))


def _field(
    seed: int,
    suppliers: int,
    lines: int,
    *,
    most: int,
    shares: tuple[Decimal, ...] = SOLE,
    more: tuple[Constraint, ...] = (),
) -> SplitProblem:
    chance = random.Random(seed)
    own = [max(chance.gauss(1, 0.06), 0.8) for _ in range(suppliers)]
    lots = []
    for line in range(lines):
        value = chance.lognormvariate(8, 1)
        priced = [at for at in range(suppliers) if chance.random() < 0.7]
        offers = (
            SplitOffer(f"s{at}", Decimal(f"{value * own[at] * max(chance.gauss(1, 0.12), 0.6):.2f}")) for at in priced
        )
        lots.append(SplitLot(f"l{line}", tuple(offers), currency="CNY"))
    patterns = Constraint("patterns", Limit.PATTERNS, patterns=(shares,))
    return SplitProblem(tuple(lots), (patterns, _limit(Limit.MOST, str(most)), *more))


def _measure(took: Case, gap: Case | None, problem: SplitProblem) -> Outcome:
    began = time.perf_counter()
    found = solve(problem, seconds=SOLVE_SECONDS)
    took.values.append(time.perf_counter() - began)
    if gap is not None:
        assert found.cost is not None, "there is an award"
        assert found.bound is not None, "the bound is always shown"
        gap.values.append(float((found.cost - found.bound) / found.cost * 100))
    return found.outcome
