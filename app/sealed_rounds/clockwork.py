"""What time brings to a sealed round: its key policy fixed, opened, extended by rule, closed. Asked by a timekeeper.

Every act locks, looks again and changes nothing the second time, so any replica may ask at any moment. The order of the
locks is tender, round, then the chains.
"""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.noticing import NoticeKind
from app.domain.process import Fact
from app.domain.refusals import Code
from app.domain.sealed_rules import Custody, SealedRules, sealed_rules_from_json, sealed_rules_to_json
from app.domain.sealing.policy import KeyPolicy, policy_digest, policy_json
from app.domain.sealing.rules import (
    CloseVerdict,
    PriceTerms,
    Reason,
    RoundStatus,
    Timetable,
    decide_close,
    is_due_to_close,
    is_due_to_open,
    manifest_of,
    rules_digest,
)
from app.domain.tendering import Continuation, TenderState
from app.domain.visibility import Phase
from app.infra.world import World
from app.sealed_rounds import committee_store, pulse_store, store
from app.sealed_rounds.arrivals import arrivals_of
from app.sealed_rounds.entering import enter, tell_all, topic_of
from app.sealed_rounds.extending import extend, extend_late_opening
from app.sealed_rounds.insisting import insist
from app.sealed_rounds.store import SealedRound
from app.tenders import store as tenders_store
from app.tenders.projecting import note_project
from app.tenders.store import Round, Tender

# Published and not over: the states in which a sealed round has a policy to fix or times to follow.
BEFORE_OR_IN_PLAY = (TenderState.PUBLISHED, TenderState.RESPONDING, TenderState.RESPONSE_CLOSED)
FAILED = frozenset({TenderState.CANCELLED, TenderState.UNSUCCESSFUL})


# ── the policy, at publication ────────────────────────────────────────────────


async def ensure_round(world: World, tender_id: str) -> bool:
    """Fix the key policy of a published sealed round, once; follow amended times while scheduled. True if done."""
    async with world.db.snapshot() as tx:
        tender = await tenders_store.load_tender(tx, tender_id)
        if not await is_behind(tx, tender):
            return False
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, tender_id)
        if not await is_behind(tx, tender):
            return False
        published = await tenders_store.find_sealed_round(tx, tender_id)
        assert published is not None, "behind means that there is one"
        held = await store.find_round_of(tx, tender_id)
        if held is None:
            await fix_policy(world, tx, tender, published)
        else:
            locked = await store.lock_round(tx, held.round_id)
            rules = sealed_rules_from_json(published.rules)
            times = {"opens_at": rules.opens_at, "closes_at": rules.closes_at}
            await store.set_round(tx, locked, **times, rules=sealed_rules_to_json(rules))
    world.bell.ring(topic_of(published.id))
    return True


async def fix_policy(world: World, tx: AsyncConnection, tender: Tender, published: Round) -> None:
    """Fix the key policy of a published sealed round. Precondition: the tender is locked and has none yet."""
    fresh = _new_round(world, tender, published.id, sealed_rules_from_json(published.rules))
    await store.insert_round(tx, fresh)
    if not fresh.has_policy:
        # A committee's policy is made of its members' keys, which come after the publication.
        return
    data = {"round": fresh.round_id, "policy": dict(fresh.policy), "digest": fresh.policy_digest}
    await enter(world, tx, fresh, Kind.POLICY_FIXED, data)


async def is_behind(tx: AsyncConnection, tender: Tender) -> bool:
    """Whether a published tender has a sealed round without a policy, or one scheduled by times that were amended."""
    if tender.state not in BEFORE_OR_IN_PLAY:
        return False
    published = await tenders_store.find_sealed_round(tx, tender.id)
    held = await store.find_round_of(tx, tender.id)
    if published is None or held is None:
        return published is not None
    return held.status is RoundStatus.SCHEDULED and held.rules != sealed_rules_from_json(published.rules)


