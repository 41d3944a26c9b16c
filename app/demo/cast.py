"""Who plays in the demo (SCREENS.md section 3). All names are invented; prices are plausible, not market data."""

from dataclasses import dataclass, replace

from app.domain.credit_code import check_character
from app.domain.visibility import Role


@dataclass(frozen=True, slots=True)
class StaffSeat:
    """A seat on the buyer's side."""

    seat: str
    name: str
    email: str
    role: Role
    locale: str = "zh"


@dataclass(frozen=True, slots=True)
class SupplierSeat:
    """A supplier with its certification marks; ``robot`` tells whether a robot bids for it while nobody else does."""

    number: int
    name_zh: str
    name_en: str
    city: str
    person: str
    locale: str
    quality: str
    delivery: str
    credit: str
    robot: bool

    @property
    def seat(self) -> str:
        """Name of the one-click seat."""
        return f"supplier-{self.number:02d}"

    @property
    def company(self) -> str:
        """The name in the representative's language: what the door shows."""
        return self.name_en if self.locale == "en" else self.name_zh

    @property
    def email(self) -> str:
        """Address of the representative, in a domain that cannot exist."""
        return f"bids@{self.name_en.split()[0].lower()}.example"

    @property
    def credit_code(self) -> str:
        """A well-formed unified social credit code that no register has issued (region 990000)."""
        body = f"91990000MADEM{self.number:04d}"
        return body + check_character(body)


BUYER = "蓝屿电器集团 Lanyu Appliance Group"

STAFF = (
    StaffSeat("staff-1-purchaser", "王采购 Wang Cai", "wang.cai@lanyu.example", Role.PURCHASER),
    StaffSeat("staff-2-approver", "李批 Li Pi", "li.pi@lanyu.example", Role.APPROVER),
    StaffSeat("staff-3-auditor", "周审 Zhou Shen", "zhou.shen@lanyu.example", Role.AUDITOR),
    StaffSeat("staff-4-admin", "陈管 Chen Guan", "chen.guan@lanyu.example", Role.ADMIN),
    StaffSeat("staff-5-evaluator", "韩评 Han Ping", "han.ping@lanyu.example", Role.EVALUATOR),
    StaffSeat("staff-6-evaluator", "吴工 Wu Gong", "wu.gong@lanyu.example", Role.EVALUATOR),
    StaffSeat("staff-7-evaluator", "Erik Lund", "erik.lund@lanyu.example", Role.EVALUATOR, locale="en"),
    StaffSeat("staff-8-desk", "何台 He Tai", "he.tai@lanyu.example", Role.DESK_HELP),
    StaffSeat("staff-9-relay", "冯转 Feng Zhuan", "feng.zhuan@lanyu.example", Role.DESK_RELAY),
    StaffSeat("staff-10-requester", "孙需 Sun Xu", "sun.xu@lanyu.example", Role.REQUESTER),
    StaffSeat("staff-2-deputy", "赵副 Zhao Fu", "zhao.fu@lanyu.example", Role.APPROVER),
)
EVALUATORS = tuple(person for person in STAFF if person.role is Role.EVALUATOR)

