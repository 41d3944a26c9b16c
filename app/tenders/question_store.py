"""Questions and answers as rows. Decides nothing, never commits. Lists are in the order of random ids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import insert, select, update

from app.domain.questioning import AnswerState, QuestionState
from app.infra.db import row_mapping
from app.infra.errors import not_found
from app.tenders.question_tables import answer, question, question_batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.infra.world import World

# A question of 1000 characters, each four bytes or escaped as six at most, and its salt.
TEXT_BYTES: Final = 8192
ASKER_BYTES: Final = 256


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and when. For the asker's own page and for nobody else."""

    supplier: str
    account: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A question's row. `shown` is what the relay let through."""

    id: str
    tender_id: str
    state: QuestionState
    is_held: bool
    text_sealed: bytes
    asker_sealed: bytes
    shown: str | None = None
    released_at: datetime | None = None
    into_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer's row; of one question, with whatever was merged into it."""

    question_id: str
    tender_id: str
    zh: str
    en: str
    state: AnswerState
    version: int
    digest: str
    published_at: datetime | None = None


def seal_text(world: World, question_id: str, *, text: str, salt: str) -> bytes:
    """The text as asked, padded, under the vault key."""
    return _seal(world, f"{question_id}|text", {"text": text, "salt": salt}, TEXT_BYTES)


def open_text(world: World, one: Question) -> tuple[str, str]:
    """The text as asked and its salt (VISIBILITY.md d45)."""
    opened = _open(world, f"{one.id}|text", one.text_sealed)
    return opened["text"], opened["salt"]


def seal_asker(world: World, question_id: str, asker: Asker) -> bytes:
    """Who asked, padded, under the vault key."""
    members = {"supplier": asker.supplier, "account": asker.account, "asked_at": asker.asked_at.isoformat()}
    return _seal(world, f"{question_id}|asker", members, ASKER_BYTES)


def open_asker(world: World, one: Question) -> Asker:
    """Who asked (VISIBILITY.md d46): for the service alone, to show askers their own."""
    opened = _open(world, f"{one.id}|asker", one.asker_sealed)
    return Asker(opened["supplier"], opened["account"], datetime.fromisoformat(opened["asked_at"]))


def _seal(world: World, aad: str, members: dict[str, str], size: int) -> bytes:
    # Blanks after the JSON are still JSON: the padding needs no mark of its own.
    plain = orjson.dumps(members).ljust(size)
    if len(plain) != size:
        raise ValueError("a question longer than its padding would show by its length")
    return world.keys.seal("vault", plain, aad.encode())


def _open(world: World, aad: str, sealed: bytes) -> dict[str, Any]:
    opened: dict[str, Any] = orjson.loads(world.keys.unseal("vault", sealed, aad.encode()))
    return opened


async def insert_question(world: World, tx: AsyncConnection, new: Question) -> None:
    """Write a question, and seal all of its tender afresh in random order."""
    values = {name: getattr(new, name) for name in Question.__slots__} | {"state": new.state.value}
    await tx.execute(insert(question).values(**values))
    for one in world.ids.shuffled(await list_questions(tx, new.tender_id)):
        text, salt = open_text(world, one)
        sealed = {
            "text_sealed": seal_text(world, one.id, text=text, salt=salt),
            "asker_sealed": seal_asker(world, one.id, open_asker(world, one)),
        }
        await tx.execute(update(question).where(question.c.id == one.id).values(**sealed))


async def list_questions(
    tx: AsyncConnection, tender_id: str, *, states: Sequence[QuestionState] | None = None
) -> list[Question]:
    """The questions of a tender, or those in some states."""
    query = select(question).where(question.c.tender_id == tender_id).order_by(question.c.id)
    if states is not None:
        query = query.where(question.c.state.in_([state.value for state in states]))
    return [_question(row) for row in await tx.execute(query)]


