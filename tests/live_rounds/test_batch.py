"""A batch of bids: one order a lot, receipts that hold, repeats that answer the same, caches that catch up."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from app.domain.closing import LotStatus
from app.domain.formats import Quote
from app.domain.kinds import Kind
from app.domain.receipts import check_receipt
from app.domain.refusals import Code, Refusal
from app.live_rounds import round_store, store
from app.live_rounds.answers import Receipted, Refused
from app.live_rounds.batch import Known, LotAfter
from app.live_rounds.tables import bid
from tests.live_rounds.floors import a_bid, a_floor, chain_of, insert_floors, play, rules_at
from tests.worlds import START, TestWorld


def _known(after: LotAfter) -> dict[str, Known]:
    return {after.floor.lot_id: Known(after.standing, after.floor.accepted, after.floor.voids)}


async def test_bids_get_receipts_that_hold_and_say_nothing_of_others(house: TestWorld) -> None:
    world = house.world
    one = a_floor(world, rules_at())
    await insert_floors(world, one)
    done = await play(
        world, [a_bid(world, one.lot_id, tag, amount) for tag, amount in (("a", "250.00"), ("b", "249.00"))]
    )
    for answer in done.answers:
        assert isinstance(answer, Receipted)
        assert check_receipt(answer.receipt, world.keys.public_key, world.keys.key_id) is None
        assert not {"rank", "n", "seq", "tag", "index", "size"} & set(answer.receipt)
    shapes = {tuple((name, len(str(value))) for name, value in answer.receipt.items()) for answer in done.answers}  # type: ignore[union-attr]  # narrowed above
    assert len(shapes) == 1
    entries = await chain_of(world, one.chain)
    assert [entry.kind for entry in entries] == [Kind.BID_ACCEPTED, Kind.BID_ACCEPTED]
    assert [entry.data["n"] for entry in entries] == [1, 2]
    assert [entry.hash for entry in entries] == [answer.receipt["entry_hash"] for answer in done.answers]  # type: ignore[union-attr]  # narrowed above


async def test_the_same_id_gets_the_first_answer_and_another_body_is_refused(house: TestWorld) -> None:
    world = house.world
    one = a_floor(world, rules_at())
    await insert_floors(world, one)
    first = a_bid(world, one.lot_id, "a", "250.00")
    low = a_bid(world, one.lot_id, "a", "249.99")
    done = await play(world, [first, first, low, low])
    house.clock.wind(seconds=5)
    again = await play(world, [replace(first, offer=replace(first.offer, received_at=world.clock.now())), low])
    assert done.answers[0] == done.answers[1] == again.answers[0]
    assert isinstance(done.answers[0], Receipted)
    assert done.answers[2] == done.answers[3] == again.answers[1]
    assert isinstance(done.answers[2], Refused)
    other = await play(world, [a_bid(world, one.lot_id, "a", "240.00", bid_id=first.bid_id)])
    assert isinstance(other.answers[0], Refused)
    assert other.answers[0].refusal.code is Code.DUPLICATE_ID
    # The id is the bidder's own: another bidder may have made the same one.
    stranger = await play(world, [a_bid(world, one.lot_id, "b", "250.00", bid_id=first.bid_id)])
    assert isinstance(stranger.answers[0], Receipted)
    async with world.db.snapshot() as tx:
        rows = (await tx.execute(select(bid).order_by(bid.c.seq))).all()
        placed = await store.list_accepted_bids(tx, one.lot_id)
    assert [(row.tag, row.verdict) for row in rows] == [("a", "accepted"), ("a", "refused"), ("b", "accepted")]
    assert [each.seq for each in placed] == [1, 2]
    kinds = [entry.kind for entry in await chain_of(world, one.chain)]
    assert kinds == [Kind.BID_ACCEPTED, Kind.BID_REFUSED, Kind.BID_REFUSED, Kind.BID_ACCEPTED]


async def test_a_refused_bid_changes_nothing_but_the_journal(house: TestWorld) -> None:
    world = house.world
    one = a_floor(world, rules_at())
    await insert_floors(world, one)
    done = await play(
        world, [a_bid(world, one.lot_id, "a", text) for text in ("300.01", "1e5", "0", "12.345", "12,34")]
    )
    assert [answer.refusal.code for answer in done.answers if isinstance(answer, Refused)] == [
        Code.ABOVE_CEILING,
        Code.NOT_AN_AMOUNT,
        Code.NOT_AN_AMOUNT,
        Code.PRECISION,
        Code.NOT_AN_AMOUNT,
    ]
    (after,) = done.lots
    assert (after.floor.accepted, after.floor.version, after.floor.attempts) == (0, 1, 5)
    assert after.standing.active == 0
    entries = await chain_of(world, one.chain)
    assert entries[1].data["sent"] == "1e5"
    assert entries[0].data["detail"]["next_valid"] == "300.00"


async def test_a_barred_bidder_and_a_stale_quote(house: TestWorld) -> None:
    world = house.world
    one = a_floor(world, rules_at())
    await insert_floors(world, one)
    barred = replace(a_bid(world, one.lot_id, "a", "250.00"), bar=Refusal(Code.SUPPLIER_SUSPENDED))
    stale = a_bid(world, one.lot_id, "b", "250.00", quote=Quote("260.00", one.rules_hash))
    good = a_bid(world, one.lot_id, "c", "250.00", quote=Quote(None, one.rules_hash))
    done = await play(world, [barred, stale, good])
    codes = [answer.refusal.code if isinstance(answer, Refused) else None for answer in done.answers]
    assert codes == [Code.SUPPLIER_SUSPENDED, Code.STALE_QUOTE, None]
    entries = await chain_of(world, one.chain)
    assert entries[1].data["quote"] == {"own": "260.00", "rules_hash": one.rules_hash}


async def test_the_millisecond_at_the_close_and_the_extension(house: TestWorld) -> None:
    world = house.world
    one = a_floor(world, rules_at(START - timedelta(minutes=29)))
    hard = a_floor(world, rules_at(START - timedelta(minutes=30), soft=False))
    await insert_floors(world, one, hard)
    tick = timedelta(milliseconds=1)
    closes_at = hard.timetable.closes_at
    done = await play(
        world,
        [
            a_bid(world, hard.lot_id, "a", "250.00", at=closes_at - tick),
            a_bid(world, hard.lot_id, "b", "249.00", at=closes_at),
            a_bid(world, hard.lot_id, "c", "248.00", at=closes_at + tick),
            a_bid(world, one.lot_id, "a", "250.00"),
            a_bid(world, one.lot_id, "b", "249.00", at=START + timedelta(seconds=90)),
        ],
    )
    codes = [answer.refusal.code if isinstance(answer, Refused) else None for answer in done.answers]
    assert codes == [None, Code.LOT_CLOSED, Code.LOT_CLOSED, None, None]
    entries = await chain_of(world, one.chain)
    assert [entry.kind for entry in entries] == [
        Kind.BID_ACCEPTED,
        Kind.LOT_EXTENDED,
        Kind.BID_ACCEPTED,
        Kind.LOT_EXTENDED,
    ]
    assert [entry.data["by_bid"] for entry in entries[1::2]] == [1, 2]
    async with world.db.snapshot() as tx:
        stored = await store.load_floor(tx, one.lot_id)
        marks = await round_store.list_clock_marks(tx, [one.lot_id])
    assert stored.timetable.closes_at == START + timedelta(minutes=4, seconds=30)
    assert (stored.timetable.extensions, stored.status) == (2, LotStatus.OVERTIME)
    assert [mark.seq for mark in marks] == [2, 3]


async def test_a_cache_that_is_behind_catches_up_and_a_void_makes_it_read_anew(house: TestWorld) -> None:
    world = house.world
    one = a_floor(world, rules_at())
    await insert_floors(world, one)
    first = await play(world, [a_bid(world, one.lot_id, "a", "250.00"), a_bid(world, one.lot_id, "b", "240.00")])
    behind = _known(first.lots[0])
    await play(world, [a_bid(world, one.lot_id, "c", "230.00")])
    (after,) = (await play(world, [a_bid(world, one.lot_id, "a", "220.00")], behind)).lots
    assert (after.since, [each.seq for each in after.bids], after.is_whole) == (2, [3, 4], False)
    assert [key[2] for key in after.standing.order] == ["a", "c", "b"]
    async with world.db.transaction() as tx:
        locked = await store.lock_floor(tx, one.lot_id)
        await store.set_voided(tx, lot_id=one.lot_id, seq=4, at=world.clock.now())
        await store.set_floor(tx, locked, voids=1)
    (voided,) = (await play(world, [a_bid(world, one.lot_id, "b", "235.00")], _known(after))).lots
    assert (voided.since, voided.is_whole, len(voided.bids)) == (0, True, 5)
    assert [key[2] for key in voided.standing.order] == ["c", "b", "a"]
    assert str(voided.standing.own_last("a")) == "250.0000"


async def test_bids_on_many_lots_in_one_commit(house: TestWorld) -> None:
    world = house.world
    floors = [a_floor(world, rules_at()) for _ in range(5)]
    await insert_floors(world, *floors)
    bids = [
        a_bid(world, one.lot_id, tag, amount) for tag, amount in (("a", "250.00"), ("b", "240.00")) for one in floors
    ]
    done = await play(world, bids)
    assert all(isinstance(answer, Receipted) for answer in done.answers)
    assert {answer.receipt["root"] for answer in done.answers if isinstance(answer, Receipted)} == {
        done.answers[0].receipt["root"]  # type: ignore[union-attr]  # all are receipts
    }
    for one in floors:
        assert [entry.data["n"] for entry in await chain_of(world, one.chain)] == [1, 2]
