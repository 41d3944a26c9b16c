"""HTTP edge of approvals: the inbox, the decision, and tasks handed over for a time."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Request

from app.approvals import delegating, service, store
from app.approvals.delegating import HandOver
from app.approvals.granting import list_names
from app.approvals.schemas import (
    DecideProposal,
    DelegationView,
    DifferenceView,
    EarlierView,
    HandOverTasks,
    ProposalView,
)
from app.approvals.store import Proposal
from app.domain.approving import OF_AUDITORS, ProposalKind, ProposalState, is_named, may_decide
from app.domain.delegating import DUTIES, Delegation, Hands
from app.domain.differing import MOST_SHOWN, differences
from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.identity.access import Actor, staff, stepped_up
from app.infra.days import today_of
from app.infra.errors import answer, not_found
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["approvals"])
ReaderDep = Annotated[Actor, Depends(staff(Role.APPROVER, Role.PURCHASER, Role.AUDITOR))]
GiverDep = Annotated[Actor, Depends(staff(*DUTIES))]
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


def _view(
    world: World, actor: Actor, proposal: Proposal, hands: Hands, names: Mapping[str, str] = NO_NAMES
) -> ProposalView:
    now = world.clock.now()
    is_expired = proposal.state is ProposalState.PENDING and now >= proposal.expires_at
    is_hidden = _is_hidden(actor, proposal)
    refusal = may_decide(proposal.pending, account=actor.account_id, roles=actor.roles, at=now, hands=hands)
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
        may_approve=refusal is None and is_named(proposal.pending, account=actor.account_id, hands=hands),
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
        hands = await delegating.find_hands(world, tx, actor.account_id)
    return [_view(world, actor, proposal, hands, names) for proposal in proposals]


@router.get("/approvals/{proposal_id}")
async def read_approval(proposal_id: str, world: WorldDep, actor: ReaderDep) -> ProposalView:
    """One proposal with its exact change."""
    async with world.db.snapshot() as tx:
        proposal = await store.load_proposal(tx, proposal_id)
        if not _may_read(actor, proposal):
            raise not_found()
        hands = await delegating.find_hands(world, tx, actor.account_id)
        view = _view(world, actor, proposal, hands, await list_names(world, tx, [proposal]))
        earlier = None if _is_hidden(actor, proposal) else await store.find_earlier(tx, proposal)
        return view if earlier is None else view.model_copy(update={"earlier": _earlier(world, earlier, proposal)})


def _earlier(world: World, before: Proposal, after: Proposal) -> EarlierView:
    """The version before, and where this one differs from it. Whoever reads the one may read the other: the kind
    decides it."""
    found = differences(before.change, after.change)
    is_expired = before.state is ProposalState.PENDING and not before.pending.waits(world.clock.now())
    return EarlierView(
        state=ProposalState.EXPIRED if is_expired else before.state,
        proposed_at=before.proposed_at,
        reason=before.reason,
        differences=[DifferenceView(path=one.path, before=one.before, after=one.after) for one in found[:MOST_SHOWN]],
        left_out=max(0, len(found) - MOST_SHOWN),
    )


@router.post("/approvals/{proposal_id}/decision", dependencies=[stepped_up(SteppedAct.APPROVE)])
async def decide_approval(
    proposal_id: str, body: DecideProposal, request: Request, world: WorldDep, actor: ReaderDep
) -> ProposalView:
    """Approve or refuse; the rule decides who may."""
    effects = cast("service.Effects", request.app.state.effects)
    decided = await service.decide_proposal(
        world, actor, proposal_id=proposal_id, verdict=body.verdict, reason=body.reason, effects=effects
    )
    # It is decided: whose hands are in it matters no more.
    return _view(world, actor, answer(decided), Hands())


@router.get("/delegations")
async def list_delegations(world: WorldDep, actor: GiverDep) -> list[DelegationView]:
    """The tasks one has handed over or taken over."""
    return [_delegation(world, actor, one, name) for one, name in await delegating.list_own(world, actor)]


@router.post("/delegations", status_code=201)
async def hand_over(body: HandOverTasks, world: WorldDep, actor: GiverDep) -> list[DelegationView]:
    """Hand the tasks of one role to a colleague who has that role, for some days."""
    command = HandOver(body.email, Role(body.duty), body.starts_on, body.ends_on)
    answer(await delegating.hand_over(world, actor, command))
    return await list_delegations(world, actor)


@router.post("/delegations/{delegation_id}/end")
async def take_back(delegation_id: str, world: WorldDep, actor: GiverDep) -> list[DelegationView]:
    """Take one's tasks back before the last day."""
    answer(await delegating.take_back(world, actor, delegation_id))
    return await list_delegations(world, actor)


def _delegation(world: World, actor: Actor, one: Delegation, name: str) -> DelegationView:
    day = today_of(world)
    state: Literal["planned", "in_force", "over", "taken_back"] = "in_force"
    if one.ended_at is not None:
        state = "taken_back"
    elif day > one.ends_on:
        state = "over"
    elif day < one.starts_on:
        state = "planned"
    return DelegationView(
        id=one.id,
        duty=one.duty,
        is_given=one.giver == actor.account_id,
        other=name,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        state=state,
    )
