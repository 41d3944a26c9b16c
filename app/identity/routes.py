"""HTTP edge of identity: sessions, one-time links, accounts, the demo's seats."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response

from app.domain.devices import device_text
from app.domain.refusals import Code
from app.domain.visibility import Role
from app.identity import service, store
from app.identity.access import Actor, ActorDep, SignedInDep, cookie_name, look_at_session, staff
from app.identity.admitting import admit, device_behind, locale_of, view_me
from app.identity.schemas import (
    AskReset,
    ConfigView,
    InvitationView,
    LinkToken,
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
from app.identity.starting import Started, read_stage
from app.infra.errors import Problem, answer
from app.infra.web import StrictRoute, WorldDep

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
    Role.DESK_RELAY: "/relay",
    Role.EVALUATOR: "/evaluations",
}


@router.post("/session")
async def sign_in(body: SignIn, request: Request, response: Response, world: WorldDep) -> Me:
    """Sign in; sets the session cookie."""
    network = request.client.host if request.client else ""
    started = await service.sign_in(
        world, email=body.email, password=body.password, network=network, device=device_behind(world, request)
    )
    return admit(world, request, response, started)


@router.get("/session")
async def read_session_end(request: Request, world: WorldDep) -> SessionEnd:
    """When this session ends if nothing is done; asking does not keep it alive."""
    idle, absolute = await look_at_session(world, request)
    return SessionEnd(ends_at=min(idle, absolute), can_stay=idle < absolute, now=world.clock.now())


@router.delete("/session", status_code=204)
async def sign_out(response: Response, world: WorldDep, actor: SignedInDep) -> None:
    """End this session."""
    await service.sign_out(world, actor)
    response.delete_cookie(cookie_name(world), path="/", secure=world.settings.is_https, samesite="strict")


@router.get("/me")
async def read_me(request: Request, world: WorldDep, actor: SignedInDep) -> Me:
    """The signed-in person, and how far the session has come."""
    token = request.cookies[cookie_name(world)]
    async with world.db.snapshot() as tx:
        person = await store.find_account(world, tx, actor.account_id)
        if person is None:
            raise Problem(401)
        stage, proofs = await read_stage(tx, person, is_proven=actor.is_proven)
    return view_me(Started(token, person, actor.is_demo, stage, proofs))


@router.patch("/me", status_code=204)
async def change_me(body: MeChange, world: WorldDep, actor: SignedInDep) -> None:
    """Change the own language, or where text messages go."""
    if body.locale is not None:
        await service.set_locale(world, actor, body.locale)
    if body.texts is not None:
        if not actor.is_proven:
            raise Problem(401, Code.SECOND_FACTOR_NEEDED.value)
        await service.set_texts(world, actor, mobile=body.texts.mobile, is_on=body.texts.is_on)


@router.get("/me/sessions")
async def list_sessions(world: WorldDep, actor: ActorDep) -> list[SessionView]:
    """The own open sessions."""
    async with world.db.snapshot() as tx:
        rows = await service.list_living(world, tx, actor)
    return [
        SessionView(
            ref=service.session_ref(row.id_hash),
            started_at=row.started_at,
            seen_at=row.seen_at,
            is_current=row.id_hash == actor.session_hash,
            device=device_text(store.device_of(world, row)[0]),
        )
        for row in rows
    ]


@router.delete("/me/sessions", status_code=204)
async def end_other_sessions(world: WorldDep, actor: ActorDep) -> None:
    """End all of the own sessions but this one."""
    await service.end_other_sessions(world, actor)


@router.delete("/me/sessions/{ref}", status_code=204)
async def end_session(ref: str, world: WorldDep, actor: ActorDep) -> None:
    """End one of the own sessions."""
    await service.end_session(world, actor, ref)


@router.post("/account-invitations/look")
async def look_at_invitation(body: LinkToken, world: WorldDep) -> InvitationView:
    """Whose account the link opens."""
    person = await service.look_at_invitation(world, body.token)
    return InvitationView.model_validate({"email": person.email, "name": person.name, "locale": locale_of(person)})


@router.post("/account-invitations/accept")
async def accept_invitation(body: SetPassword, request: Request, response: Response, world: WorldDep) -> Me:
    """Set the first password and sign in."""
    device = device_behind(world, request)
    started = await service.accept_invitation(world, token=body.token, password=body.password, device=device)
    return admit(world, request, response, started)


@router.post("/password-resets", status_code=202)
async def ask_reset(body: AskReset, world: WorldDep, later: BackgroundTasks) -> None:
    """Ask for a reset link; neither the answer nor its time tells whether the account exists: the work is done after
    it."""
    later.add_task(service.ask_reset, world, body.email)


@router.post("/password-resets/accept")
async def accept_reset(body: SetPassword, request: Request, response: Response, world: WorldDep) -> Me:
    """Set a new password and sign in."""
    device = device_behind(world, request)
    started = await service.accept_reset(world, token=body.token, password=body.password, device=device)
    return admit(world, request, response, started)


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
    return TimeView(now=world.clock.now(), mode=world.settings.mode)


@router.get("/config")
async def read_config(request: Request, world: WorldDep) -> ConfigView:
    """Public facts of the deployment."""
    settings = world.settings
    sealing = request.app.state.sealing_file
    return ConfigView(
        demo=settings.demo,
        demo_fast=settings.demo_fast,
        mode=settings.mode,
        version=settings.release,
        locales=["zh", "en"],
        key_fingerprint=world.keys.key_id,
        sealing=None if sealing is None else SealingFileView(path=sealing.path, sha256=sealing.sha256),
        texts=bool(settings.sms_url),
        single_sign_on=settings.oidc_name if settings.oidc_issuer else None,
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
async def take_seat(seat: str, request: Request, response: Response, world: WorldDep) -> Me:
    """Sign in to a seat of the demo with one click."""
    return admit(world, request, response, await service.take_seat(world, seat))
