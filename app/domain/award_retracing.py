"""Replaying decision and award: who was chosen in which share, and that exactly those were named and awarded.

Pure, one entry of the tender's chain at a time (JOURNAL.md section 4); the same `sharing` that decided decides here.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from app.domain.awarding import LotRanking, is_above_reserve
from app.domain.chaining import Fault, Why
from app.domain.entries import Entry
from app.domain.framing import BadDataError, rows_of, text_of
from app.domain.kinds import Kind
from app.domain.money import HUNDRED
from app.domain.refusals import Code, Refusal
from app.domain.scoring.split_rules import SplitRules
from app.domain.sharing import Awarded, Choice, choice_of, decide_shares, departs

# A lot, a supplier, its price, its percent of the lot.
_Award = tuple[str, str, Decimal, Decimal]


class AwardRetrace:
    """Folds the decisions of one tender and the names that followed."""

    def __init__(self) -> None:
        # By lot and label: price and percent of who is awarded by the decision proposed last.
        self._awarded: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        self._suppliers: dict[tuple[str, str], str] = {}
        # Names that an earlier unsealing told, before the decision was reopened.
        self._seen: dict[tuple[str, str], str] = {}
        self.is_awarded = False

    def decided(
        self,
        entry: Entry,
        lots: Mapping[str, LotRanking],
        split: SplitRules | None,
        adopted: Mapping[str, Awarded],
        reserve_prices: Mapping[str, Decimal] = MappingProxyType({}),
    ) -> Fault | list[Choice]:
        """The choices of a proposed decision, or what is wrong with them; `adopted`: what the adopted scenario awards,
        `reserve_prices`: those that were opened, both by lot. Raises BadDataError."""
        self._awarded = {}
        choices = [_choice(row) for row in rows_of(entry.data, "choices")]
        for choice in choices:
            for label, share in choice.awarded.items():
                row = lots[choice.lot_id].find(label) if choice.lot_id in lots else None
                if row is None:
                    return Fault(Why.STATE, "the decision chooses a label that is not in the ranking")
                self._awarded[choice.lot_id, label] = row.amount, share
            refusal = decide_shares(choice, split)
            reserve = reserve_prices.get(choice.lot_id)
            is_above = choice.lot_id in lots and is_above_reserve(lots[choice.lot_id], choice.awarded, reserve)
            if (is_above or departs(choice, adopted.get(choice.lot_id))) and not choice.reason.strip():
                refusal = refusal or Refusal(Code.REASON_MISSING)
            # A lot without bids has no scenario and explains itself.
            if refusal is not None:
                return Fault(Why.STATE, f"decided, but by the rules this is refused: {refusal.code.value}")
        return choices

    def named(self, entry: Entry) -> Fault | None:
        """What is wrong with a name or with the award itself. Raises BadDataError."""
        if entry.kind is Kind.IDENTITY_UNSEALED:
            place, supplier = (
                (text_of(entry.data, "lot"), text_of(entry.data, "label")),
                text_of(entry.data, "supplier"),
            )
            self._suppliers[place] = supplier
            if self._seen.setdefault(place, supplier) != supplier:
                return Fault(Why.REPLAY, "a label that was unsealed before is another supplier's now")
            return None
        if not self._awarded.keys() <= self._suppliers.keys():
            return Fault(Why.STATE, "the tender was awarded to somebody whose name was not unsealed")
        due: set[_Award] = {
            (place[0], self._suppliers[place], amount, share) for place, (amount, share) in self._awarded.items()
        }
        if {_award(row) for row in rows_of(entry.data, "awards")} != due:
            return Fault(Why.REPLAY, "the award is not the one that was decided")
        self.is_awarded = True
        return None

    def prices(self) -> dict[tuple[str, str], Decimal]:
        """{(lot, supplier): the price} of the award that stands."""
        if not self.is_awarded:
            return {}
        return {(place[0], self._suppliers[place]): amount for place, (amount, _) in self._awarded.items()}

    def ranked(self, lot: str) -> None:
        """A lot was ranked anew: its labels are others from now on."""
        self._seen = {place: supplier for place, supplier in self._seen.items() if place[0] != lot}

    def reopen(self) -> Fault | None:
        """The decision is open again: what was awarded is not, and names come anew. None but an award is reopened."""
        if not self.is_awarded:
            return Fault(Why.STATE, "a decision was reopened that nothing was awarded on")
        self._awarded, self._suppliers, self.is_awarded = {}, {}, False
        return None


def _choice(row: Mapping[str, Any]) -> Choice:
    try:
        return choice_of(row)
    except (LookupError, TypeError, ValueError, ArithmeticError):
        raise BadDataError("a choice is not in its form") from None


def _award(row: Mapping[str, Any]) -> _Award:
    try:
        share = Decimal(row["share"]) if "share" in row else HUNDRED
        return row["lot"], row["supplier"], Decimal(row["amount"]), share
    except (LookupError, TypeError, ValueError, ArithmeticError):
        raise BadDataError("an award is not in its form") from None
