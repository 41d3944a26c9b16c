"""One course of a simulation: storms and calms over a live round, by one seed, and what is checked after each.

A storm: frames lost, doubled, overtaken; lines cut; readers that stand still; processes killed at any statement and
started again; the clock set; rings of the bell lost; commits that fail or that nobody hears of. A calm heals all of it,
and then everything must add up. After the last calm the round is led to its end.
"""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from app.domain.closing import LotStatus
from app.domain.formats import rules_to_json
from app.identity.access import Actor
from app.infra.world import World
from app.live_rounds import auto_bids, store
from tests.live_rounds.stage import Stage, staffed, stage_in
from tests.simulation.buying import Buyer
from tests.simulation.checkers import (
    check_jumps,
    check_line,
    check_outboxes,
    check_record,
    find_running,
    is_caught_up,
)
from tests.simulation.network import Line, Weather
from tests.simulation.people import Outbox, Page, Scene, Supplier
from tests.simulation.record import Record, Trouble
from tests.simulation.replica import Exchange, Ground, Host, Replica, SeededIds
from tests.simulation.rulebook import draw_rules
from tests.tenders.houses import amend_rules
from tests.worlds import make_world

MOST_BIDDERS = 5
STORMS, STORM_SECONDS = 2, 5.0
# Two jumps so near each other may cancel out unseen; more than this is one (settings: clock_jump_ms).
JUMP_SECONDS, JUMP = 1.0, timedelta(milliseconds=500)
# A poll of the record, a tick, and a reader's patience with the slowest line.
CALM_SECONDS = 4.5
SOON = timedelta(seconds=10)
MOST_CALMS, MOST_LOOKS = 4, 3
# An end that takes longer is none.
END_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Template:
    """A published tender whose bidders have joined, to be copied for every seed."""

    path: Path
    stage: Stage


async def make_template(database_url: str, folder: Path, lots: tuple[Any, ...]) -> Template:
    """Publish once; `database_url` names a migrated SQLite file, which is what the seeds copy.

    Its ids are the same in every run, for the order of lots and locks is theirs.
    """
    made = await make_world(database_url, folder)
    world = replace(made.world, ids=SeededIds(Random(0)))
    stage = await stage_in(await staffed(world, made.clock, MOST_BIDDERS), lots=lots)
    await world.db.dispose()
    return Template(Path(database_url.removeprefix("sqlite+aiosqlite:///")), stage)


def _settings(world: World, chance: Random) -> World:
    changed = {
        "tick_ms": chance.choice([250, 500, 1000]),
        "timekeeper_ms": chance.choice([250, 500]),
        "resume_notice_seconds": 2,
        "outage_ms": 3000,
        "slow_reader_seconds": 4,
        "bids_per_second": chance.choice([2, 100]),
        # The windows of a bidder, those that look on for the checks, and lines not yet known to be dead.
        "sockets_per_account": 8,
    }
    return replace(world, settings=world.settings.model_copy(update=changed))


