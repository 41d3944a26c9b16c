"""How a tender ends early or goes on with too few: cancellation, the response deadline, the approved continuation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, assert_never

from app.approvals.store import NewProposal, insert_proposal
from app.domain.approving import ProposalKind
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.noticing import NoticeKind
from app.domain.process import Fact
from app.domain.refusals import Code, Refusal
from app.domain.tendering import (
    Act,
    Continuation,
    Deadline,
    DeadlineVerdict,
    TenderState,
    decide_continuation,
    decide_deadline,
    decide_move,
)
from app.domain.visibility import Role
from app.tenders import store
from app.tenders.entering import enter, refuse, respond_by, tell_invited, tell_staff
from app.tenders.participations import list_accepted_tags
from app.tenders.projecting import note_project

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.approvals.store import Proposal
    from app.domain.tendering import DeadlineDecision
    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.store import Tender

# One reminder to all who are invited, answered or not: a notice to the silent ones alone would name them (d11).
REMIND_BEFORE = timedelta(hours=24)
# A tender with less time than this was announced only a moment ago.
SHORTEST_TO_REMIND = timedelta(hours=48)


async def cancel_tender(world: World, actor: Actor, tender_id: str, reason: str) -> Proposal | Refusal | None:
    """Propose the cancellation of a published tender; a draft, of which nobody was told, is dropped at once (None)."""
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        after = decide_move(tender.state, Act.CANCEL)
        if isinstance(after, Refusal):
            return await refuse(world, tx, actor, Role.PURCHASER, tender_id=tender_id, act="cancel", refusal=after)
        if tender.state is TenderState.DRAFT:
            await store.set_tender(tx, tender_id, state=after, ended_at=world.clock.now())
            data = {"reason": reason}
            await enter(world, tx, tender_id, Kind.TENDER_CANCELLED, data, **actor.entry_fields(Role.PURCHASER))
            return None
        return await _propose(world, tx, actor, tender, ProposalKind.CANCEL, reason)


async def cancel_approved(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Cancel: the effect of `tender.cancel`. What was not opened stays unopened (VISIBILITY.md, "Cancelled")."""
    tender = await store.lock_tender(tx, proposal.subject_id)
    after = decide_move(tender.state, Act.CANCEL)
    if isinstance(after, Refusal):
        return after
    now = world.clock.now()
    await store.set_tender(tx, tender.id, state=after, ended_at=now, edited_at=now)
    data = {"reason": proposal.change["reason"], "proposal": proposal.id}
    await enter(world, tx, tender.id, Kind.TENDER_CANCELLED, data, **actor.entry_fields(Role.APPROVER))
    await tell_invited(world, tx, tender, NoticeKind.TENDER_CANCELLED, reason=proposal.change["reason"])
    await note_project(world, tx, tender, Fact.TENDER_ENDED)
    return None


async def continue_tender(world: World, actor: Actor, tender_id: str, reason: str) -> Proposal | Refusal:
    """Propose to go on though too few accepted. Refuses unless that is the open question."""
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        refusal = _may_continue(tender, world.clock.now())
        if refusal is not None:
            return await refuse(world, tx, actor, Role.PURCHASER, tender_id=tender_id, act="continue", refusal=refusal)
        return await _propose(world, tx, actor, tender, ProposalKind.CONTINUE, reason)


