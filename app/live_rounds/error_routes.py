"""HTTP edge of reports of an error in a bid."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.domain.vault_policy import Reading
from app.domain.visibility import Role
from app.identity import vault
from app.identity.access import Actor, ActorDep, BidderDep, SupplierDep, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.live_rounds import error_reports, error_views
from app.live_rounds.error_schemas import (
    CaseDecision,
    CasesView,
    OwnReportView,
    ReportedListView,
    ReportRequest,
)
from app.live_rounds.schemas import ProposalMade

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["live_rounds"])
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
DeskDep = Annotated[Actor, Depends(staff(Role.DESK_HELP))]


@router.get("/receipts/{bid_id}/error-report")
async def get_own_report(world: WorldDep, actor: SupplierDep, bid_id: str) -> OwnReportView:
    """Until when an own bid may be reported as an error, and what became of its report."""
    return OwnReportView.model_validate(await error_views.read_own(world, actor, bid_id))


@router.post("/receipts/{bid_id}/error-report")
async def post_report(world: WorldDep, actor: BidderDep, bid_id: str, body: ReportRequest) -> OwnReportView:
    """Report an own bid as a manifest error."""
    answer(await error_reports.report_error(world, actor, bid_id, body.slip, body.note))
    return OwnReportView.model_validate(await error_views.read_own(world, actor, bid_id))


@router.get("/desk/error-reports")
async def get_cases(world: WorldDep, actor: DeskDep) -> CasesView:
    """What bidders have reported, for the call-back: the desk reads who called and where to reach them."""
    cases = await error_views.list_cases(world, actor)
    if cases:
        told = [case["id"] for case in cases]
        await vault.note_seen(world, actor, Role.DESK_HELP, Reading.CONTACTS, tender=None, subjects=told)
    return CasesView.model_validate({"cases": cases})


@router.post("/desk/error-reports/{report_id}/decision", status_code=204)
async def post_decision(world: WorldDep, actor: DeskDep, report_id: str, body: CaseDecision) -> None:
    """The desk's word on a report."""
    is_verified = body.verdict == "verified"
    answer(await error_reports.decide_on(world, actor, report_id, is_verified=is_verified, reason=body.reason))


@router.get("/rounds/{round_id}/error-reports")
async def get_reported(world: WorldDep, actor: ActorDep, round_id: str) -> ReportedListView:
    """Verified reports of a round, by alias."""
    return ReportedListView.model_validate({"reports": await error_views.list_for_buyer(world, actor, round_id)})


@router.post("/error-reports/{report_id}/void", status_code=201)
async def post_reported_void(world: WorldDep, actor: PurchaserDep, report_id: str) -> ProposalMade:
    """Propose to void the reported bid; another person decides."""
    return ProposalMade(proposal_id=answer(await error_reports.propose_for(world, actor, report_id)).id)
