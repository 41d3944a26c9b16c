"""attacks.md P: how the service is run. Secrets that are none, modes that are not for bids, a disk that is full."""

import asyncio
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.kinds import Kind
from app.infra.keys import load_keys
from app.main import build_app
from app.sealed_rounds import store
from app.settings import Settings
from tests.attacks.site import Site
from tests.callers import BASE
from tests.worlds import make_world

ROOT = Path(__file__).resolve().parents[2]
KEYS = ("journal", "vault", "scoring", "reserve", "lookup", "lock")


def served(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`bidroom serve` over a data folder, as an operator starts it."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "1"]
    env = {**os.environ, "BIDROOM_DATA_DIR": str(folder), **environment}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=90, check=False)


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 32, b"changeme" * 4, b"short", os.urandom(31), os.urandom(33)],
    ids=["empty", "zeros", "a word", "short", "31", "33"],
)
def test_p01_a_key_file_that_holds_no_key_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    load_keys(tmp_path / "keys")
    (tmp_path / "keys" / f"{name}.key").write_bytes(content)
    with pytest.raises(PermissionError, match=f"{name}.key") as refused:
        load_keys(tmp_path / "keys")
    assert not content or content.hex()[:8] not in str(refused.value)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _open_to_the_group(path: Path) -> None:
    path.chmod(0o640)


@pytest.mark.parametrize("act", [_empty, _open_to_the_group])
def test_p01_p09_the_service_does_not_start_and_says_which_file(tmp_path: Path, act: Callable[[Path], None]) -> None:
    load_keys(tmp_path / "keys")
    act(tmp_path / "keys" / "lock.key")
    ended = served(tmp_path)
    assert ended.returncode == 2, ended.stderr[-2000:]
    assert "lock.key" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_p05_a_disk_that_is_full_at_the_first_start_leaves_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was named before it was written would be taken for a key at the next start."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        load_keys(tmp_path / "keys")
    assert list((tmp_path / "keys").iterdir()) == []
    monkeypatch.undo()
    assert load_keys(tmp_path / "keys").key_id == load_keys(tmp_path / "keys").key_id


@pytest.mark.parametrize(
    ("values", "mode"),
    [
        ({"public_url": "https://bid.example"}, "live"),
        ({"public_url": "http://127.0.0.1:8000"}, "live"),
        ({"public_url": "http://10.0.0.5:8000"}, "insecure"),
        ({"public_url": "http://localhost.evil.example"}, "insecure"),
        ({"public_url": "http://127.0.0.1.evil.example"}, "insecure"),
        ({"public_url": "https://bid.example", "demo": True}, "demo"),
    ],
)
async def test_p02_the_mode_is_said_with_the_time(
    clean_database_url: str, tmp_path: Path, values: dict[str, Any], mode: str
) -> None:
    assert Settings.model_validate(values).mode == mode
    made = (await make_world(clean_database_url, tmp_path, **values)).world
    transport = httpx.ASGITransport(build_app(made))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        assert (await client.get("/api/time")).json()["mode"] == mode
        assert (await client.get("/api/config")).json()["mode"] == mode
    await made.db.dispose()


async def test_p05_a_full_disk_while_a_ciphertext_goes_up(large_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chunk is not acknowledged; the same upload goes on when there is room, and what was taken before stands."""
    site = large_site
    first, _ = await site.hand_in(0)
    sealed = await site.stage.seal(1)
    assert sealed.tech_ct is not None
    write, room = os.write, [70_000]

    def bounded(descriptor: int, content: Any) -> int:
        if len(content) <= 4096:
            return write(descriptor, content)
        if room[0] <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = write(descriptor, content[: room[0]])
        room[0] -= done
        return done

    async with site.client(site.stage.rep(1)) as client:
        asked = {"lot_id": site.lot, "size": len(sealed.tech_ct), "sha256": sealed.header.envelopes[0].ct_sha256}
        upload = (await client.post(site.path("/uploads"), json=asked)).json()["upload_id"]
        address = site.path(f"/uploads/{upload}")
        headers = {"Upload-Offset": "0", "Content-Type": "application/octet-stream"}
        with monkeypatch.context() as full:
            full.setattr(os, "write", bounded)
            answer = await client.patch(address, content=sealed.tech_ct, headers=headers)
            assert answer.status_code >= 500
            assert set(answer.json()) == {"type", "title", "status", "code", "detail"}
            commit = await client.put(site.path(f"/packages/{site.lot}"), json=sealed.body(upload))
            assert commit.status_code == 409
        at = (await client.get(address)).json()["offset"]
        assert at <= 70_000
        headers["Upload-Offset"] = str(at)
        ended = await client.patch(address, content=sealed.tech_ct[at:], headers=headers)
        assert (ended.status_code, ended.json()["is_complete"]) == (200, True)
        assert (await client.put(site.path(f"/packages/{site.lot}"), json=sealed.body(upload))).status_code == 200
    kinds = [entry.kind for entry in await site.stage.chain() if entry.kind is not Kind.PACKAGE_REFUSED]
    assert kinds == [Kind.PACKAGE_RECEIVED] * 2
    async with site.client(site.stage.rep(0)) as client:
        (own,) = (await client.get(site.path("/packages"))).json()["packages"]
    assert own["package"] == first.digest


async def test_p05_a_database_that_is_full_at_the_commit(site: Site) -> None:
    """No receipt, no half entry; the same package is taken as soon as there is room, once."""
    if not site.world.db.is_sqlite:
        pytest.skip("SQLite alone can be told how large it may grow")
    await site.hand_in(0)
    sealed = await site.stage.seal(1)
    before = await site.stage.kinds()
    assert site.world.db.sync_writer is not None

    def bound(pages: int) -> int:
        """The most pages, in the one connection that writes; what is there already is the least."""
        assert site.world.db.sync_writer is not None
        with site.world.db.sync_writer.connect() as connection:
            told: int = connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar_one()
        return told

    async with site.client(site.stage.rep(1)) as client:
        address = site.path(f"/packages/{site.lot}")
        async with site.world.db.turn():
            await asyncio.to_thread(bound, 1)
        refused = []
        for _ in range(40):
            # Pages that were free already are used up first, by refusals.
            answer = await client.put(address, json={**sealed.body(), "upload_id": "x" * 32})
            refused.append(answer.status_code)
            if answer.status_code >= 500:
                break
        assert refused[-1] >= 500, refused
        answer = await client.put(address, json=sealed.body())
        assert answer.status_code >= 500
        assert set(answer.json()) == {"type", "title", "status", "code", "detail"}
        async with site.world.db.turn():
            await asyncio.to_thread(bound, 2**31)
        receipts = [await client.put(address, json=sealed.body()) for _ in range(2)]
    assert [each.status_code for each in receipts] == [200, 200]
    assert receipts[0].content == receipts[1].content
    assert [kind for kind in await site.stage.kinds() if kind is not Kind.PACKAGE_REFUSED] == [
        *before,
        Kind.PACKAGE_RECEIVED,
    ]
    async with site.world.db.snapshot() as tx:
        assert [one.rev for one in await store.list_own(tx, site.stage.round_id, site.stage.tag(1))] == [1]
