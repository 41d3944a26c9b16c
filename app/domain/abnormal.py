"""Prices that look abnormally low: which tests they fail, and the way from an inquiry to a decision, never automatic.

Serves SCORING.md section 3. A failed test asks a question and decides nothing: the supplier answers, a person keeps the
offer or proposes to exclude it, and an exclusion takes the approver too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, Protocol

from app.domain.refusals import Code, Refusal
from app.domain.scoring.abnormal_rules import AbnormalKind, AbnormalRules, AbnormalTest
from app.domain.scoring.mechanisms import round_fraction
from app.domain.scoring.typed import plain

LONGEST_TEXT: Final = 4000
# A limit is told to as many digits as an amount can have.
_LIMIT_DIGITS: Final = 4


# Neutral, and in both languages: whoever asks does not know in which one the bidder reads.
USUAL_QUESTION: Final = (
    "贵方报价明显低于可比报价。请说明报价构成（材料、人工、交付、利润），并确认能够按此价格依要求供货。答复中请勿写出贵方名称。\n\n"
    "Your price stands clearly below comparable ones. Please explain how it is made up (material, wages, delivery, "
    "profit), and confirm that you can deliver at this price as specified. Please do not name your firm in the answer."
)


class Priced(Protocol):
    """A row of a ranking, as far as its price goes."""

    @property
    def label(self) -> str:
        """The R-label."""

    @property
    def amount(self) -> Decimal:
        """The price."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A test that a price fails, with the limit it stands below, exactly."""

    test: AbnormalTest
    limit: Fraction


def flags_of(rules: AbnormalRules | None, rows: Sequence[Priced], ceiling: Decimal) -> dict[str, tuple[Flag, ...]]:
    """{label: the tests it fails}; who fails none is left out. Mean and second lowest are of all ranked prices.

    Worked example: prices 60, 90, 100, 150, share of mean 80 %: the mean is 100, the limit 80: the first is flagged.
    With `is_strict` a price equal to the limit is not flagged, without it it is.
    """
    if rules is None:
        return {}
    limits = [Flag(test, limit) for test in rules.tests if (limit := _limit(test, rows, ceiling)) is not None]
    found = {row.label: tuple(flag for flag in limits if _is_below(row.amount, flag)) for row in rows}
    return {label: flags for label, flags in found.items() if flags}


def _limit(test: AbnormalTest, rows: Sequence[Priced], ceiling: Decimal) -> Fraction | None:
    """What a price is held against; None where there is nobody to compare with."""
    amounts = sorted(Fraction(row.amount) for row in rows)
    share = Fraction(test.share) / 100
    match test.kind:
        case AbnormalKind.SHARE_OF_CEILING:
            return Fraction(ceiling) * share
        case AbnormalKind.SHARE_OF_MEAN:
            return sum(amounts, Fraction(0)) / len(amounts) * share if len(amounts) > 1 else None
        case AbnormalKind.SHARE_OF_SECOND_LOWEST:
            return amounts[1] * share if len(amounts) > 1 else None


def _is_below(amount: Decimal, flag: Flag) -> bool:
    return amount < flag.limit if flag.test.is_strict else amount <= flag.limit


def flags_data(flags: Iterable[Flag]) -> list[dict[str, Any]]:
    """The failed tests in the form that is journaled and shown; the limit half up to four digits."""
    return [
        {
            "kind": flag.test.kind.value,
            "share": plain(flag.test.share),
            "is_strict": flag.test.is_strict,
            "limit": f"{round_fraction(flag.limit, _LIMIT_DIGITS):f}",
        }
        for flag in flags
    ]


class OfferVerdict(StrEnum):
    """What a person decided of a flagged offer."""

    KEEP = "keep"
    EXCLUDE = "exclude"


class InquiryState(StrEnum):
    """Where an inquiry stands; `lapsed`: the deadline passed without an answer, and a person has to decide."""

    OPEN = "open"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    KEPT = "kept"
    EXCLUDED = "excluded"


def state_of(*, due_at: datetime, is_answered: bool, verdict: OfferVerdict | None, at: datetime) -> InquiryState:
    """The state at an instant."""
    if verdict is not None:
        return InquiryState.KEPT if verdict is OfferVerdict.KEEP else InquiryState.EXCLUDED
    if is_answered:
        return InquiryState.ANSWERED
    return InquiryState.OPEN if at < due_at else InquiryState.LAPSED


def decide_inquiry(flagged: Mapping[str, Any], label: str, question: str, *, is_asked: bool) -> Refusal | None:
    """Refuse to ask about an offer that fails no test (NOT_ALLOWED_HERE), a second time (ALREADY_EXISTS), or without
    saying what (INCOMPLETE)."""
    if label not in flagged:
        return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "abnormal"})
    if is_asked:
        return Refusal(Code.ALREADY_EXISTS)
    return None if question.strip() else Refusal(Code.INCOMPLETE, {"missing": "question"})


def decide_answer(state: InquiryState, text: str, *, names_itself: bool) -> Refusal | None:
    """Refuse an answer after the deadline (TOO_LATE), a second one (ALREADY_DECIDED), an empty one (INCOMPLETE), and
    one that names its author: the buyer reads it by alias (NOT_ALLOWED_HERE)."""
    if state is not InquiryState.OPEN:
        return Refusal(Code.TOO_LATE if state is InquiryState.LAPSED else Code.ALREADY_DECIDED)
    if not text.strip():
        return Refusal(Code.INCOMPLETE, {"missing": "answer"})
    return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "own_name"}) if names_itself else None


def decide_verdict(state: InquiryState, reason: str, *, is_pending: bool) -> Refusal | None:
    """Refuse a decision while the supplier may still answer (TOO_EARLY), a second one (ALREADY_DECIDED, PENDING), and
    one without its reason (REASON_MISSING)."""
    if state is InquiryState.OPEN:
        return Refusal(Code.TOO_EARLY)
    if state not in {InquiryState.ANSWERED, InquiryState.LAPSED}:
        return Refusal(Code.ALREADY_DECIDED)
    if is_pending:
        return Refusal(Code.PENDING)
    return None if reason.strip() else Refusal(Code.REASON_MISSING)


def decide_choosable(
    flagged: Mapping[str, Any], states: Mapping[str, InquiryState], chosen: Collection[str]
) -> Refusal | None:
    """Refuse a decision on a lot while an inquiry of it is undecided (PENDING), and one for flagged offers that were
    never asked about (INQUIRY_DUE): a low price is neither excluded nor awarded unexamined."""
    if any(state not in {InquiryState.KEPT, InquiryState.EXCLUDED} for state in states.values()):
        return Refusal(Code.PENDING, {"rule": "inquiry"})
    if any(label in flagged and states.get(label) is not InquiryState.KEPT for label in chosen):
        return Refusal(Code.INQUIRY_DUE)
    return None


def exclusion_change(inquiry: str, *, lot: str, label: str, ranking: str, reason: str) -> dict[str, str]:
    """The exact change that the approver co-signs: which offer, on which ranking, and why."""
    return {"inquiry": inquiry, "lot": lot, "label": label, "ranking": ranking, "reason": reason}