async def list_own(world: World, tx: AsyncConnection, tender_id: str, supplier_id: str) -> list[tuple[Question, Asker]]:
    """A supplier's own questions in a tender, the latest first."""
    asked = [(one, open_asker(world, one)) for one in await list_questions(tx, tender_id)]
    own = [(one, asker) for one, asker in asked if asker.supplier == supplier_id]
    return sorted(own, key=lambda pair: pair[1].asked_at, reverse=True)


async def load_question(tx: AsyncConnection, tender_id: str, question_id: str) -> Question:
    """A question of this tender; the one 404 where absent."""
    query = select(question).where(question.c.id == question_id, question.c.tender_id == tender_id)
    row = (await tx.execute(query)).first()
    if row is None:
        raise not_found()
    return _question(row)


async def set_question(tx: AsyncConnection, question_id: str, *, state: QuestionState, **values: Any) -> None:
    """Write a question's next state. Precondition: the caller holds the tender's lock."""
    await tx.execute(update(question).where(question.c.id == question_id).values(state=state.value, **values))


async def list_held(tx: AsyncConnection) -> dict[str, int]:
    """How many questions are held, by tender; where none is, the tender is left out."""
    counts: dict[str, int] = {}
    rows = await tx.execute(select(question.c.tender_id).where(question.c.state == QuestionState.HELD.value))
    for row in rows:
        counts[row.tender_id] = counts.get(row.tender_id, 0) + 1
    return counts


async def list_answers(tx: AsyncConnection, tender_id: str) -> dict[str, Answer]:
    """The answers of a tender by question."""
    rows = await tx.execute(select(answer).where(answer.c.tender_id == tender_id))
    return {row.question_id: _answer(row) for row in rows}


async def put_answer(tx: AsyncConnection, new: Answer) -> None:
    """Write an answer, new or over its last version. Precondition: the caller holds the tender's lock."""
    values = {name: getattr(new, name) for name in Answer.__slots__} | {"state": new.state.value}
    if new.version == 1:
        await tx.execute(insert(answer).values(**values))
    else:
        await tx.execute(update(answer).where(answer.c.question_id == new.question_id).values(**values))


async def publish_answer(tx: AsyncConnection, one: Answer, at: datetime) -> None:
    """An answer is out, and with it its question and what was merged into that. Precondition: the tender's lock."""
    await put_answer(tx, replace(one, state=AnswerState.PUBLISHED, version=one.version + 1, published_at=at))
    await set_question(tx, one.question_id, state=QuestionState.ANSWERED)


async def set_next(tx: AsyncConnection, tender_id: str, next_at: datetime | None) -> None:
    """Note the fixed time for which something waits, or that nothing does. Precondition: the tender's lock."""
    changed = await tx.execute(
        update(question_batch).where(question_batch.c.tender_id == tender_id).values(next_at=next_at)
    )
    if changed.rowcount == 0 and next_at is not None:
        await tx.execute(insert(question_batch).values(tender_id=tender_id, next_at=next_at))


async def find_next(tx: AsyncConnection, tender_id: str) -> datetime | None:
    """The fixed time for which something waits."""
    query = select(question_batch.c.next_at).where(question_batch.c.tender_id == tender_id)
    found: datetime | None = await tx.scalar(query)
    return found


async def list_due(tx: AsyncConnection, at: datetime) -> list[str]:
    """The tenders whose fixed time has come; asked often, by an index."""
    query = select(question_batch.c.tender_id).where(question_batch.c.next_at <= at)
    return [str(row.tender_id) for row in await tx.execute(query.order_by(question_batch.c.tender_id))]


def _question(row: Any) -> Question:
    values = {name: row_mapping(row)[name] for name in Question.__slots__}
    return Question(**values | {"state": QuestionState(row.state)})


def _answer(row: Any) -> Answer:
    values = {name: row_mapping(row)[name] for name in Answer.__slots__}
    return Answer(**values | {"state": AnswerState(row.state)})
