"""Live bids and whole processes: killed in the middle, started again, and several at once on one record."""

import asyncio
import contextlib
import os
import random
import signal
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from app.domain.closing import LotStatus
from app.domain.kinds import Kind
from app.domain.receipts import check_receipt
from app.infra.world import SystemClock, World
from app.live_rounds import store
from tests.live_rounds.servers import Live, Seat, free_port, process, shift_opening, until_status
from tests.live_rounds.stage import Stage, set_stage

pytestmark = [pytest.mark.story, pytest.mark.timeout(180)]


@pytest.fixture
async def stage(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A round about to open, its keys in files, seen through the machine's clock."""
    made = await set_stage(clean_database_url, tmp_path, with_key_files=True)
    world = replace(made.world, clock=SystemClock())
    yield replace(made, house=replace(made.house, world=world))
    await world.db.dispose()


async def _open(stage: Stage, world: World) -> None:
    """Let the running process open the round now."""
    await shift_opening(stage, world, opens_at=world.clock.now(), duration_s=3600)
    await until_status(world, stage.lots[0], "open", seconds=60)


async def _accepted(world: World, lot_id: str) -> list[store.AcceptedBid]:
    async with world.db.snapshot() as tx:
        return await store.list_accepted_bids(tx, lot_id)


def _receipts(seat: Seat) -> int:
    return sum(frame["type"] == "receipt" for frame in seat.frames)


async def _bid_on(live: Live, number: int, amounts: list[str], receipts: dict[str, dict[str, Any]]) -> None:
    """One bidder sends without waiting; what is acknowledged is kept, also when the line dies."""
    with contextlib.suppress(ConnectionClosed, ConnectionError, TimeoutError, IndexError):
        async with live.enter(live.stage.rep(number)) as seat:
            for amount in amounts:
                await seat.say(type="place_bid", bid_id=str(uuid.uuid4()), lot_id=live.stage.lots[0], amount=amount)
                await asyncio.sleep(0.005)
            await seat.until(lambda: seat.is_closed or _receipts(seat) == len(amounts))
    for frame in seat.frames:
        if frame["type"] == "receipt":
            receipts[frame["bid_id"]] = frame["receipt"]


def _falling(start: int, count: int) -> list[str]:
    """Amounts a little more than half a percent apart."""
    amounts, amount = [], Decimal(start)
    for _ in range(count):
        amounts.append(f"{amount:.2f}")
        amount = (amount * Decimal("0.994")).quantize(Decimal("0.01"))
    return amounts


async def test_killed_in_the_middle_every_acknowledged_bid_is_there_once_and_the_lot_is_paused(stage: Stage) -> None:
    world, port, lot_id = stage.world, free_port(), stage.lots[0]
    live = Live(stage, world, port)
    receipts: dict[str, dict[str, Any]] = {}
    async with process(world, port) as first:
        await _open(stage, world)
        bidders = [asyncio.create_task(_bid_on(live, number, _falling(280, 400), receipts)) for number in range(5)]
        async with asyncio.timeout(60):
            while len(await _accepted(world, lot_id)) < 60:  # noqa: ASYNC110 - another process makes them
                await asyncio.sleep(0.02)
        first.send_signal(signal.SIGKILL)
        await asyncio.gather(*bidders)
    assert receipts
    async with process(world, port):
        floor = await until_status(world, lot_id, "paused", seconds=60)
        assert floor.pause_reason == "outage"
        placed = await _accepted(world, lot_id)
        hashes = [bid.entry_hash for bid in placed]
        assert len(set(hashes)) == len(hashes)
        for receipt in receipts.values():
            assert check_receipt(receipt, world.keys.public_key) is None
            assert hashes.count(receipt["entry_hash"]) == 1
        assert [bid.seq for bid in placed] == list(range(1, len(placed) + 1))
        # Whoever lost the answer asks, and hears the same.
        async with live.enter(stage.rep(0)) as seat:
            bid_id, receipt = random.choice(list(receipts.items()))
            own = {bid.entry_hash for bid in placed if bid.tag == stage.tag(0)}
            await seat.say(type="bid_status", bid_id=bid_id)
            status = await seat.answer_to(bid_id, "status")
            assert status["state"] == ("accepted" if receipt["entry_hash"] in own else "unseen")
            refused = await seat.bid(lot_id, "1.00")
            assert refused["code"] == "LOT_PAUSED"
    entries = await stage.chain()
    assert [entry.kind for entry in entries].count(Kind.BID_ACCEPTED) == len(placed)
    assert Kind.LOT_CLOSED not in [entry.kind for entry in entries]


@pytest.mark.skipif(os.environ.get("BIDROOM_TEST_DB") != "postgres", reason="several processes share PostgreSQL only")
async def test_two_processes_keep_one_order_and_one_bid_an_id(stage: Stage) -> None:
    world, lot_id = stage.world, stage.lots[0]
    left, right = (Live(stage, world, free_port()) for _ in range(2))
    receipts: dict[str, dict[str, Any]] = {}
    async with process(world, left.port) as first, process(world, right.port):
        await _open(stage, world)
        sides = (left, right)
        await asyncio.gather(
            *(_bid_on(sides[number % 2], number, _falling(280, 60), receipts) for number in range(5)),
        )
        placed = await _accepted(world, lot_id)
        assert len(receipts) == len(placed) == 300
        assert [bid.seq for bid in placed] == list(range(1, 301))
        bid_id = str(uuid.uuid4())
        async with left.enter(stage.rep(0)) as here, right.enter(stage.rep(0)) as there:
            answers = await asyncio.gather(
                here.bid(lot_id, "100.00", bid_id=bid_id), there.bid(lot_id, "100.00", bid_id=bid_id)
            )
            assert answers[0] == answers[1]
            assert answers[0]["type"] == "receipt"
            # The other process's hub hears the bell: both show the same at last.
            await there.until(lambda: there.states() and there.states()[-1]["lots"][0]["own_amount"] == "100.00")
        assert len(await _accepted(world, lot_id)) == 301
        await _pen_over_both(left, right, lot_id)
        # One of two dies: the other had the lots in its care all the while.
        first.kill()
        await first.wait()
        async with process(world, left.port), right.enter(stage.rep(1)) as seat:
            await asyncio.sleep(4)
            assert (await seat.bid(lot_id, "150.00"))["type"] == "receipt"
    async with world.db.snapshot() as tx:
        assert (await store.load_floor(tx, lot_id)).status is LotStatus.OPEN
    await stage.chain()


async def _pen_over_both(left: Live, right: Live, lot_id: str) -> None:
    """Two people of one bidder, each at another replica: one writes, the other takes over (LR-36)."""
    rep = left.stage.rep(2)
    async with left.enter(rep) as here, right.enter(rep, window="b" * 32) as there:
        await _told(there, mine=False)
        amount = there.welcome["lots"][0]["next_valid"]
        assert (await there.bid(lot_id, amount))["code"] == "NOT_PEN_HOLDER"
        await there.say(type="take_pen")
        await _told(there, mine=True)
        await _told(here, mine=False)
        assert (await here.bid(lot_id, amount))["code"] == "NOT_PEN_HOLDER"
        assert (await there.bid(lot_id, amount))["type"] == "receipt"


async def _told(seat: Seat, *, mine: bool) -> None:
    def last() -> bool | None:
        return next((frame["mine"] for frame in reversed(seat.frames) if frame["type"] == "pen"), None)

    await seat.until(lambda: last() is mine)
