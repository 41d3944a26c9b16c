"""attacks.md W from outside, over one served live round: each attack ends in a coded answer or a close code, leaves an
entry where it matters, and a witness beside it goes on bidding and gets every tick.

What needs a round of its own is in `test_live_clock.py`; sizes, bad frames, limits of bids and slow readers in
`tests/live_rounds`.
"""

import asyncio
import json
import logging
import os
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.domain.kinds import Kind
from app.identity import store as identity_store
from app.live_rounds import store
from tests.attacks.live_site import WITNESS, Witness, closed_with, ended, frame, raw, sent_slowly
from tests.attacks.site import Ear
from tests.databases import Databases
from tests.live_rounds.servers import Live, live_round
from tests.live_rounds.test_faults import _handshake as handshake

# Sockets that say nothing. The full size is for a machine with as many files: BIDROOM_IDLE_SOCKETS=10000.
IDLE = int(os.environ.get("BIDROOM_IDLE_SOCKETS", "120"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def live(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """One open round for all of this, with the limits of the wild but for those of a quick test."""
    url = databases.migrated()
    folder = tmp_path_factory.mktemp("attacked")
    async with live_round(url, folder, bidders=8, tick_ms=50, bids_per_second=100, bids_burst=100) as made:
        yield made
    databases.drop(url)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def witness(live: Live) -> AsyncIterator[Witness]:
    """One window for all of this: another of the same firm would have to ask for the pen."""
    async with live.enter(live.stage.rep(WITNESS)) as seat:
        yield Witness(live, seat)


# ── the door ──────────────────────────────────────────────────────────────────


async def test_w01_no_origin_at_all(live: Live, witness: Witness) -> None:
    async with witness.watched():
        with pytest.raises(InvalidStatus) as raised:
            async with connect(live.address, compression=None, proxy=None):
                pass
        assert raised.value.response.status_code == 403


async def test_w02_w03_old_tickets_open_nothing_and_no_ticket_is_logged(live: Live, witness: Witness) -> None:
    ear = Ear()
    logging.getLogger().addHandler(ear)
    try:
        async with witness.watched():
            fresh, old = await live.ticket(live.stage.rep(0)), live.world.ids.token()
            session = live.world.ids.token()
            async with live.world.db.transaction() as tx:
                now = live.world.clock.now()
                account = live.stage.rep(0).account_id
                await identity_store.insert_session(
                    live.world, tx, token=session, account_id=account, at=now, is_demo=False
                )
                await identity_store.insert_ticket(
                    live.world,
                    tx,
                    token=old,
                    round_id=live.stage.round_id,
                    session_hash=identity_store.hash_token(session),
                    expires_at=now - timedelta(seconds=1),
                )
            with pytest.raises(InvalidStatus):
                async with live.knock(query=f"?ticket={fresh}"):
                    pass
            async with live.knock() as opened:
                await opened.send(json.dumps({"type": "hello", "ticket": old}))
                await opened.wait_closed()
                assert opened.close_code == 4401
    finally:
        logging.getLogger().removeHandler(ear)
    assert not [line for line in ear.lines if fresh in line or old in line]


async def test_a_socket_ends_with_its_session(live: Live, witness: Witness) -> None:
    """Signing out closes what the session had open, and no frame comes after; a new ticket of it opens nothing."""
    rep = live.stage.rep(1)
    async with witness.watched(), live.enter(rep) as seat:
        async with live.world.db.transaction() as tx:
            await identity_store.end_sessions(live.world, tx, account_id=rep.account_id, at=live.world.clock.now())
        live.world.bell.ring("sessions")
        assert await seat.close_code() == 4401
        heard = len(seat.frames)
        await asyncio.sleep(0.2)
        assert len(seat.frames) == heard


# ── frames by hand ────────────────────────────────────────────────────────────


async def test_w18_fragments_without_an_end(live: Live, witness: Witness) -> None:
    async with witness.watched(), raw(live) as (reader, writer):
        writer.write(frame(1, b'{"type":', is_last=False))
        for _ in range(1000):
            writer.write(frame(0, is_last=False))
        assert await closed_with(reader) == 4429
    # Fewer and larger ones: the size of the whole is what counts, not that of a piece.
    async with witness.watched(), raw(live) as (reader, writer):
        writer.write(frame(1, b'{"type":', is_last=False))
        for _ in range(5):
            writer.write(b"\x00\xff" + (60_000).to_bytes(8, "big") + b"\0\0\0\0" + b" " * 60_000)
        assert await closed_with(reader) == 1009


async def test_w18_a_flood_of_pings_is_closed(live: Live, witness: Witness) -> None:
    async with witness.watched(), raw(live) as (reader, writer):
        # What still comes after the close frame may make the machine throw it away.
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            for _ in range(30):
                writer.write(frame(9, b"x" * 100) * 100)
                await writer.drain()
            assert await closed_with(reader) == 4429
        assert await ended(writer)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(3, b"?"), 1002),
        (b"\xf1\x80\0\0\0\0", 1002),
        (b"\x81\x01x", 1002),
        (frame(1, b"\xff\xfe"), 1007),
        (b"\x81\xff" + (2**40).to_bytes(8, "big") + b"\0\0\0\0", 1009),
        (frame(0, b"x"), 1002),
    ],
    ids=["unknown opcode", "reserved bits", "not masked", "no utf-8", "a terabyte", "nothing to continue"],
)
async def test_frames_that_are_none(live: Live, sent: bytes, code: int) -> None:
    async with raw(live) as (reader, writer):
        writer.write(sent)
        assert await closed_with(reader) == code


