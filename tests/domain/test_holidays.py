"""Days as the law counts them, and what the pre-flight says of a time to respond (issue 7)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.drafting import Draft
from app.domain.holidays import Calendar, PeriodRules, build_calendar, check_period, warn_about_period
from tests.domain.tender_drafts import NOW, a_draft, terms_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = build_calendar("cn", SHANGHAI)
instants = st.integers(0, 690 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        ("2026-02-13", True),
        ("2026-02-14", True),  # a Saturday, worked
        ("2026-02-15", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-10-10", True),  # a Saturday, worked
        ("2026-11-21", False),
        ("2027-02-08", False),
        ("2027-06-09", False),
    ],
)
def test_china(day: str, is_worked: bool) -> None:
    assert CHINA.is_worked(date.fromisoformat(day)) is is_worked


@pytest.mark.parametrize(
    ("begun", "until", "days", "working"),
    [
        ("2026-11-23T09:00", "2026-11-23T18:00", 0, 0),
        ("2026-11-23T23:59", "2026-11-24T00:01", 1, 1),
        ("2026-11-20T09:00", "2026-11-25T09:00", 5, 3),
        ("2026-09-30T09:00", "2026-10-10T09:00", 10, 3),  # 8, 9 and the worked Saturday
        ("2026-11-25T09:00", "2026-11-20T09:00", 0, 0),
    ],
)
def test_the_first_day_is_not_counted(begun: str, until: str, days: int, working: int) -> None:
    assert CHINA.days_between(at(begun), at(until)) == days
    assert CHINA.working_days_between(at(begun), at(until)) == working


def test_a_last_day_off_moves_on() -> None:
    assert CHINA.last_day(at("2026-09-28T10:00"), 3) == date(2026, 10, 8)
    assert CHINA.last_day(at("2026-11-23T10:00"), 3) == date(2026, 11, 26)
    # The same instant is the next day already in Shanghai.
    assert CHINA.last_day(datetime(2026, 11, 23, 16, tzinfo=UTC), 3) == date(2026, 11, 27)


@given(instants, st.integers(1, 40))
def test_counting_and_adding_agree(begun: datetime, days: int) -> None:
    last = CHINA.last_working_day(begun, days)
    end = datetime(last.year, last.month, last.day, 12, tzinfo=SHANGHAI)
    assert CHINA.is_worked(last)
    assert CHINA.working_days_between(begun, end) == days
    assert CHINA.working_days_between(begun, end - timedelta(days=1)) == days - 1
    assert CHINA.last_day(begun, days) <= last


@given(instants, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_the_deployment_has_the_last_word(begun: datetime, day: date) -> None:
    assert not build_calendar("cn", SHANGHAI, off=[day]).is_worked(day)
    assert build_calendar("cn", SHANGHAI, off=[day], worked=[day]).is_worked(day)
    assert build_calendar("cn", SHANGHAI, off=[day]).is_known(day.year)


def said(draft: Draft, calendar: Calendar = CHINA, *, least: int = 0, usual: int = 3) -> set[tuple[str, str]]:
    rules = PeriodRules(calendar, least, usual)
    terms = terms_of(draft)
    found = [*check_period(terms, rules, now=NOW), *warn_about_period(terms, rules, now=NOW)]
    return {(one.field, one.code) for one in found}


def test_what_the_preflight_says() -> None:
    # It is a Saturday: due on Tuesday are two working days.
    assert said(a_draft(), usual=2) == set()
    assert said(a_draft()) == {("response_due", "SHORT_RESPONSE")}
    assert said(a_draft(), least=3) == {("response_due", "RESPONSE_TOO_SHORT")}
    on_sunday = a_draft(response_due="2026-11-22T15:00")
    assert said(on_sunday, usual=0) == {("response_due", "ON_DAY_OFF")}
    assert said(on_sunday, build_calendar("", SHANGHAI, worked=[date(2026, 11, 22)]), usual=1) == set()
    assert build_calendar("", SHANGHAI).is_known(2031)
    assert not CHINA.is_known(2027)
