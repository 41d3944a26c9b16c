"""Bidder-assisted opening: two persons ask the bidders for the secrets of what is due; each gives its own.

The order of the locks is tender, round, then the chain. What a bidder gives is tried on the commitment at once, kept
sealed, and shown to nobody before the opening.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.store import NewProposal, Proposal
from app.domain.approving import ProposalKind
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import Header, header_json
from app.domain.sealing.recovering import Standing, decide_recovery, decide_secret, is_answered, recovery_change
from app.domain.sealing.releases import Due
from app.domain.sealing.rules import next_opening
from app.domain.visibility import Role
from app.domain.wording import local_time
from app.identity.access import Actor, reach_tender
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.sealed_rounds import recovery_store, store
from app.sealed_rounds.bidders import Bidder, load_bidder, reach_round
from app.sealed_rounds.copying import accounts_behind
from app.sealed_rounds.entering import enter, topic_of
from app.sealed_rounds.recovery_store import Recovery
from app.sealed_rounds.releasing import find_releases, load_due
from app.sealed_rounds.store import SealedRound
from app.tenders import store as tenders_store
from app.tenders.entering import names_of, tell_staff
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class Secret:
    """What a bidder gives: S||V of one package's due envelope."""

    round_id: str
    package: str
    secret: bytes


# ── two persons ask ───────────────────────────────────────────────────────────


async def propose_recovery(world: World, actor: Actor, round_id: str, reason: str) -> Proposal | Refusal:
    """Ask an approver to let the bidders open. Refuses what domain/sealing/recovering.decide_recovery refuses."""
    async with world.db.transaction() as tx:
        found = await store.load_round(tx, round_id)
        await reach_tender(tx, actor, found.tender_id, Role.PURCHASER)
        tender = await tenders_store.lock_tender(tx, found.tender_id)
        held = await store.lock_round(tx, round_id)
        due = await load_due(tx, held)
        refusal = decide_recovery(await _standing(world, tx, held, due), reason)
        if refusal is not None or due is None:
            refusal = refusal or Refusal(Code.NOT_CLOSED)
            data = {"round": round_id, "code": refusal.code.value, "seat": None}
            new = NewEntry(
                held.chain,
                Kind.RELEASES_REFUSED,
                data,
                tender=tender.id,
                round=round_id,
                **actor.entry_fields(Role.PURCHASER),
            )
            await append(world, tx, new)
            return refusal
        new_proposal = NewProposal(
            kind=ProposalKind.RECOVERY,
            subject_kind="tender",
            subject_id=tender.id,
            chain=tender.chain,
            change=recovery_change(round_id, due.envelope.value, reason.strip()),
            summary={**names_of(tender), "envelope": due.envelope.value, "reason": reason.strip()},
            tender=tender.id,
        )
        proposal = await approval_store.insert_proposal(world, tx, new_proposal, actor, Role.PURCHASER)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
    world.bell.ring(topic_of(round_id))
    return proposal


async def _standing(world: World, tx: AsyncConnection, held: SealedRound, due: Due | None) -> Standing:
    if due is None:
        return Standing(None, held.rules.committee is not None, is_quorate=False, is_asked=False)
    asked = await recovery_store.find_recovery(tx, held.round_id, due.envelope.value)
    bundles = await find_releases(world, tx, held, due)
    is_asked = asked is not None
    return Standing(due.envelope.value, has_committee=True, is_quorate=bundles is not None, is_asked=is_asked)


