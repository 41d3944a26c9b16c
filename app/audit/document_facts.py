"""What the journal makes the tables of drawn documents hold: which lots were taken out, and where each document stands.

Part of `folding.py`: of `app` it imports `app.domain` alone. Whose a document is, and its pages, are sealed under a key
that no auditor's machine has; the originals are held against their ciphertexts in the bundle.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Select, column, select, table

from app.domain.document_types import FileFault
from app.domain.documents import DocumentState
from app.domain.kinds import Kind

DOCUMENT: Final = table("document", *map(column, ("id", "tender_id", "lot_id", "state", "fault", "version")))
INTAKE: Final = table("document_intake", column("lot_id"))
LOT: Final = table("lot", *map(column, ("id", "tender_id")))
Rows = Callable[[Select[Any]], Sequence[Any]]
Difference = tuple[int | None, str]
_S = DocumentState


@dataclass(slots=True)
class _Told:
    """One document as its entries tell it, and the number of the last of them."""

    seq: int
    lot: str
    state: str
    fault: str | None
    # Inserted as 1; each act writes it once.
    version: int = 2

    def move(self, seq: int, state: DocumentState, fault: FileFault | None = None) -> None:
        """One more act."""
        self.seq, self.state, self.fault = seq, state, fault
        self.version += 1


@dataclass(slots=True)
class DocumentFacts:
    """The documents of one tender."""

    tender: str
    # lot → (entry, how many)
    _taken: dict[str, tuple[int, int]] = field(default_factory=dict)
    _told: dict[str, _Told] = field(default_factory=dict)
    # By its name at the relay.
    _by_key: dict[str, _Told] = field(default_factory=dict)

    def take(self, members: Mapping[str, Any]) -> None:
        """An entry of the tender's chain."""
        seq, data = members["seq"], members["data"]
        match members["kind"]:
            case Kind.DOCUMENTS_TAKEN:
                self._taken[data["lot"]] = (seq, data["count"])
            case Kind.DOCUMENT_DRAWN:
                told = _Told(seq, data["lot"], data["state"], data.get("code"))
                self._told[data["document"]] = self._by_key[data["held"]] = told
            case Kind.DOCUMENT_REPORTED if data["document"] in self._told:
                self._told[data["document"]].move(seq, _S.HELD)
            case Kind.DOCUMENT_CLEARED if data["held"] in self._by_key:
                self._by_key[data["held"]].move(seq, _S.SHOWN)
            case Kind.DOCUMENT_WITHHELD if data["held"] in self._by_key:
                self._by_key[data["held"]].move(seq, _S.NOT_SHOWN, FileFault.WITHHELD)
            case _:
                pass

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        own = select(LOT.c.id).where(LOT.c.tender_id == self.tender)
        taken = {row.lot_id for row in rows(select(INTAKE.c.lot_id).where(INTAKE.c.lot_id.in_(own)))}
        for lot in sorted(taken ^ self._taken.keys()):
            seq = self._taken[lot][0] if lot in self._taken else None
            yield seq, "the files of a lot are taken out in one of journal and table, and not in the other"
        counts: dict[str, int] = {}
        left = dict(self._told)
        for row in rows(select(DOCUMENT).where(DOCUMENT.c.tender_id == self.tender)):
            counts[row.lot_id] = counts.get(row.lot_id, 0) + 1
            told = left.pop(row.id, None)
            if told is None and (row.state, row.version) != (_S.WAITING, 1):
                yield None, "the table has a document that no entry tells"
            elif told is not None and (row.lot_id, row.state, row.fault, row.version) != (
                *(told.lot, told.state, told.fault, told.version),
            ):
                yield told.seq, "a document stands in the table where no entry has put it"
        for told in left.values():
            yield told.seq, "the table lacks a document"
        for lot, (seq, count) in self._taken.items():
            if counts.pop(lot, 0) != count:
                yield seq, "the table has not as many documents of a lot as were taken out"
        if counts:
            yield None, "the table has documents of a lot whose files no entry takes out"
