"""A committee's half of the opening: what is due, what members release, when it is enough. SEALING.md section 6.

Nothing is due before the round is closed; of prices, not before the scores are locked, and of the passing offers alone:
what failed is never released by anybody. A seat speaks once for each kind of envelope.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import EnvelopeKind, Header, header_from_json, header_json
from app.domain.sealing.releases import (
    Bundle,
    Due,
    bundle_from_json,
    decide_bundle,
    is_quorate,
    manifest_digest,
    omissions_of,
)
from app.domain.sealing.rules import decide_opening, next_opening
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.sealed_rounds import committee_store, release_store, store
from app.sealed_rounds.clockwork import list_live_words
from app.sealed_rounds.entering import topic_of
from app.sealed_rounds.forming import lock_seat, tell_members
from app.sealed_rounds.store import SealedRound
from app.tenders import store as tenders_store


async def load_due(tx: AsyncConnection, held: SealedRound) -> Due | None:
    """The envelopes that a committee is to release now, or None."""
    kind = next_opening(held.opening_state)
    if kind is None or held.rules.committee is None or held.manifest is None:
        return None
    headers = await list_due(tx, held, EnvelopeKind(kind))
    return Due(held.round_id, EnvelopeKind(kind), held.policy_digest, tuple(held.manifest), headers)


async def list_due(tx: AsyncConnection, held: SealedRound, kind: EnvelopeKind) -> dict[str, Header]:
    """By package: the journalled header of what stands in the manifest and is to be opened of this kind."""
    headers: dict[str, Header] = {}
    for lot in held.lots:
        passing = None if kind is EnvelopeKind.TECH or held.passing is None else set(held.passing.get(lot.lot, ()))
        for entry in await list_live_words(tx, held, lot.lot):
            is_meant = entry.data["package"] in (held.manifest or ()) and (passing is None or entry.tag in passing)
            header = header_from_json(entry.data["header"])
            if is_meant and isinstance(header, Header):
                headers[entry.data["package"]] = header
    return headers


async def read_wraps(world: World, actor: Actor, round_id: str, envelope: str) -> dict[str, Any] | Refusal:
    """What a member's page or command needs to release: manifest, and of every due package its header.

    The one 404 for everybody without a seat. Refuses what is not due yet (NOT_CLOSED, NOT_LOCKED) or opened already.
    """
    async with world.db.snapshot() as tx:
        held = await store.load_round(tx, round_id)
        now = await committee_store.find_committee(tx, round_id)
        own = None if now is None else now.seat_of(actor.account_id)
        if own is None or held.rules.committee is None:
            raise not_found()
        due = await load_due(tx, held)
        if due is None or due.envelope.value != envelope:
            return decide_opening(held.opening_state, envelope) or Refusal(Code.NOT_ALLOWED_HERE)
        seats = await release_store.list_seats(tx, round_id, envelope)
    return {
        "round_id": round_id,
        "envelope": envelope,
        "seat": own.seat,
        "title": own.title,
        "k": held.rules.committee.k,
        "policy_digest": held.policy_digest,
        "closes_at": instant_text(held.timetable.closes_at),
        "now": instant_text(world.clock.now()),
        "manifest": list(due.manifest),
        "manifest_digest": manifest_digest(due.manifest),
        "packages": [{"package": name, "header": header_json(header)} for name, header in sorted(due.headers.items())],
        "digest": seats.get(own.seat),
    }


async def take_bundle(world: World, actor: Actor, round_id: str, sent: object) -> str | Refusal:
    """Take a seat's bundle, each release tried on its wrap; the bundle's digest.

    Refuses before anything is due (NOT_CLOSED, NOT_LOCKED: attacks.md O01), a second word of a seat
    (RELEASED_ALREADY: O03), and what domain/sealing/releases.decide_bundle refuses. Each refusal is journaled.
    """
    bundle = bundle_from_json(sent)
    async with world.db.transaction() as tx:
        held, _now, own = await lock_seat(tx, actor, round_id)
        due = await load_due(tx, held)
        refusal = _refusal(held, due, bundle)
        if refusal is None and bundle is not None and due is not None:
            refusal = decide_bundle(bundle, due, own.seat)
            if own.seat in await release_store.list_seats(tx, round_id, due.envelope.value):
                refusal = Refusal(Code.RELEASED_ALREADY, {"seat": str(own.seat)})
        if refusal is not None or bundle is None:
            refusal = refusal or Refusal(Code.NOT_ALLOWED_HERE)
            data = {"round": round_id, "seat": own.seat, "code": refusal.code.value}
            await _enter(world, tx, actor, held, Kind.RELEASES_REFUSED, data)
            return refusal
        at = world.clock.now()
        digest = await release_store.insert_bundle(world, tx, bundle, at)
        data = {
            "round": round_id,
            "envelope": bundle.envelope.value,
            "seat": own.seat,
            "digest": digest,
            "received_at": instant_text(at),
            "omitted": omissions_of(bundle),
        }
        await _enter(world, tx, actor, held, Kind.RELEASES_RECEIVED, data)
        await store.set_round(tx, held)
    world.bell.ring(topic_of(round_id))
    return digest


def _refusal(held: SealedRound, due: Due | None, bundle: Bundle | None) -> Refusal | None:
    if due is None:
        envelope = EnvelopeKind.PRICE.value if bundle is None else bundle.envelope.value
        return decide_opening(held.opening_state, envelope) or Refusal(Code.NOT_ALLOWED_HERE)
    return Refusal(Code.RELEASE_MISSING) if bundle is None else None


async def find_releases(world: World, tx: AsyncConnection, held: SealedRound, due: Due) -> list[Bundle] | None:
    """The bundles with which the due envelopes may be opened; None while they are not enough."""
    assert held.rules.committee is not None, "of committee custody alone"
    bundles = await release_store.list_bundles(world, tx, held.round_id, due.envelope.value)
    k, n = held.rules.committee.k, len(held.rules.committee.seats)
    quorum_at = await release_store.find_quorum_at(tx, held.round_id, due.envelope.value, k)
    patience = timedelta(seconds=world.settings.resupply_seconds)
    has_waited = quorum_at is not None and world.clock.now() >= quorum_at + patience
    return bundles if is_quorate(bundles, due.headers, k=k, n=n, has_waited=has_waited) else None


async def call_members(world: World, round_id: str, envelope: str) -> None:
    """Ask the members for the envelopes that have become due, once."""
    async with world.db.transaction() as tx:
        held = await store.load_round(tx, round_id)
        tender = await tenders_store.lock_tender(tx, held.tender_id)
        now = await committee_store.find_committee(tx, round_id)
        if now is not None and await release_store.call_members(world, tx, round_id, envelope):
            members = [each.account_id for each in now.members]
            await tell_members(world, tx, tender, members, NoticeKind.COMMITTEE_RELEASE)


async def _enter(
    world: World, tx: AsyncConnection, actor: Actor, held: SealedRound, kind: Kind, data: dict[str, Any]
) -> None:
    fields = actor.entry_fields(Role.TRUSTEE)
    await append(world, tx, NewEntry(held.chain, kind, data, tender=held.tender_id, round=held.round_id, **fields))
