"""Purchase orders and deliveries: entered by the purchaser, one by one here and in numbers by `order_importing`."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.certification import plain
from app.domain.kinds import Kind
from app.domain.ordering import (
    NewDelivery,
    NewOrder,
    OrderField,
    check_delivery,
    check_order,
    choose_contract,
    order_refusal,
)
from app.domain.refusals import Code, Refusal
from app.domain.registering import FieldFault
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.world import World
from app.suppliers import performance_store as rows
from app.suppliers import store
from app.suppliers.contract_book import NO_CONTRACTS, ContractBook
from app.suppliers.entering import note, note_refused
from app.suppliers.performance_store import HeldDelivery, HeldOrder

CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class EnterOrder:
    """An order of a supplier."""

    supplier_id: str
    order: NewOrder


async def enter_order(
    world: World, actor: Actor, command: EnterOrder, book: ContractBook = NO_CONTRACTS
) -> HeldOrder | Refusal:
    """Store an order. Refuses INCOMPLETE (each field with its fault, the contract's too) and ALREADY_EXISTS (the
    number)."""
    async with world.db.transaction() as tx:
        held = await store.lock_supplier(tx, command.supplier_id)
        checked = check_order(command.order)
        if not isinstance(checked, NewOrder):
            return await note_refused(world, tx, actor, "order", order_refusal(checked), held.id)
        made = await add_order(world, tx, actor, held.id, checked, book)
        if isinstance(made, Refusal):
            return await note_refused(world, tx, actor, "order", made, held.id)
        return made


async def add_order(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    supplier_id: str,
    new: NewOrder,
    book: ContractBook = NO_CONTRACTS,
) -> HeldOrder | Refusal:
    """Store a checked order with its entry; INCOMPLETE (its contract) and ALREADY_EXISTS leave no trace. Call within
    the act's transaction."""
    known = await book.list_called(tx, reference=new.contract) if new.contract else []
    called = choose_contract(new.contract, supplier_id, known, today_of(world))
    if isinstance(called, FieldFault):
        return order_refusal({OrderField.CONTRACT: called})
    made = HeldOrder(
        id=world.ids.new(),
        number=new.number,
        supplier_id=supplier_id,
        category=new.category,
        item=new.item,
        unit=new.unit,
        quantity=sum((one.quantity for one in new.promises), Decimal(0)),
        promises=new.promises,
        due_on=max(one.on for one in new.promises).isoformat(),
        state="open",
        entered_at=world.clock.now(),
        entered_by=actor.account_id,
        contract_id=None if called is None else called.id,
    )
    savepoint = await tx.begin_nested()
    try:
        await rows.insert_order(tx, made)
    except IntegrityError:
        await savepoint.rollback()
        return Refusal(Code.ALREADY_EXISTS, {"field": OrderField.ORDER_NUMBER.value})
    await savepoint.commit()
    data = {
        "order": made.id,
        "number": made.number,
        "category": made.category,
        "item": made.item,
        "unit": made.unit,
        "promises": [{"on": one.on.isoformat(), "quantity": plain(one.quantity)} for one in made.promises],
        **({} if called is None else {"contract": called.id, "tender": called.tender_id}),
    }
    await note(world, tx, actor, supplier_id, Kind.ORDER_ENTERED, data)
    return made


async def cancel_order(world: World, actor: Actor, order_id: str, reason: str) -> HeldOrder | Refusal:
    """Take an order out of every later review; what was delivered stays on record. Refuses ALREADY_DECIDED."""
    async with world.db.transaction() as tx:
        held = await rows.lock_order(tx, order_id)
        if held.state == CANCELLED:
            refusal = Refusal(Code.ALREADY_DECIDED, {"state": held.state})
            return await note_refused(world, tx, actor, "cancel_order", refusal, held.supplier_id)
        await rows.set_order_state(tx, held.id, CANCELLED)
        data = {"order": held.id, "number": held.number, "reason": reason}
        await note(world, tx, actor, held.supplier_id, Kind.ORDER_CANCELLED, data)
        return await rows.lock_order(tx, order_id)


async def record_delivery(
    world: World, actor: Actor, order_id: str, typed: NewDelivery, *, is_correction: bool
) -> HeldOrder | Refusal:
    """Record what arrived, or correct what was recorded under the same number.

    Refuses INCOMPLETE (each field with its fault), ALREADY_EXISTS (the number, where no correction is meant),
    NOT_ALLOWED_HERE (a cancelled order, a correction of nothing).
    """
    async with world.db.transaction() as tx:
        held = await rows.lock_order(tx, order_id)
        made = await add_delivery(world, tx, actor, held, typed, is_correction=is_correction)
        if isinstance(made, Refusal):
            return await note_refused(world, tx, actor, "delivery", made, held.supplier_id)
        return await rows.lock_order(tx, order_id)


async def add_delivery(
    world: World, tx: AsyncConnection, actor: Actor, held: HeldOrder, typed: NewDelivery, *, is_correction: bool = False
) -> HeldDelivery | Refusal:
    """Store a delivery of a locked order with its entry; a refusal leaves no trace. See `record_delivery`."""
    checked = check_delivery(typed, today_of(world), is_correction=is_correction)
    if not isinstance(checked, NewDelivery):
        return order_refusal(checked)
    before = next((one for one in held.deliveries if one.number == checked.number), None)
    if held.state == CANCELLED or (is_correction and before is None):
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": held.state})
    if before is not None and not is_correction:
        return Refusal(Code.ALREADY_EXISTS, {"field": OrderField.DELIVERY_NUMBER.value})
    made = HeldDelivery(
        id=world.ids.new(),
        order_id=held.id,
        number=checked.number,
        revision=1 if before is None else before.revision + 1,
        delivered_on=checked.on.isoformat(),
        accepted=checked.accepted,
        rejected=checked.rejected,
        service=checked.service,
        note=checked.note,
        recorded_at=world.clock.now(),
        recorded_by=actor.account_id,
    )
    await rows.insert_delivery(tx, made)
    data = {
        "order": held.id,
        "order_number": held.number,
        "number": made.number,
        "revision": made.revision,
        "on": made.delivered_on,
        "accepted": plain(made.accepted),
        "rejected": plain(made.rejected),
        "service": made.service,
        "note": made.note,
    }
    await note(world, tx, actor, held.supplier_id, Kind.DELIVERY_RECORDED, data)
    return made
