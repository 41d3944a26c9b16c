"""The eight stages of a procurement project and its tail: legal moves, owners, due dates (SCREENS.md ST-01, PL-02).

People move the first three stages; from the fourth on the facts of the tender do. A stage is entered only when the one
before it is done: no act and no fact opens one by a side door.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role

SHORTEST_REASON: Final = 5


class Stage(IntEnum):
    """The stages in their order; the last two are the tail and run side by side."""

    NEED = 1
    FEASIBILITY = 2
    APPROVAL = 3
    CRITERIA = 4
    TENDER = 5
    PREFERRED = 6
    NEGOTIATION = 7
    CONTRACT = 8
    PERFORMANCE = 9
    PAYMENT = 10


TAIL: Final = (Stage.PERFORMANCE, Stage.PAYMENT)
HEAD: Final = tuple(stage for stage in Stage if stage not in TAIL)


class StageState(StrEnum):
    """WORDS.md section 3, project stage."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RETURNED = "returned"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    STOPPED = "stopped"


class Act(StrEnum):
    """What people do; approving and refusing is the second person's word on the proposal."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    FINISH = "finish"
    PROPOSE = "propose"
    APPROVE = "approve"
    REFUSE = "refuse"
    STOP = "stop"


class Fact(StrEnum):
    """What happened in the rooms above, in the order of the process; the last four take a step back."""

    TENDER_PUBLISHED = "tender_published"
    RANKED = "ranked"
    AWARDED = "awarded"
    NEGOTIATION_SKIPPED = "negotiation_skipped"
    NEGOTIATION_CLOSED = "negotiation_closed"
    CONTRACT_SIGNED = "contract_signed"
    REVIEWED = "reviewed"
    PAID = "paid"
    DECISION_REOPENED = "decision_reopened"
    TENDER_ENDED = "tender_ended"
    CONTRACT_CANCELLED = "contract_cancelled"
    CONTRACT_TERMINATED = "contract_terminated"


Course = Mapping[Stage, StageState]

_OVER: Final = frozenset({StageState.DONE, StageState.NOT_APPLICABLE})
_IN_HAND: Final = frozenset({StageState.IN_PROGRESS, StageState.RETURNED})
# Who moves which stage, and out of which states; the second person's word comes with the proposal.
_MAY: Final[Mapping[Act, tuple[Mapping[Stage, frozenset[StageState]], frozenset[Role]]]] = MappingProxyType(
    {
        Act.SUBMIT: ({Stage.NEED: _IN_HAND}, frozenset({Role.REQUESTER})),
        Act.ACCEPT: ({Stage.NEED: frozenset({StageState.WAITING})}, frozenset({Role.PURCHASER})),
        Act.RETURN: (
            {Stage.NEED: frozenset({StageState.WAITING}), Stage.FEASIBILITY: _IN_HAND, Stage.APPROVAL: _IN_HAND},
            frozenset({Role.PURCHASER}),
        ),
        Act.FINISH: ({Stage.FEASIBILITY: _IN_HAND}, frozenset({Role.PURCHASER})),
        # A proposal that expired is made again.
        Act.PROPOSE: ({Stage.APPROVAL: _IN_HAND | {StageState.WAITING}}, frozenset({Role.PURCHASER})),
        Act.APPROVE: ({Stage.APPROVAL: frozenset({StageState.WAITING})}, frozenset({Role.APPROVER})),
        Act.REFUSE: ({Stage.APPROVAL: frozenset({StageState.WAITING})}, frozenset({Role.APPROVER})),
        Act.STOP: (
            {
                stage: _IN_HAND | {StageState.WAITING}
                for stage in (Stage.NEED, Stage.FEASIBILITY, Stage.APPROVAL, Stage.CRITERIA)
            },
            frozenset({Role.REQUESTER, Role.PURCHASER}),
        ),
    }
)
NEEDS_REASON: Final = frozenset({Act.RETURN, Act.STOP})
# The stage that a fact is the end of.
_ENDS: Final[Mapping[Fact, Stage]] = MappingProxyType(
    {
        Fact.TENDER_PUBLISHED: Stage.CRITERIA,
        Fact.RANKED: Stage.TENDER,
        Fact.AWARDED: Stage.PREFERRED,
        Fact.NEGOTIATION_SKIPPED: Stage.NEGOTIATION,
        Fact.NEGOTIATION_CLOSED: Stage.NEGOTIATION,
        Fact.CONTRACT_SIGNED: Stage.CONTRACT,
        Fact.REVIEWED: Stage.PERFORMANCE,
        Fact.PAID: Stage.PAYMENT,
    }
)
# The stage that a contract's end before its time gives back.
_GIVEN_BACK: Final[Mapping[Fact, Stage]] = MappingProxyType(
    {Fact.CONTRACT_CANCELLED: Stage.CONTRACT, Fact.CONTRACT_TERMINATED: Stage.PERFORMANCE}
)
# The plan of the house, in days after the stage was entered; the purchaser may set another day.
PLANNED_DAYS: Final[Mapping[Stage, int]] = MappingProxyType(
    {
        Stage.NEED: 5,
        Stage.FEASIBILITY: 5,
        Stage.APPROVAL: 5,
        Stage.CRITERIA: 7,
        Stage.TENDER: 21,
        Stage.PREFERRED: 7,
        Stage.NEGOTIATION: 10,
        Stage.CONTRACT: 10,
        Stage.PERFORMANCE: 365,
        Stage.PAYMENT: 365,
    }
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a stage asks for before it may be left; the page says it in words."""

    code: str
    is_met: bool


