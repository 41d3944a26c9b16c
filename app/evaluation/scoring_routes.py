"""HTTP edge of the scoring service: a score sheet's answer, and the schema of both (SCORING.md section 1).

Nothing is stored and nothing of a tender is read: whoever sends a sheet knows all that is in it.
"""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from starlette.responses import Response

from app.domain.scoring.ahp_json import ahp_answer
from app.domain.scoring.presets import presets_json
from app.domain.scoring.score_sheet import answer_bytes
from app.domain.scoring.score_sheet_schema import answer_schema, sheet_schema
from app.domain.visibility import Role
from app.evaluation.scoring_schemas import AhpAnswer, ComparedItems, ScoreAnswer
from app.identity.access import Actor, staff
from app.infra.web import StrictRoute

router = APIRouter(prefix="/scoring", route_class=StrictRoute)
_STAFF = (Role.PURCHASER, Role.APPROVER, Role.EVALUATOR, Role.AUDITOR)
StaffDep = Annotated[Actor, Depends(staff(*_STAFF))]


@router.post("/preview", response_model=ScoreAnswer)
async def preview_score(sheet: Annotated[Any, Body()], _actor: StaffDep) -> Response:
    """The answer to a score sheet: byte for byte what `bidroom score FILE` prints. Faults are in the answer."""
    # A large sheet takes a moment; the round's sockets do not wait for it.
    content = await asyncio.to_thread(answer_bytes, sheet)
    return Response(content, media_type="application/json")


@router.post("/ahp")
async def derive_weights(body: ComparedItems, _actor: StaffDep) -> AhpAnswer:
    """Weights from comparisons in pairs, with their consistency ratio (SCORING.md section 2). Faults are in the
    answer, each naming its cell."""
    return AhpAnswer.model_validate(ahp_answer(body.model_dump()))


@router.get("/schema")
async def read_schema() -> dict[str, Any]:
    """The JSON schema of a score sheet and of its answer, and the named formulas, for everyone."""
    return {"sheet": sheet_schema(), "answer": answer_schema(), "presets": presets_json()}
