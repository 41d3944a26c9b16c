"""What the bids of a live round are ranked by where that is not the price alone (LIVE.md section 1, ranking basis).

The rules of the round and those of the evaluation give one set of rules for `rank_offers`: the same code ranks a bid
while the lot runs, the offers after it, and again when an auditor replays the journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from app.domain.live_rules import Basis, FeedbackMode, LiveRules, Measure, RuleFault
from app.domain.live_rules_json import basis_members
from app.domain.scoring.formulas import has_total, uses_benchmark
from app.domain.scoring.kinds import (
    Addition,
    Benchmark,
    Benchmarked,
    Coefficient,
    Features,
    FixedBand,
    Formula,
    LinearToLowest,
    LowestRatio,
    Pointed,
    PriceOnly,
    TotalCost,
)
from app.domain.scoring.rules import (
    PRICE_ALONE,
    EvaluationRules,
    PriceRules,
    evaluation_from_json,
    evaluation_to_json,
)
from app.domain.scoring.totals import Offer
from app.domain.scoring.warnings import claims_of

if TYPE_CHECKING:
    from app.domain.certification import Grade

_FULL: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """What is frozen of one bidder: its features, its technical points, the points of its certification."""

    features: tuple[Decimal, ...] = ()
    technical: Decimal | None = None
    bonus: Decimal = Decimal(0)

    def offer(self, tag: str, amount: Decimal, order: int) -> Offer:
        """A bid of this bidder, as the ranking wants it."""
        return Offer(tag, amount, order, self.technical, self.bonus, self.features)


@dataclass(frozen=True, slots=True)
class LotBasis:
    """The frozen basis of one lot: the rules offers are ranked by, its ceiling, and each bidder's figures by tag."""

    rules: EvaluationRules
    ceiling: Decimal
    figures: Mapping[str, OwnFigures]


def ranking_rules(live: LiveRules | None, evaluation: EvaluationRules | None) -> EvaluationRules | None:
    """The rules by which a tender's offers are ranked after all rounds: the evaluation, with the price side that the
    basis of its live round asks for. None where there is neither: price alone decides.
    """
    if live is None or live.basis in (Basis.PRICE, Basis.POINTS):
        return evaluation
    held = evaluation or PRICE_ALONE
    return replace(held, price=PriceRules(held.price.weight, _formula(live, held.price.formula)))


def _formula(live: LiveRules, published: Formula) -> Formula:
    if live.basis is Basis.BONUS_MALUS:
        is_money = live.factors is not None and live.factors.measure is Measure.MONEY
        return TotalCost(measure=Addition.MONEY if is_money else Addition.PERCENT)
    if isinstance(published, Coefficient):
        return replace(published, features=Features.OFFERED)
    return Coefficient(features=Features.OFFERED)


def features_of(
    live: LiveRules | None, evaluation: EvaluationRules | None, *, grade: Grade | None, technical: Decimal | None
) -> tuple[Decimal, ...]:
    """A bidder's own features: by its grade at the invitation, and for a published coefficient by its technical points.

    Precondition: rules with factors come with a frozen grade for every bidder (`grading.py`).
    """
    if live is None or live.basis not in (Basis.BONUS_MALUS, Basis.COEFFICIENT):
        return ()
    by_grade = () if live.factors is None or grade is None else (live.factors.of(grade),)
    formula = None if evaluation is None else evaluation.price.formula
    if live.basis is Basis.COEFFICIENT and isinstance(formula, Coefficient):
        return (*by_grade, formula.share * (technical or Decimal(0)) / _FULL)
    return by_grade


def asks_for_grades(live: LiveRules | None, evaluation: EvaluationRules | None) -> bool:
    """Whether the grades at the invitation must be frozen: some figure of the ranking is made from them."""
    certification = None if evaluation is None else evaluation.certification
    is_pointed = certification is not None and bool(certification.points)
    return is_pointed or (live is not None and live.factors is not None)


def own_points_tell(evaluation: EvaluationRules | None) -> bool:
    """Whether own price points are made from rivals' prices: 100·min/b tells the lowest price to whoever knows b."""
    return evaluation is not None and not claims_of(evaluation.price.formula).is_independent


