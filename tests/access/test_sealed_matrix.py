"""The crawl against the matrix in a sealed tender: every phase from the draft to the names, every role, every datum.

Beside it, in the same telling: what a supplier seals changes no byte of what others see (attack N06), and no file,
table or log holds a price before the opening (S04) nor, ever, one that was not to be opened (O07, d29, d30).
What carries nothing in any phase is walked with the packages in and when everything has happened.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from app.domain.visibility import Phase
from tests.access import sealed_story, story
from tests.access.canaries import Canary
from tests.access.crawl import Seen, crawl, get_routes, items_of, listen, open_mail, provoke, unequal, watched
from tests.access.rules import CARRIES
from tests.access.sealed_rules import CARRIES_MORE, HOW_MUCH, WHO_IS, may_hold, must_hold
from tests.access.test_record import Listener, all_rows, files_of
from tests.access.test_stillness import watch
from tests.access.theatre import BIDDERS, FINALS, WINNER, Theatre, Viewer, staged
from tests.databases import Databases

PHASES = tuple(phase for phase in Phase if phase is not Phase.FILED)
SAYING = [path for path, words in CARRIES.items() if words | CARRIES_MORE.get(path, frozenset())]
# Nowhere in clear before the prices are opened; the second three never.
SEALED = frozenset({"start", "failed", "old", "tech", "file"})
NEVER = frozenset({"failed", "old", "file", "shut_secret"})


@pytest.mark.timeout(1500)
async def test_a_sealed_tender_shows_everybody_what_the_matrix_says(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, folder = databases.migrated(), tmp_path_factory.mktemp("sealed")
    lines: list[str] = []
    listener = Listener(lines)
    logging.getLogger().addHandler(listener)
    async with staged(url, folder, sealed_story.draft) as theatre:
        record = Record(theatre, url, folder, lines)
        seen = await harvest(theatre, record, monkeypatch)
        complaints = [
            *record.complaints,
            *[f"UNKNOWN {path}" for path in set(get_routes(theatre)) - set(CARRIES)],
            *leaks(theatre, seen),
            *strays(seen),
            *missing(theatre, seen),
            *meetings(theatre, seen),
            *unequal(seen),
            *[f"BROKEN {each.viewer} {each.channel} {each.status}" for each in seen if 500 <= each.status < 600],
        ]
    logging.getLogger().removeHandler(listener)
    databases.drop(url)
    assert not complaints, "\n" + "\n".join(sorted(set(complaints)))


class Record:
    """Tables, files and logs as somebody with the machine's disk but no keys reads them."""

    def __init__(self, theatre: Theatre, url: str, folder: Path, lines: list[str]) -> None:
        self.theatre, self.url, self.folder, self.lines = theatre, url, folder, lines
        self.complaints: list[str] = []

    async def search(self, kinds: frozenset[str]) -> None:
        """Complain of every canary of these kinds that lies anywhere in clear."""
        rows = await all_rows(self.theatre)
        bytes_of = {f"table {row.table}": row.texts for row in rows} | {"logs": "\n".join(self.lines).encode()}
        places: dict[str, list[bytes]] = {}
        for row in rows:
            places.setdefault(f"table {row.table}", []).append(row.texts)
        found = {name: b"\n".join(texts) for name, texts in places.items()} | {"logs": bytes_of["logs"]}
        found |= {f"file {path.suffix or path.parent.name}": b"" for path in self._files()}
        for path in self._files():
            found[f"file {path.suffix or path.parent.name}"] += path.read_bytes()
        self.complaints += [
            f"CLEAR {self.theatre.phase} {place}: {canary.what} of {canary.owner}"
            for canary in self.theatre.aviary.canaries
            if canary.what in kinds
            for place, content in found.items()
            if any(form in content for form in canary.forms)
        ]

    def _files(self) -> Iterator[Path]:
        return files_of(self.url, self.folder)


