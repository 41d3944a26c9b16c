"""The auditor's screens on bids (SCREENS.md AU-06): the board of leads, one lead, and what auditors made of it.

Leads are made when they are read, from lots that have closed: nothing is stored of them, nobody is told, and no order
or clock of a tender depends on them (attacks.md K03). Every reading is an entry; of a tender that is still open it is
refused (K05).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit import signal_store
from app.audit.signal_facts import READABLE, gather, is_readable
from app.audit.signal_store import StoredLook
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.screening import RARE, ScreenMethod
from app.domain.screening_cases import Look, LookState, decide_look
from app.domain.screening_leads import Board, Count, Lead, build_board
from app.domain.screening_rates import TABLE, Table, read_table
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.tenders import store as tender_store

# What a page shows at once; the workbook has all.
MOST_SHOWN = 200
WHAT = "signals"


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the board is wanted."""

    tender: str | None = None
    method: ScreenMethod | None = None
    # Also what is not rare: everything that was found.
    everything: bool = False
    # Only what nobody has settled.
    unsettled: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A lead with the name it goes by, and its looks."""

    key: str
    lead: Lead
    looks: Sequence[StoredLook] = ()

    @property
    def state(self) -> LookState | None:
        """What the last look said."""
        return self.looks[-1].state if self.looks else None

    @property
    def is_settled(self) -> bool:
        """Whether an explanation stands."""
        return self.state in {LookState.EXPLAINED, LookState.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Screened:
    """The board as it was asked for: all that fits, and what was looked at."""

    shown: Sequence[Shown]
    tenders: int
    lots: int
    counts: Mapping[ScreenMethod, Count]


@cache
def calibration() -> Table:
    """The table made of real tenders."""
    return read_table(TABLE.read_text(encoding="utf-8"))


def key_of(world: World, lead: Lead) -> str:
    """The name of a lead: a keyed hash, from which nobody finds what it is about."""
    return world.keys.lookup(f"lead|{lead.identity}")[:32]


async def read_board(world: World, actor: Actor, asked: Asked) -> Screened | Refusal:
    """The leads that fit, the rarest first. Refuses NOT_ALLOWED_HERE for a tender whose lots are not all closed and
    ranked; the one 404 where there is none."""
    async with world.db.transaction() as tx:
        refusal = await _door(world, tx, actor, asked.tender)
        if refusal is not None:
            return refusal
        tenders, lots, board = await _board(world, tx)
        looks = await signal_store.list_looks(world, tx)
    keyed = [(key_of(world, lead), lead) for lead in board.leads]
    shown = [Shown(key, lead, looks.get(key, ())) for key, lead in keyed if _fits(lead, asked)]
    if asked.unsettled:
        shown = [each for each in shown if not each.is_settled]
    return Screened(shown, tenders, lots, board.counts)


def _fits(lead: Lead, asked: Asked) -> bool:
    is_of = asked.tender is None or lead.tender == asked.tender
    is_wanted = asked.method is None or lead.method is asked.method
    return is_of and is_wanted and (asked.everything or is_rare(lead))


def is_rare(lead: Lead) -> bool:
    """What the board shows unless more is asked for."""
    return lead.base.is_rare and (lead.chance is None or lead.chance <= RARE)


async def read_lead(world: World, actor: Actor, key: str) -> Shown:
    """One lead with its evidence; the one 404 for one that is not, or not any more."""
    async with world.db.transaction() as tx:
        _, _, board = await _board(world, tx)
        found = _find(world, board, key)
        looks = await signal_store.list_looks(world, tx, key)
        await _note(world, tx, actor, found.lead.tender)
    return replace(found, looks=looks.get(key, ()))


async def look_at(world: World, actor: Actor, key: str, state: LookState, note: str) -> Shown | Refusal:
    """Keep what an auditor makes of a lead. Refuses what domain/screening_cases.decide_look refuses."""
    note = note.strip()
    async with world.db.transaction() as tx:
        _, _, board = await _board(world, tx)
        found = _find(world, board, key)
        before = (await signal_store.list_looks(world, tx, key)).get(key, [])
        refusal = decide_look(state, note, actor.account_id, [Look(each.state, each.by) for each in before])
        if refusal is not None:
            return refusal
        look = StoredLook(len(before) + 1, state, note, actor.account_id, world.clock.now())
        sealed = await signal_store.insert_look(world, tx, key, look)
        data = {"lead": key, "n": look.n}
        fields = actor.entry_fields(Role.AUDITOR)
        await append(world, tx, NewEntry("system", Kind.SIGNAL_LOOKED, data, sealed=sealed, **fields))
    return replace(found, looks=[*before, look])


async def list_people(world: World) -> Mapping[str, str]:
    """Who may stand behind a look."""
    async with world.db.snapshot() as tx:
        staff = await identity_store.list_accounts(world, tx, kind="staff")
    return {person.id: person.name for person in staff}


async def _board(world: World, tx: AsyncConnection) -> tuple[int, int, Board]:
    rows = await signal_store.list_tender_rows(tx, [phase.value for phase in READABLE])
    gathered = [await gather(world, tx, row) for row in rows if is_readable(row)]
    facts = [each for each in gathered if each is not None]
    board = await asyncio.to_thread(build_board, facts, calibration())
    return len(facts), sum(len(each.lots) for each in facts), board


def _find(world: World, board: Board, key: str) -> Shown:
    found = next((lead for lead in board.leads if key_of(world, lead) == key), None)
    if found is None:
        raise not_found()
    return Shown(key, found)


async def _door(world: World, tx: AsyncConnection, actor: Actor, tender_id: str | None) -> Refusal | None:
    """K05: no signal of a tender while one of its lots is open, nor before anything was opened; the try is an entry."""
    if tender_id is not None:
        tender = await tender_store.load_tender(tx, tender_id)
        if tender.frozen is None:
            raise not_found()
        if tender.phase not in READABLE or tender.state is TenderState.CANCELLED:
            data = {"reading": WHAT, "code": Code.NOT_ALLOWED_HERE.value}
            fields = actor.entry_fields(Role.AUDITOR)
            await append(world, tx, NewEntry("system", Kind.READING_REFUSED, data, tender=tender_id, **fields))
            return Refusal(Code.NOT_ALLOWED_HERE, {"phase": tender.phase.value})
    await _note(world, tx, actor, tender_id)
    return None


async def _note(world: World, tx: AsyncConnection, actor: Actor, tender_id: str | None) -> None:
    fields = actor.entry_fields(Role.AUDITOR)
    await append(world, tx, NewEntry("system", Kind.READ_PRIVILEGED, {"what": WHAT}, tender=tender_id, **fields))
