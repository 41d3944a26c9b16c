"""The wall clock held against the monotonic one: has somebody set it (LIVE.md section 2 rule 9; attacks.md T01)?"""

from datetime import datetime, timedelta

from app.infra.world import World


class ClockWatch:
    """Remembers an instant at which the wall clock was believed, and what the monotonic one showed then."""

    def __init__(self, world: World) -> None:
        self._clock = world.clock
        self._limit = timedelta(milliseconds=world.settings.clock_jump_ms)
        self._anchor = (world.clock.now(), world.clock.monotonic())

    def jump(self) -> timedelta:
        """By how much the wall clock has left the monotonic one since it was last believed."""
        at, monotonic = self._anchor
        return self._clock.now() - at - timedelta(seconds=self._clock.monotonic() - monotonic)

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
        now = self._clock.now()
        should = now - self.jump()
        self._anchor = (at or now, self._clock.monotonic())
        return should
