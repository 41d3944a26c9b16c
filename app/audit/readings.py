"""Readings of the identity vault by an auditor with a second person, and the emergency unsealing (ACCESS.md section 3).

Every reading is journaled in the transaction that opens it. Who asked and who approved, and why, stands in the record;
what was read does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.store import NewProposal, Proposal
from app.audit.reading_sources import OPENERS, Opened, Subject, find_document, list_subjects, open_all_names
from app.domain.approving import ProposalKind, ProposalState, change_hash
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.body import SealedFile
from app.domain.tendering import TenderState
from app.domain.vault_policy import (
    Reading,
    decide_asking,
    decide_emergency,
    decide_reading,
    emergency_change,
    may_ask,
    may_investigate,
    readable_until,
    reading_change,
)
from app.domain.visibility import Phase, Role, is_anonymity_nominal
from app.evaluation.document_originals import read_original
from app.identity import vault
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.tenders import store as tender_store
from app.tenders.entering import names_of, tell_staff
from app.tenders.participations import list_invited
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class AskReading:
    """An exact reading, and why."""

    reading: Reading
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a reading as its list shows it."""

    id: str
    reading: Reading
    subject_zh: str
    subject_en: str
    reason: str
    state: ProposalState
    asked_at: datetime
    readable_until: datetime | None
    is_mine: bool
    can_read: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What an auditor can ask about a tender now, and what was asked."""

    phase: Phase
    # So few were invited that whoever knows the field knows who is who (attacks.md N16).
    is_anonymity_nominal: bool
    choices: Sequence[tuple[Reading, Sequence[Subject]]]
    asked: Sequence[Asked]
    can_investigate: bool
    investigation: Proposal | None
    is_investigation_waiting: bool
    is_investigated: bool


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading gave."""

    reading: Reading
    rows: Sequence[Opened]


async def load_desk(world: World, actor: Actor, tender_id: str) -> Desk:
    """The page of readings of a tender. Opens nothing of the vault but which aliases there are."""
    async with world.db.snapshot() as tx:
        tender = await _load(tx, tender_id)
        kinds = [each for each in OPENERS if may_ask(each, tender.phase)]
        choices = [(each, await list_subjects(world, tx, tender, each)) for each in kinds]
        asked = await approval_store.list_of_kind(tx, ProposalKind.READ_VAULT, tender_id)
        last = await approval_store.find_latest(tx, kind=ProposalKind.EMERGENCY_UNSEAL, subject_id=tender_id)
        is_nominal = is_anonymity_nominal(len(await list_invited(tx, tender_id)))
    is_waiting = last is not None and last.pending.waits(world.clock.now())
    is_done = last is not None and last.state is ProposalState.APPROVED
    can = may_investigate(tender.phase, is_cancelled=tender.state is TenderState.CANCELLED)
    rows = [_asked(world, actor, tender, each) for each in asked]
    can_investigate = can and not is_waiting and not is_done
    return Desk(tender.phase, is_nominal, choices, rows, can_investigate, last, is_waiting, is_done)


def _asked(world: World, actor: Actor, tender: Tender, proposal: Proposal) -> Asked:
    reading, now = Reading(proposal.change["reading"]), world.clock.now()
    is_expired = proposal.state is ProposalState.PENDING and now >= proposal.expires_at
    state = ProposalState.EXPIRED if is_expired else proposal.state
    is_mine = proposal.proposed_by == actor.account_id
    refusal = decide_reading(reading, tender.phase, state=state, decided_at=proposal.decided_at, at=now)
    is_approved = state is ProposalState.APPROVED and proposal.decided_at is not None
    return Asked(
        id=proposal.id,
        reading=reading,
        subject_zh=str(proposal.summary["subject_zh"]),
        subject_en=str(proposal.summary["subject_en"]),
        reason=str(proposal.change["reason"]),
        state=state,
        asked_at=proposal.proposed_at,
        readable_until=readable_until(proposal.decided_at) if is_approved and proposal.decided_at else None,
        is_mine=is_mine,
        can_read=is_mine and refusal is None,
    )


async def ask_reading(world: World, actor: Actor, tender_id: str, command: AskReading) -> Proposal | Refusal:
    """Ask the second person to let this auditor read exactly this. Refuses what domain/vault_policy.py refuses and
    OUT_OF_RANGE for a subject that the tender does not have; refusals are journaled."""
    command = replace(command, reason=command.reason.strip())
    async with world.db.transaction() as tx:
        tender = await _load(tx, tender_id)
        refusal = decide_asking(command.reading, tender.phase, command.reason)
        name = await _name_of(world, tx, tender, command) if refusal is None else None
        if refusal is None and name is None:
            refusal = Refusal(Code.OUT_OF_RANGE, {"field": "subject"})
        if refusal is not None or name is None:
            return await _refuse(world, tx, actor, tender_id, command.reading, refusal or Refusal(Code.OUT_OF_RANGE))
        change = reading_change(tender_id, command.reading, command.subject, command.reason)
        told = {
            "reading": command.reading.value,
            "subject_zh": name[0],
            "subject_en": name[1],
            "reason": command.reason,
        }
        new = NewProposal(
            kind=ProposalKind.READ_VAULT,
            subject_kind="reading",
            subject_id=change_hash(change),
            chain="system",
            change=change,
            summary={**names_of(tender), **told},
            tender=tender_id,
        )
        proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.AUDITOR)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        return proposal


