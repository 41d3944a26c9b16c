"""attacks.md S07, S09, O17 where they end in `bidroom verify`: the auditor's machine, from the export alone.

Played on a hand-wound clock at the published times, for the verifier holds every instant against the document.
"""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.audit.verify import main
from app.domain.drafting import Template
from app.evaluation import document_intake
from app.evaluation.service import rank_tender
from app.evaluation.tables import document, mark
from app.evaluation.timekeeper import draw
from app.sealed_rounds.answering import Receipted
from app.sealed_rounds.tables import opening, package
from tests.attacks.site import Site
from tests.evaluation.test_whole import ask, mark_and_lock
from tests.fences import tear_down_fence
from tests.live_rounds.servers import free_port, serve
from tests.sealed_rounds.stage import Stage, set_sealed_stage


@asynccontextmanager
async def played(stage: Stage) -> AsyncIterator[Site]:
    """The stage behind a real server; a hand-wound clock stands still."""
    site = Site(stage, free_port())
    async with serve(stage.world, site.port):
        yield site


async def bundle_of(stage: Stage, folder: Path) -> tuple[Path, str]:
    """An export over HTTP, and the fingerprint of the journal's key."""
    # Ranked, and files drawn, before the bundle is taken: tables of a chain that has gone on since are not compared.
    await rank_tender(stage.world, stage.tender.id)
    await document_intake.turn(stage.world)
    async with played(stage) as site:
        return await export(site, folder)


async def export(site: Site, folder: Path) -> tuple[Path, str]:
    """A bundle of everything from a running server, and the fingerprint of the journal's key."""
    body = {"purpose": "yearly audit", "recipient": "audit office", "all": True}
    async with site.client(site.stage.house.auditor) as client:
        made = (await client.post("/api/audit/exports", json=body)).raise_for_status().json()
        async with asyncio.timeout(60):
            while (job := (await client.get(f"/api/audit/exports/{made['id']}")).json())["state"] != "ready":
                assert job["state"] != "failed"
                await asyncio.sleep(0.1)
        content = (await client.get(f"/api/audit/exports/{made['id']}/file")).raise_for_status().content
        key = (await client.get("/api/audit/key")).json()
    path = folder / "bundle.zip"
    path.write_bytes(content)
    return path, key["fingerprint"]


async def verify(path: Path, *options: str) -> tuple[int, str]:
    """`bidroom verify`: its exit code and what it prints. (In a process of its own: tests/replay/test_offline.py.)"""
    told = io.StringIO()
    with redirect_stdout(told):
        status = await asyncio.to_thread(main, [str(path), "--quiet", *options])
    return status, told.getvalue()


