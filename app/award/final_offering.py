"""Handing in a sealed final offer: stored as it came, receipted, read by nobody before the close."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.award import final_store, store
from app.award.final_rounds import bucket_of, hold
from app.award.final_store import FinalOffer
from app.domain.entries import to_milliseconds
from app.domain.final_offers import decide_offer
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Refusal
from app.domain.sealing.header import EnvelopeKind, encode, header_json
from app.domain.sealing.package import sealed_size
from app.domain.sealing.policy import SERVER
from app.domain.sealing.receipt import NO_PIN, RECEIVED, receipt_message, sealed_receipt_core, signed
from app.domain.sealing.rules import Bound, Revision, decide_binding, decide_revision
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.journal.checkpoint_store import find_last
from app.journal.store import NewEntry, append
from app.sealed_rounds.packages import CommitPackage, Sealed, read_package
from app.tenders import store as tender_store
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class Sent:
    """An offer as it came."""

    round_id: str
    lot_id: str
    header: object
    price: object
    received_at: datetime


async def hand_in(world: World, actor: Actor, sent: Sent) -> Mapping[str, Any] | Refusal:
    """Take an offer in; its receipt. The same offer again gives the identical receipt.

    Refuses what domain/final_offers.decide_offer refuses, what is not sealed or not of its size (NOT_SEALED), what is
    bound to another place (WRONG_BINDING) and an older revision (REVISION_CONFLICT); each refusal is journaled.
    """
    async with world.db.transaction() as tx:
        tender, held = await hold(tx, actor, sent.round_id, Role.SUPPLIER)
        supplier_id = str(actor.supplier_id)
        tag = held.tags[supplier_id]
        own = {each.lot_id for each in await store.list_awards(tx, [tender.id]) if each.supplier_id == supplier_id}
        lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender.id)}
        last = {each.lot_id: each for each in await final_store.list_offers(tx, [held.id], tag)}.get(sent.lot_id)
        bucket = bucket_of(tender, lots[sent.lot_id]) if sent.lot_id in own else 0
        command = CommitPackage(held.id, sent.lot_id, sent.header, sent.price, None, sent.received_at)
        read = read_package(command, {EnvelopeKind.PRICE.value: sealed_size(bucket)})
        if isinstance(read, Sealed) and last is not None and read.digest == last.package:
            return last.receipt
        rev = 1 if last is None else last.rev + 1
        refusal = decide_offer(
            state=held.state,
            received_at=sent.received_at,
            closes_at=held.closes_at,
            has_lot=sent.lot_id in own,
            rev=rev,
        )
        if refusal is None and isinstance(read, Sealed):
            binding = read.header.binding
            before = None if last is None else Revision(last.rev, last.package, is_withdrawn=False)
            refusal = decide_binding(read.bound, Bound(held.id, sent.lot_id, tag, held.policy_digest))
            refusal = refusal or decide_revision(before, rev=binding.rev, prev=binding.prev)
        if refusal is not None or isinstance(read, Refusal):
            refusal = refusal or (read if isinstance(read, Refusal) else None)
            assert refusal is not None
            said = {"round": held.id, "code": refusal.code.value, "received_at": instant_text(sent.received_at)}
            await append(world, tx, _entry(actor, tender, Kind.BAFO_REFUSED, tag, said, held.closes_at))
            return refusal
        data: dict[str, Any] = {"round": held.id, "package": read.digest, "header": header_json(read.header)}
        data |= {"lot": sent.lot_id, "ct": encode(read.price_ct), "received_at": instant_text(sent.received_at)}
        written = await append(world, tx, _entry(actor, tender, Kind.BAFO_RECEIVED, tag, data, held.closes_at))
        newest = await find_last(tx)
        key = world.keys.journal
        core = sealed_receipt_core(
            read.header,
            kind=RECEIVED,
            custody=SERVER,
            received_at_ms=to_milliseconds(sent.received_at),
            entry_hash=written.hash,
            pin=NO_PIN if newest is None else newest.root,
            key_id=key.key_id,
        )
        receipt = dict(sorted(signed(core, key.sign(receipt_message(core))).items()))
        header = header_json(read.header)
        await final_store.insert_offer(
            tx,
            FinalOffer(held.id, sent.lot_id, tag, rev, read.digest, header, read.price_ct, sent.received_at, receipt),
        )
        return receipt


def _entry(
    actor: Actor, tender: Tender, kind: Kind, tag: str, data: Mapping[str, Any], closes_at: datetime
) -> NewEntry:
    """Under the tag alone; nobody is shown it before the close (audit/sight.py)."""
    told = {**data, "closes_at": instant_text(closes_at)}
    return NewEntry(
        tender.chain, kind, told, tender=tender.id, tag=tag, actor_role="supplier", request_id=actor.request_id
    )
