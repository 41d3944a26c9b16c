"""Documents as far as a reader's hats and the tender's phase allow; the doors in front of their pages."""

from collections.abc import Sequence

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.document_types import DocumentKind
from app.domain.documents import DocumentState, twins
from app.domain.marking import alias_key
from app.domain.visibility import Datum, Role, may_see
from app.evaluation import document_store
from app.evaluation.document_schemas import (
    DocumentPage,
    DocumentsView,
    DocumentTable,
    DocumentView,
    HeldDocumentPage,
    HeldDocumentsView,
    HeldDocumentView,
)
from app.evaluation.document_store import Document, StoredPage
from app.evaluation.documents import Held, list_held, reach_as_evaluator, reach_held
from app.identity.access import Actor, reach_tender
from app.infra.errors import Problem, not_found
from app.infra.world import World
from app.tenders import store as tender_store
from app.tenders.store import Tender

# Those who read the offers by a role; evaluators read by their seat.
READERS = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR)


async def _hats(world: World, tx: AsyncConnection, actor: Actor, tender: Tender) -> set[Role]:
    """The hats under which somebody may read the documents of a tender now (VISIBILITY.md d26)."""
    found = {hat for hat in READERS if hat in actor.roles and may_see((hat,), tender.visited, Datum.TECHNICAL_CONTENT)}
    if Role.EVALUATOR in actor.roles:
        try:
            await reach_as_evaluator(world, tx, actor, tender.id)
        except Problem:
            return found
        found.add(Role.EVALUATOR)
    return found


async def read_documents(world: World, actor: Actor, tender_id: str) -> DocumentsView:
    """The documents of a tender; none for a reader whose phase has not come."""
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, *READERS, Role.EVALUATOR)
        tender = await tender_store.load_tender(tx, tender_id)
        hats = await _hats(world, tx, actor, tender)
        found = await document_store.list_documents(world, tx, tender_id) if hats else []
        numbers = {lot.id: lot.number for lot in await tender_store.list_lots(tx, tender_id)}
    shows_signals = may_see(hats & {Role.AUDITOR}, tender.visited, Datum.SIGNALS)
    digests = {each.id: each.origin.sha256 for each in found}
    doubled = {each for group in twins(digests, {one.id: one.origin.tag for one in found}) for each in group}
    found.sort(key=lambda each: (numbers[each.lot_id], alias_key(each.alias), each.number))
    return DocumentsView(
        tender_id=tender_id,
        can_report=Role.EVALUATOR in hats,
        documents=[
            _document_view(
                each,
                numbers[each.lot_id],
                is_twin=shows_signals and each.id in doubled,
                is_reported=shows_signals and each.is_reported,
            )
            for each in found
        ],
    )


def _document_view(one: Document, lot_number: int, *, is_twin: bool, is_reported: bool) -> DocumentView:
    # Of what is not shown nothing is told but that it is there.
    is_shown = one.state is DocumentState.SHOWN
    return DocumentView(
        id=one.id,
        lot_id=one.lot_id,
        lot_number=lot_number,
        alias=one.alias,
        name=one.name,
        kind=one.kind,
        state=one.state,
        fault=one.fault,
        size_bucket=one.size_bucket,
        pages=[DocumentPage(width=page.width, height=page.height) for page in one.pages] if is_shown else [],
        is_twin=is_twin,
        is_reported=is_reported,
    )


async def reach_document(world: World, tx: AsyncConnection, actor: Actor, document_id: str) -> Document:
    """A document that is shown, for whoever may read it; else the one 404 (attacks.md D04, D12)."""
    found = await document_store.load_document(world, tx, document_id)
    tender = await tender_store.load_tender(tx, found.tender_id)
    if found.state is not DocumentState.SHOWN or not await _hats(world, tx, actor, tender):
        raise not_found()
    return found


async def read_shown(world: World, actor: Actor, document_id: str, page: int, *, is_table: bool) -> bytes:
    """A page (from 1) as it is shown: a PNG, or the JSON of a table."""
    async with world.db.snapshot() as tx:
        found = await reach_document(world, tx, actor, document_id)
    return await document_store.read_page(world, found.id, _page(found, page, is_table=is_table).shown)


def _page(one: Document, number: int, *, is_table: bool) -> StoredPage:
    if is_table is not (one.kind is DocumentKind.TABLE) or not 1 <= number <= len(one.pages):
        raise not_found()
    return one.pages[number - 1]


def table_view(content: bytes) -> DocumentTable:
    """A stored table."""
    return DocumentTable(rows=orjson.loads(content))


# ── the relay ─────────────────────────────────────────────────────────────────


async def read_held_list(world: World, actor: Actor) -> HeldDocumentsView:
    """What waits for the relay."""
    async with world.db.snapshot() as tx:
        found = await list_held(world, tx, actor)
    return HeldDocumentsView(documents=_held_views(world, found))


def _held_views(world: World, found: Sequence[Held]) -> list[HeldDocumentView]:
    return [
        HeldDocumentView(
            key=document_store.relay_key(world, each.document.id),
            tender_id=each.tender.id,
            reference=each.tender.reference,
            title_zh=each.tender.title_zh,
            title_en=each.tender.title_en,
            alias=each.document.alias if each.hat is Role.DESK_RELAY else None,
            kind=each.document.kind or DocumentKind.PICTURE,
            is_reported=each.document.is_reported,
            version=each.document.version,
            pages=[
                HeldDocumentPage(width=page.width, height=page.height, holds=list(page.holds))
                for page in each.document.pages
            ],
        )
        for each in found
    ]


async def read_held(world: World, actor: Actor, key: str, page: int, *, is_table: bool) -> bytes:
    """A page (from 1) as the relay sees it: as it would be shown, with the boxes of an earlier clearing."""
    async with world.db.snapshot() as tx:
        found = (await reach_held(world, tx, actor, key)).document
    return await document_store.read_page(world, found.id, _page(found, page, is_table=is_table).shown)
