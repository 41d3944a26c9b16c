"""``python -m app.demo URL [--fast]``: the robots and the keeper of a running demo, in a process of their own."""

import asyncio
import logging
import os
import sys

from app.demo.keeper import keep_live_round
from app.demo.robots import play_all

LOOK_SECONDS = 2.0


async def _leave_with(parent: int) -> None:
    """End when the service that started us is gone, however it went."""
    while os.getppid() == parent:  # noqa: ASYNC110 - no event tells of a parent that was killed
        await asyncio.sleep(LOOK_SECONDS)
    sys.exit(0)


async def _run(base_url: str, *, is_fast: bool) -> None:
    robots, keeper = play_all(base_url), keep_live_round(base_url, is_fast=is_fast)
    await asyncio.gather(robots, keeper, _leave_with(os.getppid()))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    asyncio.run(_run(sys.argv[1], is_fast="--fast" in sys.argv))
