"""Recording the realised figure of a lot out of the orders that call it off and what was accepted of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from app.award import store
from app.award.order_book import BOOK
from app.award.saving import record_figure
from app.domain.money import minor_units
from app.domain.realising import Accepted, realised_of
from app.domain.refusals import Code, Refusal
from app.domain.saving import Basis
from app.domain.visibility import Role
from app.identity.access import Actor, reach_tender
from app.infra.world import World
from app.suppliers import performance_store
from app.tenders import store as tender_store

LONGEST_SOURCE = 200


async def realise_lot(
    world: World, actor: Actor, tender_id: str, lot_id: str, numbers: Sequence[str]
) -> Refusal | None:
    """Record what these orders realised of a lot, as the newest realised figure with the orders as its source.

    Refuses a lot without an award (NOT_DECIDED), an order that is unknown, cancelled, of a supplier without an award of
    this lot, or one that names the contract of another tender (NOT_ALLOWED_HERE), what `realised_of` refuses, and more
    than the lot (OUT_OF_RANGE).
    """
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, Role.PURCHASER)
        tender = await tender_store.load_tender(tx, tender_id)
        lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender_id)}
        prices = {
            each.supplier_id: each.amount for each in await store.list_awards(tx, [tender_id]) if each.lot_id == lot_id
        }
        if lot_id not in lots:
            return Refusal(Code.NOT_ALLOWED_HERE, {"field": "lot_id"})
        if not prices:
            return Refusal(Code.NOT_DECIDED)
        wanted = list(dict.fromkeys(" ".join(each.split()) for each in numbers))
        ids = await performance_store.find_orders(tx, wanted)
        held = {order.number: order for order in await performance_store.load_orders(tx, sorted(ids.values()))}
        called = {order.contract_id for order in held.values() if order.contract_id is not None}
        named = await BOOK.load_named(tx, called)
    parts = []
    for number in wanted:
        order = held.get(number)
        if order is None or order.state == "cancelled" or order.supplier_id not in prices:
            return Refusal(Code.NOT_ALLOWED_HERE, {"field": "orders", "order": number})
        if order.contract_id is not None and named[order.contract_id].tender_id != tender_id:
            detail = {"field": "orders", "order": number, "because": "other_contract"}
            return Refusal(Code.NOT_ALLOWED_HERE, detail)
        accepted = sum((each.accepted for each in order.deliveries), Decimal(0))
        last_on = max((date.fromisoformat(each.delivered_on) for each in order.deliveries), default=date.min)
        parts.append(Accepted(number, order.unit, accepted, last_on, prices[order.supplier_id]))
    lot = lots[lot_id]
    figure = realised_of(
        parts,
        basis=Basis(lot.basis),
        lot_quantity=lot.quantity,
        lot_unit=lot.unit,
        digits=minor_units(tender.currency),
    )
    return figure if isinstance(figure, Refusal) else await record_figure(world, actor, tender_id, lot_id, figure)
