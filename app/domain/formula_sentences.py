"""The price formulas in words, in both languages (SCORING.md section 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.scoring.formulas import Benchmark, BlendWith, DeductFromBenchmark, LowestRatio, PriceOnly, Steps
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from app.domain.scoring.formulas import Formula


def formula_sentence(formula: Formula, lang: str) -> str:
    """Say how a price becomes points. `lang` is `zh` or `en`."""
    match formula:
        case PriceOnly():
            return "只按价格排序，不计价格得分。" if lang == "zh" else "Prices are ranked by amount and give no points."
        case LowestRatio():
            return (
                "价格得分 = 100 × 最低价 ÷ 本价。" if lang == "zh" else "Price points = 100 × lowest price ÷ own price."
            )
        case DeductFromBenchmark():
            return _chinese(formula) if lang == "zh" else _english(formula)


def _english(formula: DeductFromBenchmark) -> str:
    counted = "each full percent" if formula.steps is Steps.STEPPED else "each percent"
    below = formula.below
    under = "a price below it loses nothing"
    if below > 0:
        under = f"for {counted} below it {plain(below)} points are taken off"
    elif below < 0:
        under = f"for {counted} below it {plain(-below)} points are added"
    return (
        f"Price points start from {plain(formula.full)} at the benchmark, {_benchmark_english(formula)}: "
        f"for {counted} above it {plain(formula.above)} points are taken off, and {under}; "
        f"never below {plain(formula.floor)} nor above {plain(formula.cap)}."
    )


def _benchmark_english(formula: DeductFromBenchmark) -> str:
    named = {
        BlendWith.CEILING: "the ceiling price",
        BlendWith.LOWEST: "the lowest price",
        BlendWith.HIGHEST: "the highest price",
    }
    since = f"{'from' if formula.is_inclusive else 'from more than'} {formula.drop_from} prices on"
    alpha = plain(formula.alpha)
    return {
        Benchmark.LOWEST: "the lowest price",
        Benchmark.MEAN: "the mean of all prices",
        Benchmark.TRIMMED_MEAN: (
            f"the mean of the prices without the {formula.drop_high} highest and {formula.drop_low} lowest ({since})"
        ),
        Benchmark.MEAN_TIMES: f"the mean of all prices times (1 − {plain(formula.k)})",
        Benchmark.BLEND: f"{alpha} × the mean of all prices + (1 − {alpha}) × {named[formula.blend_with]}",
        Benchmark.MIN_MEAN: (
            f"{plain(formula.w)} × the lowest price + (1 − {plain(formula.w)}) × the mean of all prices"
        ),
        Benchmark.TWO_PASS_MEAN: "the mean of the prices that are not above the mean of all prices",
    }[formula.benchmark]


def _chinese(formula: DeductFromBenchmark) -> str:
    counted = "每满1%" if formula.steps is Steps.STEPPED else "每1%"
    below = formula.below
    under = "低于基准价不扣分"
    if below > 0:
        under = f"低于基准价{counted}扣{plain(below)}分"
    elif below < 0:
        under = f"低于基准价{counted}加{plain(-below)}分"
    return (
        f"价格得分：基准价为{_benchmark_chinese(formula)}，等于基准价得{plain(formula.full)}分；"
        f"高于基准价{counted}扣{plain(formula.above)}分，{under}；"
        f"最低{plain(formula.floor)}分，最高{plain(formula.cap)}分。"
    )


def _benchmark_chinese(formula: DeductFromBenchmark) -> str:
    named = {BlendWith.CEILING: "最高限价", BlendWith.LOWEST: "最低价", BlendWith.HIGHEST: "最高价"}
    since = f"{'满' if formula.is_inclusive else '超过'}{formula.drop_from}个价格时"
    return {
        Benchmark.LOWEST: "最低价",
        Benchmark.MEAN: "全部价格的平均值",
        Benchmark.TRIMMED_MEAN: f"去掉{formula.drop_high}个最高价和{formula.drop_low}个最低价后的平均值（{since}）",
        Benchmark.MEAN_TIMES: f"全部价格的平均值×（1−{plain(formula.k)}）",
        Benchmark.BLEND: (
            f"{plain(formula.alpha)}×全部价格的平均值+（1−{plain(formula.alpha)}）×{named[formula.blend_with]}"
        ),
        Benchmark.MIN_MEAN: f"{plain(formula.w)}×最低价+（1−{plain(formula.w)}）×全部价格的平均值",
        Benchmark.TWO_PASS_MEAN: "不高于全部价格平均值的价格的平均值",
    }[formula.benchmark]
