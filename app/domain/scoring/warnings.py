"""What a formula can be relied on for, and whether a bidder's leaving can turn two others' ranks (SCORING.md 1).

The classes are known from the form of the formulas; whether these very parameters and weights turn ranks is computed:
a small search looks for a witness, a field of made-up offers in which it happens, and ranks it by the real functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import chain, pairwise, product
from typing import Final

from app.domain.scoring.formulas import uses_benchmark
from app.domain.scoring.kinds import (
    Benchmark,
    Benchmarked,
    BlendWith,
    DeductFromBenchmark,
    Figured,
    FixedBand,
    Formula,
    Piecewise,
    Pointed,
    PointsFormula,
    PriceOnly,
    Rounding,
    Ties,
)
from app.domain.scoring.mechanisms import round_fraction
from app.domain.scoring.price_points import PriceField, measure, score_measured
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.totals import Offer, rank_offers


@dataclass(frozen=True, slots=True)
class Claims:
    """What holds for every field. `is_monotone`: with a higher own price, the others unchanged, the own points never
    rise; `is_independent`: others' prices change nothing; `low` and `high`: bounds of the points, None without."""

    is_monotone: bool
    is_independent: bool
    low: Decimal | None = None
    high: Decimal | None = None


def claims_of(formula: Formula) -> Claims:
    """The properties a formula with its parameters has; tested with drawn fields."""
    if not isinstance(formula, Pointed):
        return Claims(is_monotone=True, is_independent=True)
    low, high = Decimal(0), Decimal(100)
    if isinstance(formula, DeductFromBenchmark):
        low, high = formula.floor, formula.cap
    if isinstance(formula, Piecewise):
        ends = [end for row in formula.rows for end in (row.points, row.last) if end is not None]
        low, high = min(ends), max(ends)
    return Claims(_falls(formula) and _is_steady(formula), _is_independent(formula), low, high)


def _is_independent(formula: Formula) -> bool:
    if isinstance(formula, PriceOnly | Figured | FixedBand):
        return True
    if isinstance(formula, Benchmarked) and not uses_benchmark(formula):
        return True
    return (
        isinstance(formula, Benchmarked)
        and formula.benchmark is Benchmark.BLEND
        and formula.alpha == 0
        and formula.blend_with is BlendWith.CEILING
    )


def _falls(formula: Formula) -> bool:
    """Whether of two bids against one benchmark the dearer never has more points."""
    if isinstance(formula, DeductFromBenchmark):
        nobody_below = formula.benchmark is Benchmark.LOWEST and formula.rounding is not Rounding.BENCHMARK
        return formula.below <= 0 or nobody_below
    if isinstance(formula, Piecewise):
        ends = [end for row in formula.rows for end in (row.points, row.last) if end is not None]
        return all(before >= after for before, after in pairwise(ends))
    return True


def _is_steady(formula: Formula) -> bool:
    """Whether the own price never moves the benchmark by more than itself. A second pass may let another bid in, and a
    rounded benchmark jumps by a digit."""
    if not isinstance(formula, Benchmarked) or not uses_benchmark(formula) or _is_independent(formula):
        return True
    return formula.benchmark is not Benchmark.TWO_PASS_MEAN and formula.rounding is not Rounding.BENCHMARK


class Leaving(StrEnum):
    """What a bidder's leaving can do to two others."""

    # Their points do not depend on anybody else.
    NOTHING = "NOTHING"
    # By price points alone their order is that of their prices; beside technical points it may turn.
    LEAVING_TURNS_TOTALS = "LEAVING_TURNS_TOTALS"
    # Their price points alone may change their order.
    LEAVING_TURNS_RANKS = "LEAVING_TURNS_RANKS"


@dataclass(frozen=True, slots=True)
class Witness:
    """Made-up offers among which it happens: when `leaves` is gone the two of `turned` have changed their order."""

    offers: tuple[Offer, ...]
    leaves: str
    turned: tuple[str, str]
    ceiling: Decimal


@dataclass(frozen=True, slots=True)
class LeavingWarning:
    """The warning the builder shows; without a witness the form of the formula alone says that it may happen."""

    kind: Leaving
    witness: Witness | None


def class_of(rules: EvaluationRules) -> Leaving:
    """What is known from the form of the formula and the weights, without any computing."""
    formula, technical = rules.price.formula, rules.technical
    if _is_independent(formula):
        return Leaving.NOTHING
    if not _falls(formula):
        return Leaving.LEAVING_TURNS_RANKS
    is_weighed = technical is not None and (technical.weight > 0 or formula.ties is Ties.TECHNICAL)
    if rules.certification is not None and rules.certification.points:
        is_weighed = True
    return Leaving.LEAVING_TURNS_TOTALS if is_weighed else Leaving.NOTHING


def leaving_warning(rules: EvaluationRules) -> LeavingWarning | None:
    """Whether a bidder's leaving can turn two others' ranks under these rules; None where it cannot.

    Worked example: 60 % price by the lowest ratio, 40 % technical. Bids 100, 104, 108 with 0, 0 and 5.45 technical
    points: 104 has 57.69, 108 has 55.56 + 2.18 = 57.74 and is before it. When 100 leaves, 104 has 60.00 and 108 has
    57.78 + 2.18 = 59.96: they have changed places.
    """
    kind = class_of(rules)
    if kind is Leaving.NOTHING:
        return None
    return LeavingWarning(kind, next(_witnesses(rules, kind), None))