async def begin_recovery(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Ask the bidders whose envelopes are due, all at once. Refuses what moved meanwhile (CHANGED_SINCE)."""
    tender = await tenders_store.lock_tender(tx, str(proposal.tender))
    held = await store.lock_round(tx, str(proposal.change["round"]))
    due = await load_due(tx, held)
    refusal = decide_recovery(await _standing(world, tx, held, due), str(proposal.change["reason"]))
    if refusal is not None or due is None or due.envelope.value != proposal.change["envelope"]:
        return Refusal(Code.CHANGED_SINCE)
    now = world.clock.now()
    asked = Recovery(
        held.round_id,
        due.envelope.value,
        proposal.id,
        asked_at=now,
        ends_at=now + timedelta(hours=world.settings.recovery_hours),
    )
    await recovery_store.insert_recovery(tx, asked)
    await store.set_round(tx, held)
    data = {"round": held.round_id, "envelope": asked.envelope, "ends_at": instant_text(asked.ends_at)}
    new = NewEntry(
        held.chain,
        Kind.RECOVERY_ASKED,
        {**data, "reason": proposal.change["reason"], "proposal": proposal.id},
        tender=tender.id,
        round=held.round_id,
        **actor.entry_fields(Role.APPROVER),
    )
    await append(world, tx, new)
    await _tell_bidders(world, tx, tender, due, asked)
    world.bell.ring(topic_of(held.round_id))
    return None


async def _tell_bidders(world: World, tx: AsyncConnection, tender: Tender, due: Due, asked: Recovery) -> None:
    tags = {header.binding.tag for header in due.headers.values()}
    await insert_notices(
        world,
        tx,
        accounts=await accounts_behind(world, tx, tender, tags),
        kind=NoticeKind.RECOVERY_ASKED,
        params={**names_of(tender), "closes_at": local_time({"time_zone": tender.time_zone}, asked.ends_at)},
        tender=tender.id,
    )


# ── a bidder answers ──────────────────────────────────────────────────────────


async def read_recovery(world: World, actor: Actor, round_id: str) -> dict[str, Any]:
    """What a bidder is asked for; the one 404 where nothing is asked of it."""
    async with world.db.snapshot() as tx:
        held, bidder = await _reach(world, tx, actor, round_id)
        return await _view(world, tx, held, bidder)


async def _reach(world: World, tx: AsyncConnection, actor: Actor, round_id: str) -> tuple[SealedRound, Bidder]:
    held, hat = await reach_round(tx, actor, round_id)
    if hat is not Role.SUPPLIER or actor.supplier_id is None:
        raise not_found()
    return held, await load_bidder(world, tx, held, actor.supplier_id)


async def _asked_of(
    tx: AsyncConnection, held: SealedRound, bidder: Bidder
) -> tuple[Recovery, Due, Mapping[str, Header]]:
    due = await load_due(tx, held)
    asked = None if due is None else await recovery_store.find_recovery(tx, held.round_id, due.envelope.value)
    if due is None or asked is None:
        raise not_found()
    own = {name: header for name, header in due.headers.items() if header.binding.tag == bidder.tag}
    if not own:
        raise not_found()
    return asked, due, own


async def _view(world: World, tx: AsyncConnection, held: SealedRound, bidder: Bidder) -> dict[str, Any]:
    asked, _due, own = await _asked_of(tx, held, bidder)
    given = set(await recovery_store.list_given(tx, asked))
    return {
        "round_id": held.round_id,
        "envelope": asked.envelope,
        "ends_at": instant_text(asked.ends_at),
        "now": instant_text(world.clock.now()),
        "packages": [
            {
                "package": name,
                "lot_id": header.binding.lot,
                "header": header_json(header),
                "is_given": name in given,
            }
            for name, header in sorted(own.items())
        ],
    }


async def give_secret(world: World, actor: Actor, given: Secret) -> dict[str, Any] | Refusal:
    """Take the secret of an own due envelope, tried on its commitment. The same again changes nothing.

    Refuses another package than an own due one (NO_PACKAGE) and what domain/sealing/recovering.decide_secret refuses.
    """
    async with world.db.transaction() as tx:
        held, bidder = await _reach(world, tx, actor, given.round_id)
        await tenders_store.lock_tender(tx, held.tender_id)
        held = await store.lock_round(tx, given.round_id)
        asked, due, own = await _asked_of(tx, held, bidder)
        header = own.get(given.package)
        if header is not None and given.package in await recovery_store.list_given(tx, asked):
            return await _view(world, tx, held, bidder)
        envelope = None if header is None else header.envelope(due.envelope)
        refusal: Refusal | None = Refusal(Code.NO_PACKAGE)
        if header is not None and envelope is not None:
            now = world.clock.now()
            refusal = decide_secret(header.binding, envelope, given.secret, now=now, ends_at=asked.ends_at)
        data: dict[str, Any] = {"round": held.round_id, "envelope": asked.envelope}
        if refusal is not None or header is None:
            refusal = refusal or Refusal(Code.NO_PACKAGE)
            await enter(world, tx, held, Kind.RELEASES_REFUSED, {**data, "code": refusal.code.value, "seat": None})
            return refusal
        await recovery_store.insert_secret(world, tx, asked, given.package, given.secret)
        lot = header.binding.lot
        await enter(world, tx, held, Kind.RECOVERY_GIVEN, {**data, "package": given.package}, lot=lot)
        await store.set_round(tx, held)
        view = await _view(world, tx, held, bidder)
    world.bell.ring(topic_of(given.round_id))
    return view


# ── the opening ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Help:
    """What the bidders gave, by package, and the approval by which they were asked."""

    proposal: str
    secrets: Mapping[str, bytes]


async def find_help(world: World, tx: AsyncConnection, held: SealedRound) -> Help | None:
    """The bidders' secrets with which the due envelopes open; None while they were not asked, or are waited for."""
    asked = await recovery_store.find_recovery(tx, held.round_id, next_opening(held.opening_state) or "")
    due = None if asked is None else await load_due(tx, held)
    if asked is None or due is None:
        return None
    given = await recovery_store.list_given(tx, asked)
    if not is_answered(due.headers, given, now=world.clock.now(), ends_at=asked.ends_at):
        return None
    return Help(asked.proposal_id, await recovery_store.load_secrets(world, tx, asked))
