"""What one supplier does changes no byte of what others see, unless the rules say so (attacks N06, N08, N15).

The clock stands while two pictures are taken, so that nothing but the act itself can make a difference.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from http import HTTPStatus
from itertools import groupby, product
from operator import itemgetter

import pytest

from tests.access import story
from tests.access.asking import asker
from tests.access.crawl import ABSENT, Seen, addresses, crawl, fill_pools, parameters_of
from tests.access.doors import opens_to
from tests.access.engines import ON_ONE_ENGINE
from tests.access.theatre import BIDDERS, OPENINGS, Theatre, staged
from tests.databases import Databases

# The only members that move with time: the number and the instant of the last tick.
MOVING = re.compile(rb'"(tick|now)": ?("[^"]*"|\d+)|"pad": ?" *"')
# Fresh ids of an empty draft: different at each call. The newest entries of all: soon our own reading alone; those of
# the tender and of the lot are watched by their filters.
UNSTEADY = {"/api/templates", "/api/audit/timeline"}
# Who reads the tender reads its rules, and so that there is a reserve price: it is told that this stays shut (d03).
SAID_SHUT = {"/api/tenders/{tender_id}/reserves"}
Picture = dict[tuple[str, str], bytes]


@pytest.mark.timeout(900)
@ON_ONE_ENGINE
async def test_what_one_does_changes_no_byte_for_others(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = databases.migrated()
    async with staged(url, tmp_path_factory.mktemp("stillness")) as theatre:
        await story.publish(theatre)
        await answers_change_nothing(theatre)
        await presence_and_refusals_change_nothing(theatre)
        seen = await bids_that_move_no_rank_change_nothing(theatre)
        absent_and_foreign_are_the_same_bytes(seen)
        await no_unsafe_route_tells_what_exists(theatre)
    databases.drop(url)


async def picture(theatre: Theatre, pages: Iterable[tuple[str, str]]) -> Picture:
    found: Picture = {}
    with theatre.walking():
        for key, its in groupby(sorted(pages), key=itemgetter(0)):
            ask = asker(theatre.app, theatre.viewers[key].client)
            for _, address in its:
                found[key, address] = steadied(address, (await ask(address)).content)
    return found


def steadied(address: str, content: bytes) -> bytes:
    """A page without what moves by itself."""
    if address.startswith("/api/audit/timeline"):
        # Reading the timeline is itself an entry of the timeline.
        entries = [entry for entry in json.loads(content)["entries"] if entry["kind"] != "read.privileged"]
        return json.dumps([{**entry, "seq": None} for entry in entries if entry["chain"] != "system"]).encode()
    return MOVING.sub(b"", content)


class Watch:
    """Everybody's open pages, and what an act changes in them; closed ones leave an entry in the journal. The walk that
    finds them is the first picture."""

    def __init__(self, theatre: Theatre, seen: list[Seen]) -> None:
        self.theatre, self.at, self.seen = theatre, theatre.clock.at, seen
        self.last: Picture = {
            (each.viewer, each.address): steadied(each.address, each.body)
            for each in seen
            if each.status == HTTPStatus.OK and each.address not in UNSTEADY
        }

    async def differences(self, act: Callable[[], Awaitable[object]], *, by: str, but: str = "") -> list[str]:
        """The pages that the act changed; left out are those of `by`, who acts, and of `but`, who may notice."""
        if self.theatre.clock.at != self.at:
            self.at, self.last = self.theatre.clock.at, await picture(self.theatre, self.last)
        before = self.last
        await act()
        await self.theatre.settle()
        self.theatre.clock.at = self.at
        self.last = await picture(self.theatre, before)
        return [
            f"{key} {address}"
            for (key, address), body in before.items()
            if key not in (by, *but.split()) and self.last[key, address] != body
        ]


async def watch(theatre: Theatre) -> Watch:
    """Begin to watch."""
    return Watch(theatre, await crawl(theatre))


async def answers_change_nothing(theatre: Theatre) -> None:
    watching = await watch(theatre)
    assert not await watching.differences(partial(story.accept, theatre, "b1"), by="b1")

    async def decline() -> None:
        path = f"/api/tenders/{theatre.ids['tender']}/response"
        await theatre.act("s6", "POST", path, json={"response": "decline", "version": 1, "reason": "no capacity"})

    assert not await watching.differences(decline, by="s6")


async def presence_and_refusals_change_nothing(theatre: Theatre) -> None:
    for key in BIDDERS[1:]:
        await story.accept(theatre, key)
    await story.open_round(theatre)

    async def come_and_go() -> None:
        async with theatre.in_room("b1") as socket:
            await socket.expect("welcome")

    watching = await watch(theatre)
    assert not await watching.differences(come_and_go, by="b1")
    assert not await watching.differences(partial(story.place_bid, theatre, "b3", "9512347.19"), by="b3")


async def bids_that_move_no_rank_change_nothing(theatre: Theatre) -> list[Seen]:
    for key in BIDDERS[:4]:
        assert await story.place_bid(theatre, key, OPENINGS[key]) == "receipt"
    watching = await watch(theatre)
    # The auditor and the evaluator have no window into a running lot at all; purchaser and approver see it by alias.
    for amount in (OPENINGS["b5"], "8800000.00"):
        last = partial(story.place_bid, theatre, "b5", amount)
        assert not await watching.differences(last, by="b5", but="purchaser approver")
    return watching.seen


def absent_and_foreign_are_the_same_bytes(seen: list[Seen]) -> None:
    """Of each route that has an id: what somebody may not have is answered as what is nowhere."""
    readers = {(each.viewer, each.address) for each in seen if each.status == HTTPStatus.OK}
    absent = {(each.viewer, each.channel): each for each in seen if f"/{ABSENT}" in each.address}
    unequal = []
    for each in seen:
        nowhere = absent.get((each.viewer, each.channel))
        if nowhere is None or (each.status, nowhere.status) == (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
            continue
        if each.channel in SAID_SHUT and (each.viewer, each.address.removesuffix("/reserves")) in readers:
            continue
        if (each.status, each.headers, each.body) != (nowhere.status, nowhere.headers, nowhere.body):
            unequal.append(f"{each.viewer} {each.channel}: {each.status} is not {nowhere.status}")
    assert absent
    assert not unequal, "\n" + "\n".join(sorted(set(unequal)))


async def no_unsafe_route_tells_what_exists(theatre: Theatre) -> None:
    """By those for whom nothing of it exists, at the doors that let them in (test_doors.py knocks at the others)."""
    pools = await fill_pools(theatre)
    unequal = []
    for path, methods in theatre.paths.items():
        names = parameters_of(path)
        if not names or any(name not in pools for name in names):
            continue
        foreign = next(addresses(path, pools))
        absent = next(addresses(path, {name: [ABSENT] for name in names}))
        for method, key in product(sorted(set(methods) - {"get"}), ("x7", "admin", "evaluator")):
            if not opens_to(theatre.viewers[key].role, method, path):
                continue
            client = theatre.viewers[key].client
            answers = [await client.request(method.upper(), at, json={}) for at in (foreign, absent)]
            first, second = ((each.status_code, each.content) for each in answers)
            if first != second:
                unequal.append(f"{key} {method} {path}: {first[0]} is not {second[0]}")
    assert not unequal, "\n" + "\n".join(unequal)
