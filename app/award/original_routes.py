"""HTTP edge of original files after the unsealing: of unsealed bidders alone, each download journalled (d27, w)."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from app.award import store
from app.domain.document_types import extension_of
from app.domain.kinds import Kind
from app.domain.visibility import Datum, Mode, Role, modes
from app.evaluation.document_originals import list_of_bidders, read_original
from app.evaluation.document_store import Document
from app.evaluation.entering import entry_by
from app.identity.access import Actor, reach_tender, staff
from app.infra.errors import not_found
from app.infra.web import StrictModel, StrictRoute, WorldDep
from app.infra.world import World
from app.journal.store import append
from app.tenders import store as tender_store

router = APIRouter(route_class=StrictRoute)
_READERS: Final = (Role.PURCHASER, Role.APPROVER)
ReaderDep = Annotated[Actor, Depends(staff(*_READERS))]


class OriginalView(StrictModel):
    """An original: its own name, and the label it was ranked under."""

    id: str
    lot_id: str
    label: str
    name: str
    file_name: str
    size_bucket: int


class OriginalsView(StrictModel):
    """The originals of the unsealed bidders."""

    originals: list[OriginalView]


@router.get("/tenders/{tender_id}/originals")
async def list_originals(tender_id: str, world: WorldDep, actor: ReaderDep) -> OriginalsView:
    """The original files of the unsealed bidders; none before the unsealing."""
    async with world.db.snapshot() as tx:
        found = await _list(world, tx, actor, tender_id)
    return OriginalsView(
        originals=[
            OriginalView(
                id=one.id,
                lot_id=one.lot_id,
                label=label,
                name=one.name,
                file_name=one.origin.name,
                size_bucket=one.size_bucket,
            )
            for one, label in found
        ]
    )


@router.get("/tenders/{tender_id}/originals/{document_id}", response_class=Response)
async def download_original(tender_id: str, document_id: str, world: WorldDep, actor: ReaderDep) -> Response:
    """One original, as a download under its neutral name: bytes of a stranger, shown nowhere in our pages."""
    async with world.db.snapshot() as tx:
        found = next((one for one, _ in await _list(world, tx, actor, tender_id) if one.id == document_id), None)
    file = None if found is None else await read_original(world, found)
    if found is None or file is None:
        raise not_found()
    async with world.db.transaction() as tx:
        hat = await reach_tender(tx, actor, tender_id, *_READERS)
        data = {"document": found.id, "lot": found.lot_id}
        await append(world, tx, entry_by(actor, hat, tender_id, Kind.ORIGINAL_READ, data))
    headers = {
        "Content-Disposition": f'attachment; filename="{found.name}.{extension_of(file.content)}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(file.content, media_type="application/octet-stream", headers=headers)


async def _list(world: World, tx: AsyncConnection, actor: Actor, tender_id: str) -> Sequence[tuple[Document, str]]:
    """The documents of the unsealed bidders, each with its label."""
    await reach_tender(tx, actor, tender_id, *_READERS)
    tender = await tender_store.load_tender(tx, tender_id)
    if Mode.UNSEALED_ONLY not in modes(actor.roles & set(_READERS), tender.visited, Datum.ORIGINAL_FILES):
        return []
    labels = {(each.lot_id, each.tag): each.label for each in await store.list_unsealings(tx, tender_id)}
    found = await list_of_bidders(world, tx, tender_id, labels)
    return [(one, labels[one.lot_id, one.origin.tag]) for one in found]
