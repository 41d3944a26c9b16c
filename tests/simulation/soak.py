"""``python -m tests.simulation.soak``: many seeds of the simulation, each process its share.

SEEDS says how many, FIRST with which to begin, SEED runs a single one. A failure prints the one line that repeats it,
and the others go on.
"""

import asyncio
import logging
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from tests.databases import SqliteDatabases
from tests.domain.tender_drafts import a_lot
from tests.performance.rounds import say
from tests.simulation.course import Course, Template, make_template
from tests.simulation.virtual_loop import play

SEEDS = 2000
LOTS = (a_lot(1), a_lot(2, start_price="250"))


def template_in(folder: Path) -> Template:
    """A template on a database of its own."""
    return asyncio.run(make_template(SqliteDatabases(folder).migrated(), folder, LOTS))


def commit() -> str:
    """What is checked out, with a mark where the tree differs from it."""
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def run_seed(template: Template, seed: int, folder: Path) -> list[str]:
    """One course, and what came of it; a failure says first how to repeat it."""
    course = Course(template, seed, folder)
    try:
        return play(course.run())
    except BaseException:
        say(f"SEED={seed} COMMIT={commit()}   (again: make soak SEED={seed})\n  rules {course.said}")
        raise


def _share(seeds: Sequence[int]) -> list[int]:
    # What fails in a storm is meant to.
    logging.disable(logging.CRITICAL)
    failed = []
    with tempfile.TemporaryDirectory(prefix="bidroom-soak-") as name:
        template = template_in(Path(name))
        for seed in seeds:
            try:
                run_seed(template, seed, Path(name))
            except Exception:
                traceback.print_exc(limit=-6)
                failed.append(seed)
    return failed


def main() -> int:
    """Run the seeds the environment asks for; how many failed."""
    single, first = os.environ.get("SEED"), int(os.environ.get("FIRST") or 1)
    seeds = [int(single)] if single else list(range(first, first + int(os.environ.get("SEEDS") or SEEDS)))
    # Of sets, the order: with it a seed is the same course in every run.
    os.environ["PYTHONHASHSEED"] = "0"
    began = time.monotonic()
    workers = min(os.cpu_count() or 1, len(seeds))
    with get_context("spawn").Pool(workers) as pool:
        shares = pool.map(_share, [seeds[at::workers] for at in range(workers)], chunksize=1)
    failed = sorted(chain.from_iterable(shares))
    took = time.monotonic() - began
    say(f"{len(seeds) - len(failed)} of {len(seeds)} seeds passed in {took:.0f} s at {commit()}; failed: {failed}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
