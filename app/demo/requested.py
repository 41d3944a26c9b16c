"""The demo's projects (SCREENS.md section 3): asked for by the requester, planned, given a group, approved; three of
them have been or are being bought, of one the criteria are being written. The newest request was returned once."""

from datetime import timedelta
from typing import Any, Final

from app.client.caller import Caller
from app.demo import tenders
from app.demo.cast import (
    CARTON_SETS,
    COMPRESSORS,
    COPPER_TUBE,
    EVALUATORS,
    FAN_MOTORS,
    STAFF,
    LotScript,
    TenderScript,
)
from app.demo.seed import Stage

REQUESTER: Final = "staff-10-requester"
SHEET: Final = TenderScript(
    title_zh="冷轧与镀锌板 2027",
    title_en="Cold-rolled and galvanised sheet 2027",
    summary_zh="",
    summary_en="",
    category="steel_sheet",
    template="scored",
    lots=(
        LotScript("冷轧板 1.0 mm", "Cold-rolled 1.0 mm", (("ST-10", "DC01", "1200"),), "吨", "4300", "4100", "3950"),
        LotScript("冷轧板 0.8 mm", "Cold-rolled 0.8 mm", (("ST-08", "DC01", "600"),), "吨", "4360", "4160", "4010"),
        LotScript("镀锌板 1.0 mm", "Galvanised 1.0 mm", (("SG-10", "DX51D", "500"),), "吨", "4900", "4680", "4510"),
        LotScript("镀锌板 0.6 mm", "Galvanised 0.6 mm", (("SG-06", "DX51D", "300"),), "吨", "5080", "4850", "4690"),
    ),
)
# Budget and estimate of each, in yuan.
MONEY: Final = {
    CARTON_SETS: ("13500000", "12710000"),
    COPPER_TUBE: ("27000000", "24570000"),
    SHEET: ("12500000", "11211000"),
    COMPRESSORS: ("215000000", "203190000"),
}
# Who decides; the other approver stands in while he is on leave.
APPROVER, DEPUTY = (next(one for one in STAFF if one.seat == seat) for seat in ("staff-2-approver", "staff-2-deputy"))


async def write_projects(stage: Stage) -> dict[TenderScript, str]:
    """Two approved projects by the tender that follows them."""
    made = {}
    for script in (CARTON_SETS, COPPER_TUBE):
        stage.pass_time(timedelta(hours=5))
        made[script] = await _approved(stage, script)
    return made


async def write_compressors(stage: Stage) -> str:
    """The approved project that the large live tender is opened from; its id."""
    return await _approved(stage, COMPRESSORS)


async def write_sheet(stage: Stage) -> str:
    """An approved project whose criteria are being written, in a draft of its own; its id."""
    project = await _approved(stage, SHEET)
    async with stage.seat("staff-1-purchaser") as purchaser:
        await tenders.draft(purchaser, SHEET, None, project)
    return project


async def ask_for_more(stage: Stage, project: str) -> None:
    """The sheet's budget has become too small: a higher one waits for the decision maker."""
    async with stage.seat("staff-1-purchaser") as purchaser:
        version = (await purchaser.get(f"/projects/{project}"))["version"]
        reason = "热轧基料自十一月起每吨上涨 180 元，数量不变。Hot-rolled base rose by 180 a tonne since November."
        await purchaser.post(
            f"/projects/{project}/budget-requests", {"version": version, "amount": "12960000", "reason": reason}
        )


async def plan_leave(stage: Stage) -> None:
    """The approver will be away for a week: his approvals are handed over."""
    first = stage.clock.now().date() + timedelta(days=8)
    body = {"email": DEPUTY.email, "duty": "approver", "starts_on": first.isoformat()}
    async with stage.seat(APPROVER.seat) as approver:
        await approver.post("/delegations", {**body, "ends_on": (first + timedelta(days=6)).isoformat()})


async def ask_for_motors(stage: Stage) -> None:
    """A new request, returned once with a question."""
    async with stage.seat(REQUESTER) as requester, stage.seat("staff-1-purchaser") as purchaser:
        project = await _ask(stage, requester, FAN_MOTORS)
        stage.pass_time(timedelta(minutes=40))
        reason = "请补充供电电压与噪声上限；品牌请改为性能要求。Which voltage, which noise limit? Please name no brand."
        await _move(purchaser, project, "return", reason)
        stage.pass_time(timedelta(minutes=25))
        said = "供电电压是 310 V 直流；噪声上限要问工艺部，最迟何时答复？310 V DC. By when do you need the noise limit?"
        await requester.post(f"/projects/{project}/messages", {"said": said})


async def _approved(stage: Stage, script: TenderScript) -> str:
    async with stage.seat(REQUESTER) as requester, stage.seat("staff-1-purchaser") as purchaser:
        project = await _ask(stage, requester, script)
        stage.pass_time(timedelta(hours=3))
        await _move(purchaser, project, "accept")
        await _put(purchaser, project, "plan", {"plan": _plan(stage, script)})
        await _move(purchaser, project, "finish")
        shown = await purchaser.get(f"/projects/{project}")
        named = {one["hat"]: one["account_id"] for one in shown["candidates"] if one["name"] != DEPUTY.name}
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
        "specification": "按图纸与技术协议；" + "、".join(text for each in script.lots for _, text, _ in each.lines),
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
