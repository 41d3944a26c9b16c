"""How sealed offers are compared, as sentences in both languages, with a worked example of the price formula.

Serves SCORING.md sections 1 to 3 and SCREENS.md PL-04. The example is computed by the functions that compute the real
points, from three made-up prices, so that it cannot say anything else than what will be done.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from app.domain.formula_sentences import formula_sentence
from app.domain.outcome_sentences import outcome_sentences
from app.domain.scoring.formulas import has_total, is_offered
from app.domain.scoring.kinds import PriceOnly, Ties
from app.domain.scoring.totals import Offer, rank_offers
from app.domain.scoring.typed import plain
from app.domain.technical_sentences import technical_sentences

if TYPE_CHECKING:
    from app.domain.scoring.rules import EvaluationRules
    from app.domain.scoring.totals import ScoredOffer

# Made up: the lowest, one a little above it, one far above.
EXAMPLE_PRICES: Final = (Decimal(100), Decimal(104), Decimal(120))
EXAMPLE_CEILING: Final = Decimal(125)
_POINTS: Final = Decimal(82)


def evaluation_sentences(rules: EvaluationRules, lang: str) -> list[str]:
    """Give all that decides the order of the offers, in reading order. `lang` is `zh` or `en`."""
    technical = [] if rules.technical is None else technical_sentences(rules.technical, lang)
    example = worked_example(rules, lang)
    return [
        *technical,
        *_order(rules, lang),
        *([] if example is None else [example]),
        *outcome_sentences(rules, lang),
    ]


def worked_example(rules: EvaluationRules, lang: str) -> str | None:
    """Compute three made-up prices by the formula, and one total; None where prices are ranked by amount alone, or with
    figures of each bidder's own, of which the live round gives an example."""
    if isinstance(rules.price.formula, PriceOnly) or is_offered(rules.price.formula):
        return None
    technical = None if rules.technical is None else _POINTS
    offers = [Offer(str(at), price, at, technical) for at, price in enumerate(EXAMPLE_PRICES)]
    ranked = rank_offers(rules, offers, ceiling=EXAMPLE_CEILING)
    by_price = sorted(ranked, key=lambda each: each.offer.amount)
    return _chinese(rules, by_price) if lang == "zh" else _english(rules, by_price)


def _shown(ranked: list[ScoredOffer]) -> list[str]:
    found = [each.figure if each.price_points is None else each.price_points for each in ranked]
    return ["–" if value is None else f"{value:f}" for value in found]


def _english(rules: EvaluationRules, ranked: list[ScoredOffer]) -> str:
    prices, shown = ", ".join(map(plain, EXAMPLE_PRICES)), ", ".join(_shown(ranked))
    told = f"Example: with prices {prices} (ceiling {EXAMPLE_CEILING})"
    if not has_total(rules.price.formula):
        return f"{told} and {_POINTS} technical points each, offers are ranked by {shown}."
    told += f" the price points are {shown}"
    if rules.technical is None:
        return f"{told}."
    return f"{told}; with {_POINTS} technical points the second has a total of {ranked[1].total}."


def _chinese(rules: EvaluationRules, ranked: list[ScoredOffer]) -> str:
    prices, shown = "、".join(map(plain, EXAMPLE_PRICES)), "、".join(_shown(ranked))
    told = f"举例：价格为{prices}（最高限价{EXAMPLE_CEILING}）"
    if not has_total(rules.price.formula):
        return f"{told}、技术得分均为{_POINTS}时，评审值依次为{shown}。"
    told += f"时，价格得分为{shown}"
    if rules.technical is None:
        return f"{told}。"
    return f"{told}；其中第二家技术得分为{_POINTS}的，总分为{ranked[1].total}。"


def _order(rules: EvaluationRules, lang: str) -> list[str]:
    formula, is_chinese = rules.price.formula, lang == "zh"
    if isinstance(formula, PriceOnly):
        if formula.ties is Ties.TECHNICAL:
            return [
                "只按价格排序，最低者在前；价格相同的，技术得分高者在前，仍相同的，先收到者在前。"
                if is_chinese
                else "Offers are ranked by price alone, the lowest first; of equal prices the one with more technical "
                "points, then the one received earlier is first."
            ]
        return [
            "只按价格排序，最低者在前；价格相同的，先收到者在前。"
            if is_chinese
            else "Offers are ranked by price alone, the lowest first; "
            "of equal prices the one received earlier is first."
        ]
    first = [_total(rules, lang)] if has_total(formula) else []
    return [*first, formula_sentence(formula, lang), *([] if first else [_equal(rules, lang)])]


def _total(rules: EvaluationRules, lang: str) -> str:
    price = plain(rules.price.weight)
    technical = None if rules.technical is None else plain(rules.technical.weight)
    if lang == "zh":
        weights = (
            "总分即价格得分。"
            if technical is None
            else f"总分由技术得分（{technical}%）和价格得分（{price}%）加权而成，四舍五入保留两位小数。"
        )
        return f"{weights}总分最高者在前；总分相同的，{_ties_chinese(rules)}。"
    weights = (
        "The total is the price points."
        if technical is None
        else f"The total is {technical} % technical points and {price} % price points, rounded half up to two digits."
    )
    return f"{weights} The highest total is first; of equal totals {_ties_english(rules)}."


def _equal(rules: EvaluationRules, lang: str) -> str:
    return (
        f"数值相同的，{_ties_chinese(rules)}。"
        if lang == "zh"
        else f"Of equal figures {_ties_english(rules)} is first."
    )


def _ties_english(rules: EvaluationRules) -> str:
    first = "the one with more technical points, then " if rules.price.formula.ties is Ties.TECHNICAL else ""
    return f"{first}the lower price, then the one received earlier"


def _ties_chinese(rules: EvaluationRules) -> str:
    first = "技术得分高者在前，仍相同的，" if rules.price.formula.ties is Ties.TECHNICAL else ""
    return f"{first}价格低者在前，仍相同的，先收到者在前"
