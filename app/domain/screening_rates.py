"""How rare a figure is: the share of comparable lots that show as much. The house's own lots first, and where these are
too few, quantiles of real tenders (`screening_table.json`, made by `bidroom screen`). Pure."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.domain.screening import RARE, SCREENS, ScreenMethod, equal_amounts, figures_of

# The house's own history counts from so many comparable lots (pairs, firms) on.
ENOUGH: Final = 30
# Shares at which the table keeps a quantile, in hundredths of a percent.
GRID: Final = (50, 100, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000, 7500, 10000)
TABLE: Final = Path(__file__).with_name("screening_table.json")


class Origin(StrEnum):
    """Where a base rate comes from."""

    OWN = "own"
    CALIBRATION = "calibration"
    # Too few of our own, and the calibration knows nothing of the kind.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class BaseRate:
    """The share of ``of`` comparable ones that show as much; of the calibration, at most that share."""

    share: float | None
    of: int
    origin: Origin

    @property
    def is_rare(self) -> bool:
        """Whether it is rare enough to be a lead; what nobody can compare is shown, and said to be so."""
        return self.share is None or self.share <= RARE


def size_of(bidders: int) -> str:
    """Lots are compared with lots of about as many bidders."""
    return str(bidders) if bidders < 6 else "6-7" if bidders < 8 else "8+"


@dataclass(frozen=True, slots=True)
class Table:
    """Quantiles of each figure by number of bidders, and how often two bids were equal."""

    # {method: {size: quantiles at GRID, from the rarest}}
    quantiles: Mapping[str, Mapping[str, Sequence[float]]]
    # How many lots of each size.
    lots: Mapping[str, int]
    # Of them, those with two equal bids.
    ties: Mapping[str, int]
    # {method: (compared, found)} of patterns over many lots.
    series: Mapping[str, tuple[int, int]]


def read_table(text: str) -> Table:
    """The table of a JSON text."""
    held: dict[str, Any] = json.loads(text)
    series = {name: (told[0], told[1]) for name, told in held["series"].items()}
    return Table(held["quantiles"], held["lots"], held["ties"], series)


def table_json(table: Table) -> str:
    """The table as it is kept."""
    held = {"quantiles": table.quantiles, "lots": table.lots, "ties": table.ties, "series": table.series}
    return json.dumps(held, indent=1, sort_keys=True) + "\n"


def make_table(lots: Iterable[Sequence[Any]], series: Mapping[str, tuple[int, int]]) -> Table:
    """The table of a history: the amounts of each lot, and what was found over many."""
    values: dict[str, dict[str, list[float]]] = {method.value: {} for method in SCREENS}
    counts: dict[str, int] = {}
    ties: dict[str, int] = {}
    for amounts in lots:
        size = size_of(len(amounts))
        counts[size] = counts.get(size, 0) + 1
        ties[size] = ties.get(size, 0) + bool(equal_amounts({str(at): each for at, each in enumerate(amounts)}))
        for method, value in figures_of(amounts).items():
            values[method.value].setdefault(size, []).append(value)
    quantiles = {
        name: {size: _quantiles(found, is_low=SCREENS[ScreenMethod(name)].is_low) for size, found in own.items()}
        for name, own in values.items()
    }
    kept = {
        name: {size: found for size, found in own.items() if len(values[name][size]) >= ENOUGH}
        for name, own in quantiles.items()
    }
    return Table(kept, counts, ties, dict(series))


def _quantiles(values: Sequence[float], *, is_low: bool) -> list[float]:
    """The figure that so large a share is at least as rare as, for each share of the grid."""
    found = sorted(values, reverse=not is_low)
    return [found[max(-(-len(found) * share // 10000), 1) - 1] for share in GRID]


class Rates:
    """Base rates of one moment: the house's own figures beside the table."""

    def __init__(self, table: Table, own: Mapping[tuple[ScreenMethod, str], Sequence[float]]) -> None:
        self._table = table
        self._own = {place: sorted(_turned(place[0], each) for each in found) for place, found in own.items()}

    def of_figure(self, method: ScreenMethod, bidders: int, value: float) -> BaseRate:
        """How rare a lot's figure is among lots of about as many bidders."""
        size = size_of(bidders)
        own, wanted = self._own.get((method, size), []), _turned(method, value)
        if len(own) >= ENOUGH:
            return BaseRate(bisect_right(own, wanted) / len(own), len(own), Origin.OWN)
        grid = self._table.quantiles.get(method.value, {}).get(size)
        if grid is None:
            return BaseRate(None, len(own), Origin.NONE)
        at = next((at for at, each in enumerate(grid) if wanted <= _turned(method, each)), len(GRID) - 1)
        return BaseRate(GRID[at] / 10000, self._table.lots[size], Origin.CALIBRATION)

    def of_ties(self, bidders: int, found: int, compared: int) -> BaseRate:
        """How rare equal bids are in lots of so many bidders: ``found`` of our own ``compared``, or the table's."""
        size = size_of(bidders)
        if compared >= ENOUGH or not self._table.lots.get(size):
            return of_count(found, compared)
        lots = self._table.lots[size]
        return BaseRate(self._table.ties.get(size, 0) / lots, lots, Origin.CALIBRATION)

    def of_series(self, method: ScreenMethod, found: int, compared: int) -> BaseRate:
        """How rare a pattern over many lots is among the firms or groups that could show it."""
        told = self._table.series.get(method.value, (0, 0))
        if compared >= ENOUGH or not told[0]:
            return of_count(found, compared)
        return BaseRate(told[1] / told[0], told[0], Origin.CALIBRATION)


def of_count(found: int, compared: int) -> BaseRate:
    """The share of our own, where they are enough."""
    if compared < ENOUGH:
        return BaseRate(None, compared, Origin.NONE)
    return BaseRate(found / compared, compared, Origin.OWN)


def _turned(method: ScreenMethod, value: float) -> float:
    """A figure turned so that the rare ones are low."""
    return -value if method in SCREENS and not SCREENS[method].is_low else value
