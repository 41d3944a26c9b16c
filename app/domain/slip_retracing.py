"""Reports of an error in a lot's chain read back: about a bid of the reporter, within its minute, decided once. LR-27.

Pure. Of the bids only those of the last minute are kept.
"""

from collections import deque
from datetime import datetime
from typing import Final

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry, Kind
from app.domain.framing import instant_of, text_of
from app.domain.slips import REPORT_WITHIN

# The report is decided under the lock a moment before its entry gets its time.
WRITING: Final = REPORT_WITHIN / 30


class SlipRetrace:
    """Folds what one lot's chain says of reports. `take` says what is wrong with an entry."""

    def __init__(self) -> None:
        self._recent: deque[tuple[datetime, str, str | None]] = deque()
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
        self._recent.append((instant_of(entry.data, "received_at"), entry.hash, entry.tag))
        # Received a little before it was written: as long again is kept.
        while self._recent and entry.at - self._recent[0][0] > 2 * REPORT_WITHIN:
            self._recent.popleft()

    def _reported(self, entry: Entry) -> Fault | None:
        named = text_of(entry.data, "bid")
        found = next((bid for bid in self._recent if bid[1] == named), None)
        if found is None or entry.at - found[0] > REPORT_WITHIN + WRITING:
            return Fault(Why.STATE, "an error was reported in a bid that is not of the minute before")
        if found[2] != entry.tag:
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
