"""What the journal makes the table of inquiries hold: who was asked about which price, and what people decided.

Part of `folding.py`: of `app` it imports `app.domain` alone. Whose an inquiry is and what was answered are sealed under
a key that no auditor's machine has: of an answer it is compared that there is one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import Select, column, select, table

from app.domain.abnormal import OfferVerdict
from app.domain.entries import to_milliseconds
from app.domain.framing import instant_of
from app.domain.kinds import Kind

INQUIRY: Final = table(
    "inquiry",
    *map(column, ("id", "tender_id", "lot_id", "label", "amount", "tests", "question", "due_at")),
    *map(column, ("answer_sealed", "answered_at", "verdict", "reason", "decided_at")),
)
# Amounts are stored as whole ten-thousandths.
_UNIT: Final = Decimal(10_000)


@dataclass(slots=True)
class _Told:
    """One inquiry as its entries tell it, and the number of the last of them."""

    seq: int
    lot: str
    label: str
    amount: int | None
    tests: Any
    question: str
    due_at: int
    is_answered: bool = False
    verdict: tuple[str, str] | None = None


@dataclass(slots=True)
class InquiryFacts:
    """The inquiries of one tender."""

    tender: str
    _told: dict[str, _Told] = field(default_factory=dict)

    def take(self, kind: str, seq: int, data: Mapping[str, Any], ranked: Mapping[str, tuple[int, str, Any]]) -> None:
        """An entry of the tender's chain; `ranked` are the rankings told so far, by lot."""
        match kind:
            case Kind.INQUIRY_OPENED:
                rows = ranked[data["lot"]][2] if data["lot"] in ranked else ()
                amounts = (int(Decimal(row["amount"]) * _UNIT) for row in rows if row["label"] == data["label"])
                self._told[data["inquiry"]] = _Told(
                    seq=seq,
                    lot=data["lot"],
                    label=data["label"],
                    amount=next(amounts, None),
                    tests=data["tests"],
                    question=data["question"],
                    due_at=to_milliseconds(instant_of(data, "due_at")),
                )
            case Kind.INQUIRY_ANSWERED | Kind.INQUIRY_DECIDED | Kind.OFFER_EXCLUDED if data["inquiry"] in self._told:
                told = self._told[data["inquiry"]]
                told.seq = seq
                if kind == Kind.INQUIRY_ANSWERED:
                    told.is_answered = True
                else:
                    is_excluded = kind == Kind.OFFER_EXCLUDED
                    verdict = OfferVerdict.EXCLUDE if is_excluded else OfferVerdict.KEEP
                    told.verdict = (verdict.value, data["reason"])
            case _:
                pass

    def differences(self, rows: Callable[[Select[Any]], Sequence[Any]]) -> Iterator[tuple[int | None, str]]:
        """Where the table says otherwise; also where the journal knows of no inquiry at all."""
        left = dict(self._told)
        for row in rows(select(INQUIRY).where(INQUIRY.c.tender_id == self.tender)):
            told = left.pop(row.id, None)
            if told is None:
                yield None, "the table has an inquiry that no entry tells"
                continue
            for name, held, should in _compared(row, told):
                if held != should:
                    yield told.seq, f"the inquiry about {told.label} differs in the table: {name}"
        for told in left.values():
            yield told.seq, f"the table lacks the inquiry about {told.label}"


def _compared(row: Any, told: _Told) -> Iterator[tuple[str, object, object]]:
    yield "whose price it asks about", (row.lot_id, row.label), (told.lot, told.label)
    yield "the price", row.amount, told.amount
    yield "the tests", _json(row.tests), told.tests
    yield "the question", row.question, told.question
    yield "the deadline", row.due_at, told.due_at
    yield "the answer", (row.answer_sealed is not None, row.answered_at is not None), (told.is_answered,) * 2
    yield "what was decided", None if row.verdict is None else (row.verdict, row.reason), told.verdict


def _json(text: Any) -> Any:
    """A column's JSON; None for what is none."""
    try:
        return None if text is None else orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
