"""The second factor from outside (attacks.md A04, A05): what a password alone opens, codes, passkeys, the step-up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest

from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.identity import store
from app.identity.access import Actor
from app.identity.passwords import hash_password
from app.infra.world import World
from app.journal.store import list_entries
from app.main import build_app
from tests.callers import BASE, caller
from tests.identity.authenticator import PRESENT, Authenticator
from tests.worlds import TestWorld, make_actor

PASSWORD = "correct horse battery staple 7"
WAITS = 31


@asynccontextmanager
async def at_the_door(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody has signed in with."""
    async with caller(world) as client:
        yield client


async def person(world: World, *roles: Role) -> Actor:
    """Somebody with a password."""
    actor = await make_actor(world, *roles)
    async with world.db.transaction() as tx:
        await store.set_account(tx, actor.account_id, password_hash=await hash_password(PASSWORD))
    return actor


async def sign_in(client: httpx.AsyncClient, actor: Actor) -> dict[str, Any]:
    """The password step; who one is then."""
    client.headers.pop("X-CSRF-Token", None)
    return keep(client, await client.post("/api/session", json={"email": actor.email, "password": PASSWORD}))


def keep(client: httpx.AsyncClient, answer: httpx.Response) -> dict[str, Any]:
    """Take over the CSRF header of a new session."""
    assert answer.is_success, answer.text
    said = answer.json()
    me: dict[str, Any] = said.get("me", said)
    client.headers["X-CSRF-Token"] = me["csrf_token"]
    return me


def code_of(house: TestWorld, secret: str, ahead: int = 0) -> str:
    """The code an app shows now, or some half minutes away."""
    return pyotp.TOTP(secret).at(house.clock.now() + timedelta(seconds=30 * ahead))


async def enrol(house: TestWorld, client: httpx.AsyncClient) -> tuple[str, list[str]]:
    """Take an app into use: its secret, and the recovery codes."""
    offer = (await client.post("/api/me/totp")).json()
    assert offer["qr"].startswith("data:image/svg+xml")
    body = {"code": code_of(house, offer["secret"]), "name": "手机"}
    answer = await client.post(f"/api/me/totp/{offer['id']}/confirmation", json=body)
    keep(client, answer)
    return offer["secret"], answer.json()["recovery_codes"]


async def prove(client: httpx.AsyncClient, **proof: Any) -> httpx.Response:
    """Offer a proof."""
    answer = await client.post("/api/session/proof", json=proof)
    if answer.is_success:
        keep(client, answer)
    return answer


async def kinds(house: TestWorld) -> list[Kind]:
    """What the journal has of all this."""
    async with house.world.db.snapshot() as tx:
        return [entry.kind for entry in await list_entries(tx, chain="system")]


async def test_a05_a_password_alone_opens_nothing_but_the_second_step(house: TestWorld) -> None:
    actor = await person(house.world, Role.APPROVER)
    app = build_app(house.world)
    async with at_the_door(house.world) as client:
        assert (await sign_in(client, actor))["stage"] == "enrol"
        halves = {"/api/me", "/api/session", "/api/me/second-factors"}
        inner = [path for path in _gets(app) if path.startswith("/api") and "{" not in path and path not in halves]
        # Whoever applies as a supplier reads the categories and their questions without an account.
        applying = {"/api/categories", "/api/supplier-questions"}
        public = {
            "/api/time",
            "/api/config",
            "/api/audit/key",
            "/api/audit/witnesses",
            "/api/demo/seats",
            "/api/sealing",
        }
        # A witness shows a signature of its own.
        public |= {"/api/witness/checkpoints", *applying}
        for path in inner:
            answer = await client.get(path)
            if path in public:
                continue
            assert (answer.status_code, answer.json()["code"]) == (401, "SECOND_FACTOR_NEEDED"), path
        ticket = await client.post("/api/ws-tickets", json={"round_id": "a" * 32})
        assert (ticket.status_code, ticket.json()["code"]) == (401, "SECOND_FACTOR_NEEDED")
        await enrol(house, client)
        assert (await client.get("/api/me")).json()["stage"] == "full"
        assert (await client.get("/api/approvals")).status_code == 200
        house.clock.wind(seconds=WAITS)
        # The next sign-in has something to prove, and a new factor cannot be put beside it before.
        assert (await sign_in(client, actor))["stage"] == "prove"
        assert (await client.post("/api/me/totp")).json()["code"] == "SECOND_FACTOR_NEEDED"
        assert (await client.post("/api/me/passkeys/options")).json()["code"] == "SECOND_FACTOR_NEEDED"
        assert (await prove(client, by="password", password=PASSWORD)).json()["code"] == "WRONG_PROOF"
        assert (await client.get("/api/approvals")).status_code == 401


