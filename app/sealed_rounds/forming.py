"""Forming an opening committee, before its round opens: who sits where, whose keys, what is confirmed. SEALING.md 2.

Two persons name the people; each of them makes a key of its own, proves to hold it, and confirms the key policy that
was made of all of them. The order of the locks is tender, round, then the chain.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import NewProposal, Proposal, insert_proposal
from app.domain.approving import ProposalKind
from app.domain.committee import Sitting, Step, decide_sittings, next_step
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.committee import challenge
from app.domain.sealing.policy import KeyPolicy, MemberKey, is_public_key, policy_digest, policy_json
from app.domain.sealing.rules import RoundStatus
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor, reach_tender
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.sealed_rounds import committee_store, store
from app.sealed_rounds.committee_store import HeldCommittee, Member
from app.sealed_rounds.entering import enter, topic_of
from app.sealed_rounds.rehearsing import make_rehearsal
from app.sealed_rounds.store import SealedRound
from app.tenders import store as tenders_store
from app.tenders.entering import names_of
from app.tenders.store import Tender

NONCE_BYTES = 32


# ── who sits where: two persons ───────────────────────────────────────────────


async def propose_committee(world: World, actor: Actor, round_id: str, emails: Sequence[str]) -> Proposal | Refusal:
    """Ask an approver for these people, in the order of the published seats.

    Refuses a round of another custody (NOT_ALLOWED_HERE), one whose policy is fixed (COMMITTEE_FIXED: from then on
    only rekeying changes it), an address that is no colleague's, and what domain/committee.decide_sittings refuses.
    """
    async with world.db.transaction() as tx:
        held = await store.load_round(tx, round_id)
        await reach_tender(tx, actor, held.tender_id, Role.PURCHASER)
        tender = await tenders_store.lock_tender(tx, held.tender_id)
        held = await store.lock_round(tx, round_id)
        found = await find_sittings(world, tx, tender, emails)
        refusal = decide_forming(held)
        if refusal is None:
            refusal = found if isinstance(found, Refusal) else decide_seats(held, found)
        if refusal is not None or isinstance(found, Refusal):
            return await refuse(world, tx, actor, held, refusal or Refusal(Code.WRONG_COMMITTEE))
        accounts = [each.account for each in found]
        new = NewProposal(
            kind=ProposalKind.COMMITTEE,
            subject_kind="tender",
            subject_id=tender.id,
            chain=tender.chain,
            change=committee_change(held, accounts),
            summary={**names_of(tender), **await seats_summary(world, tx, held, accounts)},
            tender=tender.id,
        )
        return await insert_proposal(world, tx, new, actor, Role.PURCHASER)


def decide_forming(held: SealedRound) -> Refusal | None:
    """Whether a committee may be named now."""
    if held.rules.committee is None:
        return Refusal(Code.NOT_ALLOWED_HERE, {"custody": held.rules.custody.value})
    if held.status is not RoundStatus.SCHEDULED or held.has_policy:
        return Refusal(Code.COMMITTEE_FIXED)
    return None


def decide_seats(held: SealedRound, sittings: Sequence[Sitting]) -> Refusal | None:
    """Whether these people may sit in the published seats. Precondition: the round is in a committee's custody."""
    assert held.rules.committee is not None, "asked of committee custody alone"
    return decide_sittings(held.rules.committee, sittings)


async def find_sittings(
    world: World, tx: AsyncConnection, tender: Tender, emails: Sequence[str]
) -> list[Sitting] | Refusal:
    """The people behind mail addresses, as the rule looks at them; WRONG_COMMITTEE for an address that is no
    colleague's."""
    found = []
    for number, email in enumerate(emails, start=1):
        person = await identity_store.find_account_by_email(world, tx, email)
        if person is None or person.kind != "staff" or person.state == "disabled":
            return Refusal(Code.WRONG_COMMITTEE, {"why": "unknown", "seat": str(number)})
        found.append(Sitting(person.id, person.roles, is_purchaser_of_it=person.id == tender.created_by))
    return found


def committee_change(held: SealedRound, accounts: Sequence[str]) -> Mapping[str, Any]:
    """The exact change that a second person approves."""
    assert held.rules.committee is not None, "of committee custody alone"
    seats = [
        {"seat": number, "title": title.value, "account": account}
        for number, (title, account) in enumerate(zip(held.rules.committee.seats, accounts, strict=True), start=1)
    ]
    return {"round": held.round_id, "k": held.rules.committee.k, "seats": seats}


async def seats_summary(
    world: World, tx: AsyncConnection, held: SealedRound, accounts: Sequence[str]
) -> dict[str, Any]:
    assert held.rules.committee is not None, "of committee custody alone"
    people = [await identity_store.find_account(world, tx, account) for account in accounts]
    names = ["" if person is None else person.name for person in people]
    titles = [title.value for title in held.rules.committee.seats]
    return {"k": held.rules.committee.k, "seats": [list(pair) for pair in zip(titles, names, strict=True)]}


