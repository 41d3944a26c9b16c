"""Fairness of a live round, measured from outside over one served round; anyone can run it.

attacks.md W05, W06, W08, W09; LIVE.md section 2 rules 3 and 4. What no refusal may depend on is in
`tests/domain/formats/test_no_oracle.py`. Where chance plays a part, the bound and how often it would cry wolf are said.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.identity.access import Actor
from app.live_rounds.hub import RoundHub
from tests.databases import Databases
from tests.live_rounds.servers import Live, Seat, live_round

BIDDERS, EACH = 5, 10
SOCKETS = BIDDERS * EACH
FAIR = (SOCKETS + 1) / 2
# Standard deviation of one socket's place at one tick, and of the mean place of one bidder's ten.
ONE = sqrt((SOCKETS**2 - 1) / 12)
TEN = ONE / sqrt(EACH) * sqrt((SOCKETS - EACH) / (SOCKETS - 1))
# Two-sided, 1 in 50 million for one comparison; with some 60 of them a fair room fails about once in a million runs.
SIGMAS = 5.6
STATE = re.compile(r'"tick":(\d+),"type":"state"}$')


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def live(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """One open round for all of this: a tick every 25 ms, ten sockets an account, limits out of the way."""
    url = databases.migrated()
    limits = dict.fromkeys(("bids_per_second", "bids_burst", "frames_per_second", "frames_burst"), 10_000)
    async with live_round(
        url, tmp_path_factory.mktemp("fair"), bidders=BIDDERS, tick_ms=25, sockets_per_account=EACH + 2, **limits
    ) as made:
        yield made
    databases.drop(url)


# ── the order of arrival ──────────────────────────────────────────────────────


@dataclass
class Arrivals:
    """Who got the frame of a tick in which place; everyone reads in the same loop, as fast as it comes."""

    order: dict[int, list[int]] = field(default_factory=dict)

    async def follow(self, number: int, opened: ClientConnection) -> None:
        try:
            async for text in opened:
                if found := STATE.search(str(text)):
                    self.order.setdefault(int(found[1]), []).append(number)
        except ConnectionClosed:
            return

    def whole(self, count: int) -> list[list[int]]:
        """The ticks that everybody got."""
        return [order for _, order in sorted(self.order.items()) if len(order) == count]


async def test_w08_arrival_is_uniform_whatever_the_order_of_connecting(live: Live) -> None:
    """The buyer connects first, then ten sockets of each bidder in turn; over 120 ticks nobody is ahead of anybody.

    A bidder's mean place within 10 percent of fair is more than six standard deviations here: 1 in a billion.
    """
    actors: list[Actor] = [live.stage.house.purchaser, live.stage.house.auditor]
    actors += [live.stage.rep(number // EACH) for number in range(SOCKETS)]
    arrivals, wanted = Arrivals(), 120
    async with AsyncExitStack() as stack:
        tasks = [
            asyncio.create_task(arrivals.follow(number - 2, await _opened(live, stack, actor)))
            for number, actor in enumerate(actors)
        ]
        async with asyncio.timeout(40):
            while len(arrivals.whole(len(actors))) < wanted:  # noqa: ASYNC110 - looked at now and then is enough
                await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
    ticks = arrivals.whole(len(actors))[:wanted]
    # Never ahead of a supplier: the two of the buyer's side are the last two of every tick.
    assert {frozenset(order[SOCKETS:]) for order in ticks} == {frozenset((-2, -1))}
    places = {number: fmean(order.index(number) + 1 for order in ticks) for number in range(SOCKETS)}
    assert SIGMAS * TEN / sqrt(wanted) < 0.1 * FAIR
    for bidder in range(BIDDERS):
        mean = fmean(places[number] for number in range(bidder * EACH, (bidder + 1) * EACH))
        assert abs(mean - FAIR) < 0.1 * FAIR, f"bidder {bidder} stands at {mean:.1f} of {FAIR}"
    for number, mean in places.items():
        assert abs(mean - FAIR) < SIGMAS * ONE / sqrt(wanted), f"socket {number} stands at {mean:.1f} of {FAIR}"
    # Rank correlation of the order of connecting with the order of arrival: zero but for chance.
    slope = sum((number - (SOCKETS - 1) / 2) * (place - FAIR) for number, place in places.items())
    assert abs(slope / (SOCKETS * ONE**2)) < SIGMAS / sqrt((SOCKETS - 1) * wanted)


async def _opened(live: Live, stack: AsyncExitStack, actor: Actor) -> ClientConnection:
    opened = await stack.enter_async_context(live.knock())
    await opened.send(json.dumps({"type": "hello", "ticket": await live.ticket(actor)}))
    assert json.loads(await opened.recv())["type"] == "welcome"
    return opened


@dataclass(eq=False)
class Stub:
    """What a tick asks of a socket."""

    admission: Any
    is_ending: bool = False


def test_w08_every_single_socket_is_within_ten_percent_of_fair(live: Live) -> None:
    """The order in which a hub writes, over 1,200 ticks: 10 percent is six standard deviations for one socket."""
    hub = RoundHub(live.world, live.stage.round_id, {})
    audiences = ["buyer", *["supplier"] * SOCKETS, "observer"]
    sockets: list[Any] = [Stub(SimpleNamespace(audience=audience)) for audience in audiences]
    hub.connections = set(sockets)
    places: Counter[Any] = Counter()
    for _ in range(1200):
        order, _, _ = hub.tick()
        assert [one.admission.audience for one in order[:SOCKETS]] == ["supplier"] * SOCKETS
        places.update({one: place for place, one in enumerate(order, start=1)})
    assert SIGMAS * ONE / sqrt(1200) < 0.1 * FAIR
    for one in sockets[1:-1]:
        assert abs(places[one] / 1200 - FAIR) < 0.1 * FAIR


# ── what frames give away by themselves ───────────────────────────────────────


def _states(seat: Seat) -> list[str]:
    return [text for text in seat.raw if STATE.search(text)]


def _cadence(seat: Seat, last: int) -> list[tuple[int, int]]:
    """Number and length of every state up to a tick."""
    found = [(int(match[1]), len(text)) for text in seat.raw if (match := STATE.search(text))]
    return [one for one in found if one[0] <= last]


async def test_w05_w06_lengths_and_cadence_are_those_of_a_silent_round(live: Live) -> None:
    """A bidder plays round the hidden best; one who watches in silence gets the very same stream as before."""
    lot = live.stage.lots[0]
    async with live.enter(live.stage.rep(0)) as silent, live.enter(live.stage.rep(1)) as rival:
        await silent.bid(lot, "285.00")
        assert (await rival.bid(lot, "280.00"))["type"] == "receipt"
        for _ in range(8):
            await silent.next_tick()
        quiet, heard = len(_states(silent)), len(silent.frames)
        # Above, at and below what the other has; every length of an amount the lot can show.
        amounts = ("279.00", "278.01", "270.00", "269.19", "99.99", "98.50", "9.75")
        for amount in amounts:
            await rival.bid(lot, amount)
            await silent.next_tick()
        last = (await silent.next_tick())["tick"]
        await rival.until(lambda: rival.states()[-1]["tick"] >= last)
        first = silent.states()[0]["tick"]
        theirs = [one for one in _cadence(rival, last) if one[0] >= first]
        assert _cadence(silent, last)[-len(theirs) :] == theirs
        lengths = {length for _, length in theirs}
        assert len(lengths) == 1
        assert lengths.pop() % 1024 == 0
        said = [re.sub(r'"(now|pad)":"[^"]*"|"tick":\d+', "", text) for text in _states(silent)]
        # From the first quiet state on: not one character differs but tick and time.
        assert len(said) > quiet
        assert len(set(said[quiet - 4 :])) == 1
        assert {frame["type"] for frame in silent.frames[heard:]} == {"state"}
        # In quotes, as every amount stands: an instant may have the same digits in its milliseconds.
        assert not any(f'"{amount}"' in text for amount in amounts for text in silent.raw)


async def test_an_answer_carries_no_rank(live: Live) -> None:
    """Who leads, who trails and who ties get answers of the same members and the same length."""
    lot = live.stage.lots[0]
    shapes: dict[str, set[tuple[tuple[str, ...], int]]] = {"receipt": set(), "refused": set()}
    async with AsyncExitStack() as stack:
        seats = [await stack.enter_async_context(live.enter(live.stage.rep(number))) for number in (2, 3, 4)]
        for seat, amount in zip(seats, ("240.00", "241.00", "240.00"), strict=True):
            for sent in (amount, f"{float(amount) - 0.01:.2f}"):
                answer = await seat.bid(lot, sent)
                assert not {"rank", "leading", "tied", "best", "n", "seq"} & _members(answer)
                text = next(text for text in seat.raw if f'"{answer["bid_id"]}"' in text)
                shapes[answer["type"]].add((tuple(sorted(_members(answer))), len(text)))
        ranks = {(await seat.next_tick())["lots"][0]["rank"] for seat in seats}
    assert len(ranks) == 3
    assert {kind: len(found) for kind, found in shapes.items()} == {"receipt": 1, "refused": 1}


def _members(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for held in value.values() for name in _members(held)}
    return {name for held in value for name in _members(held)} if isinstance(value, list) else set()


async def test_a_rank_only_frame_holds_no_rival_amount(live: Live) -> None:
    lot, canary = live.stage.lots[0], "173.19"
    async with live.enter(live.stage.rep(2)) as watcher, live.enter(live.stage.rep(3)) as rival:
        await watcher.bid(lot, "180.00")
        assert (await rival.bid(lot, canary))["type"] == "receipt"
        assert (await watcher.next_tick())["lots"][0]["rank"] == 2
        assert not any(canary in text for text in watcher.raw)


async def test_w09_a_read_of_the_state_is_never_fresher_than_the_tick(live: Live) -> None:
    lot = live.stage.lots[0]
    cookies, headers, base = await live.http(live.stage.rep(4))
    async with (
        live.enter(live.stage.rep(4)) as seat,
        httpx.AsyncClient(base_url=base, cookies=cookies, headers=headers) as web,
    ):
        await seat.next_tick()
        for number in range(40):
            # An own bid has been answered: even so the read shows the last tick and not the bid.
            await seat.bid(lot, f"{170 - number}.00")
            read = (await web.get(f"/api/rounds/{live.stage.round_id}/state")).text
            newest = json.loads(read)["tick"]
            await seat.until(lambda newest=newest: seat.states()[-1]["tick"] >= newest)
            assert read in [text for text in seat.raw if f'"tick":{newest},' in text]


async def test_n15_who_comes_and_goes_changes_nothing_for_the_buyer(live: Live) -> None:
    """A bidder's line breaks and comes back, another window opens: the buyer's stream and page stay the same."""
    cookies, headers, base = await live.http(live.stage.house.purchaser)
    path = f"/api/rounds/{live.stage.round_id}/cockpit"

    def bare(text: str) -> str:
        return re.sub(r'"(now|pad)":"[^"]*"|"tick":\d+', "", text)

    async with (
        live.enter(live.stage.house.purchaser) as cockpit,
        httpx.AsyncClient(base_url=base, cookies=cookies, headers=headers) as web,
    ):
        await cockpit.next_tick()
        pages, heard = [bare((await web.get(path)).text)], len(cockpit.raw)
        async with live.enter(live.stage.rep(0)) as seat:
            await seat.next_tick()
            pages.append(bare((await web.get(path)).text))
            seat.opened.transport.abort()
        async with live.enter(live.stage.rep(0)), live.enter(live.stage.rep(0)):
            pages.append(bare((await web.get(path)).text))
            await cockpit.next_tick()
        await cockpit.next_tick()
        assert len(set(pages)) == 1
        assert len({bare(text) for text in cockpit.raw[heard:]}) == 1
        assert len({len(text) for text in cockpit.raw[heard:]}) == 1
