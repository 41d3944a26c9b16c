"""What every formula claims holds for drawn fields: bounds, monotone in the own price, independent of others; and the
warning that a bidder's leaving may turn two others, with its witness."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.scoring.kinds import Formula, FormulaCode, Pointed
from app.domain.scoring.price_points import PriceField, PriceScore, rank_figure, score_price
from app.domain.scoring.rules import EvaluationRules, PriceRules, evaluation_from_json
from app.domain.scoring.totals import Offer, rank_offers
from app.domain.scoring.warnings import Leaving, claims_of, leaving_warning, turned_by_leaving
from tests.domain.scoring.samples import an_evaluation, rules
from tests.domain.scoring.strategies import amounts, fields, formula_from, pointed


def scored(formula: Formula, amount: Decimal, field: PriceField) -> PriceScore:
    found = score_price(formula, amount, field)
    assert found is not None
    return found


@given(pointed, fields)
def test_points_keep_their_bounds(formula: Formula, field: PriceField) -> None:
    claims = claims_of(formula)
    assert claims.low is not None
    assert claims.high is not None
    assert all(claims.low <= scored(formula, amount, field).counted <= claims.high for amount in field.amounts)


@settings(max_examples=300)
@given(pointed, fields, amounts)
def test_a_higher_own_price_never_has_more_points_where_that_is_claimed(
    formula: Formula, field: PriceField, other: Decimal
) -> None:
    assume(claims_of(formula).is_monotone)
    own, rest = field.amounts[0], field.amounts[1:]
    dear, cheap = max(own, other), min(own, other)
    high = scored(formula, cheap, PriceField((cheap, *rest), field.ceiling))
    low = scored(formula, dear, PriceField((dear, *rest), field.ceiling))
    assert low.counted <= high.counted


@settings(max_examples=200)
@given(pointed, fields, fields)
def test_others_change_nothing_where_that_is_claimed(formula: Formula, field: PriceField, others: PriceField) -> None:
    assume(claims_of(formula).is_independent)
    own = field.amounts[0]
    alone = PriceField((own, *others.amounts), field.ceiling)
    assert scored(formula, own, field).counted == scored(formula, own, alone).counted


@given(
    st.sampled_from(
        [FormulaCode.MONETISED_QUALITY, FormulaCode.QUALITY_PER_PRICE, FormulaCode.COEFFICIENT, FormulaCode.TOTAL_COST]
    ),
    st.integers(0, 50),
    amounts,
    amounts,
)
def test_a_figure_is_worse_with_a_higher_price(code: FormulaCode, seed: int, one: Decimal, other: Decimal) -> None:
    formula: Any = formula_from(seed, code)
    cheap, dear = (
        rank_figure(formula, amount, Decimal("80.5"), ceiling=Decimal(100)).key for amount in sorted((one, other))
    )
    assert cheap is not None
    assert dear is not None
    assert cheap <= dear


def rules_of(code: str, weight: str = "60", **params: Any) -> EvaluationRules:
    price = {"weight": weight, "formula": {"code": code, "params": params}}
    if weight == "100":
        return evaluation_from_json(an_evaluation(technical=None, price=price))
    return rules(price=price)


MEAN = {"benchmark": "mean", "above": "1"}


@pytest.mark.parametrize(
    ("given_rules", "kind"),
    [
        (rules_of("lowest_ratio"), Leaving.LEAVING_TURNS_TOTALS),
        (rules_of("linear_to_lowest"), Leaving.LEAVING_TURNS_TOTALS),
        (rules_of("min_max"), Leaving.LEAVING_TURNS_TOTALS),
        (rules_of("interpolate", axis="deviation", a="0", z="20", benchmark="mean"), Leaving.LEAVING_TURNS_TOTALS),
        (rules_of("deduct_from_benchmark", **MEAN, below="1"), Leaving.LEAVING_TURNS_RANKS),
        (rules_of("deduct_from_benchmark", "100", **MEAN, below="1"), Leaving.LEAVING_TURNS_RANKS),
        (
            rules_of(
                "deduct_from_benchmark", "100", above="1", below="1", benchmark="trimmed_mean", drop_high=1,
                drop_low=1, inclusive=False, **{"from": 6},
            ),
            Leaving.LEAVING_TURNS_RANKS,
        ),
        (
            rules_of(
                "piecewise", "100", benchmark="mean",
                rows=[{"from": None, "to": "0", "points": "80"}, {"from": "0", "to": None, "points": "100"}],
            ),
            Leaving.LEAVING_TURNS_RANKS,
        ),
    ],
)  # fmt: skip
def test_where_a_leaving_can_turn_two_others_a_witness_shows_it(given_rules: EvaluationRules, kind: Leaving) -> None:
    warning = leaving_warning(given_rules)
    assert warning is not None
    assert warning.kind is kind
    witness = warning.witness
    assert witness is not None
    before = [each.offer.key for each in rank_offers(given_rules, witness.offers, ceiling=witness.ceiling)]
    stayed = [each for each in witness.offers if each.key != witness.leaves]
    after = [each.offer.key for each in rank_offers(given_rules, stayed, ceiling=witness.ceiling)]
    first, second = witness.turned
    assert before.index(first) < before.index(second)
    assert after.index(first) > after.index(second)


@pytest.mark.parametrize(
    "given_rules",
    [
        rules_of("lowest_ratio", "100"),
        rules_of("deduct_from_benchmark", "100", **MEAN),
        rules_of("fixed_band", best="90", worst="120"),
        rules_of("interpolate", a="90", z="120"),
        rules_of("deduct_from_benchmark", benchmark="blend", alpha="0", above="1", below="1", **{"with": "ceiling"}),
    ],
)
def test_where_it_cannot_there_is_no_warning(given_rules: EvaluationRules) -> None:
    assert leaving_warning(given_rules) is None


@settings(max_examples=150)
@given(pointed, fields, st.integers(0, 8))
def test_without_a_warning_no_drawn_field_turns(formula: Formula, field: PriceField, leaver: int) -> None:
    assert isinstance(formula, Pointed)
    alone = replace(rules_of("lowest_ratio", "100"), price=PriceRules(Decimal(100), formula))
    assume(leaving_warning(alone) is None)
    offers = [Offer(str(at), amount, at) for at, amount in enumerate(field.amounts)]
    assert turned_by_leaving(alone, offers, ceiling=field.ceiling, leaver=str(leaver % len(offers))) is None
