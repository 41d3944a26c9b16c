"""The terms of a published tender as sentences, in Chinese and English, beside those of its live round.

Serves SCREENS.md SP-03 and PL-06 (rule sentences). Everything said here is computed from the published document, so
that no sentence can promise what the rules do not do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.domain.evaluation_sentences import evaluation_sentences
from app.domain.formats import LotTerms, format_of
from app.domain.formats.examples import rule_examples
from app.domain.freezing import evaluation_of, live_rules_of, sealed_rules_of
from app.domain.live_rules import Basis
from app.domain.questioning import question_sentences
from app.domain.reserve_pricing import reserve_sentences
from app.domain.rulebooks import Rulebook
from app.domain.scoring.live_basis import ranking_rules
from app.domain.sealed_sentences import sealed_sentences
from app.domain.timetable import load_zone, to_local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.domain.live_rules import LiveRules

_MINUTE = 60
_HOUR = 3600


def tender_sentences(document: Mapping[str, Any], lang: str) -> list[str]:
    """Give all sentences of a published document in `zh` or `en`: the tender's, then of its rounds and evaluation."""
    own = _chinese(document) if lang == "zh" else _english(document)
    live, evaluation = live_rules_of(document), evaluation_of(document)
    ranked_by = None if evaluation is None else ranking_rules(live, evaluation)
    return [
        *own,
        *reserve_sentences(document, lang),
        *([] if evaluation is None else sealed_sentences(document, lang)),
        *question_sentences(document, lang),
        *_rulebook(document, lang),
        *([] if ranked_by is None else evaluation_sentences(ranked_by, lang)),
        *([] if live is None else format_of(live).rule_sentences(live, lang)),
        *_examples(document, lang),
    ]


def _examples(document: Mapping[str, Any], lang: str) -> list[str]:
    live, terms, lots = example_of(document)
    return [] if live is None or terms is None else rule_examples(live, terms, format_of(live), lang, lots=lots)


def example_of(document: Mapping[str, Any]) -> tuple[LiveRules | None, LotTerms | None, int]:
    """Give what examples of a published document are made of: its live rules, its first lot, the number of its lots."""
    lots = sorted(document["lots"], key=lambda lot: int(lot["number"]))
    if not lots:
        return None, None, 0
    first, start = lots[0], lots[0]["start_price"]
    terms = LotTerms(first["scale"], Decimal(first["ceiling_price"]), None if start is None else Decimal(start))
    return live_rules_of(document), terms, len(lots)


def _rulebook(document: Mapping[str, Any], lang: str) -> list[str]:
    """Say whose rules of comparison are kept where they are not the buyer's own."""
    if document.get("rulebook") != Rulebook.PUBLIC:
        return []
    if lang == "zh":
        return ["报价的比较遵循政府采购规则（财政部令第87号）。"]
    return ["Offers are compared by the rules of public procurement (order no. 87 of the Chinese Ministry of Finance)."]


def local_time(document: Mapping[str, Any], at: datetime) -> str:
    """Write an instant in the tender's zone with offset and zone name: one formatter for all texts (SCREENS.md 1.3)."""
    zone = load_zone(document["time_zone"])
    assert zone is not None  # the zone was checked before the document was frozen
    return f"{to_local(at, zone, with_offset=True).replace('T', ' ')} {zone.key}"


def _time(document: Mapping[str, Any], name: str) -> str:
    return local_time(document, datetime.fromisoformat(document["times"][name]))


def _english(document: Mapping[str, Any]) -> list[str]:
    tax = "excluding tax" if document["tax_basis"] == "excluded" else "including tax"
    scope = "of the preferred supplier" if document["unseal_scope"] == "preferred" else "of the shortlisted suppliers"
    told = "The result notice names the winner." if document["announce_winner"] else "The winner is not announced."
    return [
        f"All prices are in {document['currency']}, {tax}.",
        f"Please accept or decline by {_time(document, 'response_due_at')}; "
        "until then an answer can be changed. Whoever has not accepted the terms in force by then cannot bid.",
        _few_english(document),
        *_times_english(document),
        f"{_leading(document, 'en')}The buyer decides by alias; a second person approves.",
        f"Names {scope} are opened after that decision only. {told}",
        "After an amendment the terms must be accepted again. Times only ever move later; prices and rules stay.",
    ]


