"""The practice room over a real socket: the room's frames, six drills, a pass that is kept, nothing else that is."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.practising import Drill
from app.live_rounds import practice_store
from app.live_rounds.messages import server_frames
from app.live_rounds.practice import PRACTICE_ID
from tests.live_rounds.servers import Live, Seat, live_round


@pytest.fixture
async def live(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Live]:
    """A served application; its round plays no part."""
    async with live_round(clean_database_url, tmp_path, tick_ms=50) as made:
        yield made


def drills(seat: Seat) -> dict[str, Any]:
    """The last word about the drills."""
    return next(frame for frame in reversed(seat.frames) if frame["type"] == "practice")


async def test_six_drills_and_a_pass(live: Live) -> None:
    rep = live.stage.rep(0)
    async with live.world.db.snapshot() as tx:
        before = await practice_store.count_practised(live.world, tx, [rep.supplier_id or ""], live.world.clock.now())
    assert before == 0
    async with live.practise(rep) as seat:
        lot = PRACTICE_ID
        assert (await seat.bid(lot, "99.80"))["type"] == "receipt"
        quote = {"own": "99.80", "rules_hash": seat.welcome["rules_hash"]}
        assert (await seat.bid(lot, "99.50", quote=quote))["type"] == "receipt"
        assert (await seat.bid(lot, "99.50"))["code"] == "STEP_TOO_SMALL"
        assert (await seat.bid(lot, "94.00"))["receipt"]["kind"] == "practice"
        state = await seat.next_tick()
        assert (state["lots"][0]["own_amount"], state["lots"][0]["rank"]) == ("94.00", 1)
        await seat.say(type="drill", drill="extension")
        assert (await seat.bid(lot, "93.00"))["type"] == "receipt"
        await seat.until(lambda: "extension" in seat.notices())
        # The line is cut after the next bid: the page says hello again, and asks.
        await seat.say(type="drill", drill="disconnect")
        sent = await seat.bid(lot, "92.00")
        await seat.say(type="hello", ticket="none", tick=1)
        await seat.say(type="bid_status", bid_id=sent["bid_id"])
        assert (await seat.answer_to(sent["bid_id"], "status"))["state"] == "accepted"
        assert set(drills(seat)["done"]) == set(Drill) - {Drill.PASTE, Drill.RECEIPT}
        await seat.say(type="drill", drill="paste")
        await seat.say(type="drill", drill="receipt")
        await seat.until(lambda: drills(seat)["passed_until"] is not None)
        for text in seat.raw:
            server_frames.validate_json(text)
        assert len({len(text) for text in seat.raw if '"type":"state"' in text}) == 1
    async with live.world.db.snapshot() as tx:
        passed_at = await practice_store.find_pass(live.world, tx, rep.account_id)
        assert passed_at is not None
        assert passed_at.minute == 0
        assert await practice_store.count_practised(live.world, tx, [rep.supplier_id or ""], passed_at) == 1
    cookies, headers, base = await live.http(rep)
    async with httpx.AsyncClient(base_url=base, cookies=cookies, headers=headers) as web:
        assert (await web.get("/api/practice")).json()["passed_until"] is not None
        ready = (await web.get(f"/api/rounds/{live.stage.round_id}/readiness")).json()
        assert (ready["passed_until"] is not None, ready["representatives"]) == (True, 1)
    assert not [entry for entry in await live.stage.chain() if entry.kind.value.startswith("bid.")]


async def test_claims_without_a_bid_and_staff_are_turned_away(live: Live) -> None:
    async with live.practise(live.stage.rep(0)) as seat:
        await seat.say(type="drill", drill="receipt")
        await seat.until(lambda: any(frame["type"] == "problem" for frame in seat.frames))
        assert drills(seat)["done"] == []
        async with live.practise(live.stage.rep(0)):
            assert await seat.close_code() == 4409
    async with live.practise(live.stage.house.purchaser) as seat:
        assert await seat.close_code() == 4403
    # A ticket for the practice opens no round.
    ticket = await live.ticket(live.stage.rep(0), PRACTICE_ID)
    async with live.knock() as opened:
        await opened.send(json.dumps({"type": "hello", "ticket": ticket}))
        await opened.wait_closed()
        assert opened.close_code == 4401
