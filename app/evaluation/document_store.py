"""Documents as rows, and their pages as sealed files. Decides nothing, never commits.

Whose a document is, its own name and why a page is held open with the World's keys alone (VISIBILITY.md d26, d27).
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.document_types import DocumentKind, FileFault
from app.domain.documents import DocumentState, Hold, neutral_name
from app.evaluation.tables import alias_set, document, document_intake
from app.infra.errors import not_found
from app.infra.world import World

PURPOSE: Final = "scoring"
# Stored pages have lengths of these steps: a length would tell a page by its original.
STEP: Final = 64 << 10
_PREFIX_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document comes from; for the service, the auditor's second-person reading and the unsealed contract."""

    tag: str
    package: str
    position: int
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One page: the stored file as it was drawn, and as it is shown; boxes make the second another one."""

    drawn: str
    shown: str
    width: int
    height: int
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `origin` never leaves the service but for those who may have the original."""

    id: str
    tender_id: str
    lot_id: str
    alias: str
    number: int
    state: DocumentState
    kind: DocumentKind | None
    fault: FileFault | None
    version: int
    size_bucket: int
    origin: Origin
    pages: tuple[StoredPage, ...] = ()
    is_reported: bool = False
    # A keyed digest of the author's name in the file's properties; empty where it names none.
    editor: str = ""

    @property
    def name(self) -> str:
        """The neutral name."""
        return neutral_name(self.alias, self.kind, self.number)


_PLAIN: Final = ("id", "tender_id", "lot_id", "alias", "number", "version", "size_bucket")


def _document(world: World, row: Any) -> Document:
    bound = row.id.encode()
    origin = Origin(**orjson.loads(world.keys.unseal(PURPOSE, row.origin_sealed, bound)))
    told: dict[str, Any] = {"pages": [], "reported": False}
    if row.pages_sealed is not None:
        told = orjson.loads(world.keys.unseal(PURPOSE, row.pages_sealed, bound))
    pages = tuple(StoredPage(**{**page, "holds": tuple(map(Hold, page["holds"]))}) for page in told["pages"])
    return Document(
        **{name: getattr(row, name) for name in _PLAIN},
        state=DocumentState(row.state),
        kind=None if row.kind is None else DocumentKind(row.kind),
        fault=None if row.fault is None else FileFault(row.fault),
        origin=origin,
        pages=pages,
        is_reported=told["reported"],
        editor=told.get("editor", ""),
    )


async def list_documents(world: World, tx: AsyncConnection, tender_id: str) -> list[Document]:
    """The documents of a tender, by offer and number."""
    query = select(document).where(document.c.tender_id == tender_id)
    rows = await tx.execute(query.order_by(document.c.lot_id, document.c.alias, document.c.number))
    return [_document(world, row) for row in rows]


async def count_states(tx: AsyncConnection, tender_id: str) -> dict[DocumentState, int]:
    """How many documents of a tender stand in each state; a state without any is left out."""
    query = select(document.c.state, func.count()).where(document.c.tender_id == tender_id)
    return {DocumentState(state): count for state, count in await tx.execute(query.group_by(document.c.state))}


async def list_in_state(world: World, tx: AsyncConnection, state: DocumentState) -> list[Document]:
    """The documents of all tenders in a state, by their random ids."""
    rows = await tx.execute(select(document).where(document.c.state == state.value).order_by(document.c.id))
    return [_document(world, row) for row in rows]


async def load_document(world: World, tx: AsyncConnection, document_id: str) -> Document:
    """One document; the one 404 where absent."""
    row = (await tx.execute(select(document).where(document.c.id == document_id))).first()
    if row is None:
        raise not_found()
    return _document(world, row)


async def insert_document(world: World, tx: AsyncConnection, new: Document) -> None:
    """Store one that waits to be drawn."""
    sealed = world.keys.seal(PURPOSE, orjson.dumps(asdict(new.origin)), new.id.encode())
    values = {name: getattr(new, name) for name in _PLAIN}
    await tx.execute(insert(document).values(**values, state=new.state.value, origin_sealed=sealed))


