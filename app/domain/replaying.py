"""Replaying a live lot from its entries: every bid, extension, pause and close, by the frozen rules (JOURNAL.md 4).

Pure: the same `formats`, `closing` and `ranking` that decided in the room decide again here, one entry at a time, and
whatever the record says otherwise is a Fault. Used by the offline verifier, and by anybody who holds a lot's entries.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from app.domain import closing
from app.domain.chaining import Fault, Why
from app.domain.closing import LotStatus, Timetable, timetable_of
from app.domain.course_reading import course_of, drawn
from app.domain.entries import Entry
from app.domain.formats import FloorState, Offer, Quote, format_of
from app.domain.framing import BadDataError, LotFrame, instant_of, number_of, text_of
from app.domain.kept_bids import KeptBids
from app.domain.kinds import Kind
from app.domain.limit_replaying import LimitReplay, Opening
from app.domain.live_rules import Basis, LotOrder, Trigger
from app.domain.money import AmountFault, format_amount, parse_amount
from app.domain.ranking import PlacedBid, RankedBid, rank
from app.domain.refusals import Code, Refusal
from app.domain.scoring.live_basis import LotBasis
from app.domain.scoring.live_standing import BY_PRICE, ranked_by, standing_by
from app.domain.scoring.totals import ScoredOffer

# Refusals that the entry's own data decide. The others depend on what a lot's chain does not hold: a socket's speed, an
# invitation, a certification.
REPLAYABLE: Final = frozenset(
    {
        Code.LOT_NOT_OPEN,
        Code.LOT_PAUSED,
        Code.LOT_CLOSED,
        Code.STEP_TOO_SMALL,
        Code.NOT_A_MULTIPLE,
        Code.ABOVE_CEILING,
        Code.ABOVE_START,
        Code.PRECISION,
        Code.NOT_AN_AMOUNT,
        Code.CHANGE_LIMIT,
        Code.OTHER_CURRENCY,
        Code.STALE_QUOTE,
        Code.NOT_YOUR_TURN,
        Code.OUT,
    }
)

# A person's act is decided under the lock a moment before its entry gets its time; no lock is waited for longer.
WRITING: Final = timedelta(seconds=2)


class LotReplay:
    """Folds the entries of one lot's chain. `take` says what is wrong with an entry, `ranked` how the lot stands."""

    def __init__(
        self, frame: LotFrame, basis: LotBasis | None = None, openings: Mapping[str, Opening] | None = None
    ) -> None:
        self.frame = frame
        self.basis = basis
        self._state = FloorState(timetable_of(frame.times), standing_by(basis, ()))
        self._bids = KeptBids(frame.terms.scale)
        # The extension that the last accepted bid brought about, until its entry has been read.
        self._owed: tuple[datetime, Timetable] | None = None
        self._is_moved_by_hand = False
        # Who is on the floor of a lot that starts from sealed prices, and the last of these prices.
        self._seeded: set[str] = set()
        self._last_seed: Decimal | None = None
        self._limits = LimitReplay(openings, is_blind=self.is_blind)

    @property
    def is_blind(self) -> bool:
        """Whether the places cannot be known yet: what they are made of has not been told."""
        return self.basis is None and self.frame.rules.basis is not Basis.PRICE

    @property
    def status(self) -> LotStatus:
        """Where the lot stands."""
        return self._state.timetable.status

    @property
    def timetable(self) -> Timetable:
        """Its instants as they stand."""
        return self._state.timetable

    def ranked_at(self, at: datetime, *, is_inclusive: bool) -> list[RankedBid]:
        """The order of all bids taken so far, without those voided before an instant (or at it).

        Of a cancelled lot nothing counts.
        """
        if self.status is LotStatus.CANCELLED:
            return []
        voids = self._bids.voided.items()
        return rank(self._bids.but({n for n, voided in voids if voided < at or (is_inclusive and voided == at)}))

    def scored_at(self, at: datetime, *, is_inclusive: bool) -> list[ScoredOffer]:
        """The same order by the basis of the round, with what each is ranked by. Precondition: not blind."""
        bids = [PlacedBid(one.tag, one.amount, one.seq) for one in self.ranked_at(at, is_inclusive=is_inclusive)]
        return list(ranked_by(self.basis or BY_PRICE, bids))

    def take(self, entry: Entry) -> Fault | None:
        """What is wrong with this entry after those before it, or None."""
        if self._owed is not None and entry.kind is not Kind.LOT_EXTENDED:
            return Fault(Why.REPLAY, "the bid before it moved the close, and its lot.extended is not here")
        try:
            before = self._state
            fault = self._limits.enter(entry, self.frame, before) or self._take(entry)
            if fault is None:
                self._limits.leave(entry, self.frame, before, self._state)
            return fault
        except BadDataError as error:
            return Fault(Why.FORM, f"{entry.kind.value}: {error}")

    def reframe(self, frame: LotFrame) -> None:
        """Take an amended frame over, as long as the lot has not opened and nobody has moved it by hand."""
        if frame is not self.frame and self.status is LotStatus.SCHEDULED and not self._is_moved_by_hand:
            self.frame = frame
            self._state = FloorState(timetable_of(frame.times), standing_by(self.basis, ()))

    def finish(self) -> Fault | None:
        """What is missing at the end of the chain, or None."""
        if self._owed is not None:
            return Fault(Why.REPLAY, "the last bid moved the close, and its lot.extended is missing")
        return self._limits.finish(self.frame, self._state)

    def _take(self, entry: Entry) -> Fault | None:
        match entry.kind:
            case Kind.BID_SEEDED:
                return self._seeded_bid(entry)
            case Kind.BID_ACCEPTED:
                return self._accepted(entry)
            case Kind.BID_REFUSED:
                return self._refused(entry)
            case Kind.BID_VOIDED:
                return self._voided(entry)
            case Kind.LOT_EXTENDED:
                return self._extended(entry)
            case Kind.LOT_CLOSED:
                return self._closed(entry)
            case Kind.LOT_CANCELLED:
                is_late, table = self.status is LotStatus.CLOSED, replace(self.timetable, status=LotStatus.CANCELLED)
                return Fault(Why.STATE, "cancelled after it closed") if is_late else self._keep(table)
            case _:
                return self._moved(entry)

    def _moved(self, entry: Entry) -> Fault | None:
        match entry.kind:
            case Kind.LOT_OPENED:
                return self._opened(entry)
            case Kind.LOT_PAUSED:
                return self._paused(entry)
            case Kind.LOT_RESUME_SET:
                return self._resume_set(entry)
            case Kind.LOT_RESUMED:
                return self._resumed(entry)
            case Kind.LOT_EXTENDED_BY_HAND:
                return self._extended_by_hand(entry)
            case Kind.LOT_MOVED:
                return self._moved_on(entry)
            case Kind.AUTO_BID_SET | Kind.AUTO_BID_ENDED:
                return self._limits.take(entry, self.frame, self._state)
            case _:
                return None

    def _moved_on(self, entry: Entry) -> Fault | None:
        """A move of the format by time: the next one, when it was due, to where the rules say."""
        rules, terms, data = self.frame.rules, self.frame.terms, entry.data
        at = instant_of(data, "at")
        if at > entry.at + WRITING:
            raise BadDataError("moved after it was written")
        told = course_of(data)
        after = format_of(rules).move(rules, terms, self._state, at, lambda count: drawn(told, count))
        if after is None:
            return Fault(Why.REPLAY, "by the rules the lot does not move by itself here")
        if after.course != told:
            return Fault(Why.REPLAY, "by the rules it moves to another stage, or in another order")
        self._state = replace(self._state, course=after.course)
        return self._timed(entry, after.timetable, "closes_at")

    def _keep(self, table: Timetable) -> Fault | None:
        self._state = replace(self._state, timetable=table)
        return None

    def _seeded_bid(self, entry: Entry) -> Fault | None:
        """A first bid from a sealed price: right after the opening, the highest first, one a bidder.

        That the amount is the opened one is asked of the opening document, which is not in this chain.
        """
        frame, tag, seq = self.frame, _tag(entry), self._state.seq + 1
        amount = parse_amount(text_of(entry.data, "amount"), frame.terms.scale)
        if isinstance(amount, AmountFault):
            raise BadDataError("amount is not in its form")
        if frame.rules.starts_from is None:
            return Fault(Why.REPLAY, "by the rules this lot does not start from sealed prices")
        if self.status is not LotStatus.OPEN or len(self._seeded) != len(self._bids):
            return Fault(Why.STATE, f"a sealed price entered while {self.status.value}, or after a bid")
        if number_of(entry.data, "n") != seq:
            return Fault(Why.REPLAY, f"it is bid number {seq} of its lot, not {number_of(entry.data, 'n')}")
        if tag in self._seeded:
            return Fault(Why.REPLAY, "this bidder has a sealed price on the lot already")
        if amount > min(frame.terms.ceiling, self._last_seed or amount):
            return Fault(Why.REPLAY, "the price is above the ceiling, or above the one before it")
        self._seeded.add(tag)
        self._last_seed = amount
        self._bids.add(tag, amount)
        standing = self._state.standing.placed(PlacedBid(tag, amount, seq))
        self._state = replace(self._state, standing=standing, seq=seq)
        return None

    def _accepted(self, entry: Entry) -> Fault | None:
        data, frame = entry.data, self.frame
        # A bid in another currency is told as it was sent, beside what it counts as.
        tag, offer = _tag(entry), _offer(data, "sent" if "sent" in data else "amount", entry.at)
        if frame.rules.starts_from is not None and tag not in self._seeded:
            return Fault(Why.REPLAY, "accepted, but this bidder has no sealed price on the lot")
        fault = self._limits.placed_fault(frame, self._state, entry, offer)
        if fault is not None:
            return fault
        played = format_of(frame.rules).play_bid(frame.rules, frame.terms, self._state, tag, offer)
        if isinstance(played, Refusal):
            return Fault(Why.REPLAY, f"accepted, but by the rules this bid is refused: {played.code.value}")
        if data.get("amount") != format_amount(played.amount, frame.terms.scale):
            return Fault(Why.REPLAY, f"by the rules it counts as {format_amount(played.amount, frame.terms.scale)}")
        before = None if played.own_before is None else format_amount(played.own_before, frame.terms.scale)
        if data.get("own_before") != before:
            return Fault(Why.REPLAY, f"own_before is not {before}, the bidder's last amount before it")
        if number_of(data, "n") != played.seq:
            return Fault(Why.REPLAY, f"it is bid number {played.seq} of its lot, not {number_of(data, 'n')}")
        after = played.after
        if played.is_extended:
            # Told by the entry that follows. Where it depends on places that are not known, that entry is believed.
            if not self._is_untold():
                self._owed = (self._state.timetable.closes_at, after.timetable)
            after = replace(after, timetable=self._state.timetable)
        self._bids.add(tag, played.amount)
        self._state = after
        return None

    def _is_untold(self) -> bool:
        soft = self.frame.rules.soft_close
        return self.is_blind and soft is not None and soft.trigger is not Trigger.ANY_ACCEPTED

    def _extended(self, entry: Entry) -> Fault | None:
        if self._owed is None and self._is_untold():
            table = self._state.timetable
            moved = replace(table, closes_at=instant_of(entry.data, "to"), extensions=number_of(entry.data, "n"))
            return self._keep(replace(moved, status=LotStatus.OVERTIME))
        if self._owed is None:
            return Fault(Why.REPLAY, "the close moved without a bid that moves it by the rules")
        before, after = self._owed
        expected = (before, after.closes_at, after.extensions, self._state.seq)
        told = (
            instant_of(entry.data, "from"),
            instant_of(entry.data, "to"),
            number_of(entry.data, "n"),
            number_of(entry.data, "by_bid"),
        )
        if told != expected:
            return Fault(Why.REPLAY, f"by the rules extension {after.extensions} moves the close to {after.closes_at}")
        self._owed = None
        return self._keep(after)

    def _refused(self, entry: Entry) -> Fault | None:
        data = entry.data
        code = text_of(data, "code")
        if code not in REPLAYABLE or not isinstance(data.get("sent"), str) or entry.tag is None:
            return None
        offer = _offer(data, "sent", entry.at)
        played = format_of(self.frame.rules).play_bid(self.frame.rules, self.frame.terms, self._state, entry.tag, offer)
        if not isinstance(played, Refusal):
            return Fault(Why.REPLAY, f"refused with {code}, but by the rules this bid is accepted")
        if played.code != code:
            return Fault(Why.REPLAY, f"refused with {code}, but by the rules the code is {played.code.value}")
        return None

    def _voided(self, entry: Entry) -> Fault | None:
        n = number_of(entry.data, "n")
        if not 1 <= n <= len(self._bids) or n in self._bids.voided:
            return Fault(Why.STATE, f"bid {n} is not one that stands")
        self._bids.voided[n] = entry.at
        self._state = replace(self._state, standing=standing_by(self.basis, self._bids.but(self._bids.voided)))
        return None

    def _opened(self, entry: Entry) -> Fault | None:
        table = self._state.timetable
        if self.frame.rules.lots is LotOrder.SERIES and self.frame.place:
            # Moved by the lot before it: by how much is in that lot's chain (`auditing.py`).
            moved = closing.moved_to(table, instant_of(entry.data, "opens_at"))
            if moved.opens_at < table.opens_at:
                return Fault(Why.REPLAY, f"by the rules the lot opens no sooner than {table.opens_at}")
            table = moved
        opened = closing.decide_open(table, entry.at)
        if opened is None:
            return Fault(Why.STATE, f"opened while {table.status.value}, or before {table.opens_at}")
        return self._timed(entry, opened, "opens_at", "closes_at", "hard_stop_at")

    def _timed(self, entry: Entry, table: Timetable, *names: str) -> Fault | None:
        for name in names:
            if name in entry.data and instant_of(entry.data, name) != getattr(table, name):
                return Fault(Why.REPLAY, f"by the rules {name} is {getattr(table, name)}")
        self._keep(table)
        return None

    def _paused(self, entry: Entry) -> Fault | None:
        table, data = self._state.timetable, entry.data
        paused_at, left_ms = instant_of(data, "paused_at"), number_of(data, "left_ms")
        if table.status not in closing.RUNNING or paused_at > entry.at:
            return Fault(Why.STATE, f"paused while {table.status.value}, or before it was")
        if "last_seen_at" in data:
            # The service was down or its clock jumped: what was left when it was last alive is left now.
            paused = closing.pause_after_outage(table, instant_of(data, "last_seen_at"), paused_at)
        else:
            by_hand = closing.pause(table, paused_at)
            if isinstance(by_hand, Refusal):
                return Fault(Why.STATE, f"paused although the rules refuse it: {by_hand.code.value}")
            paused = by_hand
        if paused.left != timedelta(milliseconds=left_ms):
            return Fault(Why.REPLAY, f"by the rules {paused.left} of the lot is left")
        return self._keep(paused)

    def _resume_set(self, entry: Entry) -> Fault | None:
        table = closing.set_resume(self._state.timetable, instant_of(entry.data, "resume_at"))
        if isinstance(table, Refusal):
            return Fault(Why.STATE, "a resume was announced for a lot that is not paused")
        return self._keep(table)

    def _resumed(self, entry: Entry) -> Fault | None:
        announced = replace(self._state.timetable, resume_at=instant_of(entry.data, "resume_at"))
        table = closing.decide_resume(announced, entry.at, self.frame.rules.window)
        if table is None:
            return Fault(Why.STATE, "resumed while not paused, or before the announced instant")
        return self._timed(entry, table, "closes_at", "hard_stop_at")

    def _extended_by_hand(self, entry: Entry) -> Fault | None:
        before = self._state.timetable
        later = instant_of(entry.data, "to") - instant_of(entry.data, "from")
        if instant_of(entry.data, "from") != before.closes_at:
            return Fault(Why.REPLAY, f"the close then in force was {before.closes_at}")
        if not format_of(self.frame.rules).may_extend(self.frame.rules):
            return Fault(Why.STATE, "extended by hand although the rules give the lot its length")
        # The entry's own time says nothing after the clock was set back: times within a chain go forward.
        at = instant_of(entry.data, "extended_at") if "extended_at" in entry.data else entry.at - WRITING
        if at > entry.at:
            return Fault(Why.STATE, "extended by hand before it was")
        table = closing.extend_by_hand(before, at, later)
        if isinstance(table, Refusal):
            return Fault(Why.STATE, f"extended by hand although the rules refuse it: {table.code.value}")
        self._is_moved_by_hand = True
        return self._timed(entry, table, "hard_stop_at")

    def _closed(self, entry: Entry) -> Fault | None:
        table = self._state.timetable
        closed = closing.decide_close(table, entry.at, timedelta(0))
        if closed is None:
            return Fault(Why.STATE, f"closed while {table.status.value}, or before its close at {table.closes_at}")
        if number_of(entry.data, "bids") != self._state.seq:
            return Fault(Why.REPLAY, f"{self._state.seq} bids were accepted, not {number_of(entry.data, 'bids')}")
        return self._timed(entry, closed, "closes_at")


def _tag(entry: Entry) -> str:
    if entry.tag is None:
        raise BadDataError("a bid has a tag")
    return entry.tag


def _offer(data: Mapping[str, Any], name: str, written_at: datetime) -> Offer:
    received_at = instant_of(data, "received_at")
    if received_at > written_at + WRITING:
        raise BadDataError("received after it was written")
    quote = data.get("quote")
    if quote is None:
        return Offer(text_of(data, name), received_at, is_auto="auto" in data)
    if not isinstance(quote, dict):
        raise BadDataError("quote is not in its form")
    own = None if quote.get("own") is None else text_of(quote, "own")
    return Offer(text_of(data, name), received_at, Quote(own, text_of(quote, "rules_hash")))
