"""attacks.md Z02, Z05 from outside: one person behind two accounts, and roles by four eyes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.approving import ProposalKind
from app.domain.drafting import draft_from_json
from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.identity import store
from app.identity.access import Actor, cookie_name, csrf_token, reach_tender
from app.infra.errors import Problem
from app.infra.world import World
from app.journal.store import list_entries
from app.main import build_app
from app.notices.store import list_notices
from tests.callers import BASE, caller
from tests.tenders.houses import House, begin, build_house, save, submit
from tests.worlds import PROVEN, TestWorld, make_actor, replace


@asynccontextmanager
async def on_device(world: World, actor: Actor, device: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody signed in on a browser that is known."""
    token = world.ids.token()
    proof = replace(PROVEN, device=world.keys.lookup("device|" + device))
    async with world.db.transaction() as tx:
        await store.insert_session(
            world, tx, token=token, account_id=actor.account_id, at=world.clock.now(), is_demo=False, proof=proof
        )
    headers = {"X-CSRF-Token": csrf_token(token), "Origin": BASE}
    transport = httpx.ASGITransport(build_app(world), raise_app_exceptions=False)
    cookies = {cookie_name(world): token}
    async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies, headers=headers) as client:
        yield client


async def grants(world: World) -> list[dict[str, Any]]:
    """The grants in the journal."""
    async with world.db.snapshot() as tx:
        entries = await list_entries(tx, chain="system")
    return [dict(entry.data) for entry in entries if entry.kind is Kind.ROLES_GRANTED]


async def roles_of(world: World, actor: Actor) -> list[str]:
    """What somebody may do now."""
    async with world.db.snapshot() as tx:
        person = await store.find_account(world, tx, actor.account_id)
    assert person is not None
    return sorted(person.roles)


def path_of(actor: Actor) -> str:
    """Where an administrator asks for roles."""
    return f"/api/accounts/{actor.account_id}/roles"


async def test_z05_an_administrator_gives_nobody_a_role_without_an_auditor(house: TestWorld) -> None:
    world = house.world
    admin, auditor = await make_actor(world, Role.ADMIN), await make_actor(world, Role.AUDITOR)
    friend = await make_actor(world, Role.REQUESTER, name="张三")

    async def notices_of(actor: Actor) -> list[tuple[str, dict[str, str]]]:
        async with world.db.snapshot() as tx:
            return [(each.kind.value, dict(each.params)) for each in await list_notices(world, tx, actor.account_id)]

    async with caller(world, admin) as boss, caller(world, auditor) as second:
        for role in ("purchaser", "approver", "auditor", "evaluator"):
            own = await boss.put(path_of(admin), json={"roles": ["admin", role]})
            assert (own.status_code, own.json()["code"]) == (409, "SAME_PERSON")
        asked = (await boss.put(path_of(friend), json={"roles": ["approver"]})).json()
        assert await roles_of(world, friend) == ["requester"]
        # Auditors are told that something waits, not whose.
        assert await notices_of(auditor) == [("approval_waiting", {})]
        assert [await notices_of(one) for one in (admin, friend)] == [[], []]
        (seen,) = [each for each in (await boss.get("/api/accounts")).json() if each["id"] == friend.account_id]
        assert seen["pending_roles"] == ["approver"]
        decision = f"/api/approvals/{asked['proposal_id']}/decision"
        assert (await boss.post(decision, json={"verdict": "approve"})).status_code == 403
        (waiting,) = (await second.get("/api/approvals")).json()
        assert (waiting["kind"], waiting["summary"]["person"]) == (ProposalKind.ROLES, "张三")
        assert (await second.post(decision, json={"verdict": "approve"})).status_code == 200
    assert await roles_of(world, friend) == ["approver"]
    (granted,) = await grants(world)
    assert granted == {"account": friend.account_id, "from": ["requester"], "to": ["approver"], "alone": False}
    # The sessions of before have ended with the roles of before.
    async with world.db.snapshot() as tx:
        assert await store.list_sessions(world, tx, friend.account_id) == []


async def test_z05_nobody_decides_about_himself_and_others_do_not_see_it(house: TestWorld) -> None:
    world = house.world
    admin, one, two = [await make_actor(world, role) for role in (Role.ADMIN, Role.AUDITOR, Role.AUDITOR)]
    approver = await make_actor(world, Role.APPROVER)
    async with caller(world, admin) as boss, caller(world, one) as favoured, caller(world, approver) as other:
        asked = (await boss.put(path_of(one), json={"roles": ["auditor", "admin"]})).json()["proposal_id"]
        path, yes = f"/api/approvals/{asked}", {"verdict": "approve"}
        assert (await favoured.post(f"{path}/decision", json=yes)).json()["code"] == "SAME_PERSON"
        assert (await other.get("/api/approvals")).json() == []
        assert (await other.get(path)).status_code == 404
        assert (await other.post(f"{path}/decision", json=yes)).json()["code"] == "NEEDS_SECOND_PERSON"
        # An edit voids what was asked before: the older change can be agreed to no more.
        newer = (await boss.put(path_of(one), json={"roles": ["auditor", "requester"]})).json()["proposal_id"]
        async with caller(world, two) as second:
            assert (await second.post(f"{path}/decision", json=yes)).json()["code"] == "ALREADY_DECIDED"
            assert (await second.post(f"/api/approvals/{newer}/decision", json=yes)).status_code == 200
    assert await roles_of(world, one) == ["auditor", "requester"]


