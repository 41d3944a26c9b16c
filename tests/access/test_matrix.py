"""The crawl against the matrix: a datum too many is a leak, a datum too few a broken page (attack N01, AN-08).

One story is told once; all the checks look at what everybody got in it, and every complaint is printed. What carries
nothing in any phase is walked where the most is at stake: while the lot runs, and when everything has happened.
"""

import pytest

from app.domain.visibility import Phase
from tests.access import process_story, story
from tests.access.canaries import Canary
from tests.access.crawl import Seen, crawl, get_routes, items_of, listen, open_mail, provoke, unequal, watched
from tests.access.rules import CARRIES, HOW_MUCH, WHO_IS, may_hold, may_stand_together, must_hold
from tests.access.theatre import BIDDERS, DESK, Theatre, hire, staged
from tests.databases import Databases

PHASES = (Phase.DRAFT, Phase.QUESTIONS, Phase.LIVE, Phase.PRICES, Phase.DECISION, Phase.UNSEALED, Phase.FILED)
SAYING = [path for path, words in CARRIES.items() if words]


@pytest.mark.timeout(900)
async def test_everybody_gets_what_the_matrix_says_and_nothing_else(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = databases.migrated()
    async with staged(url, tmp_path_factory.mktemp("theatre")) as theatre:
        for key, role in DESK.items():
            await hire(theatre, key, role)
        seen = await harvest(theatre)
        complaints = [
            *unknown_routes(theatre),
            *leaks(theatre, seen),
            *strays(seen),
            *missing(theatre, seen),
            *meetings(theatre, seen),
            *unequal(seen),
            *[f"BROKEN {each.viewer} {each.channel} {each.status}" for each in seen if 500 <= each.status < 600],
        ]
    databases.drop(url)
    assert not complaints, "\n" + "\n".join(sorted(set(complaints)))


async def harvest(theatre: Theatre) -> list[Seen]:
    """The story, and everything everybody got in each phase of it."""
    await process_story.request(theatre)
    seen = await crawl(theatre, SAYING) + open_mail(theatre)
    await story.publish(theatre)
    for key in BIDDERS:
        await story.accept(theatre, key)
    await story.ask(theatre)
    seen += await crawl(theatre, SAYING) + open_mail(theatre)
    await story.open_round(theatre)
    await story.bid_all(theatre)
    await story.take_export(theatre)
    seen += await crawl(theatre) + await listen(theatre) + open_mail(theatre)
    await story.close_round(theatre)
    seen += await crawl(theatre, SAYING) + await listen(theatre) + open_mail(theatre)
    await story.propose_decision(theatre)
    seen += await crawl(theatre, SAYING) + open_mail(theatre)
    await story.unseal(theatre)
    await process_story.agree(theatre)
    await story.take_export(theatre)
    seen += await crawl(theatre, is_knocking=True) + await listen(theatre) + open_mail(theatre)
    seen += await provoke(theatre)
    await story.file(theatre)
    return seen + await crawl(theatre, SAYING) + open_mail(theatre)


def told(word: str, seen: Seen, canary: Canary) -> str:
    whose = canary.owner or "the tender"
    return f"{word} {seen.phase} {seen.viewer:10} {seen.channel} ({seen.status}): {canary.what} of {whose}"


def unknown_routes(theatre: Theatre) -> list[str]:
    """Routes of which nobody has said what they may carry."""
    return [f"UNKNOWN {path}: say in rules.py what it may carry" for path in set(get_routes(theatre)) - set(CARRIES)]


def leaks(theatre: Theatre, harvested: list[Seen]) -> list[str]:
    """A datum too many."""
    return [
        told("LEAK", seen, canary)
        for seen in harvested
        for canary in seen.found
        if not may_hold(canary, theatre.viewers[seen.viewer], seen.phase)
    ]


def strays(harvested: list[Seen]) -> list[str]:
    """A datum in a place that was not made for it."""
    return [
        told("STRAY", seen, canary)
        for seen in harvested
        for canary in seen.found
        if canary.what not in CARRIES.get(seen.channel, frozenset())
    ]


def missing(theatre: Theatre, harvested: list[Seen]) -> list[str]:
    """A datum too few."""
    found: dict[tuple[Phase, str], set[Canary]] = {}
    for seen in harvested:
        found.setdefault((seen.phase, seen.viewer), set()).update(seen.found)
    return [
        f"MISSING {phase} {viewer.key} does not find the {canary.what} of {canary.owner or 'the tender'}"
        for phase in PHASES
        for viewer in watched(theatre)
        for canary in theatre.aviary.canaries
        if must_hold(canary, viewer, phase) and canary not in found.get((phase, viewer.key), set())
    ]


def meetings(theatre: Theatre, harvested: list[Seen]) -> list[str]:
    """A name and a part of the bidding in one item (DESIGN.md decision 8)."""
    met = []
    for seen in harvested:
        kinds = {canary.what for canary in seen.found}
        if not (kinds & WHO_IS and kinds & HOW_MUCH) or theatre.viewers[seen.viewer].supplier:
            continue
        for item in items_of(seen.body):
            found = theatre.aviary.found_in(item.encode(), seen.found)
            met += [
                f"{told('MEETING', seen, who)} beside {what.what} of {what.owner or 'the tender'}"
                for who in found
                for what in found
                if who.what in WHO_IS and what.what in HOW_MUCH and not may_stand_together(who, what, seen.phase)
            ]
    return met
