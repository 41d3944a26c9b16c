"""attacks.md R: receipts, lateness, replacement, from outside."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from app.domain.kinds import Kind
from app.domain.sealing.header import encode
from app.domain.sealing.receipt import check_late_notice, check_sealed_receipt
from app.domain.sealing.rules import RoundStatus
from app.sealed_rounds import store
from tests.attacks.site import Site, sealed_site
from tests.worlds import sign_in


async def received(site: Site, number: int) -> list[int]:
    """The stored revisions of a bidder."""
    async with site.world.db.snapshot() as tx:
        return [one.rev for one in await store.list_own(tx, site.stage.round_id, site.stage.tag(number))]


async def test_r01_the_clients_time_is_nobodys(site: Site) -> None:
    sealed = await site.stage.seal(0)
    before = site.world.clock.now()
    async with site.client(site.stage.rep(0)) as client:
        headers = {"Date": "Mon, 01 Jan 2024 00:00:00 GMT", "X-Timestamp": "1704067200000"}
        address = site.path(f"/packages/{site.lot}")
        body = {**sealed.body(), "received_at": "2024-01-01T00:00:00.000Z"}
        assert (await client.put(address, json=body, headers=headers)).status_code == 422
        answer = await client.put(address, json=sealed.body(), headers=headers)
    at = answer.json()["received_at"]
    assert before.timestamp() * 1000 - 1 <= at <= site.world.clock.now().timestamp() * 1000


async def test_r02_a_last_byte_after_the_close_is_late(site: Site) -> None:
    sealed = await site.stage.seal(0)
    cookies, headers = await sign_in(site.world, site.stage.rep(0))
    body = json.dumps(sealed.body()).encode()
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    head = [f"PUT {site.path(f'/packages/{site.lot}')} HTTP/1.1", "Host: testserver", f"Cookie: {cookie}"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    head += ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close"]
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body[:-1])
    await writer.drain()
    await site.close_in(0.5)
    closes_at = (await site.stage.round()).timetable.closes_at
    await asyncio.sleep((closes_at - site.world.clock.now()).total_seconds() + 0.05)
    writer.write(body[-1:])
    await writer.drain()
    answer = await reader.read()
    writer.close()
    status, _, told = answer.partition(b"\r\n\r\n")
    assert status.startswith(b"HTTP/1.1 409")
    problem = json.loads(told)
    assert problem["code"] == "LATE"
    notice = problem["detail"]["late_notice"]
    assert check_late_notice(notice, site.world.keys.public_key) is None
    assert notice["package"] == sealed.digest
    assert await received(site, 0) == []
    dump = await site.dump()
    assert sealed.price_ct not in dump
    assert encode(sealed.price_ct)[:200].encode() not in dump
    assert [data["package"] for data in await site.refusals("LATE")] == [sealed.digest]


@pytest.mark.timeout(90)
@pytest.mark.parametrize("way", ["http", "socket"])
async def test_r03_a_lock_does_not_make_a_package_late(site: Site, way: str) -> None:
    for number in (1, 2):
        await site.hand_in(number)
    sealed = await site.stage.seal(0)
    async with site.client(site.stage.rep(0)) as client, site.enter(site.stage.rep(0)) as seat:
        # Two seconds, so that a busy machine has received the package before the close; the lock outlasts the close.
        await site.close_in(2)
        with site.locked() as release:
            if way == "http":
                sending = asyncio.create_task(client.put(site.path(f"/packages/{site.lot}"), json=sealed.body()))
            else:
                sending = asyncio.create_task(seat.commit(sealed))  # type: ignore[arg-type]  # one or the other
            await asyncio.sleep(5)
            assert not sending.done()
            release.set()
            outcome = await sending
    receipt = outcome.json() if way == "http" else outcome["receipt"]  # type: ignore[index]  # one or the other
    assert check_sealed_receipt(receipt, site.world.keys.public_key) is None
    held = await site.until(RoundStatus.CLOSED)
    assert sealed.digest in (held.manifest or ())


async def test_r05_the_same_package_twenty_times_in_parallel(site: Site) -> None:
    sealed = await site.stage.seal(0)
    async with site.client(site.stage.rep(0)) as client, site.enter(site.stage.rep(0)) as seat:
        address = site.path(f"/packages/{site.lot}")
        answers = await asyncio.gather(*(client.put(address, json=sealed.body()) for _ in range(20)))
        frame = await seat.commit(sealed)
    assert Counter((answer.status_code, answer.content) for answer in answers).total() == 20
    assert len({answer.content for answer in answers}) == 1
    assert frame["receipt"] == answers[0].json()
    assert await site.stage.kinds() == [Kind.PACKAGE_RECEIVED]


async def test_r06_the_same_number_with_other_content(site: Site) -> None:
    sealed, receipt = await site.hand_in(0, "280.00")
    other = await site.stage.seal(0, "270.00", rev=1, prev="")
    answer = await site.put(0, other)
    assert (answer.status_code, answer.json()["code"]) == (409, "REVISION_CONFLICT")
    assert (await site.put(0, sealed)).json() == receipt
    assert await received(site, 0) == [1]


async def test_r07_neither_withdrawal_nor_an_old_revision_after_the_close(site: Site) -> None:
    old, _ = await site.hand_in(0, "290.00")
    await site.hand_in(0, "280.00")
    for number in (1, 2):
        await site.hand_in(number)
    assert (await site.put(0, old)).json()["code"] == "REVISION_CONFLICT"
    await site.finish()
    async with site.client(site.stage.rep(0)) as client:
        gone = await client.post(site.path(f"/packages/{site.lot}/withdrawal"), json={"rev": 3})
        again = await client.put(site.path(f"/packages/{site.lot}"), json=old.body())
    assert (gone.status_code, gone.json()["code"]) == (409, "LATE")
    assert (again.status_code, again.json()["code"]) == (409, "LATE")
    assert await received(site, 0) == [1, 2]


async def test_r08_receipts_tell_nothing_of_rivals(clean_database_url: str, tmp_path: Path) -> None:
    async with sealed_site(clean_database_url, tmp_path, bidders=30) as site:
        taken = [await site.hand_in(number, f"{10 ** (number % 9)}.00") for number in range(30)]
    receipts = [receipt for _, receipt in taken]
    assert len({len(json.dumps(receipt)) for receipt in receipts}) == 1
    # What is one for all, and what is random or the bidder's own: no member has an order, a size or a count in it.
    told = {member: {json.dumps(receipt[member]) for receipt in receipts} for member in receipts[0]}
    assert {member for member, values in told.items() if len(values) == 1} >= {"v", "kind", "rev", "policy", "custody"}
    assert sorted(told["entry_hash"]) != [json.dumps(receipt["entry_hash"]) for receipt in receipts]
    expected = {
        "v",
        "kind",
        "round",
        "lot",
        "envelopes",
        "rev",
        "package",
        "policy",
        "custody",
        "received_at",
        "entry_hash",
        "pin",
        "key_id",
        "sig",
    }
    assert {frozenset(receipt) for receipt in receipts} == {frozenset(expected)}
    assert {receipt["custody"] for receipt in receipts} == {"server"}


async def test_r12_chunks_without_a_commit_are_no_bid(large_site: Site) -> None:
    site = large_site
    for number in range(3):
        await site.hand_in(number)
    loose = await site.stage.seal(3)
    async with site.client(site.stage.rep(3)) as client:
        upload_id = await site.upload(client, loose)
        await site.finish()
        held = await site.stage.round()
        assert loose.digest not in (held.manifest or ())
        assert len(held.manifest or ()) == 3
        async with asyncio.timeout(20):
            while (await client.get(site.path(f"/uploads/{upload_id}"))).status_code != 404:  # noqa: ASYNC110 - outside
                await asyncio.sleep(0.2)
            # The row goes first, then its file: nobody is ever told of bytes that are gone.
            while upload_id in {path.name for path in site.stage.files()}:  # noqa: ASYNC110 - outside
                await asyncio.sleep(0.05)


async def test_r14_one_bidder_fills_its_quota(large_site: Site) -> None:
    site = large_site
    sealed = await site.stage.seal(0)
    assert sealed.tech_ct is not None
    statuses = []
    async with site.client(site.stage.rep(0)) as client:
        for at in range(6):
            asked = {"lot_id": site.lot, "size": len(sealed.tech_ct), "sha256": f"{at:064x}"}
            statuses.append((await client.post(site.path("/uploads"), json=asked)).status_code)
    assert statuses == [200, 200, 200, 200, 429, 429]
    await site.hand_in(1)
