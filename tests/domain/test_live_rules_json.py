"""The JSON form of live rules: what is written is read again, and nothing else is."""

from typing import Any

import pytest
from hypothesis import given

from app.domain.formats import BadRulesError, LiveRules, LotTerms, hash_of_rules, rules_from_json, rules_to_json
from tests.domain.live_strategies import rules_and_terms, simple_rules


@given(rules_and_terms())
def test_round_trip(game: tuple[LiveRules, LotTerms]) -> None:
    rules, _ = game
    assert rules_from_json(rules_to_json(rules)) == rules
    assert len(hash_of_rules(rules)) == 64


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"opens_at": "2026-03-02T06:00:00"}, "opens_at"),
        ({"opens_at": "tomorrow"}, "opens_at"),
        ({"duration_s": 1800.0}, "duration_s"),
        ({"duration_s": "1800"}, "duration_s"),
        ({"duration_s": True}, "duration_s"),
        ({"feedback": "everything"}, "feedback"),
        ({"step": None}, "step"),
        ({"step": {"measure": "percent", "size": 0.3, "rule": "at_least", "basis": "own_last"}}, "step.size"),
        ({"step": {"measure": "percent", "size": "NaN", "rule": "at_least", "basis": "own_last"}}, "step.size"),
        ({"step": {"measure": "percent", "size": "abc", "rule": "at_least", "basis": "own_last"}}, "step.size"),
        ({"step": {"measure": "percent", "size": "1", "rule": "at_least", "basis": "rival"}}, "step.basis"),
        ({"soft_close": {"window_s": 10**20}}, "soft_close.window_s"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_other_forms_are_refused_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRulesError) as raised:
        rules_from_json(rules_to_json(simple_rules()) | change)
    assert raised.value.field == field
