"""Changes to the work calendar: what is refused, and files of which every row is either a good day or a named fault."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.day_changes import (
    MOST_DAYS,
    DayFault,
    DayMark,
    DayRow,
    NamedDay,
    decide_days,
    in_range,
    read_calendar_file,
    read_rows,
)
from app.domain.refusals import Code

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2026, 1, 1), date(2031, 12, 31))
CHANGES = st.lists(st.builds(NamedDay, DAYS, st.sampled_from(DayMark), st.just("notice 9")), max_size=12)
TYPED = st.one_of(DAYS.map(date.isoformat), st.text(max_size=12))
ROWS = st.lists(
    st.tuples(
        TYPED, st.sampled_from(["off", "休", "班", "worked", "half", ""]), st.sampled_from(["notice 9", "", "x"])
    ),
    max_size=12,
)


@given(CHANGES, st.dictionaries(DAYS, st.sampled_from([DayMark.OFF, DayMark.WORKED]), max_size=5))
def test_what_is_let_through_changes_every_day_it_names(changes: list[NamedDay], own: dict[date, DayMark]) -> None:
    if decide_days(changes, own, today=TODAY, is_pending=False) is None:
        assert len({each.day for each in changes}) == len(changes) > 0
        assert all(own.get(each.day, DayMark.LISTED) is not each.mark for each in changes)
    waiting = decide_days(changes, own, today=TODAY, is_pending=True)
    assert waiting is not None
    assert waiting.code is Code.PENDING


@given(ROWS)
def test_a_row_is_a_good_day_or_a_named_fault(typed: list[tuple[str, str, str]]) -> None:
    rows = [
        DayRow((f"A{n}", day), (f"B{n}", mark), (f"C{n}", source))
        for n, (day, mark, source) in enumerate(typed, start=2)
    ]
    days, faults = read_rows(rows, today=TODAY)
    bad = {fault.cell[1:] for fault in faults}
    assert len(days) + len(bad) == len(rows)
    assert [each.day for each in days] == sorted({each.day for each in days})
    assert all(in_range(each.day, TODAY) for each in days)


@given(DAYS, st.integers(1, 9))
def test_an_event_of_so_many_days_is_so_many_rows(first: date, count: int) -> None:
    last = first + timedelta(days=count)
    text = (
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:{first:%Y%m%d}\nDTEND;VALUE=DATE:{last:%Y%m%d}\n"
        "SUMMARY:国庆节\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    rows = read_calendar_file(text, source="days.ics")
    assert rows is not None
    assert [row.day[1] for row in rows] == [(first + timedelta(days=n)).isoformat() for n in range(count)]
    assert {row.mark[1] for row in rows} == {"off"}
    assert read_calendar_file("date,kind\n", source="x") is None


def test_the_range_runs_from_this_year_to_five_ahead() -> None:
    edges = [date(2025, 12, 31), date(2026, 1, 1), date(2031, 12, 31), date(2032, 1, 1)]
    assert [in_range(day, TODAY) for day in edges] == [False, True, True, False]
    many = [NamedDay(date(2027, 1, 1) + timedelta(days=n), DayMark.OFF, "notice") for n in range(MOST_DAYS + 1)]
    refused = decide_days(many, {}, today=TODAY, is_pending=False)
    assert refused is not None
    assert refused.code is Code.OUT_OF_RANGE
    assert DayFault.NOT_A_DATE.value == "NOT_A_DATE"
