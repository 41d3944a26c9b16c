"""What an approval does about the vault, inside the approval's own transaction (VISIBILITY.md section 2)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import Effect, Proposal
from app.domain.approving import ProposalKind
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import TenderState
from app.domain.vault_policy import Reading as VaultReading
from app.domain.vault_policy import decide_emergency, emergency_change, may_ask
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.entering import names_of
from app.tenders.participations import list_participations


async def allow_reading(world: World, tx: AsyncConnection, _actor: Actor, proposal: Proposal) -> Refusal | None:
    """Nothing is opened yet: the auditor who asked reads within half an hour, and is told so. Refuses CHANGED_SINCE
    where the tender has moved into a phase without this reading."""
    tender = await tender_store.load_tender(tx, str(proposal.change["tender"]))
    if not may_ask(VaultReading(proposal.change["reading"]), tender.phase):
        return Refusal(Code.CHANGED_SINCE)
    await _tell_asker(world, tx, proposal)
    return None


async def _tell_asker(world: World, tx: AsyncConnection, proposal: Proposal) -> None:
    accounts, kind = [proposal.proposed_by], NoticeKind.APPROVAL_DECIDED
    await insert_notices(world, tx, accounts=accounts, kind=kind, params={}, tender=proposal.tender)


async def unseal_in_emergency(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """From now on auditors may read the bidders' names. All bidders are told that it happened, in one batch; no name
    is told to anybody, and none is written."""
    tender = await tender_store.lock_tender(tx, proposal.subject_id)
    reason = str(proposal.change["reason"])
    refusal = decide_emergency(tender.phase, reason, is_cancelled=tender.state is TenderState.CANCELLED)
    if refusal is not None or dict(proposal.change) != emergency_change(tender.id, reason):
        return Refusal(Code.CHANGED_SINCE)
    joined = [each.supplier_id for each in await list_participations(world, tx, tender.id) if each.joined]
    people = await identity_store.list_supplier_accounts(world, tx, joined)
    await insert_notices(
        world,
        tx,
        accounts=[person.id for person in people],
        kind=NoticeKind.NAMES_INVESTIGATED,
        params=names_of(tender),
        tender=tender.id,
    )
    await _tell_asker(world, tx, proposal)
    data = {"proposal": proposal.id, "scope": "bidders", "reason": reason, "asked_by": proposal.proposed_by}
    fields = actor.entry_fields(Role.APPROVER)
    await append(world, tx, NewEntry(tender.chain, Kind.EMERGENCY_UNSEALED, data, tender=tender.id, **fields))
    return None


EFFECTS: dict[ProposalKind, Effect] = {
    ProposalKind.READ_VAULT: allow_reading,
    ProposalKind.EMERGENCY_UNSEAL: unseal_in_emergency,
}
