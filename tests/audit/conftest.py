"""A whole tender driven over HTTP and sockets; the auditor looks and takes a bundle away in each phase."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from app.domain.bundling import fingerprint
from app.domain.visibility import Phase, Role
from tests.access import story
from tests.access.theatre import BIDDERS, Theatre, staged
from tests.databases import Databases
from tests.worlds import make_actor, sign_in


@dataclass
class Reel:
    """What the auditor saw and took, by phase."""

    theatre: Theatre
    folder: Path
    timelines: dict[Phase, dict[str, Any]] = field(default_factory=dict)
    bundles: dict[Phase, Path] = field(default_factory=dict)
    exports: dict[Phase, dict[str, Any]] = field(default_factory=dict)
    histories: dict[Phase, bytes] = field(default_factory=dict)
    releases: dict[Phase, bytes] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Of the journal's key."""
        return fingerprint(self.theatre.world.keys.public_key)

    @property
    def tender(self) -> str:
        """The one tender of the story."""
        return self.theatre.ids["tender"]

    async def get(self, path: str) -> Any:
        """Something the auditor reads."""
        return await self.theatre.act("auditor", "GET", path)

    async def export(self, **scope: Any) -> dict[str, Any]:
        """Ask for a bundle and wait for it."""
        body = {"purpose": "yearly audit", "recipient": "audit office", **scope}
        made = await self.theatre.act("auditor", "POST", "/api/audit/exports", json=body)
        job: dict[str, Any] = {}
        for _ in range(200):
            job = await self.get(f"/api/audit/exports/{made['id']}")
            if job["state"] in ("ready", "failed"):
                break
            await asyncio.sleep(0.05)
        assert job["state"] == "ready", job
        return job

    async def take(self, job: dict[str, Any], name: str) -> Path:
        """Download a bundle."""
        answer = await self.theatre.viewers["auditor"].client.get(f"/api/audit/exports/{job['id']}/file")
        assert answer.status_code == 200, answer.text
        path = self.folder / f"{name}.zip"
        path.write_bytes(answer.content)
        return path

    async def record(self, phase: Phase) -> None:
        """Look and take a bundle of the tender."""
        self.timelines[phase] = await self.get(f"/api/audit/timeline?tender={self.tender}")
        self.exports[phase] = await self.export(tender_ids=[self.tender])
        self.bundles[phase] = await self.take(self.exports[phase], phase.value)
        history = await self.export(tender_ids=[self.tender], form="jsonl")
        self.histories[phase] = (await self.take(history, f"{phase.value}-history")).read_bytes()
        if phase is not Phase.DRAFT:
            release = await self.export(tender_ids=[self.tender], form="ocds")
            self.releases[phase] = (await self.take(release, f"{phase.value}-release")).read_bytes()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def reel(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reel]:
    """The story, played once."""
    folder = tmp_path_factory.mktemp("reel")
    url = databases.migrated()
    async with staged(url, folder / "data", is_shared=True) as theatre:
        made = Reel(theatre, folder)
        colleague = await make_actor(theatre.world, Role.AUDITOR, name="Another auditor", locale="en")
        cookies, headers = await sign_in(theatre.world, colleague)
        await theatre.enter("auditor2", Role.AUDITOR, cookies=cookies, headers=headers)
        await made.record(Phase.DRAFT)
        await story.publish(theatre)
        for key in BIDDERS:
            await story.accept(theatre, key)
        await made.record(Phase.QUESTIONS)
        await story.open_round(theatre)
        await story.bid_all(theatre)
        await made.record(Phase.LIVE)
        await story.close_round(theatre)
        await made.record(Phase.PRICES)
        await story.propose_decision(theatre)
        await made.record(Phase.DECISION)
        await story.unseal(theatre)
        await made.record(Phase.UNSEALED)
        yield made
    databases.drop(url)
