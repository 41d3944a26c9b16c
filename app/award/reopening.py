"""Reopening a decision after the unsealing: asked for with a reason, agreed to by approver and then by auditor.

Serves VISIBILITY.md section 2. What follows: the decision is open again by alias, no award stands, all bidders are told
in one batch; whose name was seen stays journalled as seen. Any standstill counts from the award that follows.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.store import Effect, NewProposal, Proposal
from app.award import contract_store, payment_store, store
from app.award.store import Decision
from app.domain.approving import ProposalKind, ProposalState
from app.domain.awarding import DecisionState
from app.domain.decision_reopening import WORDS, bound_by, decide_reopening, decide_three_persons, reopen_change
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.process import Fact
from app.domain.refusals import Code, Refusal
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.evaluation.relating import decide_unrelated
from app.identity import store as identity_store
from app.identity.access import Actor
from app.identity.seats import find_twin
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.entering import names_of, tell_staff
from app.tenders.projecting import note_project
from app.tenders.store import Tender


class Standing(StrEnum):
    """Whose word a reopening waits for, or how it ended."""

    WAITING_APPROVER = "waiting_approver"
    WAITING_AUDITOR = "waiting_auditor"
    DONE = "done"
    REFUSED = "refused"
    # Nobody spoke in time, or what stood was another decision by then.
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A reopening that was asked for: the words on it so far, and what came of it."""

    words: tuple[Proposal, ...]

    @property
    def reason(self) -> str:
        """Why it was asked for."""
        return str(self.words[0].change["reason"])

    @property
    def last(self) -> Proposal:
        """The word that waits, or that was spoken last."""
        return self.words[-1]

    @property
    def asked_at(self) -> datetime:
        """When the purchaser asked."""
        return self.words[0].proposed_at

    @property
    def digest(self) -> str:
        """Of the decision that was to be opened again."""
        return str(self.words[0].change["digest"])

    @property
    def people(self) -> tuple[str | None, ...]:
        """Who asked, and who agreed."""
        return self.words[0].proposed_by, *(word.decided_by for word in self.words)

    @property
    def is_done(self) -> bool:
        """Whether both have agreed."""
        return len(self.words) == len(WORDS) and self.last.state is ProposalState.APPROVED

    def waits(self, at: datetime) -> bool:
        """Whether somebody's word is still to come."""
        return self.last.pending.waits(at)

    def standing(self, at: datetime) -> Standing:
        """How far it has come."""
        if self.waits(at):
            return Standing.WAITING_APPROVER if len(self.words) < len(WORDS) else Standing.WAITING_AUDITOR
        if self.is_done:
            return Standing.DONE
        return Standing.REFUSED if self.last.state is ProposalState.REFUSED else Standing.LAPSED


async def list_asked(tx: AsyncConnection, tender_id: str) -> list[Asked]:
    """The reopenings asked for in a tender, the newest first."""
    firsts = await approval_store.list_of_kind(tx, ProposalKind.REOPEN, tender_id)
    seconds = await approval_store.list_of_kind(tx, ProposalKind.REOPEN_AUDIT, tender_id)
    by_first = {str(each.summary["first"]): each for each in seconds}
    return [Asked((each, *([by_first[each.id]] if each.id in by_first else []))) for each in firsts]


async def find_bound(tx: AsyncConnection, tender_id: str) -> str | None:
    """What binds the award that stands (domain/decision_reopening.bound_by); a withdrawn milestone no more, a
    signature under a contract that was cancelled later still, and one that a provider has in hand already."""
    signatures = await contract_store.count_signatures(tx, tender_id)
    milestones = await payment_store.list_milestones(tx, tender_ids=[tender_id])
    return bound_by(signatures=signatures, milestones=len(milestones))


async def _list_ended(tx: AsyncConnection, tender_id: str) -> dict[str, list[str]]:
    """The talks and contracts of the award that goes: whatever waits in them waits no more."""
    talks = await contract_store.list_negotiations(tx, tender_id)
    papers = await contract_store.list_contracts(tx, tender_id)
    found = {"negotiations": [each.id for each in talks.values()], "contracts": [each.id for each in papers.values()]}
    return {name: sorted(ids) for name, ids in found.items() if ids}


async def propose_reopening(world: World, actor: Actor, tender_id: str, reason: str) -> Proposal | Refusal:
    """Ask approver and auditor to open the decision again.

    Refuses what decision_reopening.decide_reopening refuses, and whoever stands near a party (RELATED_PARTY); each
    refusal is journaled.
    """
    reason = reason.strip()
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        current = await store.find_decision(tx, tender_id)
        asked = await list_asked(tx, tender_id)
        refusal = decide_reopening(
            state=tender.state,
            decision=None if current is None else current.state,
            reason=reason,
            is_pending=bool(asked) and asked[0].waits(world.clock.now()),
            bound=await find_bound(tx, tender_id),
        )
        refusal = refusal or await decide_unrelated(world, tx, tender_id, [actor.account_id])
        if refusal is not None or current is None:
            refusal = refusal or Refusal(Code.NOT_DECIDED)
            data = {"act": "reopen", "code": refusal.code.value, "detail": dict(refusal.detail)}
            await append(world, tx, _entry(actor, Role.PURCHASER, tender, Kind.DECISION_REFUSED, data))
            return refusal
        new = _proposal(tender, ProposalKind.REOPEN, current, reason)
        proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.PURCHASER)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        return proposal


