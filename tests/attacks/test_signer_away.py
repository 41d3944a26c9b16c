"""The signer away in the midst of rounds: a coded answer, nothing half stored, and the same request succeeds later.

Over HTTP for sealed packages and over the websocket for live bids; `bidroom signer` runs as a process of its own.
"""

import asyncio
import signal
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.kinds import Kind
from app.infra.keys import load_keys
from app.infra.signer_line import PATIENCE, SignerLine
from app.infra.world import World
from app.journal.checkpoint_store import list_checkpoints
from app.journal.checkpoints import take_due_checkpoint
from tests.attacks.site import sealed_site
from tests.journal.test_signer import Process
from tests.live_rounds.floors import chain_of
from tests.live_rounds.servers import Live, live_round

pytestmark = pytest.mark.timeout(240)
KEY_FILES = {"with_key_files": True}


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    # A socket's path is at most some 100 characters.
    with tempfile.TemporaryDirectory() as short:
        made = Process(tmp_path / "signer", Path(short) / "s")
        yield made
        made.kill()


def moved(process: Process) -> Callable[[World], World]:
    """The journal's key moved out of the service, to the signer."""

    def prepare(world: World) -> World:
        process.folder.mkdir(mode=0o700)
        key = world.settings.keys_dir / "journal.key"
        key.rename(process.folder / key.name)
        made = replace(world, keys=load_keys(world.settings.keys_dir, process.start()))
        assert made.keys.public_key == world.keys.public_key
        return made

    return prepare


async def test_a_package_while_the_signer_is_away(clean_database_url: str, tmp_path: Path, process: Process) -> None:
    async with sealed_site(clean_database_url, tmp_path / "h", changes=KEY_FILES, prepare=moved(process)) as site:
        await site.hand_in(0)
        before = await site.stage.chain()
        process.kill()
        sealed = await site.stage.seal(1)
        refused = await site.put(1, sealed)
        assert (refused.status_code, refused.json()["code"]) == (503, "UNAVAILABLE")
        assert refused.headers["Retry-After"]
        async with site.enter(site.stage.rep(1)) as seat:
            answer = await seat.commit(sealed)
            assert (answer["type"], answer["code"]) == ("package_problem", "UNAVAILABLE"), answer
            # Nothing of it is stored; what needs no signature goes on.
            assert await site.stage.chain() == before
            async with site.client(site.stage.rep(0)) as client:
                assert (await client.get(site.path("/sealed"))).status_code == 200
            points = await checkpoints(site.world)
            process.start()
            answer = await seat.commit(sealed)
            assert answer["type"] == "package_receipt", answer
        again = await site.put(1, sealed)
        assert again.status_code == 200
        kinds = [entry.kind for entry in await site.stage.chain()]
        assert kinds.count(Kind.PACKAGE_RECEIVED) == 2
        await caught_up(site.world, points)


async def checkpoints(world: World) -> int:
    async with world.db.snapshot() as tx:
        return len(await list_checkpoints(tx, after=0, limit=10_000))


async def caught_up(world: World, before: int) -> None:
    """Checkpoints are taken again, the next number after the last, the signer's memory beside them."""
    hasty = replace(world, settings=world.settings.model_copy(update={"checkpoint_seconds": 0}))
    await take_due_checkpoint(hasty)
    async with world.db.snapshot() as tx:
        points = await list_checkpoints(tx, after=0, limit=10_000)
    assert len(points) > before
    assert [point.statement.n for point in points] == list(range(1, len(points) + 1))


