"""What the journal makes the tables of rounds, lots and floors hold: the rules and figures that were published.

Part of `folding.py`: of `app` it imports `app.domain` alone.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import Select, column, select, table

ROUND: Final = table("round", *map(column, ("id", "tender_id", "rules")))
LOT: Final = table("lot", *map(column, ("id", "tender_id", "scale", "ceiling_price", "start_price", "minimum_price")))
FLOOR: Final = table("floor", *map(column, ("lot_id", "tender_id", "rules", "terms", "status")))
BASIS: Final = table("frozen_technical", *map(column, ("lot_id", "points_sealed")))
Rows = Callable[[Select[Any]], Sequence[Any]]
Difference = tuple[int | None, str]
# A floor follows the rules until it opens; one that was cancelled before stays as it was.
_UNPLAYED: Final = frozenset({"scheduled", "cancelled"})
UNIT: Final = Decimal(10_000)


@dataclass(slots=True)
class PublishedFacts:
    """The documents of one tender, the newest last, each with its entry."""

    tender: str
    _told: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)

    def take(self, seq: int, document: Mapping[str, Any]) -> None:
        """A publication or an amendment."""
        self._told.append((seq, document))

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        if not self._told:
            return
        seq, document = self._told[-1]
        rules = {one["id"]: one["rules"] for one in document["rounds"]}
        held = {row.id: _json(row.rules) for row in rows(select(ROUND).where(ROUND.c.tender_id == self.tender))}
        if held != rules:
            yield seq, "the rules of a round in the table are not those that were published"
        lots = {one["id"]: _figures(one) for one in document["lots"]}
        stored = {
            row.id: (row.scale, row.ceiling_price, row.start_price, row.minimum_price)
            for row in rows(select(LOT).where(LOT.c.tender_id == self.tender))
        }
        if stored != lots:
            yield seq, "the figures of a lot in the table are not those that were published"
        yield from self._floor_differences(rows)

    def _floor_differences(self, rows: Rows) -> Iterator[Difference]:
        seq, document = self._told[-1]
        terms = {
            one["id"]: {"scale": one["scale"], "ceiling": one["ceiling_price"], "start": one["start_price"]}
            for one in document["lots"]
        }
        versions = [one["rules"] for _, told in self._told for one in told["rounds"] if one["kind"] == "live"]
        for row in rows(select(FLOOR).where(FLOOR.c.tender_id == self.tender)):
            allowed = versions if row.status in _UNPLAYED else versions[-1:]
            if _json(row.rules) not in allowed:
                yield seq, f"the rules on the floor of lot {row.lot_id} are not those that were published"
            if _json(row.terms) != terms.get(row.lot_id):
                yield seq, f"the figures on the floor of lot {row.lot_id} are not those that were published"


def basis_difference(lot: str, told: str, rows: Rows) -> str | None:
    """How what a lot is ranked by differs from what was told at its opening, or None."""
    held = rows(select(BASIS.c.points_sealed).where(BASIS.c.lot_id == lot))
    if [hashlib.sha256(row.points_sealed).hexdigest() for row in held] == [told]:
        return None
    return "what the lot is ranked by in the table is not what was frozen at its opening"


def _figures(lot: Mapping[str, Any]) -> tuple[int | None, ...]:
    amounts = (lot["ceiling_price"], lot["start_price"], lot.get("minimum_price"))
    return (lot["scale"], *(None if each is None else int(Decimal(each) * UNIT) for each in amounts))


def _json(text: Any) -> Any:
    """A column's JSON; None for what is none."""
    try:
        return None if text is None else orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
