"""Handing tasks over for a time: whose, which, to whom, how long (SCREENS.md AP-01; ACCESS.md sections 2 and 3).

Nobody gains a role by it: who takes the tasks over has that role already, so no grant passes the auditor by. Tasks do
not travel on. It ends by itself, by its days.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role

# An expert's seat was drawn, an auditor's is his own: neither can be handed to somebody of one's choice.
DUTIES: Final = frozenset({Role.REQUESTER, Role.PURCHASER, Role.APPROVER})
# Longer than a leave is a change of roles, and that is the administrator's and the auditor's.
LONGEST_DAYS: Final = 92
# For so long somebody who stood in for a person is not the second person to what that person asked for.
NEAR_DAYS: Final = 180


@dataclass(frozen=True, slots=True)
class Delegation:
    """The giver's tasks of one role, in the taker's hands from one day to another, both counted."""

    id: str
    giver: str
    taker: str
    duty: Role
    starts_on: date
    ends_on: date
    made_at: datetime
    # Taken back before its last day.
    ended_at: datetime | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.ended_at is None and self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose tasks a person has in hand now, and for whom it has stood in of late."""

    acts_for: frozenset[tuple[str, Role]] = frozenset()
    stood_in_for: frozenset[str] = frozenset()

    def givers(self, duty: Role) -> frozenset[str]:
        """Who has handed over the tasks of this role."""
        return frozenset(giver for giver, each in self.acts_for if each is duty)


@dataclass(frozen=True, slots=True)
class Person:
    """What the rule needs to know of somebody; `roles` are those of an active account."""

    account_id: str
    roles: frozenset[Role]


def hands_of(found: Iterable[Delegation], account_id: str, day: date) -> Hands:
    """What the delegations say of one person on a day."""
    taken = [one for one in found if one.taker == account_id]
    since = day - timedelta(days=NEAR_DAYS)
    near = [one for one in taken if one.starts_on <= day and one.ends_on >= since]
    return Hands(
        frozenset((one.giver, one.duty) for one in taken if one.is_in_force(day)), frozenset(one.giver for one in near)
    )


def decide_delegation(
    new: Delegation, *, giver: Person, taker: Person | None, today: date, held: Collection[Delegation]
) -> Refusal | None:
    """Whether somebody may hand tasks over. `held`: all delegations of giver and taker that were not taken back.

    Refuses SAME_PERSON (to oneself), OUT_OF_RANGE (a role one has not, or that cannot be handed over; somebody who does
    not have it; days in the past, the wrong way round or too many), OVERLAP (this role is handed over in these days
    already, or the taker has handed it over: tasks do not travel on).
    """
    if taker is not None and taker.account_id == giver.account_id:
        return Refusal(Code.SAME_PERSON)
    if new.duty not in DUTIES or new.duty not in giver.roles:
        return Refusal(Code.OUT_OF_RANGE, {"field": "duty"})
    if taker is None or new.duty not in taker.roles:
        return Refusal(Code.OUT_OF_RANGE, {"field": "taker"})
    if not today <= new.starts_on <= new.ends_on:
        return Refusal(Code.OUT_OF_RANGE, {"field": "ends_on"})
    if (new.ends_on - new.starts_on).days >= LONGEST_DAYS:
        return Refusal(Code.OUT_OF_RANGE, {"field": "ends_on", "most": str(LONGEST_DAYS)})
    beside = [one for one in held if one.ended_at is None and one.duty is new.duty and _meet(one, new)]
    if any(one.giver in (new.giver, new.taker) or one.taker == new.giver for one in beside):
        return Refusal(Code.OVERLAP, {"field": "duty"})
    return None


def _meet(one: Delegation, other: Delegation) -> bool:
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on