@dataclass
class Course:
    """All that lives during one course."""

    template: Template
    seed: int
    folder: Path
    chance: Random = field(init=False)
    pages: list[Page] = field(default_factory=list)
    outboxes: dict[str, Outbox] = field(default_factory=dict)
    replicas: list[Replica] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    # Of lots that ran when the clock was set: the number of the last entry before.
    jumps: list[tuple[str, int]] = field(default_factory=list)
    set_at: float = -JUMP_SECONDS

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self._tasks: list[asyncio.Task[Any]] = []
        self._names = 0

    # ── what there is ────────────────────────────────────────────────────────

    def _rise(self) -> None:
        """Ground, people and processes by the seed."""
        stage, chance = self.template.stage, self.chance
        path = self.folder / f"seed-{self.seed}.db"
        shutil.copyfile(self.template.path, path)
        self.record = Record(path)
        self.host = Host(stage.clock.at)
        self.trouble = Trouble(Random(chance.getrandbits(64)))
        self.exchange = Exchange(Random(chance.getrandbits(64)))
        pattern = _settings(stage.world, chance)
        self.ground = Ground(self.record, self.host, self.exchange, pattern, chance, self.trouble)
        self.observer = self.ground.observer()
        self.weather = Weather()
        self.scene = Scene(stage.round_id, self.weather, self._choose, self.observer)
        self.most_replicas = chance.choice([1, 2, 2, 3])

    def _choose(self) -> Replica | None:
        living = [one for one in self.replicas if one.is_alive]
        return self.chance.choice(living) if living else None

    def _start_replica(self) -> None:
        self._names += 1
        made = Replica(self.ground, self._names + self.seed)
        self.replicas.append(made)
        made.start()

    def _sit(self, page: Page, live: Callable[[], Coroutine[Any, Any, None]] | None) -> None:
        self.pages.append(page)
        loop = asyncio.get_running_loop()
        self._tasks.append(loop.create_task(page.stay()))
        if live is not None:
            self._tasks.append(loop.create_task(live()))

    def _seat_people(self) -> None:
        stage, chance = self.template.stage, self.chance
        key = self.observer.keys.public_key
        for number in range(chance.randint(2, MOST_BIDDERS)):
            outbox = self.outboxes[stage.tag(number)] = Outbox(key)
            for _ in range(2 if chance.random() < 0.2 else 1):
                window = Supplier(self.scene, stage.rep(number), self._fork(), outbox)
                self._sit(window, window.live)
        house = stage.house
        self.buyer = Buyer(self.scene, house.purchaser, self._fork(), approver=house.approver, lots=stage.lots)
        self._sit(self.buyer, self.buyer.live)

    def _fork(self) -> Random:
        return Random(self.chance.getrandbits(64))

    # ── what happens ─────────────────────────────────────────────────────────

    async def run(self) -> list[str]:
        """From before the opening to after the close; the last hashes of the lots' chains, the same for one seed."""
        self._rise()
        try:
            await self._open()
            for _ in range(STORMS):
                await self._storm()
                await self._calm()
            return await self._end()
        finally:
            for replica in self.replicas:
                replica.kill()
            for task in self._tasks:
                task.cancel()
            await asyncio.sleep(0)
            self.record.close()

    async def _open(self) -> None:
        stage = self.template.stage
        opens_at = self.host.now() + timedelta(seconds=2)
        rules = draw_rules(self.chance, opens_at)
        self.has_limits = rules.auto_bid
        self.said.append(str(rules_to_json(rules)))
        await amend_rules(self.observer, stage.tender.id, "live", **rules_to_json(rules))
        for _ in range(self.most_replicas):
            self._start_replica()
        self._seat_people()
        await asyncio.sleep(2 + self.chance.random() * 2)

    def _set_bidding(self, *, is_on: bool) -> None:
        for page in self.pages:
            if isinstance(page, Supplier):
                page.is_bidding = is_on
        self.buyer.is_acting = is_on

    async def _storm(self) -> None:
        """Some of all troubles: each seed and storm has its own mixture."""
        chance, weather, trouble = self.chance, self.weather, self.trouble

        def some(most: float) -> float:
            return chance.random() * most if chance.random() < 0.5 else 0.0

        weather.dropped, weather.doubled, weather.slowest = some(0.15), some(0.15), 0.02 + some(0.5)
        weather.is_reordering = chance.random() < 0.4
        trouble.locked, trouble.failed, trouble.unheard = some(0.1), some(0.1), some(0.1)
        self.exchange.lost = some(1.0)
        self._set_bidding(is_on=True)
        blows = [
            blow
            for blow in (self._kill, self._burn, self._cut, self._stall, self._darken, self._set_clock)
            if some(1.0)
        ]
        until = asyncio.get_running_loop().time() + STORM_SECONDS
        while asyncio.get_running_loop().time() < until:
            await asyncio.sleep(chance.random())
            if blows:
                chance.choice(blows)()
            if len([one for one in self.replicas if one.is_alive]) < self.most_replicas and chance.random() < 0.4:
                self._start_replica()

    def _kill(self) -> None:
        if (replica := self._choose()) is not None:
            replica.kill()

    def _burn(self) -> None:
        if (replica := self._choose()) is not None and replica.fuse is None:
            replica.fuse = self.chance.randint(1, 60)

    def _cut(self) -> None:
        if (line := self.chance.choice(self.pages).line) is not None:
            line.cut()

    def _stall(self) -> None:
        if (line := self.chance.choice(self.pages).line) is not None:
            line.reads.clear()
            asyncio.get_running_loop().call_later(self.chance.random() * 8, line.reads.set)

    def _darken(self) -> None:
        """The record is out of reach for a while."""
        if self.chance.random() < 0.3:
            self.trouble.down_until = asyncio.get_running_loop().time() + self.chance.random() * 6

    def _set_clock(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self.set_at < JUMP_SECONDS or self.chance.random() < 0.7:
            return
        self.set_at = now
        by = timedelta(seconds=self.chance.choice([-7200, -20, -1, -0.3, 0.3, 1, 20, 7200]))
        if abs(by) > JUMP:
            self.jumps += find_running(self.record, self.host.now())
        self.host.moved += by

    async def _calm(self) -> None:
        """Everything heals; then everything must add up."""
        self._set_bidding(is_on=False)
        self.weather.calm()
        trouble = self.trouble
        trouble.locked = trouble.failed = trouble.unheard = trouble.down_until = self.exchange.lost = 0.0
        for replica in self.replicas:
            replica.fuse = None
        for page in self.pages:
            if page.line is not None:
                page.line.reads.set()
        while len([one for one in self.replicas if one.is_alive]) < self.most_replicas:
            self._start_replica()
        # A feed is never ahead of a race of limits.
        await self._limit_all(None)
        await asyncio.sleep(CALM_SECONDS)
        for _ in range(MOST_CALMS):
            if all(page.is_there for page in self.pages):
                break
            # A process that has just begun looks round first; a page comes back by chance.
            await asyncio.sleep(CALM_SECONDS)
        await self._check(is_over=False)

    async def _check(self, *, is_over: bool) -> list[str]:
        if is_over:
            for page in self.pages:
                if isinstance(page, Supplier):
                    for bid_id in page.outbox.bids:
                        page.ask(bid_id)
            await asyncio.sleep(1)
        for replica in self.replicas:
            for bug in replica.bugs:
                raise bug
        lots = await check_record(self.observer, self.template.stage.tender.id)
        check_jumps(self.jumps, lots)
        check_outboxes(self.outboxes, lots, is_over=is_over)
        for page in self.pages:
            assert page.is_there, "after a calm everybody is back"
            assert page.line is not None
            check_line(page.line, is_padded=isinstance(page, Supplier))
            assert await self._has_caught_up(page), "a feed that has caught up shows what a fresh snapshot shows"
        return [lot.entries[-1].hash for lot in lots]

    async def _has_caught_up(self, page: Page) -> bool:
        """Looked at more than once, a tick apart: between the one and the other a lot may have turned, and one process
        may tell so with this tick, another with the next."""
        for _ in range(MOST_LOOKS):
            if is_caught_up(page, await self._fresh(page.actor)):
                return True
            await asyncio.sleep(self.observer.settings.tick_ms / 1000)
        return False

    async def _fresh(self, actor: Actor) -> dict[str, dict[str, Any]]:
        """What a new window of a person is welcomed with, by any process."""
        window = Page(self.scene, actor, self._fork())
        staying = asyncio.get_running_loop().create_task(window.stay())
        async with asyncio.timeout(10):
            while window.welcome is None:  # noqa: ASYNC110 - virtual time
                await asyncio.sleep(0.05)
        staying.cancel()
        if window.line is not None:
            window.line.cut()
            # Until the process has heard of it: of too many windows of a person the oldest makes room.
            await asyncio.sleep(0.3)
        return window.lots

    async def _limit_all(self, limit: str | None) -> None:
        """Every bidder sets a limit on every lot, or takes the one it has back; whatever refuses that."""
        if not self.has_limits:
            return
        for number, lot_id in product(range(len(self.outboxes)), self.template.stage.lots):
            actor, world = self.template.stage.rep(number), self.observer
            if limit is None:
                await auto_bids.withdraw_limit(world, actor, lot_id)
            else:
                await auto_bids.set_limit(world, actor, lot_id, limit)

    async def _end(self) -> list[str]:
        """Lead every lot to its close; where the rules allow it the service bids on."""
        await self._limit_all("100.00")
        until = asyncio.get_running_loop().time() + END_SECONDS
        world = self.observer
        while asyncio.get_running_loop().time() < until:
            async with world.db.snapshot() as tx:
                floors = await store.list_floors(tx, self.scene.round_id)
            if all(one.status is LotStatus.CLOSED for one in floors):
                await asyncio.sleep(CALM_SECONDS)
                return await self._check(is_over=True)
            for one in floors:
                resume_at = one.timetable.resume_at
                if one.status is LotStatus.PAUSED and (resume_at is None or resume_at > world.clock.now() + SOON):
                    # Nobody announced it, or somebody set the clock back since.
                    await self.buyer.resume(one.lot_id)
            await asyncio.sleep(1)
        raise AssertionError("the lots did not close")
