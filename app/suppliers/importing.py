"""Import of suppliers from a spreadsheet: good rows are registered, bad rows come back with every faulty cell."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.refusals import Refusal
from app.domain.registering import FieldFault
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.suppliers import import_store, store
from app.suppliers.archive import FileFault
from app.suppliers.certifying import add_proposal
from app.suppliers.columns import Column
from app.suppliers.entering import SYSTEM_CHAIN, staff_hat, tell_approvers
from app.suppliers.headings import FileRefusal, Layout
from app.suppliers.import_report import Report, seal_report, unseal_report
from app.suppliers.import_rows import CellFault, ImportRow, ReadRows, fault_at, read_rows
from app.suppliers.import_store import Import
from app.suppliers.service import add_supplier
from app.suppliers.workbook import read_sheet

# Rows a transaction: short enough that a live bid waiting for the same database is not held up (BUSY_MS).
BATCH_ROWS = 5
# Between two batches the others get their turn.
PAUSE_SECONDS = 0.005
# A writer waits BUSY_MS for its turn; this many turns missed in a row are a fault worth reporting.
MOST_TRIES = 5
# The days in the sheet are the buyer's days.
BUYER_ZONE = ZoneInfo("Asia/Shanghai")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportFile:
    """An upload: the client names the act, so that a repeat after a lost answer imports nothing twice."""

    import_id: str
    data: bytes
    locale: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is, and its report once it is done."""

    row: Import
    report: Report | None


async def import_suppliers(world: World, actor: Actor, command: ImportFile) -> Progress | FileRefusal:
    """Register every good row and propose its certification; report every bad one. A refused file changes nothing."""
    known = await find_progress(world, actor, command.import_id)
    if known is not None:
        return known
    sheet = await asyncio.to_thread(read_sheet, command.data)
    if isinstance(sheet, FileFault):
        return await _refuse_file(world, actor, command, FileRefusal(sheet, {}))
    at = world.clock.now()
    read = await asyncio.to_thread(lambda: read_rows(sheet, at=at, zone=BUYER_ZONE))
    if isinstance(read, FileRefusal):
        return await _refuse_file(world, actor, command, read)
    run = _Run(world, actor, command, read)
    try:
        row = await run.begin()
    except IntegrityError:
        # The same act is on its way already: the repeat tells how far it is.
        running = await find_progress(world, actor, command.import_id)
        assert running is not None, "an import whose id is taken exists"
        return running
    await run.register_all()
    return await run.finish(row)


async def find_progress(world: World, actor: Actor, import_id: str) -> Progress | None:
    """An import of this person, or None; somebody else's is the one 404."""
    async with world.db.snapshot() as tx:
        row = await import_store.find_import(tx, import_id)
    if row is None:
        return None
    if row.account_id != actor.account_id:
        raise not_found()
    report = None if row.report_sealed is None else unseal_report(world, import_id, row.report_sealed)
    return Progress(row, report)


async def _refuse_file(world: World, actor: Actor, command: ImportFile, refusal: FileRefusal) -> FileRefusal:
    data = {"act": "import", "code": refusal.fault.value, "sha256": _sha256(command.data)}
    async with world.db.transaction() as tx:
        await append(
            world, tx, NewEntry(SYSTEM_CHAIN, Kind.SUPPLIER_REFUSED, data, **actor.entry_fields(staff_hat(actor)))
        )
    return refusal


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(slots=True)
class _Outcome:
    """What one batch came to; counted only once its transaction has committed."""

    created: int = 0
    proposed: int = 0
    bad: list[ImportRow] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)


