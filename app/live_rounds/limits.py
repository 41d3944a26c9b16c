"""Limits of the live room: what is a setting comes from the settings, the rest stands here with its reason."""

from dataclasses import dataclass, field
from typing import Final

from app.infra.world import World

# A socket that does not say who it is costs a place.
HELLO_SECONDS: Final = 10
# Answered with `problem` up to here, then closed with 4429.
MOST_PROBLEMS: Final = 40
# Own answers and notices that wait for a slow reader; more and it is closed.
MOST_WAITING: Final = 256
# Sessions and standings are looked at anew this often: a disabled account is out within 5 s (attacks.md W23).
RECHECK_SECONDS: Final = 3.0
RECHECK_AT_ONCE: Final = 100
# A check older than this lets no bid through without another.
STALEST_CHECK_SECONDS: Final = 5.0
# A round nobody looks at is forgotten after this.
IDLE_ROUND_SECONDS: Final = 60.0
# Points of the chart in a `state` frame; the rest is in the cockpit.
TAIL: Final = 32
FRAME_UNIT: Final = 1024


@dataclass(slots=True)
class Bucket:
    """A token bucket: `burst` at once, `rate` a second."""

    rate: float
    burst: float
    left: float = field(init=False)
    at: float | None = None

    def __post_init__(self) -> None:
        self.left = self.burst

    def take(self, now: float) -> bool:
        """Whether one more is allowed at this monotonic instant."""
        if self.at is not None:
            self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True

    def is_full(self, now: float) -> bool:
        """Whether forgetting it changes nothing."""
        return self.at is None or self.left + (now - self.at) * self.rate >= self.burst


@dataclass(slots=True)
class Flood:
    """Bids turned away by the limit since `since`: one entry tells of all of them."""

    tag: str
    lot_id: str
    since: float
    count: int = 0


class BidLimit:
    """2 bids a second, burst 5, per bidder and lot (LIVE.md section 2 rule 7); floods are counted, not written."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self.floods: dict[tuple[str, str], Flood] = {}

    def admits(self, tag: str, lot_id: str) -> bool:
        """Whether this bidder may send one more bid on this lot now."""
        key, now = (tag, lot_id), self._world.clock.monotonic()
        bucket = self._buckets.get(key)
        if bucket is None:
            settings = self._world.settings
            bucket = self._buckets[key] = Bucket(settings.bids_per_second, settings.bids_burst)
        if bucket.take(now):
            return True
        self.floods.setdefault(key, Flood(tag, lot_id, now)).count += 1
        return False

    def take_floods(self) -> list[Flood]:
        """What was turned away since the last call; forgets full buckets too."""
        now = self._world.clock.monotonic()
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)}
        taken, self.floods = list(self.floods.values()), {}
        return taken
