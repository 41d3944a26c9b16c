"""HTTP edge of the work calendar, for the administrator."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, File, Query, UploadFile

from app.domain.day_changes import YEARS_AHEAD, NamedDay
from app.domain.visibility import Role
from app.identity.access import Actor, staff
from app.infra.days import today_of
from app.infra.errors import Problem, answer
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.suppliers.headings import FileRefusal
from app.tenders import calendar_days
from app.tenders import calendar_schemas as schemas
from app.tenders.calendar_days import LIMITS, Days

router = APIRouter(prefix="/api/work-calendar", route_class=StrictRoute, tags=["calendar"])
AdminDep = Annotated[Actor, Depends(staff(Role.ADMIN))]
# What counts as a day off is no secret of the house.
ReaderDep = Annotated[Actor, Depends(staff(Role.ADMIN, Role.PURCHASER, Role.APPROVER, Role.AUDITOR))]


@router.get("")
async def read_calendar(
    world: WorldDep, _actor: ReaderDep, year: Annotated[int | None, Query(ge=2000, le=2100)] = None
) -> schemas.CalendarView:
    """The days off and the days worked instead of a year, with the periods they make."""
    return _view(world, await calendar_days.read_days(world), year or today_of(world).year)


def _view(world: World, days: Days, year: int) -> schemas.CalendarView:
    calendar, today = days.calendar, today_of(world)
    own = {each.day: each for each in days.own}
    named = sorted(day for day in calendar.off | calendar.worked | own.keys() if day.year == year)
    listed = []
    for day in named:
        each = own.get(day)
        listed.append(
            schemas.CalendarDay(
                day=day,
                is_worked=calendar.is_worked(day),
                is_own=each is not None,
                source=None if each is None else each.source,
                set_at=None if each is None else each.set_at,
            )
        )
    pending = days.pending
    told = [] if pending is None else pending.change["days"]
    periods = calendar_days.periods_of(world, calendar)
    return schemas.CalendarView(
        year=year,
        years=list(range(today.year, today.year + YEARS_AHEAD + 1)),
        today=today,
        is_known=calendar.is_known(year),
        days=listed,
        periods=[schemas.PeriodView(name=each.name, days=each.days, last_day=each.last_day) for each in periods],
        proposal_id=None if pending is None else pending.id,
        pending=[
            schemas.DayForm(day=date.fromisoformat(each["day"]), mark=each["mark"], source=each["source"])
            for each in told
        ],
    )


@router.post("/proposals", status_code=201)
async def propose_days(body: schemas.ProposeDays, world: WorldDep, actor: AdminDep) -> schemas.DaysProposed:
    """Put changed days to an approver."""
    days = [NamedDay(each.day, each.mark, each.source) for each in body.days]
    made = answer(await calendar_days.propose_days(world, actor, days))
    return schemas.DaysProposed(proposal_id=made.id)


@router.post("/file")
async def read_file(world: WorldDep, _actor: AdminDep, file: Annotated[UploadFile, File()]) -> schemas.FileRead:
    """Look at a file of days (.xlsx, .csv, .ics): the good ones to propose, every bad cell by its name."""
    data = await file.read(LIMITS.file_bytes + 1)
    read = await calendar_days.read_file(world, data, (file.filename or "")[:100])
    if isinstance(read, FileRefusal):
        raise Problem(422, read.fault.value, detail=read.detail)
    return schemas.FileRead(
        days=[schemas.DayForm(day=each.day, mark=each.mark, source=each.source) for each in read.days],
        known=read.known,
        cells=[schemas.DayCell(cell=each.cell, text=each.text[:200], code=each.code) for each in read.faults],
    )
