"""A session as it goes out to the browser: its cookie, the cookie that tells browsers apart, and who is signed in."""

from fastapi import Request, Response

from app.identity.access import cookie_name, csrf_token
from app.identity.schemas import Me
from app.identity.starting import Device, Started
from app.identity.store import Account
from app.infra.world import World

# A browser is known for a year after its last sign-in.
_DEVICE_SECONDS = 365 * 24 * 3600


def locale_of(person: Account) -> str:
    """The language of a person's pages."""
    return "zh" if person.locale.startswith("zh") else "en"


def _device_cookie(world: World) -> str:
    return cookie_name(world) + "-device"


def device_behind(world: World, request: Request) -> Device:
    """The browser a request comes from; a token is made for one that has none, and handed out by ``admit``."""
    held = request.cookies.get(_device_cookie(world), "")
    token = held if 20 <= len(held) <= 100 else world.ids.token()
    request.state.device_token = token
    return Device(request.headers.get("user-agent", ""), token, request.client.host if request.client else "")


def set_cookie(world: World, response: Response, name: str, value: str, *, seconds: int) -> None:
    """A cookie of this house: to us alone, by us alone, over TLS where there is any (ACCESS.md section 1)."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=world.settings.is_https,
        samesite="strict",
    )


def admit(world: World, request: Request, response: Response, started: Started) -> Me:
    """Hand out the session just started or renewed; who it is."""
    set_cookie(world, response, cookie_name(world), started.token, seconds=world.settings.session_absolute)
    device = getattr(request.state, "device_token", "")
    if device and not started.is_demo:
        set_cookie(world, response, _device_cookie(world), device, seconds=_DEVICE_SECONDS)
    return view_me(started)


def view_me(started: Started) -> Me:
    """The person behind a session, and how far it has come."""
    person = started.account
    return Me.model_validate(
        {
            "account_id": person.id,
            "name": person.name,
            "email": person.email,
            "kind": person.kind,
            "roles": sorted(person.roles),
            "supplier_id": person.supplier_id,
            "locale": locale_of(person),
            "csrf_token": csrf_token(started.token),
            "demo": started.is_demo,
            "mobile": person.mobile,
            "has_texts": person.has_texts,
            "stage": started.stage,
            "proofs": list(started.proofs),
            "rights": sorted(person.rights) if person.kind == "supplier" else [],
        }
    )
