"""Proposals as rows, and the one way to make one (insert_proposal journals it too)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.tables import proposal
from app.domain.approving import OF_AUDITORS, Pending, ProposalKind, ProposalState, change_hash
from app.domain.grouping import GroupHat
from app.domain.kinds import Kind
from app.domain.refusals import Refusal
from app.domain.visibility import Role
from app.identity.access import Actor
from app.identity.seats import take_seat
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A change that needs a second person. ``change`` is the exact change; ``summary`` is what the approver reads."""

    kind: ProposalKind
    subject_kind: str
    subject_id: str
    chain: str
    change: Mapping[str, Any]
    summary: Mapping[str, Any]
    tender: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stored proposal."""

    id: str
    kind: ProposalKind
    subject_kind: str
    subject_id: str
    tender: str | None
    chain: str
    change: Mapping[str, Any]
    change_hash: str
    summary: Mapping[str, Any]
    state: ProposalState
    proposed_by: str
    proposer_role: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None

    @property
    def pending(self) -> Pending:
        """What the rule of domain/approving.py looks at."""
        asked = str(self.change.get("requested_by", ""))
        of_project = self.kind in (ProposalKind.PROJECT, ProposalKind.BUDGET)
        favours = asked if of_project else self.subject_id if self.kind is ProposalKind.ROLES else ""
        group = self.change.get("group", ()) if of_project else ()
        named = {str(one["account"]): one["hat"] for one in group}
        decider = next((who for who, hat in named.items() if hat == GroupHat.DECISION_MAKER), "")
        seated = frozenset(named) - {decider}
        return Pending(self.kind, self.state, self.proposed_by, self.expires_at, favours, decider, seated)


# Applies an approved (or undoes a refused) change inside the approval's transaction; the room of the subject
# provides it.
Effect = Callable[[World, AsyncConnection, Actor, Proposal], Awaitable[Refusal | None]]


def _proposal(row: Any) -> Proposal:
    values = {name: getattr(row, name) for name in Proposal.__slots__}
    values["kind"] = ProposalKind(row.kind)
    values["state"] = ProposalState(row.state)
    return Proposal(**values)


async def insert_proposal(world: World, tx: AsyncConnection, new: NewProposal, actor: Actor, hat: Role) -> Proposal:
    """Store a proposal valid for 24 h and append approval.proposed to its chain. An older pending one of the same kind
    and subject becomes void: what is approved is always the newest change. Problem 409 EXCLUSIVE_ROLES for whoever has
    worn a hat in the tender that excludes this one."""
    now = world.clock.now()
    await take_seat(tx, actor.account_id, new.tender, hat)
    same = (proposal.c.kind == new.kind.value, proposal.c.subject_id == new.subject_id, proposal.c.state == "pending")
    await tx.execute(update(proposal).where(*same).values(state=ProposalState.VOID.value))
    proposal_id = world.ids.new()
    bound = change_hash(new.change)
    await tx.execute(
        insert(proposal).values(
            id=proposal_id,
            kind=new.kind.value,
            subject_kind=new.subject_kind,
            subject_id=new.subject_id,
            tender=new.tender,
            chain=new.chain,
            change=dict(new.change),
            change_hash=bound,
            summary=dict(new.summary),
            state=ProposalState.PENDING.value,
            proposed_by=actor.account_id,
            proposer_role=hat.value,
            proposed_at=now,
            expires_at=now + timedelta(hours=world.settings.approval_hours),
        )
    )
    data = {"proposal": proposal_id, "kind": new.kind.value, "subject": new.subject_id, "change_hash": bound}
    fields = actor.entry_fields(hat)
    await append(world, tx, NewEntry(new.chain, Kind.APPROVAL_PROPOSED, data, tender=new.tender, **fields))
    return await load_proposal(tx, proposal_id)


async def void_proposal(tx: AsyncConnection, proposal_id: str) -> bool:
    """Take back a proposal that waits still; whether it did."""
    waits = (proposal.c.id == proposal_id, proposal.c.state == ProposalState.PENDING.value)
    done = await tx.execute(update(proposal).where(*waits).values(state=ProposalState.VOID.value))
    return bool(done.rowcount)


async def load_proposal(tx: AsyncConnection, proposal_id: str) -> Proposal:
    """A proposal by id; the one 404 where absent."""
    row = (await tx.execute(select(proposal).where(proposal.c.id == proposal_id))).first()
    if row is None:
        raise not_found()
    return _proposal(row)


async def lock_proposal(tx: AsyncConnection, proposal_id: str) -> Proposal:
    """A proposal by id, its row locked until the transaction ends; the one 404 where absent."""
    row = (await tx.execute(select(proposal).where(proposal.c.id == proposal_id).with_for_update())).first()
    if row is None:
        raise not_found()
    return _proposal(row)


async def find_latest(tx: AsyncConnection, *, kind: ProposalKind, subject_id: str) -> Proposal | None:
    """The newest proposal of a kind about a subject, whatever its state."""
    query = select(proposal).where(proposal.c.kind == kind.value, proposal.c.subject_id == subject_id)
    row = (await tx.execute(query.order_by(proposal.c.proposed_at.desc(), proposal.c.id).limit(1))).first()
    return None if row is None else _proposal(row)


async def find_earlier(tx: AsyncConnection, later: Proposal) -> Proposal | None:
    """The proposal of the same kind about the same subject that came before this one."""
    same = (proposal.c.kind == later.kind.value, proposal.c.subject_id == later.subject_id)
    before = (proposal.c.proposed_at < later.proposed_at, proposal.c.id != later.id)
    query = select(proposal).where(*same, *before).order_by(proposal.c.proposed_at.desc(), proposal.c.id).limit(1)
    row = (await tx.execute(query)).first()
    return None if row is None else _proposal(row)


async def list_proposals(tx: AsyncConnection, *, states: Sequence[ProposalState], limit: int = 200) -> list[Proposal]:
    """Proposals in any of the states, newest first."""
    query = select(proposal).where(proposal.c.state.in_([state.value for state in states]))
    return [_proposal(row) for row in await tx.execute(query.order_by(proposal.c.proposed_at.desc()).limit(limit))]


async def list_for_tender(tx: AsyncConnection, tender_id: str) -> list[Proposal]:
    """Proposals about a tender, newest first, but for the auditor's about the vault."""
    query = select(proposal).where(proposal.c.tender == tender_id).order_by(proposal.c.proposed_at.desc())
    return [_proposal(row) for row in await tx.execute(query) if row.kind not in OF_AUDITORS]


async def list_of_kind(tx: AsyncConnection, kind: ProposalKind, tender_id: str) -> list[Proposal]:
    """The proposals of one kind about a tender, newest first."""
    query = select(proposal).where(proposal.c.tender == tender_id, proposal.c.kind == kind.value)
    return [_proposal(row) for row in await tx.execute(query.order_by(proposal.c.proposed_at.desc()))]


async def set_decided(
    tx: AsyncConnection, proposal_id: str, *, state: ProposalState, decided_by: str, decided_at: datetime, reason: str
) -> None:
    """Write the decision onto the proposal."""
    await tx.execute(
        update(proposal)
        .where(proposal.c.id == proposal_id)
        .values(state=state.value, decided_by=decided_by, decided_at=decided_at, reason=reason)
    )
