"""``python -m app.demo URL [--fast]``: the robots and the keeper of a running demo, in a process of their own."""

import asyncio
import logging
import sys

from app.demo.keeper import keep_live_round
from app.demo.robots import play_all


async def _run(base_url: str, *, is_fast: bool) -> None:
    await asyncio.gather(play_all(base_url), keep_live_round(base_url, is_fast=is_fast))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    asyncio.run(_run(sys.argv[1], is_fast="--fast" in sys.argv))
