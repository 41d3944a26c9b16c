"""What follows from the comparison, in words: points of certification, questions about low prices, the shortlist.

Serves SCORING.md section 3, in both languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.certification import Aspect
from app.domain.scoring.abnormal_rules import AbnormalKind
from app.domain.scoring.formulas import has_total
from app.domain.scoring.kinds import PriceOnly
from app.domain.scoring.shortlist_rules import CutOffTies
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from app.domain.scoring.abnormal_rules import AbnormalRules, AbnormalTest
    from app.domain.scoring.certification_rules import CertificationRules
    from app.domain.scoring.rules import EvaluationRules
    from app.domain.scoring.split_rules import SplitRules

_ASPECTS_ZH = {Aspect.QUALITY: "质量", Aspect.DELIVERY: "交付", Aspect.CREDIT: "信用"}
_MEASURES_EN = {
    AbnormalKind.SHARE_OF_MEAN: "the mean of all prices",
    AbnormalKind.SHARE_OF_SECOND_LOWEST: "the second lowest price",
    AbnormalKind.SHARE_OF_CEILING: "the ceiling price",
}
_MEASURES_ZH = {
    AbnormalKind.SHARE_OF_MEAN: "全部价格平均值",
    AbnormalKind.SHARE_OF_SECOND_LOWEST: "第二低价",
    AbnormalKind.SHARE_OF_CEILING: "最高限价",
}


def outcome_sentences(rules: EvaluationRules, lang: str) -> list[str]:
    """Say it all in the order in which it happens. `lang` is `zh` or `en`."""
    certification, abnormal = rules.certification, rules.abnormal
    return [
        *([] if certification is None else _certification(certification, lang)),
        *([] if abnormal is None else [_abnormal(abnormal, lang)]),
        _shortlist(rules, lang),
        *([] if rules.split is None else [_split(rules.split, lang)]),
    ]


def _certification(rules: CertificationRules, lang: str) -> list[str]:
    is_chinese = lang == "zh"
    found = []
    if rules.minimum:
        least = rules.minimum.items()
        if is_chinese:
            told = "、".join(f"{_ASPECTS_ZH[aspect]}至少{plain(mark)}分" for aspect, mark in least)
            found.append(f"只邀请供应商认证达到最低要求的供应商：{told}。")
        else:
            told = ", ".join(f"{aspect.value} at least {plain(mark)}" for aspect, mark in least)
            found.append(f"Only suppliers whose certification reaches the least marks are invited: {told}.")
    if rules.points:
        told = ("、" if is_chinese else ", ").join(
            f"{grade.value} {'+' if value > 0 else ''}{plain(value)}" for grade, value in rules.points.items()
        )
        found.append(
            f"按邀请时的认证等级在总分上加减分：{told}。"
            if is_chinese
            else f"By the grade of certification at the invitation points are added to the total: {told}."
        )
    return found


def _abnormal(rules: AbnormalRules, lang: str) -> str:
    if lang == "zh":
        told = "或".join(_test(one, lang) for one in rules.tests)
        return (
            f"{told}的价格为异常低价：须在收到询问后{rules.answer_hours}小时内说明，"
            "由采购人附理由决定是否保留，不自动排除。"
        )
    told = " or ".join(_test(one, lang) for one in rules.tests)
    return (
        f"A price {told} is asked about: the supplier has {rules.answer_hours} hours to explain it; the buyer then "
        "decides with reasons whether it stays. Nothing is excluded automatically."
    )


def _test(one: AbnormalTest, lang: str) -> str:
    share = plain(one.share)
    if lang == "zh":
        return f"{'低于' if one.is_strict else '不高于'}{_MEASURES_ZH[one.kind]}{share}%"
    return f"{'below' if one.is_strict else 'of at most'} {share} % of {_MEASURES_EN[one.kind]}"


def _shortlist(rules: EvaluationRules, lang: str) -> str:
    return _shortlist_chinese(rules) if lang == "zh" else _shortlist_english(rules)


def _shortlist_english(rules: EvaluationRules) -> str:
    cut = rules.shortlist
    near = ""
    if cut.within is not None:
        best = "the best total" if has_total(rules.price.formula) else _best(rules, "en")
        near = f" as far as they are within {plain(cut.within)} % of {best}"
        near += "" if cut.at_least is None else f", but {cut.at_least} at least"
        near += ","
    ties = (
        ", with all who tie with the last of them"
        if cut.ties is CutOffTies.INCLUDE
        else "; of those who tie with the last of them the one received earlier"
    )
    frozen = " Technical points are fixed when the marks are locked; bidding does not change them."
    return (
        f"The first {cut.count} of each lot are shortlisted{near}{ties}; "
        f"the first is the preferred one.{frozen if rules.freeze_technical else ''}"
    ).replace(",,", ",")


def _shortlist_chinese(rules: EvaluationRules) -> str:
    cut = rules.shortlist
    near = ""
    if cut.within is not None:
        best = "最高总分" if has_total(rules.price.formula) else _best(rules, "zh")
        near = f"（与{best}相差不超过{plain(cut.within)}%"
        near += "）" if cut.at_least is None else f"，但至少{cut.at_least}名）"
    ties = "与末位并列的一并入围" if cut.ties is CutOffTies.INCLUDE else "与末位并列的先收到者入围"
    frozen = "技术得分在评分锁定时固定，竞价不改变。" if rules.freeze_technical else ""
    return f"每个采购包前{cut.count}名入围{near}，{ties}；排在首位的为首选。{frozen}"


def _best(rules: EvaluationRules, lang: str) -> str:
    is_amount = isinstance(rules.price.formula, PriceOnly)
    if lang == "zh":
        return "最低价" if is_amount else "首位的评审值"
    return "the lowest price" if is_amount else "the figure of the first"


def _split(rules: SplitRules, lang: str) -> str:
    shares = ["–".join(plain(share) for share in pattern) for pattern in rules.patterns]
    if lang == "zh":
        told = "、".join(f"{one}%" for one in shares)
        return f"每个采购包可成交给一家供应商，也可按{told}的份额分配给多家入围供应商。"
    told = " or ".join(f"{one} %" for one in shares)
    return f"A lot may be awarded to one supplier, or to several on the shortlist in shares of {told}."
