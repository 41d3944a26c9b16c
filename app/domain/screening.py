"""Figures of a lot's bids and of two bidders' lines that an auditor looks at: each is a lead, never a verdict.

Prices are exact (Decimal in, Fraction inside); only the derived figures, which are no money, are floats. Sources:
coefficient of variation as a screen: Abrantes-Metz, Froeb, Geweke and Taylor, "A variance screen for collusion",
International Journal of Industrial Organization 24 (2006) 467-486; relative distance, skewness and kurtosis of bids:
Imhof, "Simple Statistical Screens to Detect Bid Rigging", Working Paper SES 484, Fribourg 2017; winning bids that stand
alone: Chassang, Kawai, Nakabayashi and Ortner, "Robust Screens for Noncompetitive Bidding in Procurement Auctions",
Econometrica 90 (2022) 315-346.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final


class ScreenMethod(StrEnum):
    """What is looked at."""

    VARIATION = "variation"
    SPREAD = "spread"
    DISTANCE = "distance"
    SKEWNESS = "skewness"
    KURTOSIS = "kurtosis"
    SAME_TOTAL = "same_total"
    SAME_LINES = "same_lines"
    RATIO = "ratio"
    DIFFERENCE = "difference"
    ROTATION = "rotation"
    ALWAYS_SECOND = "always_second"
    NEVER_FIRST = "never_first"
    SAME_FILE = "same_file"
    SAME_EDITOR = "same_editor"
    SAME_NETWORK = "same_network"
    SAME_DEVICE = "same_device"
    EQUAL_STEPS = "equal_steps"
    LAST_SECONDS = "last_seconds"
    FAR_MARKS = "far_marks"
    PRICE_TALKS = "price_talks"
    # As the service raises them when they happen.
    ONE_REPRESENTATIVE = "one_representative"
    RELATED_STAFF = "related_staff"


# A lead where at most so large a share of comparable ones shows as much.
RARE: Final = Fraction(5, 100)
# Two bidders' prices are compared line by line from so many lines on.
FEWEST_LINES: Final = 4
# A line whose price is so coarse that a unit of it is more than this tells nothing of a ratio.
COARSEST: Final = Fraction(1, 200)


@dataclass(frozen=True, slots=True)
class Screen:
    """A figure of one lot's bids: from how many bids on it says anything, and whether the low or the high is rare."""

    fewest: int
    is_low: bool


SCREENS: Final[Mapping[ScreenMethod, Screen]] = {
    ScreenMethod.VARIATION: Screen(3, is_low=True),
    ScreenMethod.SPREAD: Screen(3, is_low=True),
    ScreenMethod.DISTANCE: Screen(3, is_low=False),
    ScreenMethod.SKEWNESS: Screen(4, is_low=True),
    ScreenMethod.KURTOSIS: Screen(5, is_low=False),
}


def _deviation(values: Sequence[Fraction]) -> float:
    """The sample standard deviation."""
    mean = sum(values, Fraction()) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def variation(amounts: Sequence[Decimal]) -> float | None:
    """Coefficient of variation: standard deviation over mean. None below two bids."""
    values = _exact(amounts)
    return None if len(values) < 2 or not sum(values) else _deviation(_scaled(values))


def spread(amounts: Sequence[Decimal]) -> float | None:
    """(highest - lowest) / lowest. None below two bids, or of nothing."""
    values = _exact(amounts)
    return None if len(values) < 2 or not values[0] else float((values[-1] - values[0]) / values[0])


def distance(amounts: Sequence[Decimal]) -> float | None:
    """Relative distance: the gap between the two lowest over the standard deviation of the losing bids. None below
    three bids, or where the losing bids are all equal."""
    values = _exact(amounts)
    if len(values) < 3 or values[1] == values[-1]:
        return None
    scaled = _scaled(values)
    return float(scaled[1] - scaled[0]) / _deviation(scaled[1:])


def skewness(amounts: Sequence[Decimal]) -> float | None:
    """Sample skewness n/((n-1)(n-2)) times the sum of cubed standard scores. None below three bids, or of equal
    ones."""
    scores, n = _scores(amounts), len(amounts)
    return None if scores is None or n < 3 else n / ((n - 1) * (n - 2)) * math.fsum(each**3 for each in scores)


