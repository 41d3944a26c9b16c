"""Blind marks: what a mark is, when a sheet is complete, how marks become one value, and what is locked.

Serves SCORING.md section 2, SCREENS.md EV-01, EV-02, EV-05 and VISIBILITY.md d39 (an evaluator sees no peer's mark).
The random order in which an evaluator sees the offers is the World's; nothing here draws.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from app.domain.entries import digest_of
from app.domain.refusals import Code, Refusal
from app.domain.scoring.criteria import LEAST_DROP_FROM
from app.domain.scoring.price_points import round_fraction
from app.domain.scoring.rules import Aggregation, TechnicalRules
from app.domain.scoring.totals import is_passing, technical_points

LOWEST_MARK: Final = 0
HIGHEST_MARK: Final = 5
# SCREENS.md EV-02: the ends of the scale say why; 4 is good work and needs no defence.
MARKS_WITH_COMMENT: Final = frozenset({0, 1, 5})
VALUE_DIGITS: Final = 1
# Of two marks lowest and highest would name the other evaluator's (VISIBILITY.md d39).
SPREAD_FROM: Final = 3
# SCORING.md section 2: an outlier is two levels or more from the median.
OUTLIER_LEVELS: Final = 2

# (lot, T-alias, criterion): one cell of a sheet.
Cell = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """One evaluator's mark of one cell, as saved; `value` is None where only a comment was written so far."""

    cell: Cell
    value: int | None
    comment: str = ""


def check_mark(value: int | None) -> Refusal | None:
    """A mark is a whole number from 0 to 5. Its comment may still be missing: it is asked for at the submission, for
    whoever types the mark first has not written the comment yet."""
    if value is None or LOWEST_MARK <= value <= HIGHEST_MARK:
        return None
    return Refusal(Code.NOT_A_MARK, {"low": str(LOWEST_MARK), "high": str(HIGHEST_MARK)})


def needs_comment(value: int | None) -> bool:
    """Marks 0, 1 and 5 need a comment (SCREENS.md EV-02)."""
    return value in MARKS_WITH_COMMENT


def cells_of(offers: Mapping[str, Collection[str]], criteria: Iterable[str]) -> list[Cell]:
    """Every cell of a sheet: each criterion of each offer of each lot, sorted."""
    named = list(criteria)
    return sorted(
        (lot, alias, criterion) for lot, aliases in offers.items() for alias in aliases for criterion in named
    )


def missing_marks(cells: Iterable[Cell], marks: Mapping[Cell, Mark]) -> list[Cell]:
    """The cells without a mark."""
    return [cell for cell in cells if cell not in marks or marks[cell].value is None]


def missing_comments(cells: Iterable[Cell], marks: Mapping[Cell, Mark]) -> list[Cell]:
    """The cells whose mark needs a comment and has none."""
    found = ((cell, marks.get(cell)) for cell in cells)
    return [cell for cell, mark in found if mark and needs_comment(mark.value) and not mark.comment.strip()]


def decide_submission(cells: Sequence[Cell], marks: Mapping[Cell, Mark]) -> Refusal | None:
    """A sheet is submitted complete or not at all (SCREENS.md EV-02, "missing cells list"); names the first gap."""
    for code, gaps in (
        (Code.MARKS_MISSING, missing_marks(cells, marks)),
        (Code.COMMENT_MISSING, missing_comments(cells, marks)),
    ):
        if gaps:
            lot, alias, criterion = gaps[0]
            return Refusal(code, {"missing": str(len(gaps)), "lot": lot, "alias": alias, "criterion": criterion})
    return None


def median_of(marks: Sequence[int]) -> Fraction:
    """The middle mark, of an even number the mean of the two in the middle. Precondition: at least one."""
    ordered, middle = sorted(marks), len(marks) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def consensus_value(marks: Sequence[int], aggregation: Aggregation, drop_from: int = LEAST_DROP_FROM) -> Decimal:
    """The value by rule of one cell, one decimal, half up: mean, median, or the mean without one highest and one lowest
    mark where at least `drop_from` were given, else the mean of all (SCORING.md section 2).

    Worked example: marks 3, 4, 4: mean 3.6667 → 3.7, median 4.0. Marks 0, 4, 4, 5: trimmed (4 + 4)/2 = 4.0; marks
    0, 4, 5 are too few to trim: 3.0. Precondition: at least one mark, all of them whole numbers from 0 to 5.
    """
    if aggregation is Aggregation.MEDIAN:
        return round_fraction(median_of(marks), VALUE_DIGITS)
    is_trimmed = aggregation is Aggregation.TRIMMED_MEAN and len(marks) >= drop_from
    kept = sorted(marks)[1:-1] if is_trimmed else marks
    return round_fraction(Fraction(sum(kept), len(kept)), VALUE_DIGITS)


def is_outlier(mark: int, marks: Sequence[int]) -> bool:
    """Two levels or more from the median of all marks of the cell (SCORING.md section 2): told to its own evaluator."""
    return abs(mark - median_of(marks)) >= OUTLIER_LEVELS


