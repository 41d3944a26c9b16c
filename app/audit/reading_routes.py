"""HTTP edge of readings of the vault. Auditors only; the second person decides in the approvals' inbox."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.audit import readings
from app.audit.reading_schemas import (
    AskedView,
    AskReadingBody,
    InvestigationBody,
    InvestigationView,
    OpenedView,
    ReadingAsked,
    ReadingChoice,
    ReadingsView,
    ReadView,
    SubjectChoice,
)
from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.identity.access import Actor, staff, stepped_up
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(route_class=StrictRoute)
AuditorDep = Annotated[Actor, Depends(staff(Role.AUDITOR))]
FRESH = [stepped_up(SteppedAct.UNSEAL)]


@router.get("/tenders/{tender_id}/readings")
async def list_readings(tender_id: str, world: WorldDep, actor: AuditorDep) -> ReadingsView:
    """What can be asked of the vault about a tender in its phase, and what was asked."""
    desk = await readings.load_desk(world, actor, tender_id)
    held = desk.investigation
    return ReadingsView(
        phase=desk.phase,
        is_anonymity_nominal=desk.is_anonymity_nominal,
        choices=[
            ReadingChoice(
                reading=reading,
                subjects=[SubjectChoice(id=one.id, name_zh=one.name_zh, name_en=one.name_en) for one in subjects],
            )
            for reading, subjects in desk.choices
        ],
        asked=[AskedView(**{name: getattr(one, name) for name in readings.Asked.__slots__}) for one in desk.asked],
        investigation=InvestigationView(
            can_ask=desk.can_investigate,
            is_waiting=desk.is_investigation_waiting,
            is_done=desk.is_investigated,
            reason=None if held is None else str(held.change["reason"]),
            decided_at=None if held is None else held.decided_at,
        ),
    )


@router.post("/tenders/{tender_id}/readings", status_code=201, dependencies=FRESH)
async def ask_reading(tender_id: str, body: AskReadingBody, world: WorldDep, actor: AuditorDep) -> ReadingAsked:
    """Ask the second person to let one exact reading happen."""
    command = readings.AskReading(body.reading, body.subject, body.reason)
    return ReadingAsked(proposal_id=answer(await readings.ask_reading(world, actor, tender_id, command)).id)


@router.post("/readings/{proposal_id}/opening", dependencies=FRESH)
async def open_reading(proposal_id: str, world: WorldDep, actor: AuditorDep) -> ReadView:
    """Read what was approved; every time is an entry."""
    return _read_view(answer(await readings.open_reading(world, actor, proposal_id)))


@router.post("/readings/{proposal_id}/file", dependencies=FRESH, response_class=Response)
async def open_original(proposal_id: str, world: WorldDep, actor: AuditorDep) -> Response:
    """An original file that was approved to be read: bytes of a stranger, shown nowhere in our pages."""
    file = answer(await readings.open_original(world, actor, proposal_id))
    headers = {
        "Content-Disposition": 'attachment; filename="original"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(file.content, media_type="application/octet-stream", headers=headers)


@router.post("/tenders/{tender_id}/emergency-unsealing", status_code=201, dependencies=FRESH)
async def propose_emergency(
    tender_id: str, body: InvestigationBody, world: WorldDep, actor: AuditorDep
) -> ReadingAsked:
    """Ask the approver to unseal the names of all bidders for an investigation."""
    return ReadingAsked(proposal_id=answer(await readings.propose_emergency(world, actor, tender_id, body.reason)).id)


@router.post("/tenders/{tender_id}/emergency-unsealing/names", dependencies=FRESH)
async def read_names(tender_id: str, world: WorldDep, actor: AuditorDep) -> ReadView:
    """The names an emergency unsealing has opened; every time is an entry."""
    return _read_view(answer(await readings.read_names(world, actor, tender_id)))


def _read_view(read: readings.Read) -> ReadView:
    rows = [OpenedView(**{name: getattr(one, name) for name in OpenedView.model_fields}) for one in read.rows]
    return ReadView(reading=read.reading, rows=rows)
