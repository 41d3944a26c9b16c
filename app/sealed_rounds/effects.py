"""What an approved publication brings to a sealed round, in the approval's own transaction."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import Effect, Proposal
from app.domain.approving import ProposalKind
from app.domain.refusals import Refusal
from app.identity.access import Actor
from app.infra.world import World
from app.sealed_rounds.clockwork import fix_policy
from app.sealed_rounds.forming import form_committee
from app.sealed_rounds.recovering import begin_recovery
from app.sealed_rounds.rekeying import rekey_committee
from app.tenders import store as tenders_store
from app.tenders.publishing import publish_tender


async def publish_with_policy(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Publish a tender and fix the key policy of its sealed round: suppliers may look at it from the first moment."""
    refusal = await publish_tender(world, tx, actor, proposal)
    if refusal is not None:
        return refusal
    tender = await tenders_store.load_tender(tx, proposal.subject_id)
    published = await tenders_store.find_sealed_round(tx, tender.id)
    if published is not None:
        await fix_policy(world, tx, tender, published)
    return None


EFFECTS: dict[ProposalKind, Effect] = {
    ProposalKind.PUBLISH: publish_with_policy,
    ProposalKind.COMMITTEE: form_committee,
    ProposalKind.REKEY: rekey_committee,
    ProposalKind.RECOVERY: begin_recovery,
}
