"""Acts on a best-and-final round: asked for by the purchaser, agreed to by an approver, called off by two, opened by
the service after the close."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.store import Effect, NewProposal, Proposal
from app.award import contract_store, final_store, store
from app.award.contracting import is_waiting
from app.award.final_store import FinalRound
from app.award.negotiating import entry, refuse, tell_supplier
from app.award.reopening import find_bound
from app.award.store import Award
from app.domain.approving import ProposalKind
from app.domain.drafting import draft_from_json
from app.domain.final_offers import (
    SHORTEST_REASON,
    FinalState,
    Situation,
    cancel_change,
    decide_cancelling,
    decide_round,
    is_due,
    round_change,
    rules_digest,
    terms_of,
)
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.noticing import NoticeKind
from app.domain.procurement_methods import allows_final_offers
from app.domain.refusals import Code, Refusal
from app.domain.sealing.body import PriceOffer, price_bucket, price_template
from app.domain.sealing.header import EnvelopeKind, Header, decode, header_from_json
from app.domain.sealing.package import Finding, body_sha256, open_envelope
from app.domain.sealing.policy import SERVER, KeyPolicy, policy_digest, policy_json
from app.domain.sealing.record import OPENED, REFUSED, Result, record_core, record_message
from app.domain.sealing.rules import decide_price
from app.domain.visibility import Phase, Role
from app.identity.access import Actor, reach_tender
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append, list_of_kind
from app.tenders import store as tender_store
from app.tenders.entering import names_of, tell_staff
from app.tenders.projecting import decide_draft_custody
from app.tenders.store import Lot, Tender


@dataclass(frozen=True, slots=True)
class _Held:
    tender: Tender
    rounds: Sequence[FinalRound]
    situation: Situation


async def find_asked(world: World, tx: AsyncConnection, kind: ProposalKind, subject_id: str) -> Proposal | None:
    """What waits for its second person, if anything does."""
    last = await approval_store.find_latest(tx, kind=kind, subject_id=subject_id)
    return last if last is not None and last.pending.waits(world.clock.now()) else None


async def load_situation(world: World, tx: AsyncConnection, tender: Tender) -> Situation:
    """What the rule looks at."""
    rounds = await final_store.list_rounds(tx, tender.id)
    papers = (await contract_store.list_contracts(tx, tender.id)).values()
    asked = await find_asked(world, tx, ProposalKind.BAFO, tender.id)
    return Situation(
        is_allowed=allows_final_offers(tender.frozen or {}, tender.procedure),
        rounds=tuple(each.state for each in rounds),
        contracts=tuple(each.state for each in papers),
        is_waiting=any([await is_waiting(world, tx, each) for each in papers]),
        bound=await find_bound(tx, tender.id),
        is_asked=asked is not None,
    )


async def propose_round(
    world: World, actor: Actor, tender_id: str, *, closes_at: datetime, reason: str
) -> Proposal | Refusal:
    """Ask an approver for a best-and-final round. Refuses before the unsealing (NOT_DECIDED) and what
    domain/final_offers.decide_round refuses; each refusal is journaled."""
    reason, closes_at = reason.strip(), closes_at.replace(microsecond=closes_at.microsecond // 1000 * 1000)
    async with world.db.transaction() as tx:
        await reach_tender(tx, actor, tender_id, Role.PURCHASER)
        tender = await tender_store.lock_tender(tx, tender_id)
        awards = await store.list_awards(tx, [tender_id])
        refusal = Refusal(Code.NOT_DECIDED) if not awards or Phase.UNSEALED not in tender.visited else None
        if refusal is None:
            found = await load_situation(world, tx, tender)
            refusal = decide_round(found, reason=reason, closes_at=closes_at, now=world.clock.now())
        refusal = refusal or _decide_custody(world, tender)
        if refusal is not None:
            return await refuse(world, tx, actor, tender, Kind.NEGOTIATION_REFUSED, "bafo", refusal)
        asked = {"closes_at": instant_text(closes_at), "reason": reason}
        new = NewProposal(
            kind=ProposalKind.BAFO,
            subject_kind="tender",
            subject_id=tender.id,
            chain=tender.chain,
            change=round_change(tender.id, await store.next_award(tx, tender_id), asked["closes_at"], reason),
            summary={**names_of(tender), **asked, "suppliers": len({each.supplier_id for each in awards})},
            tender=tender.id,
        )
        proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.PURCHASER)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        return proposal


def _decide_custody(world: World, tender: Tender) -> Refusal | None:
    """Such a round has the server's lock alone: none where the house asks for a committee at this value."""
    return decide_draft_custody(world, draft_from_json(tender.draft), has_committee=False)


