"""Payment milestones: the state by documents and day, what cannot be recorded, the two reminders."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.paying import (
    Document,
    Match,
    Method,
    MilestoneKind,
    MilestoneState,
    RecordKind,
    Reminder,
    Terms,
    decide_document,
    decide_terms,
    next_reminder,
    reversal_of,
    standing_of,
)

DAY = date(2026, 3, 1)
TERMS = Terms(MilestoneKind.DELIVERY, Decimal("100.00"), DAY, 30)
CENTS = st.integers(1, 10_000).map(lambda cents: Decimal(cents) / 100)
PAYMENT = Document(RecordKind.PAYMENT, "P1", Decimal(40), DAY, Method.TRANSFER)


def paid(amount: Decimal) -> Document:
    return Document(RecordKind.PAYMENT, "P", amount, DAY, Method.TRANSFER)


def state_on(day: date, *documents: Document, is_disputed: bool = False) -> MilestoneState:
    return standing_of(TERMS, documents, is_disputed=is_disputed, today=day).state


def test_the_first_day_is_not_counted() -> None:
    assert TERMS.due_on == date(2026, 3, 31)
    assert [state_on(DAY + timedelta(days)) for days in (-1, 0, 30, 31)] == [
        MilestoneState.SCHEDULED, MilestoneState.DUE, MilestoneState.DUE, MilestoneState.OVERDUE,
    ]  # fmt: skip
    assert standing_of(TERMS, [], is_disputed=False, today=date(2026, 4, 6)).days_late == 6


@given(st.lists(CENTS, max_size=6), st.integers(-60, 90), st.booleans())
def test_nothing_is_paid_before_all_of_it_is(amounts: list[Decimal], days: int, is_disputed: bool) -> None:
    standing = standing_of(
        TERMS, [paid(each) for each in amounts], is_disputed=is_disputed, today=DAY + timedelta(days)
    )
    assert standing.paid + standing.owed == TERMS.amount
    assert (standing.state is MilestoneState.PAID) == (sum(amounts) >= TERMS.amount)
    assert standing.days_late == (max(0, days - 30) if standing.owed > 0 else 0)


@given(st.lists(CENTS, min_size=1, max_size=6))
def test_what_is_taken_back_was_never_paid(amounts: list[Decimal]) -> None:
    listed = [paid(each) for each in amounts]
    both = [*listed, *(reversal_of(each, DAY) for each in listed)]
    standing = standing_of(TERMS, both, is_disputed=False, today=DAY)
    assert (standing.paid, standing.state) == (Decimal(0), MilestoneState.DUE)


@given(st.lists(CENTS, max_size=5), CENTS)
def test_what_is_recorded_never_passes_the_amount(amounts: list[Decimal], more: Decimal) -> None:
    known: list[Document] = []
    for place, amount in enumerate([*amounts, more]):
        new = Document(RecordKind.PAYMENT, f"P{place}", amount, DAY, Method.TRANSFER)
        if decide_document(new, TERMS, known, numbers=(), digits=2, today=DAY) is None:
            known.append(new)
    assert sum(each.amount for each in known) <= TERMS.amount


@given(st.lists(CENTS, max_size=6), CENTS)
def test_what_is_planned_never_passes_the_total(amounts: list[Decimal], total: Decimal) -> None:
    planned = Decimal(0)
    for amount in amounts:
        terms = Terms(MilestoneKind.ACCEPTANCE, amount, DAY, 0)
        if decide_terms(terms, planned=planned, total=total, digits=2, today=DAY) is None:
            planned += amount
    assert planned <= total


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None), ({"number": " "}, "INCOMPLETE"), ({"number": "OLD"}, "ALREADY_EXISTS"),
        ({"amount": Decimal(0)}, "OUT_OF_RANGE"), ({"amount": Decimal("0.001")}, "PRECISION"),
        ({"amount": Decimal("NaN")}, "OUT_OF_RANGE"), ({"amount": Decimal("100.01")}, "OUT_OF_RANGE"),
        ({"dated_on": DAY + timedelta(1)}, "OUT_OF_RANGE"), ({"method": None}, "INCOMPLETE"),
        ({"kind": RecordKind.INVOICE}, "NOT_ALLOWED_HERE"), ({"kind": RecordKind.INVOICE, "method": None}, None),
        ({"method": Method.DRAFT}, "INCOMPLETE"), ({"matures_on": DAY + timedelta(90)}, "NOT_ALLOWED_HERE"),
        ({"method": Method.DRAFT, "matures_on": DAY}, "OUT_OF_RANGE"),
        ({"method": Method.DRAFT, "matures_on": DAY + timedelta(90)}, None),
    ],
)  # fmt: skip
def test_a_document_that_could_not_be_one_is_refused(changes: dict[str, Any], code: str | None) -> None:
    document = Document(**({name: getattr(PAYMENT, name) for name in Document.__slots__} | changes))
    refusal = decide_document(document, TERMS, [], numbers={"OLD"}, digits=2, today=DAY)
    assert (None if refusal is None else refusal.code.value) == code


def test_invoices_are_matched_with_the_amount() -> None:
    invoices = [
        Document(RecordKind.INVOICE, "I1", Decimal(60), DAY),
        Document(RecordKind.INVOICE, "I2", Decimal(40), DAY),
    ]
    found = [standing_of(TERMS, invoices[:count], is_disputed=False, today=DAY).match for count in range(3)]
    assert found == [Match.MISSING, Match.PARTIAL, Match.WHOLE]


def test_who_owes_is_reminded_once_before_and_once_after() -> None:
    said: Reminder | None = None
    heard = []
    for days in range(45):
        today = DAY + timedelta(days)
        standing = standing_of(TERMS, [], is_disputed=False, today=today)
        reminder = next_reminder(TERMS, standing, today, said)
        if reminder is not None:
            said = reminder
            heard.append((days, reminder))
    assert heard == [(23, Reminder.DUE), (31, Reminder.OVERDUE)]
    asked = standing_of(TERMS, [], is_disputed=True, today=DAY + timedelta(40))
    assert next_reminder(TERMS, asked, DAY + timedelta(40), None) is None
