"""A supplier asks; at the fixed times what was asked goes on, and what was answered goes to all (VISIBILITY.md 5).

The instant of asking is in no entry and no column: the journal is told at the next fixed time, in random order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.questioning import (
    AnswerState,
    QuestionState,
    commitment,
    decide_asking,
    decide_quota,
    next_batch,
    relay_of,
    rules_of,
    take_in,
)
from app.domain.tendering import AMENDABLE_STATES
from app.domain.timetable import load_zone
from app.domain.visibility import Role
from app.identity.access import reach_tender
from app.infra.errors import not_found
from app.infra.web import instant_text
from app.tenders import question_store, store
from app.tenders.entering import enter, tell_invited, tell_staff
from app.tenders.question_scans import find_in_question
from app.tenders.question_store import Asker, Question

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.domain.refusals import Refusal
    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.store import Tender

_UNANSWERED = frozenset(QuestionState) - {QuestionState.ANSWERED, QuestionState.RETURNED, QuestionState.MERGED}


async def ask_question(world: World, actor: Actor, tender_id: str, text: str) -> Question | Refusal:
    """Ask. Refuses TOO_LATE after the close of questions, NOT_ALLOWED_HERE, QUOTA_REACHED.

    Not even a refusal is journaled here: an entry's instant would say when somebody asked.
    """
    async with world.db.transaction() as tx:
        await reach_tender(tx, actor, tender_id, Role.SUPPLIER)
        tender = await store.lock_tender(tx, tender_id)
        if tender.frozen is None or tender.response_due_at is None:
            raise not_found()
        now, supplier = world.clock.now(), actor.supplier_id or ""
        own = await question_store.list_own(world, tx, tender_id, supplier)
        refusal = decide_asking(tender.state, rules_of(tender.frozen), due_at=tender.response_due_at, now=now)
        refusal = refusal or decide_quota(sum(one.state in _UNANSWERED for one, _ in own))
        if refusal is not None:
            return refusal
        question_id = world.ids.new()
        new = Question(
            id=question_id,
            tender_id=tender_id,
            state=QuestionState.WAITING,
            is_held=bool(await find_in_question(world, tx, tender_id, text)),
            text_sealed=question_store.seal_text(world, question_id, text=text, salt=world.ids.new()),
            asker_sealed=question_store.seal_asker(world, question_id, Asker(supplier, actor.account_id, now)),
        )
        await question_store.insert_question(world, tx, new)
        await wait_for_batch(world, tx, tender)
        return new


def batch_after(tender: Tender, at: datetime) -> datetime:
    """The next fixed time of a published tender."""
    assert tender.frozen is not None
    zone = load_zone(tender.time_zone)
    assert zone is not None  # it was checked before the document was frozen
    return next_batch(rules_of(tender.frozen), zone, at)


async def wait_for_batch(world: World, tx: AsyncConnection, tender: Tender) -> None:
    """Something waits for the next fixed time. Precondition: the tender's lock."""
    if await question_store.find_next(tx, tender.id) is None:
        await question_store.set_next(tx, tender.id, batch_after(tender, world.clock.now()))


async def turn_batch(world: World, tender_id: str) -> None:
    """Do what a fixed time brings: take in what was asked, hand on what was cleared, publish what is answered.

    Any replica may ask for it; it does nothing the second time.
    """
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        at = await question_store.find_next(tx, tender_id)
        if at is None or at > world.clock.now():
            return
        await question_store.set_next(tx, tender_id, None)
        if tender.state in AMENDABLE_STATES:
            await _publish(world, tx, tender, at)
            await _take_in(world, tx, tender, at)
    world.bell.ring(f"tender:{tender_id}")


async def _take_in(world: World, tx: AsyncConnection, tender: Tender, at: datetime) -> None:
    assert tender.frozen is not None
    profile = rules_of(tender.frozen).profile
    waiting = await question_store.list_questions(tx, tender.id, states=[QuestionState.WAITING, QuestionState.CLEARED])
    held = released = 0
    for one in world.ids.shuffled(waiting):
        state, text = QuestionState.RELEASED, one.shown
        if one.state is QuestionState.WAITING:
            text, salt = question_store.open_text(world, one)
            data: dict[str, Any] = {"question": one.id, "digest": commitment(salt, text), "held": one.is_held}
            await enter(world, tx, tender.id, Kind.QUESTION_ASKED, data, actor_role=Role.SUPPLIER.value)
            state = take_in(profile, is_clean=not one.is_held)
        if state is QuestionState.RELEASED:
            released += 1
            await question_store.set_question(tx, one.id, state=state, shown=text, released_at=at)
            data = {"question": one.id, "text": text, "batch": instant_text(at)}
            await enter(world, tx, tender.id, Kind.QUESTION_RELEASED, data)
        else:
            held += 1
            await question_store.set_question(tx, one.id, state=state)
    if released:
        await tell_staff(world, tx, tender, NoticeKind.QUESTIONS_WAITING, Role.PURCHASER)
    if held:
        await tell_staff(world, tx, tender, NoticeKind.QUESTIONS_HELD, relay_of(profile))


async def _publish(world: World, tx: AsyncConnection, tender: Tender, at: datetime) -> None:
    """Publish every answer that is ready, to all participants in one batch of notices."""
    answers = await question_store.list_answers(tx, tender.id)
    ready = [each for each in answers.values() if each.state is AnswerState.READY]
    for one in world.ids.shuffled(ready):
        asked = await question_store.load_question(tx, tender.id, one.question_id)
        await question_store.publish_answer(tx, one, at)
        data = {
            "question": one.question_id,
            "text": asked.shown,
            "zh": one.zh,
            "en": one.en,
            "digest": one.digest,
            "batch": instant_text(at),
        }
        await enter(world, tx, tender.id, Kind.ANSWER_PUBLISHED, data)
    if ready:
        await tell_invited(world, tx, tender, NoticeKind.ANSWERS_PUBLISHED)
