"""What an approval does to decision and names, inside the approval's own transaction (ACCESS.md section 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import Effect, Proposal
from app.award import contract_ending, contracting, final_rounds, reopening, store
from app.award.store import Award, Decision, Unsealing
from app.domain.approving import ProposalKind
from app.domain.awarding import (
    DecisionState,
    decide_approval,
    decide_second_person,
    decide_unsealing,
    decision_change,
    unseal_change,
)
from app.domain.kinds import Kind
from app.domain.money import format_amount
from app.domain.noticing import NoticeKind
from app.domain.process import Fact
from app.domain.refusals import Code, Refusal
from app.domain.scoring.typed import plain
from app.domain.tendering import TenderState
from app.domain.visibility import Phase, Role
from app.evaluation import store as evaluation_store
from app.evaluation.store import StoredRanking
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append_batch
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.projecting import note_project
from app.tenders.store import Tender


async def approve_decision(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Fix the decision by alias. Refuses CHANGED_SINCE if ranking or choices are no longer those that were proposed.

    A decision that awards no lot ends the tender here: there is no name to unseal.
    """
    tender, current, rankings = await _load(tx, proposal)
    if current is None or current.proposal_id != proposal.id or current.state is not DecisionState.PROPOSED:
        return Refusal(Code.CHANGED_SINCE)
    officials = [each.official for each in rankings]
    bound = decision_change(current.id, current.digest, rankings=officials, choices=current.choices)
    if tender.state is not TenderState.EVALUATION or bound != dict(proposal.change):
        return Refusal(Code.CHANGED_SINCE)
    refusal = decide_approval(officials, current.choices, current.digest)
    if refusal is not None:
        return refusal
    await _set_decided(world, tx, actor, current, DecisionState.APPROVED, None)
    data = {"decision": current.id, "digest": current.digest, "proposal": proposal.id}
    news = [_entry(actor, tender.id, Kind.DECISION_APPROVED, data)]
    if all(choice.label is None for choice in current.choices):
        await tender_store.set_phase(
            tx, tender.id, phase=Phase.UNSEALED, state=TenderState.UNSUCCESSFUL, at=world.clock.now()
        )
        news.append(_entry(actor, tender.id, Kind.TENDER_UNSUCCESSFUL, {"reason": "NO_AWARD"}))
        await note_project(world, tx, tender, Fact.TENDER_ENDED)
        await _tell_bidders(world, tx, tender)
    await tx.run_sync(append_batch, world, news)
    return None