async def test_the_witness_of_all_these_is_well(live: Live, witness: Witness) -> None:
    async with witness.watched():
        pass


@pytest.mark.parametrize(("size", "status"), [(20_000, b"400"), (1_000_000, b"431")])
async def test_a_handshake_that_is_too_large(live: Live, witness: Witness, size: int, status: bytes) -> None:
    async with witness.watched():
        answer = await sent_slowly(live, handshake(live)[:-2] + b"X: " + b"x" * size + b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 " + status) or answer == b""


async def test_i04_a_head_without_an_end(live: Live, witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request whose head never ends is answered in time, and closed; so is a connection that says nothing."""
    monkeypatch.setattr("app.infra.http_edge.HEAD_SECONDS", 0.5)
    async with witness.watched():
        for head in (b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", b"POST /api/session HTTP/1.1\r\n"):
            assert (await sent_slowly(live, head)).startswith(b"HTTP/1.1 408")
        # A whole head is answered by the route, whenever its body comes.
        body = b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
        assert b" 408 " not in await sent_slowly(live, body)


# ── replays ───────────────────────────────────────────────────────────────────


async def test_w14_a_bid_from_elsewhere_is_another_bid_or_none(live: Live, witness: Witness) -> None:
    lot, bid_id = live.stage.lots[0], str(uuid.uuid4())
    sent: dict[str, Any] = {"type": "place_bid", "bid_id": bid_id, "lot_id": lot, "amount": "279.50"}
    async with witness.watched(), live.enter(live.stage.rep(2)) as owner, live.enter(live.stage.rep(3)) as thief:
        await owner.say(**sent)
        receipt = await owner.answer_to(bid_id)
        assert receipt["type"] == "receipt"
        # Of another round's lot nothing is known here.
        name = str(uuid.uuid4())
        await owner.say(**{**sent, "lot_id": "0" * 32, "bid_id": name})
        assert (await owner.answer_to(name))["code"] == "NOT_FOUND"
        # What became of it is its owner's to know; sent by another it is the other's own bid, with another receipt.
        await thief.say(type="bid_status", bid_id=bid_id)
        assert (await thief.answer_to(bid_id, "status"))["state"] == "unseen"
        await thief.say(**sent)
        copied = await thief.answer_to(bid_id, "receipt", "refused")
        assert copied["receipt"]["entry_hash"] != receipt["receipt"]["entry_hash"]
        again = await owner.bid(lot, "270.00", bid_id=bid_id)
        assert again["receipt"] == receipt["receipt"] or again["code"] == "DUPLICATE_ID"
    bids = [entry for entry in await live.stage.chain() if entry.data.get("bid_id") == bid_id]
    assert {entry.tag for entry in bids if entry.kind is Kind.BID_ACCEPTED} == {
        live.stage.tag(2),
        live.stage.tag(3),
    }


async def test_w15_of_equal_amounts_the_earlier_stands_first_everywhere(live: Live) -> None:
    lot, buyer = live.stage.lots[0], live.stage.house.purchaser
    async with (
        live.enter(live.stage.rep(5)) as one,
        live.enter(live.stage.rep(6)) as other,
        live.enter(buyer) as cockpit,
    ):
        answers = await asyncio.gather(one.bid(lot, "150.00"), other.bid(lot, "150.00"))
        assert [answer["type"] for answer in answers] == ["receipt", "receipt"]
        told = {number: (await seat.next_tick())["lots"][0] for number, seat in ((5, one), (6, other))}
        # A whole tick later the buyer's frame has both.
        shown = [point for point in (await cockpit.next_tick())["lots"][0]["series"] if point[2] == "150.00"]
    assert all(lot["tied"] for lot in told.values())
    first, second = sorted(told, key=lambda number: int(told[number]["rank"]))
    entries = [one for one in await live.stage.chain() if one.data.get("amount") == "150.00"]
    assert [entry.tag for entry in entries] == [live.stage.tag(first), live.stage.tag(second)]
    aliases = store.open_aliases(live.world, await live.stage.floor())
    assert [point[1] for point in shown] == [aliases[entry.tag or ""] for entry in entries]


# ── many who say nothing ──────────────────────────────────────────────────────


@pytest.mark.timeout(150 if IDLE < 1000 else 600)
async def test_idle_sockets_disturb_nobody_and_end(
    live: Live, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handshakes without a word: each is closed with 4408 in time, and a bidder bids on beside them."""
    monkeypatch.setattr("app.live_rounds.socket.HELLO_SECONDS", 1 if IDLE < 1000 else 8)
    async with witness.watched(), AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(raw(live, hello=False)) for _ in range(IDLE)]
        await witness.is_well()
        codes = await asyncio.gather(*(closed_with(reader) for reader, _ in opened))
        # Of ten thousand some are found silent first by their pings.
        assert set(codes) <= {4408, 4008}


async def test_connections_that_are_no_http_disturb_nobody(live: Live, witness: Witness) -> None:
    async with witness.watched():
        held = [socket.create_connection(("127.0.0.1", live.port)) for _ in range(30)]
        for number, made in enumerate(held):
            made.sendall((b"GET / HT", b"\x16\x03\x01\x02\x00", b"\0" * 50)[number % 3])
        for made in held:
            made.close()