def _proposal(
    tender: Tender, kind: ProposalKind, current: Decision, reason: str, first: str | None = None
) -> NewProposal:
    more = {} if first is None else {"first": first}
    return NewProposal(
        kind=kind,
        subject_kind="tender",
        subject_id=tender.id,
        chain=tender.chain,
        change=reopen_change(current.id, current.digest, reason),
        summary={**names_of(tender), "reason": reason, "digest": current.digest, **more},
        tender=tender.id,
    )


async def take_first_word(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """The approver agrees: the same change now waits for an auditor. Refuses CHANGED_SINCE."""
    tender, current = await _load(tx, proposal)
    if current is None:
        return Refusal(Code.CHANGED_SINCE)
    new = _proposal(tender, ProposalKind.REOPEN_AUDIT, current, str(proposal.change["reason"]), proposal.id)
    await approval_store.insert_proposal(world, tx, new, actor, Role.APPROVER)
    but = {actor.account_id, proposal.proposed_by}
    people = await identity_store.list_staff_accounts(world, tx, Role.AUDITOR)
    await _tell(world, tx, tender, NoticeKind.APPROVAL_WAITING, [one.id for one in people if one.id not in but])
    return None


async def reopen(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """The auditor agrees too: the decision is open again by alias. Refuses CHANGED_SINCE, and where the three are not
    three persons."""
    tender, current = await _load(tx, proposal)
    first = await approval_store.load_proposal(tx, str(proposal.summary["first"]))
    if current is None or first.state is not ProposalState.APPROVED or dict(first.change) != dict(proposal.change):
        return Refusal(Code.CHANGED_SINCE)
    # That the approver is another person, the approval has asked; of whoever proposed first only this knows.
    twin = await find_twin(world, tx, actor, first.proposed_by)
    refusal = decide_three_persons([first.proposed_by, first.decided_by, actor.account_id])
    if twin is not None or refusal is not None:
        return refusal or Refusal(Code.SAME_PERSON)
    # Listed before the award goes: afterwards only what belongs to the next one is found.
    ended = await _list_ended(tx, tender.id)
    await store.set_decision(tx, current.id, state=DecisionState.REOPENED.value)
    await tender_store.set_phase(tx, tender.id, state=TenderState.EVALUATION)
    await tender_store.set_tender(tx, tender.id, ended_at=None)
    await note_project(world, tx, tender, Fact.DECISION_REOPENED)
    data = {**proposal.change, "first": first.id, "proposal": proposal.id, **ended}
    await append(world, tx, _entry(actor, Role.AUDITOR, tender, Kind.DECISION_REOPENED, data))
    await _tell_bidders(world, tx, tender)
    asker = [str(first.proposed_by)]
    await _tell(world, tx, tender, NoticeKind.DECISION_REOPENED, asker)
    return None


async def refuse_reopening(world: World, tx: AsyncConnection, _actor: Actor, proposal: Proposal) -> Refusal | None:
    """One of the two does not agree: the decision stands, and whoever asked is told."""
    tender = await tender_store.load_tender(tx, proposal.subject_id)
    first = proposal.summary.get("first")
    asked = proposal if first is None else await approval_store.load_proposal(tx, str(first))
    await _tell(world, tx, tender, NoticeKind.REOPENING_REFUSED, [asked.proposed_by])
    return None


async def _load(tx: AsyncConnection, proposal: Proposal) -> tuple[Tender, Decision | None]:
    """The tender, locked, and the decision that the proposal means; None where that is no longer what stands."""
    tender = await tender_store.lock_tender(tx, proposal.subject_id)
    current, reason = await store.find_decision(tx, tender.id), str(proposal.change["reason"])
    state = None if current is None else current.state
    is_meant = current is not None and dict(proposal.change) == reopen_change(current.id, current.digest, reason)
    bound = await find_bound(tx, tender.id)
    is_firm = decide_reopening(state=tender.state, decision=state, reason=reason, bound=bound) is not None
    return tender, None if is_firm or not is_meant else current


async def _tell_bidders(world: World, tx: AsyncConnection, tender: Tender) -> None:
    """One batch with one text to everybody who joined; no name, no amount (VISIBILITY.md section 3, "notices")."""
    joined = [each.supplier_id for each in await tender_store.list_participations(world, tx, tender.id) if each.joined]
    people = await identity_store.list_supplier_accounts(world, tx, joined)
    await _tell(world, tx, tender, NoticeKind.DECISION_REOPENED, [person.id for person in people])


async def _tell(world: World, tx: AsyncConnection, tender: Tender, kind: NoticeKind, accounts: Collection[str]) -> None:
    params = {"reference": tender.reference}
    await insert_notices(world, tx, accounts=list(accounts), kind=kind, params=params, tender=tender.id)


def _entry(actor: Actor, hat: Role, tender: Tender, kind: Kind, data: Mapping[str, Any]) -> NewEntry:
    return NewEntry(tender.chain, kind, data, tender=tender.id, **actor.entry_fields(hat))


EFFECTS: dict[ProposalKind, Effect] = {
    ProposalKind.REOPEN: take_first_word,
    ProposalKind.REOPEN_AUDIT: reopen,
}
REFUSED_EFFECTS: dict[ProposalKind, Effect] = dict.fromkeys(WORDS, refuse_reopening)
