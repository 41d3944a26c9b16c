"""Whose rules of comparison a tender keeps, and what they forbid (SCORING.md section 1).

Public procurement forbids methods that a company may choose for itself: each refusal names the article.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from app.domain.procedures import Procedure
from app.domain.scoring.formulas import drops_bids
from app.domain.scoring.kinds import LowestRatio, PriceOnly

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.domain.scoring.rules import EvaluationRules


class Rulebook(StrEnum):
    """The buyer's own rules, or those of public procurement of goods and services.

    `PUBLIC`: order no. 87 of the Chinese Ministry of Finance (2017). Article 12: no minimum price. Article 55: price
    points by the lowest price first, at least 10 % of the total (30 % for goods); neither highest nor lowest price
    dropped; qualification is no criterion. A round after the sealed one, in which prices move, is not part of it.
    """

    HOUSE = "house"
    PUBLIC = "public"


LEAST_PRICE_WEIGHT: Final = Decimal(10)


def forbidden(
    rulebook: Rulebook, procedure: Procedure, rules: EvaluationRules | None, minimums: Collection[int]
) -> list[tuple[str, str]]:
    """Name what a rulebook forbids: the path in the draft, and the article. `minimums`: the lots with a minimum price.

    `rules` is None where the evaluation is at fault, or there is none.
    """
    if rulebook is Rulebook.HOUSE:
        return []
    found = [("procedure", "55")] if procedure is not Procedure.SEALED else []
    found += [(f"lots.{at}.minimum_price", "12") for at in minimums]
    if rules is None:
        return found
    formula = rules.price.formula
    if drops_bids(formula):
        found.append(("evaluation.price.formula.params.from", "55"))
    if not isinstance(formula, PriceOnly | LowestRatio):
        found.append(("evaluation.price.formula.code", "55"))
    elif isinstance(formula, LowestRatio) and rules.price.weight < LEAST_PRICE_WEIGHT:
        found.append(("evaluation.price.weight", "55"))
    if rules.certification is not None and rules.certification.points:
        found.append(("evaluation.certification.points", "55"))
    return found
