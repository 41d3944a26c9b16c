"""Retracing secret reserve prices: that what was published was set, and what was opened is what was published.

Pure, one entry of the tender's chain at a time (JOURNAL.md section 4, "state rules"). The figure stands in a file of
the bundle; the published document's commitment binds it, so that a figure changed after publication shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry
from app.domain.framing import BadDataError, instant_of, rows_of, text_of
from app.domain.kinds import Kind
from app.domain.replaying import WRITING
from app.domain.reserve_pricing import OPENED, commitments_of, parse_reserve, reserve_file
from app.domain.sealed_retracing import SealedRetrace
from app.domain.sealing.rules import PRICE

KINDS: Final = frozenset({Kind.RESERVE_SET, Kind.RESERVE_OPENED})
# Prices, reserve prices and what follows from them are written in one transaction; on a busy machine it takes a while.
TRANSACTION: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ToldReserve:
    """The opening of a lot's reserve price, as told."""

    seq: int
    at: datetime


class ReserveRetrace:
    """Folds what one tender's chain says of reserve prices. ``read`` gives the bundle's other files."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        # What the journal proves of each lot: decisions are held against these.
        self.amounts: dict[str, Decimal] = {}
        self._read = read
        self._set: dict[str, str] = {}
        self._published: dict[str, str] = {}
        self._opened: dict[str, ToldReserve] = {}
        self._is_published = self._is_live = self._has_ended = False

    def publish(self, document: Mapping[str, Any]) -> Fault | None:
        """A version of the document; the first must name what was set in its draft, later ones cannot change it."""
        try:
            found = commitments_of(document)
            self._is_live = any(one["kind"] == "live" for one in document["rounds"])
            lots = {str(lot["id"]) for lot in document["lots"]}
        except (KeyError, TypeError, AttributeError):
            raise BadDataError("the lots of the document are not in their form") from None
        if found != {lot: told for lot, told in self._set.items() if lot in lots}:
            return Fault(Why.STATE, "the published reserve prices are not those that were set in the draft")
        self._published, self._is_published = found, True
        return None

    def end(self) -> None:
        """The tender was cancelled or failed: what was not opened stays unopened."""
        self._has_ended = True

    def take(self, entry: Entry, sealed: SealedRetrace, tender: str | None) -> Fault | None:
        """What is wrong with an entry about reserve prices, or None. Raises BadDataError."""
        if entry.kind is Kind.RESERVE_SET:
            return self._take_set(entry)
        lot = text_of(entry.data, "lot")
        if lot != entry.lot:
            return Fault(Why.FORM, "the entry names another lot than its data")
        if text_of(entry.data, "commitment") != self._published.get(lot):
            return Fault(Why.STATE, "a reserve price was opened that was not published")
        if lot in self._opened or self._has_ended:
            return Fault(Why.STATE, "a reserve price was opened a second time, or after the tender had ended")
        self._opened[lot] = ToldReserve(entry.seq, entry.at)
        if text_of(entry.data, "result") != OPENED:
            return Fault(Why.DIGEST, "the stored reserve price was altered and could not be opened")
        prices = sealed.openings.get((lot, PRICE))
        if not self._is_live and (prices is None or not prices.at - WRITING <= entry.at <= prices.at + TRANSACTION):
            return Fault(Why.STATE, "the reserve price was not opened together with the prices of its lot")
        return self._reveal(lot, tender)

    def _take_set(self, entry: Entry) -> Fault | None:
        if self._is_published:
            return Fault(Why.STATE, "a reserve price was set after the publication")
        for row in rows_of(entry.data, "lots"):
            lot, commitment = text_of(row, "lot"), row.get("commitment")
            if isinstance(commitment, str):
                self._set[lot] = commitment
            else:
                self._set.pop(lot, None)
        return None

    def _reveal(self, lot: str, tender: str | None) -> Fault | None:
        content = self._read(reserve_file(lot))
        if content is None:
            return Fault(Why.MISSING, f"{reserve_file(lot)} is missing: the reserve price was opened")
        reserve = parse_reserve(content)
        if reserve is None or (reserve.tender, reserve.lot, reserve.commitment) != (tender, lot, self._published[lot]):
            return Fault(Why.DIGEST, f"{reserve_file(lot)} is not the reserve price that was committed to")
        self.amounts[lot] = reserve.amount
        return None

    def closing_fault(self, lot: str, closed: Entry | None) -> Fault | None:
        """Whether the reserve price of a live lot, whose chain has been read whole, was opened at its close: not
        before, not much later, and not where the lot never closed."""
        told, is_closed = self._opened.get(lot), closed is not None and closed.kind is Kind.LOT_CLOSED
        if lot not in self._published or (told is None and not is_closed):
            return None
        if told is None:
            return Fault(Why.MISSING, "the lot closed, and its reserve price was not opened")
        # It is opened while the close is being written down: after the last bid, and not after that.
        if closed is None or not is_closed or not _ended_at(closed) <= told.at <= closed.at + TRANSACTION:
            return Fault(Why.STATE, "the reserve price was not opened at the close of its lot")
        return None

    def opening_fault(self, sealed: SealedRetrace) -> Fault | None:
        """Whether every reserve price was opened whose lot has opened prices and no live round to wait for."""
        due = {lot for lot, envelope in sealed.openings if envelope == PRICE} & self._published.keys()
        if self._is_live or due <= self._opened.keys():
            return None
        return Fault(Why.MISSING, "prices were opened, and the reserve price of their lot was not")


def _ended_at(closed: Entry) -> datetime:
    """When the bidding of a lot ended, as its close tells. Raises BadDataError."""
    return instant_of(closed.data, "closes_at")
