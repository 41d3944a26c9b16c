"""The ranked lots of a tender as a problem of split awards. Reads only; tags stay inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.awarding import LotRanking, rankings_data
from app.domain.saving import Basis
from app.domain.scenario import Offered, ScenarioLot, ScenarioRow
from app.evaluation import store as evaluation_store
from app.evaluation.sheet import LotSheet, load_sheets
from app.infra.world import World
from app.tenders.store import Tender

Among = Literal["shortlist", "all"]


@dataclass(frozen=True, slots=True)
class SplitSheet:
    """What scenarios of a tender are computed from. `tags` is for the service alone."""

    tender: Tender
    lots: Sequence[LotSheet]
    tags: dict[Offered, str]

    @property
    def rankings(self) -> list[dict[str, str]]:
        """What a scenario is bound to."""
        return rankings_data([each.ranking.official for each in self.lots])

    @property
    def listed(self) -> dict[str, set[str]]:
        """Who may be preferred in each lot."""
        return {each.lot.id: listed_labels(each.ranking.official) for each in self.lots}

    def offered(self, among: Among) -> list[ScenarioLot]:
        """The lots with the offers that may be awarded."""
        return [_offered(each, among) for each in self.lots]


def _offered(sheet: LotSheet, among: Among) -> ScenarioLot:
    lot, official = sheet.lot, sheet.ranking.official
    listed = listed_labels(official) if among == "shortlist" else {row.label for row in official.rows}
    rows = tuple(
        ScenarioRow(row.label, row.amount, row.technical_points) for row in official.rows if row.label in listed
    )
    first = official.rows[0].label if official.rows and official.rows[0].label in listed else None
    return ScenarioLot(lot.id, rows, first, Basis(lot.basis), lot.quantity, lot.unit)


def listed_labels(official: LotRanking) -> set[str]:
    """Who may be preferred: the shortlist, or everyone where the tender makes none."""
    return {row.label for row in official.rows} if official.shortlist is None else set(official.shortlist)


async def load_split_sheet(world: World, tx: AsyncConnection, tender: Tender) -> SplitSheet:
    """The ranked lots with their offers; without lots until the tender was ranked."""
    lots = await load_sheets(world, tx, tender)
    tags = {
        (each.lot.id, label): tag
        for each in lots
        for label, tag in evaluation_store.open_map(world, each.ranking).items()
    }
    return SplitSheet(tender, lots, tags)
