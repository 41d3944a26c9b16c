"""Presets: each is faultless, and its worked example is what the functions compute."""

import pytest

from app.domain.scoring.formulas import FigureFormula, FormulaCode, code_of, formula_to_json, read_formula
from app.domain.scoring.presets import PRESETS, Preset, example_of, presets_json
from app.domain.scoring.price_points import PriceField, rank_figure, score_price
from app.domain.scoring.typed import Typed


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_the_worked_example_of_every_preset(preset: Preset) -> None:
    amounts, technical, ceiling = example_of(preset)
    field = PriceField(tuple(amounts), ceiling)
    if isinstance(preset.formula, FigureFormula):
        made = [
            rank_figure(preset.formula, amount, points, ceiling=ceiling).figure
            for amount, points in zip(amounts, technical, strict=True)
        ]
    else:
        scores = [score_price(preset.formula, amount, field) for amount in amounts]
        made = [score.points for score in scores if score is not None]
    assert tuple(map(str, made)) == preset.example.found


def test_every_formula_has_a_preset_and_reads_back_from_its_canonical_form() -> None:
    # No tender is published with `total_cost`: it is the basis of a live round, and its rules name it.
    assert {code_of(each.formula) for each in PRESETS} == set(FormulaCode) - {FormulaCode.TOTAL_COST}
    for told in presets_json():
        typed = Typed(told["formula"])
        assert formula_to_json(read_formula(typed)) == told["formula"]
        assert not typed.faults
