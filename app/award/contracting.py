"""Acts on contracts: drafting from template, offer and negotiated terms, and approval (SP-10, PL-12)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.store import Effect, NewProposal, Proposal
from app.award import contract_store, final_store, store
from app.award.contract_store import Contract
from app.award.negotiating import decide_party, entry, refuse, tell_supplier
from app.award.paying import list_owed
from app.domain.approving import ProposalKind
from app.domain.contract_clauses import TEMPLATE_VERSION, make_clauses
from app.domain.contracting import (
    SHOWN,
    ContractState,
    Standstill,
    decide_drafting,
    decide_submitting,
    standstill,
)
from app.domain.entries import digest_of
from app.domain.kinds import Kind
from app.domain.money import format_amount
from app.domain.noticing import NoticeKind
from app.domain.payment_terms import Issues
from app.domain.process import Fact
from app.domain.recommending import shown_at
from app.domain.refusals import Code, Refusal
from app.domain.scoring.typed import plain
from app.domain.visibility import Role
from app.identity.access import Actor, reach_tender
from app.identity.seats import take_seat
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import append
from app.notices.store import insert_notices
from app.suppliers import store as supplier_store
from app.tenders import store as tender_store
from app.tenders.calendar_store import load_calendar
from app.tenders.entering import names_of, tell_staff
from app.tenders.projecting import note_project
from app.tenders.store import Tender


async def draft_contract(
    world: World, actor: Actor, tender_id: str, supplier_id: str, special: tuple[str, str]
) -> Contract | Refusal:
    """Write the contract with a supplier of the award, or write it anew; an older version counts no more.

    Refuses what decide_party and domain/contracting.decide_drafting refuse; each refusal is journaled.
    """
    async with world.db.transaction() as tx:
        await reach_tender(tx, actor, tender_id, Role.PURCHASER)
        tender = await tender_store.lock_tender(tx, tender_id)
        before = (await contract_store.list_contracts(tx, tender_id)).get(supplier_id)
        talks = (await contract_store.list_negotiations(tx, tender_id)).get(supplier_id)
        refusal = await decide_party(tx, tender, supplier_id) or decide_drafting(
            state=None if before is None else before.state,
            is_waiting=before is not None and await is_waiting(world, tx, before),
            signed=[] if before is None else before.signed,
            talks=None if talks is None else talks.state,
            is_asked=before is not None and bool(before.asked),
        )
        refusal = refusal or await final_store.decide_no_round(tx, tender_id)
        if refusal is not None:
            return await refuse(world, tx, actor, tender, Kind.CONTRACT_REFUSED, "draft", refusal)
        await take_seat(tx, actor.account_id, tender_id, Role.PURCHASER)
        version = 1 if before is None else before.version + 1
        until = await _standstill(world, tx, tender)
        terms = None if talks is None else talks.agreed
        document = await _document(world, tx, tender, supplier_id, terms=terms, special=special, until=until)
        new = Contract(
            id=world.ids.new(),
            tender_id=tender_id,
            supplier_id=supplier_id,
            number=await store.next_award(tx, tender_id),
            version=version,
            state=ContractState.DRAFT,
            document=document,
            digest=digest_of(document),
            ends_at=until.ends_at,
            drafted_by=actor.account_id,
            drafted_at=world.clock.now(),
            proposal_id=None,
            return_reason=None,
        )
        await contract_store.insert_contract(tx, new)
        data = {"contract": new.id, "supplier": supplier_id, "version": version, "document": document}
        await append(world, tx, entry(actor, tender, Kind.CONTRACT_DRAFTED, {**data, "digest": new.digest}))
        if talks is None and before is None:
            await note_project(world, tx, tender, Fact.NEGOTIATION_SKIPPED)
        return new


async def is_waiting(world: World, tx: AsyncConnection, held: Contract) -> bool:
    """Whether an approver still has to say a word on it."""
    if held.proposal_id is None:
        return False
    return (await approval_store.load_proposal(tx, held.proposal_id)).pending.waits(world.clock.now())


async def _standstill(world: World, tx: AsyncConnection, tender: Tender) -> Standstill:
    """From the notice of the award that stands: all bidders are told in the unsealing's own transaction."""
    notice_at = max(each.at for each in await store.list_awards(tx, [tender.id]))
    return standstill(await load_calendar(world, tx), notice_at, world.settings.standstill_days)


