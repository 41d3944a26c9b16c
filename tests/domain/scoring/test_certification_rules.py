"""Certification in an evaluation: a minimum to be invited, points by a grade that was frozen, and what is refused."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.domain.certification import Certificate, Grade, Marks, Standing, StandingState, decide_invitation
from app.domain.chaining import Why
from app.domain.grading import FrozenGrade, GradeRetrace, bonuses_of, check_grades, frozen_data, told_data
from app.domain.kinds import Kind
from app.domain.procedures import Procedure
from app.domain.rulebooks import Rulebook, forbidden
from app.domain.scoring.rules import check_evaluation, evaluation_from_json, evaluation_to_json
from app.domain.scoring.totals import Offer, rank_offers
from tests.domain.scoring.samples import an_evaluation
from tests.domain.test_certification import NOW

POINTS = {"A": "2", "B": "0", "C": "-2", "D": "-5"}
RULES = evaluation_from_json(an_evaluation(certification={"minimum": {"quality": "80"}, "points": POINTS}))
GRADES = [FrozenGrade("t1", Grade.A, "s1"), FrozenGrade("t2", Grade.C, "s2")]


def test_points_go_on_the_total_and_may_turn_the_order() -> None:
    offers = [Offer("t1", Decimal(102), 1, Decimal(80)), Offer("t2", Decimal(100), 2, Decimal(80))]
    assert [each.offer.key for each in rank_offers(RULES, offers, ceiling=Decimal(125))] == ["t2", "t1"]
    bonuses = bonuses_of(GRADES, RULES.certification)
    graded = rank_offers(RULES, [replace(one, bonus=bonuses[one.key]) for one in offers], ceiling=Decimal(125))
    # 40 · 80 + 60 · 94 = 8840 → 88.40 + 2; 40 · 80 + 60 · 100 = 9200 → 92.00 − 2.
    assert [(each.offer.key, each.total) for each in graded] == [("t1", Decimal("90.40")), ("t2", Decimal("90.00"))]


def test_they_survive_the_way_there_and_back() -> None:
    once = evaluation_to_json(RULES)
    assert once["certification"] == {"minimum": {"quality": "80"}, "points": POINTS}
    assert evaluation_from_json(once) == RULES


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, ("certification.minimum", "MISSING_VALUE")),
        ({"minimum": {}}, ("certification.minimum", "MISSING_VALUE")),
        ({"minimum": {"quality": "100.1"}}, ("certification.minimum.quality", "OUT_OF_RANGE")),
        ({"points": {**POINTS, "D": ""}}, ("certification.points.D", "MISSING_VALUE")),
        ({"points": {**POINTS, "B": "3"}}, ("certification.points.B", "OUT_OF_RANGE")),
        ({"points": {**POINTS, "E": "3"}}, ("certification.points.E", "NOT_ALLOWED_HERE")),
    ],
)
def test_what_cannot_stand(typed: Any, expected: tuple[str, str]) -> None:
    assert expected in [(each.field, each.code) for each in check_evaluation(an_evaluation(certification=typed))]


@pytest.mark.parametrize("code", ["price_only", "coefficient", "quality_per_price"])
def test_without_a_total_there_is_nothing_to_add_points_to(code: str) -> None:
    price = {"weight": "60", "formula": {"code": code, "params": {"share": "0.1"} if code == "coefficient" else {}}}
    faults = check_evaluation(an_evaluation(price=price, certification={"points": POINTS}))
    assert ("certification.points", "NOT_ALLOWED_HERE") in [(each.field, each.code) for each in faults]


@pytest.mark.parametrize(("mark", "is_refused"), [("79.99", True), ("80", False), ("80.01", False)])
def test_below_a_minimum_nobody_is_invited(mark: str, is_refused: bool) -> None:
    certificate = Certificate(Decimal(85), Grade.B, NOW, NOW, Marks(Decimal(mark), Decimal(90), Decimal(90)))
    assert RULES.certification is not None
    found = decide_invitation(Standing(StandingState.CERTIFIED, certificate, None), None, RULES.certification.minimum)
    assert (found is not None) is is_refused


def test_points_that_only_one_invited_supplier_has_would_name_it() -> None:
    named = check_grades([Grade.A, Grade.B, Grade.B], RULES.certification)
    assert [(fault.code, fault.detail["points"]) for fault in named] == [("NAMES_A_BIDDER", "2")]
    assert check_grades([Grade.A, Grade.A, Grade.B, Grade.B], RULES.certification) == []
    assert check_grades([Grade.A], None) == []


def test_frozen_grades_are_replayed_and_another_grade_is_found() -> None:
    def entry(kind: Kind, data: dict[str, Any]) -> Any:
        return type("Told", (), {"kind": kind, "data": data})()

    frozen, told = entry(Kind.GRADES_FROZEN, frozen_data(GRADES)), entry(Kind.GRADES_TOLD, told_data(GRADES[:1]))
    honest = GradeRetrace()
    assert honest.take(frozen, RULES.certification) is None
    assert honest.take(told, RULES.certification) is None
    assert honest.bonuses == {"t1": Decimal(2)}
    again = honest.take(told, RULES.certification)
    assert again is not None
    assert again.why is Why.STATE
    forged = GradeRetrace()
    forged.take(frozen, RULES.certification)
    better = entry(Kind.GRADES_TOLD, told_data([replace(GRADES[1], grade=Grade.A)]))
    found = forged.take(better, RULES.certification)
    assert found is not None
    assert found.why is Why.DIGEST


@pytest.mark.parametrize(
    ("evaluation", "procedure", "expected"),
    [
        (an_evaluation(), Procedure.SEALED, {"evaluation.price.formula.code"}),
        (
            an_evaluation(
                price={"weight": "60", "formula": {"code": "lowest_ratio"}}, certification={"points": POINTS}
            ),
            Procedure.SEALED_LIVE,
            {"procedure", "evaluation.certification.points"},
        ),
        (
            an_evaluation(
                price={
                    "weight": "60",
                    "formula": {
                        "code": "deduct_from_benchmark",
                        "params": {
                            "benchmark": "trimmed_mean", "above": "1", "drop_high": 1, "drop_low": 1, "from": 5,
                            "inclusive": True,
                        },
                    },
                }
            ),
            Procedure.SEALED,
            {"evaluation.price.formula.params.from", "evaluation.price.formula.code"},
        ),
    ],
)  # fmt: skip
def test_public_procurement_forbids_what_its_order_names(
    evaluation: dict[str, Any], procedure: Procedure, expected: set[str]
) -> None:
    rules = evaluation_from_json(evaluation)
    found = {path for path, _ in forbidden(Rulebook.PUBLIC, procedure, rules, [0])}
    assert found == expected | {"lots.0.minimum_price"}
    assert forbidden(Rulebook.HOUSE, procedure, rules, [0]) == []
