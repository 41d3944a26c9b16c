"""What if: other weights, other marks, an offer away, another cut. Computed and shown, never the official result.

Serves SCORING.md section 3 (one-level changes, leave-one-out, "what-if never touches the official result") and
SCREENS.md DR-02. Nothing here is stored, journaled or proposed; whoever shows it stamps it WHAT-IF.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.scoring.criteria import HUNDRED, TechnicalRules
from app.domain.scoring.formulas import has_total
from app.domain.scoring.kinds import Figured, FigureFormula, Ties
from app.domain.scoring.price_points import rank_figure, round_fraction
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.totals import (
    HIGHEST_MARK,
    POINT_DIGITS,
    Offer,
    ScoredOffer,
    is_passing,
    rank_offers,
    technical_points,
    total_points,
)
from app.domain.sensitivity import counted_points, has_weights, reweighed
from app.domain.shortlisting import Listed, Shortlist, make_shortlist

STAMP: Final = "WHAT-IF"
Values = Mapping[str, Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Contest:
    """One lot as it was ranked: its offers by label, their agreed values, the rules, and what fell out."""

    rules: EvaluationRules
    offers: Sequence[Offer]
    ceiling: Decimal
    values: Values = field(default_factory=dict)
    others: Sequence[Decimal] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What is tried: another price weight, other values of (label, criterion), offers left out, another cut."""

    price_weight: Decimal | None = None
    values: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome of a change; `failing`: who would miss a minimum score and would not be ranked."""

    rows: tuple[ScoredOffer, ...]
    shortlist: Shortlist
    failing: tuple[str, ...] = ()

    @property
    def first(self) -> str | None:
        """Who would be first."""
        return self.rows[0].offer.key if self.rows else None


def try_change(contest: Contest, change: Change) -> Tried | Refusal:
    """The ranking under a change. Refuses a weight that is none or cannot be shifted (OUT_OF_RANGE, NOT_ALLOWED_HERE),
    a label or criterion that is not there (UNKNOWN_LABEL), a value off the scale (NOT_A_MARK)."""
    refusal = _refused(contest, change)
    if refusal is not None:
        return refusal
    rules = contest.rules
    if change.price_weight is not None:
        rules = reweighed(rules, change.price_weight)
    if change.count is not None:
        rules = replace(rules, shortlist=replace(rules.shortlist, count=change.count, within=None, at_least=None))
    kept, failing = [], []
    for offer in contest.offers:
        values = _changed(contest, offer.key, change)
        if offer.key in change.without:
            continue
        if values is None or rules.technical is None:
            kept.append(offer)
        elif is_passing(rules.technical, values):
            kept.append(replace(offer, technical=technical_points(rules.technical, values)))
        else:
            failing.append(offer.key)
    return replace(_rank(replace(contest, rules=rules, offers=kept)), failing=tuple(failing))


def _refused(contest: Contest, change: Change) -> Refusal | None:
    known = {each.key for each in contest.offers}
    asked = {*change.without, *(label for label, _criterion in change.values)}
    if change.price_weight is not None:
        if not has_weights(contest.rules):
            return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "price_weight"})
        if not 0 <= change.price_weight <= HUNDRED:
            return Refusal(Code.OUT_OF_RANGE, {"lowest": "0", "highest": "100"})
    if change.count is not None and change.count < 1:
        return Refusal(Code.OUT_OF_RANGE, {"lowest": "1"})
    if not asked <= known or any(name not in contest.values.get(label, {}) for label, name in change.values):
        return Refusal(Code.UNKNOWN_LABEL)
    is_marked = all(value.is_finite() and 0 <= value <= HIGHEST_MARK for value in change.values.values())
    return None if is_marked else Refusal(Code.NOT_A_MARK)


def _changed(contest: Contest, key: str, change: Change) -> dict[str, Decimal] | None:
    """The values of an offer with those that are tried; None where none of its own is."""
    own = {criterion: value for (label, criterion), value in change.values.items() if label == key}
    return {**contest.values[key], **own} if own else None


def _rank(contest: Contest) -> Tried:
    rows = rank_offers(contest.rules, contest.offers, ceiling=contest.ceiling, others=contest.others)
    return Tried(tuple(rows), make_shortlist("", _listed(rows), contest.rules.shortlist))


def _listed(rows: Sequence[ScoredOffer]) -> list[Listed]:
    return [Listed(row.offer.key, row.offer.amount, row.total, row.figure) for row in rows]


@dataclass(frozen=True, slots=True)
class Leaving:
    """What the ranking would be without one offer. `turns`: others would stand in another order."""

    key: str
    first: str | None
    shortlist: tuple[str, ...]
    turns: bool


def leave_one_out(contest: Contest) -> list[Leaving]:
    """For every offer, in order of rank, the ranking of the others alone."""
    ranked = [row.offer for row in _rank(contest).rows]
    found = []
    for left in ranked:
        rest = [each for each in ranked if each is not left]
        tried = _rank(replace(contest, offers=rest))
        turns = [row.offer.key for row in tried.rows] != [each.key for each in rest]
        found.append(Leaving(left.key, tried.first, tried.shortlist.labels, turns))
    return found


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
    shortlist. Offers in order of rank, criteria in order of the rules."""
    technical = contest.rules.technical
    if technical is None:
        return []
    ladder = _Ladder(contest)
    weights, may_fail = technical.effective_weights(), _may_fail(technical)
    gone: dict[str, Tried] = {}
    found = []
    for offer in ladder.offers:
        values = contest.values.get(offer.key, {})
        exact = sum((weights[name] * Fraction(value) for name, value in values.items()), Fraction(0))
        for name in values:
            for step in (-1, 1):
                changed = {**values, name: values[name] + step}
                if not 0 <= changed[name] <= HIGHEST_MARK:
                    continue
                if step < 0 and may_fail and not is_passing(technical, changed):
                    rest = [each for each in ladder.offers if each is not offer]
                    tried = gone.setdefault(offer.key, _rank(replace(contest, offers=rest)))
                    first, labels, fails = tried.first, tried.shortlist.labels, True
                else:
                    points = round_fraction((exact + step * weights[name]) / HIGHEST_MARK, POINT_DIGITS)
                    first, labels, fails = *ladder.moved(replace(offer, technical=points)), False
                if first != ladder.first or set(labels) != set(ladder.labels):
                    found.append(LevelChange(offer.key, name, step, first, labels, fails))
    return found


