"""Reading secret reserve prices: of a draft, and again once they are opened; in between nobody, and each try is told.

Serves VISIBILITY.md d03. The row's cells are asked one by one, not as everywhere "what was seen stays seen": who typed
or approved a figure knows it, but the service tells it to nobody from the publication to the opening.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.awarding import LotRanking
from app.domain.drafting import draft_from_json
from app.domain.kinds import Kind
from app.domain.money import fits_scale, format_amount
from app.domain.refusals import Code, Refusal
from app.domain.reserve_pricing import is_met
from app.domain.scoring.typed import plain
from app.domain.tendering import TenderState, is_final
from app.domain.visibility import Datum, Phase, Role, may_see
from app.evaluation import store as evaluation_store
from app.identity.access import Actor, reach_tender
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.tenders import reserve_store
from app.tenders import store as tender_store
from app.tenders.reserve_store import HeldReserve
from app.tenders.reserving import read_draft_reserves
from app.tenders.store import Tender

# The name of the reading in the journal, beside those of the vault.
READING = "reserve_price"
READERS = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class ReserveSheet:
    """What a reader is shown of one lot's reserve price; `amount` only where it may be read now."""

    lot_id: str
    number: int
    commitment: str | None
    amount: str | None = None
    opened_at: datetime | None = None
    is_altered: bool = False
    # Whether the best ranked price meets it; None before there is a ranking, and without a price.
    is_met: bool | None = None


async def read_reserves(world: World, actor: Actor, tender_id: str) -> list[ReserveSheet] | Refusal:
    """The reserve prices of a tender, lot by lot. Refuses TOO_EARLY from the publication to the first opening, to the
    auditor of a draft too, NOT_ALLOWED_HERE where the tender ended without an opening; the refusal is journaled."""
    async with world.db.transaction() as tx:
        hat = await reach_tender(tx, actor, tender_id, *READERS)
        tender = await tender_store.load_tender(tx, tender_id)
        if tender.state is TenderState.DRAFT and may_see((hat,), (Phase.DRAFT,), Datum.RESERVE_PRICE):
            return await _of_draft(world, tx, tender)
        held = await reserve_store.list_reserves(tx, tender_id)
        is_due = may_see((hat,), (Phase.PRICES,), Datum.RESERVE_PRICE) and tender.frozen is not None
        if is_due and (not held or any(one.opened_at is not None for one in held.values())):
            return await _of_published(world, tx, tender, held)
        refusal = Refusal(Code.TOO_EARLY)
        if is_final(tender.state):
            refusal = Refusal(Code.NOT_ALLOWED_HERE, {"state": tender.state.value})
        data = {"reading": READING, "code": refusal.code.value}
        new = NewEntry("system", Kind.READING_REFUSED, data, tender=tender_id, **actor.entry_fields(hat))
        await append(world, tx, new)
        return refusal


async def _of_draft(world: World, tx: AsyncConnection, tender: Tender) -> list[ReserveSheet]:
    reserves = await read_draft_reserves(world, tx, tender)
    held = await reserve_store.list_reserves(tx, tender.id)
    sheets = []
    for number, lot in enumerate(draft_from_json(tender.draft).lots, start=1):
        row, reserve = held.get(lot.id), reserves.get(lot.id)
        sheets.append(
            ReserveSheet(
                lot_id=lot.id,
                number=number,
                commitment=None if row is None else row.commitment,
                amount=None if reserve is None else _typed(reserve.amount, lot.scale),
                is_altered=row is not None and reserve is None,
            )
        )
    return sheets


def _typed(amount: Decimal, scale: int) -> str:
    """A draft's figure at the lot's scale; as it is where the scale was made coarser since (the pre-flight says so)."""
    return format_amount(amount, scale) if fits_scale(amount, scale) else plain(amount)


async def _of_published(
    world: World, tx: AsyncConnection, tender: Tender, held: Mapping[str, HeldReserve]
) -> list[ReserveSheet]:
    best = best_prices([each.official for each in await evaluation_store.list_rankings(tx, tender.id)])
    sheets = []
    for lot in await tender_store.list_lots(tx, tender.id):
        row = held.get(lot.id)
        if row is None:
            continue
        reserve = reserve_store.unseal(world, row) if row.is_opened else None
        price = best.get(lot.id)
        sheets.append(
            ReserveSheet(
                lot_id=lot.id,
                number=lot.number,
                commitment=row.commitment,
                amount=None if reserve is None else format_amount(reserve.amount, lot.scale),
                opened_at=row.opened_at,
                is_altered=row.opened_at is not None and reserve is None,
                is_met=None if reserve is None or price is None else is_met(price, reserve.amount),
            )
        )
    return sheets


def best_prices(rankings: Sequence[LotRanking]) -> dict[str, Decimal]:
    """{lot: the lowest price that counts}; with points it need not be the first's."""
    return {each.lot_id: min(row.amount for row in each.rows) for each in rankings if each.rows}
