"""Import of orders and deliveries from an ERP's file: every good one is stored, every bad row comes back by its cells.

Nothing is imported twice: an order is known by its number, a delivery by its order and delivery note, so that the same
file may be sent again after a lost answer or with its bad rows mended.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.ordering import NewDelivery, NewOrder, OrderFaults, OrderField, check_delivery, check_order
from app.domain.refusals import Code, Refusal
from app.domain.registering import FieldFault, check_credit_code
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.suppliers import performance_store as rows
from app.suppliers.archive import FileFault, Limits
from app.suppliers.contract_book import NO_CONTRACTS, ContractBook
from app.suppliers.entering import SYSTEM_CHAIN, staff_hat
from app.suppliers.headings import FileRefusal, Layout
from app.suppliers.order_columns import FileKind, find_order_layout, read_table
from app.suppliers.order_rows import OrderCellFault, OrderRow, delivery_of, fault_of, order_of, read_order_rows
from app.suppliers.ordering import add_delivery, add_order

LIMITS = Limits(file_bytes=2 * 1024 * 1024, rows=2_100)
MOST_ROWS = 2_000
# Orders or deliveries a transaction: short enough that a live bid waiting for the same database is not held up.
BATCH = 10
PAUSE_SECONDS = 0.005
# What says whose a row is and what it is of: the rows of one order agree in it.
_SHARED = (OrderField.CREDIT_CODE, OrderField.CATEGORY, OrderField.ITEM, OrderField.UNIT, OrderField.CONTRACT)


@dataclass(frozen=True, slots=True)
class ImportOrders:
    """A file and what its rows are."""

    kind: FileKind
    data: bytes


@dataclass(slots=True)
class Imported:
    """What came of a file: how many rows it has, orders or deliveries that were stored, and every faulty cell."""

    total: int
    ignored: tuple[str, ...]
    created: int = 0
    faults: list[OrderCellFault] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        """How many rows could not be stored."""
        return len({fault.row for fault in self.faults})


async def import_orders(
    world: World, actor: Actor, command: ImportOrders, book: ContractBook = NO_CONTRACTS
) -> Imported | FileRefusal:
    """Store what is whole, report the rest. A refused file changes nothing."""
    sheet = await asyncio.to_thread(read_table, command.data, LIMITS)
    layout = FileRefusal(sheet, {}) if isinstance(sheet, FileFault) else find_order_layout(sheet, command.kind)
    if isinstance(sheet, FileFault) or isinstance(layout, FileRefusal):
        assert isinstance(layout, FileRefusal)
        return await _refuse(world, actor, command, layout)
    found = await asyncio.to_thread(read_order_rows, sheet, layout)
    if not found or len(found) > MOST_ROWS:
        fault = FileFault.TOO_LARGE if found else FileFault.NO_ROWS
        return await _refuse(world, actor, command, FileRefusal(fault, {"most_rows": str(MOST_ROWS)}))
    done = Imported(len(found), layout.ignored)
    groups = _by_order(found) if command.kind is FileKind.ORDERS else [[row] for row in found]
    for first in range(0, len(groups), BATCH):
        batch = groups[first : first + BATCH]
        async with world.db.transaction() as tx:
            run = _Run(world, tx, actor, layout, book)
            await (run.add_orders(batch) if command.kind is FileKind.ORDERS else run.add_deliveries(batch))
        done.created += run.created
        done.faults += run.faults
        await world.clock.sleep(PAUSE_SECONDS)
    done.faults.sort(key=lambda fault: (fault.row, fault.cell))
    await _note(world, actor, command, done)
    return done


class _Run:
    """One batch in its transaction."""

    def __init__(
        self, world: World, tx: AsyncConnection, actor: Actor, layout: Layout[OrderField], book: ContractBook
    ) -> None:
        self.world = world
        self.tx = tx
        self.actor = actor
        self.book = book
        self.layout = layout
        self.created = 0
        self.faults: list[OrderCellFault] = []

    async def add_orders(self, groups: Sequence[Sequence[OrderRow]]) -> None:
        """The rows of each order together: one bad row holds its order back, for half an order would be a wrong one."""
        codes = [_code(row) for group in groups for row in group]
        suppliers = await rows.find_suppliers(self.tx, codes)
        for group in groups:
            faults = [fault for row in group for fault in row.faults] or self._conflicts(group, suppliers)
            if not faults:
                faults = await self._add_order(group, suppliers[_code(group[0])])
            bad = {fault.row for fault in faults}
            rest = (row for row in group if faults and row.number not in bad)
            self.faults += [*faults, *(self._fault(row, OrderField.ORDER_NUMBER, FieldFault.OTHER_ROW) for row in rest)]

    async def add_deliveries(self, groups: Sequence[Sequence[OrderRow]]) -> None:
        """Each row by itself."""
        orders = await rows.find_orders(self.tx, [row.order_number for group in groups for row in group])
        for row in (row for group in groups for row in group):
            order_id = orders.get(row.order_number)
            if row.faults:
                self.faults += row.faults
            elif order_id is None:
                self.faults.append(self._fault(row, OrderField.ORDER_NUMBER, FieldFault.UNKNOWN_ORDER))
            else:
                self.faults += await self._add_delivery(row, order_id)

    async def _add_order(self, group: Sequence[OrderRow], supplier_id: str) -> list[OrderCellFault]:
        checked = check_order(order_of(group))
        if not isinstance(checked, NewOrder):
            return [self._fault(row, column, code) for row in group for column, code in checked.items()]
        made = await add_order(self.world, self.tx, self.actor, supplier_id, checked, self.book)
        if isinstance(made, Refusal) and made.code is Code.INCOMPLETE:
            # The contract, which only the store knows of.
            faults = [(OrderField(field), FieldFault(code)) for field, code in made.detail.items()]
            return [self._fault(row, field, code) for row in group for field, code in faults]
        if isinstance(made, Refusal):
            return [self._fault(row, OrderField.ORDER_NUMBER, FieldFault.ALREADY_EXISTS) for row in group]
        self.created += 1
        return []

    async def _add_delivery(self, row: OrderRow, order_id: str) -> list[OrderCellFault]:
        checked = check_delivery(delivery_of(row), today_of(self.world), is_correction=False)
        if not isinstance(checked, NewDelivery):
            return self._faults(row, checked)
        held = await rows.lock_order(self.tx, order_id)
        made = await add_delivery(self.world, self.tx, self.actor, held, checked)
        if not isinstance(made, Refusal):
            self.created += 1
            return []
        if made.code is Code.ALREADY_EXISTS:
            return [self._fault(row, OrderField.DELIVERY_NUMBER, FieldFault.ALREADY_EXISTS)]
        # A cancelled order takes no deliveries: there is no such order for them.
        return [self._fault(row, OrderField.ORDER_NUMBER, FieldFault.UNKNOWN_ORDER)]

    def _conflicts(self, group: Sequence[OrderRow], suppliers: Mapping[str, str]) -> list[OrderCellFault]:
        first = group[0]
        if _code(first) not in suppliers:
            return [self._fault(row, OrderField.CREDIT_CODE, FieldFault.UNKNOWN_SUPPLIER) for row in group]
        return [
            OrderCellFault(
                row.number, self.layout.address(column, row.number), column, FieldFault.DUPLICATE_IN_FILE,
                row.typed[column], {"row": str(first.number)},
            )
            for row in group[1:]
            for column in _SHARED
            if column in row.typed and row.typed[column].split() != first.typed[column].split()
        ]  # fmt: skip

    def _faults(self, row: OrderRow, faults: OrderFaults) -> list[OrderCellFault]:
        return [self._fault(row, column, code) for column, code in faults.items()]

    def _fault(self, row: OrderRow, column: OrderField, code: FieldFault) -> OrderCellFault:
        return fault_of(self.layout, row, column, code)


def _by_order(found: Sequence[OrderRow]) -> list[list[OrderRow]]:
    groups: dict[str, list[OrderRow]] = {}
    for row in found:
        # A row without a number is an order of its own, and a bad one.
        groups.setdefault(row.order_number or f"\x00{row.number}", []).append(row)
    return list(groups.values())


def _code(row: OrderRow) -> str:
    code = check_credit_code(row.typed[OrderField.CREDIT_CODE])
    return "" if isinstance(code, FieldFault) else code


async def _refuse(world: World, actor: Actor, command: ImportOrders, refusal: FileRefusal) -> FileRefusal:
    data = {"act": f"import_{command.kind.value}", "code": refusal.fault.value, "sha256": _sha256(command)}
    async with world.db.transaction() as tx:
        hat = staff_hat(actor)
        await append(world, tx, NewEntry(SYSTEM_CHAIN, Kind.SUPPLIER_REFUSED, data, **actor.entry_fields(hat)))
    return refusal


async def _note(world: World, actor: Actor, command: ImportOrders, done: Imported) -> None:
    data = {
        "kind": command.kind.value,
        "sha256": _sha256(command),
        "rows": done.total,
        "created": done.created,
        "bad": done.bad_rows,
        "codes": dict(Counter(fault.code.value for fault in done.faults)),
    }
    async with world.db.transaction() as tx:
        hat = staff_hat(actor)
        await append(world, tx, NewEntry(SYSTEM_CHAIN, Kind.DELIVERIES_IMPORTED, data, **actor.entry_fields(hat)))


def _sha256(command: ImportOrders) -> str:
    return hashlib.sha256(command.data).hexdigest()
