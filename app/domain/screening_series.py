"""Patterns over the lots of a category, one after another: whose turn it is, who is always second, who never leads.

Pure. Each pattern comes with its chance: how often it would be met if, in every lot, each bidder were equally likely to
take each place. Firms differ, so that chance is a measure of surprise and not of anything else.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Final

from app.domain.screening import ScreenMethod

# Lots a firm must have bid in before its places say anything.
FEWEST_JOINED: Final = 6
# Firms that can take turns, and how many turns each must have had.
SIZES: Final = (3, 4, 5)
FEWEST_TURNS: Final = 2
# Of a crowded lot every group would be looked at.
MOST_BIDDERS: Final = 12
# A pattern with a larger chance is none.
LARGEST_CHANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Course:
    """One lot as it ended: firms by rank, from the first. Equal bids stand in the official order."""

    lot: str
    firms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of some firms over some lots; ``compared`` how many firms or groups could have shown it."""

    method: ScreenMethod
    firms: tuple[str, ...]
    lots: tuple[str, ...]
    hits: int
    chance: float


@dataclass(frozen=True, slots=True)
class Series:
    """What a category's lots show, and of how many firms or groups each pattern could have been seen."""

    patterns: tuple[Pattern, ...]
    compared: dict[ScreenMethod, int]


def look_over(courses: Sequence[Course]) -> Series:
    """Everything of a category, in the order in which its lots were closed."""
    told = [course for course in courses if len(course.firms) > 1]
    firms = sorted({firm for course in told for firm in course.firms})
    own = {firm: [course for course in told if firm in course.firms] for firm in firms}
    often = {firm: lots for firm, lots in own.items() if len(lots) >= FEWEST_JOINED}
    found = []
    for firm, lots in often.items():
        found += [each for each in (_never_first(firm, lots), _always_second(firm, lots)) if each is not None]
    groups = list(_groups(told, often))
    turns = [each for each in (_rotation(group, lots) for group, lots in groups) if each is not None]
    found += [each for each in turns if not any(_is_within(each, other) for other in turns)]
    compared = dict.fromkeys((ScreenMethod.NEVER_FIRST, ScreenMethod.ALWAYS_SECOND), len(often)) | {
        ScreenMethod.ROTATION: len(groups)
    }
    return Series(tuple(found), compared)


def _never_first(firm: str, lots: Sequence[Course]) -> Pattern | None:
    if any(course.firms[0] == firm for course in lots):
        return None
    chance = at_least(len(lots), [1 - 1 / len(course.firms) for course in lots])
    return _pattern(ScreenMethod.NEVER_FIRST, (firm,), lots, len(lots), chance)


def _always_second(firm: str, lots: Sequence[Course]) -> Pattern | None:
    hits = sum(course.firms[1] == firm for course in lots)
    # More than half of the time: a firm that is good and dear is second often enough.
    if 2 * hits <= len(lots):
        return None
    chance = at_least(hits, [1 / len(course.firms) for course in lots])
    return _pattern(ScreenMethod.ALWAYS_SECOND, (firm,), lots, hits, chance)


def _pattern(
    method: ScreenMethod, firms: tuple[str, ...], lots: Sequence[Course], hits: int, chance: float
) -> Pattern | None:
    if chance > LARGEST_CHANCE:
        return None
    return Pattern(method, firms, tuple(course.lot for course in lots), hits, chance)


def at_least(hits: int, chances: Sequence[float]) -> float:
    """The chance of so many hits or more, of independent tries with a chance each."""
    spread = [1.0]
    for chance in chances:
        spread = [
            (spread[k] * (1 - chance) if k < len(spread) else 0.0) + (spread[k - 1] * chance if k else 0.0)
            for k in range(len(spread) + 1)
        ]
    return min(sum(spread[hits:]), 1.0)


def _groups(told: Sequence[Course], often: Collection[str]) -> Iterator[tuple[tuple[str, ...], list[Course]]]:
    """Every group of firms with the lots in which all of them bid and one of them came first."""
    together: dict[tuple[str, ...], list[Course]] = {}
    for course in told:
        able = sorted(firm for firm in course.firms if firm in often)
        if len(able) > MOST_BIDDERS:
            continue
        for size in SIZES:
            for group in combinations(able, size):
                if course.firms[0] in group:
                    together.setdefault(group, []).append(course)
    for group, lots in together.items():
        if len(lots) >= FEWEST_TURNS * len(group):
            yield group, lots


def _rotation(group: tuple[str, ...], lots: Sequence[Course]) -> Pattern | None:
    """Whether the first place goes round the group without a break: any `size` lots on end have `size` firsts."""
    size, firsts = len(group), [course.firms[0] for course in lots]
    windows = (set(firsts[at : at + size]) for at in range(len(firsts) - size + 1))
    if any(len(window) < size for window in windows):
        return None
    chance = factorial(size) / size**size * (1 / size) ** (len(firsts) - size)
    return _pattern(ScreenMethod.ROTATION, group, lots, len(firsts), chance)


def _is_within(one: Pattern, other: Pattern) -> bool:
    return one is not other and set(one.firms) < set(other.firms) and set(one.lots) <= set(other.lots)
