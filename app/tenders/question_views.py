"""What each hat is shown of questions and answers, by domain/visibility.py (d45 to d48). Reads; writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.contact_filtering import BLACK, black_out
from app.domain.questioning import (
    AnswerState,
    Profile,
    QuestionState,
    ReturnReason,
    commitment,
    decide_asking,
    own_state,
    relay_of,
    rules_of,
    suggests_amendment,
)
from app.domain.tendering import AMENDABLE_STATES
from app.domain.visibility import Datum, Role, may_see
from app.identity.access import reach_tender
from app.infra.errors import not_found
from app.tenders import question_store, store
from app.tenders.question_relay import reach_relay
from app.tenders.question_scans import find_in_question
from app.tenders.question_schemas import (
    DraftAnswerView,
    FindView,
    HeldView,
    MergeTarget,
    OwnQuestionsView,
    OwnQuestionView,
    PublishedView,
    QuestionsView,
    QueuedView,
    QueueView,
    RelayListView,
    RelayTenderView,
    RelayView,
)
from app.tenders.questions import batch_after

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.question_store import Answer, Question
    from app.tenders.store import Tender

# Everybody in a tender reads what is published (d48); the queue is the buyer's, redacted (d47).
READERS = (
    Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR, Role.DESK_RELAY, Role.DESK_HELP, Role.SUPPLIER,
)  # fmt: skip
QUEUE_READERS = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR)
RELAYS = (Role.DESK_RELAY, Role.APPROVER, Role.AUDITOR)


async def _reach(tx: AsyncConnection, actor: Actor, tender_id: str, datum: Datum, *roles: Role) -> tuple[Tender, Role]:
    """A published tender and the hat under which the datum may be seen; the one 404 otherwise."""
    hat = await reach_tender(tx, actor, tender_id, *roles)
    tender = await store.load_tender(tx, tender_id)
    if tender.frozen is None or tender.response_due_at is None or not may_see((hat,), tender.visited, datum):
        raise not_found()
    return tender, hat


async def read_published(world: World, actor: Actor, tender_id: str) -> QuestionsView:
    """The rule, and what is published; the one 404 where absent or forbidden."""
    async with world.db.snapshot() as tx:
        tender, _ = await _reach(tx, actor, tender_id, Datum.ANSWERS, *READERS)
        asked = {one.id: one for one in await question_store.list_questions(tx, tender_id)}
        answers = await question_store.list_answers(tx, tender_id)
    assert tender.frozen is not None
    assert tender.response_due_at is not None
    rules, now = rules_of(tender.frozen), world.clock.now()
    published = [_published(asked[each.question_id], each) for each in answers.values() if each.published_at]
    return QuestionsView(
        tender_id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        profile=rules.profile,
        times=list(rules.times),
        time_zone=tender.time_zone,
        closes_at=rules.closes_at(tender.response_due_at),
        next_at=batch_after(tender, now),
        is_open=_is_open(world, tender),
        # Those of one batch by their random ids: their order tells nothing.
        published=sorted(published, key=lambda one: (one.published_at, one.id)),
    )


def _published(asked: Question, answer: Answer) -> PublishedView:
    assert answer.published_at is not None
    return PublishedView(
        id=asked.id, text=asked.shown or "", zh=answer.zh, en=answer.en, published_at=answer.published_at
    )


def _is_open(world: World, tender: Tender) -> bool:
    assert tender.frozen is not None
    assert tender.response_due_at is not None
    rules, now = rules_of(tender.frozen), world.clock.now()
    return decide_asking(tender.state, rules, due_at=tender.response_due_at, now=now) is None


async def read_own(world: World, actor: Actor, tender_id: str) -> OwnQuestionsView:
    """A supplier's own questions, whoever of its people asked."""
    async with world.db.snapshot() as tx:
        tender, _ = await _reach(tx, actor, tender_id, Datum.QUESTION_AS_ASKED, Role.SUPPLIER)
        own = await question_store.list_own(world, tx, tender_id, actor.supplier_id or "")
        states = {one.id: one.state for one in await question_store.list_questions(tx, tender_id)}
    shown = []
    for one, asker in own:
        text, salt = question_store.open_text(world, one)
        shown.append(
            OwnQuestionView(
                id=one.id,
                text=text,
                asked_at=asker.asked_at,
                state=own_state(one.state, states.get(one.into_id or "")),
                reason=None if one.reason is None else ReturnReason(one.reason),
                commitment=commitment(salt, text),
            )
        )
    return OwnQuestionsView(tender_id=tender.id, can_ask=_is_open(world, tender), questions=shown)


