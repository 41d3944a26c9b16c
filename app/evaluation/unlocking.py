"""Unlocking the scores: the chair asks with a reason, the approver signs, the release of the prices is taken back."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import NewProposal, Proposal, find_latest, insert_proposal
from app.domain.approving import ProposalKind
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import decide_running
from app.domain.unlocking import decide_unlock, unlock_change
from app.domain.visibility import Role
from app.evaluation import panel_store
from app.evaluation.entering import entry_by, note_refused
from app.evaluation.room import Room, lock_room
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import append
from app.live_rounds import basis_store
from app.notices.store import insert_notices
from app.sealed_rounds import store as sealed_store
from app.tenders import store as tender_store
from app.tenders.entering import names_of, tell_staff


async def propose_unlock(world: World, actor: Actor, tender_id: str, reason: str) -> Proposal | Refusal:
    """Ask the approver to unlock the scores. What it is about stands open no longer than the prices stay shut.

    Raises the one 404 for whoever has no seat. Refuses what domain/unlocking.py refuses, and a tender that has ended.
    """
    async with world.db.transaction() as tx:
        room = await lock_room(world, tx, tender_id)
        room.reach_member(actor.account_id)
        refusal = await _decide(tx, room, is_chair=room.chair == actor.account_id, reason=reason)
        if refusal is not None:
            return await note_refused(world, tx, actor, tender_id, hat=Role.EVALUATOR, act="unlock", refusal=refusal)
        assert room.lock is not None, "what is not locked was refused"
        new = NewProposal(
            kind=ProposalKind.UNLOCK,
            subject_kind="tender",
            subject_id=tender_id,
            chain=room.tender.chain,
            change=unlock_change(tender_id, room.lock.locked_at, reason),
            summary={**names_of(room.tender), "reason": reason},
            tender=tender_id,
        )
        proposal = await insert_proposal(world, tx, new, actor, Role.EVALUATOR)
        await tell_staff(world, tx, room.tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
    world.bell.ring(f"tender:{tender_id}")
    return proposal


async def _decide(tx: AsyncConnection, room: Room, *, is_chair: bool, reason: str) -> Refusal | None:
    return decide_running(room.tender.state) or decide_unlock(
        is_chair=is_chair,
        is_locked=room.is_locked,
        is_price_open=await is_price_open(tx, room.tender.id),
        reason=reason,
    )


async def is_price_open(tx: AsyncConnection, tender_id: str) -> bool:
    """Whether the prices of a tender's sealed round have been opened."""
    sealed_round = await tender_store.find_sealed_round(tx, tender_id)
    return sealed_round is not None and await sealed_store.prices_opened_at(tx, sealed_round.id) is not None


async def find_pending(tx: AsyncConnection, tender_id: str, now: datetime) -> Proposal | None:
    """The unlocking that waits for the approver, if any."""
    found = await find_latest(tx, kind=ProposalKind.UNLOCK, subject_id=tender_id)
    is_waiting = found is not None and found.pending.waits(now)
    return found if is_waiting else None


async def unlock_approved(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Apply an approved unlocking: lock, release and frozen points are gone; marks and agreed values stay as they are.

    The opening of the prices is decided under the same lock of the tender: it comes before, and this is refused, or
    finds nothing released.
    """
    room = await lock_room(world, tx, proposal.subject_id)
    reason = str(proposal.change["reason"])
    refusal = await _decide(tx, room, is_chair=True, reason=reason)
    if refusal is not None or room.lock is None:
        return refusal or Refusal(Code.CHANGED_SINCE)
    if dict(proposal.change) != unlock_change(room.tender.id, room.lock.locked_at, reason):
        return Refusal(Code.CHANGED_SINCE)
    sealed_round = await tender_store.find_sealed_round(tx, room.tender.id)
    assert sealed_round is not None, "technical parts come from a sealed round"
    await panel_store.delete_lock(tx, room.tender.id)
    await sealed_store.withdraw_release(tx, sealed_round.id)
    await basis_store.forget_technical(tx, list(room.aliases))
    data = {"lock": room.lock.digest, "reason": reason, "proposal": proposal.id}
    await append(world, tx, entry_by(actor, Role.APPROVER, room.tender.id, Kind.SCORES_UNLOCKED, data))
    seats = [each.account_id for each in room.seated]
    params = {"reference": room.tender.reference}
    kind = NoticeKind.SCORES_UNLOCKED
    await insert_notices(world, tx, accounts=seats, kind=kind, params=params, tender=room.tender.id)
    # Rung before the commit: a page that reads too early reads again at its next poll.
    world.bell.ring(f"tender:{room.tender.id}")
    return None
