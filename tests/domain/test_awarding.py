"""Proposal by alias, approval bound to the ranking, unsealing, own result."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.awarding import (
    DecisionState,
    Field,
    LotRanking,
    ProposedDecision,
    RankedRow,
    UnsealScope,
    WhyReason,
    decide_approval,
    decide_proposal,
    decide_second_person,
    decide_unsealing,
    decision_digest,
    field_of,
    label_pool,
    labels_in_scope,
    ranking_digest,
    reserve_of,
    why_reason,
)
from app.domain.money import HUNDRED
from app.domain.own_result import Outcome, own_result
from app.domain.refusals import Code, Refusal
from app.domain.sharing import Awarded, Choice

LABELS = "ABCDEFGHJK"


def lot_ranking(lot_id: str, *amounts: str) -> LotRanking:
    rows = tuple(
        RankedRow(LABELS[place], place + 1, Decimal(amount), n=place + 1, is_tied=amounts.count(amount) > 1)
        for place, amount in enumerate(amounts)
    )
    data = [{"label": row.label, "rank": row.rank, "amount": str(row.amount), "n": row.n} for row in rows]
    return LotRanking(lot_id, rows, ranking_digest(lot_id, data))


FULL = lot_ranking("lot-1", "271.40", "274.90", "277.60", "277.60", "280.00")
SINGLE = lot_ranking("lot-2", "90.00")
EMPTY = lot_ranking("lot-3")
rankings = st.lists(
    st.lists(st.integers(1, 10**6).map(str), max_size=10), min_size=1, max_size=4
).map(lambda lots: [lot_ranking(f"lot-{i}", *sorted(lot, key=int)) for i, lot in enumerate(lots)])  # fmt: skip


def whole(label: str | None) -> Awarded:
    return {} if label is None else {label: HUNDRED}


def refused(result: ProposedDecision | Refusal | None) -> Code:
    assert isinstance(result, Refusal)
    return result.code


def test_the_first_of_each_lot_needs_no_reason() -> None:
    decision = decide_proposal([FULL], [Choice("lot-1", "A", "")])
    assert isinstance(decision, ProposedDecision)
    assert decision.reserves == {"lot-1": "B"}
    assert decision.digest == decision_digest([FULL], decision.choices)


@pytest.mark.parametrize(
    ("ranking", "label", "why"),
    [
        (FULL, "B", WhyReason.NOT_FIRST),
        (FULL, None, WhyReason.NO_AWARD),
        (SINGLE, "A", WhyReason.ONLY_BID),
    ],
)
def test_a_reason_is_due(ranking: LotRanking, label: str | None, why: WhyReason) -> None:
    assert why_reason(ranking, label) is why
    result = decide_proposal([ranking], [Choice(ranking.lot_id, label, "  ")])
    assert refused(result) is Code.REASON_MISSING
    assert isinstance(result, Refusal)
    assert result.detail == {"lot": ranking.lot_id, "rule": why.value}
    assert isinstance(decide_proposal([ranking], [Choice(ranking.lot_id, label, "交期更稳")]), ProposedDecision)


def test_a_lot_without_bids_explains_itself_and_has_no_label() -> None:
    assert isinstance(decide_proposal([EMPTY], [Choice("lot-3", None, "")]), ProposedDecision)
    assert refused(decide_proposal([EMPTY], [Choice("lot-3", "A", "x")])) is Code.UNKNOWN_LABEL


def test_every_lot_is_decided_once_and_nothing_else() -> None:
    one = Choice("lot-1", "A", "")
    assert refused(decide_proposal([], [])) is Code.NOT_RANKED
    assert refused(decide_proposal([FULL, EMPTY], [one])) is Code.INCOMPLETE
    assert refused(decide_proposal([FULL], [one, one])) is Code.INCOMPLETE
    assert refused(decide_proposal([FULL], [one, Choice("lot-9", "A", "")])) is Code.INCOMPLETE
    assert refused(decide_proposal([FULL], [Choice("lot-1", "Z", "because")])) is Code.UNKNOWN_LABEL


def test_the_decision_is_bound_to_its_ranking_and_its_choices() -> None:
    choices = [Choice("lot-1", "A", "")]
    digest = decision_digest([FULL], choices)
    assert decide_approval([FULL], choices, digest) is None
    moved = lot_ranking("lot-1", "271.40", "274.90", "277.60", "277.61", "280.00")
    assert refused(decide_approval([moved], choices, digest)) is Code.CHANGED_SINCE
    assert refused(decide_approval([FULL], [Choice("lot-1", "B", "")], digest)) is Code.CHANGED_SINCE
    assert refused(decide_approval([FULL], [Choice("lot-1", "A", "other")], digest)) is Code.CHANGED_SINCE


@given(rankings)
def test_order_of_lots_changes_no_digest_and_first_place_is_always_open(lots: list[LotRanking]) -> None:
    choices = [Choice(lot.lot_id, lot.rows[0].label if lot.rows else None, "reason") for lot in lots]
    decision = decide_proposal(lots, choices)
    assert isinstance(decision, ProposedDecision)
    assert decision.digest == decision_digest(lots[::-1], choices[::-1])
    for lot in lots:
        reserve = reserve_of(lot, choices[lots.index(lot)].awarded)
        assert (reserve is None) == (len(lot.rows) < 2)
        assert decision.reserves.get(lot.lot_id) == reserve


@given(rankings, st.data())
def test_the_scope_holds_the_preferred_and_never_a_worse_than_the_third(
    lots: list[LotRanking], data: st.DataObject
) -> None:
    for lot in lots:
        label = data.draw(st.sampled_from([row.label for row in lot.rows])) if lot.rows else None
        small = labels_in_scope(UnsealScope.PREFERRED, lot, whole(label))
        large = labels_in_scope(UnsealScope.SHORTLIST, lot, whole(label))
        assert set(small) <= set(large)
        assert set(small) == ({label} if label else set())
        for row in lot.rows:
            if row.rank > 3 and row.label != label and row.amount > lot.rows[2].amount:
                assert row.label not in large


def test_a_tie_at_the_cut_off_lets_both_in_and_no_award_unseals_nobody() -> None:
    assert labels_in_scope(UnsealScope.SHORTLIST, FULL, whole("A")) == ("A", "B", "C", "D")
    assert labels_in_scope(UnsealScope.SHORTLIST, FULL, whole("E")) == ("A", "B", "C", "D", "E")
    assert labels_in_scope(UnsealScope.SHORTLIST, SINGLE, whole("A")) == ("A",)
    for scope in UnsealScope:
        assert labels_in_scope(scope, FULL, {}) == ()


@pytest.mark.parametrize("state", [None, DecisionState.PROPOSED, DecisionState.RETURNED])
def test_no_name_before_the_decision_is_approved(state: DecisionState | None) -> None:
    assert refused(decide_unsealing(state=state, is_unsealed=False)) is Code.NOT_DECIDED


def test_names_are_unsealed_once_and_by_two_persons() -> None:
    approved = DecisionState.APPROVED
    assert decide_unsealing(state=approved, is_unsealed=False) is None
    assert refused(decide_unsealing(state=approved, is_unsealed=True)) is Code.ALREADY_DECIDED
    assert refused(decide_unsealing(state=approved, is_unsealed=False, is_pending=True)) is Code.PENDING
    assert refused(decide_second_person("wang", None)) is Code.NEEDS_SECOND_PERSON
    assert refused(decide_second_person("wang", "wang")) is Code.SAME_PERSON
    assert decide_second_person("wang", "li") is None


@pytest.mark.parametrize(
    ("bidders", "least", "field"),
    [
        (0, 3, Field.NO_BID), (1, 3, Field.ONE_BID), (2, 3, Field.TOO_FEW), (3, 3, Field.ENOUGH), (4, 3, Field.ENOUGH),
        (1, 1, Field.ENOUGH), (1, 2, Field.ONE_BID), (2, 2, Field.ENOUGH),
    ],
)  # fmt: skip
def test_the_size_of_the_field(bidders: int, least: int, field: Field) -> None:
    assert field_of(bidders, least) is field


def test_the_own_result_is_own_only() -> None:
    won = own_result(FULL, own_label="A", awarded=whole("A"))
    lost = own_result(FULL, own_label="C", awarded=whole("A"))
    assert (won.outcome, won.rank, won.amount) == (Outcome.PREFERRED, 1, Decimal("271.40"))
    assert (lost.outcome, lost.rank, lost.is_tied) == (Outcome.NOT_SELECTED, 3, True)
    assert own_result(FULL, own_label="A", awarded={}).outcome is Outcome.NO_AWARD
    absent = own_result(FULL, own_label=None, awarded=whole("A"))
    assert (absent.outcome, absent.rank, absent.amount) == (Outcome.NO_BID, None, None)


@given(st.sampled_from("BCDE"), st.sampled_from([*"ABCDE", None]))
def test_a_rivals_price_changes_nothing_in_the_own_result(label: str, chosen: str | None) -> None:
    best = replace(FULL.rows[0], amount=Decimal("1.00"))
    other = LotRanking("lot-1", (best, *FULL.rows[1:]), FULL.digest)
    awarded = whole(chosen)
    assert own_result(FULL, own_label=label, awarded=awarded) == own_result(other, own_label=label, awarded=awarded)


@given(st.integers(0, 500))
def test_there_are_more_labels_than_bidders_and_each_once(bidders: int) -> None:
    pool = label_pool(bidders)
    assert len(set(pool)) == len(pool) >= 2 * bidders
    assert len({len(label) for label in pool if bidders <= 450}) <= 1
