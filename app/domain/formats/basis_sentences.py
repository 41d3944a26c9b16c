"""What bids are ranked by, as sentences in both languages, with an example computed by the functions that rank.

Serves LIVE.md section 1 (ranking basis, "shown to bidders as sentences in both languages") and SCREENS.md PL-06.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from app.domain.certification import Grade
from app.domain.live_rules import Basis, Factors, FeedbackMode, LiveRules, Measure
from app.domain.scoring.live_basis import OwnFigures, ranking_rules
from app.domain.scoring.totals import rank_offers
from app.domain.scoring.typed import plain
from app.domain.visibility import BEST_PRICE_FROM

# Made up: the dearer offer has the better grade.
EXAMPLE_PRICES: Final = (Decimal(101), Decimal(100))
_EXAMPLE_GRADES: Final = (Grade.A, Grade.C)
_EXAMPLE_CEILING: Final = Decimal(125)
_OWN_FACTOR_EN: Final = (
    "You see your own factor; where it is made from technical points, it tells you your own points, and nobody else's."
)
_OWN_FACTOR_ZH: Final = "您可看到本方系数；系数由技术得分得出的，您由此可知本方技术得分，不含其他竞价方的。"


def ranking_sentences(rules: LiveRules, lang: str) -> list[str]:
    """The same, and what a bidder sees of its points."""
    told = [score_feedback(rules, lang)] if rules.feedback is FeedbackMode.SCORE_RANK else []
    return [*basis_sentences(rules, lang), *told]


def basis_sentences(rules: LiveRules, lang: str) -> list[str]:
    """Say by what bids are ranked; nothing where it is the price alone. `lang` is `zh` or `en`."""
    is_chinese = lang == "zh"
    if rules.basis is Basis.PRICE:
        return []
    if rules.basis is Basis.POINTS:
        return [_points_chinese(rules) if is_chinese else _points_english(rules)]
    factors = rules.factors
    if factors is None:
        return [
            f"按已公布的系数公式折算后的价格排序，技术得分在竞价开始前锁定。{_OWN_FACTOR_ZH}支付金额仍为报价。"
            if is_chinese
            else "Bids are ranked by the price divided by your coefficient, by the published formula; its technical "
            f"points were locked before the round. {_OWN_FACTOR_EN} What is paid is the bid."
        ]
    said = _factors_chinese(rules, factors) if is_chinese else _factors_english(rules, factors)
    return [said, _example(rules, lang)]


def _values(rules: LiveRules, factors: Factors, unit: str) -> list[tuple[str, str]]:
    is_added = rules.basis is Basis.BONUS_MALUS
    shown = unit if factors.measure is Measure.PERCENT else ""
    return [
        (grade.value, f"{'+' if is_added and value > 0 else ''}{plain(value)}{shown}".replace("-", "−"))
        for grade, value in factors.grades
    ]


def _factors_english(rules: LiveRules, factors: Factors) -> str:
    values = ", ".join(f"{grade} {value}" for grade, value in _values(rules, factors, " %"))
    by = f"by your certification grade at the invitation ({values})"
    ties = "The lowest comes first; of equal figures the lower price, then the earlier bid. What is paid is the bid."
    if rules.basis is Basis.BONUS_MALUS:
        of = "percent of the price" if factors.measure is Measure.PERCENT else "money"
        return f"Bids are ranked by the price plus an addition in {of}, fixed {by}. {ties}"
    return (
        f"Bids are ranked by the price divided by 1 plus your feature values: one is fixed {by}; where a coefficient "
        f"formula was published, your share by it is added. {_OWN_FACTOR_EN} {ties}"
    )


def _factors_chinese(rules: LiveRules, factors: Factors) -> str:
    values = "、".join(f"{grade}级{value}" for grade, value in _values(rules, factors, "%"))
    ties = "最低者在前；数值相同的，价格低者在前，仍相同的，先收到者在前。支付金额仍为报价。"
    if rules.basis is Basis.BONUS_MALUS:
        of = "价格的百分比" if factors.measure is Measure.PERCENT else "金额"
        return f"按价格加调整额后的金额排序，调整额以{of}计，按邀请时的认证等级确定（{values}）。{ties}"
    also = f"公布有系数公式的，另加其份额。{_OWN_FACTOR_ZH}"
    return f"按价格除以（1＋特征值之和）排序，特征值按邀请时的认证等级确定（{values}）；{also}{ties}"


def _example(rules: LiveRules, lang: str) -> str:
    """Two made-up bids, ranked by the code that ranks the real ones."""
    held, factors = ranking_rules(rules, None), rules.factors
    assert held is not None
    assert factors is not None, "only factors by grade have an example of their own"
    offers = [
        OwnFigures((factors.of(grade),)).offer(grade.value, price, order)
        for order, (price, grade) in enumerate(zip(EXAMPLE_PRICES, _EXAMPLE_GRADES, strict=True), start=1)
    ]
    ranked = rank_offers(held, offers, ceiling=_EXAMPLE_CEILING)
    shown = [
        (plain(one.offer.amount), one.offer.key, "" if one.figure is None else plain(one.figure)) for one in ranked
    ]
    if lang == "zh":
        told = "，".join(f"{grade}级报价{price}按{figure}排序" for price, grade, figure in shown)
        return f"举例：{told}；前者在先。"
    told = ", ".join(f"a bid of {price} with grade {grade} is ranked as {figure}" for price, grade, figure in shown)
    return f"Example: {told}; the first is ahead."


def _points_english(rules: LiveRules) -> str:
    said = (
        "Bids are ranked by the total points of the published evaluation; the technical points were locked before the "
        "round and do not change in it. Of equal totals the evaluation says which is first, then the earlier bid is."
    )
    return said if rules.feedback is FeedbackMode.SCORE_RANK else f"{said} Points are not shown while the lot runs."


def _points_chinese(rules: LiveRules) -> str:
    ties = "总分相同的，按评审办法，仍相同的，先收到者在前。"
    said = f"按已公布的评审办法计算的总分排序；技术得分在竞价开始前锁定，竞价中不变。{ties}"
    return said if rules.feedback is FeedbackMode.SCORE_RANK else f"{said}竞价期间不显示得分。"


def score_feedback(rules: LiveRules, lang: str) -> str:
    """What the bidder sees under `score_rank`, by whether the rules tell the price that would lead."""
    if lang == "zh":
        if rules.tells_lead:
            also = "还可看到本方价格得分、总分和领先所需价格。"
            return f"您可以看到本方排名和技术得分；至少{BEST_PRICE_FROM}家竞价方报价后，{also}"
        return "您可以看到本方排名、技术得分、价格得分和总分，看不到其他竞价方的价格和得分。"
    if rules.tells_lead:
        return (
            f"You see your own rank and technical points and, once at least {BEST_PRICE_FROM} bidders have bid, "
            "your price points, your total and the price at which you would lead."
        )
    return "You see your own rank, technical points, price points and total, and never another bidder's."