async def return_decision(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Give the decision back to its proposer with the reason; another proposal may follow."""
    tender, current, _rankings = await _load(tx, proposal)
    if current is None or current.proposal_id != proposal.id or current.state is not DecisionState.PROPOSED:
        return None
    await _set_decided(world, tx, actor, current, DecisionState.RETURNED, proposal.reason)
    data = {
        "decision": current.id,
        "digest": current.digest,
        "proposal": proposal.id,
        "reason": proposal.reason or "",
    }
    await tx.run_sync(append_batch, world, [_entry(actor, tender.id, Kind.DECISION_RETURNED, data)])
    params = {"reference": tender.reference}
    await insert_notices(
        world, tx, accounts=[current.proposed_by], kind=NoticeKind.DECISION_RETURNED, params=params, tender=tender.id
    )
    return None


async def unseal_names(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Decrypt the link of exactly the bidders in the scope, award, and tell winner and losers in one batch.

    Precondition by rule: decision approved by alias, unchanged; scope as frozen; two different persons
    (VISIBILITY.md section 2). Nobody outside the scope is decrypted.
    """
    tender, current, rankings = await _load(tx, proposal)
    refusal = decide_unsealing(
        state=None if current is None else current.state, is_unsealed=tender.state is not TenderState.EVALUATION
    ) or decide_second_person(proposal.proposed_by, actor.account_id)
    if refusal is not None or current is None:
        return refusal or Refusal(Code.NOT_DECIDED)
    officials = [each.official for each in rankings]
    change = unseal_change(
        current.id, current.digest, scope=store.frozen_scope(tender), rankings=officials, choices=current.choices
    )
    refusal = decide_approval(officials, current.choices, current.digest)
    if refusal is not None or dict(proposal.change) != change:
        return refusal or Refusal(Code.CHANGED_SINCE)
    number = await store.next_award(tx, tender.id)
    opened = await _open_links(world, tx, rankings, change["labels"], proposal)
    unsealed = [replace(each, number=number) for each in opened]
    awards = [replace(each, number=number) for each in _awards(world, current, rankings, unsealed)]
    await store.insert_unsealings(tx, world.ids.shuffled(unsealed))
    await store.insert_awards(tx, awards)
    await tender_store.set_phase(tx, tender.id, phase=Phase.UNSEALED, state=TenderState.AWARDED, at=world.clock.now())
    await note_project(world, tx, tender, Fact.AWARDED)
    await _tell_bidders(world, tx, tender)
    news = await _unseal_entries(tx, actor, tender, current, unsealed, awards)
    await tx.run_sync(append_batch, world, news)
    return None


async def _load(tx: AsyncConnection, proposal: Proposal) -> tuple[Tender, Decision | None, list[StoredRanking]]:
    tender = await tender_store.lock_tender(tx, proposal.subject_id)
    return (
        tender,
        await store.find_decision(tx, tender.id),
        await evaluation_store.list_rankings(tx, tender.id),
    )


async def _set_decided(
    world: World, tx: AsyncConnection, actor: Actor, current: Decision, state: DecisionState, reason: str | None
) -> None:
    now = world.clock.now()
    values: dict[str, Any] = {"state": state.value, "decided_by": actor.account_id, "decided_at": now}
    await store.set_decision(tx, current.id, return_reason=reason, **values)


async def _open_links(
    world: World,
    tx: AsyncConnection,
    rankings: Sequence[StoredRanking],
    labels: Sequence[Mapping[str, str]],
    proposal: Proposal,
) -> list[Unsealing]:
    maps = {each.official.lot_id: evaluation_store.open_map(world, each) for each in rankings}
    opened = []
    for each in labels:
        tag = maps[each["lot"]][each["label"]]
        supplier_id = await tender_store.find_supplier_by_tag(world, tx, proposal.subject_id, tag)
        assert supplier_id is not None, "a ranked tag belongs to an invited supplier"
        opened.append(
            Unsealing(
                id=world.ids.new(),
                tender_id=proposal.subject_id,
                lot_id=each["lot"],
                supplier_id=supplier_id,
                label=each["label"],
                tag=tag,
                at=world.clock.now(),
                proposal_id=proposal.id,
            )
        )
    return opened


def _awards(
    world: World, current: Decision, rankings: Sequence[StoredRanking], unsealed: Sequence[Unsealing]
) -> list[Award]:
    by_label = {(each.lot_id, each.label): each for each in unsealed}
    awards = []
    for ranking in (each.official for each in rankings):
        choice = current.choice_of(ranking.lot_id)
        for row in (row for row in ranking.rows if row.label in choice.awarded):
            winner = by_label[ranking.lot_id, row.label]
            awards.append(
                Award(
                    id=world.ids.new(),
                    tender_id=current.tender_id,
                    lot_id=ranking.lot_id,
                    supplier_id=winner.supplier_id,
                    amount=row.amount,
                    state="active",
                    at=world.clock.now(),
                    share=choice.awarded[row.label] if choice.shares else None,
                )
            )
    return awards


async def _unseal_entries(
    tx: AsyncConnection,
    actor: Actor,
    tender: Tender,
    current: Decision,
    unsealed: Sequence[Unsealing],
    awards: Sequence[Award],
) -> list[NewEntry]:
    bound = {"decision": current.id, "digest": current.digest}
    news = []
    for each in unsealed:
        who = {"lot": each.lot_id, "label": each.label, "tag": each.tag, "supplier": each.supplier_id}
        data = {**who, "scope": store.frozen_scope(tender).value, **bound}
        news.append(_entry(actor, tender.id, Kind.IDENTITY_UNSEALED, data))
    scales = {lot.id: lot.scale for lot in await tender_store.list_lots(tx, tender.id)}
    rows = [
        {
            "lot": each.lot_id,
            "supplier": each.supplier_id,
            "amount": format_amount(each.amount, scales[each.lot_id]),
            **({} if each.share is None else {"share": plain(each.share)}),
        }
        for each in awards
    ]
    news.append(_entry(actor, tender.id, Kind.TENDER_AWARDED, {**bound, "awards": rows}))
    return news


async def _tell_bidders(world: World, tx: AsyncConnection, tender: Tender) -> None:
    """One batch with one text to winner and losers alike (VISIBILITY.md section 3, "notices")."""
    joined = [each.supplier_id for each in await tender_store.list_participations(world, tx, tender.id) if each.joined]
    people = await identity_store.list_supplier_accounts(world, tx, joined)
    await insert_notices(
        world,
        tx,
        accounts=[person.id for person in people],
        kind=NoticeKind.RESULT_AVAILABLE,
        params={"reference": tender.reference},
        tender=tender.id,
    )


def _entry(actor: Actor, tender_id: str, kind: Kind, data: Mapping[str, Any]) -> NewEntry:
    return NewEntry(f"tender:{tender_id}", kind, data, tender=tender_id, **actor.entry_fields(Role.APPROVER))


EFFECTS: dict[ProposalKind, Effect] = {
    **reopening.EFFECTS,
    **contracting.EFFECTS,
    **contract_ending.EFFECTS,
    **final_rounds.EFFECTS,
    ProposalKind.AWARD: approve_decision,
    ProposalKind.UNSEAL: unseal_names,
}
REFUSED_EFFECTS: dict[ProposalKind, Effect] = {
    **reopening.REFUSED_EFFECTS,
    **contracting.REFUSED_EFFECTS,
    **contract_ending.REFUSED_EFFECTS,
    ProposalKind.AWARD: return_decision,
}
