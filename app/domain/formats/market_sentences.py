"""What a bidder is told of the market, what equal amounts come to, and how lots follow each other, as sentences.

Serves LIVE.md section 1 (feedback, starting gate, ties, lots) and SCREENS.md 2.2.3. Nothing here decides.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from app.domain.formats.telling import TOP
from app.domain.live_rules import Basis, FeedbackMode, LiveRules, LotOrder, TieRule
from app.domain.visibility import BEST_PRICE_FROM

_MINUTE: Final = timedelta(minutes=1)
_SECOND: Final = timedelta(seconds=1)
_FEEDBACK: Final[Mapping[str, Mapping[FeedbackMode, str]]] = MappingProxyType(
    {
        "en": {
            FeedbackMode.RANK_ONLY: "You see your own rank and never another bidder's price.",
            FeedbackMode.LEAD_ONLY: (
                "You see whether you lead or not, in the round and in its result; neither your rank nor another "
                "bidder's price."
            ),
            FeedbackMode.RANK_BAND: (
                f"You see whether you lead, are among the first {TOP} or outside them, in the round and in its result; "
                "neither your exact rank nor another bidder's price."
            ),
            FeedbackMode.BEST_PRICE: (
                "You see whether you lead or not, in the round and in its result, and, once at least "
                f"{BEST_PRICE_FROM} bidders have bid on the lot, the best price; not your rank."
            ),
            FeedbackMode.RANK_AND_BEST: (
                f"You see your own rank and, once at least {BEST_PRICE_FROM} bidders have bid on the lot, the best "
                "price."
            ),
        },
        "zh": {
            FeedbackMode.RANK_ONLY: "您只能看到本方排名，看不到其他竞价方的价格。",
            FeedbackMode.LEAD_ONLY: ("竞价中和结果中，您只能看到本方是否领先，看不到具体排名和其他竞价方的价格。"),
            FeedbackMode.RANK_BAND: (
                f"竞价中和结果中，您只能看到本方为领先、前{TOP}名或前{TOP}名之外，看不到具体排名和其他竞价方的价格。"
            ),
            FeedbackMode.BEST_PRICE: (
                f"竞价中和结果中，您可以看到本方是否领先；至少{BEST_PRICE_FROM}家竞价方在该采购包报价后，"
                "还可看到当前最低价；看不到具体排名。"
            ),
            FeedbackMode.RANK_AND_BEST: (
                f"您可以看到本方排名；至少{BEST_PRICE_FROM}家竞价方在该采购包报价后，还可看到当前最低价。"
            ),
        },
    }
)
_GATE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": "All this you see only after your own valid first bid, at or under the ceiling price.",
        "zh": "本方首次有效报价（不高于最高限价）被接受之后，方可看到以上信息。",
    }
)
_TIES: Final[Mapping[str, Mapping[TieRule, str]]] = MappingProxyType(
    {
        "en": {
            TieRule.EARLIER_FIRST: (
                "Of two equal amounts the earlier one received and ordered by the server stands first."
            ),
            TieRule.EQUAL_RANK: (
                "Bidders with equal amounts share the better rank and the ranks after it are skipped (1, 1, 3); in the "
                "buyer's order, and where the award follows it, the earlier one received and ordered by the server "
                "stands first."
            ),
        },
        "zh": {
            TieRule.EARLIER_FIRST: "报价相同的，服务器接收并排序在先者排名在前。",
            TieRule.EQUAL_RANK: (
                "报价相同的，排名并列，其后名次顺延空缺（1、1、3）；采购人的排序及据此作出的成交，以服务器接收并排序在先者为先。"
            ),
        },
    }
)


def feedback_sentences(rules: LiveRules, lang: str) -> list[str]:
    """What is told of the market, and from when on; `score_rank` has its own sentence (`basis_sentences`)."""
    told = _FEEDBACK[lang].get(rules.feedback)
    return [*([] if told is None else [told]), *([_GATE[lang]] if rules.has_gate else [])]


def tie_sentences(rules: LiveRules, lang: str) -> list[str]:
    """What comes of equal amounts; another basis than the price says it itself."""
    return [_TIES[lang][rules.ties]] if rules.basis is Basis.PRICE else []


def lots_sentence(rules: LiveRules, lang: str) -> str:
    """How several lots share the time."""
    is_chinese = lang == "zh"
    if rules.lots is LotOrder.STAGGERED:
        apart = time_text(rules.stagger, lang)
        if is_chinese:
            return f"各采购包同时开放，依次结束，间隔{apart}。"
        return f"All lots open together and close one after another, {apart} apart."
    if rules.lots is LotOrder.SERIES:
        gap, duration = time_text(rules.gap, lang), time_text(rules.duration, lang)
        if is_chinese:
            return (
                f"各采购包依次竞价：每个采购包开放{duration}，前一采购包结束{gap}后开放下一个；"
                "前一采购包延时或暂停的，其后各采购包相应推迟；提前结束的，其后各采购包仍按计划时间开放。"
            )
        return (
            f"The lots are bid on one after another: each is open for {duration} and opens {gap} after the one before "
            "it has closed; an extension or a pause of one moves those after it by as much, an early end moves none."
        )
    if is_chinese:
        return "各采购包同时开放，计划结束时间相同。"
    return "All lots open together and have the same scheduled closing time."


def currency_sentences(rules: LiveRules, lang: str) -> list[str]:
    """In which currencies bids may be, by which rates, and how they count; nothing where it is the tender's alone."""
    rates = rules.rates
    if rates is None:
        return []
    if lang == "zh":
        listed = "；".join(f"1 {currency}＝{rate.normalize():f}" for currency, rate in rates.rates)
        return [
            f"除采购币种外，也可用下列币种报价，按固定汇率折算（{listed}；来源：{rates.source}，{rates.on.isoformat()}），"
            "折算额四舍五入到采购包小数位；排序、降幅和各项限额均按折算额；回执载明原币种和折算额。"
        ]
    listed = "; ".join(f"1 {currency} = {rate.normalize():f}" for currency, rate in rates.rates)
    return [
        "Bids may also be in these currencies, by rates that do not change in the round "
        f"({listed}; {rates.source}, {rates.on.isoformat()}). A bid counts as its amount times the rate, rounded half "
        "up to the lot's decimals; ranks, steps and limits go by that, and the receipt says both."
    ]


def time_text(span: timedelta, lang: str) -> str:
    """A span in whole minutes where it is that, else in seconds."""
    minute, second = ("分钟", "秒") if lang == "zh" else (" min", " s")
    return f"{span // _SECOND}{second}" if span % _MINUTE else f"{span // _MINUTE}{minute}"
