"""Replaying what was bid under limits: each bid by a limit then in force, at its tick, in its turn, and none left out
(JOURNAL.md 4).

The limits themselves are not in the journal, only their commitments. Without them all is decided again by
`auto_bidding.py` but one thing: whether a limit was truly reached, and nothing placed below it. That its bidder proves
with its own limit and salt (`Opening`), which nobody else is ever told. A bid may be left out unseen only where it was
due for less than LATE, and no other limit acted meanwhile: a service that stands still looks the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from app.domain.auto_bidding import AutoBidState, commitment_of, find_due
from app.domain.chaining import Fault, Why
from app.domain.closing import RUNNING
from app.domain.entries import Entry
from app.domain.formats import FloorState, Offer, format_of
from app.domain.framing import BadDataError, LotFrame, instant_of, text_of
from app.domain.kinds import Kind
from app.domain.money import AmountFault, format_amount, parse_amount
from app.domain.refusals import Refusal

# Below every amount: what a limit that allows everything would ask for.
_ANY: Final = Decimal(0)
# A service that is down for half of this pauses its lots (`outage_ms`).
LATE: Final = timedelta(seconds=10)
_LEFT_OUT: Final = Fault(Why.REPLAY, "a limit was due, and nothing was placed under it")
_LAST: Final = frozenset({Kind.LOT_CLOSED, Kind.LOT_CANCELLED})


@dataclass(frozen=True, slots=True)
class Opening:
    """What a bidder holds of its own limit: the amount and the salt of its commitment."""

    limit: str
    salt: bytes


def read_opening(members: Mapping[str, Any]) -> tuple[str, Opening]:
    """The commitment and its opening, as the service gives both to their bidder. BadDataError where it is none."""
    try:
        return text_of(members, "commitment"), Opening(
            text_of(members, "limit"), bytes.fromhex(text_of(members, "salt"))
        )
    except ValueError:
        raise BadDataError("salt is not hex") from None


@dataclass(slots=True)
class _Tick:
    """A tick at which limits acted: the lot as it began, whose limits were in force, who has acted."""

    at: datetime
    began: FloorState
    held: frozenset[str]
    acted: set[str] = field(default_factory=set)
    is_over: bool = False


class LimitReplay:
    """The commitments in force on one lot, the tick that is being played, and since when a bid is due.

    For each entry `enter` is asked before it is taken, `leave` after; `finish` at the end of the chain.
    """

    def __init__(self, openings: Mapping[str, Opening] | None = None, *, is_blind: bool = False) -> None:
        self._openings = openings or {}
        # Who stands first is not known: what has been done is held against the commitments alone.
        self._is_blind = is_blind
        self._active: dict[str, str] = {}
        self._tick: _Tick | None = None
        self._due_since: datetime | None = None
        # When a bid had been due for too long: a fault, unless a clock that jumped is what made it look so.
        self._late_at: datetime | None = None

    # ── what was left out ─────────────────────────────────────────────────────

    def enter(self, entry: Entry, frame: LotFrame, state: FloorState) -> Fault | None:
        """What was left undone before this entry. `state` is the lot without it."""
        if self._is_blind or not frame.rules.auto_bid:
            return None
        if not self._is_of_tick(entry):
            fault = self.finish(frame, state)
            if fault is not None:
                return fault
        if entry.kind is Kind.LOT_RESUMED:
            # The clock may have been set back: ticks are counted anew.
            self._tick = None
        if self._late_at is None:
            return None
        if entry.kind is Kind.LOT_PAUSED and "last_seen_at" in entry.data:
            self._late_at = None
            return None
        return _LEFT_OUT if entry.kind in _LAST or entry.at - self._late_at > LATE else None

    def leave(self, entry: Entry, frame: LotFrame, before: FloorState, state: FloorState) -> None:
        """Note since when a limit asks for something. `state` is the lot after the entry."""
        if not self._active and self._due_since is None:
            return
        is_due = not self._is_blind and state.timetable.status in RUNNING and self._is_anybody_due(frame, state)
        if self._due_since is not None and (_is_act(entry) or not is_due):
            until = min(_running_until(entry), before.timetable.closes_at)
            if until - self._due_since > LATE:
                self._late_at = self._late_at or entry.at
            self._due_since = None
        if is_due and self._due_since is None:
            self._due_since = entry.at

    def finish(self, frame: LotFrame, state: FloorState) -> Fault | None:
        """What the last tick, which is over now, has left out: at a tick every limit acts that asks for something."""
        tick = self._tick
        if tick is None or tick.is_over or self._is_blind:
            return None
        tick.is_over = True
        asked = dict.fromkeys((tick.held & self._active.keys()) - tick.acted, _ANY)
        for due in find_due(frame.rules, frame.terms, tick.began, asked):
            if due.amount is None:
                return _LEFT_OUT
            offer = Offer(format_amount(due.amount, frame.terms.scale), tick.at, is_auto=True)
            # Another limit's bid may have moved what the step is measured from: then the turn comes at the next tick.
            if not isinstance(
                format_of(frame.rules).play_bid(frame.rules, frame.terms, state, due.tag, offer), Refusal
            ):
                return _LEFT_OUT
        return None

    def _is_of_tick(self, entry: Entry) -> bool:
        """Whether an entry goes on with the tick at which limits have acted last."""
        if not _is_act(entry) or self._tick is None:
            return entry.kind is Kind.LOT_EXTENDED
        return instant_of(entry.data, "received_at" if entry.kind is Kind.BID_ACCEPTED else "at") == self._tick.at

    def _is_anybody_due(self, frame: LotFrame, state: FloorState) -> bool:
        told = (format_of(frame.rules).feedback(frame.rules, frame.terms, state, tag) for tag in self._active)
        return any(not one.is_leading for one in told)

    # ── what was done ─────────────────────────────────────────────────────────

    def take(self, entry: Entry, frame: LotFrame, state: FloorState) -> Fault | None:
        """A limit was set, or ended."""
        tag, commitment = _tag(entry), text_of(entry.data, "commitment")
        if not frame.rules.auto_bid:
            return Fault(Why.REPLAY, "by the rules the service places no bids on this lot")
        if entry.kind is Kind.AUTO_BID_SET:
            opening = self._openings.get(commitment)
            if opening is not None and commitment_of(frame.lot, tag, opening.limit, opening.salt) != commitment:
                return Fault(Why.DIGEST, "the limit that was handed in is not the one this bidder set")
            self._active[tag] = commitment
            return None
        if self._active.get(tag) != commitment:
            return Fault(Why.STATE, "a limit ended that was not in force")
        ended = text_of(entry.data, "state")
        if ended == AutoBidState.REACHED.value:
            fault = self._turn_fault(frame, state, tag, instant_of(entry.data, "at")) or self._reached_fault(frame, tag)
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
        if fault is not None or self._is_blind:
            return fault
        assert self._tick is not None, "a bid under a limit has a tick"
        (asked,) = find_due(frame.rules, frame.terms, self._tick.began, {tag: _ANY})
        if asked.amount is None or format_amount(asked.amount, frame.terms.scale) != offer.amount:
            return Fault(Why.REPLAY, "placed under a limit, but not with the highest valid amount")
        limit = self._limit_of(frame, tag)
        return None if limit is None or asked.amount >= limit else Fault(Why.REPLAY, "placed below its bidder's limit")

    def _reached_fault(self, frame: LotFrame, tag: str) -> Fault | None:
        assert self._tick is not None, "a limit is reached at a tick"
        limit = None if self._is_blind else self._limit_of(frame, tag)
        if limit is None or find_due(frame.rules, frame.terms, self._tick.began, {tag: limit})[0].amount is None:
            return None
        return Fault(Why.REPLAY, "a limit was called reached although a bid was due under it")

    def _limit_of(self, frame: LotFrame, tag: str) -> Decimal | None:
        """The limit in force of a bidder who has handed it in."""
        opening = self._openings.get(self._active[tag])
        limit = None if opening is None else parse_amount(opening.limit, frame.terms.scale)
        return None if isinstance(limit, AmountFault) else limit

    def _turn_fault(self, frame: LotFrame, state: FloorState, tag: str, at: datetime) -> Fault | None:
        """Whether a limit may act now: not first as its tick began, and once in a tick."""
        if self._tick is None or self._tick.at != at:
            if self._tick is not None and at < self._tick.at:
                return Fault(Why.REPLAY, "a limit acted at a tick that was over")
            self._tick = _Tick(at, state, frozenset(self._active))
        tick = self._tick
        if tag in tick.acted or tick.is_over:
            return Fault(Why.REPLAY, "a limit acted twice at one tick")
        tick.acted.add(tag)
        if not self._is_blind and not find_due(frame.rules, frame.terms, tick.began, {tag: _ANY}):
            return Fault(Why.REPLAY, "a limit acted although its bidder stood first")
        return None


def _is_act(entry: Entry) -> bool:
    """Whether a limit acted: a bid placed under it, or that it was reached."""
    if entry.kind is Kind.AUTO_BID_ENDED:
        return entry.data.get("state") == AutoBidState.REACHED.value
    return entry.kind is Kind.BID_ACCEPTED and "auto" in entry.data


def _running_until(entry: Entry) -> datetime:
    """How long the lot ran, as of an entry: a pause tells when the service was last alive."""
    if entry.kind is not Kind.LOT_PAUSED:
        return entry.at
    return instant_of(entry.data, "last_seen_at" if "last_seen_at" in entry.data else "paused_at")


def _tag(entry: Entry) -> str:
    if entry.tag is None:
        raise BadDataError("a limit has a tag")
    return entry.tag
