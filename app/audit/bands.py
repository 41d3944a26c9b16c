"""The bands behind a timeline: phases, pauses and overtime, read off the entries themselves (SCREENS.md AU-01)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.visibility import Phase


class BandKind(StrEnum):
    """What a band stands for."""

    PHASE = "phase"
    PAUSE = "pause"
    OVERTIME = "overtime"


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of time; it goes on while ``until`` is None."""

    kind: BandKind
    since: datetime
    until: datetime | None = None
    phase: Phase | None = None
    lot: str | None = None


# The acts that begin a phase; the end of the live round is the close of its last lot, told by round.closed, which for
# a sealed round tells the close of its box. Envelopes are told by _phase_of.
PHASE_OF_KIND = {
    Kind.TENDER_CREATED: Phase.DRAFT,
    Kind.TENDER_PUBLISHED: Phase.QUESTIONS,
    Kind.ROUND_OPENED: Phase.SEALED,
    Kind.LOT_OPENED: Phase.LIVE,
    Kind.ROUND_CLOSED: Phase.PRICES,
    Kind.DECISION_PROPOSED: Phase.DECISION,
    Kind.IDENTITY_UNSEALED: Phase.UNSEALED,
    Kind.PAYMENT_SCHEDULED: Phase.FILED,
}
ENDS = frozenset({Kind.TENDER_CANCELLED, Kind.TENDER_UNSUCCESSFUL})
LOT_ENDS = frozenset({Kind.LOT_CLOSED, Kind.LOT_CANCELLED})
BAND_KINDS = (
    *PHASE_OF_KIND,
    Kind.ENVELOPES_OPENED,
    *ENDS,
    *LOT_ENDS,
    Kind.LOT_PAUSED,
    Kind.LOT_RESUMED,
    Kind.LOT_EXTENDED,
)


def bands_of(entries: Iterable[Entry]) -> list[Band]:
    """The bands of a tender from its entries of BAND_KINDS, oldest first."""
    done: list[Band] = []
    phase: Band | None = None
    running: dict[tuple[BandKind, str], Band] = {}
    has_live = False
    for entry in entries:
        if entry.kind is Kind.TENDER_PUBLISHED:
            has_live = _has_live_round(entry)
        begun = _phase_of(entry, has_live=has_live)
        # Phases never go back: the second lot's opening and a decision proposed again begin nothing.
        if begun is not None and (phase is None or _is_later(begun, phase.phase)):
            if phase is not None:
                done.append(replace(phase, until=entry.at))
            phase = Band(BandKind.PHASE, entry.at, phase=begun)
        elif entry.kind in ENDS and phase is not None:
            done.append(replace(phase, until=entry.at))
            phase = None
        if entry.lot is not None:
            _take_lot(entry, entry.lot, running, done)
    rest = [*running.values(), *([] if phase is None else [phase])]
    return sorted([*done, *rest], key=lambda band: (band.since, band.kind, band.lot or ""))


def _has_live_round(published: Entry) -> bool:
    rounds = published.data.get("document", {}).get("rounds", [])
    return any(one.get("kind") == "live" for one in rounds)


def _phase_of(entry: Entry, *, has_live: bool) -> Phase | None:
    """The phase that an act begins. Prices opened before a live round begin none: they are its start."""
    if entry.kind is Kind.ROUND_CLOSED and entry.data.get("kind") == "sealed":
        return Phase.CLOSED_UNOPENED
    if entry.kind is Kind.ENVELOPES_OPENED:
        if entry.data.get("envelope") == "tech":
            return Phase.TECHNICAL_OPENED
        return None if has_live else Phase.PRICES
    return PHASE_OF_KIND.get(entry.kind)


def _is_later(phase: Phase, than: Phase | None) -> bool:
    order = list(Phase)
    return than is None or order.index(phase) > order.index(than)


def _take_lot(entry: Entry, lot: str, running: dict[tuple[BandKind, str], Band], done: list[Band]) -> None:
    match entry.kind:
        case Kind.LOT_PAUSED:
            running[BandKind.PAUSE, lot] = Band(BandKind.PAUSE, entry.at, lot=lot)
        case Kind.LOT_EXTENDED:
            running.setdefault((BandKind.OVERTIME, lot), Band(BandKind.OVERTIME, entry.at, lot=lot))
        case Kind.LOT_RESUMED:
            _end(BandKind.PAUSE, entry, lot, running, done)
        case Kind.LOT_CLOSED | Kind.LOT_CANCELLED:
            _end(BandKind.PAUSE, entry, lot, running, done)
            _end(BandKind.OVERTIME, entry, lot, running, done)
        case _:
            pass


def _end(kind: BandKind, entry: Entry, lot: str, running: dict[tuple[BandKind, str], Band], done: list[Band]) -> None:
    band = running.pop((kind, lot), None)
    if band is not None:
        done.append(replace(band, until=entry.at))
