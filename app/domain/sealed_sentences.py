"""The rules of a sealed round as sentences, in Chinese and in English (SEALING.md sections 1, 4 and 6).

Nothing here decides. Whose custody it is stands among the first: it is shown everywhere and never overstated.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from app.domain.committee import Seat
from app.domain.sealed_rules import sealed_rules_from_json
from app.domain.sealing.policy import CUSTODY_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.domain.sealed_rules import SealedRules

# The published titles of a committee's seats.
SEAT_WORDS: Final[Mapping[Seat, Mapping[str, str]]] = {
    Seat.PURCHASING: {"zh": "采购", "en": "purchasing"},
    Seat.TECHNICAL: {"zh": "技术", "en": "technical"},
    Seat.FINANCE: {"zh": "财务", "en": "finance"},
    Seat.QUALITY: {"zh": "质量", "en": "quality"},
    Seat.AUDIT: {"zh": "审计", "en": "audit"},
    Seat.LEGAL: {"zh": "法务", "en": "legal"},
    Seat.EXTERNAL: {"zh": "外部", "en": "external"},
}

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def sealed_sentences(document: Mapping[str, Any], lang: str) -> list[str]:
    """Give every rule of the sealed round of a document, in reading order. Precondition: the document has one."""
    held = next(one for one in document["rounds"] if one["kind"] == "sealed")
    rules = sealed_rules_from_json(held["rules"])
    custody = _custody(rules, lang)
    said = _chinese(document, rules) if lang == "zh" else _english(document, rules)
    return [said[0], custody, *said[1:]]


def _custody(rules: SealedRules, lang: str) -> str:
    label = CUSTODY_LABELS[rules.custody.value][lang]
    if rules.committee is None:
        return label
    seats = "、" if lang == "zh" else ", "
    named = seats.join(SEAT_WORDS[seat][lang] for seat in rules.committee.seats)
    said = label.format(k=rules.committee.k, n=len(rules.committee.seats))
    return f"{said}开启人席位：{named}。" if lang == "zh" else f"{said} The seats: {named}."


def _english(document: Mapping[str, Any], rules: SealedRules) -> list[str]:
    few = (
        f"the round is extended once by {_span(rules.extension, 'en')}; after that it ends unopened"
        if rules.extension
        else "it ends unopened"
    )
    envelopes = (
        "An offer has two envelopes. The technical one is opened first and marked without names or prices; "
        "a price is opened only when all marks are locked and the offer has passed. "
        "Technical answers must not name or show the company."
        if rules.has_technical
        else "An offer is one envelope with the price."
    )
    return [
        "Offers are sealed on your own machine and kept unopened until the close. "
        "An offer counts if the server received it completely before the closing time, to the millisecond.",
        "Until the close you may replace or withdraw your offer; only your newest one is ever opened.",
        envelopes,
        _limits(document, "en"),
        f"If fewer than {document['min_bidders']} bidders have sealed an offer at the close, {few}.",
        "If the server was down in the last 15 minutes, the close moves by that time plus 15 minutes.",
        "After the close the digests of all offers are published to all participants, who can check that theirs is "
        "among them; nothing can be added after that.",
    ]


def _chinese(document: Mapping[str, Any], rules: SealedRules) -> list[str]:
    few = (
        f"自动延长一次（{_span(rules.extension, 'zh')}），仍不足的，不予开启并终止"
        if rules.extension
        else "不予开启并终止"
    )
    envelopes = (
        "每份报价分两个信封。先开启技术信封，评审时看不到名称和价格；全部评分锁定后，只开启通过者的价格信封。"
        "技术应答中不得出现公司名称或标识。"
        if rules.has_technical
        else "每份报价只有一个价格信封。"
    )
    return [
        "报价在您自己的设备上密封，截止前不开启。以服务器完整收到的时间为准（精确到毫秒），早于截止时间的有效。",
        "截止前可以替换或撤回报价；只开启您最新的一份。",
        envelopes,
        _limits(document, "zh"),
        f"截止时密封报价的供应商少于{document['min_bidders']}家的，{few}。",
        "截止前15分钟内服务器中断的，截止时间按中断时长再加15分钟顺延。",
        "截止后向全体参与者公布所有报价的摘要，各方可核对自己的是否在内；此后不能再加入任何报价。",
    ]


def _limits(document: Mapping[str, Any], lang: str) -> str:
    """Say between what a price must lie; the minimum prices by lot, where there are any."""
    least = [(lot["number"], lot["minimum_price"]) for lot in document["lots"] if "minimum_price" in lot]
    if lang == "zh":
        shown = "、".join(f"采购包{number}：{price}" for number, price in least)
        below = f"，也不得低于最低限价（{shown}）" if least else ""
        return f"开启的价格不得高于最高限价{below}，否则无效。"
    shown = "; ".join(f"lot {number}: {price}" for number, price in least)
    below = f" or below the minimum price ({shown})" if least else ""
    return f"An opened price above the ceiling price{below} does not count."


def _span(span: timedelta, lang: str) -> str:
    hours, minutes, seconds = ("小时", "分钟", "秒") if lang == "zh" else (" h", " min", " s")
    if span % _HOUR == timedelta(0):
        return f"{span // _HOUR}{hours}"
    if span % _MINUTE == timedelta(0):
        return f"{span // _MINUTE}{minutes}"
    return f"{span // _SECOND}{seconds}"