class _Run:
    """One import on its way through the rows."""

    def __init__(self, world: World, actor: Actor, command: ImportFile, read: ReadRows) -> None:
        self.world = world
        self.actor = actor
        self.command = command
        self.layout: Layout[Column] = read.layout
        self.good = [row for row in read.rows if row.application is not None]
        self.bad = [row for row in read.rows if row.application is None]
        self.faults = [fault for row in self.bad for fault in row.faults]
        self.total = len(read.rows)
        self.created = 0
        self.proposed = 0

    async def begin(self) -> Import:
        """Store the import; raises IntegrityError where its id is taken."""
        row = Import(
            id=self.command.import_id,
            account_id=self.actor.account_id,
            sha256=_sha256(self.command.data),
            state="running",
            started_at=self.world.clock.now(),
            total=self.total,
            done=len(self.bad),
            created=0,
            report_sealed=None,
        )
        async with self.world.db.transaction() as tx:
            await import_store.insert_import(tx, row)
        return row

    async def register_all(self) -> None:
        """The good rows batch by batch; each batch is a transaction with its progress."""
        done = len(self.bad)
        for first in range(0, len(self.good), BATCH_ROWS):
            batch = self.good[first : first + BATCH_ROWS]
            done += len(batch)
            outcome = await self._commit(batch, done)
            self.created += outcome.created
            self.proposed += outcome.proposed
            self.bad += outcome.bad
            self.faults += outcome.faults
            await self.world.clock.sleep(PAUSE_SECONDS)

    async def finish(self, row: Import) -> Progress:
        """Seal the report, note the import once, tell the approvers once."""
        report = Report(
            created=self.created,
            columns=tuple(self.layout.places),
            ignored=self.layout.ignored,
            faults=tuple(sorted(self.faults, key=lambda fault: fault.row)),
            bad_rows=tuple((bad.number, bad.typed) for bad in sorted(self.bad, key=lambda bad: bad.number)),
        )
        sealed = seal_report(self.world, row.id, report)

        async def act(tx: AsyncConnection) -> Import:
            await import_store.set_import(tx, row.id, state="done", report_sealed=sealed)
            if self.proposed:
                await tell_approvers(self.world, tx)
            await append(self.world, tx, self._entry(row))
            done = await import_store.find_import(tx, row.id)
            assert done is not None
            return done

        return Progress(await self._patiently(act), report)

    async def _commit(self, batch: Sequence[ImportRow], done: int) -> _Outcome:
        """One batch, one transaction."""

        async def act(tx: AsyncConnection) -> _Outcome:
            outcome = await self._register(tx, batch)
            created = self.created + outcome.created
            await import_store.set_import(tx, self.command.import_id, done=done, created=created)
            return outcome

        return await self._patiently(act)

    async def _patiently(self, act: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """A transaction, begun again where somebody else held the database too long."""
        for left in reversed(range(MOST_TRIES)):
            try:
                async with self.world.db.transaction() as tx:
                    return await act(tx)
            except OperationalError:
                if left == 0:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _register(self, tx: AsyncConnection, batch: Sequence[ImportRow]) -> _Outcome:
        outcome = _Outcome()
        for row in batch:
            assert row.application is not None
            added = await add_supplier(self.world, tx, self.actor, row.application, self.command.locale)
            if isinstance(added, Refusal):
                column = Column(added.detail["field"])
                outcome.bad.append(row)
                outcome.faults.append(fault_at(self.layout, row, column, FieldFault.ALREADY_EXISTS, {}))
                continue
            outcome.created += 1
            if row.certify is not None:
                held = await store.load_supplier(tx, added)
                made = await add_proposal(self.world, tx, self.actor, held, row.certify)
                outcome.proposed += 0 if isinstance(made, Refusal) else 1
        return outcome

    def _entry(self, row: Import) -> NewEntry:
        codes = Counter(fault.code.value for fault in self.faults)
        data = {
            "import": row.id,
            "sha256": row.sha256,
            "rows": row.total,
            "created": self.created,
            "proposed": self.proposed,
            "bad": len(self.bad),
            "codes": dict(codes),
        }
        hat = staff_hat(self.actor)
        return NewEntry(SYSTEM_CHAIN, Kind.SUPPLIER_IMPORTED, data, **self.actor.entry_fields(hat))