@pytest.fixture
async def stage(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """An open sealed round at its published time."""
    made = await set_sealed_stage(clean_database_url, tmp_path / "house")
    await made.open()
    yield made
    await made.world.db.dispose()


async def finish(stage: Stage) -> None:
    """The close and the opening."""
    await stage.close()
    assert await stage.open_envelopes() == "price"


@pytest.mark.timeout(180)
async def test_o17_an_auditor_repeats_the_opening_and_finds_one_changed_digit(stage: Stage, tmp_path: Path) -> None:
    receipts = tmp_path / "receipts"
    receipts.mkdir()
    for number in range(3):
        outcome = await stage.send(number, await stage.seal(number, f"28{number}.00"))
        assert isinstance(outcome, Receipted)
        (receipts / f"{number}.json").write_text(json.dumps(outcome.receipt))
    await finish(stage)
    path, key = await bundle_of(stage, tmp_path)
    url = stage.world.settings.database_url
    status, told = await verify(path, "--key", key, "--database", url, "--receipts", str(receipts))
    assert status == 0, told
    changed = tmp_path / "changed.zip"
    changed.write_bytes(one_digit_changed(path.read_bytes()))
    status, told = await verify(changed, "--key", key)
    assert status == 1, told


def one_digit_changed(content: bytes) -> bytes:
    """The bundle with an amount of an opening record changed by one digit."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name.startswith("openings/") and name.endswith(".json"):
                assert b'"281.00"' in data
                data = data.replace(b'"281.00"', b'"271.00"')
            after.writestr(name, data)
    return made.getvalue()


@pytest.mark.timeout(180)
async def test_s07_and_s09_the_tables_no_longer_fit_the_journal(stage: Stage, tmp_path: Path) -> None:
    taken = [await stage.hand_in(number, f"28{number}.00") for number in range(3)]
    await stage.hand_in(0, "270.00")
    await finish(stage)
    path, key = await bundle_of(stage, tmp_path)
    url = stage.world.settings.database_url
    assert (await verify(path, "--key", key, "--database", url))[0] == 0
    second = (package.c.tag == stage.tag(1)) & (package.c.rev == 1)
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(package).where(second).values(price_ct=taken[2].price_ct))
    status, told = await verify(path, "--key", key, "--database", url)
    assert status == 1, told
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(package).where(second).values(price_ct=taken[1].price_ct))
        await tear_down_fence(tx)
        own = package.c.tag == stage.tag(0)
        await tx.execute(update(package).where(own, package.c.rev == 2).values(rev=9))
        await tx.execute(update(package).where(own, package.c.rev == 1).values(rev=10))
    status, told = await verify(path, "--key", key, "--database", url)
    assert status == 1, told


@pytest.mark.timeout(180)
async def test_an_opening_changed_by_hand_is_found(stage: Stage, tmp_path: Path) -> None:
    for number in range(3):
        await stage.hand_in(number)
    await finish(stage)
    path, key = await bundle_of(stage, tmp_path)
    async with stage.world.db.transaction() as tx:
        await tear_down_fence(tx)
        await tx.execute(update(opening).values(digest="0" * 64))
    status, told = await verify(path, "--key", key, "--database", stage.world.settings.database_url)
    assert status == 1, told


@pytest.mark.timeout(180)
async def test_o07_a_mark_changed_after_the_prices_were_opened(clean_database_url: str, tmp_path: Path) -> None:
    # Without a live round behind it, the prices bring the phase in which the auditor has the marks.
    changes = {"template": Template.LARGE, "procedure": "sealed"}
    stage = await set_sealed_stage(clean_database_url, tmp_path / "house", **changes)  # type: ignore[arg-type]  # of a draft
    await stage.open()
    criteria = [each["id"] for each in (stage.tender.frozen or {})["evaluation"]["technical"]["criteria"]]
    for number in range(4):
        await stage.hand_in(number, f"28{number}.00", answers=[(each, "1", "as asked") for each in criteria])
    await stage.close()
    assert await stage.open_envelopes() == "tech"
    assert await draw(stage.world) == 1
    evaluator = await mark_and_lock(stage)
    assert await stage.open_envelopes() == "price"
    async with stage.world.db.snapshot() as tx:
        row = (await tx.execute(select(mark).limit(1))).one()
    body = {"lot_id": row.lot_id, "alias": row.alias, "criterion": row.criterion, "mark": 1, "version": row.version}
    change = await ask(stage, evaluator, "PUT", "/sheet/marks", {**body, "comment": "lower"})
    again = await ask(stage, evaluator, "POST", "/scores/lock", {"digest": "0" * 64})
    assert [each.status_code for each in (change, again)] == [409, 409]
    path, key = await bundle_of(stage, tmp_path)
    url = stage.world.settings.database_url
    status, told = await verify(path, "--key", key, "--database", url)
    assert status == 0, told
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(document).values(state="shown"))
    status, told = await verify(path, "--key", key, "--database", url)
    assert (status, "a document stands in the table where no entry has put it" in told) == (1, True), told
    async with stage.world.db.transaction() as tx:
        own = (mark.c.lot_id == row.lot_id) & (mark.c.alias == row.alias) & (mark.c.criterion == row.criterion)
        await tx.execute(update(mark).where(own).values(mark=1))
    status, told = await verify(path, "--key", key, "--database", url)
    assert status == 1, told
    await stage.world.db.dispose()