def turned_by_leaving(
    rules: EvaluationRules, offers: Sequence[Offer], *, ceiling: Decimal, leaver: str
) -> tuple[str, str] | None:
    """The first two offers, in order of rank, that change places when one leaves; None if none do."""
    whole = [each.offer.key for each in rank_offers(rules, offers, ceiling=ceiling) if each.offer.key != leaver]
    rest = [each for each in offers if each.key != leaver]
    after = {each.offer.key: each.rank for each in rank_offers(rules, rest, ceiling=ceiling)}
    return next((pair for pair in pairwise(whole) if after[pair[0]] > after[pair[1]]), None)


def _witnesses(rules: EvaluationRules, kind: Leaving) -> Iterator[Witness]:
    for amounts in _fields(rules.price.formula):
        # First, middle and last: whose leaving moves a lowest, a mean, a highest.
        for leaver in sorted({0, len(amounts) // 2, len(amounts) - 1}):
            for ceiling in (max(amounts) * share for share in _CEILINGS):
                drafts = _balanced(rules, PriceField(amounts, ceiling), leaver)
                if kind is Leaving.LEAVING_TURNS_RANKS:
                    drafts = chain([_alike(rules, amounts)], drafts)
                for offers in drafts:
                    key = offers[leaver].key
                    turned = turned_by_leaving(rules, offers, ceiling=ceiling, leaver=key)
                    if turned is not None:
                        yield Witness(offers, key, turned, ceiling)


def _fields(formula: Formula) -> Iterator[tuple[Decimal, ...]]:
    """Made-up prices: even steps, and the same with one far below or far above; as many as the thresholds ask for."""
    sizes = {3, 4, 5}
    if isinstance(formula, Benchmarked) and uses_benchmark(formula):
        starts = [formula.drop_from, *(tier.start for tier in formula.tiers)]
        sizes |= {start + more for start in starts if start for more in (0, 1, 2) if start + more <= LARGEST_FIELD}
    for size in sorted(sizes):
        for step in _STEPS:
            even = tuple(100 + step * at for at in range(max(size, 3)))
            yield even
            yield (even[0] * Decimal("0.7"), *even[1:])
            yield (*even[:-1], even[-1] * Decimal("1.5"))


# A mean of so many hardly moves; the search stays short.
LARGEST_FIELD: Final = 12
MOST_POINTS: Final = 100
# Far above the bids, and just above them.
_CEILINGS: Final = (Decimal("1.25"), Decimal("1.01"))
_STEPS: Final = (Decimal(4), Decimal(1), Decimal(10), Decimal("0.3"))


def _alike(rules: EvaluationRules, amounts: Sequence[Decimal]) -> tuple[Offer, ...]:
    quality = None if rules.technical is None else Decimal(50)
    return tuple(Offer(str(at), amount, at, quality) for at, amount in enumerate(amounts, 1))


def _balanced(rules: EvaluationRules, field: PriceField, leaver: int) -> Iterator[tuple[Offer, ...]]:
    """Offers of which two are so near each other, by technical points or grade, that a change of their price points
    turns them."""
    offers = _alike(rules, field.amounts)
    if rules.technical is not None and rules.price.formula.ties is Ties.TECHNICAL:
        # Where price points are equal the better quality stands first, until they are not.
        yield tuple(replace(offer, technical=Decimal(50 + at)) for at, offer in enumerate(offers))
    before = _counted(rules, field)
    rest = tuple(amount for at, amount in enumerate(field.amounts) if at != leaver)
    after = _counted(rules, PriceField(rest, field.ceiling))
    stayed = [at for at in range(len(field.amounts)) if at != leaver]
    for one, other in sorted({(stayed[0], stayed[1]), (stayed[-2], stayed[-1]), (stayed[0], stayed[-1])}):
        now = before[field.amounts[one]] - before[field.amounts[other]]
        then = after[field.amounts[one]] - after[field.amounts[other]]
        if now != then:
            yield from _weighed_up(rules, offers, (one, other), (now, then))


def _weighed_up(
    rules: EvaluationRules, offers: tuple[Offer, ...], pair: tuple[int, int], leads: tuple[Fraction, Fraction]
) -> Iterator[tuple[Offer, ...]]:
    """A lead of the second over the first half-way between the first's two leads by price; and every lead by grade."""
    one, other = pair
    now, then = (Fraction(rules.price.weight) * lead / 100 for lead in leads)
    weight = Fraction(0) if rules.technical is None else Fraction(rules.technical.weight)
    if weight:
        lead = round_fraction(-(now + then) * 50 / weight, 2)
        if abs(lead) <= MOST_POINTS:
            points = {one: max(lead, Decimal(0)), other: max(-lead, Decimal(0))}
            yield tuple(replace(offer, technical=points.get(at, Decimal(0))) for at, offer in enumerate(offers))
    grades = () if rules.certification is None else tuple(rules.certification.points.values())
    for first, second in product(grades, grades):
        if min(now, then) < second - first < max(now, then):
            bonus = {one: first, other: second}
            yield tuple(replace(offer, bonus=bonus.get(at, Decimal(0))) for at, offer in enumerate(offers))


def _counted(rules: EvaluationRules, field: PriceField) -> dict[Decimal, Fraction]:
    formula = rules.price.formula
    assert isinstance(formula, PointsFormula)
    measures = measure(formula, field)
    return {amount: score_measured(formula, amount, measures).counted for amount in field.amounts}