async def _name_of(world: World, tx: AsyncConnection, tender: Tender, command: AskReading) -> tuple[str, str] | None:
    """How people call the subject of a request in Chinese and in English; None where the tender has no such thing."""
    if command.reading is Reading.RESPONSES:
        return ("", "") if not command.subject else None
    if command.reading is Reading.ACTOR:
        chains = {tender.chain, *(f"lot:{lot.id}" for lot in await tender_store.list_lots(tx, tender.id))}
        return (command.subject, command.subject) if command.subject.partition("#")[0] in chains else None
    found = {each.id: each for each in await list_subjects(world, tx, tender, command.reading)}
    named = found.get(command.subject)
    return None if named is None else (named.told or named.name_zh, named.told or named.name_en)


async def open_original(world: World, actor: Actor, proposal_id: str) -> SealedFile | Refusal:
    """The bytes of an approved reading of an original file; as `open_reading`, and journaled like it."""
    read = await open_reading(world, actor, proposal_id)
    if isinstance(read, Refusal):
        return read
    async with world.db.snapshot() as tx:
        change = (await approval_store.load_proposal(tx, proposal_id)).change
        found = await find_document(world, tx, str(change["tender"]), str(change["subject"]))
    file = None if found is None or read.reading is not Reading.ORIGINALS else await read_original(world, found)
    if file is None:
        raise not_found()
    return file


async def open_reading(world: World, actor: Actor, proposal_id: str) -> Read | Refusal:
    """Read what was approved: by the auditor who asked, for half an hour. Each reading is an entry with its reason.

    The one 404 for anybody else's request. Refuses what domain/vault_policy.decide_reading refuses.
    """
    async with world.db.transaction() as tx:
        proposal = await approval_store.lock_proposal(tx, proposal_id)
        if proposal.kind is not ProposalKind.READ_VAULT or proposal.proposed_by != actor.account_id:
            raise not_found()
        change = proposal.change
        tender = await _load(tx, str(change["tender"]))
        reading, subject = Reading(change["reading"]), str(change["subject"])
        refusal = decide_reading(
            reading, tender.phase, state=proposal.state, decided_at=proposal.decided_at, at=world.clock.now()
        )
        if change_hash(change) != proposal.change_hash:
            refusal = Refusal(Code.CHANGED_SINCE)
        rows = await OPENERS[reading](world, tx, tender, subject) if refusal is None else None
        if rows is None:
            return await _refuse(world, tx, actor, tender.id, reading, refusal or Refusal(Code.OUT_OF_RANGE))
        reason = f"{change['reason']} [{proposal.id}]"
        await vault.note_reading(
            world, tx, actor, Role.AUDITOR, reading, tender=tender.id, subjects=[subject], reason=reason
        )
        return Read(reading, rows)


# ── emergency unsealing ──────────────────────────────────────────────────────────────────────────────────────────────


async def propose_emergency(world: World, actor: Actor, tender_id: str, reason: str) -> Proposal | Refusal:
    """Ask the approver to unseal the names of all bidders for an investigation, without a decision.

    Refuses before the close and while a lot runs, of a cancelled tender, while asked already, a second time.
    """
    reason = reason.strip()
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        if tender.frozen is None:
            raise not_found()
        last = await approval_store.find_latest(tx, kind=ProposalKind.EMERGENCY_UNSEAL, subject_id=tender_id)
        refusal = decide_emergency(
            tender.phase,
            reason,
            is_cancelled=tender.state is TenderState.CANCELLED,
            is_pending=last is not None and last.pending.waits(world.clock.now()),
            is_done=last is not None and last.state is ProposalState.APPROVED,
        )
        if refusal is not None:
            return await _refuse(world, tx, actor, tender_id, Reading.NAMES, refusal)
        new = NewProposal(
            kind=ProposalKind.EMERGENCY_UNSEAL,
            subject_kind="tender",
            subject_id=tender_id,
            chain=tender.chain,
            change=emergency_change(tender_id, reason),
            summary={**names_of(tender), "reason": reason},
            tender=tender_id,
        )
        proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.AUDITOR)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        return proposal


async def read_names(world: World, actor: Actor, tender_id: str) -> Read | Refusal:
    """The names that an approved emergency unsealing has opened to auditors. Each reading is an entry."""
    async with world.db.transaction() as tx:
        tender = await _load(tx, tender_id)
        last = await approval_store.find_latest(tx, kind=ProposalKind.EMERGENCY_UNSEAL, subject_id=tender_id)
        if last is None or last.state is not ProposalState.APPROVED:
            state = {} if last is None else {"state": last.state.value}
            refusal = Refusal(Code.NEEDS_SECOND_PERSON, state)
            return await _refuse(world, tx, actor, tender_id, Reading.NAMES, refusal)
        rows = await open_all_names(world, tx, tender)
        reason = f"{last.change['reason']} [{last.id}]"
        await vault.note_reading(world, tx, actor, Role.AUDITOR, Reading.NAMES, tender=tender.id, reason=reason)
        return Read(Reading.NAMES, rows)


async def _load(tx: AsyncConnection, tender_id: str) -> Tender:
    tender = await tender_store.load_tender(tx, tender_id)
    if tender.frozen is None:
        raise not_found()
    return tender


async def _refuse(
    world: World, tx: AsyncConnection, actor: Actor, tender_id: str, reading: Reading, refusal: Refusal
) -> Refusal:
    data = {"reading": reading.value, "code": refusal.code.value}
    fields = actor.entry_fields(Role.AUDITOR)
    await append(world, tx, NewEntry("system", Kind.READING_REFUSED, data, tender=tender_id, **fields))
    return refusal
