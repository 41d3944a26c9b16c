"""HTTP edge of suppliers: list, dossier, registration, certification, suspension, evidence, import."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile

from app.domain.categories import CATEGORIES
from app.domain.certification import Aspect, StandingState
from app.domain.registering import Contact, TypedApplication
from app.domain.visibility import Datum, Mode, Phase, Role, mode
from app.identity.access import Actor, BidderDep, SupplierDep, staff
from app.infra.errors import Problem, answer, not_found
from app.infra.web import InstantText, StrictRoute, WorldDep
from app.infra.world import World
from app.suppliers import assessing, certifying, evidencing, importing, schemas, service, sheets, suspending, views
from app.suppliers.archive import Limits
from app.suppliers.commands import certify_command
from app.suppliers.evidencing import AddEvidence
from app.suppliers.headings import FileRefusal
from app.suppliers.importing import ImportFile
from app.suppliers.listing import Wanted
from app.suppliers.reading import own_contact, read_dossier, read_list

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["suppliers"])
# Those to whom the matrix gives the dossier in full (d05), in whatever phase; the supplier has routes of its own.
# The reader of a stolen database is in the matrix, too, but has no account.
READERS = [role for role in Role if role is not Role.DATABASE and mode(role, Phase.DRAFT, Datum.DOSSIER) is Mode.FULL]
ReaderDep = Annotated[Actor, Depends(staff(*READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
Title = Annotated[str, Form(max_length=200)]
ValidUntil = Annotated[InstantText | None, Form()]
ImportId = Annotated[str | None, Form(pattern=r"^[0-9a-f]{32}$")]
Locale = Literal["zh", "en"]


@router.get("/categories")
async def list_categories() -> list[schemas.CategoryView]:
    """The purchasing categories, in the order of the house; whoever applies reads them too."""
    return [
        schemas.CategoryView(code=one.code, name_zh=one.name_zh, name_en=one.name_en) for one in CATEGORIES.values()
    ]


@router.get("/suppliers")
async def list_suppliers(
    world: WorldDep,
    _actor: ReaderDep,
    *,
    q: Annotated[str, Query(max_length=100)] = "",
    state: StandingState | None = None,
    category: Annotated[str | None, Query(max_length=40)] = None,
    after: Annotated[str | None, Query(max_length=32)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> schemas.SupplierPage:
    """Suppliers by Chinese name; `state` is their standing whatever the category."""
    wanted = Wanted(text=q, state=state, category=category, after=after, limit=limit)
    return views.page_view(await read_list(world, wanted))


@router.post("/suppliers", status_code=201)
async def register_supplier(body: schemas.RegisterSupplier, world: WorldDep, actor: PurchaserDep) -> schemas.Registered:
    """Register a supplier; its representative gets a one-time link by mail."""
    typed = TypedApplication(
        name_zh=body.name_zh,
        name_en=body.name_en,
        credit_code=body.credit_code,
        city=body.city,
        categories=body.categories,
        contact=_contact(body.contact),
    )
    return schemas.Registered(id=answer(await service.register_supplier(world, actor, typed, body.locale)))


@router.get("/suppliers/import/template")
async def read_template(_actor: PurchaserDep, locale: Locale = "zh") -> Response:
    """The empty spreadsheet of the import."""
    return _sheet(sheets.make_template(locale), "suppliers-template.xlsx")


@router.post("/suppliers/import")
async def import_suppliers(
    world: WorldDep,
    actor: PurchaserDep,
    file: Annotated[UploadFile, File()],
    import_id: ImportId = None,
    locale: Annotated[Locale, Form()] = "zh",
) -> schemas.ImportView:
    """Register every good row, name every faulty cell. The page makes `import_id`: a repeat imports nothing twice."""
    data = await file.read(Limits().file_bytes + 1)
    command = ImportFile(import_id=import_id or world.ids.new(), data=data, locale=locale)
    done = await importing.import_suppliers(world, actor, command)
    if isinstance(done, FileRefusal):
        raise Problem(422, done.fault.value, detail=done.detail)
    return views.import_view(done)


@router.get("/suppliers/imports/{import_id}")
async def read_import(import_id: str, world: WorldDep, actor: PurchaserDep) -> schemas.ImportView:
    """How far an own import is; once done, every faulty cell."""
    progress = await importing.find_progress(world, actor, import_id)
    if progress is None:
        raise not_found()
    return views.import_view(progress)


@router.get("/suppliers/imports/{import_id}/sheet")
async def read_error_sheet(import_id: str, world: WorldDep, actor: PurchaserDep, locale: Locale = "zh") -> Response:
    """The refused rows of an own import as a spreadsheet to correct and upload again."""
    progress = await importing.find_progress(world, actor, import_id)
    if progress is None or progress.report is None:
        raise not_found()
    return _sheet(sheets.make_error_sheet(progress.report, locale), "suppliers-to-correct.xlsx")


@router.get("/suppliers/{supplier_id}")
async def read_supplier(supplier_id: str, world: WorldDep, _actor: ReaderDep) -> schemas.StaffDossierView:
    """The certification dossier; contact data are not in it."""
    return views.staff_dossier_view(await read_dossier(world, supplier_id))


@router.patch("/suppliers/{supplier_id}")
async def change_supplier(
    supplier_id: str, body: schemas.ChangeSupplier, world: WorldDep, actor: PurchaserDep
) -> schemas.StaffDossierView:
    """Change master data; 409 CHANGED_SINCE tells what a colleague changed meanwhile."""
    command = service.ChangeSupplier(
        version=body.version,
        name_zh=body.name_zh,
        name_en=body.name_en,
        city=body.city,
        categories=body.categories,
        contact=None if body.contact is None else _contact(body.contact),
    )
    answer(await service.change_supplier(world, actor, supplier_id, command))
    return views.staff_dossier_view(await read_dossier(world, supplier_id))


@router.post("/suppliers/{supplier_id}/certifications", status_code=201)
async def propose_certification(
    supplier_id: str, body: schemas.ProposeCertification, world: WorldDep, actor: PurchaserDep
) -> schemas.CertificationProposed:
    """Assess and put before a second person."""
    made = answer(await certifying.propose_certification(world, actor, supplier_id, certify_command(body)))
    return schemas.CertificationProposed(
        proposal_id=made.proposal_id or "", certification_id=made.id, score=made.score, grade=made.grade
    )


@router.post("/suppliers/{supplier_id}/assessment")
async def preview_assessment(
    supplier_id: str, body: schemas.PreviewAssessment, world: WorldDep, _actor: PurchaserDep
) -> schemas.AssessmentView:
    """What the sub-criteria give with these figures; nothing is kept."""
    return views.assessment_view(answer(await assessing.preview(world, supplier_id, body.figures)))


@router.post("/suppliers/{supplier_id}/suspension", status_code=201)
async def propose_suspension(
    supplier_id: str, body: schemas.GiveReason, world: WorldDep, actor: PurchaserDep
) -> schemas.Proposed:
    """Propose a suspension; a second person decides."""
    made = answer(await suspending.propose_suspension(world, actor, supplier_id, body.reason))
    return schemas.Proposed(proposal_id=made.id)


@router.post("/suppliers/{supplier_id}/reinstatement", status_code=201)
async def propose_reinstatement(
    supplier_id: str, body: schemas.GiveReason, world: WorldDep, actor: PurchaserDep
) -> schemas.Proposed:
    """Propose the end of a suspension; a second person decides."""
    made = answer(await suspending.propose_reinstatement(world, actor, supplier_id, body.reason))
    return schemas.Proposed(proposal_id=made.id)


@router.get("/suppliers/{supplier_id}/evidence")
async def list_evidence(supplier_id: str, world: WorldDep, _actor: ReaderDep) -> list[schemas.EvidenceView]:
    """The evidence files of a supplier."""
    return [views.evidence_view(row) for row in (await read_dossier(world, supplier_id)).evidence]


@router.post("/suppliers/{supplier_id}/evidence", status_code=201)
async def add_evidence(
    supplier_id: str,
    world: WorldDep,
    actor: PurchaserDep,
    file: Annotated[UploadFile, File()],
    aspect: Annotated[Aspect, Form()],
    title: Title,
    valid_until: ValidUntil = None,
) -> schemas.EvidenceView:
    """Add a PDF, PNG or JPEG of at most 10 MiB, told by its content."""
    return await _add_evidence(world, actor, supplier_id, file, aspect=aspect, title=title, valid_until=valid_until)


@router.get("/suppliers/{supplier_id}/evidence/{evidence_id}/content")
async def read_evidence(supplier_id: str, evidence_id: str, world: WorldDep, _actor: ReaderDep) -> Response:
    """The file itself, under a neutral name."""
    return _file(await evidencing.read_evidence(world, supplier_id, evidence_id))


@router.get("/my/supplier")
async def read_own_supplier(world: WorldDep, actor: SupplierDep) -> schemas.OwnDossierView:
    """The own dossier with the own contact data."""
    dossier = await read_dossier(world, actor.supplier_id or "")
    return views.own_dossier_view(dossier, own_contact(world, dossier.supplier))


@router.post("/my/evidence", status_code=201)
async def add_own_evidence(
    world: WorldDep,
    actor: BidderDep,
    file: Annotated[UploadFile, File()],
    aspect: Annotated[Aspect, Form()],
    title: Title,
    valid_until: ValidUntil = None,
) -> schemas.EvidenceView:
    """Bring or renew an evidence file of the own company."""
    own = actor.supplier_id or ""
    return await _add_evidence(world, actor, own, file, aspect=aspect, title=title, valid_until=valid_until)


@router.get("/my/evidence/{evidence_id}/content")
async def read_own_evidence(evidence_id: str, world: WorldDep, actor: SupplierDep) -> Response:
    """An own evidence file."""
    return _file(await evidencing.read_evidence(world, actor.supplier_id or "", evidence_id))


async def _add_evidence(
    world: World,
    actor: Actor,
    supplier_id: str,
    file: UploadFile,
    *,
    aspect: Aspect,
    title: str,
    valid_until: InstantText | None,
) -> schemas.EvidenceView:
    # One byte more than allowed is enough to know that it is too much; the service refuses and notes it.
    data = await file.read(evidencing.MOST_BYTES + 1)
    command = AddEvidence(aspect=aspect, title=title, data=data, valid_until=valid_until)
    return views.evidence_view(answer(await evidencing.add_evidence(world, actor, supplier_id, command)))


def _contact(form: schemas.ContactForm) -> Contact:
    return Contact(name=form.name, email=form.email, phone=form.phone)


def _sheet(data: bytes, name: str) -> Response:
    return Response(
        data, media_type=sheets.MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _file(content: evidencing.EvidenceContent) -> Response:
    # Never shown inside our own page: a document of somebody else stays a download.
    headers = {"Content-Disposition": f'attachment; filename="{content.name}"'}
    return Response(content.data, media_type=content.media_type, headers=headers)
