"""HTTP edge of tenders."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from starlette.responses import Response as FileResponse

from app.domain.calendar_files import MEDIA_TYPE
from app.domain.drafting import Template
from app.domain.lines import Reading
from app.domain.money import CURRENCIES, NumberStyle
from app.domain.second_factor import SteppedAct
from app.domain.tendering import TenderState
from app.domain.timetable import load_zone, zone_names
from app.domain.visibility import Role
from app.identity.access import Actor, ActorDep, BidderDep, staff, stepped_up
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.suppliers.archive import Limits
from app.tenders import (
    amending,
    answering,
    comparing,
    ending,
    importing,
    linking,
    listing,
    previewing,
    publishing,
    reading,
    service,
)
from app.tenders.answering import Answer
from app.tenders.draft_forms import form_of
from app.tenders.draft_views import (
    ChoicesView,
    ComparisonView,
    CurrencyView,
    FieldView,
    FormulasView,
    ParsedView,
    PreflightView,
    PreviewView,
    SentencesView,
    TemplateView,
)
from app.tenders.participations import Response
from app.tenders.schemas import (
    AmendTender,
    AnswerInvitation,
    CreateTender,
    GiveReason,
    LinkTender,
    ParseLines,
    SaveTender,
    SubmitTender,
)
from app.tenders.views import Created, Proposed, StaffTender, SupplierTender, TenderList, TenderView

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["tenders"])
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
StaffDep = Annotated[Actor, Depends(staff(Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR))]
ReaderDep = Annotated[Actor, Depends(staff(Role.PURCHASER, Role.APPROVER, Role.AUDITOR))]


@router.get("/templates")
async def list_templates(world: WorldDep, _actor: PurchaserDep) -> list[TemplateView]:
    """The templates with the defaults they would give now."""
    zone = load_zone(service.DEFAULT_ZONE)
    assert zone is not None
    drafts = {template: service.default_draft(world, template, zone) for template in Template}
    return [TemplateView(template=template, draft=form_of(draft.to_json())) for template, draft in drafts.items()]


@router.get("/tender-choices")
async def list_choices(_actor: PurchaserDep) -> ChoicesView:
    """Currencies and time zones."""
    currencies = [CurrencyView(code=code, minor_units=units) for code, units in sorted(CURRENCIES.items())]
    return ChoicesView(currencies=currencies, time_zones=sorted(zone_names()))


@router.get("/price-formulas")
async def list_formulas(_actor: ReaderDep) -> FormulasView:
    """Every price formula with all its parameters."""
    return comparing.formulas()


@router.get("/tenders")
async def list_tenders(
    world: WorldDep, actor: ActorDep, state: Annotated[list[TenderState] | None, Query()] = None
) -> TenderList:
    """The buyer's portfolio, or a supplier's own invitations."""
    return await listing.list_for(world, actor, state)


@router.post("/tenders", status_code=201)
async def create_tender(body: CreateTender, world: WorldDep, actor: PurchaserDep) -> Created:
    """A new draft from a template or as a copy of an earlier tender."""
    command = service.BeginTender(
        template=body.template,
        copy_of=body.copy_of,
        title_zh=body.title_zh,
        title_en=body.title_en,
        category=body.category,
        time_zone=body.time_zone,
        project_id=body.project_id,
    )
    made = answer(await service.create_tender(world, actor, command))
    return Created(id=made.id, reference=made.reference, version=made.version)


@router.get("/tenders/{tender_id}")
async def read_tender(tender_id: str, world: WorldDep, actor: ActorDep) -> TenderView:
    """A tender as the actor may see it."""
    return await reading.read_tender(world, actor, tender_id)


@router.put("/tenders/{tender_id}")
async def save_tender(tender_id: str, body: SaveTender, world: WorldDep, actor: PurchaserDep) -> StaffTender:
    """Write the whole draft; the answer is the draft as stored."""
    command = service.SaveDraft(body.version, body.to_draft())
    answer(await service.save_tender(world, actor, tender_id, command))
    return await _staff_view(world, actor, tender_id)


@router.put("/tenders/{tender_id}/project")
async def link_project(tender_id: str, body: LinkTender, world: WorldDep, actor: PurchaserDep) -> StaffTender:
    """Link a draft to the approved project it buys for, or set it free."""
    answer(await linking.link_project(world, actor, tender_id, linking.LinkProject(body.version, body.project_id)))
    return await _staff_view(world, actor, tender_id)


@router.post("/tenders/{tender_id}/lines/parse")
async def parse_lines(tender_id: str, body: ParseLines, world: WorldDep, actor: PurchaserDep) -> ParsedView:
    """Pasted text, cell by cell; nothing is stored."""
    tender, _ = await reading.load_document(world, actor, tender_id)
    return importing.parse_pasted(body, currency=tender.currency)


@router.post("/tenders/{tender_id}/lines/import")
async def import_lines(
    tender_id: str,
    world: WorldDep,
    actor: PurchaserDep,
    *,
    file: Annotated[UploadFile, File()],
    target: Annotated[Literal["lines", "lots"], Form()] = "lines",
    style: Annotated[NumberStyle, Form()] = NumberStyle.UNSTATED,
) -> ParsedView:
    """A workbook's first visible sheet, cell by cell; nothing is stored."""
    tender, _ = await reading.load_document(world, actor, tender_id)
    how = Reading(style, tender.currency)
    return await importing.parse_workbook(await file.read(Limits().file_bytes + 1), target=target, reading=how)


