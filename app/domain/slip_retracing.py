"""Reports of an error in a lot's chain read back: about a bid of the reporter, within its minute, decided once. LR-27.

Pure. Of the bids only those of the last two minutes are kept, in sixteen bytes each: a journal may be long.
"""

from array import array
from typing import Final

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry, from_milliseconds, to_milliseconds
from app.domain.framing import instant_of, text_of
from app.domain.kinds import Kind
from app.domain.slips import REPORT_WITHIN

# The report is decided under the lock a moment before its entry gets its time.
WRITING: Final = REPORT_WITHIN / 30
# So many hex digits of an entry's hash name it among those of two minutes; the bidder's place in a list stands below.
_DIGITS: Final = 12
_PLACE_BITS: Final = 16
# Received a little before it was written: as long again is kept.
_KEPT_MS: Final = 2 * REPORT_WITHIN.total_seconds() * 1000


class SlipRetrace:
    """Folds what one lot's chain says of reports. `take` says what is wrong with an entry."""

    def __init__(self) -> None:
        self._tags: dict[str, int] = {}
        self._received, self._bids, self._first = array("Q"), array("Q"), 0
        # Reports that wait for the desk.
        self._open: set[str] = set()

    def take(self, entry: Entry) -> Fault | None:
        """What is wrong with a report, or with the desk's word on one; None for all other entries. Raises
        BadDataError."""
        match entry.kind:
            case Kind.BID_ACCEPTED:
                self._keep(entry)
                return None
            case Kind.BID_REPORTED:
                return self._reported(entry)
            case Kind.BID_REPORT_DECIDED:
                return self._decided(entry)
            case _:
                return None

    def _keep(self, entry: Entry) -> None:
        place = self._tags.setdefault(entry.tag or "", len(self._tags))
        self._received.append(to_milliseconds(instant_of(entry.data, "received_at")))
        self._bids.append(int(entry.hash[:_DIGITS], 16) << _PLACE_BITS | place)
        written = to_milliseconds(entry.at)
        while self._first < len(self._received) and written - self._received[self._first] > _KEPT_MS:
            self._first += 1
        if 2 * self._first > len(self._received):
            del self._received[: self._first], self._bids[: self._first]
            self._first = 0

    def _reported(self, entry: Entry) -> Fault | None:
        named = text_of(entry.data, "bid")[:_DIGITS]
        found = next(
            (
                at
                for at in range(len(self._bids) - 1, self._first - 1, -1)
                if f"{self._bids[at] >> _PLACE_BITS:012x}" == named
            ),
            None,
        )
        if found is None or entry.at - from_milliseconds(self._received[found]) > REPORT_WITHIN + WRITING:
            return Fault(Why.STATE, "an error was reported in a bid that is not of the minute before")
        if self._bids[found] & ((1 << _PLACE_BITS) - 1) != self._tags.get(entry.tag or ""):
            return Fault(Why.STATE, "an error was reported in another bidder's bid")
        if text_of(entry.data, "goes_to") == "desk":
            self._open.add(text_of(entry.data, "report"))
        return None

    def _decided(self, entry: Entry) -> Fault | None:
        report = text_of(entry.data, "report")
        if report not in self._open:
            return Fault(Why.STATE, "the desk decided on a report that was not waiting for it")
        self._open.remove(report)
        return None
