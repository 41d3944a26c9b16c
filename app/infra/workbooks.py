"""Workbooks for other programs. Typed text never becomes a formula or a link; equal rows give equal bytes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from xlsxwriter import Workbook

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# The moment of writing would make two looks at the same rows differ.
_WRITTEN: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no zone


@contextmanager
def open_book(buffer: io.BytesIO) -> Iterator[Workbook]:
    """A workbook written into the buffer when the block ends."""
    with Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"created": _WRITTEN})
        yield book
