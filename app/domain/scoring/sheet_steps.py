"""Every intermediate figure of a score sheet, in the order it is made, named so that it can be recomputed by hand.

Names: `lowest`, `mean`, `benchmark`, … of the field; of an offer `value.<criterion>` (by the marks), `criterion.<id>`
(its share of the technical points), `group.<id>` (the group's own points), `technical_points`, the figures of the price
formula, `share.technical`, `share.price`, `bonus`, `total`, or `figure` where the formula ranks by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.domain.scoring.benchmarks import PriceField
from app.domain.scoring.criteria import HIGHEST_VALUE, TechnicalRules
from app.domain.scoring.kinds import Figured, Pointed
from app.domain.scoring.price_points import Measures, measure, rank_figure, score_measured
from app.domain.scoring.sheet_marks import Technical
from app.domain.scoring.sheet_reading import Entrant, Sheet
from app.domain.scoring.totals import Offer, ScoredOffer, price_field, weighed

# Of a mean: how many bids it was taken of.
KEPT: Final = "bids_in_mean"


@dataclass(frozen=True, slots=True)
class Step:
    """One figure, exactly; of an offer by its name, of the whole field without."""

    offer: str | None
    figure: str
    value: Fraction


def steps_of(sheet: Sheet, ranked: Sequence[ScoredOffer], others: Sequence[Decimal]) -> Iterator[Step]:
    """The figures of the field, then those of each offer in the order of the sheet."""
    formula = sheet.rules.price.formula
    measures = None
    if isinstance(formula, Pointed) and ranked:
        field = price_field(formula, [each.offer.amount for each in ranked], others, sheet.ceiling)
        measures = measure(formula, field)
        yield from _of_field(field, measures)
    by_key = {each.offer.key: each for each in ranked}
    for entrant in sheet.entrants:
        found = _of_offer(sheet, entrant, measures, by_key.get(entrant.offer.key))
        yield from (Step(entrant.offer.key, name, value) for name, value in found)


def _of_field(field: PriceField, measures: Measures) -> Iterator[Step]:
    figures = {"bids": Fraction(len(field.amounts)), "lowest": measures.lowest, "highest": measures.highest}
    if measures.made is not None:
        figures |= {} if not measures.made.kept else {KEPT: Fraction(len(measures.made.kept))}
        named = {"mean": measures.made.mean, "mixed_with": measures.made.mixed_with}
        figures |= {name: value for name, value in named.items() if value is not None}
        figures |= {"benchmark_exact": measures.made.value, "benchmark": measures.benchmark}
    yield from (Step(None, name, value) for name, value in figures.items())


Named = tuple[str, Fraction]


def _of_offer(sheet: Sheet, entrant: Entrant, measures: Measures | None, scored: ScoredOffer | None) -> Iterator[Named]:
    technical = sheet.rules.technical
    if technical is not None and entrant.technical is not None:
        yield from _of_technical(technical, entrant.technical)
    if scored is None:
        return
    if measures is not None:
        yield from _of_points(sheet, entrant.offer, measures, scored)
    yield from _of_figure(sheet, entrant.offer)


def _of_technical(rules: TechnicalRules, found: Technical) -> Iterator[Named]:
    weights = rules.effective_weights()
    for name, value in found.values.items():
        yield f"value.{name}", Fraction(value)
        yield f"criterion.{name}", weights[name] * Fraction(value) / HIGHEST_VALUE
    if found.values and rules.groups:
        yield from ((f"group.{name}", points) for name, points in rules.group_points(found.values).items())
    yield "technical_points", Fraction(found.points)


def _of_points(sheet: Sheet, offer: Offer, measures: Measures, scored: ScoredOffer) -> Iterator[Named]:
    formula = sheet.rules.price.formula
    assert isinstance(formula, Pointed)
    score = score_measured(formula, offer.amount, measures)
    yield from score.figures.items()
    shares = weighed(sheet.rules, offer.technical, score.counted)
    yield from ((f"share.{side}", shares[side]) for side in ("technical", "price") if side in shares)
    if offer.bonus:
        yield "bonus", Fraction(offer.bonus)
    yield "total_exact", sum(shares.values(), Fraction(offer.bonus))
    if scored.total is not None:
        yield "total", Fraction(scored.total)


def _of_figure(sheet: Sheet, offer: Offer) -> Iterator[Named]:
    formula = sheet.rules.price.formula
    if isinstance(formula, Figured):
        quality = offer.technical or Decimal(0)
        made = rank_figure(formula, offer.amount, quality, ceiling=sheet.ceiling, features=offer.features)
        yield from made.figures.items()
