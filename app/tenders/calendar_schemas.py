"""Shapes of the work calendar on the wire."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.domain.day_changes import MOST_DAYS, DayFault, DayMark
from app.infra.web import InstantText, StrictModel

Text = Annotated[str, Field(max_length=400)]


class CalendarDay(StrictModel):
    """A day that is not as its weekday says, or that two persons set. `is_own`: they did, and `source` says by what."""

    day: date
    is_worked: bool
    is_own: bool
    source: str | None
    set_at: InstantText | None


class PeriodView(StrictModel):
    """A period of this deployment that would begin today, the first day not counted, and its last day."""

    name: str
    days: int
    last_day: date


class DayForm(StrictModel):
    """What a day is from now on, and who said so."""

    day: date
    mark: DayMark
    source: Text


class CalendarView(StrictModel):
    """The days of a year, the periods they make, and the change that waits."""

    year: int
    years: list[int]
    today: date
    # Whether every day off of the year is known.
    is_known: bool
    days: list[CalendarDay]
    periods: list[PeriodView]
    proposal_id: str | None
    pending: list[DayForm]


class ProposeDays(StrictModel):
    """Days to change."""

    days: Annotated[list[DayForm], Field(max_length=MOST_DAYS)]


class DaysProposed(StrictModel):
    """The proposal that waits for an approver."""

    proposal_id: str


class DayCell(StrictModel):
    """A cell or a line of a file that was not taken."""

    cell: str
    text: str
    code: DayFault


class FileRead(StrictModel):
    """What a file says, before anybody proposes it: nothing is stored."""

    days: list[DayForm]
    known: int
    cells: list[DayCell]