def _may_fail(technical: TechnicalRules) -> bool:
    own = [each.threshold for each in technical.criteria] + [each.threshold for each in technical.groups]
    return technical.threshold is not None or any(each is not None for each in own)


_Key = tuple[bool, Fraction, Decimal, Decimal, int]


class _Ladder:
    """The official order, into which one offer at a time is put with other technical points. The price points of the
    others do not change with it, nor do its own: each place is found without ranking all anew."""

    def __init__(self, contest: Contest) -> None:
        self._contest = contest
        self._counted = counted_points(contest.rules, contest.offers, ceiling=contest.ceiling, others=contest.others)
        official = _rank(contest)
        self.offers = [row.offer for row in official.rows]
        self.first, self.labels = official.first, official.shortlist.labels
        self._rungs = [self._rung(each) for each in self.offers]
        self._places = {each.key: place for place, each in enumerate(self.offers)}

    def moved(self, offer: Offer) -> tuple[str | None, tuple[str, ...]]:
        """Who would be first and who on the shortlist with this offer in the place of its own."""
        rungs, rung = self._rungs.copy(), self._rung(offer)
        del rungs[self._places[offer.key]]
        rungs.insert(bisect_left(rungs, rung[0], key=lambda each: each[0]), rung)
        listed = [each[1] for each in rungs]
        return listed[0].label, make_shortlist("", listed, self._contest.rules.shortlist).labels

    def _rung(self, offer: Offer) -> tuple[_Key, Listed]:
        rules, formula = self._contest.rules, self._contest.rules.price.formula
        by_quality = -(offer.technical or Decimal(0)) if formula.ties is Ties.TECHNICAL else Decimal(0)
        key: Fraction | None = Fraction(offer.amount)
        total = figure = None
        if has_total(formula):
            total = total_points(rules, offer.technical, self._counted[offer.key], offer.bonus)
            key = -Fraction(total)
        elif isinstance(formula, Figured):
            key, figure = self._figure(formula, offer)
        listed = Listed(offer.key, offer.amount, total, figure)
        return (key is None, key or Fraction(0), by_quality, offer.amount, offer.order), listed

    def _figure(self, formula: FigureFormula, offer: Offer) -> tuple[Fraction | None, Decimal | None]:
        technical, ceiling = offer.technical or Decimal(0), self._contest.ceiling
        made = rank_figure(formula, offer.amount, technical, ceiling=ceiling, features=offer.features)
        return made.key, made.figure
