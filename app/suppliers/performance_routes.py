"""HTTP edge of orders, deliveries and performance reviews; the ERP uses the same routes as the pages."""

from decimal import Decimal
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile

from app.domain.categories import CATEGORIES
from app.domain.ordering import NewDelivery, NewOrder
from app.domain.performance import Promise
from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity.access import Actor, BidderDep, SupplierDep, staff
from app.infra.errors import Problem, answer, not_found
from app.infra.web import StrictRoute, WorldDep
from app.suppliers import order_importing, order_sheets, ordering, performance_reading, reviewing
from app.suppliers import performance_schemas as schemas
from app.suppliers import performance_views as views
from app.suppliers.contract_book import ContractBook
from app.suppliers.headings import FileRefusal
from app.suppliers.order_columns import FileKind
from app.suppliers.order_importing import ImportOrders
from app.suppliers.schemas import CertificationProposed, GiveReason

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["performance"])
# An order follows from an award: it is read as the matrix has deliveries (d62) in the filed phase. The supplier has
# routes of its own, and the reader of a stolen database has no account. A requester may read what was bought for its
# own requests alone: these lists name every supplier of the house and its marks, so they are not for it.
_NOT_HERE = frozenset({Role.SUPPLIER, Role.DATABASE, Role.REQUESTER})
READERS = [role for role in Role if role not in _NOT_HERE and may_see({role}, (Phase.FILED,), Datum.DELIVERIES)]
ReaderDep = Annotated[Actor, Depends(staff(*READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]


def contract_book(request: Request) -> ContractBook:
    """The book that main.py has put into the application."""
    return cast("ContractBook", request.app.state.contract_book)


BookDep = Annotated[ContractBook, Depends(contract_book)]


@router.get("/orders")
async def list_orders(
    world: WorldDep,
    book: BookDep,
    _actor: ReaderDep,
    *,
    after: Annotated[str | None, Query(max_length=60)] = None,
    contract: Annotated[str, Query(max_length=60)] = "",
) -> schemas.OrderPage:
    """Purchase orders by number, with what has arrived; of all, or of the contracts of one tender."""
    page, following = await performance_reading.read_orders(world, after, contract=contract.strip(), book=book)
    return schemas.OrderPage(orders=[views.order_view(one) for one in page], next=following)


@router.post("/orders", status_code=201)
async def enter_order(
    body: schemas.EnterOrder, world: WorldDep, book: BookDep, actor: PurchaserDep
) -> schemas.OrderView:
    """Enter an order of a supplier."""
    promises = tuple(Promise(one.on, Decimal(one.quantity)) for one in body.promises)
    order = NewOrder(body.number, body.category, body.item, body.unit, promises, body.contract)
    made = answer(await ordering.enter_order(world, actor, ordering.EnterOrder(body.supplier_id, order), book))
    return views.order_view(await performance_reading.read_order(world, made, book))


@router.post("/orders/import")
async def import_orders(
    world: WorldDep,
    book: BookDep,
    actor: PurchaserDep,
    file: Annotated[UploadFile, File()],
    kind: Annotated[FileKind, Form()],
) -> schemas.OrdersImported:
    """Store every whole order or delivery of an .xlsx or .csv file, name every faulty cell; the same file again
    imports nothing twice."""
    data = await file.read(order_importing.LIMITS.file_bytes + 1)
    done = await order_importing.import_orders(world, actor, ImportOrders(kind, data), book)
    if isinstance(done, FileRefusal):
        raise Problem(422, done.fault.value, detail=done.detail)
    return views.imported_view(done)


@router.get("/orders/import/template")
async def read_order_template(
    _actor: PurchaserDep, kind: FileKind = FileKind.ORDERS, locale: Literal["zh", "en"] = "zh"
) -> Response:
    """The empty spreadsheet of orders or of deliveries."""
    name = f'attachment; filename="{kind.value}-template.xlsx"'
    data = order_sheets.make_template(kind, locale)
    return Response(data, media_type=order_sheets.MEDIA_TYPE, headers={"Content-Disposition": name})


@router.post("/orders/{order_id}/deliveries", status_code=201)
async def record_delivery(
    order_id: str, body: schemas.RecordDelivery, world: WorldDep, book: BookDep, actor: PurchaserDep
) -> schemas.OrderView:
    """Record what arrived, or correct it under the same delivery note."""
    typed = NewDelivery(
        number=body.number,
        on=body.delivered_on,
        accepted=Decimal(body.accepted),
        rejected=Decimal(body.rejected),
        service=body.service,
        note=body.note,
    )
    made = await ordering.record_delivery(world, actor, order_id, typed, is_correction=body.is_correction)
    return views.order_view(await performance_reading.read_order(world, answer(made), book))


@router.post("/orders/{order_id}/cancellation", status_code=201)
async def cancel_order(
    order_id: str, body: GiveReason, world: WorldDep, book: BookDep, actor: PurchaserDep
) -> schemas.OrderView:
    """Take an order out of every later review."""
    made = answer(await ordering.cancel_order(world, actor, order_id, body.reason))
    return views.order_view(await performance_reading.read_order(world, made, book))


@router.get("/suppliers/{supplier_id}/contracts-in-force")
async def list_contracts_in_force(
    supplier_id: str, world: WorldDep, book: BookDep, _actor: PurchaserDep
) -> list[schemas.OrderContract]:
    """The contracts that an order of a supplier may name."""
    found = await performance_reading.read_contracts(world, supplier_id, book)
    return [schemas.OrderContract(tender_id=one.tender_id, reference=one.reference) for one in found]


@router.get("/suppliers/{supplier_id}/performance")
async def read_performance(
    supplier_id: str, world: WorldDep, book: BookDep, _actor: ReaderDep
) -> schemas.StaffPerformanceView:
    """A supplier's orders and reviews."""
    return views.staff_performance_view(await performance_reading.read_performance(world, supplier_id, book))


@router.post("/suppliers/{supplier_id}/performance-reviews", status_code=201)
async def make_review(
    supplier_id: str, body: schemas.MakeReview, world: WorldDep, book: BookDep, actor: PurchaserDep
) -> schemas.StaffPerformanceView:
    """Freeze the figures of a period that is over; the supplier is told and may reply."""
    answer(await reviewing.make_review(world, actor, supplier_id, body.category, body.period))
    return views.staff_performance_view(await performance_reading.read_performance(world, supplier_id, book))


@router.post("/performance-reviews/{review_id}/closing", status_code=201)
async def close_review(
    review_id: str, world: WorldDep, book: BookDep, actor: PurchaserDep
) -> schemas.StaffPerformanceView:
    """Close a review after the supplier's reply, or after its days for one."""
    made = answer(await reviewing.close(world, actor, review_id, book))
    return views.staff_performance_view(await performance_reading.read_performance(world, made.supplier_id, book))


@router.post("/performance-reviews/{review_id}/certification", status_code=201)
async def propose_effect(review_id: str, world: WorldDep, actor: PurchaserDep) -> CertificationProposed:
    """Put the certification that follows from a closed review before a second person."""
    made = answer(await reviewing.propose_effect(world, actor, review_id))
    return CertificationProposed(
        proposal_id=made.proposal_id or "", certification_id=made.id, score=made.score, grade=made.grade
    )


@router.get("/performance-points/{category}")
async def read_points(category: str, world: WorldDep, _actor: PurchaserDep) -> schemas.PointsOffer:
    """Points by grade that the reviews of a category suggest to the builder of a round."""
    if category not in CATEGORIES:
        raise not_found()
    return views.offer_view(category, await performance_reading.read_offer(world, category))


@router.get("/my/performance")
async def read_own_performance(world: WorldDep, book: BookDep, actor: SupplierDep) -> schemas.PerformanceView:
    """The own orders and reviews."""
    return views.performance_view(await performance_reading.read_performance(world, actor.supplier_id or "", book))


@router.post("/my/performance-reviews/{review_id}/reply", status_code=201)
async def reply_to_review(
    review_id: str, body: schemas.GiveReply, world: WorldDep, book: BookDep, actor: BidderDep
) -> schemas.PerformanceView:
    """Say something to an own review, once."""
    answer(await reviewing.reply(world, actor, review_id, body.text))
    return views.performance_view(await performance_reading.read_performance(world, actor.supplier_id or "", book))
