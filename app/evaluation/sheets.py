"""What the pages of the evaluation show, loaded together. Reads only; whoever has no seat, or no more, gets the 404."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.empanelling import Member, is_through
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.marking import Cell
from app.evaluation import panel_store
from app.evaluation.panel import list_eligible
from app.evaluation.panel_store import SavedMark
from app.evaluation.room import Consensus, Room, find_room, load_consensus, load_room
from app.evaluation.unlocking import find_pending, is_price_open
from app.identity import store as identity_store
from app.identity.access import Actor
from app.identity.store import Account
from app.infra.world import World
from app.journal.store import list_of_kind
from app.sealed_rounds import store as sealed_store
from app.tenders import store as tender_store
from app.tenders.store import Lot

Answers = Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class PanelSheet:
    """The panel with the names of its members, and who may be called."""

    room: Room
    names: Mapping[str, str]
    eligible: Sequence[Account]


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """One evaluator's sheet: own marks, own order, the answers by alias."""

    room: Room
    member: Member
    lots: Sequence[Lot]
    order: Mapping[str, Sequence[str]]
    answers: Mapping[tuple[str, str], Answers]
    marks: Mapping[Cell, SavedMark]


@dataclass(frozen=True, slots=True)
class ConsensusSheet:
    """The consensus room; `is_shown`: all sheets that count are in. `changes` are the journal's, nobody named."""

    consensus: Consensus
    lots: Sequence[Lot]
    is_shown: bool
    changes: Sequence[Entry]
    is_price_open: bool
    # Until when an unlocking waits for the approver.
    unlock_until: datetime | None


@dataclass(frozen=True, slots=True)
class OffersSheet:
    """Every offer with its answers, marks and values. For the view alone, which takes what its reader may have."""

    consensus: Consensus
    lots: Sequence[Lot]
    answers: Mapping[tuple[str, str], Answers]


async def load_panel(world: World, tx: AsyncConnection, tender_id: str) -> PanelSheet:
    """The panel of a tender with technical criteria."""
    room = await load_room(world, tx, await tender_store.load_tender(tx, tender_id))
    names = {}
    for member in room.members:
        person = await identity_store.find_account(world, tx, member.account_id)
        names[member.account_id] = "" if person is None else person.name
    return PanelSheet(room, names, await list_eligible(world, tx))


async def load_sheet(world: World, tx: AsyncConnection, actor: Actor, tender_id: str) -> OwnSheet:
    """The own sheet; before the technical opening without offers."""
    room = await load_room(world, tx, await tender_store.load_tender(tx, tender_id))
    member = room.reach_member(actor.account_id)
    orders = await panel_store.list_orders(tx, tender_id)
    own = await panel_store.list_marks(tx, tender_id, [actor.account_id])
    return OwnSheet(
        room=room,
        member=member,
        lots=await tender_store.list_lots(tx, tender_id),
        order=orders.get(actor.account_id) or {},
        answers=await _load_answers(world, tx, room) if member.has_declared else {},
        marks=own[actor.account_id],
    )


async def load_offers(world: World, tx: AsyncConnection, tender_id: str) -> OffersSheet:
    """The technical offers of a tender; the one 404 where it has no technical criteria."""
    room = await load_room(world, tx, await tender_store.load_tender(tx, tender_id))
    consensus = await load_consensus(tx, room)
    return OffersSheet(consensus, await tender_store.list_lots(tx, tender_id), await _load_answers(world, tx, room))


async def load_own_marks(
    world: World, tx: AsyncConnection, actor: Actor, tender_id: str
) -> tuple[Room, Mapping[Cell, SavedMark]]:
    """The own marks alone: what autosave asks after every keystroke must not open every answer."""
    room = await load_room(world, tx, await tender_store.load_tender(tx, tender_id))
    room.reach_member(actor.account_id)
    return room, (await panel_store.list_marks(tx, tender_id, [actor.account_id]))[actor.account_id]


async def _load_answers(world: World, tx: AsyncConnection, room: Room) -> dict[tuple[str, str], Answers]:
    """{(lot, alias): answers}: tags stay inside."""
    found: dict[tuple[str, str], Answers] = {}
    for lot_id, aliases in room.aliases.items():
        for each in await sealed_store.list_opened_technical(world, tx, lot_id):
            alias = aliases.alias_of(each.tag)
            if alias is not None:
                found[lot_id, alias] = each.answers
    return found


async def list_own(
    world: World, tx: AsyncConnection, actor: Actor
) -> list[tuple[Room, Member, Mapping[Cell, SavedMark]]]:
    """The evaluations a person was called to, with its own marks; the recused ones among them."""
    found: list[tuple[Room, Member, Mapping[Cell, SavedMark]]] = []
    for tender_id in await panel_store.list_seats(tx, actor.account_id):
        room = await find_room(world, tx, await tender_store.load_tender(tx, tender_id))
        if room is None:
            continue
        member = next(each for each in room.members if each.account_id == actor.account_id)
        own = await panel_store.list_marks(tx, tender_id, [actor.account_id])
        found.append((room, member, own[actor.account_id]))
    return found


async def load_consensus_sheet(world: World, tx: AsyncConnection, actor: Actor, tender_id: str) -> ConsensusSheet:
    """The consensus room for whoever has a seat in it."""
    room = await load_room(world, tx, await tender_store.load_tender(tx, tender_id))
    room.reach_member(actor.account_id)
    pending = await find_pending(tx, tender_id, world.clock.now())
    return ConsensusSheet(
        consensus=await load_consensus(tx, room),
        lots=await tender_store.list_lots(tx, tender_id),
        is_shown=room.is_open and is_through(room.members),
        changes=await list_of_kind(tx, chain=room.tender.chain, kind=Kind.CONSENSUS_CHANGED),
        is_price_open=await is_price_open(tx, tender_id),
        unlock_until=None if pending is None else pending.expires_at,
    )