async def read_queue(world: World, actor: Actor, tender_id: str) -> QueueView:
    """What was relayed, with the answers as they stand."""
    async with world.db.snapshot() as tx:
        tender, hat = await _reach(tx, actor, tender_id, Datum.REDACTED_QUESTION, *QUEUE_READERS)
        states = [QuestionState.RELEASED, QuestionState.ANSWERED]
        asked = await question_store.list_questions(tx, tender_id, states=states)
        answers = await question_store.list_answers(tx, tender_id)
    assert tender.frozen is not None
    rows = [_queued(one, answers.get(one.id)) for one in asked]
    return QueueView(
        tender_id=tender.id,
        profile=rules_of(tender.frozen).profile,
        can_answer=hat is Role.PURCHASER and tender.state in AMENDABLE_STATES,
        questions=sorted(rows, key=lambda row: (row.released_at, row.id)),
    )


def _queued(one: Question, answer: Answer | None) -> QueuedView:
    assert one.released_at is not None
    return QueuedView(
        id=one.id, text=one.shown or "", released_at=one.released_at, answer=None if answer is None else _draft(answer)
    )


def _draft(answer: Answer) -> DraftAnswerView:
    return DraftAnswerView(
        zh=answer.zh,
        en=answer.en,
        state=answer.state,
        version=answer.version,
        published_at=answer.published_at,
        suggests_amendment=answer.state is not AnswerState.PUBLISHED and suggests_amendment(answer.zh, answer.en),
    )


async def read_relay(world: World, actor: Actor, tender_id: str) -> RelayView:
    """What is held: as asked for the desk, and for the auditor once the box is closed; for the approver of `lean`, who
    has no right to the original (d45), with the clauses covered that hold a find (d47)."""
    async with world.db.snapshot() as tx:
        tender = await store.load_tender(tx, tender_id)
        hat = await _reach_relay(tx, actor, tender)
        asked = await question_store.list_questions(tx, tender_id)
        waits = QuestionState.WAITING
        seen = [one for one in asked if one.state is not waits and (hat is not Role.APPROVER or one.is_held)]
        rows = [await _held(world, tx, one, is_covered=hat is Role.APPROVER) for one in seen]
    assert tender.frozen is not None
    live = {QuestionState.CLEARED, QuestionState.RELEASED, QuestionState.ANSWERED}
    return RelayView(
        tender_id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        profile=rules_of(tender.frozen).profile,
        can_decide=hat is not Role.AUDITOR and tender.state in AMENDABLE_STATES,
        questions=rows,
        targets=[MergeTarget(id=one.id, text=one.shown or "") for one in asked if one.state in live],
    )


async def _reach_relay(tx: AsyncConnection, actor: Actor, tender: Tender) -> Role:
    if Role.AUDITOR not in actor.roles:
        hat = await reach_relay(tx, actor, tender)
        return hat if may_see((hat,), tender.visited, Datum.REDACTED_QUESTION) else _nobody()
    await _reach(tx, actor, tender.id, Datum.QUESTION_AS_ASKED, Role.AUDITOR)
    return Role.AUDITOR


def _nobody() -> Role:
    raise not_found()


async def _held(world: World, tx: AsyncConnection, one: Question, *, is_covered: bool) -> HeldView:
    text, _ = question_store.open_text(world, one)
    finds = await find_in_question(world, tx, one.tender_id, text)
    found = [] if is_covered else [FindView(kind=find.kind, start=find.start, end=find.end) for find in finds]
    return HeldView(
        id=one.id,
        # A name found at the asking may have left the house since: then nothing of the original is shown.
        text=(black_out(text, finds) if finds else BLACK) if is_covered else text,
        is_covered=is_covered,
        finds=found,
        state=one.state,
        shown=one.shown,
        reason=None if one.reason is None else ReturnReason(one.reason),
    )


async def list_relaying(world: World, actor: Actor) -> RelayListView:
    """The tenders in which the reader relays and something waits for it."""
    rows = []
    async with world.db.snapshot() as tx:
        held = await question_store.list_held(tx)
        for tender in await store.list_by_ids(tx, list(held)):
            assert tender.frozen is not None
            profile = rules_of(tender.frozen).profile
            if relay_of(profile) in actor.roles and await _may_relay(tx, actor, tender):
                rows.append(_relay_row(tender, profile, held[tender.id]))
    return RelayListView(tenders=rows)


async def _may_relay(tx: AsyncConnection, actor: Actor, tender: Tender) -> bool:
    return tender.state in AMENDABLE_STATES and await reach_relay(tx, actor, tender) in RELAYS


def _relay_row(tender: Tender, profile: Profile, held: int) -> RelayTenderView:
    return RelayTenderView(
        tender_id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        profile=profile,
        held=held,
    )
