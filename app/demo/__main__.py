"""``python -m app.demo URL [--fast] [--large-only] …``: robots, keeper and witness of a running demo, as a process."""

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path

from app.demo.keeper import keep_live_round
from app.demo.outside import watch
from app.demo.robots import play_all

LOOK_SECONDS = 2.0


async def _leave_with(parent: int) -> None:
    """End when the service that started us is gone, however it went."""
    while os.getppid() == parent:  # noqa: ASYNC110 - no event tells of a parent that was killed
        await asyncio.sleep(LOOK_SECONDS)
    sys.exit(0)


async def _run(given: argparse.Namespace) -> None:
    robots = play_all(given.url)
    keeper = keep_live_round(given.url, is_fast=given.fast, has_showcases=not given.large_only)
    outside = watch(given.url, given.witness, given.journal_key)
    await asyncio.gather(robots, keeper, outside, _leave_with(os.getppid()))


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.demo")
    parser.add_argument("url")
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--large-only", action="store_true")
    parser.add_argument("--witness", type=Path, required=True, help="folder of the demo's outside witness")
    parser.add_argument("--journal-key", required=True, help="fingerprint of the journal's key")
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    asyncio.run(_run(_given()))
