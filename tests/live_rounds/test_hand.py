"""The committer's own ways: entries and receipts written by templates, and SQLite's rows at hand."""

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from itertools import repeat
from types import SimpleNamespace
from typing import cast

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entries import EPOCH, canonical_bytes
from app.domain.exchanging import is_converted
from app.domain.kinds import Kind
from app.domain.penning import Pen
from app.domain.receipts import check_receipt
from app.infra.keys import make_keys
from app.infra.world import Ids, World
from app.journal.ledger import Head, Ledger
from app.journal.store import NewEntry, append, link_entries
from app.live_rounds import batch_store, pen_store, store
from app.live_rounds.answers import Receipted
from app.live_rounds.batch import BatchDone, Known, commit_batch
from app.live_rounds.batch_store import Found, Hand
from app.live_rounds.bid_entries import BidEntries
from app.live_rounds.receipting import Cores, make_receipts, text_of
from app.live_rounds.sqlite_hand import SqliteHand
from tests.live_rounds.floors import a_bid, a_floor, chain_of, insert_floors, play, rules_at
from tests.worlds import START, TestWorld

# Chance and keys, and no database.
PAPER = cast("World", SimpleNamespace(ids=Ids(), keys=make_keys()))
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
amounts = st.sampled_from(["1", "250.00", "99999999999999.9999"])


@given(words, words, amounts, st.none() | amounts, st.sampled_from(["250.00", 'USD "1', "EUR 3.20"]), st.none() | words)
def test_an_entry_by_template_is_the_general_one_to_the_byte(
    bid_id: str, tag: str, amount: str, own: str | None, sent: str, auto: str | None
) -> None:
    one, salts, head = a_floor(PAPER, rules_at()), repeat(b"s" * 32), Head(7, "ab" * 32, START)
    ready, usual = (Ledger(one.chain, head, now=EPOCH, release='1"2', salts=salts) for _ in range(2))
    at = "2026-11-22T12:00:00.001Z"
    told = BidEntries(one, ready).note_accepted(
        bid_id=text_of(bid_id), tag=tag, amount=amount, own_before=own, received_at=at, n=3, sent=sent, auto=auto
    )
    data = {"bid_id": bid_id, "amount": amount, "received_at": at, "n": 3, "own_before": own}
    data |= ({} if auto is None else {"auto": auto}) | ({"sent": sent} if is_converted(sent) else {})
    role = "supplier" if auto is None else "service"
    new = NewEntry(one.chain, Kind.BID_ACCEPTED, data, one.tender_id, one.round_id, one.lot_id, tag, role)
    assert told == usual.note(new)
    assert ready.rows == usual.rows
    (made,) = link_entries([new], seq=7, head=head.hash, at=START, release='1"2', salts=[b"s" * 32])
    assert (made.hash, made.at) == (told, ready.at)


@given(st.lists(st.tuples(words, st.sampled_from(["250.00", "USD 40.00"])), min_size=1, max_size=5))
def test_receipts_by_template_hold_and_are_canonical(bids: list[tuple[str, str]]) -> None:
    lot = Cores(PAPER.keys.journal, a_floor(PAPER, rules_at()))
    cores = [
        lot.core(bid_id=text_of(bid_id), amount="250.00", received_at="t", entry_hash="ab" * 32, sent=sent)
        for bid_id, sent in bids
    ]
    for (bid_id, sent), text in zip(bids, make_receipts(PAPER, PAPER.keys.journal, cores), strict=True):
        receipt = orjson.loads(text)
        assert canonical_bytes(receipt) == text.encode()
        assert check_receipt(receipt, PAPER.keys.public_key, PAPER.keys.key_id) is None
        assert (receipt["bid_id"], receipt.get("sent")) == (bid_id, sent if " " in sent else None)


@pytest.fixture
def hand(house: TestWorld) -> Iterator[SqliteHand]:
    """The committer's connection."""
    engine = house.world.db.sync_engine
    if engine is None:
        pytest.skip("SQLite alone")
    made = SqliteHand(engine)
    yield made
    made.close()


async def test_what_is_at_hand_is_what_the_tables_hold_whoever_else_writes(house: TestWorld, hand: SqliteHand) -> None:
    """After batches, and after acts past the hand: a pen passed on, bids of another process, a void, a pause."""
    world = house.world
    one, other = a_floor(world, rules_at()), a_floor(world, rules_at())
    await insert_floors(world, one, other)
    async with world.db.transaction() as tx:
        for each in (one, other):
            await append(world, tx, NewEntry(each.chain, Kind.LOT_OPENED))
    lots, known = [one.lot_id, other.lot_id], {one.lot_id: Known(), other.lot_id: Known()}

    def cold(bid_id: str) -> Found:
        assert world.db.sync_reader is not None
        with world.db.sync_reader.connect() as connection:
            return batch_store.read_batch(connection, lots, [bid_id], ["p"])

    async def bid(tag: str, amount: str) -> None:
        commands = [a_bid(world, lot_id, tag, amount) for lot_id in lots]

        def batch(at_hand: Hand) -> BatchDone:
            assert at_hand.read(lots, [commands[0].bid_id], ["p"]) == cold(commands[0].bid_id)
            return commit_batch(at_hand, world, commands, known)

        done = await asyncio.to_thread(hand.run, batch)
        assert all(isinstance(answer, Receipted) for answer in done.answers)
        for after in done.lots:
            known[after.floor.lot_id] = Known(after.standing, after.floor.accepted, after.floor.voids)

        def again(at_hand: Hand) -> Found:
            return at_hand.read(lots, [commands[0].bid_id], ["p"])

        assert await asyncio.to_thread(hand.run, again) == cold(commands[0].bid_id)

    await bid("a", "250.00")
    await bid("b", "249.00")
    async with world.db.transaction() as tx:
        await pen_store.lock_pens(tx, ["p"], START)
        await pen_store.set_pens(tx, {"p": "seat"}, START + timedelta(seconds=1))
    await bid("a", "240.00")
    await play(world, [a_bid(world, one.lot_id, "c", "239.00")])
    await bid("b", "238.00")
    async with world.db.transaction() as tx:
        locked = await store.lock_floor(tx, one.lot_id)
        await store.set_floor(tx, locked, pause_reason="documents", voids=1)
    await bid("a", "237.00")
    assert cold("").pens == {"p": Pen("seat", None, START + timedelta(seconds=1))}
    assert [entry.data.get("n") for entry in await chain_of(world, one.chain)] == [None, *range(1, 7)]


async def test_a_batch_that_fails_leaves_nothing_at_hand(house: TestWorld, hand: SqliteHand) -> None:
    world = house.world
    one = a_floor(world, rules_at())
    await insert_floors(world, one)

    def broken(at_hand: Hand) -> None:
        commit_batch(at_hand, world, [a_bid(world, one.lot_id, "a", "250.00")], {})
        raise sqlite3.OperationalError("the disk is full")

    def sound(at_hand: Hand) -> BatchDone:
        return commit_batch(at_hand, world, [a_bid(world, one.lot_id, "b", "260.00")], {})

    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError):
            await asyncio.to_thread(hand.run, broken)
    done = await asyncio.to_thread(hand.run, sound)
    assert [after.floor.accepted for after in done.lots] == [1]
    assert [entry.tag for entry in await chain_of(world, one.chain)] == ["b"]
