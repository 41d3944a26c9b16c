"""Real tenders from a CSV (columns: the data's README), and what history says of each."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

COLUMNS = frozenset({"tender_id", "date", "title", "supplier_id", "reserve_price_jpy", "bid_jpy", "won"})


class UnreadableError(Exception):
    """The file is not one of real tenders; the message says what is missing or where."""


@dataclass(frozen=True, slots=True)
class RealBid:
    """One sealed bid in whole yen. ``supplier`` is unique within the tender: a second bid of one firm is ``S12-2``."""

    supplier: str
    amount: int
    won: bool
    below_minimum: bool


@dataclass(frozen=True, slots=True)
class RealTender:
    """A tender as it happened. ``withdrawn`` counts bids left blank."""

    id: str
    date: str
    title: str
    reserve: int
    minimum: int | None
    bids: tuple[RealBid, ...]
    withdrawn: int

    @property
    def winner(self) -> RealBid | None:
        """The bid that won in history, if any did."""
        return next((bid for bid in self.bids if bid.won), None)


def read_tenders(path: Path) -> list[RealTender]:
    """All tenders of the file, in its order. Raises UnreadableError naming the column or line at fault."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = COLUMNS - set(reader.fieldnames or ())
        if missing:
            raise UnreadableError(f"{path.name}: no column {', '.join(sorted(missing))}")
        by_tender: dict[str, list[dict[str, str]]] = {}
        for line, row in enumerate(reader, start=2):
            _check(path, line, row)
            by_tender.setdefault(row["tender_id"], []).append(row)
    return [_tender(rows) for rows in by_tender.values()]


def _check(path: Path, line: int, row: dict[str, str]) -> None:
    for column in ("reserve_price_jpy", "bid_jpy"):
        text = row[column] or ""
        if text and not text.isdecimal():
            raise UnreadableError(f"{path.name}, line {line}: {column} is not a whole number of yen")


def _tender(rows: list[dict[str, str]]) -> RealTender:
    first = rows[0]
    minimum = first.get("minimum_price_jpy") or ""
    placed = [row for row in rows if row["bid_jpy"]]
    return RealTender(
        id=first["tender_id"],
        date=first["date"],
        title=first["title"],
        reserve=int(first["reserve_price_jpy"]),
        minimum=int(minimum) if minimum else None,
        bids=tuple(_bids(placed)),
        withdrawn=len(rows) - len(placed),
    )


def _bids(rows: Iterable[dict[str, str]]) -> Iterable[RealBid]:
    seen = Counter[str]()
    for row in rows:
        seen[row["supplier_id"]] += 1
        number = seen[row["supplier_id"]]
        name = row["supplier_id"] if number == 1 else f"{row['supplier_id']}-{number}"
        yield RealBid(name, int(row["bid_jpy"]), row["won"] == "1", row.get("below_minimum") == "1")
