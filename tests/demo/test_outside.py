"""The demo's outside witness: named once and for all, heard of on the screens, and never in the way of the demo."""

from dataclasses import replace
from pathlib import Path

import httpx

from app.client.witness import KEY, Witness
from app.demo import outside
from app.domain.checkpointing import Reason
from app.domain.fingerprints import fingerprint
from app.infra.world import SystemClock
from app.journal.checkpoints import take_checkpoint
from app.main import build_app
from tests.worlds import make_world

BASE = "http://testserver"


async def test_the_demo_has_a_witness_of_its_own(clean_database_url: str, tmp_path: Path) -> None:
    made = replace((await make_world(clean_database_url, tmp_path)).world, clock=SystemClock())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app(made)), base_url=BASE) as client:
        # What a deployment without a witness says.
        assert (await client.get("/api/audit/witnesses")).json() == []
    settings = outside.with_witness(made.settings)
    assert list(settings.witnesses) == [outside.NAME]
    # Started anew, it is the same.
    assert outside.with_witness(made.settings).witnesses == settings.witnesses
    folder = outside.witness_folder(settings)
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600
    world = replace(made, settings=settings)
    await take_checkpoint(world, Reason.MINUTE)
    witness, pin = Witness(folder), fingerprint(world.keys.public_key)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app(world)), base_url=BASE) as client:
        (before,) = (await client.get("/api/audit/witnesses")).json()
        assert (before["name"], before["seen_at"], before["is_there"]) == (outside.NAME, None, False)
        assert await outside._look(witness, client, "0" * 64) == outside.LOOK_SECONDS
        assert await outside._look(witness, client, pin) == outside.LOOK_SECONDS
        (after,) = (await client.get("/api/audit/witnesses")).json()
        assert after["is_there"] is True
    away = httpx.MockTransport(lambda _request: httpx.Response(502, content=b"<html>"))
    async with httpx.AsyncClient(transport=away, base_url=BASE) as client:
        assert await outside._look(witness, client, pin) == outside.RETRY_SECONDS
    # A second demo on the same folder goes on without one.
    await outside.watch(BASE, folder, pin)
    witness.close()
    await world.db.dispose()
