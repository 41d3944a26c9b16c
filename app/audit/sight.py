"""What the auditor may see now, tender by tender and lot by lot: the facts that `domain/viewing.view` asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import LotStatus
from app.domain.entries import Entry
from app.domain.viewing import Audience, View, view
from app.domain.visibility import OUTSIDE_TENDERS, Datum, Phase, Role, may_see
from app.infra.world import World
from app.live_rounds import store as live_store
from app.tenders import store as tender_store

AUDITOR = frozenset({Role.AUDITOR})
# A cancelled lot shows what had been shown, and nothing more ever (VISIBILITY.md section 6): its bids stay hidden.
HIDDEN = tuple(status for status in LotStatus if status is not LotStatus.CLOSED)


@dataclass(slots=True)
class Sight:
    """The auditor's eyes during one request; looks each tender and lot up once."""

    world: World
    tx: AsyncConnection
    _phases: dict[str, tuple[Phase, ...]] = field(default_factory=dict)
    _closed: dict[str, bool] = field(default_factory=dict)
    _aliases: dict[str, Mapping[str, str]] = field(default_factory=dict)

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
            return not await self.hides_suppliers(entry.tender)
        return True

    async def hides_suppliers(self, tender: str | None) -> bool:
        """Whether suppliers' acts in the tender's own chain are held back for now."""
        return not may_see(AUDITOR, await self.phases(tender), Datum.SUPPLIER_ENTRIES)


async def list_hidden_lots(tx: AsyncConnection) -> tuple[str, ...]:
    """The lots whose bids an auditor may not see, or not yet."""
    return tuple(floor.lot_id for floor in await live_store.list_floors_in(tx, HIDDEN))
