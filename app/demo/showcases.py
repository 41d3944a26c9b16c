"""The demo's small live rounds beside the large one, each with rules that it does not have (LIVE.md section 1).

Every supplier of the cast has joined each of them, so that any seat of the door can bid; robots bid for a few. The
lengths are those of the formats: a short lot, and the next one soon after it for whoever came late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from app.demo.cast import COMPRESSORS, LotScript, TenderScript
from app.demo.tenders import Timetable
from app.domain.formats import turn_based
from app.domain.live_rules import Pace


@dataclass(frozen=True, slots=True)
class Showcase:
    """A tender, its rules beside the template's, and how the suppliers' seats that robots sit on play in it.

    `lot_s` and `gap_s`: the usual length and the fast demo's. `pace`: the same of formats that move by time. `limits`:
    who lets the service bid; `foreign`: who bids in dollars; `keeps_seats`: robots sit on every seat until somebody
    takes it, for whoever is not there from the beginning is out.
    """

    script: TenderScript
    rules: Mapping[str, Any]
    robots: frozenset[int]
    lot_s: tuple[int, int] = (720, 120)
    gap_s: tuple[int, int] = (60, 15)
    pace: tuple[Pace, Pace] | None = None
    limits: frozenset[int] = frozenset()
    foreign: frozenset[int] = frozenset()
    keeps_seats: bool = False


def _ticks(stages: int, seconds: int) -> Pace:
    return Pace(stages, timedelta(seconds=seconds))


def _turns(stages: int, seconds: int, slots: int) -> Pace:
    return Pace(stages, timedelta(seconds=seconds), slots)


_SERIES: Final = {"lots": "series", "stagger_s": 0}
# Nobody names an amount where the format does, and nothing but the clock ends it.
_NAMED: Final = {"change_limit": None, "soft_close": None, "feedback": "lead_only", **_SERIES}

FOIL: Final = Showcase(
    script=TenderScript(
        title_zh="亲水铝箔 2027（日式竞价）",
        title_en="Hydrophilic aluminium foil 2027 (Japanese)",
        summary_zh="价格逐档下降；每档须确认留下，未确认的退出。三个采购包依次竞价。",
        summary_en="The price falls by ticks; whoever does not confirm to stay is out. Three lots, one after the "
        "other.",
        category="aluminium",
        template="quick",
        lots=tuple(
            LotScript(f"铝箔 {size} mm", f"Foil {size} mm", ((code, size, tonnes),), "吨", ceiling, baseline, floor)
            for size, code, tonnes, ceiling, baseline, floor in (
                ("0.095", "AL-95", "1800", "26500.00", "25200.00", "23800.00"),
                ("0.105", "AL-105", "900", "26100.00", "24900.00", "23500.00"),
                ("0.115", "AL-115", "600", "25800.00", "24600.00", "23300.00"),
            )
        ),
    ),
    rules={"format": "japanese", "step": {"measure": "percent", "size": "1"}, **_NAMED},
    robots=frozenset(),
    pace=(_ticks(14, 30), _ticks(9, 15)),
    keeps_seats=True,
)

FREIGHT: Final = Showcase(
    script=TenderScript(
        title_zh="旺季空运舱位（荷兰式竞价）",
        title_en="Peak-season air freight (Dutch)",
        summary_zh="价格逐档上升，第一个接受的供应商成交。三条航线依次竞价。",
        summary_en="The price rises by ticks; the first to accept it has the lot. Three routes, one after the other.",
        category="logistics",
        template="quick",
        lots=tuple(
            LotScript(zh, en, ((code, en, "45000"),), "kg", ceiling, baseline, floor)
            for zh, en, code, ceiling, baseline, floor in (
                ("青岛—法兰克福", "Qingdao to Frankfurt", "QF", "34.00", "32.60", "31.30"),
                ("青岛—芝加哥", "Qingdao to Chicago", "QC", "42.00", "40.30", "38.70"),
                ("青岛—圣保罗", "Qingdao to São Paulo", "QS", "56.00", "53.80", "51.60"),
            )
        ),
    ),
    rules={"format": "dutch", "step": {"measure": "percent", "size": "2"}, **_NAMED},
    robots=frozenset({2, 6, 7}),
    pace=(_ticks(20, 20), _ticks(14, 12)),
)

IMPELLERS: Final = Showcase(
    script=TenderScript(
        title_zh="贯流风叶 2027（轮流报价）",
        title_en="Cross-flow impellers 2027 (taking turns)",
        summary_zh="按轮次报价：名次靠后的先报，第一名最后报；时长已知，不延时。",
        summary_en="Rounds of turns: the worst bids first, the best last; the length is known and never extended.",
        category="plastics",
        template="quick",
        lots=(
            LotScript(
                "贯流风叶 Φ98", "Cross-flow impeller Φ98", (("IM-98", "ABS+GF20", "420000"),), "件", "9.80", "9.20",
                "8.30",
            ),
        ),
    ),
    rules={"format": "turn_based", "soft_close": None},
    robots=frozenset({1, 2, 5, 6}),
    pace=(_turns(10, 20, 6), _turns(8, 10, 3)),
)  # fmt: skip

CONTROLLERS: Final = Showcase(
    script=TenderScript(
        title_zh="出口机型控制板 2027（可用美元报价）",
        title_en="Controllers for export models 2027 (bids in USD too)",
        summary_zh="可用人民币、美元或欧元报价，按公布汇率折算；可委托系统按底限自动报价；报出首价后才能看到名次区间。",
        summary_en="Bids in yuan, dollars or euros at published rates; the service may bid for you down to a limit; "
        "the place (in steps) is told after the own first bid.",
        category="electronic_components",
        template="quick",
        lots=(
            LotScript(
                "室外机控制板", "Outdoor unit controller", (("PCB-O", "IPC-A-610 Class 2", "160000"),), "块", "86.00",
                "82.50", "74.80",
            ),
            LotScript(
                "室内机控制板", "Indoor unit controller", (("PCB-I", "IPC-A-610 Class 2", "160000"),), "块", "53.80",
                "49.90", "45.20",
            ),
        ),
    ),
    rules={
        "lots": "parallel",
        "stagger_s": 0,
        "feedback": "rank_band",
        "starting_gate": True,
        "auto_bid": True,
        "currencies": {
            "rates": [{"currency": "USD", "rate": "7.1200"}, {"currency": "EUR", "rate": "7.7600"}],
            "source": "演示汇率 Demo rates",
            "on": "2026-11-20",
        },
        "soft_close": {"trigger": "top_change", "top": 3, "mode": "add"},
    },
    robots=frozenset({2, 4, 7}),
    lot_s=(1500, 240),
    limits=frozenset({7}),
    foreign=frozenset({4}),
)  # fmt: skip

FILM: Final = Showcase(
    script=TenderScript(
        title_zh="缠绕膜与胶带 2027（可见最低价）",
        title_en="Stretch film and tape 2027 (best price shown)",
        summary_zh="五家起可见最低价，降幅按最低价计算，价格越低降幅越小；同价同名次；两个采购包依次竞价。",
        summary_en="From five bidders on the best price is shown and the step is measured from it, smaller as it "
        "falls; equal prices share a rank. Two lots, one after the other.",
        category="packaging",
        template="best_price",
        lots=(
            LotScript(
                "缠绕膜 20 μm", "Stretch film 20 μm", (("PF-20", "LLDPE", "380"),), "吨", "12400.00", "11800.00",
                "10900.00",
            ),
            LotScript(
                "封箱胶带 48 mm", "Carton tape 48 mm", (("TP-48", "BOPP", "96000"),), "卷", "6.40", "6.10", "5.50"
            ),
        ),
    ),
    rules={
        "step": {"size": "0.4", "basis": "best", "below": [{"price": "11500", "size": "0.2"}]},
        "ties": "equal_rank",
        "buyer_view": "best_only",
        "soft_close": {"trigger": "new_best"},
        **_SERIES,
    },
    robots=frozenset({1, 4, 5, 6, 9}),
)  # fmt: skip

SHOWCASES: Final = (FOIL, FREIGHT, IMPELLERS, CONTROLLERS, FILM)
BY_TITLE: Final[Mapping[str, Showcase]] = {case.script.title_zh: case for case in SHOWCASES}
# The least any robot would bid, by the lot's title.
FLOORS: Final[Mapping[str, Decimal]] = {
    lot.title_zh: Decimal(lot.floor) for script in (COMPRESSORS, *(case.script for case in SHOWCASES))
    for lot in script.lots
}  # fmt: skip


def times_of(case: Showcase, due_at: datetime, opens_at: datetime, *, is_fast: bool) -> Timetable:
    """The times of a showcase, and with them its rules: a format's length follows from its pace."""
    rules, duration = dict(case.rules), timedelta(seconds=case.lot_s[is_fast])
    if case.pace is not None:
        pace = case.pace[is_fast]
        slots = {} if pace.slots is None else {"slots": pace.slots}
        rules["pace"] = {"stages": pace.stages, "each_s": int(pace.each.total_seconds()), **slots}
        duration = pace.each * pace.stages if pace.slots is None else turn_based.length_of(pace)
    if rules.get("lots") == "series":
        rules["gap_s"] = case.gap_s[is_fast]
    window = timedelta(seconds=20) if is_fast else timedelta(minutes=3)
    soft = rules.get("soft_close")
    if soft is not None and soft.get("mode") == "add":
        rules["soft_close"] = {**soft, "added_s": int(window.total_seconds()) // 3}
    return Timetable(due_at, opens_at, duration, window, rules=rules)
