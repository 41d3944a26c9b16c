"""HTTP edge of a supplier's representatives: for its own people only (VISIBILITY.md d06)."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from app.domain.representing import JoinState, Right
from app.identity.access import SignerDep, SupplierDep
from app.infra.errors import answer
from app.infra.web import InstantText, StrictModel, StrictRoute, WorldDep
from app.suppliers import representing

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["suppliers"])
Rights = Annotated[list[Right], Field(max_length=3)]


class RepresentativeView(StrictModel):
    """One of the own people."""

    id: str
    name: str
    email: str
    state: str
    rights: list[Right]
    join_state: JoinState | None
    joined_at: InstantText | None
    is_me: bool


class OwnTeamView(StrictModel):
    """The own people, and whether the reader may say what the others may do."""

    may_decide: bool
    people: list[RepresentativeView]


class ChangeRights(StrictModel):
    """What a representative may do from now on."""

    rights: Rights


class DecideJoined(StrictModel):
    """Confirm, with what it may do, or object."""

    confirm: bool
    rights: Annotated[Rights, Field(default_factory=list)]


@router.get("/my/representatives")
async def list_own_team(world: WorldDep, actor: SupplierDep) -> OwnTeamView:
    """The own people with their rights."""
    people = [
        RepresentativeView(
            id=one.id,
            name=one.name,
            email=one.email,
            state=one.state,
            rights=[right for right in Right if right in one.rights],
            join_state=one.join_state,
            joined_at=one.joined_at,
            is_me=one.id == actor.account_id,
        )
        for one in await representing.list_representatives(world, actor.supplier_id or "")
    ]
    return OwnTeamView(may_decide=Right.SIGN in actor.rights, people=people)


@router.put("/my/representatives/{account_id}/rights", status_code=204)
async def change_rights(account_id: str, body: ChangeRights, world: WorldDep, actor: SignerDep) -> None:
    """Say what another of the own people may do."""
    answer(await representing.change_rights(world, actor, account_id, body.rights))


@router.post("/my/representatives/{account_id}/joining", status_code=204)
async def decide_joined(account_id: str, body: DecideJoined, world: WorldDep, actor: SignerDep) -> None:
    """Confirm somebody who joined by self-registration, or object."""
    decided = representing.decide_joined(world, actor, account_id, confirm=body.confirm, wanted=body.rights)
    answer(await decided)
