"""Award scenarios by label: the document that is kept, hashed and, once adopted, replayed (SCREENS.md DR-05).

A supplier is named by its labels alone: `S1`, `S2` stand for the winners within one document, to say which labels of
different lots are one supplier's, because limits on one supplier can be checked no other way. Who wins nothing is
linked to nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from app.domain.money import EXACT
from app.domain.refusals import Code, Refusal
from app.domain.saving import Basis, lot_total
from app.domain.scoring.mechanisms import round_fraction
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.typed import plain
from app.domain.split_award import Award, Part, lowest_cost, part_cost, risks_of, shares_of, sole_best, weigh
from app.domain.splitting import Constraint, Limit, SplitLot, SplitOffer, SplitProblem

# Percents and points are told to two digits, half up; costs are told whole.
DIGITS: Final = 2
# What a constraint of a document names a supplier by: one of its labels.
Offered = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A ranked offer of a lot."""

    label: str
    amount: Decimal
    quality: Decimal | None


@dataclass(frozen=True, slots=True)
class ScenarioLot:
    """A ranked lot: the offers a scenario may award, the official first, and what an amount is a price of."""

    id: str
    rows: tuple[ScenarioRow, ...]
    first: str | None
    basis: Basis
    quantity: Decimal
    unit: str


def problem_of(
    lots: Sequence[ScenarioLot], constraints: Sequence[Constraint], names: Mapping[Offered, str], currency: str
) -> SplitProblem:
    """The problem with the suppliers under the names given; an offer without one is a supplier of its own."""
    return SplitProblem(
        tuple(
            SplitLot(
                lot.id,
                tuple(
                    SplitOffer(
                        name_of(names, lot.id, row.label), lot_total(row.amount, lot.quantity, lot.basis), row.quality
                    )
                    for row in lot.rows
                ),
                lot.quantity,
                lot.unit,
                currency,
                None if lot.first is None else name_of(names, lot.id, lot.first),
            )
            for lot in lots
            if lot.rows
        ),
        tuple(constraints),
    )


def name_of(names: Mapping[Offered, str], lot_id: str, label: str) -> str:
    """Under which name the supplier of an offer stands."""
    return names.get((lot_id, label), f"{lot_id}:{label}")


def constraint_data(each: Constraint, offered: Mapping[str, Offered]) -> dict[str, Any]:
    """A constraint as the document has it; `offered` gives for every supplier named in one an offer of its own."""
    has_value = each.limit is not Limit.PATTERNS
    return {
        "id": each.id,
        "limit": each.limit.value,
        **({"value": plain(each.value)} if has_value else {}),
        **({"lots": list(each.lots)} if each.lots else {}),
        **({} if each.supplier is None else {"offer": list(offered[each.supplier])}),
        **({"patterns": [[plain(share) for share in one] for one in each.patterns]} if each.patterns else {}),
    }


def constraint_of(data: Mapping[str, Any], names: Mapping[Offered, str]) -> Constraint:
    """The constraint of a document. Raises KeyError, TypeError, ValueError or ArithmeticError where it is none."""
    offer = data.get("offer")
    return Constraint(
        str(data["id"]),
        Limit(data["limit"]),
        Decimal(data.get("value", "0")),
        tuple(data.get("lots", ())),
        None if offer is None else name_of(names, offer[0], offer[1]),
        tuple(tuple(sorted(map(Decimal, pattern), reverse=True)) for pattern in data.get("patterns", ())),
    )


