"""Turns that come round again: a step that fails is logged and asked again; it must not end the task it belongs to."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from app.infra.world import World

log = logging.getLogger("bidroom")


async def steadily(world: World, step: Callable[[World], Awaitable[object]], seconds: float) -> None:
    """Take a step again and again, so many seconds after the last one, until cancelled."""
    while True:
        await attempt(step, world)
        await world.clock.sleep(seconds)


async def attempt(step: Callable[..., Awaitable[object]], *given: Any) -> None:
    """Take a step that comes round again: one that fails keeps no other waiting."""
    try:
        await step(*given)
    except Exception as error:
        # The kind alone: a message may carry an amount.
        log.error("%s failed: %s", step, type(error).__name__)  # noqa: TRY400 - see above
