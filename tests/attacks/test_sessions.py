"""attacks.md A01, A03 and A11 from outside: guessing, requests from other places, sessions that end by time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url

from app.domain.visibility import Role
from app.identity import passwords, store
from app.infra.world import World
from app.main import build_app
from tests.callers import BASE, caller
from tests.identity.test_second_factor import PASSWORD, person
from tests.worlds import TestWorld, make_actor


def from_network(world: World, network: str) -> httpx.AsyncClient:
    """A browser somewhere."""
    transport = httpx.ASGITransport(build_app(world), raise_app_exceptions=False, client=(network, 50_000))
    return httpx.AsyncClient(transport=transport, base_url=BASE, headers={"Origin": BASE})


async def guess(client: httpx.AsyncClient, email: str, password: str = "a guess of mine") -> tuple[int, str]:
    """One try: its status and its whole body."""
    answer = await client.post("/api/session", json={"email": email, "password": password})
    return answer.status_code, answer.text


async def test_a01_guesses_end_for_the_account_and_tell_nothing(house: TestWorld) -> None:
    known = (await person(house.world, Role.PURCHASER)).email
    other = (await person(house.world, Role.PURCHASER)).email
    tries = house.world.settings.sign_in_tries
    async with from_network(house.world, "203.0.113.7") as one, from_network(house.world, "203.0.113.8") as two:
        # Known and unknown go the same way, to the letter, and to the same end.
        said = {email: [await guess(one, email) for _ in range(tries + 1)] for email in (known, "nobody@lanyu.example")}
        assert said[known] == said["nobody@lanyu.example"]
        assert [status for status, _ in said[known]] == [401] * tries + [429]
        # From elsewhere neither: the account is shut, also with the right password; nobody else is.
        assert (await guess(two, known, PASSWORD))[0] == 429
        assert (await guess(one, other, PASSWORD))[0] == 200
        house.clock.wind(seconds=house.world.settings.sign_in_window + 1)
        assert (await guess(two, known, PASSWORD))[0] == 200


@contextmanager
def counted(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The work done meanwhile in this world: each password hash by its parameters, each statement by its text."""
    done: list[str] = []
    verify, database = passwords._HASHER.verify, make_url(world.db.url).database

    def count(password: str, stored: str) -> bool:
        done.append("$".join(stored.split("$")[:4]))
        return verify(password, stored)

    def note(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if connection.engine.url.database == database:
            done.append(statement)

    monkeypatch.setattr(passwords._HASHER, "verify", count)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield done
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        monkeypatch.undo()


async def test_a01_known_and_unknown_cost_the_same_work(house: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world = house.world
    known, gone, fresh = [await person(world, Role.PURCHASER) for _ in range(3)]
    async with world.db.transaction() as tx:
        await store.set_account(tx, gone.account_id, state="disabled")
        await store.set_account(tx, fresh.account_id, state="invited", password_hash=None)
    tries = {
        known.email: "a guess of mine",
        gone.email: PASSWORD,
        fresh.email: PASSWORD,
        "nobody@lanyu.example": PASSWORD,
    }
    work = {}
    async with from_network(world, "203.0.113.7") as client:
        await guess(client, "first@lanyu.example")
        for email, password in tries.items():
            with counted(world, monkeypatch) as done:
                assert (await guess(client, email, password))[0] == 401
            work[email] = list(done)
    assert len([each for each in work[known.email] if each.startswith("$argon2id$")]) == 1
    assert len(work[known.email]) > len(["find", "count", "count", "hash", "insert"])
    assert len({tuple(each) for each in work.values()}) == 1, work
    # A reset is answered alike; what it does, it does after its answer.
    async with from_network(world, "203.0.113.7") as client:
        answers = [await client.post("/api/password-resets", json={"email": email}) for email in tries]
    assert len({(each.status_code, each.content) for each in answers}) == 1


async def test_a01_a_network_that_guesses_is_slowed_and_no_other(house: TestWorld) -> None:
    known = (await person(house.world, Role.PURCHASER)).email
    world = house.world
    async with world.db.transaction() as tx:
        from app.identity import arriving_store  # noqa: PLC0415 - a hundred hashes would take half a minute

        key = world.keys.lookup("network|203.0.113.7")
        await arriving_store.insert_failure(world, tx, [key] * (10 * world.settings.sign_in_tries))
    async with from_network(world, "203.0.113.7") as one, from_network(world, "203.0.113.8") as two:
        assert (await guess(one, known, PASSWORD))[0] == 429
        assert (await guess(two, known, PASSWORD))[0] == 200


ELSEWHERE: list[tuple[dict[str, Any], int]] = [
    ({"headers": {"Origin": "https://evil.example"}}, 403),
    ({"headers": {"Origin": "null"}}, 403),
    ({"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
    ({"headers": {"Sec-Fetch-Site": "same-site"}}, 403),
    ({"headers": {"X-CSRF-Token": ""}}, 403),
    ({"content": b"{}", "headers": {"Content-Type": "text/plain"}}, 415),
    ({"data": {"code": "123456"}}, 415),
]


@pytest.mark.parametrize(("request_", "status"), ELSEWHERE)
async def test_a03_nothing_from_elsewhere_changes_anything(
    house: TestWorld, request_: dict[str, Any], status: int
) -> None:
    actor = await make_actor(house.world, Role.ADMIN)
    routes = ("/api/me/totp", "/api/me/recovery-codes", f"/api/accounts/{actor.account_id}/disable")
    async with caller(house.world, actor) as client:
        before = (await client.get("/api/me/second-factors")).json()
        for path in routes:
            assert (await client.post(path, **request_)).status_code == status, path
        assert (await client.get("/api/me/second-factors")).json() == before
        assert (await client.get("/api/me")).status_code == 200


@pytest.mark.parametrize(("is_supplier", "minutes"), [(False, 15), (True, 30)])
async def test_a11_an_idle_session_ends(house: TestWorld, *, is_supplier: bool, minutes: int) -> None:
    who = {"supplier_id": "5" * 32} if is_supplier else {}
    actor = await make_actor(house.world, *([] if is_supplier else [Role.PURCHASER]), **who)
    async with caller(house.world, actor) as client:
        house.clock.wind(minutes=minutes - 1)
        assert (await client.get("/api/me")).status_code == 200
        house.clock.wind(minutes=minutes + 1)
        for path in ("/api/me", "/api/notices", "/api/session"):
            assert (await client.get(path)).status_code == 401
        # What is over is over: time set back brings nothing to life that was ended by its owner.
        assert (
            await client.post("/api/session/proof", json={"by": "password", "password": PASSWORD})
        ).status_code == 401


async def test_a11_eight_hours_are_the_end_however_busy_and_however_often_proven(house: TestWorld) -> None:
    actor = await person(house.world, Role.PURCHASER)
    async with caller(house.world, actor) as client:
        for _ in range(8 * 6):
            assert (await client.get("/api/me")).status_code == 200
            house.clock.wind(minutes=10)
        # At eight hours to the moment; the last proof was none of these.
        proof = await client.post("/api/session/proof", json={"by": "password", "password": PASSWORD})
        assert proof.status_code == 200
        house.clock.wind(milliseconds=1)
        assert (await client.get("/api/me")).status_code == 401
