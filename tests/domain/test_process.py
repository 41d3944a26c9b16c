"""Legal moves of the eight stages: whatever people and facts do, no stage is entered by a side door."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.domain.process import (
    NEEDS_REASON,
    Act,
    Check,
    Fact,
    Stage,
    StageState,
    begin,
    current,
    decide_move,
    due_on,
    is_stopped,
    may_buy,
    owner_of,
    take_fact,
)
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role

OVER = {StageState.DONE, StageState.NOT_APPLICABLE}
BUYERS = frozenset({Role.REQUESTER, Role.PURCHASER, Role.APPROVER})
STEPS = st.lists(st.one_of(st.sampled_from(list(Act)), st.sampled_from(list(Fact))), max_size=25)


def play(steps: Sequence[Act | Fact]) -> list[dict[Stage, StageState]]:
    """Every course on the way; what is refused changes nothing."""
    courses = [begin()]
    for step in steps:
        if isinstance(step, Fact):
            courses.append(take_fact(courses[-1], step))
        else:
            after = decide_move(courses[-1], step, hats=BUYERS, reason="a reason")
            courses.append(courses[-1] if isinstance(after, Refusal) else after)
    return courses


APPROVED: list[Act | Fact] = [Act.SUBMIT, Act.ACCEPT, Act.FINISH, Act.PROPOSE, Act.APPROVE]


@given(STEPS)
def test_a_stage_is_open_only_when_all_before_it_are_over(steps: list[Act | Fact]) -> None:
    for course in play([*APPROVED[: len(steps) % 6], *steps]):
        begun = [stage for stage in Stage if course[stage] is not StageState.NOT_STARTED]
        for stage in begun:
            earlier = [each for each in Stage if each < stage and not (stage is Stage.PAYMENT and each == stage - 1)]
            assert all(course[each] in OVER for each in earlier), (course, stage)


@given(STEPS)
def test_nothing_after_approval_begins_without_an_approval(steps: list[Act | Fact]) -> None:
    without = [step for step in steps if step is not Act.APPROVE]
    course = play(without)[-1]
    assert not may_buy(course)
    assert all(course[stage] is StageState.NOT_STARTED for stage in Stage if stage > Stage.APPROVAL)


@given(STEPS, st.sampled_from(list(Fact)))
def test_a_fact_told_twice_is_told_once(steps: list[Act | Fact], fact: Fact) -> None:
    once = take_fact(play([*APPROVED, *steps])[-1], fact)
    assert take_fact(once, fact) == once


@given(STEPS, STEPS)
def test_a_stopped_project_stays_stopped(before: list[Act | Fact], after: list[Act | Fact]) -> None:
    stopped = play([*before, Act.STOP])[-1]
    if is_stopped(stopped):
        assert play([*before, Act.STOP, *after])[-1] == stopped


@given(st.permutations([Fact.TENDER_PUBLISHED, Fact.RANKED, Fact.AWARDED, Fact.CONTRACT_SIGNED]))
def test_facts_in_any_order_end_the_same(facts: list[Fact]) -> None:
    course = play([*APPROVED, *facts])[-1]
    assert current(course) is Stage.PERFORMANCE
    assert course[Stage.NEGOTIATION] is StageState.NOT_APPLICABLE
    assert course[Stage.PAYMENT] is StageState.IN_PROGRESS


def test_the_usual_way_and_a_tender_that_failed() -> None:
    course = play([*APPROVED, Fact.TENDER_PUBLISHED, Fact.TENDER_ENDED])[-1]
    assert (current(course), course[Stage.CRITERIA]) == (Stage.CRITERIA, StageState.RETURNED)
    assert course[Stage.TENDER] is StageState.NOT_STARTED
    again = play([*APPROVED, Fact.TENDER_PUBLISHED, Fact.RANKED, Fact.AWARDED, Fact.DECISION_REOPENED])[-1]
    assert (current(again), again[Stage.NEGOTIATION]) == (Stage.PREFERRED, StageState.NOT_STARTED)


def test_a_return_goes_one_stage_back_and_wants_a_reason() -> None:
    feasible = play([Act.SUBMIT, Act.ACCEPT])[-1]
    back = decide_move(feasible, Act.RETURN, hats=BUYERS, reason="which voltage?")
    assert not isinstance(back, Refusal)
    assert (back[Stage.NEED], back[Stage.FEASIBILITY]) == (StageState.RETURNED, StageState.NOT_STARTED)
    for act in NEEDS_REASON:
        refused = decide_move(feasible, act, hats=BUYERS, reason=" abcd ")
        assert isinstance(refused, Refusal)
        assert refused.code is Code.REASON_MISSING


def test_what_is_missing_keeps_a_stage_from_being_left() -> None:
    refused = decide_move(
        begin(), Act.SUBMIT, hats=BUYERS, checks=(Check("ITEM", is_met=False), Check("USE", is_met=True))
    )
    assert refused == Refusal(Code.INCOMPLETE, {"ITEM": "MISSING"})


def test_only_its_own_people_move_a_stage() -> None:
    for hats in ({Role.APPROVER}, {Role.EVALUATOR}, {Role.AUDITOR}, {Role.PURCHASER}, {Role.ADMIN}):
        assert isinstance(decide_move(begin(), Act.SUBMIT, hats=frozenset(hats)), Refusal)
    waiting = play([Act.SUBMIT])[-1]
    assert isinstance(decide_move(waiting, Act.ACCEPT, hats=frozenset({Role.REQUESTER})), Refusal)
    proposed = play(APPROVED[:4])[-1]
    assert isinstance(decide_move(proposed, Act.APPROVE, hats=frozenset({Role.PURCHASER, Role.REQUESTER})), Refusal)
    assert owner_of(Stage.APPROVAL, proposed[Stage.APPROVAL]) is Role.APPROVER


def test_the_day_of_entering_is_not_counted() -> None:
    assert due_on(Stage.NEED, date(2026, 11, 22)) == date(2026, 11, 27)
