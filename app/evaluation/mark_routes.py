"""HTTP edge of the blind marks: panel, declaration, own sheet, consensus, lock.

The doors are the purchaser's role for calling a panel, and the own seat for everything an evaluator does: without a
seat, or recused, it is the one 404.
"""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.domain.marking import Mark
from app.domain.second_factor import SteppedAct
from app.domain.visibility import Datum, Role, may_see
from app.evaluation import agreeing, marks, panel, unlocking
from app.evaluation.consensus_views import consensus_view
from app.evaluation.mark_schemas import (
    AgreeValue,
    CallPanel,
    ConsensusView,
    Declare,
    EvaluationList,
    LockScores,
    PanelView,
    SavedMarkView,
    SaveMark,
    SheetView,
    UnlockScores,
)
from app.evaluation.mark_views import item_view, mark_view, panel_view, progress_of, sheet_view
from app.evaluation.offer_schemas import OffersView
from app.evaluation.offer_views import OfferSight, offers_view
from app.evaluation.panel_store import Agreed
from app.evaluation.sheets import (
    list_own,
    load_consensus_sheet,
    load_offers,
    load_own_marks,
    load_panel,
    load_sheet,
)
from app.identity.access import Actor, reach_tender, staff, stepped_up
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(route_class=StrictRoute)
PANEL_READERS = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR)
EvaluatorDep = Annotated[Actor, Depends(staff(Role.EVALUATOR))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
PanelReaderDep = Annotated[Actor, Depends(staff(*PANEL_READERS))]


@router.get("/tenders/{tender_id}/panel")
async def read_panel(tender_id: str, world: WorldDep, actor: PanelReaderDep) -> PanelView:
    """Who evaluates; what was declared only for approver and auditor."""
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, *PANEL_READERS)
        sheet = await load_panel(world, tx, tender_id)
    shows = actor.roles & {Role.APPROVER, Role.AUDITOR}
    return panel_view(
        sheet,
        is_purchaser=Role.PURCHASER in actor.roles,
        shows_declarations=may_see(shows, sheet.room.tender.visited, Datum.CONFLICT_DECLARATIONS),
    )


@router.get("/tenders/{tender_id}/offers")
async def read_offers(tender_id: str, world: WorldDep, actor: PanelReaderDep) -> OffersView:
    """The technical offers by T-alias with answers, locked values and marks by seat, as far as the reader may know."""
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, *PANEL_READERS)
        sheet = await load_offers(world, tx, tender_id)
    # Whoever also evaluates gets nothing here by that hat: an evaluator's own sheet is its only page.
    return offers_view(sheet, OfferSight.of(actor.roles & set(PANEL_READERS), sheet.consensus.room.tender.visited))


@router.post("/tenders/{tender_id}/panel")
async def call_panel(tender_id: str, body: CallPanel, world: WorldDep, actor: PurchaserDep) -> PanelView:
    """Make these people the panel, in this order."""
    answer(await panel.call_panel(world, actor, tender_id, body.accounts))
    return await read_panel(tender_id, world, actor)


@router.post("/tenders/{tender_id}/declaration", status_code=204)
async def declare(tender_id: str, body: Declare, world: WorldDep, actor: EvaluatorDep) -> None:
    """Say whether there is a conflict of interest; a conflict recuses at once."""
    answer(await panel.declare(world, actor, tender_id, has_conflict=body.has_conflict, statement=body.text))


@router.get("/evaluations")
async def list_evaluations(world: WorldDep, actor: EvaluatorDep) -> EvaluationList:
    """The evaluations the caller was called to (SCREENS.md EV-01)."""
    async with world.db.snapshot() as tx:
        found = await list_own(world, tx, actor)
    return EvaluationList(items=[item_view(*each) for each in found])


@router.get("/tenders/{tender_id}/sheet")
async def read_sheet(tender_id: str, world: WorldDep, actor: EvaluatorDep) -> SheetView:
    """The own sheet, offers in the own random order."""
    async with world.db.snapshot() as tx:
        return sheet_view(await load_sheet(world, tx, actor, tender_id))


@router.put("/tenders/{tender_id}/sheet/marks")
async def save_mark(tender_id: str, body: SaveMark, world: WorldDep, actor: EvaluatorDep) -> SavedMarkView:
    """Save one cell of the own sheet."""
    new = Mark((body.lot_id, body.alias, body.criterion), body.mark, body.comment)
    saved = answer(await marks.save_mark(world, actor, tender_id, new, version=body.version))
    async with world.db.snapshot() as tx:
        room, own = await load_own_marks(world, tx, actor, tender_id)
    return SavedMarkView(**mark_view(saved).model_dump(), progress=progress_of(room, own))


@router.post("/tenders/{tender_id}/sheet/submission")
async def submit_sheet(tender_id: str, world: WorldDep, actor: EvaluatorDep) -> SheetView:
    """Submit the own sheet: nobody changes it any more."""
    answer(await marks.submit_sheet(world, actor, tender_id))
    return await read_sheet(tender_id, world, actor)


@router.get("/tenders/{tender_id}/consensus")
async def read_consensus(tender_id: str, world: WorldDep, actor: EvaluatorDep) -> ConsensusView:
    """The consensus room; counts alone until all sheets that count are in."""
    async with world.db.snapshot() as tx:
        sheet = await load_consensus_sheet(world, tx, actor, tender_id)
    return consensus_view(sheet, actor.account_id)


@router.put("/tenders/{tender_id}/consensus")
async def agree_value(tender_id: str, body: AgreeValue, world: WorldDep, actor: EvaluatorDep) -> ConsensusView:
    """Agree on the value of one cell."""
    typed = Agreed((body.lot_id, body.alias, body.criterion), body.decimal, body.reason, body.version)
    answer(await agreeing.agree_value(world, actor, tender_id, typed))
    return await read_consensus(tender_id, world, actor)


@router.post("/tenders/{tender_id}/scores/lock", dependencies=[stepped_up(SteppedAct.LOCK_SCORES)])
async def lock_scores(tender_id: str, body: LockScores, world: WorldDep, actor: EvaluatorDep) -> ConsensusView:
    """Lock the scores with the digest that is shown; the prices of the passing offers may then be opened."""
    answer(await agreeing.lock_scores(world, actor, tender_id, body.digest))
    return await read_consensus(tender_id, world, actor)


@router.post("/tenders/{tender_id}/scores/unlock")
async def unlock_scores(tender_id: str, body: UnlockScores, world: WorldDep, actor: EvaluatorDep) -> ConsensusView:
    """Ask the approver to unlock the scores; only while no price has been opened."""
    answer(await unlocking.propose_unlock(world, actor, tender_id, body.reason))
    return await read_consensus(tender_id, world, actor)
