"""The tail of the demo's project of cartons and EPS sets (SCREENS.md section 3, P-2026-003): terms talked over,
contract signed, sets ordered and delivered, the supplier's quarter reviewed, a milestone paid, one due, one overdue."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from app.client.caller import Caller
from app.demo.cast import SUPPLIERS
from app.demo.delivered import DELIVERIES, ORDERS, erp_file, last_quarter
from app.demo.final_round import hold_final_round
from app.demo.history import PACKER
from app.demo.seed import Stage
from app.infra.days import day_of

PURCHASER: Final = "staff-1-purchaser"
FIRM: Final = next(seat for seat in SUPPLIERS if seat.number == PACKER)
TERMS: Final = {
    "prepayment": "30", "credit_days": 10, "draft_days": 0, "retention": "5", "retention_days": 365,
    "delivery_days": 12, "warranty_months": 12,
}  # fmt: skip
MINUTES: Final = "预付 30%，到货后 10 天付款，质保金 5%，分两批交货。30 % ahead, 10 days, 5 % retained, two parts."
SPECIAL: Final = {
    "special_zh": "分两批交货：第一批 20 万套，第二批 11 万套，按批开票付款。",
    "special_en": "Two parts: 200,000 sets, then 110,000; each part is invoiced and paid by itself.",
}
# The parts of the delivery: sets, and how many days ago they came. Paid 10 days later, the first is 6 days late.
PARTS: Final = ((200_000, 16), (110_000, 4))
HEAD: Final = ("tender", "milestone", "state", "number", "date", "amount", "currency")
ITEM: Final = "外机纸箱与 EPS 套件 Carton and EPS set"
# Of last quarter's orders what was accepted and rejected, with the mark for service: a grade B becomes an A.
QUARTER: Final = ((20_000, 0, "5"), (20_000, 40, "5"), (25_000, 0, "4"), (25_000, 0, "5"))
REPLY: Final = "感谢评价；四十套受潮纸箱已补送。Thank you; the forty damp cartons were replaced."


async def write_contract(stage: Stage, tender_id: str, now: datetime) -> None:
    """From the names to the plan of payments and the orders."""
    stage.clock.at += timedelta(hours=3)
    async with stage.seat(PURCHASER) as purchaser, stage.seat(FIRM.seat) as supplier:
        firm = (await _agreement(purchaser, tender_id))["supplier_id"]
        await _talk(stage, purchaser, supplier, tender_id, firm)
    parts = await hold_final_round(stage, tender_id, FIRM.seat)
    async with stage.seat(PURCHASER) as purchaser:
        await purchaser.post(f"/tenders/{tender_id}/contracts", {"supplier_id": firm, **SPECIAL})
        paper = (await _agreement(purchaser, tender_id))["contract"]
        asked = await purchaser.post(f"/contracts/{paper['id']}/submission")
    await stage.approve(asked["proposal_id"])
    stage.clock.at = max(stage.clock.at, datetime.fromisoformat(paper["ends_at"])) + timedelta(hours=9)
    # Nobody is signed in over days: the seats are taken anew.
    async with stage.seat(PURCHASER) as purchaser, stage.seat(FIRM.seat) as supplier:
        await _sign(stage, supplier, paper)
        await _plan(stage, purchaser, tender_id, firm, now)
        await _record_figures(stage, purchaser, tender_id, parts)
        await _order(stage, purchaser, supplier, now, tender_id)
    stage.clock.at = max(stage.clock.at, now - timedelta(days=18))


async def _agreement(caller: Caller, tender_id: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = (await caller.get(f"/tenders/{tender_id}/agreements"))["agreements"]
    return found[0]


async def _talk(stage: Stage, purchaser: Caller, supplier: Caller, tender_id: str, firm: str) -> None:
    """The mandate, a proposal, its acceptance, minutes that both confirm."""
    await purchaser.post(f"/tenders/{tender_id}/negotiations", {"supplier_id": firm, "rate": "4.35"})
    talks = (await _agreement(purchaser, tender_id))["negotiation"]["id"]
    async with stage.seat("staff-2-approver") as approver:
        await approver.post(f"/negotiations/{talks}/mandate", TERMS)
    ours, theirs = (f"{own}/negotiations/{talks}/turns" for own in ("", "/my"))
    turns: list[tuple[Caller, str, dict[str, Any]]] = [
        (purchaser, ours, {"act": "propose", "issues": TERMS}),
        (supplier, theirs, {"act": "accept"}),
        (purchaser, ours, {"act": "minute", "text": MINUTES}),
        (supplier, theirs, {"act": "confirm"}),
    ]
    for answers, (caller, path, turn) in enumerate(turns):
        stage.pass_time(timedelta(hours=1))
        await caller.post(path, {**turn, "answers": answers})


async def _sign(stage: Stage, supplier: Caller, paper: dict[str, Any]) -> None:
    """By both sides, under the text that was approved."""
    words = {"digest": paper["digest"], "signatory": FIRM.person, "title": "总经理"}
    await supplier.post(f"/my/contracts/{paper['id']}/signature", words)
    async with stage.seat("staff-2-approver") as approver:
        words = {"digest": paper["digest"], "signatory": "李批 Li Pi", "title": "采购总监"}
        await approver.post(f"/contracts/{paper['id']}/signature", words)


async def _plan(stage: Stage, purchaser: Caller, tender_id: str, firm: str, now: datetime) -> None:
    """What the contract's terms come to, with the main payment in the two parts of the delivery."""
    found = await purchaser.get(f"/tenders/{tender_id}/payments/proposal?supplier_id={firm}")
    ahead, main, kept = (
        {name: one[name] for name in ("kind", "amount", "falls_on", "credit_days")} for one in found["milestones"]
    )
    whole = Decimal(main["amount"])
    first = (whole * PARTS[0][0] / sum(sets for sets, _ in PARTS)).quantize(Decimal("0.01"))
    parts = [
        {**main, "amount": f"{amount:f}", "falls_on": _ago(stage, now, days).isoformat(), "note": f"{sets:,} 套 sets"}
        for amount, (sets, days) in zip((first, whole - first), PARTS, strict=True)
    ]
    body = {"supplier_id": firm, "milestones": [ahead, *parts, kept]}
    await purchaser.post(f"/tenders/{tender_id}/payments/plan", body)


