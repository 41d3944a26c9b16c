"""The rules of a live round as sentences, in Chinese and in English: the rules the engine plays, in words.

Serves LIVE.md section 1 ("shown to bidders as sentences in both languages") and SCREENS.md PL-06. Nothing here decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final, Protocol

from app.domain.formats.auto_bid_sentences import auto_bid_sentences
from app.domain.formats.basis_sentences import ranking_sentences
from app.domain.formats.market_sentences import (
    currency_sentences,
    feedback_sentences,
    lots_sentence,
    tie_sentences,
    time_text,
)
from app.domain.live_rules import (
    Basis,
    ChangeLimit,
    ExtensionMode,
    LiveRules,
    Measure,
    SoftClose,
    Step,
    StepBasis,
    StepRule,
    Trigger,
)
from app.domain.visibility import ALIASES_FROM, BuyerView


class _Language(Protocol):
    """What a language must be able to say."""

    opening: str
    first: str
    first_sealed: str
    in_time: str
    no_soft_close: str
    pause: str
    buyer_view: Mapping[BuyerView, str]
    binding: str
    # What `{best}` is in the sentences of what is watched: where the price alone decides, and where something else.
    best: tuple[str, str]

    def step(self, step: Step) -> list[str]: ...

    def limit(self, limit: ChangeLimit) -> str: ...

    def soft_close(self, soft: SoftClose) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Manner:
    """What a format says in its own words: how one bids in it, and what its close depends on. Without steps there are
    no amounts of the bidder's own choice."""

    opening: tuple[str, ...]
    close: tuple[str, ...]
    has_steps: bool = True


def rule_sentences(rules: LiveRules, lang: str, manner: Manner | None = None) -> list[str]:
    """Every rule a bidder is bound by, in reading order. `lang` is `zh` or `en`. LIVE.md section 1."""
    say = _LANGUAGES[lang]
    limit = [] if rules.change_limit is None else [say.limit(rules.change_limit)]
    soft = [say.no_soft_close] if rules.soft_close is None else say.soft_close(rules.soft_close)
    if manner is not None:
        soft = list(manner.close)
    first = say.first if rules.starts_from is None else say.first_sealed
    amounts = [first, *say.step(rules.step), *limit]
    # By another basis the bid in front need not be the cheapest.
    best = say.best[rules.basis is not Basis.PRICE]
    watched = [each.format(best=best) for each in (*soft, say.pause, say.buyer_view[rules.buyer_view])]
    return [
        *((say.opening,) if manner is None else manner.opening),
        *(amounts if manner is None or manner.has_steps else []),
        *ranking_sentences(rules, lang),
        *currency_sentences(rules, lang),
        *feedback_sentences(rules, lang),
        *tie_sentences(rules, lang),
        say.in_time,
        lots_sentence(rules, lang),
        *watched,
        *auto_bid_sentences(rules, lang),
        say.binding,
    ]


def _en(span: timedelta) -> str:
    return time_text(span, "en")


def _zh(span: timedelta) -> str:
    return time_text(span, "zh")


def _plain(size: Decimal) -> str:
    return f"{size.normalize():f}"


