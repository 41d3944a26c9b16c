"""On-site audits, sample tests and what a supplier is to mend: conditions of a certification, appeals, the way to a
better grade (issue 7, SCREENS.md SP-02).

A certification on conditions ends with the last date by which they are to be met: it is renewed once they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from app.domain.certification import BANDS, HIGHEST, SCORE_STEP, Aspect, Marks, grade_of
from app.domain.refusals import Code, Refusal
from app.domain.registering import end_of_day


class FindingKind(StrEnum):
    """How something was found out."""

    SITE_AUDIT = "site_audit"
    SAMPLE_TEST = "sample_test"


class Result(StrEnum):
    """What it came to."""

    PASSED = "passed"
    CONDITIONAL = "conditional"
    FAILED = "failed"


class ActionState(StrEnum):
    """A corrective action: owed, reported by the supplier as done, seen to be done, or fallen with its finding."""

    OPEN = "open"
    REPORTED = "reported"
    CLOSED = "closed"
    ANNULLED = "annulled"


class AppealState(StrEnum):
    """Life of an appeal."""

    OPEN = "open"
    UPHELD = "upheld"
    REFUSED = "refused"


OWED = frozenset({ActionState.OPEN, ActionState.REPORTED})


@dataclass(frozen=True, slots=True)
class Due:
    """A corrective action as the rules see it."""

    state: ActionState
    due_on: date


@dataclass(frozen=True, slots=True)
class Improvement:
    """By how much one aspect alone would have to rise for the next grade; None where it alone cannot do it."""

    aspect: Aspect
    mark: Decimal
    needed: Decimal | None


def decide_finding(result: Result, held_on: date, due: Sequence[date], today: date) -> Refusal | None:
    """Whether a finding may be recorded: not before it was held, conditions exactly where the result is conditional,
    each due after the day it was held. Refuses OUT_OF_RANGE, INCOMPLETE, NOT_ALLOWED_HERE."""
    if held_on > today:
        return Refusal(Code.OUT_OF_RANGE, {"field": "held_on", "latest": today.isoformat()})
    if result is Result.CONDITIONAL and not due:
        return Refusal(Code.INCOMPLETE, {"actions": "MISSING_VALUE"})
    if result is Result.PASSED and due:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": "actions"})
    if any(day <= today for day in due):
        return Refusal(Code.OUT_OF_RANGE, {"field": "due_on", "after": today.isoformat()})
    return None


def decide_conditions(actions: Iterable[Due], valid_until: datetime, zone: tzinfo) -> Refusal | None:
    """A certification given while actions are owed ends at the latest with the last day of the last of them.

    Refuses OUT_OF_RANGE with the latest instant allowed. An overdue action leaves nothing to certify until it is met.
    """
    owed = [each.due_on for each in actions if each.state in OWED]
    if not owed or valid_until <= (latest := end_of_day(max(owed), zone)):
        return None
    shown = latest.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Refusal(Code.OUT_OF_RANGE, {"field": "valid_until", "latest": shown, "because": "corrective_actions"})


def is_late(due: Due, today: date) -> bool:
    """Whether the supplier has let the day pass: one reported as done waits for the buyer and is late no more."""
    return due.state is ActionState.OPEN and due.due_on < today


def lapses_at(laid_on: datetime, due_on: date, certified: tuple[datetime, datetime], zone: tzinfo) -> datetime | None:
    """When a certification, valid from and until, ends because a condition of it was not met in time: with the day the
    action was due on. None where it was given before the action was laid on, for then it was no condition of it, or
    where it ends by then anyway."""
    valid_from, valid_until = certified
    ends = end_of_day(due_on, zone)
    return ends if laid_on <= valid_from < ends < valid_until else None


def decide_report(state: ActionState) -> Refusal | None:
    """Whether the supplier may say that it is done: while it is owed, and again when said better. ALREADY_DECIDED."""
    return None if state in OWED else Refusal(Code.ALREADY_DECIDED)


def decide_closing(state: ActionState, *, accept: bool) -> ActionState | Refusal:
    """What a look at a reported action makes of it: closed, or open again. Refuses NOT_ALLOWED_HERE where the supplier
    has reported nothing, ALREADY_DECIDED where it is over."""
    if state is ActionState.REPORTED:
        return ActionState.CLOSED if accept else ActionState.OPEN
    code = Code.NOT_ALLOWED_HERE if state is ActionState.OPEN else Code.ALREADY_DECIDED
    return Refusal(code, {"field": "state"})


def improvements(marks: Marks, weights: Marks, score: Decimal) -> list[Improvement]:
    """For each aspect the mark at which it alone would lift the score into the next band; empty at the best grade.

    The score is published half up to one decimal, so the exact sum must reach the band less half a tenth.
    """
    better = [lowest for grade, lowest in BANDS if grade < grade_of(score)]
    if not better:
        return []
    target = min(better) - Decimal("0.05")
    pairs = list(zip(marks.by_aspect(), weights.by_aspect(), strict=True))
    exact = sum((mark * weight for (_, mark), (_, weight) in pairs), start=Decimal(0))
    found = []
    for (aspect, mark), (_, weight) in pairs:
        needed = None
        if weight > 0:
            rise = ((target - exact) / weight).quantize(SCORE_STEP, rounding=ROUND_CEILING)
            needed = mark + rise if mark + rise <= HIGHEST else None
        found.append(Improvement(aspect, mark, needed))
    return found
