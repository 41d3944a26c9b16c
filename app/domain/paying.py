"""Payment milestones of an award or a contract: what is owed to whom, from when, by when, and what was paid.

Serves SCREENS.md PL-14 and SP-12 and WORDS.md `payment_milestone`. Days are the deployment's, the day a milestone
falls on is not counted (a credit of 30 days that begins on the 1st ends on the 31st). The state is never stored: it
follows from the recorded documents and the day.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.money import EXACT, WHOLE_DIGITS, fits_scale, format_amount
from app.domain.refusals import Code, Refusal

LONGEST_CREDIT: Final = 365
# Before the last day of payment, who owes is reminded once; after it once more.
REMIND_BEFORE: Final = timedelta(days=7)
# A day further off than this is a slip of the hand.
FARTHEST: Final = timedelta(days=10 * 366)
ZERO: Final = Decimal(0)


class MilestoneKind(StrEnum):
    """What a part of the price is owed for."""

    PREPAYMENT = "prepayment"
    DELIVERY = "delivery"
    ACCEPTANCE = "acceptance"
    RETENTION = "retention"


class MilestoneState(StrEnum):
    """WORDS.md section 3, payment milestone."""

    SCHEDULED = "scheduled"
    DUE = "due"
    OVERDUE = "overdue"
    PAID = "paid"
    DISPUTED = "disputed"


class RecordKind(StrEnum):
    """A document on a milestone."""

    INVOICE = "invoice"
    PAYMENT = "payment"


class Method(StrEnum):
    """How a payment was made."""

    TRANSFER = "transfer"
    DRAFT = "draft"


class Match(StrEnum):
    """What the invoices of a milestone come to, beside its amount."""

    MISSING = "missing"
    PARTIAL = "partial"
    WHOLE = "whole"


class Reminder(StrEnum):
    """What was last said to those who owe."""

    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Terms:
    """A milestone as planned. `falls_on`: the day its event is expected or has come; it is due from then on."""

    kind: MilestoneKind
    amount: Decimal
    falls_on: date
    credit_days: int
    note: str = ""

    @property
    def due_on(self) -> date:
        """The last day of payment; the first day is not counted."""
        return self.falls_on + timedelta(days=self.credit_days)


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or a payment. A reversal has the amount of what it takes back, with a minus."""

    kind: RecordKind
    number: str
    amount: Decimal
    dated_on: date
    method: Method | None = None
    matures_on: date | None = None


