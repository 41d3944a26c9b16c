"""Split awards: the solver against every way there is, exact checks, coded refusals, clashes and prices by name."""

import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.award import splitting_solver
from app.award.splitting_answer import Outcome
from app.award.splitting_solver import answer_of, clashing, solve
from app.award.splitting_wire import answer_from, answer_to_json, problem_from, problem_to_json
from app.domain.money import HUNDRED
from app.domain.refusals import Code, Refusal
from app.domain.scoring.rules import check_evaluation, evaluation_from_json, evaluation_to_json
from app.domain.split_award import Part, is_award, lowest_cost, risks_of, sole_best, weigh
from app.domain.splitting import SOLE, Constraint, Limit, SplitLot, SplitOffer, SplitProblem, check_problem, pattern_of
from tests.domain.scoring.samples import an_evaluation
from tests.domain.splitting_naive import cheapest, every_award, keeps

PATTERNS = (SOLE, (Decimal(70), Decimal(30)), (Decimal(60), Decimal(40)), (Decimal(50), Decimal(50)),
            (Decimal(50), Decimal(30), Decimal(20)))  # fmt: skip
NAMES = ("a", "b", "c", "d")


@st.composite
def problems(draw: st.DrawFn) -> SplitProblem:
    """Up to two lots, up to four suppliers, up to four constraints of all kinds."""
    lots = []
    for at in range(draw(st.integers(1, 2))):
        able = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
        costs = st.decimals(80, 130, places=2)
        offers = tuple(SplitOffer(name, draw(costs), Decimal(draw(st.integers(60, 100)))) for name in able)
        lots.append(SplitLot(f"l{at}", offers, Decimal(draw(st.sampled_from([37, 100, 1000]))), "pc", "CNY"))
    limits = draw(st.lists(st.sampled_from(Limit), max_size=4))
    return SplitProblem(tuple(lots), tuple(_constraint(draw, lots, f"c{at}", one) for at, one in enumerate(limits)))


def _constraint(draw: st.DrawFn, lots: list[SplitLot], name: str, limit: Limit) -> Constraint:
    some = tuple(draw(st.lists(st.sampled_from([lot.id for lot in lots]), unique=True)))
    covered = [lot for lot in lots if not some or lot.id in some]
    if limit is Limit.PATTERNS:
        patterns = draw(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2, unique=True))
        return Constraint(name, limit, lots=some, patterns=tuple(patterns))
    low, high = {
        Limit.LOT_LEAST: (1, 3), Limit.LOT_MOST: (1, 3), Limit.LEAST: (1, 4), Limit.MOST: (1, 4),
        Limit.SHARE_CAP: (20, 80), Limit.SHARE_FLOOR: (5, 45), Limit.CAPACITY: (10, 1500), Limit.QUALITY: (60, 95),
        Limit.BUDGET: (int(sum(lot.lowest for lot in covered)), int(sum(lot.lowest for lot in covered) * 5 / 4)),
    }[limit]  # fmt: skip
    able = sorted({offer.supplier for lot in covered for offer in lot.offers})
    supplier = draw(st.sampled_from(able)) if limit is Limit.CAPACITY else None
    lots_named = some if limit in {Limit.LOT_LEAST, Limit.LOT_MOST, Limit.CAPACITY, Limit.BUDGET} else ()
    return Constraint(name, limit, Decimal(draw(st.integers(low, high))), lots_named, supplier)


@settings(max_examples=50)
@given(problems(), st.booleans())
def test_the_solver_finds_what_trying_every_way_finds(problem: SplitProblem, is_large: bool) -> None:
    assert check_problem(problem) is None
    best = cheapest(problem)
    with pytest.MonkeyPatch.context() as patch:
        # The way of large problems, with the bound by prices, on a small one.
        patch.setattr(splitting_solver, "LARGE", 0 if is_large else 10**9)
        found = solve(problem, seconds=20)
    if best is None:
        assert found.outcome is Outcome.INFEASIBLE
        clash, is_minimal = clashing(problem, time.monotonic() + 20)
        named = [each for each in problem.constraints if each.id in clash]
        known = problem.without(*(each.id for each in problem.constraints if each.id not in clash))
        assert is_minimal
        assert cheapest(known) is None
        assert all(cheapest(known.without(each.id)) is not None for each in named)
        return
    assert (found.outcome, found.cost is not None and Fraction(found.cost)) == (Outcome.OPTIMAL, best)
    assert found.award is not None
    assert found.bound is not None
    assert found.bound <= Decimal(best.numerator) / Decimal(best.denominator)
    assert is_award(problem, found.award)
    assert weigh(problem, found.award).broken == ()


