"""The rules of the formats whose price moves by ticks, in words. Nothing here decides (`japanese.py`, `dutch.py`)."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from app.domain.formats import sentences
from app.domain.formats.sentences import Manner
from app.domain.live_rules import LiveRules, LotTerms, Measure
from app.domain.money import format_amount


def japanese_sentences(rules: LiveRules, lang: str) -> list[str]:
    """Every rule of a lot whose price falls. `lang` is `zh` or `en`."""
    count, each, size = _told(rules)
    if lang == "zh":
        step = f"首个价格的{size}%（向上取整到采购包小数位）" if rules.step.measure is Measure.PERCENT else size
        manner = Manner(
            opening=(
                f"价格由起始价（未设起始价的，由最高限价）起，每{each}秒下降一档，每档降{step}，最多{count}档。"
                "每一档须确认继续；未确认的即退出，不能再参加。每档最后3秒不接受确认。",
                "某一档结束时仅剩一家或无人确认的，采购包随即结束。确认同一最低价格的，先确认者在前。确认即为该价格的有效报价。",
            ),
            close=("采购包最迟于最后一档结束时结束：任何人均不能延长。",),
            has_steps=False,
        )
    else:
        step = f"{size} % of the first price, rounded up to the lot's decimals" if _is_percent(rules) else size
        manner = Manner(
            opening=(
                "The price begins at the starting price (without one, at the ceiling) and falls every "
                f"{each} s by {step}, in at most {count} ticks. In each tick you must confirm to stay; whoever does "
                "not is out and cannot come back. Nothing is taken in the last 3 s of a tick.",
                "The lot ends as soon as a tick has left one bidder or none. Of those who confirmed the lowest price "
                "the earlier stands first. A confirmation is a bid at that price.",
            ),
            close=("The lot ends with the last tick at the latest: nobody can lengthen it.",),
            has_steps=False,
        )
    return sentences.rule_sentences(rules, lang, manner)


def dutch_sentences(rules: LiveRules, lang: str) -> list[str]:
    """Every rule of a lot whose price rises. `lang` is `zh` or `en`."""
    count, each, size = _told(rules)
    if lang == "zh":
        step = f"最高限价的{size}%（向上取整到采购包小数位）" if _is_percent(rules) else size
        manner = Manner(
            opening=(
                f"价格每{each}秒上升一档，每档升{step}，共{count}档，不超过最高限价；"
                f"由起始价起，未设起始价的，由最高限价下{count - 1}档起。",
                "首个接受当前价格的竞价方即取得第一名，采购包随即结束。接受即为该价格的有效报价，以服务器收到时所在的档为准。",
            ),
            close=("无人接受的，采购包于最后一档结束时结束：任何人均不能延长。",),
            has_steps=False,
        )
    else:
        step = f"{size} % of the ceiling, rounded up to the lot's decimals" if _is_percent(rules) else size
        manner = Manner(
            opening=(
                f"The price rises every {each} s by {step}, in {count} ticks, never above the ceiling; it begins at "
                f"the starting price or, without one, {count - 1} steps below the ceiling.",
                "The first bidder to accept the price has first place, and the lot ends. An acceptance is a bid at the "
                "price of the tick in which the server received it.",
            ),
            close=("If nobody accepts, the lot ends with the last tick: nobody can lengthen it.",),
            has_steps=False,
        )
    return sentences.rule_sentences(rules, lang, manner)


def _is_percent(rules: LiveRules) -> bool:
    return rules.step.measure is Measure.PERCENT


def _told(rules: LiveRules) -> tuple[int, int, str]:
    """Ticks, seconds of one, and the step as published. Rules not yet complete are told as far as they go."""
    pace = rules.pace
    size = f"{rules.step.size.normalize():f}"
    return (0, 0, size) if pace is None else (pace.stages, pace.each // timedelta(seconds=1), size)


def price_examples(terms: LotTerms, lang: str, prices: Sequence[Decimal | None]) -> list[str]:
    """The prices of some ticks, as an example; those below zero are none."""
    shown = [format_amount(price, terms.scale) for price in prices if price is not None]
    return [
        f"示例：各档价格依次为{'、'.join(shown)}…" if lang == "zh" else f"Example: the prices are {', '.join(shown)} …"
    ]
