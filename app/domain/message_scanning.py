"""What must not stand in a message to all bidders: a firm, a way to reach somebody, an alias, an amount.

SCREENS.md CK-07; VISIBILITY.md sections 3 and 5. Decided from the text and the invited firms' names alone: a scan that
knew the bids would tell the buyer which amounts there are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.sealing.own_names import NameKind, OwnNames, ScannedText, scan_for_names


class LeakKind(StrEnum):
    """What was found."""

    NAME = "name"
    CONTACT = "contact"
    ALIAS = "alias"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Leak:
    """A find in the text `where` (a language), from `start` to `end`."""

    where: str
    kind: LeakKind
    start: int
    end: int


_FLAGS = re.IGNORECASE
# Shared with the filter of questions (contact_filtering.py), which looks behind spellings too.
CONTACTS: Final = (
    re.compile(r"[\w.+-]+\s*[@＠]\s*[\w-]+(\.[\w-]+)*", _FLAGS),
    re.compile(r"\bhttps?://\S+|\bwww\.\S+", _FLAGS),
    re.compile(r"(wechat|weixin|whatsapp|telegram|\bqq\b|微信|企鹅号)\s*[:：号]?\s*[\w-]{4,}", _FLAGS),
    # Seven digits and more, however they are parted: no date, no time, no drawing has them.
    re.compile(r"(?<![\d.])\+?(?!\d{4}-\d{2}-\d{2}(?!\d))\d(?:[\s().-]{0,2}\d){6,}(?![\d.])"),
)
_ALIASES: Final = (
    re.compile(r"\b(?i:bidder|alias)\s+([A-Z]{1,2}|[b-hj-z])\b"),
    re.compile(r"\b(?i:offer|alias)\s+\d{1,3}\b"),
    re.compile(r"(竞价方|代号)\s*[A-Za-z]{1,2}(?![A-Za-z])"),
    re.compile(r"方案\s*\d{1,3}"),
)
_SIGN: Final = r"[¥￥$€£]|CNY|RMB|USD|EUR|人民币"
_AMOUNTS: Final = (
    re.compile(rf"({_SIGN})\s*\d[\d,，]*([.．]\d+)?", _FLAGS),
    re.compile(r"\d[\d,，]*([.．]\d+)?\s*(元|万元|亿元|yuan\b|CNY\b|RMB\b|USD\b|EUR\b|dollars?\b|euros?\b)", _FLAGS),
    # 278.46 and 1,234.5, not 14.30 as a time of day nor DN12.5: a price has two digits before its point.
    re.compile(r"(?<![\w.,])\d{1,3}([,，]\d{3})+([.．]\d+)?(?![\d:])"),
    re.compile(r"(?<![\w.,])\d{2,}[.．]\d{1,4}(?![\w:])(?!\.\d)"),
)


def scan_message(texts: Mapping[str, str], firms: Iterable[OwnNames]) -> list[Leak]:
    """Every find in a message, by text and place; where finds overlap, the graver kind alone."""
    own = list(firms)
    found = [leak for where, text in texts.items() for leak in _scan(where, text, own)]
    kept: list[Leak] = []
    for leak in sorted(found, key=lambda one: (list(LeakKind).index(one.kind), one.start - one.end)):
        if not any(leak.where == held.where and leak.start < held.end and held.start < leak.end for held in kept):
            kept.append(leak)
    order = list(texts)
    return sorted(kept, key=lambda one: (order.index(one.where), one.start))


def _scan(where: str, text: str, firms: Iterable[OwnNames]) -> Iterator[Leak]:
    for firm in firms:
        for hit in scan_for_names([ScannedText(where, text)], firm):
            # A short name may be an ordinary word, and what is found here is refused.
            if hit.kind is not NameKind.SHORT_NAME:
                yield Leak(where, LeakKind.NAME, hit.start, hit.end)
    for kind, patterns in ((LeakKind.CONTACT, CONTACTS), (LeakKind.ALIAS, _ALIASES), (LeakKind.AMOUNT, _AMOUNTS)):
        for pattern in patterns:
            yield from (Leak(where, kind, hit.start(), hit.end()) for hit in pattern.finditer(text))


def decide_message(leaks: Iterable[Leak], *, amounts_checked: bool) -> Refusal | None:
    """Whether a message may go out. Amounts may stand in it once a person has looked at them.

    Refuses LEAK with the kinds found and not with the words: an error never gives back what was typed.
    """
    kinds = {leak.kind for leak in leaks} - ({LeakKind.AMOUNT} if amounts_checked else set())
    if not kinds:
        return None
    return Refusal(Code.LEAK, {"kinds": " ".join(kind.value for kind in LeakKind if kind in kinds)})
