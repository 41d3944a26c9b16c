"""One pass over a sheet's XML before anything reads it: bounds, formulas, error cells, merged ranges.

Entities and document types are refused, places beyond the limits too, and the work is bounded whatever the file says.
"""

import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from app.suppliers.archive import Limits

# Row and column from 0.
Place = tuple[int, int]
# As much of a formula as helps a person to find it again.
KEPT_TEXT = 200
# The largest sheet the format knows.
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"


class TooMuch(Exception):  # noqa: N818 - a signal to the reader, not an error anybody sees
    """More rows, columns or cells than the limits allow; stops the pass over the XML."""


@dataclass(slots=True)
class Marks:
    """What the pass over the XML found; formulas and errors with their text."""

    formulas: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    merged: set[Place] = field(default_factory=set)


def sheet_path(archive: zipfile.ZipFile, name: str) -> str:
    """The member that holds the sheet of this name, by workbook.xml and its relations."""
    relation = ""
    for tag, attributes in _elements(archive.read(_WORKBOOK)):
        if tag == "sheet" and attributes.get("name") == name:
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
    for tag, attributes in _elements(archive.read(_RELATIONS)):
        if tag == "Relationship" and attributes.get("Id") == relation:
            target = attributes["Target"]
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError("sheet without a part")


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    parser.Parse(xml, True)  # noqa: FBT003 - expat's own positional flag "this is the end"
    return found


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declaration: object) -> None:
    # A spreadsheet never has one; entities are how XML bombs are built.
    raise ValueError("document type declaration")


def scan(xml: bytes, limits: Limits) -> Marks:
    """One pass over the sheet's XML: bounds checked, formulas, errors and merged ranges noted."""
    scanner = _Scanner(limits)
    parser = _parser()
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.text
    parser.Parse(xml, True)  # noqa: FBT003 - expat's own positional flag "this is the end"
    return scanner.marks


class _Scanner:
    """Follows `row`, `c`, `v`, `is`, `f` and `mergeCell` elements; everything else of a sheet is formatting."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.marks = Marks()
        self._row = -1
        self._column = -1
        self._cells = 0
        self._area_left = limits.cells
        self._is_error = False
        # Where the text of the element being read belongs, if anywhere.
        self._keeps: dict[Place, str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
                self._column = -1
            case "c":
                self._start_cell(attributes)
            case "v" | "is":
                self._note(self.marks.errors if self._is_error else None)
            case "f":
                self._note_formula(attributes)
            case "mergeCell":
                self.marks.merged.update(self._area(attributes["ref"]))

    def end(self, _tag: str) -> None:
        self._keeps = None

    def text(self, piece: str) -> None:
        if self._keeps is not None:
            place = (self._row, self._column)
            self._keeps[place] = (self._keeps[place] + piece)[:KEPT_TEXT]

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        if self._cells > self.limits.cells:
            raise TooMuch
        if "r" in attributes:
            self._row, self._column = _place(attributes["r"])
        else:
            self._column += 1
        self._is_error = attributes.get("t") == "e"

    def _note(self, keeps: dict[Place, str] | None) -> None:
        if self._row >= self.limits.rows or self._column >= self.limits.columns:
            raise TooMuch
        self._keeps = keeps
        if keeps is not None:
            keeps[self._row, self._column] = ""

    def _note_formula(self, attributes: dict[str, str]) -> None:
        # An array formula stands in its first cell only and fills a whole area.
        if "ref" in attributes and attributes.get("t") in ("array", "dataTable"):
            for place in self._area(attributes["ref"]):
                self.marks.formulas[place] = ""
        self._note(self.marks.formulas)

    def _area(self, reference: str) -> list[Place]:
        """The places of an area that lie within the limits: beyond them no value stands."""
        first, _, last = reference.partition(":")
        top, left = _place(first)
        bottom, right = _place(last or first)
        rows = range(top, min(bottom + 1, self.limits.rows))
        columns = range(left, min(right + 1, self.limits.columns))
        # Thousands of overlapping areas would keep a processor busy for hours.
        self._area_left -= 1 + len(rows) * len(columns)
        if self._area_left < 0:
            raise TooMuch
        return [(row, column) for row in rows for column in columns]


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError("bad cell reference")
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(reference[len(letters) :])
    if not 0 < column <= MOST_COLUMNS or not 0 < row <= MOST_ROWS:
        raise ValueError("bad cell reference")
    return row - 1, column - 1
