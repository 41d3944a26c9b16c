"""A live lot that starts from sealed prices: who is on it, with which first bid (DESIGN.md section 3).

The sealed room opens the prices and says which are valid; here they become the first bids, once, at the lot's opening.
Whoever has no valid price on a lot is not on its floor: no bid is taken, no frame is given (VISIBILITY.md d37).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import digest_of
from app.domain.kinds import Kind
from app.domain.live_rules import LiveRules, opening_after
from app.domain.money import format_amount
from app.domain.seeding import Seed, StartPrice, seeds_of
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.live_rounds import store
from app.live_rounds.store import Floor
from app.sealed_rounds import store as sealed_store
from app.tenders import store as tenders_store
from app.tenders.store import Tender


async def opening_of(tx: AsyncConnection, tender: Tender, rules: LiveRules) -> datetime | None:
    """When the live round opens; None while it waits for the prices of the sealed one."""
    if rules.starts_from is None or tender.sealed_round_id is None:
        return opening_after(rules, None)
    return opening_after(rules, await sealed_store.prices_opened_at(tx, tender.sealed_round_id))


async def list_seeds(world: World, tx: AsyncConnection, lot_id: str) -> list[Seed]:
    """The first bids of a lot in their order; none before the prices are opened."""
    opened = await sealed_store.list_opened_prices(world, tx, lot_id)
    return seeds_of(StartPrice(one.tag, one.amount, one.received_at, one.package) for one in opened)


async def has_seeds(world: World, tx: AsyncConnection, tender_id: str) -> bool:
    """Whether any lot of a tender has a first bid; without one there is nothing to play for."""
    for lot in await tenders_store.list_lots(tx, tender_id):
        if await sealed_store.list_opened_prices(world, tx, lot.id):
            return True
    return False


async def is_on_floor(world: World, tx: AsyncConnection, tender_id: str, tag: str) -> bool:
    """Whether a bidder has a first bid on any lot of a tender."""
    for lot in await tenders_store.list_lots(tx, tender_id):
        if any(one.tag == tag for one in await sealed_store.list_opened_prices(world, tx, lot.id)):
            return True
    return False


async def seed_lot(world: World, tx: AsyncConnection, one: Floor, seeds: Sequence[Seed]) -> None:
    """Write the first bids of a lot that is just being opened, and their entries. Precondition: its row is locked.

    They count from the opening: when the packages were received is nobody's to see on a chart (VISIBILITY.md d14).
    """
    at = one.timetable.opens_at
    for seed in seeds:
        amount = format_amount(seed.price.amount, one.terms.scale)
        data = {"n": seed.n, "amount": amount, "package": seed.price.package}
        entry = await append(
            world,
            tx,
            NewEntry(
                one.chain,
                Kind.BID_SEEDED,
                data,
                tender=one.tender_id,
                round=one.round_id,
                lot=one.lot_id,
                tag=seed.price.tag,
            ),
        )
        bid = store.SeededBid(world.ids.new(), digest_of(data), entry.hash, entry.at)
        await store.insert_seed(tx, one.lot_id, seed, bid, received_at=at)
