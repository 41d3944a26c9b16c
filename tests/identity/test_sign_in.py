"""Accounts by one-time link, passwords, sessions, tickets: what a person and an attacker meet at the door."""

import re

import httpx
import pytest

from app.approvals import granting
from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.identity import access, service, store
from app.infra.errors import Problem
from app.infra.outbox import deliver_waiting
from app.journal.store import list_entries
from tests.callers import caller
from tests.worlds import TestWorld, make_actor

PASSWORD = "correct horse battery"


async def invite(house: TestWorld, *roles: Role, email: str = "wang@lanyu.example") -> str:
    """Invite somebody as an administrator does; the token of the link in the mail."""
    admin = await make_actor(house.world, Role.ADMIN)
    made = await granting.invite_staff(house.world, admin, email=email, name="王采购", roles=roles, locale="zh")
    assert isinstance(made, granting.Granted)
    return await token_from_mail(house)


async def token_from_mail(house: TestWorld) -> str:
    """The token of the link in the newest mail."""
    await deliver_waiting(house.world)
    found = re.search(r"#(\S+)", house.mail.sent[-1].get_content())
    assert found is not None
    return found[1]


async def test_an_invitation_link_makes_an_account_once(house: TestWorld) -> None:
    token = await invite(house, Role.PURCHASER)
    async with caller(house.world) as client:
        looked = await client.post("/api/account-invitations/look", json={"token": token})
        assert looked.json() == {"email": "wang@lanyu.example", "name": "王采购", "locale": "zh"}
        accepted = await client.post("/api/account-invitations/accept", json={"token": token, "password": PASSWORD})
        assert accepted.status_code == 200
        assert accepted.json()["roles"] == ["purchaser"]
        assert (await client.get("/api/me")).json()["email"] == "wang@lanyu.example"
        again = await client.post("/api/account-invitations/accept", json={"token": token, "password": PASSWORD})
        assert (again.status_code, again.json()["code"]) == (404, "LINK_USED")


@pytest.mark.parametrize("password", ["tiny pw", "aaaaaaaaaaaaaaa", "abababababababab", "x" * 201])
async def test_a_weak_password_leaves_the_link_usable(house: TestWorld, password: str) -> None:
    token = await invite(house, Role.PURCHASER)
    async with caller(house.world) as client:
        refused = await client.post("/api/account-invitations/accept", json={"token": token, "password": password})
        assert refused.status_code == 422
        assert password not in refused.text
    assert (await service.look_at_invitation(house.world, token)).email == "wang@lanyu.example"


async def test_the_link_dies_with_its_time(house: TestWorld) -> None:
    token = await invite(house, Role.PURCHASER)
    house.clock.wind(hours=house.world.settings.invitation_link_hours)
    with pytest.raises(Problem, match="LINK_USED"):
        await service.accept_invitation(house.world, token=token, password=PASSWORD)


async def test_sign_in_answers_alike_for_unknown_wrong_and_disabled(house: TestWorld) -> None:
    token = await invite(house, Role.APPROVER)
    started = await service.accept_invitation(house.world, token=token, password=PASSWORD)
    answers = []
    async with caller(house.world) as client:
        tries = [("wang@lanyu.example", "wrong password"), ("nobody@lanyu.example", PASSWORD)]
        answers += [await client.post("/api/session", json={"email": e, "password": p}) for e, p in tries]
        good = await client.post("/api/session", json={"email": "  WANG@lanyu.example ", "password": PASSWORD})
        assert good.status_code == 200
        admin = await make_actor(house.world, Role.ADMIN)
        assert await service.disable_account(house.world, admin, started.account.id) is None
        answers.append(await client.post("/api/session", json={"email": "wang@lanyu.example", "password": PASSWORD}))
        assert (await client.get("/api/me")).status_code == 401
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}


async def test_guessing_is_slowed_for_the_account_only(house: TestWorld) -> None:
    await service.accept_invitation(house.world, token=await invite(house, Role.APPROVER), password=PASSWORD)
    for _ in range(house.world.settings.sign_in_tries):
        with pytest.raises(Problem, match="WRONG_SIGN_IN"):
            await service.sign_in(
                house.world, email="wang@lanyu.example", password="guess guess", network="203.0.113.7"
            )
    with pytest.raises(Problem, match="SLOW_DOWN"):
        await service.sign_in(house.world, email="wang@lanyu.example", password=PASSWORD, network="203.0.113.8")
    with pytest.raises(Problem, match="WRONG_SIGN_IN"):
        await service.sign_in(house.world, email="other@lanyu.example", password=PASSWORD, network="203.0.113.8")
    house.clock.wind(seconds=house.world.settings.sign_in_window + 1)
    started = await service.sign_in(house.world, email="wang@lanyu.example", password=PASSWORD, network="203.0.113.8")
    assert started.account.email == "wang@lanyu.example"


