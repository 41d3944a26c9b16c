"""HTTP edge of opening committees: who sits there, a member's key, confirmation and rehearsal."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.domain.refusals import Code
from app.domain.sealing.header import EnvelopeKind, encode
from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.identity.access import Actor, ActorDep, staff, stepped_up
from app.infra.errors import answer
from app.infra.web import StrictModel, StrictRoute, WorldDep
from app.infra.world import World
from app.sealed_rounds import committee_views, forming, progress_views, rekeying, releasing
from app.sealed_rounds.committee_schemas import (
    AddKey,
    AskChallenge,
    ChallengeView,
    CommitteeView,
    ConfirmPolicy,
    FormCommittee,
    OwnSeatsView,
    RehearseSeat,
    RekeyCommittee,
)
from app.sealed_rounds.releasing_schemas import OpeningProgress, Releases, WrapsView

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["committee"])
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
# What is no key, no answer, no release is not understood.
STATUS = {
    Code.NOT_A_POINT: 422,
    Code.KEY_TAKEN: 422,
    Code.WRONG_COMMITTEE: 422,
    Code.RELEASE_FALSE: 422,
    Code.RELEASE_MISSING: 422,
    Code.WRONG_BINDING: 422,
}


class CommitteeProposal(StrictModel):
    """The proposal that a second person decides."""

    proposal_id: str


@router.get("/my/seats")
async def list_own_seats(world: WorldDep, actor: ActorDep) -> OwnSeatsView:
    """The own seats in opening committees, and what is due of them."""
    return OwnSeatsView.model_validate({"seats": await committee_views.list_own_seats(world, actor)})


@router.get("/rounds/{round_id}/committee")
async def read_committee(round_id: str, world: WorldDep, actor: ActorDep) -> CommitteeView:
    """The opening committee of a round, for its members and for staff who may know it."""
    return CommitteeView.model_validate(await committee_views.read_committee(world, actor, round_id))


@router.post("/rounds/{round_id}/committee", status_code=201)
async def form_committee(round_id: str, body: FormCommittee, world: WorldDep, actor: PurchaserDep) -> CommitteeProposal:
    """Ask a second person for these members."""
    made = answer(await forming.propose_committee(world, actor, round_id, body.members), STATUS)
    return CommitteeProposal(proposal_id=made.id)


@router.post("/rounds/{round_id}/committee/rekeying", status_code=201)
async def rekey_committee(
    round_id: str, body: RekeyCommittee, world: WorldDep, actor: PurchaserDep
) -> CommitteeProposal:
    """Ask a second person for new members and keys: what was sealed to the old ones becomes void."""
    asked = rekeying.propose_rekey(world, actor, round_id, body.members, body.reason)
    return CommitteeProposal(proposal_id=answer(await asked, STATUS).id)


@router.post("/rounds/{round_id}/committee/challenge")
async def ask_challenge(round_id: str, body: AskChallenge, world: WorldDep, actor: ActorDep) -> ChallengeView:
    """A challenge to the own new key."""
    enc, ct = answer(await forming.ask_challenge(world, actor, round_id, body.public), STATUS)
    return ChallengeView(enc=enc.hex(), ct=encode(ct))


@router.put("/rounds/{round_id}/committee/key", dependencies=[stepped_up(SteppedAct.OPEN)])
async def add_key(round_id: str, body: AddKey, world: WorldDep, actor: ActorDep) -> CommitteeView:
    """The own key with the answer to its challenge; the last key of all fixes the key policy."""
    answer(await forming.add_key(world, actor, round_id, body.public, bytes.fromhex(body.answer)), STATUS)
    return await _view(world, actor, round_id)


@router.post("/rounds/{round_id}/committee/confirmation", dependencies=[stepped_up(SteppedAct.OPEN)])
async def confirm_policy(round_id: str, body: ConfirmPolicy, world: WorldDep, actor: ActorDep) -> CommitteeView:
    """The own word that the key policy is the one that was compared."""
    answer(await forming.confirm_policy(world, actor, round_id, body.digest), STATUS)
    return await _view(world, actor, round_id)


@router.post("/rounds/{round_id}/committee/rehearsal", dependencies=[stepped_up(SteppedAct.OPEN)])
async def rehearse(round_id: str, body: RehearseSeat, world: WorldDep, actor: ActorDep) -> CommitteeView:
    """The own release of the rehearsal's package."""
    answer(await rekeying.rehearse(world, actor, round_id, bytes.fromhex(body.release)), STATUS)
    return await _view(world, actor, round_id)


@router.get("/rounds/{round_id}/wraps")
async def read_wraps(round_id: str, envelope: EnvelopeKind, world: WorldDep, actor: ActorDep) -> WrapsView:
    """What is due to be released, for a member of the committee alone."""
    return WrapsView.model_validate(answer(await releasing.read_wraps(world, actor, round_id, envelope.value)))


@router.post("/rounds/{round_id}/releases", status_code=201, dependencies=[stepped_up(SteppedAct.OPEN)])
async def release(round_id: str, body: Releases, world: WorldDep, actor: ActorDep) -> OpeningProgress:
    """The own seat's bundle; with enough of them the service opens."""
    answer(await releasing.take_bundle(world, actor, round_id, body.model_dump()), STATUS)
    return await read_opening_progress(round_id, world, actor)


@router.get("/rounds/{round_id}/opening")
async def read_opening_progress(round_id: str, world: WorldDep, actor: ActorDep) -> OpeningProgress:
    """How far a committee's opening has come."""
    return OpeningProgress.model_validate(await progress_views.read_progress(world, actor, round_id))


async def _view(world: World, actor: Actor, round_id: str) -> CommitteeView:
    return CommitteeView.model_validate(await committee_views.read_committee(world, actor, round_id))
