"""HTTP edge of identity."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.domain.visibility import Role
from app.identity import service, store
from app.identity.access import Actor, ActorDep, cookie_name, csrf_token, look_at_session, staff
from app.identity.schemas import (
    AccountView,
    AskReset,
    ConfigView,
    InvitationView,
    InviteStaff,
    LinkToken,
    Made,
    Me,
    MeChange,
    SealingFileView,
    SeatView,
    SessionEnd,
    SessionView,
    SetPassword,
    SignIn,
    TicketRequest,
    TicketView,
    TimeView,
)
from app.infra.errors import Problem, answer
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["identity"])
AdminDep = Annotated[Actor, Depends(staff(Role.ADMIN))]
# Where a seat's first page is.
LANDINGS = {
    Role.SUPPLIER: "/home",
    Role.PURCHASER: "/tenders",
    Role.APPROVER: "/approvals",
    Role.AUDITOR: "/audit/timeline",
    Role.ADMIN: "/accounts",
    Role.DESK_HELP: "/desk",
    Role.EVALUATOR: "/evaluations",
}


def _locale(text: str) -> str:
    return "zh" if text.startswith("zh") else "en"


def _me(person: store.Account, token: str, *, is_demo: bool) -> Me:
    return Me.model_validate(
        {
            "account_id": person.id,
            "name": person.name,
            "email": person.email,
            "kind": person.kind,
            "roles": sorted(person.roles),
            "supplier_id": person.supplier_id,
            "locale": _locale(person.locale),
            "csrf_token": csrf_token(token),
            "demo": is_demo,
            "mobile": person.mobile,
            "has_texts": person.has_texts,
        }
    )


def _admit(world: World, response: Response, started: service.Started) -> Me:
    response.set_cookie(
        cookie_name(world),
        started.token,
        max_age=world.settings.session_absolute,
        path="/",
        httponly=True,
        secure=world.settings.is_https,
        samesite="strict",
    )
    return _me(started.account, started.token, is_demo=started.is_demo)


@router.post("/session")
async def sign_in(body: SignIn, request: Request, response: Response, world: WorldDep) -> Me:
    """Sign in; sets the session cookie."""
    network = request.client.host if request.client else ""
    started = await service.sign_in(world, email=body.email, password=body.password, network=network)
    return _admit(world, response, started)


@router.get("/session")
async def read_session_end(request: Request, world: WorldDep) -> SessionEnd:
    """When this session ends if nothing is done; asking does not keep it alive."""
    idle, absolute = await look_at_session(world, request)
    return SessionEnd(ends_at=min(idle, absolute), can_stay=idle < absolute, now=world.clock.now())


@router.delete("/session", status_code=204)
async def sign_out(response: Response, world: WorldDep, actor: ActorDep) -> None:
    """End this session."""
    await service.sign_out(world, actor)
    response.delete_cookie(cookie_name(world), path="/", secure=world.settings.is_https, samesite="strict")


@router.get("/me")
async def read_me(request: Request, world: WorldDep, actor: ActorDep) -> Me:
    """The signed-in person."""
    token = request.cookies[cookie_name(world)]
    async with world.db.snapshot() as tx:
        person = await store.find_account(world, tx, actor.account_id)
    if person is None:
        raise Problem(401)
    return _me(person, token, is_demo=actor.is_demo)


@router.patch("/me", status_code=204)
async def change_me(body: MeChange, world: WorldDep, actor: ActorDep) -> None:
    """Change the own language, or where text messages go."""
    if body.locale is not None:
        await service.set_locale(world, actor, body.locale)
    if body.texts is not None:
        await service.set_texts(world, actor, mobile=body.texts.mobile, is_on=body.texts.is_on)


@router.get("/me/sessions")
async def list_sessions(world: WorldDep, actor: ActorDep) -> list[SessionView]:
    """The own open sessions."""
    async with world.db.snapshot() as tx:
        rows = await store.list_sessions(world, tx, actor.account_id)
    return [
        SessionView(
            ref=service.session_ref(id_hash),
            started_at=started_at,
            seen_at=seen_at,
            is_current=id_hash == actor.session_hash,
        )
        for id_hash, started_at, seen_at in rows
    ]


@router.delete("/me/sessions/{ref}", status_code=204)
async def end_session(ref: str, world: WorldDep, actor: ActorDep) -> None:
    """End one of the own sessions."""
    await service.end_session(world, actor, ref)


@router.post("/account-invitations/look")
async def look_at_invitation(body: LinkToken, world: WorldDep) -> InvitationView:
    """Whose account the link opens."""
    person = await service.look_at_invitation(world, body.token)
    return InvitationView.model_validate({"email": person.email, "name": person.name, "locale": _locale(person.locale)})


@router.post("/account-invitations/accept")
async def accept_invitation(body: SetPassword, response: Response, world: WorldDep) -> Me:
    """Set the first password and sign in."""
    return _admit(world, response, await service.accept_invitation(world, token=body.token, password=body.password))


@router.post("/password-resets", status_code=202)
async def ask_reset(body: AskReset, world: WorldDep) -> None:
    """Ask for a reset link; the answer does not tell whether the account exists."""
    await service.ask_reset(world, body.email)


@router.post("/password-resets/accept")
async def accept_reset(body: SetPassword, response: Response, world: WorldDep) -> Me:
    """Set a new password and sign in."""
    return _admit(world, response, await service.accept_reset(world, token=body.token, password=body.password))


@router.get("/accounts")
async def list_accounts(world: WorldDep, _actor: AdminDep) -> list[AccountView]:
    """Staff accounts."""
    async with world.db.snapshot() as tx:
        people = await store.list_accounts(world, tx, kind="staff")
    return [
        AccountView.model_validate(
            {
                "id": person.id,
                "name": person.name,
                "email": person.email,
                "roles": sorted(person.roles),
                "state": person.state,
                "locale": _locale(person.locale),
            }
        )
        for person in people
    ]


@router.post("/accounts", status_code=201)
async def invite_staff(body: InviteStaff, world: WorldDep, actor: AdminDep) -> Made:
    """Invite a colleague by mail."""
    made = await service.invite_staff(
        world, actor, email=body.email, name=body.name, roles=body.roles, locale=body.locale
    )
    return Made(id=answer(made))


@router.post("/accounts/{account_id}/disable", status_code=204)
async def disable_account(account_id: str, world: WorldDep, actor: AdminDep) -> None:
    """Disable an account and end its sessions."""
    answer(await service.disable_account(world, actor, account_id))


@router.post("/ws-tickets")
async def issue_ticket(body: TicketRequest, world: WorldDep, actor: ActorDep) -> TicketView:
    """A one-time ticket for the round's websocket."""
    return TicketView(ticket=await service.issue_ticket(world, actor, body.round_id))