def _gets(app: Any) -> list[str]:
    return sorted({route.path for route in app.routes if "GET" in (getattr(route, "methods", None) or ())})


async def test_a05_a_code_is_good_once_for_half_a_minute_and_its_neighbours(house: TestWorld) -> None:
    actor = await person(house.world, Role.AUDITOR)
    async with at_the_door(house.world) as client:
        await sign_in(client, actor)
        secret, _ = await enrol(house, client)
        used = code_of(house, secret)
        await sign_in(client, actor)
        assert (await prove(client, by="totp", code=used)).json()["code"] == "WRONG_PROOF"
        house.clock.wind(seconds=5 * WAITS)
        for ahead in (-2, 2):
            assert (await prove(client, by="totp", code=code_of(house, secret, ahead))).status_code == 409
        assert (await prove(client, by="totp", code=code_of(house, secret, 1))).status_code == 200
        # One from before the last taken is used up with it.
        assert (await prove(client, by="totp", code=code_of(house, secret))).status_code == 409


async def test_a01_codes_are_not_to_be_guessed(house: TestWorld) -> None:
    actor = await person(house.world, Role.AUDITOR)
    async with at_the_door(house.world) as client:
        await sign_in(client, actor)
        secret, _ = await enrol(house, client)
        house.clock.wind(seconds=WAITS)
        await sign_in(client, actor)
        for number in range(house.world.settings.sign_in_tries):
            assert (await prove(client, by="totp", code=f"{number:06d}")).status_code == 409
        right = {"by": "totp", "code": code_of(house, secret)}
        assert (await prove(client, **right)).status_code == 429
        # A new sign-in brings no new tries.
        await sign_in(client, actor)
        assert (await prove(client, **right)).status_code == 429
    async with at_the_door(house.world) as other:
        await sign_in(other, await person(house.world, Role.AUDITOR))
        await enrol(house, other)


async def test_recovery_codes_are_good_once_each_and_kept_by_nobody(house: TestWorld) -> None:
    actor = await person(house.world, Role.APPROVER)
    async with at_the_door(house.world) as client:
        await sign_in(client, actor)
        _, codes = await enrol(house, client)
        assert len(set(codes)) == 10
        await sign_in(client, actor)
        spelled = codes[0].upper().replace("-", " ")
        assert (await prove(client, by="recovery", code=spelled)).status_code == 200
        assert (await prove(client, by="recovery", code=codes[0])).status_code == 409
        assert (await client.get("/api/me/second-factors")).json()["recovery_left"] == 9
        fresh = (await client.post("/api/me/recovery-codes")).json()["recovery_codes"]
        assert (await prove(client, by="recovery", code=codes[1])).status_code == 409
        assert (await prove(client, by="recovery", code=fresh[1])).status_code == 200
    async with house.world.db.snapshot() as tx:
        kept = repr((await tx.exec_driver_sql("SELECT * FROM second_factor")).all())
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


async def test_a04_every_proof_gives_the_session_a_new_id(house: TestWorld) -> None:
    actor = await person(house.world, Role.APPROVER)
    async with at_the_door(house.world) as client:
        await sign_in(client, actor)
        half = dict(client.cookies)
        secret, _ = await enrol(house, client)
        full = dict(client.cookies)
        house.clock.wind(minutes=6)
        assert (await prove(client, by="totp", code=code_of(house, secret))).status_code == 200
        stepped = dict(client.cookies)
        tokens = [each["bidroom"] for each in (half, full, stepped)]
        assert len(set(tokens)) == 3
        assert len({each["bidroom-device"] for each in (half, full, stepped)}) == 1
        client.cookies.clear()
        for token in tokens[:2]:
            assert (await client.get("/api/me", headers={"Cookie": f"bidroom={token}"})).status_code == 401
        # A socket that was opened before lives on with the session it belongs to.
        living = await _followed(house.world, tokens)
        assert living == [store.hash_token(tokens[2])] * 3
        house.clock.wind(seconds=house.world.settings.session_absolute)
        answer = await client.get("/api/me", headers={"Cookie": f"bidroom={tokens[2]}"})
        assert answer.status_code == 401


