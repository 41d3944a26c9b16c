"""Ranking bases of a live round: each equals a naive one, neutral ones the price, an own step never costs a place."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.certification import Grade
from app.domain.formats import check_rules
from app.domain.formats.basis_sentences import ranking_sentences
from app.domain.formats.scoring import told_score
from app.domain.grading import check_grades
from app.domain.live_rules import Basis, Factors, FeedbackMode, LiveRules, LotTerms, Measure
from app.domain.live_rules_json import BadRulesError, rules_from_json, rules_to_json
from app.domain.ranking import PlacedBid, rank
from app.domain.scoring.kinds import Coefficient
from app.domain.scoring.live_basis import (
    LotBasis,
    OwnFigures,
    basis_from_json,
    basis_to_json,
    check_basis,
    features_of,
    ranking_rules,
)
from app.domain.scoring.live_standing import standing_by
from app.domain.scoring.rules import PRICE_ALONE, EvaluationRules, PriceRules, evaluation_from_json
from tests.domain.live_strategies import simple_rules
from tests.domain.scoring.samples import an_evaluation

CEILING = Decimal(400)
TAGS = "abcdef"
tags = st.sampled_from(TAGS)
# In money at one decimal, so that equal amounts and equal figures come up.
plays = st.lists(st.tuples(tags, st.integers(1, 400)), min_size=1, max_size=25)
percents = st.lists(st.integers(-20, 40), min_size=6, max_size=6)
POINTS_FORMULAS: tuple[dict[str, Any], ...] = (
    {"code": "lowest_ratio", "params": {}},
    {"code": "linear_to_lowest", "params": {"slope": "2"}},
    {"code": "fixed_band", "params": {"best": "10", "worst": "300"}},
    {"code": "deduct_from_benchmark", "params": {"benchmark": "lowest", "above": "3"}},
)


def evaluation(formula: dict[str, Any] = POINTS_FORMULAS[0], **changes: Any) -> EvaluationRules:
    typed = {"price": {"weight": "60", "formula": formula}, "freeze_technical": True, **changes}
    return evaluation_from_json(an_evaluation(**typed))


def factors(*values: str, measure: Measure | None = Measure.PERCENT) -> Factors:
    return Factors(tuple(zip(Grade, map(Decimal, values), strict=True)), measure)


def ruled(basis: Basis, **changes: Any) -> LiveRules:
    return replace(simple_rules(), basis=basis, **changes)


MALUS = ruled(Basis.BONUS_MALUS, factors=factors("0", "1", "2", "4"))
MONEY = ruled(Basis.BONUS_MALUS, factors=factors("0", "1", "2", "4", measure=Measure.MONEY))
FEATURES = ruled(Basis.COEFFICIENT, factors=factors("0.1", "0.05", "0", "0", measure=None))
POINTS = ruled(Basis.POINTS, feedback=FeedbackMode.SCORE_RANK)


def lot(rules: LiveRules, figures: Iterable[OwnFigures], held: EvaluationRules | None = None) -> LotBasis:
    return LotBasis(ranking_rules(rules, held) or PRICE_ALONE, CEILING, dict(zip(TAGS, figures, strict=True)))


def falling(moves: list[tuple[str, int]]) -> list[PlacedBid]:
    last: dict[str, int] = {}
    bids: list[PlacedBid] = []
    for tag, units in moves:
        if units < last.get(tag, 401):
            last[tag] = units
            bids.append(PlacedBid(tag, Decimal(units).scaleb(-1), len(bids) + 1))
    return bids


def places(basis: LotBasis, bids: list[PlacedBid]) -> dict[str, int]:
    """Placed one by one, as the room does."""
    standing = standing_by(basis, ())
    for bid in bids:
        standing = standing.placed(bid)
    whole = standing_by(basis, bids)
    assert standing.order == whole.order
    found = {tag: standing.rank_of(tag) for _, _, tag in standing.order}
    assert sorted(found.values(), key=lambda one: one or 0) == list(range(1, len(found) + 1))
    return {tag: place for tag, place in found.items() if place is not None}


def by_key(bids: list[PlacedBid], keys: dict[str, Fraction]) -> dict[str, int]:
    own = rank(bids)
    ordered = sorted(own, key=lambda row: (keys[row.tag], row.amount, row.seq))
    return {row.tag: place for place, row in enumerate(ordered, start=1)}


@given(plays, percents)
def test_total_cost_and_coefficient_are_the_naive_ones(moves: list[tuple[str, int]], values: list[int]) -> None:
    bids = falling(moves)
    figures = [OwnFigures((Decimal(value),)) for value in values]
    own, amounts = dict(zip(TAGS, values, strict=True)), {row.tag: Fraction(row.amount) for row in rank(bids)}
    percent = {tag: amount * (100 + own[tag]) / 100 for tag, amount in amounts.items()}
    assert places(lot(MALUS, figures), bids) == by_key(bids, percent)
    money = {tag: amount + own[tag] for tag, amount in amounts.items()}
    assert places(lot(MONEY, figures), bids) == by_key(bids, money)
    features = [OwnFigures((Decimal(abs(value)).scaleb(-2), Decimal("0.01"))) for value in values]
    divided = {tag: amount / (1 + Fraction(abs(own[tag]), 100) + Fraction(1, 100)) for tag, amount in amounts.items()}
    assert places(lot(FEATURES, features), bids) == by_key(bids, divided)


@given(plays, percents, percents)
def test_points_are_the_naive_ones(moves: list[tuple[str, int]], marks: list[int], bonuses: list[int]) -> None:
    bids = falling(moves)
    technical = {tag: Decimal(mark + 20) + Decimal("0.05") for tag, mark in zip(TAGS, marks, strict=True)}
    bonus = {tag: Decimal(value) for tag, value in zip(TAGS, bonuses, strict=True)}
    figures = [OwnFigures((), technical[tag], bonus[tag]) for tag in TAGS]
    own = {row.tag: row.amount for row in rank(bids)}
    lowest = Fraction(min(own.values()))
    totals = {}
    for tag, amount in own.items():
        exact = 40 * Fraction(technical[tag]) / 100 + 60 * lowest / Fraction(amount) + Fraction(bonus[tag])
        held = Decimal(exact.numerator) / Decimal(exact.denominator)
        totals[tag] = -Fraction(held.quantize(Decimal("0.01"), ROUND_HALF_UP))
    assert places(lot(POINTS, figures, evaluation()), bids) == by_key(bids, totals)


@given(plays, st.sampled_from([MALUS, MONEY, FEATURES, POINTS]))
def test_neutral_figures_are_the_price(moves: list[tuple[str, int]], rules: LiveRules) -> None:
    bids = falling(moves)
    same = OwnFigures((Decimal(0),), Decimal(80)) if rules is not POINTS else OwnFigures((), Decimal(80))
    # A wide band, or cheap bids would all have 100 points: of equal totals the lower price stands first anyway.
    held = evaluation() if rules is POINTS else None
    assert places(lot(rules, [same] * 6, held), bids) == {row.tag: row.rank for row in rank(bids)}


@given(plays, percents, tags, st.integers(1, 400), st.sampled_from(POINTS_FORMULAS))
def test_an_own_step_never_costs_a_place(
    moves: list[tuple[str, int]], values: list[int], tag: str, units: int, formula: dict[str, Any]
) -> None:
    bids = falling(moves)
    played = [
        lot(MALUS, [OwnFigures((Decimal(value),)) for value in values]),
        lot(FEATURES, [OwnFigures((Decimal(abs(value)).scaleb(-2),)) for value in values]),
        lot(POINTS, [OwnFigures((), Decimal(value + 30)) for value in values], evaluation(formula)),
    ]
    for basis in played:
        before = standing_by(basis, bids)
        held = before.own_last(tag)
        if held is None or Decimal(units).scaleb(-1) >= held:
            continue
        after = before.placed(PlacedBid(tag, Decimal(units).scaleb(-1), len(bids) + 1))
        assert (after.rank_of(tag) or 0) <= (before.rank_of(tag) or 0)


@given(plays, percents, tags, st.sampled_from(POINTS_FORMULAS))
def test_the_price_that_leads_is_the_highest_that_does(
    moves: list[tuple[str, int]], values: list[int], tag: str, formula: dict[str, Any]
) -> None:
    bids, unit = falling(moves), Decimal("0.1")
    basis = lot(POINTS, [OwnFigures((), Decimal(value + 30), Decimal(value)) for value in values], evaluation(formula))
    standing = standing_by(basis, bids)
    found = standing.leads_from(tag, CEILING / 10, unit)

    def leads(amount: Decimal) -> bool:
        return standing.placed(PlacedBid(tag, amount, len(bids) + 1)).rank_of(tag) == 1

    if found is None:
        assert not leads(unit)
    else:
        assert leads(found)
        assert found == CEILING / 10 or not leads(found + unit)


def test_what_a_floor_keeps_is_read_again() -> None:
    held = evaluation()
    figures = {"a": OwnFigures((Decimal("0.10"),), Decimal("73.20"), Decimal(-2)), "b": OwnFigures()}
    kept = basis_to_json(POINTS, held, figures)
    assert basis_from_json(POINTS, CEILING, kept) == LotBasis(held, CEILING, figures)
    with pytest.raises(ValueError, match="published"):
        basis_from_json(MALUS, CEILING, kept)


def test_features_come_from_the_grade_and_from_the_published_coefficient() -> None:
    shared = replace(COEFFICIENT, price=PriceRules(Decimal(100), Coefficient(share=Decimal("0.15"))))
    both = features_of(FEATURES, shared, grade=Grade.B, technical=Decimal(80))
    assert both == (Decimal("0.05"), Decimal("0.12"))
    assert features_of(MALUS, None, grade=Grade.D, technical=None) == (Decimal(4),)
    assert features_of(POINTS, shared, grade=Grade.D, technical=Decimal(80)) == ()


FIXED = evaluation(POINTS_FORMULAS[2])
PRICED = replace(FIXED, technical=None, price=PRICE_ALONE.price)
COEFFICIENT = replace(FIXED, price=PriceRules(Decimal(100), Coefficient(share=Decimal("0.1"))), freeze_technical=False)
MEAN = {"code": "deduct_from_benchmark", "params": {"benchmark": "mean", "above": "1"}}
MIN_MAX = {"code": "min_max", "params": {}}


@pytest.mark.parametrize(
    ("rules", "held", "expected"),
    [
        (MALUS, None, []),
        (MALUS, PRICED, []),
        (MALUS, evaluation(), [("basis", "OTHER_FORMULA")]),
        (FEATURES, None, []),
        (FEATURES, evaluation(), [("basis", "OTHER_FORMULA")]),
        (ruled(Basis.COEFFICIENT), PRICED, [("factors", "INCOMPLETE")]),
        (ruled(Basis.COEFFICIENT), COEFFICIENT, [("basis", "NEEDS_FROZEN_POINTS")]),
        (ruled(Basis.COEFFICIENT), replace(COEFFICIENT, freeze_technical=True), []),
        (POINTS, None, [("basis", "NEEDS_POINTS")]),
        (POINTS, PRICED, [("basis", "NEEDS_POINTS"), ("basis", "FORMULA_NOT_LIVE")]),
        (POINTS, FIXED, []),
        (POINTS, replace(FIXED, technical=None), [("basis", "NEEDS_TECHNICAL")]),
        (POINTS, replace(FIXED, freeze_technical=False), [("basis", "NEEDS_FROZEN_POINTS")]),
        (POINTS, evaluation(), [("tells_lead", "TELLS_A_RIVAL")]),
        (replace(POINTS, tells_lead=True), evaluation(), []),
        (replace(POINTS, feedback=FeedbackMode.RANK_ONLY), evaluation(), []),
        (replace(POINTS, tells_lead=True), evaluation(MEAN), [("basis", "FORMULA_NOT_LIVE")]),
        (replace(POINTS, tells_lead=True), evaluation(MIN_MAX), [("basis", "FORMULA_NOT_LIVE")]),
        (simple_rules(), evaluation(MEAN), []),
    ],
)  # fmt: skip
def test_what_cannot_be_played_with_an_evaluation(
    rules: LiveRules, held: EvaluationRules | None, expected: list[tuple[str, str]]
) -> None:
    assert [(fault.field, fault.code) for fault in check_basis(rules, held)] == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (MALUS, []),
        (FEATURES, []),
        (POINTS, []),
        (replace(POINTS, tells_lead=True), []),
        (replace(MALUS, factors=None), [("factors", "INCOMPLETE")]),
        (replace(simple_rules(), factors=MALUS.factors), [("factors", "NOT_ALLOWED_HERE")]),
        (replace(MALUS, factors=factors("0", "0", "0", "0", measure=None)), [("factors.measure", "INCOMPLETE")]),
        (replace(MALUS, factors=factors("0", "-1", "0", "0")), [("factors.grades.B", "OUT_OF_ORDER")]),
        (replace(FEATURES, factors=factors("0", "0", "0", "0")), [("factors.measure", "NOT_ALLOWED_HERE")]),
        (ruled(Basis.COEFFICIENT, factors=factors("0.1", "0.2", "0", "0", measure=None)),
         [("factors.grades.B", "OUT_OF_ORDER")]),
        (ruled(Basis.COEFFICIENT, factors=factors("0.1", "0", "0", "-1", measure=None)),
         [("factors.grades.D", "OUT_OF_RANGE")]),
        (replace(MALUS, factors=factors("0", "0", "0", "100.1")), [("factors.grades.D", "OUT_OF_RANGE")]),
        (replace(MALUS, factors=factors("0", "0", "0", "0.00001")), [("factors.grades.D", "OUT_OF_RANGE")]),
        (replace(MALUS, feedback=FeedbackMode.BEST_PRICE), [("feedback", "NOT_BY_PRICE")]),
        (replace(MALUS, feedback=FeedbackMode.SCORE_RANK), [("feedback", "NEEDS_POINTS")]),
        (replace(MALUS, tells_lead=True), [("tells_lead", "NOT_ALLOWED_HERE")]),
    ],
)  # fmt: skip
def test_what_cannot_stand_by_itself(rules: LiveRules, expected: list[tuple[str, str]]) -> None:
    assert [(fault.field, fault.code) for fault in check_rules(rules)] == expected


@pytest.mark.parametrize("rules", [simple_rules(), MALUS, FEATURES, POINTS, replace(POINTS, tells_lead=True)])
def test_they_are_written_only_where_they_are_not_the_price(rules: LiveRules) -> None:
    stored = rules_to_json(rules)
    assert rules_from_json(stored) == rules
    assert ("basis" in stored, "factors" in stored) == (rules.basis is not Basis.PRICE, rules.factors is not None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"basis": "beauty"}, "basis"),
        ({"factors": {"grades": {"A": "0"}}}, "factors.grades.B"),
        ({"factors": {"measure": "stones", "grades": {}}}, "factors.measure"),
        ({"tells_lead": 1}, "tells_lead"),
    ],
)
def test_other_forms_are_refused_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRulesError) as raised:
        rules_from_json(rules_to_json(simple_rules()) | change)
    assert raised.value.field == field


def test_a_value_that_only_one_bidder_would_have_is_refused() -> None:
    named = check_grades([Grade.A, Grade.A, Grade.B], None, MALUS.factors)
    assert [(fault.field, fault.code, fault.detail) for fault in named] == [
        ("rules.factors", "NAMES_A_BIDDER", {"points": "1"})
    ]
    # B and C alike are two.
    assert check_grades([Grade.A, Grade.A, Grade.B, Grade.C], None, factors("0", "1", "1", "4")) == []


TERMS = LotTerms(2, CEILING)


@pytest.mark.parametrize(
    ("rules", "held", "active", "expected"),
    [
        (POINTS, FIXED, 2, (True, True, False)),
        (replace(POINTS, tells_lead=True), evaluation(), 4, (True, False, False)),
        (replace(POINTS, tells_lead=True), evaluation(), 5, (True, True, True)),
        (replace(POINTS, feedback=FeedbackMode.RANK_ONLY), FIXED, 6, None),
    ],
)
def test_own_points_are_told_and_never_what_gives_a_rival_away(
    rules: LiveRules, held: EvaluationRules, active: int, expected: tuple[bool, bool, bool] | None
) -> None:
    basis = lot(rules, [OwnFigures((), Decimal(80))] * 6, held)
    standing = standing_by(basis, [PlacedBid(tag, Decimal(100 + at), at) for at, tag in enumerate(TAGS[:active], 1)])
    told = told_score(rules, TERMS, standing, TAGS[1])
    found = None if told is None else (told.technical, told.total, told.leads_at)
    assert (found if found is None else tuple(one is not None for one in found)) == expected
    if told is not None and told.leads_at is not None:
        assert told.leads_at == Decimal("100.99")
    first = told_score(rules, TERMS, standing, TAGS[0])
    assert first is None or first.leads_at is None
    assert told_score(rules, TERMS, standing, "nobody") is None


def test_the_rules_are_said_with_an_example_that_was_computed() -> None:
    said = ranking_sentences(MALUS, "en")
    assert "A 0 %, B +1 %, C +2 %, D +4 %" in said[0]
    assert said[1] == (
        "Example: a bid of 101 with grade A is ranked as 101, a bid of 100 with grade C is ranked as 102; "
        "the first is ahead."
    )
    assert "调整额" in ranking_sentences(MALUS, "zh")[0]
    assert ranking_sentences(simple_rules(), "en") == []
    for rules in (MONEY, FEATURES, POINTS, replace(POINTS, tells_lead=True), ruled(Basis.COEFFICIENT)):
        assert all(ranking_sentences(rules, "en"))
        assert len(ranking_sentences(rules, "zh")) == len(ranking_sentences(rules, "en"))
