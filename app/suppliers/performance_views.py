"""From orders and reviews to their shapes on the wire."""

from decimal import Decimal
from typing import Any

from app.domain.performance import Outcome, Points, on_time_quantity, points_of
from app.suppliers import performance_schemas as schemas
from app.suppliers.order_importing import Imported
from app.suppliers.performance_reading import NamedOrder, Offered, Performance, SeenReview


def order_view(found: NamedOrder) -> schemas.OrderView:
    """An order with its deliveries and its points so far."""
    held, counted = found.order, found.order.counted
    return schemas.OrderView(
        id=held.id,
        number=held.number,
        supplier_id=held.supplier_id,
        name_zh=found.names.name_zh,
        name_en=found.names.name_en,
        category=held.category,
        item=held.item,
        unit=held.unit,
        quantity=_short(held.quantity),
        promises=[schemas.PromiseView(on=one.on.isoformat(), quantity=_short(one.quantity)) for one in held.promises],
        due_on=held.due_on,
        state="open" if held.state == "open" else "cancelled",
        accepted=_short(sum((one.accepted for one in held.deliveries), Decimal(0))),
        rejected=_short(sum((one.rejected for one in held.deliveries), Decimal(0))),
        on_time=_short(on_time_quantity(counted)),
        points=_points_view(points_of(counted)),
        deliveries=[
            schemas.DeliveryView(
                number=one.number,
                revision=one.revision,
                delivered_on=one.delivered_on,
                accepted=_short(one.accepted),
                rejected=_short(one.rejected),
                service=one.service,
                note=one.note,
            )
            for one in held.deliveries
        ],
        contract=(
            None
            if found.contract is None
            else schemas.OrderContract(tender_id=found.contract.tender_id, reference=found.contract.reference)
        ),
    )


def imported_view(done: Imported) -> schemas.OrdersImported:
    """What came of a file."""
    return schemas.OrdersImported(
        total=done.total,
        created=done.created,
        bad_rows=done.bad_rows,
        ignored_columns=list(done.ignored),
        rows=[
            schemas.OrderCell(
                row=one.row, cell=one.cell, column=one.column, code=one.code, text=one.text, detail=dict(one.detail)
            )
            for one in done.faults
        ],
    )


def review_view(seen: SeenReview) -> schemas.ReviewView:
    """A review as it was made."""
    one = seen.review
    return schemas.ReviewView(
        id=one.id,
        category=one.category,
        period=one.period,
        revision=one.revision,
        state="open" if one.state == "open" else "closed",
        outcome=Outcome(one.figures["outcome"]),
        order_count=one.figures["orders"],
        delivery_count=one.figures["deliveries"],
        points=schemas.PointsView(**one.figures["points"]),
        score=one.figures["score"],
        grade=one.figures["grade"],
        score_before=None if seen.score_before is None else _one_digit(seen.score_before),
        band=seen.band,
        formula=schemas.FormulaView(**one.formula),
        orders=[_sample_view(order) for order in one.orders],
        made_at=one.made_at,
        reply_until=seen.reply_until,
        reply=one.reply,
        replied_at=one.replied_at,
        closed_at=one.closed_at,
        is_proposed=one.proposal_id is not None,
        is_held=seen.is_held,
        is_final=one.appeal_id is not None,
        appeal_until=seen.appeal_until,
        may_appeal=seen.may_appeal,
    )


def performance_view(found: Performance) -> schemas.PerformanceView:
    """A supplier's own performance."""
    return schemas.PerformanceView(**_performance(found))


def staff_performance_view(found: Performance) -> schemas.StaffPerformanceView:
    """The same for the buyer's side, with what closed reviews would make of the marks."""
    after = {
        review_id: schemas.MarksAfter(**{name: _short(Decimal(mark)) for name, mark in marks.to_json().items()})
        for review_id, marks in found.marks_after.items()
    }
    return schemas.StaffPerformanceView(**_performance(found), marks_after=after)


def offer_view(category: str, found: Offered) -> schemas.PointsOffer:
    """What is offered to the builder."""
    points = None if found.points is None else dict(found.points)
    return schemas.PointsOffer(category=category, suppliers=found.suppliers, points=points)


def _performance(found: Performance) -> dict[str, Any]:
    return {
        "supplier_id": found.supplier.id,
        "name_zh": found.supplier.name_zh,
        "name_en": found.supplier.name_en,
        "reviews": [review_view(one) for one in found.reviews],
        "orders": [order_view(one) for one in found.orders],
    }


def _sample_view(order: dict[str, Any]) -> schemas.SampleView:
    shown = {name: order[name] for name in ("number", "item", "unit", "due_on", "quantity")}
    counted = {name: order[name] for name in ("accepted", "rejected", "on_time")}
    return schemas.SampleView(**shown, **counted, points=schemas.PointsView(**order["points"]))


def _points_view(points: Points) -> schemas.PointsView:
    return schemas.PointsView(quality=points.quality, delivery=points.delivery, service=points.service)


def _short(value: Decimal) -> Decimal:
    """Without idle zeros, and never with an exponent: the wire's form is fixed."""
    return Decimal(format(value.normalize(), "f"))


def _one_digit(score: Decimal) -> Decimal:
    return score.quantize(Decimal("0.1"))
