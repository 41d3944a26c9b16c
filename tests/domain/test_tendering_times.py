"""Local times in a tender's zone (SCREENS.md section 1.3): one instant, or a question, never a guess."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.timetable import TimeFault, load_zone, resolve_local, to_local, zone_names

BERLIN, SHANGHAI, NEW_YORK = "Europe/Berlin", "Asia/Shanghai", "America/New_York"
# Half-hour offsets, half-hour jumps, a zone that skipped a whole day, one without summer time.
ZONES = (
    BERLIN,
    SHANGHAI,
    NEW_YORK,
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
)

# To the second, over twenty years.
moments = st.integers(0, 20 * 366 * 86400).map(lambda s: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


def zone(name: str) -> ZoneInfo:
    found = load_zone(name)
    assert found is not None
    return found


def resolved(text: str, name: str = BERLIN) -> datetime | TimeFault:
    return resolve_local(text, zone(name))


def test_a_plain_local_time() -> None:
    assert resolved("2026-11-25T10:00", SHANGHAI) == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    assert resolved(" 2026-11-25 10:00:30 ", SHANGHAI) == datetime(2026, 11, 25, 2, 0, 30, tzinfo=UTC)


def test_a_skipped_time_is_refused_with_both_sides_of_the_gap() -> None:
    assert resolved("2026-03-29T02:30") == TimeFault(
        "TIME_SKIPPED", ("2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00")
    )


def test_a_doubled_time_asks_which() -> None:
    asked = resolved("2026-10-25T02:30")
    assert asked == TimeFault("TIME_AMBIGUOUS", ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"))
    assert isinstance(asked, TimeFault)
    first, second = (resolved(choice) for choice in asked.choices)
    assert isinstance(first, datetime)
    assert isinstance(second, datetime)
    assert second - first == timedelta(hours=1)


@pytest.mark.parametrize(
    ("local", "is_fault"),
    [
        ("2026-03-29T01:59:59", False),
        ("2026-03-29T02:00", True),
        ("2026-03-29T02:59:59", True),
        ("2026-03-29T03:00", False),
        ("2026-10-25T01:59:59", False),
        ("2026-10-25T02:00", True),
        ("2026-10-25T02:59:59", True),
        ("2026-10-25T03:00", False),
    ],
)
def test_the_edges_of_gap_and_fold(local: str, is_fault: bool) -> None:
    assert isinstance(resolved(local), TimeFault) is is_fault


def test_an_offset_of_another_place_is_not_a_silent_shift() -> None:
    assert resolved("2026-06-01T10:00+08:00") == TimeFault("OFFSET_NOT_OF_ZONE", ("2026-06-01T04:00+02:00",))


def test_an_instant_is_an_instant() -> None:
    assert resolved("2026-03-29T02:30:00.125Z") == datetime(2026, 3, 29, 2, 30, 0, 125000, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-13-01T10:00", "2026-02-30T10:00", "25.11.2026 10:00", "2026-11-25", "２０２６-11-25T10:00"],
)
def test_what_is_no_time(text: str) -> None:
    assert resolved(text) == TimeFault("NOT_A_TIME")


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "localtime", "GMT+8", "asia/shanghai"]
)
def test_what_is_no_zone(name: str) -> None:
    assert load_zone(name) is None


def test_the_zones_offered_all_load() -> None:
    assert {BERLIN, SHANGHAI, NEW_YORK, "UTC"} <= zone_names()
    assert all(load_zone(name) is not None for name in zone_names())


@given(moments, st.sampled_from(ZONES))
def test_every_instant_survives_the_way_to_local_and_back(instant: datetime, name: str) -> None:
    assert resolve_local(to_local(instant, zone(name)), zone(name)) == instant
    assert resolve_local(to_local(instant, zone(name), with_offset=True), zone(name)) == instant


@given(moments, st.sampled_from(ZONES))
def test_a_local_time_is_shown_by_the_clock_at_its_instant_or_refused(moment: datetime, name: str) -> None:
    naive = moment.replace(tzinfo=None)
    found = resolve_local(naive.isoformat(), zone(name))
    if isinstance(found, datetime):
        assert found.astimezone(zone(name)).replace(tzinfo=None) == naive
    else:
        assert found.code in {"TIME_SKIPPED", "TIME_AMBIGUOUS"}
        assert all(isinstance(resolve_local(choice, zone(name)), datetime) for choice in found.choices)
