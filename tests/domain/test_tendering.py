"""States, phases, the response deadline and answers of a tender (WORDS.md section 3, DESIGN.md section 3)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.refusals import Code, Refusal
from app.domain.tendering import (
    FINAL_STATES,
    PHASE_ORDER,
    Act,
    Continuation,
    Deadline,
    DeadlineVerdict,
    TenderState,
    decide_continuation,
    decide_deadline,
    decide_edit,
    decide_move,
    decide_response,
    extended_deadline,
    is_final,
    later_phase,
    legal_acts,
    may_become,
)
from app.domain.visibility import Phase

DUE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)


def walk(*acts: Act) -> TenderState | Refusal:
    state: TenderState | Refusal = TenderState.DRAFT
    for act in acts:
        assert isinstance(state, TenderState)
        state = decide_move(state, act)
    return state


def test_the_usual_way_from_draft_to_award() -> None:
    way = (Act.APPROVE, Act.PUBLISH, Act.OPEN_RESPONSES, Act.CLOSE_RESPONSES, Act.EVALUATE, Act.AWARD)
    assert walk(*way) is TenderState.AWARDED


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_a_final_state_has_no_way_out(state: TenderState) -> None:
    assert is_final(state)
    # An award ends unless three persons reopen its decision.
    assert legal_acts(state) == ({Act.REOPEN_DECISION} if state is TenderState.AWARDED else frozenset())


@pytest.mark.parametrize("state", sorted(set(TenderState) - FINAL_STATES))
def test_every_living_tender_can_be_cancelled(state: TenderState) -> None:
    assert decide_move(state, Act.CANCEL) is TenderState.CANCELLED


def test_nothing_is_published_unapproved() -> None:
    refused = decide_move(TenderState.DRAFT, Act.PUBLISH)
    assert refused == Refusal(Code.NOT_ALLOWED_HERE, {"state": "draft", "act": "publish"})


def test_moves_and_what_may_become_of_a_state_agree() -> None:
    for before, act in product(TenderState, Act):
        after = decide_move(before, act)
        assert isinstance(after, Refusal) or may_become(before, after)
    for before, after in product(TenderState, TenderState):
        reached = {decide_move(before, act) for act in legal_acts(before)}
        assert may_become(before, after) is (after is before or after in reached)


def test_published_is_frozen_for_editors() -> None:
    refusals = {state: decide_edit(state) for state in TenderState}
    assert refusals.pop(TenderState.DRAFT) is None
    assert {refusal.code for refusal in refusals.values() if refusal} == {Code.FROZEN}
    assert all(refusals.values())


@given(st.lists(st.sampled_from(list(Phase)), min_size=1))
def test_a_phase_never_shrinks(asked: list[Phase]) -> None:
    visited = [Phase.DRAFT]
    for phase in asked:
        visited.append(later_phase(visited[-1], phase))
    orders = [PHASE_ORDER.index(phase) for phase in visited]
    assert all(one <= other for one, other in pairwise(orders))
    assert orders[-1] == max(PHASE_ORDER.index(phase) for phase in asked)


# ── the response deadline ──────────────────────────────────────────────────────────────────────────────────────────


def deadline(*, room: timedelta = 10 * HOUR, extension: timedelta = 4 * HOUR, was_extended: bool = False) -> Deadline:
    return Deadline(due_at=DUE, opens_at=DUE + room, extension=extension, was_extended=was_extended)


@pytest.mark.parametrize(
    ("offset", "verdict"),
    [(-MS, DeadlineVerdict.WAIT), (0 * MS, DeadlineVerdict.CLOSE), (MS, DeadlineVerdict.CLOSE)],
)
def test_the_deadline_is_a_point_in_time(offset: timedelta, verdict: DeadlineVerdict) -> None:
    assert decide_deadline(deadline(), now=DUE + offset, joined=3, min_bidders=3).verdict is verdict


@pytest.mark.parametrize(
    ("joined", "verdict"),
    [(2, DeadlineVerdict.EXTEND), (3, DeadlineVerdict.CLOSE), (4, DeadlineVerdict.CLOSE)],
)
def test_too_few_is_below_the_minimum(joined: int, verdict: DeadlineVerdict) -> None:
    assert decide_deadline(deadline(), now=DUE, joined=joined, min_bidders=3).verdict is verdict


def test_extended_once_then_asked() -> None:
    first = decide_deadline(deadline(), now=DUE, joined=2, min_bidders=3)
    assert (first.verdict, first.due_at) == (DeadlineVerdict.EXTEND, DUE + 4 * HOUR)
    second = decide_deadline(deadline(was_extended=True), now=DUE, joined=2, min_bidders=3)
    assert second.verdict is DeadlineVerdict.ASK


def test_an_extension_ends_where_the_round_opens() -> None:
    assert extended_deadline(deadline(room=HOUR)) == DUE + HOUR
    assert extended_deadline(deadline(room=0 * HOUR)) is None


def test_nobody_or_no_time_left_means_unsuccessful() -> None:
    nobody = decide_deadline(deadline(was_extended=True), now=DUE, joined=0, min_bidders=1)
    assert nobody.verdict is DeadlineVerdict.FAIL
    no_room = decide_deadline(deadline(room=0 * HOUR), now=DUE, joined=2, min_bidders=3)
    assert no_room.verdict is DeadlineVerdict.FAIL


def test_a_timekeeper_that_slept_through_the_extension_does_not_extend_into_the_past() -> None:
    late = decide_deadline(deadline(), now=DUE + 5 * HOUR, joined=2, min_bidders=3)
    assert late.verdict is DeadlineVerdict.ASK


@given(
    room=st.integers(0, 48),
    extension=st.integers(0, 48),
    was_extended=st.booleans(),
    after=st.integers(0, 96),
    joined=st.integers(0, 6),
    least=st.integers(1, 6),
)
def test_an_extension_is_later_single_and_before_the_opening(
    room: int, extension: int, was_extended: bool, after: int, joined: int, least: int
) -> None:
    now = DUE + after * HOUR
    before = deadline(room=room * HOUR, extension=extension * HOUR, was_extended=was_extended)
    decided = decide_deadline(before, now=now, joined=joined, min_bidders=least)
    assert (decided.verdict is DeadlineVerdict.CLOSE) is (joined >= least)
    assert (decided.due_at is not None) is (decided.verdict is DeadlineVerdict.EXTEND)
    if decided.due_at is not None:
        assert not was_extended
        assert max(DUE, now) < decided.due_at <= before.opens_at
    if decided.verdict is DeadlineVerdict.ASK:
        assert 0 < joined < least
        assert now < before.opens_at


@pytest.mark.parametrize(
    ("state", "continuation", "offset", "code"),
    [
        (TenderState.RESPONSE_CLOSED, Continuation.NEEDED, -MS, None),
        (TenderState.RESPONSE_CLOSED, Continuation.NEEDED, 0 * MS, Code.TOO_LATE),
        (TenderState.RESPONSE_CLOSED, Continuation.GRANTED, -MS, Code.NOT_ALLOWED_HERE),
        (TenderState.RESPONSE_CLOSED, Continuation.NOT_NEEDED, -MS, Code.NOT_ALLOWED_HERE),
        (TenderState.RESPONDING, Continuation.NEEDED, -MS, Code.NOT_ALLOWED_HERE),
    ],
)
def test_going_on_with_too_few(
    state: TenderState, continuation: Continuation, offset: timedelta, code: Code | None
) -> None:
    refusal = decide_continuation(state, continuation, now=DUE + offset, opens_at=DUE)
    assert (refusal.code if refusal else None) is code


# ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def answered(state: TenderState, *, offset: timedelta = -MS, read: int = 1, terms: int = 1) -> Code | None:
    refusal = decide_response(state, received_at=DUE + offset, due_at=DUE, read_version=read, terms_version=terms)
    return refusal.code if refusal else None


@pytest.mark.parametrize(("offset", "code"), [(-MS, None), (0 * MS, Code.TOO_LATE), (MS, Code.TOO_LATE)])
def test_an_answer_counts_strictly_before_the_deadline(offset: timedelta, code: Code | None) -> None:
    assert answered(TenderState.RESPONDING, offset=offset) is code


@pytest.mark.parametrize("read", [1, 3])
def test_an_answer_names_the_version_in_force(read: int) -> None:
    assert answered(TenderState.RESPONDING, read=read, terms=2) is Code.AMENDED


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (TenderState.RESPONSE_CLOSED, Code.TOO_LATE),
        (TenderState.CANCELLED, Code.NOT_ALLOWED_HERE),
        (TenderState.UNSUCCESSFUL, Code.NOT_ALLOWED_HERE),
        (TenderState.EVALUATION, Code.NOT_ALLOWED_HERE),
        (TenderState.DRAFT, Code.NOT_ALLOWED_HERE),
    ],
)
def test_other_states_take_no_answers(state: TenderState, code: Code) -> None:
    assert answered(state) is code
