"""How a contract ends before its time: by its state, with a reason and a day; what may follow, what is left to pay."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contracting import (
    FARTHEST,
    SIGNED,
    ContractState,
    Ending,
    EndKind,
    Signing,
    decide_drafting,
    decide_ending,
    decide_signing,
    ending_from_json,
    ending_of,
    is_in_force,
)
from app.domain.negotiating import Side, TalkState
from app.domain.paying import AfterEnd, MilestoneKind, MilestoneState, Terms, after_end, standing_of
from app.domain.refusals import Code
from app.domain.refusals import Refusal as No

TODAY = date(2026, 11, 21)
WHY = "年度需求计划已取消，不再采购"
STATES = st.sampled_from(ContractState)
ENDINGS = st.builds(
    Ending,
    st.sampled_from(EndKind),
    st.sampled_from(["", "too short", f"  {'x' * 9} ", "x" * 10, WHY]),
    st.none() | st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3)),
)


@given(ENDINGS, STATES, st.booleans())
def test_an_end_needs_its_state_a_reason_and_a_day(ending: Ending, state: ContractState, is_waiting: bool) -> None:
    refusal = decide_ending(ending, state=state, is_waiting=is_waiting, today=TODAY)
    is_cancel = ending.kind is EndKind.CANCEL
    fits_state = state is (ContractState.PENDING if is_cancel else ContractState.ACTIVE)
    fits_day = ending.ends_on is None if is_cancel else ending.ends_on is not None and ending.ends_on >= TODAY
    is_fine = fits_state and not is_waiting and len(ending.reason.strip()) >= 10 and fits_day
    assert (refusal is None) is is_fine
    assert ending_from_json(ending.to_json()) == ending
    if refusal is None:
        assert ending_of(state) is ending.kind


@pytest.mark.parametrize(
    ("day", "fits"),
    [
        (TODAY - timedelta(days=1), False),
        (TODAY, True),
        (TODAY + FARTHEST, True),
        (TODAY + FARTHEST + timedelta(days=1), False),
    ],
)
def test_the_last_day_is_today_at_the_earliest(day: date, *, fits: bool) -> None:
    ending = Ending(EndKind.TERMINATE, WHY, day)
    refusal = decide_ending(ending, state=ContractState.ACTIVE, is_waiting=False, today=TODAY)
    assert (refusal is None) is fits


@given(STATES, st.lists(st.sampled_from(Side), unique=True), st.booleans())
def test_only_what_nobody_is_bound_to_is_written_anew(state: ContractState, signed: list[Side], is_asked: bool) -> None:
    refusal = decide_drafting(state=state, is_waiting=False, signed=signed, talks=None, is_asked=is_asked)
    if state is ContractState.CANCELLED:
        # The word of two persons has released both, whoever had signed.
        assert refusal is None
    elif state in SIGNED or signed:
        assert refusal == No(Code.ALREADY_DECIDED)
    else:
        assert (refusal is None) is not is_asked
    talking = decide_drafting(state=state, is_waiting=False, signed=signed, talks=TalkState.AGREED, is_asked=is_asked)
    assert talking is not None


@given(STATES, st.lists(st.sampled_from(Side), unique=True), st.lists(st.sampled_from(Side), unique=True))
def test_nothing_that_ended_is_signed(state: ContractState, signed: list[Side], asked: list[Side]) -> None:
    now = datetime(2026, 11, 21, 6, tzinfo=UTC)
    signing = Signing(Side.BUYER, "d", "王主任", "")
    refusal = decide_signing(signing, state=state, digest="d", signed=signed, now=now, ends_at=now, asked=asked)
    may = state is ContractState.PENDING and Side.BUYER not in signed and Side.BUYER not in asked
    assert (refusal is None) is may
    early = now + timedelta(milliseconds=1)
    held = decide_signing(signing, state=state, digest="d", signed=signed, now=now, ends_at=early, asked=asked)
    assert held is not None
    assert (held.code is Code.TOO_EARLY) is may


def test_a_terminated_contract_holds_up_to_and_with_its_last_day() -> None:
    for days, holds in ((-1, True), (0, True), (1, False)):
        assert is_in_force(ContractState.TERMINATED, TODAY, TODAY + timedelta(days=days)) is holds
    for state in set(ContractState) - {ContractState.ACTIVE, ContractState.TERMINATED}:
        assert not is_in_force(state, None, TODAY)
    assert is_in_force(ContractState.ACTIVE, None, TODAY)


@given(st.integers(-5, 5), st.booleans())
def test_what_falls_after_the_last_day_is_to_be_settled(days: int, is_paid: bool) -> None:
    terms = Terms(MilestoneKind.DELIVERY, Decimal(100), TODAY + timedelta(days=days), 30)
    standing = standing_of(terms, (), is_disputed=False, today=TODAY)
    if is_paid:
        standing = type(standing)(MilestoneState.PAID, terms.amount, terms.amount, Decimal(0), standing.match, 0)
    assert after_end(terms, standing, None) is None
    found = after_end(terms, standing, TODAY)
    assert found is (None if is_paid else AfterEnd.OWED if days <= 0 else AfterEnd.TO_SETTLE)
