"""What a live format is asked and answers: the offer, the bidder's own standing, the verdict, the feedback."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.domain.closing import Timetable
from app.domain.live_rules import LiveRules, LotTerms, RuleFault
from app.domain.ranking import EMPTY, RankBand, Standing
from app.domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Quote:
    """What a one-tap button was drawn from (LR-20): when it no longer holds, nothing is placed."""

    own: str | None
    rules_hash: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid as it came in: the text as sent, and the instant its frame was complete."""

    amount: str
    received_at: datetime
    quote: Quote | None = None
    # Placed by the service under the bidder's limit (`auto_bidding.py`).
    is_auto: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Where a format that moves by time stands: its stage (round of turns, tick of the price), counted from 0, and in
    rounds of turns the slot of each bidder in this one, counted from 1."""

    stage: int
    slots: Mapping[str, int] = field(default_factory=dict)


# The slots drawn for all bidders on the floor, of so many: by chance when it is played, as told when it is replayed.
Draw = Callable[[int], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class FloorState:
    """All that the next bid on a lot is decided from. A value: deciding changes nothing until it is kept."""

    timetable: Timetable
    standing: Standing = EMPTY
    # The number of the last accepted bid; voided bids keep theirs.
    seq: int = 0
    # Formats that move by time only, from their first move on.
    course: Course | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A bid that counts, and the lot after it. `extended` tells that this bid moved the close."""

    amount: Decimal
    seq: int
    own_before: Decimal | None
    is_extended: bool
    after: FloorState


@dataclass(frozen=True, slots=True)
class ToldScore:
    """What a bidder is told of its own figures where bids are ranked by another basis than the price (LR-14).

    `feature`: its own addition or the sum of its feature values, and `figure`: its own evaluated price. The points are
    told under `score_rank`: the technical ones always, those made from rivals' prices as the best price is.
    """

    feature: Decimal | None = None
    figure: Decimal | None = None
    technical: Decimal | None = None
    bonus: Decimal | None = None
    price_points: Decimal | None = None
    total: Decimal | None = None
    # The price at which it would lead as things stand; None while it leads, and where there is none.
    leads_at: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ToldPace:
    """What a bidder is told where the format moves by time: the stage, of how many, and how long it lasts.

    `acts_from`, `acts_until`: between these it may act in this stage; `price`: the one it can take, where the format
    names it; `is_out`: it may not act in any stage to come.
    """

    stage: int
    stages: int
    acts_from: datetime | None = None
    acts_until: datetime | None = None
    price: Decimal | None = None
    is_out: bool = False
    # It has done in this stage what can be done.
    is_done: bool = False
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one bidder may know of the lot (SCREENS.md 2.2.3): own figures, own rank or band as far as the rules tell,
    the best price if announced (`telling.feedback_of`)."""

    own_amount: Decimal | None
    next_valid: Decimal | None
    rank: int | None
    is_tied: bool
    is_leading: bool
    best: Decimal | None
    score: ToldScore | None = None
    band: RankBand | None = None
    pace: ToldPace | None = None


class LiveFormat(Protocol):
    """One live format a file. The registry in `app.domain.formats` is the only place that knows their names."""

    def rule_faults(self, rules: LiveRules) -> list[RuleFault]:
        """What keeps rules of this format from publication beyond what every format asks (`check_rules`)."""

    def next_valid_amount(
        self, rules: LiveRules, terms: LotTerms, own_last: Decimal | None, *, announced: Decimal | None = None
    ) -> Decimal | None:
        """The highest amount this bidder may bid now, None when there is none left above zero."""

    def play_bid(
        self, rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, offer: Offer
    ) -> Accepted | Refusal:
        """One bid under the lot's lock: moment, rules, order and extension in one step."""

    def feedback(self, rules: LiveRules, terms: LotTerms, state: FloorState, tag: str) -> Feedback:
        """What the bidder is told."""

    def moves_at(self, rules: LiveRules, state: FloorState) -> datetime | None:
        """When time alone next changes a running lot beside opening and closing it; None where it does not."""

    def move(self, rules: LiveRules, terms: LotTerms, state: FloorState, at: datetime, draw: Draw) -> FloorState | None:
        """The lot after the next such change, or None when it is not due at this instant."""

    def may_extend(self, rules: LiveRules) -> bool:
        """Whether a person may move the close forward; formats of a known length say no."""

    def examples(self, rules: LiveRules, terms: LotTerms, lang: str) -> list[str] | None:
        """Worked examples of how one bids, computed by what decides; None where they are those of the step."""

    def rule_sentences(self, rules: LiveRules, lang: str) -> list[str]:
        """The rules in words, for bidders, in `zh` or `en`."""
