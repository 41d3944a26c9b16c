"""Shapes of the decision room's sensitivity, picture and what-if on the wire: by label, every answer stamped."""

from typing import Annotated, Literal, Self

from pydantic import Field as Limits
from pydantic import StringConstraints

from app.award.schemas import HexId, Label
from app.domain.scoring.mechanisms import round_fraction
from app.domain.sensitivity import Holding
from app.domain.whatif import STAMP
from app.infra.web import AmountText, DecimalText, StrictModel

# An offer has as many values as there are criteria; more changes than that at once are no question any more.
MOST_CHANGES = 200


class HoldingView(StrictModel):
    """The price weights in percent between which something holds; `low` is null where it rests on rounding or a tie.
    `exact` are the bounds as fractions. `below` and `above`: who leads, or is on the shortlist, beyond."""

    low: DecimalText | None
    high: DecimalText | None
    exact: list[str]
    below: list[str]
    above: list[str]

    @classmethod
    def of(cls, holding: Holding) -> Self:
        """The holding as computed by domain/sensitivity.py, its bounds to one digit, half up."""
        held, beyond = holding.interval, {"below": list(holding.below), "above": list(holding.above)}
        if held is None:
            return cls(low=None, high=None, exact=[], **beyond)
        low, high = round_fraction(held.low, 1), round_fraction(held.high, 1)
        return cls(low=low, high=high, exact=[str(held.low), str(held.high)], **beyond)


class WeightLine(StrictModel):
    """Rank and total of one offer at each whole price weight from 0 to 100 %."""

    label: str
    ranks: list[int]
    totals: list[DecimalText]


class LevelView(StrictModel):
    """One value a level up or down that would change first place or shortlist. `fails`: below a minimum score."""

    label: str
    criterion: str
    step: Literal[-1, 1]
    first: str | None
    shortlist: list[str]
    fails: bool


class LeavingView(StrictModel):
    """The ranking without one offer. `turns`: the others would stand in another order."""

    label: str
    first: str | None
    shortlist: list[str]
    turns: bool


class IsoView(StrictModel):
    """Prices and technical points that have the total of this offer."""

    label: str
    total: DecimalText
    prices: list[DecimalText]
    points: list[DecimalText]


class OpinionView(StrictModel):
    """Where TOPSIS puts an offer, beside its official rank: a second opinion that decides nothing."""

    label: str
    rank: int
    official_rank: int
    closeness: DecimalText
    is_tied: bool


class AgreedView(StrictModel):
    """The agreed value of one criterion for one offer, on the scale of marks: what a score error is tried on."""

    label: str
    criterion: str
    value: str


class LotSensitivityView(StrictModel):
    """How firm the ranking of one lot stands; empty members where there are no weights or marks to shift."""

    lot_id: str
    first: HoldingView | None
    shortlist: HoldingView | None
    lines: list[WeightLine]
    levels: list[LevelView]
    leaving: list[LeavingView]
    pareto: list[str]
    iso: list[IsoView]
    second_opinion: list[OpinionView]
    values: list[AgreedView]


class TriedCriterion(StrictModel):
    """A criterion whose values may be tried."""

    criterion: str
    number: int
    title_zh: str
    title_en: str


class SensitivityView(StrictModel):
    """The sensitivity of a tender's ranking; `waiting` until there is a ranking for this reader."""

    stamp: Literal["WHAT-IF"] = STAMP
    tender_id: str
    state: Literal["waiting", "ranked"]
    # The official one; None where there are no weights to shift.
    price_weight: DecimalText | None
    threshold: DecimalText | None
    criteria: list[TriedCriterion]
    lots: list[LotSensitivityView]


class TriedValue(StrictModel):
    """Another value of one criterion for one offer, on the scale of marks."""

    label: Label
    criterion: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    value: AmountText


class TryChange(StrictModel):
    """What is tried on one lot; what is left out stays as it officially is."""

    lot_id: HexId
    price_weight: AmountText | None = None
    values: Annotated[list[TriedValue], Limits(max_length=MOST_CHANGES)] = Limits(default_factory=list)
    without: Annotated[list[Label], Limits(max_length=MOST_CHANGES)] = Limits(default_factory=list)
    count: Annotated[int, Limits(ge=1, le=100)] | None = None


class TriedRow(StrictModel):
    """An offer in the ranking that was tried, beside its official rank."""

    label: str
    rank: int
    official_rank: int
    is_tied: bool
    technical_points: DecimalText | None
    price_points: DecimalText | None
    total: DecimalText | None
    figure: DecimalText | None
    is_shortlisted: bool


class WhatIfView(StrictModel):
    """A ranking that was tried and is nowhere kept."""

    stamp: Literal["WHAT-IF"] = STAMP
    lot_id: str
    rows: list[TriedRow]
    shortlist: list[str]
    # Who would miss a minimum score.
    failing: list[str]
