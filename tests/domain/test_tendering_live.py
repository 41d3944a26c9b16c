"""The pre-flight of the live rules: what a draft's lots and currency make of them."""

from typing import Any

import pytest

from app.domain.drafting import Template
from tests.domain.tender_drafts import a_draft, codes_of

RATES = {"rates": [{"currency": "USD", "rate": "7.1"}], "source": "PBOC", "on": "2026-11-20"}


def typed(template: Template = Template.QUICK, **changes: Any) -> set[tuple[str, str]]:
    rules = dict(a_draft(template).rules or {})
    step = changes.pop("step", {})
    return codes_of(a_draft(template, rules={**rules, "step": {**rules["step"], **step}, **changes}))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"currencies": RATES}, set()),
        ({"currencies": {**RATES, "on": ""}}, {("rules.currencies.on", "MALFORMED")}),
        (
            {"currencies": {**RATES, "rates": [{"currency": "CNY", "rate": "1"}]}},
            {("rules.currencies.rates.0.currency", "NOT_ALLOWED_HERE")},
        ),
        ({"lots": "series", "gap_s": 300}, {("rules.lots", "NOT_ALLOWED_HERE")}),
        ({"step": {"below": [{"price": "250", "size": "0.2"}]}}, set()),
        ({"step": {"below": [{"price": "250.001", "size": "0.2"}]}}, {("rules.step.below.0.price", "PRECISION")}),
        ({"step": {"below": [{"price": "", "size": "0.2"}]}}, {("rules.step.below.0.price", "MALFORMED")}),
        ({"step": {"basis": "best"}}, {("rules.step.basis", "NEEDS_BEST")}),
        ({"step": {"basis": "best"}, "feedback": "best_price", "starting_gate": True, "ties": "equal_rank"}, set()),
    ],
)
def test_faults(changes: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert typed(**changes) == expected


def test_several_lots_may_follow_each_other() -> None:
    assert typed(Template.MULTI_LOT, lots="series", stagger_s=0, gap_s=300) == set()
    assert typed(Template.MULTI_LOT, lots="series", stagger_s=300, gap_s=300) == {
        ("rules.stagger_s", "NOT_ALLOWED_HERE")
    }
