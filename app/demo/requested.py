"""The demo's projects (SCREENS.md section 3): asked for by the requester, planned, given a group, approved; two of them
have been bought since. The newest request was returned once."""

from datetime import timedelta
from typing import Any, Final

from app.client.caller import Caller
from app.demo.cast import CARTONS, COPPER_TUBE, EVALUATORS, FAN_MOTORS, LotScript, TenderScript
from app.demo.seed import Stage

REQUESTER: Final = "staff-10-requester"
SHEET: Final = TenderScript(
    title_zh="冷轧与镀锌板 2027",
    title_en="Cold-rolled and galvanised sheet 2027",
    summary_zh="",
    summary_en="",
    category="steel_sheet",
    template="scored",
    lots=(LotScript("冷轧板 1.0 mm", "Cold-rolled", (("ST-10", "DC01", "2600"),), "吨", "4300", "4100", "3950"),),
)
# Budget and estimate of each, in yuan.
MONEY: Final = {CARTONS: ("9000000", "8308000"), COPPER_TUBE: ("27000000", "24570000"), SHEET: ("11000000", "10660000")}


async def write_projects(stage: Stage) -> dict[TenderScript, str]:
    """Two approved projects by the tender that follows them."""
    made = {}
    for script in (CARTONS, COPPER_TUBE):
        stage.pass_time(timedelta(hours=5))
        made[script] = await _approved(stage, script)
    return made


async def write_sheet(stage: Stage) -> None:
    """An approved project that waits for its criteria."""
    await _approved(stage, SHEET)


async def ask_for_motors(stage: Stage) -> None:
    """A new request, returned once with a question."""
    async with stage.seat(REQUESTER) as requester, stage.seat("staff-1-purchaser") as purchaser:
        project = await _ask(stage, requester, FAN_MOTORS)
        stage.pass_time(timedelta(minutes=40))
        reason = "请补充供电电压与噪声上限；品牌请改为性能要求。Which voltage, which noise limit? Please name no brand."
        await _move(purchaser, project, "return", reason)


async def _approved(stage: Stage, script: TenderScript) -> str:
    async with stage.seat(REQUESTER) as requester, stage.seat("staff-1-purchaser") as purchaser:
        project = await _ask(stage, requester, script)
        stage.pass_time(timedelta(hours=3))
        await _move(purchaser, project, "accept")
        await _put(purchaser, project, "plan", {"plan": _plan(stage, script)})
        await _move(purchaser, project, "finish")
        shown = await purchaser.get(f"/projects/{project}")
        named = {one["hat"]: one["account_id"] for one in shown["candidates"]}
        await _put(purchaser, project, "group", named)
        version = (await purchaser.get(f"/projects/{project}"))["version"]
        await purchaser.post(f"/projects/{project}/draw", {"version": version, "experts": len(EVALUATORS)})
        for seat in (REQUESTER, "staff-1-purchaser", "staff-2-approver", *(one.seat for one in EVALUATORS)):
            stage.pass_time(timedelta(minutes=9))
            async with stage.seat(seat) as member:
                await member.post(f"/projects/{project}/declaration", {"has_conflict": False})
        await _move(purchaser, project, "propose")
        proposal = (await purchaser.get(f"/projects/{project}"))["proposal_id"]
    await stage.approve(proposal)
    return project


async def _ask(stage: Stage, requester: Caller, script: TenderScript) -> str:
    lot = script.lots[0]
    need = {
        "title_zh": script.title_zh.removesuffix("（草稿）"),
        "title_en": script.title_en.removesuffix(" (draft)"),
        "category": script.category,
        "item": lot.title_zh,
        "specification": "按图纸与技术协议；" + "、".join(text for _, text, _ in lot.lines),
        "quantity": str(sum(int(quantity) for _, _, quantity in lot.lines)),
        "unit": lot.unit,
        "needed_on": (stage.clock.now() + timedelta(days=150)).date().isoformat(),
        "use": "家用空调室外机总装 Outdoor unit assembly",
        "earlier": "上一年度合同 Contract of last year",
        "requirements": [
            {"kind": "must", "text": "RoHS"},
            {"kind": "should", "text": "按月滚动交付 Monthly call-offs"},
        ],
    }
    project = str((await requester.post("/projects", need))["id"])
    await _move(requester, project, "submit")
    return project


def _plan(stage: Stage, script: TenderScript) -> dict[str, Any]:
    budget, estimate = MONEY[script]
    return {
        "is_feasible": True,
        "finding": "三家以上已认证供应商可供货。Three or more certified suppliers can deliver.",
        "budget_line": "FY26-H2 / 生产物料 Materials",
        "budget": budget,
        "estimate": estimate,
        "estimate_source": "上一合同价 Last contract price",
        "estimate_on": stage.clock.now().date().isoformat(),
    }


async def _move(caller: Caller, project: str, act: str, reason: str = "") -> None:
    version = (await caller.get(f"/projects/{project}"))["version"]
    await caller.post(f"/projects/{project}/moves", {"version": version, "act": act, "reason": reason})


async def _put(caller: Caller, project: str, part: str, body: dict[str, Any]) -> None:
    version = (await caller.get(f"/projects/{project}"))["version"]
    await caller.put(f"/projects/{project}/{part}", {"version": version, **body})
