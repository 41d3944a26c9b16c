"""HTTP edge of documents: the evaluator's viewer, the leak report, the relay's page. Never a file as it was sent."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from app.domain.visibility import Role
from app.evaluation import document_views, documents
from app.evaluation.document_schemas import DecideHeld, DocumentsView, DocumentTable, HeldDocumentsView
from app.identity.access import Actor, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(route_class=StrictRoute)
ReaderDep = Annotated[Actor, Depends(staff(Role.EVALUATOR, *document_views.READERS))]
EvaluatorDep = Annotated[Actor, Depends(staff(Role.EVALUATOR))]
RelayDep = Annotated[Actor, Depends(staff(Role.DESK_RELAY, Role.APPROVER))]
# A picture and nothing else, also where somebody opens its address by itself.
_SANDBOXED: Final = {"Content-Security-Policy": "sandbox; default-src 'none'", "Content-Disposition": "inline"}


@router.get("/tenders/{tender_id}/documents")
async def read_documents(tender_id: str, world: WorldDep, actor: ReaderDep) -> DocumentsView:
    """The files of the offers by T-alias, under neutral names, with what is shown of them."""
    return await document_views.read_documents(world, actor, tender_id)


@router.get("/documents/{document_id}/pages/{page}", response_class=Response)
async def read_page(document_id: str, page: int, world: WorldDep, actor: ReaderDep) -> Response:
    """A page as the sandbox drew it, black boxes burned in. The one 404 while it is held."""
    return _picture(await document_views.read_shown(world, actor, document_id, page, is_table=False))


@router.get("/documents/{document_id}/tables/{page}")
async def read_table(document_id: str, page: int, world: WorldDep, actor: ReaderDep) -> DocumentTable:
    """A sheet as values."""
    return document_views.table_view(await document_views.read_shown(world, actor, document_id, page, is_table=True))


@router.post("/documents/{document_id}/report", status_code=204)
async def report_leak(document_id: str, world: WorldDep, actor: EvaluatorDep) -> None:
    """Say that a document tells who offers: it is hidden from everybody until the relay has cleared it."""
    answer(await documents.report_leak(world, actor, document_id))


@router.get("/held-documents")
async def list_held(world: WorldDep, actor: RelayDep) -> HeldDocumentsView:
    """What waits for the relay."""
    return await document_views.read_held_list(world, actor)


@router.get("/held-documents/{key}/pages/{page}", response_class=Response)
async def read_held_page(
    key: str, page: int, world: WorldDep, actor: RelayDep, v: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """A held page as it is now. `v`, the version the page shows, only makes another address of a picture drawn anew."""
    del v
    return _picture(await document_views.read_held(world, actor, key, page, is_table=False))


@router.get("/held-documents/{key}/tables/{page}")
async def read_held_table(key: str, page: int, world: WorldDep, actor: RelayDep) -> DocumentTable:
    """A held sheet."""
    return document_views.table_view(await document_views.read_held(world, actor, key, page, is_table=True))


@router.post("/held-documents/{key}/decision", status_code=204)
async def decide_held(key: str, body: DecideHeld, world: WorldDep, actor: RelayDep) -> None:
    """Clear a held document, with black boxes where something tells who offers, or withhold it."""
    boxes = [each.box for each in body.boxes]
    decided = documents.decide_held(world, actor, key, verdict=body.verdict, boxes=boxes, version=body.version)
    answer(await decided)


def _picture(content: bytes) -> Response:
    return Response(content, media_type="image/png", headers=_SANDBOXED)
