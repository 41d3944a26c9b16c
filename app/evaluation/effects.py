"""What the approver's co-signature does: an abnormally low offer counts no more, or the scores are unlocked."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import Effect, Proposal
from app.domain.abnormal import InquiryState, OfferVerdict, exclusion_change
from app.domain.approving import ProposalKind
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.evaluation import inquiry_store, store
from app.evaluation.entering import entry_by
from app.evaluation.unlocking import unlock_approved
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import append
from app.tenders import store as tender_store

# No number of voids: whatever was counted, the ranking is overtaken.
OVERTAKEN = -1


async def exclude_offer(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Exclude the offer. Refuses CHANGED_SINCE where the lot was ranked anew since, or the inquiry is decided."""
    assert proposal.tender is not None, "an exclusion belongs to a tender"
    tender = await tender_store.lock_tender(tx, proposal.tender)
    about = await inquiry_store.load_inquiry(world, tx, tender.id, proposal.subject_id)
    rankings = {each.official.lot_id: each.official for each in await store.list_rankings(tx, tender.id)}
    now, reason = world.clock.now(), str(proposal.change["reason"])
    bound = exclusion_change(
        about.id, lot=about.lot_id, label=about.label, ranking=rankings[about.lot_id].digest, reason=reason
    )
    is_open = tender.state is TenderState.EVALUATION
    is_due = about.state_at(now) in {InquiryState.ANSWERED, InquiryState.LAPSED}
    if not is_open or not is_due or bound != dict(proposal.change):
        return Refusal(Code.CHANGED_SINCE)
    await inquiry_store.set_verdict(tx, about.id, OfferVerdict.EXCLUDE, reason=reason, at=now)
    await store.set_voids(tx, about.lot_id, OVERTAKEN)
    data = {**bound, "proposal": proposal.id}
    await append(world, tx, entry_by(actor, Role.APPROVER, tender.id, Kind.OFFER_EXCLUDED, data))
    return None


EFFECTS: dict[ProposalKind, Effect] = {
    ProposalKind.EXCLUDE: exclude_offer,
    ProposalKind.UNLOCK: unlock_approved,
}
