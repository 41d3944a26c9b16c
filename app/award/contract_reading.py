"""What the page of negotiation and contract shows, loaded together. Reads only; the edge asks the matrix first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import contract_store, final_store, store
from app.award.contract_ending import find_asked
from app.award.contract_store import Contract, Negotiation
from app.award.contracting import decide_price_current, is_waiting
from app.award.paying import list_owed
from app.domain.contracting import SHOWN
from app.infra.days import today_of
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
    # The end that waits for its second person.
    end_asked: str | None
    # While final offers may come in nothing is written; a text of before their opening is not submitted.
    is_final_open: bool = False
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class AgreementSheet:
    """The suppliers of the award that the reader may see, with names for the buyer's side."""

    tender: Tender
    read_at: datetime
    today: date
    # Who collects signatures; None: the house itself.
    provider: str | None
    agreements: Sequence[Agreement]
    names: Mapping[str, Names]


async def load_sheet(world: World, tx: AsyncConnection, tender: Tender, supplier_id: str | None) -> AgreementSheet:
    """All suppliers of the award, or the one whose own page it is: of no other anything."""
    awarded = await store.list_awards(tx, [tender.id])
    wanted = sorted({each.supplier_id for each in awarded if supplier_id in (None, each.supplier_id)})
    owed = await list_owed(tx, tender) if wanted else {}
    talks = await contract_store.list_negotiations(tx, tender.id)
    contracts = await contract_store.list_contracts(tx, tender.id)
    is_open = await final_store.decide_no_round(tx, tender.id) is not None
    found = []
    for each in wanted:
        held = contracts.get(each)
        if supplier_id is not None and held is not None and held.state not in SHOWN:
            held = None
        waits = held is not None and await is_waiting(world, tx, held)
        asked = None if held is None else await find_asked(world, tx, held.id)
        end_asked = None if asked is None else asked.id
        is_stale = held is not None and await decide_price_current(tx, tender, held) is not None
        found.append(Agreement(each, owed[each], talks.get(each), held, waits, end_asked, is_open, is_stale))
    names = await supplier_store.load_names(tx, wanted) if supplier_id is None else {}
    provider = None if world.signatures.is_built_in else world.signatures.name
    return AgreementSheet(tender, world.clock.now(), today_of(world), provider, found, names)
