"""HTTP edge of evaluation: the official ranking, as far as the reader's hat and the tender's phase allow."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.domain.visibility import Datum, Role, may_see, visited
from app.evaluation.schemas import RankingView, ranking_view
from app.evaluation.sheet import load_sheets
from app.identity.access import Actor, reach_tender, staff
from app.infra.web import StrictRoute, WorldDep
from app.tenders import store as tender_store

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["evaluation"])
READERS = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR)
ReaderDep = Annotated[Actor, Depends(staff(*READERS))]


@router.get("/tenders/{tender_id}/ranking")
async def read_ranking(tender_id: str, world: WorldDep, actor: ReaderDep) -> RankingView:
    """The official ranking by R-label; `waiting` while it is not made or not for this reader yet."""
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, *READERS)
        tender = await tender_store.load_tender(tx, tender_id)
        phases = visited(tender.phase)
        may_read = may_see(actor.roles, phases, Datum.RANKING)
        sheets = await load_sheets(world, tx, tender) if may_read else []
    return ranking_view(tender, sheets, shows_money=may_see(actor.roles, phases, Datum.BASELINE))
