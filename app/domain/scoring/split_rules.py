"""The announced split: in which shares a lot may be awarded to several suppliers.

Serves SCREENS.md DR-05 and SCORING.md section 3: a volume split is announced before any bid; without this member a
scenario is tried and never adopted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.domain.refusals import Refusal
from app.domain.scoring.typed import Typed, plain
from app.domain.splitting import SOLE, Pattern, pattern_of

MOST_ANNOUNCED: Final = 10
LONGEST_SHARE: Final = 6


@dataclass(frozen=True, slots=True)
class SplitRules:
    """The shares a lot may be awarded in, the largest first; wholly to one supplier it may be always."""

    patterns: tuple[Pattern, ...]

    def allows(self, shares: Pattern) -> bool:
        """Whether a lot may be awarded in these shares."""
        return shares == SOLE or shares in self.patterns


def read_split(typed: Typed) -> SplitRules:
    """The rules as typed; what is wrong with them goes to the reader's faults."""
    typed.only({"patterns"})
    value = typed.get("patterns")
    listed = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
    if not listed:
        typed.fault("patterns", "MISSING_VALUE" if value in (None, []) else "MALFORMED")
    if len(listed) > MOST_ANNOUNCED:
        typed.fault("patterns", "TOO_LARGE")
    patterns = [_read_pattern(typed, one) for one in listed[:MOST_ANNOUNCED]]
    return SplitRules(tuple(dict.fromkeys(pattern for pattern in patterns if pattern is not None)))


def _read_pattern(typed: Typed, value: Any) -> Pattern | None:
    texts = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
    if not texts or not all(isinstance(text, str) and 0 < len(text.strip()) <= LONGEST_SHARE for text in texts):
        typed.fault("patterns", "MALFORMED")
        return None
    try:
        pattern = pattern_of([Decimal(text.strip()) for text in texts])
    except InvalidOperation:
        typed.fault("patterns", "MALFORMED")
        return None
    if isinstance(pattern, Refusal):
        typed.fault("patterns", pattern.code.value)
        return None
    return pattern


def split_to_json(rules: SplitRules) -> dict[str, Any]:
    """The canonical members."""
    return {"patterns": [[plain(share) for share in pattern] for pattern in rules.patterns]}
