"""Faults of the line and of the thumb: lost answers, double taps, slow readers, and a reconnect that asks first."""

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.kinds import Kind
from app.live_rounds import store
from app.live_rounds.admission import admit
from app.live_rounds.connection import Connection
from app.live_rounds.limits import MOST_WAITING
from tests.live_rounds.servers import Live, live_round
from tests.live_rounds.stage import Stage

UNLIMITED = dict.fromkeys(("bids_per_second", "bids_burst", "frames_per_second", "frames_burst"), 10_000)


@pytest.fixture
async def live(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Live]:
    """An open round whose limit of bids is out of the way."""
    async with live_round(clean_database_url, tmp_path, **UNLIMITED) as made:
        yield made


async def _accepted(live: Live) -> list[store.AcceptedBid]:
    async with live.world.db.snapshot() as tx:
        return await store.list_accepted_bids(tx, live.stage.lots[0])


async def test_a_hundred_lost_answers_lose_and_double_no_bid(live: Live) -> None:
    """The line is cut between send and answer; then the page asks, and sends again only what is unseen."""
    rep, lot = live.stage.rep(0), live.stage.lots[0]
    amount, receipts = Decimal("286.00"), []
    for number in range(100):
        bid_id, text = str(uuid.uuid4()), f"{amount:.2f}"
        async with live.enter(rep) as seat:
            await seat.say(type="place_bid", bid_id=bid_id, lot_id=lot, amount=text)
            # Sometimes the frame has left, sometimes it is still on its way when the line is cut.
            await asyncio.sleep(0.001 * (number % 7))
            seat.opened.transport.abort()
        async with live.enter(rep) as seat:
            await seat.say(type="bid_status", bid_id=bid_id)
            status = await seat.answer_to(bid_id, "status")
            if status["state"] == "unseen":
                sent = await seat.bid(lot, text, bid_id=bid_id)
                assert sent["type"] == "receipt"
                receipts.append(sent["receipt"])
            else:
                assert status["state"] == "accepted"
                receipts.append(status["receipt"])
        amount = (amount * Decimal("0.99")).quantize(Decimal("0.01"))
    placed = await _accepted(live)
    assert len(placed) == len(receipts) == 100
    assert [bid.entry_hash for bid in placed] == [receipt["entry_hash"] for receipt in receipts]
    kinds = [entry.kind for entry in await live.stage.chain()]
    assert kinds.count(Kind.BID_ACCEPTED) == 100
    assert Kind.BID_REFUSED not in kinds


async def test_a_double_tap_is_one_bid(live: Live) -> None:
    rep, lot, bid_id = live.stage.rep(0), live.stage.lots[0], str(uuid.uuid4())
    frame = json.dumps({"type": "place_bid", "bid_id": bid_id, "lot_id": lot, "amount": "280.00"})
    async with live.enter(rep) as first, live.enter(rep) as second, live.enter(rep) as third:
        seats = (first, second, third)
        await asyncio.gather(*(seat.opened.send(frame) for _ in range(34) for seat in seats))
        for seat in seats:
            await seat.until(lambda seat=seat: sum('"receipt"' in text for text in seat.raw) >= 34)
        answers = {text for seat in seats for text in seat.raw if '"type":"receipt"' in text}
        assert len(answers) == 1
        other = await first.bid(lot, "270.00", bid_id=bid_id)
        assert other["type"] == "receipt" or other["code"] == "DUPLICATE_ID"
        await first.until(lambda: any(frame.get("code") == "DUPLICATE_ID" for frame in first.frames))
    assert len(await _accepted(live)) == 1


async def test_two_devices_with_the_same_amount_make_one_bid(live: Live) -> None:
    rep, lot = live.stage.rep(0), live.stage.lots[0]
    async with live.enter(rep) as phone, live.enter(rep) as desk:
        answers = await asyncio.gather(phone.bid(lot, "280.00"), desk.bid(lot, "280.00"))
        assert sorted(answer["type"] for answer in answers) == ["receipt", "refused"]
        for seat in (phone, desk):
            assert (await seat.next_tick())["lots"][0]["own_amount"] == "280.00"
    assert len(await _accepted(live)) == 1


