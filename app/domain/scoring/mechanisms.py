"""The few mechanisms that all price formulas are made of, each exact, in fractions (SCORING.md section 1).

A share of the lowest (`ratio_points`), a line between two prices (`line_points`), a deduction by percent from a
benchmark (`deviation_of`, `counted_deviation`, `deducted`), a table (`table_points`), and an evaluated price or ratio
(`monetised_price`, `quality_for_price`, `coefficient_of`, `total_cost`). What a formula adds is parameters;
`presets.py` names the usual ones. Nothing here rounds but `round_fraction` itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.domain.scoring.kinds import Boundary, Row, Steps

FULL: Final = Fraction(100)


def round_fraction(value: Fraction, digits: int) -> Decimal:
    """Half up (halves away from zero) to so many digits, exactly: 1/8 at two digits is 0.13, −1/8 is −0.13."""
    scaled = abs(value) * 10**digits
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    # The digits are put together, not computed: a context would round beyond 28 of them.
    return Decimal(f"{'-' if value < 0 and whole else ''}{whole}E-{digits}")


def ratio_points(lowest: Fraction, amount: Fraction) -> Fraction:
    """F·min/b. Source: Order 87 of the Ministry of Finance of China (2017), article 55; the same is the financial score
    Sf = 100 · Fm/F of the World Bank's quality- and cost-based selection.

    Worked example: lowest 271.40, bid 274.90: 100 · 271.40 / 274.90 = 98.7268….
    Properties: above 0, at most 100; falls as the own price rises; depends on the others through the lowest.
    """
    return FULL * lowest / amount


def line_points(value: Fraction, full_at: Fraction, none_at: Fraction) -> Fraction:
    """100 at or below `full_at`, 0 at or above `none_at`, linear between; all alike (`full_at` = `none_at`): 100 there.

    Sources: between lowest and highest (`min_max`) and down from the lowest (`linear_to_lowest`) as in the award
    criteria of EU buyers (SIGMA Brief 8); with both ends fixed in advance (`fixed_band`, `interpolate`) as the Dutch
    and Nordic buyers' answer to the reversal of ranks.
    Worked example: 100 at 90, 0 at 140: a bid of 110 has 100 · (140 − 110)/(140 − 90) = 60.
    Properties: 0 to 100; falls as the value rises; depends on others only where an end does.
    """
    if value <= full_at:
        return FULL
    return Fraction(0) if value >= none_at else FULL * (none_at - value) / (none_at - full_at)


def deviation_of(amount: Fraction, benchmark: Fraction) -> Fraction:
    """The percent by which an amount is above the benchmark; below it negative. 104.5 against 110: −5."""
    return (amount - benchmark) * 100 / benchmark


def counted_deviation(deviation: Fraction, steps: Steps, step: Fraction) -> Fraction:
    """What counts of a deviation: all of it; full steps, towards zero; or every step begun, away from zero.

    Worked example with steps of 1 %: 2.4 counts as 2.4, 2 or 3; −2.4 as −2.4, −2 or −3.
    """
    if steps is Steps.INTERPOLATED:
        return deviation
    whole, rest = divmod(abs(deviation), step)
    counted = step * (whole + (1 if steps is Steps.BEGUN and rest else 0))
    return counted if deviation > 0 else -counted


def deducted(deviation: Fraction, *, full: Fraction, above: Fraction, below: Fraction) -> Fraction:
    """S = full − dev · above, or full − |dev| · below. Source: the reasonable-low-price method of the Standard Bidding
    Documents for highway works (Ministry of Transport of China, 2018), with E1 above and E2 below the benchmark.

    Worked example: full 100, above 2, below 1: 3 % above has 94, 3 % below has 97; with below −1 it has 103, before
    the cap. Properties: falls as the price rises above B; below B only where `below` is not positive.
    """
    return full - abs(deviation) * (above if deviation > 0 else below)


def table_points(rows: Sequence[Row], value: Fraction, boundary: Boundary) -> Fraction:
    """The points of the row that holds the value, linear inside a row that has `last`. Precondition: no gap, no
    overlap. Source: tables of price bands in buyers' own rules.

    Worked example: rows (…, 0] 100, (0, 10] 90 to 70, (10, …) 50: 4 has 90 − 20 · 4/10 = 82; 10 has 70, or 50 where an
    edge belongs to the row after it. Properties: between the lowest and the highest points of the table.
    """
    for row in rows:
        is_within = row.end is None or (value <= row.end if boundary is Boundary.LOWER else value < row.end)
        if is_within:
            return _in_row(row, value)
    raise AssertionError("a table has a row for every value")


def _in_row(row: Row, value: Fraction) -> Fraction:
    points = Fraction(row.points)
    if row.last is None or row.start is None or row.end is None:
        return points
    start = Fraction(row.start)
    return points + (Fraction(row.last) - points) * (value - start) / (Fraction(row.end) - start)


def monetised_price(amount: Fraction, quality: Fraction, worth: Fraction) -> Fraction:
    """b − q·w, the lowest first. Source: award on value ("gunnen op waarde") of Dutch public works: quality is a
    fictitious discount on the price.

    Worked example: 274.90 with 90 points at 0.10 each: 265.90 goes before 271.40 with 50 points: 266.40.
    Properties: rises with the own price by as much; independent of others; may be negative.
    """
    return amount - quality * worth


def quality_for_price(quality: Fraction, amount: Fraction, per: Fraction) -> Fraction:
    """q/b for so much money, the highest first. Source: the simple ratio method (einfache Richtwertmethode, Z = L/P)
    of the German UfAB.

    Worked example: 90 points at 274.90, per 100: 32.7392….
    Properties: not negative; falls as the own price rises; independent of others.
    """
    return quality * per / amount


def coefficient_of(features: Iterable[Fraction]) -> Fraction:
    """1 + Σ feature values, by which a price is divided, the lowest first. Source: the non-price criteria of
    Prozorro's auctions.

    Worked example: features 0.05 and 0.10: 115.00 is compared as 115 / 1.15 = 100.
    Properties: at least 1, so the compared price is at most the price; independent of others.
    """
    return 1 + sum(features, Fraction(0))


def total_cost(amount: Fraction, additions: Iterable[Fraction], *, is_percent: bool) -> Fraction:
    """b + Σ additions, or b · (1 + Σ percents/100), the lowest first. Source: bonus and malus by supplier in the total
    cost of reverse auctions (LIVE.md section 1).

    Worked example: 271.40 with a malus of 2 %: 276.828 goes behind 274.90 with none; with 3.00 in money: 274.40.
    Properties: rises with the own price; independent of others; with no addition it is the price.
    """
    added = sum(additions, Fraction(0))
    return amount * (1 + added / 100) if is_percent else amount + added