async def begin_round(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Begin the round that was agreed to: its keys, and the invitation of every supplier of the award at once.

    Refuses an award that went (CHANGED_SINCE) and what domain/final_offers.decide_round refuses by now.
    """
    tender = await tender_store.lock_tender(tx, str(proposal.tender))
    awards = await store.list_awards(tx, [tender.id])
    number = await store.next_award(tx, tender.id)
    if not awards or proposal.change["number"] != number:
        return Refusal(Code.CHANGED_SINCE)
    found = await load_situation(world, tx, tender)
    closes_at, reason = datetime.fromisoformat(proposal.change["closes_at"]), str(proposal.change["reason"])
    # The lead time was asked of the purchaser; the approver's own hours do not count against it, the close does.
    now = min(world.clock.now(), proposal.proposed_at)
    situation = Situation(
        found.is_allowed, found.rounds, found.contracts, found.is_waiting, found.bound, is_asked=False
    )
    refusal = decide_round(situation, reason=reason, closes_at=closes_at, now=now)
    if refusal is None and world.clock.now() >= closes_at:
        refusal = Refusal(Code.TOO_LATE)
    refusal = refusal or _decide_custody(world, tender)
    if refusal is not None:
        return refusal
    round_id = world.ids.new()
    policy = KeyPolicy(
        round=round_id,
        lots=tuple(sorted({each.lot_id for each in awards})),
        server_lock=world.keys.server_lock(round_id).public.hex(),
        journal_key=world.keys.public_key_hex,
        rules_digest=rules_digest(round_id, str(proposal.change["closes_at"]), reason),
    )
    suppliers = world.ids.shuffled(sorted({each.supplier_id for each in awards}))
    attempt = len(found.rounds) + 1
    new = FinalRound(
        id=round_id,
        tender_id=tender.id,
        number=number,
        attempt=attempt,
        state=FinalState.OPEN,
        reason=reason,
        closes_at=closes_at,
        policy=policy_json(policy),
        policy_digest=policy_digest(policy),
        tags={each: world.ids.new() for each in suppliers},
        began_at=world.clock.now(),
    )
    await final_store.insert_round(tx, new)
    data: dict[str, Any] = {
        "round": round_id,
        "number": number,
        "attempt": attempt,
        "proposal": proposal.id,
        "reason": reason,
    }
    data |= {"closes_at": proposal.change["closes_at"], "policy": dict(new.policy), "digest": new.policy_digest}
    data |= {"suppliers": sorted(suppliers)}
    await append(world, tx, entry(actor, tender, Kind.BAFO_INVITED, data, Role.APPROVER))
    for each in suppliers:
        await tell_supplier(world, tx, tender, each, NoticeKind.BAFO_INVITED)
    return None


async def hold(tx: AsyncConnection, actor: Actor, round_id: str, *roles: Role) -> tuple[Tender, FinalRound]:
    """A round under its tender's lock; the one 404 of what is absent, of an award that went, or not the reader's."""
    tender_id = await final_store.find_tender(tx, round_id)
    await reach_tender(tx, actor, tender_id, *roles)
    tender = await tender_store.lock_tender(tx, tender_id)
    held = next((each for each in await final_store.list_rounds(tx, tender_id) if each.id == round_id), None)
    if held is None or (actor.is_supplier and actor.supplier_id not in held.tags):
        raise not_found()
    return tender, held


async def propose_cancelling(world: World, actor: Actor, round_id: str, reason: str) -> Proposal | Refusal:
    """Ask an approver to call the round off. Refuses what domain/final_offers.decide_cancelling refuses, and no reason
    (REASON_MISSING)."""
    reason = reason.strip()
    async with world.db.transaction() as tx:
        tender, held = await hold(tx, actor, round_id, Role.PURCHASER)
        is_asked = await find_asked(world, tx, ProposalKind.BAFO_CANCEL, round_id) is not None
        refusal = decide_cancelling(held.state, is_asked=is_asked, closes_at=held.closes_at, now=world.clock.now())
        if refusal is None and len(reason) < SHORTEST_REASON:
            refusal = Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)})
        if refusal is not None:
            return await refuse(world, tx, actor, tender, Kind.NEGOTIATION_REFUSED, "bafo_cancel", refusal)
        new = NewProposal(
            kind=ProposalKind.BAFO_CANCEL,
            subject_kind="final_round",
            subject_id=round_id,
            chain=tender.chain,
            change=cancel_change(round_id, reason),
            summary={**names_of(tender), "reason": reason, "closes_at": instant_text(held.closes_at)},
            tender=tender.id,
        )
        proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.PURCHASER)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        return proposal


async def cancel_round(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Call the round off; what was handed in is never opened. Refuses after the close (TOO_LATE)."""
    tender = await tender_store.lock_tender(tx, str(proposal.tender))
    held = await final_store.load_round(tx, proposal.subject_id)
    refusal = decide_cancelling(held.state, is_asked=False, closes_at=held.closes_at, now=world.clock.now())
    if refusal is not None:
        return refusal
    reason = str(proposal.change["reason"])
    await final_store.end_round(tx, held.id, FinalState.CANCELLED, world.clock.now(), reason)
    data = {"round": held.id, "proposal": proposal.id, "reason": reason}
    await append(world, tx, entry(actor, tender, Kind.BAFO_CANCELLED, data, Role.APPROVER))
    for each in world.ids.shuffled(sorted(held.tags)):
        await tell_supplier(world, tx, tender, each, NoticeKind.BAFO_CANCELLED)
    return None


# ── the opening ───────────────────────────────────────────────────────────────


async def open_due(world: World) -> int:
    """Open what is due, each round in one transaction; returns how many were opened."""
    async with world.db.snapshot() as tx:
        due = [
            each for each in await final_store.list_open(tx) if is_due(each.state, each.closes_at, world.clock.now())
        ]
    opened = 0
    for each in due:
        async with world.db.transaction() as tx:
            opened += await _open(world, tx, each)
    return opened


async def _open(world: World, tx: AsyncConnection, found: FinalRound) -> bool:
    tender = await tender_store.lock_tender(tx, found.tender_id)
    held = await final_store.load_round(tx, found.id)
    now = world.clock.now()
    if not is_due(held.state, held.closes_at, now):
        return False
    if held.number != await store.next_award(tx, tender.id):
        # The decision was opened again: what was offered for its award is nobody's business any more.
        await final_store.end_round(tx, held.id, FinalState.CANCELLED, now, None)
        gone = {"round": held.id, "reason": Kind.DECISION_REOPENED.value}
        await append(world, tx, NewEntry(tender.chain, Kind.BAFO_CANCELLED, gone, tender=tender.id))
        return False
    lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender.id)}
    prices = {(each.lot_id, each.supplier_id): each for each in await final_store.list_in_force(tx, [tender.id])}
    suppliers = {tag: supplier_id for supplier_id, tag in held.tags.items()}
    results: dict[str, list[Result]] = {lot_id: [] for lot_id in held.policy["lots"]}
    for (lot_id, tag), sealed in sorted((await _list_last(tx, tender, held)).items()):
        award = prices[lot_id, suppliers[tag]]
        result, amount = await _read(world, tender, held, sealed, award=award, lot=lots[lot_id])
        results[lot_id].append(result)
        if amount is not None:
            await final_store.insert_price(tx, held, lot_id, award.supplier_id, amount)
    await final_store.end_round(tx, held.id, FinalState.OPENED, now, None)
    records = [_record(world, held, lot_id, found, now) for lot_id, found in sorted(results.items())]
    awarded = [
        {"lot": lot_id, "supplier": supplier_id, "before": format_amount(each.amount, lots[lot_id].scale)}
        for (lot_id, supplier_id), each in sorted(prices.items())
    ]
    data: dict[str, Any] = {"round": held.id, "tags": dict(held.tags), "prices": awarded, "records": records}
    await append(world, tx, NewEntry(tender.chain, Kind.BAFO_OPENED, data, tender=tender.id))
    for each in world.ids.shuffled(sorted(held.tags)):
        await tell_supplier(world, tx, tender, each, NoticeKind.BAFO_OPENED)
    await tell_staff(world, tx, tender, NoticeKind.BAFO_OPENED, Role.PURCHASER)
    return True


