"""The price formulas in words, in both languages, with every parameter that decides (SCORING.md section 1)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from app.domain.benchmark_sentences import benchmark_words
from app.domain.scoring.kinds import (
    Axis,
    Boundary,
    Coefficient,
    DeductFromBenchmark,
    FixedBand,
    Interpolate,
    LinearToLowest,
    LowestRatio,
    MinMax,
    MonetisedQuality,
    Piecewise,
    PriceOnly,
    QualityPerPrice,
    Ratio,
    Steps,
    TotalCost,
    Worth,
)
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.scoring.kinds import Formula, Row


def formula_sentence(formula: Formula, lang: str) -> str:
    """Say how a price becomes points, or by what offers are ranked. `lang` is `zh` or `en`."""
    match formula:
        case DeductFromBenchmark():
            return _deduction_chinese(formula) if lang == "zh" else _deduction_english(formula)
        case Piecewise() | Interpolate():
            return _table(formula, lang)
        case MonetisedQuality() | QualityPerPrice() | Coefficient():
            return _figure(formula, lang)
        case PriceOnly() | LowestRatio() | LinearToLowest() | MinMax() | FixedBand() | TotalCost():
            return _short(formula)[0 if lang == "zh" else 1]
        case _:
            assert_never(formula)


def _short(formula: PriceOnly | LowestRatio | LinearToLowest | MinMax | FixedBand | TotalCost) -> tuple[str, str]:
    match formula:
        case TotalCost():
            return (
                "按价格加上供应商自身的调整额后的金额排序，最低者在前；支付金额仍为报价。",
                "Offers are ranked by the price with the supplier's own addition, the lowest first; "
                "what is paid is the price.",
            )
        case PriceOnly():
            return "只按价格排序，不计价格得分。", "Prices are ranked by amount and give no points."
        case LowestRatio():
            return "价格得分 = 100 × 最低价 ÷ 本价。", "Price points = 100 × lowest price ÷ own price."
        case LinearToLowest():
            slope = plain(formula.slope)
            return (
                f"价格得分 = 100 ×（1 − {slope} ×（本价 − 最低价）÷ 最低价），最低0分。",
                f"Price points = 100 × (1 − {slope} × (own price − lowest price) ÷ lowest price), never below 0.",
            )
        case MinMax():
            return (
                "价格得分 = 100 ×（最高价 − 本价）÷（最高价 − 最低价）；价格全部相同时均为100分。",
                "Price points = 100 × (highest price − own price) ÷ (highest price − lowest price); "
                "where all prices are equal each has 100.",
            )
        case FixedBand():
            best, worst = plain(formula.best), plain(formula.worst)
            return (
                f"价格不高于{best}得100分，不低于{worst}得0分，其间按直线计算；两个价格事先确定。",
                f"A price of {best} or less has 100 points, one of {worst} or more has 0, "
                "linear between; both prices are fixed in advance.",
            )


def _figure(formula: MonetisedQuality | QualityPerPrice | Coefficient, lang: str) -> str:
    is_chinese = lang == "zh"
    match formula:
        case MonetisedQuality():
            worth = plain(formula.worth)
            if formula.of is Worth.CEILING:
                worth = f"最高限价的{worth}%" if is_chinese else f"{worth} % of the ceiling price"
            return (
                f"按评审价排序，低者在前：评审价 = 本价 − 技术得分 × {worth}。"
                if is_chinese
                else f"Offers are ranked by their evaluated price, the lowest first: "
                f"own price − technical points × {worth}."
            )
        case QualityPerPrice():
            is_quality = formula.ratio is Ratio.QUALITY_PER_PRICE
            if is_chinese:
                return f"按{'技术得分 ÷ 本价排序，高' if is_quality else '本价 ÷ 技术得分排序，低'}者在前。"
            told = (
                "technical points ÷ own price, the highest"
                if is_quality
                else "own price ÷ technical points, the lowest"
            )
            return f"Offers are ranked by {told} first."
        case Coefficient():
            share = plain(formula.share)
            return (
                f"按折算价排序，低者在前：折算价 = 本价 ÷（1 + {share} × 技术得分 ÷ 100）。"
                if is_chinese
                else f"Offers are ranked by their converted price, the lowest first: "
                f"own price ÷ (1 + {share} × technical points ÷ 100)."
            )


def _table(formula: Piecewise | Interpolate, lang: str) -> str:
    is_chinese, is_amount = lang == "zh", formula.axis is Axis.AMOUNT
    if is_chinese:
        subject = "本价" if is_amount else f"本价与基准价（{benchmark_words(formula, lang)}）的偏差（%）"
    else:
        subject = "the own price" if is_amount else f"the deviation in percent from {benchmark_words(formula, lang)}"
    if isinstance(formula, Interpolate):
        a, z = plain(formula.a), plain(formula.z)
        if is_chinese:
            return f"价格得分取决于{subject}：不高于{a}得100分，不低于{z}得0分，其间按直线计算。"
        return f"Price points go by {subject}: 100 at {a} or less, 0 at {z} or more, linear between."
    told = _rows(formula.rows, lang)
    is_lower = formula.boundary is Boundary.LOWER
    if is_chinese:
        return f"价格得分按{subject}查表：{told}；分界值归{'前' if is_lower else '后'}一段。"
    return (
        f"Price points come from a table by {subject}: {told}; "
        f"a value on an edge belongs to the row {'before' if is_lower else 'after'} it."
    )


def _rows(rows: Sequence[Row], lang: str) -> str:
    is_chinese = lang == "zh"
    found = []
    for row in rows:
        points = plain(row.points)
        if row.last is not None:
            points += f"至{plain(row.last)}" if is_chinese else f" to {plain(row.last)}"
        found.append(f"{_span(row, lang)}：{points}分" if is_chinese else f"{_span(row, lang)}: {points} points")
    return "；".join(found) if is_chinese else "; ".join(found)


def _span(row: Row, lang: str) -> str:
    is_chinese = lang == "zh"
    start, end = (None if each is None else plain(each) for each in (row.start, row.end))
    if start is None:
        return ("全部" if is_chinese else "any") if end is None else (f"至{end}" if is_chinese else f"up to {end}")
    if end is None:
        return f"自{start}起" if is_chinese else f"from {start} on"
    return f"{start}至{end}" if is_chinese else f"{start} to {end}"


def _points_are(value: Decimal) -> str:
    return "1 point is" if value == 1 else f"{plain(value)} points are"


def _deduction_english(formula: DeductFromBenchmark) -> str:
    step = "percent" if formula.step == 1 else f"{plain(formula.step)} %"
    counted = {
        Steps.INTERPOLATED: "each percent",
        Steps.STEPPED: f"each full {step}",
        Steps.BEGUN: f"each {step} begun",
    }[formula.steps]
    below = formula.below
    under = "a price below it loses nothing"
    if below > 0:
        under = f"for {counted} below it {_points_are(below)} taken off"
    elif below < 0:
        under = f"for {counted} below it {_points_are(-below)} added"
    return (
        f"Price points start from {plain(formula.full)} at the benchmark, {benchmark_words(formula, 'en')}: "
        f"for {counted} above it {_points_are(formula.above)} taken off, and {under}; "
        f"never below {plain(formula.floor)} nor above {plain(formula.cap)}."
    )


def _deduction_chinese(formula: DeductFromBenchmark) -> str:
    step = plain(formula.step)
    counted = {
        Steps.INTERPOLATED: "每1%",
        Steps.STEPPED: f"每满{step}%",
        Steps.BEGUN: f"每{step}%（不足的按{step}%计）",
    }[formula.steps]
    below = formula.below
    under = "低于基准价不扣分"
    if below > 0:
        under = f"低于基准价{counted}扣{plain(below)}分"
    elif below < 0:
        under = f"低于基准价{counted}加{plain(-below)}分"
    return (
        f"价格得分：基准价为{benchmark_words(formula, 'zh')}，等于基准价得{plain(formula.full)}分；"
        f"高于基准价{counted}扣{plain(formula.above)}分，{under}；"
        f"最低{plain(formula.floor)}分，最高{plain(formula.cap)}分。"
    )
