"""The crawl against the matrix in a tender that a committee opens: what its custody adds, at each step of it.

Only the pages that differ from the sealed story's are walked (test_sealed_matrix.py walks all of them). Beside it no
file, table or log holds a price or a secret before the committee has opened it, whatever single members released
(attack S02).
"""

import logging
from dataclasses import replace

import pytest

from app.domain.sealing.header import EnvelopeKind
from app.domain.visibility import Datum, Phase, Role
from tests.access import committee_story, sealed_story, story
from tests.access.canaries import Canary
from tests.access.committee_story import MEMBERS, release
from tests.access.crawl import Seen, crawl, get_routes, open_mail, unequal
from tests.access.engines import ON_ONE_ENGINE
from tests.access.sealed_rules import may_hold, sees
from tests.access.test_record import Listener
from tests.access.test_sealed_matrix import NEVER, SEALED, Record, leaks, strays
from tests.access.theatre import BIDDERS, Theatre, Viewer, staged
from tests.databases import Databases

# Beside every page of a round: where a committee's custody, its people or what they open could show.
WALKED = frozenset(
    {
        "/api/my/seats",
        "/api/approvals",
        "/api/approvals/{proposal_id}",
        "/api/notices",
        "/api/tenders/{tender_id}",
        "/api/tenders/{tender_id}/opening",
        "/api/tenders/{tender_id}/offers",
        "/api/audit/exports/{export_id}/bundle",
    }
)
SECRETS = frozenset({"tech_secret", "price_secret", "shut_secret"})


@pytest.mark.timeout(600)
@ON_ONE_ENGINE
async def test_a_committees_tender_shows_everybody_what_the_matrix_says(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url, folder = databases.migrated(), tmp_path_factory.mktemp("committee")
    lines: list[str] = []
    listener = Listener(lines)
    logging.getLogger().addHandler(listener)
    async with staged(url, folder, committee_story.draft) as theatre:
        record = Record(theatre, url, folder, lines)
        seen = await harvest(theatre, record)
        complaints = [*record.complaints, *leaks(theatre, seen, holds), *strays(seen), *closed(seen), *unequal(seen)]
        complaints += [f"BROKEN {each.viewer} {each.channel} {each.status}" for each in seen if each.status >= 500]
    logging.getLogger().removeHandler(listener)
    databases.drop(url)
    assert not complaints, "\n" + "\n".join(sorted(set(complaints)))


async def harvest(theatre: Theatre, record: Record) -> list[Seen]:
    """The story, and what everybody got at each step of the committee."""
    walked = WALKED | {path for path in get_routes(theatre) if "{round_id}" in path}
    await story.publish(theatre)
    for key in BIDDERS:
        await story.accept(theatre, key)
    await sealed_story.call_panel(theatre)
    await sealed_story.find_rounds(theatre)
    await committee_story.form(theatre)
    seen = await crawl(theatre, walked) + open_mail(theatre)
    await committee_story.confirm(theatre)
    await sealed_story.open_round(theatre)
    await sealed_story.seal_all(theatre)
    seen += await crawl(theatre, walked) + open_mail(theatre)
    await record.search(SEALED | SECRETS)
    await sealed_story.close_round(theatre)
    await release(theatre, "seat1", EnvelopeKind.TECH)
    # One of two: nothing is open, neither on a page nor for whoever holds the disk.
    seen += await crawl(theatre, walked) + open_mail(theatre)
    await record.search(SEALED | SECRETS | {"tech_release"})
    await release(theatre, "seat2", EnvelopeKind.TECH)
    await sealed_story.open_technical(theatre)
    await sealed_story.mark(theatre)
    seen += await crawl(theatre, walked) + open_mail(theatre)
    await sealed_story.ask_for_lock(theatre)
    await release(theatre, "seat3", EnvelopeKind.PRICE)
    seen += await crawl(theatre, walked) + open_mail(theatre)
    await record.search(SEALED - {"tech"} | {"price_secret", "shut_secret", "price_release"})
    await release(theatre, "seat1", EnvelopeKind.PRICE)
    await sealed_story.see_prices(theatre)
    await story.take_export(theatre)
    seen += await crawl(theatre, walked) + open_mail(theatre)
    await record.search(NEVER)
    return seen


def holds(canary: Canary, viewer: Viewer, phase: Phase) -> bool:
    """Whether the matrix lets this viewer have it: a member wears the trustee's hat beside its own."""
    hats = [viewer, replace(viewer, role=Role.TRUSTEE)] if viewer.key in MEMBERS else [viewer]
    return any(_holds(canary, hat, phase) for hat in hats)


def _holds(canary: Canary, viewer: Viewer, phase: Phase) -> bool:
    if canary.what.endswith("_release"):
        return sees(viewer.role, phase, Datum.OPENING_SECRETS)
    return may_hold(canary, viewer, phase)


def closed(harvested: list[Seen]) -> list[str]:
    """What is due is told to members alone, and to each of them while it is."""
    path = "/api/rounds/{round_id}/wraps"
    answered = {each.viewer for each in harvested if each.channel == path and each.status == 200}
    return [f"WRAPS {answered} {set(MEMBERS)}"] if answered != set(MEMBERS) else []
