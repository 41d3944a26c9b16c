"""HTTP edge of approvals: the inbox and the decision."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request

from app.approvals import service, store
from app.approvals.granting import list_names
from app.approvals.schemas import DecideProposal, ProposalView
from app.approvals.store import Proposal
from app.domain.approving import OF_AUDITORS, ProposalKind, ProposalState, may_decide
from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.identity.access import Actor, staff, stepped_up
from app.infra.errors import answer, not_found
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["approvals"])
ReaderDep = Annotated[Actor, Depends(staff(Role.APPROVER, Role.PURCHASER, Role.AUDITOR))]
NO_NAMES: Mapping[str, str] = MappingProxyType({})
DECIDED = (ProposalState.APPROVED, ProposalState.REFUSED, ProposalState.VOID)


def _is_hidden(actor: Actor, proposal: Proposal) -> bool:
    """An auditor sees no live amount before the lot has closed (VISIBILITY.md d37), so no proposal to void a bid here.

    After the close the timeline and the export show it.
    """
    is_auditor_only = not actor.roles & {Role.APPROVER, Role.PURCHASER}
    return is_auditor_only and proposal.kind is ProposalKind.VOID_BID


def _may_read(actor: Actor, proposal: Proposal) -> bool:
    """The roles of colleagues are between the administrator and the auditor; what an auditor asks of the vault, between
    auditors and approvers until the closed file tells (d49)."""
    if proposal.kind in OF_AUDITORS:
        return bool(actor.roles & {Role.APPROVER, Role.AUDITOR})
    return proposal.kind is not ProposalKind.ROLES or Role.AUDITOR in actor.roles


def _view(world: World, actor: Actor, proposal: Proposal, names: Mapping[str, str] = NO_NAMES) -> ProposalView:
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
        summary={} if is_hidden else _summary(proposal, names),
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


def _summary(proposal: Proposal, names: Mapping[str, str]) -> dict[str, Any]:
    # A colleague's name lies sealed with the account, and in no proposal.
    name = names.get(proposal.subject_id) if proposal.kind is ProposalKind.ROLES else None
    return dict(proposal.summary) | ({"person": name} if name else {})


@router.get("/approvals")
async def list_approvals(world: WorldDep, actor: ReaderDep, *, decided: bool = False) -> list[ProposalView]:
    """What waits for a second person; with ``decided`` what was decided."""
    async with world.db.snapshot() as tx:
        found = await store.list_proposals(tx, states=DECIDED if decided else (ProposalState.PENDING,))
        proposals = [each for each in found if _may_read(actor, each)]
        names = await list_names(world, tx, proposals)
    return [_view(world, actor, proposal, names) for proposal in proposals]


@router.get("/approvals/{proposal_id}")
async def read_approval(proposal_id: str, world: WorldDep, actor: ReaderDep) -> ProposalView:
    """One proposal with its exact change."""
    async with world.db.snapshot() as tx:
        proposal = await store.load_proposal(tx, proposal_id)
        if not _may_read(actor, proposal):
            raise not_found()
        return _view(world, actor, proposal, await list_names(world, tx, [proposal]))


@router.post("/approvals/{proposal_id}/decision", dependencies=[stepped_up(SteppedAct.APPROVE)])
async def decide_approval(
    proposal_id: str, body: DecideProposal, request: Request, world: WorldDep, actor: ReaderDep
) -> ProposalView:
    """Approve or refuse; the rule decides who may."""
    effects = cast("service.Effects", request.app.state.effects)
    decided = await service.decide_proposal(
        world, actor, proposal_id=proposal_id, verdict=body.verdict, reason=body.reason, effects=effects
    )
    return _view(world, actor, answer(decided))
