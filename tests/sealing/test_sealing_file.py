"""The sealing file as the service handles it: read once, served from memory, noticed when changed, journalled once."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app import __version__, main
from app.audit.sealing_releases import Released, list_releases, note_release
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.infra.db import Database
from app.infra.world import World
from app.main import build_app
from app.sealing_file import COPY_PATH, PAGE_PATH, SealingFileAlteredError, is_intact, sealing_file
from tests.callers import BASE
from tests.live_rounds.floors import chain_of
from tests.worlds import make_world

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
CODE = b"export const seals = 1;"
SHA256 = hashlib.sha256(CODE).hexdigest()
POLICY = b"default-src 'none'; script-src 'sha256-x'"
PAGE = (
    b'<!doctype html><meta http-equiv="Content-Security-Policy" content="' + POLICY + b'" />'
    b'<script type="module">' + CODE + b"</script>"
)
NODE = FRONTEND.parent / ".venv" / "bin" / "node"
PRINT = """
const { makeSealingFile, standAlonePage } = await import(process.argv[1]);
const { code } = await makeSealingFile();
process.stdout.write(JSON.stringify([code, standAlonePage(code)]));
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Built pages that are not the real ones."""
    folder = tmp_path / "dist"
    (folder / "seal").mkdir(parents=True)
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (folder / "seal" / f"{SHA256}.js").write_bytes(CODE)
    (folder / "seal" / "index.html").write_bytes(PAGE)
    return folder


@pytest.fixture
async def world(clean_database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    made = (await make_world(clean_database_url, tmp_path / "data")).world
    yield made
    await made.db.dispose()


def served(world: World, pages: Path, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """A caller of the application over these pages."""
    monkeypatch.setattr(main, "PAGES", pages)
    transport = httpx.ASGITransport(build_app(world), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=BASE)


def test_a_folder_without_pages_has_none(tmp_path: Path) -> None:
    assert sealing_file(tmp_path) is None


def _other_bytes(folder: Path) -> None:
    (folder / f"{SHA256}.js").write_bytes(CODE + b" ")


def _other_name(folder: Path) -> None:
    (folder / f"{SHA256}.js").rename(folder / "seal.js")


def _second_file(folder: Path) -> None:
    (folder / f"{'0' * 64}.js").write_bytes(CODE)


def _other_page(folder: Path) -> None:
    (folder / "index.html").write_bytes(PAGE.replace(b"seals = 1", b"seals = 2"))


def _second_script(folder: Path) -> None:
    (folder / "index.html").write_bytes(PAGE + b"<script>1</script>")


def _no_policy(folder: Path) -> None:
    (folder / "index.html").write_bytes(PAGE.replace(b"Content-Security-Policy", b"refresh"))


@pytest.mark.parametrize("act", [_other_bytes, _other_name, _second_file, _other_page, _second_script, _no_policy])
async def test_changed_bytes_are_neither_served_nor_called_released(
    world: World, pages: Path, act: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    act(pages / "seal")
    with pytest.raises(SealingFileAlteredError):
        sealing_file(pages)
    async with served(world, pages, monkeypatch) as client:
        for path in (PAGE_PATH, COPY_PATH, f"/seal/{SHA256}.js", f"/seal/{'0' * 64}.js"):
            assert (await client.get(path)).status_code == 404
        assert (await client.get("/api/config")).json()["sealing"] is None
        ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"status": "sealing_file_altered"})
    await start(world)
    entries = await system_of(world)
    assert [entry.data.get("sealing_sha256") for entry in entries] == [None]
    assert entries[0].data["sealing_fault"]


async def test_what_was_read_at_the_start_is_served_and_a_change_below_is_noticed(
    world: World, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(world, pages, monkeypatch) as client:
        assert (await client.get("/readyz")).status_code == 200
        _other_bytes(pages / "seal")
        code = await client.get(f"/seal/{SHA256}.js")
        assert (code.status_code, code.content) == (200, CODE)
        assert (await client.get(PAGE_PATH)).content == PAGE
        assert (await client.get("/readyz")).status_code == 503
    assert not is_intact(pages, None)


async def test_policies_kept_and_unkept(world: World, pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(world, pages, monkeypatch) as client:
        code, page, copy = [await client.get(path) for path in (f"/seal/{SHA256}.js", PAGE_PATH, COPY_PATH)]
        missing = [await client.get(f"/seal/{name}") for name in ("x", f"{'0' * 64}.js", "index.html", "../index.html")]
        lost = await client.get("/assets/of-another-release.js")
    assert code.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert code.headers["content-security-policy"].startswith("default-src 'none'")
    for answer in (page, copy):
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        assert "script-src 'sha256-x'" in policy
        # No cookie, no storage, no frame, whatever the script would do.
        assert policy.endswith("frame-ancestors 'none'; sandbox allow-scripts allow-downloads")
        assert "allow-same-origin" not in policy
        assert "etag" not in answer.headers
        assert "set-cookie" not in answer.headers
    assert copy.headers["content-disposition"].startswith("attachment")
    # What one replica of a rollout lacks is not kept as missing for a year.
    for answer in (*missing[:3], lost):
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


async def test_parts_and_conditions_change_no_bytes(world: World, pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [
        {"Range": "bytes=3-5"},
        {"If-None-Match": "*"},
        {"If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT"},
        {"Accept-Encoding": "gzip, br, zstd"},
        {"X-Forwarded-Host": "evil.example", "X-Original-URL": "/api/me"},
    ]
    async with served(world, pages, monkeypatch) as client:
        for headers in asked:
            answer = await client.get(f"/seal/{SHA256}.js", headers=headers)
            assert (answer.status_code, answer.content) == (200, CODE)
            assert "content-encoding" not in answer.headers


# ── the journal ──────────────────────────────────────────────────────────────


async def system_of(world: World) -> list[Entry]:
    """The entries of starts and releases."""
    return [
        entry for entry in await chain_of(world, "system") if entry.kind in (Kind.SYSTEM_STARTED, Kind.SEALING_RELEASED)
    ]


async def start(world: World) -> None:
    """A process starts and ends."""
    app = build_app(world)
    async with app.router.lifespan_context(app):
        pass


async def test_a_start_notes_the_file_once(world: World, pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "PAGES", pages)
    for _ in range(3):
        await start(world)
    entries = await system_of(world)
    assert [entry.kind for entry in entries].count(Kind.SYSTEM_STARTED) == 3
    (released,) = [entry for entry in entries if entry.kind is Kind.SEALING_RELEASED]
    page = hashlib.sha256(PAGE).hexdigest()
    assert released.data == {"version": __version__, "sealing_sha256": SHA256, "page_sha256": page}
    async with served(world, pages, monkeypatch) as client:
        told = (await client.get("/api/sealing")).json()
    assert (told["path"], told["sha256"], told["page_sha256"]) == (f"/seal/{SHA256}.js", SHA256, page)
    assert [one["sha256"] for one in told["releases"]] == [SHA256]
    assert set(told["releases"][0]) == {"at", "version", "sha256", "page_sha256"}


async def test_replicas_of_one_release_write_one_entry(world: World) -> None:
    """Each with connections of its own, all at once; then a new release, and the old one back."""
    others = [replace(world, db=Database(world.settings.database_url)) for _ in range(3)]
    first, second = Released("1", "a" * 64, "b" * 64), Released("2", "c" * 64, "d" * 64)
    same_bytes = replace(first, version="1.0.1")
    try:
        for release, expected in ((first, 1), (same_bytes, 0), (second, 1), (first, 1)):
            written = await asyncio.gather(*(note_release(one, release) for one in [world, *others] * 2))
            assert written.count(True) == expected
    finally:
        for one in others:
            await one.db.dispose()
    assert [one.released for one in await list_releases(world)] == [first, second, first]


# ── built again ──────────────────────────────────────────────────────────────


def built_in(folder: Path) -> list[str]:
    """The sealing file and its page, built from a copy of the sources in this folder."""
    shutil.copytree(FRONTEND / "src", folder / "src")
    for name in ("sealing-file.ts", "package.json", "tsconfig.json"):
        shutil.copy(FRONTEND / name, folder)
    modules = folder / "node_modules"
    modules.mkdir()
    for module in (FRONTEND / "node_modules").iterdir():
        if module.name == "@hpke":
            # What is built in lies in this folder, too.
            shutil.copytree(module, modules / module.name)
        else:
            (modules / module.name).symlink_to(module)
    node = str(NODE) if NODE.exists() else shutil.which("node") or ""
    command = [node, "--input-type=module", "--eval", PRINT, str(folder / "sealing-file.ts")]
    env = {"PATH": os.environ["PATH"], "TZ": "Asia/Shanghai" if "one" in folder.name else "America/New_York"}
    made = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-2000:]
    found: list[str] = json.loads(made.stdout)
    return found


@pytest.mark.skipif(not (FRONTEND / "node_modules" / "vite").is_dir(), reason="the packages of the pages are missing")
def test_two_builds_in_two_folders_have_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "another-and-deeper" / "two").mkdir(parents=True)
    first = built_in(tmp_path / "one")
    assert built_in(tmp_path / "another-and-deeper" / "two") == first
    assert str(tmp_path) not in first[0]
    built = sealing_file(FRONTEND / "dist")
    stamp = FRONTEND / "dist" / ".bidroom.json"
    if built is not None and _is_fresh(stamp):
        # And they are the bytes that the whole build of the pages has made.
        assert hashlib.sha256(first[0].encode()).hexdigest() == built.sha256
        assert first[1].encode() == built.page


def _is_fresh(stamp: Path) -> bool:
    newest = max(path.stat().st_mtime for path in (FRONTEND / "src").rglob("*") if path.is_file())
    return stamp.exists() and stamp.stat().st_mtime > newest
