"""The sheet of a ranked tender: lots, rankings, baselines, C-aliases read together, for the pages of ranking and award.

A shelf of the store: it reads and decides nothing. Tags stay inside; what leaves is by label.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.money import minor_units
from app.domain.saving import Basis, Saving, baseline_total, lot_total, saving_of
from app.evaluation import store
from app.evaluation.store import StoredRanking
from app.infra.world import World
from app.live_rounds import store as live_store
from app.tenders import store as tender_store
from app.tenders.store import Lot, Tender


@dataclass(frozen=True, slots=True)
class LotSheet:
    """One lot with its official ranking. `baseline` is the total the buyer pays today, None where it is not known."""

    lot: Lot
    ranking: StoredRanking
    baseline: Decimal | None
    # {label: C-alias of the live round}: shown only as a column of the ranking (VISIBILITY.md d20).
    aliases: Mapping[str, str]
    digits: int

    def saving_at(self, price: Decimal) -> Saving:
        """What the lot saves at a price (domain/saving.py)."""
        awarded = lot_total(price, self.lot.quantity, Basis(self.lot.basis))
        return saving_of(awarded=awarded, baseline=self.baseline, digits=self.digits)


async def load_sheets(world: World, tx: AsyncConnection, tender: Tender) -> list[LotSheet]:
    """The sheets of a tender's lots in order of their numbers; empty until it was ranked."""
    rankings = {each.official.lot_id: each for each in await store.list_rankings(tx, tender.id)}
    lots = [lot for lot in await tender_store.list_lots(tx, tender.id) if lot.id in rankings]
    return [await _load_sheet(world, tx, tender, lot, rankings[lot.id]) for lot in lots]


async def load_baseline(tx: AsyncConnection, lot: Lot) -> Decimal | None:
    """The total the buyer pays today for a lot, None where it is not known."""
    lines = [(line.quantity, line.baseline_price) for line in await tender_store.list_line_items(tx, lot.id)]
    return baseline_total(price=lot.baseline_price, quantity=lot.quantity, basis=Basis(lot.basis), lines=lines)


async def _load_sheet(world: World, tx: AsyncConnection, tender: Tender, lot: Lot, stored: StoredRanking) -> LotSheet:
    by_tag = await live_store.load_aliases(world, tx, lot.id)
    tags = store.open_map(world, stored)
    return LotSheet(
        lot=lot,
        ranking=stored,
        baseline=await load_baseline(tx, lot),
        aliases={label: by_tag[tag] for label, tag in tags.items() if tag in by_tag},
        digits=minor_units(tender.currency),
    )
