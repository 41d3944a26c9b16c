"""New keys for old: a committee that lost its keys before the close gets others (SEALING.md section 6, attacks.md O13).

Two persons. What was sealed under the old policy is void; the round takes nothing until the new committee has confirmed
and rehearsed, does not close before, and then stays open for `rekey_hours` at least. All are told alike.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import NewProposal, Proposal, insert_proposal
from app.domain.approving import ProposalKind
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.rules import Reason, RoundStatus
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor, reach_tender
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.sealed_rounds import committee_store, store
from app.sealed_rounds.committee_store import HeldCommittee
from app.sealed_rounds.entering import tell_all, topic_of
from app.sealed_rounds.extending import extend
from app.sealed_rounds.forming import (
    committee_change,
    decide_seats,
    find_sittings,
    lock_seat,
    refuse,
    reload,
    seats_summary,
    tell_members,
)
from app.sealed_rounds.rehearsing import decide_rehearsal_release, finish_rehearsal
from app.sealed_rounds.store import SealedRound
from app.tenders import store as tenders_store
from app.tenders.entering import names_of


async def propose_rekey(
    world: World, actor: Actor, round_id: str, emails: Sequence[str], reason: str
) -> Proposal | Refusal:
    """Ask an approver for new members and keys before the close (attacks.md O13).

    Refuses a round that is not in a committee's custody, has no policy yet or has closed (NOT_ALLOWED_HERE), no reason
    (REASON_MISSING), and what domain/committee.decide_sittings refuses.
    """
    reason, hours = reason.strip(), world.settings.rekey_hours
    async with world.db.transaction() as tx:
        held = await store.load_round(tx, round_id)
        await reach_tender(tx, actor, held.tender_id, Role.PURCHASER)
        tender = await tenders_store.lock_tender(tx, held.tender_id)
        held = await store.lock_round(tx, round_id)
        found = await find_sittings(world, tx, tender, emails)
        refusal = decide_rekeying(held, world.clock.now(), reason)
        if refusal is None:
            refusal = found if isinstance(found, Refusal) else decide_seats(held, found)
        if refusal is not None or isinstance(found, Refusal):
            return await refuse(world, tx, actor, held, refusal or Refusal(Code.WRONG_COMMITTEE))
        accounts = [each.account for each in found]
        words = {"reason": reason, "hours": hours}
        new = NewProposal(
            kind=ProposalKind.REKEY,
            subject_kind="tender",
            subject_id=tender.id,
            chain=tender.chain,
            change={**committee_change(held, accounts), **words},
            summary={**names_of(tender), **await seats_summary(world, tx, held, accounts), **words},
            tender=tender.id,
        )
        return await insert_proposal(world, tx, new, actor, Role.PURCHASER)


def decide_rekeying(held: SealedRound, now: datetime, reason: str) -> Refusal | None:
    """Whether the keys of a round may be replaced now."""
    is_shut = held.status not in (RoundStatus.SCHEDULED, RoundStatus.OPEN) or now >= held.timetable.closes_at
    if held.rules.committee is None or not held.has_policy or is_shut:
        return Refusal(Code.NOT_ALLOWED_HERE, {"status": held.status.value})
    return None if reason else Refusal(Code.REASON_MISSING)


async def rekey_committee(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Seat the new members; the policy goes, and with it every package that was sealed under it.

    The round takes nothing until the new committee is ready, does not close before, and then stays open for at least
    `rekey_hours` (`finish_rekeying`). All bidders are told alike, whoever had handed in.
    """
    tender = await tenders_store.lock_tender(tx, str(proposal.tender))
    held = await store.lock_round(tx, str(proposal.change["round"]))
    before = await committee_store.find_committee(tx, held.round_id)
    reason = str(proposal.change["reason"])
    refusal = decide_rekeying(held, world.clock.now(), reason)
    accounts = [str(seat["account"]) for seat in proposal.change["seats"]]
    hours = int(proposal.change["hours"])
    change = {**committee_change(held, accounts), "reason": reason, "hours": hours}
    if refusal is None and change != dict(proposal.change):
        refusal = Refusal(Code.CHANGED_SINCE)
    if refusal is not None or before is None or held.rules.committee is None:
        return refusal or Refusal(Code.CHANGED_SINCE)
    people = [await identity_store.find_account(world, tx, account) for account in accounts]
    if any(person is None or person.state == "disabled" for person in people):
        return Refusal(Code.CHANGED_SINCE)
    seats = [dict(seat) for seat in proposal.change["seats"]]
    data = {
        "round": held.round_id,
        "policy": held.policy_digest,
        "reason": reason,
        "generation": before.generation + 1,
        "k": held.rules.committee.k,
        "seats": seats,
        "hours": hours,
        "proposal": proposal.id,
    }
    fields = actor.entry_fields(Role.APPROVER)
    new = NewEntry(held.chain, Kind.COMMITTEE_REKEYED, data, tender=held.tender_id, round=held.round_id, **fields)
    await append(world, tx, new)
    bare = {**held.policy, "members": [], "k": 0}
    await store.set_round(tx, held, policy=bare, policy_digest="")
    await committee_store.insert_committee(
        world,
        tx,
        round_id=held.round_id,
        tender_id=held.tender_id,
        generation=before.generation + 1,
        proposal_id=proposal.id,
        sittings=list(zip(held.rules.committee.seats, accounts, strict=True)),
        rekey_hours=hours,
    )
    await tell_members(world, tx, tender, accounts, NoticeKind.COMMITTEE_SEATED)
    await tell_all(world, tx, tender, NoticeKind.COMMITTEE_REKEYED)
    world.bell.ring(topic_of(held.round_id))
    return None


async def finish_rekeying(world: World, tx: AsyncConnection, held: SealedRound, now: HeldCommittee) -> None:
    """Give the bidders of an open round the time to seal again, once its new committee is ready.

    Precondition: the round is locked; the rehearsal of this generation has just been done.
    """
    if now.rekey_hours is None or held.status is not RoundStatus.OPEN:
        return
    least = world.clock.now() + timedelta(hours=now.rekey_hours)
    if least > held.timetable.closes_at:
        held = await extend(world, tx, held, least, Reason.COMMITTEE)
    tender = await tenders_store.load_tender(tx, held.tender_id)
    # Until when, and the new policy's fingerprint; not the word of a moved close, that what was handed in stays valid.
    await tell_all(world, tx, tender, NoticeKind.SEALED_ROUND_OPEN, held)


async def rehearse(world: World, actor: Actor, round_id: str, release: bytes) -> HeldCommittee | Refusal:
    """Take what a member releases of the rehearsal's package; with k of them it is opened."""
    async with world.db.transaction() as tx:
        held, now, own = await lock_seat(tx, actor, round_id)
        refusal = decide_rehearsal_release(now, own, release)
        if refusal is not None:
            return await refuse(world, tx, actor, held, refusal, seat=own.seat)
        values = {"rehearsal_release": release.hex(), "rehearsed_at": world.clock.now()}
        await committee_store.set_seat(tx, now, own.seat, **values)
        is_new = now.rehearsed_at is None
        is_done = await finish_rehearsal(world, tx, held, await reload(tx, round_id))
        await store.set_round(tx, held)
        if is_new and is_done:
            await finish_rekeying(world, tx, await store.lock_round(tx, round_id), now)
        now = await reload(tx, round_id)
    world.bell.ring(topic_of(round_id))
    return now