async def _followed(world: World, tokens: list[str]) -> list[str]:
    async with world.db.snapshot() as tx:
        found = await store.list_followed_sessions(world, tx, [store.hash_token(each) for each in tokens])
    return [found[store.hash_token(each)].id_hash for each in tokens]


async def test_an_act_asks_for_a_proof_of_the_last_five_minutes(house: TestWorld) -> None:
    actor = await person(house.world, Role.AUDITOR)
    asked = {"purpose": "Annual audit of 2026", "format": "bundle"}
    async with at_the_door(house.world) as client:
        await sign_in(client, actor)
        secret, _ = await enrol(house, client)
        house.clock.wind(minutes=5, seconds=1)
        refused = await client.post("/api/audit/exports", json=asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "STEP_UP_NEEDED")
        assert refused.json()["detail"] == {"act": "export"}
        assert (await client.get("/api/audit/exports")).status_code == 200
        assert (await prove(client, by="totp", code=code_of(house, secret))).status_code == 200
        assert (await client.post("/api/audit/exports", json=asked)).status_code != 403


async def test_the_buyers_signature_asks_for_it_too(house: TestWorld) -> None:
    actor = await person(house.world, Role.APPROVER)
    path, body = f"/api/contracts/{'a' * 32}/signature", {"signatory": "Wang", "title": "Director", "digest": "0" * 64}
    async with at_the_door(house.world) as client:
        await sign_in(client, actor)
        await enrol(house, client)
        assert (await client.post(path, json=body)).status_code == 404
        house.clock.wind(minutes=6)
        refused = await client.post(path, json=body)
        assert (refused.json()["code"], refused.json()["detail"]) == ("STEP_UP_NEEDED", {"act": "sign"})


async def test_without_a_second_factor_the_password_confirms(house: TestWorld) -> None:
    actor = await person(house.world, Role.PURCHASER)
    path, body = f"/api/tenders/{'a' * 32}/submit", {"version": 1}
    async with at_the_door(house.world) as client:
        me = await sign_in(client, actor)
        assert (me["stage"], me["proofs"]) == ("full", ["password"])
        assert (await client.post(path, json=body)).status_code == 404
        house.clock.wind(minutes=6)
        assert (await client.post(path, json=body)).json()["code"] == "STEP_UP_NEEDED"
        # To ask for a cancelling or a reopening too.
        for other in (f"tenders/{'a' * 32}/cancel", f"lots/{'a' * 32}/cancel", f"tenders/{'a' * 32}/reopening"):
            refused = await client.post(f"/api/{other}", json={"reason": "no longer needed"})
            assert refused.json()["code"] == "STEP_UP_NEEDED", other
        assert (await prove(client, by="password", password="wrong wrong wrong")).status_code == 409
        assert (await prove(client, by="password", password=PASSWORD)).status_code == 200
        assert (await client.post(path, json=body)).status_code == 404
        # Whoever has a second factor of his own will proves by it from then on.
        await enrol(house, client)
        house.clock.wind(minutes=6)
        assert (await prove(client, by="password", password=PASSWORD)).status_code == 409
        assert (await sign_in(client, actor))["stage"] == "prove"
    assert Kind.SESSION_PROVEN in await kinds(house)


