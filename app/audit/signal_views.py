"""Turns leads into what the wire and the workbook show."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.audit.past_signals import PastScreened
from app.audit.signal_schemas import (
    AlarmView,
    BaseRateView,
    BoardView,
    LeadPage,
    LeadView,
    LookView,
    PastBoard,
    PastCell,
    PastLead,
    ScreenMethodView,
)
from app.audit.signals import MOST_SHOWN, Screened, Shown, is_rare
from app.award.money_sheets import Locale, Page
from app.domain.bundling import guard_cell
from app.domain.screening import SCREENS, ScreenMethod
from app.domain.screening_alarms import HONEST, REAL
from app.domain.screening_leads import Count
from app.domain.screening_sentences import WORDS

# What can be seen of totals alone, as a file of past tenders has them.
FROM_TOTALS: Final = frozenset(
    {
        *SCREENS,
        ScreenMethod.SAME_TOTAL,
        ScreenMethod.SAME_LINES,
        ScreenMethod.RATIO,
        ScreenMethod.DIFFERENCE,
        ScreenMethod.ROTATION,
        ScreenMethod.ALWAYS_SECOND,
        ScreenMethod.NEVER_FIRST,
    }
)
# Columns of evidence: a pattern of five firms has eight.
WIDEST: Final = 8
_HEADS: Final = {
    "zh": ("采购", "采购包", "方法", "竞价人", "数值", "n", "可比基准", "基准数量", "基准来源", "机会概率", "状态"),
    "en": ("Tender", "Lot", "Method", "Bidders", "Figure", "n", "Base rate", "Of", "From", "Chance", "State"),
}
_METHOD_HEADS: Final = {
    "zh": ("方法", "公式", "来源", "说明", "无害的解释", "已看", "数量不足", "线索"),
    "en": (
        "Method",
        "Formula",
        "Source",
        "What it measures",
        "Innocent explanations",
        "Looked at",
        "n too small",
        "Leads",
    ),
}
_TITLES: Final = {"zh": ("线索", "方法", "证据"), "en": ("Leads", "Methods", "Evidence")}
_ORIGINS: Final = {
    "zh": {"own": "本平台历史", "calibration": "真实采购校准", "none": "尚无可比"},
    "en": {"own": "own history", "calibration": "calibration", "none": "nothing to compare yet"},
}
_STATES: Final = {
    "zh": {"": "未查看", "looked": "已查看", "explained": "已解释", "confirmed": "已复核", "reopened": "重新打开"},
    "en": {"": "not looked at", "looked": "looked at", "explained": "explained", "confirmed": "confirmed",
           "reopened": "opened again"},
}  # fmt: skip


def lead_view(one: Shown) -> LeadView:
    """A lead without its evidence."""
    lead = one.lead
    return LeadView(
        key=one.key,
        method=lead.method,
        tender=lead.tender,
        reference=lead.reference,
        lot=lead.lot,
        bidders=list(lead.bidders),
        figure=lead.figure,
        n=lead.n,
        base=BaseRateView(share=lead.base.share, of=lead.base.of, origin=lead.base.origin),
        chance=lead.chance,
        is_rare=is_rare(lead),
        state=one.state,
    )


def method_view(method: ScreenMethod, count: Count) -> ScreenMethodView:
    """A method in words."""
    words = WORDS[method]
    return ScreenMethodView(
        method=method,
        zh=words.zh,
        en=words.en,
        formula=words.formula,
        source=words.source,
        about_zh=words.about_zh,
        about_en=words.about_en,
        innocent_zh=list(words.innocent_zh),
        innocent_en=list(words.innocent_en),
        looked_at=count.looked_at,
        too_few=count.too_few,
        found=count.found,
        real=_alarm(REAL.get(method)),
        honest=_alarm(HONEST.get(method)),
    )


def _alarm(told: tuple[int, int] | None) -> AlarmView | None:
    return None if told is None else AlarmView(leads=told[0], of=told[1])


def board_view(screened: Screened) -> BoardView:
    """The board."""
    return BoardView(
        leads=[lead_view(one) for one in screened.shown[:MOST_SHOWN]],
        fitting=len(screened.shown),
        tenders=screened.tenders,
        lots=screened.lots,
        methods=[method_view(method, count) for method, count in screened.counts.items()],
    )


def past_board(screened: PastScreened) -> PastBoard:
    """What a file shows: what is rare, the rarest first."""
    read, board = screened.read, screened.board
    rare = [lead for lead in board.leads if is_rare(lead)]
    return PastBoard(
        tenders=len(read.bids),
        lots=read.lots,
        rows=read.rows,
        idle=read.idle,
        cells=[PastCell(cell=each.cell, text=each.text[:200], code=each.code) for each in read.faults[:MOST_SHOWN]],
        bad=len(read.faults),
        leads=[
            PastLead(
                **lead_view(Shown("", lead)).model_dump(include=set(PastLead.model_fields)),
                columns=list(lead.evidence.columns),
                rows=[list(row) for row in lead.evidence.rows],
            )
            for lead in rare[:MOST_SHOWN]
        ],
        fitting=len(rare),
        methods=[method_view(method, count) for method, count in board.counts.items() if method in FROM_TOTALS],
    )


def lead_page(one: Shown, people: Mapping[str, str], reader: str) -> LeadPage:
    """A lead with everything about it."""
    looks = [
        LookView(
            n=each.n,
            state=each.state,
            note=each.note,
            by=people.get(each.by, ""),
            is_mine=each.by == reader,
            at=each.at,
        )
        for each in one.looks
    ]
    evidence = one.lead.evidence
    return LeadPage(
        lead=lead_view(one),
        method=method_view(one.lead.method, Count()),
        columns=list(evidence.columns),
        rows=[list(row) for row in evidence.rows],
        looks=looks,
    )


def signal_book(screened: Screened, locale: Locale) -> Sequence[Page]:
    """The same as sheets: leads, methods with their explanations, evidence."""
    leads, methods, evidence = _TITLES[locale]
    return [
        Page(leads, _HEADS[locale], [_lead_row(one, locale) for one in screened.shown], {5, 6, 7, 9}),
        Page(
            methods, _METHOD_HEADS[locale], [_method_row(*each, locale) for each in screened.counts.items()], {5, 6, 7}
        ),
        Page(evidence, (*_HEADS[locale][:3], "1", "2", "3", "4"), _evidence_rows(screened.shown, locale), ()),
    ]


def _place(one: Shown, locale: Locale) -> list[str]:
    lead, words = one.lead, WORDS[one.lead.method]
    lot = "" if lead.lot is None else str(lead.lot)
    return [guard_cell(lead.reference or ""), lot, words.zh if locale == "zh" else words.en]


def _lead_row(one: Shown, locale: Locale) -> list[str]:
    lead = one.lead
    return [
        *_place(one, locale),
        "; ".join(lead.bidders),
        lead.figure,
        str(lead.n),
        "" if lead.base.share is None else f"{lead.base.share:.4f}",
        str(lead.base.of),
        _ORIGINS[locale][lead.base.origin.value],
        "" if lead.chance is None else f"{lead.chance:.6f}",
        _STATES[locale]["" if one.state is None else one.state.value],
    ]


def _method_row(method: ScreenMethod, count: Count, locale: Locale) -> list[str]:
    words, is_chinese = WORDS[method], locale == "zh"
    return [
        words.zh if is_chinese else words.en,
        words.formula,
        words.source,
        words.about_zh if is_chinese else words.about_en,
        "\n".join(words.innocent_zh if is_chinese else words.innocent_en),
        str(count.looked_at),
        str(count.too_few),
        str(count.found),
    ]


def _evidence_rows(shown: Sequence[Shown], locale: Locale) -> list[list[str]]:
    rows = []
    for one in shown:
        for row in (one.lead.evidence.columns, *one.lead.evidence.rows):
            cells = [guard_cell(cell) for cell in row[:WIDEST]]
            rows.append([*_place(one, locale), *cells, *[""] * (WIDEST - len(cells))])
    return rows
