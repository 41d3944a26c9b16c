"""``python -m app.demo URL [--fast] [--large-only]``: the robots and the keeper of a running demo, as a process."""

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


async def _run(base_url: str, options: list[str]) -> None:
    robots = play_all(base_url)
    keeper = keep_live_round(base_url, is_fast="--fast" in options, has_showcases="--large-only" not in options)
    await asyncio.gather(robots, keeper, _leave_with(os.getppid()))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    asyncio.run(_run(sys.argv[1], sys.argv[2:]))
