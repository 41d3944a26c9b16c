"""The sheet of a ranked tender: lots, rankings, baselines, C-aliases read together, for the pages of ranking and award.

A shelf of the store: it reads and decides nothing. Tags stay inside; what leaves is by label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.marking import OfferScore
from app.domain.money import minor_units
from app.domain.saving import Basis, Saving, baseline_total, lot_total, saving_of
from app.evaluation import store
from app.evaluation.offers import TagScores, load_scores
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
    # {label: C-alias of the live round} and {label: T-alias}: shown only as columns of the ranking (VISIBILITY.md d20).
    aliases: Mapping[str, str]
    t_aliases: Mapping[str, str]
    # The offers below a threshold, by T-alias: their prices were never opened.
    failed: Sequence[OfferScore]
    digits: int

    def saving_at(self, price: Decimal) -> Saving:
        """What the lot saves at a price (domain/saving.py)."""
        awarded = lot_total(price, self.lot.quantity, Basis(self.lot.basis))
        return saving_of(awarded=awarded, baseline=self.baseline, digits=self.digits)


async def load_sheets(world: World, tx: AsyncConnection, tender: Tender) -> list[LotSheet]:
    """The sheets of a tender's lots in order of their numbers; empty until it was ranked."""
    rankings = {each.official.lot_id: each for each in await store.list_rankings(tx, tender.id)}
    scores = await load_scores(world, tx, tender.id)
    lots = [lot for lot in await tender_store.list_lots(tx, tender.id) if lot.id in rankings]
    ranked = [_Ranked(tender, lot, rankings[lot.id], scores.get(lot.id)) for lot in lots]
    return [await _load_sheet(world, tx, each) for each in ranked]


async def load_baseline(tx: AsyncConnection, lot: Lot) -> Decimal | None:
    """The total the buyer pays today for a lot, None where it is not known."""
    lines = [(line.quantity, line.baseline_price) for line in await tender_store.list_line_items(tx, lot.id)]
    return baseline_total(price=lot.baseline_price, quantity=lot.quantity, basis=Basis(lot.basis), lines=lines)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What a lot's sheet is made of."""

    tender: Tender
    lot: Lot
    stored: StoredRanking
    scores: TagScores | None


async def _load_sheet(world: World, tx: AsyncConnection, ranked: _Ranked) -> LotSheet:
    lot, scores = ranked.lot, ranked.scores
    floor = await live_store.find_floor(tx, lot.id)
    by_tag = {} if floor is None else live_store.open_aliases(world, floor)
    tags = store.open_map(world, ranked.stored)
    return LotSheet(
        lot=lot,
        ranking=ranked.stored,
        baseline=await load_baseline(tx, lot),
        aliases={label: by_tag[tag] for label, tag in tags.items() if tag in by_tag},
        t_aliases=_t_aliases(tags, scores),
        failed=[] if scores is None else [each for each in scores.scores.offers if not each.passes],
        digits=minor_units(ranked.tender.currency),
    )


def _t_aliases(tags: Mapping[str, str], scores: TagScores | None) -> dict[str, str]:
    found = {} if scores is None else {label: scores.alias_of(tag) for label, tag in tags.items()}
    return {label: alias for label, alias in found.items() if alias is not None}
