"""Reopening: what there is to reopen, three persons of two words, and the same read back from a chain."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.approving import DECIDERS, ProposalKind, change_hash
from app.domain.award_retracing import AwardRetrace
from app.domain.awarding import DecisionState
from app.domain.chaining import Fault, Why
from app.domain.countersigning import Approvals
from app.domain.decision_reopening import (
    SHORTEST_REASON,
    bound_by,
    decide_reopening,
    decide_three_persons,
    may_reopen,
    reopen_change,
)
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.related_parties import decide_seat
from app.domain.tendering import TenderState
from app.domain.visibility import Role

REASON = "the winner lost its licence"
CHANGE = reopen_change("d1", "e" * 64, REASON)


def test_only_an_award_by_names_can_be_reopened() -> None:
    able = [
        (state, decision)
        for state, decision in product(TenderState, (None, *DecisionState))
        if may_reopen(state, decision)
    ]
    assert able == [(TenderState.AWARDED, DecisionState.APPROVED)]


@given(st.sampled_from(TenderState), st.sampled_from((None, *DecisionState)), st.text(max_size=30), st.booleans())
def test_a_reopening_needs_an_award_a_reason_and_none_that_waits(
    state: TenderState, decision: DecisionState | None, reason: str, is_pending: bool
) -> None:
    refusal = decide_reopening(state=state, decision=decision, reason=reason, is_pending=is_pending)
    is_explained = len(reason.strip()) >= SHORTEST_REASON
    assert (refusal is None) is (may_reopen(state, decision) and is_explained and not is_pending)
    if refusal is not None and may_reopen(state, decision):
        assert refusal.code in ({Code.PENDING} if is_pending else {Code.REASON_MISSING})


@given(st.integers(0, 2), st.integers(0, 3), st.text(max_size=30), st.booleans())
def test_a_signature_or_a_milestone_binds(signatures: int, milestones: int, reason: str, is_pending: bool) -> None:
    bound = bound_by(signatures=signatures, milestones=milestones)
    assert (bound is None) is (signatures == milestones == 0)
    state, decision = TenderState.AWARDED, DecisionState.APPROVED
    refusal = decide_reopening(state=state, decision=decision, reason=reason, is_pending=is_pending, bound=bound)
    if bound is not None:
        assert refusal == Refusal(Code.ALREADY_DECIDED, {"rule": "contract" if signatures else "payments"})


@given(st.lists(st.sampled_from(["a", "b", "c", "d", None]), max_size=4))
def test_three_persons_are_three(people: list[str | None]) -> None:
    refusal = decide_three_persons(people)
    if None in people or len(people) < 3:
        assert refusal == Refusal(Code.NEEDS_SECOND_PERSON)
    else:
        assert (refusal is None) is (len(set(people)) == len(people))


def test_approver_first_auditor_second() -> None:
    assert DECIDERS[ProposalKind.REOPEN] == {Role.APPROVER}
    assert DECIDERS[ProposalKind.REOPEN_AUDIT] == {Role.AUDITOR}


@given(st.sets(st.text(max_size=3), max_size=4), st.sets(st.text(max_size=3), max_size=4))
def test_whoever_stands_near_any_party_says_nothing_and_learns_not_which(own: set[str], parties: set[str]) -> None:
    refusal = decide_seat(own, parties)
    assert refusal == (Refusal(Code.RELATED_PARTY) if own & parties else None)


# ── read back ─────────────────────────────────────────────────────────────────


def entry(kind: Kind, data: dict[str, Any], who: str = "") -> Entry:
    values: dict[str, Any] = dict.fromkeys(Entry._fields)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Entry(**{**values, "chain": "tender:t", "seq": 1, "at": at, "kind": kind, "data": data, "actor_ref": who})


def asked(proposal: str, kind: ProposalKind, who: str, change: dict[str, Any] = CHANGE) -> Entry:
    bound = change_hash(change)
    return entry(Kind.APPROVAL_PROPOSED, {"proposal": proposal, "kind": kind.value, "change_hash": bound}, who)


def granted(proposal: str, who: str, change: dict[str, Any] = CHANGE) -> Entry:
    return entry(Kind.APPROVAL_GRANTED, {"proposal": proposal, "change_hash": change_hash(change)}, who)


def reopened(**other: str) -> Entry:
    return entry(Kind.DECISION_REOPENED, {**CHANGE, "first": "p1", "proposal": "p2", **other}, "auditor")


FIRST = (asked("p1", ProposalKind.REOPEN, "purchaser"), granted("p1", "approver"))
SECOND = (asked("p2", ProposalKind.REOPEN_AUDIT, "approver"), granted("p2", "auditor"))


def fold(*entries: Entry) -> Fault | None:
    approvals = Approvals()
    faults = [approvals.take(each) for each in entries]
    assert faults[:-1] == [None] * (len(entries) - 1)
    return faults[-1]


def test_a_reopening_by_three_persons_is_clean() -> None:
    assert fold(*FIRST, *SECOND, reopened()) is None


@pytest.mark.parametrize(
    "entries",
    [
        (reopened(),),
        (*SECOND, reopened()),
        (*FIRST, reopened()),
        # Another decision, and another reason, than the two agreed to.
        (*FIRST, *SECOND, reopened(digest="f" * 64)),
        (*FIRST, *SECOND, reopened(reason="another reason")),
        # Twice by the word of one.
        (*FIRST, asked("p2", ProposalKind.REOPEN_AUDIT, "approver"), granted("p2", "purchaser"), reopened()),
        # The words once used are used up.
        (*FIRST, *SECOND, reopened(), reopened()),
        # The names that come next need a word of their own.
        (
            asked("p0", ProposalKind.UNSEAL, "purchaser"), granted("p0", "approver"),
            *FIRST, *SECOND, reopened(), entry(Kind.IDENTITY_UNSEALED, {}, "approver"),
        ),
    ],
)  # fmt: skip
def test_a_reopening_without_its_words_is_found(entries: tuple[Entry, ...]) -> None:
    fault = fold(*entries)
    assert fault is not None
    assert fault.why is Why.APPROVAL


def test_a_label_unsealed_twice_is_the_same_suppliers() -> None:
    retrace = AwardRetrace()
    assert retrace.reopen() is not None
    name = {"lot": "l1", "label": "R11", "supplier": "s1"}
    assert retrace.named(entry(Kind.IDENTITY_UNSEALED, name)) is None
    assert retrace.named(entry(Kind.TENDER_AWARDED, {"awards": []})) is None
    assert retrace.reopen() is None
    assert retrace.named(entry(Kind.IDENTITY_UNSEALED, name)) is None
    other = retrace.named(entry(Kind.IDENTITY_UNSEALED, {**name, "supplier": "s2"}))
    assert other is not None
    assert other.why is Why.REPLAY
    # Ranked anew, the labels are drawn anew.
    retrace.ranked("l1")
    assert retrace.named(entry(Kind.IDENTITY_UNSEALED, {**name, "supplier": "s3"})) is None
