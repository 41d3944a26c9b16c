"""Doors beside the doors of a sealed round: methods, ranges, smuggled heads, polling, replays (attacks.md S, O, R).

Nothing here is a way to read a ciphertext, to write where another writes, or to learn of the close before it.
"""

import asyncio
import json
from typing import Any

import pytest

from app.domain.kinds import Kind
from app.domain.sealing.header import header_json
from app.domain.sealing.rules import RoundStatus
from tests.attacks.site import Site
from tests.attacks.test_bad_input import raw, status_of

BYTES = "application/octet-stream"


async def announced(site: Site, number: int) -> tuple[Any, str]:
    """A sealed package and its announced upload."""
    sealed = await site.stage.seal(number)
    assert sealed.tech_ct is not None
    async with site.client(site.stage.rep(number)) as client:
        asked = {"lot_id": site.lot, "size": len(sealed.tech_ct), "sha256": sealed.header.envelopes[0].ct_sha256}
        made = await client.post(site.path("/uploads"), json=asked)
    return sealed, str(made.raise_for_status().json()["upload_id"])


async def test_a_ciphertext_goes_in_and_never_comes_out(large_site: Site) -> None:
    """Own or foreign, by whatever method or range: an upload's address tells how far it is, and no byte of it."""
    site = large_site
    sealed, _ = await site.hand_in(0)
    assert sealed.tech_ct is not None
    pending, upload = await announced(site, 0)
    async with site.client(site.stage.rep(0)) as client:
        address = site.path(f"/uploads/{upload}")
        first = {"Upload-Offset": "0", "Content-Type": BYTES}
        await client.patch(address, content=pending.tech_ct[:100_000], headers=first)
        for headers in ({"Range": "bytes=0-99"}, {"Accept": BYTES}, {"If-Range": "x", "Range": "bytes=0-"}):
            told = await client.get(address, headers=headers)
            assert (told.status_code, set(told.json())) == (200, {"upload_id", "offset", "is_complete"})
            assert "content-range" not in told.headers
            assert "etag" not in told.headers
        for method in ("PUT", "DELETE", "POST", "COPY", "MOVE", "PROPFIND", "TRACE", "OPTIONS", "HEAD"):
            for path in (address, site.path(f"/packages/{site.lot}"), site.path("/manifest")):
                answer = await client.request(method, path, headers={"Content-Type": "application/json"}, content=b"{}")
                is_commit = (method, path) == ("PUT", site.path(f"/packages/{site.lot}"))
                assert answer.status_code == (422 if is_commit else 405), (method, path)
                assert pending.tech_ct[:32] not in answer.content
        # Neither the folder nor the file has an address.
        for path in (
            f"/sealed/{upload[:2]}/{upload}",
            f"/assets/../sealed/{upload}",
            f"/assets/%2e%2e/%2e%2e/var/{upload}",
        ):
            answer = await client.get(path)
            assert pending.tech_ct[:32] not in answer.content
    absent = "f" * 32
    for number in (1, 2):
        async with site.client(site.stage.rep(number)) as client:
            foreign, nothing = [await client.get(site.path(f"/uploads/{name}")) for name in (upload, absent)]
            assert (foreign.status_code, foreign.content) == (nothing.status_code, nothing.content)
            write = [
                await client.patch(site.path(f"/uploads/{name}"), content=b"x", headers=first)
                for name in (upload, absent)
            ]
            assert {(each.status_code, each.content) for each in write} == {(404, write[0].content)}


# Each line of a head, as it is.
OFFSETS = (
    "-1",
    "+0",
    " 0 0",
    "0,0",
    "0x0",
    "1e3",
    "٠",
    "２",
    "0\t0",
    "",
    "99999999999999999999",
    "2147483649",
    "0.0",
    "NaN",
)


