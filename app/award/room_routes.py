"""HTTP edge of the decision room: how firm the ranking stands, and what if. Of what is tried a note alone is kept."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.award import room_acts
from app.award.contest import LotContest, load_contests
from app.award.panel_schemas import NoteWhatIf
from app.award.reading import load_published
from app.award.room_schemas import SensitivityView, TryChange, WhatIfView
from app.award.room_views import sensitivity_view, what_if_view
from app.award.score_sheets import load_score_sheet
from app.domain.visibility import RANKING_READERS, Datum, Role, may_see
from app.domain.whatif import STAMP, Change, Tried, try_change
from app.evaluation.offers import evaluation_in
from app.identity.access import Actor, staff
from app.infra.errors import answer, not_found
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.tenders.store import Tender

router = APIRouter(route_class=StrictRoute)
ReaderDep = Annotated[Actor, Depends(staff(*RANKING_READERS))]
SheetDep = Annotated[Actor, Depends(staff(Role.PURCHASER, Role.APPROVER, Role.AUDITOR))]
# The auditor looks on.
NoterDep = Annotated[Actor, Depends(staff(Role.PURCHASER, Role.APPROVER, Role.EVALUATOR))]


@router.get("/tenders/{tender_id}/sensitivity")
async def read_sensitivity(tender_id: str, world: WorldDep, actor: ReaderDep) -> SensitivityView:
    """Where first place and shortlist hold, what one level or one offer less would change; for readers of the ranking
    (VISIBILITY.md d41)."""
    tender, lots = await _load(world, actor, tender_id)
    return sensitivity_view(tender, evaluation_in(tender), lots)


@router.post("/tenders/{tender_id}/what-if")
async def try_what_if(tender_id: str, body: TryChange, world: WorldDep, actor: ReaderDep) -> WhatIfView:
    """Rank one lot with other weights, values, offers or another cut. The official result stays as it is."""
    _tender, lots = await _load(world, actor, tender_id)
    return what_if_view(*_try(lots, body))


@router.post("/tenders/{tender_id}/what-if/notes", status_code=204)
async def note_what_if(tender_id: str, body: NoteWhatIf, world: WorldDep, actor: NoterDep) -> None:
    """Keep a change that was tried, its outcome as computed here and a word on it, beside the official result."""
    tender, lots = await _load(world, actor, tender_id)
    lot, tried = _try(lots, body.change)
    data = {
        "stamp": STAMP,
        "lot": lot.sheet.lot.id,
        "change": body.change.model_dump(mode="json", exclude={"lot_id"}),
        "first": tried.first,
        "shortlist": list(tried.shortlist.labels),
        "text": body.text,
    }
    await room_acts.note_what_if(world, actor, tender, data=data, ranking=lot.sheet.ranking.official.digest)


def _try(lots: Sequence[LotContest], body: TryChange) -> tuple[LotContest, Tried]:
    lot = next((each for each in lots if each.sheet.lot.id == body.lot_id), None)
    if lot is None:
        raise not_found()
    change = Change(
        price_weight=None if body.price_weight is None else Decimal(body.price_weight),
        values={(each.label, each.criterion): Decimal(each.value) for each in body.values},
        without=frozenset(body.without),
        count=body.count,
    )
    return lot, answer(try_change(lot.contest, change))


@router.get("/tenders/{tender_id}/lots/{lot_id}/score-sheet", response_class=Response)
async def read_score_sheet(tender_id: str, lot_id: str, world: WorldDep, actor: SheetDep) -> Response:
    """A ranked lot as a score sheet, by label: `bidroom score FILE` gives the official ranking again."""
    async with world.db.snapshot() as tx:
        tender = await load_published(tx, actor, tender_id, *RANKING_READERS)
        if not may_see(actor.roles, tender.visited, Datum.RANKING):
            raise not_found()
        sheet = await load_score_sheet(world, tx, tender, lot_id)
    content = json.dumps(sheet, ensure_ascii=False, indent=1).encode() + b"\n"
    headers = {"Content-Disposition": 'attachment; filename="score-sheet.json"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/json", headers=headers)


async def _load(world: World, actor: Actor, tender_id: str) -> tuple[Tender, list[LotContest]]:
    async with world.db.snapshot() as tx:
        tender = await load_published(tx, actor, tender_id, *RANKING_READERS)
        may_read = may_see(actor.roles, tender.visited, Datum.RANKING)
        return tender, await load_contests(world, tx, tender) if may_read else []
