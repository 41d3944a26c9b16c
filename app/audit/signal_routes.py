"""HTTP edge of the auditor's screens on bids. Auditors only; leads, never verdicts."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, File, Response, UploadFile

from app.audit import past_signals, signals
from app.audit.schemas import IdText
from app.audit.signal_schemas import BoardView, LeadPage, LookBody, PastBoard
from app.audit.signal_views import board_view, lead_page, past_board, signal_book
from app.award.money_sheets import Locale, make_book, sheet_of
from app.domain.screening import ScreenMethod
from app.domain.visibility import Role
from app.identity.access import Actor, staff
from app.infra.errors import Problem, answer
from app.infra.web import StrictRoute, WorldDep
from app.suppliers.headings import FileRefusal

router = APIRouter(route_class=StrictRoute)
AuditorDep = Annotated[Actor, Depends(staff(Role.AUDITOR))]


@router.get("/signals")
async def read_signals(
    world: WorldDep,
    actor: AuditorDep,
    tender: IdText | None = None,
    method: ScreenMethod | None = None,
    *,
    everything: bool = False,
    unsettled: bool = False,
) -> BoardView:
    """What the screens show of lots that have closed; of an open tender, refused. Every reading is an entry."""
    asked = signals.Asked(tender, method, everything=everything, unsettled=unsettled)
    return board_view(answer(await signals.read_board(world, actor, asked)))


@router.get("/signals/sheet", response_class=Response)
async def read_signal_sheet(
    world: WorldDep,
    actor: AuditorDep,
    tender: IdText | None = None,
    method: ScreenMethod | None = None,
    locale: Locale = "zh",
    *,
    everything: bool = False,
    unsettled: bool = False,
) -> Response:
    """The same as a workbook, with all evidence."""
    asked = signals.Asked(tender, method, everything=everything, unsettled=unsettled)
    screened = answer(await signals.read_board(world, actor, asked))
    made = await asyncio.to_thread(make_book, signal_book(screened, locale))
    return sheet_of(made, "signals")


@router.post("/signals/past")
async def screen_past(_actor: AuditorDep, file: Annotated[UploadFile, File()]) -> PastBoard:
    """The screens over a file of past tenders (.xlsx, .csv), a bid a row: leads, methods, every bad cell by its name.
    Nothing of the file is stored."""
    screened = await past_signals.screen_past(await file.read(past_signals.LIMITS.file_bytes + 1))
    if isinstance(screened, FileRefusal):
        raise Problem(422, screened.fault.value, detail=screened.detail)
    return past_board(screened)


@router.get("/signals/{key}")
async def read_lead(key: IdText, world: WorldDep, actor: AuditorDep) -> LeadPage:
    """One lead: its evidence, its method, its innocent explanations, and what was made of it."""
    found = await signals.read_lead(world, actor, key)
    return lead_page(found, await signals.list_people(world), actor.account_id)


@router.post("/signals/{key}/looks", status_code=201)
async def look_at_lead(key: IdText, body: LookBody, world: WorldDep, actor: AuditorDep) -> LeadPage:
    """Say what one makes of a lead; a second auditor confirms an explanation."""
    found = answer(await signals.look_at(world, actor, key, body.state, body.note))
    return lead_page(found, await signals.list_people(world), actor.account_id)
