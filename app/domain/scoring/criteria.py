"""The technical side of an evaluation: a tree of criteria with weights, minimum scores and anchored levels.

Serves SCORING.md section 2. Weights of siblings sum to 100, so the weight of a leaf in the whole is the product of the
weights down to it. Without groups every criterion stands at the top, and document and figures are those of a flat list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from app.domain.scoring.ahp import Judgements

HUNDRED: Final = Decimal(100)
# Marks 0 to 5 (SCREENS.md EV-02): six anchored levels.
LEVELS: Final = 6
HIGHEST_VALUE: Final = LEVELS - 1
MOST_CRITERIA: Final = 40
MOST_GROUPS: Final = 20
# Groups within groups: with the criterion below them four steps, more than any scoring table in use has.
DEEPEST: Final = 3
MOST_CHOICES: Final = 20
# Of three marks without the highest and the lowest one person's would decide alone.
LEAST_DROP_FROM: Final = 4


class Aggregation(StrEnum):
    """How the evaluators' marks of one cell become one value."""

    MEAN = "mean"
    MEDIAN = "median"
    # One highest and one lowest mark are dropped where enough were given (`drop_from`); else the mean of all.
    TRIMMED_MEAN = "trimmed_mean"


class AnswerKind(StrEnum):
    """What a supplier answers a criterion with, beside its text."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in both languages; at least one of them is there."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion. `threshold` is on its own points: value / 5 · 100. `levels` describe the marks 0 to 5.

    `weight` is its share among its siblings; `parent` the group it stands in, None at the top.
    """

    id: str
    number: int
    title_zh: str
    title_en: str
    weight: Decimal
    threshold: Decimal | None
    answer: AnswerKind
    unit: str
    choices: tuple[Wording, ...]
    prompt_zh: str
    prompt_en: str
    levels: tuple[Wording, ...]
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A branch of the tree. `threshold` is on its own points: those of what stands in it, by their weights, 0..100."""

    id: str
    title_zh: str
    title_en: str
    weight: Decimal
    parent: str | None = None
    threshold: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TechnicalRules:
    """The technical side: its weight in the total, the threshold on the points, and the criteria (weights sum 100)."""

    weight: Decimal
    threshold: Decimal | None
    aggregation: Aggregation
    criteria: tuple[Criterion, ...]
    groups: tuple[Group, ...] = ()
    drop_from: int = LEAST_DROP_FROM
    # The comparisons in pairs that weights were derived from, at most one for each place of the tree.
    judgements: tuple[Judgements, ...] = ()

    def find(self, criterion_id: str) -> Criterion | None:
        """A criterion by its id."""
        return next((each for each in self.criteria if each.id == criterion_id), None)

    def effective_weights(self) -> dict[str, Fraction]:
        """The percent of the technical points that each criterion decides, exactly; they sum to 100.

        Worked example: a criterion of 40 in a group of 30 decides 40 · 30/100 = 12 of the 100.
        """
        by_id = {group.id: group for group in self.groups}
        found: dict[str, Fraction] = {}
        for each in self.criteria:
            share, parent = Fraction(each.weight), each.parent
            while parent is not None:
                share, parent = share * Fraction(by_id[parent].weight) / 100, by_id[parent].parent
            found[each.id] = share
        return found

    def told_weights(self) -> dict[str, Decimal]:
        """`effective_weights` as people are told them: exact where that is short, else to two digits (a third)."""
        return {
            name: round(Decimal(share.numerator) / share.denominator, 2)
            for name, share in self.effective_weights().items()
        }

    def group_points(self, values: Mapping[str, Decimal]) -> dict[str, Fraction]:
        """The own points of every group, 0..100, exactly. Precondition: a value for every criterion."""
        points = {group.id: Fraction(0) for group in self.groups}
        for each in self.criteria:
            if each.parent is not None:
                points[each.parent] += Fraction(each.weight) * Fraction(values[each.id]) / HIGHEST_VALUE
        # A group is listed after the one it stands in: from the end on, each is whole before it is handed up.
        for group in reversed(self.groups):
            if group.parent is not None:
                points[group.parent] += Fraction(group.weight) * points[group.id] / 100
        return points
