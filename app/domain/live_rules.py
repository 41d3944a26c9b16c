"""The rules of a live round as one frozen value: what publication freezes and every bidder reads as sentences.

Serves LIVE.md section 1. Times are durations from one opening instant, so that a copied tender needs one new date only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from app.domain.certification import Grade
from app.domain.visibility import BuyerView

ONE_MINUTE = timedelta(minutes=1)
LONGEST_LEAD = timedelta(days=30)


class Measure(StrEnum):
    """A step or limit is money at the lot's scale, or percent of the bidder's own last bid."""

    MONEY = "money"
    PERCENT = "percent"


class StepBasis(StrEnum):
    """What a step is measured from. The bidder's own last bid tells nothing about rivals."""

    OWN_LAST = "own_last"


class StepRule(StrEnum):
    """How the decrease relates to the step."""

    AT_LEAST = "at_least"
    MULTIPLE = "multiple"


class FeedbackMode(StrEnum):
    """What a bidder is told about the market (SCREENS.md 2.2.3)."""

    RANK_ONLY = "rank_only"
    BEST_PRICE = "best_price"
    SCORE_RANK = "score_rank"


class Basis(StrEnum):
    """What bids are ranked by: their amounts, amounts with an addition of the bidder's own, amounts divided by a
    coefficient of its own, or the total points of the evaluation with the technical points frozen before the round."""

    PRICE = "price"
    BONUS_MALUS = "bonus_malus"
    COEFFICIENT = "coefficient"
    POINTS = "points"


class TieRule(StrEnum):
    """Which of two equal amounts stands first."""

    EARLIER_FIRST = "earlier_first"


class Trigger(StrEnum):
    """Which accepted bid inside the window extends the lot."""

    ANY_ACCEPTED = "any_accepted"
    NEW_BEST = "new_best"
    TOP_CHANGE = "top_change"


class ExtensionMode(StrEnum):
    """Where the new close lies: a whole window after the bid, or a fixed time after the old close."""

    RESET = "reset"
    ADD = "add"


class LotOrder(StrEnum):
    """How several lots share the time: all at once, or opening together and closing one after the other."""

    PARALLEL = "parallel"
    STAGGERED = "staggered"


class Origin(StrEnum):
    """What the first bids of a round are: where it is not named, everybody's own first bid on the floor."""

    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Step:
    """The least decrease from the own last bid. A percentage is rounded **up** to the lot's scale."""

    measure: Measure
    size: Decimal
    rule: StepRule = StepRule.AT_LEAST
    basis: StepBasis = StepBasis.OWN_LAST


@dataclass(frozen=True, slots=True)
class ChangeLimit:
    """The largest decrease in one bid, a guard against slips. A percentage is rounded **down** to the lot's scale."""

    measure: Measure
    size: Decimal


@dataclass(frozen=True, slots=True)
class Factors:
    """A bidder's own value by its grade at the invitation, one for every grade, best grade first.

    Under `bonus_malus` it is added to the price for ranking, as money or as percent of it (`measure`); under
    `coefficient` it is a feature value.
    """

    grades: tuple[tuple[Grade, Decimal], ...]
    measure: Measure | None = None

    def of(self, grade: Grade) -> Decimal:
        """The value of a grade."""
        return dict(self.grades)[grade]


@dataclass(frozen=True, slots=True)
class SoftClose:
    """When a late bid moves the close, how far, how often, and the instant nothing may pass."""

    window: timedelta
    # After the scheduled close of each lot.
    hard_stop_after: timedelta
    max_extensions: int
    trigger: Trigger = Trigger.ANY_ACCEPTED
    mode: ExtensionMode = ExtensionMode.RESET
    # `add` only: by how much.
    added: timedelta | None = None
    # `top_change` only: among how many first ranks.
    top: int | None = None