@router.get("/time")
async def read_time(world: WorldDep) -> TimeView:
    """The server's time, the only one that counts."""
    return TimeView(now=world.clock.now())


@router.get("/config")
async def read_config(request: Request, world: WorldDep) -> ConfigView:
    """Public facts of the deployment."""
    settings = world.settings
    sealing = request.app.state.sealing_file
    return ConfigView(
        demo=settings.demo,
        demo_fast=settings.demo_fast,
        version=settings.release,
        locales=["zh", "en"],
        key_fingerprint=world.keys.key_id,
        sealing=None if sealing is None else SealingFileView(path=sealing.path, sha256=sealing.sha256),
        texts=bool(settings.sms_url),
    )


@router.get("/demo/seats")
async def list_seats(world: WorldDep) -> list[SeatView]:
    """The demo's one-click seats; 404 outside the demo."""
    if not world.settings.demo:
        raise Problem(404)
    async with world.db.snapshot() as tx:
        people = [person for person in await store.list_accounts(world, tx) if person.seat and person.state == "active"]
    seats = []
    for person in sorted(people, key=lambda item: item.seat or ""):
        role = Role.SUPPLIER if person.supplier_id else min(person.roles)
        seats.append(SeatView(seat=person.seat or "", name=person.name, role=role, landing=LANDINGS.get(role, "/")))
    return seats


@router.post("/demo/seats/{seat}")
async def take_seat(seat: str, response: Response, world: WorldDep) -> Me:
    """Sign in to a seat of the demo with one click."""
    return _admit(world, response, await service.take_seat(world, seat))