async def continue_approved(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Go on with too few: the effect of `tender.continue`."""
    tender = await store.lock_tender(tx, proposal.subject_id)
    refusal = _may_continue(tender, world.clock.now())
    if refusal is not None:
        return refusal
    await store.set_tender(tx, tender.id, continuation=Continuation.GRANTED, edited_at=world.clock.now())
    data = {"reason": proposal.change["reason"], "proposal": proposal.id}
    await enter(world, tx, tender.id, Kind.TENDER_CONTINUED, data, **actor.entry_fields(Role.APPROVER))
    return None


async def keep_deadline(world: World, tender_id: str) -> DeadlineVerdict:
    """Do what the response deadline brings, once: asked by any timekeeper, decided under the lock."""
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        now = world.clock.now()
        if tender.state is TenderState.RESPONSE_CLOSED and tender.continuation is Continuation.NEEDED:
            if tender.opens_at is None or now < tender.opens_at:
                return DeadlineVerdict.WAIT
            await fail_tender(world, tx, tender)
            return DeadlineVerdict.FAIL
        if tender.state is not TenderState.RESPONDING or tender.response_due_at is None or tender.opens_at is None:
            return DeadlineVerdict.WAIT
        joined = len(await list_accepted_tags(world, tx, tender_id))
        decision = decide_deadline(_deadline(tender), now=now, joined=joined, min_bidders=tender.min_bidders)
        await _carry_out(world, tx, tender, decision)
        return decision.verdict


async def remind_invited(world: World, tender_id: str) -> bool:
    """Remind everybody of the deadline, once, a day before it; true if it was done now."""
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        if tender.state is not TenderState.RESPONDING or tender.is_reminded or not tender.response_due_at:
            return False
        await store.set_tender(tx, tender_id, is_reminded=True)
        due = respond_by(tender.frozen or {}, tender.response_due_at)
        await tell_invited(world, tx, tender, NoticeKind.RESPONSE_REMINDER, respond_by=due)
        return True


def _deadline(tender: Tender) -> Deadline:
    assert tender.response_due_at is not None
    assert tender.opens_at is not None
    assert tender.frozen is not None
    extension = timedelta(seconds=tender.frozen["times"]["response_extension_s"])
    return Deadline(tender.response_due_at, tender.opens_at, extension, tender.is_extended)


async def _carry_out(world: World, tx: AsyncConnection, tender: Tender, decision: DeadlineDecision) -> None:
    match decision.verdict:
        case DeadlineVerdict.WAIT:
            return
        case DeadlineVerdict.EXTEND:
            assert decision.due_at is not None
            await _extend(world, tx, tender, decision.due_at)
        case DeadlineVerdict.CLOSE:
            await _close(world, tx, tender, Continuation.NOT_NEEDED)
        case DeadlineVerdict.ASK:
            await _close(world, tx, tender, Continuation.NEEDED)
            await tell_staff(world, tx, tender, NoticeKind.TOO_FEW_BIDDERS, Role.PURCHASER, Role.APPROVER)
        case DeadlineVerdict.FAIL:
            await _close(world, tx, tender, Continuation.NOT_NEEDED)
            await fail_tender(world, tx, await store.load_tender(tx, tender.id))
        case _:
            assert_never(decision.verdict)


async def _extend(world: World, tx: AsyncConnection, tender: Tender, due_at: datetime) -> None:
    assert tender.response_due_at is not None
    await store.set_tender(tx, tender.id, response_due_at=due_at, is_extended=True, is_reminded=True)
    data = {"from": instant_text(tender.response_due_at), "to": instant_text(due_at)}
    await enter(world, tx, tender.id, Kind.RESPONSE_EXTENDED, data)
    due = respond_by(tender.frozen or {}, due_at)
    await tell_invited(world, tx, tender, NoticeKind.RESPONSE_EXTENDED, respond_by=due)


async def _close(world: World, tx: AsyncConnection, tender: Tender, continuation: Continuation) -> None:
    after = decide_move(tender.state, Act.CLOSE_RESPONSES)
    assert not isinstance(after, Refusal)
    await store.set_tender(tx, tender.id, state=after, continuation=continuation)
    data: dict[str, Any] = {"too_few": continuation is Continuation.NEEDED}
    await enter(world, tx, tender.id, Kind.RESPONSE_CLOSED, data)


async def fail_tender(world: World, tx: AsyncConnection, tender: Tender, reason: Code = Code.TOO_FEW_BIDDERS) -> None:
    """End a tender without award, by rule, and tell everybody. Precondition: the caller holds its lock."""
    after = decide_move(tender.state, Act.FAIL)
    assert not isinstance(after, Refusal)
    now = world.clock.now()
    await store.set_tender(tx, tender.id, state=after, ended_at=now, edited_at=now)
    await enter(world, tx, tender.id, Kind.TENDER_UNSUCCESSFUL, {"reason": reason.value})
    await tell_invited(world, tx, tender, NoticeKind.TENDER_UNSUCCESSFUL)
    await tell_staff(world, tx, tender, NoticeKind.TENDER_UNSUCCESSFUL, Role.PURCHASER)
    await note_project(world, tx, tender, Fact.TENDER_ENDED)


def _may_continue(tender: Tender, now: datetime) -> Refusal | None:
    if tender.opens_at is None:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": tender.state.value})
    return decide_continuation(tender.state, tender.continuation, now=now, opens_at=tender.opens_at)


async def _propose(
    world: World, tx: AsyncConnection, actor: Actor, tender: Tender, kind: ProposalKind, reason: str
) -> Proposal:
    new = NewProposal(
        kind=kind,
        subject_kind="tender",
        subject_id=tender.id,
        chain=tender.chain,
        change={"tender": tender.id, "reason": reason},
        summary={
            "reference": tender.reference,
            "title_zh": tender.title_zh,
            "title_en": tender.title_en,
            "reason": reason,
            "state": tender.state.value,
        },
        tender=tender.id,
    )
    proposal = await insert_proposal(world, tx, new, actor, Role.PURCHASER)
    await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
    return proposal