async def test_heads_of_a_chunk_are_taken_literally(large_site: Site) -> None:
    """Other spellings of an offset, methods in other heads, compressed or re-coded bytes: refused whole."""
    site = large_site
    sealed, upload = await announced(site, 0)
    address = site.path(f"/uploads/{upload}")
    chunk = sealed.tech_ct[:50_000]
    head = f"PATCH {address} HTTP/1.1\r\nConnection: close\r\nContent-Length: {len(chunk)}"
    for offset in OFFSETS:
        answer = await raw(site, f"{head}\r\nContent-Type: {BYTES}\r\nUpload-Offset: {offset}", chunk)
        assert status_of(answer) in {400, 409, 422}, offset
    refused = {
        "no offset": f"{head}\r\nContent-Type: {BYTES}",
        "gzip": f"{head}\r\nContent-Type: {BYTES}\r\nUpload-Offset: 0\r\nContent-Encoding: gzip",
        "gzip twice": f"{head}\r\nContent-Type: {BYTES}\r\nUpload-Offset: 0\r\nContent-Encoding: identity, gzip",
        "a form": f"{head}\r\nContent-Type: multipart/form-data; boundary=x\r\nUpload-Offset: 0",
        "two lengths": f"{head}\r\nContent-Length: 1\r\nContent-Type: {BYTES}\r\nUpload-Offset: 0",
        "a length and chunks": f"{head}\r\nTransfer-Encoding: chunked\r\nContent-Type: {BYTES}\r\nUpload-Offset: 0",
        "chunks of another coding": (
            f"PATCH {address} HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n"
            f"Content-Type: {BYTES}\r\nUpload-Offset: 0"
        ),
        "a folded head": f"{head}\r\nContent-Type: {BYTES}\r\nX-One: 1\r\n Upload-Offset: 0",
        "another method": f"{head.replace('PATCH', 'POST')}\r\nContent-Type: {BYTES}\r\nX-HTTP-Method-Override: PATCH",
    }
    for name, one in refused.items():
        answer = await raw(site, one, chunk)
        # A coding the server does not know ends the line without a word; anything else is said.
        assert not answer or status_of(answer) in {400, 405, 408, 415, 422, 501}, (name, answer[:200])
    async with site.client(site.stage.rep(0)) as client:
        assert (await client.get(address)).json()["offset"] == 0
        # Twice the same head: which one counts is nobody's to guess.
        doubled = await raw(site, f"{head}\r\nContent-Type: {BYTES}\r\nUpload-Offset: 0\r\nUpload-Offset: 5", chunk)
        assert status_of(doubled) in {200, 400, 409, 422}
        assert (await client.get(address)).json()["offset"] in {0, len(chunk)}
        # A chunk that is announced by nothing but its end is bounded all the same.
        over = site.world.settings.upload_chunk_bytes

        async def endless() -> Any:
            for _ in range(over // 65_536 + 2):
                yield b"\0" * 65_536

        at = (await client.get(address)).json()["offset"]
        headers = {"Upload-Offset": str(at), "Content-Type": BYTES}
        assert (await client.patch(address, content=endless(), headers=headers)).status_code == 413
    await site.hand_in(1)


async def test_two_writers_of_one_upload_do_not_mix(large_site: Site) -> None:
    """One bidder on two machines, both at the same place: one chunk stands, whole, and the file is the announced."""
    site = large_site
    sealed, upload = await announced(site, 0)
    address = site.path(f"/uploads/{upload}")
    headers = {"Upload-Offset": "0", "Content-Type": BYTES}
    first, other = sealed.tech_ct[:60_000], b"\xee" * 60_000
    async with site.client(site.stage.rep(0)) as one, site.client(site.stage.rep(0)) as two:
        answers = await asyncio.gather(
            *(
                client.patch(address, content=content, headers=headers)
                for client in (one, two)
                for content in (first, other)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        offset = (await one.get(address)).json()["offset"]
        assert offset == 60_000
        headers = {"Upload-Offset": str(offset), "Content-Type": BYTES}
        ended = (await one.patch(address, content=sealed.tech_ct[offset:], headers=headers)).json()
        if not ended.get("is_complete"):
            # The other one's bytes stood: the digest tells, all of it is gone, and it begins anew.
            assert (await one.get(address)).json()["offset"] == 0
    # A package that names an upload which is not there whole is not taken.
    async with site.client(site.stage.rep(1)) as client:
        answer = await client.put(site.path(f"/packages/{site.lot}"), json=(await site.stage.seal(1)).body("e" * 32))
    assert answer.status_code in {404, 409}


@pytest.mark.timeout(120)
async def test_the_list_polled_around_the_close(site: Site) -> None:
    """Nobody reads it before the close, and from its first answer on it never changes, whatever is still sent."""
    taken = [(await site.hand_in(number))[0].digest for number in range(3)]
    late = await site.stage.seal(3)
    house = site.stage.house
    told: dict[str, list[tuple[int, Any]]] = {}

    async def poll(name: str, client: Any) -> None:
        while True:
            answer = await client.get(site.path("/manifest"))
            body = answer.json()
            told.setdefault(name, []).append((answer.status_code, body.get("digests", body.get("code"))))
            assert "etag" not in answer.headers
            assert answer.headers["cache-control"] == "no-store"

    people = {"purchaser": house.purchaser, "auditor": house.auditor, "bidder": site.stage.rep(0)}
    async with (
        site.client(people["purchaser"]) as one,
        site.client(people["auditor"]) as two,
        site.client(people["bidder"]) as three,
    ):
        clients = zip(people, (one, two, three), strict=True)
        tasks = [asyncio.create_task(poll(name, client)) for name, client in clients]
        await asyncio.sleep(0.3)
        await site.close_in(0.3)
        await site.until(RoundStatus.CLOSED)
        refused = await site.put(3, late)
        await asyncio.sleep(0.5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "LATE")
    for name, answers in told.items():
        distinct = [one for at, one in enumerate(answers) if at == 0 or answers[at - 1] != one]
        assert distinct == [(409, "NOT_CLOSED"), (200, sorted(taken))], name


@pytest.mark.timeout(120)
async def test_the_buyers_side_measures_nothing_before_the_close(site: Site) -> None:
    """Status, length and heads of every page about the round, before and after each submission: the same (N06)."""
    house = site.stage.house
    tender = site.stage.tender.id
    paths = [site.path("/sealed"), site.path("/packages"), site.path("/manifest"), f"/api/tenders/{tender}"]
    paths += [f"/api/tenders/{tender}/opening", f"/api/rounds/{site.stage.round_id}", "/api/approvals", "/readyz"]

    async def measured() -> list[tuple[str, int, int, tuple[str, ...]]]:
        found = []
        for actor in (house.purchaser, house.approver, house.evaluator):
            async with site.client(actor) as client:
                for path in paths:
                    answer = await client.get(path)
                    heads = tuple(sorted(name for name in answer.headers if name not in ("date", "x-request-id")))
                    found.append((path, answer.status_code, len(answer.content), heads))
        return found

    before = await measured()
    for number in range(3):
        await site.hand_in(number)
        assert await measured() == before
    async with site.client(site.stage.rep(0)) as client:
        assert (await client.post(site.path(f"/packages/{site.lot}/withdrawal"), json={"rev": 2})).status_code == 200
    assert await measured() == before


async def test_a_package_under_another_policy_is_not_taken(site: Site) -> None:
    """A rival's bytes with the own tag, and under a policy that was never fixed; the same package again stays a bid."""
    sealed, receipt = await site.hand_in(0)
    bent = {**header_json(sealed.header), "tag": site.stage.tag(1), "policy": "0" * 64}
    async with site.client(site.stage.rep(1)) as client:
        answer = await client.put(site.path(f"/packages/{site.lot}"), json={**sealed.body(), "header": bent})
    assert (answer.status_code, answer.json()["code"]) == (422, "WRONG_BINDING")
    assert (await site.put(0, sealed)).json() == receipt


async def test_the_commits_own_way_back_is_the_senders_alone(site: Site) -> None:
    """A receipt asked for with a foreign session, a foreign tag or none: the package is not even known there."""
    sealed, receipt = await site.hand_in(0)
    for number in (1, 2):
        answer = await site.put(number, sealed)
        assert (answer.status_code, answer.json()["code"]) == (422, "WRONG_BINDING")
        assert receipt["entry_hash"] not in answer.text
        async with site.client(site.stage.rep(number)) as client:
            assert (await client.get(site.path("/packages"))).json()["packages"] == []
    async with site.client(site.stage.rep(0)) as client:
        client.headers["X-CSRF-Token"] = "0" * 32
        answer = await client.put(site.path(f"/packages/{site.lot}"), json=sealed.body())
        assert answer.status_code == 403


async def test_no_address_hands_out_a_script_that_was_not_built(site: Site) -> None:
    """No worker can be planted: what is not a built file is never JavaScript, and workers are forbidden by policy."""
    async with site.client(site.stage.rep(0)) as client:
        for path in (
            "/sw.js",
            "/service-worker.js",
            "/seal/sw.js",
            "/assets/sw.js",
            "/api/sw.js",
            "/seal/%2e%2e/sw.js",
        ):
            answer = await client.get(path, headers={"Service-Worker": "script"})
            assert "javascript" not in answer.headers.get("content-type", ""), path
            assert "service-worker-allowed" not in answer.headers
            assert "worker-src 'none'" in answer.headers["content-security-policy"], path


async def test_refusals_are_written_once_and_hold_no_secret(site: Site) -> None:
    """Twenty wrong packages: an entry each says the code and the digest of what was sent, never a part of it."""
    sealed = await site.stage.seal(0)
    bodies = [{**sealed.body(), "price": {"ct": sealed.body()["price"]["ct"][:-at] or "A"}} for at in (4, 8, 12)]
    async with site.client(site.stage.rep(0)) as client:
        for body in bodies:
            assert (await client.put(site.path(f"/packages/{site.lot}"), json=body)).status_code in {413, 422}
    entries = [entry for entry in await site.stage.chain() if entry.kind is Kind.PACKAGE_REFUSED]
    assert len(entries) == len(bodies)
    text = json.dumps([dict(entry.data) for entry in entries])
    assert sealed.body()["price"]["ct"][:60] not in text
    assert sealed.header.envelopes[0].swrap.hex()[:60] not in text
