"""One lot of a batch while it is decided: its state so far, the lines and entries that will be written of it.

Values of one transaction; what is left of them after the commit is `LotAfter` (`batch.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.entries import Kind
from app.domain.exchanging import is_converted
from app.domain.formats import Accepted, FloorState
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.ranking import EMPTY, Standing
from app.domain.refusals import Refusal
from app.journal.store import NewEntry
from app.live_rounds.answers import PlaceBid
from app.live_rounds.round_store import ClockMark
from app.live_rounds.store import AcceptedBid, Floor


@dataclass(frozen=True, slots=True)
class Known:
    """What this process knows of a lot's bids, as of counters that tell when it is out of date."""

    standing: Standing = EMPTY
    accepted: int = 0
    voids: int = 0


@dataclass(slots=True)
class Line:
    """One decided bid of a lot, on its way into the tables."""

    command: PlaceBid
    seq: int
    n: int | None = None
    amount: Decimal | None = None
    refusal: Refusal | None = None
    entry_hash: str = ""
    receipt: dict[str, Any] | None = None
    at: datetime | None = None


@dataclass(slots=True)
class Play:
    """One lot of the batch while it is decided."""

    floor: Floor
    state: FloorState
    known: Known
    attempts: int
    missed: list[AcceptedBid]
    is_whole: bool
    # Whether a bidder without a bid that counts may place a first one.
    admits: Callable[[str], bool]
    # Why nothing is played here though the lot is open: its row is not what was published.
    changed: Refusal | None = None
    lines: list[Line] = field(default_factory=list)
    entries: list[NewEntry] = field(default_factory=list)
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

    def accept(self, line: Line, played: Accepted) -> None:
        """Keep an accepted bid: its entry, and the extension it brought about."""
        floor, command, before = self.floor, line.command, self.state
        line.n, line.amount = played.seq, played.amount
        self.state = played.after
        own_before = None if played.own_before is None else format_amount(played.own_before, floor.terms.scale)
        data = {
            "bid_id": command.bid_id,
            "amount": format_amount(played.amount, floor.terms.scale),
            "received_at": instant_text(command.offer.received_at),
            "n": played.seq,
            "own_before": own_before,
            **({} if command.auto is None else {"auto": command.auto}),
            **({"sent": command.offer.amount} if is_converted(command.offer.amount) else {}),
        }
        # What the service places by a limit is the service's act, for the bidder of the tag.
        self.note(Kind.BID_ACCEPTED, data, tag=command.tag, actor_role=None if command.auto is None else "service")
        if played.is_extended:
            self._note_extension(before, command.offer.received_at)

    def _note_extension(self, before: FloorState, at: datetime) -> None:
        table = self.state.timetable
        moved = {"from": instant_text(before.timetable.closes_at), "to": instant_text(table.closes_at)}
        self.note(Kind.LOT_EXTENDED, {"by_bid": self.state.seq, **moved, "n": table.extensions})
        params = {**moved, "n": str(table.extensions)}
        self.marks.append(ClockMark(self.floor.lot_id, self.version, "extension", at, params))

    def refuse(self, command: PlaceBid, refusal: Refusal) -> None:
        """The entry of a refused bid."""
        quote = command.offer.quote
        data: dict[str, Any] = {
            "bid_id": command.bid_id,
            "sent": command.offer.amount,
            "code": refusal.code.value,
            "detail": dict(refusal.detail),
            "received_at": instant_text(command.offer.received_at),
        }
        if quote is not None:
            data["quote"] = {"own": quote.own, "rules_hash": quote.rules_hash}
        self.note(Kind.BID_REFUSED, data, tag=command.tag)

    def note(self, kind: Kind, data: dict[str, Any], tag: str | None = None, *, actor_role: str | None = None) -> None:
        """An entry for the lot's chain; by the supplier where a tag is named, unless said otherwise."""
        one = self.floor
        role = actor_role or ("service" if tag is None else "supplier")
        entry = NewEntry(
            one.chain, kind, data, tender=one.tender_id, round=one.round_id, lot=one.lot_id, tag=tag, actor_role=role
        )
        self.entries.append(entry)
