"""Proposing the decision by alias and asking for the unsealing of names (DESIGN.md decision 8, ACCESS.md section 3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.store import NewProposal, Proposal
from app.award import store
from app.award.room_acts import DecisionRoom, load_room
from app.award.splitting_store import find_adopted
from app.award.store import Decision
from app.domain.abnormal import decide_choosable
from app.domain.approving import ProposalKind
from app.domain.awarding import (
    DecisionState,
    LotRanking,
    ProposedDecision,
    RankedRow,
    decide_approval,
    decide_proposal,
    decide_unsealing,
    decision_change,
    rankings_data,
    shared_data,
    unseal_change,
)
from app.domain.confirming import Vote, decide_decided
from app.domain.kinds import Kind
from app.domain.money import format_amount
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.scenario import awarded_in
from app.domain.sharing import Awarded, Choice
from app.domain.tendering import TenderState, decide_evaluating
from app.domain.visibility import Phase, Role
from app.evaluation import store as evaluation_store
from app.evaluation.inquiries import list_flagged
from app.evaluation.inquiry_store import list_inquiries
from app.evaluation.offers import evaluation_in
from app.evaluation.relating import decide_unrelated
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.reserving import list_opened
from app.tenders.store import Tender


async def propose_decision(world: World, actor: Actor, tender_id: str, choices: Sequence[Choice]) -> Proposal | Refusal:
    """Propose the preferred supplier, or suppliers in shares, of every lot by label; moves the tender from P to V.

    Refuses outside `evaluation`, while another proposal waits, once a decision was approved, before the panel's
    shortlist is locked, whoever stands near a party (RELATED_PARTY), and what domain/awarding.decide_proposal refuses;
    each refusal is journaled.
    """
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        rankings = await _rankings(tx, tender_id)
        current = await store.find_decision(tx, tender_id)
        refusal = await decide_undecided(world, tx, tender, current, rankings)
        refusal = refusal or await _decide_quorum(tx, tender) or await _decide_examined(world, tx, tender, choices)
        refusal = refusal or await decide_unrelated(world, tx, tender_id, [actor.account_id])
        adopted, rules = await _adopted(tx, tender_id, rankings), evaluation_in(tender)
        split = None if rules is None else rules.split
        reserves = {lot: one.amount for lot, one in (await list_opened(world, tx, tender_id)).items()}
        proposed = refusal or decide_proposal(rankings, choices, split=split, adopted=adopted, reserve_prices=reserves)
        if isinstance(proposed, Refusal):
            await _note_refused(world, tx, actor, tender_id, Kind.DECISION_REFUSED, proposed)
            return proposed
        return await _record_decision(world, tx, actor, tender, proposed, rankings, current)


async def _rankings(tx: AsyncConnection, tender_id: str) -> list[LotRanking]:
    return [each.official for each in await evaluation_store.list_rankings(tx, tender_id)]


async def _adopted(tx: AsyncConnection, tender_id: str, rankings: Sequence[LotRanking]) -> Mapping[str, Awarded]:
    """What the adopted scenario awards, by lot; nothing once its rankings have gone."""
    found = await find_adopted(tx, tender_id)
    return {} if found is None else awarded_in(found.document, rankings_data(rankings))


async def decide_undecided(
    world: World, tx: AsyncConnection, tender: Tender, current: Decision | None, rankings: Sequence[LotRanking]
) -> Refusal | None:
    """Whether decision and recommendation may still change: in the evaluation (NOT_ALLOWED_HERE), while no decision
    waits for its second person (PENDING) or stands approved (ALREADY_DECIDED)."""
    refusal = decide_evaluating(tender.state)
    if refusal is not None or current is None:
        return refusal
    if current.state is DecisionState.PROPOSED and await is_waiting(world, tx, current.proposal_id):
        return Refusal(Code.PENDING)
    # A void after the approval made another ranking: the decision no longer stands on anything.
    if current.state is DecisionState.APPROVED and decide_approval(rankings, current.choices, current.digest) is None:
        return Refusal(Code.ALREADY_DECIDED)
    return None


async def _decide_quorum(tx: AsyncConnection, tender: Tender) -> Refusal | None:
    """Where there is a panel, its members have confirmed the ranking and voted, and the shortlist is locked (DR-08)."""
    room = await load_room(tx, tender)
    return decide_decided(room.standing) if room.is_due else None


async def _decide_examined(
    world: World, tx: AsyncConnection, tender: Tender, choices: Sequence[Choice]
) -> Refusal | None:
    """Refuse a decision while a price that looks abnormally low is not examined (domain/abnormal.decide_choosable)."""
    chosen, now = {choice.lot_id: choice.awarded for choice in choices}, world.clock.now()
    asked = await list_inquiries(world, tx, tender.id)
    for each in await list_flagged(tx, tender):
        states = {one.label: one.state_at(now) for one in asked if one.lot_id == each.lot.id}
        refusal = decide_choosable(each.flags, states, chosen.get(each.lot.id, {}))
        if refusal is not None:
            return Refusal(refusal.code, {**refusal.detail, "lot": each.lot.id})
    return None


async def is_waiting(world: World, tx: AsyncConnection, proposal_id: str) -> bool:
    """Whether a proposal still waits for its second person."""
    proposal = await approval_store.load_proposal(tx, proposal_id)
    return proposal.pending.waits(world.clock.now())


async def _record_decision(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    tender: Tender,
    proposed: ProposedDecision,
    rankings: Sequence[LotRanking],
    current: Decision | None,
) -> Proposal:
    decision_id = world.ids.new()
    change = decision_change(decision_id, proposed.digest, rankings=rankings, choices=proposed.choices)
    new = NewProposal(
        kind=ProposalKind.AWARD,
        subject_kind="tender",
        subject_id=tender.id,
        chain=tender.chain,
        change=change,
        summary=await _decision_summary(tx, tender, proposed, rankings),
        tender=tender.id,
    )
    proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.PURCHASER)
    await store.insert_decision(
        tx,
        Decision(
            id=decision_id,
            tender_id=tender.id,
            number=1 if current is None else current.number + 1,
            state=DecisionState.PROPOSED,
            choices=proposed.choices,
            reserves=proposed.reserves,
            digest=proposed.digest,
            proposal_id=proposal.id,
            proposed_by=actor.account_id,
            proposed_at=world.clock.now(),
        ),
    )
    await tender_store.set_phase(tx, tender.id, phase=Phase.DECISION)
    reserves = [{"lot": lot, "label": label} for lot, label in sorted(proposed.reserves.items())]
    data = {**change, "reserves": reserves, "proposal": proposal.id}
    await append(world, tx, _entry(actor, Role.PURCHASER, tender.id, Kind.DECISION_PROPOSED, data))
    await _tell_approvers(world, tx, actor, tender)
    return proposal


async def _tell_approvers(world: World, tx: AsyncConnection, actor: Actor, tender: Tender) -> None:
    people = await identity_store.list_staff_accounts(world, tx, Role.APPROVER)
    await insert_notices(
        world,
        tx,
        accounts=[person.id for person in people if person.id != actor.account_id],
        kind=NoticeKind.APPROVAL_WAITING,
        params={"reference": tender.reference},
        tender=tender.id,
    )


async def _decision_summary(
    tx: AsyncConnection, tender: Tender, proposed: ProposedDecision, rankings: Sequence[LotRanking]
) -> dict[str, Any]:
    """What the approver reads: labels, ranks, amounts, reasons; no name exists yet (SCREENS.md AP-03)."""
    lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender.id)}
    by_lot = {ranking.lot_id: ranking for ranking in rankings}
    rows = []
    for choice in sorted(proposed.choices, key=lambda each: lots[each.lot_id].number):
        lot, row = lots[choice.lot_id], by_lot[choice.lot_id].find(choice.label or "")
        rows.append(
            {
                "lot": lot.number,
                "title_zh": lot.title_zh,
                "title_en": lot.title_en,
                "label": choice.label,
                "rank": None if row is None else row.rank,
                "amount": None if row is None else format_amount(row.amount, lot.scale),
                "reason": choice.reason,
                "reserve": proposed.reserves.get(choice.lot_id),
                "bidders": len(by_lot[choice.lot_id].rows),
                **shared_data(choice, by_lot[choice.lot_id], lot.scale),
                **_scored(row, by_lot[choice.lot_id]),
                **_reserved(proposed, choice.lot_id),
            }
        )
    named = {**_named(tender), "currency": tender.currency, "digest": proposed.digest, "lots": rows}
    return {**named, **_panel(await load_room(tx, tender))}


def _panel(room: DecisionRoom) -> dict[str, Any]:
    """What the panel said on the shortlist: the approver reads the dissent before deciding; nobody is named."""
    if not room.is_due:
        return {}
    standing = room.standing
    dissent = [each.reason for each in standing.ballots if each.vote is Vote.AGAINST]
    return {"panel": {**{vote.value: standing.count(vote) for vote in Vote}, "dissent": dissent}}


def _scored(row: RankedRow | None, ranking: LotRanking) -> dict[str, Any]:
    """What an evaluation adds to the approver's brief: points, total, the shortlist the choice was made from."""
    if ranking.shortlist is None:
        return {}
    points = {
        name: None if row is None else getattr(row, name) for name in ("technical_points", "price_points", "total")
    }
    texts = {name: None if value is None else f"{value:f}" for name, value in points.items()}
    return {**texts, "shortlist": list(ranking.shortlist)}


