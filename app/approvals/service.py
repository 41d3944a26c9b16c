"""Deciding a proposal: the rule, the effect of the subject's room, the entry, one commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store
from app.approvals.store import Effect, Proposal
from app.domain.approving import ProposalKind, ProposalState, Verdict, decide
from app.domain.entries import Kind
from app.domain.refusals import Refusal
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append

_ENTRY_KINDS = {
    ProposalState.APPROVED: Kind.APPROVAL_GRANTED,
    ProposalState.REFUSED: Kind.APPROVAL_REFUSED,
    ProposalState.VOID: Kind.APPROVAL_VOIDED,
}


@dataclass(frozen=True, slots=True)
class Effects:
    """What the rooms do when a proposal of a kind is approved or refused; put together by main.py."""

    approved: Mapping[ProposalKind, Effect]
    refused: Mapping[ProposalKind, Effect] = field(default_factory=dict)


async def decide_proposal(
    world: World, actor: Actor, *, proposal_id: str, verdict: Verdict, reason: str, effects: Effects
) -> Proposal | Refusal:
    """Approve or refuse a proposal. On approval the change is applied in the same transaction.

    Refuses what domain/approving.py refuses (each refusal is journaled); CHANGED_SINCE and whatever else the effect
    refuses makes the proposal void.
    """
    async with world.db.transaction() as tx:
        proposal = await store.lock_proposal(tx, proposal_id)
        decided = decide(
            proposal.pending,
            account=actor.account_id,
            roles=actor.roles,
            verdict=verdict,
            reason=reason,
            at=world.clock.now(),
        )
        if isinstance(decided, Refusal):
            await _note(world, tx, actor, proposal, Kind.APPROVAL_DENIED, {"code": decided.code.value})
            return decided
        return await _apply(world, tx, actor, proposal, decided, reason.strip(), effects)


async def _apply(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    proposal: Proposal,
    decided: ProposalState,
    reason: str,
    effects: Effects,
) -> Proposal | Refusal:
    table = effects.approved if decided is ProposalState.APPROVED else effects.refused
    effect = table.get(proposal.kind)
    # The approval stands before its effect in the chain: verify asks for it (JOURNAL.md section 4, "state rules").
    if decided is ProposalState.APPROVED and effect is not None:
        savepoint = await tx.begin_nested()
        await _note(world, tx, actor, proposal, Kind.APPROVAL_GRANTED, {"reason": reason})
        refusal = await effect(world, tx, actor, proposal)
        if refusal is not None:
            await savepoint.rollback()
            await _store(world, tx, actor, proposal, ProposalState.VOID, refusal.code.value)
            await _note(world, tx, actor, proposal, Kind.APPROVAL_VOIDED, {"code": refusal.code.value})
            return refusal
        await savepoint.commit()
        await _store(world, tx, actor, proposal, decided, reason)
        return await store.load_proposal(tx, proposal.id)
    await _store(world, tx, actor, proposal, decided, reason)
    await _note(world, tx, actor, proposal, _ENTRY_KINDS[decided], {"reason": reason})
    written = await store.load_proposal(tx, proposal.id)
    if effect is not None:
        await effect(world, tx, actor, written)
    return written


async def _store(
    world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal, state: ProposalState, reason: str
) -> None:
    await store.set_decided(
        tx, proposal.id, state=state, decided_by=actor.account_id, decided_at=world.clock.now(), reason=reason
    )


async def _note(
    world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal, kind: Kind, extra: Mapping[str, str]
) -> None:
    data = {
        "proposal": proposal.id,
        "kind": proposal.kind.value,
        "subject": proposal.subject_id,
        "change_hash": proposal.change_hash,
        **extra,
    }
    fields = actor.entry_fields(Role.APPROVER if Role.APPROVER in actor.roles else min(actor.roles))
    await append(world, tx, NewEntry(proposal.chain, kind, data, tender=proposal.tender, **fields))
