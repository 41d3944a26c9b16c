"""HTTP edge of award: the decision by alias, the unsealing, the result for each side, claimed savings."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends

from app.award import reading, reopening, service, views
from app.award.agreement_routes import router as agreement_router
from app.award.contract_routes import router as contract_router
from app.award.final_routes import router as final_router
from app.award.original_routes import router as original_router
from app.award.panel_routes import router as panel_router
from app.award.payment_file_routes import router as payment_file_router
from app.award.payment_routes import router as payment_router
from app.award.report_routes import router as report_router
from app.award.reserve_routes import router as reserve_router
from app.award.room_routes import router as room_router
from app.award.schemas import AskReopening, AwardProposal, DecisionView, ProposeDecision, ResultView, SavingsView
from app.award.splitting_routes import router as splitting_router
from app.award.year_routes import router as year_router
from app.domain.second_factor import SteppedAct
from app.domain.sharing import Choice
from app.domain.vault_policy import Reading
from app.domain.visibility import RANKING_READERS, Datum, Mode, Role, may_see, modes
from app.identity import vault
from app.identity.access import Actor, ActorDep, staff, stepped_up
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["award"])
router.include_router(room_router)
router.include_router(panel_router)
router.include_router(report_router)
router.include_router(splitting_router)
router.include_router(reserve_router)
router.include_router(original_router)
router.include_router(payment_file_router)
router.include_router(payment_router)
router.include_router(year_router)
router.include_router(contract_router)
router.include_router(final_router)
router.include_router(agreement_router)
ReaderDep = Annotated[Actor, Depends(staff(*RANKING_READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
MoneyDep = Annotated[Actor, Depends(staff(Role.PURCHASER, Role.APPROVER, Role.AUDITOR))]


@router.post("/tenders/{tender_id}/decision", status_code=201)
async def propose_decision(
    tender_id: str, body: ProposeDecision, world: WorldDep, actor: PurchaserDep
) -> AwardProposal:
    """Propose the preferred supplier of every lot by label, or several in announced shares."""
    choices = [
        Choice(each.lot_id, each.label, each.reason, tuple((one.label, Decimal(one.share)) for one in each.shares))
        for each in body.choices
    ]
    return AwardProposal(proposal_id=answer(await service.propose_decision(world, actor, tender_id, choices)).id)


@router.get("/tenders/{tender_id}/decision")
async def read_decision(tender_id: str, world: WorldDep, actor: ReaderDep) -> DecisionView:
    """How decision and unsealing stand, as far as the reader may know."""
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, *RANKING_READERS)
        sheet = await reading.load_decision_sheet(world, tx, tender)
    phases = tender.visited
    if not may_see(actor.roles, phases, Datum.RECOMMENDATION):
        sheet = reading.without_decision(sheet)
    return views.decision_view(
        sheet,
        is_purchaser=Role.PURCHASER in actor.roles,
        shows_money=may_see(actor.roles, phases, Datum.BASELINE),
    )


@router.post("/tenders/{tender_id}/unsealing", status_code=201, dependencies=[stepped_up(SteppedAct.UNSEAL)])
async def propose_unsealing(tender_id: str, world: WorldDep, actor: PurchaserDep) -> AwardProposal:
    """Ask the second person to unseal the names in the published scope."""
    return AwardProposal(proposal_id=answer(await service.propose_unsealing(world, actor, tender_id)).id)


@router.post("/tenders/{tender_id}/reopening", status_code=201, dependencies=[stepped_up(SteppedAct.REOPEN)])
async def propose_reopening(tender_id: str, body: AskReopening, world: WorldDep, actor: PurchaserDep) -> AwardProposal:
    """Ask approver and auditor to open the decision again after the unsealing."""
    return AwardProposal(proposal_id=answer(await reopening.propose_reopening(world, actor, tender_id, body.reason)).id)


@router.get("/tenders/{tender_id}/result")
async def read_result(tender_id: str, world: WorldDep, actor: ActorDep) -> ResultView:
    """The result: by name of the unsealed for the buyer's side, the own one for a supplier."""
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, Role.SUPPLIER, *RANKING_READERS)
        phases, is_out = tender.visited, reading.is_decided(tender)
        if actor.supplier_id is not None:
            own = await reading.load_own_sheet(world, tx, tender, actor.supplier_id)
            shows_rank = is_out and Mode.OWN in modes({Role.SUPPLIER}, phases, Datum.RANKING)
            shows_score = is_out and Mode.OWN in modes({Role.SUPPLIER}, phases, Datum.OWN_SCORE)
            return views.own_result_view(own, is_out=is_out, shows_rank=shows_rank, shows_score=shows_score)
        shows_contacts = may_see(actor.roles, phases, Datum.SUPPLIER_CONTACTS)
        sheet = await reading.load_result_sheet(world, tx, tender, with_contacts=shows_contacts)
    if sheet.contacts:
        hat = min(actor.roles & set(RANKING_READERS))
        await vault.note_seen(world, actor, hat, Reading.CONTACTS, tender=tender_id, subjects=list(sheet.contacts))
    return views.result_view(
        sheet,
        # A tender that failed without a ranking never reaches the phase of results and has no name to hide.
        shows_names=may_see(actor.roles, phases, Datum.RESULT_NOTICE) or not sheet.lots,
        shows_money=may_see(actor.roles, phases, Datum.BASELINE),
    )


@router.get("/savings")
async def read_savings(world: WorldDep, _actor: MoneyDep) -> SavingsView:
    """Claimed savings of all awarded tenders, with missing baselines flagged (SCREENS.md PL-14)."""
    async with world.db.snapshot() as tx:
        return views.savings_view(await reading.load_savings(tx))
