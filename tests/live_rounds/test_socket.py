"""The socket over a real server: who gets in, what is answered, and what nobody can read from it."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.domain.receipts import check_receipt
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.live_rounds import clockwork
from app.live_rounds.messages import server_frames
from app.suppliers import store as suppliers_store
from tests.live_rounds.servers import Live, live_round
from tests.worlds import make_actor


@pytest.fixture
async def live(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Live]:
    """An open round with five bidders, limits of the wild."""
    async with live_round(clean_database_url, tmp_path) as made:
        yield made


# ── the door ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://sub.testserver", "http://testserver:81", "https://testserver"]
)
async def test_a_foreign_origin_is_refused_before_the_handshake(live: Live, origin: str) -> None:
    with pytest.raises(InvalidStatus) as raised:
        async with live.knock(origin=origin):
            pass
    assert raised.value.response.status_code == 403


async def test_nothing_may_stand_in_the_query(live: Live) -> None:
    ticket = await live.ticket(live.stage.rep(0))
    with pytest.raises(InvalidStatus):
        async with live.knock(query=f"?ticket={ticket}"):
            pass


async def _code_after(live: Live, *texts: str | bytes) -> int | None:
    async with live.knock() as opened:
        for text in texts:
            await opened.send(text)
        async with asyncio.timeout(30):
            await opened.wait_closed()
        return opened.close_code


def _hello(ticket: str) -> str:
    return json.dumps({"type": "hello", "ticket": ticket})


async def test_tickets_work_once_and_for_one_round(live: Live) -> None:
    assert await _code_after(live, _hello("no such ticket")) == 4401
    assert await _code_after(live, _hello(await live.ticket(live.stage.rep(0), round_id="0" * 32))) == 4401
    used = await live.ticket(live.stage.rep(0))
    async with live.knock() as opened:
        await opened.send(_hello(used))
        assert json.loads(await opened.recv())["type"] == "welcome"
    assert await _code_after(live, _hello(used)) == 4401


async def test_who_is_not_of_the_round_stays_outside(live: Live) -> None:
    outsider = await make_actor(live.world, supplier_id="f" * 32)
    admin = await make_actor(live.world, Role.ADMIN)
    for actor in (outsider, admin):
        assert await _code_after(live, _hello(await live.ticket(actor))) == 4403


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        '{"type":"hello"}',
        '{"type":"hello","ticket":"x","ticket":"y"}',
        '{"type":"hello","ticket":5}',
        '{"type":"hello","ticket":"x","extra":1}',
        '{"type":"place_bid"}',
        b"binary",
    ],
)
async def test_a_first_frame_that_is_no_hello_closes(live: Live, text: str | bytes) -> None:
    assert await _code_after(live, text) == 4400


async def test_no_compression_is_agreed_and_no_server_is_named(live: Live) -> None:
    async with live.knock() as opened:
        assert opened.response is not None
        headers = opened.response.headers
        assert "Sec-WebSocket-Extensions" not in headers
        assert "Server" not in headers


# ── bids ──────────────────────────────────────────────────────────────────────


async def test_a_bid_gets_its_receipt_and_the_tick_its_rank(live: Live) -> None:
    lot = live.stage.lots[0]
    async with live.enter(live.stage.rep(0)) as seat:
        assert seat.welcome["audience"] == "supplier"
        assert seat.welcome["lots"][0]["status"] == "open"
        answer = await seat.bid(lot, "280.00")
        assert answer["type"] == "receipt"
        assert check_receipt(answer["receipt"], live.world.keys.public_key) is None
        assert "rank" not in json.dumps(answer)
        state = await seat.next_tick()
        assert (state["lots"][0]["rank"], state["lots"][0]["own_amount"], state["lots"][0]["own_seq"]) == (
            1,
            "280.00",
            1,
        )
        # Taking a price that a format names is a bid at it: the rules of this one take it as any other.
        taken = str(uuid.uuid4())
        await seat.say(type="stay", bid_id=taken, lot_id=lot, amount="270.00")
        assert (await seat.answer_to(taken))["type"] == "receipt"
        for text in seat.raw:
            server_frames.validate_json(text)


async def test_refusals_over_the_wire(live: Live) -> None:
    lot = live.stage.lots[0]
    sent = ["1e5", "-1", "0", "NaN", " 100 ", "12,34", "١٢٣", "100.123", "9" * 40, "286.41"]
    async with live.enter(live.stage.rep(0)) as seat:
        codes = []
        for amount in sent:
            answer = await seat.bid(lot, amount)
            while answer.get("code") == "SLOW_DOWN":
                await asyncio.sleep(0.5)
                answer = await seat.bid(lot, amount)
            codes.append(answer["code"])
        assert codes == ["NOT_AN_AMOUNT"] * 7 + ["PRECISION", "NOT_AN_AMOUNT", "ABOVE_CEILING"]
        # Five at once and two a second: time enough for three more.
        await asyncio.sleep(2)
        assert (await seat.bid(lot, "280.00"))["type"] == "receipt"
        again = await seat.bid(lot, "280.00")
        assert again["code"] == "STEP_TOO_SMALL"
        assert again["detail"]["own"] == "280.00"
        quoted = await seat.bid(lot, "270.00", quote={"own": "281.00", "rules_hash": seat.welcome["rules_hash"]})
        assert quoted["code"] == "STALE_QUOTE"


async def test_bad_frames_are_told_and_a_flood_is_closed(live: Live) -> None:
    lot = live.stage.lots[0]
    async with live.enter(live.stage.rep(0)) as seat:
        bid_id = str(uuid.uuid4())
        bad = [
            f'{{"type":"place_bid","bid_id":"{bid_id}","lot_id":"{lot}","amount":"280.00","amount":"1.00"}}',
            json.dumps({"type": "place_bid", "bid_id": bid_id, "lot_id": lot, "amount": 280.0}),
            json.dumps({"type": "place_bid", "bid_id": "short", "lot_id": lot, "amount": "280.00"}),
            json.dumps({"type": "place_bid", "bid_id": bid_id, "lot_id": lot, "amount": "280.00", "rank": 1}),
            '{"a":' * 200 + "1" + "}" * 200,
            "[" * 3000,
            json.dumps({"type": "dance"}),
            '"\\ud800"',
        ]
        for text in bad:
            await seat.opened.send(text)
        await seat.until(lambda: sum(frame["type"] == "problem" for frame in seat.frames) == len(bad))
        await seat.say(type="bid_status", bid_id=bid_id)
        assert (await seat.answer_to(bid_id, "status"))["state"] == "unseen"
        foreign = await seat.bid("0" * 32, "280.00")
        assert (foreign["type"], foreign["code"]) == ("problem", "NOT_FOUND")
        for _ in range(300):
            if not seat.is_closed:
                await seat.opened.send("x")
        assert await seat.close_code() == 4429


@pytest.mark.parametrize(("payload", "code"), [("x" * 4097, 1009), ("x" * 5_000_000, 1009), (b"\x00" * 10, 1003)])
async def test_frames_of_other_size_or_kind_close(live: Live, payload: str | bytes, code: int) -> None:
    async with live.enter(live.stage.rep(0)) as seat:
        with contextlib.suppress(ConnectionClosed):
            await seat.opened.send(payload)
        assert await seat.close_code() == code


async def test_more_than_two_bids_a_second_slow_down_and_leave_one_entry(live: Live) -> None:
    lot = live.stage.lots[0]
    async with live.enter(live.stage.rep(0)) as seat:
        answers = [await seat.bid(lot, f"{280 - 3 * number}.00") for number in range(8)]
        assert [answer["type"] for answer in answers[:5]] == ["receipt"] * 5
        assert {answer.get("code") for answer in answers[6:]} == {"SLOW_DOWN"}
    await clockwork.note_floods(live.world)
    (flood,) = [entry for entry in await live.stage.chain() if entry.data.get("code") == "SLOW_DOWN"]
    assert flood.data["count"] >= 2


async def test_staff_cannot_bid(live: Live) -> None:
    async with live.enter(live.stage.house.purchaser) as seat:
        assert seat.welcome["audience"] == "buyer"
        assert (await seat.bid(live.stage.lots[0], "280.00"))["code"] == "NOT_INVITED"


# ── sessions ──────────────────────────────────────────────────────────────────


async def test_a_fourth_socket_takes_the_place_of_the_first(live: Live) -> None:
    rep = live.stage.rep(0)
    async with live.enter(rep) as first, live.enter(rep) as second, live.enter(rep) as third, live.enter(rep) as fourth:
        assert await first.close_code() == 4409
        assert not any(seat.is_closed for seat in (second, third, fourth))


async def test_a_disabled_account_is_out_within_five_seconds(live: Live) -> None:
    rep = live.stage.rep(0)
    async with live.enter(rep) as seat, live.enter(live.stage.rep(1)) as other:
        async with live.world.db.transaction() as tx:
            await identity_store.set_account(tx, rep.account_id, state="disabled")
        started = live.world.clock.monotonic()
        assert await seat.close_code() == 4401
        assert live.world.clock.monotonic() - started < 5
        assert not other.is_closed


async def test_a_suspended_supplier_is_refused_at_the_bid(live: Live) -> None:
    rep = live.stage.rep(0)
    async with live.enter(rep) as seat:
        assert (await seat.bid(live.stage.lots[0], "280.00"))["type"] == "receipt"
        async with live.world.db.transaction() as tx:
            await suppliers_store.set_supplier(tx, rep.supplier_id or "", state="suspended")
        await asyncio.sleep(4)
        assert (await seat.bid(live.stage.lots[0], "270.00"))["code"] == "SUPPLIER_SUSPENDED"


# ── what cannot be read ───────────────────────────────────────────────────────


async def test_the_buyer_sees_the_best_line_first_and_aliases_from_four(live: Live) -> None:
    lot = live.stage.lots[0]
    async with live.enter(live.stage.house.purchaser) as buyer:
        seats: list[Any] = [live.enter(live.stage.rep(number)) for number in range(4)]
        opened = [await seat.__aenter__() for seat in seats]
        for number, seat in enumerate(opened[:3]):
            await seat.bid(lot, f"{280 - number}.00")
        state = (await buyer.next_tick())["lots"][0]
        assert (state["view"], state["best"], state["active"], state["series"]) == ("best_only", "278.00", 3, [])
        assert [amount for _, amount in state["best_line"]] == ["280.00", "279.00", "278.00"]
        await opened[3].bid(lot, "285.00")
        state = (await buyer.next_tick())["lots"][0]
        assert (state["view"], state["active"], state["best_line"]) == ("aliases", 4, [])
        assert [point[2] for point in state["series"]] == ["280.00", "279.00", "278.00", "285.00"]
        assert len({point[1] for point in state["series"]}) == 4
        assert not any(tag in text for text in buyer.raw for tag in live.stage.tags.values())
        for seat in seats:
            await seat.__aexit__(None, None, None)


async def test_an_observer_sees_the_clock_alone(live: Live) -> None:
    lot = live.stage.lots[0]
    async with live.enter(live.stage.house.auditor) as auditor, live.enter(live.stage.rep(0)) as rep:
        await rep.bid(lot, "273.19")
        await auditor.next_tick()
        assert auditor.welcome["audience"] == "observer"
        assert not any("273.19" in text for text in auditor.raw)
        assert set(auditor.states()[-1]["lots"][0]) == {
            "lot_id", "status", "opens_at", "closes_at", "hard_stop_at", "extensions", "max_extensions",
            "pause_reason", "resume_at",
        }  # fmt: skip


async def test_time_samples(live: Live) -> None:
    async with live.enter(live.stage.rep(0)) as seat:
        await seat.say(type="time", t0=123456)
        await seat.until(lambda: any(frame["type"] == "time" for frame in seat.frames))
        (sample,) = [frame for frame in seat.frames if frame["type"] == "time"]
        assert sample["t0"] == 123456
