"""attacks.md G: the log and the database, by somebody who owns the database, as the auditor's machine sees it.

Played on a hand-wound clock at the published times, for the verifier holds every instant against the document.
"""

import asyncio
import json
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import ANY

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from app.audit.erasing import ERASED_KEYS
from app.cli import cli
from app.domain.entries import entry_hash
from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.identity.store import find_account, find_account_by_email
from app.infra.db import Database
from app.infra.keys import load_keys
from app.journal.checkpoints import take_due_checkpoint
from app.sealed_rounds.answering import Receipted
from app.tenders import ending
from app.tenders.participations import list_participations
from tests import fences
from tests.attacks.test_verifying import bundle_of, export, finish, played, verify
from tests.live_rounds.floors import chain_of
from tests.sealed_rounds.stage import Stage, set_sealed_stage, with_world
from tests.tenders.houses import approve
from tests.worlds import make_actor

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def stage(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Three packages, opened and ranked; the receipts lie in a folder."""
    made = await set_sealed_stage(clean_database_url, tmp_path / "house", with_key_files=True)
    await made.open()
    (tmp_path / "receipts").mkdir()
    for number in range(3):
        outcome = await made.send(number, await made.seal(number, f"28{number}.00"))
        assert isinstance(outcome, Receipted)
        (tmp_path / "receipts" / f"{number}.json").write_text(json.dumps(outcome.receipt))
    await finish(made)
    await take_due_checkpoint(made.world)
    yield made
    await made.world.db.dispose()


async def run(stage: Stage, *statements: str, **values: object) -> None:
    """Statements of the database's owner."""
    async with stage.world.db.transaction() as tx:
        for statement in statements:
            await tx.execute(text(statement), values)


async def tear_down_fence(stage: Stage) -> None:
    """Drop or disable the triggers, and keep a copy of the log."""
    async with stage.world.db.transaction() as tx:
        await fences.tear_down_fence(tx)
    await run(stage, "CREATE TABLE kept AS SELECT * FROM entry")


COLUMNS = "at_ms, kind, tender, lot, body, salt, hash"
G02 = (
    "UPDATE entry SET body = replace(body, '1', '2')",
    "UPDATE entry SET seq = seq + 100",
    "DELETE FROM entry",
    "TRUNCATE entry",
    "DELETE FROM checkpoint",
    "UPDATE checkpoint SET root = digest",
    f"INSERT INTO entry (chain, seq, {COLUMNS}) SELECT chain, seq + 100, {COLUMNS} FROM entry",
    f"INSERT INTO entry (chain, seq, {COLUMNS}) SELECT 'another', 2, {COLUMNS} FROM entry LIMIT 1",
)


async def test_g02_with_the_triggers_in_place(stage: Stage) -> None:
    before = await stage.chain()
    for statement in G02:
        if statement.startswith("TRUNCATE") and stage.world.db.is_sqlite:
            continue
        with pytest.raises(DBAPIError, match="append-only"):
            await run(stage, statement)
    assert await stage.chain() == before


SWAP = """UPDATE entry SET body = (SELECT body FROM kept WHERE kept.chain = entry.chain AND kept.seq = 4 - entry.seq),
    salt = (SELECT salt FROM kept WHERE kept.chain = entry.chain AND kept.seq = 4 - entry.seq),
    hash = (SELECT hash FROM kept WHERE kept.chain = entry.chain AND kept.seq = 4 - entry.seq)
    WHERE chain = :chain AND seq IN (1, 3)"""
G03 = {
    "update": ["UPDATE entry SET body = replace(body, 'received', 'refused') WHERE chain = :chain AND seq = 2"],
    "delete": ["DELETE FROM entry WHERE chain = :chain AND seq = 2"],
    "insert": [
        "UPDATE entry SET seq = -seq WHERE chain = :chain AND seq > 1",
        "UPDATE entry SET seq = 1 - seq WHERE chain = :chain AND seq < 0",
        f"INSERT INTO entry (chain, seq, {COLUMNS}) SELECT chain, 2, {COLUMNS} FROM kept "
        "WHERE chain = :chain AND seq = 1",
    ],
    "swap": [SWAP],
}


async def test_g03_and_g11_without_the_triggers(stage: Stage, tmp_path: Path) -> None:
    lot = f"lot:{stage.lots[0]}"
    path, key = await bundle_of(stage, tmp_path)
    assert (await verify(path, "--key", key))[0] == 0
    await tear_down_fence(stage)
    _, second, _ = await stage.chain()
    members = json.loads(second.body)
    forms = {
        "spaces": json.dumps(members, sort_keys=True).encode(),
        "order": json.dumps(dict(reversed(members.items())), separators=(",", ":")).encode(),
        "NFD": unicodedata.normalize("NFD", second.body.decode().replace('"supplier"', '"suppli\u00e9r"')).encode(),
    }
    changes: dict[str, tuple[list[str], dict[str, object]]] = {name: (each, {}) for name, each in G03.items()}
    for name, body in forms.items():
        # With a hash that fits, but for the text that is canonical in any case.
        told: dict[str, object] = {
            "body": body.decode(),
            "hash": second.hash if name == "NFD" else entry_hash(second.salt, body),
        }
        changes[name] = (["UPDATE entry SET body = :body, hash = :hash WHERE chain = :chain AND seq = 2"], told)
    async with played(stage) as site:
        for name, (statements, values) in changes.items():
            for statement in statements:
                await run(stage, statement, chain=lot, **values)
            path, key = await export(site, tmp_path)
            status, told_us = await verify(path, "--key", key)
            # Of a repetition the number that stands twice is named.
            bad = 1 if name in ("insert", "swap") else 2
            assert (status, f"entry {bad} of {lot}" in told_us) == (1, True), (name, told_us)
            await run(stage, "DELETE FROM entry WHERE chain = :chain", chain=lot)
            await run(stage, "INSERT INTO entry SELECT * FROM kept WHERE chain = :chain", chain=lot)


async def test_g04_the_last_entries_and_the_checkpoints_over_them(stage: Stage, tmp_path: Path) -> None:
    witness = tmp_path / "witness.jsonl"
    witness.write_bytes((stage.world.settings.data_dir / "checkpoints.jsonl").read_bytes())
    _, key = await bundle_of(stage, tmp_path)
    await tear_down_fence(stage)
    chains = (f"lot:{stage.lots[0]}", f"tender:{stage.tender.id}")
    async with stage.world.db.snapshot() as tx:
        query = text(
            "SELECT chain, seq FROM entry WHERE chain IN (:lot, :tender) ORDER BY at_ms DESC, seq DESC LIMIT 5"
        )
        last = (await tx.execute(query, {"lot": chains[0], "tender": chains[1]})).all()
    for chain, seq in last:
        await run(stage, "DELETE FROM entry WHERE chain = :chain AND seq = :seq", chain=chain, seq=seq)
    for chain in chains:
        newest = "FROM entry WHERE chain = :chain ORDER BY seq DESC LIMIT 1"
        await run(
            stage,
            f"UPDATE chain_head SET seq = (SELECT seq {newest}), hash = (SELECT hash {newest}) WHERE chain = :chain",
            chain=chain,
        )
    await run(stage, "DELETE FROM checkpoint", "DELETE FROM checkpoint_head")
    (stage.world.settings.data_dir / "checkpoints.jsonl").unlink()
    async with played(stage) as site:
        path, _ = await export(site, tmp_path)
    status, told = await verify(path, "--key", key)
    assert "No outside evidence" in told, (status, told)
    for option in ("--receipts", "--witness"):
        given = tmp_path / "receipts" if option == "--receipts" else witness
        status, told = await verify(path, "--key", key, option, str(given))
        assert status == 1, (option, told)


async def test_g09_another_log_key_in_the_configuration(stage: Stage, tmp_path: Path) -> None:
    _, key = await bundle_of(stage, tmp_path)
    (stage.world.settings.keys_dir / "journal.key").unlink()
    swapped = with_world(stage, replace(stage.world, keys=load_keys(stage.world.settings.keys_dir)))
    path, other = await bundle_of(swapped, tmp_path)
    assert other != key
    for named in (["--key", key], ["--key", other], []):
        status, told = await verify(path, *named)
        assert status == 1, (named, told)
        # With the statement of the old key it is another matter: tests/attacks/test_key_rotation.py.
        assert "key" in told


async def test_g12_hostile_texts_are_one_entry(stage: Stage, tmp_path: Path) -> None:
    hostile = 'line\nbreak \u2028 {"kind":"bid.accepted","seq":1} \u001b[31m \u202e'
    async with played(stage) as site, site.client(stage.house.auditor) as client:
        body = {"purpose": hostile, "recipient": "audit office", "all": True}
        asked = await client.post("/api/audit/exports", json=body)
        path, key = await export(site, tmp_path)
        lines = (await client.get("/api/audit/timeline?kind=export.taken")).json()
    status, told = await verify(path, "--key", key)
    assert status == 0, told
    assert "\u001b" not in told
    assert (asked.status_code, len(lines["entries"])) == (202, 2), (asked.text, lines)


async def test_g18_the_vault_erased_leaves_a_log_that_verifies_and_no_names(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.infra.world.SystemClock", lambda: stage.clock)
    world, folder = stage.world, stage.world.settings.keys_dir
    env = {"BIDROOM_DATABASE_URL": world.settings.database_url, "BIDROOM_DATA_DIR": str(world.settings.data_dir)}

    async def erase(*options: str) -> tuple[int, str]:
        command = ["erase-vault", "--reason", "the retention is over", *options]
        done = await asyncio.to_thread(CliRunner().invoke, cli, command, env=env)
        return done.exit_code, done.output

    old = {name: (folder / f"{name}.key").read_bytes() for name in ERASED_KEYS}
    assert (await erase())[0] == 1
    status, told = await erase("--forever")
    assert (status, "NOT_ALLOWED_HERE" in told) == (1, True), "a tender runs"
    await approve(stage.house, await ending.cancel_tender(world, stage.house.purchaser, stage.tender.id, "No need."))
    path, key = await bundle_of(stage, tmp_path)
    assert await erase("--forever") == (0, ANY)
    # Gone from the disk, not made anew, and the other keys are none.
    assert not any(each in file.read_bytes() for each in old.values() for file in folder.iterdir())
    with pytest.raises(PermissionError, match="erased"):
        load_keys(folder)
    assert (await erase("--forever"))[0] == 2
    for name in ERASED_KEYS:
        (folder / f"{name}.key").unlink()
    later = replace(world, keys=load_keys(folder), db=Database(world.db.url))
    async with world.db.snapshot() as tx:
        for opened in (
            lambda: find_account(later, tx, stage.rep(0).account_id),
            lambda: list_participations(later, tx, stage.tender.id),
        ):
            with pytest.raises(ValueError, match="does not open"):
                await opened()
        assert await find_account_by_email(later, tx, stage.rep(0).email) is None
    # The bundle of before, with the database of today; and one of today, by people who have come since.
    status, told = await verify(path, "--key", key, "--database", world.settings.database_url)
    assert status == 0, told
    house = replace(stage.house, world=later, auditor=await make_actor(later, Role.AUDITOR))
    path, key = await bundle_of(replace(stage, house=house), tmp_path)
    status, told = await verify(path, "--key", key)
    await later.db.dispose()
    assert status == 0, told
    (noted,) = [entry for entry in await chain_of(world, "system") if entry.kind is Kind.VAULT_ERASED]
    assert noted.data == {"keys": list(ERASED_KEYS), "reason": "the retention is over"}


def forbidden(stage: Stage) -> list[tuple[str, str]]:
    """Doors that are no purchaser's."""
    tender, lot, other = f"tenders/{stage.tender.id}", stage.lots[0], "0" * 32
    sealed = f"rounds/{stage.round_id}"
    return [
        ("GET", "accounts"), ("POST", "accounts"), ("POST", f"accounts/{other}/disable"), ("GET", "audit/filters"),
        ("GET", "audit/checkpoints"), ("POST", "audit/exports"), ("GET", "audit/exports"),
        ("GET", f"audit/exports/{other}"), ("GET", f"audit/exports/{other}/file"), ("GET", "audit/queries"),
        ("POST", "audit/queries"), ("GET", "evaluations"), ("GET", f"{tender}/sheet"), ("PUT", f"{tender}/sheet/marks"),
        ("POST", f"{tender}/sheet/submission"), ("POST", f"{tender}/scores/lock"), ("GET", "my/supplier"),
        ("POST", f"{sealed}/uploads"), ("PUT", f"{sealed}/packages/{lot}"),
        ("POST", f"{sealed}/packages/{lot}/withdrawal"),
    ]  # fmt: skip


async def test_g14_and_g16_refusals_in_parallel(stage: Stage, tmp_path: Path) -> None:
    doors = forbidden(stage)
    async with played(stage) as site:
        async with site.client(stage.house.purchaser) as client:

            async def knock(method: str, path: str) -> int:
                body: dict[str, str] | None = None if method == "GET" else {}
                return (await client.request(method, f"/api/{path}", json=body)).status_code

            assert [await knock(*door) for door in doors] == [403] * 20
            async with site.client(stage.house.auditor) as auditor:
                seen = (await auditor.get("/api/audit/timeline?kind=access.refused")).json()["entries"]
            assert len(seen) == 20
            told = await asyncio.gather(*(knock(*door) for door in doors * 5))
        assert told == [403] * 100
        path, key = await export(site, tmp_path)
    system = await chain_of(stage.world, "system")
    assert [entry.kind for entry in system].count(Kind.ACCESS_REFUSED) == 120
    assert [entry.seq for entry in system] == list(range(1, len(system) + 1))
    status, report = await verify(path, "--key", key)
    assert status == 0, report
