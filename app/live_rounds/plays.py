"""One lot of a batch while it is decided: its state so far, the lines and entries that will be written of it.

Values of one transaction; what is left of them after the commit is `LotAfter` (`batch.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from app.domain.entries import to_milliseconds
from app.domain.formats import Accepted, FloorState, Offer, format_of
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.ranking import EMPTY, Standing
from app.domain.refusals import Code, Refusal
from app.journal.ledger import Ledger
from app.journal.store import NewEntry
from app.live_rounds.answers import PlaceBid
from app.live_rounds.bid_entries import BidEntries
from app.live_rounds.receipting import Core, Cores, text_of
from app.live_rounds.round_store import ClockMark
from app.live_rounds.store import AcceptedBid, Floor


@dataclass(frozen=True, slots=True)
class Known:
    """What this process knows of a lot's bids, as of counters that tell when it is out of date."""

    standing: Standing = EMPTY
    accepted: int = 0
    voids: int = 0


class Moment(NamedTuple):
    """An instant as it is written: in words, and as milliseconds."""

    text: str
    ms: int


class Moments(dict[datetime, Moment]):
    """The instants of a batch: many of its bids came in the same millisecond."""

    def __missing__(self, at: datetime) -> Moment:
        made = self[at] = Moment(instant_text(at), to_milliseconds(at))
        return made


@dataclass(slots=True)
class Line:
    """One decided bid of a lot, on its way into the tables."""

    command: PlaceBid
    seq: int
    n: int | None = None
    amount: Decimal | None = None
    refusal: Refusal | None = None
    entry_hash: str = ""
    core: Core | None = None
    receipt: str | None = None
    at: datetime | None = None


@dataclass(slots=True)
class Play:
    """One lot of the batch while it is decided."""

    floor: Floor
    state: FloorState
    known: Known
    missed: list[AcceptedBid]
    is_whole: bool
    # Whether a bidder without a bid that counts may place a first one.
    admits: Callable[[str], bool]
    # The lot's chain, and what is written of each accepted bid.
    ledger: Ledger
    entries: BidEntries
    cores: Cores
    moments: Moments
    attempts: int = 0
    # Why nothing is played here though the lot is open: its row is not what was published.
    changed: Refusal | None = None
    lines: list[Line] = field(default_factory=list)
    marks: list[ClockMark] = field(default_factory=list)
    # Changes that people can see beside the accepted bids.
    turns: int = 0
    # The tick at which limits have last placed bids, by this batch or before it.
    auto_at: datetime | None = None
    # Nothing is due for any limit until something changes on the lot.
    is_quiet: bool = False
    # Whose limits this batch has found reached.
    reached: set[str] = field(default_factory=set)

    @property
    def version(self) -> int:
        """The floor's version so far: one up for each accepted bid, so that it also numbers the marks of the clock."""
        return self.floor.version + self.turns + self.state.seq - self.floor.accepted

    def line_of(self, command: PlaceBid) -> Line:
        """A line for the next attempt on the lot."""
        self.attempts += 1
        line = Line(command, self.attempts)
        self.lines.append(line)
        return line

    def decide(self, tag: str, offer: Offer) -> Accepted | Refusal:
        """What the format says of a bid now. Once accepted, it stands in the lot's order."""
        rules, terms, state = self.floor.rules, self.floor.terms, self.state
        if state.standing.own_last(tag) is not None or self.admits(tag):
            return format_of(rules).play_bid(rules, terms, state, tag, offer)
        # Refused in any case, for the first reason; on a standing that nothing is placed in.
        closed = replace(state, standing=state.standing.closed())
        played = format_of(rules).play_bid(rules, terms, closed, tag, offer)
        return played if isinstance(played, Refusal) else Refusal(Code.NOT_INVITED)

    def accept(self, line: Line, played: Accepted) -> None:
        """Keep an accepted bid: its entry, what its receipt will say, and the extension it brought about."""
        command, before, scale = line.command, self.state, self.floor.terms.scale
        offer = command.offer
        line.n, line.amount, line.at = played.seq, played.amount, self.ledger.at
        self.state = played.after
        amount, bid_id = format_amount(played.amount, scale), text_of(command.bid_id)
        received_at = self.moments[offer.received_at].text
        line.entry_hash = self.entries.note_accepted(
            bid_id=bid_id,
            tag=command.tag,
            amount=amount,
            own_before=None if played.own_before is None else format_amount(played.own_before, scale),
            received_at=received_at,
            n=played.seq,
            sent=offer.amount,
            auto=command.auto,
        )
        line.core = self.cores.core(
            bid_id=bid_id, amount=amount, received_at=received_at, entry_hash=line.entry_hash, sent=offer.amount
        )
        if played.is_extended:
            self._note_extension(before, offer.received_at)

    def _note_extension(self, before: FloorState, at: datetime) -> None:
        table = self.state.timetable
        moved = {"from": instant_text(before.timetable.closes_at), "to": instant_text(table.closes_at)}
        self.note(Kind.LOT_EXTENDED, {"by_bid": self.state.seq, **moved, "n": table.extensions})
        params = {**moved, "n": str(table.extensions)}
        self.marks.append(ClockMark(self.floor.lot_id, self.version, "extension", at, params))

    def refuse(self, line: Line, refusal: Refusal) -> None:
        """Keep a refused bid: its entry."""
        command = line.command
        quote = command.offer.quote
        data: dict[str, Any] = {
            "bid_id": command.bid_id,
            "sent": command.offer.amount,
            "code": refusal.code.value,
            "detail": dict(refusal.detail),
            "received_at": self.moments[command.offer.received_at].text,
        }
        if quote is not None:
            data["quote"] = {"own": quote.own, "rules_hash": quote.rules_hash}
        line.refusal, line.at = refusal, self.ledger.at
        line.entry_hash = self.note(Kind.BID_REFUSED, data, tag=command.tag)

    def note(self, kind: Kind, data: dict[str, Any], tag: str | None = None, *, actor_role: str | None = None) -> str:
        """An entry for the lot's chain; by the supplier where a tag is named, unless said otherwise. Its hash."""
        one = self.floor
        role = actor_role or ("service" if tag is None else "supplier")
        new = NewEntry(one.chain, kind, data, one.tender_id, one.round_id, one.lot_id, tag, role)
        return self.ledger.note(new)
