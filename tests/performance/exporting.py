"""Goals 12a to 12d: bid histories as JSON lines, CSV and XLSX against a bare cursor, and the peak memory of each."""

import asyncio
import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

import xlsxwriter

from app.audit.histories import Part, write_histories
from app.audit.history_store import Slice
from app.audit.store import Export, Form, JobState
from app.domain.entries import to_milliseconds
from app.domain.tabling import HISTORY_HEAD, LotName, history_row
from tests.databases import SqliteDatabases
from tests.performance.chain import BEGAN, LOT, TENDER, bids
from tests.performance.rounds import Case, Goal, Results, paired, say
from tests.worlds import make_world

CHAIN = f"lot:{LOT}"
ROWS = 100_000
# XlsxWriter takes about a minute for a million rows: its rounds and its memory are measured on fewer.
XLSX_ROWS = 20_000
MOST, FEW = 1_000_000, 10_000
XLSX_MOST = 100_000
BLOCK = 10_000
MIB = 2**20


def fill(path: Path, rows: int) -> None:
    """Write so many entries of one chain straight into a database's journal."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    template = bids(BLOCK)
    for start in range(0, rows, BLOCK):
        connection.executemany(
            "INSERT INTO entry (chain, seq, at_ms, kind, tender, lot, body, salt, hash) VALUES (?,?,?,?,?,?,?,?,?)",
            (
                (CHAIN, start + entry.seq, to_milliseconds(entry.at + timedelta(seconds=start)), entry.kind.value,
                 TENDER, LOT, entry.body.decode(), entry.salt, entry.hash)
                for entry in islice(template, min(BLOCK, rows - start))
            ),
        )  # fmt: skip
    connection.commit()
    connection.close()


def cursor_rate(path: Path, rows: int) -> float:
    """Rows a second of CPU that a bare cursor reads, all columns."""
    connection = sqlite3.connect(path)
    began, read = time.process_time(), 0
    found = connection.execute(
        "SELECT chain, seq, at_ms, kind, tender, lot, body, salt, hash FROM entry WHERE chain = ? ORDER BY seq LIMIT ?",
        (CHAIN, rows),
    )
    while page := found.fetchmany(1000):
        read += len(page)
    took = time.process_time() - began
    connection.close()
    return read / took


def job_of(form: Form) -> Export:
    """A claimed job."""
    return Export(
        id="0" * 32, scope={"all": True}, form=form, purpose="bench", recipient="bench", requested_by="0" * 32,
        requested_at=BEGAN, state=JobState.RUNNING, done=0, total=0, seen_at=None, attempts=1, size=None, sha256=None,
        ready_at=None, code=None,
    )  # fmt: skip


async def export(path: Path, form: Form, rows: int, folder: Path) -> float:
    """Export so many rows as the service does; CPU seconds."""
    made = await make_world(f"sqlite+aiosqlite:///{path}", folder)
    part = Part(Slice(CHAIN, rows, None), LotName("P-2026-001", 1), rows)

    async def tell(_done: int) -> None:
        """The job's row is not what is measured."""

    target = folder / f"history.{form.value}"
    began = time.process_time()
    await write_histories(made.world, job_of(form), [part], target, tell)
    took = time.process_time() - began
    await made.world.db.dispose()
    target.unlink()
    return took


def reference_xlsx_rate(folder: Path, rows: int) -> float:
    """Rows a second of CPU of XlsxWriter alone, constant_memory, ready texts."""
    row = _ready_row()
    began = time.process_time()
    book = xlsxwriter.Workbook(str(folder / "reference.xlsx"), {"constant_memory": True, "tmpdir": str(folder)})
    sheet = book.add_worksheet()
    for place in range(rows):
        for column, cell in enumerate(row):
            sheet.write_string(place, column, cell)
    book.close()
    return rows / (time.process_time() - began)


def _ready_row() -> Sequence[str]:
    entry = bids(1)[0]
    members = {"seq": 1, "kind": entry.kind.value, "data": entry.data, "tag": entry.tag, "actor_role": "supplier"}
    row = history_row(LotName("P-2026-001", 1), members, entry.hash, entry.at.isoformat())
    assert len(row) == len(HISTORY_HEAD)
    return [cell for cell in row if cell]


@contextlib.contextmanager
def database(folder: Path, rows: int) -> Iterator[Path]:
    """A migrated database with so many entries."""
    databases = SqliteDatabases(folder)
    path = Path(databases.migrated().removeprefix("sqlite+aiosqlite:///"))
    fill(path, rows)
    yield path
    databases.drop(f"sqlite+aiosqlite:///{path}")


def exporting(folder: Path, rounds: int, _seconds: float) -> Results:
    """Goals 12a, 12b, 12c: CPU of the exporting process, a bare cursor in the same round."""
    cursor, lines = Case("bare cursor, all columns", "rows/s"), Case("export JSONL", "rows/s")
    table, sheet = Case("export CSV, guarded", "rows/s"), Case("export XLSX", "rows/s")
    reference = Case("xlsxwriter alone, constant_memory", "rows/s")
    with database(folder, ROWS) as path:
        for number in range(rounds):
            say(f"  exporting: round {number + 1} of {rounds}")
            cursor.values.append(cursor_rate(path, ROWS))
            lines.values.append(ROWS / asyncio.run(export(path, Form.JSONL, ROWS, folder)))
            table.values.append(ROWS / asyncio.run(export(path, Form.CSV, ROWS, folder)))
            sheet.values.append(XLSX_ROWS / asyncio.run(export(path, Form.XLSX, XLSX_ROWS, folder)))
            reference.values.append(reference_xlsx_rate(folder, XLSX_ROWS))
    goals = [
        Goal("12a", "export JSONL / bare cursor", paired(lines, cursor), 1.5),
        Goal("12b", "export CSV, guarded / bare cursor", paired(table, cursor), 0.27),
        Goal("12c", "export XLSX / xlsxwriter constant_memory (by XlsxWriter for now)", paired(sheet, reference), 8.0),
    ]
    return [cursor, lines, table, sheet, reference], goals


def memory(folder: Path, _rounds: int = 1, _seconds: float = 1.0, *, most: int = MOST) -> Results:
    """Goal 12d: peak memory of a process that exports many rows, against one that exports few; once, for it is a
    count."""
    cases, goals = [], []
    with database(folder, most) as path:
        for form in (Form.JSONL, Form.CSV, Form.XLSX):
            rows = min(most, XLSX_MOST) if form is Form.XLSX else most
            say(f"  memory: {form.value}, {FEW:,} and {rows:,} rows")
            peaks = [peak_mib(path, form, count, folder) for count in (FEW, rows)]
            case = Case(f"peak memory, export {form.value.upper()}, {FEW:,} and {rows:,} rows", "MiB")
            case.values += peaks
            cases.append(case)
            text = f"{form.value.upper()}: peak MiB more at {rows:,} than at {FEW:,} rows"
            goals.append(Goal("12d", text, [peaks[1] - peaks[0]], 8.0, at_least=False))
    return cases, goals


def peak_mib(path: Path, form: Form, rows: int, folder: Path) -> float:
    """Peak resident memory of a process of its own that exports so many rows."""
    words = [
        sys.executable,
        "-m",
        "tests.performance.exporting",
        json.dumps([str(path), form.value, rows, str(folder)]),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "0"})
    return float(done.stdout)


if __name__ == "__main__":
    where, named, count, into = json.loads(sys.argv[1])
    asyncio.run(export(Path(where), Form(named), count, Path(into)))
    # Not getrusage: its peak begins with that of the process that started this one.
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    print(int(peak[1]) * 1024 / MIB)
