"""The HTTP edge for tests: a signed-in client, and problems taken apart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from app.identity.access import Actor
from app.main import build_app
from tests.tenders.houses import House
from tests.worlds import sign_in


@asynccontextmanager
async def client(house: House, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    """An httpx client signed in as the actor."""
    cookies, headers = await sign_in(house.world, actor)
    house.app = house.app or build_app(house.world)
    transport = httpx.ASGITransport(house.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://testserver/api", cookies=cookies, headers=headers
    ) as opened:
        yield opened


def problem(response: httpx.Response, status: int, code: str) -> dict[str, str]:
    """The detail of a problem of this status and code."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["code"] == code
    detail: dict[str, str] = body["detail"]
    return detail
