"""Solving split awards with HiGHS: proposes an award and a bound, what each constraint is worth, and who clashes.

Deterministic: one thread, a fixed seed. Every proposal is held against the exact check before it is given out. Run in
a process of its own (`splitting_process.py`).
"""

import time
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import Final

import highspy
import numpy as np

from app.award.splitting_answer import Answer, Outcome, Solved
from app.award.splitting_bound import bound_of, most_winners, promising
from app.award.splitting_model import Floats, Program, model_of, program_of
from app.domain.split_award import Award, cheapest_among, is_award, weigh
from app.domain.splitting import Limit, SplitProblem

SEED: Final = 7
# Below this share of its cost an award is called the best there is.
OPTIMAL_GAP: Final = 1e-6
# From so many columns on, a bound by prices comes before the linear program.
LARGE: Final = 20_000
# How much what weighs is tightened where the solver's tolerance let through what the exact check does not.
SLACK: Final = 1e-6
# Of the time: for a first award among promising suppliers, or among so many of the lowest offers beside the parts.
FIRST_PART: Final = 0.4
FIRST_GAP: Final = 3e-4
FIRST_OFFERS: Final = 4


def answer_of(problem: SplitProblem, *, seconds: float, more_seconds: float) -> Answer:
    """Solve, then in `more_seconds` price every constraint, or name those that clash."""
    solved = solve(problem, seconds=seconds)
    until = time.monotonic() + more_seconds
    if solved.outcome is Outcome.INFEASIBLE:
        clash, is_minimal = clashing(problem, until)
        return Answer(solved, clash=clash, is_minimal=is_minimal)
    relaxed = {}
    for each in problem.constraints if solved.award is not None else ():
        left = until - time.monotonic()
        if left <= 0:
            break
        relaxed[each.id] = solve(problem.without(each.id), seconds=left, start=solved.award)
    return Answer(solved, relaxed)


def clashing(problem: SplitProblem, until: float) -> tuple[tuple[str, ...], bool]:
    """Constraints that cannot hold together and of which each is needed for that: one after the other is left out, and
    stays out if there is no award still. Not shown to be minimal where the time was over."""
    kept, is_minimal = problem, True
    for each in problem.constraints:
        tried = kept.without(each.id)
        left = until - time.monotonic()
        found = solve(tried, seconds=left, is_any_enough=True).outcome if left > 0 else Outcome.TIMED_OUT
        if found is Outcome.INFEASIBLE:
            kept = tried
        elif found is Outcome.TIMED_OUT:
            is_minimal = False
    return tuple(each.id for each in kept.constraints), is_minimal


def solve(problem: SplitProblem, *, seconds: float, start: Award | None = None, is_any_enough: bool = False) -> Solved:
    """The cheapest award under the constraints, with the bound that shows how near to the best it is."""
    until = time.monotonic() + seconds
    program = program_of(problem)
    if program is None:
        return Solved(Outcome.INFEASIBLE)
    # Each lot by itself: nothing costs less, and where nothing else is broken it is the best there is.
    apart = cheapest_among(problem, problem.suppliers)
    assert apart is not None, "every lot has a pattern that its offers can fill"
    if _checked(problem, apart) is not None:
        cost = weigh(problem, apart).cost
        return Solved(Outcome.OPTIMAL, apart, cost, cost)
    known, floor, having = _checked(problem, start), _scaled(program, apart), None
    most = most_winners(program)
    if program.width > LARGE and program.wins and most < len(program.names):
        known = _better(problem, known, _first_award(program, most, until, is_any_enough=is_any_enough))
        # Where no award is known, the steps are as long as if one were a tenth dearer than the lowest offers.
        bound = bound_of(program, most, floor * 1.1 if known is None else _scaled(program, known))
        floor, having = max(floor, bound.value), bound.having
    elif program.width > LARGE:
        widest = max(len(pattern) for _, pattern in program.patterns)
        near = program_of(problem, lowest=widest + FIRST_OFFERS)
        known = _better(problem, known, None if near is None else _first_run(near, until, is_any_enough=is_any_enough))
    among = None
    if having is not None and known is not None:
        # Whoever cannot be in a cheaper award is left out of the program.
        limit = _scaled(program, known) * (1 + 1e-9)
        held = {part.supplier for parts in known.values() for part in parts}
        among = {name for name, least in zip(program.names, having, strict=True) if least <= limit or name in held}
    return _finish(problem, among, until, known=known, floor=floor, is_any_enough=is_any_enough)