def check_basis(live: LiveRules, evaluation: EvaluationRules | None) -> list[RuleFault]:
    """What keeps a basis from being played with this evaluation; paths are within the rules of the round.

    In a live round the own bid must never worsen the own place, and one slip of a rival must not turn two others'
    places: of the others only the lowest may enter. Own price points made from rivals' prices tell these prices, so
    the rules must say so (`tells_lead`), and then they are told from five bidders on, as the best price is.
    """
    basis, formula = live.basis, None if evaluation is None else evaluation.price.formula
    is_pointed = formula is not None and has_total(formula)
    has_technical = evaluation is not None and evaluation.technical is not None
    is_frozen = has_technical and evaluation is not None and evaluation.freeze_technical
    by_technical = isinstance(formula, Coefficient)
    found = [
        ("basis", "NEEDS_POINTS", basis is Basis.POINTS and not is_pointed),
        ("basis", "NEEDS_TECHNICAL", basis is Basis.POINTS and is_pointed and not has_technical),
        ("basis", "NEEDS_FROZEN_POINTS", basis is Basis.POINTS and has_technical and not is_frozen),
        ("basis", "FORMULA_NOT_LIVE", basis is Basis.POINTS and formula is not None and not is_playable(formula)),
        ("basis", "OTHER_FORMULA", basis is Basis.BONUS_MALUS and not isinstance(formula, PriceOnly | None)),
        (
            "basis",
            "OTHER_FORMULA",
            basis is Basis.COEFFICIENT and not isinstance(formula, PriceOnly | Coefficient | None),
        ),
        ("basis", "NEEDS_FROZEN_POINTS", basis is Basis.COEFFICIENT and by_technical and not is_frozen),
        ("factors", "INCOMPLETE", basis is Basis.COEFFICIENT and not by_technical and live.factors is None),
        (
            "tells_lead",
            "TELLS_A_RIVAL",
            live.feedback is FeedbackMode.SCORE_RANK and not live.tells_lead and own_points_tell(evaluation),
        ),
    ]
    return [RuleFault(field, code) for field, code, is_wrong in found if is_wrong]


def is_playable(formula: Formula) -> bool:
    """Whether a formula may rank bids while they come in: monotone in the own price, and of the others it reads nothing
    but the lowest."""
    if not isinstance(formula, Pointed):
        return False
    claims = claims_of(formula)
    reads_lowest = isinstance(formula, LowestRatio | LinearToLowest | FixedBand) or (
        isinstance(formula, Benchmarked) and uses_benchmark(formula) and formula.benchmark is Benchmark.LOWEST
    )
    return claims.is_monotone and (claims.is_independent or reads_lowest)


def basis_to_json(
    live: LiveRules, evaluation: EvaluationRules | None, figures: Mapping[str, OwnFigures]
) -> dict[str, Any]:
    """What a floor keeps, sealed, from its opening on: the published basis and evaluation, each bidder's figures."""
    return {
        "live": basis_members(live),
        "evaluation": None if evaluation is None else evaluation_to_json(evaluation),
        "figures": {
            tag: {
                "features": [f"{value:f}" for value in own.features],
                "technical": None if own.technical is None else f"{own.technical:f}",
                "bonus": f"{own.bonus:f}",
            }
            for tag, own in figures.items()
        },
    }


def basis_from_json(live: LiveRules, ceiling: Decimal, stored: Mapping[str, Any]) -> LotBasis:
    """The inverse, with the rules of the round. Raises ValueError where these are not the ones that were published."""
    if stored["live"] != basis_members(live):
        raise ValueError("the rules of the floor rank otherwise than the published ones")
    evaluation = None if stored["evaluation"] is None else evaluation_from_json(stored["evaluation"])
    figures = {
        tag: OwnFigures(
            tuple(Decimal(value) for value in own["features"]),
            None if own["technical"] is None else Decimal(own["technical"]),
            Decimal(own["bonus"]),
        )
        for tag, own in stored["figures"].items()
    }
    return LotBasis(ranking_rules(live, evaluation) or PRICE_ALONE, ceiling, figures)