def _new_round(world: World, tender: Tender, round_id: str, rules: SealedRules) -> SealedRound:
    document = tender.frozen
    assert document is not None, "a published tender has a document"
    lots = tuple(
        PriceTerms(
            lot["id"],
            document["currency"],
            lot["scale"],
            Decimal(lot["ceiling_price"]),
            Decimal(lot["minimum_price"]) if lot.get("minimum_price") is not None else None,
        )
        for lot in document["lots"]
    )
    policy = KeyPolicy(
        round=round_id,
        lots=tuple(lot.lot for lot in lots),
        server_lock=world.keys.server_lock(round_id).public.hex(),
        journal_key=world.keys.public_key_hex,
        rules_digest=rules_digest(document, round_id),
        custody=rules.custody.value,
    )
    is_whole = rules.custody is Custody.SERVER
    return SealedRound(
        round_id=round_id,
        tender_id=tender.id,
        category=tender.category,
        timetable=Timetable(RoundStatus.SCHEDULED, rules.opens_at, rules.closes_at),
        rules=rules,
        lots=lots,
        min_bidders=tender.min_bidders,
        policy=policy_json(policy),
        policy_digest=policy_digest(policy) if is_whole else "",
        opened_at=None,
        closed_at=None,
        seen_at=None,
        extensions=[],
        manifest=None,
        technical_opened_at=None,
        prices_opened_at=None,
        altered_at=None,
        passing=None,
        release_digest=None,
        released_at=None,
        version=1,
    )


# ── opening for packages ──────────────────────────────────────────────────────


async def open_round(world: World, round_id: str) -> bool:
    """Open a round for packages when its time has come; true if it opened now.

    One that the service could not open in time, because it was down, closes later by the same rule as an open one.
    """
    async with world.db.snapshot() as tx:
        found = await store.load_round(tx, round_id)
        # Asked at every turn while a tender waits for an approval: no lock for a no.
        if not await tenders_store.may_open(tx, found.tender_id):
            return False
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, found.tender_id)
        held = await store.lock_round(tx, round_id)
        now = world.clock.now()
        if not is_due_to_open(held.timetable, now) or not await tenders_store.may_open(tx, tender.id):
            return False
        if not await _is_ready(tx, held):
            return False
        if not await store.list_rounds(tx, RoundStatus.OPEN):
            # Nobody keeps the pulse while nothing is open.
            await pulse_store.set_pulse(tx, now)
        await store.set_round(tx, held, status=RoundStatus.OPEN, opened_at=now)
        held = await store.lock_round(tx, round_id)
        await tenders_store.set_phase(tx, tender.id, phase=Phase.SEALED)
        data = {"round": round_id, **_times(held.timetable)}
        await enter(world, tx, held, Kind.ROUND_OPENED, data)
        held = await extend_late_opening(world, tx, held, opened_at=now)
        await tell_all(world, tx, tender, NoticeKind.SEALED_ROUND_OPEN, held)
    world.bell.ring(topic_of(round_id))
    world.bell.ring(held.chain)
    return True


async def _is_ready(tx: AsyncConnection, held: SealedRound) -> bool:
    """Whether nothing keeps the round shut on its committee's side (attacks.md O11)."""
    if held.rules.custody is Custody.SERVER:
        return True
    now = await committee_store.find_committee(tx, held.round_id)
    return now is not None and now.readiness is None


def _times(table: Timetable) -> dict[str, str]:
    return {"opens_at": instant_text(table.opens_at), "closes_at": instant_text(table.closes_at)}


# ── the close ─────────────────────────────────────────────────────────────────


async def close_round(world: World, round_id: str) -> CloseVerdict:
    """Do what the close brings, once its drain is over: manifest, or one extension for too few, or the end unopened.

    Calls of this process that came in time and wait for a lock go first; those of others hold the round's shared lock.
    """
    drain = timedelta(milliseconds=world.settings.drain_ms)
    async with world.db.snapshot() as tx:
        held = await store.load_round(tx, round_id)
    if not is_due_to_close(held.timetable, world.clock.now(), drain):
        return CloseVerdict.WAIT
    await arrivals_of(world).settled(held.timetable.closes_at)
    verdict = await insist(world, lambda: _close(world, held, drain))
    if verdict is not CloseVerdict.WAIT:
        world.bell.ring(topic_of(round_id))
        world.bell.ring(held.chain)
    return verdict