async def test_passkeys_prove_once_each_challenge(house: TestWorld) -> None:
    actor = await person(house.world, Role.APPROVER)
    key = Authenticator()
    async with at_the_door(house.world) as client:
        await sign_in(client, actor)
        options = (await client.post("/api/me/passkeys/options")).json()["options"]
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert options["authenticatorSelection"]["residentKey"] == "required"
        elsewhere = replace(key, origin="https://evil.example")
        body = {"credential": elsewhere.make(options), "name": "Key"}
        assert (await client.post("/api/me/passkeys", json=body)).json()["code"] == "WRONG_PROOF"
        # The challenge is gone with the first answer.
        body = {"credential": key.make(options), "name": "Key"}
        assert (await client.post("/api/me/passkeys", json=body)).json()["code"] == "WRONG_PROOF"
        options = (await client.post("/api/me/passkeys/options")).json()["options"]
        unverified = replace(key, flags=PRESENT)
        body = {"credential": unverified.make(options), "name": "Key"}
        assert (await client.post("/api/me/passkeys", json=body)).json()["code"] == "WRONG_PROOF"
        options = (await client.post("/api/me/passkeys/options")).json()["options"]
        made = await client.post("/api/me/passkeys", json={"credential": key.make(options), "name": "Key"})
        keep(client, made)
        assert len(made.json()["recovery_codes"]) == 10

        assert (await sign_in(client, actor))["stage"] == "prove"
        asked = (await client.post("/api/session/passkey-options")).json()["options"]
        answer = key.prove(asked)
        assert (await prove(client, by="passkey", credential=answer)).status_code == 200
        assert (await prove(client, by="passkey", credential=answer)).status_code == 409
        asked = (await client.post("/api/session/passkey-options")).json()["options"]
        house.clock.wind(minutes=4)
        assert (await prove(client, by="passkey", credential=key.prove(asked))).status_code == 409
        # A copied key counts from where it was copied.
        asked = (await client.post("/api/session/passkey-options")).json()["options"]
        key.count = 0
        assert (await prove(client, by="passkey", credential=key.prove(asked))).status_code == 409


async def test_factors_are_named_and_removed_but_never_the_last(house: TestWorld) -> None:
    actor = await person(house.world, Role.APPROVER)
    async with (
        at_the_door(house.world) as client,
        caller(house.world, await make_actor(house.world, Role.ADMIN)) as admin,
    ):
        await sign_in(client, actor)
        await enrol(house, client)
        (first,) = (await client.get("/api/me/second-factors")).json()["factors"]
        path = f"/api/me/second-factors/{first['id']}"
        assert (await client.patch(path, json={"name": "Old phone"})).status_code == 204
        assert (await client.delete(path)).json()["code"] == "LAST_SECOND_FACTOR"
        assert (await admin.delete(path)).status_code == 404
        await enrol(house, client)
        assert (await client.delete(path)).status_code == 204
        left = (await client.get("/api/me/second-factors")).json()
        assert [each["name"] for each in left["factors"]] == ["手机"]
        assert left["recovery_left"] == 10
        # Lost everything: an administrator takes it all away, and the sessions with it.
        reset = f"/api/accounts/{actor.account_id}/second-factor-reset"
        assert (await admin.post(reset, json={"reason": "Lost the telephone"})).status_code == 204
        assert (await client.get("/api/me")).status_code == 401
        assert (await sign_in(client, actor))["stage"] == "enrol"
    assert Kind.SECOND_FACTOR_RESET in await kinds(house)


async def test_sessions_that_could_be_used_are_listed_and_no_others(house: TestWorld) -> None:
    actor = await person(house.world, Role.PURCHASER)
    async with at_the_door(house.world) as old, at_the_door(house.world) as client:
        await sign_in(old, actor)
        house.clock.wind(seconds=house.world.settings.session_idle_staff + 1)
        client.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        await sign_in(client, actor)
        await sign_in(old, actor)
        listed = (await client.get("/api/me/sessions")).json()
        assert sorted((each["device"], each["is_current"]) for each in listed) == [
            ("", False),
            ("Firefox · Linux", True),
        ]
        assert (await client.delete("/api/me/sessions")).status_code == 204
        assert len((await client.get("/api/me/sessions")).json()) == 1
        assert (await old.get("/api/me")).status_code == 401
        me = keep(client, await client.get("/api/me"))
        assert me["stage"] == "full"
    async with house.world.db.snapshot() as tx:
        kept = repr((await tx.exec_driver_sql("SELECT * FROM session")).all())
    assert "Firefox" not in kept


def test_the_base_is_the_relying_party() -> None:
    assert Authenticator().origin == BASE


@pytest.mark.parametrize(
    "body", [{"by": "totp"}, {"by": "passkey", "credential": "x"}, {"by": "sms", "code": "123456"}]
)
async def test_bent_proofs_are_not_understood(house: TestWorld, body: dict[str, Any]) -> None:
    async with at_the_door(house.world) as client:
        await sign_in(client, await person(house.world, Role.APPROVER))
        assert (await client.post("/api/session/proof", json=body)).status_code == 422
        odd = {"by": "passkey", "credential": {"id": "x", "response": {"clientDataJSON": "%%%"}}}
        assert (await client.post("/api/session/proof", json=odd)).status_code == 409
