"""Lives of the demo's suppliers: questionnaires, audits, an appeal, an assessment by sub-criteria, applications."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.client.caller import Caller
from app.demo.cast import SUPPLIERS, SupplierSeat
from app.demo.seed import Stage
from app.domain.credit_code import check_character
from app.infra.web import instant_text

CATEGORY = "compressors"
# Who has answered; who has begun; who is assessed by sub-criteria; who owes an action; who appeals; whom somebody
# joins; whose name an applicant shares.
ANSWERED, BEGUN, ASSESSED, OWING, APPEALING, JOINED, NAMESAKE = 1, 2, 6, 4, 5, 3, 8
QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "kind": "yes_no", "is_must": True,
        "title_zh": "是否通过 ISO 9001 认证？", "title_en": "Are you certified to ISO 9001?",
    },
    {
        "kind": "choice", "is_must": True, "title_zh": "出厂检漏方式", "title_en": "Leak test before shipping",
        "choices": [
            {"zh": "氦质谱，全检", "en": "Helium, every piece"},
            {"zh": "氦质谱，抽检", "en": "Helium, samples"},
            {"zh": "水检", "en": "In water"},
        ],
    },
    {"kind": "number", "is_must": True, "title_zh": "月产能", "title_en": "Monthly capacity", "unit": "台 / pcs"},
    {"kind": "text", "is_must": False, "title_zh": "质量改进计划", "title_en": "Plans to improve quality"},
)  # fmt: skip
ANSWERS = ("yes", "0", "42000", "明年第一季度上线在线检漏。Leak tests in the line from the first quarter on.")
RATING, RATING_POINTS = "AA", Decimal(90)


async def write_lives(stage: Stage, now: datetime) -> None:
    """What has become of the suppliers besides their tenders; everything by the rules, in the past."""
    async with stage.seat("staff-1-purchaser") as purchaser:
        listed = {one["name_en"]: one["id"] for one in (await purchaser.get("/suppliers"))["items"]}
        ids = {seat.number: listed[seat.name_en] for seat in SUPPLIERS}
        await _ask(stage, purchaser)
        await _assess(stage, purchaser, ids[ASSESSED], now)
        await _find(stage, purchaser, ids[OWING], now)
        await _appeal(stage)
        await _join(stage, purchaser, ids[JOINED])
        namesake = _seat(NAMESAKE)
        await _apply(purchaser, namesake, code=_code(f"91990000MADEM9{NAMESAKE:03d}"), who="陈经理 Chen Jingli")


async def _ask(stage: Stage, purchaser: Caller) -> None:
    body = {"questions": list(QUESTIONS), "valid_days": 365, "after": 0}
    asked = await purchaser.put(f"/questionnaires/{CATEGORY}", body)
    ids = [one["id"] for one in asked["questions"]]
    stage.pass_time(timedelta(minutes=50))
    async with stage.seat(_seat(ANSWERED).seat) as representative:
        answers = {"answers": dict(zip(ids, ANSWERS, strict=True))}
        await representative.post(f"/my/questionnaires/{asked['id']}/submission", answers)
    async with stage.seat(_seat(BEGUN).seat) as representative:
        await representative.put(f"/my/questionnaires/{asked['id']}", {"answers": {ids[0]: "yes"}})


async def _assess(stage: Stage, purchaser: Caller, supplier_id: str, now: datetime) -> None:
    """An audit, a test and what was looked up give exactly the marks of SCREENS.md section 3."""
    seat = _seat(ASSESSED)
    day = _day(stage.clock.now())
    looks = (
        ("site_audit", "quality", seat.quality, "装配线现场审核 · Audit of the assembly line"),
        ("sample_test", "quality", seat.quality, "样机噪声与能效测试 · Noise and efficiency of samples"),
        ("site_audit", "delivery", seat.delivery, "仓储与发运现场审核 · Audit of warehouse and shipping"),
    )
    for kind, aspect, score, title in looks:
        body = {
            "kind": kind, "aspect": aspect, "result": "passed", "title": title, "score": score, "held_on": day,
            "text": "记录完整，抽查无偏差。Records complete, no deviation in the samples.",
        }  # fmt: skip
        await purchaser.post(f"/suppliers/{supplier_id}/findings", body)
    # Register active, weight 30; rating of weight 40; the years make up the rest of the mark.
    rest = (Decimal(seat.credit) * 100 - 100 * 30 - RATING_POINTS * 40) / 30
    years = (rest / 10).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
    assessment = {
        "assessed": {"figures": {"registration": "active", "rating": RATING, "years": str(years)}},
        "valid_until": instant_text(now + timedelta(days=300)),
        "note": "",
    }
    made = await purchaser.post(f"/suppliers/{supplier_id}/certifications", assessment)
    await stage.approve(made["proposal_id"])


async def _find(stage: Stage, purchaser: Caller, supplier_id: str, now: datetime) -> None:
    body = {
        "kind": "site_audit", "aspect": "quality", "result": "conditional", "score": "74",
        "title": "钎焊工序现场审核 · Audit of brazing", "held_on": _day(stage.clock.now()),
        "text": "检漏记录不完整。Leak test records are incomplete.",
        "actions": [
            {
                "text": "每台检漏结果留存记录。Keep a record of every leak test.",
                "due_on": _day(now + timedelta(days=20)),
            },
        ],
    }  # fmt: skip
    await purchaser.post(f"/suppliers/{supplier_id}/findings", body)


async def _appeal(stage: Stage) -> None:
    async with stage.seat(_seat(APPEALING).seat) as representative:
        current = (await representative.get("/my/supplier"))["current"]
        text = "两次延迟系客户改期所致，请复核交付得分。Two delays followed changed dates; look again."
        body = {"subject": "certification", "subject_id": current["id"], "text": text}
        await representative.post("/my/appeals", body)


async def _join(stage: Stage, purchaser: Caller, supplier_id: str) -> None:
    """A second person of a supplier came by the form: until the first one confirms it may only look."""
    seat = _seat(JOINED)
    reference = await _apply(purchaser, seat, code=seat.credit_code, who="第二代表 Second Representative")
    waiting = await purchaser.get("/supplier-applications")
    (found,) = [one for one in waiting if one["reference"] == reference]
    made = await purchaser.post(f"/supplier-applications/{found['id']}/admission", {"into": supplier_id})
    await stage.approve(made["proposal_id"])


async def _apply(caller: Caller, seat: SupplierSeat, *, code: str, who: str) -> str:
    asked = (await caller.get("/supplier-questions", category=CATEGORY))[0]
    answers = dict(zip([one["id"] for one in asked["questions"]], ANSWERS, strict=True))
    body = {
        "name_zh": seat.name_zh, "name_en": seat.name_en, "credit_code": code, "city": seat.city,
        "categories": [CATEGORY], "locale": seat.locale, "answers": {asked["id"]: answers},
        "contact": {"name": who, "email": f"second.{seat.email}", "phone": "+86 555 0101 0000"},
    }  # fmt: skip
    made: dict[str, str] = await caller.post("/supplier-applications", body)
    return made["reference"]


def _seat(number: int) -> SupplierSeat:
    return next(one for one in SUPPLIERS if one.number == number)


def _code(body: str) -> str:
    return body + check_character(body)


def _day(at: datetime) -> str:
    return at.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
