"""What the evaluation does where its rules or marks in the tables are not those that were told (attacks.md G06, O07).

Nothing is locked, ranked or reported by them: `tenders/intact.py` compares the rules, the marks are compared here.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.marking import value_text
from app.domain.refusals import Code, Refusal
from app.evaluation.entering import entry
from app.evaluation.room import Consensus
from app.infra.world import World
from app.journal.store import append, list_of_kind
from app.tenders.store import Tender


async def decide_marks_intact(tx: AsyncConnection, consensus: Consensus) -> Refusal | None:
    """Refuse (FROZEN) where the marks that count, or the agreed values, are not those that were told."""
    room = consensus.room
    sheets = {
        each.seat: sorted(
            (*cell, saved.mark.value, saved.mark.comment) for cell, saved in consensus.marks[each.account_id].items()
        )
        for each in room.seated
    }
    told: dict[str | None, list[tuple[str, str, str, int | None, str]]] = {}
    for one in await list_of_kind(tx, chain=room.tender.chain, kind=Kind.MARKS_SUBMITTED):
        rows = one.data["marks"]
        told[one.data["seat"]] = sorted(
            (row["lot"], row["offer"], row["criterion"], row["mark"], row["comment"]) for row in rows
        )
    for one in await list_of_kind(tx, chain=room.tender.chain, kind=Kind.CONFLICT_DECLARED):
        told.pop(one.data.get("seat"), None)
    if told != sheets:
        return Refusal(Code.FROZEN, {"rule": "marks"})
    changes = await list_of_kind(tx, chain=room.tender.chain, kind=Kind.CONSENSUS_CHANGED)
    agreed = {(one.data["lot"], one.data["offer"], one.data["criterion"]): one.data["to"] for one in changes}
    held = {cell: value_text(each.value) for cell, each in consensus.agreed.items()}
    return None if agreed == held else Refusal(Code.FROZEN, {"rule": "agreed"})


async def note_changed(world: World, tx: AsyncConnection, tender: Tender, refusal: Refusal) -> None:
    """Journal once, for each other document, that nothing is ranked by it."""
    data = {"act": "rank", "code": refusal.code.value, "document": refusal.detail["held"]}
    refused = await list_of_kind(tx, chain=tender.chain, kind=Kind.SCORING_REFUSED)
    if all(dict(each.data) != data for each in refused):
        await append(world, tx, entry(tender.id, Kind.SCORING_REFUSED, data))
