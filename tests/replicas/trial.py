"""Real processes on one PostgreSQL behind one door, while bidders bid and things die.

A process is killed, the bell's connections are cut, the record is restarted as after a crash: no acknowledged bid is
lost, none stands twice, and every feed catches up.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from app.domain.closing import LotStatus
from app.infra.world import SystemClock
from app.live_rounds.service import announce_resume
from tests.databases import PostgresDatabases
from tests.domain.tender_drafts import a_lot
from tests.live_rounds.servers import Live, free_port, process, shift_opening, until_status
from tests.live_rounds.stage import Stage, set_stage
from tests.replicas.bidding import Bidder
from tests.replicas.proxy import Proxy, proxying
from tests.simulation.checkers import check_outboxes, check_record

BIDDERS = 5
SETTLE_SECONDS = 40
STARTS = 10
MOMENT = frozenset({"status"})


class Server:
    """A PostgreSQL of its own that keeps what it has acknowledged."""

    def __init__(self) -> None:
        self.databases = PostgresDatabases()
        for setting in ("fsync", "synchronous_commit"):
            self.databases._sql(f"ALTER SYSTEM RESET {setting}")
        self.databases._sql("SELECT pg_reload_conf()")

    def crash(self) -> None:
        """Die without a last word, and start again from the log."""
        server = self.databases._server
        running = server.get_postmaster_info().process
        assert running is not None
        with suppress(ProcessLookupError):
            running.send_signal(signal.SIGQUIT)
            running.wait(10)
        server.ensure_postgres_running()

    def cut_bells(self) -> None:
        """End the connections that listen."""
        self.databases._sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND (query ILIKE 'LISTEN%' OR query LIKE '%pg_notify(%')"
        )


@dataclass
class Trial:
    """The processes, the door and the bidders of one run."""

    server: Server
    stage: Stage
    proxy: Proxy
    chance: Random
    processes: dict[int, AsyncExitStack] = field(default_factory=dict)
    bidders: list[Bidder] = field(default_factory=list)

    def live(self, port: int) -> Live:
        """The round as seen through a port."""
        return Live(self.stage, self.stage.world, port)

    async def start(self, port: int) -> None:
        """Start the process of a port, again where it finds no record, as whoever keeps processes does."""
        for _ in range(STARTS):
            stack = AsyncExitStack()
            with suppress(ChildProcessError):
                await stack.enter_async_context(process(self.stage.world, port))
                self.processes[port] = stack
                return
            await asyncio.sleep(1)
        raise AssertionError(f"{STARTS} times a process did not begin")

    async def kill(self, port: int) -> None:
        """SIGKILL it."""
        await self.processes.pop(port).aclose()

    async def blow_kill(self) -> None:
        """One process dies, and comes again."""
        port = self.chance.choice(self.proxy.ports)
        await self.kill(port)
        await asyncio.sleep(self.chance.random())
        await self.start(port)

    async def blow_bells(self) -> None:
        """The bell is cut everywhere."""
        await asyncio.to_thread(self.server.cut_bells)

    async def blow_record(self) -> None:
        """PostgreSQL dies and comes again."""
        await asyncio.to_thread(self.server.crash)

    async def blow_lines(self) -> None:
        """Every line is cut."""
        self.proxy.cut()

    @property
    def blows(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        """What may happen."""
        return [self.blow_kill, self.blow_bells, self.blow_record, self.blow_lines]

    async def check(self, *, resumes: bool = True) -> None:
        """Stop bidding, wait for every answer, and look at everything."""
        for bidder in self.bidders:
            bidder.is_bidding = False
        async with asyncio.timeout(SETTLE_SECONDS):
            while any(bidder.open_bids for bidder in self.bidders):  # noqa: ASYNC110 - other processes answer
                await asyncio.sleep(0.1)
        lots = await check_record(self.stage.world, self.stage.tender.id)
        tags = {self.stage.tag(number): bidder.outbox for number, bidder in enumerate(self.bidders)}
        check_outboxes(tags, lots, is_over=True)
        await self._check_feeds()
        for lot in lots:
            if resumes and lot.floor.status is LotStatus.PAUSED:
                # The record was away for so long that the lots stand still, as the rules say.
                assert lot.floor.pause_reason == "outage"
                await self._resume(lot.floor.lot_id)
        for bidder in self.bidders:
            bidder.is_bidding = True

    async def _resume(self, lot_id: str) -> None:
        world = self.stage.world
        at_once = replace(world, settings=world.settings.model_copy(update={"resume_notice_seconds": 1}))
        await announce_resume(at_once, self.stage.house.purchaser, lot_id, None)
        await until_status(world, lot_id, "open", "overtime")

    async def _check_feeds(self) -> None:
        """At every process, and at the end of every line that is open, the same lots."""
        async with asyncio.timeout(SETTLE_SECONDS):
            for number, bidder in enumerate(self.bidders):
                for port in self.proxy.ports:
                    while True:
                        async with self.live(port).enter(self.stage.rep(number)) as seat:
                            fresh = {lot["lot_id"]: lot for lot in seat.welcome["lots"]}
                        if _lasting(bidder.lots) == _lasting(fresh):
                            break
                        await asyncio.sleep(0.2)


def _lasting(lots: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {lot_id: {key: one for key, one in lot.items() if key not in MOMENT} for lot_id, lot in lots.items()}


@asynccontextmanager
async def trial(folder: Path, seed: int, *, replicas: int = 2) -> AsyncIterator[Trial]:
    """An open round of two lots, its processes and its bidders at work."""
    server = await asyncio.to_thread(Server)
    try:
        url = await asyncio.to_thread(server.databases.migrated)
        lots = (a_lot(1), a_lot(2))
        stage = await set_stage(url, folder, bidders=BIDDERS, with_key_files=True, lots=lots)
        world = replace(stage.world, clock=SystemClock())
        stage = replace(stage, house=replace(stage.house, world=world))
        async with proxying([free_port() for _ in range(replicas)]) as proxy:
            made = Trial(server, stage, proxy, Random(seed))
            try:
                await asyncio.gather(*map(made.start, proxy.ports))
                await shift_opening(stage, world, opens_at=world.clock.now(), duration_s=24 * 3600)
                for lot in stage.lots:
                    await until_status(world, lot, "open", seconds=60)
                door = made.live(proxy.port)
                made.bidders = [Bidder(door, stage.rep(at), Random(seed + at)) for at in range(BIDDERS)]
                async with asyncio.TaskGroup() as tasks:
                    staying = [tasks.create_task(bidder.stay()) for bidder in made.bidders]
                    yield made
                    for task in staying:
                        task.cancel()
            finally:
                for stack in list(made.processes.values()):
                    await stack.aclose()
                await world.db.dispose()
    finally:
        await asyncio.to_thread(server.databases.close)
