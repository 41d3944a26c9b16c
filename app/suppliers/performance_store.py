"""Orders, deliveries and performance reviews as rows. Decides nothing, never commits."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.performance import Delivery, Order, Period, Promise
from app.infra.errors import not_found
from app.suppliers.performance_tables import delivery, performance_reply, performance_review, purchase_order
from app.suppliers.tables import supplier

CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class HeldDelivery:
    """One delivery note as it counts now."""

    id: str
    order_id: str
    number: str
    revision: int
    delivered_on: str
    accepted: Decimal
    rejected: Decimal
    service: int | None
    note: str
    recorded_at: datetime
    recorded_by: str

    @property
    def counted(self) -> Delivery:
        """What the review's rule knows of it."""
        return Delivery(date.fromisoformat(self.delivered_on), self.accepted, self.rejected, self.service)


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """A purchase order with the deliveries that count."""

    id: str
    number: str
    supplier_id: str
    category: str
    item: str
    unit: str
    quantity: Decimal
    promises: tuple[Promise, ...]
    due_on: str
    state: str
    entered_at: datetime
    entered_by: str
    # The contract it calls off from, where one was named.
    contract_id: str | None = None
    deliveries: tuple[HeldDelivery, ...] = ()

    @property
    def counted(self) -> Order:
        """What the review's rule knows of it."""
        return Order(self.promises, tuple(one.counted for one in self.deliveries))


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it was made, with the supplier's reply."""

    id: str
    supplier_id: str
    category: str
    period: str
    revision: int
    state: str
    formula: Mapping[str, Any]
    orders: list[dict[str, Any]]
    figures: Mapping[str, Any]
    score: Decimal | None
    made_at: datetime
    made_by: str
    closed_at: datetime | None
    proposal_id: str | None
    # Null for reviews closed before it was kept.
    closed_by: str | None = None
    appeal_id: str | None = None
    reply: str | None = None
    replied_at: datetime | None = None


async def insert_order(tx: AsyncConnection, new: HeldOrder) -> None:
    """Store an order; raises IntegrityError where its number is taken."""
    values = {name: getattr(new, name) for name in HeldOrder.__slots__ if name != "deliveries"}
    values["promises"] = [{"on": one.on.isoformat(), "quantity": str(one.quantity)} for one in new.promises]
    await tx.execute(insert(purchase_order).values(**values))


async def set_order_state(tx: AsyncConnection, order_id: str, state: str) -> None:
    """Cancel an order."""
    await tx.execute(update(purchase_order).where(purchase_order.c.id == order_id).values(state=state))


async def lock_order(tx: AsyncConnection, order_id: str) -> HeldOrder:
    """An order with the deliveries that count, locked; the one 404 where absent."""
    row = (await tx.execute(select(purchase_order).where(purchase_order.c.id == order_id).with_for_update())).first()
    if row is None:
        raise not_found()
    return (await _with_deliveries(tx, [row]))[0]


async def load_orders(tx: AsyncConnection, ids: Collection[str]) -> list[HeldOrder]:
    """Orders by their ids, with the deliveries that count; by number."""
    query = select(purchase_order).where(purchase_order.c.id.in_(ids)).order_by(purchase_order.c.number)
    return await _with_deliveries(tx, (await tx.execute(query)).all())


async def find_orders(tx: AsyncConnection, numbers: Collection[str]) -> dict[str, str]:
    """The ids of orders by their numbers."""
    query = select(purchase_order.c.id, purchase_order.c.number).where(purchase_order.c.number.in_(numbers))
    return {row.number: row.id for row in await tx.execute(query)}


async def find_suppliers(tx: AsyncConnection, codes: Collection[str]) -> dict[str, str]:
    """The ids of suppliers by credit code."""
    rows = await tx.execute(select(supplier.c.id, supplier.c.credit_code).where(supplier.c.credit_code.in_(codes)))
    return {row.credit_code: row.id for row in rows}


async def list_orders(
    tx: AsyncConnection,
    *,
    supplier_id: str | None = None,
    contract_ids: Collection[str] | None = None,
    after: str | None = None,
    limit: int = 200,
) -> list[HeldOrder]:
    """Orders by their numbers, of one supplier or of all, those of some contracts or all."""
    query = select(purchase_order).order_by(purchase_order.c.number).limit(limit)
    if supplier_id is not None:
        query = query.where(purchase_order.c.supplier_id == supplier_id)
    if contract_ids is not None:
        query = query.where(purchase_order.c.contract_id.in_(contract_ids))
    if after is not None:
        query = query.where(purchase_order.c.number > after)
    return await _with_deliveries(tx, (await tx.execute(query)).all())


