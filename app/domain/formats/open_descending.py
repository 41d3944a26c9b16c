"""The open descending format: everyone bids at any time, each bid below the bidder's own last one.

Serves LIVE.md section 1 and SCREENS.md LR-24 (no oracle): `decide_bid` is given the bidder's own last amount and
nothing of anybody else, so no refusal can depend on a rival.
"""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.closing import Change, decide_moment, extend
from app.domain.formats.play import Accepted, Feedback, FloorState, Offer
from app.domain.formats.scoring import told_score
from app.domain.formats.sentences import rule_sentences
from app.domain.live_rules import FeedbackMode, LiveRules, LotTerms, Measure, StepRule
from app.domain.live_rules_json import hash_of_rules
from app.domain.money import EXACT, AmountFault, format_amount, parse_amount, percent_of, round_down, round_up, unit_of
from app.domain.ranking import PlacedBid, Standing
from app.domain.refusals import Code, Refusal
from app.domain.visibility import is_best_price_announced

__all__ = ["decide_bid", "feedback", "least_decrease", "next_valid_amount", "play_bid", "rule_sentences"]


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The amounts one bidder may send now."""

    highest: Decimal
    lowest: Decimal
    # The unit of a multiple-rule, None where any decrease of at least the step is fine.
    unit: Decimal | None


def least_decrease(rules: LiveRules, terms: LotTerms, own_last: Decimal) -> Decimal:
    """The step in money from this own last bid. A percentage is rounded up to the scale, and is never nothing.

    LIVE.md 1, step. Up, because the published percentage is the least; then the next valid amount fits the scale.
    """
    step = rules.step
    exact = step.size if step.measure is Measure.MONEY else percent_of(own_last, step.size)
    return max(round_up(exact, terms.scale), unit_of(terms.scale))


def _largest_decrease(rules: LiveRules, terms: LotTerms, reference: Decimal, least: Decimal) -> Decimal | None:
    limit = rules.change_limit
    if limit is None:
        return None
    exact = limit.size if limit.measure is Measure.MONEY else percent_of(reference, limit.size)
    # A limit under the least step, possible at small amounts through rounding, must not shut the bidder out.
    return max(round_down(exact, terms.scale), least)


def _bounds(rules: LiveRules, terms: LotTerms, own_last: Decimal | None) -> _Bounds:
    if own_last is None:
        # A first bid is measured from the published price (LR-22), and there may go straight to it.
        reference = terms.highest_first
        largest = _largest_decrease(rules, terms, reference, Decimal(0))
        return _Bounds(reference, Decimal(0) if largest is None else reference - largest, None)
    least = least_decrease(rules, terms, own_last)
    largest = _largest_decrease(rules, terms, own_last, least)
    lowest = Decimal(0) if largest is None else own_last - largest
    return _Bounds(own_last - least, lowest, least if rules.step.rule is StepRule.MULTIPLE else None)


def next_valid_amount(rules: LiveRules, terms: LotTerms, own_last: Decimal | None) -> Decimal | None:
    """The highest amount that would be taken now; None when the step leaves nothing above zero.

    LIVE.md section 2, refusal codes: "the next valid amount from the bidder's own numbers".
    """
    highest = _bounds(rules, terms, own_last).highest
    return highest if highest > 0 else None


def decide_bid(rules: LiveRules, terms: LotTerms, own_last: Decimal | None, offer: Offer) -> Decimal | Refusal:
    """The amount, or the first rule it breaks. LIVE.md section 1; rivals are not among the arguments.

    Order: quote, form, ceiling and start (first bid), step, multiple, largest decrease.
    """
    if offer.quote is not None and not _holds(rules, terms, own_last, offer):
        return _refusal(rules, terms, own_last, Code.STALE_QUOTE, {})
    amount = parse_amount(offer.amount, terms.scale)
    if isinstance(amount, AmountFault):
        code = Code.PRECISION if amount is AmountFault.PRECISION else Code.NOT_AN_AMOUNT
        return _refusal(rules, terms, own_last, code, {"scale": str(terms.scale)})
    broken = _broken_rule(rules, terms, own_last, amount)
    if broken is None:
        return amount
    code, rule = broken
    return _refusal(rules, terms, own_last, code, {"sent": format_amount(amount, terms.scale)} | rule)


def _holds(rules: LiveRules, terms: LotTerms, own_last: Decimal | None, offer: Offer) -> bool:
    quote = offer.quote
    held = None if own_last is None else format_amount(own_last, terms.scale)
    return quote is None or (quote.own == held and quote.rules_hash == hash_of_rules(rules))


def _broken_rule(
    rules: LiveRules, terms: LotTerms, own_last: Decimal | None, amount: Decimal
) -> tuple[Code, dict[str, str]] | None:
    if amount > terms.ceiling:
        return Code.ABOVE_CEILING, {"ceiling": format_amount(terms.ceiling, terms.scale)}
    if own_last is None and terms.start is not None and amount > terms.start:
        return Code.ABOVE_START, {"start": format_amount(terms.start, terms.scale)}
    bounds = _bounds(rules, terms, own_last)
    if own_last is not None and amount > bounds.highest:
        return Code.STEP_TOO_SMALL, {"step": format_amount(own_last - bounds.highest, terms.scale)}
    if own_last is not None and bounds.unit is not None and EXACT.remainder(own_last - amount, bounds.unit) != 0:
        return Code.NOT_A_MULTIPLE, _nearest(own_last, amount, bounds.unit, terms.scale)
    if amount < bounds.lowest:
        return Code.CHANGE_LIMIT, {"lowest": format_amount(bounds.lowest, terms.scale)}
    return None


def _nearest(own_last: Decimal, amount: Decimal, unit: Decimal, scale: int) -> dict[str, str]:
    """The valid amounts on either side of a sent one; the lower only where it is above zero."""
    steps = EXACT.divide_int(own_last - amount, unit)
    above, below = own_last - steps * unit, own_last - (steps + 1) * unit
    lower = {"below": format_amount(below, scale)} if below > 0 else {}
    return {"step": format_amount(unit, scale), "above": format_amount(above, scale)} | lower


def _refusal(
    rules: LiveRules, terms: LotTerms, own_last: Decimal | None, code: Code, detail: dict[str, str]
) -> Refusal:
    following = next_valid_amount(rules, terms, own_last)
    own = {} if own_last is None else {"own": format_amount(own_last, terms.scale)}
    after = {} if following is None else {"next_valid": format_amount(following, terms.scale)}
    return Refusal(code, detail | own | after)


def play_bid(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, offer: Offer) -> Accepted | Refusal:
    """One bid under the lot's lock. LIVE.md 2 rules 1 and 2: moment first, then the rules, then order and extension.

    A refusal leaves the lot as it was; an accepted bid gets the next number, which decides ties.
    """
    too_soon_or_late = decide_moment(state.timetable, offer.received_at)
    if too_soon_or_late is not None:
        return too_soon_or_late
    own_last = state.standing.own_last(tag)
    amount = decide_bid(rules, terms, own_last, offer)
    if isinstance(amount, Refusal):
        return amount
    seq = state.seq + 1
    standing = state.standing.placed(PlacedBid(tag, amount, seq))
    change = _change(state.standing, standing, tag)
    extended = extend(state.timetable, rules.soft_close, offer.received_at, change)
    after = FloorState(extended or state.timetable, standing, seq)
    return Accepted(amount, seq, own_last, is_extended=extended is not None, after=after)


def _change(before: Standing, after: Standing, tag: str) -> Change:
    rank = after.rank_of(tag) or 1
    # An own bid is lower than the own one before it: whoever is first with it has set a new best.
    return Change(is_new_best=rank == 1, rank=rank, has_moved=before.rank_of(tag) != rank)


def feedback(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str) -> Feedback:
    """Own figures, own rank, and the best price where the rules announce it and at least five bid. LIVE.md 1."""
    standing = state.standing
    own_last = standing.own_last(tag)
    rank = standing.rank_of(tag)
    is_announced = is_best_price_announced(
        feedback_shows_best=rules.feedback is FeedbackMode.BEST_PRICE, active_bidders=standing.active
    )
    return Feedback(
        own_amount=own_last,
        next_valid=next_valid_amount(rules, terms, own_last),
        rank=rank,
        is_tied=standing.is_tied(tag),
        is_leading=rank == 1,
        best=standing.best if is_announced else None,
        score=told_score(rules, terms, standing, tag),
    )