async def decide_price_current(tx: AsyncConnection, tender: Tender, held: Contract) -> Refusal | None:
    """Whether a text stands at the prices in force: refuses while final offers may come in (PENDING), and one of
    before their opening (CHANGED_SINCE): it is written anew."""
    refusal = await final_store.decide_no_round(tx, tender.id)
    lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender.id)}
    mine = [each for each in await final_store.list_in_force(tx, [tender.id]) if each.supplier_id == held.supplier_id]
    now = {lots[each.lot_id].number: format_amount(each.amount, lots[each.lot_id].scale) for each in mine}
    is_same = now == {each["number"]: each["amount"] for each in held.document["lots"]}
    return refusal or (None if is_same else Refusal(Code.CHANGED_SINCE, {"rule": "final_offers"}))


async def _document(
    world: World,
    tx: AsyncConnection,
    tender: Tender,
    supplier_id: str,
    *,
    terms: Issues | None,
    special: tuple[str, str],
    until: Standstill,
) -> dict[str, Any]:
    names = (await supplier_store.load_names(tx, [supplier_id]))[supplier_id]
    total = (await list_owed(tx, tender))[supplier_id]
    lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender.id)}
    rows = []
    before = {each.id: each.amount for each in await store.list_awards(tx, [tender.id])}
    for each in await final_store.list_in_force(tx, [tender.id]):
        if each.supplier_id == supplier_id:
            lot = lots[each.lot_id]
            amount, share = format_amount(each.amount, lot.scale), None if each.share is None else plain(each.share)
            row = {name: getattr(lot, name) for name in ("number", "title_zh", "title_en", "unit", "basis")}
            row |= {"quantity": plain(lot.quantity), "amount": amount, "share": share}
            is_lower = before[each.id] != each.amount
            rows.append({**row, "awarded": format_amount(before[each.id], lot.scale)} if is_lower else row)
    awarded = (await list_owed(tx, tender, at_award=True))[supplier_id]
    clauses = make_clauses(total, tender.currency, tender.tax_basis, terms, special, awarded=awarded)
    shown = ("id", "reference", "title_zh", "title_en", "currency", "tax_basis", "time_zone")
    return {
        "v": 1,
        "template": TEMPLATE_VERSION,
        "made_at": shown_at(world.clock.now()),
        "tender": {**{name: getattr(tender, name) for name in shown}, "hash": tender.frozen_hash},
        "buyer": world.settings.buyer_name,
        "supplier": {"id": supplier_id, "name_zh": names.name_zh, "name_en": names.name_en},
        "lots": sorted(rows, key=lambda one: one["number"]),
        "total": f"{total:f}",
        "terms": None if terms is None else terms.to_json(),
        "clauses": [each.to_json() for each in clauses],
        "standstill": {
            "notice_at": shown_at(until.notice_at),
            "days": until.days,
            "last_day": until.last_day.isoformat(),
            "ends_at": shown_at(until.ends_at),
        },
    }


async def hold(tx: AsyncConnection, actor: Actor, contract_id: str, *roles: Role) -> tuple[Tender, Contract]:
    """A contract under its tender's lock; the one 404 of what is absent, an older version, another's, or not shown."""
    tender_id = await contract_store.find_tender(tx, contract_id)
    await reach_tender(tx, actor, tender_id, *roles)
    tender = await tender_store.lock_tender(tx, tender_id)
    known = await contract_store.list_contracts(tx, tender_id)
    held = next((each for each in known.values() if each.id == contract_id), None)
    if held is None or (actor.is_supplier and (held.supplier_id != actor.supplier_id or held.state not in SHOWN)):
        raise not_found()
    return tender, held


