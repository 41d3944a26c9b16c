"""The committer: one a database and process. Bids wait only while the previous commit runs. PERFORMANCE.md section 4.

No timer and no fixed size: whatever was read while one batch was being stored is the next batch, over all lots. Nothing
is said before the commit; a commit that fails leaves its bids unknown, never receipted, and drops what was cached.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy.exc import DBAPIError, IntegrityError

from app.infra.world import World
from app.live_rounds.answers import Answer, PlaceBid
from app.live_rounds.batch import BatchDone, Known, LotAfter, commit_batch
from app.live_rounds.batch_store import Way
from app.live_rounds.one_statement import OneStatement
from app.live_rounds.sqlite_hand import SqliteHand

log = logging.getLogger("bidroom")
# Keeps a batch's transaction short enough for the acts of people to come in between.
LARGEST_BATCH = 512
# A lot locked by somebody else, or an id that another process took at the same moment: the batch is decided again.
MOST_TRIES = 8
# PostgreSQL's lock_not_available, deadlock_detected, serialization_failure.
PASSING_STATES = frozenset({"55P03", "40P01", "40001"})

# Told the answer; None means that the commit failed and nobody knows.
Told = Callable[[Answer | None], None]


@dataclass(slots=True)
class _Waiting:
    command: PlaceBid
    told: list[Told] = field(default_factory=list)


# A bid with its answer.
_Decided = tuple[_Waiting, Answer | None]


class Committer:
    """Takes bids from any socket and answers each after its commit."""

    def __init__(
        self,
        world: World,
        *,
        known: Callable[[Sequence[str]], Mapping[str, Known]],
        keep: Callable[[Sequence[LotAfter]], None],
        drop: Callable[[Sequence[str]], None],
    ) -> None:
        self._world = world
        self._known = known
        self._keep = keep
        self._drop = drop
        self._queue: list[_Waiting] = []
        # Lots to be looked at as of an instant: what time brings there.
        self._turns: dict[str, datetime] = {}
        # Lots whose limits ask for nothing, by the version at which that was found.
        self.quiet: dict[str, int] = {}
        # Waiting or being committed, by bidder and id: a second tap joins the first.
        self._open: dict[tuple[str, str], _Waiting] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._swift = OneStatement(world.db) if world.db.url.startswith("postgresql") else None
        engine = world.db.sync_engine
        self._hand = None if engine is None else SqliteHand(engine)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="committer")
        self.batches = 0
        self.bids = 0

    def submit(self, command: PlaceBid, told: Told) -> None:
        """Queue a bid; `told` is called once, on the event loop, after the commit. The same bid twice is one."""
        key = (command.tag, command.bid_id)
        first = self._open.get(key)
        if first is not None and first.command.body_hash == command.body_hash:
            first.told.append(told)
            return
        waiting = _Waiting(command, [told])
        self._open.setdefault(key, waiting)
        self._queue.append(waiting)
        self._idle.clear()
        self._wake.set()

    def turn(self, lot_id: str, at: datetime) -> None:
        """Say that time has come to an instant on a lot; what it brings is decided with the next batch, under the lock
        and after the bids that wait."""
        self._turns[lot_id] = max(at, self._turns.get(lot_id, at))
        self._idle.clear()
        self._wake.set()

    async def settled(self, tag: str, bid_id: str) -> None:
        """Wait until a bid that is on its way has been answered; at once when there is none."""
        waiting = self._open.get((tag, bid_id))
        if waiting is not None:
            done = asyncio.Event()
            waiting.told.append(lambda _answer: done.set())
            await done.wait()

    async def flushed(self) -> None:
        """Wait until every bid that waits now has been answered: a lot closes behind them, never in front."""
        await self._idle.wait()

    async def run(self) -> None:
        """Commit for ever."""
        storing: asyncio.Task[Sequence[_Decided]] | None = None
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                decided: Sequence[_Decided] = ()
                while self._queue or self._turns:
                    # One turn of the loop, so that every frame already read joins this batch.
                    await asyncio.sleep(0)
                    batch, self._queue = self._queue[:LARGEST_BATCH], self._queue[LARGEST_BATCH:]
                    turns, self._turns = self._turns, {}
                    storing = asyncio.create_task(self._commit(batch, turns))
                    # Another turn: the storing has begun, and those of the batch before hear their answers beside it.
                    await asyncio.sleep(0)
                    self._tell(decided)
                    decided = await storing
                self._tell(decided)
                self._idle.set()
        finally:
            if storing is not None:
                storing.cancel()
            if self._hand is not None:
                # Behind a commit that is still on its way.
                self._thread.submit(self._hand.close)

    async def _commit(self, batch: list[_Waiting], turns: Mapping[str, datetime]) -> Sequence[_Decided]:
        answers: Sequence[Answer | None] = [None] * len(batch)
        commands = [waiting.command for waiting in batch]
        lots = sorted({command.lot_id for command in commands} | set(turns))
        try:
            done = await self._try(commands, lots, turns)
            self._keep(done.lots)
            self.quiet.update(done.quiet)
            answers = done.answers
        except Exception as error:
            # The kind alone: a message may carry an amount. The bids stay unknown; their senders ask for the status.
            log.error("a batch of %d bids failed: %s", len(batch), type(error).__name__)  # noqa: TRY400 - see above
            self._drop(lots)
        self.batches += 1
        self.bids += len(batch)
        return list(zip(batch, answers, strict=True))

    def _tell(self, decided: Sequence[_Decided]) -> None:
        for waiting, answer in decided:
            key = (waiting.command.tag, waiting.command.bid_id)
            if self._open.get(key) is waiting:
                del self._open[key]
            for told in waiting.told:
                _tell(told, answer)

    async def _try(self, commands: Sequence[PlaceBid], lots: Sequence[str], turns: Mapping[str, datetime]) -> BatchDone:
        for left in reversed(range(MOST_TRIES)):
            try:
                return await self._store(commands, self._known(lots), turns)
            except (DBAPIError, sqlite3.Error) as error:
                if not left or not _is_passing(error):
                    raise
                self._drop(lots)
        raise AssertionError("the last try returns or raises")

    async def _store(
        self, commands: Sequence[PlaceBid], known: Mapping[str, Known], turns: Mapping[str, datetime]
    ) -> BatchDone:
        hand = self._hand
        if hand is not None:
            act = partial(self._play, commands=commands, known=known, turns=turns)
            # In turn with the acts of people: nobody polls for SQLite's lock.
            async with self._world.db.turn():
                # A cancelled wait would leave the thread committing behind our back.
                return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, hand.run, act))
        return await self._store_swiftly(commands, known, turns) or await self._store_usually(commands, known, turns)

    async def _store_swiftly(
        self, commands: Sequence[PlaceBid], known: Mapping[str, Known], turns: Mapping[str, datetime]
    ) -> BatchDone | None:
        """On PostgreSQL: in one statement, where all that is needed is at hand."""
        if self._swift is None or turns:
            return None
        lots = {command.lot_id for command in commands}
        places = {command.claim.place for command in commands if command.claim is not None}
        play = partial(self._play, commands=commands, known=known, turns=turns)
        return await self._swift.commit(lots, places, play, is_aside=self._world.keys.outside is not None)

    async def _store_usually(
        self, commands: Sequence[PlaceBid], known: Mapping[str, Known], turns: Mapping[str, datetime]
    ) -> BatchDone:
        if self._swift is not None:
            self._swift.forget({command.lot_id for command in commands} | set(turns))
        async with self._world.db.transaction() as tx:
            return await tx.run_sync(self._play, commands, known, turns)

    def _play(
        self,
        connection: Way,
        commands: Sequence[PlaceBid],
        known: Mapping[str, Known],
        turns: Mapping[str, datetime],
    ) -> BatchDone:
        return commit_batch(connection, self._world, commands, known, turns)


def _tell(told: Told, answer: Answer | None) -> None:
    try:
        told(answer)
    except Exception as error:
        # The bid is stored; one who cannot be told asks for its status. The others must hear theirs.
        log.error("an answer could not be put down: %s", type(error).__name__)  # noqa: TRY400 - see above


def _is_passing(error: DBAPIError | sqlite3.Error) -> bool:
    """Whether another try may go through: somebody else held the lock, or took the id, a moment ago."""
    if isinstance(error, IntegrityError | sqlite3.IntegrityError):
        return True
    told = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(told, "sqlstate", None) or getattr(told, "pgcode", None)
    return state in PASSING_STATES or "database is locked" in str(told)
