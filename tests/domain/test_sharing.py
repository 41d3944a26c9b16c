"""A lot awarded in shares: announced, summing to the whole, bound, told to each as its own alone, replayed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.award_retracing import AwardRetrace
from app.domain.awarding import (
    LotRanking,
    ProposedDecision,
    RankedRow,
    UnsealScope,
    WhyReason,
    awarded_price,
    decide_proposal,
    decision_digest,
    labels_in_scope,
    reserve_of,
    unseal_change,
    why_choice,
)
from app.domain.chaining import Fault
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.money import HUNDRED
from app.domain.own_result import Outcome, own_result
from app.domain.refusals import Code, Refusal
from app.domain.scoring.split_rules import SplitRules
from app.domain.sharing import Choice, choice_of, choices_data, decide_shares, shares_data

PRICES = ("270.00", "280.00", "300.00", "310.00")
RANKING = LotRanking(
    "L",
    tuple(RankedRow(f"R{at}", at, Decimal(price), at, is_tied=False) for at, price in enumerate(PRICES, start=1)),
    "d" * 64,
)
SPLIT = SplitRules(((Decimal(70), Decimal(30)), (Decimal(50), Decimal(50))))
SHARED = Choice("L", "R2", "it cannot make more", (("R1", Decimal(30)), ("R2", Decimal(70))))
ADOPTED = {"L": {"R2": Decimal(70), "R1": Decimal(30)}}


def shared(*shares: tuple[str, str], label: str | None = "R1", reason: str = "why") -> Choice:
    return Choice("L", label, reason, tuple((each, Decimal(share)) for each, share in shares))


def entry(kind: Kind, data: Mapping[str, Any]) -> Entry:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Entry("tender:t", 1, at, kind, dict(data), "purchaser", "0" * 64, "test")


def test_a_whole_lot_is_written_as_it_always_was() -> None:
    assert choices_data([Choice("L", "R1", "")]) == [{"lot": "L", "label": "R1", "reason": ""}]
    told = choices_data([SHARED])
    assert told[0]["shares"] == [{"label": "R2", "share": "70"}, {"label": "R1", "share": "30"}]
    assert choices_data([choice_of(told[0])]) == told
    assert decision_digest([RANKING], [choice_of(told[0])]) == decision_digest([RANKING], [SHARED])
    assert decision_digest([RANKING], [SHARED]) != decision_digest([RANKING], [Choice("L", "R2", SHARED.reason)])


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (shared(("R1", "70"), ("R2", "20")), Code.WEIGHTS_NOT_100),
        (shared(("R1", "70"), ("R2", "30.001")), Code.OUT_OF_RANGE),
        (shared(("R1", "100"), ("R2", "0")), Code.OUT_OF_RANGE),
        (shared(("R1", "100")), Code.NOT_ALLOWED_HERE),
        (shared(("R1", "70"), ("R1", "30")), Code.NOT_ALLOWED_HERE),
        (shared(("R1", "30"), ("R2", "70")), Code.NOT_ALLOWED_HERE),
        (shared(("R1", "70"), ("R2", "30"), label=None), Code.NOT_ALLOWED_HERE),
        (shared(("R1", "60"), ("R2", "40")), Code.SPLIT_NOT_ANNOUNCED),
        (shared(("R1", "70"), ("R9", "30")), Code.UNKNOWN_LABEL),
        (shared(("R1", "70"), ("R4", "30")), Code.NOT_ALLOWED_HERE),
        (shared(("R1", "70"), ("R2", "30"), reason=" "), Code.REASON_MISSING),
    ],
)
def test_shares_that_are_refused(choice: Choice, code: Code) -> None:
    ranking = LotRanking("L", RANKING.rows, RANKING.digest, ("R1", "R2", "R3"))
    found = decide_proposal([ranking], [choice], split=SPLIT)
    assert isinstance(found, Refusal)
    assert (found.code, found.detail["lot"]) == (code, "L")


def test_without_an_announced_split_there_are_no_shares() -> None:
    assert decide_shares(SHARED, None) == Refusal(Code.SPLIT_NOT_ANNOUNCED, {"lot": "L"})


def test_the_adopted_scenario_is_followed_or_the_departure_explained() -> None:
    first, second = ("R1", Decimal(70)), ("R2", Decimal(30))
    adopted = {"L": {"R1": Decimal(70), "R2": Decimal(30)}}
    followed = Choice("L", "R1", "", (second, first))
    assert isinstance(decide_proposal([RANKING], [followed], split=SPLIT, adopted=adopted), ProposedDecision)
    assert why_choice(RANKING, followed, None) is WhyReason.OFF_SCENARIO
    for other in (Choice("L", "R1", ""), shared(("R1", "70"), ("R3", "30"), reason="")):
        refused = decide_proposal([RANKING], [other], split=SPLIT, adopted=adopted)
        assert refused == Refusal(Code.REASON_MISSING, {"lot": "L", "rule": "off_scenario"})
    # Whoever has the largest share and is not first needs a reason though a scenario stands behind it.
    assert why_choice(RANKING, SHARED, ADOPTED["L"]) is WhyReason.NOT_FIRST


def test_all_who_have_a_share_are_unsealed_and_the_reserve_has_none() -> None:
    decided = decide_proposal([RANKING], [SHARED], split=SPLIT, adopted=ADOPTED)
    assert isinstance(decided, ProposedDecision)
    assert decided.reserves == {"L": "R3"}
    change = unseal_change("d", decided.digest, scope=UnsealScope.PREFERRED, rankings=[RANKING], choices=[SHARED])
    assert [each["label"] for each in change["labels"]] == ["R1", "R2"]
    assert awarded_price(RANKING, SHARED.awarded) == Decimal("277.00")
    assert awarded_price(RANKING, {}) is None
    told = [own_result(RANKING, own_label=row.label, awarded=SHARED.awarded) for row in RANKING.rows]
    assert [(each.outcome, each.share) for each in told] == [
        (Outcome.PREFERRED, 30), (Outcome.PREFERRED, 70), (Outcome.NOT_SELECTED, None), (Outcome.NOT_SELECTED, None),
    ]  # fmt: skip
    assert own_result(RANKING, own_label="R1", awarded={"R1": HUNDRED}).share is None


@given(st.lists(st.integers(1, 9999), min_size=1, max_size=3, unique=True).map(sorted), st.permutations(range(4)))
def test_shares_add_up_and_everything_that_follows_holds_for_all_of_them(cuts: list[int], order: list[int]) -> None:
    edges = [0, *cuts, 10000]
    parts = [Decimal(high - low) / 100 for low, high in pairwise(edges)]
    shares = tuple((f"R{order[at] + 1}", part) for at, part in enumerate(parts))
    largest = max(shares, key=lambda each: each[1])[0]
    choice, split = Choice("L", largest, "why", shares), SplitRules((tuple(sorted(parts, reverse=True)),))
    decided = decide_proposal([RANKING], [choice], split=split)
    assert isinstance(decided, ProposedDecision)
    awarded = choice.awarded
    assert sum(awarded.values()) == 100
    assert choice_of(choices_data([choice])[0]).awarded == awarded
    assert set(labels_in_scope(UnsealScope.PREFERRED, RANKING, awarded)) == set(awarded)
    assert reserve_of(RANKING, awarded) not in awarded
    exact = sum(Fraction(row.amount) * Fraction(awarded[row.label]) for row in RANKING.rows if row.label in awarded)
    price = awarded_price(RANKING, awarded)
    assert price is not None
    assert Fraction(price) * 100 == exact


def test_decision_and_award_are_replayed_share_by_share() -> None:
    lots = {"L": RANKING}
    data = {"choices": choices_data([SHARED])}
    retrace = AwardRetrace()
    assert retrace.decided(entry(Kind.DECISION_PROPOSED, data), lots, SPLIT, ADOPTED) == [choice_of(data["choices"][0])]
    rows = [
        {"lot": "L", "supplier": "two", "amount": "280.00", "share": "70"},
        {"lot": "L", "supplier": "one", "amount": "270.00", "share": "30"},
    ]
    early = retrace.named(entry(Kind.TENDER_AWARDED, {"awards": rows}))
    assert early is not None
    for label, supplier in (("R1", "one"), ("R2", "two")):
        name = {"lot": "L", "label": label, "supplier": supplier}
        assert retrace.named(entry(Kind.IDENTITY_UNSEALED, name)) is None
    assert retrace.named(entry(Kind.TENDER_AWARDED, {"awards": rows})) is None
    for wrong in (rows[:1], [rows[0], {**rows[1], "share": "70"}], [rows[0], {**rows[1], "amount": "271.00"}]):
        assert retrace.named(entry(Kind.TENDER_AWARDED, {"awards": wrong})) is not None
    bare = [{**data["choices"][0], "reason": ""}]
    for choices, split, adopted in (
        (data["choices"], None, ADOPTED),
        (bare, SPLIT, {}),
        ([{**bare[0], "shares": shares_data([("R9", Decimal(100))])}], SPLIT, {}),
    ):
        told = entry(Kind.DECISION_PROPOSED, {"choices": choices})
        assert isinstance(AwardRetrace().decided(told, lots, split, adopted), Fault)
