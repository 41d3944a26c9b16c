"""Acts that sign, run beside the event loop where the signer is a process of its own (JOURNAL.md section 2).

A signature takes a fraction of a millisecond, so with the key inside it is made where it is needed. A signer outside
may hang: nobody else's frames and pages wait for that.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from app.infra.world import World

T = TypeVar("T")


async def off_loop(world: World, act: Callable[[], T]) -> T:
    """What the act gives; in a thread where it asks a signer outside. Raises what the act raises."""
    return act() if world.keys.outside is None or not _is_on_loop() else await asyncio.to_thread(act)


def _is_on_loop() -> bool:
    """On SQLite the act runs in the writer's thread already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