async def test_z05_a_fresh_house_has_no_auditor_and_the_journal_says_so(house: TestWorld) -> None:
    world = house.world
    admin, friend = await make_actor(world, Role.ADMIN), await make_actor(world, Role.REQUESTER)
    invited = {"email": "zhou@lanyu.example", "name": "周审", "roles": ["auditor"]}
    async with caller(world, admin) as boss:
        assert (await boss.put(path_of(friend), json={"roles": ["purchaser"]})).json()["proposal_id"] is None
        assert (await grants(world))[0]["alone"] is True
        assert (await boss.post("/api/accounts", json=invited)).json()["proposal_id"] is None
        # An auditor who has not come yet decides nothing; one who has, decides from then on.
        assert (await boss.put(path_of(friend), json={"roles": ["approver"]})).json()["proposal_id"] is None
        await make_actor(world, Role.AUDITOR)
        later = invited | {"email": "li@lanyu.example", "roles": ["approver"]}
        made = (await boss.post("/api/accounts", json=later)).json()
        assert made["proposal_id"] is not None
        (seen,) = [each for each in (await boss.get("/api/accounts")).json() if each["id"] == made["id"]]
        assert (seen["roles"], seen["pending_roles"]) == ([], ["approver"])


async def test_z02_a_second_account_and_the_same_device_are_no_second_person(house: TestWorld) -> None:
    world = house.world
    admin = await make_actor(world, Role.ADMIN, email="chen@lanyu.example")
    twin = await make_actor(world, Role.AUDITOR, email="Chen+audit@lanyu.example")
    auditor, friend = await make_actor(world, Role.AUDITOR), await make_actor(world, Role.REQUESTER)
    yes = {"verdict": "approve"}
    async with on_device(world, admin, "laptop") as boss:
        asked = (await boss.put(path_of(friend), json={"roles": ["purchaser"]})).json()["proposal_id"]
        path = f"/api/approvals/{asked}/decision"
        async with caller(world, twin) as second:
            answer = (await second.post(path, json=yes)).json()
            assert (answer["code"], answer["detail"]) == ("SAME_PERSON", {"by": "contact"})
        async with on_device(world, auditor, "laptop") as second:
            answer = (await second.post(path, json=yes)).json()
            assert (answer["code"], answer["detail"]) == ("SAME_PERSON", {"by": "device"})
    async with caller(world, await make_actor(world, Role.AUDITOR)) as third:
        assert (await third.post(path, json=yes)).status_code == 200
    assert await roles_of(world, friend) == ["purchaser"]


# ── exclusive roles (ACCESS.md section 2) ─────────────────────────────────────


@pytest.fixture
async def buyers(clean_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The buyer's side, and firms."""
    built = await build_house(clean_database_url, tmp_path)
    yield built
    await built.world.db.dispose()


async def test_z02_who_has_written_a_tender_approves_nothing_in_it_under_another_hat(buyers: House) -> None:
    world = buyers.world
    both = await make_actor(world, Role.PURCHASER, Role.APPROVER, Role.AUDITOR, name="一人多职")
    tender = await begin(buyers)
    draft = draft_from_json(tender.draft)
    # Somebody who also may approve writes a line of it; another purchaser proposes.
    tender = await save(buyers, tender, replace(draft, title_zh="压缩机 2027"), both)
    proposal = await submit(buyers, tender)
    yes = {"verdict": "approve"}
    async with caller(world, both) as client, caller(world, buyers.approver) as approver:
        answer = await client.post(f"/api/approvals/{proposal.id}/decision", json=yes)
        assert answer.json()["code"] == "EXCLUSIVE_ROLES"
        assert (await approver.post(f"/api/approvals/{proposal.id}/decision", json=yes)).status_code == 200
    async with world.db.snapshot() as tx:
        assert await reach_tender(tx, both, tender.id, Role.AUDITOR, Role.APPROVER, Role.PURCHASER) is Role.PURCHASER
        with pytest.raises(Problem, match="NOT_FOUND"):
            await reach_tender(tx, both, tender.id, Role.AUDITOR)
        # In a tender of others every hat is free.
        assert await reach_tender(tx, both, "0" * 32, Role.AUDITOR) is Role.AUDITOR


async def test_z02_who_has_approved_a_tender_writes_nothing_in_it(buyers: House) -> None:
    world = buyers.world
    both = await make_actor(world, Role.PURCHASER, Role.APPROVER)
    tender = await begin(buyers)
    proposal = await submit(buyers, tender)
    async with caller(world, both) as client:
        path = f"/api/approvals/{proposal.id}/decision"
        assert (await client.post(path, json={"verdict": "approve"})).status_code == 200
        cancelled = await client.post(f"/api/tenders/{tender.id}/cancel", json={"reason": "a reason of some length"})
    assert (cancelled.status_code, cancelled.json()["code"]) == (409, "EXCLUSIVE_ROLES")
