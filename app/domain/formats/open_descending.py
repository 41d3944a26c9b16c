"""The open descending format: everyone bids at any time, each bid below the bidder's own last one.

Serves LIVE.md section 1 and SCREENS.md LR-24 (no oracle): `decide_bid` is given the bidder's own last amount and
nothing of anybody else, so no refusal can depend on a rival. Only where the step is measured from the best price, which
the rules then tell to the bidder, is it given that price; and no refusal says anything made from it.
"""

from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.closing import Change, decide_moment, extend, is_in_window
from app.domain.exchanging import OtherCurrency, amount_of
from app.domain.formats.play import Accepted, Feedback, FloorState, Offer, Quote
from app.domain.formats.sentences import rule_sentences
from app.domain.formats.telling import announced_best, feedback_of, rank_in
from app.domain.formats.timeless import examples, may_extend, move, moves_at
from app.domain.live_rules import LiveRules, LotTerms, Measure, RuleFault, StepBasis, StepRule
from app.domain.live_rules_json import hash_of_rules
from app.domain.money import EXACT, AmountFault, format_amount, percent_of, round_down, round_up, unit_of
from app.domain.ranking import PlacedBid, Standing
from app.domain.refusals import Code, Refusal, not_an_amount

__all__ = [
    "decide_bid",
    "examples",
    "feedback",
    "least_decrease",
    "may_extend",
    "move",
    "moves_at",
    "next_valid_amount",
    "play_bid",
    "rule_faults",
    "rule_sentences",
]


def rule_faults(rules: LiveRules) -> list[RuleFault]:
    """Nothing beyond what every format asks, but that time does not move it."""
    return [] if rules.pace is None else [RuleFault("pace", "NOT_ALLOWED_HERE")]


class _Bounds(NamedTuple):
    """The amounts one bidder may send now. A named tuple, as `_Own`: one is made for every bid."""

    highest: Decimal
    lowest: Decimal
    # The unit of a multiple-rule, None where any decrease of at least the step is fine.
    unit: Decimal | None
    # What the step is measured from.
    reference: Decimal


def least_decrease(rules: LiveRules, terms: LotTerms, reference: Decimal) -> Decimal:
    """The step in money from the amount it is measured from. A percentage is rounded up to the scale, and is never
    nothing. LIVE.md 1, step. Up, because the published percentage is the least; then the next valid amount fits it."""
    step, size = rules.step, rules.step.size_at(reference)
    exact = size if step.measure is Measure.MONEY else percent_of(reference, size)
    return max(round_up(exact, terms.scale), unit_of(terms.scale))


def _largest_decrease(rules: LiveRules, terms: LotTerms, reference: Decimal, least: Decimal) -> Decimal | None:
    limit = rules.change_limit
    if limit is None:
        return None
    exact = limit.size if limit.measure is Measure.MONEY else percent_of(reference, limit.size)
    # A limit under the least step, possible at small amounts through rounding, must not shut the bidder out.
    return max(round_down(exact, terms.scale), least)


def _bounds(rules: LiveRules, terms: LotTerms, own_last: Decimal | None, announced: Decimal | None) -> _Bounds:
    if own_last is None:
        # A first bid is measured from the published price (LR-22), and there may go straight to it.
        reference = terms.highest_first
        largest = _largest_decrease(rules, terms, reference, Decimal(0))
        return _Bounds(reference, Decimal(0) if largest is None else reference - largest, None, reference)
    reference = own_last if announced is None else min(own_last, announced)
    least = least_decrease(rules, terms, reference)
    highest = reference - least
    largest = _largest_decrease(rules, terms, own_last, own_last - highest)
    lowest = Decimal(0) if largest is None else own_last - largest
    return _Bounds(highest, lowest, least if rules.step.rule is StepRule.MULTIPLE else None, reference)


def _read(rules: LiveRules, announced: Decimal | None) -> Decimal | None:
    """The told best price where the step is measured from it, else nothing: no other rule may read it."""
    return announced if rules.step.basis is StepBasis.BEST else None


def next_valid_amount(
    rules: LiveRules, terms: LotTerms, own_last: Decimal | None, *, announced: Decimal | None = None
) -> Decimal | None:
    """The highest amount that would be taken now; None when the step leaves nothing above zero.

    LIVE.md section 2, refusal codes: "the next valid amount from the bidder's own numbers".
    """
    highest = _bounds(rules, terms, own_last, _read(rules, announced)).highest
    return highest if highest > 0 else None


def decide_bid(
    rules: LiveRules, terms: LotTerms, own_last: Decimal | None, offer: Offer, *, announced: Decimal | None = None
) -> Decimal | Refusal:
    """The amount, or the first rule it breaks. LIVE.md section 1; of the rivals only a best price the bidder is told.

    Order: quote, form, ceiling and start (first bid), step, multiple, largest decrease.
    """
    own = _Own(rules, terms, own_last, _read(rules, announced))
    if offer.quote is not None and not _holds(own, offer.quote):
        return own.refusal(Code.STALE_QUOTE, {})
    amount = amount_of(rules, offer.amount, terms.scale)
    if isinstance(amount, OtherCurrency):
        return own.refusal(Code.OTHER_CURRENCY, {})
    if isinstance(amount, AmountFault):
        fault = not_an_amount(amount, terms.scale)
        return own.refusal(fault.code, dict(fault.detail))
    broken = _broken_rule(own, amount)
    if broken is None:
        return amount
    code, rule = broken
    return own.refusal(code, {"sent": format_amount(amount, terms.scale)} | rule)