async def harvest(theatre: Theatre, record: Record, monkeypatch: pytest.MonkeyPatch) -> list[Seen]:
    """The story, and everything everybody got in each phase of it."""
    seen = await crawl(theatre, SAYING) + open_mail(theatre)
    await story.publish(theatre)
    for key in BIDDERS:
        await story.accept(theatre, key)
    await story.ask(theatre)
    await sealed_story.call_panel(theatre)
    await sealed_story.fix_policy(theatre)
    seen += await crawl(theatre, SAYING) + open_mail(theatre)
    await sealed_story.open_round(theatre)
    record.complaints += await moved_by_sealing(theatre)
    await sealed_story.seal_all(theatre)
    await record.search(SEALED)
    seen += await crawl(theatre) + await listen(theatre) + open_mail(theatre)
    with sealed_story.Pause(monkeypatch):
        await sealed_story.close_round(theatre)
        seen += await crawl(theatre, SAYING) + await listen(theatre) + open_mail(theatre)
        await record.search(SEALED)
    await sealed_story.open_technical(theatre)
    await sealed_story.mark(theatre)
    seen += await crawl(theatre, SAYING) + open_mail(theatre)
    await record.search(SEALED - {"tech"})
    await sealed_story.lock(theatre)
    await story.take_export(theatre)
    seen += await crawl(theatre, SAYING) + open_mail(theatre)
    await sealed_story.open_live(theatre)
    for key in sealed_story.PASSED:
        assert await story.place_bid(theatre, key, FINALS[key]) == "receipt"
    await theatre.settle()
    seen += await crawl(theatre, SAYING) + await listen(theatre) + open_mail(theatre)
    await story.close_round(theatre)
    seen += await crawl(theatre, SAYING) + await listen(theatre) + open_mail(theatre)
    await story.propose_decision(theatre)
    seen += await crawl(theatre, SAYING) + open_mail(theatre)
    await story.unseal(theatre)
    await story.take_export(theatre)
    seen += await crawl(theatre) + await listen(theatre) + open_mail(theatre) + await provoke(theatre)
    await record.search(NEVER)
    return seen


async def moved_by_sealing(theatre: Theatre) -> list[str]:
    """N06: no page of anybody else changes by a byte when a supplier hands in a package or withdraws it."""
    await sealed_story.pass_checkpoint(theatre)
    watching = await watch(theatre)
    changed = await watching.differences(partial(sealed_story.hand_in, theatre, "b4", "8700000.00"), by="b4")
    # The watch has turned the clock back: the next act must not share an instant with this one.
    theatre.clock.wind(minutes=1)
    return [f"MOVED by a package: {page}" for page in changed]


def told(word: str, seen: Seen, what: str, owner: str) -> str:
    return f"{word} {seen.phase} {seen.viewer:10} {seen.channel} ({seen.status}): {what} of {owner or 'the tender'}"


def leaks(
    theatre: Theatre, harvested: list[Seen], holds: Callable[[Canary, Viewer, Phase], bool] = may_hold
) -> list[str]:
    """A datum too many."""
    return [
        told("LEAK", seen, canary.what, canary.owner)
        for seen in harvested
        for canary in seen.found
        if not holds(canary, theatre.viewers[seen.viewer], seen.phase)
    ]


def strays(harvested: list[Seen]) -> list[str]:
    """A datum in a place that was not made for it."""
    return [
        told("STRAY", seen, canary.what, canary.owner)
        for seen in harvested
        for canary in seen.found
        if canary.what not in CARRIES.get(seen.channel, frozenset()) | CARRIES_MORE.get(seen.channel, frozenset())
    ]


def missing(theatre: Theatre, harvested: list[Seen]) -> list[str]:
    """A datum too few."""
    found: dict[tuple[Phase, str], set[str]] = {}
    for seen in harvested:
        found.setdefault((seen.phase, seen.viewer), set()).update(f"{each.what} {each.text}" for each in seen.found)
    return [
        f"MISSING {phase} {viewer.key} does not find the {canary.what} of {canary.owner or 'the tender'}"
        for phase in PHASES
        for viewer in watched(theatre)
        for canary in theatre.aviary.canaries
        if must_hold(canary, viewer, phase)
        and f"{canary.what} {canary.text}" not in found.get((phase, viewer.key), set())
    ]


def meetings(theatre: Theatre, harvested: list[Seen]) -> list[str]:
    """A name and a part of the bidding in one item (DESIGN.md decision 8), but for the unsealed winner's."""
    met = []
    for seen in harvested:
        kinds = {canary.what for canary in seen.found}
        if not (kinds & WHO_IS and kinds & HOW_MUCH) or theatre.viewers[seen.viewer].supplier:
            continue
        for item in items_of(seen.body):
            found = theatre.aviary.found_in(item.encode(), seen.found)
            met += [
                f"{told('MEETING', seen, who.what, who.owner)} beside {what.what} of {what.owner or 'the tender'}"
                for who in found
                for what in found
                if who.what in WHO_IS and what.what in HOW_MUCH
                and not (seen.phase is Phase.UNSEALED and who.owner == WINNER and what.owner in (WINNER, ""))
            ]  # fmt: skip
    return met
