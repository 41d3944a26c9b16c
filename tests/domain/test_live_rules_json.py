"""The JSON form of live rules: what is written is read again, and nothing else is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from app.domain.formats import BadRulesError, LiveRules, LotTerms, hash_of_rules, rules_from_json, rules_to_json
from app.domain.live_rules import Pace
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
        ({"opens_at": "0001-01-01T00:00:00+05:00"}, "opens_at"),
        ({"opens_at": "9999-12-31T23:59:59-05:00"}, "opens_at"),
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


def test_limits_and_paces_are_written_where_there_are_some_and_nowhere_else() -> None:
    plain = rules_to_json(simple_rules())
    assert not {"auto_bid", "pace"} & plain.keys()
    for pace in (Pace(3, timedelta(seconds=20), 4), Pace(30, timedelta(seconds=15))):
        rules = replace(simple_rules(), auto_bid=True, pace=pace)
        stored = rules_to_json(rules)
        assert rules_from_json(stored) == rules
        assert stored["auto_bid"] is True
        assert ("slots" in stored["pace"]) is (pace.slots is not None)
    with pytest.raises(BadRulesError) as raised:
        rules_from_json({**plain, "pace": {"stages": 3, "each_s": "20"}})
    assert raised.value.field == "pace.each_s"
