"""Each method of the auditor's screens in words, in both languages: what is measured, by which formula and source, and
the innocent explanations to look for first. No word here says what anybody did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.screening import ScreenMethod

ABRANTES: Final = "Abrantes-Metz, Froeb, Geweke, Taylor, Int. J. Industrial Organization 24 (2006) 467–486"
IMHOF: Final = "Imhof, Simple Statistical Screens to Detect Bid Rigging, Working Paper SES 484, Fribourg 2017"
CHASSANG: Final = "Chassang, Kawai, Nakabayashi, Ortner, Econometrica 90 (2022) 315–346"
WALLIMANN: Final = "Wallimann, Imhof, Huber, arXiv:2004.05629 (2020)"
OWN: Final = "Bidroom"


@dataclass(frozen=True, slots=True)
class Words:
    """A method as people read it."""

    zh: str
    en: str
    formula: str
    source: str
    # What is measured, and when it says nothing.
    about_zh: str
    about_en: str
    innocent_zh: tuple[str, ...]
    innocent_en: tuple[str, ...]


WORDS: Final[Mapping[ScreenMethod, Words]] = {
    ScreenMethod.VARIATION: Words(
        "报价变异系数低", "Low coefficient of variation",
        "CV = s / x̄;  s² = Σ(xᵢ − x̄)² / (n − 1)", ABRANTES,
        "全部有效报价的标准差与均值之比；至少 3 个报价。",
        "Standard deviation of the valid bids over their mean; from 3 bids on.",
        ("成本由同一公开原料价格决定，各家算出的价格自然接近。", "最高限价紧，报价都被压在限价之下。"),
        ("Costs follow one public raw-material price, so everybody arrives at much the same.",
         "A tight ceiling price leaves little room below it."),
    ),
    ScreenMethod.SPREAD: Words(
        "报价极差小", "Small spread", "(max − min) / min", WALLIMANN,
        "最高与最低有效报价之差除以最低价；至少 3 个报价。",
        "Highest minus lowest valid bid over the lowest; from 3 bids on.",
        ("标准化产品，价目表公开。", "竞价过程中彼此逼近，收盘时差距自然变小。"),
        ("A standard product with public price lists.",
         "In a live round bidders close up on each other until the end."),
    ),
    ScreenMethod.DISTANCE: Words(
        "最低两价相对距离大", "Large relative distance",
        "RD = (x₂ − x₁) / s(x₂ … xₙ)", f"{IMHOF}; cf. {CHASSANG}",
        "最低两价之差除以其余报价的标准差；至少 3 个报价，且其余报价不全相同。",
        "The gap between the two lowest bids over the standard deviation of the losing ones; from 3 bids on, where the "
        "losing bids are not all equal.",
        ("第一名有新工艺、新产能或急需订单，价格确实低得多。", "第一名报错了价格。"),
        ("The first has a new process, idle capacity or needs the order: it is really that much cheaper.",
         "The first made a slip in its price."),
    ),
    ScreenMethod.SKEWNESS: Words(
        "报价偏度为负且低", "Low (negative) skewness",
        "n / ((n − 1)(n − 2)) · Σ((xᵢ − x̄) / s)³", IMHOF,
        "报价分布是否拖向低价一侧；至少 4 个报价。", "Whether bids trail off towards the low side; from 4 bids on.",
        ("只有一家成本明显较低，其余技术相近。",),
        ("One bidder has a real cost advantage over others that work alike.",),
    ),
    ScreenMethod.KURTOSIS: Words(
        "报价峰度高", "High kurtosis",
        "n(n+1)/((n−1)(n−2)(n−3)) · Σ((xᵢ − x̄)/s)⁴ − 3(n−1)²/((n−2)(n−3))", IMHOF,
        "报价是否集中在一点而有个别远离；至少 5 个报价。",
        "Whether bids crowd at one point with a few far off; from 5 bids on.",
        ("有一家不了解要求，报价过高。", "多数报价来自同一市场价。"),
        ("One bidder misread the need and is far too dear.", "Most bids follow one market price."),
    ),
    ScreenMethod.SAME_TOTAL: Words(
        "总价相同", "Equal totals", "xᵢ = xⱼ", OWN,
        "两家或多家最终报价一分不差。", "Two or more final bids are equal to the last unit.",
        ("价格按降价幅度走，两家停在同一档。", "两家都报了最高限价、最低有效价格或整数。"),
        ("Prices move by steps and both stopped on the same one.",
         "Both bid the ceiling, the lowest allowed price, or a round number."),
    ),
    ScreenMethod.SAME_LINES: Words(
        "分项单价全部相同", "Equal prices on every line", "aₖ = bₖ, k = 1 … m", OWN,
        "两家在至少 4 个共同分项上价格完全一致。",
        "Two bidders have the same price on all of at least 4 common lines.",
        ("两家经销同一厂家产品，照其价目表报价。",),
        ("Both resell one maker's products by its price list.",),
    ),
    ScreenMethod.RATIO: Words(
        "分项单价成固定比例", "Constant ratio of line prices", "aₖ = r · bₖ (±½ unit), k = 1 … m", OWN,
        "一个比例在进位误差内解释两家所有共同分项（至少 4 项）。",
        "One ratio explains all common lines (at least 4) of two bidders, to the rounding of a price.",
        ("两家都在同一公开价目表上加各自的固定百分比。", "两家采购自同一上游供应商。"),
        ("Both add a fixed percentage of their own to one public price list.", "Both buy from the same supplier."),
    ),
    ScreenMethod.DIFFERENCE: Words(
        "分项单价差额固定", "Constant difference of line prices", "aₖ − bₖ = d, k = 1 … m", OWN,
        "两家所有共同分项（至少 4 项）的差额完全相同。",
        "The difference of two bidders is the same on all common lines (at least 4).",
        ("相同的每件运费或包装费加在同一价目表上。",),
        ("The same freight or packing per piece on top of one price list.",),
    ),
    ScreenMethod.ROTATION: Words(
        "第一名轮流出现", "First places go round",
        "P = k!/kᵏ · (1/k)^(T − k)", OWN,
        "k 家在共同参加的 T 个采购包里轮流得第一，任意连续 k 个都是不同的家；每家至少轮到 2 次。",
        "k firms took turns at the first place in the T lots all of them bid in: any k lots on end have k different "
        "firsts; at least 2 turns each.",
        ("产能有限：刚得到订单的厂家下一次报价较高。", "规定要求份额轮换或分散供应。"),
        ("Capacity: whoever has just won an order bids higher the next time.",
         "The buyer's own rules spread orders over suppliers."),
    ),
    ScreenMethod.ALWAYS_SECOND: Words(
        "几乎总是第二名", "Second almost always", "P(X ≥ h), X = Σ Bernoulli(1/nᵢ)", OWN,
        "一家在至少 6 个采购包中过半位列第二。",
        "A firm that bid in at least 6 lots came second in more than half of them.",
        ("成本稳定地略高于领先者。",),
        ("Its costs are steadily a little above the leader's.",),
    ),
    ScreenMethod.NEVER_FIRST: Words(
        "一再参加从未第一", "Joins often, never first", "P = Π(1 − 1/nᵢ)", OWN,
        "一家参加至少 6 个采购包，从未第一。", "A firm bid in at least 6 lots and was never first.",
        ("新进入者，先熟悉要求、保持资格。", "小企业，成本高于大厂。"),
        ("A newcomer that learns the needs and keeps its place on the list.", "A small firm with higher costs than a "
         "large one."),
    ),
    ScreenMethod.SAME_FILE: Words(
        "提交了同一文件", "The same file", "SHA-256(a) = SHA-256(b)", OWN,
        "两家的包里有逐字节相同的文件。", "Two bidders' packages hold a file that is the same byte for byte.",
        ("厂家的公开样本或标准证书，人人可下载。", "采购方发出的表格原样交回。"),
        ("A maker's public brochure or a standard that everybody can download.",
         "The buyer's own form, handed back as it was."),
    ),
    ScreenMethod.SAME_EDITOR: Words(
        "文件作者名相同", "The same editor name in documents", "author(a) = author(b)", OWN,
        "两家的文件在属性里写着同一个作者。只比较其摘要，名字本身须经查阅申请才能看到。",
        "Documents of two bidders name the same author in their properties. Only digests are compared: the name itself "
        "takes a reading with a second person.",
        ("软件的默认用户名，例如 “user” 或扫描仪型号。", "两家使用同一代理或翻译。"),
        ("A program's default user, a scanner's name.", "Both use the same agency or translator."),
    ),
    ScreenMethod.SAME_NETWORK: Words(
        "来自同一网段", "The same network", "IPv4 /24, IPv6 /48", OWN,
        "两家代表在保存期内从同一网段登录。网段本身须经查阅申请才能看到。",
        "People of two bidders signed in from the same network while traces were kept. The network itself takes a "
        "reading with a second person.",
        ("同一园区、酒店、展会或移动运营商出口。",),
        ("One business park, hotel, trade fair or mobile carrier.",),
    ),
    ScreenMethod.SAME_DEVICE: Words(
        "浏览器自述相同", "The same browser description", "User-Agent(a) = User-Agent(b)", OWN,
        "两家代表的浏览器自述完全相同。",
        "People of two bidders have browsers that describe themselves alike, to the letter.",
        ("流行浏览器的同一版本，千万人相同。",),
        ("The same version of a popular browser: millions share it.",),
    ),
    ScreenMethod.EQUAL_STEPS: Words(
        "降价幅度互相呼应", "Replies by the same step", "Δbₜ₊₁ = Δaₜ", OWN,
        "一家紧接另一家报价，降幅恰好相同；不计本包最常见的降幅；至少 4 次。",
        "A bidder's bid directly after another's goes down by just as much; the lot's most usual step is left out; "
        "from 4 replies on.",
        ("两家都用页面上的快捷降价按钮。", "规则限制了可选的降幅。"),
        ("Both use the page's quick buttons for a step.", "The rules leave few steps to choose from."),
    ),
    ScreenMethod.LAST_SECONDS: Words(
        "最后几秒集中报价",
        "Last bids in the last seconds", "share of bidders with last bid ≥ close − 5 s", OWN,
        "最后一次报价落在收盘前 5 秒内的竞价人比例；至少 3 家。",
        "The share of bidders whose last bid came within 5 seconds before the close; from 3 bidders on.",
        ("没有延时规则时，等到最后是合理做法。",),
        ("Without extensions, waiting to the last moment is a reasonable way to bid.",),
    ),
    ScreenMethod.FAR_MARKS: Words(
        "评分偏离评审组", "Marks far from the panel's", "|m − median| ≥ 2", OWN,
        "一位评审专家的评分中与该项中位数相差两级及以上的比例；至少 10 个可比评分，其中至少 3 个偏离。"
        "只显示席位，不显示姓名。",
        "The share of one expert's marks that lie two levels or more from the median of their cell; from 10 comparable "
        "marks on, 3 of them far. Seats are shown, never names.",
        ("该专家看出了别人漏看的附页或缺陷。", "评分尺度一贯偏严或偏松，对所有报价相同。"),
        ("The expert saw a page or a fault that the others missed.",
         "The expert is strict or mild throughout, and so to every offer alike."),
    ),
    ScreenMethod.PRICE_TALKS: Words(
        "定商后谈判提到价格", "Price words in talks after the award", "words of price in a turn", OWN,
        "价格不在定商后谈判的议题之内；显示文字中提到价格的轮次和字词，原文见时间线。",
        "The price is no issue of the talks after an award; shown are the turns whose text speaks of it, and the "
        "words. The text itself stands in the timeline.",
        ("只是说明价格不变。", "讨论的是付款方式，顺带提到价格条款。"),
        ("It is said that the price stays as it is.", "The way of payment was discussed, and a price clause named."),
    ),
    ScreenMethod.ONE_REPRESENTATIVE: Words(
        "同一联系人代表两家", "One person behind two firms", "contact(a) ∩ contact(b) ≠ ∅", OWN,
        "两家受邀供应商的邮箱或电话相同；发生时系统已提示。是哪两家，须经查阅申请才能看到。",
        "Two invited suppliers share a mailbox or a telephone; the service raised it when it happened. Which two takes "
        "a reading with a second person.",
        ("集团公司共用一个总机或投诉信箱。", "代办人受两家委托，只提供行政服务。"),
        ("Firms of one group share a switchboard or a mailbox.", "An agent does paperwork for both and nothing else."),
    ),
    ScreenMethod.RELATED_STAFF: Words(
        "采购方人员与竞价人有关联", "Somebody of the buyer's side stands near a bidder",
        "relation(person) ∩ parties ≠ ∅", OWN,
        "申报过关联（或共用邮箱、电话）的人员试图参与本采购的决定，系统已拒绝并提示。是谁，须经查阅申请才能看到。",
        "Somebody who declared a relation to an invited supplier (or shares its mailbox or telephone) was about to "
        "decide in this tender: the service refused, and raised it. Who it is takes a reading with a second person.",
        ("本人忘记自己申报过，被拒绝后即退出。", "关联早已结束，记录未更新。"),
        ("The person had forgotten the declaration, and left when refused.",
         "The relation ended long ago and the record was not brought up to date."),
    ),
}  # fmt: skip
