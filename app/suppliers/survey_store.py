"""Questionnaires and replies as rows. Decides nothing, never commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.surveying import Question
from app.infra.errors import not_found
from app.suppliers.lifecycle_tables import renewal_reminder
from app.suppliers.survey_tables import questionnaire, questionnaire_reply

DRAFT = "draft"
SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of what is asked in a category."""

    id: str
    category: str
    version: int
    questions: tuple[Question, ...]
    valid_days: int
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What a supplier answered, begun or handed in."""

    id: str
    questionnaire_id: str
    supplier_id: str
    state: str
    answers: Mapping[str, str]
    saved_at: datetime
    submitted_at: datetime | None = None
    valid_until: datetime | None = None


def _questionnaire(row: Any) -> Questionnaire:
    values = {name: getattr(row, name) for name in Questionnaire.__slots__}
    return Questionnaire(**{**values, "questions": tuple(Question.from_json(each) for each in row.questions)})


def _reply(row: Any) -> Reply:
    return Reply(**{name: getattr(row, name) for name in Reply.__slots__})


async def insert_questionnaire(tx: AsyncConnection, new: Questionnaire) -> None:
    """Store a version; raises IntegrityError where it is taken."""
    values = {name: getattr(new, name) for name in Questionnaire.__slots__}
    values["questions"] = [each.to_json() for each in new.questions]
    await tx.execute(insert(questionnaire).values(**values))


async def list_current(tx: AsyncConnection, categories: Collection[str] | None = None) -> list[Questionnaire]:
    """The last version of each category, or of these; those without questions too."""
    last = select(questionnaire.c.category, func.max(questionnaire.c.version).label("version"))
    last_of = last.group_by(questionnaire.c.category).subquery()
    is_last = (questionnaire.c.category == last_of.c.category) & (questionnaire.c.version == last_of.c.version)
    query = select(questionnaire).join(last_of, is_last).order_by(questionnaire.c.category)
    if categories is not None:
        query = query.where(questionnaire.c.category.in_(categories))
    return [_questionnaire(row) for row in await tx.execute(query)]


async def find_current(tx: AsyncConnection, category: str) -> Questionnaire | None:
    """The last version of a category."""
    return next(iter(await list_current(tx, [category])), None)


async def load_questionnaire(tx: AsyncConnection, questionnaire_id: str) -> Questionnaire:
    """A version by id; the one 404 where absent."""
    row = (await tx.execute(select(questionnaire).where(questionnaire.c.id == questionnaire_id))).first()
    if row is None:
        raise not_found()
    return _questionnaire(row)


async def list_versions(tx: AsyncConnection, ids: Collection[str]) -> dict[str, Questionnaire]:
    """Versions by id."""
    rows = await tx.execute(select(questionnaire).where(questionnaire.c.id.in_(ids)))
    return {row.id: _questionnaire(row) for row in rows}


async def list_replies(tx: AsyncConnection, supplier_id: str) -> list[Reply]:
    """A supplier's replies, the last saved first."""
    query = select(questionnaire_reply).where(questionnaire_reply.c.supplier_id == supplier_id)
    rows = await tx.execute(query.order_by(questionnaire_reply.c.saved_at.desc(), questionnaire_reply.c.id))
    return [_reply(row) for row in rows]


async def put_reply(tx: AsyncConnection, new: Reply) -> None:
    """Store a draft or a submission in place of the draft of the same questionnaire; what was handed in stays."""
    mine = questionnaire_reply.c
    is_draft = (mine.supplier_id == new.supplier_id) & (mine.questionnaire_id == new.questionnaire_id)
    await tx.execute(delete(questionnaire_reply).where(is_draft, mine.state == DRAFT))
    values = {name: getattr(new, name) for name in Reply.__slots__}
    await tx.execute(insert(questionnaire_reply).values(**{**values, "answers": dict(new.answers)}))


async def list_ending(tx: AsyncConnection, until: datetime, days: int) -> Sequence[Reply]:
    """Replies to the version in force that end before an instant, have no later one, and were not reminded of."""
    current = {one.id for one in await list_current(tx) if one.questions}
    later = questionnaire_reply.alias("later")
    mine = questionnaire_reply.c
    follows = select(later.c.id).where(
        later.c.supplier_id == mine.supplier_id,
        later.c.questionnaire_id == mine.questionnaire_id,
        later.c.state == SUBMITTED,
        later.c.submitted_at > mine.submitted_at,
    )
    told = select(renewal_reminder.c.days).where(
        renewal_reminder.c.subject_id == mine.id, renewal_reminder.c.days == days
    )
    query = select(questionnaire_reply).where(
        mine.state == SUBMITTED,
        mine.questionnaire_id.in_(current),
        mine.valid_until < until,
        ~follows.exists(),
        ~told.exists(),
    )
    return [_reply(row) for row in await tx.execute(query)]