async def save(world: World, tx: AsyncConnection, held: Document, **changes: Any) -> Document:
    """Write what has changed of a document; gives it with its new version."""
    made = replace(held, version=held.version + 1, **changes)
    told = {"pages": [asdict(page) for page in made.pages], "reported": made.is_reported, "editor": made.editor}
    await tx.execute(
        update(document)
        .where(document.c.id == made.id)
        .values(
            state=made.state.value,
            kind=made.kind,
            fault=made.fault,
            version=made.version,
            pages_sealed=world.keys.seal(PURPOSE, orjson.dumps(told), made.id.encode()),
            claimed_until=None,
        )
    )
    return made


def editor_key(world: World, author: str) -> str:
    """What an author's name is kept as: the same for the same name, and nothing that leads back to it."""
    named = " ".join(author.split()).casefold()
    return world.keys.lookup(f"editor|{named}")[:32] if named else ""


def relay_key(world: World, document_id: str) -> str:
    """What a document is called at the relay: another name than the offer's readers know it by, so that nobody who
    cleared it finds it again under its alias (VISIBILITY.md section 3, ids and URLs)."""
    return world.keys.lookup(f"relay|{document_id}")[:32]


# ── taking out and drawing ────────────────────────────────────────────────────


async def list_untaken(tx: AsyncConnection) -> list[tuple[str, str]]:
    """(tender, lot) of every lot with T-aliases whose files are still in their envelopes."""
    taken = select(document_intake.c.lot_id)
    query = select(alias_set.c.tender_id, alias_set.c.lot_id).where(alias_set.c.lot_id.not_in(taken))
    return [(row.tender_id, row.lot_id) for row in await tx.execute(query.order_by(alias_set.c.lot_id))]


async def is_taken(tx: AsyncConnection, lot_id: str) -> bool:
    """Whether the files of a lot have been taken out."""
    return (
        await tx.execute(select(document_intake.c.lot_id).where(document_intake.c.lot_id == lot_id))
    ).first() is not None


async def insert_intake(tx: AsyncConnection, lot_id: str, at: datetime) -> None:
    """Note that a lot's files have been taken out."""
    await tx.execute(insert(document_intake).values(lot_id=lot_id, taken_at=at))


async def find_waiting(tx: AsyncConnection, at: datetime) -> str | None:
    """A document to draw that no replica is drawing; any."""
    is_free = or_(document.c.claimed_until.is_(None), document.c.claimed_until < at)
    query = select(document.c.id).where(document.c.state == DocumentState.WAITING.value, is_free)
    found: str | None = (await tx.execute(query.order_by(document.c.id).limit(1))).scalar()
    return found


async def claim(tx: AsyncConnection, document_id: str, *, at: datetime, until: datetime) -> bool:
    """Take a document for drawing; False where another replica was first."""
    is_free = or_(document.c.claimed_until.is_(None), document.c.claimed_until < at)
    is_waiting = document.c.state == DocumentState.WAITING.value
    changed = update(document).where(document.c.id == document_id, is_waiting, is_free).values(claimed_until=until)
    return (await tx.execute(changed)).rowcount == 1


# ── pages at rest ─────────────────────────────────────────────────────────────


async def put_page(world: World, document_id: str, content: bytes) -> str:
    """Store a drawn page, sealed and padded; the random id of its file (attacks.md D10)."""
    plain = len(content).to_bytes(_PREFIX_BYTES) + content
    padded = plain.ljust(-(-len(plain) // STEP) * STEP, b"\0")
    return (await world.files.put(world.keys.seal(PURPOSE, padded, f"page|{document_id}".encode()))).id


async def read_page(world: World, document_id: str, file_id: str) -> bytes:
    """A stored page."""
    sealed = await world.files.read(file_id)
    plain = world.keys.unseal(PURPOSE, sealed, f"page|{document_id}".encode())
    return plain[_PREFIX_BYTES : _PREFIX_BYTES + int.from_bytes(plain[:_PREFIX_BYTES])]
