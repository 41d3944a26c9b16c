"""Findings, corrective actions, appeals and reminders as rows. Decides nothing, never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.certification import Aspect
from app.domain.improving import OWED, ActionState, AppealState, Due, FindingKind, Result
from app.infra.errors import not_found
from app.suppliers.lifecycle_tables import appeal, corrective_action, finding, renewal_reminder
from app.suppliers.tables import certification, evidence, supplier


@dataclass(frozen=True, slots=True)
class Action:
    """What a supplier is to mend, and by when."""

    id: str
    finding_id: str
    supplier_id: str
    text: str
    due_on: date
    state: ActionState
    reply: str | None = None
    replied_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def due(self) -> Due:
        """As the rules see it."""
        return Due(self.state, self.due_on)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of an on-site audit or a sample test."""

    id: str
    supplier_id: str
    kind: FindingKind
    aspect: Aspect
    result: Result
    title: str
    text: str
    held_on: date
    recorded_by: str
    recorded_at: datetime
    annulled_at: datetime | None = None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    """A supplier's word against an assessment, and the answer."""

    id: str
    supplier_id: str
    subject: str
    subject_id: str
    text: str
    state: AppealState
    made_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """A certification in force, or a file of evidence without a successor, that ends soon."""

    subject_id: str
    supplier_id: str
    is_certification: bool
    valid_until: datetime
    # The nearest reminder that has gone out.
    told: int | None


def _finding(row: Any) -> Finding:
    values = {name: getattr(row, name) for name in Finding.__slots__}
    values |= {"kind": FindingKind(row.kind), "aspect": Aspect(row.aspect), "result": Result(row.result)}
    return Finding(**values)


def _action(row: Any) -> Action:
    return Action(**{**{name: getattr(row, name) for name in Action.__slots__}, "state": ActionState(row.state)})


def _appeal(row: Any) -> Appeal:
    return Appeal(**{**{name: getattr(row, name) for name in Appeal.__slots__}, "state": AppealState(row.state)})


async def insert_finding(tx: AsyncConnection, new: Finding, actions: Sequence[Action]) -> None:
    """Store a finding with what is to be mended."""
    await tx.execute(insert(finding).values(**{name: getattr(new, name) for name in Finding.__slots__}))
    rows = [{name: getattr(each, name) for name in Action.__slots__} for each in actions]
    if rows:
        await tx.execute(insert(corrective_action), rows)


async def list_findings(tx: AsyncConnection, supplier_id: str) -> list[Finding]:
    """The findings about a supplier, newest first."""
    query = select(finding).where(finding.c.supplier_id == supplier_id)
    return [_finding(row) for row in await tx.execute(query.order_by(finding.c.recorded_at.desc(), finding.c.id))]


async def load_finding(tx: AsyncConnection, *, supplier_id: str, finding_id: str) -> Finding:
    """One finding about one supplier; the one 404 where absent or another's."""
    query = select(finding).where(finding.c.id == finding_id, finding.c.supplier_id == supplier_id)
    row = (await tx.execute(query)).first()
    if row is None:
        raise not_found()
    return _finding(row)


async def annul_finding(tx: AsyncConnection, finding_id: str, at: datetime) -> None:
    """A finding falls, and what was owed by it."""
    await tx.execute(update(finding).where(finding.c.id == finding_id).values(annulled_at=at))
    owed = corrective_action.c.state.in_([state.value for state in OWED])
    query = update(corrective_action).where(corrective_action.c.finding_id == finding_id, owed)
    await tx.execute(query.values(state=ActionState.ANNULLED.value, closed_at=at))


async def list_actions(tx: AsyncConnection, supplier_id: str) -> list[Action]:
    """What a supplier is or was to mend, the nearest date first."""
    query = select(corrective_action).where(corrective_action.c.supplier_id == supplier_id)
    rows = await tx.execute(query.order_by(corrective_action.c.due_on, corrective_action.c.id))
    return [_action(row) for row in rows]


async def load_action(tx: AsyncConnection, *, supplier_id: str, action_id: str) -> Action:
    """One corrective action of one supplier; the one 404 where absent or another's."""
    query = select(corrective_action).where(
        corrective_action.c.id == action_id, corrective_action.c.supplier_id == supplier_id
    )
    row = (await tx.execute(query)).first()
    if row is None:
        raise not_found()
    return _action(row)


