"""Makes tests/vectors/present-value.json: `.venv/bin/python -m tests.vectors.make_present_value`.

Python (app/domain/payment_terms.py) made it and makes it again in a test; frontend/src/domain/present-value.ts gives
the same to the last cent. A change of the rule is a new file, and the pages follow it.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from app.domain.payment_terms import STANDARD, Issues, issues_from_json, present_value

PATH: Final = Path(__file__).resolve().parent / "present-value.json"
USUAL: Final[dict[str, Any]] = STANDARD.to_json()
# (price, digits, rate, what differs from the house's template): halves that round up, shares of a cent, currencies
# without cents and with three, terms at their ends.
CASES: Final[tuple[tuple[str, int, str, dict[str, Any]], ...]] = (
    ("271400.00", 2, "4.35", {}),
    ("271400.00", 2, "0", {}),
    ("271400.00", 2, "4.3500", {"prepayment": "10", "credit_days": 45}),
    ("0.01", 2, "50", {"prepayment": "50", "retention": "30"}),
    ("0.01", 2, "50", {"prepayment": "70", "retention": "30"}),
    ("0.03", 2, "3", {"prepayment": "50", "retention": "0"}),
    ("100.00", 2, "36.5", {"prepayment": "0", "retention": "0", "delivery_days": 1, "credit_days": 0}),
    ("1000000.00", 2, "36.5", {"retention": "0", "delivery_days": 730, "credit_days": 365, "draft_days": 180}),
    ("999999999999.99", 2, "49.99", {"prepayment": "33.33", "retention": "29.99", "retention_days": 1825}),
    ("271400", 0, "4.35", {"prepayment": "12.5"}),
    ("1", 0, "4.35", {"prepayment": "50"}),
    ("3", 0, "2.5", {"prepayment": "50", "retention": "30"}),
    ("1234.567", 3, "7.25", {"prepayment": "0.01", "retention": "0.01"}),
    ("88.005", 3, "4.35", {"prepayment": "100", "retention": "0"}),
    ("75.00", 2, "4.35", {"prepayment": "0.02", "retention": "0"}),
    ("36500.00", 2, "1", {"retention": "0", "delivery_days": 365, "credit_days": 0}),
    ("5.05", 2, "10", {"prepayment": "10", "retention": "10", "retention_days": 0, "credit_days": 0}),
    ("20269.55", 2, "3", {"prepayment": "30", "retention": "3", "draft_days": 180, "warranty_months": 24}),
)


def made() -> list[dict[str, Any]]:
    """What the rule says of each case."""
    return [_case(total, digits, rate, {**USUAL, **changed}) for total, digits, rate, changed in CASES]


def _case(total: str, digits: int, rate: str, issues: dict[str, Any]) -> dict[str, Any]:
    known: Issues = issues_from_json(issues)
    found = present_value(Decimal(total), known, rate=Decimal(rate), digits=digits)
    parts = [
        {"kind": each.kind.value, "amount": f"{each.amount:f}", "day": each.day, "value": f"{each.value:f}"}
        for each in found.parts
    ]
    given = {"total": total, "digits": digits, "rate": rate, "issues": issues}
    return {**given, "value": f"{found.value:f}", "parts": parts}


def written() -> str:
    """The file."""
    return json.dumps(made(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
