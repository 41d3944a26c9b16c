"""The technical side in words, in both languages: who marks how, the tree of criteria, what is the least."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from app.domain.scoring.ahp import derive
from app.domain.scoring.criteria import Aggregation
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from fractions import Fraction

    from app.domain.scoring.ahp import Judgements
    from app.domain.scoring.criteria import Criterion, Group, TechnicalRules

# More of them are a table, not a sentence: it stands in the document.
_MOST_PAIRS: Final = 6


def technical_sentences(rules: TechnicalRules, lang: str) -> list[str]:
    """Say how marks become technical points (SCORING.md section 2). `lang` is `zh` or `en`."""
    listed = _branch(rules, None, lang)
    value = _value(rules, lang)
    if lang == "zh":
        return [
            f"每项由各评审人按0至5分独立评分，评分时看不到名称和价格；取{value}，合议后可附理由调整，"
            "再按权重折算为百分制的技术得分，四舍五入保留两位小数。",
            f"评审项（权重）：{listed}。",
            *(_derived(rules, judged, lang) for judged in rules.judgements),
            *_least_chinese(rules),
        ]
    return [
        "Each evaluator gives each criterion a mark from 0 to 5 alone, without seeing names or prices. "
        f"Their {value} counts, unless they agree on another value and say why; by weight the values make the "
        "technical points, from 0 to 100, rounded half up to two digits.",
        f"Criteria (weights): {listed}.",
        *(_derived(rules, judged, lang) for judged in rules.judgements),
        *_least_english(rules),
    ]


def _value(rules: TechnicalRules, lang: str) -> str:
    is_chinese = lang == "zh"
    match rules.aggregation:
        case Aggregation.MEAN:
            return "平均值" if is_chinese else "mean"
        case Aggregation.MEDIAN:
            return "中位数" if is_chinese else "median"
        case Aggregation.TRIMMED_MEAN:
            if is_chinese:
                return f"平均值（满{rules.drop_from}个评分时去掉一个最高分和一个最低分）"
            return f"mean, without one highest and one lowest where {rules.drop_from} marks or more were given,"


def _branch(rules: TechnicalRules, parent: str | None, lang: str) -> str:
    """What stands in a group, groups first as listed; a group's own content in brackets after it."""
    groups = [one for one in rules.groups if one.parent == parent]
    inner = [f"{_named(one, lang)}{_bracketed(_branch(rules, one.id, lang), lang)}" for one in groups]
    leaves = [_named(one, lang) for one in rules.criteria if one.parent == parent]
    return ("；" if lang == "zh" else "; ").join(inner + leaves)


def _derived(rules: TechnicalRules, judged: Judgements, lang: str) -> str:
    """That weights follow from comparisons in pairs, and how well these fit; each of them, where they are few."""
    is_chinese = lang == "zh"
    titles = {one.id: (one.title_zh, one.title_en) for one in rules.groups}
    titles |= {one.id: (one.title_zh, one.title_en) for one in rules.criteria}
    names = [(zh or en) if is_chinese else (en or zh) for zh, en in (titles[item] for item in judged.items)]
    ratio = f"{derive(judged.matrix, judged.digits).ratio:.4f}"
    pairs = list(combinations(range(len(names)), 2))
    told = [_compared(names[one], names[other], judged.matrix[one][other], lang) for one, other in pairs]
    if is_chinese:
        listed = f"：{'；'.join(told)}" if len(pairs) <= _MOST_PAIRS else ""
        return f"“{'”“'.join(names)}”的权重由两两比较得出（层次分析法，一致性比率{ratio}）{listed}。"
    listed = f": {'; '.join(told)}" if len(pairs) <= _MOST_PAIRS else ""
    return (
        f"The weights of {', '.join(names)} follow from comparisons in pairs (AHP, consistency ratio {ratio}){listed}."
    )


def _compared(one: str, other: str, value: Fraction, lang: str) -> str:
    first, second, times = (other, one, 1 / value) if value < 1 else (one, other, value)
    if lang == "zh":
        return f"{one}与{other}同等重要" if value == 1 else f"{first}的重要程度是{second}的{times}倍"
    return f"{one} as important as {other}" if value == 1 else f"{first} {times} times as important as {second}"


def _bracketed(text: str, lang: str) -> str:
    return f"［{text}］" if lang == "zh" else f" [{text}]"


def _named(one: Criterion | Group, lang: str) -> str:
    if lang == "zh":
        least = "" if one.threshold is None else f"，至少{plain(one.threshold)}分"
        return f"{one.title_zh or one.title_en}（{plain(one.weight)}%{least}）"
    least = "" if one.threshold is None else f", at least {plain(one.threshold)} points"
    return f"{one.title_en or one.title_zh} ({plain(one.weight)} %{least})"


def _least_english(rules: TechnicalRules) -> list[str]:
    found = [] if rules.threshold is None else [f"with fewer than {plain(rules.threshold)} technical points"]
    found += ["below the least points of a criterion"] if _has_own_least(rules.criteria) else []
    found += ["below the least points of a group"] if _has_own_least(rules.groups) else []
    return [f"An offer {' or '.join(found)} goes no further, and its price stays unopened."] if found else []


def _least_chinese(rules: TechnicalRules) -> list[str]:
    found = [] if rules.threshold is None else [f"技术得分低于{plain(rules.threshold)}分"]
    found += ["有评审项低于其最低分"] if _has_own_least(rules.criteria) else []
    found += ["有分组低于其最低分"] if _has_own_least(rules.groups) else []
    return [f"{'或'.join(found)}的不再参与，其价格不予开启。"] if found else []


def _has_own_least(listed: tuple[Criterion, ...] | tuple[Group, ...]) -> bool:
    return any(one.threshold is not None for one in listed)