@settings(max_examples=40)
@given(problems(), st.randoms(use_true_random=False))
def test_the_exact_check_says_of_any_award_what_the_rules_say(problem: SplitProblem, chance: Any) -> None:
    award = chance.choice(list(every_award(problem)))
    assert is_award(problem, award)
    broken = [each.id for each in problem.constraints if not keeps(problem, award, each)]
    assert list(weigh(problem, award).broken) == broken


def lot(name: str, costs: dict[str, str], **more: Any) -> SplitLot:
    return SplitLot(name, tuple(SplitOffer(key, Decimal(cost)) for key, cost in costs.items()), **more)


def shares(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def limit(name: str, kind: Limit, value: str = "0", **more: Any) -> Constraint:
    return Constraint(name, kind, Decimal(value), **more)


LOTS = (lot("l1", {"a": "100", "b": "110"}, first="b"), lot("l2", {"a": "200", "c": "230"}, first="a"))


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (SplitProblem(()), Code.INCOMPLETE),
        (SplitProblem((lot("l", {}),)), Code.INCOMPLETE),
        (SplitProblem((lot("l", {"a": "0"}),)), Code.OUT_OF_RANGE),
        (SplitProblem((lot("l", {"a": "NaN"}),)), Code.OUT_OF_RANGE),
        (SplitProblem((lot("l", {"a": "-1"}),)), Code.OUT_OF_RANGE),
        (SplitProblem((lot("l", {"a": "1"}, currency="CNY"), lot("m", {"a": "1"}, currency="EUR"))),
         Code.MIXED_CURRENCIES),
        (SplitProblem(LOTS, (limit("c", Limit.PATTERNS, patterns=(shares("70", "20"),)),)), Code.WEIGHTS_NOT_100),
        (SplitProblem(LOTS, (limit("c", Limit.PATTERNS, patterns=(shares("110", "-10"),)),)), Code.OUT_OF_RANGE),
        (SplitProblem(LOTS, (limit("c", Limit.PATTERNS),)), Code.INCOMPLETE),
        (SplitProblem(LOTS, (limit("c", Limit.CAPACITY, "-1", supplier="a"),)), Code.OUT_OF_RANGE),
        (SplitProblem(LOTS, (limit("c", Limit.CAPACITY, "5", supplier="z"),)), Code.UNKNOWN_LABEL),
        (SplitProblem((LOTS[0], lot("l2", {"a": "1"}, unit="t")), (limit("c", Limit.CAPACITY, "5", supplier="a"),)),
         Code.MIXED_UNITS),
        (SplitProblem(LOTS, (limit("c", Limit.MOST, "1.5"),)), Code.OUT_OF_RANGE),
        (SplitProblem(LOTS, (limit("c", Limit.SHARE_CAP, "101"),)), Code.OUT_OF_RANGE),
        (SplitProblem(LOTS, (limit("c", Limit.QUALITY, "70"),)), Code.NOT_ALLOWED_HERE),
        (SplitProblem(LOTS, (limit("c", Limit.BUDGET, "70", lots=("zz",)),)), Code.NOT_ALLOWED_HERE),
        (SplitProblem(LOTS, (limit("c", Limit.MOST, "1"),) * 2), Code.ALREADY_EXISTS),
    ],
)  # fmt: skip
def test_what_is_no_problem_is_refused_with_a_code(problem: SplitProblem, code: Code) -> None:
    refused = check_problem(problem)
    assert refused is not None
    assert refused.code is code


