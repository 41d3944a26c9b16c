"""Deciding a proposal: the rule, the effect of the subject's room, the entry, one commit."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store
from app.approvals.delegating import find_hands
from app.approvals.store import Effect, Proposal
from app.domain.approving import DECIDERS, ProposalKind, ProposalState, Verdict, decide
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor
from app.identity.seats import find_clash, find_twin, take_seat
from app.infra.world import World
from app.journal.store import NewEntry, append

_ENTRY_KINDS = {
    ProposalState.APPROVED: Kind.APPROVAL_GRANTED,
    ProposalState.REFUSED: Kind.APPROVAL_REFUSED,
    ProposalState.VOID: Kind.APPROVAL_VOIDED,
}


# Whether a higher room lets this person speak on the proposal at all.
Guard = Callable[[World, AsyncConnection, Actor, Proposal], Awaitable[Refusal | None]]


async def _no_guard(_world: World, _tx: AsyncConnection, _actor: Actor, _proposal: Proposal) -> Refusal | None:
    return None


@dataclass(frozen=True, slots=True)
class Effects:
    """What the rooms do when a proposal of a kind is approved or refused, and whom they let speak; put together by
    main.py."""

    approved: Mapping[ProposalKind, Effect]
    refused: Mapping[ProposalKind, Effect] = field(default_factory=dict)
    guard: Guard = _no_guard


async def decide_proposal(
    world: World, actor: Actor, *, proposal_id: str, verdict: Verdict, reason: str, effects: Effects
) -> Proposal | Refusal:
    """Approve or refuse a proposal. On approval the change is applied in the same transaction.

    Refuses what domain/approving.py refuses, one person behind two accounts, and what the guard refuses, as people who
    stand near a party of the tender (each refusal is journaled);
    CHANGED_SINCE and whatever else the effect refuses makes the proposal void.
    """
    async with world.db.transaction() as tx:
        proposal = await store.lock_proposal(tx, proposal_id)
        hands = await find_hands(world, tx, actor.account_id)
        decided = decide(
            proposal.pending,
            account=actor.account_id,
            roles=actor.roles,
            verdict=verdict,
            reason=reason,
            at=world.clock.now(),
            hands=hands,
        )
        if not isinstance(decided, Refusal):
            refusal = await _second_person(world, tx, actor, proposal)
            decided = refusal or await effects.guard(world, tx, actor, proposal) or decided
        if isinstance(decided, Refusal):
            await _note(world, tx, actor, proposal, Kind.APPROVAL_DENIED, {"code": decided.code.value})
            return decided
        await take_seat(tx, actor.account_id, proposal.tender, _hat(actor, proposal))
        return await _apply(world, tx, actor, proposal, decided, reason.strip(), effects)


def _hat(actor: Actor, proposal: Proposal) -> Role:
    """Under which hat a decision is made: the one that may, or whatever the person wears."""
    return min(actor.roles & DECIDERS[proposal.kind] or actor.roles)


async def _second_person(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Whether this is somebody else than who proposed (attacks.md Z02: a second account, the same device), and sat on
    no other side of the tender. Refuses SAME_PERSON, EXCLUSIVE_ROLES."""
    twin = await find_twin(world, tx, actor, proposal.proposed_by)
    if twin is not None:
        return Refusal(Code.SAME_PERSON, {"by": twin})
    return await find_clash(tx, actor.account_id, proposal.tender, _hat(actor, proposal))


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
    named = proposal.pending.decider
    if kind is Kind.APPROVAL_GRANTED and named not in ("", actor.account_id):
        # Under whose name it is approved: a delegate signs as himself.
        data["for"] = named
    fields = actor.entry_fields(_hat(actor, proposal))
    await append(world, tx, NewEntry(proposal.chain, kind, data, tender=proposal.tender, **fields))
