"""Planes of marks against the rules one by one: the same points and the same ranks, whatever the weights."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from app.domain.scoring.criteria import Aggregation
from app.domain.scoring.planes import BadPlanesError, MarkPlanes, line_points, line_ranks, planes_from
from app.domain.scoring.rules import TechnicalRules, evaluation_from_json
from app.domain.scoring.sheet_marks import value_by_rule
from app.domain.scoring.totals import technical_points
from tests.domain.scoring.samples import a_criterion, an_evaluation

WEIGHTS = (("30", "70"), ("33.3333", "66.6667"), ("0.0001", "99.9999"), ("20", "30.5", "49.5"))


def rules_of(weights: tuple[str, ...], aggregation: Aggregation) -> TechnicalRules:
    criteria = [a_criterion(f"c{at}", weight) for at, weight in enumerate(weights)]
    side = {"weight": "40", "threshold": None, "aggregation": aggregation.value, "criteria": criteria}
    technical = evaluation_from_json(an_evaluation(technical=side)).technical
    assert technical is not None
    return technical


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("aggregation", Aggregation)
@pytest.mark.parametrize("evaluators", [1, 3, 4, 7])
def test_points_and_ranks_are_those_of_the_rules(
    weights: tuple[str, ...], aggregation: Aggregation, evaluators: int
) -> None:
    chance = np.random.default_rng(evaluators)
    marks = chance.integers(0, 6, size=(len(weights), evaluators, 3, 8), dtype=np.uint8)
    rules = rules_of(weights, aggregation)
    points = line_points(MarkPlanes(marks), list(rules.effective_weights().values()), aggregation, rules.drop_from)
    standing = [int(one) for one in chance.permutation(8)]
    ranks = line_ranks(points, standing)
    for line in range(3):
        found = []
        for supplier in range(8):
            cells = [[int(mark) for mark in marks[at, :, line, supplier]] for at in range(len(weights))]
            values = {f"c{at}": value_by_rule(cell, rules) for at, cell in enumerate(cells)}
            exact = technical_points(rules, values)
            assert Decimal(int(points[line, supplier])) == exact * 100
            found.append((-exact, standing.index(supplier), supplier))
        expected = [supplier for _points, _place, supplier in sorted(found)]
        assert [int(ranks[line, supplier]) for supplier in expected] == list(range(1, 9))


def test_the_stored_form_comes_back_and_anything_else_is_refused() -> None:
    planes = MarkPlanes(np.full((2, 3, 4, 5), 5, np.uint8))
    stored = planes.to_bytes()
    assert (planes_from(stored).marks == planes.marks).all()
    for bad in (b"", stored[:-1], stored + b"\0", b"XXXX" + stored[4:], stored[:-1] + b"\6"):
        with pytest.raises(BadPlanesError):
            planes_from(bad)
    with pytest.raises(BadPlanesError):
        line_points(planes, [Fraction(100)], Aggregation.MEAN)
    with pytest.raises(BadPlanesError):
        line_points(planes, [Fraction(1, 10**20), 100 - Fraction(1, 10**20)], Aggregation.MEAN)
    with pytest.raises(BadPlanesError):
        line_ranks(np.zeros((1, 3), np.uint16), [0, 0, 1])