async def test_a_live_bid_while_the_signer_is_away(clean_database_url: str, tmp_path: Path, process: Process) -> None:
    given: dict[str, Any] = {"changes": KEY_FILES, "prepare": moved(process)}
    async with live_round(clean_database_url, tmp_path / "h", **given) as live:
        lot, before = live.stage.lots[0], 0
        async with live.enter(live.stage.rep(0)) as seat, live.enter(live.stage.rep(1)) as other:
            assert (await seat.bid(lot, "280.00"))["type"] == "receipt"
            told = await chain_of(live.world, f"lot:{lot}")
            before = await checkpoints(live.world)
            process.kill()
            bid_id = str(uuid.uuid4())
            answer = await seat.bid(lot, "250.00", bid_id=bid_id)
            assert (answer["type"], answer["code"]) == ("problem", "UNAVAILABLE"), answer
            assert await chain_of(live.world, f"lot:{lot}") == told
            # The room goes on: ticks come, the standing is that of before.
            assert (await other.next_tick())["type"] == "state"
            process.start()
            seat.frames.clear()
            answer = await seat.bid(lot, "250.00", bid_id=bid_id)
            assert answer["type"] == "receipt", answer
            assert (await other.bid(lot, "240.00"))["type"] == "receipt"
        kinds = [entry.kind for entry in await chain_of(live.world, f"lot:{lot}")]
        assert kinds.count(Kind.BID_ACCEPTED) == 3
        await caught_up(live.world, before)


async def test_a_signer_that_hangs_holds_up_nobody_else(
    clean_database_url: str, tmp_path: Path, process: Process
) -> None:
    """It neither answers nor dies: the frames and pages of others do not wait for it."""
    given: dict[str, Any] = {"changes": KEY_FILES, "prepare": moved(process)}
    async with live_round(clean_database_url, tmp_path / "h", **given) as live:
        lot = live.stage.lots[0]
        async with live.enter(live.stage.rep(0)) as seat:
            assert (await seat.bid(lot, "280.00"))["type"] == "receipt"
            process.send(signal.SIGSTOP)
            bidding = asyncio.create_task(seat.bid(lot, "250.00"))
            gap = await longest_gap(PATIENCE + 0.5)
            answer = await bidding
            assert (answer["type"], answer["code"]) == ("problem", "UNAVAILABLE"), answer
            assert gap < PATIENCE / 2, gap
            process.send(signal.SIGCONT)
            assert (await until_receipted(live, lot, "240.00"))["type"] == "receipt"


async def until_receipted(live: Live, lot: str, amount: str) -> dict[str, object]:
    """A bid tried again, as a page does, until the signer is asked again."""
    async with asyncio.timeout(60), live.enter(live.stage.rep(1)) as seat:
        while (answer := await seat.bid(lot, amount))["type"] == "problem":  # noqa: ASYNC110 - as a page does
            await asyncio.sleep(0.5)
    return answer


async def longest_gap(seconds: float) -> float:
    """The longest time for which the event loop did nothing else."""
    until, last, longest = time.monotonic() + seconds, time.monotonic(), 0.0
    while last < until:
        await asyncio.sleep(0.01)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    return longest


def test_a_signer_that_hung_is_not_waited_for_again_and_again(process: Process) -> None:
    line = process.start()
    process.send(signal.SIGSTOP)
    began = time.monotonic()
    assert not line.is_there()
    waited = time.monotonic() - began
    for _ in range(20):
        assert not line.is_there()
    assert time.monotonic() - began < waited + 0.5
    process.send(signal.SIGCONT)
    assert SignerLine(process.socket).is_there()
    until = time.monotonic() + 20
    while not line.is_there():
        assert time.monotonic() < until
        time.sleep(0.1)


async def test_two_services_bid_through_one_signer(clean_database_url: str, tmp_path: Path, process: Process) -> None:
    """A line of its own in each: receipts by one key, and one chain of checkpoints."""
    given: dict[str, Any] = {"changes": KEY_FILES, "prepare": moved(process)}
    async with live_round(clean_database_url, tmp_path / "h", **given) as live:
        second = replace(live.world, keys=load_keys(live.world.settings.keys_dir, SignerLine(process.socket)))
        lot = live.stage.lots[0]
        async with live.enter(live.stage.rep(0)) as seat:
            for amount in ("280.00", "270.00", "260.00"):
                assert (await seat.bid(lot, amount))["type"] == "receipt"
                hasty = [
                    replace(world, settings=world.settings.model_copy(update={"checkpoint_seconds": 0}))
                    for world in (live.world, second)
                ]
                await asyncio.gather(*(take_due_checkpoint(world) for world in hasty))
        await caught_up(second, 0)
