"""Savings as they harden: claimed at the decision, contracted, realised; against baseline, budget, best start price.

Serves WORDS.md `savings` and SCREENS.md PL-14 and CK-03 (each figure names its source and date). Arithmetic and
rounding are those of `saving.py`: exact on the way, half up once, where the figure is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.money import EXACT, LARGEST_SCALE, WHOLE_DIGITS, fits_scale
from app.domain.ranking import PlacedBid
from app.domain.refusals import Code, Refusal
from app.domain.saving import Basis, Saving, SavingsTotal, lot_total, saving_of, sum_totals, total_savings


class FigureKind(StrEnum):
    """What somebody records of a lot, with its source and day; the newest of a kind counts."""

    BUDGET = "budget"
    CONTRACTED = "contracted"
    REALISED = "realised"


class Reference(StrEnum):
    """What a cost is compared with."""

    BASELINE = "baseline"
    BUDGET = "budget"
    # The lowest of the bidders' first bids: what the round itself moved (SCREENS.md CK-03).
    BEST_START = "best_start"


class Certainty(StrEnum):
    """How hard a saving is (WORDS.md `savings`)."""

    CLAIMED = "claimed"
    CONTRACTED = "contracted"
    REALISED = "realised"


@dataclass(frozen=True, slots=True)
class Figure:
    """A recorded amount for a whole lot; of realised amounts `quantity` says for how much of it."""

    kind: FigureKind
    amount: Decimal
    source: str
    as_of: date
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LotCosts:
    """What the savings of a lot are computed from; whatever is not known is None."""

    quantity: Decimal
    digits: int
    references: Mapping[Reference, Decimal | None]
    costs: Mapping[Certainty, Decimal | None]
    # How much of the lot the realised cost is for.
    delivered: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LotSavings:
    """The saving of a lot at each certainty against each reference; a missing cost has no row, a missing reference a
    saving without a figure (PL-14: flagged, never guessed)."""

    rows: Mapping[Certainty, Mapping[Reference, Saving]]


def best_start(bids: Iterable[PlacedBid], *, quantity: Decimal, basis: Basis) -> Decimal | None:
    """What the lot would have cost at the lowest of the bidders' first bids; None where nobody bid. Exact."""
    first: dict[str, Decimal] = {}
    for bid in sorted(bids, key=lambda each: each.seq):
        first.setdefault(bid.tag, bid.amount)
    return lot_total(min(first.values()), quantity, basis) if first else None


def measure(costs: LotCosts) -> LotSavings:
    """Every cost against every reference; the realised one against the part of the reference that was delivered."""
    rows = {}
    for certainty, cost in costs.costs.items():
        if cost is None:
            continue
        share = costs.delivered if certainty is Certainty.REALISED else None
        rows[certainty] = {
            reference: saving_of(awarded=cost, baseline=_part(amount, share, costs.quantity), digits=costs.digits)
            for reference, amount in costs.references.items()
        }
    return LotSavings(rows)


def _part(amount: Decimal | None, share: Decimal | None, quantity: Decimal) -> Decimal | None:
    if amount is None or share is None:
        return amount
    return EXACT.divide(EXACT.multiply(amount, share), quantity)


def total_by_certainty(lots: Sequence[LotSavings], digits: int) -> dict[Certainty, SavingsTotal]:
    """The sums over lots against the baseline; a certainty that no lot has is left out."""
    found = {}
    for certainty in Certainty:
        savings = [lot.rows[certainty][Reference.BASELINE] for lot in lots if certainty in lot.rows]
        if savings:
            found[certainty] = total_savings(savings, digits)
    return found


def sum_by_certainty(totals: Sequence[Mapping[Certainty, SavingsTotal]]) -> dict[Certainty, SavingsTotal]:
    """The sums over tenders of one currency."""
    listed = {each: [total[each] for total in totals if each in total] for each in Certainty}
    return {certainty: sum_totals(one) for certainty, one in listed.items() if one}


def decide_figure(
    figure: Figure, *, is_awarded: bool, lot_quantity: Decimal, digits: int, today: date
) -> Refusal | None:
    """Refuse a figure that could not be one: not positive, more digits than the currency has, of tomorrow, without a
    source; contracted or realised before the award; delivered of nothing, or more than the lot."""
    if figure.kind is not FigureKind.BUDGET and not is_awarded:
        return Refusal(Code.NOT_DECIDED)
    if not _is_amount(figure.amount):
        return Refusal(Code.OUT_OF_RANGE, {"field": "amount"})
    if not fits_scale(figure.amount, digits):
        return Refusal(Code.PRECISION, {"digits": str(digits)})
    if not figure.source.strip():
        return Refusal(Code.INCOMPLETE, {"field": "source"})
    if figure.as_of > today:
        return Refusal(Code.OUT_OF_RANGE, {"field": "as_of"})
    return _decide_quantity(figure, lot_quantity)


def _decide_quantity(figure: Figure, lot_quantity: Decimal) -> Refusal | None:
    quantity = figure.quantity
    if figure.kind is not FigureKind.REALISED:
        return None if quantity is None else Refusal(Code.NOT_ALLOWED_HERE, {"field": "quantity"})
    if quantity is None:
        return Refusal(Code.INCOMPLETE, {"field": "quantity"})
    if not quantity.is_finite() or not 0 < quantity <= lot_quantity or not fits_scale(quantity, LARGEST_SCALE):
        return Refusal(Code.OUT_OF_RANGE, {"field": "quantity"})
    return None


def _is_amount(amount: Decimal) -> bool:
    return amount.is_finite() and 0 < amount < Decimal(10) ** WHOLE_DIGITS
