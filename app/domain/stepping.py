"""The smallest steps from a ranking: one mark a level up or down, one offer less; what each would change.

Serves SCORING.md sections 3 (one-level changes, leave-one-out) and 4 (100 offers, 20 criteria in a moment). Nothing is
ranked anew that a step leaves as it is: totals are whole numbers over a common denominator (`scoring/whole_totals.py`),
one offer at a time is put into the official order, and the cut is looked at only where the step reaches it. Tests hold
each step against the ranking made anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final

from app.domain.scoring.criteria import TechnicalRules
from app.domain.scoring.kinds import Figured, Pointed, Ties
from app.domain.scoring.price_points import Measures, count_price, measure, rank_figure
from app.domain.scoring.totals import HIGHEST_MARK, Offer, price_field
from app.domain.scoring.whole_totals import HUNDREDTHS, WholeTotal, as_points, half_up, weights_of, whole_total
from app.domain.sensitivity import counted_points
from app.domain.shortlisting import Measure, cut_of
from app.domain.whatif import Contest

# So many rows beyond the cut are looked at before all of them.
_BEYOND_CUT: Final = 8
# What an offer stands by: whether it is the last of all, the smaller the better, quality where it parts equals, the
# price, the record.
_Key = tuple[bool, int | Fraction | Decimal, Decimal, Decimal, int]


@dataclass(frozen=True, slots=True)
class _Rung:
    """One offer in the order: by what it stands, and by what the cut measures it."""

    key: _Key
    label: str
    measure: Measure

    @property
    def amount(self) -> Decimal:
        """The price."""
        return self.key[3]


class _Ladder:
    """The official order, into which one offer at a time is put with other technical points, or from which one is
    taken. As long as the field's measures stay, the price points of all others do."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        rules, formula = contest.rules, contest.rules.price.formula
        self.weights = weights_of(rules)
        self.measures = _measures(contest, contest.offers)
        counted = counted_points(rules, contest.offers, ceiling=contest.ceiling, others=contest.others)
        self.totals = {each.key: whole_total(formula, each, counted[each.key]) for each in contest.offers if counted}
        self.offers = list(contest.offers)
        self.rungs = self.sorted_rungs(self.offers, self.totals)
        by_key = {each.key: each for each in contest.offers}
        self.offers = [by_key[rung.label] for rung in self.rungs]
        self.keys = [rung.key for rung in self.rungs]
        self.places = {rung.label: place for place, rung in enumerate(self.rungs)}
        self.labels = self.cut(self.rungs)

    @property
    def first(self) -> str | None:
        """Who is first."""
        return self.rungs[0].label if self.rungs else None

    def sorted_rungs(self, offers: Sequence[Offer], totals: Mapping[str, WholeTotal]) -> list[_Rung]:
        """The order of these offers with these totals."""
        return sorted((self.rung(each, totals.get(each.key)) for each in offers), key=lambda each: each.key)

    def rung(self, offer: Offer, total: WholeTotal | None) -> _Rung:
        """Where an offer stands; of a formula that ranks by a figure the figure is made anew."""
        formula = self.contest.rules.price.formula
        by_quality = -(offer.technical or Decimal(0)) if formula.ties is Ties.TECHNICAL else Decimal(0)
        rest = (by_quality, offer.amount, offer.order)
        if total is not None:
            hundredths = total.at(self.weights)
            return _Rung((False, -hundredths, *rest), offer.key, hundredths)
        if isinstance(formula, Figured):
            technical, ceiling = offer.technical or Decimal(0), self.contest.ceiling
            made = rank_figure(formula, offer.amount, technical, ceiling=ceiling, features=offer.features)
            return _Rung((made.key is None, made.key or Fraction(0), *rest), offer.key, made.figure)
        return _Rung((False, offer.amount, *rest), offer.key, offer.amount)

    def moved(self, offer: Offer, points: int) -> tuple[str | None, tuple[str, ...]]:
        """Who would be first and who on the shortlist with this offer at so many hundredths of technical points."""
        place, total = self.places[offer.key], self.totals.get(offer.key)
        changed = replace(offer, technical=as_points(points))
        rung = self.rung(changed, None if total is None else total.with_technical(points))
        put = bisect_left(self.keys, rung.key)
        put -= put > place
        if min(place, put) > len(self.labels):
            # Behind the first that the cut leaves out: neither it nor anybody before it has changed.
            return self.first, self.labels
        rungs = self.rungs.copy()
        del rungs[place]
        rungs.insert(put, rung)
        return rungs[0].label, self.cut(rungs)

    def cut(self, rungs: Sequence[_Rung]) -> tuple[str, ...]:
        """The labels of the shortlist of an order."""
        rules = self.contest.rules.shortlist
        most = rules.count + _BEYOND_CUT
        _size, end = cut_of(_measured(rungs[:most]), rules)
        if most <= end < len(rungs):
            _size, end = cut_of(_measured(rungs), rules)
        return tuple(each.label for each in rungs[:end])


def _measured(rungs: Sequence[_Rung]) -> list[Measure]:
    """Figures, or amounts where nobody has one: who has none stands last."""
    is_by_amount = bool(rungs) and rungs[0].measure is None
    return [each.amount if is_by_amount else each.measure for each in rungs]


def _measures(contest: Contest, offers: Sequence[Offer]) -> Measures | None:
    formula = contest.rules.price.formula
    if not isinstance(formula, Pointed) or not offers:
        return None
    return measure(formula, price_field(formula, [each.amount for each in offers], contest.others, contest.ceiling))


