"""A process of the simulation: a World and its room over the shared record, killed at any statement and born again."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError
from typing_extensions import override

from app.domain.entries import SALT_BYTES
from app.infra.bell import Bell
from app.infra.errors import Problem
from app.infra.world import Ids, World
from app.live_rounds.connection import Connection
from app.live_rounds.timekeeper import keep_room
from tests.simulation.record import Record, SimDatabase, Trouble

T = TypeVar("T")
# What a caller may be told when the record or the clock is in trouble.
TROUBLES = (OperationalError, Problem)
# After a task of a living process failed, as in main.py.
RESTART_SECONDS = 1.0


class SeededIds(Ids):
    """Randomness by the seed. What is shuffled is put in an order first: sets have another one in every run."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    @override
    def new(self) -> str:
        return self._chance.randbytes(16).hex()

    @override
    def token(self) -> str:
        return self._chance.randbytes(32).hex()

    @override
    def salt(self) -> bytes:
        return self._chance.randbytes(SALT_BYTES)

    @override
    def salts(self, count: int) -> list[bytes]:
        return [self.salt() for _ in range(count)]

    @override
    def shuffled(self, items: Sequence[T]) -> list[T]:
        return self._chance.sample(sorted(items, key=_place), len(items))


def _place(item: object) -> str:
    if isinstance(item, Connection):
        return item.admission.actor.session_hash
    return str(getattr(item, "round_id", item))


@dataclass(slots=True)
class Host:
    """The machine all replicas run on: its wall clock, which somebody may set."""

    began: datetime
    moved: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The wall clock, whole milliseconds."""
        passed = timedelta(milliseconds=int(asyncio.get_running_loop().time() * 1000))
        return self.began + passed + self.moved


class SimClock:
    """The loop's own time, and the wall clock of the host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def now(self) -> datetime:
        """The host's wall clock."""
        return self._host.now()

    def monotonic(self) -> float:
        """The loop's time."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait in virtual time."""
        await asyncio.sleep(seconds)


class SimBell(Bell):
    """Rings here at once and elsewhere a little later, if at all: between processes a ring may be lost."""

    def __init__(self, exchange: "Exchange") -> None:
        super().__init__()
        self._exchange = exchange

    @override
    def ring(self, topic: str) -> None:
        self.hear(topic)
        self._exchange.carry(self, topic)

    def hear(self, topic: str) -> None:
        """A ring from anywhere."""
        self._ring_here(topic)


@dataclass(slots=True)
class Exchange:
    """What carries rings between the replicas."""

    chance: Random
    lost: float = 0.0
    bells: list[SimBell] = field(default_factory=list)

    def carry(self, origin: SimBell, topic: str) -> None:
        """To everybody else, each by its own way."""
        loop = asyncio.get_running_loop()
        for bell in self.bells:
            if bell is not origin and self.chance.random() >= self.lost:
                loop.call_later(self.chance.random() * 0.05, bell.hear, topic)


@dataclass(slots=True)
class Ground:
    """What outlives a process: the record, the host, the keys and settings of the deployment."""

    record: Record
    host: Host
    exchange: Exchange
    # Keys, settings, files and mail; its clock, ids, bell and database are not used.
    pattern: World
    chance: Random
    trouble: Trouble

    def observer(self) -> World:
        """A world without trouble, for checks and for what is not simulated (signing in)."""
        return self.world(SimDatabase(self.record), Bell())

    def world(self, db: SimDatabase, bell: Bell) -> World:
        """A world over this ground."""
        ids = SeededIds(Random(self.chance.getrandbits(64)))
        return replace(self.pattern, clock=SimClock(self.host), ids=ids, db=db, bell=bell)


class Replica:
    """One process: alive from `start` until a fuse burns down or somebody kills it."""

    def __init__(self, ground: Ground, name: int) -> None:
        self.ground = ground
        self.name = name
        self.is_alive = True
        # Statements until it dies; none: it lives on.
        self.fuse: int | None = None
        self.db = SimDatabase(ground.record, trouble=ground.trouble, beat=self._beat)
        self.bell = SimBell(ground.exchange)
        self.world = ground.world(self.db, self.bell)
        # In order: a set of tasks has another one in every run.
        self.tasks: dict[asyncio.Task[Any], None] = {}
        # What no trouble of the record explains.
        self.bugs: list[BaseException] = []

    def start(self) -> None:
        """Begin to live."""
        self.ground.exchange.bells.append(self.bell)
        self.run(self._keep())

    async def _keep(self) -> None:
        while True:
            # As main.py does: it is started again.
            with suppress(OperationalError):
                await keep_room(self.world)
            await asyncio.sleep(RESTART_SECONDS)

    def run(self, act: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Do something in this process: it ends with it."""
        task = asyncio.get_running_loop().create_task(act)
        self.tasks[task] = None
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        del self.tasks[task]
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, TROUBLES):
            self.bugs.append(error)

    def kill(self) -> None:
        """SIGKILL: nothing it still does reaches the record, the bell or a socket."""
        if self.is_alive:
            self.is_alive = False
            self.ground.exchange.bells.remove(self.bell)
            for task in list(self.tasks):
                task.cancel()

    def _beat(self) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse <= 0:
                self.kill()
        if not self.is_alive:
            raise asyncio.CancelledError