SUPPLIERS = (
    SupplierSeat(1, "岚川压缩机", "Lanchuan Compressor", "上海 Shanghai", "沈岚", "zh", "94", "90", "92", robot=True),
    SupplierSeat(2, "青禾机电", "Qinghe Electromech", "佛山 Foshan", "何青", "zh", "91", "93", "95", robot=True),
    SupplierSeat(3, "澄锐制冷", "Chengrui Refrigeration", "珠海 Zhuhai", "程锐", "zh", "90", "88", "93", robot=False),
    SupplierSeat(4, "朗峤精密", "Langqiao Precision", "广州 Guangzhou", "乔朗", "zh", "93", "84", "88", robot=True),
    SupplierSeat(5, "北辰岭机械", "Beichenling Machinery", "西安 Xi'an", "凌北", "zh", "88", "86", "90", robot=True),
    SupplierSeat(6, "东麓科技", "Donglu Technology", "青岛 Qingdao", "陆东", "zh", "87", "90", "84", robot=True),
    SupplierSeat(7, "禾誉恒泰", "Heyu Hengtai", "嘉兴 Jiaxing", "于恒", "zh", "85", "88", "89", robot=True),
    SupplierSeat(
        8, "沧屿国际", "Cangyu International", "苏州 Suzhou", "Claire Yu", "en", "84", "85", "90", robot=False
    ),
    SupplierSeat(9, "溪桥冷机", "Xiqiao Cooling", "杭州 Hangzhou", "桥溪", "zh", "82", "80", "85", robot=True),
    SupplierSeat(10, "霁白微电", "Jibai Micro", "常州 Changzhou", "白霁", "zh", "78", "82", "80", robot=False),
    SupplierSeat(11, "望桥机电", "Wangqiao Electromech", "武汉 Wuhan", "汪桥", "zh", "80", "79", "70", robot=False),
    SupplierSeat(12, "珩捷压缩", "Hengjie Compression", "东莞 Dongguan", "衡捷", "zh", "72", "66", "61", robot=False),
)
# Certificate expired yesterday; suspended (SCREENS.md section 3): neither is invited.
EXPIRED, SUSPENDED = 11, 12
CATEGORIES = (
    "compressors", "copper_tube", "packaging", "fan_motors", "steel_sheet", "aluminium", "logistics", "plastics",
    "electronic_components",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LotScript:
    """A lot of a demo tender and how far robots go: nobody bids under ``floor``."""

    title_zh: str
    title_en: str
    lines: tuple[tuple[str, str, str], ...]
    unit: str
    ceiling: str
    baseline: str
    floor: str
    # The secret reserve price; empty: none.
    reserve: str = ""


@dataclass(frozen=True, slots=True)
class TenderScript:
    """A demo tender."""

    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    category: str
    template: str
    lots: tuple[LotScript, ...]
    # Empty: the usual one of its rounds.
    method: str = ""


COMPRESSORS = TenderScript(
    title_zh="旋转式压缩机 2026 下半年",
    title_en="Rotary compressors FY26 H2",
    summary_zh="家用空调用旋转式压缩机，交货至青岛工厂，按月滚动交付。价格为未税到厂单价。",
    summary_en="Rotary compressors for room air conditioners, delivered to the Qingdao plant in monthly call-offs. "
    "Prices are unit prices before VAT, delivered.",
    category="compressors",
    template="multi_lot",
    lots=(
        LotScript(
            "1.0 匹变频 R32", "1.0 HP inverter, R32",
            (("CMP-10A", "A 线 Line A", "220000"), ("CMP-10B", "B 线 Line B", "160000")),
            "台", "262.00", "245.90", "235.10",
        ),
        LotScript(
            "1.5 匹变频 R32", "1.5 HP inverter, R32",
            (("CMP-15A", "A 线 Line A", "190000"), ("CMP-15B", "B 线 Line B", "120000")),
            # Within the robots' reach: at the close it is met or not.
            "台", "298.00", "289.00", "271.40", reserve="278.50",
        ),
        LotScript(
            "1.5 匹定频 出口型", "1.5 HP fixed speed, export",
            (("CMP-15X", "A 线 Line A", "90000"),),
            "台", "236.00", "224.00", "214.60",
        ),
    ),
)  # fmt: skip

COPPER_TUBE = TenderScript(
    title_zh="内螺纹铜管加工费 2026",
    title_en="Inner-grooved copper tube, processing fee 2026",
    summary_zh="以铜价 70,000 元/吨为固定基准，报价为每吨加工费（未税）。",
    summary_en="Bids are the processing fee per tonne before VAT, over a fixed copper reference of CNY 70,000/t.",
    category="copper_tube",
    template="quick",
    lots=(
        LotScript(
            "Φ7 内螺纹铜管", "Inner-grooved tube Φ7", (("CU-07", "Φ7×0.25", "4200"),), "吨", "6200.00", "5850.00",
            # Below where the robots stop: the decision that waits has to say why all the same.
            "5320.00", reserve="5300.00",
        ),
    ),
)  # fmt: skip

CARTONS = TenderScript(
    title_zh="外机纸箱与 EPS 套件",
    title_en="Cartons and EPS sets for outdoor units",
    summary_zh="室外机纸箱与 EPS 缓冲件，按套供货。",
    summary_en="Cartons and EPS cushioning for outdoor units, supplied as sets.",
    category="packaging",
    template="quick",
    lots=(
        LotScript(
            "外机纸箱",
            "Outdoor unit carton",
            (("PK-OUT", "五层瓦楞 Five-ply", "310000"),),
            "套",
            "28.50",
            "26.80",
            "24.90",
        ),
    ),
)

# P-2026-003 of SCREENS.md section 3: both parts of a set in one tender.
CARTON_SETS = replace(
    CARTONS,
    # Who wins is talked with, and asked for a best and final offer.
    method="negotiation",
    lots=(
        *CARTONS.lots,
        LotScript(
            "EPS 缓冲套件", "EPS cushioning set", (("PK-EPS", "25 kg/m³", "310000"),), "套", "15.60", "14.20", "13.10"
        ),
    ),
)

EPS_NEXT = TenderScript(
    title_zh="EPS 缓冲件 2027",
    title_en="EPS cushioning 2027",
    summary_zh="室外机 EPS 缓冲件，按套供货，等待供应商响应。",
    summary_en="EPS cushioning for outdoor units, supplied as sets; waiting for suppliers to respond.",
    category="packaging",
    template="best_price",
    lots=(LotScript("EPS 套件", "EPS set", (("PK-EPS", "25 kg/m³", "310000"),), "套", "15.60", "14.20", "13.10"),),
)

FAN_MOTORS = TenderScript(
    title_zh="风扇电机（草稿）",
    title_en="Fan motors (draft)",
    summary_zh="",
    summary_en="",
    category="compressors",
    template="quick",
    lots=(
        LotScript(
            "直流风扇电机", "DC fan motor", (("FM-DC", "30 W", "150000"),), "台", "48.00", "45.20", "41.00", "43.50"
        ),
    ),
)
