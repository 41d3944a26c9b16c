"""The demo's sealed tenders: what is asked, what each supplier answers, and the figures of SCREENS.md section 3.

The table's letters are aliases; which supplier is behind which stands here alone, as in the original a secret of the
seed. Marks are whole numbers by three experts whose means give exactly the table's technical points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.demo.cast import LotScript, SupplierSeat, TenderScript

# 100 less 3 for each per cent above the lowest, floor 0 (SCREENS.md section 3).
FORMULA: Final[Mapping[str, Any]] = {
    "code": "deduct_from_benchmark",
    "params": {"benchmark": "lowest", "above": "3", "floor": "0"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One supplier's part in the table: prices, the three experts' marks for the four criteria, points and total."""

    letter: str
    opening: str
    final: str
    marks: tuple[tuple[int, int, int], ...]
    points: str
    total: str | None


def _thirds(*means: str) -> tuple[tuple[int, int, int], ...]:
    """Three whole marks for each mean; a mean of .3 or .7 is rounded to one digit, as the rule rounds it."""
    spread = {"0": (0, 0, 0), "3": (0, 1, 0), "7": (1, 0, 1)}
    return tuple(
        (int(mean[0]) + one, int(mean[0]) + two, int(mean[0]) + three)
        for mean in means
        for one, two, three in (spread[mean[-1]],)
    )


# By the number of the supplier.
ROWS: Final[Mapping[int, Row]] = {
    3: Row("C", "288.60", "274.90", _thirds("4.3", "5.0", "4.3", "4.7"), "90.00", "93.68"),
    2: Row("K", "282.50", "271.40", _thirds("3.7", "4.7", "4.3", "4.7"), "84.00", "93.60"),
    1: Row("A", "283.90", "277.60", _thirds("4.7", "4.0", "4.0", "4.3"), "86.50", "90.49"),
    5: Row("F", "284.40", "276.20", _thirds("3.7", "3.7", "4.7", "4.7"), "82.00", "89.62"),
    8: Row("B", "291.00", "281.90", _thirds("4.3", "4.3", "4.7", "4.3"), "88.00", "88.24"),
    6: Row("H", "287.30", "280.40", _thirds("4.0", "4.0", "5.0", "4.0"), "85.00", "88.03"),
    7: Row("D", "286.20", "279.30", _thirds("3.7", "4.7", "4.0", "3.7"), "79.50", "86.56"),
    4: Row("E", "293.80", "287.50", _thirds("4.7", "4.7", "4.3", "4.7"), "92.00", "86.12"),
    # One expert marks the warranty two levels under the others; the panel agrees on 3.7 and says why.
    9: Row("G", "290.10", "284.00", (*_thirds("3.7", "3.7", "3.7"), (2, 4, 4)), "74.00", "81.24"),
    10: Row("J", "295.00", "289.60", _thirds("3.3", "3.3", "3.7", "3.3"), "68.00", None),
}
OUTLIER: Final = 9
AGREED: Final = "3.7"
AGREED_WHY: Final = (
    "质保承诺书为36个月，原始评分漏看附页。The commitment of 36 months stands on a page that one of us missed."
)

SCORED: Final = TenderScript(
    title_zh="1.5 匹变频压缩机 2027 年度",
    title_en="1.5 HP inverter compressors 2027",
    summary_zh="R32 变频压缩机年度采购。先密封报价与技术答卷，评分锁定后开价，再在线竞价。",
    summary_en="Yearly supply of R32 inverter compressors: sealed answers and start prices, blind marks, then a live "
    "round.",
    category="compressors",
    template="large",
    lots=(
        LotScript(
            "1.5 匹变频 R32", "1.5 HP inverter, R32",
            (("CMP-15A", "A 线 Line A", "190000"), ("CMP-15B", "B 线 Line B", "120000")),
            "台", "298.00", "289.00", "271.40",
        ),
    ),
)  # fmt: skip

MARKING: Final = TenderScript(
    title_zh="直流风扇电机 2027",
    title_en="DC fan motors 2027",
    summary_zh="技术答卷已开启，等待三位评委盲评；价格仍密封。",
    summary_en="The technical answers are open and wait for three blind marks; the prices are still sealed.",
    category="fan_motors",
    template="large",
    lots=(
        LotScript(
            "直流风扇电机 30 W", "DC fan motor 30 W", (("FM-DC", "30 W 无刷 brushless", "150000"),), "台", "48.00",
            "45.20", "41.00",
        ),
    ),
)  # fmt: skip