@dataclass(frozen=True, slots=True)
class LiveRules:
    """All rules of one live round, frozen at publication."""

    format: str
    opens_at: datetime
    # From opening to the scheduled close of the first lot.
    duration: timedelta
    step: Step
    change_limit: ChangeLimit | None = None
    feedback: FeedbackMode = FeedbackMode.RANK_ONLY
    ties: TieRule = TieRule.EARLIER_FIRST
    soft_close: SoftClose | None = None
    buyer_view: BuyerView = BuyerView.ALIASES
    lots: LotOrder = LotOrder.PARALLEL
    # `staggered` only: between the closes of two lots (SCREENS.md LR-28).
    stagger: timedelta = timedelta(0)
    starts_from: Origin | None = None
    # `starts_from` only: at least so long after the opening of the prices (all are told in the meantime).
    lead: timedelta = timedelta(0)
    basis: Basis = Basis.PRICE
    factors: Factors | None = None
    # `score_rank` only: the bidder is told at which price it would lead, and its own price points (LR-14).
    tells_lead: bool = False

    @property
    def window(self) -> timedelta:
        """The extension window, or nothing without a soft close."""
        return self.soft_close.window if self.soft_close else timedelta(0)


@dataclass(frozen=True, slots=True)
class LotTimes:
    """The scheduled instants of one lot."""

    opens_at: datetime
    closes_at: datetime
    hard_stop_at: datetime


@dataclass(frozen=True, slots=True)
class LotTerms:
    """The published figures of one lot that bids are measured against."""

    scale: int
    ceiling: Decimal
    start: Decimal | None = None

    @property
    def highest_first(self) -> Decimal:
        """The highest amount a first bid may have."""
        return self.ceiling if self.start is None else min(self.start, self.ceiling)


def lot_times(rules: LiveRules, position: int, opens_at: datetime | None = None) -> LotTimes:
    """Scheduled times of the lot at `position` (0 for the first by number). LIVE.md section 1, lots and soft close.

    `opens_at` is the opening where it is not the published one (`opening_after`).
    """
    shift = rules.stagger * position if rules.lots is LotOrder.STAGGERED else timedelta(0)
    opens = opens_at or rules.opens_at
    closes_at = opens + rules.duration + shift
    beyond = rules.soft_close.hard_stop_after if rules.soft_close else timedelta(0)
    return LotTimes(opens, closes_at, closes_at + beyond)


def opening_after(rules: LiveRules, prices_opened_at: datetime | None) -> datetime | None:
    """When the round opens: as published, but never before `lead` has passed since the sealed prices were opened.

    None while a round that starts from sealed prices waits for them: then there is no instant to tell anybody.
    """
    if rules.starts_from is None:
        return rules.opens_at
    return None if prices_opened_at is None else max(rules.opens_at, prices_opened_at + rules.lead)


@dataclass(frozen=True, slots=True)
class RuleFault:
    """A rule that cannot stand: the field in the JSON form, and what is wrong with it."""

    field: str
    code: str


def check_rules(rules: LiveRules) -> list[RuleFault]:
    """What keeps these rules from publication; empty when they can be played. LIVE.md section 1."""
    found = [
        ("duration_s", "OUT_OF_RANGE", rules.duration < ONE_MINUTE / 6),
        ("step.size", "OUT_OF_RANGE", not _is_measure(rules.step.measure, rules.step.size)),
        ("stagger_s", "OUT_OF_RANGE", rules.stagger < timedelta(0)),
        ("stagger_s", "INCOMPLETE", rules.lots is LotOrder.STAGGERED and rules.stagger <= timedelta(0)),
        ("lead_s", "OUT_OF_RANGE", not timedelta(0) <= rules.lead <= LONGEST_LEAD),
    ]
    limit = rules.change_limit
    if limit is not None:
        is_narrow = limit.measure is rules.step.measure and limit.size < rules.step.size
        found.append(("change_limit.size", "OUT_OF_RANGE", is_narrow or not _is_measure(limit.measure, limit.size)))
    found += _basis_faults(rules)
    if rules.soft_close is not None:
        found += _soft_close_faults(rules.soft_close, rules.duration)
    return [RuleFault(name, code) for name, code, is_wrong in found if is_wrong]


