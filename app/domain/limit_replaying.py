"""Replaying what was bid under limits: each bid by a limit then in force, at its tick, in its turn (JOURNAL.md 4).

The limits themselves are not in the journal, only their commitments; that a bid was not below one its bidder knows from
its own salt. All else is decided again by `auto_bidding.py`.
"""

from datetime import datetime
from decimal import Decimal

from app.domain.auto_bidding import AutoBidState, find_due
from app.domain.chaining import Fault, Why
from app.domain.entries import Entry, Kind
from app.domain.formats import FloorState, Offer
from app.domain.framing import BadDataError, LotFrame, instant_of, text_of
from app.domain.money import format_amount

# Below every amount: what a limit that allows everything would ask for.
_ANY = Decimal(0)


class LimitReplay:
    """The commitments in force on one lot, and the tick that is being played."""

    def __init__(self) -> None:
        self._active: dict[str, str] = {}
        # The tick of the last bids placed by limits, the lot as it began, and whose limits have acted in it.
        self._tick: tuple[datetime, FloorState, set[str]] | None = None

    def take(self, entry: Entry, frame: LotFrame, state: FloorState) -> Fault | None:
        """A limit was set, or ended."""
        tag, commitment = _tag(entry), text_of(entry.data, "commitment")
        if not frame.rules.auto_bid:
            return Fault(Why.REPLAY, "by the rules the service places no bids on this lot")
        if entry.kind is Kind.AUTO_BID_SET:
            self._active[tag] = commitment
            return None
        if self._active.get(tag) != commitment:
            return Fault(Why.STATE, "a limit ended that was not in force")
        ended = text_of(entry.data, "state")
        if ended == AutoBidState.REACHED.value:
            fault = self._turn_fault(frame, state, tag, instant_of(entry.data, "at"))
            if fault is not None:
                return fault
        del self._active[tag]
        return None

    def placed_fault(self, frame: LotFrame, state: FloorState, entry: Entry, offer: Offer) -> Fault | None:
        """What is wrong with an accepted bid that was placed under a limit; None for any other bid."""
        if not offer.is_auto:
            return None
        tag = _tag(entry)
        if self._active.get(tag) != text_of(entry.data, "auto"):
            return Fault(Why.STATE, "placed under a limit that was not in force")
        fault = self._turn_fault(frame, state, tag, offer.received_at)
        if fault is not None:
            return fault
        assert self._tick is not None, "a bid under a limit has a tick"
        (asked,) = find_due(frame.rules, frame.terms, self._tick[1], {tag: _ANY})
        amount = asked.amount
        if amount is None or format_amount(amount, frame.terms.scale) != offer.amount:
            return Fault(Why.REPLAY, "placed under a limit, but not with the highest valid amount")
        return None

    def _turn_fault(self, frame: LotFrame, state: FloorState, tag: str, at: datetime) -> Fault | None:
        """Whether a limit may act now: not first as its tick began, and once in a tick."""
        if self._tick is None or self._tick[0] != at:
            if self._tick is not None and at < self._tick[0]:
                return Fault(Why.REPLAY, "a limit acted at a tick that was over")
            self._tick = (at, state, set())
        _, began, acted = self._tick
        if tag in acted:
            return Fault(Why.REPLAY, "a limit acted twice at one tick")
        acted.add(tag)
        if not find_due(frame.rules, frame.terms, began, {tag: _ANY}):
            return Fault(Why.REPLAY, "a limit acted although its bidder stood first")
        return None


def _tag(entry: Entry) -> str:
    if entry.tag is None:
        raise BadDataError("a limit has a tag")
    return entry.tag
