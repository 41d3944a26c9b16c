"""HTTP edge of single sign-on: out to the provider, and back."""

import hmac
from typing import Annotated, cast

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from app.approvals import federating
from app.identity.access import cookie_name
from app.identity.admitting import admit, device_behind, set_cookie
from app.identity.provider import Provider
from app.identity.schemas import Me
from app.infra.errors import Problem
from app.infra.web import StrictModel, StrictRoute, WorldDep
from app.infra.world import World

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["identity"])
Opaque = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=4000)]


class SentAway(StrictModel):
    """Where the page is to go."""

    url: str


class ComeBack(StrictModel):
    """What the provider handed to the page."""

    code: Opaque
    state: Opaque


def _provider(request: Request) -> Provider:
    found = cast("Provider | None", request.app.state.provider)
    if found is None:
        raise Problem(404)
    return found


def _cookie(world: World) -> str:
    return cookie_name(world) + "-sso"


@router.post("/single-sign-on")
async def go_out(request: Request, response: Response, world: WorldDep) -> SentAway:
    """The provider's address; what has to come back is bound to this browser. 404 where there is none."""
    asked = await federating.ask(world, _provider(request))
    set_cookie(world, response, _cookie(world), asked.state, seconds=int(federating.LIFE.total_seconds()))
    return SentAway(url=asked.url)


@router.post("/single-sign-on/return")
async def come_back(body: ComeBack, request: Request, response: Response, world: WorldDep) -> Me:
    """Sign in whoever the provider sent back to the browser they left in."""
    provider = _provider(request)
    held = request.cookies.get(_cookie(world), "")
    if not hmac.compare_digest(held.encode(), body.state.encode()):
        raise Problem(401, "WRONG_SIGN_IN")
    device = device_behind(world, request)
    started = await federating.come_back(world, provider, code=body.code, state=body.state, device=device)
    me = admit(world, request, response, started)
    response.delete_cookie(_cookie(world), path="/", secure=world.settings.is_https, samesite="strict")
    return me