# As much as a score sheet can say.
_MOST_MONEY = Decimal("999999.9999")


def _basis_faults(rules: LiveRules) -> list[tuple[str, str, bool]]:
    """What is wrong with basis and factors by themselves; what they ask of the evaluation is in `live_basis`.

    A worse grade with a better value is a slip of the pen, as with the points of a certification. The best price says
    nothing, and misleads, where another basis than the price decides.
    """
    factors, basis = rules.factors, rules.basis
    found = [
        ("factors", "INCOMPLETE", basis is Basis.BONUS_MALUS and factors is None),
        ("factors", "NOT_ALLOWED_HERE", basis in (Basis.PRICE, Basis.POINTS) and factors is not None),
        ("feedback", "NEEDS_POINTS", rules.feedback is FeedbackMode.SCORE_RANK and basis is not Basis.POINTS),
        ("feedback", "NOT_BY_PRICE", rules.feedback is FeedbackMode.BEST_PRICE and basis is not Basis.PRICE),
        ("tells_lead", "NOT_ALLOWED_HERE", rules.tells_lead and rules.feedback is not FeedbackMode.SCORE_RANK),
    ]
    if factors is None or basis in (Basis.PRICE, Basis.POINTS):
        return found
    is_added = basis is Basis.BONUS_MALUS
    found += [
        ("factors.measure", "INCOMPLETE", is_added and factors.measure is None),
        ("factors.measure", "NOT_ALLOWED_HERE", basis is Basis.COEFFICIENT and factors.measure is not None),
    ]
    for (_, better), (grade, worse) in pairwise(factors.grades):
        is_slip = worse < better if is_added else worse > better
        found.append((f"factors.grades.{grade.value}", "OUT_OF_ORDER", is_slip))
    low, high = _bounds_of(basis, factors.measure)
    return [
        *found,
        *(
            (f"factors.grades.{grade.value}", "OUT_OF_RANGE", not low <= value <= high or value != round(value, 4))
            for grade, value in factors.grades
        ),
    ]


def _bounds_of(basis: Basis, measure: Measure | None) -> tuple[Decimal, Decimal]:
    """A bonus of the whole price leaves nothing to compare; the features of published schemes lie below 1."""
    if basis is Basis.COEFFICIENT:
        return Decimal(0), Decimal(1)
    return (Decimal(-50), Decimal(100)) if measure is Measure.PERCENT else (-_MOST_MONEY, _MOST_MONEY)


def _is_measure(measure: Measure, size: Decimal) -> bool:
    return size > 0 and (measure is Measure.MONEY or size < 100)


def _soft_close_faults(soft: SoftClose, duration: timedelta) -> list[tuple[str, str, bool]]:
    adds = soft.mode is ExtensionMode.ADD
    tops = soft.trigger is Trigger.TOP_CHANGE
    return [
        ("soft_close.window_s", "OUT_OF_RANGE", not timedelta(0) < soft.window <= duration),
        ("soft_close.max_extensions", "OUT_OF_RANGE", not 1 <= soft.max_extensions <= 1000),
        ("soft_close.hard_stop_after_s", "OUT_OF_RANGE", soft.hard_stop_after <= timedelta(0)),
        ("soft_close.added_s", "INCOMPLETE", adds and (soft.added is None or soft.added <= timedelta(0))),
        ("soft_close.added_s", "NOT_ALLOWED_HERE", not adds and soft.added is not None),
        ("soft_close.top", "INCOMPLETE", tops and (soft.top is None or soft.top < 1)),
        ("soft_close.top", "NOT_ALLOWED_HERE", not tops and soft.top is not None),
    ]
