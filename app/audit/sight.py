"""What the auditor may see now, tender by tender and lot by lot: the facts that `domain/viewing.view` asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import LotStatus
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.viewing import Audience, View, view
from app.domain.visibility import OUTSIDE_TENDERS, Datum, Phase, Role, may_see
from app.infra.world import World
from app.journal.store import list_of_kind
from app.live_rounds import store as live_store
from app.tenders import store as tender_store

AUDITOR = frozenset({Role.AUDITOR})
# A cancelled lot shows what had been shown, and nothing more ever (VISIBILITY.md section 6): its bids stay hidden.
_FINAL = frozenset({Kind.BAFO_RECEIVED, Kind.BAFO_REFUSED})
HIDDEN = tuple(status for status in LotStatus if status is not LotStatus.CLOSED)


@dataclass(slots=True)
class Sight:
    """The auditor's eyes during one request; looks each tender and lot up once."""

    world: World
    tx: AsyncConnection
    _phases: dict[str, tuple[Phase, ...]] = field(default_factory=dict)
    _closed: dict[str, bool] = field(default_factory=dict)
    _aliases: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _invited: dict[str, Entry | None] = field(default_factory=dict)

    async def phases(self, tender: str | None) -> tuple[Phase, ...]:
        """The phases the tender has visited."""
        if tender is None:
            return OUTSIDE_TENDERS
        if tender not in self._phases:
            found = await tender_store.load_tender(self.tx, tender)
            self._phases[tender] = found.visited
        return self._phases[tender]

    async def is_closed(self, lot: str | None) -> bool:
        """Whether the lot has closed. A cancelled lot shows what had been shown (VISIBILITY.md section 6)."""
        if lot is None:
            return False
        if lot not in self._closed:
            floor = await live_store.find_floor(self.tx, lot)
            if floor is None:
                # No live round, or none yet: its history is whole when the tender's prices are opened.
                self._closed[lot] = Phase.PRICES in await self.phases(
                    (await tender_store.load_lot(self.tx, lot)).tender_id
                )
            else:
                self._closed[lot] = floor.timetable.status is LotStatus.CLOSED
        return self._closed[lot]

    async def aliases(self, lot: str | None) -> Mapping[str, str]:
        """C-alias by tag of a lot that has closed; empty before."""
        if lot is None or not await self.is_closed(lot):
            return {}
        if lot not in self._aliases:
            floor = await live_store.find_floor(self.tx, lot)
            self._aliases[lot] = {} if floor is None else live_store.open_aliases(self.world, floor)
        return self._aliases[lot]

    async def see(self, entry: Entry) -> View | None:
        """The entry as the auditor may see it now, or None."""
        # Not even whether somebody has handed in (domain/final_offers.py).
        is_early = entry.kind in _FINAL and datetime.fromisoformat(entry.data["closes_at"]) > self.world.clock.now()
        if is_early:
            return None
        audience = Audience(
            hats=AUDITOR,
            visited=await self.phases(entry.tender),
            is_lot_closed=await self.is_closed(entry.lot),
            aliases=await self.aliases(entry.lot),
        )
        return view(entry, audience)

    async def counts(self, entry: Entry) -> bool:
        """Whether the entry's number may be shown: not while it would count acts that may not be seen yet."""
        if entry.chain.startswith("lot:"):
            return await self.is_closed(entry.lot)
        if entry.chain.startswith("tender:"):
            invited = await self.find_invited(entry.chain)
            is_before = invited is None or entry.seq <= invited.seq
            return is_before and not await self.hides_suppliers(entry.tender)
        return True

    async def find_invited(self, chain: str) -> Entry | None:
        """The invitation of a best-and-final round that has not closed: what follows it in the chain is not counted,
        so that no gap tells that somebody has handed in."""
        if chain not in self._invited:
            told = await list_of_kind(self.tx, chain=chain, kind=Kind.BAFO_INVITED)
            is_open = bool(told) and datetime.fromisoformat(told[-1].data["closes_at"]) > self.world.clock.now()
            self._invited[chain] = told[-1] if is_open else None
        return self._invited[chain]

    async def hides_suppliers(self, tender: str | None) -> bool:
        """Whether suppliers' acts in the tender's own chain are held back for now."""
        return not may_see(AUDITOR, await self.phases(tender), Datum.SUPPLIER_ENTRIES)


async def list_hidden_lots(tx: AsyncConnection) -> tuple[str, ...]:
    """The lots whose bids an auditor may not see, or not yet."""
    return tuple(floor.lot_id for floor in await live_store.list_floors_in(tx, HIDDEN))