async def _record_figures(stage: Stage, purchaser: Caller, tender_id: str, parts: Mapping[int, Decimal]) -> None:
    """Both lots are contracted at the price in force; budget and the report with names follow."""
    day = stage.clock.at.date().isoformat()
    for lot in (await purchaser.get(f"/tenders/{tender_id}/savings"))["lots"]:
        cost = lot["rows"][0]["cost"]
        agreed = (Decimal(cost) * parts[lot["number"]]).quantize(Decimal("0.01"))
        contracted = {"kind": "contracted", "amount": f"{agreed:f}", "source": "P-2026-003/HT-01"}
        budget = {"kind": "budget", "amount": f"{Decimal(cost) + 60000}", "source": "FY26-H2"}
        for figure in (budget, contracted):
            await purchaser.post(f"/tenders/{tender_id}/savings", {"lot_id": lot["lot_id"], "as_of": day, **figure})
    await purchaser.post(f"/tenders/{tender_id}/reports")


async def _order(stage: Stage, purchaser: Caller, supplier: Caller, now: datetime, tender_id: str) -> None:
    """The orders of last quarter and those of the contract, which name it, as the ERP gives them out."""
    contract = (await purchaser.get(f"/tenders/{tender_id}/savings"))["reference"]
    code = (await supplier.get("/my/supplier"))["credit_code"]
    rows = [
        (f"PK-Q{place}", accepted + rejected, _due(stage, place), "") for place, (accepted, rejected, _) in _quarter()
    ]
    rows += [
        (f"PK-{place}", sets, _ago(stage, now, days), contract) for place, (sets, days) in enumerate(PARTS, start=1)
    ]
    told = [
        (number, code, "packaging", ITEM, str(quantity), "套", day.isoformat(), named)
        for number, quantity, day, named in rows
    ]
    await _upload(purchaser, "/orders/import", erp_file((*ORDERS, "contract"), told), {"kind": "orders"})


