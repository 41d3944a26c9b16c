"""attacks.md S: what is sealed stays sealed, from outside: HTTP, database, files, logs."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.domain.kinds import Kind
from app.domain.sealing.header import encode, header_json
from app.domain.sealing.rules import RoundStatus
from app.sealed_rounds.tables import package
from tests.attacks.site import CANARY, Site
from tests.fences import tear_down_fence


@pytest.mark.parametrize(
    "body",
    [
        {"price": CANARY},
        {"amount": CANARY},
        {"header": {"amount": CANARY}, "price": {"ct": CANARY}, "upload_id": None},
        {"header": None, "price": {"amount": CANARY}},
    ],
)
async def test_s01_a_plain_price_is_not_taken_and_not_repeated(site: Site, body: dict[str, Any]) -> None:
    async with site.client(site.stage.rep(0)) as client:
        answer = await client.put(site.path(f"/packages/{site.lot}"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "NOT_SEALED")
    assert CANARY not in answer.text
    async with site.enter(site.stage.rep(0)) as seat:
        frame = {"header": None, "price": None, **{key: body[key] for key in ("header", "price") if key in body}}
        told = await seat.ask(type="commit_package", lot_id=site.lot, **frame)
    assert (told["type"], told["code"]) == ("package_refused", "NOT_SEALED")
    assert CANARY not in json.dumps(told)
    assert len(await site.refusals("NOT_SEALED")) == 2
    assert await site.gives_away() == set()


async def test_s04_before_the_close_a_price_is_nowhere(large_site: Site) -> None:
    site = large_site
    held = await site.stage.round()
    scale = held.lots[0].scale
    assert scale == 2
    sealed, receipt = await site.hand_in(0, CANARY, answers=[("a" * 32, CANARY, "canary")])
    await site.hand_in(1)
    assert await site.gives_away() == set()
    async with site.client(site.stage.rep(0)) as supplier, site.client(site.stage.house.auditor) as auditor:
        own = (await supplier.get(site.path("/sealed"))).json()
        seen = (await auditor.get(site.path("/sealed"))).json()
    for told in (own, seen):
        assert told["custody"] == told["policy"]["custody"] == "server"
        assert "could read bids before opening" in told["custody_en"]
    assert receipt["custody"] == "server"
    fixed = [entry for entry in await site.stage.tender_chain() if entry.kind is Kind.POLICY_FIXED]
    assert fixed[0].data["policy"]["custody"] == "server"
    assert sealed.digest == receipt["package"]


async def test_s07_swapped_ciphertexts_are_seen_by_both_and_both_bids_count(site: Site) -> None:
    taken = [(await site.hand_in(number, f"28{number}.00"))[0] for number in range(3)]
    async with site.world.db.transaction() as tx:
        for one, other in ((0, 1), (1, 0)):
            place = package.c.tag == site.stage.tag(one)
            await tx.execute(update(package).where(place).values(price_ct=taken[other].price_ct))
    for number in range(3):
        async with site.client(site.stage.rep(number)) as client:
            (own,) = (await client.get(site.path("/packages"))).json()["packages"]
        is_own = own["stored"]["price"] == taken[number].header.envelopes[0].ct_sha256
        assert is_own == (number == 2)
    await site.close_in(0.2)
    await site.until(RoundStatus.CLOSED)
    async with site.client(site.stage.house.auditor) as client:
        assert (await client.get(f"/api/tenders/{site.stage.tender.id}/opening")).json()["records"] == []
    for number in (0, 1):
        assert (await site.put(number, taken[number])).status_code == 200
    await site.until(RoundStatus.CLOSED, has_opened=True)
    async with site.client(site.stage.house.auditor) as client:
        (record,) = (await client.get(f"/api/tenders/{site.stage.tender.id}/opening")).json()["records"]
    assert record["results"] == [{"result": "opened", "count": 3}]
    codes = [entry.data["code"] for entry in await site.stage.tender_chain() if entry.kind is Kind.OPENING_REFUSED]
    assert codes in ([], ["altered_in_custody"])


async def test_s09_an_older_revision_made_the_live_one_by_hand(site: Site) -> None:
    old, _ = await site.hand_in(0, "290.00")
    new, _ = await site.hand_in(0, "280.00")
    for number in (1, 2):
        await site.hand_in(number)
    async with site.world.db.transaction() as tx:
        await tear_down_fence(tx)
        own = package.c.tag == site.stage.tag(0)
        await tx.execute(update(package).where(own, package.c.rev == 2).values(rev=9))
        await tx.execute(update(package).where(own, package.c.rev == 1).values(rev=10))
    held = await site.finish()
    assert new.digest in (held.manifest or ())
    assert old.digest not in (held.manifest or ())
    async with site.client(site.stage.house.auditor) as client:
        (record,) = (await client.get(f"/api/tenders/{site.stage.tender.id}/opening")).json()["records"]
    amounts = {each["package"]: each["amount"] for each in record["document"]["results"]}
    assert amounts[new.digest] == "280.00"
    assert old.digest not in amounts


@pytest.mark.parametrize("bent", ["round", "lot", "tag", "rev", "policy"])
async def test_s11_a_package_bound_elsewhere(site: Site, bent: str) -> None:
    changes: dict[str, Any] = {"rev": 5} if bent == "rev" else {bent: "e" * (64 if bent == "policy" else 32)}
    sealed = await site.stage.seal(0, **changes)
    async with site.client(site.stage.rep(0)) as client:
        answer = await client.put(site.path(f"/packages/{site.lot}"), json=sealed.body())
    assert (answer.status_code, answer.json()["code"]) == (422, "WRONG_BINDING")
    assert "e" * 32 not in answer.text
    assert [data["code"] for data in await site.refusals()] == ["WRONG_BINDING"]


async def test_s13_every_bid_has_one_length(large_site: Site) -> None:
    site = large_site
    one_file = [("a.pdf", "application/pdf", b"x")]
    nine_files = [(f"{at}-a-long-name.pdf", "application/pdf", b"y" * 9000) for at in range(9)]
    small = await site.stage.seal(0, "1.00", files=one_file)
    large = await site.stage.seal(1, "999999999.99", files=nine_files)
    lengths = {len(json.dumps(each.body("f" * 32))) for each in (small, large)}
    # The wire: equal but for the bytes that say the same thing in hex and base64.
    assert len(lengths) == 1
    for number, sealed in enumerate((small, large)):
        async with site.client(site.stage.rep(number)) as client:
            upload_id = await site.upload(client, sealed)
            assert (
                await client.put(site.path(f"/packages/{site.lot}"), json=sealed.body(upload_id))
            ).status_code == 200
    assert len({path.stat().st_size for path in site.stage.files()}) == 1
    async with site.world.db.snapshot() as tx:
        rows = await tx.execute(select(func.length(package.c.price_ct), func.length(package.c.header)))
        assert len(set(rows)) == 1


async def test_s15_one_byte_over_the_bucket(large_site: Site) -> None:
    site = large_site
    sealed = await site.stage.seal(0)
    assert sealed.tech_ct is not None
    async with site.client(site.stage.rep(0)) as client:
        asked = {"lot_id": site.lot, "size": len(sealed.tech_ct) + 1, "sha256": "0" * 64}
        upload = await client.post(site.path("/uploads"), json=asked)
        header = header_json(sealed.header)
        price = next(envelope for envelope in header["envelopes"] if envelope["kind"] == "price")
        price["size"] += 1
        longer = {"header": header, "price": {"ct": encode(sealed.price_ct + b"\0")}, "upload_id": "f" * 32}
        commit = await client.put(site.path(f"/packages/{site.lot}"), json=longer)
    assert [(each.status_code, each.json()["code"]) for each in (upload, commit)] == [(413, "TOO_LARGE")] * 2
    assert site.stage.files() == []
    assert len(await site.refusals("TOO_LARGE")) == 2
