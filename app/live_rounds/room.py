"""The live room of one process: floors, hubs, the committer and the ticking, one room a database."""

import asyncio
import logging
from collections.abc import Sequence
from weakref import WeakKeyDictionary, WeakValueDictionary

from app.domain.entries import to_milliseconds
from app.infra.clock_watch import ClockWatch
from app.infra.db import Database
from app.infra.world import World
from app.live_rounds import round_store
from app.live_rounds.batch import LotAfter
from app.live_rounds.committer import Committer
from app.live_rounds.connection import Connection
from app.live_rounds.figures import load_figures
from app.live_rounds.floors import Floors
from app.live_rounds.hub import RoundHub, TickFrames
from app.live_rounds.limits import IDLE_ROUND_SECONDS, BidLimit
from app.live_rounds.pens import Pens
from app.tenders import store as tenders_store

log = logging.getLogger("bidroom")
# One room a database: two committers in one process would only wait for each other.
_ROOMS: WeakKeyDictionary[Database, "Room"] = WeakKeyDictionary()
# A lost ring of the bell costs this much and no bid.
POLL_SECONDS = 2.0
# Sockets of a tick that are written to before bids and answers have their turn: about half a millisecond.
WRITTEN_AT_ONCE = 50


def room_of(world: World) -> "Room":
    """The room of this process for a World's database."""
    room = _ROOMS.get(world.db)
    if room is None:
        room = _ROOMS[world.db] = Room(world)
    return room


def topic_of(round_id: str) -> str:
    """What the bell is rung for when something in a round moved."""
    return f"round:{round_id}"


