"""Webhooks end to end: added by an administrator, told from the journal, signed, tried again, given up."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta

from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.domain.webhooks import GRACE, WAITS
from app.infra.calling import Call
from app.journal.store import NewEntry, append
from app.notices.webhooks import deliver_due, follow_journal, list_webhooks, try_webhook
from tests.callers import caller
from tests.worlds import TestWorld, make_actor

BODY = {"name": "ERP", "url": "https://erp.example/hook", "kinds": ["tender.published", "lot.closed"]}
TENDER = "a" * 32


class Receiver:
    """Takes what it is sent, or answers what it was told to."""

    def __init__(self, *statuses: int | None) -> None:
        self.statuses = list(statuses)
        self.calls: list[Call] = []

    async def __call__(self, call: Call, networks: Sequence[str]) -> int | None:
        """Remember the call."""
        self.calls.append(call)
        return self.statuses.pop(0) if self.statuses else 204


async def happen(house: TestWorld, *kinds: Kind) -> None:
    async with house.world.db.transaction() as tx:
        for kind in kinds:
            new = NewEntry(f"tender:{TENDER}", kind, {"title_zh": "SECRET"}, tender=TENDER)
            await append(house.world, tx, new)


async def test_the_way_of_a_message(house: TestWorld) -> None:
    world, clock = house.world, house.clock
    await happen(house, Kind.TENDER_PUBLISHED)
    clock.wind(seconds=1)
    admin = await make_actor(world, Role.ADMIN)
    async with caller(world, admin) as client:
        made = (await client.post("/api/webhooks", json=BODY)).json()
        secret = base64.b64decode(made["secret"].removeprefix("whsec_"))
        # What was before it is not told, nor what nobody asked for, nor anything twice.
        await happen(house, Kind.TENDER_AMENDED, Kind.TENDER_PUBLISHED)
        assert [await follow_journal(world), await follow_journal(world)] == [1, 0]
        receiver = Receiver(500, None, 204)
        assert await deliver_due(world, receiver) == 0
        assert await deliver_due(world, receiver) == 0
        for wait in WAITS[:2]:
            clock.wind(seconds=wait.total_seconds())
            await deliver_due(world, receiver)
        assert len(receiver.calls) == 3
        assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1
        last = receiver.calls[-1]
        signed = f"{last.headers['webhook-id']}.{last.headers['webhook-timestamp']}.".encode() + last.body
        expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
        assert last.headers["webhook-signature"] == f"v1,{expected}"
        told = json.loads(last.body)
        assert (told["type"], told["data"]) == ("tender.published", {"tender": TENDER})
        shown = (await client.get("/api/webhooks")).json()["webhooks"][0]
        assert (shown["waiting"], shown["last_status"], shown["state"]) == (0, 204, "active")
        assert made["secret"] not in json.dumps(shown)
        # Paused: it waits; taken up again: it goes.
        await client.post(f"/api/webhooks/{made['id']}/state", json={"state": "paused"})
        await happen(house, Kind.LOT_CLOSED)
        await follow_journal(world)
        assert await deliver_due(world, receiver) == 0
        await client.post(f"/api/webhooks/{made['id']}/state", json={"state": "active"})
        assert await deliver_due(world, receiver) == 1
        # A trial; then it is removed, and nothing of it is left to be asked for.
        assert (await client.post(f"/api/webhooks/{made['id']}/trial", json={})).status_code == 204
        assert await deliver_due(world, receiver) == 1
        assert json.loads(receiver.calls[-1].body)["type"] == "webhook.tested"
        await client.post(f"/api/webhooks/{made['id']}/state", json={"state": "removed"})
        assert (await client.get("/api/webhooks")).json()["webhooks"] == []
        assert (await client.post(f"/api/webhooks/{made['id']}/trial", json={})).status_code == 404


async def test_a_dead_address_is_given_up(house: TestWorld) -> None:
    world = house.world
    admin = await make_actor(world, Role.ADMIN)
    async with caller(world, admin) as client:
        await client.post("/api/webhooks", json=BODY)
        await happen(house, Kind.TENDER_PUBLISHED)
        await follow_journal(world)
        dead = Receiver(*[None] * 20)
    for _ in range(20):
        await deliver_due(world, dead)
        house.clock.wind(days=1)
    assert len(dead.calls) == len(WAITS) + 1
    found, health = (await list_webhooks(world))[0]
    assert (found.state, health.given_up, health.last_status) == ("failed", 1, None)
    # The administrators are told, once; it is sent again by hand, under the id it had, once the address is back.
    async with caller(world, admin) as client:
        notices = (await client.get("/api/notices")).json()["notices"]
        assert [one["kind"] for one in notices] == ["webhook_failed"]
        path = f"/api/webhooks/{found.id}"
        assert (await client.post(f"{path}/redelivery")).json()["code"] == "NOT_ALLOWED_HERE"
        await client.post(f"{path}/state", json={"state": "active"})
        assert (await client.post(f"{path}/redelivery")).json() == {"messages": 1}
        assert (await client.post(f"{path}/redelivery")).json() == {"messages": 0}
    alive = Receiver()
    assert await deliver_due(world, alive) == 1
    assert alive.calls[0].headers["webhook-id"] == dead.calls[0].headers["webhook-id"]
    assert (await list_webhooks(world))[0][1].given_up == 0


async def test_one_removed_on_the_way_stays_removed(house: TestWorld) -> None:
    world = house.world
    async with caller(world, await make_actor(world, Role.ADMIN)) as client:
        made = (await client.post("/api/webhooks", json=BODY)).json()
        await happen(house, Kind.TENDER_PUBLISHED)
        await follow_journal(world)

        async def removing(call: Call, networks: Sequence[str]) -> int | None:
            del call, networks
            await client.post(f"/api/webhooks/{made['id']}/state", json={"state": "removed"})
            return 410

        await deliver_due(world, removing)
    assert await list_webhooks(world) == []


def signatures(call: Call, *texts: str) -> list[str]:
    """What a receiver computes with the secrets it was shown."""
    signed = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    secrets = [base64.b64decode(text.removeprefix("whsec_")) for text in texts]
    return [f"v1,{base64.b64encode(hmac.new(one, signed, hashlib.sha256).digest()).decode()}" for one in secrets]


async def test_a_secret_is_changed_in_peace(house: TestWorld) -> None:
    world = house.world
    receiver = Receiver()
    async with caller(world, await make_actor(world, Role.ADMIN)) as client:
        made = (await client.post("/api/webhooks", json=BODY)).json()
        path = f"/api/webhooks/{made['id']}"
        # The second change within the day ends the first secret at once.
        second = (await client.post(f"{path}/secret")).json()["secret"]
        third = (await client.post(f"{path}/secret")).json()["secret"]
        assert len({made["secret"], second, third}) == 3
        shown = (await client.get("/api/webhooks")).text
        assert not any(text in shown for text in (second, third))
        for passed in (timedelta(0), GRACE - timedelta(milliseconds=1), timedelta(milliseconds=1)):
            house.clock.wind(seconds=passed.total_seconds())
            await try_webhook(world, made["id"])
            await deliver_due(world, receiver)
    # Her session has not lived that long: she signs in again.
    async with caller(world, await make_actor(world, Role.ADMIN)) as client:
        until = [one["old_secret_until"] for one in (await client.get("/api/webhooks")).json()["webhooks"]]
    told = [call.headers["webhook-signature"].split(" ") for call in receiver.calls]
    assert told[0] == signatures(receiver.calls[0], third, second)
    assert told[1] == signatures(receiver.calls[1], third, second)
    assert told[2] == signatures(receiver.calls[2], third)
    assert until == [None]


async def test_what_is_refused(house: TestWorld) -> None:
    world = house.world
    async with caller(world, await make_actor(world, Role.ADMIN)) as client:
        inner = await client.post("/api/webhooks", json={**BODY, "url": "https://169.254.169.254/latest"})
        assert (inner.status_code, inner.json()["code"]) == (409, "ADDRESS_NOT_ALLOWED")
        bids = await client.post("/api/webhooks", json={**BODY, "kinds": ["bid.accepted"]})
        assert bids.status_code == 422
    async with caller(world, await make_actor(world, Role.PURCHASER)) as client:
        assert (await client.get("/api/webhooks")).status_code == 403
