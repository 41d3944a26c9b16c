"""Setting the secret reserve prices of a draft, and opening them together with the prices of their lots (d03).

Between publication and opening nothing here unseals one: what reads a draft's refuses any other state, and the opening
is called by the rooms that open prices, in their transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.drafting import LotDraft, draft_from_json
from app.domain.kinds import Kind
from app.domain.money import AmountFault, parse_amount
from app.domain.procedures import Procedure
from app.domain.refusals import Code, Refusal
from app.domain.reserve_pricing import ALTERED, OPENED, ReservePrice, commitments_of, decide_amount, read_typed
from app.domain.tendering import TenderState, decide_edit
from app.domain.terms import Fault
from app.domain.visibility import Role
from app.identity.seats import find_clash, take_seat
from app.journal.store import NewEntry, append
from app.tenders import reserve_store, store
from app.tenders.entering import enter, refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from decimal import Decimal

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.domain.drafting import Draft
    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.reserve_store import HeldReserve
    from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class SetReserve:
    """A lot's reserve price as typed, empty for none; `seen`: the commitment of the one its editor saw, or None."""

    lot_id: str
    amount: str
    seen: str | None


async def set_reserves(world: World, actor: Actor, tender_id: str, commands: Sequence[SetReserve]) -> Refusal | None:
    """Write the reserve prices of a draft's lots. Refuses FROZEN after publication, EXCLUSIVE_ROLES, CHANGED_SINCE
    (somebody was faster), INCOMPLETE with a code a lot where a figure cannot be one. No figure is ever journaled."""
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        held = await reserve_store.list_reserves(tx, tender_id)
        clash = await find_clash(tx, actor.account_id, tender_id, Role.PURCHASER)
        refusal = clash or decide_edit(tender.state) or _changed_since(tender, held, commands)
        read = refusal or _read(draft_from_json(tender.draft), commands)
        if isinstance(read, Refusal):
            return await refuse(world, tx, actor, Role.PURCHASER, tender_id=tender_id, act="edit", refusal=read)
        told = [await _set_one(world, tx, tender, held.get(lot), lot, amount) for lot, amount in read.items()]
        changed = [one for one in told if one is not None]
        if changed:
            await take_seat(tx, actor.account_id, tender_id, Role.PURCHASER)
            data = {"lots": changed}
            await enter(world, tx, tender_id, Kind.RESERVE_SET, data, **actor.entry_fields(Role.PURCHASER))
    return None


def _changed_since(tender: Tender, held: Mapping[str, HeldReserve], commands: Sequence[SetReserve]) -> Refusal | None:
    known = {lot.id for lot in draft_from_json(tender.draft).lots}
    stands = {lot: one.commitment for lot, one in held.items()}
    is_same = all(one.lot_id in known and stands.get(one.lot_id) == one.seen for one in commands)
    return None if is_same else Refusal(Code.CHANGED_SINCE, {"changed": "reserve_price"})


def _read(draft: Draft, commands: Sequence[SetReserve]) -> dict[str, Decimal | None] | Refusal:
    places = {lot.id: at for at, lot in enumerate(draft.lots)}
    read: dict[str, Decimal | None] = {}
    faults: dict[str, str] = {}
    for one in commands:
        lot = draft.lots[places[one.lot_id]]
        found: Decimal | Code | None = None
        if one.amount.strip():
            found = read_typed(one.amount, scale=lot.scale, currency=draft.currency)
        if not isinstance(found, Code) and found is not None:
            found = _decide(lot, found, Procedure(draft.procedure)) or found
        if isinstance(found, Code):
            faults[f"lots.{places[one.lot_id]}.reserve_price"] = found.value
        else:
            read[one.lot_id] = found
    return Refusal(Code.INCOMPLETE, faults) if faults else read


def _decide(lot: LotDraft, amount: Decimal, procedure: Procedure) -> Code | None:
    """Hold a reserve against what else the draft says of its lot, as far as that can be read."""
    ceiling, minimum = _limit(lot.ceiling_price, lot.scale), _limit(lot.minimum_price, lot.scale)
    return decide_amount(amount, scale=lot.scale, ceiling=ceiling, minimum=minimum if procedure.has_sealed else None)


