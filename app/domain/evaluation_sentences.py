"""How sealed offers are compared, as sentences in both languages, with a worked example of the price formula.

Serves SCORING.md sections 1 to 3 and SCREENS.md PL-04. The example is computed by the functions that compute the real
points, from three made-up prices, so that it cannot say anything else than what will be done.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from app.domain.formula_sentences import formula_sentence
from app.domain.scoring.formulas import PriceOnly
from app.domain.scoring.price_points import PriceField, score_price
from app.domain.scoring.rules import Aggregation
from app.domain.scoring.totals import total_points
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from app.domain.scoring.rules import Criterion, EvaluationRules, TechnicalRules

# Made up: the lowest, one a little above it, one far above.
EXAMPLE_PRICES: Final = (Decimal(100), Decimal(104), Decimal(120))
EXAMPLE_CEILING: Final = Decimal(125)
_POINTS: Final = Decimal(82)


def evaluation_sentences(rules: EvaluationRules, lang: str) -> list[str]:
    """Give all that decides the order of the offers, in reading order. `lang` is `zh` or `en`."""
    say = _chinese if lang == "zh" else _english
    technical = [] if rules.technical is None else _technical(rules.technical, lang)
    return [*technical, *say(rules), _shortlist(rules, lang)]


def worked_example(rules: EvaluationRules, lang: str) -> str | None:
    """Compute three made-up prices by the formula, and one total; None where prices are ranked by amount alone."""
    field = PriceField(EXAMPLE_PRICES, EXAMPLE_CEILING)
    scores = [score_price(rules.price.formula, price, field) for price in EXAMPLE_PRICES]
    second = scores[1]
    points = [str(score.points) for score in scores if score is not None]
    if second is None:
        return None
    total = total_points(rules, _POINTS, second.counted)
    prices = [plain(price) for price in EXAMPLE_PRICES]
    if lang == "zh":
        told = f"举例：价格为{'、'.join(prices)}（最高限价{EXAMPLE_CEILING}）时，价格得分为{'、'.join(points)}"
        rest = f"；其中第二家技术得分为{_POINTS}的，总分为{total}。" if rules.technical is not None else "。"
        return told + rest
    told = (
        f"Example: with prices {', '.join(prices)} (ceiling {EXAMPLE_CEILING}) the price points are {', '.join(points)}"
    )
    rest = f"; with {_POINTS} technical points the second has a total of {total}." if rules.technical else "."
    return told + rest


def _english(rules: EvaluationRules) -> list[str]:
    if isinstance(rules.price.formula, PriceOnly):
        return [
            "Offers are ranked by price alone, the lowest first; of equal prices the one received earlier is first."
        ]
    weights = (
        f"The total is {plain(rules.technical.weight)} % technical points and {plain(rules.price.weight)} % "
        "price points, rounded half up to two digits."
        if rules.technical is not None
        else "The total is the price points."
    )
    return [
        f"{weights} The highest total is first; of equal totals the lower price, then the one received earlier.",
        formula_sentence(rules.price.formula, "en"),
        *([] if (example := worked_example(rules, "en")) is None else [example]),
    ]


def _chinese(rules: EvaluationRules) -> list[str]:
    if isinstance(rules.price.formula, PriceOnly):
        return ["只按价格排序，最低者在前；价格相同的，先收到者在前。"]
    weights = (
        f"总分由技术得分（{plain(rules.technical.weight)}%）和价格得分（{plain(rules.price.weight)}%）加权而成，四舍五入保留两位小数。"
        if rules.technical is not None
        else "总分即价格得分。"
    )
    return [
        f"{weights}总分最高者在前；总分相同的，价格低者在前，仍相同的，先收到者在前。",
        formula_sentence(rules.price.formula, "zh"),
        *([] if (example := worked_example(rules, "zh")) is None else [example]),
    ]


def _technical(rules: TechnicalRules, lang: str) -> list[str]:
    is_mean = rules.aggregation is Aggregation.MEAN
    if lang == "zh":
        value = "平均值" if is_mean else "中位数"
        listed = "；".join(_criterion(one, lang) for one in rules.criteria)
        return [
            f"每项由各评审人按0至5分独立评分，评分时看不到名称和价格；取{value}，合议后可附理由调整，"
            "再按权重折算为百分制的技术得分，四舍五入保留两位小数。",
            f"评审项（权重）：{listed}。",
            *_least_chinese(rules),
        ]
    value = "mean" if is_mean else "median"
    listed = "; ".join(_criterion(one, lang) for one in rules.criteria)
    return [
        "Each evaluator gives each criterion a mark from 0 to 5 alone, without seeing names or prices. "
        f"Their {value} counts, unless they agree on another value and say why; by weight the values make the "
        "technical points, from 0 to 100, rounded half up to two digits.",
        f"Criteria (weights): {listed}.",
        *_least_english(rules),
    ]


def _least_english(rules: TechnicalRules) -> list[str]:
    found = [] if rules.threshold is None else [f"with fewer than {plain(rules.threshold)} technical points"]
    found += ["below the least points of a criterion"] if _has_own_least(rules) else []
    return [f"An offer {' or '.join(found)} goes no further, and its price stays unopened."] if found else []


def _least_chinese(rules: TechnicalRules) -> list[str]:
    found = [] if rules.threshold is None else [f"技术得分低于{plain(rules.threshold)}分"]
    found += ["有评审项低于其最低分"] if _has_own_least(rules) else []
    return [f"{'或'.join(found)}的不再参与，其价格不予开启。"] if found else []


def _has_own_least(rules: TechnicalRules) -> bool:
    return any(one.threshold is not None for one in rules.criteria)


def _criterion(one: Criterion, lang: str) -> str:
    if lang == "zh":
        least = "" if one.threshold is None else f"，至少{plain(one.threshold)}分"
        return f"{one.title_zh or one.title_en}（{plain(one.weight)}%{least}）"
    least = "" if one.threshold is None else f", at least {plain(one.threshold)} points"
    return f"{one.title_en or one.title_zh} ({plain(one.weight)} %{least})"


def _shortlist(rules: EvaluationRules, lang: str) -> str:
    count = rules.shortlist_count
    if lang == "zh":
        frozen = "技术得分在评分锁定时固定，竞价不改变。" if rules.freeze_technical else ""
        return f"每个采购包前{count}名入围，与末位并列的一并入围；排在首位的为首选。{frozen}"
    frozen = " Technical points are fixed when the marks are locked; bidding does not change them."
    return (
        f"The first {count} of each lot are shortlisted, with all who tie with the last of them; "
        f"the first is the preferred one.{frozen if rules.freeze_technical else ''}"
    )