@dataclass(frozen=True, slots=True)
class Spread:
    """What all may know of one cell's marks: how many, and from three marks on lowest, median, highest and how many lie
    two levels or more from the median."""

    count: int
    lowest: int | None
    median: Decimal | None
    highest: int | None
    outliers: int | None
    by_rule: Decimal


def spread_of(marks: Sequence[int], aggregation: Aggregation, drop_from: int = LEAST_DROP_FROM) -> Spread:
    """The spread of a cell without any single mark that could be told to be a peer's (VISIBILITY.md d39)."""
    shows = len(marks) >= SPREAD_FROM
    return Spread(
        count=len(marks),
        lowest=min(marks) if shows else None,
        median=round_fraction(median_of(marks), VALUE_DIGITS) if shows else None,
        highest=max(marks) if shows else None,
        outliers=sum(is_outlier(mark, marks) for mark in marks) if shows else None,
        by_rule=consensus_value(marks, aggregation, drop_from),
    )


def decide_agreed(value: Decimal, *, by_rule: Decimal, reason: str) -> Refusal | None:
    """An agreed value is 0 to 5 at one decimal; one that differs from the value by rule says why (SCORING.md 2)."""
    bounds = {"low": str(LOWEST_MARK), "high": str(HIGHEST_MARK)}
    if not value.is_finite() or not LOWEST_MARK <= value <= HIGHEST_MARK:
        return Refusal(Code.OUT_OF_RANGE, bounds)
    if value != round(value, VALUE_DIGITS):
        return Refusal(Code.PRECISION, {"digits": str(VALUE_DIGITS)})
    if value != by_rule and not reason.strip():
        return Refusal(Code.REASON_MISSING, {"by_rule": str(by_rule)})
    return None


def value_text(value: Decimal) -> str:
    """A value in the form that is shown, hashed and journaled: one decimal."""
    return f"{value:.1f}"


@dataclass(frozen=True, slots=True)
class OfferScore:
    """The technical score of one offer: its agreed values, points and whether it passes."""

    alias: str
    values: Mapping[str, Decimal]
    points: Decimal
    passes: bool


@dataclass(frozen=True, slots=True)
class LotScores:
    """The scores of one lot's offers, by alias."""

    lot_id: str
    offers: tuple[OfferScore, ...]

    def find(self, alias: str) -> OfferScore | None:
        """The score of an offer."""
        return next((each for each in self.offers if each.alias == alias), None)


def alias_key(alias: str) -> tuple[int, str]:
    """T-aliases in the order people read them: T2 before T10."""
    return (len(alias), alias)


def score_offer(rules: TechnicalRules, alias: str, values: Mapping[str, Decimal]) -> OfferScore:
    """Points and pass or fail of one offer from its agreed values. Precondition: a value for every criterion."""
    return OfferScore(alias, dict(values), technical_points(rules, values), is_passing(rules, values))


def scores_data(rules: TechnicalRules, lots: Iterable[LotScores]) -> list[dict[str, Any]]:
    """The scores in the form that is hashed and journaled in `scores.locked`: lots by id, offers by alias, criteria in
    the order of the rules."""
    return [
        {
            "lot": lot.lot_id,
            "offers": [
                {
                    "offer": offer.alias,
                    "criteria": [
                        {"criterion": each.id, "value": value_text(offer.values[each.id])} for each in rules.criteria
                    ],
                    "points": f"{offer.points:.2f}",
                    "passes": offer.passes,
                }
                for offer in sorted(lot.offers, key=lambda one: alias_key(one.alias))
            ],
        }
        for lot in sorted(lots, key=lambda one: one.lot_id)
    ]


def scores_digest(data: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the scores as journaled: what the chair locks, and what the release of the prices is bound to."""
    return digest_of({"lots": [dict(lot) for lot in data]})


def scores_from_data(data: Sequence[Mapping[str, Any]]) -> list[LotScores]:
    """The inverse of `scores_data`: the locked scores as stored."""
    return [
        LotScores(
            lot["lot"],
            tuple(
                OfferScore(
                    alias=offer["offer"],
                    values={each["criterion"]: Decimal(each["value"]) for each in offer["criteria"]},
                    points=Decimal(offer["points"]),
                    passes=offer["passes"],
                )
                for offer in lot["offers"]
            ),
        )
        for lot in data
    ]


def alias_pool(offers: int) -> list[str]:
    """The T-aliases of a lot with so many offers: the caller shuffles them with a CSPRNG (VISIBILITY.md section 1)."""
    return [f"T{number}" for number in range(1, offers + 1)]


def seat_pool(seats: int) -> list[str]:
    """The seats of a panel as the journal names them: drawn at the submission, so that they tell no person."""
    return [f"E{number}" for number in range(1, seats + 1)]


def alias_digest(salt: str, tags: Mapping[str, str]) -> str:
    """What `aliases.drawn` commits to: the map {alias: tag} and a salt, without which four offers could be guessed."""
    return digest_of({"salt": salt, "map": dict(tags)})
