"""The history of a lot as a table: one row an entry, every text safe to open in a spreadsheet (SCREENS.md AU-04).

Pure. The exporter writes these rows as CSV and XLSX; JSON lines hold the entries as they were stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.bundling import FORMULA, guard_cell

HISTORY_HEAD: Final = (
    *("tender", "lot", "seq", "at", "kind", "alias", "tag", "amount", "n", "own_before", "sent", "code"),
    *("received_at", "package", "rev", "closes_at", "actor_role", "hash"),
)
# Columns that hold amounts of money: exact decimals, a spreadsheet may show them as numbers.
AMOUNTS: Final = frozenset({HISTORY_HEAD.index("amount"), HISTORY_HEAD.index("own_before")})
# A spreadsheet keeps 15 digits; a longer amount stays a text.
MOST_DIGITS: Final = 15
# Columns that are members of an entry's data.
_PLACES: Final = {
    column: place
    for place, column in enumerate(HISTORY_HEAD)
    if HISTORY_HEAD.index("amount") <= place < HISTORY_HEAD.index("actor_role")
}
_EMPTY: Final = ("",) * len(_PLACES)
# What a spreadsheet file can hold in one sheet, its head included.
SHEET_ROWS: Final = 1_048_576


@dataclass(frozen=True, slots=True)
class LotName:
    """How the rows of one lot are told: its tender's reference, its number, the C-aliases of its bidders."""

    reference: str
    number: int
    aliases: Mapping[str, str] = field(default_factory=dict)


def history_row(name: LotName, members: Mapping[str, Any], entry_hash: str, at: str) -> list[str]:
    """The cells of one entry, from the members of its body; ``at`` is its time as a text."""
    tag = members.get("tag", "")
    row = [
        guard_cell(name.reference), str(name.number), str(members["seq"]), at, members["kind"],
        name.aliases.get(tag, ""), tag, *_EMPTY, members["actor_role"], entry_hash,
    ]  # fmt: skip
    for column, value in members["data"].items():
        place = _PLACES.get(column)
        if place is not None and value is not None:
            # Texts that came from outside stand among these: each is guarded.
            text = value if type(value) is str else str(value)
            row[place] = "'" + text if text[:1] in FORMULA else text
    return row


def is_number(cell: str) -> bool:
    """Whether the text of an amount column can be shown as a number without losing a digit."""
    whole, _, decimals = cell.partition(".")
    return cell.isascii() and (whole + decimals).isdecimal() and len(whole) + len(decimals) <= MOST_DIGITS
