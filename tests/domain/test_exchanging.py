"""Bids in other currencies: what they count as, and that every other rule reads that and nothing else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.exchanging import OtherCurrency, amount_of, converted, highest_sent, is_converted
from app.domain.formats import LotTerms, Offer, check_rules, hash_of_rules, rules_from_json, rules_to_json
from app.domain.formats.open_descending import decide_bid, next_valid_amount
from app.domain.live_rules import LiveRules, Measure, Rates, Step, StepRule
from app.domain.money import AmountFault, format_amount, unit_of
from app.domain.refusals import Code, Refusal
from tests.domain.live_strategies import OPENS_AT, SECOND, amounts, rules_and_terms, scales, simple_rules

D = Decimal
TERMS = LotTerms(2, D("300.00"))
RATES = Rates((("USD", D("7.1234")), ("JPY", D("0.0471"))), "PBOC", date(2026, 11, 20))
RULES = replace(simple_rules(), rates=RATES)


def decide(text: str, own: str | None = None, rules: LiveRules = RULES) -> Decimal | Refusal:
    return decide_bid(rules, TERMS, None if own is None else D(own), Offer(text, OPENS_AT + SECOND))


def test_a_bid_counts_as_its_amount_times_the_rate_half_up() -> None:
    assert decide("USD 40.00") == D("284.94")  # 284.936
    assert decide("JPY 5000.00") == D("235.50")
    assert decide("284.94") == D("284.94")
    assert is_converted("USD 40.00")
    assert not is_converted("284.94")


def test_all_other_rules_read_what_it_counts_as() -> None:
    refused = decide("USD 42.12")
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.detail["sent"]) == (Code.ABOVE_CEILING, "300.04")
    small = decide("USD 40.00", own="285.00")
    assert isinstance(small, Refusal)
    assert small.code is Code.STEP_TOO_SMALL
    assert decide("USD 39.88", own="285.00") == D("284.08")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EUR 40.00", Code.OTHER_CURRENCY),
        ("usd 40.00", Code.OTHER_CURRENCY),
        ("USD 40.001", Code.PRECISION),
        ("USD  40.00", Code.OTHER_CURRENCY),
        ("USD 40,00", Code.NOT_AN_AMOUNT),
        ("USD", Code.NOT_AN_AMOUNT),
        ("JPY 0.01", Code.NOT_AN_AMOUNT),
        ("USD -1", Code.NOT_AN_AMOUNT),
    ],
)
def test_what_is_no_bid(text: str, code: Code) -> None:
    refused = decide(text)
    assert isinstance(refused, Refusal)
    assert refused.code is code


def test_without_rates_a_code_is_no_amount() -> None:
    refused = decide("USD 40.00", rules=simple_rules())
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_AN_AMOUNT


rates = st.integers(1, 10**10).map(lambda units: D(units).scaleb(-8))


@given(scales, rates, st.data())
def test_the_highest_amount_in_another_currency_is_the_highest(scale: int, rate: Decimal, data: st.DataObject) -> None:
    limit = data.draw(amounts(scale))
    sent = highest_sent(limit, rate, scale)
    unit = unit_of(scale)
    assert converted((sent or D(0)) + unit, rate, scale) > limit
    if sent is not None:
        assert converted(sent, rate, scale) <= limit


@given(rules_and_terms(), rates, st.data())
def test_a_converted_bid_is_decided_as_what_it_counts_as(
    game: tuple[LiveRules, LotTerms], rate: Decimal, data: st.DataObject
) -> None:
    rules, terms = game
    rules = replace(rules, rates=Rates((("USD", rate),), "x", date(2026, 1, 1)))
    own, sent = data.draw(st.none() | amounts(terms.scale)), data.draw(amounts(terms.scale))
    text = f"USD {format_amount(sent, terms.scale)}"
    counts_as = amount_of(rules, text, terms.scale)
    if isinstance(counts_as, Decimal):
        plain = Offer(format_amount(counts_as, terms.scale), OPENS_AT + SECOND)
        assert decide_bid(rules, terms, own, Offer(text, plain.received_at)) == decide_bid(rules, terms, own, plain)
    else:
        assert counts_as is AmountFault.NOT_POSITIVE
    following = next_valid_amount(rules, terms, own)
    highest = None if following is None else highest_sent(following, rate, terms.scale)
    if highest is not None and highest < 10**14:
        assert amount_of(rules, f"USD {format_amount(highest, terms.scale)}", terms.scale) != OtherCurrency("USD")


def test_the_form_keeps_them_and_old_rules_hash_as_ever() -> None:
    assert rules_from_json(rules_to_json(RULES)) == RULES
    assert hash_of_rules(RULES) != hash_of_rules(simple_rules())
    assert "currencies" not in rules_to_json(simple_rules())


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (RULES, []),
        (replace(RULES, rates=replace(RATES, rates=())), [("currencies.rates", "INCOMPLETE")]),
        (replace(RULES, rates=replace(RATES, source=" ")), [("currencies.source", "INCOMPLETE")]),
        (
            replace(RULES, rates=replace(RATES, rates=(("USD", D(1)), ("USD", D(0)), ("ABC", D(2))))),
            [
                ("currencies.rates.1.currency", "ALREADY_EXISTS"),
                ("currencies.rates.1.rate", "OUT_OF_RANGE"),
                ("currencies.rates.2.currency", "UNKNOWN_CURRENCY"),
            ],
        ),
        (
            replace(RULES, step=Step(Measure.MONEY, D(1), StepRule.MULTIPLE)),
            [("step.rule", "NOT_ALLOWED_HERE")],
        ),
    ],
)
def test_what_is_refused(rules: LiveRules, expected: list[tuple[str, str]]) -> None:
    assert [(fault.field, fault.code) for fault in check_rules(rules)] == expected