async def test_a_reconnect_by_tick_brings_the_own_answers_missed(live: Live) -> None:
    rep, lot = live.stage.rep(0), live.stage.lots[0]
    async with live.enter(rep) as seat:
        await seat.bid(lot, "280.00")
        tick = (await seat.next_tick())["tick"]
        missed = [str(uuid.uuid4()), str(uuid.uuid4())]
        await seat.say(type="place_bid", bid_id=missed[0], lot_id=lot, amount="270.00")
        await seat.say(type="place_bid", bid_id=missed[1], lot_id=lot, amount="271.00")
        await seat.answer_to(missed[1])
    async with live.enter(rep, tick) as again, live.enter(live.stage.rep(1), tick) as rival:
        assert [(each["bid_id"], each["state"], each.get("code")) for each in again.welcome["answers"]] == [
            (missed[0], "accepted", None),
            (missed[1], "refused", "STEP_TOO_SMALL"),
        ]
        assert rival.welcome["answers"] == []


async def test_one_who_stops_reading_is_closed_and_delays_nobody(clean_database_url: str, tmp_path: Path) -> None:
    """One who takes nothing from the wire is closed with 4008 in time; everyone else gets every tick meanwhile."""
    async with live_round(clean_database_url, tmp_path, slow_reader_seconds=4) as live:
        ticket = await live.ticket(live.stage.rep(0))
        with closing(socket.create_connection(("127.0.0.1", live.port))) as slow:
            async with live.enter(live.stage.rep(1)) as seat:
                hub = live.stage.room.hubs[live.stage.round_id]
                slow.sendall(_handshake(live))
                assert b" 101 " in await asyncio.get_running_loop().run_in_executor(None, slow.recv, 4096)
                slow.sendall(_masked(json.dumps({"type": "hello", "ticket": ticket})))
                await seat.until(lambda: len(hub.connections) == 2)
                started = live.world.clock.monotonic()
                await seat.until(lambda: len(hub.connections) == 1)
                assert 2 < live.world.clock.monotonic() - started < 12
                ticks = [state["tick"] for state in seat.states()]
                # A busy machine may skip a tick for all; nobody's is repeated, and none waits for the slow one.
                assert ticks == sorted(set(ticks))
                assert len(ticks) >= 4
                assert not seat.is_closed
            received = await asyncio.get_running_loop().run_in_executor(None, _read_all, slow)
        assert (4008).to_bytes(2, "big") + b"slow reader" in received[-64:]


async def test_a_full_pipe_ends_the_socket_and_holds_little(scheduled: Stage) -> None:
    """The writer stands still: only the latest state waits, answers up to a bound, and after the time it is ended."""
    codes: list[int] = []
    never = asyncio.Event()

    async def send(_: str) -> None:
        await never.wait()

    async def close(code: int) -> None:
        codes.append(code)

    world = scheduled.world
    admission = await admit(world, scheduled.rep(0), scheduled.round_id)
    assert admission is not None
    connection = Connection(world, admission, send=send, close=close)
    for number in range(1000):
        connection.offer(f"state {number}")
        await asyncio.sleep(0)
        connection.look_after()
    assert codes == []
    scheduled.clock.wind(seconds=world.settings.slow_reader_seconds + 1)
    connection.look_after()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert codes == [4008]
    flooded = Connection(world, admission, send=send, close=close)
    for number in range(MOST_WAITING + 1):
        flooded.answer(f"answer {number}")
    assert flooded.is_ending
    await connection.stop()
    await flooded.stop()


def _read_all(slow: socket.socket) -> bytes:
    slow.settimeout(10)
    received = b""
    while part := slow.recv(65536):
        received += part
    return received


def _handshake(live: Live) -> bytes:
    return (
        f"GET /ws/rounds/{live.stage.round_id} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {live.origin}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


def _masked(text: str) -> bytes:
    body = text.encode()
    assert 126 <= len(body) < 65536 or len(body) < 126
    length = bytes([0x80 | len(body)]) if len(body) < 126 else bytes([0x80 | 126]) + len(body).to_bytes(2, "big")
    return b"\x81" + length + b"\x00\x00\x00\x00" + body
