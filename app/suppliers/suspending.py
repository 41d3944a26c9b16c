"""Suspension of a supplier and its reinstatement: proposed by one person, approved by another."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import NewProposal, Proposal, insert_proposal
from app.domain.approving import ProposalKind, change_hash
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.identity.access import Actor
from app.infra.world import World
from app.suppliers import dossier_store, store
from app.suppliers.dossier_store import Suspension
from app.suppliers.entering import chain_of, note, note_refused, staff_hat, tell_approvers, tell_supplier

ACTIVE = "active"
SUSPENDED = "suspended"


async def propose_suspension(world: World, actor: Actor, supplier_id: str, reason: str) -> Proposal | Refusal:
    """Put a suspension before a second person. Refuses SUPPLIER_SUSPENDED where one stands already."""
    return await _propose(world, actor, supplier_id, reason, kind=ProposalKind.SUSPEND)


async def propose_reinstatement(world: World, actor: Actor, supplier_id: str, reason: str) -> Proposal | Refusal:
    """Put the end of a suspension before a second person. Refuses NOT_SUSPENDED where none stands."""
    return await _propose(world, actor, supplier_id, reason, kind=ProposalKind.REINSTATE)


async def suspend(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Effect of an approved suspension: no invitation and no bid from now on."""
    held = await store.lock_supplier(tx, proposal.subject_id)
    reason = str(proposal.change["reason"])
    if change_hash(_change(held, reason, ProposalKind.SUSPEND)) != proposal.change_hash:
        return Refusal(Code.CHANGED_SINCE)
    new = Suspension(
        id=world.ids.new(),
        supplier_id=held.id,
        reason=reason,
        started_at=world.clock.now(),
        proposal_id=proposal.id,
        lifted_at=None,
        lifted_reason=None,
        lifting_proposal_id=None,
    )
    await dossier_store.insert_suspension(tx, new)
    await store.set_supplier(tx, held.id, state=SUSPENDED)
    await tell_supplier(world, tx, held.id, NoticeKind.SUPPLIER_SUSPENDED, {})
    await note(world, tx, actor, held.id, Kind.SUPPLIER_SUSPENDED, {"suspension": new.id, "reason": reason})
    return None


async def reinstate(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Effect of an approved reinstatement: the certification counts again as far as it is still valid."""
    held = await store.lock_supplier(tx, proposal.subject_id)
    reason = str(proposal.change["reason"])
    if change_hash(_change(held, reason, ProposalKind.REINSTATE)) != proposal.change_hash:
        return Refusal(Code.CHANGED_SINCE)
    await dossier_store.lift_suspension(tx, held.id, reason=reason, proposal_id=proposal.id, at=world.clock.now())
    await store.set_supplier(tx, held.id, state=ACTIVE)
    await tell_supplier(world, tx, held.id, NoticeKind.SUPPLIER_REINSTATED, {})
    await note(world, tx, actor, held.id, Kind.SUPPLIER_REINSTATED, {"reason": reason})
    return None


async def _propose(
    world: World, actor: Actor, supplier_id: str, reason: str, *, kind: ProposalKind
) -> Proposal | Refusal:
    async with world.db.transaction() as tx:
        held = await store.lock_supplier(tx, supplier_id)
        refusal = _bar(held, kind)
        if refusal is not None:
            return await note_refused(world, tx, actor, kind.value, refusal, supplier_id)
        new = NewProposal(
            kind=kind,
            subject_kind="supplier",
            subject_id=supplier_id,
            chain=chain_of(supplier_id),
            change=_change(held, reason, kind),
            summary={"name_zh": held.name_zh, "name_en": held.name_en, "reason": reason},
        )
        await tell_approvers(world, tx)
        return await insert_proposal(world, tx, new, actor, staff_hat(actor))


def _bar(held: store.Supplier, kind: ProposalKind) -> Refusal | None:
    if kind is ProposalKind.SUSPEND and held.is_suspended:
        return Refusal(Code.SUPPLIER_SUSPENDED)
    if kind is ProposalKind.REINSTATE and not held.is_suspended:
        return Refusal(Code.NOT_SUSPENDED)
    return None


def _change(held: store.Supplier, reason: str, kind: ProposalKind) -> dict[str, Any]:
    """The exact change an approver signs; the state before is in it, so a change of state in between voids it."""
    return {
        "act": kind.value,
        "supplier": held.id,
        "name_zh": held.name_zh,
        "name_en": held.name_en,
        "credit_code": held.credit_code,
        "state_before": held.state,
        "reason": reason,
    }