async def test_a_reset_ends_every_older_session_and_works_once(house: TestWorld) -> None:
    started = await service.accept_invitation(house.world, token=await invite(house, Role.AUDITOR), password=PASSWORD)
    sent = len(house.mail.sent)
    await service.ask_reset(house.world, "nobody@lanyu.example")
    await deliver_waiting(house.world)
    assert len(house.mail.sent) == sent
    await service.ask_reset(house.world, "wang@lanyu.example")
    token = await token_from_mail(house)
    await service.accept_reset(house.world, token=token, password=PASSWORD + "!")
    assert await access.find_actor(house.world, store.hash_token(started.token), "r") is None
    with pytest.raises(Problem, match="LINK_USED"):
        await service.accept_reset(house.world, token=token, password=PASSWORD + "?")


async def test_asking_again_at_once_sends_no_second_letter_and_kills_no_link(house: TestWorld) -> None:
    await service.accept_invitation(house.world, token=await invite(house, Role.AUDITOR), password=PASSWORD)
    await service.ask_reset(house.world, "wang@lanyu.example")
    token = await token_from_mail(house)
    sent = len(house.mail.sent)
    house.clock.wind(seconds=299)
    await service.ask_reset(house.world, "wang@lanyu.example")
    await deliver_waiting(house.world)
    assert len(house.mail.sent) == sent
    house.clock.wind(seconds=1)
    await service.ask_reset(house.world, "wang@lanyu.example")
    newer = await token_from_mail(house)
    with pytest.raises(Problem, match="LINK_USED"):
        await service.accept_reset(house.world, token=token, password=PASSWORD + "!")
    await service.accept_reset(house.world, token=newer, password=PASSWORD + "!")


async def test_sessions_idle_out_to_the_second(house: TestWorld) -> None:
    actor = await make_actor(house.world, Role.PURCHASER)
    house.clock.wind(seconds=house.world.settings.session_idle_staff)
    assert await access.find_actor(house.world, actor.session_hash, "r") is not None
    house.clock.wind(seconds=house.world.settings.session_idle_staff, milliseconds=1)
    assert await access.find_actor(house.world, actor.session_hash, "r") is None