async def list_overdue(tx: AsyncConnection, day: date, told: int) -> list[tuple[Action, datetime]]:
    """Open actions whose day is over before ``day``, of which nobody was told (as reminder ``told``), and when each was
    laid on."""
    mine = corrective_action.c
    said = select(renewal_reminder.c.days).where(
        renewal_reminder.c.subject_id == mine.id, renewal_reminder.c.days == told
    )
    query = select(corrective_action, finding.c.recorded_at).join(finding, finding.c.id == mine.finding_id)
    query = query.where(mine.state == ActionState.OPEN.value, mine.due_on < day, ~said.exists())
    return [(_action(row), row.recorded_at) for row in await tx.execute(query.order_by(mine.due_on, mine.id))]


async def set_action(tx: AsyncConnection, action_id: str, **values: Any) -> None:
    """Change columns of a corrective action: its state and what was said."""
    await tx.execute(update(corrective_action).where(corrective_action.c.id == action_id).values(**values))


async def insert_appeal(tx: AsyncConnection, new: Appeal) -> None:
    """Store an appeal."""
    await tx.execute(insert(appeal).values(**{name: getattr(new, name) for name in Appeal.__slots__}))


async def list_appeals(tx: AsyncConnection, supplier_id: str | None = None) -> list[Appeal]:
    """The appeals of a supplier, or of all, newest first."""
    query = select(appeal) if supplier_id is None else select(appeal).where(appeal.c.supplier_id == supplier_id)
    return [_appeal(row) for row in await tx.execute(query.order_by(appeal.c.made_at.desc(), appeal.c.id))]


async def list_open_subjects(tx: AsyncConnection, subject: str) -> set[str]:
    """What open appeals of a kind are about."""
    query = select(appeal.c.subject_id).where(appeal.c.subject == subject, appeal.c.state == AppealState.OPEN.value)
    return {row.subject_id for row in await tx.execute(query)}


async def load_appeal(tx: AsyncConnection, appeal_id: str) -> Appeal:
    """An appeal by id; the one 404 where absent."""
    row = (await tx.execute(select(appeal).where(appeal.c.id == appeal_id))).first()
    if row is None:
        raise not_found()
    return _appeal(row)


async def set_appeal(tx: AsyncConnection, appeal_id: str, **values: Any) -> None:
    """Write the decision onto an appeal."""
    await tx.execute(update(appeal).where(appeal.c.id == appeal_id).values(**values))


async def list_endings(tx: AsyncConnection, since: datetime, until: datetime) -> list[Ending]:
    """What ends between two instants: certifications in force and the last files of evidence of their aspect, of
    suppliers that are not suspended."""
    active = supplier.c.state == "active"
    said = func.min(renewal_reminder.c.days)
    held = select(certification.c.id, supplier.c.id, certification.c.valid_until, said).select_from(
        supplier.join(certification, supplier.c.certification_id == certification.c.id).outerjoin(
            renewal_reminder, renewal_reminder.c.subject_id == certification.c.id
        )
    )
    ends = certification.c.valid_until
    held = held.where(active, ends >= since, ends < until).group_by(certification.c.id, supplier.c.id, ends)
    other = evidence.alias("other")
    follows = and_(
        other.c.supplier_id == evidence.c.supplier_id,
        other.c.aspect == evidence.c.aspect,
        other.c.id != evidence.c.id,
        other.c.valid_until.is_(None) | (other.c.valid_until > evidence.c.valid_until),
    )
    files = select(evidence.c.id, supplier.c.id, evidence.c.valid_until, said).select_from(
        evidence.join(supplier, supplier.c.id == evidence.c.supplier_id).outerjoin(
            renewal_reminder, renewal_reminder.c.subject_id == evidence.c.id
        )
    )
    last = ~select(other.c.id).where(follows).exists()
    files = files.where(active, evidence.c.valid_until >= since, evidence.c.valid_until < until, last)
    files = files.group_by(evidence.c.id, supplier.c.id, evidence.c.valid_until)
    return [
        Ending(row[0], row[1], is_certification, row[2], row[3])
        for query, is_certification in ((held, True), (files, False))
        for row in await tx.execute(query)
    ]


async def insert_reminder(tx: AsyncConnection, *, subject_id: str, supplier_id: str, days: int, at: datetime) -> None:
    """Note that a reminder goes out; raises IntegrityError where another process was first."""
    values = {"subject_id": subject_id, "days": days, "supplier_id": supplier_id, "told_at": at}
    await tx.execute(insert(renewal_reminder).values(**values))


async def find_told(tx: AsyncConnection, subject_id: str) -> int | None:
    """The nearest reminder that has gone out about a certification or a file."""
    query = select(func.min(renewal_reminder.c.days)).where(renewal_reminder.c.subject_id == subject_id)
    found: int | None = await tx.scalar(query)
    return found
