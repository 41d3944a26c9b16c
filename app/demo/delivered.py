"""Orders of the demo's last quarter and what arrived of them; reviews closed, answered and waiting for it."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.client.caller import Caller
from app.demo.cast import SUPPLIERS
from app.demo.seed import Stage
from app.domain.performance import Period, parse_period

CATEGORY = "compressors"
ORDERS = ("order number", "credit code", "category", "item", "quantity", "unit", "promised on")
DELIVERIES = ("order number", "delivery note", "delivered on", "accepted", "rejected", "service", "note")
# By supplier: of each order the deliveries as days after the promise, accepted, rejected, mark.
Part = tuple[int, int, int, str]
COURSE: dict[int, tuple[tuple[Part, ...], ...]] = {
    1: (((-2, 500, 0, "5"),), ((0, 498, 2, "5"), (3, 2, 0, "")), ((-1, 500, 0, "4"),)),
    2: (((0, 300, 0, "5"), (5, 200, 0, "4")), ((1, 500, 0, "4"),), ((-3, 490, 10, "5"),), ((-1, 500, 0, "5"),)),
    # Its own seat: the reply is for whoever looks around.
    3: (((0, 470, 30, "4"), (9, 30, 0, "3")), ((-2, 500, 0, "4"),), ((4, 500, 0, "3"),)),
    # Too little business for a score.
    4: (((-1, 495, 5, "4"),),),
    # Its first delivery was booked on the wrong day: it appeals.
    8: (((9, 500, 0, "4"),), ((0, 495, 5, "4"),), ((-1, 500, 0, "5"),)),
    9: (((6, 430, 70, "2"),), ((2, 480, 20, "3"),), ((11, 500, 0, "3"),)),
}
APPEALING = 8
APPEAL = "首单在承诺日当天到厂，送货单可证，请按此重新计算。The first order came on its day, as the delivery note says."
REPLIES = {
    1: "两件退货已于三日内补齐，感谢评价。Both pieces were replaced within three days.",
    2: "PO-021 的第二批因港口限行推迟，已改走铁路。The second part was held at the port; we ship by rail now.",
    8: "首单到货日期登记有误。The day of the first delivery was booked wrongly.",
    9: "模具已更换，新批次合格率恢复。The tool was replaced; the new lots pass again.",
}


async def write_deliveries(stage: Stage) -> None:
    """Two files of the buyer's ERP, then a review of each supplier; four of them answered and closed, one of these
    appealed against."""
    period = last_quarter(stage)
    async with stage.seat("staff-1-purchaser") as purchaser:
        firms = await _firms(purchaser)
        files = {"orders": _orders(period, firms), "deliveries": _deliveries(period)}
        for kind, data in files.items():
            done = await purchaser.upload("/orders/import", data, f"{kind}.csv", {"kind": kind})
            if done["rows"]:
                raise ValueError(f"the demo's {kind} have faults: {done['rows']}")
        reviews = {}
        for number, firm in firms.items():
            wanted = {"category": CATEGORY, "period": period.code}
            seen = await purchaser.post(f"/suppliers/{firm['id']}/performance-reviews", wanted)
            reviews[number] = seen["reviews"][0]["id"]
        for number, text in REPLIES.items():
            stage.pass_time(timedelta(minutes=40))
            async with stage.seat(f"supplier-{number:02d}") as representative:
                await representative.post(f"/my/performance-reviews/{reviews[number]}/reply", {"text": text})
            await purchaser.post(f"/performance-reviews/{reviews[number]}/closing")
        await _appeal(stage, purchaser, reviews[APPEALING], period)


async def _appeal(stage: Stage, purchaser: Caller, review_id: str, period: Period) -> None:
    """The supplier appeals, and the purchaser corrects what was booked wrongly: the approver has both before him."""
    async with stage.seat(f"supplier-{APPEALING:02d}") as representative:
        await representative.post("/my/appeals", {"subject": "performance", "subject_id": review_id, "text": APPEAL})
    stage.pass_time(timedelta(hours=2))
    listed = (await purchaser.get("/orders"))["orders"]
    order = next(one for one in listed if one["number"] == _number(APPEALING, 0))
    (booked,) = order["deliveries"]
    right = {"number": booked["number"], "delivered_on": _due(period, 0).isoformat(), "accepted": booked["accepted"]}
    await purchaser.post(
        f"/orders/{order['id']}/deliveries", {**right, "service": booked["service"], "is_correction": True}
    )


async def _firms(purchaser: Caller) -> dict[int, dict[str, Any]]:
    """The dossiers of the suppliers that had orders, by number."""
    listed = {one["name_en"]: one["id"] for one in (await purchaser.get("/suppliers"))["items"]}
    names = {seat.number: seat.name_en for seat in SUPPLIERS}
    return {number: await purchaser.get(f"/suppliers/{listed[names[number]]}") for number in COURSE}


def last_quarter(stage: Stage) -> Period:
    """The last quarter that is over on the demo's clock."""
    today = stage.clock.now().astimezone(ZoneInfo(stage.world.settings.time_zone)).date()
    place = today.year * 4 + (today.month - 1) // 3 - 1
    period = parse_period(f"{place // 4}-Q{place % 4 + 1}")
    assert period is not None, "every quarter of this century is a period"
    return period


def _due(period: Period, place: int) -> date:
    return period.first + timedelta(days=20 + 16 * place)


def _number(number: int, place: int) -> str:
    return f"PO-{number:02d}{place + 1}"


def _orders(period: Period, firms: dict[int, dict[str, Any]]) -> bytes:
    rows = [
        (
            _number(number, place), firms[number]["credit_code"], CATEGORY, "转子压缩机 1.5P Rotary compressor", "500",
            "台", _due(period, place).isoformat(),
        )
        for number, course in COURSE.items()
        for place in range(len(course))
    ]  # fmt: skip
    return erp_file(ORDERS, rows)


def _deliveries(period: Period) -> bytes:
    rows = [
        (
            _number(number, place), f"DN-{part + 1}", (_due(period, place) + timedelta(days=days)).isoformat(),
            str(accepted), str(rejected), mark, "",
        )
        for number, course in COURSE.items()
        for place, parts in enumerate(course)
        for part, (days, accepted, rejected, mark) in enumerate(parts)
    ]  # fmt: skip
    return erp_file(DELIVERIES, rows)


def erp_file(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> bytes:
    """A table as an ERP gives it out."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([head, *rows])
    return buffer.getvalue().encode()
