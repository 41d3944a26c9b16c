"""The administrator's days off and days worked: asked for by one person, agreed to by another, read from a file.

What was frozen stays: a published tender and a drafted contract hold instants, and nothing here touches them. Their
next amendment or version is computed with the days as they are then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import NewProposal, Proposal, find_latest, insert_proposal
from app.domain.approving import ProposalKind, change_hash
from app.domain.day_changes import (
    DayCellFault,
    DayFault,
    DayMark,
    DayRow,
    NamedDay,
    decide_days,
    read_calendar_file,
    read_rows,
)
from app.domain.holidays import Calendar
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.suppliers.archive import FileFault, Limits
from app.suppliers.headings import FileRefusal, find_layout, spellings
from app.suppliers.order_columns import decode_text, read_table
from app.suppliers.workbook import Cell, CellKind, Sheet, column_letters
from app.tenders import calendar_store
from app.tenders.calendar_store import OwnDay

CHAIN = SUBJECT = "system"
LIMITS = Limits(file_bytes=1024 * 1024)
_HEADS: Mapping[str, tuple[str, ...]] = {
    "day": ("day", "date", "日期", "日"),
    "kind": ("kind", "type", "类型", "性质"),
    "source": ("source", "来源", "依据"),
}
_KNOWN = spellings(_HEADS)


@dataclass(frozen=True, slots=True)
class Days:
    """What the page shows: the calendar, the own days, and the change that waits."""

    calendar: Calendar
    own: Sequence[OwnDay]
    pending: Proposal | None


async def read_days(world: World) -> Days:
    """The calendar as it counts now."""
    async with world.db.snapshot() as tx:
        calendar = await calendar_store.load_calendar(world, tx)
        return Days(calendar, await calendar_store.list_days(tx), await _find_pending(world, tx))


async def _find_pending(world: World, tx: AsyncConnection) -> Proposal | None:
    found = await find_latest(tx, kind=ProposalKind.CALENDAR, subject_id=SUBJECT)
    return found if found is not None and found.pending.waits(world.clock.now()) else None


async def propose_days(world: World, actor: Actor, changes: Sequence[NamedDay]) -> Proposal | Refusal:
    """Put changes to an approver. Refuses what domain/day_changes.decide_days refuses; a refusal is journaled."""
    async with world.db.transaction() as tx:
        own = {each.day: each.mark for each in await calendar_store.list_days(tx)}
        is_pending = await _find_pending(world, tx) is not None
        refusal = decide_days(changes, own, today=today_of(world), is_pending=is_pending)
        if refusal is not None:
            data = {"act": "propose_days", "code": refusal.code.value, "detail": dict(refusal.detail)}
            await append(world, tx, NewEntry(CHAIN, Kind.CALENDAR_REFUSED, data, **actor.entry_fields(Role.ADMIN)))
            return refusal
        days = [_told(each, own.get(each.day)) for each in sorted(changes, key=lambda one: one.day)]
        change = {"days": days}
        new = NewProposal(ProposalKind.CALENDAR, "calendar", SUBJECT, CHAIN, change, {"days": days})
        made = await insert_proposal(world, tx, new, actor, Role.ADMIN)
        people = await identity_store.list_staff_accounts(world, tx, Role.APPROVER)
        accounts = [person.id for person in people if person.id != actor.account_id]
        await insert_notices(world, tx, accounts=accounts, kind=NoticeKind.APPROVAL_WAITING, params={})
        return made


def _told(each: NamedDay, before: DayMark | None) -> dict[str, str]:
    was = (before or DayMark.LISTED).value
    return {"day": each.day.isoformat(), "mark": each.mark.value, "was": was, "source": each.source.strip()}


async def change_days(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """The days count from now on: the effect of `calendar.change`. Refuses CHANGED_SINCE."""
    own = {each.day: each.mark for each in await calendar_store.list_days(tx)}
    told = proposal.change["days"]
    is_same = all(own.get(date.fromisoformat(each["day"]), DayMark.LISTED) == each["was"] for each in told)
    if not is_same or change_hash(proposal.change) != proposal.change_hash:
        return Refusal(Code.CHANGED_SINCE)
    days = [NamedDay(date.fromisoformat(each["day"]), DayMark(each["mark"]), each["source"]) for each in told]
    await calendar_store.set_days(tx, days, proposal_id=proposal.id, at=world.clock.now())
    data: dict[str, Any] = {"days": [dict(each) for each in told], "proposal": proposal.id}
    await append(world, tx, NewEntry(CHAIN, Kind.CALENDAR_CHANGED, data, **actor.entry_fields(Role.APPROVER)))
    return None


@dataclass(frozen=True, slots=True)
class DaysRead:
    """What a file says: the days that would change something, how many are so already, and every bad cell."""

    days: Sequence[NamedDay]
    known: int
    faults: Sequence[DayCellFault]


async def read_file(world: World, data: bytes, name: str) -> DaysRead | FileRefusal:
    """Look at an .xlsx, .csv or .ics file; nothing is stored. A file without the columns is refused whole."""
    text = decode_text(data) if len(data) <= LIMITS.file_bytes else None
    rows = None if text is None else read_calendar_file(text, source=name)
    if rows is None:
        sheet = read_table(data, LIMITS)
        if isinstance(sheet, FileFault):
            return FileRefusal(sheet, {})
        found = _rows_of(sheet)
        if isinstance(found, FileRefusal):
            return found
        rows = found
    days, faults = read_rows(rows, today=today_of(world))
    async with world.db.snapshot() as tx:
        own = {each.day: each.mark for each in await calendar_store.list_days(tx)}
    new = [each for each in days if own.get(each.day) is not each.mark]
    return DaysRead(new, len(days) - len(new), faults)


def _rows_of(sheet: Sheet) -> list[DayRow] | FileRefusal:
    found = find_layout(sheet.rows, _KNOWN, anchors=["day"], needed=list(_HEADS))
    if isinstance(found, FileRefusal):
        return found
    return [_row(line, row, found.places) for line, row in sheet.rows if line > found.header_row]


def _row(line: int, cells: Sequence[Cell], places: Mapping[str, int]) -> DayRow:
    def typed(name: str) -> tuple[str, str]:
        place = places[name]
        address = f"{column_letters(place)}{line}"
        return address, cells[place].text if place < len(cells) else ""

    held = [cells[place] for place in places.values() if place < len(cells)]
    broken = [(cell, _BROKEN.get(cell.kind)) for cell in held]
    faults = [DayCellFault(cell.address, cell.text, fault) for cell, fault in broken if fault is not None]
    faults += [DayCellFault(cell.address, cell.text, DayFault.MERGED_CELL) for cell in held if cell.is_merged]
    return DayRow(typed("day"), typed("kind"), typed("source"), tuple(faults))


_BROKEN = {CellKind.FORMULA: DayFault.FORMULA_IN_CELL, CellKind.ERROR: DayFault.ERROR_IN_CELL}


@dataclass(frozen=True, slots=True)
class Period:
    """What a period of days comes to when it begins today: the first day is not counted."""

    name: str
    days: int
    last_day: date


def periods_of(world: World, calendar: Calendar) -> list[Period]:
    """The periods of this deployment as the calendar makes them today; one of no days is none."""
    settings, now = world.settings, world.clock.now()
    found = [
        Period(name, days, calendar.last_working_day(now, days))
        for name, days in (
            ("least_response", settings.least_response_days),
            ("usual_response", settings.usual_response_days),
        )
        if days
    ]
    standstill = settings.standstill_days
    return [*found, *([Period("standstill", standstill, calendar.last_day(now, standstill))] if standstill else [])]
