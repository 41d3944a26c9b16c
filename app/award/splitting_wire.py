"""Problems and answers of split awards as JSON, between the service and the solver's process. Amounts are texts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.award.splitting_answer import Answer, Outcome, Solved
from app.domain.split_award import Award, Part
from app.domain.splitting import Constraint, Limit, SplitLot, SplitOffer, SplitProblem


def problem_to_json(problem: SplitProblem) -> dict[str, Any]:
    """The whole problem."""
    return {
        "lots": [
            {
                "id": lot.id,
                "offers": [[each.supplier, str(each.cost), _text(each.quality)] for each in lot.offers],
                "quantity": str(lot.quantity),
                "unit": lot.unit,
                "currency": lot.currency,
                "first": lot.first,
            }
            for lot in problem.lots
        ],
        "constraints": [
            {
                "id": each.id,
                "limit": each.limit.value,
                "value": str(each.value),
                "lots": list(each.lots),
                "supplier": each.supplier,
                "patterns": [[str(share) for share in pattern] for pattern in each.patterns],
            }
            for each in problem.constraints
        ],
    }


def problem_from(data: Mapping[str, Any]) -> SplitProblem:
    """The same, read."""
    lots = tuple(
        SplitLot(
            lot["id"],
            tuple(SplitOffer(name, Decimal(cost), _number(quality)) for name, cost, quality in lot["offers"]),
            Decimal(lot["quantity"]),
            lot["unit"],
            lot["currency"],
            lot["first"],
        )
        for lot in data["lots"]
    )
    return SplitProblem(lots, tuple(_constraint(each) for each in data["constraints"]))


def _constraint(each: Mapping[str, Any]) -> Constraint:
    return Constraint(
        each["id"],
        Limit(each["limit"]),
        Decimal(each["value"]),
        tuple(each["lots"]),
        each["supplier"],
        tuple(tuple(Decimal(share) for share in pattern) for pattern in each["patterns"]),
    )


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """What the solver says."""
    return {
        "solved": _solved_data(answer.solved),
        "relaxed": {name: _solved_data(each) for name, each in answer.relaxed.items()},
        "clash": list(answer.clash),
        "is_minimal": answer.is_minimal,
    }


def answer_from(data: Mapping[str, Any]) -> Answer:
    """The same, read."""
    relaxed = {name: _solved(each) for name, each in data["relaxed"].items()}
    return Answer(_solved(data["solved"]), relaxed, tuple(data["clash"]), data["is_minimal"])


def _solved_data(solved: Solved) -> dict[str, Any]:
    parts = None
    if solved.award is not None:
        parts = {lot: [[part.supplier, str(part.share)] for part in each] for lot, each in solved.award.items()}
    return {
        "outcome": solved.outcome.value,
        "award": parts,
        "cost": _text(solved.cost),
        "bound": _text(solved.bound),
    }


def _solved(data: Mapping[str, Any]) -> Solved:
    award: Award | None = None
    if data["award"] is not None:
        award = {lot: tuple(Part(name, Decimal(share)) for name, share in each) for lot, each in data["award"].items()}
    return Solved(Outcome(data["outcome"]), award, _number(data["cost"]), _number(data["bound"]))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
