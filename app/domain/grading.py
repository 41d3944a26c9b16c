"""Grades frozen at the invitation, by tag: hashed at publication, told with the first ranking, replayed from there.

Serves SCORING.md section 3 (certification as a bonus or malus) and VISIBILITY.md section 1. Each bidder has a digest of
its own, with a salt, so that only the grades of those who bid are ever told, and none before the prices are in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from app.domain import terms
from app.domain.certification import Grade
from app.domain.chaining import Fault, Why
from app.domain.entries import Entry, digest_of
from app.domain.framing import BadDataError, rows_of, text_of
from app.domain.kinds import Kind

if TYPE_CHECKING:
    from app.domain.live_rules import Factors
    from app.domain.scoring.certification_rules import CertificationRules

# Whose points nobody else has is known by them: the buyer knows the grade of everyone invited.
LEAST_ALIKE: Final = 2


@dataclass(frozen=True, slots=True)
class FrozenGrade:
    """The grade of one bidder at its invitation, and the salt of its digest."""

    tag: str
    grade: Grade
    salt: str


def grade_digest(frozen: FrozenGrade) -> str:
    """What publication commits to for one bidder; without the salt four grades could be guessed."""
    return digest_of({"tag": frozen.tag, "grade": frozen.grade.value, "salt": frozen.salt})


def frozen_data(grades: Iterable[FrozenGrade]) -> dict[str, Any]:
    """The data of `grades.frozen`: the digests in their own order, which says nothing."""
    return {"digests": sorted(grade_digest(each) for each in grades)}


def told_data(grades: Iterable[FrozenGrade]) -> dict[str, Any]:
    """The data of `grades.told`: the grades of those who joined, by tag."""
    ordered = sorted(grades, key=lambda each: each.tag)
    return {"grades": [{"tag": each.tag, "grade": each.grade.value, "salt": each.salt} for each in ordered]}


def bonuses_of(grades: Iterable[FrozenGrade], rules: CertificationRules | None) -> dict[str, Decimal]:
    """The points on the total by tag; empty where the rules give none."""
    if rules is None or not rules.points:
        return {}
    return {each.tag: rules.points_of(each.grade) for each in grades}


class GradeRetrace:
    """Replays what was frozen and told of the grades of one tender."""

    def __init__(self) -> None:
        # The points by tag, once they are told.
        self.bonuses: dict[str, Decimal] = {}
        # By tag, once they are told: for the values of a live round.
        self.grades: dict[str, Grade] = {}
        self._digests: frozenset[str] | None = None
        self._is_told = False

    def take(self, entry: Entry, rules: CertificationRules | None) -> Fault | None:
        """What is wrong with an entry of the two kinds, or None. Raises BadDataError."""
        if entry.kind is Kind.GRADES_FROZEN:
            digests = entry.data.get("digests")
            if not isinstance(digests, list) or not all(isinstance(each, str) for each in digests):
                raise BadDataError("digests are not there")
            is_first, self._digests = self._digests is None, frozenset(digests)
            return None if is_first else Fault(Why.STATE, "grades were frozen a second time")
        found = [
            FrozenGrade(text_of(row, "tag"), _grade(row), text_of(row, "salt")) for row in rows_of(entry.data, "grades")
        ]
        if self._is_told or self._digests is None:
            return Fault(Why.STATE, "grades were told that were not frozen, or a second time")
        if len({each.tag for each in found}) != len(found) or {grade_digest(each) for each in found} - self._digests:
            return Fault(Why.DIGEST, "a grade is not the one that was frozen at the invitation")
        self._is_told, self.bonuses = True, bonuses_of(found, rules)
        self.grades = {each.tag: each.grade for each in found}
        return None


def _grade(row: Mapping[str, Any]) -> Grade:
    try:
        return Grade(text_of(row, "grade"))
    except ValueError:
        raise BadDataError("grade is none") from None


def check_grades(
    grades: Iterable[Grade], rules: CertificationRules | None, factors: Factors | None = None
) -> list[terms.Fault]:
    """Refuse points, and values of a live round, that would name a bidder: one that only one of those invited has
    (VISIBILITY.md section 1)."""
    invited = list(grades)
    values = {
        "evaluation.certification.points": [] if rules is None or not rules.points else map(rules.points_of, invited),
        "rules.factors": [] if factors is None else map(factors.of, invited),
    }
    found = []
    for path, each in values.items():
        alone = sorted(value for value, bidders in Counter(each).items() if bidders < LEAST_ALIKE)
        if alone:
            shown = {"points": ", ".join(f"{value:f}" for value in alone)}
            found.append(terms.Fault(path, "NAMES_A_BIDDER", shown))
    return found
