"""Replaying inquiries about abnormally low prices: asked by a test that fails, decided by people, never automatic.

Pure, one entry of the tender's chain at a time (JOURNAL.md section 4); the same `abnormal` that flagged in the room
flags here. That an exclusion was co-signed is `countersigning`'s to see.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.domain.abnormal import InquiryState, OfferVerdict, decide_choosable, flags_data, flags_of, state_of
from app.domain.chaining import Fault, Why
from app.domain.entries import Entry
from app.domain.framing import BadDataError, instant_of, rows_of, text_of
from app.domain.kinds import Kind
from app.domain.money import AmountFault, parse_amount
from app.domain.replaying import WRITING
from app.domain.scoring.rules import EvaluationRules


@dataclass(frozen=True, slots=True)
class RankedLot:
    """The newest ranking of a lot as it was told, and what its prices are held against."""

    rows: Sequence[Mapping[str, Any]]
    digest: str
    ceiling: Decimal
    scale: int


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    amount: Decimal


@dataclass(slots=True)
class _Asked:
    lot: str
    label: str
    due_at: datetime
    is_answered: bool = False
    verdict: OfferVerdict | None = None

    def state_at(self, at: datetime) -> InquiryState:
        return state_of(due_at=self.due_at, is_answered=self.is_answered, verdict=self.verdict, at=at)


class InquiryRetrace:
    """Folds the inquiries of one tender."""

    def __init__(self) -> None:
        self._asked: dict[str, _Asked] = {}
        # {ranking: labels excluded from it}.
        self._excluded: dict[str, list[str]] = {}

    def excluded_from(self, ranking: str) -> Sequence[str]:
        """The labels that were excluded on the ranking with this digest, in order."""
        return self._excluded.get(ranking, ())

    def take(self, entry: Entry, rules: EvaluationRules | None, lot: RankedLot | None) -> Fault | None:
        """What is wrong with this entry after those before it; `lot` is the one it names. Raises BadDataError."""
        if entry.kind is Kind.INQUIRY_OPENED:
            return self._opened(entry, rules, lot)
        found = self._asked.get(text_of(entry.data, "inquiry"))
        if found is None or (found.lot, found.label) != (entry.data.get("lot"), entry.data.get("label")):
            return Fault(Why.STATE, "it is about an inquiry that was not made")
        state = found.state_at(entry.at)
        if entry.kind is Kind.INQUIRY_ANSWERED:
            found.is_answered = True
            # The answer's entry is written a moment after the instant that counts.
            is_open = state is InquiryState.OPEN or (state is InquiryState.LAPSED and entry.at < found.due_at + WRITING)
            return None if is_open else Fault(Why.STATE, "answered a second time, or after the deadline")
        if state not in {InquiryState.ANSWERED, InquiryState.LAPSED}:
            return Fault(Why.STATE, "decided while the supplier could still answer, or a second time")
        if not text_of(entry.data, "reason").strip():
            return Fault(Why.STATE, "decided without a reason")
        if entry.kind is Kind.INQUIRY_DECIDED:
            found.verdict = OfferVerdict.KEEP
            return None if entry.data.get("verdict") == OfferVerdict.KEEP.value else Fault(Why.FORM, "it keeps nothing")
        found.verdict = OfferVerdict.EXCLUDE
        if lot is None or entry.data.get("ranking") != lot.digest:
            return Fault(Why.DIGEST, "excluded on another ranking than the one that stood")
        self._excluded.setdefault(lot.digest, []).append(found.label)
        return None

    def _opened(self, entry: Entry, rules: EvaluationRules | None, lot: RankedLot | None) -> Fault | None:
        abnormal, label = None if rules is None else rules.abnormal, text_of(entry.data, "label")
        if abnormal is None or lot is None or entry.data.get("ranking") != lot.digest:
            return Fault(Why.STATE, "asked without a rule, or on another ranking than the one that stood")
        flagged = flags_of(abnormal, _rows(lot), lot.ceiling)
        if rows_of(entry.data, "tests") != flags_data(flagged.get(label, ())) or label not in flagged:
            return Fault(Why.REPLAY, "by the rules the price fails other tests, or none")
        due_at = instant_of(entry.data, "due_at")
        latest = entry.at + timedelta(hours=abnormal.answer_hours)
        if not latest - WRITING <= due_at <= latest:
            return Fault(Why.REPLAY, f"by the rules the answer is due at {latest}")
        named, lot_id = text_of(entry.data, "inquiry"), text_of(entry.data, "lot")
        if named in self._asked or any((each.lot, each.label) == (lot_id, label) for each in self._asked.values()):
            return Fault(Why.STATE, "asked a second time")
        self._asked[named] = _Asked(lot_id, label, due_at)
        return None

    def choice_fault(
        self, rules: EvaluationRules | None, lot: RankedLot, *, lot_id: str, chosen: Collection[str], at: datetime
    ) -> Fault | None:
        """Why a lot could not be decided like this: an inquiry is undecided, or one is due. Raises BadDataError."""
        flagged = flags_of(None if rules is None else rules.abnormal, _rows(lot), lot.ceiling)
        states = {each.label: each.state_at(at) for each in self._asked.values() if each.lot == lot_id}
        refusal = decide_choosable(flagged, states, chosen)
        return None if refusal is None else Fault(Why.STATE, f"decided, but by the rules: {refusal.code.value}")


def _rows(lot: RankedLot) -> list[_Row]:
    return [_Row(text_of(row, "label"), _amount(row, lot.scale)) for row in lot.rows]


def _amount(row: Mapping[str, Any], scale: int) -> Decimal:
    amount = parse_amount(text_of(row, "amount"), scale)
    if isinstance(amount, AmountFault):
        raise BadDataError("an amount of the ranking is none")
    return amount
