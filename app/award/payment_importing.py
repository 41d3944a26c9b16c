"""Import of invoices and payments from an ERP's file: every good row is recorded, every bad one comes back by its cell.

The preview and the import ask the same rule (domain/payment_matching); what is recorded already is known and left
alone, so that the same file may be sent again after a lost answer or with its bad rows mended.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import payment_store
from app.award.paying import store_document
from app.award.payment_columns import (
    MOST_ROWS,
    PaymentCellFault,
    PaymentRow,
    fault_at,
    find_payment_layout,
    read_payment_rows,
)
from app.award.payment_store import Milestone
from app.domain.kinds import Kind
from app.domain.money import minor_units
from app.domain.payment_matching import Account, Key, Outcome, PaymentField, RowVerdict, judge
from app.domain.visibility import Role
from app.identity.access import Actor, reach_tender
from app.infra.days import today_of
from app.infra.errors import Problem
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.suppliers.archive import FileFault, Limits
from app.suppliers.headings import FileRefusal, Layout
from app.suppliers.order_columns import read_table
from app.tenders import store as tender_store
from app.tenders.store import Tender

LIMITS = Limits(file_bytes=2 * 1024 * 1024, rows=MOST_ROWS + 100)
SYSTEM_CHAIN = "system"
# Rows a transaction: short enough that a live bid waiting for the same database is not held up.
BATCH = 10
PAUSE_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A good row as the preview shows it."""

    row: int
    verdict: RowVerdict
    tender: str
    milestone: int
    kind: str
    number: str
    amount: Decimal
    dated_on: date
    currency: str


@dataclass(slots=True)
class PaymentsImported:
    """What came of a file, or would come of it: rows that are new, rows known already, and every faulty cell."""

    total: int
    ignored: tuple[str, ...]
    is_preview: bool
    rows: list[SeenRow] = field(default_factory=list)
    faults: list[PaymentCellFault] = field(default_factory=list)

    def count(self, verdict: RowVerdict) -> int:
        """How many rows have this verdict."""
        if verdict is RowVerdict.BAD:
            return len({fault.row for fault in self.faults})
        return sum(each.verdict is verdict for each in self.rows)


async def import_payments(
    world: World, actor: Actor, data: bytes, *, is_preview: bool
) -> PaymentsImported | FileRefusal:
    """Record what is whole and new, report the rest; a preview changes nothing. So does a refused file."""
    sheet = await asyncio.to_thread(read_table, data, LIMITS)
    layout = FileRefusal(sheet, {}) if isinstance(sheet, FileFault) else find_payment_layout(sheet)
    if isinstance(sheet, FileFault) or isinstance(layout, FileRefusal):
        assert isinstance(layout, FileRefusal)
        return await _refuse(world, actor, data, layout)
    found = await asyncio.to_thread(read_payment_rows, sheet, layout)
    if not found or len(found) > MOST_ROWS:
        fault = FileFault.TOO_LARGE if found else FileFault.NO_ROWS
        return await _refuse(world, actor, data, FileRefusal(fault, {"most_rows": str(MOST_ROWS)}))
    done = PaymentsImported(len(found), layout.ignored, is_preview)
    done.faults += [fault for row in found for fault in row.faults]
    whole = [row for row in found if row.line is not None]
    accounts = await _load_accounts(world, actor)
    outcomes = judge([row.line for row in whole if row.line is not None], accounts, today_of(world))
    if not is_preview:
        outcomes = await _record_all(world, actor, outcomes)
    for row, outcome in zip(whole, outcomes, strict=True):
        _note_row(done, layout, row, outcome, accounts)
    done.faults.sort(key=lambda fault: (fault.row, fault.cell))
    if not is_preview:
        await _note(world, actor, data, done)
    return done


async def _load_accounts(world: World, actor: Actor) -> dict[Key, Account]:
    async with world.db.snapshot() as tx:
        listed = await payment_store.list_milestones(tx)
        tenders = await _reached(tx, actor, {each.tender_id for each in listed})
    return accounts_of([each for each in listed if each.tender_id in tenders], tenders)


async def _reached(tx: AsyncConnection, actor: Actor, ids: set[str]) -> dict[str, Tender]:
    found = {}
    for each in await tender_store.list_by_ids(tx, sorted(ids)):
        try:
            await reach_tender(tx, actor, each.id, Role.PURCHASER)
        except Problem:
            continue
        found[each.id] = each
    return found