async def _close(world: World, found: SealedRound, drain: timedelta) -> CloseVerdict:
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, found.tender_id)
        held = await store.lock_round(tx, found.round_id)
        if not await _is_ready(tx, held):
            # Its committee is being rekeyed: nothing could be sealed, so nothing ends.
            return CloseVerdict.WAIT
        live = [entry for lot in held.lots for entry in await list_live_words(tx, held, lot.lot)]
        is_waived = tender.continuation is Continuation.GRANTED
        decision = decide_close(
            held.timetable,
            now=world.clock.now(),
            drain=drain,
            bidders=len({entry.tag for entry in live}),
            needed=1 if is_waived else held.min_bidders,
            extension=held.rules.extension,
        )
        if decision.verdict is CloseVerdict.EXTEND:
            assert decision.closes_at is not None
            later = await extend(world, tx, held, decision.closes_at, Reason.TOO_FEW)
            await tell_all(world, tx, tender, NoticeKind.SEALED_ROUND_EXTENDED, later)
        elif decision.verdict is not CloseVerdict.WAIT:
            is_refused = decision.verdict is CloseVerdict.REFUSE
            await _shut(world, tx, tender, held, live, is_refused=is_refused)
        return decision.verdict


async def list_live_words(tx: AsyncConnection, held: SealedRound, lot_id: str) -> list[Entry]:
    """The entry of every live package of a lot: each bidder's last word, where it is no withdrawal, sealed under the
    policy in force (after rekeying, what was sealed to lost keys is void).

    The journal decides, not the table: a row that was turned into another changes nothing here (attacks.md S09).
    """
    last: dict[str, Entry] = {}
    for entry in await store.list_words(tx, held.round_id, lot_id):
        last[entry.tag or ""] = entry
    received = (entry for entry in last.values() if entry.kind is Kind.PACKAGE_RECEIVED)
    return [entry for entry in received if entry.data["header"]["policy"] == held.policy_digest]


async def _shut(
    world: World, tx: AsyncConnection, tender: Tender, held: SealedRound, live: list[Entry], *, is_refused: bool
) -> None:
    now = world.clock.now()
    manifest = manifest_of(entry.data["package"] for entry in live)
    status = RoundStatus.REFUSED if is_refused else RoundStatus.CLOSED
    await store.set_round(tx, held, status=status, closed_at=now, manifest=manifest)
    await tenders_store.set_phase(tx, tender.id, phase=Phase.CLOSED_UNOPENED)
    closes_at = instant_text(held.timetable.closes_at)
    data = {"round": held.round_id, "kind": "sealed", "closes_at": closes_at, "manifest": manifest}
    await enter(world, tx, held, Kind.ROUND_CLOSED, data)
    if not is_refused:
        await tell_all(world, tx, tender, NoticeKind.SEALED_ROUND_CLOSED)
        return
    code = Code.TOO_FEW_BIDDERS.value
    refused = {"round": held.round_id, "code": code, "needed": held.min_bidders}
    await enter(world, tx, held, Kind.OPENING_REFUSED, refused)
    await tenders_store.set_phase(tx, tender.id, state=TenderState.UNSUCCESSFUL, at=now)
    await enter(world, tx, held, Kind.TENDER_UNSUCCESSFUL, {"reason": code})
    await note_project(world, tx, tender, Fact.TENDER_ENDED)
    await tell_all(world, tx, tender, NoticeKind.TENDER_UNSUCCESSFUL)


async def follow_tender(world: World, round_id: str) -> bool:
    """Cancel the round of a tender that was cancelled or failed; what is unopened stays unopened."""
    async with world.db.transaction() as tx:
        found = await store.load_round(tx, round_id)
        tender = await tenders_store.lock_tender(tx, found.tender_id)
        held = await store.lock_round(tx, round_id)
        is_alive = held.status in (RoundStatus.SCHEDULED, RoundStatus.OPEN, RoundStatus.CLOSED)
        if tender.state not in FAILED or not is_alive or held.prices_opened_at is not None:
            return False
        await store.set_round(tx, held, status=RoundStatus.CANCELLED)
    world.bell.ring(topic_of(round_id))
    return True
