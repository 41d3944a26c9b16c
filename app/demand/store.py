"""Projects as rows: the request, the plan, a row a stage, the group, what was said and attached. Decides nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.demand.tables import (
    project,
    project_attachment,
    project_member,
    project_message,
    project_remark,
    project_stage,
)
from app.domain.budgeting import Plan, plan_from_json
from app.domain.grouping import GroupHat, Member
from app.domain.needs import Need, need_from_json
from app.domain.process import Stage, StageState
from app.infra.db import row_mapping
from app.infra.errors import not_found
from app.journal.store import lock_head


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of a project with its days in the deployment's zone."""

    stage: Stage
    state: StageState
    entered_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    reminded_for: date | None = None
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of the working group with what it declared (VISIBILITY.md d10)."""

    member: Member
    statement: str
    declared_at: datetime | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said when a stage was returned, refused or stopped."""

    id: str
    project_id: str
    stage: int
    act: str
    by_role: str
    said: str
    said_by: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What requester or purchaser wrote to the other."""

    id: str
    project_id: str
    by_role: str
    said: str
    said_by: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the request, by its title."""

    id: str
    project_id: str
    title: str
    file_id: str
    media_type: str
    sha256: str
    size: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Project:
    """A project's row with its stages in order."""

    id: str
    reference: str
    need: Need
    plan: Plan
    experts: int
    version: int
    requested_by: str
    created_at: datetime
    edited_at: datetime
    stages: Mapping[Stage, StageRow]

    @property
    def chain(self) -> str:
        """The journal's chain of this project."""
        return chain_of(self.id)

    @property
    def course(self) -> dict[Stage, StageState]:
        """Where each stage stands, as domain/process.py reads it."""
        return {stage: row.state for stage, row in self.stages.items()}


def chain_of(project_id: str) -> str:
    """The journal's chain that tells a project's life."""
    return f"project:{project_id}"


async def insert_project(tx: AsyncConnection, new: Project) -> None:
    """Write a new project with all its stages."""
    await tx.execute(insert(project).values(id=new.id, created_at=new.created_at, **_columns(new)))
    rows = [{"project_id": new.id, **_stage_values(row)} for row in new.stages.values()]
    await tx.execute(insert(project_stage), rows)


async def lock_project(tx: AsyncConnection, project_id: str) -> Project:
    """A project, its chain and row locked until the transaction ends; the one 404 where absent."""
    if (await tx.execute(select(project.c.id).where(project.c.id == project_id))).first() is None:
        raise not_found()
    await tx.run_sync(lock_head, chain_of(project_id))
    await tx.execute(select(project.c.id).where(project.c.id == project_id).with_for_update())
    return await load_project(tx, project_id)


async def load_project(tx: AsyncConnection, project_id: str) -> Project:
    """A project by id; the one 404 where absent."""
    found = await _list(tx, project.c.id == project_id)
    if not found:
        raise not_found()
    return found[0]


async def list_projects(tx: AsyncConnection, *, requested_by: Collection[str] | None = None) -> list[Project]:
    """All projects, or those of some requesters, the latest touched first."""
    return await _list(tx, *([] if requested_by is None else [project.c.requested_by.in_(requested_by)]))


async def list_beside(tx: AsyncConnection, held: Project, since: datetime) -> list[Project]:
    """The other projects touched since an instant, of the same category or of the same requester."""
    is_near = or_(project.c.category == held.need.category[:40], project.c.requested_by == held.requested_by)
    return await _list(tx, project.c.id != held.id, is_near, project.c.edited_at >= since)


async def _list(tx: AsyncConnection, *where: Any) -> list[Project]:
    rows = list(await tx.execute(select(project).where(*where).order_by(project.c.edited_at.desc(), project.c.id)))
    stages: dict[str, dict[Stage, StageRow]] = {row.id: {} for row in rows}
    query = select(project_stage).where(project_stage.c.project_id.in_(stages)).order_by(project_stage.c.stage)
    for row in await tx.execute(query):
        stages[row.project_id][Stage(row.stage)] = _stage(row)
    return [
        Project(
            id=row.id,
            reference=row.reference,
            need=need_from_json(row.need),
            plan=plan_from_json(row.plan),
            experts=row.experts,
            version=row.version,
            requested_by=row.requested_by,
            created_at=row.created_at,
            edited_at=row.edited_at,
            stages=stages[row.id],
        )
        for row in rows
    ]


async def set_project(tx: AsyncConnection, changed: Project) -> None:
    """Write a project and its stages as they are now. Precondition: the caller holds its lock."""
    await tx.execute(update(project).where(project.c.id == changed.id).values(**_columns(changed)))
    for row in changed.stages.values():
        is_row = (project_stage.c.project_id == changed.id) & (project_stage.c.stage == int(row.stage))
        await tx.execute(update(project_stage).where(is_row).values(**_stage_values(row)))


async def list_due(tx: AsyncConnection, day: date) -> list[str]:
    """Name the projects with an open stage due by this day of which nobody was reminded; for the timekeeper."""
    is_open = project_stage.c.state.in_(["in_progress", "waiting", "returned"])
    is_told = project_stage.c.reminded_for.is_not_distinct_from(project_stage.c.due_on)
    rows = await tx.execute(
        select(project_stage.c.project_id).where(is_open, project_stage.c.due_on <= day, ~is_told).distinct()
    )
    return sorted(row.project_id for row in rows)


