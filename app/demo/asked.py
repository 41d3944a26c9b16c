"""A waiting tender of the demo with questions in every place: answered to all, to be answered, held at the desk, on its
way (VISIBILITY.md section 5, profile `strict`). Its batches are every other hour, so that a visitor sees one."""

from datetime import datetime
from typing import Any, Final

from app.demo import history, tenders
from app.demo.cast import EPS_NEXT, SUPPLIERS
from app.demo.seed import Stage
from app.tenders import questions, store, timekeeper

RULE: Final = {"profile": "strict", "close_hours": 20, "times": [f"{hour:02d}:00" for hour in range(0, 24, 2)]}
ASKED: Final = {
    1: "EPS 密度 25 kg/m³ 的偏差允许多少？What deviation of the density is allowed?",
    2: "样件须在何时送达？By when must samples arrive?",
    3: "包装能否按去年的方式？同样的号码 138 0013 8000 可以找到我们。",
}
LATEST: Final = "可否分批送货到青岛和佛山两个仓库？May we deliver to two warehouses?"
RELAYED: Final = "EPS 密度 25 kg/m³ 允许多大偏差？What deviation of the density is allowed?"
ANSWER: Final = {
    "zh": "密度允许偏差为 ±1.5 kg/m³，按每批五件平均值检验。",
    "en": "A deviation of ±1.5 kg/m³ is allowed, checked on the mean of five pieces of each delivery.",
}


async def write_asked(stage: Stage, now: datetime) -> str:
    """Publish, ask, relay, answer: the tender's id. The story takes two batches, six hours at most."""
    async with stage.seat("staff-1-purchaser") as purchaser:
        tender_id = await tenders.draft(purchaser, EPS_NEXT, history.waiting_times(now))
        tender = await purchaser.get(f"/tenders/{tender_id}")
        await purchaser.put(
            f"/tenders/{tender_id}", tender["draft"] | {"version": tender["version"], "questions": RULE}
        )
    await tenders.submit(stage, tender_id)
    for number, text in ASKED.items():
        await ask(stage, tender_id, number, text)
    await _turn(stage, tender_id)
    await _relay(stage, tender_id)
    await _turn(stage, tender_id)
    async with stage.seat("staff-1-purchaser") as purchaser:
        queue = await purchaser.get(f"/tenders/{tender_id}/question-queue")
        (asked,) = [one["id"] for one in queue["questions"] if one["text"] == RELAYED]
        path = f"/tenders/{tender_id}/questions/{asked}/answer"
        await purchaser.put(path, {**ANSWER, "version": 0, "is_finished": True, "amounts_checked": True})
        tender = await purchaser.get(f"/tenders/{tender_id}")
    await stage.approve(tender["pending"][0]["id"])
    await _turn(stage, tender_id)
    return tender_id


async def ask(stage: Stage, tender_id: str, number: int, text: str) -> None:
    """A supplier asks."""
    async with stage.seat(next(seat.seat for seat in SUPPLIERS if seat.number == number)) as supplier:
        await supplier.post(f"/tenders/{tender_id}/questions", {"text": text})


async def _relay(stage: Stage, tender_id: str) -> None:
    """The desk writes the first anew, lets the second through, and has yet to look at the third."""
    async with stage.seat("staff-9-relay") as desk:
        held: dict[str, Any] = await desk.get(f"/tenders/{tender_id}/relay")
        found = {one["text"]: one["id"] for one in held["questions"]}
        path = f"/tenders/{tender_id}/relay"
        await desk.post(f"{path}/{found[ASKED[1]]}", {"act": "release", "text": RELAYED})
        await desk.post(f"{path}/{found[ASKED[2]]}", {"act": "release", "text": ASKED[2]})


async def _turn(stage: Stage, tender_id: str) -> None:
    """The next fixed time comes."""
    async with stage.world.db.snapshot() as tx:
        tender = await store.load_tender(tx, tender_id)
    stage.clock.at = questions.batch_after(tender, stage.clock.at)
    await timekeeper.turn_due(stage.world)
