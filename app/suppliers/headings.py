"""Where an uploaded table has its headings, and which column is which field: one look for every kind of file."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from app.domain.registering import to_half_width
from app.suppliers.archive import FileFault
from app.suppliers.workbook import Cell, column_letters

F = TypeVar("F", bound=str)
# A title and a few lines of explanation may stand above the headings.
ROWS_ABOVE: Final = 10
# Of a heading nobody understood.
_KEPT_TEXT: Final = 40
_IDLE: Final = re.compile(r"[\W_]+")
_HINT: Final = re.compile(r"[(（\[【]")


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """Why a whole file is refused, with the numbers or columns that say what would be accepted."""

    fault: FileFault
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class Layout(Generic[F]):
    """Which place of a row holds which field, and the headings nobody understood."""

    header_row: int
    places: Mapping[F, int]
    ignored: tuple[str, ...]

    def address(self, field: F, row: int) -> str:
        """The cell of a field in a row. Precondition: the file has the field."""
        return f"{column_letters(self.places[field])}{row}"


def bare_heading(heading: str) -> str:
    """A heading without blanks, signs and case."""
    return _IDLE.sub("", to_half_width(heading).casefold())


def spellings(words: Mapping[F, Iterable[str]]) -> dict[str, F]:
    """Every bare spelling of every field: its own name, and the words for it. The first field that has one keeps it."""
    found: dict[str, F] = {}
    for field, spelled in words.items():
        for one in (str(field), *spelled):
            found.setdefault(bare_heading(one), field)
    return found


def find_layout(
    rows: Sequence[tuple[int, tuple[Cell, ...]]],
    known: Mapping[str, F],
    *,
    anchors: Collection[F],
    needed: Sequence[F],
    together: Sequence[F] = (),
) -> Layout[F] | FileRefusal:
    """The row of headings among the first, and what stands where.

    ``known``: of `spellings`. The first row with one of ``anchors`` is it. Refuses the file where no row is, where a
    field stands twice (COLUMN_TWICE), or where one of ``needed``, or a part of ``together``, is not there
    (COLUMN_MISSING).
    """
    for number, cells in rows[:ROWS_ABOVE]:
        found = [(place, _field_of(cell.text, known)) for place, cell in enumerate(cells)]
        fields = [field for _, field in found if field is not None]
        if not set(anchors) & set(fields):
            continue
        twice = sorted({str(field) for field in fields if fields.count(field) > 1})
        if twice:
            return FileRefusal(FileFault.COLUMN_TWICE, {"columns": ", ".join(twice)})
        wanted = [*needed, *(together if set(together) & set(fields) else ())]
        missing = [str(field) for field in wanted if field not in fields]
        if missing:
            return FileRefusal(FileFault.COLUMN_MISSING, {"columns": ", ".join(missing)})
        strange = [cells[place].text.strip()[:_KEPT_TEXT] for place, field in found if field is None]
        places = {field: place for place, field in found if field is not None}
        return Layout(number, places, tuple(text for text in strange if text))
    return FileRefusal(FileFault.COLUMN_MISSING, {"columns": ", ".join(map(str, needed))})


def _field_of(heading: str, known: Mapping[str, F]) -> F | None:
    # A hint in brackets behind the heading, "质量得分（0-100）", is not part of it.
    plain = _HINT.split(heading, maxsplit=1)[0]
    return known.get(bare_heading(heading)) or known.get(bare_heading(plain))
