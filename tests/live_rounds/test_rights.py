"""What a representative without the right to bid may do in the room: look, and nothing else (issue 7, ACCESS.md 2)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.refusals import Code, Refusal
from app.identity import store as identity_store
from app.identity.access import Actor
from app.live_rounds import auto_bids
from tests.live_rounds.servers import Live, live_round
from tests.worlds import make_actor


@pytest.fixture
async def live(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Live]:
    """An open round with five bidders."""
    async with live_round(clean_database_url, tmp_path) as made:
        yield made


async def colleague(live: Live, number: int, rights: Sequence[str]) -> Actor:
    """One more representative of a bidder, with these rights alone."""
    made = await make_actor(live.world, supplier_id=live.stage.rep(number).supplier_id)
    await give(live, made, rights)
    return made


async def give(live: Live, actor: Actor, rights: Sequence[str]) -> None:
    async with live.world.db.transaction() as tx:
        await identity_store.set_account(tx, actor.account_id, rights=list(rights))


@pytest.mark.parametrize("rights", [["view"], ["sign", "view"]])
async def test_a_viewer_sees_the_frames_of_its_bidder_and_bids_nothing(live: Live, rights: list[str]) -> None:
    lot = live.stage.lots[0]
    viewer = await colleague(live, 0, rights)
    async with live.enter(live.stage.rep(0)) as bidding, live.enter(viewer) as looking:
        assert looking.welcome["audience"] == "supplier"
        assert (await bidding.bid(lot, "280.00"))["type"] == "receipt"
        seen = await looking.next_tick()
        assert (seen["lots"][0]["own_amount"], seen["lots"][0]["rank"]) == ("280.00", 1)
        refused = await looking.bid(lot, "275.00")
        # It has the pen of nobody, and may not take it either.
        assert (refused["type"], refused["code"]) in (("refused", "RIGHT_MISSING"), ("refused", "NOT_PEN_HOLDER"))
        await looking.say(type="take_pen")
        await looking.until(lambda: any(one["type"] == "problem" for one in looking.frames))
        assert next(one for one in looking.frames if one["type"] == "problem")["code"] == "RIGHT_MISSING"
        # Nothing of it is in force.
        assert (await bidding.bid(lot, "270.00"))["type"] == "receipt"


async def test_a_lone_viewer_is_told_that_the_right_is_missing(live: Live) -> None:
    lot = live.stage.lots[0]
    viewer = await colleague(live, 1, ["view"])
    async with live.enter(viewer) as looking:
        refused = await looking.bid(lot, "280.00")
        assert (refused["type"], refused["code"], refused["detail"]) == ("refused", "RIGHT_MISSING", {"right": "bid"})
        state = await looking.next_tick()
        assert state["lots"][0].get("own_amount") is None
        limit = await auto_bids.set_limit(live.world, (await as_of_now(live, viewer)), lot, "270.00")
        assert isinstance(limit, Refusal)
        assert limit.code is Code.RIGHT_MISSING


async def test_a_right_that_is_taken_away_is_gone_in_an_open_room(live: Live) -> None:
    lot = live.stage.lots[0]
    person = await colleague(live, 2, ["bid", "view"])
    async with live.enter(person) as seat:
        assert (await seat.bid(lot, "280.00"))["type"] == "receipt"
        await give(live, person, ["view"])
        async with asyncio.timeout(30):
            while True:
                await asyncio.sleep(1)
                answer = await seat.bid(lot, "279.00")
                if answer["type"] == "refused" and answer["code"] == "RIGHT_MISSING":
                    break
        assert not seat.is_closed


async def as_of_now(live: Live, actor: Actor) -> Actor:
    """The actor as a door would admit it: with its rights."""
    async with live.world.db.snapshot() as tx:
        person = await identity_store.find_account(live.world, tx, actor.account_id)
    assert person is not None

    return replace(actor, rights=person.rights)
