"""The days of the deployment's own as rows, and the calendar they make with those of the settings and the release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, Date, String, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.day_changes import DayMark, NamedDay
from app.domain.holidays import Calendar, PeriodRules
from app.infra.db import Id, Utc, metadata
from app.infra.working_days import work_calendar
from app.infra.world import World

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("mark", String(10), nullable=False),
    Column("source", String(200), nullable=False),
    Column("proposal_id", Id, nullable=False),
    Column("set_at", Utc, nullable=False),
)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day as two persons set it."""

    day: date
    mark: DayMark
    source: str
    set_at: datetime


async def list_days(tx: AsyncConnection) -> list[OwnDay]:
    """All days of the deployment's own, in order."""
    rows = await tx.execute(select(calendar_day).order_by(calendar_day.c.day))
    return [OwnDay(row.day, DayMark(row.mark), row.source, row.set_at) for row in rows]


async def set_days(tx: AsyncConnection, days: Sequence[NamedDay], *, proposal_id: str, at: datetime) -> None:
    """Write what the days are from now on; a day that is as listed has no row."""
    await tx.execute(delete(calendar_day).where(calendar_day.c.day.in_([each.day for each in days])))
    kept = [each for each in days if each.mark is not DayMark.LISTED]
    said = {"proposal_id": proposal_id, "set_at": at}
    values = [{"day": each.day, "mark": each.mark.value, "source": each.source, **said} for each in kept]
    if values:
        await tx.execute(insert(calendar_day), values)


async def load_calendar(world: World, tx: AsyncConnection) -> Calendar:
    """The days worked here as they are known now. What was computed before is not computed again."""
    own = await list_days(tx)
    off = [each.day for each in own if each.mark is DayMark.OFF]
    return work_calendar(world.settings, off, [each.day for each in own if each.mark is DayMark.WORKED])


async def load_periods(world: World, tx: AsyncConnection) -> PeriodRules:
    """What the deployment asks of the time to respond."""
    settings = world.settings
    return PeriodRules(await load_calendar(world, tx), settings.least_response_days, settings.usual_response_days)