class Room:
    """What the sockets, the routes and the timekeeper of one process share."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.process = world.ids.new()
        self.floors = Floors(world)
        self.limit = BidLimit(world)
        self.pens = Pens(world, self.process)
        # One practice a person in this process: the newest.
        self.practices: WeakValueDictionary[str, Connection] = WeakValueDictionary()
        self.hubs: dict[str, RoundHub] = {}
        self.committer = Committer(world, known=self.floors.known, keep=self._keep, drop=self._drop)
        self._making = asyncio.Lock()
        self._moved: set[str] = set()
        self._wake = asyncio.Event()
        self._unsubscribe: dict[str, object] = {}
        self.watch = ClockWatch(world)
        # For the timekeeper: when it last looked at the clock, how long it may sleep, whether this process has begun.
        self.looked_at = world.clock.monotonic()
        self.until_next = 0.0
        self.has_come_back = False
        self.is_coming_back = False
        self.is_running = False

    @property
    def is_sound(self) -> bool:
        """Whether bids and acts of people may be decided here: not while lots are about to be paused, because the clock
        has jumped or nobody was here for a while."""
        return not (self.watch.has_jumped() or self.is_coming_back)

    # ── hubs ─────────────────────────────────────────────────────────────────

    async def hub(self, round_id: str) -> RoundHub:
        """The hub of a round, made on first use."""
        async with self._making:
            made = self.hubs.get(round_id)
            if made is None:
                made = await self._make_hub(round_id)
                self.hubs[round_id] = made
                self._unsubscribe[round_id] = self.world.bell.subscribe(
                    topic_of(round_id), lambda: self._move(round_id)
                )
            return made

    async def last_tick(self, round_id: str) -> tuple[RoundHub, TickFrames]:
        """The hub of a round, and the round as it stood at the last tick: what every read gives (attacks.md W09)."""
        hub = await self.hub(round_id)
        number = to_milliseconds(self.world.clock.now()) // self.world.settings.tick_ms
        if not self.is_running and hub.number != number:
            # Nobody ticks here (a test, a command): the tick is made when it is first asked for.
            await self.refresh(round_id)
            hub.tick()
        return hub, await hub.last()

    async def _make_hub(self, round_id: str) -> RoundHub:
        async with self.world.db.snapshot() as tx:
            tender_id = (await tenders_store.load_round(tx, round_id)).tender_id
            tender = await tenders_store.load_tender(tx, tender_id)
            figures = {
                lot.id: await load_figures(tx, lot, tender.currency)
                for lot in await tenders_store.list_lots(tx, tender_id)
            }
            hub = RoundHub(self.world, round_id, figures)
            hub.caches = await self.floors.read(tx, round_id)
            hub.broadcasts = await round_store.list_broadcasts(tx, round_id)
        return hub

    def join(self, hub: RoundHub, connection: Connection) -> None:
        """Take a socket in; of more than the allowed ones of an account the oldest makes room (4409)."""
        same = connection.admission.actor.account_id
        mine = [one for one in hub.connections if one.admission.actor.account_id == same and not one.is_ending]
        most = self.world.settings.sockets_per_account
        for one in sorted(mine, key=lambda one: one.joined_at)[: max(len(mine) - most + 1, 0)]:
            one.end(4409)
        hub.connections.add(connection)

    # ── keeping up ───────────────────────────────────────────────────────────

    def _keep(self, lots: Sequence[LotAfter]) -> None:
        self.floors.keep(lots)
        if not self.world.db.is_sqlite:
            for round_id in {after.floor.round_id for after in lots}:
                self.world.bell.ring(topic_of(round_id))

    def _drop(self, lot_ids: Sequence[str]) -> None:
        self.floors.drop(lot_ids)
        for round_id in self.hubs:
            self._move(round_id)

    def _move(self, round_id: str) -> None:
        self._moved.add(round_id)
        self._wake.set()

    async def keep_fresh(self) -> None:
        """Read again what another process or an act of a person has moved; now and then everything, for lost rings."""
        while True:
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                self._moved |= set(self.hubs)
            self._wake.clear()
            moved, self._moved = self._moved, set()
            for round_id in moved & set(self.hubs):
                await self._refresh_or_later(round_id)

    async def _refresh_or_later(self, round_id: str) -> None:
        try:
            await self.refresh(round_id)
        except Exception as error:
            # One read that failed must not end the room; the kind alone is told, a message may carry an amount.
            log.error("a round could not be read again: %s", type(error).__name__)  # noqa: TRY400 - see above
            self._moved.add(round_id)

    async def refresh(self, round_id: str) -> None:
        """Bring one hub up to the record; the next tick shows it. A hub forgotten meanwhile needs nothing."""
        hub = self.hubs.get(round_id)
        if hub is None:
            return
        async with self.world.db.snapshot() as tx:
            hub.caches = await self.floors.read(tx, round_id)
            told = hub.broadcasts
            new = await round_store.list_broadcasts(tx, round_id, told[-1].seq if told else 0)
        if new:
            hub.broadcasts = [*told, *new]

    async def keep_ticking(self) -> None:
        """Tick for ever, at whole multiples of the tick since 1970."""
        length = self.world.settings.tick_ms
        while True:
            past = to_milliseconds(self.world.clock.now()) % length
            await self.world.clock.sleep((length - past) / 1000)
            await self.tick()

    async def tick(self) -> None:
        """One tick of every hub: suppliers first, then, when their writers have run, the buyer's side."""
        for hub in self.world.ids.shuffled(list(self.hubs.values())):
            if not hub.connections and self.world.clock.monotonic() - hub.used_at > IDLE_ROUND_SECONDS:
                self._forget(hub)
                continue
            try:
                await self._tick(hub)
            except Exception as error:
                # One round that cannot be shown must not silence the others; its next tick tries again.
                log.error("a round could not tick: %s", type(error).__name__)  # noqa: TRY400 - see above

    async def _tick(self, hub: RoundHub) -> None:
        connections, notices, made = hub.tick()
        are_suppliers = True
        for number, one in enumerate(connections, start=1):
            if are_suppliers and one.admission.audience != "supplier":
                are_suppliers = False
                # One turn of the loop: the writers of the suppliers run, then these.
                await asyncio.sleep(0)
            elif not number % WRITTEN_AT_ONCE:
                await asyncio.sleep(0)
            for notice in notices:
                one.answer(notice)
            made.give(one)
            one.look_after()

    def _forget(self, hub: RoundHub) -> None:
        self.hubs.pop(hub.round_id, None)
        unsubscribe = self._unsubscribe.pop(hub.round_id, None)
        if callable(unsubscribe):
            unsubscribe()
        self.floors.drop([cache.floor.lot_id for cache in hub.caches])

    async def run(self) -> None:
        """Everything this room does by itself, until cancelled; sockets then close with 1012."""
        self.is_running = True
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.committer.run())
                tasks.create_task(self.keep_fresh())
                tasks.create_task(self.keep_ticking())
                tasks.create_task(self.pens.run())
        finally:
            self.is_running = False
            for hub in self.hubs.values():
                for one in hub.connections:
                    one.end(1012)