async def list_seats(tx: AsyncConnection, project_id: str) -> list[Seat]:
    """The working group, by hat and id."""
    query = select(project_member).where(project_member.c.project_id == project_id)
    rows = await tx.execute(query.order_by(project_member.c.hat, project_member.c.account_id))
    return [
        Seat(Member(row.account_id, GroupHat(row.hat), row.has_conflict), row.statement, row.declared_at)
        for row in rows
    ]


async def list_groups_of(tx: AsyncConnection, account_id: str) -> set[str]:
    """The projects in whose group somebody sits."""
    query = select(project_member.c.project_id).where(project_member.c.account_id == account_id)
    return {row.project_id for row in await tx.execute(query)}


async def insert_members(tx: AsyncConnection, project_id: str, members: Sequence[Member]) -> None:
    """Seat people who have declared nothing yet."""
    rows = [
        {"project_id": project_id, "account_id": each.account_id, "hat": each.hat.value, "statement": ""}
        for each in members
    ]
    if rows:
        await tx.execute(insert(project_member), rows)


async def delete_member(tx: AsyncConnection, project_id: str, account_id: str) -> None:
    """Take somebody's seat away; the journal keeps who sat there."""
    is_one = (project_member.c.project_id == project_id) & (project_member.c.account_id == account_id)
    await tx.execute(delete(project_member).where(is_one))


async def set_declared(
    tx: AsyncConnection, project_id: str, account_id: str, *, has_conflict: bool, statement: str, at: datetime
) -> None:
    """Write what a member declares."""
    is_one = (project_member.c.project_id == project_id) & (project_member.c.account_id == account_id)
    values = {"has_conflict": has_conflict, "statement": statement, "declared_at": at}
    await tx.execute(update(project_member).where(is_one).values(**values))


async def insert_remark(tx: AsyncConnection, new: Remark) -> None:
    """Write what was said."""
    await tx.execute(insert(project_remark).values(**{name: getattr(new, name) for name in Remark.__slots__}))


async def list_remarks(tx: AsyncConnection, project_id: str) -> list[Remark]:
    """What was said about a project, the newest first."""
    query = select(project_remark).where(project_remark.c.project_id == project_id)
    rows = await tx.execute(query.order_by(project_remark.c.said_at.desc(), project_remark.c.id))
    return [Remark(**row_mapping(row)) for row in rows]


async def insert_message(tx: AsyncConnection, new: Message) -> None:
    """Write what was said."""
    await tx.execute(insert(project_message).values(**{name: getattr(new, name) for name in Message.__slots__}))


async def list_messages(tx: AsyncConnection, project_ids: Sequence[str]) -> list[Message]:
    """What requester and purchasers wrote to each other, the oldest first."""
    query = select(project_message).where(project_message.c.project_id.in_(project_ids))
    rows = await tx.execute(query.order_by(project_message.c.said_at, project_message.c.id))
    return [Message(**row_mapping(row)) for row in rows]


async def list_groups(tx: AsyncConnection, project_ids: Sequence[str]) -> dict[str, list[Member]]:
    """The working groups of these projects."""
    found: dict[str, list[Member]] = {each: [] for each in project_ids}
    query = select(project_member).where(project_member.c.project_id.in_(project_ids))
    for row in await tx.execute(query):
        found[row.project_id].append(Member(row.account_id, GroupHat(row.hat), row.has_conflict))
    return found


async def insert_attachment(tx: AsyncConnection, new: Attachment) -> None:
    """Write a stored file's row."""
    await tx.execute(insert(project_attachment).values(**{name: getattr(new, name) for name in Attachment.__slots__}))


async def list_attachments(tx: AsyncConnection, project_id: str) -> list[Attachment]:
    """The files of a project, the oldest first."""
    query = select(project_attachment).where(project_attachment.c.project_id == project_id)
    rows = await tx.execute(query.order_by(project_attachment.c.added_at, project_attachment.c.id))
    return [Attachment(**row_mapping(row)) for row in rows]


def _columns(one: Project) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "title_zh": one.need.title_zh.strip()[:200],
        "title_en": one.need.title_en.strip()[:200],
        "category": one.need.category[:40],
        "version": one.version,
        "need": one.need.to_json(),
        "plan": one.plan.to_json(),
        "experts": one.experts,
        "requested_by": one.requested_by,
        "edited_at": one.edited_at,
    }


def _stage(row: Any) -> StageRow:
    days = (row.entered_on, row.due_on, row.done_on, row.reminded_for)
    return StageRow(Stage(row.stage), StageState(row.state), *days, row.owner_id)


def _stage_values(row: StageRow) -> dict[str, Any]:
    return {
        "stage": int(row.stage),
        "state": row.state.value,
        "entered_on": row.entered_on,
        "due_on": row.due_on,
        "done_on": row.done_on,
        "reminded_for": row.reminded_for,
        "owner_id": row.owner_id,
    }
