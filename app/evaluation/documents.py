"""Acts on documents: an evaluator's report of a leak, the relay's clearing, withholding and black boxes.

The relay is the desk, or in profile `lean` the approver (ACCESS.md section 3): he gets what is held without its alias
and cannot join it to an offer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.document_types import DocumentKind, FileFault
from app.domain.documents import (
    Box,
    DocumentState,
    HeldVerdict,
    boxes_by_page,
    decide_report,
    decide_verdict,
)
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.questioning import relay_of, rules_of
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Datum, Role, may_see
from app.evaluation import document_sandbox, document_store
from app.evaluation.document_store import Document, StoredPage
from app.evaluation.entering import entry_by, entry_of_seat, note_refused
from app.evaluation.room import load_room
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import Problem, not_found
from app.infra.world import World
from app.journal.store import append
from app.tenders import store as tender_store
from app.tenders.entering import tell_staff
from app.tenders.question_relay import reach_relay
from app.tenders.store import Tender

BLACK_CELL = "■■■"


# ── the doors ─────────────────────────────────────────────────────────────────


async def reach_as_evaluator(world: World, tx: AsyncConnection, actor: Actor, tender_id: str) -> None:
    """An own seat, declared and without conflict, while the evaluation is open; else the one 404."""
    tender = await tender_store.load_tender(tx, tender_id)
    room = await load_room(world, tx, tender)
    member = room.reach_member(actor.account_id)
    is_seated = member.has_declared and not member.has_conflict and room.is_open
    if not is_seated or not may_see((Role.EVALUATOR,), tender.visited, Datum.TECHNICAL_CONTENT):
        raise not_found()


@dataclass(frozen=True, slots=True)
class Held:
    """A held document, its tender, and the hat under which the reader relays there."""

    document: Document
    tender: Tender
    hat: Role


async def list_held(world: World, tx: AsyncConnection, actor: Actor) -> list[Held]:
    """What is held in the tenders in which somebody relays, in random order."""
    found, reached = list[Held](), dict[str, tuple[Tender, Role] | None]()
    for each in await document_store.list_in_state(world, tx, DocumentState.HELD):
        if each.tender_id not in reached:
            reached[each.tender_id] = await _find_relay(tx, actor, each.tender_id)
        through = reached[each.tender_id]
        if through is not None:
            found.append(Held(each, *through))
    return world.ids.shuffled(found)


async def reach_held(world: World, tx: AsyncConnection, actor: Actor, key: str) -> Held:
    """A held document by its name at the relay; the one 404 for everybody else, and once it is decided."""
    for each in await list_held(world, tx, actor):
        if document_store.relay_key(world, each.document.id) == key:
            return each
    raise not_found()


async def _find_relay(tx: AsyncConnection, actor: Actor, tender_id: str) -> tuple[Tender, Role] | None:
    tender = await tender_store.load_tender(tx, tender_id)
    # Whoever relays wears the relay's hat: what it may see of a held document is the desk's cell (d26).
    if not may_see((Role.DESK_RELAY,), tender.visited, Datum.TECHNICAL_CONTENT):
        return None
    try:
        return tender, await reach_relay(tx, actor, tender)
    except Problem:
        return None


# ── the acts ──────────────────────────────────────────────────────────────────


async def report_leak(world: World, actor: Actor, document_id: str) -> Document | Refusal:
    """Hide a document from everybody until the relay has cleared it (AN-04, attacks.md D12).

    By the seat alone: who reported is sealed. Refuses what is not shown (any more).
    """
    async with world.db.transaction() as tx:
        found = await document_store.load_document(world, tx, document_id)
        await tender_store.lock_tender(tx, found.tender_id)
        await reach_as_evaluator(world, tx, actor, found.tender_id)
        held = await document_store.load_document(world, tx, document_id)
        refusal = decide_report(held.state)
        if refusal is not None:
            return await note_refused(
                world, tx, actor, held.tender_id, hat=Role.EVALUATOR, act="report_leak", refusal=refusal
            )
        made = await document_store.save(world, tx, held, state=DocumentState.HELD, is_reported=True)
        data = {"document": made.id, "lot": made.lot_id}
        await append(world, tx, entry_of_seat(world, actor, made.tender_id, Kind.DOCUMENT_REPORTED, data))
        await tell_relay(world, tx, made.tender_id)
    return made


async def tell_relay(world: World, tx: AsyncConnection, tender_id: str) -> None:
    """Whoever relays in this tender is told that files are held; neither how many nor whose."""
    tender = await tender_store.load_tender(tx, tender_id)
    if tender.frozen is not None:
        relay = relay_of(rules_of(tender.frozen).profile)
        await tell_staff(world, tx, tender, NoticeKind.DOCUMENTS_HELD, relay)


async def decide_held(
    world: World, actor: Actor, key: str, *, verdict: HeldVerdict, boxes: Sequence[Box], version: int
) -> Document | Refusal:
    """Clear a held document, with black boxes burned in where there are some, or withhold it for good.

    Refuses ALREADY_DECIDED, CHANGED_SINCE, boxes outside their page. The original stays in its envelope.
    """
    async with world.db.snapshot() as tx:
        reached = await reach_held(world, tx, actor, key)
    found, hat = reached.document, reached.hat
    refusal = _decide(found, boxes, version)
    pages: tuple[StoredPage, ...] | Refusal = found.pages
    if refusal is None and verdict is HeldVerdict.CLEAR:
        # Drawn outside any lock; the version says whether it is still the same document.
        pages = await _blacken(world, found, boxes)
        refusal = pages if isinstance(pages, Refusal) else None
    async with world.db.transaction() as tx:
        await tender_store.lock_tender(tx, found.tender_id)
        held = await document_store.load_document(world, tx, found.id)
        refusal = refusal or _decide(held, boxes, version)
        if refusal is not None or isinstance(pages, Refusal):
            said = refusal or Refusal(Code.CHANGED_SINCE)
            return await note_refused(world, tx, actor, held.tender_id, hat=hat, act="clear_document", refusal=said)
        return await _write(world, tx, actor, hat, held, pages, verdict=verdict, boxes=boxes)


def _decide(held: Document, boxes: Sequence[Box], version: int) -> Refusal | None:
    sizes = [(page.width, page.height) for page in held.pages]
    kind = held.kind or DocumentKind.PICTURE
    return decide_verdict(held.state, sizes, boxes, version=held.version, given=version, kind=kind)


async def _write(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    hat: Role,
    held: Document,
    pages: tuple[StoredPage, ...],
    *,
    verdict: HeldVerdict,
    boxes: Sequence[Box],
) -> Document:
    data = {"held": document_store.relay_key(world, held.id), "lot": held.lot_id}
    if hat is Role.DESK_RELAY:
        # Its two seats exclude each other in a tender.
        holder = f"account:{actor.account_id}"
        await identity_store.grant_scope(tx, scope=f"relay:{held.tender_id}", holder=holder, role=hat)
    if verdict is HeldVerdict.WITHHOLD:
        made = await document_store.save(
            world, tx, held, state=DocumentState.NOT_SHOWN, fault=FileFault.WITHHELD, is_reported=False
        )
        await append(world, tx, entry_by(actor, hat, held.tender_id, Kind.DOCUMENT_WITHHELD, data))
        return made
    made = await document_store.save(world, tx, held, state=DocumentState.SHOWN, pages=pages, is_reported=False)
    # Where something was blackened and how often; what it was stands in the original alone.
    for page, burned in boxes_by_page(boxes).items():
        told = {**data, "page": page + 1, "boxes": len(burned)}
        await append(world, tx, entry_by(actor, hat, held.tender_id, Kind.DOCUMENT_REDACTED, told))
    await append(world, tx, entry_by(actor, hat, held.tender_id, Kind.DOCUMENT_CLEARED, data))
    return made


async def _blacken(world: World, held: Document, boxes: Sequence[Box]) -> tuple[StoredPage, ...] | Refusal:
    """The pages as they will be shown: boxes of an earlier clearing stay."""
    pages = list(held.pages)
    for at, burned in boxes_by_page(boxes).items():
        content = await document_store.read_page(world, held.id, pages[at].shown)
        made = await _burn(content, held.kind, burned)
        if made is None:
            return Refusal(Code.NOT_ALLOWED_HERE)
        pages[at] = replace(pages[at], shown=await document_store.put_page(world, held.id, made))
    return tuple(pages)


async def _burn(content: bytes, kind: DocumentKind | None, boxes: Sequence[Box]) -> bytes | None:
    if kind is DocumentKind.TABLE:
        rows = orjson.loads(content)
        for box in boxes:
            for row in rows[box.top : box.top + box.height]:
                row[box.left : box.left + box.width] = [BLACK_CELL] * box.width
        return orjson.dumps(rows)
    drawn = await document_sandbox.blacken(content, [(box.left, box.top, box.width, box.height) for box in boxes])
    return None if isinstance(drawn, FileFault) else drawn.content
