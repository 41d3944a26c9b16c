"""Rows of a payment file beside the milestones: nothing twice, nothing beyond the milestone, no good row lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.paying import Document, Method, MilestoneKind, RecordKind, Terms
from app.domain.payment_matching import Account, Line, Outcome, PaymentField, RowVerdict, document_of, judge
from app.domain.registering import FieldFault

TODAY = date(2026, 11, 22)
KEY = ("T-2026-0003", 1)
TERMS = Terms(MilestoneKind.DELIVERY, Decimal(1000), date(2026, 10, 1), 30)
OPEN = Account(TERMS, "CNY", 2)


def paper(
    number: str = "F-1", amount: str = "400", kind: RecordKind = RecordKind.INVOICE, day: date = TODAY
) -> Document:
    return document_of(kind, number, Decimal(amount), day, None, None)


def one(document: Document, account: Account = OPEN, **changes: object) -> Outcome:
    (found,) = judge([replace(Line(2, KEY, document), **changes)], {KEY: account}, TODAY)  # type: ignore[arg-type] # fields by name
    return found


@pytest.mark.parametrize(
    ("document", "changes", "column", "fault"),
    [
        (paper(), {"key": ("T-2026-0003", 2)}, PaymentField.MILESTONE, FieldFault.UNKNOWN_MILESTONE),
        (paper(), {"currency": "USD"}, PaymentField.CURRENCY, FieldFault.OTHER_CURRENCY),
        (paper(amount="1000.01"), {}, PaymentField.AMOUNT, FieldFault.MORE_THAN_LEFT),
        (paper(amount="0.001"), {}, PaymentField.AMOUNT, FieldFault.OUT_OF_RANGE),
        (paper(amount="-1"), {}, PaymentField.AMOUNT, FieldFault.OUT_OF_RANGE),
        (paper(day=TODAY + timedelta(1)), {}, PaymentField.DATED_ON, FieldFault.OUT_OF_RANGE),
        (replace(paper(), method=Method.TRANSFER), {}, PaymentField.METHOD, FieldFault.OUT_OF_RANGE),
        (
            replace(paper(kind=RecordKind.PAYMENT), method=Method.DRAFT), {}, PaymentField.MATURES_ON,
            FieldFault.MISSING_VALUE,
        ),
    ],
)  # fmt: skip
def test_a_bad_row_names_its_column(
    document: Document, changes: dict[str, Any], column: PaymentField, fault: FieldFault
) -> None:
    found = one(document, **changes)
    assert (found.verdict, found.column, found.fault) == (RowVerdict.BAD, column, fault)


def test_a_payment_without_a_method_went_by_transfer_or_matures_as_a_draft() -> None:
    assert paper(kind=RecordKind.PAYMENT).method is Method.TRANSFER
    assert document_of(RecordKind.PAYMENT, "1", Decimal(1), TODAY, None, TODAY).method is Method.DRAFT
    assert paper().method is None


def test_what_is_recorded_is_known_and_what_differs_or_was_reversed_is_told() -> None:
    stored = paper()
    held = replace(OPEN, documents=[stored], standing=[stored])
    assert one(paper(), held).verdict is RowVerdict.KNOWN
    assert one(paper(amount="401"), held).fault is FieldFault.ALREADY_EXISTS
    gone = frozenset({(RecordKind.INVOICE, "F-1")})
    back = replace(OPEN, documents=[stored, replace(stored, amount=-stored.amount)], taken_back=gone)
    assert one(paper(), back).fault is FieldFault.TAKEN_BACK
    assert one(paper("F-2"), back).verdict is RowVerdict.NEW


def test_a_row_counts_for_those_after_it() -> None:
    lines = [
        Line(2, KEY, paper()),
        Line(3, KEY, paper()),
        Line(4, KEY, paper(amount="5")),
        Line(5, KEY, paper("F-2", "601")),
    ]
    found = judge(lines, {KEY: OPEN}, TODAY)
    assert [each.verdict for each in found] == [RowVerdict.NEW, RowVerdict.KNOWN, RowVerdict.BAD, RowVerdict.BAD]
    assert (found[2].fault, found[2].detail) == (FieldFault.DUPLICATE_IN_FILE, {"row": "2"})
    assert (found[3].fault, found[3].detail) == (FieldFault.MORE_THAN_LEFT, {"most": "600.00"})


documents = st.builds(
    lambda kind, number, cents, days: document_of(
        kind, f"N-{number}", Decimal(cents) / 100, TODAY - timedelta(days), None, None
    ),
    st.sampled_from(RecordKind), st.integers(1, 6), st.integers(-1, 70_000), st.integers(-1, 5),
)  # fmt: skip
keys = st.sampled_from([KEY, ("T-2026-0003", 2), ("T-2026-0009", 1)])
files = st.lists(st.tuples(keys, documents), max_size=14).map(
    lambda rows: [Line(place, key, document) for place, (key, document) in enumerate(rows, start=2)]
)
ACCOUNTS = {KEY: OPEN, ("T-2026-0003", 2): replace(OPEN, terms=replace(TERMS, amount=Decimal("0.01")))}


def recorded(outcomes: Sequence[Outcome]) -> dict[tuple[str, int], Account]:
    found = dict(ACCOUNTS)
    for each in outcomes:
        if each.verdict is RowVerdict.NEW:
            account = found[each.line.key]
            papers = [*account.documents, each.line.document]
            found[each.line.key] = replace(account, documents=papers, standing=papers)
    return found


@given(files)
def test_the_same_file_again_records_nothing(lines: list[Line]) -> None:
    first = judge(lines, ACCOUNTS, TODAY)
    again = judge(lines, recorded(first), TODAY)
    assert all(each.verdict is not RowVerdict.NEW for each in again)
    for before, after in zip(first, again, strict=True):
        assert before.verdict is RowVerdict.BAD or after.verdict is RowVerdict.KNOWN


@given(files)
def test_no_milestone_gets_more_than_it_is_worth(lines: list[Line]) -> None:
    for account in recorded(judge(lines, ACCOUNTS, TODAY)).values():
        for kind in RecordKind:
            assert sum(each.amount for each in account.documents if each.kind is kind) <= account.terms.amount


@given(files)
def test_bad_rows_cost_no_good_one(lines: list[Line]) -> None:
    found = judge(lines, ACCOUNTS, TODAY)
    good = [each.line for each in found if each.verdict is not RowVerdict.BAD]
    assert [each.verdict for each in judge(good, ACCOUNTS, TODAY)] == [
        each.verdict for each in found if each.verdict is not RowVerdict.BAD
    ]
    assert all((each.column is None) == (each.verdict is not RowVerdict.BAD) for each in found)
