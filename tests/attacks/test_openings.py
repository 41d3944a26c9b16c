"""attacks.md O: openings, from outside. The service opens by itself; nobody can make it open more, less or earlier."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from app.domain.kinds import Kind
from app.domain.sealing.rules import RoundStatus
from app.identity.access import Actor
from app.infra.web import instant_text
from app.sealed_rounds import store
from app.tenders import store as tenders_store
from tests.access.canaries import Canary
from tests.attacks.site import Site


async def lock_scores(site: Site, *passing: int) -> None:
    """The lock of the scores, as the room of evaluation hands it down."""
    released = {site.lot: tuple(site.stage.tag(number) for number in passing)}
    async with site.world.db.transaction() as tx:
        await tenders_store.lock_tender(tx, site.stage.tender.id)
        await store.release_prices(tx, site.stage.round_id, released, "d" * 64, site.world.clock.now())


async def until_marked(site: Site) -> None:
    """Wait for the technical opening."""
    async with asyncio.timeout(30):
        while (await site.stage.round()).technical_opened_at is None:  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(0.05)


async def everything(site: Site, actor: Actor) -> bytes:
    """What the reading routes about this tender give somebody."""
    tender = site.stage.tender.id
    paths = [
        site.path("/sealed"),
        site.path("/manifest"),
        site.path("/packages"),
        f"/api/tenders/{tender}/opening",
        f"/api/tenders/{tender}",
        f"/api/tenders/{tender}/ranking",
        "/api/notices",
        f"/api/audit/timeline?tender={tender}",
    ]
    async with site.client(actor) as client:
        answers = [await client.get(path) for path in paths]
    return b"\n".join(answer.content for answer in answers)


@pytest.mark.timeout(120)
async def test_o08_the_price_of_a_failed_bid_is_found_nowhere(large_site: Site) -> None:
    site = large_site
    failed = Canary("price", "", "273.19", is_amount=True)
    sealed, _ = await site.hand_in(0, failed.text)
    for number in (1, 2):
        await site.hand_in(number, f"28{number}.00")
    await site.close_in(0.2)
    await until_marked(site)
    await lock_scores(site, 1, 2)
    await site.until(RoundStatus.CLOSED, has_opened=True)
    assert await site.gives_away(failed) == set()
    house = site.stage.house
    for actor in (
        house.purchaser,
        house.approver,
        house.evaluator,
        house.auditor,
        site.stage.rep(0),
        site.stage.rep(1),
    ):
        assert failed.text.encode() not in await everything(site, actor)
    async with site.world.db.snapshot() as tx:
        record = await store.find_opening(tx, site.lot, "price")
    assert record is not None
    assert record.findings == {"opened": 2, "returned_unopened": 1}
    assert sealed.digest in ((await site.stage.round()).manifest or ())


@pytest.mark.timeout(120)
async def test_o09_results_appear_for_all_packages_at_one_instant(site: Site) -> None:
    for number in range(4):
        await site.hand_in(number, f"28{number}.00")
    house = site.stage.house
    seen: dict[str, list[Any]] = {}
    watchers = {"purchaser": house.purchaser, "auditor": house.auditor, "supplier": site.stage.rep(0)}

    async def watch(name: str, client: httpx.AsyncClient) -> None:
        path = site.path("/sealed") if name == "supplier" else f"/api/tenders/{site.stage.tender.id}/opening"
        while True:
            answer = (await client.get(path)).json()
            told = [record["results"] for record in answer.get("records", [])]
            seen.setdefault(name, []).append(told or answer["manifest"])
            await asyncio.sleep(0.05)

    async with (
        site.client(watchers["purchaser"]) as one,
        site.client(watchers["auditor"]) as two,
        site.client(watchers["supplier"]) as three,
    ):
        pairs = zip(watchers, (one, two, three), strict=True)
        tasks = [asyncio.create_task(watch(name, client)) for name, client in pairs]
        await asyncio.sleep(0.3)
        await site.finish()
        await asyncio.sleep(0.5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    manifest = (await site.stage.round()).manifest
    for name, told in seen.items():
        distinct = [one for at, one in enumerate(told) if at == 0 or told[at - 1] != one]
        allowed = [None, manifest, [[{"result": "opened", "count": 4}]]]
        assert all(one in allowed for one in distinct), name
        assert distinct[0] is None
        assert len(distinct) <= 3


async def test_o15_nobody_opens_a_withdrawn_or_old_revision(site: Site) -> None:
    old, _ = await site.hand_in(0, "290.00")
    await site.hand_in(0, "280.00")
    gone, _ = await site.hand_in(1)
    async with site.client(site.stage.rep(1)) as client:
        withdrawn = await client.post(site.path(f"/packages/{site.lot}/withdrawal"), json={"rev": 2})
        assert withdrawn.status_code == 200
        assert withdrawn.json()["kind"] == "package.withdrawn"
    for number in (2, 3):
        await site.hand_in(number)
    held = await site.finish()
    assert {old.digest, gone.digest} & set(held.manifest or ()) == set()
    async with site.client(site.stage.house.auditor) as client:
        asked = await client.post(f"/api/tenders/{site.stage.tender.id}/opening", json={"package": old.digest})
        assert asked.status_code in {403, 404, 405}
        told = (await client.get(f"/api/tenders/{site.stage.tender.id}/opening")).text
    assert old.digest not in told
    assert gone.digest not in told


@pytest.mark.timeout(120)
async def test_o18_too_few_bidders_end_it_unopened(site: Site) -> None:
    sealed, _ = await site.hand_in(0)
    await site.close_in(0.1)
    async with asyncio.timeout(30):
        while not (await site.stage.round()).extensions:  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(0.05)
    held = await site.stage.round()
    assert held.timetable.closes_at > site.world.clock.now()
    await site.close_in(0.1)
    await site.until(RoundStatus.REFUSED)
    async with site.client(site.stage.house.purchaser) as client:
        seen = (await client.get(site.path("/sealed"))).json()
        told = (await client.get(f"/api/tenders/{site.stage.tender.id}/opening")).json()
    assert (seen["status"], seen["refused_code"], seen["manifest"]) == ("refused", "TOO_FEW_BIDDERS", [sealed.digest])
    assert told["records"] == []
    kinds = [entry.kind for entry in await site.stage.tender_chain()]
    assert Kind.OPENING_REFUSED in kinds
    assert Kind.ENVELOPES_OPENED not in kinds


async def test_nobody_of_the_buyers_side_sees_a_package_before_the_close(site: Site) -> None:
    house = site.stage.house
    staff = {"purchaser": house.purchaser, "approver": house.approver, "auditor": house.auditor}

    async def looks() -> dict[str, bytes]:
        found = {}
        for name, actor in staff.items():
            async with site.client(actor) as client:
                paths = [site.path("/sealed"), f"/api/tenders/{site.stage.tender.id}/opening", "/api/notices"]
                told = [(await client.get(path)).text for path in paths]
                told += [(await client.get(site.path(tail))).text for tail in ("/manifest", "/packages")]
            now = instant_text(site.world.clock.now())[:10]
            # The clock is the only thing that moves.
            found[name] = "\n".join(_without_now(text) for text in told).replace(now, "").encode()
        return found

    before = await looks()
    await site.hand_in(0)
    await site.hand_in(1)
    async with site.client(site.stage.rep(1)) as client:
        await client.post(site.path(f"/packages/{site.lot}/withdrawal"), json={"rev": 2})
    after = await looks()
    assert before == after


def _without_now(text: str) -> str:
    value = json.loads(text)
    if isinstance(value, dict):
        value.pop("now", None)
    return json.dumps(value)


async def test_staff_hand_in_nothing(site: Site) -> None:
    sealed = await site.stage.seal(0)
    for actor in (site.stage.house.purchaser, site.stage.house.auditor):
        async with site.client(actor) as client:
            answer = await client.put(site.path(f"/packages/{site.lot}"), json=sealed.body())
        assert answer.status_code == 403
        async with site.enter(actor) as seat:
            assert seat.welcome["audience"] == "observer"
            told = await seat.commit(sealed)
        assert (told["type"], told["code"]) == ("package_problem", "NOT_YOUR_ROLE")
    assert await site.stage.kinds() == []


async def test_the_socket_tells_of_the_close_and_nothing_of_packages(site: Site) -> None:
    async with site.enter(site.stage.rep(3)) as seat:
        assert {"kind", "status", "closes_at", "now"} <= set(seat.welcome)
        for number in range(3):
            await site.hand_in(number)
        await site.close_in(0.2)
        await seat.seat.until(lambda: "closed" in seat.seat.notices())
        frames = [frame for frame in seat.seat.frames if frame["type"] != "welcome"]
    assert [frame["kind"] for frame in frames] == ["closed"]
