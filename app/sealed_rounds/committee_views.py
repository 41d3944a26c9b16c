"""What people are shown of an opening committee: its members, and the staff of the tender (VISIBILITY.md d09)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.domain.approving import ProposalKind
from app.domain.committee import Step
from app.domain.live_rules_json import instant_text
from app.domain.sealing.policy import fingerprint
from app.domain.sealing.rules import RoundStatus
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor, reach_tender
from app.infra.errors import not_found
from app.infra.world import World
from app.sealed_rounds import committee_store, store
from app.sealed_rounds.committee_store import HeldCommittee, Member
from app.sealed_rounds.demo_keys import find_demo_key
from app.sealed_rounds.forming import decide_forming, step_of
from app.sealed_rounds.rekeying import decide_rekeying
from app.sealed_rounds.store import SealedRound
from app.sealed_rounds.wording import custody_words
from app.tenders import store as tenders_store
from app.tenders.entering import names_of

READERS = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR)


async def read_committee(world: World, actor: Actor, round_id: str) -> dict[str, Any]:
    """The committee of a round for its members and for staff; the one 404 for everybody else."""
    async with world.db.snapshot() as tx:
        return await load_view(world, tx, actor, round_id)


async def load_view(world: World, tx: AsyncConnection, actor: Actor, round_id: str) -> dict[str, Any]:
    """The same within a transaction."""
    held = await store.load_round(tx, round_id)
    now = await committee_store.find_committee(tx, round_id)
    own = None if now is None else now.seat_of(actor.account_id)
    # A member may be the purchaser, too; whoever is neither has no business here.
    is_reader = own is None or bool(set(READERS) & actor.roles)
    hat = await reach_tender(tx, actor, held.tender_id, *READERS) if is_reader else None
    if held.rules.committee is None:
        raise not_found()
    tender = await tenders_store.load_tender(tx, held.tender_id)
    kind = ProposalKind.REKEY if held.has_policy else ProposalKind.COMMITTEE
    pending = await approval_store.find_latest(tx, kind=kind, subject_id=tender.id)
    is_waiting = pending is not None and pending.pending.waits(world.clock.now())
    zh, en = custody_words(held, is_demo=world.settings.demo)
    return {
        "round_id": round_id,
        "tender_id": tender.id,
        **names_of(tender),
        "status": held.status.value,
        "opens_at": instant_text(held.timetable.opens_at),
        "closes_at": instant_text(held.timetable.closes_at),
        "now": instant_text(world.clock.now()),
        "k": held.rules.committee.k,
        "titles": list(held.rules.committee.seats),
        "step": step_of(now),
        "seats": [] if now is None else [await _seat(world, tx, each, own) for each in now.members],
        "own_seat": None if own is None else own.seat,
        "policy": dict(held.policy),
        "policy_digest": held.policy_digest,
        "fingerprint": fingerprint(held.policy_digest) if held.has_policy else [],
        "custody_zh": zh,
        "custody_en": en,
        "rehearsal": _rehearsal(now, own),
        "can_form": hat is Role.PURCHASER and decide_forming(held) is None,
        "can_rekey": hat is Role.PURCHASER and decide_rekeying(held, world.clock.now(), "any") is None,
        "proposal_id": pending.id if is_waiting and pending is not None else None,
        "demo_key": None if own is None else find_demo_key(world, round_id, own.seat, own.public_key),
    }


def _rehearsal(now: HeldCommittee | None, own: Member | None) -> dict[str, Any] | None:
    if now is None or own is None or now.rehearsal is None:
        return None
    header: dict[str, Any] = now.rehearsal["header"]
    return header


async def _seat(world: World, tx: AsyncConnection, each: Member, own: Member | None) -> dict[str, Any]:
    person = await identity_store.find_account(world, tx, each.account_id)
    return {
        "seat": each.seat,
        "title": each.title,
        "name": "" if person is None else person.name,
        "is_own": own is not None and own.seat == each.seat,
        "key": each.public_key,
        "has_confirmed": each.confirmed_at is not None,
        "has_rehearsed": each.rehearsal_release is not None,
    }


async def list_own_seats(world: World, actor: Actor) -> list[dict[str, Any]]:
    """The actor's seats in committees that stand, those with something due first."""
    async with world.db.snapshot() as tx:
        rounds = await committee_store.list_rounds_of(tx, actor.account_id)
        found = [await _own(tx, actor, round_id) for round_id in rounds]
    seats = [each for each in found if each is not None]
    return sorted(seats, key=lambda each: (not each["is_due"], each["opens_at"], each["round_id"]))


async def _own(tx: AsyncConnection, actor: Actor, round_id: str) -> dict[str, Any] | None:
    held = await store.load_round(tx, round_id)
    now = await committee_store.find_committee(tx, round_id)
    own = None if now is None else now.seat_of(actor.account_id)
    if now is None or own is None:
        return None
    tender = await tenders_store.load_tender(tx, held.tender_id)
    return {
        "round_id": round_id,
        "tender_id": tender.id,
        **names_of(tender),
        "seat": own.seat,
        "title": own.title,
        "status": held.status.value,
        "step": step_of(now),
        "opens_at": instant_text(held.timetable.opens_at),
        "closes_at": instant_text(held.timetable.closes_at),
        "is_due": is_due(held, now, own),
    }


def is_due(held: SealedRound, now: HeldCommittee, own: Member) -> bool:
    """Whether a member has something to do before the opening."""
    if held.status is not RoundStatus.SCHEDULED and held.status is not RoundStatus.OPEN:
        return False
    match step_of(now):
        case Step.KEYS:
            return own.public_key is None
        case Step.CONFIRM:
            return own.confirmed_at is None
        case Step.REHEARSE:
            return own.rehearsal_release is None
        case _:
            return False
