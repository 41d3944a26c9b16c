"""What a decision says of one lot: wholly to one label, or in announced shares to several (SCREENS.md DR-05, DR-08).

A share is a percentage of the lot at the price of its own bid. Where a scenario was adopted, the decision follows it or
says why not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.money import HUNDRED
from app.domain.refusals import Code, Refusal
from app.domain.scoring.split_rules import SplitRules
from app.domain.scoring.typed import plain
from app.domain.splitting import pattern_of

# {label: percent of the lot} of all who are awarded; nobody where nothing is.
Awarded = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Choice:
    """The proposal for one lot: an R-label, or None for no award. `shares` only where several are awarded: each label
    with its percent; `label` has the largest."""

    lot_id: str
    label: str | None
    reason: str
    shares: tuple[tuple[str, Decimal], ...] = ()

    @property
    def awarded(self) -> Awarded:
        """Who is awarded how much of the lot, the largest first."""
        whole = () if self.label is None else ((self.label, HUNDRED),)
        return dict(in_order(self.shares) or whole)


def in_order(shares: Sequence[tuple[str, Decimal]]) -> tuple[tuple[str, Decimal], ...]:
    """Shares in the order they are hashed in: the largest first, equal ones by label."""
    return tuple(sorted(shares, key=lambda each: (-each[1], each[0])))


def choices_data(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """The choices in the form that is stored, hashed and journaled: by lot; shares only where there are some."""
    return [
        {
            "lot": each.lot_id,
            "label": each.label,
            "reason": each.reason,
            **({"shares": shares_data(in_order(each.shares))} if each.shares else {}),
        }
        for each in sorted(choices, key=lambda each: each.lot_id)
    ]


def shares_data(shares: Sequence[tuple[str, Decimal]]) -> list[dict[str, str]]:
    """Labels with their percents as text."""
    return [{"label": label, "share": plain(share)} for label, share in shares]


def choice_of(data: Mapping[str, Any]) -> Choice:
    """The inverse of one of `choices_data`. Raises LookupError, TypeError or ArithmeticError where it is none."""
    shares = tuple((each["label"], Decimal(each["share"])) for each in data.get("shares", ()))
    return Choice(data["lot"], data["label"], data["reason"], shares)


def decide_shares(choice: Choice, split: SplitRules | None) -> Refusal | None:
    """Refuse shares that are none, or not 100 percent together (OUT_OF_RANGE, WEIGHTS_NOT_100), that name a label twice
    or not the largest as the preferred (NOT_ALLOWED_HERE), and that were not announced (SPLIT_NOT_ANNOUNCED)."""
    if not choice.shares:
        return None
    lot, pattern = {"lot": choice.lot_id}, pattern_of([share for _label, share in choice.shares])
    if isinstance(pattern, Refusal):
        return Refusal(pattern.code, {**pattern.detail, **lot})
    awarded = choice.awarded
    is_one = len(pattern) == 1 or len(awarded) != len(pattern)
    if is_one or choice.label is None or awarded.get(choice.label) != pattern[0]:
        return Refusal(Code.NOT_ALLOWED_HERE, {**lot, "rule": "shares"})
    return None if split is not None and split.allows(pattern) else Refusal(Code.SPLIT_NOT_ANNOUNCED, lot)


def departs(choice: Choice, adopted: Awarded | None) -> bool:
    """Whether a choice is not what the adopted scenario says of its lot (`adopted`, None without one): another award,
    or shares that no scenario stands behind."""
    return bool(choice.shares) if adopted is None else choice.awarded != adopted
