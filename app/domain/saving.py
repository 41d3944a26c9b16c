"""Claimed savings: what the award costs against the baseline. Serves WORDS.md `savings`, SCREENS.md PL-14 and CK-03.

Every rounding is half up and happens once, where the figure is shown; nothing is rounded on the way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.money import EXACT, HUNDRED, round_half_up

# SCREENS.md section 3 prints 4.9 %; two decimals keep the figure of a large lot honest without a long tail.
PERCENT_DIGITS = 2


class Basis(StrEnum):
    """What a bid on a lot is a price of."""

    UNIT = "unit"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Saving:
    """Claimed savings (WORDS.md `savings`): baseline minus award, over the quantity.

    Money is rounded half up to the currency's minor units, once, at the end; percent half up to two decimals, of the
    unrounded baseline. A figure may be negative. Without a baseline there is no figure, and that is said (PL-14).
    """

    awarded: Decimal
    baseline: Decimal | None
    money: Decimal | None
    percent: Decimal | None

    @property
    def is_baseline_missing(self) -> bool:
        """Whether the baseline is not known, so that nothing can be claimed."""
        return self.baseline is None


@dataclass(frozen=True, slots=True)
class SavingsTotal:
    """The sum over lots; lots without a baseline are outside of it and counted."""

    awarded: Decimal
    baseline: Decimal
    money: Decimal
    percent: Decimal | None
    lots: int
    lots_without_baseline: int


def lot_total(price: Decimal, quantity: Decimal, basis: Basis) -> Decimal:
    """What a lot costs at a price: price times quantity, or the price itself where bids are totals. Exact."""
    return EXACT.multiply(price, quantity) if basis is Basis.UNIT else price


def blended(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The price a lot comes to where each (price, percent) has its share of it; None of nothing. Exact.

    Worked example: 70 percent at 280.00 and 30 at 270.00 come to 277.00.
    """
    prices = [
        price if share == HUNDRED else EXACT.divide(EXACT.multiply(price, share), HUNDRED) for price, share in parts
    ]
    return _sum(prices) if prices else None


def lines_total(lines: Sequence[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """The baseline of a lot from its lines (quantity, baseline price); None unless every line has one. Exact."""
    total = Decimal(0)
    for quantity, price in lines:
        if price is None:
            return None
        total = EXACT.add(total, EXACT.multiply(quantity, price))
    return total if lines else None


def saving_of(*, awarded: Decimal, baseline: Decimal | None, digits: int) -> Saving:
    """The saving of a lot from two totals (see `lot_total`, `lines_total`); `digits` are the currency's minor units."""
    shown = round_half_up(awarded, digits)
    if baseline is None:
        return Saving(awarded=shown, baseline=None, money=None, percent=None)
    saved = EXACT.subtract(baseline, awarded)
    return Saving(
        awarded=shown,
        baseline=round_half_up(baseline, digits),
        money=round_half_up(saved, digits),
        percent=_percent(saved, baseline),
    )


def total_savings(savings: Sequence[Saving], digits: int) -> SavingsTotal:
    """The sum of the rounded lot figures, so that the printed column adds up; percent of the summed baseline."""
    counted = [each for each in savings if each.baseline is not None and each.money is not None]
    baseline = _sum([each.baseline for each in counted if each.baseline is not None])
    money = _sum([each.money for each in counted if each.money is not None])
    return SavingsTotal(
        awarded=round_half_up(_sum([each.awarded for each in counted]), digits),
        baseline=round_half_up(baseline, digits),
        money=round_half_up(money, digits),
        percent=_percent(money, baseline),
        lots=len(savings),
        lots_without_baseline=len(savings) - len(counted),
    )


def sum_totals(totals: Sequence[SavingsTotal]) -> SavingsTotal:
    """The sum over tenders of one currency; percent of the summed baseline."""
    baseline, money = _sum([each.baseline for each in totals]), _sum([each.money for each in totals])
    return SavingsTotal(
        awarded=_sum([each.awarded for each in totals]),
        baseline=baseline,
        money=money,
        percent=_percent(money, baseline),
        lots=sum(each.lots for each in totals),
        lots_without_baseline=sum(each.lots_without_baseline for each in totals),
    )


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def _percent(saved: Decimal, baseline: Decimal) -> Decimal | None:
    if baseline == 0:
        return None
    return round_half_up(EXACT.divide(EXACT.multiply(saved, HUNDRED), baseline), PERCENT_DIGITS)


def baseline_total(
    *, price: Decimal | None, quantity: Decimal, basis: Basis, lines: Sequence[tuple[Decimal, Decimal | None]]
) -> Decimal | None:
    """What the buyer pays today for a lot: its lines where every line has a baseline, else the lot's own price.

    Lines come first because a lot's own unit price is their average, cut to the lot's scale. Exact.
    """
    by_lines = lines_total(lines)
    if by_lines is not None:
        return by_lines
    return None if price is None else lot_total(price, quantity, basis)
