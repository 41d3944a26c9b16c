"""The people of a project and what they do, over HTTP."""

from dataclasses import dataclass
from typing import Any

import httpx

from app.demand import store
from app.domain.process import StageState
from tests.tenders.houses import House

NEED = {
    "title_zh": "旋转式压缩机", "title_en": "Rotary compressors", "category": "compressors", "item": "1.5 匹变频压缩机",
    "specification": "R32，变频，噪声 ≤ 42 dB(A)", "quantity": "1000", "unit": "台", "needed_on": "2027-02-01",
    "use": "家用空调室外机", "earlier": "", "budget_line": "CAPEX-7",
    "requirements": [{"kind": "must", "text": "R32"}, {"kind": "should", "text": "与岚川压缩机接口一致"}],
}  # fmt: skip
PLAN = {
    "is_feasible": True, "finding": "三家以上可供", "currency": "CNY", "budget_line": "CAPEX-7", "budget": "300,000.00",
    "estimate": "289000", "estimate_source": "2025 合同价", "estimate_on": "2026-11-01",
}  # fmt: skip


@dataclass
class Cast:
    """The people of a project, signed in."""

    house: House
    asker: httpx.AsyncClient
    other: httpx.AsyncClient
    purchaser: httpx.AsyncClient
    approver: httpx.AsyncClient
    auditor: httpx.AsyncClient
    experts: dict[str, httpx.AsyncClient]

    async def act(self, who: httpx.AsyncClient, project: str, act: str, **more: Any) -> httpx.Response:
        """An act on the project as it stands now."""
        self.house.clock.wind(seconds=1)
        version = (await self.purchaser.get(f"/projects/{project}")).json()["version"]
        paths = {"need": "need", "plan": "plan", "group": "group"}
        if act in paths:
            return await who.put(f"/projects/{project}/{paths[act]}", json={"version": version, **more})
        if act == "draw":
            return await who.post(f"/projects/{project}/draw", json={"version": version, **more})
        return await who.post(f"/projects/{project}/moves", json={"version": version, "act": act, **more})

    async def ask(self, **changes: Any) -> str:
        """A whole request, submitted."""
        made = await self.asker.post("/projects", json=NEED | changes)
        assert made.status_code == 201, made.text
        project = str(made.json()["id"])
        assert (await self.act(self.asker, project, "submit")).status_code == 200
        return project

    async def plan(self, project: str) -> None:
        """Accepted, and found feasible within its budget."""
        for act, more in (("accept", {}), ("plan", {"plan": PLAN}), ("finish", {})):
            done = await self.act(self.purchaser, project, act, **more)
            assert done.status_code == 200, done.text

    async def group(self, project: str) -> dict[str, Any]:
        """A group named and drawn; nobody has declared."""
        house = self.house
        named = {"decision_maker": house.approver.account_id, "purchasing_lead": house.purchaser.account_id}
        assert (await self.act(self.purchaser, project, "group", **named)).status_code == 200
        drawn = await self.act(self.purchaser, project, "draw", experts=3)
        assert drawn.status_code == 200, drawn.text
        body: dict[str, Any] = drawn.json()
        return body

    async def declare(self, project: str, **conflicts: str) -> None:
        """Everybody in the group declares; some have a conflict, by account."""
        group = (await self.auditor.get(f"/projects/{project}")).json()["group"]
        people = self.experts | {self.house.approver.account_id: self.approver}
        people |= {self.house.purchaser.account_id: self.purchaser}
        for seat in group:
            if seat["has_declared"]:
                continue
            who = people.get(seat["account_id"], self.asker)
            said = conflicts.get(f"a{seat['account_id']}", "")
            done = await who.post(
                f"/projects/{project}/declaration", json={"has_conflict": bool(said), "statement": said}
            )
            assert done.status_code == 200, done.text

    async def approve(self, project: str, verdict: str = "approve") -> httpx.Response:
        """The approver's word on the newest proposal."""
        proposal = (await self.approver.get(f"/projects/{project}")).json()["proposal_id"]
        return await self.approver.post(
            f"/approvals/{proposal}/decision", json={"verdict": verdict, "reason": "seen and weighed"}
        )

    async def approved(self) -> str:
        """A project that may buy."""
        project = await self.ask()
        await self.plan(project)
        await self.group(project)
        await self.declare(project)
        proposed = await self.act(self.purchaser, project, "propose")
        assert proposed.status_code == 200, proposed.text
        assert (await self.approve(project)).status_code == 200
        return project


async def stages_of(house: House, project: str) -> dict[int, str]:
    async with house.world.db.snapshot() as tx:
        held = await store.load_project(tx, project)
    return {int(stage): state.value for stage, state in held.course.items() if state is not StageState.NOT_STARTED}
