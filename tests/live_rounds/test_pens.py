"""The pen of a bidder (LR-36): who is alone has it, of several one writes, whoever goes away loses it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.kinds import Kind
from app.journal.store import list_entries
from app.live_rounds import pen_store
from app.live_rounds.room import room_of
from tests.live_rounds.servers import Live, Seat, live_round

ONE, TWO, THREE = "0" * 32, "1" * 32, "2" * 32


@pytest.fixture
async def live(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Live]:
    """An open round with five bidders, many bids allowed."""
    async with live_round(clean_database_url, tmp_path, bids_per_second=100, bids_burst=100) as made:
        yield made


def pens(seat: Seat) -> list[dict[str, Any]]:
    """What a window was told of the pen."""
    return [frame for frame in seat.frames if frame["type"] == "pen"]


async def told(seat: Seat, **members: Any) -> dict[str, Any]:
    """Wait until the last word about the pen has these members."""
    await seat.until(lambda: pens(seat) and members.items() <= pens(seat)[-1].items())
    return pens(seat)[-1]


async def test_alone_one_has_the_pen_and_nobody_else_is_told(live: Live) -> None:
    lot = live.stage.lots[0]
    async with live.enter(live.stage.rep(0)) as seat, live.enter(live.stage.rep(1)) as rival:
        assert await told(seat, mine=True) == {"type": "pen", "mine": True, "free": False, "peers": []}
        assert (await seat.bid(lot, "280.00"))["type"] == "receipt"
        async with live.enter(live.stage.rep(0), window=TWO) as second, live.enter(live.stage.house.purchaser) as buyer:
            await told(second, mine=False)
            await told(seat, mine=True, peers=[{"name": live.stage.rep(0).name, "is_me": True, "writes": False}])
            await rival.next_tick()
            assert len(pens(rival)) == 1
            assert pens(buyer) == []
        await told(seat, mine=True, peers=[])


async def test_two_windows_one_writes_and_the_other_may_take_over(live: Live) -> None:
    lot, rep = live.stage.lots[0], live.stage.rep(0)
    async with live.enter(rep) as first, live.enter(rep, window=TWO) as second:
        await told(second, mine=False, free=False)
        refused = await second.bid(lot, "280.00")
        assert (refused["code"], refused["detail"]) == ("NOT_PEN_HOLDER", {})
        await second.say(type="take_pen")
        await told(second, mine=True)
        await told(first, mine=False)
        # The same state for both; the bid of the one is the other's too.
        assert (await second.bid(lot, "280.00", bid_id=ONE))["type"] == "receipt"
        await first.next_tick()
        await first.until(lambda: first.states()[-1]["lots"][0]["own_amount"] == "280.00")
        assert (await first.bid(lot, "270.00"))["code"] == "NOT_PEN_HOLDER"
        # What was answered stays answered, whoever asks again.
        assert (await first.bid(lot, "280.00", bid_id=ONE))["type"] == "receipt"
    async with live.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=f"tender:{live.stage.tender.id}")
    (taken,) = [entry for entry in entries if entry.kind is Kind.PEN_TAKEN]
    assert (taken.tag, taken.actor_role, taken.actor_ref) == (live.stage.tags[rep.supplier_id or ""], "supplier", None)
    assert taken.sealed is not None
    assert rep.account_id.encode() not in taken.body


async def test_who_goes_away_loses_it_and_who_is_alone_again_has_it(live: Live) -> None:
    lot, rep = live.stage.lots[0], live.stage.rep(0)
    async with (
        live.enter(rep) as first,
        live.enter(rep, window=TWO) as second,
        live.enter(rep, window=THREE) as third,
    ):
        await told(third, mine=False)
        await first.opened.close()
        await told(second, mine=False, free=True)
        # While nobody has it nobody is in the way of a bid that was sent.
        assert (await second.bid(lot, "280.00"))["type"] == "receipt"
        await third.opened.close()
        await told(second, mine=True, peers=[])


async def test_a_window_that_comes_back_keeps_its_pen(live: Live) -> None:
    rep = live.stage.rep(0)
    async with live.knock() as opened:
        await opened.send(json.dumps({"type": "hello", "ticket": await live.ticket(rep), "seat": ONE}))
        while json.loads(await opened.recv())["type"] != "pen":
            pass
        async with live.enter(rep) as other:
            await told(other, mine=False)
            # The connection breaks without a word; the page comes back on a new one.
            opened.transport.abort()
            async with live.knock() as again:
                await again.send(json.dumps({"type": "hello", "ticket": await live.ticket(rep), "seat": ONE}))
                while (frame := json.loads(await again.recv()))["type"] != "pen":
                    pass
                assert frame["mine"]
                await other.next_tick()
                assert not pens(other)[-1]["mine"]


async def test_a_dead_process_loses_its_pens(live: Live) -> None:
    """Seen from another replica: its seats stand for as long as its sign of life is fresh."""
    rep = live.stage.rep(0)
    async with live.enter(rep) as seat:
        await told(seat, mine=True)
        place = pen_store.place_of(live.world, live.stage.round_id, live.stage.tags[rep.supplier_id or ""])
        async with live.world.db.transaction() as tx:
            (own,) = (await pen_store.list_seats(live.world, tx, [place]))[place]
            stale = live.world.clock.now().replace(year=2020)
            gone = pen_store.RoomSeat(TWO, TWO, "f" * 32, rep.account_id, rep.name, stale, left_at=None)
            await pen_store.put_seats(live.world, tx, [(place, gone)])
            await pen_store.set_pens(tx, {place: TWO}, stale)
        assert (await seat.bid(live.stage.lots[0], "280.00"))["code"] == "NOT_PEN_HOLDER"
        await room_of(live.world).pens.look(place)
        assert (await seat.bid(live.stage.lots[0], "280.00"))["type"] == "receipt"
        async with live.world.db.snapshot() as tx:
            (left,) = (await pen_store.list_seats(live.world, tx, [place]))[place]
            assert left.seat == own.seat
            assert await pen_store.find_holder(tx, place) == own.seat


async def test_staff_cannot_take_a_pen(live: Live) -> None:
    async with live.enter(live.stage.house.purchaser) as seat:
        await seat.say(type="take_pen")
        await seat.until(lambda: any(frame["type"] == "problem" for frame in seat.frames))
        assert seat.frames[-1]["code"] == "NOT_ALLOWED_HERE" or any(
            frame.get("code") == "NOT_ALLOWED_HERE" for frame in seat.frames
        )
