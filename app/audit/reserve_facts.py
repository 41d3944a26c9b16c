"""What a tender's chain makes the table of secret reserve prices hold (part of `folding.py`).

The figures lie sealed: of each the commitment is held against the chain, and what came of its opening.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.audit.row_facts import Difference, Kept, RowFacts, Rows
from app.domain.kinds import Kind
from app.domain.reserve_pricing import commitments_of

_NAME: Final = "reserve_price"
_KEPT: Final = Kept(
    _NAME, "the reserve price", "tender_id", ("lot_id", "commitment", "result"), lambda row: str(row.lot_id)
)


@dataclass(slots=True)
class ReserveFacts:
    """The reserve prices of one tender."""

    tender: str
    _rows: RowFacts = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is told yet."""
        self._rows = RowFacts(self.tender, {_NAME: _KEPT})

    def take(self, members: Mapping[str, Any]) -> None:
        """An entry of the tender's chain."""
        seq, data = members["seq"], members["data"]
        match members["kind"]:
            case Kind.RESERVE_SET:
                for one in data["lots"]:
                    if one["commitment"] is None:
                        self._rows.forget(_NAME, one["lot"])
                    else:
                        self._tell(one["lot"], seq, commitment=one["commitment"], result=None)
            case Kind.TENDER_PUBLISHED:
                # Lots that the draft dropped took theirs with them.
                for lot in set(self._rows.keys(_NAME)) - commitments_of(data["document"]).keys():
                    self._rows.forget(_NAME, lot)
            case Kind.RESERVE_OPENED:
                self._tell(data["lot"], seq, result=data["result"])
            case _:
                pass

    def _tell(self, lot: str, seq: int, **values: str | None) -> None:
        self._rows.tell(_NAME, lot, seq, lot_id=lot, **values)

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the table says otherwise."""
        yield from self._rows.differences(rows)