class AfterEnd(StrEnum):
    """What is left of a milestone whose contract ends before its time."""

    # It falls due within the time the contract holds: owed as planned.
    OWED = "owed"
    # It falls later: to be settled between the two sides, or withdrawn.
    TO_SETTLE = "to_settle"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a milestone stands on a day."""

    state: MilestoneState
    invoiced: Decimal
    paid: Decimal
    owed: Decimal
    match: Match
    # After the last day of payment; 0 where nothing is late.
    days_late: int


def after_end(terms: Terms, standing: Standing, ends_on: date | None) -> AfterEnd | None:
    """What becomes of a milestone where its contract ends on a day; None where the contract goes on, and of what is
    paid. Nothing is taken out of the plan by itself: what was delivered is paid."""
    if ends_on is None or standing.state is MilestoneState.PAID:
        return None
    return AfterEnd.OWED if terms.falls_on <= ends_on else AfterEnd.TO_SETTLE


def standing_of(terms: Terms, documents: Iterable[Document], *, is_disputed: bool, today: date) -> Standing:
    """The state of a milestone: paid once all of it is, else disputed while a query is open, else by the day."""
    listed = list(documents)
    invoiced, paid = (_sum(listed, kind) for kind in RecordKind)
    owed = EXACT.subtract(terms.amount, paid)
    days_late = max(0, (today - terms.due_on).days) if owed > 0 else 0
    if owed <= 0:
        state = MilestoneState.PAID
    elif is_disputed:
        state = MilestoneState.DISPUTED
    elif days_late:
        state = MilestoneState.OVERDUE
    else:
        state = MilestoneState.DUE if today >= terms.falls_on else MilestoneState.SCHEDULED
    match = Match.MISSING if invoiced <= 0 else Match.WHOLE if invoiced >= terms.amount else Match.PARTIAL
    return Standing(state, invoiced, paid, owed, match, days_late)


def _sum(documents: Iterable[Document], kind: RecordKind) -> Decimal:
    total = ZERO
    for each in documents:
        total = EXACT.add(total, each.amount) if each.kind is kind else total
    return total


def decide_terms(terms: Terms, *, planned: Decimal, total: Decimal, digits: int, today: date) -> Refusal | None:
    """Refuse a milestone that could not be one, and one beyond what was awarded or contracted; `planned` is the sum of
    the others."""
    refusal = decide_amount(terms.amount, digits) or decide_days(terms.falls_on, terms.credit_days, today)
    if refusal is not None:
        return refusal
    left = EXACT.subtract(total, planned)
    return _too_much(left, digits) if terms.amount > left else None


def _too_much(left: Decimal, digits: int) -> Refusal:
    return Refusal(Code.OUT_OF_RANGE, {"field": "amount", "most": format_amount(left, digits)})


def decide_days(falls_on: date, credit_days: int, today: date) -> Refusal | None:
    """Refuse a credit of less than no days or more than a year, and a day ten years off."""
    if not 0 <= credit_days <= LONGEST_CREDIT:
        return Refusal(Code.OUT_OF_RANGE, {"field": "credit_days", "most": str(LONGEST_CREDIT)})
    if abs(falls_on - today) > FARTHEST:
        return Refusal(Code.OUT_OF_RANGE, {"field": "falls_on"})
    return None


def decide_amount(amount: Decimal, digits: int) -> Refusal | None:
    """Refuse what is no positive amount of the currency."""
    if not amount.is_finite() or not 0 < amount < Decimal(10) ** WHOLE_DIGITS:
        return Refusal(Code.OUT_OF_RANGE, {"field": "amount"})
    return None if fits_scale(amount, digits) else Refusal(Code.PRECISION, {"digits": str(digits)})


def decide_document(
    document: Document, terms: Terms, known: Iterable[Document], *, numbers: Collection[str], digits: int, today: date
) -> Refusal | None:
    """Refuse an invoice or a payment that could not be one: of no number or of one that stands here already
    (`numbers`), of tomorrow, of more than is left; a draft without a later day of maturity."""
    if not document.number.strip():
        return Refusal(Code.INCOMPLETE, {"field": "number"})
    if document.number.strip() in numbers:
        return Refusal(Code.ALREADY_EXISTS, {"field": "number"})
    refusal = decide_amount(document.amount, digits)
    if refusal is not None:
        return refusal
    if document.dated_on > today or today - document.dated_on > FARTHEST:
        return Refusal(Code.OUT_OF_RANGE, {"field": "dated_on"})
    left = EXACT.subtract(terms.amount, _sum(known, document.kind))
    if document.amount > left:
        return _too_much(left, digits)
    return _decide_method(document)


def _decide_method(document: Document) -> Refusal | None:
    if (document.kind is RecordKind.PAYMENT) != (document.method is not None):
        return Refusal(Code.INCOMPLETE if document.method is None else Code.NOT_ALLOWED_HERE, {"field": "method"})
    if (document.method is Method.DRAFT) != (document.matures_on is not None):
        code = Code.INCOMPLETE if document.matures_on is None else Code.NOT_ALLOWED_HERE
        return Refusal(code, {"field": "matures_on"})
    if document.matures_on is not None and not document.dated_on < document.matures_on <= document.dated_on + FARTHEST:
        return Refusal(Code.OUT_OF_RANGE, {"field": "matures_on"})
    return None


def reversal_of(document: Document, today: date) -> Document:
    """What takes a document back: the same number, the amount with a minus."""
    return Document(document.kind, document.number, -document.amount, today, document.method, document.matures_on)


def next_reminder(terms: Terms, standing: Standing, today: date, said: Reminder | None) -> Reminder | None:
    """What to say to those who owe now: once from a week before the last day, once after it; nothing of what is paid
    or disputed."""
    if standing.state in (MilestoneState.PAID, MilestoneState.DISPUTED):
        return None
    if standing.days_late:
        return None if said is Reminder.OVERDUE else Reminder.OVERDUE
    return Reminder.DUE if said is None and terms.due_on - today <= REMIND_BEFORE else None