class _Own(NamedTuple):
    """What one bid is decided by."""

    rules: LiveRules
    terms: LotTerms
    own_last: Decimal | None
    announced: Decimal | None

    def refusal(self, code: Code, detail: dict[str, str]) -> Refusal:
        """The refusal with the own last amount and the next valid one; with a step from the best price neither step
        nor next valid amount: the price may be newer than the bidder's last frame, and a refusal tells no price."""
        scale = self.terms.scale
        own = {} if self.own_last is None else {"own": format_amount(self.own_last, scale)}
        if self.announced is not None and self.own_last is not None:
            told = {name: value for name, value in detail.items() if name in _TOLD_ALWAYS}
            return Refusal(code, told | own | {"basis": StepBasis.BEST.value})
        following = next_valid_amount(self.rules, self.terms, self.own_last)
        after = {} if following is None else {"next_valid": format_amount(following, scale)}
        return Refusal(code, detail | own | after)


# Members of a refusal that are never made from the best price.
_TOLD_ALWAYS: Final = frozenset({"sent", "scale", "ceiling", "start"})


def _holds(own: _Own, quote: Quote) -> bool:
    held = None if own.own_last is None else format_amount(own.own_last, own.terms.scale)
    return quote.own == held and quote.rules_hash == hash_of_rules(own.rules)


def _broken_rule(own: _Own, amount: Decimal) -> tuple[Code, dict[str, str]] | None:
    terms, own_last = own.terms, own.own_last
    if amount > terms.ceiling:
        return Code.ABOVE_CEILING, {"ceiling": format_amount(terms.ceiling, terms.scale)}
    if own_last is None and terms.start is not None and amount > terms.start:
        return Code.ABOVE_START, {"start": format_amount(terms.start, terms.scale)}
    bounds = _bounds(own.rules, terms, own_last, own.announced)
    if own_last is not None and amount > bounds.highest:
        return Code.STEP_TOO_SMALL, {"step": format_amount(bounds.reference - bounds.highest, terms.scale)}
    if own_last is not None and bounds.unit is not None and EXACT.remainder(bounds.reference - amount, bounds.unit):
        return Code.NOT_A_MULTIPLE, _nearest(bounds.reference, amount, bounds.unit, terms.scale)
    if amount < bounds.lowest:
        return Code.CHANGE_LIMIT, {"lowest": format_amount(bounds.lowest, terms.scale)}
    return None


def _nearest(reference: Decimal, amount: Decimal, unit: Decimal, scale: int) -> dict[str, str]:
    """The valid amounts on either side of a sent one; the lower only where it is above zero."""
    steps = EXACT.divide_int(reference - amount, unit)
    above, below = reference - steps * unit, reference - (steps + 1) * unit
    lower = {"below": format_amount(below, scale)} if below > 0 else {}
    return {"step": format_amount(unit, scale), "above": format_amount(above, scale)} | lower


def play_bid(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, offer: Offer) -> Accepted | Refusal:
    """One bid under the lot's lock. LIVE.md 2 rules 1 and 2: moment first, then the rules, then order and extension.

    A refusal leaves the lot as it was; an accepted bid gets the next number, which decides ties.
    """
    too_soon_or_late = decide_moment(state.timetable, offer.received_at)
    if too_soon_or_late is not None:
        return too_soon_or_late
    before = state.standing
    own_last = before.own_last(tag)
    # Nothing but the step may read the market, and only where it is measured from it.
    announced = announced_best(rules, before, tag) if rules.step.basis is StepBasis.BEST else None
    amount = decide_bid(rules, terms, own_last, offer, announced=announced)
    if isinstance(amount, Refusal):
        return amount
    seq = state.seq + 1
    is_late = is_in_window(state.timetable, rules.soft_close, offer.received_at, is_auto=offer.is_auto)
    rank_before = rank_in(rules, before, tag) if is_late else None
    standing = before.placed(PlacedBid(tag, amount, seq))
    extended = None
    if is_late:
        change = _change(rules, rank_before, standing, tag)
        extended = extend(state.timetable, rules.soft_close, offer.received_at, change, is_auto=offer.is_auto)
    after = FloorState(extended or state.timetable, standing, seq)
    return Accepted(amount, seq, own_last, is_extended=extended is not None, after=after)


def _change(rules: LiveRules, rank_before: int | None, after: Standing, tag: str) -> Change:
    rank = rank_in(rules, after, tag) or 1
    # An own bid is lower than the own one before it: whoever is first in the order with it has set a new best, and an
    # equal one, which may share the first rank, has not.
    return Change(after.rank_of(tag) == 1, rank, has_moved=rank_before != rank)


def feedback(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str) -> Feedback:
    """Own figures and the next valid amount, and of the market what the rules tell. LIVE.md 1, feedback."""
    standing = state.standing
    announced = announced_best(rules, standing, tag)
    following = next_valid_amount(rules, terms, standing.own_last(tag), announced=announced)
    return feedback_of(rules, terms, standing, tag, following)
