"""A published live round with bidders who joined, opened by hand: the stage for tests of live rounds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.domain.drafting import Template
from app.domain.entries import Entry
from app.domain.formats import Offer, Quote
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.keys import load_keys
from app.infra.world import World
from app.live_rounds import clockwork, store
from app.live_rounds.answers import Answer, PlaceBid
from app.live_rounds.room import Room, room_of
from app.tenders import store as tenders_store
from app.tenders.store import Tender
from tests.live_rounds.floors import chain_of
from tests.tenders.houses import House, add_supplier, build_house, join, load, publish, reach_deadline
from tests.worlds import HandClock, make_actor, make_world


@dataclass(slots=True)
class Stage:
    """The house, its tender, and the tag of each representative."""

    house: House
    tender: Tender
    lots: list[str]
    tags: dict[str, str]

    @property
    def world(self) -> World:
        """Where it plays."""
        return self.house.world

    @property
    def clock(self) -> HandClock:
        """Its hand-wound clock."""
        return self.house.clock

    @property
    def round_id(self) -> str:
        """Its one round."""
        return self.tender.round_id

    @property
    def room(self) -> Room:
        """The room of this process."""
        return room_of(self.world)

    def rep(self, number: int) -> Actor:
        """A representative, from 0."""
        return self.house.reps[number]

    def tag(self, number: int) -> str:
        """The tag of a representative."""
        return self.tags[self.rep(number).supplier_id or ""]

    async def floor(self, position: int = 0) -> store.Floor:
        """A lot's floor as stored."""
        async with self.world.db.snapshot() as tx:
            return await store.load_floor(tx, self.lots[position])

    async def place(self, number: int, amount: str, *, position: int = 0, **changes: Any) -> Answer:
        """A bid through the committer, as a socket sends it."""
        return await self.place_command(self.command(number, amount, position=position, **changes))

    async def place_command(self, command: PlaceBid) -> Answer:
        """A bid through the committer."""
        answered: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self.room.committer.submit(command, answered.set_result)
        answer = await answered
        assert answer is not None
        return answer

    def command(
        self, number: int, amount: str, *, position: int = 0, bid_id: str | None = None, quote: Quote | None = None
    ) -> PlaceBid:
        """A bid received now."""
        offer = Offer(amount, self.world.clock.now(), quote)
        return PlaceBid(self.lots[position], self.tag(number), bid_id or self.world.ids.new(), offer)

    async def chain(self, position: int = 0) -> list[Entry]:
        """The lot's chain, checked."""
        return await chain_of(self.world, f"lot:{self.lots[position]}")

    async def reload(self) -> Tender:
        """The tender as stored."""
        return await load(self.house, self.tender.id)


async def staffed(world: World, clock: HandClock, bidders: int) -> House:
    """A house over a world that stands already."""
    house = House(
        world=world,
        clock=clock,
        purchaser=await make_actor(world, Role.PURCHASER),
        colleague=await make_actor(world, Role.PURCHASER),
        approver=await make_actor(world, Role.APPROVER),
        auditor=await make_actor(world, Role.AUDITOR),
        evaluator=await make_actor(world, Role.EVALUATOR),
    )
    house.reps = [await add_supplier(house, number) for number in range(1, bidders + 1)]
    return house


async def house_with_key_files(database_url: str, folder: Path, bidders: int) -> House:
    """A house whose keys lie in the folder, where another process finds them."""
    made = await make_world(database_url, folder)
    world = replace(made.world, keys=load_keys(made.world.settings.keys_dir))
    return await staffed(world, made.clock, bidders)


async def set_stage(
    database_url: str,
    folder: Path,
    *,
    bidders: int = 5,
    template: Template = Template.QUICK,
    with_key_files: bool = False,
    **changes: Any,
) -> Stage:
    """A round whose bidders have joined and whose floors are made; its opening is still ahead."""
    build = house_with_key_files if with_key_files else build_house
    return await stage_in(await build(database_url, folder, bidders), template, **changes)


async def stage_in(house: House, template: Template = Template.QUICK, **changes: Any) -> Stage:
    """The same in a house that stands already."""
    tender = await publish(house, template, **changes)
    await join(house, tender, *house.reps)
    await reach_deadline(house, tender.id)
    await clockwork.ensure_floors(house.world, tender.id)
    return await stage_of(house, tender.id)


async def stage_of(house: House, tender_id: str) -> Stage:
    """The stage of a tender with floors."""
    async with house.world.db.snapshot() as tx:
        tender = await tenders_store.load_tender(tx, tender_id)
        lots = [lot.id for lot in await tenders_store.list_lots(tx, tender_id)]
        parts = await tenders_store.list_participations(house.world, tx, tender_id)
    return Stage(house, tender, lots, {part.supplier_id: part.tag for part in parts})


async def open_all(stage: Stage) -> None:
    """Wind to the opening and open every lot."""
    stage.clock.at = (await stage.floor()).timetable.opens_at
    for lot_id in stage.lots:
        assert await clockwork.open_lot(stage.world, lot_id)


async def close_all(stage: Stage) -> None:
    """Wind behind every close and close every lot."""
    for position, lot_id in enumerate(stage.lots):
        stage.clock.at = max(stage.clock.at, (await stage.floor(position)).timetable.closes_at)
        stage.clock.wind(milliseconds=stage.world.settings.drain_ms)
        assert await clockwork.close_lot(stage.world, lot_id)


@asynccontextmanager
async def committing(stage: Stage) -> AsyncIterator[Stage]:
    """The stage with its committer running."""
    task = asyncio.create_task(stage.room.committer.run())
    try:
        yield stage
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def with_world(stage: Stage, world: World) -> Stage:
    """The same stage seen from another world (another clock, another process)."""
    return replace(stage, house=replace(stage.house, world=world))
