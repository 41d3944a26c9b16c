"""attacks.md I and A on the routes of live rounds and of sessions: bad input is refused in one form, echoes nothing and
changes nothing; sessions, cookies, links and headers as ACCESS.md section 1 has them."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.visibility import Role
from app.identity import store
from app.identity.access import Actor
from app.identity.passwords import hash_password
from app.infra.world import World
from app.live_rounds import store as live_store
from app.main import build_app
from tests.attacks.site import CANARY
from tests.callers import BASE, caller
from tests.identity.test_sign_in import token_from_mail
from tests.live_rounds.stage import Stage, open_all, set_stage
from tests.live_rounds.test_routes import PAUSE
from tests.worlds import TestWorld, make_actor, make_world, sign_in

REASON = "a reason of some length"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def stage(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """One open lot."""
    made = await set_stage(clean_database_url, tmp_path)
    await open_all(made)
    yield made
    await made.world.db.dispose()


def acts(stage: Stage, desk: Actor) -> list[tuple[Actor, str, dict[str, Any]]]:
    """Every route of live rounds that changes something, with a body it would take."""
    lot, buyer = stage.lots[0], stage.house.purchaser
    said = {"zh": "通知", "en": "Notice"}
    return [
        (buyer, f"/api/lots/{lot}/pause", PAUSE),
        (buyer, f"/api/lots/{lot}/resume", {"resume_in_s": 120}),
        (buyer, f"/api/lots/{lot}/extend", {"minutes": 5, "reason": REASON}),
        (buyer, f"/api/lots/{lot}/void", {"reason": REASON, "n": 1, "alias": "A"}),
        (buyer, f"/api/lots/{lot}/cancel", {"reason": REASON, "message_zh": "取消", "message_en": "Cancelled"}),
        (buyer, f"/api/rounds/{stage.round_id}/broadcasts", said),
        (buyer, f"/api/rounds/{stage.round_id}/broadcasts/check", said),
        (desk, f"/api/desk/lots/{lot}/pause", {"code": "12345678", "reason": REASON}),
        (buyer, "/api/ws-tickets", {"round_id": stage.round_id}),
    ]


def bent(good: dict[str, Any], most: int) -> list[tuple[int, bytes]]:
    """The status each bent body gets, and the body: I01 to I04."""
    plain = json.dumps(good)
    name, value = next(iter(good.items()))
    wrong = [1.0, None, [], {}, True, [CANARY], {CANARY: 1}, CANARY * 900]
    found = [
        (400, f"{{{json.dumps(name)}: 1, {plain[1:]}".encode()),
        (422, json.dumps({**good, CANARY: 1}).encode()),
        (422, b"{}"),
        (400, b"[" * 500),
        (400, b"\xef\xbb\xbf" + plain.encode()),
        (400, plain.encode()[:-1] + b"\xff}"),
        (400, b"NaN"),
        (422, b""),
        (413, b'{"a":"' + b"x" * most + b'"}'),
    ]
    return found + [(422, json.dumps({**good, name: bad}).encode()) for bad in wrong if bad != value]


async def test_i01_to_i05_and_i10_on_every_act_of_a_live_round(stage: Stage) -> None:
    desk = await make_actor(stage.world, Role.DESK_HELP)
    before = await stage.floor()
    texts: list[str] = []
    for actor, path, good in acts(stage, desk):
        async with caller(stage.world, actor) as client:
            for status, body in bent(good, stage.world.settings.max_body_bytes):
                if path.endswith("/resume") and body in (b"{}", json.dumps({"resume_in_s": None}).encode()):
                    continue
                answer = await client.post(path, content=body, headers=JSON)
                is_text = status == 422 and answer.status_code == 400 and b"\\u" in body
                assert answer.status_code == status or is_text, (path, body[:80], answer.text)
                assert set(answer.json()) == {"type", "title", "status", "code", "detail"}
                texts.append(answer.text)
            for media in (
                "application/x-www-form-urlencoded",
                "text/xml",
                "text/plain",
                "multipart/form-data; boundary=x",
            ):
                answer = await client.post(path, content=b"a=b", headers={"Content-Type": media})
                assert answer.status_code == 415, (path, media, answer.text)
            packed = await client.post(path, content=b"{}", headers={**JSON, "Content-Encoding": "gzip"})
            assert packed.status_code == 415
            absent = re.sub(r"[0-9a-f]{32}", "0" * 32, path)
            if absent != path:
                assert (await client.post(absent, json=good)).status_code == 404
    assert len(texts) > 100
    assert not [text for text in texts if CANARY in text or "Traceback" in text]
    assert (await stage.floor(), len(await stage.chain())) == (before, 1)


async def test_i03_text_that_looks_alike_is_kept_as_it_was_sent(stage: Stage) -> None:
    """NUL and lone surrogates are no text; right-to-left marks and script stay inert text."""
    path = f"/api/rounds/{stage.round_id}/broadcasts"
    script = "<script>alert(1)</script> \u202e"
    async with caller(stage.world, stage.house.purchaser) as client:
        for bad in ('{"zh":"a\\u0000b","en":"x"}', '{"zh":"\\ud800","en":"x"}'):
            assert (await client.post(path, content=bad.encode(), headers=JSON)).status_code in {400, 422}
        assert (await client.post(path, json={"zh": script, "en": script})).status_code == 204
        view = await client.get(f"/api/rounds/{stage.round_id}")
    assert [one["en"] for one in view.json()["broadcasts"]] == [script.strip()]
    assert view.headers["content-type"] == "application/json"
    assert view.headers["x-content-type-options"] == "nosniff"


async def test_a_purchaser_of_the_socket_path_learns_nothing_by_http(stage: Stage) -> None:
    """The socket's address by HTTP, and the socket's acts by HTTP: there is no second door (W26)."""
    async with caller(stage.world, stage.rep(0)) as client:
        for path in (f"/ws/rounds/{stage.round_id}", f"/api/lots/{stage.lots[0]}/bids"):
            body = {"bid_id": "a" * 32, "lot_id": stage.lots[0], "amount": "280.00"}
            assert (await client.post(path, json=body)).status_code in {404, 405}
    async with stage.world.db.snapshot() as tx:
        assert await live_store.list_accepted_bids(tx, stage.lots[0]) == []


# ── A: sessions ───────────────────────────────────────────────────────────────


async def test_a02_the_cookie_of_a_session(clean_database_url: str, tmp_path: Path) -> None:
    made = await make_world(clean_database_url, tmp_path)
    for url, name, is_secure in (
        ("https://bids.example", "__Host-", True),
        ("http://testserver", "", False),
    ):
        settings = type(made.world.settings).model_validate({**made.world.settings.model_dump(), "public_url": url})
        world = replace(made.world, settings=settings)
        person = await _person(world, f"{len(name)}@lanyu.example")
        async with _client(world, url) as client:
            answer = await client.post("/api/session", json=person)
        cookie = answer.headers["set-cookie"]
        assert answer.status_code == 200, answer.text
        assert cookie.startswith(name)
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=strict", "path=/"} <= flags
        assert ("secure" in flags) is is_secure
        assert not any(flag.startswith("domain") for flag in flags)
        token = cookie.split(";")[0].partition("=")[2]
        assert token not in answer.text
    await made.world.db.dispose()


PASSWORD = "correct horse battery staple 7"


async def _person(world: World, email: str) -> dict[str, str]:
    """Somebody with a password, and what they type to sign in."""
    actor = await make_actor(world, Role.AUDITOR, email=email)
    async with world.db.transaction() as tx:
        await store.set_account(tx, actor.account_id, password_hash=await hash_password(PASSWORD))
    return {"email": email, "password": PASSWORD}


def _client(world: World, base: str, **more: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(build_app(world), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=base, headers={"Origin": base}, **more)


async def test_a04_a_session_is_new_at_every_sign_in_and_dead_after_it_ends(house: TestWorld) -> None:
    person = await _person(house.world, "fix@lanyu.example")
    planted = "planted-by-somebody-else"

    def held(token: str) -> dict[str, str]:
        return {"Cookie": f"{name}={token}"}

    async with _client(house.world, BASE) as client:
        name = (await client.post("/api/session", json=person)).headers["set-cookie"].partition("=")[0]
    async with _client(house.world, BASE, cookies={name: planted}) as client:
        answer = await client.post("/api/session", json=person)
        token = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
        assert token != planted
        csrf = {"X-CSRF-Token": answer.json()["csrf_token"]}
        client.cookies.clear()
        assert (await client.get("/api/me", headers=held(token))).status_code == 200
        assert (await client.delete("/api/session", headers={**held(token), **csrf})).status_code in {200, 204}
        assert (await client.get("/api/me", headers=held(token))).status_code == 401
        assert (await client.get("/api/me", headers=held(planted))).status_code == 401


async def test_a08_a_reset_link_leads_to_the_configured_host_for_half_an_hour(house: TestWorld) -> None:
    person = await _person(house.world, "reset@lanyu.example")
    asked = {"email": person["email"]}
    async with _client(house.world, BASE) as client:
        forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        await client.post("/api/password-resets", json=asked, headers=forged)
        assert (await client.post("/api/password-resets", json=asked)).status_code == 202
        token = await token_from_mail(house)
        assert not [mail for mail in house.mail.sent if "evil.example" in mail.get_content()]
        assert house.world.settings.public_url in house.mail.sent[-1].get_content()
        house.clock.at += timedelta(minutes=31)
        late = {"token": token, "password": PASSWORD + "!"}
        assert (await client.post("/api/password-resets/accept", json=late)).status_code in {404, 409, 410}
        assert (await client.post("/api/session", json=person)).status_code == 200


async def test_a09_every_answer_carries_the_headers_and_nothing_inner_is_public(stage: Stage) -> None:
    """Every GET route as nobody and as somebody; errors too; documents of the interface and metrics to nobody."""
    app = build_app(stage.world)
    paths = [path for path, methods in app.openapi()["paths"].items() if "get" in methods]
    cookies, headers = await sign_in(stage.world, stage.house.purchaser)
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        for path in paths:
            address = re.sub(r"{number}", "1", path)
            address = re.sub(r"{\w+}", "0" * 32, address)
            for more in ({}, {**headers, "Cookie": cookie}):
                answer = await client.get(address, headers=more)
                assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
                assert answer.headers["x-content-type-options"] == "nosniff", path
                assert answer.headers["referrer-policy"] == "no-referrer", path
                assert answer.headers["cache-control"] == "no-store", path
                assert not {"server", "server-timing", "etag", "last-modified"} & set(answer.headers), path
        for path in ("/docs", "/redoc", "/openapi.json", "/metrics", "/api/openapi.json", "/.env", "/api/metrics"):
            answer = await client.get(path)
            text = answer.text.lower()
            assert answer.status_code == 404 or "<div id=" in text or "<!doctype html" in text, path
            assert "swagger" not in text
            assert '"paths"' not in text