def _reserved(proposed: ProposedDecision, lot_id: str) -> dict[str, bool]:
    """Whether the award meets the lot's secret reserve price; the figure itself is stored in no proposal."""
    met = proposed.meets_reserve.get(lot_id)
    return {} if met is None else {"meets_reserve": met}


def _named(tender: Tender) -> dict[str, str]:
    """How the approver's inbox names a tender."""
    return {"reference": tender.reference, "title_zh": tender.title_zh, "title_en": tender.title_en}


async def propose_unsealing(world: World, actor: Actor, tender_id: str) -> Proposal | Refusal:
    """Ask the second person to unseal the names in the scope fixed at publication.

    Refuses before the decision by alias was approved (NOT_DECIDED), while asked already (PENDING), a second time, and
    where the ranking changed after the decision (CHANGED_SINCE); each refusal is journaled.
    """
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        current = await store.find_decision(tx, tender_id)
        rankings = await _rankings(tx, tender_id)
        decided = await _decide_unsealing(world, tx, tender, current, rankings)
        if not isinstance(decided, Refusal):
            decided = await decide_unrelated(world, tx, tender_id, [actor.account_id]) or decided
        if isinstance(decided, Refusal):
            await _note_refused(world, tx, actor, tender_id, Kind.UNSEALING_REFUSED, decided)
            return decided
        scope = store.frozen_scope(tender)
        change = unseal_change(decided.id, decided.digest, scope=scope, rankings=rankings, choices=decided.choices)
        new = NewProposal(
            kind=ProposalKind.UNSEAL,
            subject_kind="tender",
            subject_id=tender_id,
            chain=tender.chain,
            change=change,
            # Amounts stand on no page that is about identity (SCREENS.md AP-03).
            summary={**_named(tender), "scope": scope.value, "names": len(change["labels"])},
            tender=tender_id,
        )
        proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.PURCHASER)
        await _tell_approvers(world, tx, actor, tender)
        return proposal


async def _decide_unsealing(
    world: World, tx: AsyncConnection, tender: Tender, current: Decision | None, rankings: Sequence[LotRanking]
) -> Decision | Refusal:
    last = await approval_store.find_latest(tx, kind=ProposalKind.UNSEAL, subject_id=tender.id)
    refusal = decide_unsealing(
        state=None if current is None else current.state,
        is_unsealed=tender.state is not TenderState.EVALUATION,
        is_pending=last is not None and await is_waiting(world, tx, last.id),
    )
    if refusal is not None or current is None:
        return refusal or Refusal(Code.NOT_DECIDED)
    return decide_approval(rankings, current.choices, current.digest) or current


async def _note_refused(
    world: World, tx: AsyncConnection, actor: Actor, tender_id: str, kind: Kind, refusal: Refusal
) -> None:
    data = {"code": refusal.code.value, "detail": dict(refusal.detail)}
    await append(world, tx, _entry(actor, Role.PURCHASER, tender_id, kind, data))


def _entry(actor: Actor, hat: Role, tender_id: str, kind: Kind, data: Mapping[str, Any]) -> NewEntry:
    return NewEntry(f"tender:{tender_id}", kind, data, tender=tender_id, **actor.entry_fields(hat))
