"""HTTP edge of the decision room: how firm the ranking stands, and what if. Reads only; nothing tried is kept."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends

from app.award.contest import LotContest, load_contests
from app.award.reading import load_published
from app.award.room_schemas import SensitivityView, TryChange, WhatIfView
from app.award.room_views import sensitivity_view, what_if_view
from app.domain.visibility import Datum, Role, may_see
from app.domain.whatif import Change, try_change
from app.evaluation.offers import evaluation_in
from app.identity.access import Actor, staff
from app.infra.errors import answer, not_found
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.tenders.store import Tender

router = APIRouter(route_class=StrictRoute)
READERS = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR)
ReaderDep = Annotated[Actor, Depends(staff(*READERS))]


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
    lot = next((each for each in lots if each.sheet.lot.id == body.lot_id), None)
    if lot is None:
        raise not_found()
    change = Change(
        price_weight=None if body.price_weight is None else Decimal(body.price_weight),
        values={(each.label, each.criterion): Decimal(each.value) for each in body.values},
        without=frozenset(body.without),
        count=body.count,
    )
    return what_if_view(lot, answer(try_change(lot.contest, change)))


async def _load(world: World, actor: Actor, tender_id: str) -> tuple[Tender, list[LotContest]]:
    async with world.db.snapshot() as tx:
        tender = await load_published(tx, actor, tender_id, *READERS)
        may_read = may_see(actor.roles, tender.visited, Datum.RANKING)
        return tender, await load_contests(world, tx, tender) if may_read else []
