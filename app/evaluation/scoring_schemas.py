"""Shapes of the answer to a score sheet on the wire, as `domain/scoring/score_sheet.py` makes it."""

from typing import Any, Literal

from app.infra.web import StrictModel


class SheetFault(StrictModel):
    """A member of the sheet that cannot stand."""

    field: str
    code: str


class ClaimsView(StrictModel):
    """What holds for every field: a higher own price never has more points; others change nothing; the bounds."""

    is_monotone: bool
    is_independent: bool
    low: str | None
    high: str | None


class MethodView(StrictModel):
    """The formula with every parameter written out, the weights, and what can be relied on."""

    formula: dict[str, Any]
    weights: dict[str, str | None]
    claims: ClaimsView


class ScoredRow(StrictModel):
    """An offer in order of rank; those without a rank stand at the end."""

    name: str
    rank: int | None
    amount: str
    technical_points: str | None
    price_points: str | None
    total: str | None
    figure: str | None
    is_tied: bool
    is_passing: bool
    failed: list[str]


class WitnessOffer(StrictModel):
    """A made-up offer."""

    name: str
    amount: str
    technical: str | None


class WitnessView(StrictModel):
    """Made-up offers among which the leaving of one turns two others."""

    ceiling_price: str
    offers: list[WitnessOffer]
    leaves: str
    turned: list[str]


class TurnedView(StrictModel):
    """Whose leaving would turn which two of this very sheet."""

    leaves: str
    turned: list[str]


class StepView(StrictModel):
    """One intermediate figure: without loss, and with ten digits."""

    offer: str | None
    figure: str
    exact: str
    shown: str


class ScoreAnswer(StrictModel):
    """All of it; with faults there are no rows."""

    version: str
    sheet: int
    faults: list[SheetFault]
    method: MethodView | None
    rows: list[ScoredRow]
    notes: list[Literal["ONE_BID", "ALL_EQUAL", "SOME_NOT_RANKED", "NO_RANKED_OFFER"]]
    warnings: list[Literal["LEAVING_TURNS_TOTALS", "LEAVING_TURNS_RANKS"]]
    witness: WitnessView | None
    turned: list[TurnedView]
    steps: list[StepView]
    digest: str
