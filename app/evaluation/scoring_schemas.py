"""Shapes of the answer to a score sheet on the wire, as `domain/scoring/score_sheet.py` makes it."""

from typing import Annotated, Any, Literal

from pydantic import Field as Limits
from pydantic import StringConstraints

from app.domain.scoring.ahp_json import DIGITS
from app.infra.web import StrictModel

# Wide enough for the rule itself to say what is too much.
MOST_COMPARED = 60
ItemName = Annotated[str, StringConstraints(max_length=200)]
ComparedRow = Annotated[list[Annotated[str, StringConstraints(max_length=20)]], Limits(max_length=MOST_COMPARED)]


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


class ComparedItems(StrictModel):
    """A matrix of comparisons as typed: domain/scoring/ahp_json.py checks every cell."""

    items: Annotated[list[ItemName], Limits(max_length=MOST_COMPARED)]
    matrix: Annotated[list[ComparedRow], Limits(max_length=MOST_COMPARED)]
    digits: Annotated[int, Limits(strict=True, ge=0, le=100)] = DIGITS


class DerivedWeight(StrictModel):
    """The weight of one item, its part of the principal eigenvector, and the geometric mean of its row beside it."""

    item: str
    weight: str
    vector: str
    control: str


class DoubtView(StrictModel):
    """The judgement that fits the others worst, and the one that would fit."""

    one: str
    other: str
    value: str
    fitting: str


class ConsistencyView(StrictModel):
    """λmax, CI and CR; a CR above the limit wants another look at the judgements."""

    method: Literal["eigenvector", "geometric_mean"]
    lambda_max: str
    index: str
    ratio: str
    limit: str
    is_consistent: bool
    doubt: DoubtView | None


class AhpAnswer(StrictModel):
    """Weights that sum to exactly 100; with faults there are none."""

    faults: list[SheetFault]
    weights: list[DerivedWeight]
    result: ConsistencyView | None
