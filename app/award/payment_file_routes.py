"""HTTP edge of payments for other programs: import with a preview, export as workbook, table or JSON; and the plan that
follows from a contract."""

import asyncio
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile

from app.award import payment_importing, payment_planning, payment_reading, payment_schemas
from app.award.money_sheets import MEDIA_TYPE, Locale, payment_book, payment_csv, sheet_of
from app.award.payment_columns import make_template
from app.award.payment_reading import READERS
from app.award.payment_views import export_view, imported_view, plan_view
from app.award.schemas import HexId
from app.domain.paying import Terms
from app.domain.visibility import Role
from app.identity.access import Actor, staff
from app.infra.errors import Problem, answer
from app.infra.web import StrictRoute, WorldDep
from app.suppliers.headings import FileRefusal

router = APIRouter(route_class=StrictRoute, tags=["award"])
ReaderDep = Annotated[Actor, Depends(staff(*READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]


@router.get("/payments/sheet", response_class=Response)
async def export_payments(
    world: WorldDep, actor: ReaderDep, locale: Locale = "zh", form: Literal["xlsx", "csv", "json"] = "xlsx"
) -> Response:
    """Who owes what when, for the books of the house."""
    async with world.db.snapshot() as tx:
        sheet = await payment_reading.load_staff_sheet(world, tx, actor)
    name = f"payments-{sheet.today.isoformat()}"
    if form == "xlsx":
        return sheet_of(await asyncio.to_thread(payment_book, sheet, locale), name)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}
    if form == "csv":
        return Response(payment_csv(sheet, locale), media_type="text/csv; charset=utf-8", headers=headers)
    return Response(export_view(sheet).model_dump_json(), media_type="application/json", headers=headers)


@router.post("/payments/import")
async def import_payments(
    world: WorldDep,
    actor: PurchaserDep,
    file: Annotated[UploadFile, File()],
    is_preview: Annotated[bool, Form()] = False,  # noqa: FBT002 - a field of the form
) -> payment_schemas.PaymentsImportedView:
    """Record every good row of an .xlsx or .csv file and name every faulty cell, or say what would come of it; the same
    file again records nothing twice."""
    data = await file.read(payment_importing.LIMITS.file_bytes + 1)
    done = await payment_importing.import_payments(world, actor, data, is_preview=is_preview)
    if isinstance(done, FileRefusal):
        raise Problem(422, done.fault.value, detail=done.detail)
    return imported_view(done)


@router.get("/payments/import/template", response_class=Response)
async def read_payment_template(_actor: PurchaserDep, locale: Locale = "zh") -> Response:
    """The empty spreadsheet of invoices and payments."""
    headers = {"Content-Disposition": 'attachment; filename="payments-template.xlsx"'}
    return Response(make_template(locale), media_type=MEDIA_TYPE, headers=headers)


@router.get("/tenders/{tender_id}/payments/proposal")
async def propose_plan(
    tender_id: str, supplier_id: HexId, world: WorldDep, actor: PurchaserDep
) -> payment_schemas.PlanProposed:
    """The milestones that the terms of a contract in force come to."""
    async with world.db.snapshot() as tx:
        found = answer(await payment_planning.propose_plan(world, tx, actor, tender_id, supplier_id))
        return plan_view(found)


@router.post("/tenders/{tender_id}/payments/plan", status_code=204)
async def keep_plan(tender_id: str, body: payment_schemas.KeepPlan, world: WorldDep, actor: PurchaserDep) -> None:
    """Plan all milestones of a contract at once; they come to its price to the last cent."""
    plan = [
        Terms(each.kind, Decimal(each.amount), each.falls_on, each.credit_days, each.note) for each in body.milestones
    ]
    refusal = await payment_planning.keep_plan(world, actor, tender_id, body.supplier_id, plan)
    if refusal is not None:
        answer(refusal)
