"""HTTP edge of a supplier's life: applying, findings and corrective actions, appeals."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from app.domain.registering import Contact, TypedApplication
from app.domain.visibility import OUTSIDE_TENDERS, Datum, Mode, Role, modes
from app.identity.access import Actor, BidderDep, SupplierDep, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.suppliers import appealing, applying, finding, history, living
from app.suppliers import lifecycle_schemas as schemas
from app.suppliers import lifecycle_views as views
from app.suppliers.routes import PurchaserDep, ReaderDep
from app.suppliers.schemas import GiveReason, Proposed

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["suppliers"])
# Those to whom the matrix gives complaints (d54) in the clear or redacted: the contact filter stands before them.
_READABLE = {Mode.FULL, Mode.REDACTED}
APPEAL_READERS = [role for role in Role if _READABLE & modes([role], OUTSIDE_TENDERS, Datum.COMPLAINTS)]
AppealReaderDep = Annotated[Actor, Depends(staff(*APPEAL_READERS))]
ApproverDep = Annotated[Actor, Depends(staff(Role.APPROVER))]


@router.post("/supplier-applications", status_code=202)
async def apply(body: schemas.ApplyAsSupplier, request: Request, world: WorldDep) -> schemas.AppliedView:
    """Apply to become a supplier, without an account; the answer never tells who is registered already."""
    contact = Contact(name=body.contact.name, email=body.contact.email, phone=body.contact.phone)
    typed = TypedApplication(
        name_zh=body.name_zh,
        name_en=body.name_en,
        credit_code=body.credit_code,
        city=body.city,
        categories=body.categories,
        contact=contact,
    )
    network = request.client.host if request.client else ""
    made = await applying.apply(world, typed, locale=body.locale, network=network, answers=body.answers)
    return schemas.AppliedView(reference=answer(made))


@router.get("/supplier-applications")
async def list_applications(
    world: WorldDep, _actor: ReaderDep, *, is_open: bool = True
) -> list[schemas.ApplicationRow]:
    """Applications that wait, or those decided."""
    return [views.row_view(each) for each in await applying.list_applications(world, is_open=is_open)]


@router.get("/supplier-applications/{application_id}")
async def read_application(application_id: str, world: WorldDep, _actor: ReaderDep) -> schemas.ApplicationView:
    """An application and the registered suppliers it may be; contact data are not in it."""
    return views.case_view(await applying.read_case(world, application_id))


@router.post("/supplier-applications/{application_id}/admission", status_code=201)
async def propose_admission(
    application_id: str, body: schemas.ProposeAdmission, world: WorldDep, actor: PurchaserDep
) -> Proposed:
    """Propose to admit, or to join to the supplier it is; a second person decides."""
    return Proposed(proposal_id=answer(await applying.propose_admission(world, actor, application_id, body.into)).id)


@router.post("/supplier-applications/{application_id}/refusal", status_code=204)
async def refuse_application(application_id: str, body: GiveReason, world: WorldDep, actor: PurchaserDep) -> None:
    """Turn an application away; the applicant reads the reason."""
    answer(await applying.refuse_application(world, actor, application_id, body.reason))


@router.get("/suppliers/{supplier_id}/life")
async def read_life(supplier_id: str, world: WorldDep, _actor: ReaderDep) -> schemas.LifeView:
    """What audits and sample tests found, and what is to be mended."""
    return views.life_view(await living.read_life(world, supplier_id))


@router.get("/suppliers/{supplier_id}/history")
async def read_history(supplier_id: str, world: WorldDep, actor: ReaderDep) -> list[schemas.MomentView]:
    """What happened to a supplier, newest first; appeals only for those who may read them."""
    with_appeals = not actor.roles.isdisjoint(APPEAL_READERS)
    found = await history.read_history(world, supplier_id, with_appeals=with_appeals, is_own=False)
    return [views.moment_view(each) for each in found]


@router.post("/suppliers/{supplier_id}/findings", status_code=201)
async def record_finding(
    supplier_id: str, body: schemas.RecordFinding, world: WorldDep, actor: PurchaserDep
) -> schemas.Made:
    """Record an on-site audit or a sample test, with corrective actions and their dates."""
    command = finding.RecordFinding(
        kind=body.kind,
        aspect=body.aspect,
        result=body.result,
        title=body.title,
        text=body.text,
        held_on=body.held_on,
        score=None if body.score is None else Decimal(body.score),
        actions=[finding.Owed(each.text, each.due_on) for each in body.actions],
    )
    return schemas.Made(id=answer(await finding.record_finding(world, actor, supplier_id, command)).id)


@router.post("/suppliers/{supplier_id}/actions/{action_id}/decision", status_code=204)
async def decide_action(
    supplier_id: str, action_id: str, body: schemas.DecideAction, world: WorldDep, actor: PurchaserDep
) -> None:
    """Say whether a reported action is done."""
    decided = await finding.decide_action(
        world, actor, supplier_id=supplier_id, action_id=action_id, accept=body.accept
    )
    answer(decided)


@router.get("/supplier-appeals")
async def list_appeals(world: WorldDep, actor: AppealReaderDep) -> list[schemas.AppealView]:
    """Appeals of suppliers, newest first."""
    is_approver = Role.APPROVER in actor.roles
    found = await appealing.list_appeals(world)
    return [views.appeal_view(each, actor, is_approver=is_approver) for each in found]


@router.post("/supplier-appeals/{appeal_id}/decision", status_code=204)
async def decide_appeal(appeal_id: str, body: schemas.DecideAppeal, world: WorldDep, actor: ApproverDep) -> None:
    """Uphold or refuse an appeal; never whoever assessed."""
    answer(await appealing.decide(world, actor, appeal_id, uphold=body.uphold, answer=body.answer))


@router.get("/my/life")
async def read_own_life(world: WorldDep, actor: SupplierDep) -> schemas.OwnLifeView:
    """Own findings, corrective actions, appeals, and the way to the next grade."""
    return views.own_life_view(await living.read_life(world, actor.supplier_id or ""))


@router.get("/my/history")
async def read_own_history(world: WorldDep, actor: SupplierDep) -> list[schemas.MomentView]:
    """What happened to the own company, newest first."""
    found = await history.read_history(world, actor.supplier_id or "", with_appeals=True, is_own=True)
    return [views.moment_view(each) for each in found]


@router.post("/my/actions/{action_id}/report", status_code=204)
async def report_action(action_id: str, body: schemas.SayText, world: WorldDep, actor: BidderDep) -> None:
    """Say that something is mended, and how."""
    answer(await finding.report_action(world, actor, action_id, body.text))


@router.post("/my/appeals", status_code=201)
async def make_appeal(body: schemas.MakeAppeal, world: WorldDep, actor: BidderDep) -> schemas.Made:
    """Appeal against the certification in force or a finding."""
    command = appealing.MakeAppeal(body.subject, body.subject_id, body.text)
    return schemas.Made(id=answer(await appealing.make_appeal(world, actor, command)).id)
