"""The price falls by ticks, and whoever does not confirm in a tick to stay is out. LIVE.md section 1, format.

A bid is a confirmation at the price of the tick. The lot ends when a tick has left one bidder or none, at the latest
with the last tick. Among those who confirmed the lowest price the earlier stands first. Who is in follows from the own
last bid alone: it is the price of this tick or of the one before.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.closing import decide_moment
from app.domain.formats.open_descending import least_decrease
from app.domain.formats.play import Accepted, Course, Draw, Feedback, FloorState, Offer, ToldPace
from app.domain.formats.telling import feedback_of
from app.domain.formats.tick_sentences import japanese_sentences as rule_sentences
from app.domain.formats.tick_sentences import price_examples
from app.domain.formats.ticks import begins, ended, pace_of, tick_faults, tick_moves_at
from app.domain.live_rules import LiveRules, LotTerms, RuleFault
from app.domain.live_rules_json import instant_text
from app.domain.money import AmountFault, format_amount, parse_amount
from app.domain.ranking import PlacedBid
from app.domain.refusals import Code, Refusal, not_an_amount

__all__ = [
    "SETTLED",
    "examples",
    "feedback",
    "may_extend",
    "move",
    "moves_at",
    "next_valid_amount",
    "play_bid",
    "price_at",
    "rule_faults",
    "rule_sentences",
]

# The end of each tick, in which nothing is taken: longer than it takes to store what came in time, so that who is still
# in is known as the next tick begins.
SETTLED: Final = timedelta(seconds=3)


def rule_faults(rules: LiveRules) -> list[RuleFault]:
    """Those of all formats with ticks."""
    return tick_faults(rules)


def price_at(rules: LiveRules, terms: LotTerms, tick: int) -> Decimal | None:
    """The price of a tick: a step of the first price lower each time; None where nothing above zero is left."""
    first = terms.highest_first
    price = first - least_decrease(rules, terms, first) * tick
    return price if price > 0 else None


def next_valid_amount(
    rules: LiveRules,
    terms: LotTerms,
    own_last: Decimal | None,
    *,
    announced: Decimal | None = None,  # noqa: ARG001 - the price is the tick's
) -> Decimal | None:
    """The price of the tick after the one confirmed last."""
    if own_last is None:
        return price_at(rules, terms, 0)
    price = own_last - least_decrease(rules, terms, terms.highest_first)
    return price if price > 0 else None


def _decide_price(terms: LotTerms, price: Decimal | None, offer: Offer) -> Decimal | Refusal:
    amount = parse_amount(offer.amount, terms.scale)
    if isinstance(amount, AmountFault):
        return not_an_amount(amount, terms.scale)
    if amount == price:
        return amount
    told = {} if price is None else {"price": format_amount(price, terms.scale)}
    return Refusal(Code.STALE_QUOTE, {"sent": format_amount(amount, terms.scale), **told})


def play_bid(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, offer: Offer) -> Accepted | Refusal:
    """One confirmation under the lot's lock: the moment, whether the bidder is still in, the price of the tick."""
    bar = decide_moment(state.timetable, offer.received_at)
    if bar is not None:
        return bar
    tick = 0 if state.course is None else state.course.stage
    own, price = state.standing.own_last(tag), price_at(rules, terms, tick)
    if _is_out(rules, terms, own, tick):
        return Refusal(Code.OUT, {} if own is None else {"own": format_amount(own, terms.scale)})
    since, until = _window(rules, state, tick)
    if not since <= offer.received_at < until:
        return Refusal(Code.NOT_YOUR_TURN, {"turn_from": instant_text(since), "turn_until": instant_text(until)})
    if own is not None and own == price:
        return Refusal(Code.STEP_TOO_SMALL, {"own": format_amount(own, terms.scale)})
    amount = _decide_price(terms, price, offer)
    if isinstance(amount, Refusal):
        return amount
    seq = state.seq + 1
    after = replace(state, standing=state.standing.placed(PlacedBid(tag, amount, seq)), seq=seq)
    return Accepted(amount, seq, own, is_extended=False, after=after)


def _window(rules: LiveRules, state: FloorState, tick: int) -> tuple[datetime, datetime]:
    pace = pace_of(rules)
    since = begins(pace, state.timetable, tick)
    return since, since + pace.each - SETTLED


def _is_out(rules: LiveRules, terms: LotTerms, own: Decimal | None, tick: int) -> bool:
    """Whether a bidder missed the tick before; in the first nobody is out."""
    return tick > 0 and (own is None or own not in (price_at(rules, terms, tick - 1), price_at(rules, terms, tick)))


def moves_at(rules: LiveRules, state: FloorState) -> datetime | None:
    """When the next tick begins."""
    return tick_moves_at(rules, state)


def move(
    rules: LiveRules,
    terms: LotTerms,
    state: FloorState,
    at: datetime,
    draw: Draw,  # noqa: ARG001 - nothing is drawn
) -> FloorState | None:
    """The next tick once it is due, or the end of the lot where the last one has left one bidder or none."""
    due = moves_at(rules, state)
    if due is None or at < due:
        return None
    if state.course is None:
        return replace(state, course=Course(0))
    tick = state.course.stage
    confirmed = price_at(rules, terms, tick)
    if sum(amount == confirmed for amount, _, _ in state.standing.order) <= 1:
        return replace(state, course=ended(pace_of(rules)), timetable=replace(state.timetable, closes_at=due))
    return replace(state, course=Course(tick + 1))


def feedback(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str) -> Feedback:
    """The price of the tick, until when it can be confirmed, and whether the bidder has, or is out."""
    pace, tick = pace_of(rules), 0 if state.course is None else state.course.stage
    own, price = state.standing.own_last(tag), price_at(rules, terms, tick)
    is_done = own is not None and own == price
    is_out = _is_out(rules, terms, own, tick)
    since, until = _window(rules, state, tick)
    told = ToldPace(tick, pace.stages, since, until, price, is_out=is_out, is_done=is_done, ends_at=since + pace.each)
    is_over = tick >= pace.stages
    valid = None if is_done or is_out or is_over else price
    return replace(feedback_of(rules, terms, state.standing, tag, valid), pace=None if is_over else told)


def may_extend(rules: LiveRules) -> bool:  # noqa: ARG001 - for every rule of this format
    """The ticks have their length."""
    return False


def examples(rules: LiveRules, terms: LotTerms, lang: str) -> list[str] | None:
    """The prices of the first ticks."""
    return price_examples(terms, lang, [price_at(rules, terms, tick) for tick in range(3)])
