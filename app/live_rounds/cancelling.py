"""Cancelling a lot (SCREENS.md CK-06): two persons, a message that everybody reads, and nothing of it counts.

No act ends a lot early and keeps its standing: a running lot is never shortened, for whoever waits for the end would be
cut off. What cannot go on is cancelled as a whole, and asked for again.
"""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import NewProposal, Proposal, insert_proposal
from app.domain.approving import ProposalKind, change_hash
from app.domain.closing import ENDED, LotStatus
from app.domain.kinds import Kind
from app.domain.message_scanning import decide_message
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import TenderState, is_final
from app.domain.visibility import Phase, Role
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.live_rounds import round_store, store
from app.live_rounds.entering import enter, refuse, tell_all
from app.live_rounds.room import topic_of
from app.live_rounds.service import scan, scan_reason
from app.live_rounds.store import Floor
from app.tenders import store as tenders_store
from app.tenders.ending import fail_tender
from app.tenders.entering import tell_staff
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class CancelLot:
    """Why, for the record, and what everybody is told word for word."""

    reason: str
    message_zh: str
    message_en: str
    amounts_checked: bool = False


async def propose_cancel(world: World, actor: Actor, lot_id: str, command: CancelLot) -> Proposal | Refusal:
    """Ask a second person to cancel a lot that has opened and not ended."""
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, (await store.load_floor(tx, lot_id)).tender_id)
        one = await store.lock_floor(tx, lot_id)
        told = {"message_zh": command.message_zh, "message_en": command.message_en}
        leaks = await scan(tx, tender.id, told)
        refusal = decide_cancel(tender, one) or decide_message(leaks, amounts_checked=command.amounts_checked)
        refusal = refusal or await scan_reason(tx, tender.id, command.reason)
        if refusal is not None:
            return await refuse(world, tx, actor, one, act="cancel", refusal=refusal)
        new = NewProposal(
            kind=ProposalKind.CANCEL_LOT,
            subject_kind="lot",
            subject_id=lot_id,
            chain=tender.chain,
            change={"lot": lot_id, "reason": command.reason, **told},
            summary={
                "reference": tender.reference,
                "title_zh": tender.title_zh,
                "title_en": tender.title_en,
                "lot": (await tenders_store.load_lot(tx, lot_id)).number,
                "reason": command.reason,
                **told,
            },
            tender=tender.id,
        )
        proposal = await insert_proposal(world, tx, new, actor, Role.PURCHASER)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        return proposal


def decide_cancel(tender: Tender, one: Floor) -> Refusal | None:
    """Before a lot opens its tender is amended or cancelled; one that has ended stays as it is."""
    if is_final(tender.state) or one.status in ENDED or one.status is LotStatus.SCHEDULED:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": tender.state.value, "status": one.status.value})
    return None


async def cancel_approved(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Apply an approved cancellation: all are told with the reason; the last lot of a round takes the tender on."""
    if change_hash(proposal.change) != proposal.change_hash:
        return Refusal(Code.CHANGED_SINCE)
    tender = await tenders_store.lock_tender(tx, (await store.load_floor(tx, proposal.subject_id)).tender_id)
    one = await store.lock_floor(tx, proposal.subject_id)
    if decide_cancel(tender, one) is not None:
        return Refusal(Code.CHANGED_SINCE)
    table = replace(one.timetable, status=LotStatus.CANCELLED, left=None, paused_at=None, resume_at=None)
    await store.set_timetable(tx, one, table, pause_reason=None)
    reason, zh, en = (str(proposal.change[name]) for name in ("reason", "message_zh", "message_en"))
    await round_store.insert_broadcast(tx, round_id=one.round_id, zh=zh, en=en, at=world.clock.now())
    number = str((await tenders_store.load_lot(tx, one.lot_id)).number)
    await tell_all(world, tx, tender, NoticeKind.LOT_CANCELLED, lot_number=number, reason=f"{zh} / {en}")
    await _go_on(world, tx, tender, one)
    data = {"reason": reason, "message_zh": zh, "message_en": en, "proposal": proposal.id}
    await enter(world, tx, one, Kind.LOT_CANCELLED, data, **actor.entry_fields(Role.APPROVER))
    # Rung before the commit: a hub that reads too early reads again at its next poll.
    world.bell.ring(topic_of(one.round_id))
    world.bell.ring(f"tender:{tender.id}")
    return None


async def _go_on(world: World, tx: AsyncConnection, tender: Tender, one: Floor) -> None:
    """After the last lot: to the evaluation of those that closed, or, if none did, to the end without award."""
    floors = await store.list_floors(tx, one.round_id)
    if any(each.status not in ENDED for each in floors):
        return
    await tenders_store.set_phase(tx, tender.id, phase=Phase.PRICES, state=TenderState.EVALUATION)
    ended = NewEntry(tender.chain, Kind.ROUND_CLOSED, {"round": one.round_id}, tender=tender.id, round=one.round_id)
    await append(world, tx, ended)
    if all(each.status is LotStatus.CANCELLED for each in floors):
        await fail_tender(world, tx, await tenders_store.load_tender(tx, tender.id), Code.NO_LOT_LEFT)
