"""Whether the rules are still those that were published: nothing is locked or ranked by others (attacks.md G06, I).

The table can be changed by whoever has the database; the journal's entry of the publication, or of the last amendment,
says what it was. `bidroom verify --database` finds it afterwards; this keeps a wrong rank from being made at all.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Kind, digest_of
from app.domain.refusals import Code, Refusal
from app.evaluation.entering import entry
from app.infra.world import World
from app.journal.store import append, list_of_kind
from app.tenders.store import Tender


async def decide_intact(tx: AsyncConnection, tender: Tender) -> Refusal | None:
    """Refuse (FROZEN) where the published document is not the one that was told, naming both digests."""
    held = digest_of(tender.frozen or {})
    kinds = (Kind.TENDER_PUBLISHED, Kind.TENDER_AMENDED)
    entries = [each for kind in kinds for each in await list_of_kind(tx, chain=tender.chain, kind=kind)]
    newest = max(entries, key=lambda each: each.seq, default=None)
    told = tender.frozen_hash if newest is None else str(newest.data["hash"])
    if held == told == tender.frozen_hash:
        return None
    return Refusal(Code.FROZEN, {"rule": "document", "published": str(told), "held": held})


async def note_changed(world: World, tx: AsyncConnection, tender: Tender, refusal: Refusal) -> None:
    """Journal once, for each other document, that nothing is ranked by it."""
    data = {"act": "rank", "code": refusal.code.value, "document": refusal.detail["held"]}
    refused = await list_of_kind(tx, chain=tender.chain, kind=Kind.SCORING_REFUSED)
    if all(dict(each.data) != data for each in refused):
        await append(world, tx, entry(tender.id, Kind.SCORING_REFUSED, data))
