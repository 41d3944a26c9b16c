"""What every act on a lot shares: its entry in the lot's chain, its mark on the chart, the notice to all invited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Refusal
from app.domain.visibility import Role
from app.domain.wording import local_time
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.live_rounds import round_store
from app.live_rounds.round_store import ClockMark
from app.live_rounds.store import Floor
from app.notices.store import insert_notices
from app.tenders import store as tenders_store
from app.tenders.entering import names_of
from app.tenders.participations import list_invited
from app.tenders.store import Tender


async def enter(
    world: World, tx: AsyncConnection, one: Floor, kind: Kind, data: Mapping[str, Any], **fields: Any
) -> None:
    """Append an entry to the lot's chain; `fields` say who acted (default: the service)."""
    new = NewEntry(one.chain, kind, data, tender=one.tender_id, round=one.round_id, lot=one.lot_id, **fields)
    await append(world, tx, new)


async def refuse(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    one: Floor,
    *,
    act: str,
    refusal: Refusal,
    hat: Role = Role.PURCHASER,
) -> Refusal:
    """Journal that a rule said no to a purchaser or to the desk, and give the refusal back."""
    data = {"act": act, "code": refusal.code.value, "detail": dict(refusal.detail)}
    await enter(world, tx, one, Kind.LOT_REFUSED, data, **actor.entry_fields(hat))
    return refusal


async def mark(tx: AsyncConnection, one: Floor, kind: str, at: datetime, params: Mapping[str, str]) -> None:
    """Put a mark on the chart. Call after the one change of the floor in this act: its version numbers the mark."""
    await round_store.insert_clock_mark(tx, ClockMark(one.lot_id, one.version + 1, kind, at, params))


async def tell_all(
    world: World, tx: AsyncConnection, tender: Tender, kind: NoticeKind, *, lot_number: str, **params: str
) -> None:
    """One notice to all accounts of all invited suppliers, whoever joined (d11), and to purchasers, in one batch."""
    suppliers = [invitee.supplier_id for invitee in await list_invited(tx, tender.id)]
    outside = await identity_store.list_supplier_accounts(world, tx, suppliers)
    inside = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
    await insert_notices(
        world,
        tx,
        accounts=[account.id for account in (*outside, *inside)],
        kind=kind,
        params={**names_of(tender), "lot": lot_number, **params},
        tender=tender.id,
    )


def said_at(tender: Tender, at: datetime) -> str:
    """An instant for a notice, in the tender's zone."""
    return local_time({"time_zone": tender.time_zone}, at)


async def number_of(tx: AsyncConnection, lot_id: str) -> str:
    """A lot's number, for a notice."""
    return str((await tenders_store.load_lot(tx, lot_id)).number)