def _leading(document: Mapping[str, Any], lang: str) -> str:
    """Say what leads a lot; with an evaluation, or another basis than the price, their own sentences do."""
    live = live_rules_of(document)
    if "evaluation" in document or (live is not None and live.basis is not Basis.PRICE):
        return ""
    return "每个采购包以有效最低价领先。" if lang == "zh" else "The lowest valid price leads each lot. "


def _times_english(document: Mapping[str, Any]) -> list[str]:
    sealed, live = sealed_rules_of(document), live_rules_of(document)
    if sealed is None:
        return [f"Bidding opens at {_time(document, 'opens_at')}."]
    first = f"{local_time(document, sealed.opens_at)} and closes at {local_time(document, sealed.closes_at)}"
    said = [f"The sealed round opens at {first}."]
    if live is not None:
        lead = _span(live.lead, "h", "min")
        said.append(
            f"Live bidding opens at {local_time(document, live.opens_at)}, or {lead} after the sealed prices are "
            "opened where that is later; all are told."
        )
    return said


def _times_chinese(document: Mapping[str, Any]) -> list[str]:
    sealed, live = sealed_rules_of(document), live_rules_of(document)
    if sealed is None:
        return [f"竞价于{_time(document, 'opens_at')}开始。"]
    said = [f"密封轮于{local_time(document, sealed.opens_at)}开始，{local_time(document, sealed.closes_at)}截止。"]
    if live is not None:
        lead = _span(live.lead, "小时", "分钟")
        said.append(
            f"竞价于{local_time(document, live.opens_at)}开始；密封价格开启后不足{lead}的，"
            f"推迟至开启后{lead}，并通知全体。"
        )
    return said


def _few_english(document: Mapping[str, Any]) -> str:
    extension = timedelta(seconds=document["times"]["response_extension_s"])
    once = f"the deadline is extended once by up to {_span(extension, 'h', 'min')}; after that " if extension else ""
    return (
        f"If fewer than {document['min_bidders']} suppliers accept, {once}the tender ends without award, "
        "unless the buyer goes on with a second person's approval."
    )


def _chinese(document: Mapping[str, Any]) -> list[str]:
    tax = "未税" if document["tax_basis"] == "excluded" else "含税"
    scope = "首选供应商" if document["unseal_scope"] == "preferred" else "入围供应商"
    told = "结果通知公布成交供应商名称。" if document["announce_winner"] else "不公布成交供应商名称。"
    return [
        f"全部价格以{document['currency']}计，{tax}。",
        f"请在{_time(document, 'response_due_at')}前接受或婉拒；截止前可以更改。届时未接受现行条款的供应商不能报价。",
        _few_chinese(document),
        *_times_chinese(document),
        f"{_leading(document, 'zh')}采购人按代号作出决定，并经第二人复核。",
        f"决定作出之后才揭示{scope}的名称。{told}",
        "采购文件变更后须重新接受条款。时间只会推迟；价格与规则不变。",
    ]


def _few_chinese(document: Mapping[str, Any]) -> str:
    extension = timedelta(seconds=document["times"]["response_extension_s"])
    once = f"响应截止时间自动延长一次（最长{_span(extension, '小时', '分钟')}），仍不足的，" if extension else ""
    return f"接受邀请的供应商少于{document['min_bidders']}家时，{once}本次采购不成交，除非采购人经第二人批准后继续。"


def _span(span: timedelta, hours: str, minutes: str) -> str:
    seconds = span // timedelta(seconds=1)
    if seconds % _HOUR == 0:
        return f"{seconds // _HOUR} {hours}"
    return f"{seconds // _MINUTE} {minutes}"
