"""A scored sealed tender of the demo whose two lowest prices look abnormally low: one supplier has been asked and has
answered, the other has still to answer (SCORING.md section 3). Its criteria stand in groups, weighed by comparison."""

import random
from datetime import datetime, timedelta
from typing import Any, Final

from app.demo import sealed_history, sealed_tenders
from app.demo.cast import EVALUATORS, SUPPLIERS, LotScript, TenderScript
from app.demo.sealed_tenders import SealedTimes
from app.demo.seed import Stage
from app.evaluation import timekeeper as evaluation_timekeeper
from app.sealed_rounds import opening

CASTINGS: Final = TenderScript(
    title_zh="压缩机支架铸件 2027",
    title_en="Compressor bracket castings 2027",
    summary_zh="技术分组评审，密封报价一次。报价低于最高限价 75% 的，先询问，再决定。",
    summary_en="Criteria in groups, one sealed price. Who bids below 75 % of the ceiling is asked first; then people "
    "decide.",
    category="compressors",
    template="scored",
    lots=(
        LotScript(
            "支架铸件 QT450", "Bracket casting QT450", (("BR-450", "QT450-10", "240000"),), "件", "60.00", "54.00",
            "43.80",
        ),
    ),
)  # fmt: skip
# By supplier; the two lowest are below 75 % of the ceiling.
PRICES: Final = {1: "52.10", 2: "50.80", 3: "49.95", 6: "44.20", 7: "43.80"}
ANSWERED: Final = 7
QUESTION: Final = "请说明该价格的构成及其可行性：材料、加工、运输、利润。How is this price made up?"
ANSWER: Final = "使用自有模具和库存生铁，单件材料与熔炼 31.20 元，加工 7.60 元，运输 2.10 元，毛利 2.90 元。"
# Long enough for a visitor to find the question still open some days after the seeding.
ANSWER_HOURS: Final = 120


def evaluation_of(draft: dict[str, Any]) -> dict[str, Any]:
    """The template's, its two groups weighed by comparison, and the test of low prices."""
    evaluation: dict[str, Any] = draft["evaluation"]
    technical = evaluation["technical"]
    # The solution is twice as important as its delivery.
    weights = ("66.67", "33.33")
    groups = [{**group, "weight": weight} for group, weight in zip(technical["groups"], weights, strict=True)]
    names = [group["id"] for group in groups]
    judged = {"parent": "", "items": names, "matrix": [["1", "2"], ["1/2", "1"]], "digits": 2}
    test = {"kind": "share_of_ceiling", "share": "75", "is_strict": True}
    return evaluation | {
        "technical": technical | {"groups": groups, "ahp": [judged]},
        "abnormal": {"tests": [test], "answer_hours": ANSWER_HOURS},
    }


async def write_ranked(stage: Stage, closes_at: datetime) -> str:
    """From the draft to the ranking: five offers, one expert; the tender's id."""
    opens_at = closes_at - timedelta(hours=5)
    times = SealedTimes(opens_at - timedelta(hours=1), opens_at, closes_at, closes_at + timedelta(days=1))
    chair = EVALUATORS[0]
    tender_id, round_id = await sealed_history.publish(
        stage, CASTINGS, times, [chair], bidders=PRICES.keys(), evaluation_of=evaluation_of, panel=[chair]
    )
    for seat in SUPPLIERS:
        if seat.number in PRICES:
            stage.clock.at += timedelta(minutes=37)
            async with stage.seat(seat.seat) as supplier:
                await sealed_tenders.seal(supplier, round_id, seat, {1: PRICES[seat.number]})
    await sealed_history.close(stage, round_id, closes_at)
    stage.clock.at += timedelta(hours=2)
    async with stage.seat(chair.seat) as evaluator:
        dice = random.Random(CASTINGS.title_en)  # noqa: S311 - a story, the same every time
        await sealed_history.mark_some(stage, evaluator, tender_id, every=1, dice=dice)
        consensus = await evaluator.get(f"/tenders/{tender_id}/consensus")
        await evaluator.post(f"/tenders/{tender_id}/scores/lock", {"digest": consensus["digest"]})
    stage.clock.at += timedelta(seconds=30)
    await opening.open_due(stage.world, round_id)
    await evaluation_timekeeper.turn(stage.world)
    return tender_id


async def ask_about_prices(stage: Stage, tender_id: str) -> None:
    """Both are asked; one answers. The decision is the visitor's."""
    path = f"/tenders/{tender_id}"
    async with stage.seat("staff-1-purchaser") as purchaser:
        for offer in (await purchaser.get(f"{path}/inquiries"))["offers"]:
            about = {"lot_id": offer["lot_id"], "label": offer["label"], "question": QUESTION}
            await purchaser.post(f"{path}/inquiries", about)
    stage.clock.at += timedelta(hours=1, minutes=12)
    async with stage.seat(next(seat.seat for seat in SUPPLIERS if seat.number == ANSWERED)) as supplier:
        (own,) = (await supplier.get(f"{path}/own-inquiries"))["inquiries"]
        await supplier.post(f"{path}/own-inquiries/{own['id']}/answer", {"text": ANSWER})
