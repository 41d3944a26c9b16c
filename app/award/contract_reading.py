"""What the page of negotiation and contract shows, loaded together. Reads only; the edge asks the matrix first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import contract_store, store
from app.award.contract_store import Contract, Negotiation
from app.award.contracting import is_waiting
from app.award.paying import list_owed
from app.domain.contracting import SHOWN
from app.infra.world import World
from app.suppliers import store as supplier_store
from app.suppliers.store import Names
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is agreed with one supplier."""

    supplier_id: str
    total: Decimal
    negotiation: Negotiation | None
    contract: Contract | None
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class AgreementSheet:
    """The suppliers of the award that the reader may see, with names for the buyer's side."""

    tender: Tender
    read_at: datetime
    agreements: Sequence[Agreement]
    names: Mapping[str, Names]


async def load_sheet(world: World, tx: AsyncConnection, tender: Tender, supplier_id: str | None) -> AgreementSheet:
    """All suppliers of the award, or the one whose own page it is: of no other anything."""
    awarded = await store.list_awards(tx, [tender.id])
    wanted = sorted({each.supplier_id for each in awarded if supplier_id in (None, each.supplier_id)})
    owed = await list_owed(tx, tender) if wanted else {}
    talks = await contract_store.list_negotiations(tx, tender.id)
    contracts = await contract_store.list_contracts(tx, tender.id)
    found = []
    for each in wanted:
        held = contracts.get(each)
        if supplier_id is not None and held is not None and held.state not in SHOWN:
            held = None
        waits = held is not None and await is_waiting(world, tx, held)
        found.append(Agreement(each, owed[each], talks.get(each), held, waits))
    names = await supplier_store.load_names(tx, wanted) if supplier_id is None else {}
    return AgreementSheet(tender, world.clock.now(), found, names)
