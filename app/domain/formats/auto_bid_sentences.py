"""The rule of auto-bids in words: exactly what `auto_bidding.py` does. LIVE.md section 1, auto-bid."""

from app.domain.live_rules import LiveRules

_ENGLISH = (
    "You may set a limit on a lot, change it or withdraw it. While it is in force and you do not stand first, the "
    "service bids for you: one bid at each common tick, the highest amount valid for you then, never below your limit. "
    "Where the next valid amount is below it, the limit is reached and ends; a voided bid of yours ends it too.",
    "All limits act at the same ticks, by the same standing, in an order drawn anew. Such bids are ordinary, binding "
    "bids.",
    "Nobody else sees a limit, or that there is one, while the lot runs; the journal holds a salted digest of it.",
)
_ENGLISH_EXTENSION = (
    "A bid placed under a limit moves the closing time only in the second half of the extension window."
)
_CHINESE = (
    "您可以为采购包设定、修改或撤回自动报价底限。底限有效且您未居首位时，系统在每个统一刷新时刻代您报价一次，报当时对您有效的最高金额，"
    "绝不低于底限。下一个有效金额低于底限的，视为已到底限，自动报价终止；您的报价被作废的，底限也随之终止。",
    "所有底限在同一时刻、按同一排名、以重新随机抽取的顺序生效。自动报价与普通报价同等有效并具有约束力。",
    "竞价期间其他任何人看不到底限，也看不到是否设有底限；日志只保存其加盐摘要。",
)
_CHINESE_EXTENSION = "自动报价仅在延时触发时段的后一半内触发延时。"


def auto_bid_sentences(rules: LiveRules, lang: str) -> list[str]:
    """What the service may do for a bidder; nothing where the rules do not allow it. `lang` is `zh` or `en`."""
    if not rules.auto_bid:
        return []
    said, extension = (_CHINESE, _CHINESE_EXTENSION) if lang == "zh" else (_ENGLISH, _ENGLISH_EXTENSION)
    return [*said, *([] if rules.soft_close is None else [extension])]
