"""The contracts that orders call off from, as the rooms of orders and reviews read them. Decides nothing."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.contract_tables import contract, contract_ending
from app.demand.stages import note_stage
from app.domain.contracting import SIGNED, ContractState
from app.domain.ordering import CalledContract
from app.domain.process import Fact
from app.infra.world import World
from app.suppliers.contract_book import NamedContract
from app.tenders.tables import tender


class OrderBook:
    """The book of contracts for app/suppliers/contract_book.ContractBook."""

    async def list_called(
        self, tx: AsyncConnection, *, supplier_id: str | None = None, reference: str = ""
    ) -> list[CalledContract]:
        """The signed contracts of a supplier or of a tender, the last version of each, ended ones among them."""
        query = _contracts().where(contract.c.state.in_([state.value for state in SIGNED]))
        if supplier_id is not None:
            query = query.where(contract.c.supplier_id == supplier_id)
        if reference:
            query = query.where(tender.c.reference == reference)
        last = {(row.tender_id, row.supplier_id): _called(row) for row in await tx.execute(query)}
        return sorted(last.values(), key=lambda one: one.reference)

    async def load_named(self, tx: AsyncConnection, contract_ids: Collection[str]) -> dict[str, NamedContract]:
        """What people call these contracts by, and where they are found."""
        query = select(contract.c.id, contract.c.tender_id, tender.c.reference).join(
            tender, tender.c.id == contract.c.tender_id
        )
        return {
            row.id: NamedContract(row.tender_id, row.reference)
            for row in await tx.execute(query.where(contract.c.id.in_(contract_ids)))
        }

    async def note_reviewed(self, world: World, tx: AsyncConnection, contract_ids: Collection[str]) -> None:
        """The projects whose contracts these are: their deliveries are reviewed now."""
        query = select(tender.c.project_id).join(contract, contract.c.tender_id == tender.c.id)
        query = query.where(contract.c.id.in_(contract_ids), tender.c.project_id.is_not(None)).distinct()
        for project_id in sorted(row.project_id for row in await tx.execute(query)):
            await note_stage(world, tx, project_id, Fact.REVIEWED)


def _contracts() -> Any:
    ends_on = contract_ending.c.ends_on
    joined = contract.join(tender, tender.c.id == contract.c.tender_id).outerjoin(
        contract_ending, contract_ending.c.contract_id == contract.c.id
    )
    found = (contract.c.id, contract.c.tender_id, contract.c.supplier_id, contract.c.state, tender.c.reference, ends_on)
    return select(*found).select_from(joined).order_by(contract.c.number, contract.c.version)


def _called(row: Any) -> CalledContract:
    state = ContractState(row.state)
    return CalledContract(row.id, row.tender_id, row.reference, row.supplier_id, state, row.ends_on)


BOOK = OrderBook()
