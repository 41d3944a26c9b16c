"""How far an opening has come that is under way in this process: for the page alone, nothing is decided by it."""

from weakref import WeakKeyDictionary

from app.infra.db import Database
from app.infra.world import World

_RUNNING: WeakKeyDictionary[Database, dict[str, int]] = WeakKeyDictionary()


def note_opened(world: World, round_id: str) -> None:
    """One more package has been read."""
    running = _RUNNING.setdefault(world.db, {})
    running[round_id] = running.get(round_id, 0) + 1


def count_opened(world: World, round_id: str) -> int:
    """How many packages have been read of the opening under way."""
    return _RUNNING.get(world.db, {}).get(round_id, 0)


def forget_opened(world: World, round_id: str) -> None:
    """The opening is over, or begins anew."""
    _RUNNING.get(world.db, {}).pop(round_id, None)