@dataclass(frozen=True, slots=True)
class Leaving:
    """What the ranking would be without one offer. `turns`: others would stand in another order."""

    key: str
    first: str | None
    shortlist: tuple[str, ...]
    turns: bool


def leave_one_out(contest: Contest) -> list[Leaving]:
    """For every offer, in order of rank, the ranking of the others alone."""
    ladder = _Ladder(contest)
    return [_left(ladder, each) for each in ladder.offers]


def _left(ladder: _Ladder, left: Offer) -> Leaving:
    place = ladder.places[left.key]
    rest = [*ladder.rungs[:place], *ladder.rungs[place + 1 :]]
    rungs = _without(ladder, left) or rest
    turns = any(one.label != other.label for one, other in zip(rungs, rest, strict=True))
    return Leaving(left.key, rungs[0].label if rungs else None, ladder.cut(rungs), turns)


def _without(ladder: _Ladder, left: Offer) -> list[_Rung] | None:
    """The order of the others where the leaving changes what their prices are measured against; None where it does
    not, and they stand as they stood."""
    contest, formula = ladder.contest, ladder.contest.rules.price.formula
    offers = [each for each in ladder.offers if each is not left]
    measures = _measures(contest, offers)
    if measures is None or not isinstance(formula, Pointed) or _is_alike(measures, ladder.measures):
        return None
    totals = {each.key: whole_total(formula, each, count_price(formula, each.amount, measures)) for each in offers}
    return ladder.sorted_rungs(offers, totals)


def _is_alike(one: Measures, other: Measures | None) -> bool:
    """Whether both give every price the same points."""
    return other is not None and (one.lowest, one.highest, one.benchmark) == (
        other.lowest,
        other.highest,
        other.benchmark,
    )


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One value of one offer a level up or down, where that changes first place or the shortlist. `fails`: the offer
    would miss a minimum score and not be ranked at all."""

    key: str
    criterion: str
    step: int
    first: str | None
    shortlist: tuple[str, ...]
    fails: bool = False


def one_level_changes(contest: Contest) -> list[LevelChange]:
    """Every single value a level up or down, as far as the scale goes: those that change who is first or on the
    shortlist. Offers in order of rank, criteria in order of the rules. Precondition: every offer passes as it is."""
    technical = contest.rules.technical
    if technical is None:
        return []
    ladder, steps = _Ladder(contest), _Steps(technical)
    gone: dict[str, Leaving] = {}
    official = set(ladder.labels)
    found = []
    for offer in ladder.offers:
        values = contest.values.get(offer.key, {})
        for name, step, points, fails in steps.of(values):
            if fails:
                left = gone.get(offer.key) or gone.setdefault(offer.key, _left(ladder, offer))
                first, labels = left.first, left.shortlist
            else:
                first, labels = ladder.moved(offer, points)
            if first != ladder.first or (labels != ladder.labels and set(labels) != official):
                found.append(LevelChange(offer.key, name, step, first, labels, fails))
    return found


class _Steps:
    """The technical points of an offer after each single step, in hundredths, and whether a minimum would be missed:
    that of the whole, of the criterion itself, or of a group that it stands in."""

    def __init__(self, rules: TechnicalRules) -> None:
        weights = rules.effective_weights()
        self._rules = rules
        self._per = lcm(*(each.denominator for each in weights.values()))
        self._weights = {name: int(weight * self._per) for name, weight in weights.items()}
        self._least = None if rules.threshold is None else Fraction(rules.threshold) * HUNDREDTHS
        self._own = {
            each.id: Fraction(each.threshold) * HIGHEST_MARK / 100
            for each in rules.criteria
            if each.threshold is not None
        }
        one_level = {each.id: Decimal(0) for each in rules.criteria}
        # What one level of a criterion is worth in the points of each group with a minimum.
        self._worth = {
            name: {
                group: worth for group, worth in self._group_points({**one_level, name: Decimal(1)}).items() if worth
            }
            for name in one_level
        }

    def _group_points(self, values: Mapping[str, Decimal]) -> dict[str, Fraction]:
        least = [group for group in self._rules.groups if group.threshold is not None]
        points = self._rules.group_points(values) if least else {}
        return {group.id: points[group.id] for group in least}

    def of(self, values: Mapping[str, Decimal]) -> Iterator[tuple[str, int, int, bool]]:
        """(criterion, step, points, fails) of every step that the scale has room for."""
        scale = lcm(*(each.as_integer_ratio()[1] for each in values.values()))
        whole = {name: int(value * scale) for name, value in values.items()}
        exact = sum(self._weights[name] * value for name, value in whole.items())
        room = self._room(values)
        for name, value in whole.items():
            for step in (-1, 1):
                if 0 <= value + step * scale <= HIGHEST_MARK * scale:
                    moved = exact + step * self._weights[name] * scale
                    points = half_up(moved * HUNDREDTHS, HIGHEST_MARK * self._per * scale)
                    yield name, step, points, step < 0 and self._fails(name, values[name] - 1, points, room)

    def _room(self, values: Mapping[str, Decimal]) -> dict[str, Fraction]:
        """How far each group with a minimum is above it."""
        least = {each.id: Fraction(each.threshold) for each in self._rules.groups if each.threshold is not None}
        return {group: points - least[group] for group, points in self._group_points(values).items()} if values else {}

    def _fails(self, name: str, value: Decimal, points: int, room: Mapping[str, Fraction]) -> bool:
        is_below = self._least is not None and points < self._least
        is_below = is_below or (name in self._own and value < self._own[name])
        return is_below or any(worth > room[group] for group, worth in self._worth[name].items())
