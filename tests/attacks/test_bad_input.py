"""attacks.md I: bad input at the doors of sealed rounds, from outside. Refused, without an echo and without a trace."""

import asyncio
import json
from typing import Any

import pytest

from tests.attacks.site import CANARY, Site
from tests.worlds import sign_in

CHUNK = {"Upload-Offset": "0", "Content-Type": "application/octet-stream"}


async def raw(site: Site, head: str, body: bytes = b"", *, is_signed: bool = True) -> bytes:
    """An answer to bytes as they are."""
    cookies, headers = await sign_in(site.world, site.stage.rep(0))
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    signed = [f"Cookie: {cookie}", *(f"{name}: {value}" for name, value in headers.items())] if is_signed else []
    lines = [head.split("\r\n", maxsplit=1)[0], "Host: testserver", *signed, *head.split("\r\n")[1:]]
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    await writer.drain()
    async with asyncio.timeout(20):
        answer = await reader.read(65_536)
    writer.close()
    return answer


def status_of(answer: bytes) -> int:
    """The status of a raw answer."""
    return int(answer.split(b" ", 2)[1])


async def put_raw(site: Site, body: bytes, media: str = "application/json") -> bytes:
    """A PUT of these very bytes."""
    head = f"PUT {site.path(f'/packages/{site.lot}')} HTTP/1.1\r\nContent-Type: {media}\r\nContent-Length: {len(body)}"
    return await raw(site, head + "\r\nConnection: close", body)


async def test_i01_duplicate_keys(site: Site) -> None:
    sealed = await site.stage.seal(0)
    plain = json.dumps(sealed.body())
    for bent in (
        plain.replace('{"header"', '{"upload_id": null, "header"', 1),
        plain.replace('"rev": 1', '"rev": 1, "rev": 2', 1),
    ):
        assert status_of(await put_raw(site, bent.encode())) == 400
    async with site.enter(site.stage.rep(0)) as seat:
        frame = '{"type": "commit_package", "lot_id": "x", "lot_id": "x", "request_id": "a", '
        await seat.seat.opened.send(frame + plain[1:])
        await seat.seat.until(lambda: any(each["type"] == "problem" for each in seat.seat.frames))
    assert await site.stage.kinds() == []


@pytest.mark.parametrize("rev", [1.0, "1", "true", True, None, [], {}, 0, -1, 10**7])
async def test_i02_wrong_types_of_a_revision(site: Site, rev: Any) -> None:
    await site.hand_in(0)
    sealed = await site.stage.seal(1)
    body = sealed.body()
    body["header"]["rev"] = rev
    async with site.client(site.stage.rep(1)) as client:
        commit = await client.put(site.path(f"/packages/{site.lot}"), json=body)
        withdrawal = await client.post(site.path(f"/packages/{site.lot}/withdrawal"), json={"rev": rev})
    assert (commit.status_code, commit.json()["code"]) == (422, "NOT_SEALED")
    assert withdrawal.status_code == 422


async def test_i03_what_is_no_text(site: Site) -> None:
    sealed = await site.stage.seal(0)
    good = json.dumps(sealed.body()).encode()
    bad = [b"\xef\xbb\xbf" + good, good[:-1] + b"\xff}", good.replace(b'"upload_id": null', b'"upload_id": "\\u0000"')]
    bad += [good.replace(b'"upload_id": null', b'"upload_id": "\\ud800"'), b"[" * 200, b"NaN", b""]
    for body in bad:
        assert status_of(await put_raw(site, body)) in {400, 422}
    assert await site.stage.kinds() == []


