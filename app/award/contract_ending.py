"""Ending a contract before its time: the purchaser asks, an approver agrees, the supplier is told (SP-10, PL-12)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.store import Effect, NewProposal, Proposal
from app.award import contract_store, signature_store
from app.award.contract_store import Contract
from app.award.contracting import contract_change, hold
from app.award.negotiating import decide_party, entry, refuse, tell_supplier
from app.award.signature_store import StoredEnding
from app.domain.approving import ProposalKind
from app.domain.contracting import AFTER, Ending, EndKind, decide_ending, ending_from_json
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.process import Fact
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.world import World
from app.journal.store import append
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.entering import names_of, tell_staff
from app.tenders.projecting import note_project
from app.tenders.store import Tender

_ENTRIES = {EndKind.TERMINATE: Kind.CONTRACT_TERMINATED, EndKind.CANCEL: Kind.CONTRACT_CANCELLED}
_FACTS = {EndKind.TERMINATE: Fact.CONTRACT_TERMINATED, EndKind.CANCEL: Fact.CONTRACT_CANCELLED}


async def find_asked(world: World, tx: AsyncConnection, contract_id: str) -> Proposal | None:
    """The end that waits for its second person, if one does."""
    last = await approval_store.find_latest(tx, kind=ProposalKind.CONTRACT_END, subject_id=contract_id)
    return last if last is not None and last.pending.waits(world.clock.now()) else None


async def propose_ending(world: World, actor: Actor, contract_id: str, ending: Ending) -> Proposal | Refusal:
    """Ask an approver to end a contract. Refuses what decide_party and domain/contracting.decide_ending refuse; each
    refusal is journaled."""
    ending = Ending(ending.kind, ending.reason.strip(), ending.ends_on)
    async with world.db.transaction() as tx:
        tender, held = await hold(tx, actor, contract_id, Role.PURCHASER)
        asked = await find_asked(world, tx, held.id)
        refusal = await decide_party(tx, tender, held.supplier_id) or decide_ending(
            ending, state=held.state, is_waiting=asked is not None, today=today_of(world)
        )
        if refusal is not None:
            return await refuse(world, tx, actor, tender, Kind.CONTRACT_REFUSED, ending.kind.value, refusal)
        new = NewProposal(
            kind=ProposalKind.CONTRACT_END,
            subject_kind="contract",
            subject_id=held.id,
            chain=tender.chain,
            change=_change(held, ending),
            summary=_summary(tender, held, ending),
            tender=tender.id,
        )
        proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.PURCHASER)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        return proposal


def _change(held: Contract, ending: Ending) -> dict[str, Any]:
    """The exact end an approval is bound to: a signature that came in between makes it another one."""
    signed = sorted(each.value for each in held.signed)
    return {**contract_change(held), **ending.to_json(), "signed": signed}


def _summary(tender: Tender, held: Contract, ending: Ending) -> dict[str, Any]:
    """What the approver reads: which contract, how it ends, when and why."""
    names = {f"supplier_{lang}": held.document["supplier"][f"name_{lang}"] for lang in ("zh", "en")}
    price = {"currency": tender.currency, "total": held.document["total"]}
    return {**names_of(tender), **names, **price, **ending.to_json(), "signatures": len(held.signatures)}


async def approve_ending(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """End the contract; what a provider has in hand for it is over, too. Refuses CHANGED_SINCE, and what
    domain/contracting.decide_ending refuses by now (a last day that has passed)."""
    tender, held, ending = await _asked(tx, proposal)
    if held is None or await decide_party(tx, tender, held.supplier_id) is not None:
        return Refusal(Code.CHANGED_SINCE)
    refusal = decide_ending(ending, state=held.state, is_waiting=False, today=today_of(world))
    if refusal is not None:
        return refusal
    now = world.clock.now()
    await contract_store.set_contract(tx, held.id, state=AFTER[ending.kind].value)
    await signature_store.insert_ending(tx, held.id, StoredEnding(ending, proposal.id, now))
    await signature_store.drop_requests(tx, held.id, now)
    data: dict[str, Any] = {**contract_change(held), "proposal": proposal.id, "reason": ending.reason}
    data |= {} if ending.ends_on is None else {"ends_on": ending.ends_on.isoformat()}
    data |= {"signed": sorted(each.value for each in held.signed)}
    await append(world, tx, entry(actor, tender, _ENTRIES[ending.kind], data, Role.APPROVER))
    await tell_supplier(world, tx, tender, held.supplier_id, NoticeKind.CONTRACT_ENDED)
    await tell_staff(world, tx, tender, NoticeKind.CONTRACT_ENDED, Role.PURCHASER)
    await note_project(world, tx, tender, _FACTS[ending.kind])
    return None


async def return_ending(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """The contract goes on; whoever asked is told. The refusal itself stands in the journal with its reason."""
    del actor
    tender = await tender_store.lock_tender(tx, str(proposal.tender))
    params, to = {"reference": tender.reference}, [proposal.proposed_by]
    kind = NoticeKind.CONTRACT_END_REFUSED
    await insert_notices(world, tx, accounts=to, kind=kind, params=params, tender=tender.id)
    return None


async def _asked(tx: AsyncConnection, proposal: Proposal) -> tuple[Tender, Contract | None, Ending]:
    ending = ending_from_json(proposal.change)
    tender = await tender_store.lock_tender(tx, str(proposal.tender))
    known = await contract_store.list_contracts(tx, tender.id)
    held = next((each for each in known.values() if each.id == proposal.subject_id), None)
    is_meant = held is not None and _change(held, ending) == dict(proposal.change)
    return tender, held if is_meant else None, ending


EFFECTS: dict[ProposalKind, Effect] = {ProposalKind.CONTRACT_END: approve_ending}
REFUSED_EFFECTS: dict[ProposalKind, Effect] = {ProposalKind.CONTRACT_END: return_ending}
