"""Answers: drafted by the purchaser, in `strict` approved by a second person, published to all at a fixed time.

There is no answer to one supplier: an answer names a question and no recipient (attacks.md C04).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.approvals.store import NewProposal, insert_proposal
from app.domain.approving import ProposalKind
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.questioning import (
    AnswerState,
    answer_digest,
    decide_answering,
    finished,
    rules_of,
    suggests_amendment,
)
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import reach_tender
from app.identity.seats import take_seat
from app.infra.errors import not_found
from app.tenders import question_store, store
from app.tenders.entering import enter, names_of, refuse, tell_staff
from app.tenders.question_scans import decide_answer
from app.tenders.question_store import Answer
from app.tenders.questions import wait_for_batch

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.approvals.store import Proposal
    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.question_store import Question
    from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """Both texts, the version that was read (0: there was none), and whether it is finished."""

    zh: str
    en: str
    version: int
    is_finished: bool
    amounts_checked: bool


async def draft_answer(
    world: World, actor: Actor, tender_id: str, question_id: str, command: DraftAnswer
) -> Answer | Refusal:
    """Write an answer. Finished, it waits for the second person (`strict`) or the next fixed time (`lean`).

    Refuses CHANGED_SINCE, ALREADY_DECIDED, NOT_ALLOWED_HERE; a finished one also INCOMPLETE without both languages, and
    LEAK.
    """
    async with world.db.transaction() as tx:
        await reach_tender(tx, actor, tender_id, Role.PURCHASER)
        tender = await store.lock_tender(tx, tender_id)
        asked = await question_store.load_question(tx, tender_id, question_id)
        if asked.released_at is None or tender.frozen is None:
            raise not_found()
        held = (await question_store.list_answers(tx, tender_id)).get(question_id)
        versions = (command.version, 0 if held is None else held.version)
        refusal = decide_answering(tender.state, asked.state, None if held is None else held.state, versions=versions)
        if refusal is None and command.is_finished:
            refusal = await _decide_finished(world, tx, tender_id, command)
        if refusal is not None:
            return await refuse(world, tx, actor, Role.PURCHASER, tender_id=tender_id, act="answer", refusal=refusal)
        await take_seat(tx, actor.account_id, tender_id, Role.PURCHASER)
        made = _made(asked, command, finished(rules_of(tender.frozen).profile), versions[1] + 1)
        await question_store.put_answer(tx, made)
        data = {"question": question_id, "digest": made.digest, "finished": command.is_finished}
        await enter(world, tx, tender_id, Kind.ANSWER_DRAFTED, data, **actor.entry_fields(Role.PURCHASER))
        if made.state is AnswerState.PENDING:
            await _propose(world, tx, actor, tender, asked, made)
        if made.state is AnswerState.READY:
            await wait_for_batch(world, tx, tender)
        return made


async def _decide_finished(world: World, tx: AsyncConnection, tender_id: str, command: DraftAnswer) -> Refusal | None:
    texts = {"zh": command.zh, "en": command.en}
    missing = {name: "MISSING_VALUE" for name, text in texts.items() if not text.strip()}
    if missing:
        return Refusal(Code.INCOMPLETE, missing)
    return await decide_answer(world, tx, tender_id, texts, amounts_checked=command.amounts_checked)


def _made(asked: Question, command: DraftAnswer, done: AnswerState, version: int) -> Answer:
    digest = answer_digest(asked.id, text=asked.shown or "", zh=command.zh, en=command.en)
    state = done if command.is_finished else AnswerState.DRAFT
    return Answer(asked.id, asked.tender_id, command.zh, command.en, state, version, digest)


async def _propose(
    world: World, tx: AsyncConnection, actor: Actor, tender: Tender, asked: Question, made: Answer
) -> None:
    texts = {"text": asked.shown or "", "zh": made.zh, "en": made.en}
    change: dict[str, Any] = {"tender": tender.id, "question": asked.id, **texts, "digest": made.digest}
    hint = suggests_amendment(made.zh, made.en)
    new = NewProposal(
        kind=ProposalKind.ANSWER,
        subject_kind="question",
        subject_id=asked.id,
        chain=tender.chain,
        change=change,
        summary={**names_of(tender), **texts, "suggests_amendment": hint},
        tender=tender.id,
    )
    await insert_proposal(world, tx, new, actor, Role.PURCHASER)
    await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)


async def approve_answer(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Let this very text out at the next fixed time: the effect of `answer.publish`."""
    tender, held = await _subject(tx, proposal)
    if held is None or held.state is not AnswerState.PENDING or held.digest != proposal.change["digest"]:
        return Refusal(Code.CHANGED_SINCE)
    asked = await question_store.load_question(tx, tender.id, held.question_id)
    refusal = decide_answering(tender.state, asked.state, held.state, versions=(held.version, held.version))
    if refusal is not None:
        return refusal
    await question_store.put_answer(tx, replace(held, state=AnswerState.READY, version=held.version + 1))
    data = {"question": held.question_id, "digest": held.digest, "proposal": proposal.id}
    await enter(world, tx, tender.id, Kind.ANSWER_APPROVED, data, **actor.entry_fields(Role.APPROVER))
    await wait_for_batch(world, tx, tender)
    return None


async def return_answer(_world: World, tx: AsyncConnection, _actor: Actor, proposal: Proposal) -> Refusal | None:
    """A refused text is a draft again."""
    _, held = await _subject(tx, proposal)
    if held is not None and held.state is AnswerState.PENDING and held.digest == proposal.change["digest"]:
        await question_store.put_answer(tx, replace(held, state=AnswerState.DRAFT, version=held.version + 1))
    return None


async def _subject(tx: AsyncConnection, proposal: Proposal) -> tuple[Tender, Answer | None]:
    tender = await store.lock_tender(tx, str(proposal.tender))
    return tender, (await question_store.list_answers(tx, tender.id)).get(proposal.subject_id)
