"""The purchasing working group of a project: who sits in it, what each declares, how its experts are drawn (DESIGN.md
stage 3; attacks on the choice of experts: nobody chooses them, and anybody can draw again and find the same).
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.domain.process import Check
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role


class GroupHat(StrEnum):
    """What somebody is in the group."""

    REQUESTER = "requester"
    DECISION_MAKER = "decision_maker"
    PURCHASING_LEAD = "purchasing_lead"
    EXPERT = "expert"


# Which role of the house may wear which hat; the requester is whoever asked.
ROLE_OF: Final[Mapping[GroupHat, Role]] = {
    GroupHat.DECISION_MAKER: Role.APPROVER,
    GroupHat.PURCHASING_LEAD: Role.PURCHASER,
    GroupHat.EXPERT: Role.EVALUATOR,
}
# Fewer experts than this cannot outvote each other.
FEWEST_EXPERTS: Final = 3
MOST_EXPERTS: Final = 15


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the group; `has_conflict` is None until declared."""

    account_id: str
    hat: GroupHat
    has_conflict: bool | None = None

    @property
    def is_fit(self) -> bool:
        """Declared, and free of conflict."""
        return self.has_conflict is False


def check_group(members: Iterable[Member], wanted: int = FEWEST_EXPERTS) -> tuple[Check, ...]:
    """What the group asks for before the project may be proposed: everybody has declared, a decision maker and a lead
    free of conflict, and as many experts as were asked for."""
    listed = list(members)
    fit = {hat: sum(each.is_fit for each in listed if each.hat is hat) for hat in GroupHat}
    return (
        Check("DECISION_MAKER", fit[GroupHat.DECISION_MAKER] == 1),
        Check("PURCHASING_LEAD", fit[GroupHat.PURCHASING_LEAD] == 1),
        Check("EXPERTS", fit[GroupHat.EXPERT] >= max(wanted, 1)),
        Check("DECLARED", bool(listed) and all(each.has_conflict is not None for each in listed)),
    )


def decide_naming(members: Iterable[Member], requester: str, decision_maker: str, lead: str) -> Refusal | None:
    """Whether these two may be named. Refuses SAME_PERSON (who asks or leads does not decide) and EXCLUSIVE_ROLES for
    somebody who was drawn: another seat would empty the drawn one, and whoever names could draw until it suits him."""
    if decision_maker in (requester, lead):
        return Refusal(Code.SAME_PERSON)
    drawn = {each.account_id for each in members if each.hat is GroupHat.EXPERT}
    return Refusal(Code.EXCLUSIVE_ROLES) if drawn & {decision_maker, lead} else None


def seats_left(members: Iterable[Member], wanted: int) -> int:
    """How many experts are still to be drawn: a conflict leaves a seat; whoever has not declared holds his."""
    seated = sum(each.hat is GroupHat.EXPERT and each.has_conflict is not True for each in members)
    return max(wanted - seated, 0)


def draw_experts(head: str, pool: Collection[str], count: int) -> tuple[str, ...]:
    """Draw from a pool by the hash of the journal's last entry before the draw: those with the least SHA-256 of head
    and id. The order of the pool does not matter; the head is salted, so nobody can foresee it.

    Precondition: ``count`` is at most the size of the pool.
    """
    assert 0 <= count <= len(set(pool))
    return tuple(sorted(set(pool), key=lambda each: hashlib.sha256(f"{head}|{each}".encode()).digest())[:count])


def retrace_draw(prev: str, data: Mapping[str, Any]) -> bool:
    """Whether an entry of a draw tells the truth: the same experts come out of the hash the entry itself names as the
    one before it."""
    pool, drawn = data.get("pool"), data.get("drawn")
    if not isinstance(pool, list) or not isinstance(drawn, list) or len(drawn) > len(set(pool)):
        return False
    return list(draw_experts(prev, pool, len(drawn))) == drawn
