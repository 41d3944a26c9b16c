"""Named presets: the rules buyers know by name, each as one of the few formulas with its parameters and its source.

Serves SCORING.md section 1. A preset is only a filled-in formula: its worked example is computed by the same functions,
and the tests hold it to the figures written here. Slopes and shares are usual ones; the buyer may change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.domain.scoring.formulas import formula_to_json, read_formula
from app.domain.scoring.kinds import Formula
from app.domain.scoring.typed import Typed


@dataclass(frozen=True, slots=True)
class Example:
    """Prices (and technical points, where the formula ranks by a figure) and what each of them gets, as shown."""

    amounts: tuple[str, ...]
    found: tuple[str, ...]
    technical: tuple[str, ...] = ()
    ceiling: str = "150"


@dataclass(frozen=True, slots=True)
class Preset:
    """A formula by the name it is known by."""

    name: str
    title_zh: str
    title_en: str
    source: str
    code: str
    params: Mapping[str, Any]
    example: Example

    @property
    def formula(self) -> Formula:
        """The formula. Every preset is faultless."""
        typed = Typed({"code": self.code, "params": self.params})
        made = read_formula(typed)
        assert not typed.faults, typed.faults
        return made


_FOUR: Final = ("90", "100", "110", "140")

PRESETS: Final[tuple[Preset, ...]] = (
    Preset(
        "low_price_first",
        "低价优先法",
        "Lowest price first",
        "财政部令第87号（2017）第五十五条; as Sf = 100 · Fm/F in the World Bank's quality- and cost-based selection",
        "lowest_ratio",
        {"rounding": "weighted"},
        Example(_FOUR, ("100.00", "90.00", "81.82", "64.29")),
    ),
    Preset(
        "reasonable_low_price",
        "合理低价法（平均值下浮）",
        "Reasonable low price: the mean less a rate",
        "合理低价法 of the standard documents for highway works (Ministry of Transport of China, 2018), E1 and E2",
        "deduct_from_benchmark",
        {"benchmark": "mean_times", "k": "0.05", "above": "2", "below": "1"},
        Example(_FOUR, ("86.12", "95.69", "89.47", "32.06")),
    ),
    Preset(
        "trimmed_mean",
        "去掉最高最低价的平均值",
        "The mean without the highest and the lowest",
        "buyers' rules for works in China: from 5 bids one highest and one lowest are dropped, from 10 two of each",
        "deduct_from_benchmark",
        {
            "benchmark": "trimmed_mean",
            "drop_high": 1,
            "drop_low": 1,
            "from": 5,
            "inclusive": True,
            "tiers": [{"from": 10, "drop_high": 2, "drop_low": 2}],
            "above": "2",
            "below": "1",
        },
        Example(("80", "90", "100", "110", "180"), ("80.00", "90.00", "100.00", "80.00", "0.00")),
    ),
    Preset(
        "composite_benchmark",
        "复合基准价（平均值与最高限价加权）",
        "Composite benchmark: mean and ceiling",
        "buyers' rules for works in China: benchmark = α · mean + (1 − α) · ceiling",
        "deduct_from_benchmark",
        {"benchmark": "blend", "alpha": "0.6", "with": "ceiling", "above": "2", "below": "0.5"},
        Example(_FOUR, ("85.71", "89.68", "93.65", "77.78")),
    ),
    Preset(
        "two_pass_mean",
        "二次平均法",
        "Mean of two passes",
        "buyers' rules in China (二次平均法): the mean of the bids that are not above the first mean",
        "deduct_from_benchmark",
        {"benchmark": "two_pass_mean", "above": "2", "below": "1"},
        Example(_FOUR, ("90.00", "100.00", "80.00", "20.00")),
    ),
    Preset(
        "mean_and_lowest",
        "平均值与最低价加权",
        "Mean of mean and lowest",
        "the other reading of 二次平均法: the mean of the first mean and the lowest bid",
        "deduct_from_benchmark",
        {"benchmark": "min_mean", "w": "0.5", "above": "2", "below": "1"},
        Example(_FOUR, ("90.00", "100.00", "80.00", "20.00")),
    ),
    Preset(
        "none_at_twice_the_lowest",
        "最低价的两倍为零分",
        "Nothing at twice the lowest",
        "linear interpolation from the lowest as usual with buyers in Germany (UfAB)",
        "linear_to_lowest",
        {"slope": "1"},
        Example(_FOUR, ("100.00", "88.89", "77.78", "44.44")),
    ),
    Preset(
        "between_lowest_and_highest",
        "最低价与最高价之间线性",
        "Between the lowest and the highest",
        "relative linear scoring among the award formulas of EU buyers",
        "min_max",
        {},
        Example(_FOUR, ("100.00", "80.00", "60.00", "0.00")),
    ),
    Preset(
        "fixed_band",
        "固定价格区间",
        "A band fixed in advance",
        "absolute scoring: both ends are published, no bid changes another's points",
        "fixed_band",
        {"best": "90", "worst": "140"},
        Example(_FOUR, ("100.00", "80.00", "60.00", "0.00")),
    ),
    Preset(
        "interpolated_band",
        "偏离基准价的线性区间",
        "Full points up to the mean, none 20 % above it",
        "buyers' own rules",
        "interpolate",
        {"axis": "deviation", "benchmark": "mean", "a": "0", "z": "20"},
        Example(_FOUR, ("100.00", "100.00", "100.00", "0.00")),
    ),
    Preset(
        "table_by_deviation",
        "按偏离率分档",
        "A table by deviation",
        "buyers' own rules: bands of the deviation from the mean",
        "piecewise",
        {
            "benchmark": "mean",
            "rows": [
                {"from": None, "to": "0", "points": "100"},
                {"from": "0", "to": "20", "points": "100", "last": "60"},
                {"from": "20", "to": None, "points": "40"},
            ],
        },
        Example(_FOUR, ("100.00", "100.00", "100.00", "40.00")),
    ),
    Preset(
        "award_on_value",
        "质量折价法",
        "Award on value: quality as a discount",
        "gunnen op waarde, Dutch public works: rank by price less the value of the quality",
        "monetised_quality",
        {"worth": "0.1", "of": "ceiling"},
        Example(("90", "100", "110"), ("81.0000", "86.5000", "95.0000"), ("60", "90", "100")),
    ),
    Preset(
        "quality_for_money",
        "性价比法",
        "Quality for money",
        "einfache Richtwertmethode of the German UfAB: Z = L/P",
        "quality_per_price",
        {"per": "100"},
        Example(("90", "100", "110"), ("66.6667", "90.0000", "90.9091"), ("60", "90", "100")),
    ),
    Preset(
        "price_by_coefficient",
        "系数折算价",
        "Price divided by a coefficient",
        "non-price criteria of Prozorro's auctions: price ÷ (1 + Σ feature values)",
        "coefficient",
        {"share": "0.2"},
        Example(("90", "100", "110"), ("80.3571", "84.7458", "91.6667"), ("60", "90", "100")),
    ),
    Preset(
        "price_only",
        "最低价法",
        "Price alone",
        "ranking by amount",
        "price_only",
        {},
        Example(_FOUR, ()),
    ),
)


def presets_json() -> list[dict[str, Any]]:
    """The presets for a chooser, their formulas in canonical form."""
    return [
        {
            "name": each.name,
            "title_zh": each.title_zh,
            "title_en": each.title_en,
            "source": each.source,
            "formula": formula_to_json(each.formula),
            "example": {
                "amounts": list(each.example.amounts),
                "technical": list(each.example.technical),
                "ceiling_price": each.example.ceiling,
                "found": list(each.example.found),
            },
        }
        for each in PRESETS
    ]


def example_of(preset: Preset) -> tuple[list[Decimal], list[Decimal], Decimal]:
    """The prices, technical points and ceiling of a preset's worked example."""
    example = preset.example
    return list(map(Decimal, example.amounts)), list(map(Decimal, example.technical)), Decimal(example.ceiling)