def test_shares_are_hundredths_of_percents_that_sum_to_100() -> None:
    assert pattern_of([Decimal("33.33"), Decimal("66.67")]) == (Decimal("66.67"), Decimal("33.33"))
    for texts in ([], ["100.5", "-0.5"], ["33.333", "66.667"], ["NaN", "50"], ["10"] * 11):
        assert isinstance(pattern_of([Decimal(share) for share in texts]), Refusal)


def test_who_has_no_price_for_a_lot_gets_none_of_it_and_amounts_of_forty_digits_stay_exact() -> None:
    huge = "1" + "0" * 36 + ".01"
    problem = SplitProblem((lot("l1", {"a": huge, "b": huge.replace(".01", ".03")}), lot("l2", {"a": "1", "c": "2"})),
                           (limit("c", Limit.PATTERNS, patterns=((Decimal(70), Decimal(30)),)),))  # fmt: skip
    found = solve(problem, seconds=5)
    assert found.award is not None
    assert {part.supplier for part in found.award["l2"]} == {"a", "c"}
    assert weigh(problem, found.award).cost == Decimal("1" + "0" * 35 + "1.316")
    assert not is_award(problem, {"l1": (Part("c", HUNDRED),), "l2": (Part("a", HUNDRED),)})


def test_each_constraint_has_its_price_and_risks_are_noted() -> None:
    constraints = (
        limit("many", Limit.LEAST, "2"),
        limit("cap", Limit.SHARE_CAP, "90"),
        limit("budget", Limit.BUDGET, "1000"),
    )
    problem = SplitProblem(LOTS, constraints)
    answer = answer_from(answer_to_json(answer_of(problem_from(problem_to_json(problem)), seconds=5, more_seconds=5)))
    solved = answer.solved
    # A third of the volume is lot 1: 30 % of it elsewhere brings the first to 90 %.
    assert (solved.outcome, solved.cost, lowest_cost(problem), sole_best(problem)) == (
        Outcome.OPTIMAL, Decimal(303), Decimal(300), Decimal(310),
    )  # fmt: skip
    assert {name: each.cost for name, each in answer.relaxed.items()} == {"many": 303, "cap": 303, "budget": 303}
    assert answer_of(problem.without("cap", "many"), seconds=5, more_seconds=5).solved.cost == 300
    assert solved.award is not None
    risks = risks_of(solved.award, weigh(problem, solved.award))
    assert [(risk.code, risk.lot or risk.supplier, risk.percent) for risk in risks] == [
        ("single_source", "l2", None), ("dependency", "a", Fraction(90)),
    ]  # fmt: skip


def test_the_time_may_be_over_before_anything_is_found() -> None:
    names = [f"s{at}" for at in range(30)]
    lots = tuple(
        lot(f"l{at}", {name: str(100 + (at * 7 + place * 13) % 50) for place, name in enumerate(names)})
        for at in range(60)
    )
    problem = SplitProblem(lots, (limit("c", Limit.LEAST, "30"), limit("d", Limit.SHARE_CAP, "3.4")))
    found = solve(problem, seconds=0)
    assert found.outcome in {Outcome.TIMED_OUT, Outcome.GAP}
    assert found.bound is not None
    assert found.bound >= Decimal(6000)


def test_an_announced_split_is_read_and_written_and_an_absent_one_is_not_written() -> None:
    plain = an_evaluation()
    assert "split" not in evaluation_to_json(evaluation_from_json(plain))
    rules = evaluation_from_json({**plain, "split": {"patterns": [["30", "70"], [" 70 ", "30.00"]]}})
    assert evaluation_to_json(rules)["split"] == {"patterns": [["70", "30"]]}
    for patterns, code in (
        ([], "MISSING_VALUE"),
        ([["70", "20"]], "WEIGHTS_NOT_100"),
        ([["x"]], "MALFORMED"),
        ("70", "MALFORMED"),
    ):
        faults = check_evaluation({**plain, "split": {"patterns": patterns}})
        assert code in {fault.code for fault in faults}
