"""The wall clock held against the monotonic one: has somebody set it (LIVE.md section 2 rule 9; attacks.md T01)?"""

from datetime import datetime, timedelta

from app.infra.world import World

# The two clocks are read one after the other; a process put to sleep between them would see a jump that was none.
NEAR_SECONDS = 0.02
MOST_READINGS = 8


class ClockWatch:
    """Remembers an instant at which the wall clock was believed, and what the monotonic one showed then."""

    def __init__(self, world: World) -> None:
        self._clock = world.clock
        self._limit = timedelta(milliseconds=world.settings.clock_jump_ms)
        self._anchor = self._read()

    def _read(self) -> tuple[datetime, float]:
        """Both clocks at nearly the same instant."""
        before = self._clock.monotonic()
        now, after = self._clock.now(), self._clock.monotonic()
        for _ in range(MOST_READINGS):
            if after - before <= NEAR_SECONDS:
                break
            before = after
            now, after = self._clock.now(), self._clock.monotonic()
        return now, after

    def jump(self) -> timedelta:
        """By how much the wall clock has left the monotonic one since it was last believed."""
        (at, then), (now, monotonic) = self._anchor, self._read()
        return now - at - timedelta(seconds=monotonic - then)

    def jump_ms(self) -> int:
        """The jump in whole milliseconds, for the journal."""
        return self.jump() // timedelta(milliseconds=1)

    def has_jumped(self) -> bool:
        """Whether the wall clock may not be believed."""
        return abs(self.jump()) > self._limit

    def is_behind(self) -> bool:
        """Whether the wall clock was set back."""
        return self.jump() < -self._limit

    def trust(self, at: datetime | None = None) -> datetime:
        """Believe the wall clock as it stands, or that it should show this; gives what it should have shown before."""
        (before, then), (now, monotonic) = self._anchor, self._read()
        self._anchor = (at or now, monotonic)
        return before + timedelta(seconds=monotonic - then)