@router.get("/tenders/{tender_id}/preflight")
async def read_preflight(tender_id: str, world: WorldDep, actor: ReaderDep) -> PreflightView:
    """What keeps the draft from publication, and what may not work as hoped."""
    return await previewing.preflight(world, actor, tender_id)


@router.get("/tenders/{tender_id}/sentences")
async def read_sentences(tender_id: str, world: WorldDep, actor: ActorDep) -> SentencesView:
    """The rules as sentences in both languages; of a draft only where its pre-flight has no fault in the terms."""
    return answer(await previewing.sentences(world, actor, tender_id))


@router.get("/tenders/{tender_id}/preview")
async def read_preview(tender_id: str, world: WorldDep, actor: ReaderDep) -> PreviewView:
    """The tender as suppliers will see it; of a draft only where its pre-flight has no fault in the terms."""
    return answer(await previewing.preview(world, actor, tender_id))


@router.get("/tenders/{tender_id}/calendar", response_class=FileResponse)
async def take_calendar(
    tender_id: str, world: WorldDep, actor: ActorDep, lang: Literal["zh", "en"] = "zh"
) -> FileResponse:
    """The times of a published tender as an iCalendar file, for everybody in it."""
    return FileResponse(
        await reading.calendar_of(world, actor, tender_id, lang),
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": 'attachment; filename="bidroom.ics"'},
    )


@router.get("/tenders/{tender_id}/comparison")
async def read_comparison(tender_id: str, world: WorldDep, actor: StaffDep) -> ComparisonView:
    """How offers are compared, in words and figures; of a draft what keeps it from being said."""
    return await comparing.compare(world, actor, tender_id)


@router.get("/tenders/{tender_id}/eligible")
async def read_eligible(tender_id: str, world: WorldDep, actor: ReaderDep) -> FieldView:
    """Whom the tender would invite now, and whom not."""
    return await previewing.field(world, actor, tender_id)


@router.post("/tenders/{tender_id}/submit", dependencies=[stepped_up(SteppedAct.PUBLISH)])
async def submit_tender(tender_id: str, body: SubmitTender, world: WorldDep, actor: PurchaserDep) -> Proposed:
    """Propose the publication to a second person."""
    proposal = answer(await publishing.submit_tender(world, actor, tender_id, body.version))
    return Proposed(proposal_id=proposal.id)


@router.post("/tenders/{tender_id}/amendments", dependencies=[stepped_up(SteppedAct.PUBLISH)])
async def amend_tender(tender_id: str, body: AmendTender, world: WorldDep, actor: PurchaserDep) -> Proposed:
    """Propose an amendment of the published document."""
    proposal = answer(await amending.propose_amendment(world, actor, tender_id, body.to_amendment()))
    return Proposed(proposal_id=proposal.id)


@router.post("/tenders/{tender_id}/cancel", dependencies=[stepped_up(SteppedAct.CANCEL)])
async def cancel_tender(tender_id: str, body: GiveReason, world: WorldDep, actor: PurchaserDep) -> Proposed:
    """Propose the cancellation; a draft is dropped at once."""
    proposal = answer(await ending.cancel_tender(world, actor, tender_id, body.reason))
    return Proposed(proposal_id=None if proposal is None else proposal.id)


@router.post("/tenders/{tender_id}/continue")
async def continue_tender(tender_id: str, body: GiveReason, world: WorldDep, actor: PurchaserDep) -> Proposed:
    """Propose to go on though too few accepted."""
    proposal = answer(await ending.continue_tender(world, actor, tender_id, body.reason))
    return Proposed(proposal_id=proposal.id)


@router.post("/tenders/{tender_id}/response")
async def answer_invitation(
    tender_id: str, body: AnswerInvitation, world: WorldDep, actor: BidderDep
) -> SupplierTender:
    """Accept the terms in force, or decline; until the deadline an answer can be changed."""
    response = Response.ACCEPTED if body.response == "accept" else Response.DECLINED
    command = Answer(response, body.version, body.reason, received_at=world.clock.now())
    answer(await answering.answer_invitation(world, actor, tender_id, command))
    view = await reading.read_tender(world, actor, tender_id)
    assert isinstance(view, SupplierTender)
    return view


async def _staff_view(world: WorldDep, actor: Actor, tender_id: str) -> StaffTender:
    view = await reading.read_tender(world, actor, tender_id)
    assert isinstance(view, StaffTender)
    return view
