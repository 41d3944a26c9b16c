"""The rules of rounds of turns in words. Nothing here decides (`turn_based.py`)."""

from datetime import timedelta

from app.domain.formats import sentences
from app.domain.formats.sentences import Manner
from app.domain.live_rules import LiveRules


def rule_sentences(rules: LiveRules, lang: str) -> list[str]:
    """Every rule a bidder is bound by. `lang` is `zh` or `en`."""
    pace = rules.pace
    if pace is None:
        return sentences.rule_sentences(rules, lang)
    count, slots, each = pace.stages, pace.slots or 1, pace.each // timedelta(seconds=1)
    manner = _chinese if lang == "zh" else _english
    return sentences.rule_sentences(rules, lang, manner(count, slots, each, is_seeded=rules.starts_from is not None))


def _english(count: int, slots: int, each: int, *, is_seeded: bool) -> Manner:
    first = "by the sealed prices" if is_seeded else "drawn by chance as the lot opens"
    return Manner(
        opening=(
            f"The lot has {count} rounds of {slots} turns of {each} s each, and a break of 5 s before each round. You "
            "bid in your own turn only, there as often as you like; each bid must be lower than your own last one.",
            "In each round the worst rank bids first and the best last: first place has the last turn of the round, "
            "second place the one before it, and so on. Who has no bid yet, and every rank for which no turn is left, "
            f"bids in the first. In the first round the turns are {first}. Ranks are taken as they stand in the break.",
            "The number of turns is fixed by this rule and tells nothing of how many take part. A turn that passes "
            "without a bid leaves your last bid standing.",
        ),
        close=("The lot has this length and no other: no bid and no person moves its end.",),
    )


def _chinese(count: int, slots: int, each: int, *, is_seeded: bool) -> Manner:
    first = "按密封价格排定" if is_seeded else "在采购包开放时随机抽定"
    return Manner(
        opening=(
            f"采购包共{count}轮，每轮{slots}个轮次，每个轮次{each}秒，每轮开始前间歇5秒。只能在本方轮次内报价，轮次内可多次报价；"
            "每次报价须低于本方上一次报价。",
            "每轮由名次最后者先报、名次最前者最后报：第一名为该轮最后一个轮次，第二名为其前一个，依此类推。尚无报价的，以及没有对应轮次的名次，"
            f"均在第一个轮次报价。第一轮的轮次{first}。名次以间歇时为准。",
            "轮次数量由本规则固定，与参加竞价的家数无关。轮次内未报价的，上一次报价继续有效。",
        ),
        close=("采购包时长固定：任何报价、任何人均不能改变结束时间。",),
    )
