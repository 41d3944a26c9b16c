"""Rows of an ERP's payment file beside the milestones they name: new, known already, or wrong in one cell.

The same rule answers the preview and the import. Nothing is recorded twice: a document is known by its milestone, kind
and number, so that a file may be sent again; one that was taken back here never comes back by a file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.paying import Document, Method, RecordKind, Terms, decide_document
from app.domain.refusals import Code, Refusal
from app.domain.registering import FieldFault


class PaymentField(StrEnum):
    """The columns of a payment file."""

    TENDER = "tender"
    MILESTONE = "milestone"
    STATE = "state"
    NUMBER = "number"
    DATED_ON = "dated_on"
    AMOUNT = "amount"
    CURRENCY = "currency"
    METHOD = "method"
    MATURES_ON = "matures_on"


class RowVerdict(StrEnum):
    """What comes of a row."""

    NEW = "new"
    KNOWN = "known"
    BAD = "bad"


# What an ERP calls an invoice that came and a payment that went.
STATES: Final[Mapping[str, RecordKind]] = {
    **dict.fromkeys(("invoiced", "invoice", "已开票", "开票", "发票", "已收票"), RecordKind.INVOICE),
    **dict.fromkeys(("paid", "payment", "cleared", "已付", "已付款", "付款", "已清账"), RecordKind.PAYMENT),
}
METHODS: Final[Mapping[str, Method]] = {
    **dict.fromkeys(("transfer", "bank transfer", "转账", "电汇", "银行转账"), Method.TRANSFER),
    **dict.fromkeys(("draft", "bank acceptance draft", "承兑汇票", "银行承兑汇票", "票据"), Method.DRAFT),
}

# (tender's reference, number of the milestone)
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file as read: which milestone, which document; `currency` is empty where the file has none."""

    row: int
    key: Key
    document: Document
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A milestone as this rule knows it. `documents` with reversals; `standing`: without what was taken back;
    `taken_back`: kinds and numbers that were."""

    terms: Terms
    currency: str
    digits: int
    documents: Sequence[Document] = ()
    standing: Sequence[Document] = ()
    taken_back: frozenset[tuple[RecordKind, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of one row; of a bad one the column and what is wrong with it."""

    line: Line
    verdict: RowVerdict
    column: PaymentField | None = None
    fault: FieldFault | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


# A refusal of domain/paying.decide_document names a field of the form: the column of the same thing.
_COLUMNS: Final = {
    "number": PaymentField.NUMBER,
    "amount": PaymentField.AMOUNT,
    "dated_on": PaymentField.DATED_ON,
    "method": PaymentField.METHOD,
    "matures_on": PaymentField.MATURES_ON,
}


def judge(lines: Iterable[Line], accounts: Mapping[Key, Account], today: date) -> list[Outcome]:
    """What comes of each row, in their order: a row counts for those after it as if it were recorded."""
    added: dict[tuple[Key, RecordKind, str], Line] = {}
    found = []
    for line in lines:
        outcome = _judge(line, accounts.get(line.key), added, today)
        if outcome.verdict is RowVerdict.NEW:
            added[line.key, line.document.kind, line.document.number] = line
        found.append(outcome)
    return found


def _judge(
    line: Line, account: Account | None, added: Mapping[tuple[Key, RecordKind, str], Line], today: date
) -> Outcome:
    if account is None:
        return _bad(line, PaymentField.MILESTONE, FieldFault.UNKNOWN_MILESTONE)
    if line.currency and line.currency != account.currency:
        return _bad(line, PaymentField.CURRENCY, FieldFault.OTHER_CURRENCY, {"currency": account.currency})
    document = line.document
    earlier = added.get((line.key, document.kind, document.number))
    if earlier is not None:
        if earlier.document == document:
            return Outcome(line, RowVerdict.KNOWN)
        return _bad(line, PaymentField.NUMBER, FieldFault.DUPLICATE_IN_FILE, {"row": str(earlier.row)})
    stored = [each for each in account.standing if _names(each) == _names(document)]
    if stored:
        if document in stored:
            return Outcome(line, RowVerdict.KNOWN)
        return _bad(line, PaymentField.NUMBER, FieldFault.ALREADY_EXISTS)
    if _names(document) in account.taken_back:
        return _bad(line, PaymentField.NUMBER, FieldFault.TAKEN_BACK)
    before = [*account.documents, *(one.document for (key, _, _), one in added.items() if key == line.key)]
    refusal = decide_document(document, account.terms, before, numbers=(), digits=account.digits, today=today)
    return Outcome(line, RowVerdict.NEW) if refusal is None else _refused(line, refusal)


def _names(document: Document) -> tuple[RecordKind, str]:
    return document.kind, document.number


def _refused(line: Line, refusal: Refusal) -> Outcome:
    column = _COLUMNS.get(refusal.detail.get("field", "amount"), PaymentField.AMOUNT)
    if "most" in refusal.detail:
        return _bad(line, column, FieldFault.MORE_THAN_LEFT, {"most": refusal.detail["most"]})
    fault = FieldFault.MISSING_VALUE if refusal.code is Code.INCOMPLETE else FieldFault.OUT_OF_RANGE
    return _bad(line, column, fault)


def _bad(line: Line, column: PaymentField, fault: FieldFault, detail: Mapping[str, str] | None = None) -> Outcome:
    return Outcome(line, RowVerdict.BAD, column, fault, detail or {})


def document_of(
    kind: RecordKind, number: str, amount: Decimal, dated_on: date, method: Method | None, matures_on: date | None
) -> Document:
    """The document of a row: a payment that says no method went by transfer, or by draft where it matures."""
    if kind is RecordKind.PAYMENT and method is None:
        method = Method.TRANSFER if matures_on is None else Method.DRAFT
    return Document(kind, number, amount, dated_on, method, matures_on)