async def form_committee(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Seat the people that were agreed to. Refuses CHANGED_SINCE where round, people or roles are others by now."""
    tender = await tenders_store.lock_tender(tx, str(proposal.tender))
    held = await store.lock_round(tx, str(proposal.change["round"]))
    sittings = []
    for seat in proposal.change["seats"]:
        person = await identity_store.find_account(world, tx, seat["account"])
        if person is None or person.state == "disabled":
            return Refusal(Code.CHANGED_SINCE)
        sittings.append(Sitting(person.id, person.roles, is_purchaser_of_it=person.id == tender.created_by))
    refusal = decide_forming(held)
    refusal = refusal or decide_seats(held, sittings)
    accounts = [each.account for each in sittings]
    if refusal is None and committee_change(held, accounts) != dict(proposal.change):
        refusal = Refusal(Code.CHANGED_SINCE)
    if refusal is not None:
        return refusal
    assert held.rules.committee is not None, "decided above"
    before = await committee_store.find_committee(tx, held.round_id)
    generation = 1 if before is None else before.generation + 1
    await committee_store.insert_committee(
        world,
        tx,
        round_id=held.round_id,
        tender_id=held.tender_id,
        generation=generation,
        proposal_id=proposal.id,
        sittings=list(zip(held.rules.committee.seats, accounts, strict=True)),
    )
    await store.set_round(tx, held)
    data = {"round": held.round_id, "generation": generation, "k": held.rules.committee.k}
    seats = [dict(seat) for seat in proposal.change["seats"]]
    new = NewEntry(
        held.chain,
        Kind.COMMITTEE_FORMED,
        {**data, "seats": seats, "proposal": proposal.id},
        tender=held.tender_id,
        round=held.round_id,
        **actor.entry_fields(Role.APPROVER),
    )
    await append(world, tx, new)
    await tell_members(world, tx, tender, accounts, NoticeKind.COMMITTEE_SEATED)
    world.bell.ring(topic_of(held.round_id))
    return None


async def tell_members(
    world: World, tx: AsyncConnection, tender: Tender, accounts: Sequence[str], kind: NoticeKind
) -> None:
    """One notice to each of these members."""
    await insert_notices(world, tx, accounts=list(accounts), kind=kind, params=names_of(tender), tender=tender.id)


# ── a member's own key ────────────────────────────────────────────────────────


async def lock_seat(tx: AsyncConnection, actor: Actor, round_id: str) -> tuple[SealedRound, HeldCommittee, Member]:
    """The round, its committee and the actor's seat in it, all locked; the one 404 for everybody without a seat."""
    found = await store.load_round(tx, round_id)
    await tenders_store.lock_tender(tx, found.tender_id)
    held = await store.lock_round(tx, round_id)
    now = await committee_store.find_committee(tx, round_id)
    own = None if now is None else now.seat_of(actor.account_id)
    if now is None or own is None:
        raise not_found()
    return held, now, own


async def ask_challenge(world: World, actor: Actor, round_id: str, public: str) -> tuple[bytes, bytes] | Refusal:
    """(enc, ct) of a challenge to a member's new key: what it says only the key's holder can read (attacks.md S18).

    Refuses what is no point (NOT_A_POINT), a key of any other seat or lock (KEY_TAKEN), a policy that is fixed.
    """
    async with world.db.transaction() as tx:
        held, now, own = await lock_seat(tx, actor, round_id)
        refusal = _decide_key(held, public)
        if refusal is None and await committee_store.is_key_taken(tx, public):
            refusal = Refusal(Code.KEY_TAKEN)
        if refusal is not None:
            return await refuse(world, tx, actor, held, refusal, seat=own.seat)
        nonce, ephemeral = world.ids.salt(), world.ids.salt()
        values = {"challenged_key": public, "challenge_hash": hashlib.sha256(nonce).hexdigest()}
        await committee_store.set_seat(tx, now, own.seat, **values)
    return challenge(bytes.fromhex(public), round_id, own.seat, nonce, ephemeral)


def _decide_key(held: SealedRound, public: str) -> Refusal | None:
    if held.has_policy or held.status not in (RoundStatus.SCHEDULED, RoundStatus.OPEN):
        return Refusal(Code.COMMITTEE_FIXED)
    if not is_public_key(public):
        return Refusal(Code.NOT_A_POINT)
    return Refusal(Code.KEY_TAKEN) if public == held.policy["server_lock"] else None


async def add_key(world: World, actor: Actor, round_id: str, public: str, answer: bytes) -> HeldCommittee | Refusal:
    """Take a member's key whose challenge was answered; the last key of all fixes the key policy.

    Refuses an answer that is not the challenge's (NOT_PROVEN), and what `ask_challenge` refuses by now.
    """
    async with world.db.transaction() as tx:
        held, now, own = await lock_seat(tx, actor, round_id)
        refusal = _decide_key(held, public)
        if refusal is None and await committee_store.is_key_taken(tx, public):
            refusal = Refusal(Code.KEY_TAKEN)
        digest = hashlib.sha256(answer).hexdigest()
        asked = own.challenge_hash if own.challenged_key == public else None
        if refusal is None and (asked is None or not hmac.compare_digest(asked, digest)):
            refusal = Refusal(Code.NOT_PROVEN)
        if refusal is not None:
            return await refuse(world, tx, actor, held, refusal, seat=own.seat)
        values = {"public_key": public, "keyed_at": world.clock.now(), "challenge_hash": None, "challenged_key": None}
        await committee_store.set_seat(tx, now, own.seat, **values)
        data = {"round": round_id, "generation": now.generation, "seat": own.seat, "title": own.title.value}
        await _enter(world, tx, actor, held, Kind.MEMBER_KEY_ADDED, {**data, "key": public})
        now = await reload(tx, round_id)
        if all(each.public_key is not None for each in now.members):
            await _fix_policy(world, tx, held, now)
            now = await reload(tx, round_id)
        else:
            await store.set_round(tx, held)
    world.bell.ring(topic_of(round_id))
    return now


async def reload(tx: AsyncConnection, round_id: str) -> HeldCommittee:
    """The committee as it stands now. Precondition: it was there under the same lock."""
    now = await committee_store.find_committee(tx, round_id)
    assert now is not None, "it was there under the same lock"
    return now


async def _fix_policy(world: World, tx: AsyncConnection, held: SealedRound, now: HeldCommittee) -> None:
    assert held.rules.committee is not None, "a committee sits in committee custody alone"
    told = held.policy
    policy = KeyPolicy(
        round=held.round_id,
        lots=tuple(told["lots"]),
        server_lock=told["server_lock"],
        journal_key=world.keys.public_key_hex,
        rules_digest=told["rules_digest"],
        custody=held.rules.custody.value,
        k=held.rules.committee.k,
        members=tuple(MemberKey(each.title.value, each.public_key or "") for each in now.members),
    )
    digest = policy_digest(policy)
    await store.set_round(tx, held, policy=policy_json(policy), policy_digest=digest)
    await committee_store.set_committee(
        tx, now, policy_digest=digest, rehearsal=make_rehearsal(world, policy, held.rules.price_bucket)
    )
    fixed = replace(held, policy=policy_json(policy), policy_digest=digest)
    await enter(
        world, tx, fixed, Kind.POLICY_FIXED, {"round": held.round_id, "policy": policy_json(policy), "digest": digest}
    )
    tender = await tenders_store.load_tender(tx, held.tender_id)
    await tell_members(world, tx, tender, [each.account_id for each in now.members], NoticeKind.COMMITTEE_CONFIRM)


async def confirm_policy(world: World, actor: Actor, round_id: str, digest: str) -> HeldCommittee | Refusal:
    """A member's word that the policy is the one it has compared. Refuses another digest (OTHER_POLICY)."""
    async with world.db.transaction() as tx:
        held, now, own = await lock_seat(tx, actor, round_id)
        refusal = None if held.has_policy and digest == held.policy_digest else Refusal(Code.OTHER_POLICY)
        if refusal is not None:
            return await refuse(world, tx, actor, held, refusal, seat=own.seat)
        if own.confirmed_at is None:
            await committee_store.set_seat(tx, now, own.seat, confirmed_at=world.clock.now())
            data = {"round": round_id, "generation": now.generation, "seat": own.seat, "digest": digest}
            await _enter(world, tx, actor, held, Kind.POLICY_CONFIRMED, data)
            await store.set_round(tx, held)
        now = await reload(tx, round_id)
        if step_of(now) is Step.REHEARSE:
            tender = await tenders_store.load_tender(tx, held.tender_id)
            members = [each.account_id for each in now.members]
            await tell_members(world, tx, tender, members, NoticeKind.COMMITTEE_REHEARSE)
    world.bell.ring(topic_of(round_id))
    return now


def step_of(now: HeldCommittee | None) -> Step:
    """What a committee owes next."""
    if now is None:
        return Step.FORM
    states = [each.state for each in now.members]
    return next_step(states, has_policy=now.policy_digest is not None, is_rehearsed=now.rehearsed_at is not None)


# ── entries ───────────────────────────────────────────────────────────────────


async def refuse(
    world: World, tx: AsyncConnection, actor: Actor, held: SealedRound, refusal: Refusal, seat: int | None = None
) -> Refusal:
    """Journal that a rule said no, and give the refusal back."""
    data = {"round": held.round_id, "code": refusal.code.value, "seat": seat}
    await _enter(world, tx, actor, held, Kind.COMMITTEE_REFUSED, data)
    return refusal


async def _enter(
    world: World, tx: AsyncConnection, actor: Actor, held: SealedRound, kind: Kind, data: Mapping[str, Any]
) -> None:
    hat = Role.PURCHASER if data.get("seat") is None else Role.TRUSTEE
    fields = actor.entry_fields(hat)
    await append(world, tx, NewEntry(held.chain, kind, data, tender=held.tender_id, round=held.round_id, **fields))