def kurtosis(amounts: Sequence[Decimal]) -> float | None:
    """Sample excess kurtosis with the correction for small n. None below four bids, or of equal ones."""
    scores, n = _scores(amounts), len(amounts)
    if scores is None or n < 4:
        return None
    weight = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3))
    return weight * math.fsum(each**4 for each in scores) - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def _exact(amounts: Iterable[Decimal]) -> list[Fraction]:
    return sorted(Fraction(amount) for amount in amounts)


def _scaled(values: Sequence[Fraction]) -> list[Fraction]:
    mean = sum(values, Fraction()) / len(values)
    return [value / mean for value in values]


def _scores(amounts: Sequence[Decimal]) -> list[float] | None:
    values = _exact(amounts)
    if len(values) < 2 or values[0] == values[-1]:
        return None
    scaled = _scaled(values)
    width = _deviation(scaled)
    return [float(value - 1) / width for value in scaled]


_FIGURES: Final = {
    ScreenMethod.VARIATION: variation,
    ScreenMethod.SPREAD: spread,
    ScreenMethod.DISTANCE: distance,
    ScreenMethod.SKEWNESS: skewness,
    ScreenMethod.KURTOSIS: kurtosis,
}


def figures_of(amounts: Sequence[Decimal]) -> dict[ScreenMethod, float]:
    """The figures that so many bids allow; what is left out says that n is too small, or that bids are equal."""
    found = {}
    for method, screen in SCREENS.items():
        value = _FIGURES[method](amounts) if len(amounts) >= screen.fewest else None
        if value is not None:
            # What a table keeps and compares.
            found[method] = round(value, 6)
    return found


def equal_amounts(amounts: Mapping[str, Decimal]) -> list[tuple[str, ...]]:
    """The groups of bidders whose amounts are the same, each sorted."""
    groups: dict[Decimal, list[str]] = {}
    for bidder, amount in amounts.items():
        groups.setdefault(amount.normalize(), []).append(bidder)
    return sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1)


# ── two bidders, line by line ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two bidders' prices go together over their common lines."""

    method: ScreenMethod
    lines: int
    # The ratio (first over second) or the difference (first minus second).
    value: Fraction


def common_lines(first: Mapping[str, Decimal], second: Mapping[str, Decimal]) -> list[str]:
    """The lines both have a price above zero for."""
    return [line for line in first if line in second and first[line] > 0 and second[line] > 0]


def likeness(first: Mapping[str, Decimal], second: Mapping[str, Decimal], scale: int) -> Likeness | None:
    """Whether the prices of two bidders are the same on every line, or in one ratio, or one difference apart.

    A ratio is constant where one number explains every line to the last unit of the prices; lines whose price is so
    coarse that any ratio would fit are left out. None where nothing of the kind holds, or there are fewer than
    FEWEST_LINES lines. Precondition: prices have at most `scale` decimals.
    """
    lines = common_lines(first, second)
    if len(lines) < FEWEST_LINES:
        return None
    pairs = [(Fraction(first[line]), Fraction(second[line])) for line in lines]
    if all(one == other for one, other in pairs):
        return Likeness(ScreenMethod.SAME_LINES, len(pairs), Fraction(1))
    # Of prices that are all alike a constant difference says nothing more than the ratio does.
    if len({other for _, other in pairs}) >= FEWEST_LINES:
        gaps = {one - other for one, other in pairs}
        if len(gaps) == 1:
            return Likeness(ScreenMethod.DIFFERENCE, len(pairs), gaps.pop())
    ratio = _ratio(pairs, Fraction(1, 10**scale))
    return None if ratio is None else Likeness(ScreenMethod.RATIO, *ratio)


def _ratio(pairs: Sequence[tuple[Fraction, Fraction]], unit: Fraction) -> tuple[int, Fraction] | None:
    """(lines, ratio) where one ratio explains all lines; either bidder may have been the one who rounded."""
    telling = [(one, other) for one, other in pairs if unit <= COARSEST * min(one, other)]
    if len(telling) < FEWEST_LINES or len({other for _, other in telling}) < FEWEST_LINES:
        return None
    low = max((one - unit / 2) / other for one, other in telling)
    high = min((one + unit / 2) / other for one, other in telling)
    if low <= high:
        return len(telling), (low + high) / 2
    low = max(one / (other + unit / 2) for one, other in telling)
    high = min(one / (other - unit / 2) for one, other in telling)
    return (len(telling), (low + high) / 2) if low <= high else None
