"""A tender whose sealed round is over: prices opened and written as the sealed room writes them, the floor ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.domain.drafting import Template
from app.live_rounds import clockwork
from app.sealed_rounds import clockwork as sealed_clockwork
from app.sealed_rounds import store as sealed_store
from app.sealed_rounds.opening_store import OpenedPrice, insert_price
from tests.live_rounds.stage import Stage, stage_of
from tests.tenders.houses import build_house, join, publish, reach_deadline


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one bidder had sealed: valid or refused at the opening."""

    amount: str
    after_s: int = 0
    is_valid: bool = True


async def set_sealed_stage(database_url: str, folder: Path, *, bidders: int = 5, lots: int = 1) -> Stage:
    """The large template with bidders who joined; the key policy is fixed, nothing is opened."""
    house = await build_house(database_url, folder, bidders)
    tender = await publish(house, Template.LARGE)
    await join(house, tender, *house.reps)
    await reach_deadline(house, tender.id)
    await sealed_clockwork.ensure_round(house.world, tender.id)
    return await stage_of(house, tender.id)


async def open_prices(stage: Stage, prices: Mapping[int, Sealed], *, at: datetime | None = None) -> datetime:
    """Open these prices of the first lot, by the number of the representative."""
    world, round_id = stage.world, stage.tender.sealed_round_id
    assert round_id is not None
    async with world.db.transaction() as tx:
        held = await sealed_store.lock_round(tx, round_id)
        stage.clock.at = at or held.timetable.closes_at + timedelta(days=1)
        for number, price in prices.items():
            tag = stage.tag(number)
            opened = OpenedPrice(
                tag,
                Decimal(price.amount),
                held.timetable.opens_at + timedelta(seconds=price.after_s),
                tag * 2,
            )
            await insert_price(world, tx, stage.lots[0], opened, amount=price.amount, is_valid=price.is_valid)
        await sealed_store.set_round(tx, held, prices_opened_at=world.clock.now())
    return stage.clock.at


async def open_floor(stage: Stage) -> None:
    """Make the floor and open its lots at their time."""
    await clockwork.ensure_floors(stage.world, stage.tender.id)
    stage.clock.at = (await stage.floor()).timetable.opens_at
    for lot_id in stage.lots:
        assert await clockwork.open_lot(stage.world, lot_id)
