"""Orders, deliveries and reviews on the real database: what counts, who replies, what follows for the grade."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest

from app.domain.approving import ProposalState
from app.domain.kinds import Kind
from app.domain.ordering import NewDelivery, NewOrder
from app.domain.peer_banding import LEAST_PEERS
from app.domain.performance import REPLY_DAYS, Promise
from app.domain.refusals import Code, Refusal
from app.domain.registering import FieldFault
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.errors import Problem
from app.suppliers import ordering, performance_reading, reviewing
from app.suppliers.archive import FileFault
from app.suppliers.dossier_store import Certification
from app.suppliers.headings import FileRefusal
from app.suppliers.order_columns import FileKind
from app.suppliers.order_importing import Imported, ImportOrders, import_orders
from app.suppliers.performance_store import HeldOrder, Review
from app.suppliers.reading import read_dossier
from tests.suppliers.parties import Staff, a_code, certify, decide, entries_of, hire, marks, register
from tests.worlds import START, TestWorld, make_actor

TODAY = START.date()
PERIOD = f"{TODAY.year - 1}-Q4"
DUE = date(TODAY.year - 1, 11, 10)


async def an_order(house: TestWorld, staff: Staff, supplier_id: str, number: str, due: date = DUE) -> HeldOrder:
    new = NewOrder(number, "compressors", "Compressor 1.5P", "台", (Promise(due, Decimal(100)),))
    made = await ordering.enter_order(house.world, staff.purchaser, ordering.EnterOrder(supplier_id, new))
    assert isinstance(made, HeldOrder), made
    return made


async def deliver(
    house: TestWorld,
    staff: Staff,
    order: HeldOrder,
    good: int,
    bad: int = 0,
    *,
    on: date = DUE,
    service: int | None = None,
) -> HeldOrder:
    number = f"DN-{len(order.deliveries) + 1}"
    typed = NewDelivery(number, on, Decimal(good), Decimal(bad), service)
    made = await ordering.record_delivery(house.world, staff.purchaser, order.id, typed, is_correction=False)
    assert isinstance(made, HeldOrder), made
    return made


async def a_year(house: TestWorld, staff: Staff, supplier_id: str) -> None:
    """Three orders: in full, a tenth rejected and replaced late, a day late."""
    await deliver(house, staff, await an_order(house, staff, supplier_id, "PO-1"), 100, service=5)
    second = await deliver(house, staff, await an_order(house, staff, supplier_id, "PO-2"), 90, 10)
    await deliver(house, staff, second, 10, on=DUE + timedelta(days=3))
    await deliver(house, staff, await an_order(house, staff, supplier_id, "PO-3"), 100, on=DUE + timedelta(days=1))


async def review(house: TestWorld, staff: Staff, supplier_id: str, period: str = PERIOD) -> Review:
    made = await reviewing.make_review(house.world, staff.purchaser, supplier_id, "compressors", period)
    assert isinstance(made, Review), made
    return made


async def a_rep(house: TestWorld, supplier_id: str) -> Actor:
    return await make_actor(house.world, Role.SUPPLIER, supplier_id=supplier_id)


def refused(found: object, code: Code) -> None:
    assert isinstance(found, Refusal), found
    assert found.code is code


async def test_from_orders_to_a_grade_by_a_second_person(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await certify(house.world, staff, supplier_id, given=marks("94", "90", "92"))
    await a_year(house, staff, supplier_id)
    made = await review(house, staff, supplier_id)
    # 50 : 35 : 15 of 96.97, 63.33 and 100: 85.65.
    assert made.figures["points"] == {"quality": "96.97", "delivery": "63.33", "service": "100.00"}
    assert (made.figures["score"], made.figures["grade"], made.figures["orders"]) == ("85.7", "B", 3)
    assert [(one["number"], one["on_time"]) for one in made.orders] == [("PO-1", "100"), ("PO-2", "90"), ("PO-3", "0")]
    # Neither closed before the reply, nor carried into a grade before it is closed.
    refused(await reviewing.close(house.world, staff.purchaser, made.id), Code.TOO_EARLY)
    refused(await reviewing.propose_effect(house.world, staff.purchaser, made.id), Code.NOT_ALLOWED_HERE)
    rep = await a_rep(house, supplier_id)
    refused(await reviewing.reply(house.world, rep, made.id, "  "), Code.INCOMPLETE)
    said = await reviewing.reply(house.world, rep, made.id, "PO-3 waited at your gate for a day.")
    assert isinstance(said, Review)
    refused(await reviewing.reply(house.world, rep, made.id, "And one thing more."), Code.ALREADY_EXISTS)
    closed = await reviewing.close(house.world, staff.purchaser, made.id)
    assert isinstance(closed, Review)
    refused(
        await reviewing.make_review(house.world, staff.purchaser, supplier_id, "compressors", PERIOD),
        Code.ALREADY_DECIDED,
    )
    effect = await reviewing.propose_effect(house.world, staff.purchaser, made.id)
    assert isinstance(effect, Certification), effect
    assert effect.marks.to_json() == {"quality": "95.49", "delivery": "76.67", "credit": "92"}
    refused(await decide(house.world, staff.purchaser, effect.proposal_id), Code.SAME_PERSON)
    decided = await decide(house.world, staff.approver, effect.proposal_id)
    assert not isinstance(decided, Refusal)
    assert decided.state is ProposalState.APPROVED
    current = (await read_dossier(house.world, supplier_id)).current
    assert current is not None
    assert (str(current.score), current.id) == ("89.1000", effect.id)
    refused(await reviewing.propose_effect(house.world, staff.purchaser, made.id), Code.ALREADY_EXISTS)
    kinds = [entry.kind for entry in await entries_of(house.world, f"supplier:{supplier_id}")]
    assert [kinds.count(kind) for kind in (Kind.ORDER_ENTERED, Kind.DELIVERY_RECORDED, Kind.PERFORMANCE_REVIEWED)] == [
        3,
        4,
        1,
    ]
    assert kinds.index(Kind.PERFORMANCE_REPLIED) < kinds.index(Kind.PERFORMANCE_CLOSED)


async def test_no_business_no_score_and_too_little_none_either(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    assert (await review(house, staff, supplier_id)).figures["outcome"] == "no_business"
    order = await deliver(house, staff, await an_order(house, staff, supplier_id, "PO-1"), 100)
    dropped = await an_order(house, staff, supplier_id, "PO-2")
    assert isinstance(
        await ordering.cancel_order(house.world, staff.purchaser, dropped.id, "no need any more"), HeldOrder
    )
    again = await review(house, staff, supplier_id)
    assert (again.revision, again.figures["outcome"], again.figures["orders"], again.score) == (2, "too_few", 1, None)
    # What is recorded later changes no review, and an old revision cannot be answered or closed.
    fixed = NewDelivery("DN-1", DUE, Decimal(60), Decimal(40))
    done = await ordering.record_delivery(house.world, staff.purchaser, order.id, fixed, is_correction=True)
    assert isinstance(done, HeldOrder)
    assert [(one.revision, one.accepted) for one in done.deliveries] == [(2, Decimal(60))]
    seen = (await performance_reading.read_performance(house.world, supplier_id)).reviews
    assert [(one.review.revision, one.review.orders[0]["accepted"]) for one in seen] == [(2, "100")]
    third = await review(house, staff, supplier_id)
    refused(await reviewing.close(house.world, staff.purchaser, again.id), Code.CHANGED_SINCE)
    rep = await a_rep(house, supplier_id)
    with pytest.raises(Problem):
        await reviewing.reply(house.world, rep, again.id, "too late for this one")
    house.clock.wind(days=11)
    assert isinstance(await reviewing.close(house.world, staff.purchaser, third.id), Review)
    refused(await reviewing.propose_effect(house.world, staff.purchaser, third.id), Code.NOT_ALLOWED_HERE)


async def test_the_own_band_needs_enough_others(house: TestWorld) -> None:
    staff = await hire(house.world)
    firms = [await register(house.world, staff, number) for number in range(1, LEAST_PEERS + 2)]
    for place, firm in enumerate(firms):
        for number in range(3):
            held = await an_order(house, staff, firm, f"PO-{place}-{number}")
            await deliver(house, staff, held, 100 - place, place)
    made = [await review(house, staff, firm) for firm in firms]
    house.clock.wind(days=REPLY_DAYS + 1)
    for each in made[:-1]:
        assert not isinstance(await reviewing.close(house.world, staff.purchaser, each.id), Refusal)

    async def bands() -> list[int | None]:
        return [(await performance_reading.read_performance(house.world, firm)).reviews[0].band for firm in firms]

    # One too few; who is not closed has none and is counted for nobody.
    assert await bands() == [None] * len(firms)
    assert not isinstance(await reviewing.close(house.world, staff.purchaser, made[-1].id), Refusal)
    found = await bands()
    assert (found[0], found[-1]) == (1, 4)
    assert found == sorted(found, key=lambda band: band or 0)


async def test_what_a_form_may_not_say(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    order = await an_order(house, staff, supplier_id, "PO-1")
    buyer = staff.purchaser
    twice = NewOrder(" PO-1 ", "压缩机", "x", "台", (Promise(DUE, Decimal(1)),))
    refused(
        await ordering.enter_order(house.world, buyer, ordering.EnterOrder(supplier_id, twice)), Code.ALREADY_EXISTS
    )
    wrong = NewOrder("PO-9", "cars", "", "台", (Promise(DUE, Decimal(0)),))
    found = await ordering.enter_order(house.world, buyer, ordering.EnterOrder(supplier_id, wrong))
    assert isinstance(found, Refusal)
    assert found.detail == {"category": "UNKNOWN_CATEGORY", "item": "MISSING_VALUE", "quantity": "OUT_OF_RANGE"}
    for typed, is_correction, code in (
        (NewDelivery("DN", TODAY + timedelta(days=2), Decimal(1), Decimal(0)), False, Code.INCOMPLETE),
        (NewDelivery("DN", DUE, Decimal(0), Decimal(0)), False, Code.INCOMPLETE),
        (NewDelivery("DN", DUE, Decimal(1), Decimal(0)), True, Code.NOT_ALLOWED_HERE),
    ):
        refused(await ordering.record_delivery(house.world, buyer, order.id, typed, is_correction=is_correction), code)
    for period, code in (("2026-Q9", Code.OUT_OF_RANGE), (f"{TODAY.year}", Code.TOO_EARLY)):
        refused(await reviewing.make_review(house.world, buyer, supplier_id, "compressors", period), code)
    other = await register(house.world, staff, 2)
    made = await review(house, staff, supplier_id)
    with pytest.raises(Problem):
        await reviewing.reply(house.world, await a_rep(house, other), made.id, "not mine at all")


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


async def bring(house: TestWorld, staff: Staff, kind: FileKind, data: bytes) -> Imported:
    done = await import_orders(house.world, staff.purchaser, ImportOrders(kind, data))
    assert isinstance(done, Imported), done
    return done


def cells(done: Imported) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code.value) for fault in done.faults]


ORDER_HEAD = ("订单号", "统一社会信用代码", "品类", "物料", "数量", "单位", "承诺交期", "采购员")


async def test_an_import_names_every_bad_cell_and_loses_no_good_row(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    data = xlsx(
        [
            ORDER_HEAD,
            ("PO-1", a_code(1), "压缩机", "1.5P", 60, "台", date(2026, 5, 10)),
            ("PO-1", a_code(1), "压缩机", "1.5P", 40, "台", "2026-06-10"),
            (4500012345, a_code(1), "compressors", "2P", "1,500.5", "台", "2026-05-10"),
            ("PO-3", a_code(2), "压缩机", "1.5P", 60, "台", "2026-05-10"),
            ("PO-4", "123", "压缩机", "", "1.234,56", "台", "10/05/2026"),
            # Half an order would be a wrong one: the good row of PO-5 comes back beside its bad one.
            ("PO-5", a_code(1), "压缩机", "1.5P", 60, "台", "2026-05-10"),
            ("PO-5", a_code(1), "压缩机", "2P", "=1+1", "台", "2026-06-10"),
        ]
    )
    done = await bring(house, staff, FileKind.ORDERS, data)
    assert (done.total, done.created, done.bad_rows, done.ignored) == (7, 2, 4, ("采购员",))
    assert cells(done) == [
        ("B5", "UNKNOWN_SUPPLIER"), ("B6", "BAD_CREDIT_CODE"), ("D6", "MISSING_VALUE"), ("E6", "AMBIGUOUS"),
        ("G6", "NOT_A_DATE"), ("A7", "OTHER_ROW"), ("E8", "FORMULA_IN_CELL"),
    ]  # fmt: skip
    orders = (await performance_reading.read_performance(house.world, supplier_id)).orders
    assert [(one.order.number, one.order.quantity, len(one.order.promises)) for one in orders] == [
        ("4500012345", Decimal("1500.5"), 1), ("PO-1", Decimal(100), 2),
    ]  # fmt: skip
    # The same file again brings nothing twice.
    again = await bring(house, staff, FileKind.ORDERS, data)
    assert again.created == 0
    assert [one for one in cells(again) if one[1] == "ALREADY_EXISTS"] == [
        ("A2", "ALREADY_EXISTS"), ("A3", "ALREADY_EXISTS"), ("A4", "ALREADY_EXISTS"),
    ]  # fmt: skip
    lines = ("order number;delivery note;delivered on;accepted;rejected;service",
             "PO-1;DN-1;2026-05-09;60;0;5", "PO-1;DN-2;2026-06-12;38;2;", "PO-1;DN-1;2026-05-09;60;0;5",
             "PO-8;DN-1;2026-05-09;60;0;5", "PO-1;DN-3;2026-05-09;60;0;4.5", "PO-1;DN-4;2099-05-09;60;0;9")  # fmt: skip
    file = "\n".join(lines)
    assert (await bring(house, staff, FileKind.DELIVERIES, file.encode("utf-8-sig"))).created == 2
    took = await bring(house, staff, FileKind.DELIVERIES, file.encode("gb18030"))
    first = FieldFault.ALREADY_EXISTS.value
    assert cells(took) == [
        ("B2", first), ("B3", first), ("B4", first), ("A5", "UNKNOWN_ORDER"), ("F6", "OUT_OF_RANGE"),
        ("C7", "OUT_OF_RANGE"), ("F7", "OUT_OF_RANGE"),
    ]  # fmt: skip
    order = (await performance_reading.read_performance(house.world, supplier_id)).orders[1].order
    assert [(one.number, one.accepted, one.service) for one in order.deliveries] == [
        ("DN-1", Decimal(60), 5), ("DN-2", Decimal(38), None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", FileFault.NOT_A_SPREADSHEET),
        (b"order number,category\nPO-1,x\n", FileFault.COLUMN_MISSING),
        (b"order number,delivery note,delivered on,accepted\n", FileFault.NO_ROWS),
        (b"order number,po,delivery note,delivered on,accepted\n1,1,1,1,1\n", FileFault.COLUMN_TWICE),
    ],
)
async def test_a_file_that_is_refused_changes_nothing(house: TestWorld, data: bytes, fault: FileFault) -> None:
    staff = await hire(house.world)
    done = await import_orders(house.world, staff.purchaser, ImportOrders(FileKind.DELIVERIES, data))
    assert isinstance(done, FileRefusal)
    assert done.fault is fault


async def test_the_builder_is_offered_points_out_of_closed_reviews(house: TestWorld) -> None:
    staff = await hire(house.world)
    for number in (1, 2, 3):
        supplier_id = await register(house.world, staff, number)
        await certify(house.world, staff, supplier_id, given=marks(*(("95",) * 3 if number < 3 else ("75",) * 3)))
        for part in range(3):
            order = await an_order(house, staff, supplier_id, f"PO-{number}-{part}")
            if number < 3:
                await deliver(house, staff, order, 100)
        made = await review(house, staff, supplier_id)
        assert (await performance_reading.read_offer(house.world, "compressors")).points is None
        house.clock.wind(days=11)
        assert isinstance(await reviewing.close(house.world, staff.purchaser, made.id), Review)
    offered = await performance_reading.read_offer(house.world, "compressors")
    assert offered.points is not None
    # 100, 100 and 0: the grade C that never delivered is 66.7 below the mean.
    assert (offered.suppliers, [str(one) for one in offered.points.values()]) == (3, ["5", "5", "-5", "-5"])
