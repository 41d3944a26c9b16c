"""Changes to the days of a deployment: a day off, a weekend day worked instead, or a day as the release has it again.

Each day names its source, and a second person agrees (SCREENS.md AD-03). A change counts for what is computed from then
on: instants that a published tender or a drafted contract holds were frozen with it and stay. A file of days is read
row by row: a bad row is named and holds no good one back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.registering import parse_day

LONGEST_SOURCE: Final = 200
SHORTEST_SOURCE: Final = 3
# A yearly notice names some 40 days; ten of them fit.
MOST_DAYS: Final = 400
# Whoever types 2062 for 2026 is told.
YEARS_AHEAD: Final = 5
_DAY: Final = timedelta(days=1)


class DayMark(StrEnum):
    """What a day of the deployment's own is."""

    OFF = "off"
    WORKED = "worked"
    # Nothing of its own any more: what the release and the settings say of it counts.
    LISTED = "listed"


class DayFault(StrEnum):
    """What is wrong with a row of a file."""

    NOT_A_DATE = "NOT_A_DATE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNKNOWN_KIND = "UNKNOWN_KIND"
    MISSING_VALUE = "MISSING_VALUE"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    DUPLICATE_IN_FILE = "DUPLICATE_IN_FILE"
    FORMULA_IN_CELL = "FORMULA_IN_CELL"
    ERROR_IN_CELL = "ERROR_IN_CELL"
    MERGED_CELL = "MERGED_CELL"


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day, what it is, and who said so."""

    day: date
    mark: DayMark
    source: str


@dataclass(frozen=True, slots=True)
class DayCellFault:
    """A cell (B7) or a line of a calendar file (line 12) that was not taken."""

    cell: str
    text: str
    code: DayFault


@dataclass(frozen=True, slots=True)
class DayRow:
    """A row as typed: each value with its address and what its cell says is wrong with it."""

    day: tuple[str, str]
    mark: tuple[str, str]
    source: tuple[str, str]
    broken: tuple[DayCellFault, ...] = ()


_MARKS: Final[Mapping[str, DayMark]] = {
    **dict.fromkeys(("off", "holiday", "day off", "休", "休息", "放假", "节假日", "假"), DayMark.OFF),
    **dict.fromkeys(("worked", "work", "workday", "working day", "班", "上班", "补班", "调休上班"), DayMark.WORKED),
}


def in_range(day: date, today: date) -> bool:
    """Whether a day may be changed: from the year that runs to five years ahead. A past year was counted already."""
    return today.year <= day.year <= today.year + YEARS_AHEAD


def decide_days(
    changes: Sequence[NamedDay], own: Mapping[date, DayMark], *, today: date, is_pending: bool
) -> Refusal | None:
    """Refuse while another change waits (PENDING), no or too many days (OUT_OF_RANGE), a day named twice
    (ALREADY_EXISTS), a year too far (OUT_OF_RANGE), a day without its source (REASON_MISSING), and what changes
    nothing (ALREADY_EXISTS)."""
    if is_pending:
        return Refusal(Code.PENDING)
    if not 0 < len(changes) <= MOST_DAYS:
        return Refusal(Code.OUT_OF_RANGE, {"field": "days", "most": str(MOST_DAYS)})
    seen: set[date] = set()
    for each in changes:
        named = {"day": each.day.isoformat()}
        if each.day in seen:
            return Refusal(Code.ALREADY_EXISTS, {"field": "day", **named})
        seen.add(each.day)
        if not in_range(each.day, today):
            return Refusal(Code.OUT_OF_RANGE, {"field": "day", **named})
        if not SHORTEST_SOURCE <= len(each.source.strip()) <= LONGEST_SOURCE:
            return Refusal(Code.REASON_MISSING, {"field": "source", **named})
        if own.get(each.day, DayMark.LISTED) is each.mark:
            return Refusal(Code.ALREADY_EXISTS, {"field": "mark", **named})
    return None


def read_rows(rows: Iterable[DayRow], *, today: date) -> tuple[list[NamedDay], list[DayCellFault]]:
    """The good days of a file by date, and every bad cell."""
    found: dict[date, NamedDay] = {}
    faults: list[DayCellFault] = []
    for row in rows:
        wrong = list(row.broken) or list(_wrong(row, found, today))
        faults += wrong
        if not wrong:
            day = parse_day(row.day[1])
            assert isinstance(day, date), "a row that is not wrong has a day"
            found[day] = NamedDay(day, _MARKS[row.mark[1].strip().lower()], row.source[1].strip())
    return [found[day] for day in sorted(found)], faults


def _wrong(row: DayRow, found: Mapping[date, NamedDay], today: date) -> Iterator[DayCellFault]:
    address, typed = row.day
    day = parse_day(typed)
    if not isinstance(day, date):
        yield DayCellFault(address, typed, DayFault.NOT_A_DATE)
    elif not in_range(day, today):
        yield DayCellFault(address, typed, DayFault.OUT_OF_RANGE)
    elif day in found:
        yield DayCellFault(address, typed, DayFault.DUPLICATE_IN_FILE)
    if row.mark[1].strip().lower() not in _MARKS:
        yield DayCellFault(*row.mark, DayFault.UNKNOWN_KIND)
    length = len(row.source[1].strip())
    if length < SHORTEST_SOURCE:
        yield DayCellFault(*row.source, DayFault.MISSING_VALUE)
    elif length > LONGEST_SOURCE:
        yield DayCellFault(*row.source, DayFault.TEXT_TOO_LONG)


def read_calendar_file(text: str, *, source: str) -> list[DayRow] | None:
    """The all-day events of an iCalendar file (RFC 5545) as rows, one a day; None where it is no such file. An event
    whose title speaks of work is a day worked; its title and the file's name are the source where it describes
    none."""
    if not text.lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR"):
        return None
    rows: list[DayRow] = []
    event: dict[str, tuple[int, str]] | None = None
    for number, line in _unfolded(text):
        name, _, value = line.partition(":")
        key = name.partition(";")[0].upper()
        if line.upper() == "BEGIN:VEVENT":
            event = {}
        elif line.upper() == "END:VEVENT" and event is not None:
            rows += _of_event(event, source)
            event = None
        elif event is not None and key not in event:
            event[key] = (number, value)
    return rows


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """The lines with those that go on put together, each with the number of its first."""
    held: tuple[int, str] | None = None
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if line[:1] in (" ", "\t") and held is not None:
            held = (held[0], held[1] + line[1:])
            continue
        if held is not None:
            yield held
        held = (number, line)
    if held is not None:
        yield held


def _of_event(event: Mapping[str, tuple[int, str]], source: str) -> list[DayRow]:
    number, begins = event.get("DTSTART", (0, ""))
    title = event.get("SUMMARY", (number, ""))
    said = event.get("DESCRIPTION", (number, ""))[1].strip()
    said = said or " · ".join(filter(None, (title[1].strip(), source.strip())))
    is_worked = any(word in title[1].lower() for word in ("班", "work"))
    mark = (f"line {title[0]}", "worked" if is_worked else "off")
    first, last = _ics_day(begins), _ics_day(event.get("DTEND", (0, begins))[1])
    where = (f"line {number}", begins)
    if first is None or last is None or last < first or (last - first).days > MOST_DAYS:
        return [DayRow(where, mark, (mark[0], said))]
    # The end of an all-day event is not part of it; without one it lasts a day.
    days = [first + _DAY * n for n in range(max((last - first).days, 1))]
    return [DayRow((where[0], day.isoformat()), mark, (mark[0], said)) for day in days]


def _ics_day(value: str) -> date | None:
    try:
        return date.fromisoformat(f"{value[:4]}-{value[4:6]}-{value[6:8]}") if value[:8].isdigit() else None
    except ValueError:
        return None
