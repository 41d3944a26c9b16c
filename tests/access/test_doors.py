"""Every route of the running service against a written list of who may knock: default deny (attacks Z01, A03, A09).

From outside: an empty body to every act and every page by every role and by nobody.
A route that is not in `doors.txt`, or opens to somebody else than is written there, fails the build.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from http import HTTPStatus

import httpx
import pytest
from starlette.routing import Mount, Route, WebSocketRoute

from app.domain.visibility import Role
from app.main import build_app
from tests.access.doors import ROLES, listed, routes_of
from tests.callers import caller
from tests.worlds import TestWorld, make_actor

ABSENT = "0" * 32
# Beside the API: the pages, the sockets, what a proxy asks, and the verifier for everybody.
BESIDE = {
    "/healthz",
    "/readyz",
    "/assets",
    "/seal/{name:path}",
    "/{path:path}",
    "/verify/bidroom-verify.pyz",
    "/ws/rounds/{round_id}",
}


@pytest.fixture
async def people(house: TestWorld) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A client for each letter, and one for nobody."""
    async with AsyncExitStack() as stack:
        made = {}
        for letter, role in ROLES.items():
            firm = house.world.ids.new() if role is Role.SUPPLIER else None
            actor = await make_actor(house.world, *([] if firm else [role]), supplier_id=firm)
            made[letter] = await stack.enter_async_context(caller(house.world, actor))
        yield made | {"": await stack.enter_async_context(caller(house.world))}


def address_of(path: str) -> str:
    return "/".join(ABSENT if part.startswith("{") else part for part in path.split("/"))


async def knock(client: httpx.AsyncClient, act: str) -> tuple[int, str]:
    method, path = act.split(" ")
    body: dict[str, str] | None = None if method in ("GET", "DELETE") else {}
    answer = await client.request(method, address_of(path), json=body)
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    return answer.status_code, str(answer.json().get("code", "")) if is_problem else ""


async def test_nobody_comes_through_a_door_that_is_not_theirs(
    house: TestWorld, people: dict[str, httpx.AsyncClient]
) -> None:
    paths = build_app(house.world).openapi()["paths"]
    acts = sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)
    opened, broken = {}, []
    for act in acts:
        # Signing in, and out, are not the matter here: they would end the sessions this is asked with.
        if act in ("DELETE /api/session", "POST /api/session"):
            opened[act] = listed().get(act, "")
            continue
        letters = ""
        for letter, client in people.items():
            status, code = await knock(client, act)
            # Another refusal with 403 is one behind the door: a proof that is too old, a role in this tender.
            is_in = code not in ("SIGNED_OUT", "NOT_YOUR_ROLE")
            letters += (letter or "*") if is_in else ""
            broken += [f"{status} {act} by {letter}"] if status >= HTTPStatus.INTERNAL_SERVER_ERROR else []
        opened[act] = "*" if "*" in letters else letters or "-"
    written = listed()
    differs = [
        f"{act}: opens to {opened.get(act, 'nothing: no such route')}, written is {written.get(act, 'nothing')}"
        for act in sorted(set(opened) | set(written))
        if opened.get(act) != written.get(act)
    ]
    assert not broken + differs, "\n" + "\n".join(broken + differs)


def test_no_route_stands_beside_the_description(house: TestWorld) -> None:
    """Z01: including undocumented ones."""
    app = build_app(house.world)
    paths = app.openapi()["paths"]
    described = set(paths)
    # What the crawls walk is what is described.
    assert routes_of(app) == {path: set(methods) for path, methods in paths.items()}
    found = set()
    for route in app.routes:
        if isinstance(route, Route | Mount | WebSocketRoute):
            found.add(route.path)
    assert found - described <= BESIDE, found - described - BESIDE
