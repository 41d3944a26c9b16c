"""``python -m tests.replicas.soak``: blows at random against real processes, MINUTES long; checked after every few."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.performance.rounds import say
from tests.replicas.trial import trial
from tests.simulation.soak import commit

MINUTES = 5.0
BLOWS_A_CHECK = 4


async def _run(seed: int, minutes: float, folder: Path) -> None:
    until, blows, checks, bids = time.monotonic() + minutes * 60, 0, 0, 0
    chance = Random(seed)
    async with trial(folder, seed, replicas=3) as made:
        while time.monotonic() < until:
            for _ in range(BLOWS_A_CHECK):
                await asyncio.sleep(chance.random() * 2)
                await chance.choice(made.blows)()
                blows += 1
            await made.check()
            checks += 1
            bids = sum(len(bidder.outbox.bids) for bidder in made.bidders)
            say(f"  {blows} blows, {bids} bids, {checks} checks")
    say(f"{blows} blows against 3 processes in {minutes:g} minutes, {bids} bids, all as they should be")


def main() -> int:
    """Run as long as the environment asks for."""
    seed = int(os.environ.get("SEED") or time.time_ns() % 10**6)  # noqa: TID251 - another storm every time
    say(f"SEED={seed} COMMIT={commit()}")
    with tempfile.TemporaryDirectory(prefix="bidroom-replicas-") as name:
        asyncio.run(_run(seed, float(os.environ.get("MINUTES") or MINUTES), Path(name)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
