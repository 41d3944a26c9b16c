"""The price rises by ticks until one bidder accepts it; the first to do so has the lot. LIVE.md section 1, format.

It rises to the ceiling, from the starting price or, without one, from so many steps below the ceiling as there are
ticks. An acceptance is a bid at the price of the tick in which it was received; it ends the lot.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.closing import decide_moment
from app.domain.formats.open_descending import least_decrease
from app.domain.formats.play import Accepted, Course, Draw, Feedback, FloorState, Offer, ToldPace
from app.domain.formats.telling import feedback_of
from app.domain.formats.tick_sentences import dutch_sentences as rule_sentences
from app.domain.formats.tick_sentences import price_examples
from app.domain.formats.ticks import begins, ended, pace_of, tick_faults, tick_moves_at
from app.domain.live_rules import LiveRules, LotTerms, RuleFault
from app.domain.live_rules_json import instant_text
from app.domain.money import AmountFault, format_amount, parse_amount, unit_of
from app.domain.ranking import PlacedBid
from app.domain.refusals import Code, Refusal, not_an_amount

__all__ = [
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

_INSTANT: Final = timedelta(milliseconds=1)


def rule_faults(rules: LiveRules) -> list[RuleFault]:
    """Those of all formats with ticks."""
    return tick_faults(rules)


def price_at(rules: LiveRules, terms: LotTerms, tick: int) -> Decimal:
    """The price of a tick, never above the ceiling; a percentage is of the ceiling."""
    step = least_decrease(rules, terms, terms.ceiling)
    below = terms.ceiling - step * (pace_of(rules).stages - 1)
    first = max(below, unit_of(terms.scale)) if terms.start is None else terms.start
    return min(first + step * tick, terms.ceiling)


def next_valid_amount(
    rules: LiveRules,
    terms: LotTerms,
    own_last: Decimal | None,
    *,
    announced: Decimal | None = None,  # noqa: ARG001 - the price is the tick's
) -> Decimal | None:
    """The ceiling, to which the price rises; nothing after an acceptance."""
    return price_at(rules, terms, pace_of(rules).stages - 1) if own_last is None else None


def play_bid(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, offer: Offer) -> Accepted | Refusal:
    """One acceptance under the lot's lock. The first ends the lot, a millisecond after it was received."""
    table = state.timetable
    bar = decide_moment(table, offer.received_at)
    if bar is not None:
        return bar
    if state.standing.active:
        # Received before the end, and behind the one that brought it in the lot's order.
        return Refusal(Code.LOT_CLOSED, {"closes_at": instant_text(table.closes_at)})
    amount = parse_amount(offer.amount, terms.scale)
    if isinstance(amount, AmountFault):
        return not_an_amount(amount, terms.scale)
    pace = pace_of(rules)
    price = price_at(rules, terms, max((offer.received_at - begins(pace, table, 0)) // pace.each, 0))
    if amount != price:
        told = {"sent": format_amount(amount, terms.scale), "price": format_amount(price, terms.scale)}
        return Refusal(Code.STALE_QUOTE, told)
    seq = state.seq + 1
    standing = state.standing.placed(PlacedBid(tag, amount, seq))
    after = FloorState(replace(table, closes_at=offer.received_at + _INSTANT), standing, seq, ended(pace))
    return Accepted(amount, seq, None, is_extended=False, after=after)


def moves_at(rules: LiveRules, state: FloorState) -> datetime | None:
    """When the next tick begins."""
    return tick_moves_at(rules, state)


def move(
    rules: LiveRules,
    terms: LotTerms,  # noqa: ARG001 - the price follows from the tick
    state: FloorState,
    at: datetime,
    draw: Draw,  # noqa: ARG001 - nothing is drawn
) -> FloorState | None:
    """The next tick once it is due."""
    due = moves_at(rules, state)
    if due is None or at < due:
        return None
    return replace(state, course=Course(0 if state.course is None else state.course.stage + 1))


def feedback(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str) -> Feedback:
    """The price of the tick, and until when it holds."""
    pace, tick = pace_of(rules), 0 if state.course is None else state.course.stage
    if tick >= pace.stages:
        return feedback_of(rules, terms, state.standing, tag, None)
    price = price_at(rules, terms, tick)
    since = begins(pace, state.timetable, tick)
    told = ToldPace(tick, pace.stages, since, since + pace.each, price, ends_at=since + pace.each)
    return replace(feedback_of(rules, terms, state.standing, tag, price), pace=told)


def may_extend(rules: LiveRules) -> bool:  # noqa: ARG001 - for every rule of this format
    """The ticks have their length."""
    return False


def examples(rules: LiveRules, terms: LotTerms, lang: str) -> list[str] | None:
    """The prices of the first ticks."""
    return price_examples(terms, lang, [price_at(rules, terms, tick) for tick in range(3)])