def _finish(
    problem: SplitProblem,
    among: set[str] | None,
    until: float,
    *,
    known: Award | None,
    floor: float,
    is_any_enough: bool,
) -> Solved:
    program = program_of(problem, among)
    assert program is not None, "leaving suppliers out takes no shares away"
    status, values, bound = run(program, until, start=known, is_any_enough=is_any_enough)
    if status is Outcome.INFEASIBLE and known is None:
        return Solved(Outcome.INFEASIBLE)
    found = None if values is None else _checked(problem, program.award_of(values))
    if values is not None and found is None and status is not Outcome.INFEASIBLE:
        _, tighter, _ = run(program, until, start=known, slack=SLACK, is_any_enough=is_any_enough)
        found = None if tighter is None else _checked(problem, program.award_of(tighter))
    best = _better(problem, known, found)
    if best is None:
        return Solved(Outcome.TIMED_OUT, bound=_money(program, max(floor, bound)))
    cost = weigh(problem, best).cost
    low = max(floor, min(bound, _scaled(program, best)))
    is_best = _scaled(program, best) - low <= OPTIMAL_GAP * _scaled(program, best)
    told = cost if is_best else min(_money(program, low), cost)
    return Solved(Outcome.OPTIMAL if is_best else Outcome.GAP, best, cost, told)


def _first_award(program: Program, most: int, until: float, *, is_any_enough: bool) -> Award | None:
    """An award among suppliers who look promising, to begin from."""
    problem, chosen = program.problem, promising(program, most)
    if not any(each.limit not in {Limit.MOST, Limit.PATTERNS} for each in problem.constraints):
        return _checked(problem, cheapest_among(problem, chosen))
    among = program_of(problem, set(chosen))
    assert among is not None, "leaving suppliers out takes no shares away"
    return _first_run(among, until, is_any_enough=is_any_enough)


def _first_run(program: Program, until: float, *, is_any_enough: bool) -> Award | None:
    """What a part of the time finds in a smaller program."""
    now = time.monotonic()
    _, values, _ = run(program, now + (until - now) * FIRST_PART, gap=FIRST_GAP, is_any_enough=is_any_enough)
    return None if values is None else _checked(program.problem, program.award_of(values))


def run(
    program: Program,
    until: float,
    *,
    start: Award | None = None,
    slack: float = 0.0,
    gap: float = 0.0,
    is_any_enough: bool = False,
) -> tuple[Outcome, Floats | None, float]:
    """One run of HiGHS: how it ended, the values of the columns, the bound in the program's scale."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy has no types here
    highs.silent()
    small = program.width <= LARGE
    options: dict[str, float | int] = {
        "threads": 1,
        "random_seed": SEED,
        "time_limit": max(until - time.monotonic(), 0.01),
        "mip_rel_gap": max(gap, 1e-9 if small else OPTIMAL_GAP / 2),
        "mip_abs_gap": 0.0 if small else 1e-6,
        "primal_feasibility_tolerance": 1e-9 if small else 1e-7,
        "mip_max_improving_sols": 1 if is_any_enough else highspy.kHighsIInf,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    highs.passModel(model_of(program, slack=slack))
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = list(program.values_of(start))
        highs.setSolution(given)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return Outcome.INFEASIBLE, None, 0.0
    is_there = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(highs.getSolution().col_value) if is_there else None
    bound = float(info.mip_dual_bound)
    is_best = status == highspy.HighsModelStatus.kOptimal
    return Outcome.OPTIMAL if is_best else Outcome.GAP, values, bound if np.isfinite(bound) else 0.0


def _checked(problem: SplitProblem, award: Award | None) -> Award | None:
    """The award if it is one and breaks nothing, exactly."""
    if award is None or not is_award(problem, award):
        return None
    return None if weigh(problem, award).broken else award


def _better(problem: SplitProblem, one: Award | None, other: Award | None) -> Award | None:
    found = [award for award in (one, other) if award is not None]
    return min(found, key=lambda award: weigh(problem, award).cost, default=None)


def _scaled(program: Program, award: Award) -> float:
    return float(weigh(replace(program.problem, constraints=()), award).cost / program.scale)


def _money(program: Program, bound: float) -> Decimal:
    """A bound in money, rounded down to what a float knows of it."""
    value = Decimal(bound) * program.scale
    return value.quantize(Decimal(1).scaleb(value.adjusted() - 9), rounding=ROUND_FLOOR) if value else value
