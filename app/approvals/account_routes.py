"""HTTP edge of the buyer's accounts: who there is, invitations, and roles by four eyes."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.approvals import granting
from app.approvals.schemas import ChangeRoles, GrantedView
from app.domain.exclusive_roles import clashing
from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.identity import factor_store
from app.identity import store as identity_store
from app.identity.access import Actor, staff, stepped_up
from app.identity.schemas import AccountView, InviteStaff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["identity"])
AdminDep = Annotated[Actor, Depends(staff(Role.ADMIN))]
STEPPED_UP = [stepped_up(SteppedAct.ROLES)]


@router.get("/accounts")
async def list_accounts(world: WorldDep, _actor: AdminDep) -> list[AccountView]:
    """Staff accounts, with the roles that wait for an auditor."""
    async with world.db.snapshot() as tx:
        people = await identity_store.list_accounts(world, tx, kind="staff")
        proven = await factor_store.list_accounts_with(tx)
        waiting = {each.id: await granting.find_pending(world, tx, each.id) for each in people}
    found = []
    for person in people:
        pending = waiting[person.id]
        found.append(
            AccountView.model_validate(
                {
                    "id": person.id,
                    "name": person.name,
                    "email": person.email,
                    "roles": sorted(person.roles),
                    "state": person.state,
                    "locale": "zh" if person.locale.startswith("zh") else "en",
                    "pending_roles": pending.change["to"] if pending else None,
                    "pending_until": pending.expires_at if pending else None,
                    "clashing": sorted(clashing(person.roles)),
                    "has_second_factor": person.id in proven,
                }
            )
        )
    return found


@router.post("/accounts", status_code=201, dependencies=STEPPED_UP)
async def invite_staff(body: InviteStaff, world: WorldDep, actor: AdminDep) -> GrantedView:
    """Invite a colleague by mail; the roles wait for an auditor where there is one."""
    made = answer(
        await granting.invite_staff(
            world, actor, email=body.email, name=body.name, roles=body.roles, locale=body.locale
        )
    )
    return GrantedView(id=made.account_id, proposal_id=made.proposal_id)


@router.put("/accounts/{account_id}/roles", dependencies=STEPPED_UP)
async def change_roles(account_id: str, body: ChangeRoles, world: WorldDep, actor: AdminDep) -> GrantedView:
    """Ask for other roles of a colleague; an auditor decides where there is one."""
    made = answer(await granting.change_roles(world, actor, account_id, body.roles))
    return GrantedView(id=made.account_id, proposal_id=made.proposal_id)
