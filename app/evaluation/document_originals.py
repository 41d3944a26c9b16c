"""Originals: files as they were sealed, with their own names (VISIBILITY.md d27). For two kinds of readers alone.

The purchaser and the approver of an unsealed bidder, for the contract; the auditor with a second person (app/audit).
Whoever calls here has asked the rule and journals the reading.
"""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.sealing.body import SealedFile
from app.evaluation import document_store
from app.evaluation.document_store import Document
from app.infra.world import World
from app.sealed_rounds.originals import read_files


async def list_of_bidders(
    world: World, tx: AsyncConnection, tender_id: str, bidders: Collection[tuple[str, str]]
) -> list[Document]:
    """The documents of these bidders: (lot, tag)."""
    known = await document_store.list_documents(world, tx, tender_id)
    return [each for each in known if (each.lot_id, each.origin.tag) in bidders]


async def read_original(world: World, one: Document) -> SealedFile | None:
    """The file as its bidder sealed it, opened anew; None where its envelope is gone or was altered."""
    files = await read_files(world, one.lot_id, one.origin.package)
    return files[one.origin.position] if one.origin.position < len(files) else None
