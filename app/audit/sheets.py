"""Files a bid history is written into, with flat memory: JSON lines, CSV, XLSX. Every method blocks: use a thread."""

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from app.domain.tabling import AMOUNTS, HISTORY_HEAD, SHEET_ROWS, is_number

CHUNK = 1 << 20


class LineFile:
    """Ready lines, copied as they are."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")

    def add_lines(self, lines: bytes) -> None:
        """Write whole lines, given without the last one's end."""
        if lines:
            self._file.writelines((lines, b"\n"))

    def finish(self) -> None:
        """Make the file durable."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """Throw the unfinished file away."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class CsvSheet:
    """Comma-separated values in UTF-8; the cells come guarded against formulas (`bundling.guard_cell`)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self.add([HISTORY_HEAD])

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Write rows after those before them."""
        self._file.write("".join(map(csv_line, rows)).encode())

    def finish(self) -> None:
        """Make the file durable."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """Throw the unfinished file away."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def csv_line(row: Sequence[str]) -> str:
    """What csv.writer writes for a row of two cells or more; where none has to be quoted, in a fifth of its time."""
    line = ",".join(row)
    if line.count(",") == len(row) - 1 and not ('"' in line or "\n" in line or "\r" in line):
        return line + "\r\n"
    quoted = io.StringIO(newline="")
    csv.writer(quoted).writerow(row)
    return quoted.getvalue()


class XlsxSheet:
    """A workbook written row by row; a new sheet begins where one is full. No text is ever taken for a formula."""

    def __init__(self, path: Path, made_at: datetime, rows_a_sheet: int = SHEET_ROWS) -> None:
        self._path = path
        self._most = rows_a_sheet
        self._book: Any = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": str(path.parent),
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self._book.use_zip64()
        self._book.set_properties({"title": "Bid history", "created": made_at.replace(tzinfo=None)})
        self._head = self._book.add_format({"bold": True})
        # A format an amount of so many decimals.
        self._formats = [self._book.add_format({"num_format": "0." + "0" * n if n else "0"}) for n in range(16)]
        self._sheet: Any = None
        self._row = 0

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Write rows after those before them."""
        if self._sheet is None:
            self._begin()
        for row in rows:
            if self._row == self._most:
                self._begin()
            self._write(row)
            self._row += 1

    def finish(self) -> None:
        """Write the file; the workbook keeps nothing in memory but its own small parts."""
        if self._sheet is None:
            self._begin()
        self._book.close()
        with self._path.open("rb") as file:
            os.fsync(file.fileno())

    def discard(self) -> None:
        """Throw the unfinished file and its parts away."""
        for sheet in self._book.worksheets():
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()
                Path(sheet.row_data_filename).unlink(missing_ok=True)
        # The workbook warns where it is dropped without having been closed.
        self._book.fileclosed = 1
        self._path.unlink(missing_ok=True)

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for column, text in enumerate(HISTORY_HEAD):
            self._sheet.write_string(0, column, text, self._head)
        self._row = 1

    def _write(self, row: Sequence[str]) -> None:
        sheet, place = self._sheet, self._row
        for column, cell in enumerate(row):
            if not cell:
                continue
            if column in AMOUNTS and is_number(cell):
                sheet.write_number(place, column, Decimal(cell), self._formats[len(cell.partition(".")[2])])
            else:
                sheet.write_string(place, column, cell)


def digest_file(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
