"""The crawl against the matrix: a datum too many is a leak, a datum too few a broken page (attack N01, AN-08).

One story is told once (about two minutes); the tests below look at what everybody got in it.
"""

from collections.abc import AsyncIterator

import pytest

from app.domain.visibility import Phase
from tests.access import story
from tests.access.canaries import Aviary, Canary
from tests.access.crawl import Seen, crawl, get_routes, items_of, listen, open_mail, provoke, watched
from tests.access.rules import CARRIES, HOW_MUCH, WHO_IS, may_hold, may_stand_together, must_hold
from tests.access.theatre import BIDDERS, Theatre, Viewer, staged
from tests.databases import Databases

# The story is told in the set-up of the first test.
pytestmark = pytest.mark.timeout(600)
PHASES = (Phase.DRAFT, Phase.QUESTIONS, Phase.LIVE, Phase.PRICES, Phase.DECISION, Phase.UNSEALED)


class Harvest:
    """All that anybody got, and the world it came from."""

    def __init__(self, theatre: Theatre) -> None:
        self.viewers: dict[str, Viewer] = theatre.viewers
        self.aviary: Aviary = theatre.aviary
        self.watched = [viewer.key for viewer in watched(theatre)]
        self.routes = get_routes(theatre)
        self.seen: list[Seen] = []


@pytest.fixture(scope="module")
async def harvest(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Harvest]:
    """The story, and everything everybody got in each phase of it."""
    url = databases.migrated()
    async with staged(url, tmp_path_factory.mktemp("theatre")) as theatre:
        got = Harvest(theatre)
        got.seen += await crawl(theatre) + open_mail(theatre)
        await story.publish(theatre)
        for key in BIDDERS:
            await story.accept(theatre, key)
        got.seen += await crawl(theatre) + open_mail(theatre)
        await story.open_round(theatre)
        await story.bid_all(theatre)
        await story.take_export(theatre)
        got.seen += await crawl(theatre) + await listen(theatre) + open_mail(theatre)
        got.seen += await provoke(theatre)
        await story.close_round(theatre)
        got.seen += await crawl(theatre) + await listen(theatre) + open_mail(theatre)
        await story.propose_decision(theatre)
        got.seen += await crawl(theatre) + open_mail(theatre)
        await story.unseal(theatre)
        await story.take_export(theatre)
        got.seen += await crawl(theatre) + await listen(theatre) + open_mail(theatre) + await provoke(theatre)
        yield got
    databases.drop(url)


def told(seen: Seen, canary: Canary) -> str:
    return (
        f"{seen.phase} {seen.viewer:10} {seen.channel} ({seen.status}): {canary.what} of {canary.owner or 'the tender'}"
    )


def test_every_route_says_what_it_may_carry(harvest: Harvest) -> None:
    assert set(harvest.routes) <= set(CARRIES), "say in tests/access/rules.py what the new route may carry"


def test_nobody_gets_a_datum_too_many(harvest: Harvest) -> None:
    leaks = {
        told(seen, canary)
        for seen in harvest.seen
        for canary in seen.found
        if not may_hold(canary, harvest.viewers[seen.viewer], seen.phase)
    }
    assert not leaks, "\n" + "\n".join(sorted(leaks))


def test_no_route_carries_what_it_was_not_made_for(harvest: Harvest) -> None:
    strays = {
        told(seen, canary)
        for seen in harvest.seen
        for canary in seen.found
        if seen.channel in CARRIES and canary.what not in CARRIES[seen.channel]
    }
    assert not strays, "\n" + "\n".join(sorted(strays))


@pytest.mark.parametrize("phase", PHASES)
def test_nobody_gets_a_datum_too_few(harvest: Harvest, phase: Phase) -> None:
    found: dict[str, set[Canary]] = {key: set() for key in harvest.viewers}
    for seen in harvest.seen:
        if seen.phase is phase:
            found[seen.viewer] |= seen.found
    missing = [
        f"{key} does not find the {canary.what} of {canary.owner or 'the tender'}: {canary.text}"
        for key in sorted(harvest.watched)
        for canary in harvest.aviary.canaries
        if must_hold(canary, harvest.viewers[key], phase) and canary not in found[key]
    ]
    assert not missing, "\n" + "\n".join(missing)


def test_who_and_how_much_never_meet_in_one_item(harvest: Harvest) -> None:
    met = set()
    for seen in harvest.seen:
        kinds = {canary.what for canary in seen.found}
        if not (kinds & WHO_IS and kinds & HOW_MUCH) or harvest.viewers[seen.viewer].supplier:
            continue
        for item in items_of(seen.body):
            found = harvest.aviary.found_in(item.encode())
            met |= {
                f"{told(seen, who)} beside {what.what} of {what.owner or 'the tender'}"
                for who in found
                for what in found
                if who.what in WHO_IS and what.what in HOW_MUCH and not may_stand_together(who, what, seen.phase)
            }
    assert not met, "\n" + "\n".join(sorted(met))


def test_nothing_broke_on_the_way(harvest: Harvest) -> None:
    broken = {f"{seen.viewer} {seen.channel} {seen.status}" for seen in harvest.seen if 500 <= seen.status < 600}
    assert not broken
