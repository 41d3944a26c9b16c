"""Formulas as typed: every parameter that cannot stand is named, and what is newer than the first release is silent at
its default, so that documents frozen before keep their bytes."""

import random
from typing import Any

import pytest

from app.domain.scoring.formulas import drops_bids, formula_to_json, has_total, needs_quality, read_formula
from app.domain.scoring.kinds import FormulaCode
from app.domain.scoring.typed import Typed
from tests.domain.scoring.sheets import formula_params

TRIM = {"drop_high": 1, "drop_low": 1, "from": 5, "inclusive": True}
DEDUCT = {"benchmark": "lowest", "above": "3"}


def faults(code: str, **params: Any) -> list[tuple[str, str]]:
    typed = Typed({"code": code, "params": params})
    read_formula(typed)
    return [(each.field, each.code) for each in typed.faults]


def written(code: str, **params: Any) -> dict[str, Any]:
    typed = Typed({"code": code, "params": params})
    made = formula_to_json(read_formula(typed))
    assert not typed.faults
    return dict(made["params"])


def test_the_forms_of_the_first_release_are_written_as_they_were() -> None:
    assert written("price_only") == {}
    assert written("lowest_ratio", digits=3) == {"digits": 3, "rounding": "total"}
    shared = {
        "above": "3", "below": "0", "full": "100", "floor": "0", "cap": "100", "steps": "interpolated", "digits": 2,
        "rounding": "total",
    }  # fmt: skip
    assert written("deduct_from_benchmark", **DEDUCT) == {"benchmark": "lowest", **shared}
    trimmed = {**DEDUCT, "benchmark": "trimmed_mean", **TRIM}
    assert written("deduct_from_benchmark", **trimmed) == {**trimmed, **shared}
    for own in ({"benchmark": "mean_times", "k": "0.05"}, {"benchmark": "two_pass_mean"}):
        assert written("deduct_from_benchmark", **DEDUCT | own) == {**shared, **own}


@pytest.mark.parametrize("code", FormulaCode)
def test_every_formula_reads_back_from_its_canonical_form(code: FormulaCode) -> None:
    for seed in range(40):
        typed = Typed({"code": code.value, "params": formula_params(random.Random(seed), code)})
        once = read_formula(typed, may_offer_features=True)
        again = Typed(formula_to_json(once))
        assert read_formula(again, may_offer_features=True) == once
        assert typed.faults == again.faults == []


@pytest.mark.parametrize(
    ("code", "params", "fault"),
    [
        ("deduct_from_benchmark", {**DEDUCT, **TRIM}, ("params.drop_high", "NOT_ALLOWED_HERE")),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "mean_times", "k": "0.1", "from": 5},
         ("params.drop_high", "MISSING_VALUE")),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "mean_times", "k": "0.1", **TRIM, "from": 2},
         ("params.from", "OUT_OF_RANGE")),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "trimmed_mean", **TRIM, "tiers": [
            {"from": 5, "drop_high": 2, "drop_low": 2}]}, ("params.tiers.0.from", "OVERLAP")),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "trimmed_mean", **TRIM, "tiers": [
            {"from": 6, "drop_high": 3, "drop_low": 3}]}, ("params.tiers.0.from", "OUT_OF_RANGE")),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "trimmed_mean", **TRIM, "tiers": "8"},
         ("params.tiers", "MALFORMED")),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "two_pass_mean", "keep": "within"},
         ("params.band", "MISSING_VALUE")),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "two_pass_mean", "band": "5"},
         ("params.band", "NOT_ALLOWED_HERE")),
        ("deduct_from_benchmark", {**DEDUCT, "step": "0.5"}, ("params.step", "NOT_ALLOWED_HERE")),
        ("deduct_from_benchmark", {**DEDUCT, "steps": "stepped", "step": "0"}, ("params.step", "OUT_OF_RANGE")),
        ("deduct_from_benchmark", {**DEDUCT, "counts": "some"}, ("params.counts", "OUT_OF_RANGE")),
        ("linear_to_lowest", {"slope": "0"}, ("params.slope", "OUT_OF_RANGE")),
        ("min_max", {"rounding": "benchmark"}, ("params.rounding", "OUT_OF_RANGE")),
        ("fixed_band", {"best": "10"}, ("params.worst", "MISSING_VALUE")),
        ("fixed_band", {"best": "10", "worst": "10"}, ("params.worst", "OUT_OF_RANGE")),
        ("fixed_band", {"best": "0", "worst": "10"}, ("params.best", "OUT_OF_RANGE")),
        ("fixed_band", {"best": 5, "worst": "9" * 40}, ("params.best", "MALFORMED")),
        ("fixed_band", {"best": "5", "worst": "9" * 40}, ("params.worst", "MALFORMED")),
        ("interpolate", {"a": "10", "z": "9"}, ("params.z", "OUT_OF_RANGE")),
        ("interpolate", {"a": "1", "z": "9", "benchmark": "mean"}, ("params.benchmark", "NOT_ALLOWED_HERE")),
        ("interpolate", {"a": "1", "z": "9", "axis": "deviation"}, ("params.benchmark", "MISSING_VALUE")),
        ("interpolate", {"a": "1", "z": "9", "rounding": "deviation"}, ("params.rounding", "OUT_OF_RANGE")),
        ("piecewise", {"benchmark": "lowest", "rows": 5}, ("params.rows", "MALFORMED")),
        ("piecewise", {"benchmark": "lowest", "rows": [{"from": "2", "to": "1"}]},
         ("params.rows.0.to", "OUT_OF_RANGE")),
        ("piecewise", {"benchmark": "lowest", "rows": [{"points": "101"}]}, ("params.rows.0.points", "OUT_OF_RANGE")),
        ("monetised_quality", {"worth": ["1"]}, ("params.worth", "MALFORMED")),
        ("quality_per_price", {"per": [1]}, ("params.per", "MALFORMED")),
        ("quality_per_price", {"digits": 11}, ("params.digits", "OUT_OF_RANGE")),
        ("coefficient", {}, ("params.share", "MISSING_VALUE")),
        ("coefficient", {"share": "0"}, ("params.share", "OUT_OF_RANGE")),
        ("coefficient", {"features": "offered"}, ("params.features", "NOT_ALLOWED_HERE")),
        ("total_cost", {"measure": "percent"}, ("code", "NOT_ALLOWED_HERE")),
        ("price_only", {"digits": 2}, ("params.digits", "NOT_ALLOWED_HERE")),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_named(code: str, params: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in faults(code, **params)


@pytest.mark.parametrize(
    ("code", "params", "is_dropping"),
    [
        ("lowest_ratio", {}, False),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "mean"}, False),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "trimmed_mean", **TRIM}, True),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "mean_times", "k": "0.1"}, False),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "mean_times", "k": "0.1", **TRIM}, True),
        ("deduct_from_benchmark", {**DEDUCT, "benchmark": "two_pass_mean"}, True),
        ("coefficient", {"share": "0.1"}, False),
    ],
)
def test_what_a_procedure_asks_of_a_formula(code: str, params: dict[str, Any], is_dropping: bool) -> None:
    made = read_formula(Typed({"code": code, "params": params}))
    assert drops_bids(made) is is_dropping
    assert has_total(made) is (code != "coefficient")
    assert needs_quality(made) is (code == "coefficient")
