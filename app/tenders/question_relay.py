"""The relay: held questions are redacted, merged or returned; who asked is known to nobody here (VISIBILITY.md 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.domain.kinds import Kind
from app.domain.questioning import (
    QuestionState,
    ReturnReason,
    answer_digest,
    decide_merging,
    decide_relaying,
    relay_of,
    rules_of,
)
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import reach_tender
from app.identity.seats import find_clash, take_seat
from app.infra.errors import not_found
from app.tenders import question_store, store
from app.tenders.entering import enter
from app.tenders.question_scans import decide_clean
from app.tenders.questions import wait_for_batch

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.question_store import Question
    from app.tenders.store import Tender


class RelayAct(StrEnum):
    """What the relay does with a held question."""

    RELEASE = "release"
    RETURN = "return"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Relayed:
    """The relay's word: the redacted text, the reason, or the question it goes into."""

    act: RelayAct
    text: str = ""
    reason: ReturnReason | None = None
    into: str = ""


async def reach_relay(tx: AsyncConnection, actor: Actor, tender: Tender) -> Role:
    """The hat under which somebody relays in this tender; the one 404 for everybody else."""
    if tender.frozen is None:
        raise not_found()
    hat = await reach_tender(tx, actor, tender.id, relay_of(rules_of(tender.frozen).profile))
    if await find_clash(tx, actor.account_id, tender.id, hat) is not None:
        raise not_found()
    return hat


async def relay_question(
    world: World, actor: Actor, tender_id: str, question_id: str, command: Relayed
) -> Question | Refusal:
    """Release a redacted text, return a question, or merge it into another. Refuses LEAK with what is still in it.

    A refusal is not journaled: the purchaser reads those of the tender, and would learn that something is held.
    """
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        hat = await reach_relay(tx, actor, tender)
        found = await question_store.load_question(tx, tender_id, question_id)
        # What waits for its batch has not reached anybody yet.
        if found.state is QuestionState.WAITING:
            raise not_found()
        refusal = decide_relaying(tender.state, found.state) or await _decide(world, tx, found, command)
        if refusal is not None:
            return refusal
        kind, values, told = _effect(found, command)
        await question_store.set_question(tx, found.id, **values)
        await take_seat(tx, actor.account_id, tender_id, hat)
        await enter(world, tx, tender_id, kind, {"question": found.id, **told}, **actor.entry_fields(hat))
        if kind is Kind.QUESTION_CLEARED:
            await wait_for_batch(world, tx, tender)
        return await question_store.load_question(tx, tender_id, found.id)


async def _decide(world: World, tx: AsyncConnection, one: Question, command: Relayed) -> Refusal | None:
    match command.act:
        case RelayAct.RELEASE:
            if not command.text.strip():
                return Refusal(Code.INCOMPLETE, {"text": "MISSING_VALUE"})
            return await decide_clean(world, tx, one.tender_id, command.text)
        case RelayAct.RETURN:
            return Refusal(Code.REASON_MISSING) if command.reason is None else None
        case RelayAct.MERGE:
            others = {each.id: each.state for each in await question_store.list_questions(tx, one.tender_id)}
            return decide_merging(others.get(command.into), is_same=command.into == one.id)


def _effect(one: Question, command: Relayed) -> tuple[Kind, dict[str, Any], dict[str, str]]:
    """The entry's kind, what is written, and what the entry tells."""
    match command.act:
        case RelayAct.RELEASE:
            text = command.text.strip()
            digest = answer_digest(one.id, text=text, zh="", en="")
            return Kind.QUESTION_CLEARED, {"state": QuestionState.CLEARED, "shown": text}, {"digest": digest}
        case RelayAct.RETURN:
            reason = "" if command.reason is None else command.reason.value
            return Kind.QUESTION_RETURNED, {"state": QuestionState.RETURNED, "reason": reason}, {"reason": reason}
        case RelayAct.MERGE:
            values = {"state": QuestionState.MERGED, "into_id": command.into}
            return Kind.QUESTION_MERGED, values, {"into": command.into}
