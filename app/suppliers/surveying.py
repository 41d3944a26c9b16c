"""Questionnaires: published by category and version, answered by suppliers and applicants, read by the assessor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.categories import CATEGORIES
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.surveying import (
    Answered,
    Question,
    ReplyState,
    carried,
    check_answers,
    check_questions,
    reply_state,
    valid_until,
)
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.suppliers import store, survey_store
from app.suppliers.entering import SYSTEM_CHAIN, instant, note, note_refused, staff_hat
from app.suppliers.survey_store import DRAFT, SUBMITTED, Questionnaire, Reply


@dataclass(frozen=True, slots=True)
class PublishQuestionnaire:
    """What is asked from now on; ``after``: the version it follows, 0 where there was none."""

    category: str
    questions: Sequence[Question]
    valid_days: int
    after: int


@dataclass(frozen=True, slots=True)
class Owed:
    """A questionnaire of one of a supplier's categories with its reply; ``answers``: what a new reply begins with."""

    questionnaire: Questionnaire
    state: ReplyState
    answers: Mapping[str, str]
    last: Reply | None
    # The version that was answered, with its own questions: what the assessor reads.
    answered: Questionnaire | None


async def publish_questionnaire(world: World, actor: Actor, command: PublishQuestionnaire) -> Questionnaire | Refusal:
    """Publish the next version; the suppliers of the category are asked.

    Refuses what `check_questions` refuses, OUT_OF_RANGE (no such category), CHANGED_SINCE (a colleague was first).
    """
    refusal = check_questions(command.questions, command.valid_days)
    if command.category not in CATEGORIES:
        refusal = Refusal(Code.OUT_OF_RANGE, {"field": "category"})
    try:
        async with world.db.transaction() as tx:
            before = await survey_store.find_current(tx, command.category)
            if refusal is None and (0 if before is None else before.version) != command.after:
                refusal = Refusal(Code.CHANGED_SINCE)
            if refusal is not None:
                return await note_refused(world, tx, actor, "publish_questionnaire", refusal)
            new = _next_version(world, actor, command, before)
            await survey_store.insert_questionnaire(tx, new)
            if new.questions:
                await _ask(world, tx, new.category)
            data = {
                "questionnaire": new.id,
                "category": new.category,
                "version": new.version,
                "valid_days": new.valid_days,
                "questions": [each.to_json() for each in new.questions],
            }
            entry = NewEntry(SYSTEM_CHAIN, Kind.QUESTIONNAIRE_PUBLISHED, data, **actor.entry_fields(staff_hat(actor)))
            await append(world, tx, entry)
            return new
    except IntegrityError:
        return Refusal(Code.CHANGED_SINCE)


async def list_current(world: World, categories: Collection[str] | None = None) -> list[Questionnaire]:
    """What is asked now, of all categories or of these."""
    async with world.db.snapshot() as tx:
        return await survey_store.list_current(tx, categories)


async def read_owed(world: World, supplier_id: str) -> list[Owed]:
    """The questionnaires of a supplier's categories with its replies; the one 404 where absent."""
    async with world.db.snapshot() as tx:
        held = await store.load_supplier(tx, supplier_id)
        return await find_owed(tx, supplier_id, held.categories, world.clock.now())


async def find_owed(tx: AsyncConnection, supplier_id: str, categories: Collection[str], at: datetime) -> list[Owed]:
    """What is asked in these categories and what was answered, within a snapshot."""
    asked = [one for one in await survey_store.list_current(tx, categories) if one.questions]
    replies = await survey_store.list_replies(tx, supplier_id)
    versions = await survey_store.list_versions(tx, {each.questionnaire_id for each in replies})
    return [_owed(one, replies, versions, at) for one in asked]


async def save_draft(
    world: World, actor: Actor, questionnaire_id: str, answers: Mapping[str, str]
) -> datetime | Refusal:
    """Keep what was typed so far; when. Nobody else reads it. Refuses CHANGED_SINCE, INCOMPLETE (what is no answer)."""
    saved = await _put(world, actor, questionnaire_id, answers, is_final=False)
    return saved if isinstance(saved, Refusal) else saved.saved_at


async def submit_reply(
    world: World, actor: Actor, questionnaire_id: str, answers: Mapping[str, str]
) -> Reply | Refusal:
    """Hand in the answers; the assessor reads them. Refuses CHANGED_SINCE, INCOMPLETE, LEAK."""
    return await _put(world, actor, questionnaire_id, answers, is_final=True)


