"""Many packages and many seats: an opening with progress that every replica reads, and that a kill does not spoil."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.client import trustee
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.reporting import Outcome
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.member_key import MemberKeyFile
from app.infra.bell import Bell
from app.infra.db import Database
from app.infra.world import World
from app.sealed_rounds import opening_store, progress
from tests.attacks.test_committee_opening import check, nothing_opened, take
from tests.callers import caller
from tests.live_rounds.servers import free_port, process
from tests.sealed_rounds.committees import Committee
from tests.sealed_rounds.full_box import BIDDERS, LOTS, PACKAGES, amount_of, fill_box
from tests.sealed_rounds.releases import bundle_of, hand_in, release
from tests.sealed_rounds.stage import SealedPackage, with_world
from tests.sealing.test_trustee_service import signed_in

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def closed(clean_database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Committee, list[SealedPackage]]]:
    """Five of nine; a hundred packages in the box."""
    made, sealed = await fill_box(clean_database_url, tmp_path)
    yield made, sealed
    await made.world.db.dispose()


@asynccontextmanager
async def another_replica(world: World) -> AsyncIterator[World]:
    """A second process's world: its own connections and bell, the same database and keys."""
    other = replace(world, db=Database(world.db.url), bell=Bell())
    yield other
    await other.db.dispose()


async def done_in(world: World, round_id: str) -> int:
    async with world.db.snapshot() as tx:
        return await progress.find_done(tx, round_id, "price")


async def until_midst(world: World, round_id: str, opening: asyncio.Task[Any] | None = None) -> int:
    """Wait until some packages have been read, but not all."""
    async with asyncio.timeout(60):
        while not 0 < (done := await done_in(world, round_id)) < PACKAGES:
            assert opening is None or not opening.done()
            await asyncio.sleep(0.01)
    return done


async def results(committee: Committee) -> dict[str, tuple[str, str | None, str | None]]:
    """By package: what the signed records say."""
    async with committee.world.db.snapshot() as tx:
        documents = await opening_store.list_documents(committee.world, tx, committee.round_id)
    rows = [row for _lot, _kind, document in documents for row in document["results"]]
    return {row["package"]: (row["result"], row["secret"], row["amount"]) for row in rows}


def expected(sealed: list[SealedPackage]) -> dict[str, tuple[str, str | None, str | None]]:
    """What there is to be read."""
    amounts = [amount_of(number, position) for number in range(BIDDERS) for position in range(LOTS)]
    return {
        each.digest: ("opened", each.secrets[EnvelopeKind.PRICE].hex(), amount)
        for each, amount in zip(sealed, amounts, strict=True)
    }


async def openings(committee: Committee) -> int:
    return [entry.kind for entry in await committee.stage.tender_chain()].count(Kind.ENVELOPES_OPENED)


async def test_five_of_nine_by_the_members_command_and_the_progress_is_seen_by_another_replica(
    closed: tuple[Committee, list[SealedPackage]],
) -> None:
    committee, sealed = closed
    policy = (await committee.stage.round()).policy_digest
    for seat in (9, 2, 4, 7, 5):
        own = MemberKeyFile(committee.round_id, seat, committee.pairs[seat - 1])
        async with signed_in(committee, seat) as client:
            now = committee.world.clock.now()
            bundle = await trustee.release_due(client, own, EnvelopeKind.PRICE, confirmed=policy, now=now)
            assert len(bundle.secrets) == PACKAGES
    path, seen = f"/api/rounds/{committee.round_id}/opening", []
    async with another_replica(committee.world) as other, caller(other, committee.members[0]) as client:
        opening = asyncio.create_task(committee.stage.open_envelopes())
        while not opening.done():
            told = (await client.get(path)).json()
            if told["step"] == "opening":
                seen.append((told["done"], told["packages"]))
        assert await opening == "price"
        after = (await client.get(path)).json()
    # It only grows, is seen on its way, and is gone when it is done.
    assert seen == sorted(seen)
    assert {of for _, of in seen} == {PACKAGES}
    assert len({done for done, _ in seen if 0 < done < PACKAGES}) >= 3
    assert (after["step"], after["done"], after["packages"]) == ("done", None, None)
    assert await done_in(committee.world, committee.round_id) == 0
    assert await results(committee) == expected(sealed)
    report = await check(committee, await take(committee), with_tables=True)
    assert report.outcome is Outcome.CLEAN, (report.sentence, report.findings)


async def test_two_replicas_that_open_at_once_write_one_record(
    closed: tuple[Committee, list[SealedPackage]],
) -> None:
    committee, sealed = closed
    await release(committee, 1, 2, 3, 4)
    # The two that make five and six hand in at the same moment.
    last = [await bundle_of(committee, seat) for seat in (5, 6)]
    assert all(isinstance(each, str) for each in await asyncio.gather(*(hand_in(committee, each) for each in last)))
    async with another_replica(committee.world) as other:
        there = with_world(committee.stage, other)
        opened = await asyncio.gather(committee.stage.open_envelopes(), there.open_envelopes())
    assert sorted(map(str, opened)) == ["None", "price"]
    assert await openings(committee) == LOTS
    assert await results(committee) == expected(sealed)


async def test_a_release_that_comes_while_the_opening_runs_changes_nothing(
    closed: tuple[Committee, list[SealedPackage]],
) -> None:
    committee, sealed = closed
    await release(committee, 1, 2, 3, 4, 5)
    late, later = [await bundle_of(committee, seat) for seat in (6, 7)]
    opening = asyncio.create_task(committee.stage.open_envelopes())
    await until_midst(committee.world, committee.round_id, opening)
    assert isinstance(await hand_in(committee, late), str)
    assert await opening == "price"
    refused = await hand_in(committee, later)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_ALLOWED_HERE
    async with committee.world.db.snapshot() as tx:
        documents = await opening_store.list_documents(committee.world, tx, committee.round_id)
    assert {tuple(row["seat"] for row in document["members"]) for _, _, document in documents} == {(1, 2, 3, 4, 5)}
    assert await results(committee) == expected(sealed)
    report = await check(committee, await take(committee), with_tables=True)
    assert report.outcome is Outcome.CLEAN, (report.sentence, report.findings)


@pytest.mark.story
async def test_a_replica_killed_in_the_midst_leaves_nothing_and_the_next_opens_the_same(
    closed: tuple[Committee, list[SealedPackage]],
) -> None:
    committee, sealed = closed
    await release(committee, 1, 3, 5, 7, 9)
    async with process(committee.world, free_port()) as replica:
        await until_midst(committee.world, committee.round_id)
        replica.send_signal(signal.SIGKILL)
        await replica.wait()
    assert await nothing_opened(committee)
    assert await openings(committee) == 0
    left = await done_in(committee.world, committee.round_id)
    assert 0 < left < PACKAGES
    # The number does not go back when the next one begins anew.
    opening = asyncio.create_task(committee.stage.open_envelopes())
    while not opening.done():
        assert await done_in(committee.world, committee.round_id) in (0, *range(left, PACKAGES + 1))
    assert await opening == "price"
    assert await openings(committee) == LOTS
    assert await results(committee) == expected(sealed)
