"""HTTP edge of reports, debriefs and savings: PDFs in both languages, the check of a code, figures by hand."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import figure_store, printing, reading, realising, report_store, report_views, reporting, saving
from app.award.debriefing import debrief_data
from app.award.printing import Lang
from app.award.proving import own_proof
from app.award.report_schemas import (
    BudgetsView,
    RealiseLot,
    RecordFigure,
    ReportFound,
    ReportsView,
    ReportView,
    TenderSavingsSheet,
)
from app.award.report_store import Report
from app.award.views import price_in
from app.domain.measuring import Figure
from app.domain.money import minor_units
from app.domain.recommending import is_draft, missing_parts, normal_code, without_restricted
from app.domain.visibility import RANKING_READERS, Datum, Role, may_see
from app.evaluation.sheet import load_sheets
from app.identity.access import Actor, reach_tender, staff, supplier_only
from app.infra.errors import Problem, answer, not_found
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.suppliers import store as supplier_store
from app.tenders import store as tender_store
from app.tenders.store import Tender

router = APIRouter(route_class=StrictRoute, tags=["award"])
ReaderDep = Annotated[Actor, Depends(staff(*RANKING_READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
MoneyDep = Annotated[Actor, Depends(staff(Role.PURCHASER, Role.APPROVER, Role.AUDITOR))]
SupplierDep = Annotated[Actor, Depends(supplier_only)]
LangQuery = Annotated[Lang, Query()]
NumberPath = Annotated[int, Path(ge=1, le=10_000)]
ShaQuery = Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")]
PDF = "application/pdf"


@router.get("/tenders/{tender_id}/reports")
async def list_reports(tender_id: str, world: WorldDep, actor: ReaderDep) -> ReportsView:
    """The reports of a tender; none before a decision was proposed (VISIBILITY.md d43)."""
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, *RANKING_READERS)
        is_told = may_see(actor.roles, tender.visited, Datum.RECOMMENDATION)
        made = await report_store.list_reports(tx, tender_id) if is_told else []
        is_current = await reporting.is_current(world, tx, tender, made[0] if made else None)
        sheet = await reading.load_decision_sheet(world, tx, tender)
    can_make = is_told and Role.PURCHASER in actor.roles and reporting.decide(sheet) is None
    return ReportsView(
        tender_id=tender_id,
        can_make=can_make,
        is_current=is_current,
        can_draw=printing.find_fonts() is not None,
        reports=[report_views.report_view(each) for each in made],
    )


@router.post("/tenders/{tender_id}/reports", status_code=201)
async def make_report(tender_id: str, world: WorldDep, actor: PurchaserDep) -> ReportView:
    """Make the next report, or give the newest if nothing has changed since."""
    async with world.db.snapshot() as tx:
        await reading.load_published(tx, actor, tender_id, Role.PURCHASER)
    return report_views.report_view(answer(await reporting.make_report(world, actor, tender_id)))


@router.get("/tenders/{tender_id}/reports/{number}/pdf", response_class=Response)
async def draw_report(
    tender_id: str, number: NumberPath, world: WorldDep, actor: ReaderDep, lang: LangQuery = "zh"
) -> Response:
    """A report as PDF: the same bytes at every call for readers with the same rights."""
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, *RANKING_READERS)
        is_told = may_see(actor.roles, tender.visited, Datum.RECOMMENDATION)
        report = await report_store.find_report(tx, tender_id, number) if is_told else None
    if report is None:
        raise not_found()
    made = await _draw(report, lang, is_whole=may_see(actor.roles, tender.visited, Datum.BASELINE))
    return pdf_of(made, f"{tender.reference}-report-{number}-{lang}")


async def _draw(report: Report, lang: Lang, *, is_whole: bool) -> bytes:
    if not report.is_intact:
        # The database was changed beside the service: nothing of it is drawn (attacks.md G).
        raise Problem(503, "DAMAGED")
    document: Mapping[str, Any] = report.document if is_whole else without_restricted(report.document)
    missing = missing_parts(report.document)
    data: dict[str, Any] = {
        "report": document,
        "digest": report.digest,
        "code": report.code,
        "missing": missing if is_whole else [],
    }
    if document["v"] > 1:
        data["draft"] = is_draft(report.document)
    zone, made_at = document["tender"]["time_zone"], document["made_at"]
    return await printing.draw_aside("report", data, lang=lang, zone=zone, made_at=made_at)


def pdf_of(content: bytes, name: str) -> Response:
    """A PDF to keep, under a name of plain letters."""
    safe = "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "-_."))
    headers = {"Content-Disposition": f'attachment; filename="{safe}.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type=PDF, headers=headers)


@router.get("/reports/{code}")
async def check_report(code: str, world: WorldDep, actor: ReaderDep, sha256: ShaQuery = None) -> ReportFound:
    """What a verify code belongs to, and whether a PDF with this SHA-256 is one of it; the one 404 if to nothing that
    the reader may know of."""
    wanted = normal_code(code)
    async with world.db.snapshot() as tx:
        found = [] if wanted is None else await report_store.list_by_code(tx, wanted)
        if not found:
            raise not_found()
        report = found[0]
        await reach_tender(tx, actor, report.tender_id, *RANKING_READERS)
        tender = await tender_store.load_tender(tx, report.tender_id)
    if not may_see(actor.roles, tender.visited, Datum.RECOMMENDATION):
        raise not_found()
    return ReportFound(
        tender_id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        number=report.number,
        stage=report.stage,
        digest=report.digest,
        code=report.code,
        made_at=report.made_at,
        is_intact=report.is_intact,
        file=None if sha256 is None or not report.is_intact else await _which_file(report, sha256),
    )


async def _which_file(report: Report, sha256: str) -> Literal["zh", "en", "unknown"]:
    """The PDFs of a report are drawn again: equal data give equal bytes."""
    for is_whole in (True, False):
        for lang in ("zh", "en"):
            drawn = await _draw(report, "zh" if lang == "zh" else "en", is_whole=is_whole)
            if hashlib.sha256(drawn).hexdigest() == sha256:
                return "zh" if lang == "zh" else "en"
    return "unknown"


@router.get("/tenders/{tender_id}/debrief/pdf", response_class=Response)
async def draw_debrief(tender_id: str, world: WorldDep, actor: SupplierDep, lang: LangQuery = "zh") -> Response:
    """The own debrief as PDF, once the decision is out; the one 404 before, and for who was not part of it."""
    assert actor.supplier_id is not None, "the door lets suppliers in alone"
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, Role.SUPPLIER)
        is_out = reading.is_decided(tender) and may_see({Role.SUPPLIER}, tender.visited, Datum.OWN_SCORE)
        sheet = await reading.load_own_sheet(world, tx, tender, actor.supplier_id) if is_out else None
        names = await supplier_store.load_names(tx, [actor.supplier_id])
    if sheet is None or not sheet.lots or sheet.decided_at is None:
        raise not_found()
    data = debrief_data(sheet, names[actor.supplier_id])
    made = await printing.draw_aside("debrief", data, lang=lang, zone=tender.time_zone, made_at=data["made_at"])
    return pdf_of(made, f"{tender.reference}-debrief-{lang}")


@router.get("/tenders/{tender_id}/proof")
async def read_own_proof(tender_id: str, world: WorldDep, actor: SupplierDep) -> JSONResponse:
    """The own proof as a file: receipts, rules and the signed result; the one 404 before the decision is out."""
    assert actor.supplier_id is not None, "the door lets suppliers in alone"
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, Role.SUPPLIER)
        is_out = reading.is_decided(tender) and may_see({Role.SUPPLIER}, tender.visited, Datum.OWN_SCORE)
        sheet = await reading.load_own_sheet(world, tx, tender, actor.supplier_id) if is_out else None
        if sheet is None or not sheet.lots or sheet.decided_at is None:
            raise not_found()
        made = await own_proof(world, tx, sheet, actor.supplier_id)
    name = f'attachment; filename="{tender.reference}-proof.json"'
    return JSONResponse(made, headers={"Content-Disposition": name})


@router.get("/tenders/{tender_id}/savings")
async def read_tender_savings(tender_id: str, world: WorldDep, actor: MoneyDep) -> TenderSavingsSheet:
    """Savings as they harden; nothing before the ranking may be read (VISIBILITY.md d58 to d60)."""
    roles = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR)
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, *roles)
        measures = await _measures(world, tx, actor, tender)
    return report_views.savings_sheet(tender, measures, can_record=Role.PURCHASER in actor.roles)


@router.get("/tenders/{tender_id}/budgets")
async def read_budgets(tender_id: str, world: WorldDep, actor: MoneyDep) -> BudgetsView:
    """The recorded budget of each lot with its source, for those who may see it at any time (d59; CK-03)."""
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, Role.PURCHASER, Role.APPROVER, Role.AUDITOR)
        if not may_see(actor.roles, tender.visited, Datum.BUDGET):
            raise not_found()
        figures = await figure_store.list_figures(tx, [tender_id])
    return report_views.budgets_view(figures, minor_units(tender.currency))


async def _measures(world: World, tx: AsyncConnection, actor: Actor, tender: Tender) -> list[saving.LotMeasure]:
    if not may_see(actor.roles, tender.visited, Datum.RANKING):
        return []
    sheet = await reading.load_decision_sheet(world, tx, tender)
    if not may_see(actor.roles, tender.visited, Datum.RECOMMENDATION):
        sheet = reading.without_decision(sheet)
    lots = await load_sheets(world, tx, tender)
    prices = {each.lot.id: price_in(sheet.decision, each) for each in lots}
    return await saving.load_measures(tx, tender, [each.lot for each in lots], prices)


@router.post("/tenders/{tender_id}/savings", status_code=204)
async def record_figure(tender_id: str, body: RecordFigure, world: WorldDep, actor: PurchaserDep) -> None:
    """Record a budget, a contracted or a realised amount of a lot, with its source."""
    async with world.db.snapshot() as tx:
        await reading.load_published(tx, actor, tender_id, Role.PURCHASER)
    figure = Figure(
        body.kind,
        Decimal(body.amount),
        body.source,
        body.as_of,
        quantity=None if body.quantity is None else Decimal(body.quantity),
    )
    refusal = await saving.record_figure(world, actor, tender_id, body.lot_id, figure)
    if refusal is not None:
        answer(refusal)


@router.post("/tenders/{tender_id}/savings/realised", status_code=204)
async def realise_lot(tender_id: str, body: RealiseLot, world: WorldDep, actor: PurchaserDep) -> None:
    """Record what the deliveries of some orders realised of a lot: what was accepted, at the price of the award."""
    refusal = await realising.realise_lot(world, actor, tender_id, body.lot_id, body.orders)
    if refusal is not None:
        answer(refusal)