def award_data(problem: SplitProblem, award: Award, labels: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """The award as the document has it, every figure exact. `labels` are those of a lot's offers, by lot and supplier;
    the winners' own names do not appear."""
    found, sole = weigh(problem, award), sole_best(problem)
    names = _winner_names(problem, award)
    lots = [
        {
            "lot": lot.id,
            "cost": plain(found.lot_costs[lot.id]),
            "parts": [_part_data(lot, part, labels[lot.id, part.supplier], names) for part in award[lot.id]],
        }
        for lot in problem.lots
    ]
    sides = {side.supplier: side for side in found.suppliers}
    suppliers = [
        {
            "supplier": name,
            "cost": plain(sides[tag].cost),
            "volume": told(sides[tag].volume),
            "offers": [{"lot": lot, "label": labels[lot, tag]} for lot in sides[tag].lots],
        }
        for tag, name in names.items()
    ]
    risks = [
        {
            "code": risk.code,
            **({} if risk.lot is None else {"lot": risk.lot}),
            **({} if risk.supplier is None else {"supplier": names[risk.supplier]}),
            **({} if risk.percent is None else {"percent": told(risk.percent)}),
        }
        for risk in risks_of(award, found)
    ]
    return {
        "lots": lots,
        "suppliers": suppliers,
        "cost": plain(found.cost),
        "lowest": plain(lowest_cost(problem)),
        "sole_best": None if sole is None else plain(sole),
        "saving": None if sole is None else plain(EXACT.subtract(sole, found.cost)),
        "quality": None if found.quality is None else told(found.quality),
        "risks": risks,
    }


def told(value: Fraction) -> str:
    """A percentage or points as they are told."""
    return f"{round_fraction(value, DIGITS):f}"


def _winner_names(problem: SplitProblem, award: Award) -> dict[str, str]:
    """{supplier: S1…} in the order of lots and shares."""
    order = dict.fromkeys(part.supplier for lot in problem.lots for part in award[lot.id])
    return {tag: f"S{at}" for at, tag in enumerate(order, start=1)}


def _part_data(lot: SplitLot, part: Part, label: str, names: Mapping[str, str]) -> dict[str, Any]:
    offer = next(each for each in lot.offers if each.supplier == part.supplier)
    cost = plain(part_cost(offer, part.share))
    return {"label": label, "supplier": names[part.supplier], "share": plain(part.share), "cost": cost}


def awarded_parts(document: Mapping[str, Any]) -> dict[str, tuple[tuple[str, Decimal], ...]]:
    """{lot: its (label, share in percent), the largest first} of a scenario's document; empty where it has no award."""
    award = document["award"] or {"lots": []}
    return {
        lot["lot"]: tuple((part["label"], Decimal(part["share"])) for part in lot["parts"]) for lot in award["lots"]
    }


def awarded_in(document: Mapping[str, Any], rankings: Sequence[Mapping[str, str]]) -> dict[str, Mapping[str, Decimal]]:
    """{lot: {label: share}} of a scenario that was computed on these rankings; of another one nothing."""
    parts = awarded_parts(document) if document["rankings"] == list(rankings) else {}
    return {lot: dict(each) for lot, each in parts.items()}


def winners_of(award: Mapping[str, Any]) -> dict[Offered, str]:
    """{(lot, label): S1…} as an award of a document tells it."""
    return {(offer["lot"], offer["label"]): side["supplier"] for side in award["suppliers"] for offer in side["offers"]}


def award_of(award: Mapping[str, Any]) -> Award:
    """The award of a document, by its own names."""
    return {
        lot["lot"]: tuple(Part(part["supplier"], Decimal(part["share"])) for part in lot["parts"])
        for lot in award["lots"]
    }


def decide_adoption(
    document: Mapping[str, Any],
    rules: EvaluationRules | None,
    rankings: Sequence[Mapping[str, str]],
    listed: Mapping[str, Collection[str]],
) -> Refusal | None:
    """Why a scenario cannot become part of the recommendation: it has no award (NO_SOLUTION); the split, or these
    shares, were not announced (SPLIT_NOT_ANNOUNCED); it was computed on another ranking (CHANGED_SINCE); it awards to
    somebody who may not be preferred, `listed` being the labels of each lot who may (NOT_ALLOWED_HERE)."""
    if document["award"] is None:
        return Refusal(Code.NO_SOLUTION)
    split = None if rules is None else rules.split
    if split is None:
        return Refusal(Code.SPLIT_NOT_ANNOUNCED)
    for lot, parts in award_of(document["award"]).items():
        if not split.allows(shares_of(parts)):
            return Refusal(Code.SPLIT_NOT_ANNOUNCED, {"lot": lot})
    if list(rankings) != document["rankings"]:
        return Refusal(Code.CHANGED_SINCE)
    for lot, label in winners_of(document["award"]):
        if label not in listed.get(lot, ()):
            return Refusal(Code.NOT_ALLOWED_HERE, {"lot": lot, "rule": "shortlist"})
    return None


def gap_text(cost: Decimal, bound: Decimal) -> str:
    """How much of its cost an award may be above the best, in percent to four digits; zero costs nothing."""
    gap = (Fraction(cost) - Fraction(bound)) / Fraction(cost) * 100 if cost else Fraction(0)
    return f"{round_fraction(max(gap, Fraction(0)), 4):f}"