async def write_payments(stage: Stage, tender_id: str, now: datetime) -> None:
    """What arrived, the review of last quarter and its effect; invoices and one payment from the ERP."""
    async with stage.seat(PURCHASER) as purchaser, stage.seat(FIRM.seat) as supplier:
        await _deliver(stage, purchaser, now)
        await _realise(purchaser, tender_id)
        await _review(stage, purchaser, supplier)
        await _pay(purchaser, supplier, tender_id)


async def _deliver(stage: Stage, purchaser: Caller, now: datetime) -> None:
    rows = [
        (f"PK-Q{place}", f"DN-Q{place}", _due(stage, place), accepted, rejected, mark)
        for place, (accepted, rejected, mark) in _quarter()
    ]
    rows += [
        (f"PK-{place}", f"DN-{place}", _ago(stage, now, days), sets, 0, "5")
        for place, (sets, days) in enumerate(PARTS, start=1)
    ]
    told = [
        (order, note, day.isoformat(), str(accepted), str(rejected), mark, "")
        for order, note, day, accepted, rejected, mark in rows
    ]
    await _upload(purchaser, "/orders/import", erp_file(DELIVERIES, told), {"kind": "deliveries"})


async def _realise(purchaser: Caller, tender_id: str) -> None:
    """What arrived at the price of the award: both lots are called off by the same orders."""
    orders = [f"PK-{place}" for place, _ in enumerate(PARTS, start=1)]
    for lot in (await purchaser.get(f"/tenders/{tender_id}/savings"))["lots"]:
        await purchaser.post(f"/tenders/{tender_id}/savings/realised", {"lot_id": lot["lot_id"], "orders": orders})


async def _review(stage: Stage, purchaser: Caller, supplier: Caller) -> None:
    """The quarter's score is answered, closed, and carried into the certification by a second person."""
    firm = (await supplier.get("/my/supplier"))["id"]
    wanted = {"category": "packaging", "period": last_quarter(stage).code}
    seen = await purchaser.post(f"/suppliers/{firm}/performance-reviews", wanted)
    review = seen["reviews"][0]["id"]
    stage.pass_time(timedelta(minutes=25))
    await supplier.post(f"/my/performance-reviews/{review}/reply", {"text": REPLY})
    await purchaser.post(f"/performance-reviews/{review}/closing")
    lifted = await purchaser.post(f"/performance-reviews/{review}/certification")
    await stage.approve(lifted["proposal_id"])


async def _pay(purchaser: Caller, supplier: Caller, tender_id: str) -> None:
    """The prepayment is invoiced and paid as the ERP says; the first part is invoiced by the supplier and late."""
    mine = [one for one in (await supplier.get("/my/payments"))["milestones"] if one["tender_id"] == tender_id]
    ahead, late, due, _kept = sorted(mine, key=lambda one: one["number"])
    paid_on = (date.fromisoformat(ahead["falls_on"]) + timedelta(days=1)).isoformat()
    rows = [
        (ahead["reference"], str(ahead["number"]), state, number, paid_on, ahead["amount"], ahead["currency"])
        for state, number in (("invoiced", "FP-20260701"), ("paid", "FK-880112"))
    ]
    await _upload(purchaser, "/payments/import", erp_file(HEAD, rows), {"is_preview": "false"})
    for one, number in ((late, "FP-20260718"), (due, "FP-20260733")):
        invoice = {"kind": "invoice", "number": number, "amount": one["amount"], "dated_on": one["falls_on"]}
        await supplier.post(f"/my/payments/{one['id']}/invoices", invoice)


async def _upload(purchaser: Caller, path: str, data: bytes, fields: dict[str, str]) -> None:
    done = await purchaser.upload(path, data, "erp.csv", fields)
    if done["bad_rows"]:
        raise ValueError(f"the demo's file has faults: {done}")


def _quarter() -> list[tuple[int, tuple[int, int, str]]]:
    return list(enumerate(QUARTER, start=1))


def _due(stage: Stage, place: int) -> date:
    return last_quarter(stage).first + timedelta(days=14 * place)


def _ago(stage: Stage, now: datetime, days: int) -> date:
    """A day before the demo's own, where the deployment is."""
    return day_of(stage.world, now) - timedelta(days=days)