async def test_a_session_ends_after_its_absolute_life_however_active(house: TestWorld) -> None:
    actor = await make_actor(house.world, Role.PURCHASER)
    for _ in range(house.world.settings.session_absolute // 600):
        assert await access.find_actor(house.world, actor.session_hash, "r") is not None
        house.clock.wind(seconds=600)
    house.clock.wind(milliseconds=1)
    assert await access.find_actor(house.world, actor.session_hash, "r") is None


async def test_looking_at_the_end_of_a_session_does_not_put_it_off(house: TestWorld) -> None:
    actor = await make_actor(house.world, Role.PURCHASER)
    async with caller(house.world, actor) as client:
        first = (await client.get("/api/session")).json()
        assert first["can_stay"]
        house.clock.wind(minutes=13)
        second = (await client.get("/api/session")).json()
        assert second["ends_at"] == first["ends_at"]
        assert second["now"] != first["now"]
        # A sign of the person puts it off.
        assert (await client.get("/api/me")).status_code == 200
        assert (await client.get("/api/session")).json()["ends_at"] > first["ends_at"]
        house.clock.wind(minutes=16)
        gone = await client.get("/api/session")
        assert (gone.status_code, gone.json()["code"]) == (401, "SIGNED_OUT")


async def test_near_its_absolute_end_a_session_cannot_be_put_off(house: TestWorld) -> None:
    actor = await make_actor(house.world, Role.PURCHASER)
    async with caller(house.world, actor) as client:
        for _ in range(house.world.settings.session_absolute // 600 - 1):
            house.clock.wind(seconds=600)
            assert (await client.get("/api/me")).status_code == 200
        assert not (await client.get("/api/session")).json()["can_stay"]


async def test_own_sessions_are_seen_and_ended(house: TestWorld) -> None:
    actor = await make_actor(house.world, Role.PURCHASER)
    async with caller(house.world, actor) as client:
        sessions = (await client.get("/api/me/sessions")).json()
        assert len(sessions) == 2
        (other,) = [item for item in sessions if not item["is_current"]]
        assert (await client.delete(f"/api/me/sessions/{other['ref']}")).status_code == 204
        assert (await client.delete("/api/me/sessions/0000000000000000")).status_code == 404
        assert len((await client.get("/api/me/sessions")).json()) == 1
        assert (await client.delete("/api/session")).status_code == 204
        assert (await client.get("/api/me")).status_code == 401


async def test_a_ticket_opens_one_socket_of_one_round_for_thirty_seconds(house: TestWorld) -> None:
    actor = await make_actor(house.world, Role.PURCHASER)
    ticket = await service.issue_ticket(house.world, actor, "a" * 32)
    other = await service.issue_ticket(house.world, actor, "a" * 32)
    assert await access.redeem_ticket(house.world, other, "b" * 32) is None
    opened = await access.redeem_ticket(house.world, ticket, "a" * 32)
    assert opened is not None
    assert opened.account_id == actor.account_id
    assert await access.redeem_ticket(house.world, ticket, "a" * 32) is None
    late = await service.issue_ticket(house.world, actor, "a" * 32)
    house.clock.wind(seconds=house.world.settings.ticket_seconds)
    assert await access.redeem_ticket(house.world, late, "a" * 32) is None


async def test_unsafe_requests_need_json_the_header_and_the_origin(house: TestWorld) -> None:
    actor = await make_actor(house.world, Role.ADMIN)
    body = {"email": "li@lanyu.example", "name": "李批", "roles": ["approver"]}

    async def status(client: httpx.AsyncClient, **request: object) -> tuple[int, str]:
        answer = await client.post("/api/accounts", **({"json": body} | request))  # type: ignore[arg-type]  # httpx's own parameters
        return answer.status_code, answer.json()["code"]

    async with caller(house.world, actor) as client:
        assert await status(client, headers={"X-CSRF-Token": "0" * 64}) == (403, "CSRF")
        assert await status(client, headers={"Origin": "https://evil.example"}) == (403, "WRONG_ORIGIN")
        assert await status(client, headers={"Sec-Fetch-Site": "cross-site"}) == (403, "WRONG_ORIGIN")
        assert await status(client, json=None, data={"email": "x"}) == (415, "NOT_JSON")
        twice = b'{"email":"a@b.example","email":"c@d.example","name":"x","roles":["approver"]}'
        json_type = {"Content-Type": "application/json"}
        assert await status(client, json=None, content=twice, headers=json_type) == (400, "BAD_REQUEST")
        assert await status(client, json=None, content=b"[" * 9999, headers=json_type) == (400, "BAD_REQUEST")
        assert await status(client, json=body | {"surprise": 1}) == (422, "NOT_UNDERSTOOD")
        assert await status(client, json=body | {"roles": ["supplier"]}) == (409, "OUT_OF_RANGE")
        big = b'{"email":"' + b"x" * house.world.settings.max_body_bytes + b'"}'
        assert await status(client, json=None, content=big, headers=json_type) == (413, "TOO_LARGE")
        assert (await client.post("/api/accounts", json=body)).status_code == 201
        assert await status(client) == (409, "ALREADY_EXISTS")


async def test_a_wrong_door_is_refused_and_journaled(house: TestWorld) -> None:
    purchaser = await make_actor(house.world, Role.PURCHASER)
    async with caller(house.world, purchaser) as client:
        assert (await client.get("/api/accounts")).json()["code"] == "NOT_YOUR_ROLE"
    async with caller(house.world) as client:
        assert (await client.get("/api/accounts")).json()["code"] == "SIGNED_OUT"
    async with house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain="system")
    assert [entry.data for entry in entries if entry.kind is Kind.ACCESS_REFUSED] == [{"path": "/api/accounts"}]


async def test_errors_echo_nothing_and_carry_the_headers(house: TestWorld) -> None:
    async with caller(house.world) as client:
        answer = await client.post("/api/session", json={"email": "canary@x.example", "password": 7319024.58})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert "canary" not in answer.text
        assert "7319024" not in answer.text
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers
        assert (await client.get("/docs")).status_code == 404 or "swagger" not in (await client.get("/docs")).text


async def test_demo_seats_exist_only_in_the_demo(house: TestWorld) -> None:
    async with caller(house.world) as client:
        assert (await client.get("/api/demo/seats")).status_code == 404
        assert (await client.post("/api/demo/seats/purchaser")).status_code == 404


async def test_the_database_links_no_session_to_an_account(house: TestWorld) -> None:
    actor = await make_actor(house.world, Role.PURCHASER, email="canary-person@lanyu.example", name="Canary Person")
    await service.issue_ticket(house.world, actor, "c" * 32)
    async with house.world.db.snapshot() as tx:
        sessions = (await tx.exec_driver_sql("SELECT * FROM session")).all()
        tickets = (await tx.exec_driver_sql("SELECT * FROM ticket")).all()
        accounts = (await tx.exec_driver_sql("SELECT * FROM account")).all()
    assert actor.account_id not in repr(sessions)
    assert actor.session_hash not in repr(tickets)
    assert "canary" not in repr(accounts).lower()