async def test_i04_large_bodies_and_compressed_ones(large_site: Site) -> None:
    site = large_site
    sealed = await site.stage.seal(0)
    assert sealed.tech_ct is not None
    size = 100_000_000
    head = f"PUT {site.path(f'/packages/{site.lot}')} HTTP/1.1\r\nContent-Type: application/json"
    assert status_of(await raw(site, f"{head}\r\nContent-Length: {size}\r\nConnection: close", b"{")) == 413
    gzip = f"{head}\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close"
    assert status_of(await raw(site, gzip, b"{}")) == 415
    async with site.client(site.stage.rep(0)) as client:
        asked = {"lot_id": site.lot, "size": len(sealed.tech_ct), "sha256": "1" * 64}
        upload = (await client.post(site.path("/uploads"), json=asked)).json()["upload_id"]
        over = site.world.settings.upload_chunk_bytes + 1
        answer = await client.patch(site.path(f"/uploads/{upload}"), content=b"\0" * over, headers=CHUNK)
        assert answer.status_code == 413
        longer = b"\0" * (len(sealed.tech_ct) + 1)
        assert (await client.patch(site.path(f"/uploads/{upload}"), content=longer, headers=CHUNK)).status_code == 413
    await site.hand_in(1)


async def test_i05_other_media_types(site: Site) -> None:
    sealed = await site.stage.seal(0)
    body = json.dumps(sealed.body()).encode()
    for media in ("application/x-www-form-urlencoded", "text/xml", "text/plain", "application/octet-stream"):
        assert status_of(await put_raw(site, body, media)) == 415
    boundary = b"--x\r\nContent-Disposition: form-data; name=header\r\n\r\n{}\r\n--x--\r\n"
    assert status_of(await put_raw(site, boundary, "multipart/form-data; boundary=x")) == 415
    async with site.client(site.stage.rep(0)) as client:
        chunk = await client.patch(site.path(f"/uploads/{'f' * 32}"), content=b"{}", headers={"Upload-Offset": "0"})
        assert chunk.status_code == 415
    assert await site.stage.kinds() == []


async def test_i06_a_request_that_means_two_things(site: Site) -> None:
    head = f"PUT {site.path(f'/packages/{site.lot}')} HTTP/1.1\r\nContent-Type: application/json"
    both = f"{head}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked"
    assert status_of(await raw(site, both, b"0\r\n\r\n")) == 400
    twice = f"{head}\r\nContent-Length: 4\r\nContent-Length: 5"
    assert status_of(await raw(site, twice, b"{}  ")) == 400
    assert await site.stage.kinds() == []


async def test_i10_fifty_failures_echo_nothing(site: Site) -> None:
    sealed = await site.stage.seal(0)
    good = sealed.body()
    texts = []
    async with site.client(site.stage.rep(0)) as client:
        for name, bent in _bent(good):
            lot = CANARY if name == "lot" else site.lot
            answer = await client.put(site.path(f"/packages/{lot}"), json=bent)
            assert answer.status_code in {400, 404, 409, 413, 422, 429}, (name, answer.text)
            assert set(answer.json()) == {"type", "title", "status", "code", "detail"}
            texts.append(answer.text)
        for bad in ({"rev": CANARY}, {"lot_id": CANARY, "size": CANARY, "sha256": CANARY}):
            for tail in (f"/packages/{site.lot}/withdrawal", "/uploads"):
                texts.append((await client.post(site.path(tail), json=bad)).text)  # noqa: PERF401 - of two loops
        texts.append((await client.get(f"/api/rounds/{CANARY}/sealed")).text)
    assert len(texts) >= 50
    assert not [text for text in texts if CANARY in text or "Traceback" in text]
    assert await site.gives_away() == set()


def _bent(good: dict[str, Any]) -> list[tuple[str, Any]]:
    """Fifty wrong packages, most with the canary in a place where a careless answer would repeat it."""
    found: list[tuple[str, Any]] = [("lot", good), ("list", [CANARY]), ("text", CANARY), ("empty", {})]
    for member in ("header", "price", "upload_id"):
        found += [(member, {**good, member: bad}) for bad in (CANARY, 7319024.58, [CANARY], {CANARY: CANARY}, True)]
    for member in good["header"]:
        found += [(member, {**good, "header": {**good["header"], member: bad}}) for bad in (CANARY, [CANARY])]
    for member, value in good["header"]["envelopes"][0].items():
        for bad in (CANARY, {CANARY: value}):
            envelope = {**good["header"]["envelopes"][0], member: bad}
            found.append((member, {**good, "header": {**good["header"], "envelopes": [envelope]}}))
    return found