def contract_change(held: Contract) -> dict[str, str]:
    """The exact change an approval of a contract is bound to."""
    return {"contract": held.id, "digest": held.digest}


async def submit_contract(world: World, actor: Actor, contract_id: str) -> Proposal | Refusal:
    """Put a draft to the approver. Refuses what domain/contracting.decide_submitting refuses, and a draft of an award
    that went (NOT_DECIDED)."""
    async with world.db.transaction() as tx:
        tender, held = await hold(tx, actor, contract_id, Role.PURCHASER)
        waits = await is_waiting(world, tx, held)
        refusal = await decide_party(tx, tender, held.supplier_id) or decide_submitting(held.state, is_waiting=waits)
        refusal = refusal or await decide_price_current(tx, tender, held)
        if refusal is not None:
            return await refuse(world, tx, actor, tender, Kind.CONTRACT_REFUSED, "submit", refusal)
        new = NewProposal(
            kind=ProposalKind.CONTRACT,
            subject_kind="contract",
            subject_id=held.id,
            chain=tender.chain,
            change=contract_change(held),
            summary=_summary(tender, held),
            tender=tender.id,
        )
        proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.PURCHASER)
        await contract_store.set_contract(tx, held.id, state=ContractState.PROPOSED.value, proposal_id=proposal.id)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        return proposal


def _summary(tender: Tender, held: Contract) -> dict[str, Any]:
    """What the approver reads: with whom, for how much, and every clause that is not the template's."""
    document = held.document
    changed = [each for each in document["clauses"] if each["source"] in ("negotiated", "added", "final_offer")]
    names = {f"supplier_{lang}": document["supplier"][f"name_{lang}"] for lang in ("zh", "en")}
    price = {"currency": tender.currency, "total": document["total"]}
    return {**names_of(tender), **names, **price, "digest": held.digest, "clauses": changed}


async def approve_contract(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """The text is approved: both sides may read and, after the standstill, sign it. Refuses CHANGED_SINCE."""
    tender, held = await _proposed(tx, proposal)
    if held is None or await decide_party(tx, tender, held.supplier_id) is not None:
        return Refusal(Code.CHANGED_SINCE)
    refusal = await decide_price_current(tx, tender, held)
    if refusal is not None:
        return refusal
    await contract_store.set_contract(tx, held.id, state=ContractState.PENDING.value)
    data = {**contract_change(held), "proposal": proposal.id}
    await append(world, tx, entry(actor, tender, Kind.CONTRACT_APPROVED, data, Role.APPROVER))
    await tell_supplier(world, tx, tender, held.supplier_id, NoticeKind.CONTRACT_READY)
    return None


async def return_contract(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """The text goes back to its writer with the reason."""
    tender, held = await _proposed(tx, proposal)
    if held is None:
        return None
    values = {"state": ContractState.RETURNED.value, "return_reason": proposal.reason}
    await contract_store.set_contract(tx, held.id, **values)
    data = {**contract_change(held), "proposal": proposal.id, "reason": proposal.reason or ""}
    await append(world, tx, entry(actor, tender, Kind.CONTRACT_RETURNED, data, Role.APPROVER))
    params, to = {"reference": tender.reference}, [held.drafted_by]
    await insert_notices(world, tx, accounts=to, kind=NoticeKind.CONTRACT_RETURNED, params=params, tender=tender.id)
    return None


async def _proposed(tx: AsyncConnection, proposal: Proposal) -> tuple[Tender, Contract | None]:
    tender = await tender_store.lock_tender(tx, str(proposal.tender))
    known = await contract_store.list_contracts(tx, tender.id)
    held = next((each for each in known.values() if each.proposal_id == proposal.id), None)
    is_meant = held is not None and held.state is ContractState.PROPOSED and contract_change(held) == proposal.change
    return tender, held if is_meant else None


EFFECTS: dict[ProposalKind, Effect] = {ProposalKind.CONTRACT: approve_contract}
REFUSED_EFFECTS: dict[ProposalKind, Effect] = {ProposalKind.CONTRACT: return_contract}