def _limit(typed: str, scale: int) -> Decimal | None:
    amount = parse_amount(typed.strip(), scale)
    return None if isinstance(amount, AmountFault) else amount


async def _set_one(
    world: World, tx: AsyncConnection, tender: Tender, held: HeldReserve | None, lot: str, amount: Decimal | None
) -> dict[str, str | None] | None:
    """Write one; what the journal is told of it, None where nothing changed."""
    before = None if held is None else reserve_store.unseal(world, held)
    if amount is None:
        await reserve_store.delete_reserve(tx, lot)
        return None if held is None else {"lot": lot, "commitment": None}
    if before is not None and before.amount == amount:
        return None
    new = ReservePrice(tender.id, lot, amount, world.ids.salt())
    await reserve_store.replace_reserve(world, tx, new)
    return {"lot": lot, "commitment": new.commitment}


async def read_draft_reserves(world: World, tx: AsyncConnection, tender: Tender) -> dict[str, ReservePrice | None]:
    """{lot: reserve price} of a draft, None where its bytes were altered; nothing once it is no draft any more."""
    if tender.state is not TenderState.DRAFT:
        return {}
    held = await reserve_store.list_reserves(tx, tender.id)
    lots = (lot.id for lot in draft_from_json(tender.draft).lots)
    return {lot: reserve_store.unseal(world, held[lot]) for lot in lots if lot in held}


async def find_faults(world: World, tx: AsyncConnection, tender: Tender) -> list[Fault]:
    """What is wrong with the reserve prices of a draft now that the rest of it is written: codes without figures."""
    reserves = await read_draft_reserves(world, tx, tender)
    draft = draft_from_json(tender.draft)
    # An unknown procedure is a fault of its own, found by the pre-flight.
    procedure = Procedure(draft.procedure) if draft.procedure in set(Procedure) else Procedure.LIVE
    faults = []
    for at, lot in enumerate(draft.lots):
        if lot.id in reserves:
            reserve = reserves[lot.id]
            code = "UNREADABLE" if reserve is None else _decide(lot, reserve.amount, procedure)
            faults += [] if code is None else [Fault(f"lots.{at}.reserve_price", str(code))]
    return faults


async def list_commitments(tx: AsyncConnection, tender_id: str) -> dict[str, str]:
    """{lot: commitment} of the reserve prices of a draft or tender."""
    return {lot: held.commitment for lot, held in (await reserve_store.list_reserves(tx, tender_id)).items()}


async def open_reserves(world: World, tx: AsyncConnection, tender: Tender, lots: Collection[str]) -> None:
    """Open the reserve prices of lots whose prices are opened, or whose live bidding has closed, in this transaction.

    Precondition: the caller holds the tender's lock. A figure whose bytes were altered does not stop the prices: the
    entry says so, and the figure counts for nothing.
    """
    published = commitments_of(tender.frozen)
    held = await reserve_store.list_reserves(tx, tender.id)
    for lot in sorted(set(lots) & set(published)):
        row = held.get(lot)
        if row is not None and row.opened_at is not None:
            continue
        reserve = None if row is None else reserve_store.unseal(world, row)
        is_bound = reserve is not None and reserve.commitment == published[lot]
        result = OPENED if is_bound else ALTERED
        await reserve_store.set_opened(tx, lot, at=world.clock.now(), result=result)
        data = {"lot": lot, "commitment": published[lot], "result": result}
        sealed = reserve_store.seal(world, reserve) if reserve is not None and is_bound else None
        new = NewEntry(tender.chain, Kind.RESERVE_OPENED, data, tender=tender.id, lot=lot, sealed=sealed)
        await append(world, tx, new)


async def list_opened(world: World, tx: AsyncConnection, tender_id: str) -> dict[str, ReservePrice]:
    """{lot: reserve price} of those that were opened; for the ends of a tender that may know them."""
    held = await reserve_store.list_reserves(tx, tender_id)
    opened = {lot: reserve_store.unseal(world, one) for lot, one in held.items() if one.is_opened}
    return {lot: one for lot, one in opened.items() if one is not None}
