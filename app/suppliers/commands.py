"""From the shapes of the wire to what the services are told, where that takes more than naming."""

from collections.abc import Mapping
from decimal import Decimal

from app.domain.assessing import SHORTEST_REASON
from app.domain.certification import DEFAULT_WEIGHTS, Aspect, Marks
from app.infra.errors import Problem
from app.suppliers import schemas
from app.suppliers.assessing import Assess
from app.suppliers.certifying import Certify


def certify_command(body: schemas.ProposeCertification) -> Certify:
    """With sub-criteria: marks given stand for computed ones. Without: all three and, as the reason of giving them
    directly, a note. Problem 422 where the form is neither."""
    typed: Mapping[Aspect, str | None] = {
        Aspect.QUALITY: body.quality,
        Aspect.DELIVERY: body.delivery,
        Aspect.CREDIT: body.credit,
    }
    given = {aspect: Decimal(mark) for aspect, mark in typed.items() if mark is not None}
    if body.assessed is None:
        missing = next((aspect.value for aspect in Aspect if aspect not in given), None)
        if missing is None and len(body.note) < SHORTEST_REASON:
            missing = "note"
        if missing is not None:
            raise Problem(422, detail={"field": missing})
    weights = body.weights
    return Certify(
        marks=Marks(*(given.get(aspect, Decimal(0)) for aspect in Aspect)),
        weights=(
            DEFAULT_WEIGHTS
            if weights is None
            else Marks(Decimal(weights.quality), Decimal(weights.delivery), Decimal(weights.credit))
        ),
        valid_until=body.valid_until,
        note=body.note,
        assess=None if body.assessed is None else Assess(body.assessed.figures, given, body.assessed.reasons),
    )
