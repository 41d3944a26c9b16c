"""The rules of a live round as one frozen value: what publication freezes and every bidder reads as sentences.

Serves LIVE.md section 1. Times are durations from one opening instant, so that a copied tender needs one new date only.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from app.domain.certification import Grade
from app.domain.visibility import BuyerView

ONE_MINUTE = timedelta(minutes=1)
LONGEST_LEAD = timedelta(days=30)


class Measure(StrEnum):
    """A step or limit is money at the lot's scale, or percent of the bidder's own last bid."""

    MONEY = "money"
    PERCENT = "percent"


class StepBasis(StrEnum):
    """What a step is measured from: the bidder's own last bid, which tells nothing about rivals, or the best price as
    far as the rules tell it to the bidder (else the own last one)."""

    OWN_LAST = "own_last"
    BEST = "best"


class StepRule(StrEnum):
    """How the decrease relates to the step."""

    AT_LEAST = "at_least"
    MULTIPLE = "multiple"


class FeedbackMode(StrEnum):
    """What a bidder is told about the market (SCREENS.md 2.2.3)."""

    RANK_ONLY = "rank_only"
    LEAD_ONLY = "lead_only"
    RANK_BAND = "rank_band"
    BEST_PRICE = "best_price"
    RANK_AND_BEST = "rank_and_best"
    SCORE_RANK = "score_rank"


# The modes that tell the best price, from five active bidders on.
TELLS_BEST = frozenset({FeedbackMode.BEST_PRICE, FeedbackMode.RANK_AND_BEST})


class Basis(StrEnum):
    """What bids are ranked by: their amounts, amounts with an addition of the bidder's own, amounts divided by a
    coefficient of its own, or the total points of the evaluation with the technical points frozen before the round."""

    PRICE = "price"
    BONUS_MALUS = "bonus_malus"
    COEFFICIENT = "coefficient"
    POINTS = "points"


class TieRule(StrEnum):
    """Which rank bidders with equal amounts are told: the earlier stands before the later, or both have the same and
    the next ranks are skipped (1, 1, 3). The buyer's order and the award are total: there the earlier stands first."""

    EARLIER_FIRST = "earlier_first"
    EQUAL_RANK = "equal_rank"


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
    """How several lots share the time: all at once, opening together and closing one after the other, or each opening
    when the one before it has closed."""

    PARALLEL = "parallel"
    STAGGERED = "staggered"
    SERIES = "series"


class Origin(StrEnum):
    """What the first bids of a round are: where it is not named, everybody's own first bid on the floor."""

    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class StepBelow:
    """The size of the step where what it is measured from is below a price."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """The least decrease from the own last bid, or from the best price. A percentage is rounded **up** to the lot's
    scale. `below`: smaller sizes below falling prices."""

    measure: Measure
    size: Decimal
    rule: StepRule = StepRule.AT_LEAST
    basis: StepBasis = StepBasis.OWN_LAST
    below: tuple[StepBelow, ...] = ()

    def size_at(self, reference: Decimal) -> Decimal:
        """The size of the step from this price: the smallest whose threshold it is below. LIVE.md section 1, step."""
        return min((each.size for each in self.below if reference < each.price), default=self.size)


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
class Pace:
    """How a format moves by time: so many stages (rounds of turns, ticks of the price), each turn or tick so long.

    `slots`: turns in a round, published, so that neither the length of a round nor a turn's place tells how many bid.
    """

    stages: int
    each: timedelta
    slots: int | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """The other currencies bids may be in: what one unit of each is worth in the tender's, of which day, from where."""

    rates: tuple[tuple[str, Decimal], ...]
    source: str
    on: date

    def of(self, currency: str) -> Decimal | None:
        """The rate of a currency, None where it is not announced."""
        return dict(self.rates).get(currency)


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
    # Nothing of the market before the bidder's own valid first bid (LR-16).
    has_gate: bool = False
    # `series` only: from the close of a lot to the opening of the next.
    gap: timedelta = timedelta(0)
    # Bids may be in other currencies too, by these rates (`exchanging.py`).
    rates: Rates | None = None
    # Whether the service may bid for a bidder down to an amount only it knows (`auto_bidding.py`).
    auto_bid: bool = False
    # Formats that move by time only: how.
    pace: Pace | None = None

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
    opens, shift = opens_at or rules.opens_at, timedelta(0)
    if rules.lots is LotOrder.STAGGERED:
        shift = rules.stagger * position
    elif rules.lots is LotOrder.SERIES:
        # As planned: a lot that closes later moves those after it (`closing.in_series`).
        opens += (rules.duration + rules.gap) * position
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