class _English:
    opening = "Everyone may bid at any time while the lot is open; each bid must be lower than your own last one."
    first = "Your first bid may not be above the ceiling price, nor above the starting price where one is given."
    first_sealed = (
        "Your valid price of the sealed round is your first bid on the lot, and your next one counts from it; "
        "whoever has no valid price there cannot bid."
    )
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

    def step(self, step: Step) -> list[str]:
        unit = " %" if step.measure is Measure.PERCENT else ""
        rounding = ", rounded up to the lot's decimals" if step.measure is Measure.PERCENT else ""
        by = "a whole multiple of" if step.rule is StepRule.MULTIPLE else "at least"
        source = "the best price as long as you are told it, else your own last bid,"
        if step.basis is StepBasis.OWN_LAST:
            source = "your own last bid"
        said = [f"Each further bid must be below {source} by {by} {_plain(step.size)}{unit}{rounding}."]
        if step.basis is StepBasis.BEST:
            said.append("A bid that is refused because the best price has moved is told neither step nor price.")
        if step.below:
            sizes = "; ".join(f"below {_plain(each.price)}: {_plain(each.size)}{unit}" for each in step.below)
            said.append(f"The step shrinks with the price it is measured from: {sizes}.")
        return said

    def limit(self, limit: ChangeLimit) -> str:
        size = f"{_plain(limit.size)} %" if limit.measure is Measure.PERCENT else _plain(limit.size)
        return (
            f"One bid may not be more than {size} below your own last bid "
            "(a first bid: below the starting or ceiling price); this guards against slips."
        )

    def soft_close(self, soft: SoftClose) -> list[str]:
        trigger = {
            Trigger.ANY_ACCEPTED: "an accepted bid",
            Trigger.NEW_BEST: "a new best bid",
            Trigger.TOP_CHANGE: f"a bid that changes the first {soft.top} ranks",
        }[soft.trigger]
        if soft.mode is ExtensionMode.ADD:
            effect = f"moves the closing time {_en(soft.added or timedelta(0))} later"
        else:
            effect = f"moves the closing time to {_en(soft.window)} after that bid"
        return [
            f"In the last {_en(soft.window)}, {trigger} {effect}.",
            f"There are at most {soft.max_extensions} extensions, and none goes beyond "
            f"{_en(soft.hard_stop_after)} after the scheduled closing time.",
        ]


class _Chinese:
    opening = "采购包开放期间可随时报价；每次报价须低于本方上一次报价。"
    first = "首次报价不得高于最高限价；设有起始价的，也不得高于起始价。"
    first_sealed = "密封轮的有效价格即为该采购包的首次报价，后续由此起算；没有有效价格的，不能参与该采购包竞价。"
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

    def step(self, step: Step) -> list[str]:
        unit = "%" if step.measure is Measure.PERCENT else ""
        rounding = "（按采购包小数位向上取整）" if step.measure is Measure.PERCENT else ""
        size = f"{_plain(step.size)}{unit}"
        rule = f"降幅须为{size}的整数倍" if step.rule is StepRule.MULTIPLE else f"降幅不得小于{size}"
        source = "可看到的当前最低价（看不到时为本方上一次报价）"
        if step.basis is StepBasis.OWN_LAST:
            source = "本方上一次报价"
        said = [f"再次报价以{source}为基准，{rule}{rounding}。"]
        if step.basis is StepBasis.BEST:
            said.append("因最低价已变动而未被接受的报价，不告知降幅和价格。")
        if step.below:
            sizes = "；".join(f"低于{_plain(each.price)}时为{_plain(each.size)}{unit}" for each in step.below)
            said.append(f"降幅随基准价格降低而减小：{sizes}。")
        return said

    def limit(self, limit: ChangeLimit) -> str:
        size = f"{_plain(limit.size)}%" if limit.measure is Measure.PERCENT else _plain(limit.size)
        return f"单次报价比本方上一次报价（首次报价：比起始价或最高限价）降低不得超过{size}，以防误操作。"

    def soft_close(self, soft: SoftClose) -> list[str]:
        trigger = {
            Trigger.ANY_ACCEPTED: "有报价被接受",
            Trigger.NEW_BEST: "出现新的{best}报价",
            Trigger.TOP_CHANGE: f"前{soft.top}名发生变化",
        }[soft.trigger]
        if soft.mode is ExtensionMode.ADD:
            effect = f"结束时间顺延{_zh(soft.added or timedelta(0))}"
        else:
            effect = f"结束时间改为该报价之后{_zh(soft.window)}"
        return [
            f"结束前{_zh(soft.window)}内{trigger}的，{effect}。",
            f"最多延时{soft.max_extensions}次，且不晚于计划结束时间之后{_zh(soft.hard_stop_after)}。",
        ]


_LANGUAGES: Final[Mapping[str, _Language]] = {"zh": _Chinese(), "en": _English()}
