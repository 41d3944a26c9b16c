"""The benchmark of a price formula in words, in both languages (SCORING.md section 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.scoring.kinds import Benchmark, BlendWith, Counts, Keep
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from app.domain.scoring.kinds import Benchmarked

_NAMED_EN = {
    BlendWith.CEILING: "the ceiling price",
    BlendWith.LOWEST: "the lowest price",
    BlendWith.HIGHEST: "the highest price",
}
_NAMED_ZH = {BlendWith.CEILING: "最高限价", BlendWith.LOWEST: "最低价", BlendWith.HIGHEST: "最高价"}


def benchmark_words(formula: Benchmarked, lang: str) -> str:
    """Say what a price is measured against. `lang` is `zh` or `en`."""
    return _chinese(formula) if lang == "zh" else _english(formula)


def all_prices(formula: Benchmarked, lang: str) -> str:
    """Name the prices of which a mean is taken, with those that are dropped before it."""
    is_chinese = lang == "zh"
    if formula.counts is Counts.ALL:
        named = "全部价格（含未通过者）" if is_chinese else "all prices, those of offers that fell out too"
    else:
        named = "全部价格" if is_chinese else "all prices"
    if not formula.drop_from:
        return named
    tiers = [(formula.drop_from, formula.drop_high, formula.drop_low)]
    tiers += [(tier.start, tier.high, tier.low) for tier in formula.tiers]
    if is_chinese:
        since = "满" if formula.is_inclusive else "超过"
        told = "；".join(f"{since}{start}个价格时去掉{high}个最高价和{low}个最低价" for start, high, low in tiers)
        return f"{named}（{told}）"
    since = "from" if formula.is_inclusive else "from more than"
    told = "; ".join(
        f"{since} {start} prices on without the {high} highest and {low} lowest" for start, high, low in tiers
    )
    return f"{named} ({told})"


def _english(formula: Benchmarked) -> str:
    every, alpha, w = all_prices(formula, "en"), plain(formula.alpha), plain(formula.w)
    kept = {
        Keep.NOT_ABOVE: "not above that first mean",
        Keep.BELOW: "below that first mean",
        Keep.WITHIN: f"within {plain(formula.band)} % of that first mean",
    }[formula.keep]
    return {
        Benchmark.LOWEST: "the lowest price",
        Benchmark.MEAN: f"the mean of {every}",
        Benchmark.TRIMMED_MEAN: f"the mean of {every}",
        Benchmark.MEAN_TIMES: f"the mean of {every}, times (1 − {plain(formula.k)})",
        Benchmark.BLEND: f"{alpha} × the mean of {every} + (1 − {alpha}) × {_NAMED_EN[formula.blend_with]}",
        Benchmark.MIN_MEAN: f"{w} × the lowest price + (1 − {w}) × the mean of {every}",
        Benchmark.TWO_PASS_MEAN: f"the mean of {every}, taken a second time of those {kept}",
    }[formula.benchmark]


def _chinese(formula: Benchmarked) -> str:
    every, alpha, w = all_prices(formula, "zh"), plain(formula.alpha), plain(formula.w)
    kept = {
        Keep.NOT_ABOVE: "不高于该平均值",
        Keep.BELOW: "低于该平均值",
        Keep.WITHIN: f"与该平均值相差不超过{plain(formula.band)}%",
    }[formula.keep]
    return {
        Benchmark.LOWEST: "最低价",
        Benchmark.MEAN: f"{every}的平均值",
        Benchmark.TRIMMED_MEAN: f"{every}的平均值",
        Benchmark.MEAN_TIMES: f"{every}的平均值×（1−{plain(formula.k)}）",
        Benchmark.BLEND: f"{alpha}×{every}的平均值+（1−{alpha}）×{_NAMED_ZH[formula.blend_with]}",
        Benchmark.MIN_MEAN: f"{w}×最低价+（1−{w}）×{every}的平均值",
        Benchmark.TWO_PASS_MEAN: f"先取{every}的平均值，再取其中{kept}的价格的平均值",
    }[formula.benchmark]