def begin() -> dict[Stage, StageState]:
    """The course of a new project: the need is being written."""
    return {stage: StageState.IN_PROGRESS if stage is Stage.NEED else StageState.NOT_STARTED for stage in Stage}


def current(course: Course) -> Stage | None:
    """The stage at hand: the first that is not over; of the tail the first of the two. None once all is over."""
    return next((stage for stage in Stage if course[stage] not in _OVER), None)


def is_stopped(course: Course) -> bool:
    """Whether somebody has stopped the project."""
    return StageState.STOPPED in course.values()


def may_buy(course: Course) -> bool:
    """Whether a tender may be opened or published under the project: approved, and not stopped."""
    return course[Stage.APPROVAL] is StageState.DONE and not is_stopped(course)


def owner_of(stage: Stage, state: StageState) -> Role:
    """Whose work a stage is now: what waits, waits for somebody else than who wrote it."""
    is_waiting = state is StageState.WAITING
    if stage is Stage.NEED:
        return Role.PURCHASER if is_waiting else Role.REQUESTER
    return Role.APPROVER if stage is Stage.APPROVAL and is_waiting else Role.PURCHASER


def due_on(stage: Stage, entered_on: date) -> date:
    """The day a stage is planned to end, by the plan of the house; the day of entering is not counted."""
    return entered_on + timedelta(days=PLANNED_DAYS[stage])


def decide_move(
    course: Course, act: Act, *, hats: frozenset[Role], reason: str = "", checks: tuple[Check, ...] = ()
) -> dict[Stage, StageState] | Refusal:
    """The course after an act of a person.

    Refuses NOT_ALLOWED_HERE (another stage or state, or none of this hat's acts), REASON_MISSING (a return or a stop
    in fewer than five characters), INCOMPLETE (what the stage asks for is not there).
    """
    stage = current(course)
    from_states, roles = _MAY[act]
    if stage is None or course[stage] not in from_states.get(stage, frozenset()) or not hats & roles:
        detail = {} if stage is None else {"stage": str(stage.value), "state": course[stage].value}
        return Refusal(Code.NOT_ALLOWED_HERE, {"act": act.value, **detail})
    if act in NEEDS_REASON and len(reason.strip()) < SHORTEST_REASON:
        return Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)})
    missing = {check.code: "MISSING" for check in checks if not check.is_met}
    if missing and act in (Act.SUBMIT, Act.FINISH, Act.PROPOSE, Act.APPROVE):
        return Refusal(Code.INCOMPLETE, missing)
    return {**course, **_after(stage, act)}


def _after(stage: Stage, act: Act) -> dict[Stage, StageState]:
    match act:
        case Act.SUBMIT | Act.PROPOSE:
            return {stage: StageState.WAITING}
        case Act.ACCEPT | Act.FINISH | Act.APPROVE:
            return {stage: StageState.DONE, Stage(stage + 1): StageState.IN_PROGRESS}
        case Act.REFUSE:
            return {stage: StageState.RETURNED}
        case Act.STOP:
            return {stage: StageState.STOPPED}
        case Act.RETURN if stage is Stage.NEED:
            return {stage: StageState.RETURNED}
        case Act.RETURN:
            return {stage: StageState.NOT_STARTED, Stage(stage - 1): StageState.RETURNED}


def take_fact(course: Course, fact: Fact) -> dict[Stage, StageState]:
    """The course after a fact of the rooms above. A fact says that what had to come before it is over, too; one that
    tells nothing new changes nothing, and none of them moves a project that is stopped or was never approved."""
    if not may_buy(course):
        return dict(course)
    if fact is Fact.TENDER_ENDED:
        return _back_to(course, Stage.CRITERIA, StageState.RETURNED)
    if fact is Fact.DECISION_REOPENED:
        return _back_to(course, Stage.PREFERRED, StageState.IN_PROGRESS)
    if fact in _GIVEN_BACK:
        # Its people have it on their desk again: a contract to be written anew, deliveries to be wound up.
        stage = _GIVEN_BACK[fact]
        is_there = course[stage] is StageState.IN_PROGRESS
        return {**course, stage: StageState.RETURNED} if is_there else dict(course)
    return _on_to(course, fact, _ENDS[fact])


def _back_to(course: Course, stage: Stage, state: StageState) -> dict[Stage, StageState]:
    if course[stage] is not StageState.DONE:
        return dict(course)
    later = {each: StageState.NOT_STARTED for each in Stage if each > stage}
    return {**course, stage: state, **later}


def _on_to(course: Course, fact: Fact, ended: Stage) -> dict[Stage, StageState]:
    after = dict(course)
    if after[ended] in _OVER:
        return after
    if ended in TAIL:
        # Nothing is delivered or paid before there is a contract.
        if after[Stage.CONTRACT] is StageState.DONE:
            after[ended] = StageState.DONE
        return after
    for stage in HEAD:
        if stage < ended and after[stage] not in _OVER:
            # Nobody negotiated where the contract came without it.
            is_skipped = stage is Stage.NEGOTIATION
            after[stage] = StageState.NOT_APPLICABLE if is_skipped else StageState.DONE
    after[ended] = StageState.NOT_APPLICABLE if fact is Fact.NEGOTIATION_SKIPPED else StageState.DONE
    following = TAIL if ended is Stage.CONTRACT else (Stage(ended + 1),)
    return after | dict.fromkeys(following, StageState.IN_PROGRESS)