async def _list_last(tx: AsyncConnection, tender: Tender, held: FinalRound) -> dict[tuple[str, str], Mapping[str, Any]]:
    """{(lot, tag): the last offer}, as the journal has it: what was exchanged in the tables opens nothing."""
    last = {}
    for told in await list_of_kind(tx, chain=tender.chain, kind=Kind.BAFO_RECEIVED):
        if told.data["round"] == held.id and told.tag is not None:
            last[str(told.data["lot"]), told.tag] = told.data
    return last


async def _read(
    world: World, tender: Tender, held: FinalRound, sealed: Mapping[str, Any], *, award: Award, lot: Lot
) -> tuple[Result, Decimal | None]:
    """What an offer says, and its price where it counts; the secret makes the opening repeatable."""
    header, ct = header_from_json(sealed["header"]), decode(sealed["ct"])
    assert isinstance(header, Header), "a journalled header was read when it came"
    assert ct is not None, "a journalled ciphertext was read when it came"
    (envelope,) = header.envelopes
    private = world.keys.server_lock(held.id).private
    found = await asyncio.to_thread(open_envelope, private, header.binding, envelope, ct)
    known: dict[str, Any] = {"package": sealed["package"], "tag": header.binding.tag, "rev": header.binding.rev}
    known |= {"ct_sha256": envelope.ct_sha256}
    if isinstance(found, Finding):
        return Result(**known, result=found.value), None
    assert isinstance(found.offer, PriceOffer), "the one envelope is the price's"
    said = found.offer
    terms = terms_of(lot.id, tender.currency, lot.scale, award.amount)
    decided = decide_price(terms, lot=said.lot, currency=said.currency, scale=said.scale, amount=said.amount)
    known |= {"secret": found.secret.hex(), "body_sha256": body_sha256(found.body), "amount": said.amount}
    if isinstance(decided, Refusal):
        return Result(**known, result=f"{REFUSED}{decided.code.value}"), None
    return Result(**known, result=OPENED), decided


def _record(world: World, held: FinalRound, lot_id: str, results: Sequence[Result], now: datetime) -> Mapping[str, Any]:
    key = world.keys.journal
    core = record_core(
        round_id=held.id,
        lot=lot_id,
        envelope=EnvelopeKind.PRICE.value,
        opened_at=instant_text(now),
        custody=SERVER,
        results=results,
        key_id=key.key_id,
    )
    return {**core, "sig": key.sign(record_message(core)).hex()}


def bucket_of(tender: Tender, lot: Lot) -> int:
    """What all offers of a lot are padded to."""
    return price_bucket(price_template(lot.id, tender.currency, lot.scale, ()))


EFFECTS: dict[ProposalKind, Effect] = {
    ProposalKind.BAFO: begin_round,
    ProposalKind.BAFO_CANCEL: cancel_round,
}
