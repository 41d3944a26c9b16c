"""HTTP edge of approvals: the inbox and the decision."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request

from app.approvals import service, store
from app.approvals.schemas import DecideProposal, ProposalView
from app.approvals.store import Proposal
from app.domain.approving import ProposalKind, ProposalState, may_decide
from app.domain.visibility import Role
from app.identity.access import Actor, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["approvals"])
ReaderDep = Annotated[Actor, Depends(staff(Role.APPROVER, Role.PURCHASER, Role.AUDITOR))]
DECIDED = (ProposalState.APPROVED, ProposalState.REFUSED, ProposalState.VOID)


def _is_hidden(actor: Actor, proposal: Proposal) -> bool:
    """An auditor sees no live amount before the lot has closed (VISIBILITY.md d37), so no proposal to void a bid here.

    After the close the timeline and the export show it.
    """
    is_auditor_only = not actor.roles & {Role.APPROVER, Role.PURCHASER}
    return is_auditor_only and proposal.kind is ProposalKind.VOID_BID


def _view(world: World, actor: Actor, proposal: Proposal) -> ProposalView:
    now = world.clock.now()
    is_expired = proposal.state is ProposalState.PENDING and now >= proposal.expires_at
    is_hidden = _is_hidden(actor, proposal)
    refusal = may_decide(proposal.pending, account=actor.account_id, roles=actor.roles, at=now)
    return ProposalView(
        id=proposal.id,
        kind=proposal.kind,
        subject_kind=proposal.subject_kind,
        subject_id=proposal.subject_id,
        tender_id=proposal.tender,
        summary={} if is_hidden else dict(proposal.summary),
        change={} if is_hidden else dict(proposal.change),
        change_hash=proposal.change_hash,
        state=ProposalState.EXPIRED if is_expired else proposal.state,
        proposed_at=proposal.proposed_at,
        expires_at=proposal.expires_at,
        proposer_role=proposal.proposer_role,
        is_mine=proposal.proposed_by == actor.account_id,
        can_decide=refusal is None,
        decided_at=proposal.decided_at,
        reason=proposal.reason,
    )


@router.get("/approvals")
async def list_approvals(world: WorldDep, actor: ReaderDep, *, decided: bool = False) -> list[ProposalView]:
    """What waits for a second person; with ``decided`` what was decided."""
    async with world.db.snapshot() as tx:
        proposals = await store.list_proposals(tx, states=DECIDED if decided else (ProposalState.PENDING,))
    return [_view(world, actor, proposal) for proposal in proposals]


@router.get("/approvals/{proposal_id}")
async def read_approval(proposal_id: str, world: WorldDep, actor: ReaderDep) -> ProposalView:
    """One proposal with its exact change."""
    async with world.db.snapshot() as tx:
        return _view(world, actor, await store.load_proposal(tx, proposal_id))


@router.post("/approvals/{proposal_id}/decision")
async def decide_approval(
    proposal_id: str, body: DecideProposal, request: Request, world: WorldDep, actor: ReaderDep
) -> ProposalView:
    """Approve or refuse; the rule decides who may."""
    effects = cast("service.Effects", request.app.state.effects)
    decided = await service.decide_proposal(
        world, actor, proposal_id=proposal_id, verdict=body.verdict, reason=body.reason, effects=effects
    )
    return _view(world, actor, answer(decided))