async def check_applied(
    tx: AsyncConnection, categories: Collection[str], answers: Mapping[str, Mapping[str, str]]
) -> list[tuple[Questionnaire, Mapping[str, str]]] | Refusal:
    """What an applicant answered, by questionnaire, checked against all that is asked in its categories.

    Refuses CHANGED_SINCE (one is not in force any more), INCOMPLETE, LEAK.
    """
    asked = {one.id: one for one in await survey_store.list_current(tx, categories) if one.questions}
    if any(name not in asked for name in answers):
        return Refusal(Code.CHANGED_SINCE)
    found: list[tuple[Questionnaire, Mapping[str, str]]] = []
    for one in asked.values():
        kept = check_answers(one.questions, answers.get(one.id, {}), is_final=True)
        if isinstance(kept, Refusal):
            return kept
        found.append((one, kept))
    return found


async def insert_applied(
    world: World, tx: AsyncConnection, applicant_id: str, found: Sequence[tuple[Questionnaire, Mapping[str, str]]]
) -> None:
    """Store what an applicant answered, within its application's transaction."""
    for one, kept in found:
        await survey_store.put_reply(tx, _submitted(world, applicant_id, one, kept))


async def _put(
    world: World, actor: Actor, questionnaire_id: str, answers: Mapping[str, str], *, is_final: bool
) -> Reply | Refusal:
    supplier_id = actor.supplier_id or ""
    async with world.db.transaction() as tx:
        held = await store.lock_supplier(tx, supplier_id)
        asked = await survey_store.load_questionnaire(tx, questionnaire_id)
        if asked.category not in held.categories:
            raise not_found()
        current = await survey_store.find_current(tx, asked.category)
        checked: dict[str, str] | Refusal = Refusal(Code.CHANGED_SINCE)
        if current is not None and current.id == asked.id:
            checked = check_answers(asked.questions, answers, is_final=is_final)
        if isinstance(checked, Refusal):
            return await note_refused(world, tx, actor, "answer_questionnaire", checked, supplier_id)
        made = _submitted(world, supplier_id, asked, checked)
        if not is_final:
            made = replace(made, state=DRAFT, submitted_at=None, valid_until=None)
        await survey_store.put_reply(tx, made)
        if is_final:
            data = {**_named(asked), "reply": made.id, "answers": dict(checked)}
            await note(world, tx, actor, supplier_id, Kind.QUESTIONNAIRE_ANSWERED, data)
        return made


def _next_version(
    world: World, actor: Actor, command: PublishQuestionnaire, before: Questionnaire | None
) -> Questionnaire:
    """Questions that were asked before keep their id, so that answers to them can be carried over."""
    known = set() if before is None else {one.id for one in before.questions}
    taken: set[str] = set()
    questions = []
    for one in command.questions:
        keeps = one.id in known and one.id not in taken
        questions.append(one if keeps else replace(one, id=world.ids.new()))
        taken.add(questions[-1].id)
    return Questionnaire(
        id=world.ids.new(),
        category=command.category,
        version=command.after + 1,
        questions=tuple(questions),
        valid_days=command.valid_days,
        made_by=actor.account_id,
        made_at=world.clock.now(),
    )


def _submitted(world: World, supplier_id: str, asked: Questionnaire, answers: Mapping[str, str]) -> Reply:
    now = world.clock.now()
    return Reply(
        id=world.ids.new(),
        questionnaire_id=asked.id,
        supplier_id=supplier_id,
        state=SUBMITTED,
        answers=answers,
        saved_at=now,
        submitted_at=now,
        valid_until=valid_until(now, asked.valid_days),
    )


def _owed(asked: Questionnaire, replies: Sequence[Reply], versions: Mapping[str, Questionnaire], at: datetime) -> Owed:
    mine = [each for each in replies if versions[each.questionnaire_id].category == asked.category]
    draft = next((each for each in mine if each.state == DRAFT and each.questionnaire_id == asked.id), None)
    # Of two handed in within one instant the one to the later version.
    handed_in = [each for each in mine if each.state == SUBMITTED]
    last = max(handed_in, key=lambda each: (each.saved_at, versions[each.questionnaire_id].version), default=None)
    answered = None
    if last is not None and last.valid_until is not None:
        answered = Answered(versions[last.questionnaire_id].version, last.valid_until)
    begun = draft or last
    return Owed(
        questionnaire=asked,
        state=reply_state(asked.version, answered, at, has_draft=draft is not None),
        answers={} if begun is None else carried(asked.questions, begun.answers),
        last=last,
        answered=None if last is None else versions[last.questionnaire_id],
    )


async def _ask(world: World, tx: AsyncConnection, category: str) -> None:
    found = await store.list_candidates(tx, category, world.clock.now())
    people = await identity_store.list_supplier_accounts(world, tx, [each.id for each in found])
    accounts = [person.id for person in people]
    await insert_notices(world, tx, accounts=accounts, kind=NoticeKind.QUESTIONNAIRE_WAITING, params={})


def _named(asked: Questionnaire) -> dict[str, str | int]:
    return {
        "questionnaire": asked.id,
        "category": asked.category,
        "version": asked.version,
        "asked_at": instant(asked.made_at),
    }
