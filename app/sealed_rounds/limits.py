"""How often a bidder may act in a sealed round. What is turned away is counted, not written one by one: one entry tells
of a flood (JOURNAL.md section 1)."""

from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakKeyDictionary

from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code
from app.infra.db import Database
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.sealed_rounds.bidders import Bidder

_LIMITS: WeakKeyDictionary[Database, "Limits"] = WeakKeyDictionary()


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True)
class _Flood:
    bidder: Bidder
    lot_id: str
    since: float
    count: int = 0


class Limits:
    """The token buckets of this process, one a bidder."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._buckets: dict[str, _Bucket] = {}
        self._floods: dict[tuple[str, str], _Flood] = {}

    def admits(self, bidder: Bidder, lot_id: str) -> bool:
        """Whether this bidder may do one more thing now."""
        now, settings = self._world.clock.monotonic(), self._world.settings
        bucket = self._buckets.setdefault(bidder.tag, _Bucket(settings.packages_burst, now))
        bucket.left = min(settings.packages_burst, bucket.left + (now - bucket.at) * settings.packages_per_second)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            return True
        self._floods.setdefault((bidder.tag, lot_id), _Flood(bidder, lot_id, now)).count += 1
        return False

    async def note_floods(self) -> int:
        """Write what was turned away since the last call, one entry a bidder and lot; how many entries."""
        now, settings = self._world.clock.monotonic(), self._world.settings
        whole = settings.packages_burst / settings.packages_per_second
        self._buckets = {tag: bucket for tag, bucket in self._buckets.items() if now - bucket.at < whole}
        taken, self._floods = list(self._floods.values()), {}
        for flood in taken:
            await self._note(flood)
        return len(taken)

    async def _note(self, flood: _Flood) -> None:
        until = self._world.clock.now()
        since = until - timedelta(seconds=max(self._world.clock.monotonic() - flood.since, 0))
        data = {
            "code": Code.SLOW_DOWN.value,
            "package": None,
            "count": flood.count,
            "since": instant_text(since),
            "received_at": instant_text(until),
        }
        new = NewEntry(
            f"lot:{flood.lot_id}",
            Kind.PACKAGE_REFUSED,
            data,
            tender=flood.bidder.tender_id,
            round=flood.bidder.round_id,
            lot=flood.lot_id,
            tag=flood.bidder.tag,
            actor_role="supplier",
        )
        async with self._world.db.transaction() as tx:
            await append(self._world, tx, new)


def limits_of(world: World) -> Limits:
    """The limits of this process for a World's database."""
    held = _LIMITS.get(world.db)
    if held is None:
        held = _LIMITS[world.db] = Limits(world)
    return held
