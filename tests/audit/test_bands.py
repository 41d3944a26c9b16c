"""Bands behind the timeline: phases follow each other, pauses and overtime belong to their lot."""

from datetime import UTC, datetime, timedelta

from app.audit.bands import BandKind, bands_of
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.visibility import Phase

START = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


def acts(*told: tuple[int, Kind, str | None]) -> list[Entry]:
    return [
        Entry("tender:t", at, START + timedelta(minutes=at), kind, {}, "service", "", "0", tender="t", lot=lot)
        for at, kind, lot in told
    ]


def told(entries: list[Entry]) -> list[tuple[str, str | None, int, int | None]]:
    def minute(at: datetime | None) -> int | None:
        return None if at is None else (at - START) // timedelta(minutes=1)

    return [
        (band.phase or band.kind, band.lot, minute(band.since) or 0, minute(band.until)) for band in bands_of(entries)
    ]


def test_phases_follow_each_other_and_never_go_back() -> None:
    entries = acts(
        (0, Kind.TENDER_CREATED, None),
        (1, Kind.TENDER_PUBLISHED, None),
        (5, Kind.LOT_OPENED, "a"),
        (6, Kind.LOT_OPENED, "b"),
        (9, Kind.ROUND_CLOSED, None),
        (10, Kind.DECISION_PROPOSED, None),
        (11, Kind.DECISION_PROPOSED, None),
        (12, Kind.IDENTITY_UNSEALED, None),
    )
    assert told(entries) == [
        (Phase.DRAFT, None, 0, 1),
        (Phase.QUESTIONS, None, 1, 5),
        (Phase.LIVE, None, 5, 9),
        (Phase.PRICES, None, 9, 10),
        (Phase.DECISION, None, 10, 12),
        (Phase.UNSEALED, None, 12, None),
    ]


def test_pauses_and_overtime_belong_to_their_lot() -> None:
    entries = acts(
        (5, Kind.LOT_OPENED, "a"),
        (6, Kind.LOT_PAUSED, "a"),
        (7, Kind.LOT_EXTENDED, "b"),
        (8, Kind.LOT_EXTENDED, "b"),
        (9, Kind.LOT_RESUMED, "a"),
        (10, Kind.LOT_PAUSED, "a"),
        (11, Kind.LOT_CLOSED, "b"),
        (12, Kind.LOT_CANCELLED, "a"),
        (12, Kind.TENDER_CANCELLED, None),
    )
    assert told(entries) == [
        (Phase.LIVE, None, 5, 12),
        (BandKind.PAUSE, "a", 6, 9),
        (BandKind.OVERTIME, "b", 7, 11),
        (BandKind.PAUSE, "a", 10, 12),
    ]


def test_nothing_has_no_bands() -> None:
    assert told([]) == []
