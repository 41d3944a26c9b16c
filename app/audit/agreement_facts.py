"""What a tender's chain makes the tables of talks, contracts and payments hold (part of `folding.py`).

Not folded: the day a contract's standstill ends and who signed by account (the entry has the signatory's name), queries
on a milestone, and how a contract ended before its time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from app.audit.row_facts import Difference, Kept, OneOf, RowFacts, Rows
from app.domain.contracting import ContractState
from app.domain.final_offers import FinalState
from app.domain.kinds import Kind
from app.domain.sealing.record import OPENED

_S = ContractState
_WRITTEN = OneOf(frozenset({_S.DRAFT.value, _S.PROPOSED.value}))
_KEPT: Final = (
    Kept(
        "negotiation", "a negotiation", "tender_id", ("id", "supplier_id", "rate", "limits"), lambda row: str(row.id),
        amounts=frozenset({"rate"}), json=frozenset({"limits"}),
    ),
    Kept(
        "negotiation_turn", "a turn of a negotiation", "negotiation_id", ("number", "act", "side", "issues", "text"),
        lambda row: f"{row.negotiation_id}:{row.number}", parent="negotiation", json=frozenset({"issues"}),
    ),
    Kept(
        "contract", "a contract", "tender_id",
        ("id", "supplier_id", "version", "state", "document", "digest", "return_reason"), lambda row: str(row.id),
        json=frozenset({"document"}),
    ),
    Kept(
        "contract_signature", "a signature", "contract_id", ("side", "digest", "signatory", "title", "method"),
        lambda row: f"{row.contract_id}:{row.side}", parent="contract",
    ),
    Kept(
        "final_round", "a best-and-final round", "tender_id", ("id", "number", "state", "reason", "policy_digest"),
        lambda row: str(row.id),
    ),
    Kept(
        "final_price", "a final price", "tender_id", ("round_id", "lot_id", "supplier_id", "amount"),
        lambda row: f"{row.round_id}:{row.lot_id}:{row.supplier_id}", amounts=frozenset({"amount"}),
    ),
    Kept(
        "payment_milestone", "a milestone", "tender_id",
        ("id", "number", "supplier_id", "kind", "amount", "falls_on", "credit_days", "note", "withdrawn_at"),
        lambda row: str(row.id), amounts=frozenset({"amount"}),
    ),
    Kept(
        "payment_record", "an invoice or payment", "milestone_id",
        ("id", "kind", "number", "amount", "dated_on", "method", "matures_on", "reverses"),
        # What takes a document back has no name of its own in the journal.
        lambda row: f"back:{row.reverses}" if row.reverses else str(row.id),
        parent="payment_milestone", amounts=frozenset({"amount"}),
    ),
)  # fmt: skip


@dataclass(slots=True)
class AgreementFacts:
    """Talks, contracts and payments of one tender."""

    tender: str
    _rows: RowFacts = field(init=False)
    _withdrawn: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rows = RowFacts(self.tender, {kept.name: kept for kept in _KEPT})

    def take(self, members: Mapping[str, Any]) -> None:
        """An entry of the tender's chain."""
        kind, seq, data = members["kind"], members["seq"], members["data"]
        if kind.startswith("negotiation."):
            self._talk(kind, seq, data)
        elif kind.startswith("contract."):
            self._contract(kind, seq, data)
        elif kind.startswith("bafo."):
            self._final(kind, seq, data)
        elif kind.startswith(("payment.", "invoice.")):
            self._payment(kind, seq, data)

    def _talk(self, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        tell = self._rows.tell
        match kind:
            case Kind.NEGOTIATION_OPENED:
                named = {"supplier_id": data["supplier"], "rate": data["rate"]}
                tell("negotiation", data["negotiation"], seq, **named, limits=None)
            case Kind.NEGOTIATION_LIMITED:
                tell("negotiation", data["negotiation"], seq, limits=data["limits"])
            case Kind.NEGOTIATION_MOVED:
                said = {"act": data["act"], "side": data["side"], "issues": data.get("issues")}
                key = f"{data['negotiation']}:{data['turn']}"
                tell("negotiation_turn", key, seq, **said, text=data.get("text", ""))
            case _:
                pass

    def _contract(self, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        def tell(**values: Any) -> None:
            self._rows.tell("contract", data["contract"], seq, **values)

        match kind:
            case Kind.CONTRACT_DRAFTED:
                text = {"document": data["document"], "digest": data["digest"], "version": data["version"]}
                tell(supplier_id=data["supplier"], state=_WRITTEN, return_reason=None, **text)
            case Kind.CONTRACT_APPROVED:
                tell(state=_S.PENDING.value, digest=data["digest"])
            case Kind.CONTRACT_RETURNED:
                tell(state=_S.RETURNED.value, return_reason=data["reason"])
            case Kind.CONTRACT_SIGNED:
                signed = {name: data[name] for name in ("side", "digest", "signatory", "title", "method")}
                self._rows.tell("contract_signature", f"{data['contract']}:{data['side']}", seq, **signed)
                if data["active"]:
                    tell(state=_S.ACTIVE.value)
            case Kind.CONTRACT_TERMINATED | Kind.CONTRACT_CANCELLED:
                tell(state=OneOf(frozenset(state.value for state in _S) - {_S.ACTIVE.value, _S.DRAFT.value}))
            case _:
                pass

    def _final(self, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        """Rounds, and the prices that they changed; what was handed in is opened from the journal, not the table."""
        tell = self._rows.tell
        match kind:
            case Kind.BAFO_INVITED:
                named = {"number": data["number"], "reason": data["reason"], "policy_digest": data["digest"]}
                tell("final_round", data["round"], seq, **named, state=FinalState.OPEN.value)
            case Kind.BAFO_CANCELLED:
                tell("final_round", data["round"], seq, state=FinalState.CANCELLED.value)
            case Kind.BAFO_OPENED:
                tell("final_round", data["round"], seq, state=FinalState.OPENED.value)
                suppliers = {tag: supplier for supplier, tag in data["tags"].items()}
                for lot, one in ((record["lot"], one) for record in data["records"] for one in record["results"]):
                    if one["result"] == OPENED:
                        key = f"{data['round']}:{lot}:{suppliers[one['tag']]}"
                        tell("final_price", key, seq, amount=one["amount"])
            case _:
                pass

    def _payment(self, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        def tell(**values: Any) -> None:
            self._rows.tell("payment_milestone", data["milestone"], seq, **values)

        match kind:
            case Kind.PAYMENT_SCHEDULED:
                names = ("number", "kind", "amount", "falls_on", "credit_days", "note")
                tell(supplier_id=data["supplier"], withdrawn_at=None, **{name: data[name] for name in names})
            case Kind.PAYMENT_MOVED:
                tell(falls_on=data["to"], credit_days=data["credit_days"])
            case Kind.PAYMENT_WITHDRAWN:
                # That it is withdrawn is told, not the moment of the row.
                known = self._rows.told("payment_milestone", data["milestone"]) or {}
                known.pop("withdrawn_at", None)
                self._withdrawn.add(data["milestone"])
            case Kind.INVOICE_RECORDED | Kind.PAYMENT_RECORDED:
                paper = "invoice" if kind == Kind.INVOICE_RECORDED else "payment"
                said = {name: data.get(name) for name in ("number", "amount", "dated_on", "method", "matures_on")}
                self._rows.tell("payment_record", data["record"], seq, kind=paper, reverses=None, **said)
            case Kind.PAYMENT_REVERSED:
                back = self._rows.told("payment_record", data["record"]) or {}
                amount = str(-Decimal(str(back.get("amount", "0"))))
                said = {name: back.get(name) for name in ("kind", "number", "method", "matures_on")}
                self._rows.tell(
                    "payment_record", f"back:{data['record']}", seq, **said, amount=amount, reverses=data["record"]
                )
            case _:
                pass

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        yield from self._rows.differences(rows)
        for row in self._rows.read(rows, "payment_milestone") if self._withdrawn else ():
            if row.id in self._withdrawn and row.withdrawn_at is None:
                yield None, "a milestone that was withdrawn stands in the table"