async def list_due(tx: AsyncConnection, supplier_id: str, category: str, period: Period) -> list[HeldOrder]:
    """The orders of a supplier in a category whose last promise lies in a period, without cancelled ones."""
    due = purchase_order.c.due_on.between(period.first.isoformat(), period.last.isoformat())
    query = select(purchase_order).where(
        purchase_order.c.supplier_id == supplier_id,
        purchase_order.c.category == category,
        purchase_order.c.state == "open",
        due,
    )
    return await _with_deliveries(tx, (await tx.execute(query.order_by(purchase_order.c.number))).all())


async def insert_delivery(tx: AsyncConnection, new: HeldDelivery) -> None:
    """Store a delivery, or a correction of one."""
    await tx.execute(insert(delivery).values(**{name: getattr(new, name) for name in HeldDelivery.__slots__}))


async def insert_review(tx: AsyncConnection, new: Review) -> None:
    """Store a review as it was made."""
    skipped = ("reply", "replied_at")
    values = {name: getattr(new, name) for name in Review.__slots__ if name not in skipped}
    await tx.execute(insert(performance_review).values(**values))


async def set_review(tx: AsyncConnection, review_id: str, **values: Any) -> None:
    """Close a review, or note the certification proposed from it."""
    await tx.execute(update(performance_review).where(performance_review.c.id == review_id).values(**values))


async def insert_reply(tx: AsyncConnection, review_id: str, text: str, at: datetime) -> None:
    """Store the supplier's word."""
    await tx.execute(insert(performance_reply).values(review_id=review_id, text=text, replied_at=at))


async def lock_review(tx: AsyncConnection, review_id: str) -> Review:
    """A review by id, locked; the one 404 where absent."""
    query = select(performance_review.c.id).where(performance_review.c.id == review_id)
    if (await tx.execute(query.with_for_update())).first() is None:
        raise not_found()
    found = (await tx.execute(_reviews().where(performance_review.c.id == review_id))).one()
    return _review(found)


async def list_reviews(tx: AsyncConnection, supplier_id: str) -> list[Review]:
    """The reviews of a supplier that count (the last revision of each period), newest period first."""
    query = _reviews().where(performance_review.c.supplier_id == supplier_id)
    return _last(_review(row) for row in await tx.execute(query))


async def list_revisions(tx: AsyncConnection, like: Review) -> list[Review]:
    """Every review of the same supplier, category and period, the newest first."""
    query = _reviews().where(
        performance_review.c.supplier_id == like.supplier_id,
        performance_review.c.category == like.category,
        performance_review.c.period == like.period,
    )
    return [_review(row) for row in await tx.execute(query.order_by(performance_review.c.revision.desc()))]


async def load_review(tx: AsyncConnection, review_id: str) -> Review:
    """A review by id; the one 404 where absent."""
    row = (await tx.execute(_reviews().where(performance_review.c.id == review_id))).first()
    if row is None:
        raise not_found()
    return _review(row)


async def list_category_reviews(tx: AsyncConnection, category: str) -> list[Review]:
    """The closed reviews of a category that gave a score, newest period first."""
    query = _reviews().where(
        performance_review.c.category == category,
        performance_review.c.state == CLOSED,
        performance_review.c.score.is_not(None),
    )
    return _last(_review(row) for row in await tx.execute(query))


def _reviews() -> Any:
    joined = performance_review.outerjoin(performance_reply, performance_reply.c.review_id == performance_review.c.id)
    return select(
        *performance_review.c, performance_reply.c.text.label("reply"), performance_reply.c.replied_at
    ).select_from(joined)


def _review(row: Any) -> Review:
    return Review(**{name: getattr(row, name) for name in Review.__slots__})


def _last(found: Any) -> list[Review]:
    kept: dict[tuple[str, str, str], Review] = {}
    for one in sorted(found, key=lambda review: review.revision):
        kept[one.supplier_id, one.category, one.period] = one
    return sorted(kept.values(), key=lambda one: (one.period, one.category), reverse=True)


async def _with_deliveries(tx: AsyncConnection, rows: Any) -> list[HeldOrder]:
    found: dict[str, dict[str, HeldDelivery]] = defaultdict(dict)
    query = select(delivery).where(delivery.c.order_id.in_([row.id for row in rows]))
    for line in await tx.execute(query.order_by(delivery.c.revision)):
        one = HeldDelivery(**{name: getattr(line, name) for name in HeldDelivery.__slots__})
        # The last revision of a delivery note is the one that counts.
        found[one.order_id][one.number] = one
    return [_order(row, found[row.id].values()) for row in rows]


def _order(row: Any, deliveries: Collection[HeldDelivery]) -> HeldOrder:
    values = {name: getattr(row, name) for name in HeldOrder.__slots__ if name not in ("promises", "deliveries")}
    promises = tuple(Promise(date.fromisoformat(one["on"]), Decimal(one["quantity"])) for one in row.promises)
    by_day = tuple(sorted(deliveries, key=lambda one: (one.delivered_on, one.number)))
    return HeldOrder(**values, promises=promises, deliveries=by_day)
