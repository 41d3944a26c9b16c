"""Evidence files: what backs a mark, brought by the purchaser or by the supplier itself."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.certification import Aspect
from app.domain.contact_filtering import decide_title
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.registering import FieldFault, check_title
from app.identity.access import Actor
from app.infra.world import World
from app.suppliers import dossier_store, store
from app.suppliers.dossier_store import Evidence
from app.suppliers.entering import note, note_refused
from app.suppliers.media import EXTENSIONS, MediaType, media_type_of

# A scanned certificate of twenty pages; drawings and manuals belong elsewhere.
MOST_BYTES = 10 * 1024 * 1024
LONGEST_TITLE = 120
# Ten certificates renewed for twenty years.
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """A file with the aspect it backs."""

    aspect: Aspect
    title: str
    data: bytes
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EvidenceContent:
    """A stored file under a neutral name."""

    name: str
    media_type: str
    data: bytes


async def add_evidence(world: World, actor: Actor, supplier_id: str, command: AddEvidence) -> Evidence | Refusal:
    """Store a file and note it.

    Refuses TOO_LARGE (bytes, number of files), NOT_ALLOWED_HERE (type of file), INCOMPLETE (title, empty file),
    OUT_OF_RANGE (validity); LEAK (contact data in a supplier's title).
    """
    # A title is read by the buyer: a supplier's own says what it is, and not how to reach somebody (attacks.md C07).
    checked = (decide_title(command.title) if actor.is_supplier else None) or _check(world, command)
    if isinstance(checked, Refusal):
        async with world.db.transaction() as tx:
            await store.lock_supplier(tx, supplier_id)
            return await note_refused(world, tx, actor, "add_evidence", checked, supplier_id)
    # Written before the transaction, so that no row ever names a file that is not there.
    file = await world.files.put(command.data)
    async with world.db.transaction() as tx:
        await store.lock_supplier(tx, supplier_id)
        if await dossier_store.count_evidence(tx, supplier_id) >= MOST_FILES:
            refusal = Refusal(Code.TOO_LARGE, {"field": "files", "most": str(MOST_FILES)})
            return await note_refused(world, tx, actor, "add_evidence", refusal, supplier_id)
        new = Evidence(
            id=world.ids.new(),
            supplier_id=supplier_id,
            aspect=command.aspect.value,
            title=" ".join(command.title.split()),
            file_id=file.id,
            media_type=checked.value,
            sha256=file.sha256,
            size=file.size,
            uploaded_at=world.clock.now(),
            by_supplier=actor.is_supplier,
            valid_until=command.valid_until,
        )
        await dossier_store.insert_evidence(tx, new)
        data = {"evidence": new.id, "aspect": new.aspect, "title": new.title, "sha256": new.sha256, "size": new.size}
        await note(world, tx, actor, supplier_id, Kind.EVIDENCE_ADDED, data)
        return new


async def read_evidence(world: World, supplier_id: str, evidence_id: str) -> EvidenceContent:
    """The bytes of one file of one supplier under a name that tells nothing of its sender; the one 404 where absent."""
    async with world.db.snapshot() as tx:
        row = await dossier_store.load_evidence(tx, supplier_id=supplier_id, evidence_id=evidence_id)
    extension = EXTENSIONS[MediaType(row.media_type)]
    name = f"{row.aspect}-{row.id[:8]}.{extension}"
    return EvidenceContent(name, row.media_type, await world.files.read(row.file_id))


def _check(world: World, command: AddEvidence) -> MediaType | Refusal:
    title = check_title(command.title, LONGEST_TITLE)
    if isinstance(title, FieldFault):
        return Refusal(Code.INCOMPLETE, {"title": title.value})
    if command.valid_until is not None and command.valid_until <= world.clock.now():
        return Refusal(Code.OUT_OF_RANGE, {"field": "valid_until"})
    if not command.data:
        return Refusal(Code.INCOMPLETE, {"file": FieldFault.MISSING_VALUE.value})
    if len(command.data) > MOST_BYTES:
        return Refusal(Code.TOO_LARGE, {"field": "file", "most": str(MOST_BYTES)})
    found = media_type_of(command.data)
    return found or Refusal(Code.NOT_ALLOWED_HERE, {"field": "file", "allowed": ", ".join(sorted(EXTENSIONS.values()))})