SHEETS: Final = TenderScript(
    title_zh="冷轧与镀锌板 2027 上半年",
    title_en="Cold-rolled and galvanised sheet 2027 H1",
    summary_zh="密封轮进行中：技术答卷和起始价在浏览器内封好再送出。",
    summary_en="The sealed round is running: answers and start prices are sealed in the browser before they leave it.",
    category="steel_sheet",
    template="large",
    lots=(
        LotScript(
            "冷轧板 1.0 mm", "Cold-rolled sheet 1.0 mm", (("CR-10", "SPCC 1.0 mm", "9800"),), "吨", "4350.00",
            "4180.00", "3960.00", reserve="4050.00",
        ),
        LotScript(
            "镀锌板 0.8 mm", "Galvanised sheet 0.8 mm", (("GI-08", "SGCC Z08 0.8 mm", "6400"),), "吨", "4890.00",
            "4720.00", "4480.00",
        ),
    ),
)  # fmt: skip

KEPT: Final = TenderScript(
    title_zh="内螺纹铜管 2027 年度（开启小组）",
    title_en="Inner-grooved copper tube 2027 (opening committee)",
    summary_zh="由三人开启小组保管：收标截止后任意两人同时到场才能开启。等待审计席位交付公钥。",
    summary_en="Kept by a committee of three: after the close any two of them open it together. It waits for the key "
    "of the audit seat.",
    category="copper_tube",
    template="large",
    lots=(
        LotScript(
            "内螺纹铜管 Φ7.00", "Inner-grooved tube Φ7.00", (("CT-700", "Φ7.00 × 0.25", "820"),), "吨", "79800.00",
            "77900.00", "74600.00",
        ),
    ),
)  # fmt: skip

# Closed; any two of three members, all of them the visitor's, open it together.
DUE: Final = TenderScript(
    title_zh="四通换向阀 2027（待开启）",
    title_en="Four-way valves 2027 (waits to be opened)",
    summary_zh="已截止的密封轮次：由您扮演的开启人中任意两人释放后即开启。密钥文件在开启小组页面保存。",
    summary_en="A sealed round that has closed: two of the three members, whom you play, release and it opens. Their "
    "key files are saved from the committee's page.",
    category="compressors",
    template="sealed",
    lots=(
        LotScript(
            "四通换向阀 R32", "Four-way valve R32", (("FW-32", "DHF-32", "160000"),), "只", "31.50", "29.80", "26.90",
        ),
    ),
)  # fmt: skip


def answers_of(criteria: Sequence[Mapping[str, Any]], seat: SupplierSeat) -> list[tuple[str, str, str]]:
    """What a supplier answers, in its language and without a word of who it is."""
    level = Decimal(seat.quality) / 20
    said: list[tuple[str, str, str]] = []
    for one in criteria:
        match one["answer"]:
            case "number":
                value = str(max(3, 12 - int(Decimal(seat.delivery) / 10)))
            case "choice":
                # A choice is answered by its place.
                value = str(min(len(one["choices"]) - 1, max(int(level) - 3, 0)))
            case _:
                value = ""
        said.append((one["id"], value, _text(one, seat)))
    return said


def _text(criterion: Mapping[str, Any], seat: SupplierSeat) -> str:
    figure = Decimal(seat.quality) / 25 + Decimal(seat.number) / 100
    rejects = 100 - int(seat.quality)
    if criterion["answer"] != "text":
        return ""
    if seat.locale == "en":
        first = f"Two-cylinder design, measured efficiency {figure} at the rated point, noise {40 + rejects} dB(A)."
        second = (
            f"Incoming, in-process and final inspection; {rejects}0 ppm at customers last year, Cpk 1.{seat.quality}."
        )
    else:
        first = f"按技术要求设计，额定工况实测能效 {figure}，噪声 {40 + rejects} dB(A)；关键参数附测试记录编号。"
        second = f"来料、过程、出货三级检验，上年度客户端不良 {rejects}0 ppm，关键尺寸 Cpk 1.{seat.quality}。"
    return first if criterion["number"] == 1 else second