def accounts_of(milestones: Sequence[Milestone], tenders: Mapping[str, Tender]) -> dict[Key, Account]:
    """The milestones as the rule knows them, by what a file calls them."""
    found = {}
    for each in milestones:
        tender = tenders[each.tender_id]
        taken_back = {record.reverses for record in each.records}
        papers = [record for record in each.records if record.reverses is None]
        gone = [record.document for record in papers if record.id in taken_back]
        found[tender.reference.upper(), each.number] = Account(
            terms=each.terms,
            currency=tender.currency,
            digits=minor_units(tender.currency),
            documents=each.documents,
            standing=[record.document for record in papers if record.id not in taken_back],
            taken_back=frozenset((document.kind, document.number) for document in gone),
        )
    return found


async def _record_all(world: World, actor: Actor, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Record the new ones, a few rows of one tender a transaction; each is judged again under the tender's lock, for
    somebody may have been faster."""
    final = list(outcomes)
    by_tender: dict[str, list[int]] = {}
    for place, outcome in enumerate(outcomes):
        if outcome.verdict is RowVerdict.NEW:
            by_tender.setdefault(outcome.line.key[0], []).append(place)
    ids = await _ids_by_reference(world)
    for reference, places in by_tender.items():
        for first in range(0, len(places), BATCH):
            batch = places[first : first + BATCH]
            lines = [outcomes[place].line for place in batch]
            async with world.db.transaction() as tx:
                tender = await tender_store.lock_tender(tx, ids[reference])
                listed = await payment_store.list_milestones(tx, tender_ids=[tender.id])
                by_number = {each.number: each for each in listed}
                again = judge(lines, accounts_of(listed, {tender.id: tender}), today_of(world))
                for place, outcome in zip(batch, again, strict=True):
                    final[place] = outcome
                    if outcome.verdict is RowVerdict.NEW:
                        found = by_number[outcome.line.key[1]]
                        await store_document(world, tx, actor, tender, found, outcome.line.document)
            await world.clock.sleep(PAUSE_SECONDS)
    return final


async def _ids_by_reference(world: World) -> dict[str, str]:
    async with world.db.snapshot() as tx:
        listed = await payment_store.list_milestones(tx)
        tenders = await tender_store.list_by_ids(tx, sorted({each.tender_id for each in listed}))
    return {each.reference.upper(): each.id for each in tenders}


def _note_row(
    done: PaymentsImported,
    layout: Layout[PaymentField],
    row: PaymentRow,
    outcome: Outcome,
    accounts: Mapping[Key, Account],
) -> None:
    if outcome.column is not None and outcome.fault is not None:
        fault = fault_at(layout, row.number, row.typed, outcome.column, outcome.fault, outcome.detail)
        done.faults.append(fault)
        return
    line, paper = outcome.line, outcome.line.document
    seen = SeenRow(
        row=line.row,
        verdict=outcome.verdict,
        tender=line.key[0],
        milestone=line.key[1],
        kind=paper.kind.value,
        number=paper.number,
        amount=paper.amount,
        dated_on=paper.dated_on,
        currency=accounts[line.key].currency,
    )
    done.rows.append(seen)


async def _refuse(world: World, actor: Actor, data: bytes, refusal: FileRefusal) -> FileRefusal:
    await _append(world, actor, {"sha256": hashlib.sha256(data).hexdigest(), "refused": refusal.fault.value})
    return refusal


async def _note(world: World, actor: Actor, data: bytes, done: PaymentsImported) -> None:
    counts = {
        "created": done.count(RowVerdict.NEW),
        "known": done.count(RowVerdict.KNOWN),
        "bad": done.count(RowVerdict.BAD),
    }
    codes = dict(Counter(fault.code.value for fault in done.faults))
    digest = hashlib.sha256(data).hexdigest()
    await _append(world, actor, {"sha256": digest, "rows": done.total, **counts, "codes": codes})


async def _append(world: World, actor: Actor, data: Mapping[str, object]) -> None:
    async with world.db.transaction() as tx:
        fields = actor.entry_fields(Role.PURCHASER)
        await append(world, tx, NewEntry(SYSTEM_CHAIN, Kind.PAYMENTS_IMPORTED, data, **fields))
