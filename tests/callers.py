"""HTTP callers for route tests: the application in this process, signed in as somebody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from app.identity.access import Actor
from app.infra.world import World
from app.main import build_app
from tests.worlds import sign_in

BASE = "http://testserver"


@asynccontextmanager
async def caller(world: World, actor: Actor | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application; with an actor signed in, with the headers a page sends."""
    cookies, headers = await sign_in(world, actor) if actor else ({}, {"Origin": BASE})
    transport = httpx.ASGITransport(build_app(world), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies, headers=headers) as client:
        yield client
