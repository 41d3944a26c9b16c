"""The rules of a live round as sentences, in Chinese and in English: the rules the engine plays, in words.

Serves LIVE.md section 1 ("shown to bidders as sentences in both languages") and SCREENS.md PL-06. Nothing here decides.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final, Protocol

from app.domain.formats.basis_sentences import ranking_sentences
from app.domain.live_rules import (
    Basis,
    ChangeLimit,
    ExtensionMode,
    FeedbackMode,
    LiveRules,
    LotOrder,
    Measure,
    SoftClose,
    Step,
    StepRule,
    Trigger,
)
from app.domain.visibility import ALIASES_FROM, BEST_PRICE_FROM, BuyerView


class _Language(Protocol):
    """What a language must be able to say."""

    opening: str
    first: str
    first_sealed: str
    feedback: Mapping[FeedbackMode, str]
    ties: str
    in_time: str
    no_soft_close: str
    pause: str
    buyer_view: Mapping[BuyerView, str]
    binding: str
    # What `{best}` is in the sentences of what is watched: where the price alone decides, and where something else.
    best: tuple[str, str]

    def step(self, step: Step) -> str: ...

    def limit(self, limit: ChangeLimit) -> str: ...

    def lots(self, rules: LiveRules) -> str: ...

    def soft_close(self, soft: SoftClose) -> list[str]: ...


_MINUTE: Final = timedelta(minutes=1)
_SECOND: Final = timedelta(seconds=1)


def rule_sentences(rules: LiveRules, lang: str) -> list[str]:
    """Every rule a bidder is bound by, in reading order. `lang` is `zh` or `en`. LIVE.md section 1."""
    say = _LANGUAGES[lang]
    limit = [] if rules.change_limit is None else [say.limit(rules.change_limit)]
    soft = [say.no_soft_close] if rules.soft_close is None else say.soft_close(rules.soft_close)
    # By another basis the bid in front need not be the cheapest.
    best = say.best[rules.basis is not Basis.PRICE]
    watched = [each.format(best=best) for each in (*soft, say.pause, say.buyer_view[rules.buyer_view])]
    return [
        say.opening,
        say.first if rules.starts_from is None else say.first_sealed,
        say.step(rules.step),
        *limit,
        *ranking_sentences(rules, lang),
        *([say.feedback[rules.feedback]] if rules.feedback in say.feedback else []),
        # Another basis says itself what comes of equals.
        *([say.ties] if rules.basis is Basis.PRICE else []),
        say.in_time,
        say.lots(rules),
        *watched,
        say.binding,
    ]


def _plain(size: Decimal) -> str:
    return f"{size.normalize():f}"


class _English:
    opening = "Everyone may bid at any time while the lot is open; each bid must be lower than your own last one."
    first = "Your first bid may not be above the ceiling price, nor above the starting price where one is given."
    first_sealed = (
        "Your valid price of the sealed round is your first bid on the lot, and your next one counts from it; "
        "whoever has no valid price there cannot bid."
    )
    feedback: Mapping[FeedbackMode, str] = {
        FeedbackMode.RANK_ONLY: "You see your own rank and never another bidder's price.",
        FeedbackMode.BEST_PRICE: (
            f"You see your own rank and, once at least {BEST_PRICE_FROM} bidders have bid on the lot, the best price."
        ),
    }
    ties = "Of two equal amounts the earlier one received and ordered by the server stands first."
    in_time = "A bid counts if the server received it completely before the closing time, to the millisecond."
    no_soft_close = "The closing time is fixed; late bids do not move it."
    pause = (
        "If the lot is paused, the remaining time is given back (at least the extension window, where there is one), "
        "and the resumption is announced ahead."
    )
    buyer_view: Mapping[BuyerView, str] = {
        BuyerView.ALIASES: (
            f"While the lot runs, the buyer sees bids by random alias once at least {ALIASES_FROM} bidders have bid; "
            "until then only {best}. Names are shown only after the decision."
        ),
        BuyerView.BEST_ONLY: (
            "While the lot runs, the buyer sees {best} only. Names are shown only after the decision."
        ),
        BuyerView.NONE: "While the lot runs, the buyer sees no price. Names are shown only after the decision.",
    }
    best = ("the best price", "the price of the bid in front")
    binding = "An accepted bid is binding and cannot be withdrawn; a manifest error can be voided by two persons."

    def step(self, step: Step) -> str:
        size = f"{_plain(step.size)} %" if step.measure is Measure.PERCENT else _plain(step.size)
        rounding = ", rounded up to the lot's decimals" if step.measure is Measure.PERCENT else ""
        if step.rule is StepRule.MULTIPLE:
            return f"Each further bid must be below your own last bid by a whole multiple of {size}{rounding}."
        return f"Each further bid must be below your own last bid by at least {size}{rounding}."

    def limit(self, limit: ChangeLimit) -> str:
        size = f"{_plain(limit.size)} %" if limit.measure is Measure.PERCENT else _plain(limit.size)
        return (
            f"One bid may not be more than {size} below your own last bid "
            "(a first bid: below the starting or ceiling price); this guards against slips."
        )

    def lots(self, rules: LiveRules) -> str:
        if rules.lots is LotOrder.STAGGERED:
            return f"All lots open together and close one after another, {self.time(rules.stagger)} apart."
        return "All lots open together and have the same scheduled closing time."

    def soft_close(self, soft: SoftClose) -> list[str]:
        trigger = {
            Trigger.ANY_ACCEPTED: "an accepted bid",
            Trigger.NEW_BEST: "a new best bid",
            Trigger.TOP_CHANGE: f"a bid that changes the first {soft.top} ranks",
        }[soft.trigger]
        if soft.mode is ExtensionMode.ADD:
            effect = f"moves the closing time {self.time(soft.added or timedelta(0))} later"
        else:
            effect = f"moves the closing time to {self.time(soft.window)} after that bid"
        return [
            f"In the last {self.time(soft.window)}, {trigger} {effect}.",
            f"There are at most {soft.max_extensions} extensions, and none goes beyond "
            f"{self.time(soft.hard_stop_after)} after the scheduled closing time.",
        ]

    def time(self, span: timedelta) -> str:
        if span % _MINUTE:
            return f"{span // _SECOND} s"
        return f"{span // _MINUTE} min"


class _Chinese:
    opening = "采购包开放期间可随时报价；每次报价须低于本方上一次报价。"
    first = "首次报价不得高于最高限价；设有起始价的，也不得高于起始价。"
    first_sealed = "密封轮的有效价格即为该采购包的首次报价，后续由此起算；没有有效价格的，不能参与该采购包竞价。"
    feedback: Mapping[FeedbackMode, str] = {
        FeedbackMode.RANK_ONLY: "您只能看到本方排名，看不到其他竞价方的价格。",
        FeedbackMode.BEST_PRICE: (
            f"您可以看到本方排名；至少{BEST_PRICE_FROM}家竞价方在该采购包报价后，还可看到当前最低价。"
        ),
    }
    ties = "报价相同的，服务器接收并排序在先者排名在前。"
    in_time = "以服务器完整收到报价的时间为准（精确到毫秒），早于结束时间的有效。"
    no_soft_close = "结束时间固定，不因临近结束的报价而延时。"
    pause = "采购包暂停的，恢复后退还剩余时间（设有延时触发时段的，不少于该时段），并提前公告恢复时间。"
    buyer_view: Mapping[BuyerView, str] = {
        BuyerView.ALIASES: (
            f"竞价期间，至少{ALIASES_FROM}家竞价方报价后，采购人按随机代号看到报价；此前只看到{{best}}价。成交决定作出后才揭示名称。"
        ),
        BuyerView.BEST_ONLY: "竞价期间，采购人只看到{best}价。成交决定作出后才揭示名称。",
        BuyerView.NONE: "竞价期间，采购人看不到任何价格。成交决定作出后才揭示名称。",
    }
    best = ("最低", "领先")
    binding = "已接受的报价具有约束力，不得撤回；明显错误经双人复核可以作废。"

    def step(self, step: Step) -> str:
        size = f"{_plain(step.size)}%" if step.measure is Measure.PERCENT else _plain(step.size)
        rounding = "（按采购包小数位向上取整）" if step.measure is Measure.PERCENT else ""
        rule = "降幅须为{}的整数倍" if step.rule is StepRule.MULTIPLE else "降幅不得小于{}"
        return f"再次报价以本方上一次报价为基准，{rule.format(size)}{rounding}。"

    def limit(self, limit: ChangeLimit) -> str:
        size = f"{_plain(limit.size)}%" if limit.measure is Measure.PERCENT else _plain(limit.size)
        return f"单次报价比本方上一次报价（首次报价：比起始价或最高限价）降低不得超过{size}，以防误操作。"

    def lots(self, rules: LiveRules) -> str:
        if rules.lots is LotOrder.STAGGERED:
            return f"各采购包同时开放，依次结束，间隔{self.time(rules.stagger)}。"
        return "各采购包同时开放，计划结束时间相同。"

    def soft_close(self, soft: SoftClose) -> list[str]:
        trigger = {
            Trigger.ANY_ACCEPTED: "有报价被接受",
            Trigger.NEW_BEST: "出现新的{best}报价",
            Trigger.TOP_CHANGE: f"前{soft.top}名发生变化",
        }[soft.trigger]
        if soft.mode is ExtensionMode.ADD:
            effect = f"结束时间顺延{self.time(soft.added or timedelta(0))}"
        else:
            effect = f"结束时间改为该报价之后{self.time(soft.window)}"
        return [
            f"结束前{self.time(soft.window)}内{trigger}的，{effect}。",
            f"最多延时{soft.max_extensions}次，且不晚于计划结束时间之后{self.time(soft.hard_stop_after)}。",
        ]

    def time(self, span: timedelta) -> str:
        if span % _MINUTE:
            return f"{span // _SECOND}秒"
        return f"{span // _MINUTE}分钟"


_LANGUAGES: Final[Mapping[str, _Language]] = {"zh": _Chinese(), "en": _English()}
