"""HTTP edge of bidder-assisted openings: two persons ask, each bidder answers for its own packages."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from app.domain.refusals import Code
from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.identity.access import Actor, BidderDep, SupplierDep, staff, stepped_up
from app.infra.errors import answer
from app.infra.web import StrictModel, StrictRoute, WorldDep
from app.sealed_rounds import recovering
from app.sealed_rounds.recovering import Secret

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["committee"])
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
STATUS = {Code.RELEASE_FALSE: 422}


class AskBidders(StrictModel):
    """Why the committee cannot open any more."""

    reason: Annotated[str, Field(max_length=2000)]


class RecoveryProposal(StrictModel):
    """The proposal that a second person decides."""

    proposal_id: str


class GiveSecret(StrictModel):
    """The secret of one own package's due envelope, S and V, as the recovery file holds it."""

    package: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    secret: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class RecoveryPackageView(StrictModel):
    """An own package whose secret is asked for."""

    package: str
    lot_id: str
    header: dict[str, Any]
    is_given: bool


class RecoveryView(StrictModel):
    """What is asked of the bidder, and until when."""

    round_id: str
    envelope: Literal["tech", "price"]
    ends_at: str
    now: str
    packages: list[RecoveryPackageView]


@router.post("/rounds/{round_id}/recovery", status_code=201)
async def ask_bidders(round_id: str, body: AskBidders, world: WorldDep, actor: PurchaserDep) -> RecoveryProposal:
    """Ask a second person to let the bidders open what the committee cannot."""
    made = answer(await recovering.propose_recovery(world, actor, round_id, body.reason), STATUS)
    return RecoveryProposal(proposal_id=made.id)


@router.get("/rounds/{round_id}/recovery")
async def read_recovery(round_id: str, world: WorldDep, actor: SupplierDep) -> RecoveryView:
    """The own packages whose secrets are asked for."""
    return RecoveryView.model_validate(await recovering.read_recovery(world, actor, round_id))


@router.post("/rounds/{round_id}/recovery/secrets", dependencies=[stepped_up(SteppedAct.OPEN)])
async def give_secret(round_id: str, body: GiveSecret, world: WorldDep, actor: BidderDep) -> RecoveryView:
    """Give the secret of an own package; nothing is opened before all have answered or the window has ended."""
    given = Secret(round_id, body.package, bytes.fromhex(body.secret))
    return RecoveryView.model_validate(answer(await recovering.give_secret(world, actor, given), STATUS))
