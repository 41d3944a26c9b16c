"""Opening the envelopes of one kind: read and decrypted outside any lock, written in one transaction. SEALING.md 6.

In server custody the service opens by itself: the technical part at the close, the price on the lock of the scores, or
at the close where there is no technical part; in committee custody then too, once enough members have released them. A
kill in the midst leaves nothing; the next turn does it whole. Only what stands in the manifest is ever opened; the
headers come from the journal, so that bytes exchanged in the tables are found (`altered_in_custody`) and not read as
somebody else's.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Refusal
from app.domain.sealing.body import PriceOffer, TechnicalOffer
from app.domain.sealing.header import EnvelopeKind, Header, header_from_json
from app.domain.sealing.package import Finding, Opened, body_sha256
from app.domain.sealing.policy import KeyPolicy, policy_from_json
from app.domain.sealing.record import (
    OPENED,
    REFUSED,
    RETURNED_UNOPENED,
    Result,
    count_findings,
    record_core,
    record_digest,
    record_message,
)
from app.domain.sealing.releases import is_false_claim
from app.domain.sealing.rules import PriceTerms, decide_price, next_opening
from app.domain.tendering import TenderState
from app.domain.visibility import Phase
from app.infra.world import World
from app.sealed_rounds import opening_store, progress, release_store, store
from app.sealed_rounds.clockwork import list_live_words
from app.sealed_rounds.copying import ask_for_copies
from app.sealed_rounds.custody import read_ciphertext
from app.sealed_rounds.entering import enter, topic_of
from app.sealed_rounds.insisting import insist
from app.sealed_rounds.keyring import Keyring, open_with
from app.sealed_rounds.opening_store import OpenedPrice, OpenedTechnical, Opening
from app.sealed_rounds.progress import Count
from app.sealed_rounds.recovering import find_help
from app.sealed_rounds.releasing import call_members, find_releases, load_due
from app.sealed_rounds.store import SealedRound
from app.tenders import store as tenders_store
from app.tenders.reserving import open_reserves


@dataclass(frozen=True, slots=True)
class Read:
    """One package as it was read: its result, and what it said where it opened."""

    result: Result
    entry: Entry
    offer: PriceOffer | TechnicalOffer | None = None
    # Seats whose member said of it what is not so.
    false: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class LotRead:
    """All packages of a lot."""

    terms: PriceTerms
    packages: Sequence[Read]

    @property
    def altered(self) -> Sequence[Read]:
        """The packages whose stored bytes are not the receipted ones."""
        return [each for each in self.packages if each.result.result == Finding.ALTERED_IN_CUSTODY]


async def open_due(world: World, round_id: str) -> str | None:
    """Open the envelopes that are due, all lots at one moment; the kind that was opened, or None.

    Where stored bytes were altered the opening waits a while for the bidders' own copies, and then says so.
    """
    async with world.db.snapshot() as tx:
        held = await store.load_round(tx, round_id)
        kind = next_opening(held.opening_state)
        keys = None if kind is None else await _find_keys(world, tx, held)
        is_called = kind is None or keys is not None or await release_store.is_called(tx, round_id, kind)
        live = [] if keys is None else [(lot, await list_live_words(tx, held, lot.lot)) for lot in held.lots]
    if kind is not None and not is_called:
        await call_members(world, round_id, kind)
    if kind is None or keys is None:
        return None
    due = [(terms, _due(held, kind, terms, entries)) for terms, entries in live]
    count = Count(world, round_id, kind, sum(not is_returned for _, each in due for _, is_returned in each))
    lots = [await _read_lot(world, kind, terms, each, keys, count) for terms, each in due]
    if any(lot.altered for lot in lots) and await _waits_for_copies(world, held, kind, lots):
        return None
    opened = await insist(world, lambda: _publish(world, held, kind, lots, keys))
    if opened is not None:
        world.bell.ring(topic_of(round_id))
        world.bell.ring(held.chain)
    return opened


# ── reading ───────────────────────────────────────────────────────────────────


async def _find_keys(world: World, tx: AsyncConnection, held: SealedRound) -> Keyring | None:
    """What the due envelopes are opened with; None while too few members have released them."""
    lock = world.keys.server_lock(held.round_id)
    policy = policy_from_json(dict(held.policy))
    assert isinstance(policy, KeyPolicy), "a closed round has a policy"
    if policy.committee is None:
        return Keyring(lock, None)
    kind = next_opening(held.opening_state) or ""
    digests = await release_store.list_seats(tx, held.round_id, kind)
    # Asked at every turn: nothing is unsealed before there are enough.
    due = await load_due(tx, held) if len(digests) >= policy.k else None
    bundles = None if due is None else await find_releases(world, tx, held, due)
    titles = tuple(each.seat for each in policy.members)
    received = await release_store.list_received(tx, held.round_id, kind)
    if bundles is not None:
        return Keyring(lock, policy.committee, tuple(bundles), digests, titles, received)
    helped = await find_help(world, tx, held)
    if helped is None:
        return None
    bundles = await release_store.list_bundles(world, tx, held.round_id, kind)
    return Keyring(lock, policy.committee, tuple(bundles), digests, titles, received, helped.secrets, helped.proposal)


def _due(held: SealedRound, kind: str, terms: PriceTerms, entries: Sequence[Entry]) -> Sequence[tuple[Entry, bool]]:
    """The packages of a lot that stand in the manifest, and whether each goes back unopened."""
    manifest = set(held.manifest or ())
    passing = None if kind == EnvelopeKind.TECH or held.passing is None else set(held.passing.get(terms.lot, ()))
    live = [entry for entry in entries if entry.data["package"] in manifest]
    return [(entry, passing is not None and entry.tag not in passing) for entry in live]


async def _read_lot(
    world: World, kind: str, terms: PriceTerms, due: Sequence[tuple[Entry, bool]], keys: Keyring, count: Count
) -> LotRead:
    packages = []
    for entry, is_returned in due:
        packages.append(await _read(world, keys, EnvelopeKind(kind), terms, entry, is_returned=is_returned))
        if not is_returned and keys.committee is not None:
            await count.note()
    return LotRead(terms, packages)


async def _read(
    world: World, keys: Keyring, kind: EnvelopeKind, terms: PriceTerms, entry: Entry, *, is_returned: bool
) -> Read:
    header = header_from_json(entry.data["header"])
    assert isinstance(header, Header), "a journalled header was read when it came"
    envelope = header.envelope(kind)
    assert envelope is not None, "a package has the envelopes of its round"

    def result(said: str, secret: bytes | None = None, body: bytes | None = None, amount: str | None = None) -> Result:
        return Result(
            package=entry.data["package"],
            tag=header.binding.tag,
            rev=header.binding.rev,
            result=said,
            ct_sha256=envelope.ct_sha256,
            secret=None if secret is None else secret.hex(),
            body_sha256=None if body is None else body_sha256(body),
            amount=amount,
        )

    if is_returned:
        return Read(result(RETURNED_UNOPENED), entry)
    ct = await _ciphertext(world, entry, kind)
    found: Opened | Finding = Finding.ALTERED_IN_CUSTODY
    secret = None
    if ct is not None:
        found, secret = await asyncio.to_thread(open_with, keys, entry.data["package"], header, envelope, ct)
    if isinstance(found, Finding):
        return Read(result(found.value, secret), entry, false=_false_claims(keys, entry, found))
    false = _false_claims(keys, entry, found)
    if isinstance(found.offer, TechnicalOffer):
        # The files stay in their envelope; they are let go of here.
        return Read(result(OPENED, found.secret, found.body), entry, TechnicalOffer(found.offer.answers), false)
    price = found.offer
    decided = decide_price(terms, lot=price.lot, currency=price.currency, scale=price.scale, amount=price.amount)
    said = f"{REFUSED}{decided.code.value}" if isinstance(decided, Refusal) else OPENED
    return Read(result(said, found.secret, found.body, price.amount), entry, price, false)


def _false_claims(keys: Keyring, entry: Entry, found: Opened | Finding) -> Sequence[int]:
    """The seats that gave a reason for releasing nothing which turned out not to be so (SEALING.md 6.3)."""
    if keys.committee is None:
        return ()
    package, result = entry.data["package"], OPENED if isinstance(found, Opened) else found.value
    told = [(each.seat, each.omitted[package]) for each in keys.bundles if package in each.omitted]
    return [seat for seat, reason in told if is_false_claim(reason, result)]


async def _ciphertext(world: World, entry: Entry, kind: EnvelopeKind) -> bytes | None:
    async with world.db.snapshot() as tx:
        return await read_ciphertext(
            world, tx, lot_id=entry.lot or "", package=entry.data["package"], envelope=kind.value
        )


# ── altered bytes ─────────────────────────────────────────────────────────────


async def _waits_for_copies(world: World, found: SealedRound, kind: str, lots: Sequence[LotRead]) -> bool:
    """Whether the time for the bidders' own copies still runs; at the first look it begins, is journalled, and they are
    asked."""
    now, patience = world.clock.now(), timedelta(seconds=world.settings.resupply_seconds)
    if found.altered_at is not None:
        return now < found.altered_at + patience
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, found.tender_id)
        held = await store.lock_round(tx, found.round_id)
        await progress.forget(tx, held.round_id, kind)
        if held.altered_at is None:
            await store.set_round(tx, held, altered_at=now)
            data = {"round": held.round_id, "code": Finding.ALTERED_IN_CUSTODY.value}
            await enter(world, tx, held, Kind.OPENING_REFUSED, data)
            tags = {each.result.tag for lot in lots for each in lot.altered}
            await ask_for_copies(world, tx, tender, tags, now + patience)
    world.bell.ring(topic_of(found.round_id))
    return True


# ── publishing ────────────────────────────────────────────────────────────────


async def _publish(world: World, found: SealedRound, kind: str, lots: Sequence[LotRead], keys: Keyring) -> str | None:
    """Write everything of one envelope kind in one transaction, if it is still due and nothing moved meanwhile."""
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, found.tender_id)
        held = await store.lock_round(tx, found.round_id)
        await progress.forget(tx, held.round_id, kind)
        is_same = held.passing == found.passing and held.manifest == found.manifest
        if next_opening(held.opening_state) != kind or not is_same or tender.state is not TenderState.RESPONSE_CLOSED:
            return None
        now = world.clock.now()
        is_technical = kind == EnvelopeKind.TECH
        # What was altered of the technical parts says nothing of the prices: these get their own time for copies.
        opened = {"technical_opened_at" if is_technical else "prices_opened_at": now, "altered_at": None}
        await store.set_round(tx, held, **opened)
        if is_technical:
            await tenders_store.set_phase(tx, tender.id, phase=Phase.TECHNICAL_OPENED)
        elif await tenders_store.find_live_round(tx, tender.id) is None:
            await tenders_store.set_phase(tx, tender.id, phase=Phase.PRICES, state=TenderState.EVALUATION)
        for lot in lots:
            await _write_lot(world, tx, held, kind, lot, keys)
        if not is_technical and not tender.procedure.has_live:
            await open_reserves(world, tx, tender, [lot.terms.lot for lot in lots])
    return kind


async def _write_lot(
    world: World, tx: AsyncConnection, held: SealedRound, kind: str, lot: LotRead, keys: Keyring
) -> None:
    now = world.clock.now()
    results = [each.result for each in lot.packages]
    key = world.keys.journal
    core = record_core(
        round_id=held.round_id,
        lot=lot.terms.lot,
        envelope=kind,
        opened_at=instant_text(now),
        custody=held.rules.custody.value,
        results=results,
        key_id=key.key_id,
        members=keys.present([(each.result.package, seat) for each in lot.packages for seat in each.false]),
        recovery=keys.recovery,
    )
    document = {**core, "sig": key.sign(record_message(core)).hex()}
    new = Opening(
        round_id=held.round_id,
        lot_id=lot.terms.lot,
        envelope=kind,
        opened_at=now,
        count=len(results),
        digest=record_digest(document),
        findings=count_findings(results),
        document_sealed=b"",
    )
    await opening_store.insert_opening(world, tx, new, document)
    # In random order: what is written next to what tells nothing of who came first.
    for read in world.ids.shuffled(list(lot.packages)):
        await _write_offer(world, tx, lot.terms.lot, read)
    data = {
        "round": held.round_id,
        "lot": lot.terms.lot,
        "envelope": kind,
        "count": new.count,
        "digest": new.digest,
    }
    await enter(world, tx, held, Kind.ENVELOPES_OPENED, data, lot=lot.terms.lot)


async def _write_offer(world: World, tx: AsyncConnection, lot_id: str, read: Read) -> None:
    tag, package = read.result.tag, read.result.package
    match read.offer:
        case TechnicalOffer(answers=answers):
            await opening_store.insert_technical(world, tx, lot_id, OpenedTechnical(tag, answers, package))
        case PriceOffer():
            decided = read.result.result
            price = OpenedPrice(tag, Decimal(read.offer.amount), _received_at(read.entry), package)
            is_valid = decided == OPENED
            await opening_store.insert_price(world, tx, lot_id, price, amount=read.offer.amount, is_valid=is_valid)
        case None:
            pass


def _received_at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.data["received_at"])
