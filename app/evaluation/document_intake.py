"""After the technical opening: files come out of their envelopes, are drawn in the sandbox, and shown or held.

Any replica may: a lot is taken out once, a document is drawn by whoever claims it. A file that breaks a rule is shown
to nobody; its original stays in its envelope.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.document_types import FileFault
from app.domain.documents import DocumentState, Hold, settled_state, size_bucket, twins
from app.domain.kinds import Kind
from app.domain.sealing.own_names import OwnNames, ScannedText, scan_for_names
from app.evaluation import document_sandbox, document_store, panel_store
from app.evaluation.document_sandbox import BOUNDS, Page, Redrawn
from app.evaluation.document_store import Document, Origin, StoredPage
from app.evaluation.documents import tell_relay
from app.evaluation.entering import entry
from app.infra.world import World
from app.journal.store import append
from app.sealed_rounds import store as sealed_store
from app.sealed_rounds.originals import read_files
from app.suppliers import store as supplier_store
from app.suppliers.contacts import unseal_contact
from app.tenders import store as tender_store
from app.tenders.participations import list_invited

SAME_FILE = "SAME_FILE"
# Longer than one file can take: then its replica is gone.
CLAIM = timedelta(seconds=4 * BOUNDS.wall_seconds)


async def turn(world: World) -> int:
    """Take out what was opened and draw what waits; how many documents were drawn."""
    async with world.db.snapshot() as tx:
        untaken = await document_store.list_untaken(tx)
    for tender_id, lot_id in untaken:
        await take_out(world, tender_id, lot_id)
    drawn = 0
    while await draw_next(world):
        drawn += 1
    return drawn


async def take_out(world: World, tender_id: str, lot_id: str) -> None:
    """Write a row for every file of a lot; the files themselves stay in their envelopes until they are drawn."""
    async with world.db.snapshot() as tx:
        aliases = (await panel_store.list_alias_sets(world, tx, tender_id))[lot_id]
        opened = await sealed_store.list_opened_technical(world, tx, lot_id)
    found: list[Document] = []
    for one in opened:
        alias = aliases.alias_of(one.tag)
        if alias is None:
            continue
        for position, file in enumerate(await read_files(world, lot_id, one.package)):
            new = Document(
                id=world.ids.new(),
                tender_id=tender_id,
                lot_id=lot_id,
                alias=alias,
                number=position + 1,
                state=DocumentState.WAITING,
                kind=None,
                fault=None,
                version=1,
                size_bucket=size_bucket(len(file.content)),
                origin=Origin(one.tag, one.package, position, file.name, sha256(file.content).hexdigest()),
            )
            found.append(new)
    async with world.db.transaction() as tx:
        await tender_store.lock_tender(tx, tender_id)
        if await document_store.is_taken(tx, lot_id):
            return
        await document_store.insert_intake(tx, lot_id, world.clock.now())
        for new in world.ids.shuffled(found):
            await document_store.insert_document(world, tx, new)
        await append(world, tx, entry(tender_id, Kind.DOCUMENTS_TAKEN, {"lot": lot_id, "count": len(found)}))
        await _raise_twins(world, tx, tender_id, lot_id)


async def _raise_twins(world: World, tx: AsyncConnection, tender_id: str, lot_id: str) -> None:
    """Two bidders with the same file: told to the auditor alone (attacks.md D11); which documents, is sealed."""
    known = await document_store.list_documents(world, tx, tender_id)
    digests = {each.id: each.origin.sha256 for each in known}
    found = twins(digests, {each.id: each.origin.tag for each in known})
    fresh = {each.id for each in known if each.lot_id == lot_id}
    for group in found:
        if fresh.intersection(group):
            sealed = world.keys.seal(document_store.PURPOSE, orjson.dumps(group), tender_id.encode())
            data = {"signal": SAME_FILE, "lot": lot_id}
            await append(world, tx, entry(tender_id, Kind.SIGNAL_RAISED, data, sealed=sealed))


# ── drawing ───────────────────────────────────────────────────────────────────


async def draw_next(world: World) -> bool:
    """Draw one document that waits; False where none does."""
    now = world.clock.now()
    async with world.db.snapshot() as tx:
        found = await document_store.find_waiting(tx, now)
    if found is None:
        return False
    async with world.db.transaction() as tx:
        if not await document_store.claim(tx, found, at=now, until=now + CLAIM):
            return True
        held = await document_store.load_document(world, tx, found)
    files = await read_files(world, held.lot_id, held.origin.package)
    # Altered in custody since it was taken out: there is nothing to draw.
    drawn: Redrawn | FileFault = FileFault.UNREADABLE
    if held.origin.position < len(files):
        drawn = await document_sandbox.redraw(files[held.origin.position].content)
    if isinstance(drawn, FileFault):
        await _settle(world, held, state=DocumentState.NOT_SHOWN, fault=drawn)
        return True
    holds = await _holds(world, held.tender_id, drawn.pages)
    pages = [await _store(world, held.id, page, why) for page, why in zip(drawn.pages, holds, strict=True)]
    editor = document_store.editor_key(world, drawn.author)
    await _settle(world, held, state=settled_state(holds), kind=drawn.kind, pages=tuple(pages), editor=editor)
    return True


async def _store(world: World, document_id: str, page: Page, holds: frozenset[Hold]) -> StoredPage:
    file_id = await document_store.put_page(world, document_id, page.content)
    return StoredPage(file_id, file_id, page.width, page.height, tuple(sorted(holds)))


async def _settle(world: World, drawn: Document, **changes: Any) -> None:
    async with world.db.transaction() as tx:
        await tender_store.lock_tender(tx, drawn.tender_id)
        held = await document_store.load_document(world, tx, drawn.id)
        if held.state is not DocumentState.WAITING:
            return
        made = await document_store.save(world, tx, held, **changes)
        key = document_store.relay_key(world, made.id)
        data = {
            "document": made.id,
            "held": key,
            "lot": made.lot_id,
            "state": made.state.value,
            "pages": len(made.pages),
        }
        if made.fault is not None:
            data["code"] = made.fault.value
        await append(world, tx, entry(made.tender_id, Kind.DOCUMENT_DRAWN, data))
        counts = await document_store.count_states(tx, made.tender_id)
        # Once for all of them, after the last.
        if DocumentState.WAITING not in counts and DocumentState.HELD in counts:
            await tell_relay(world, tx, made.tender_id)


async def _holds(world: World, tender_id: str, pages: Sequence[Page]) -> list[frozenset[Hold]]:
    """Why each page is held: what the sandbox saw, and the names of all who were invited (VISIBILITY.md section 4).

    The matcher knows the names and tells the pages alone.
    """
    async with world.db.snapshot() as tx:
        firms = [await _names_of(world, tx, each.supplier_id) for each in await list_invited(tx, tender_id)]
    texts = [ScannedText(str(at), page.text) for at, page in enumerate(pages)]
    hits = await asyncio.to_thread(scan_for_names, texts, *firms)
    named = {int(hit.where) for hit in hits}
    return [page.holds | ({Hold.NAME} if at in named else set()) for at, page in enumerate(pages)]


async def _names_of(world: World, tx: AsyncConnection, supplier_id: str) -> OwnNames:
    known = await supplier_store.load_supplier(tx, supplier_id)
    contact = unseal_contact(world, supplier_id, known.contact_sealed)
    return OwnNames(
        [known.name_zh, known.name_en, contact.name],
        credit_code=known.credit_code,
        domain=contact.email.partition("@")[2],
        phone=contact.phone or "",
        mail=contact.email,
    )
