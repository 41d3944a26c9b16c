"""One statement a batch on PostgreSQL: it writes what the usual path writes, and nothing where anything has moved."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import Connection, insert, select, update

from app.domain.kinds import Kind
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.live_rounds.answers import PenClaim, PlaceBid, Receipted, Refused
from app.live_rounds.batch import BatchDone, Known, commit_batch
from app.live_rounds.one_statement import SHY, OneStatement
from app.live_rounds.store import Floor, load_floor
from app.live_rounds.tables import bid, pen
from tests.live_rounds.floors import a_bid, a_floor, chain_of, insert_floors, play, rules_at
from tests.worlds import START, TestWorld

pytestmark = pytest.mark.skipif(os.environ.get("BIDROOM_TEST_DB") != "postgres", reason="PostgreSQL's own path")
PLACE, SEAT = "place", "a" * 32


async def _lot(world: World) -> tuple[Floor, Known]:
    """A lot that has begun: its opening and a first batch, on the usual path, are in its chain."""
    one = a_floor(world, rules_at())
    await insert_floors(world, one)
    async with world.db.transaction() as tx:
        opened = NewEntry(one.chain, Kind.LOT_OPENED, tender=one.tender_id, round=one.round_id, lot=one.lot_id)
        await append(world, tx, opened)
        await tx.execute(insert(pen).values(place=PLACE, seat=SEAT, since=START))
    return one, _after(await play(world, [a_bid(world, one.lot_id, "w", "299.00")]))


async def _swift(
    world: World, swift: OneStatement, commands: Sequence[PlaceBid], known: Known | None = None
) -> BatchDone | None:
    lots = {command.lot_id for command in commands}
    held = {lot_id: known or Known() for lot_id in lots}
    places = [command.claim.place for command in commands if command.claim is not None]
    return await swift.commit(lots, places, lambda hand: commit_batch(cast("Connection", hand), world, commands, held))


def _after(done: BatchDone | None) -> Known:
    assert done is not None
    (lot,) = done.lots
    return Known(lot.standing, lot.floor.accepted, lot.floor.voids)


async def _rows(world: World) -> int:
    async with world.db.snapshot() as tx:
        return len((await tx.execute(select(bid.c.seq))).all())


async def test_it_writes_what_the_usual_path_writes(house: TestWorld) -> None:
    world = house.world
    one, known = await _lot(world)
    swift, again = OneStatement(world.db), OneStatement(world.db)
    first = a_bid(world, one.lot_id, "a", "250.00")
    done = await _swift(world, swift, [first, a_bid(world, one.lot_id, "b", "301.00")], known)
    assert done is not None
    assert [type(answer) for answer in done.answers] == [Receipted, Refused]
    known = _after(done)
    # A second batch by what the first has left; and by another process, which reads it.
    known = _after(await _swift(world, swift, [a_bid(world, one.lot_id, "b", "249.00")], known))
    known = _after(await _swift(world, again, [a_bid(world, one.lot_id, "c", "248.00")], known))
    async with world.db.snapshot() as tx:
        floor = await load_floor(tx, one.lot_id)
    assert (floor.accepted, floor.attempts, known.accepted) == (4, 5, 4)
    kinds = [entry.kind for entry in await chain_of(world, one.chain)]
    accepted = Kind.BID_ACCEPTED
    assert kinds == [Kind.LOT_OPENED, accepted, accepted, Kind.BID_REFUSED, accepted, accepted]
    # The usual path goes on from it, and knows the first answer.
    repeated = await play(world, [first, a_bid(world, one.lot_id, "a", "247.00")], {one.lot_id: known})
    assert repeated.answers[0] == done.answers[0]


async def test_whatever_has_moved_undoes_the_whole(house: TestWorld) -> None:
    world = house.world
    one, _ = await _lot(world)
    claim = PenClaim(PLACE, SEAT)

    async def refused_by(stale: OneStatement, known: Known, command: PlaceBid | None = None) -> None:
        before = await _rows(world), len(await chain_of(world, one.chain))
        asked = command or a_bid(world, one.lot_id, "x", "200.00")
        assert await _swift(world, stale, [asked], known) is None
        assert (await _rows(world), len(await chain_of(world, one.chain))) == before

    async def fresh() -> tuple[OneStatement, Known]:
        """One that has the lot and the pen at hand, after a bid of its own."""
        made = OneStatement(world.db)
        held = await play(world, [a_bid(world, one.lot_id, world.ids.new(), "299.00")])
        command = replace(a_bid(world, one.lot_id, world.ids.new(), "240.00"), claim=claim)
        return made, _after(await _swift(world, made, [command], _after(held)))

    # Another process has taken a bid there.
    stale, known = await fresh()
    await play(world, [a_bid(world, one.lot_id, "b", "239.00")])
    await refused_by(stale, known)
    # Then it keeps to the usual path for a while, and comes back.
    for _ in range(SHY):
        await refused_by(stale, known)
    # An entry in the chain, with the lot as it was.
    stale, known = await fresh()
    async with world.db.transaction() as tx:
        await append(world, tx, NewEntry(one.chain, Kind.LOT_REFUSED, {"act": "pause"}, lot=one.lot_id))
    await refused_by(stale, known)
    # The pen has passed on, and nobody rang.
    stale, known = await fresh()
    async with world.db.transaction() as tx:
        now = world.clock.now() + timedelta(milliseconds=1)
        await tx.execute(update(pen).where(pen.c.place == PLACE).values(seat="b" * 32, before=SEAT, since=now))
    late = a_bid(world, one.lot_id, "x", "200.00")
    await refused_by(stale, known, replace(late, claim=claim))
    # An id that is there already.
    stale, known = await fresh()
    await refused_by(stale, known, a_bid(world, one.lot_id, "b", "199.00", bid_id=await _an_id(world, "b")))


async def _an_id(world: World, tag: str) -> str:
    async with world.db.snapshot() as tx:
        return str(await tx.scalar(select(bid.c.bid_id).where(bid.c.tag == tag).limit(1)))
