"""No other channel exists between a supplier and the buyer (VISIBILITY.md section 5, AN-07; attacks.md C04, C07).

Everything a supplier can write is written, on every route there is, and looked for in everything the buyer's side gets;
then the other way round. What the matrix lets through is named here, route by route.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.identity.access import Actor
from app.main import build_app
from app.tenders import questions, timekeeper
from tests.attacks.shouting import Search, Shout, Shouter, fields_of, fill_pools
from tests.tenders.edges import client
from tests.tenders.houses import House, build_house, load, publish
from tests.worlds import MemoryMail

ASKED = "POST /api/tenders/{tender_id}/questions .text"
QUEUE = "/api/tenders/{tender_id}/question-queue"
# What another question may be merged into, as the queue has it.
RELAY = "/api/tenders/{tender_id}/relay"
ANSWER = "PUT /api/tenders/{tender_id}/questions/{question_id}/answer"
# To all in the round, in both languages, scanned like an answer.
BROADCAST = "POST /api/rounds/{round_id}/broadcasts"
PUBLISHED = "/api/tenders/{tender_id}/questions"
TIMELINE = "/api/audit/timeline"
# The titles of a supplier's own certificates stand in its dossier under its name (d05), whatever is bought.
DOSSIER = ("POST /api/my/evidence",)
# An order and its deliveries name no tender and reach its one supplier; the filter of contacts reads their texts.
ORDER = "POST /api/orders"


@pytest.fixture
async def house(clean_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house with two suppliers."""
    built = await build_house(clean_database_url, tmp_path, suppliers=2)
    yield built
    await built.world.db.dispose()


async def test_no_other_channel(house: House) -> None:
    mail = house.world.mail
    assert isinstance(mail, MemoryMail)
    tender = await publish(house, min_bidders=2)
    house.app = build_app(house.world)
    document = house.app.openapi()
    search = Search(house.world, document, mail)
    supplier, other, buyers = house.reps[0], house.reps[1], (house.purchaser, house.approver)
    shouter = Shouter(document, await fill_pools(house.world))
    async with client(house, supplier) as rep:
        rep.base_url = "http://testserver"
        said = await shouter.shout(rep)
    assert {"POST /api/tenders/{tender_id}/questions", "POST /api/tenders/{tender_id}/response"} <= said.taken
    for reader in (*buyers, other):
        assert list(fields_of(await _found(house, search, reader, said))) == []
        assert await search.find_in_mail(said, reader.email) == set()
    # At the fixed time the question goes on; nothing else ever does.
    house.clock.at = questions.batch_after(await load(house, tender.id), house.clock.now())
    await timekeeper.turn_due(house.world)
    found = {reader.account_id: await _found(house, search, reader, said) for reader in (*buyers, other)}
    assert (ASKED, QUEUE) in found[house.purchaser.account_id] & found[house.approver.account_id]
    assert {each for seen in found.values() for each in seen} <= {(ASKED, place) for place in (QUEUE, RELAY, TIMELINE)}
    assert found[other.account_id] == set()
    for reader in (*buyers, other):
        assert await search.find_in_mail(said, reader.email) == set()
    # And back: what the buyer writes reaches suppliers as a published answer, and as nothing else before an approval.
    shouter = Shouter(document, await fill_pools(house.world))
    async with client(house, house.purchaser) as buyer:
        buyer.base_url = "http://testserver"
        written = await shouter.shout(buyer, first=len(said.words))
    assert {ANSWER, BROADCAST, "POST /api/tenders/{tender_id}/cancel"} <= written.taken
    before = await _found(house, search, other, written)
    assert {what.partition(" .")[0] for what, _ in before} <= {BROADCAST}
    house.clock.at = questions.batch_after(await load(house, tender.id), house.clock.now())
    await timekeeper.turn_due(house.world)
    got = [await _found(house, search, each, written) for each in (supplier, other)]
    assert got[0] == got[1], "one supplier was told what another was not"
    assert {where for _, where in got[0] - before} == {PUBLISHED}, list(fields_of(got[0]))
    assert {what.partition(" .")[0] for what, _ in got[0]} == {BROADCAST, ANSWER}
    for each in (supplier, other):
        assert await search.find_in_mail(written, each.email) == set()


async def _found(house: House, search: Search, reader: Actor, said: Shout) -> set[tuple[str, str]]:
    async with client(house, reader) as looking:
        looking.base_url = "http://testserver"
        found = await search.find(looking, said)
    return {(field, path) for field, path in found if not field.startswith((*DOSSIER, ORDER))}
