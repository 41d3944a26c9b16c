"""Shapes of award scenarios on the wire: by label, every figure a text; what was not adopted is stamped."""

from typing import Annotated, Literal, Self

from pydantic import Field as Limits
from pydantic import model_validator

from app.award.schemas import HexId, Label, Reason
from app.award.splitting_answer import Outcome
from app.domain.splitting import MOST_CONSTRAINTS, MOST_PARTS, MOST_PATTERNS, Limit
from app.domain.whatif import STAMP
from app.evaluation.schemas import SavingsTotalView
from app.infra.web import AmountText, DecimalText, InstantText, StrictModel

Shares = Annotated[list[AmountText], Limits(min_length=1, max_length=MOST_PARTS)]


class OfferName(StrictModel):
    """A supplier, named by one of its labels."""

    lot_id: HexId
    label: Label


class ConstraintBody(StrictModel):
    """A constraint as typed; `lots` empty means all. Which members it needs depends on what it limits."""

    limit: Limit
    value: AmountText | None = None
    lots: Annotated[list[HexId], Limits(max_length=500)] = Limits(default_factory=list)
    offer: OfferName | None = None
    patterns: Annotated[list[Shares], Limits(max_length=MOST_PATTERNS)] = Limits(default_factory=list)

    @model_validator(mode="after")
    def _has_what_it_limits(self) -> Self:
        """Patterns have shares, everything else a number; a capacity is somebody's."""
        is_patterns, is_capacity = self.limit is Limit.PATTERNS, self.limit is Limit.CAPACITY
        if (self.value is None) != is_patterns or bool(self.patterns) != is_patterns:
            raise ValueError("shares for patterns, a value for everything else")
        if is_capacity and self.offer is None:
            raise ValueError("a capacity is somebody's")
        return self


class ComputeScenario(StrictModel):
    """What is to be solved; `all` takes in offers that are not shortlisted, and can then not be adopted."""

    note: Reason = ""
    among: Literal["shortlist", "all"] = "shortlist"
    constraints: Annotated[list[ConstraintBody], Limits(max_length=MOST_CONSTRAINTS)] = Limits(default_factory=list)


class ConstraintView(StrictModel):
    """A constraint with its price. `value` is null where there is none, and of a budget for readers without the right
    to budgets; the price is null where the time was over."""

    id: str
    limit: Limit
    value: str | None
    lots: list[str]
    offer: OfferName | None
    patterns: list[list[str]]
    cost_without: DecimalText | None
    price: DecimalText | None
    is_exact: bool


class PartView(StrictModel):
    """A share of a lot. `supplier` is S1, S2… within this scenario alone."""

    label: str
    supplier: str
    share: str
    cost: DecimalText


class ScenarioLotView(StrictModel):
    """One lot as awarded."""

    lot_id: str
    cost: DecimalText
    parts: list[PartView]


class SideView(StrictModel):
    """What one supplier has of an award; `volume` in percent, lots weighed by their lowest offers."""

    supplier: str
    cost: DecimalText
    volume: str
    offers: list[OfferName]


class RiskView(StrictModel):
    """A note of risk."""

    code: Literal["single_source", "dependency"]
    lot_id: str | None
    supplier: str | None
    percent: str | None


class ScenarioAwardView(StrictModel):
    """An award in shares; every figure computed exactly from it, rounded where it is shown."""

    lots: list[ScenarioLotView]
    suppliers: list[SideView]
    cost: DecimalText
    # Every lot wholly to its lowest offer: the best without any constraint.
    lowest: DecimalText
    # Every lot wholly to the first of its ranking, and what this award saves against it.
    sole_best: DecimalText | None
    saving: DecimalText | None
    quality: str | None
    risks: list[RiskView]
    # Against the baseline, for who may see it.
    against_baseline: SavingsTotalView | None


class ScenarioView(StrictModel):
    """A scenario that was computed. The stamp falls only with its adoption."""

    number: int
    stamp: Literal["WHAT-IF"] | None = STAMP
    note: str | None
    among: Literal["shortlist", "all"]
    made_at: InstantText
    adopted_at: InstantText | None
    # The one adopted last, on the rankings that stand.
    is_adopted: bool
    is_current: bool
    outcome: Outcome
    # No award costs less than this; `gap` in percent of the cost.
    bound: DecimalText | None
    gap: str | None
    constraints: list[ConstraintView]
    award: ScenarioAwardView | None
    clash: list[str]
    is_minimal: bool
    # Why it cannot be adopted: a code; null where it can.
    obstacle: str | None


class OfferedView(StrictModel):
    """An offer that may be awarded."""

    label: str
    rank: int
    amount: DecimalText
    technical_points: DecimalText | None
    is_shortlisted: bool


class SplitLotView(StrictModel):
    """A ranked lot."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    quantity: DecimalText
    unit: str
    offers: list[OfferedView]


class ScenariosView(StrictModel):
    """The scenarios of a tender, the newest first; `waiting` until there is a ranking for this reader."""

    tender_id: str
    state: Literal["waiting", "ranked"]
    currency: str
    can_compute: bool
    # The shares announced before any bid; null where no split was: everything is WHAT-IF then.
    announced: list[list[str]] | None
    lots: list[SplitLotView]
    scenarios: list[ScenarioView]
