"""HTTP edge of evaluation: the official ranking, as far as the reader's hat and the tender's phase allow.

Panel, marks and consensus stand in `mark_routes.py`.
"""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.domain.tendering import TenderState
from app.domain.visibility import RANKING_READERS, Datum, may_see
from app.evaluation import panel_store
from app.evaluation.document_routes import router as document_router
from app.evaluation.inquiry_routes import router as inquiry_router
from app.evaluation.mark_routes import router as mark_router
from app.evaluation.schemas import RankingView, ranking_view
from app.evaluation.scoring_routes import router as scoring_router
from app.evaluation.sheet import load_sheets
from app.identity.access import Actor, reach_tender, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.tenders import store as tender_store
from app.tenders.intact import decide_intact

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["evaluation"])
router.include_router(mark_router)
router.include_router(inquiry_router)
router.include_router(document_router)
router.include_router(scoring_router)
ReaderDep = Annotated[Actor, Depends(staff(*RANKING_READERS))]


@router.get("/tenders/{tender_id}/ranking")
async def read_ranking(tender_id: str, world: WorldDep, actor: ReaderDep) -> RankingView:
    """The official ranking by R-label; `waiting` while it is not made or not for this reader yet. 409 FROZEN where it
    cannot be made, because the rules in the table are not those that were published."""
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, *RANKING_READERS)
        tender = await tender_store.load_tender(tx, tender_id)
        phases = tender.visited
        may_read = may_see(actor.roles, phases, Datum.RANKING)
        sheets = await load_sheets(world, tx, tender) if may_read else []
        if may_read and not sheets and tender.state is TenderState.EVALUATION:
            answer(await decide_intact(tx, tender))
        lock = await panel_store.find_lock(tx, tender_id) if may_read else None
    return ranking_view(
        tender,
        sheets,
        shows_money=may_see(actor.roles, phases, Datum.BASELINE),
        scores_digest=None if lock is None else lock.digest,
    )
