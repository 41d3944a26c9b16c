"""The crawl's own yardstick, held against cells of the matrix that people would look up first."""

import pytest

from app.domain.visibility import Phase, Role
from tests.access.canaries import Canary
from tests.access.crawl import items_of
from tests.access.rules import may_hold, may_stand_together
from tests.access.theatre import WINNER, Viewer


def viewer(key: str, role: Role) -> Viewer:
    return Viewer(key, role, None, key if role is Role.SUPPLIER else "")  # type: ignore[arg-type]  # no browser is needed


PURCHASER, AUDITOR = viewer("purchaser", Role.PURCHASER), viewer("auditor", Role.AUDITOR)
EVALUATOR, ADMIN = viewer("evaluator", Role.EVALUATOR), viewer("admin", Role.ADMIN)
LOSER, WON = viewer("b1", Role.SUPPLIER), viewer(WINNER, Role.SUPPLIER)
Q, L, P, V, W = Phase.QUESTIONS, Phase.LIVE, Phase.PRICES, Phase.DECISION, Phase.UNSEALED


@pytest.mark.parametrize(
    ("what", "owner", "who", "phases"),
    [
        ("final", "b1", PURCHASER, {L, P, V, W}),
        ("final", "b1", AUDITOR, {P, V, W}),
        ("final", "b1", EVALUATOR, {V, W}),
        ("final", "b1", LOSER, {Q, L, P, V, W}),
        ("final", "b1", WON, set()),
        ("final", "b1", ADMIN, set()),
        ("refused", "b3", PURCHASER, set()),
        ("refused", "b3", AUDITOR, {P, V, W}),
        ("name", "b1", PURCHASER, {Q, L, P, V, W}),
        ("name", "b1", EVALUATOR, set()),
        ("name", WINNER, EVALUATOR, {W}),
        ("name", WINNER, LOSER, set()),
        ("contact", WINNER, PURCHASER, {W}),
        ("contact", "b1", PURCHASER, set()),
        ("contact", WINNER, AUDITOR, set()),
        ("staff", "purchaser", LOSER, set()),
        ("staff", "purchaser", WON, {W}),
        ("baseline", "", EVALUATOR, set()),
        ("reason", "", AUDITOR, {V, W}),
        ("label", "", PURCHASER, {P, V, W}),
        ("label", "", LOSER, set()),
        ("tag", "b1", PURCHASER, set()),
        ("tag", "b1", AUDITOR, {P, V, W}),
        ("password", "b1", LOSER, set()),
        ("trace", "", AUDITOR, set()),
    ],
)
def test_who_may_hold_what(what: str, owner: str, who: Viewer, phases: set[Phase]) -> None:
    canary = Canary(what, owner, "any")
    assert {phase for phase in (Q, L, P, V, W) if may_hold(canary, who, phase)} == phases


def test_a_name_stands_beside_an_amount_only_for_the_unsealed() -> None:
    amount, name = Canary("final", WINNER, "1"), Canary("name", WINNER, "n")
    assert may_stand_together(name, amount, W)
    assert not may_stand_together(name, amount, V)
    assert not may_stand_together(Canary("name", "b1", "n"), Canary("final", "b1", "1"), W)
    assert not may_stand_together(name, Canary("final", "b1", "1"), W)


def test_items_of_a_list_are_read_one_by_one_but_with_what_stands_above() -> None:
    items = list(items_of(b'{"lot": "above", "rows": [{"a": 1}, {"b": 2}]}'))
    assert not any('"a"' in item and '"b"' in item for item in items)
    assert all("above" in item for item in items)
