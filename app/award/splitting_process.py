"""Asking the solver, in a process of its own: it can neither block the service nor outgrow it nor outlive its time."""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Final

from app.award.splitting_answer import Answer, Outcome, Solved
from app.award.splitting_wire import answer_from, problem_to_json
from app.domain.splitting import SplitProblem

# PERFORMANCE.md goal 10c: the largest tender comes within half a percent of the best in 30 s, its checking included.
SOLVE_SECONDS: Final = 28.0
# For the price of each constraint, or for the names of those that clash.
PRICE_SECONDS: Final = 10.0
# Beyond both: to start, to read, to write; then it is killed.
GRACE_SECONDS: Final = 20.0
log = logging.getLogger("bidroom")
_HOME: Final = Path(__file__).resolve().parents[2]
# One core at most, whatever is asked at once.
_ONE_AT_A_TIME = asyncio.Semaphore(1)
# Whoever comes when so many wait already is told to come again.
MOST_WAITING: Final = 3
_asked: set[int] = set()


def is_crowded() -> bool:
    """Whether nobody more is taken in now."""
    return len(_asked) > MOST_WAITING


async def ask_solver(
    problem: SplitProblem, *, seconds: float = SOLVE_SECONDS, more_seconds: float = PRICE_SECONDS
) -> Answer:
    """The solver's answer; one that died, or was killed over its time, has found nothing."""
    # Beside the event loop: a problem of 2,000 lines and 100 suppliers takes a third of a second to write.
    asked = await asyncio.to_thread(_question, problem, seconds, more_seconds)
    _asked.add(ticket := id(problem))
    try:
        async with _ONE_AT_A_TIME:
            told, status = await _run(asked, seconds + more_seconds + GRACE_SECONDS)
    finally:
        _asked.discard(ticket)
    if not told or status != 0:
        log.warning("the solver of split awards ended with %s and without an answer", status)
        return Answer(Solved(Outcome.TIMED_OUT))
    return await asyncio.to_thread(lambda: answer_from(json.loads(told)))


async def _run(asked: bytes, limit: float) -> tuple[bytes, int | None]:
    """What the process wrote, and how it ended; killed at the limit."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.award.splitting_worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=_HOME,
        # Of the service's environment, which holds secrets, it gets what finds the program.
        env={name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
        | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    try:
        told, _ = await asyncio.wait_for(process.communicate(asked), limit)
    except TimeoutError:
        told = b""
    finally:
        # A caller that went away leaves nobody behind.
        if process.returncode is None:
            process.kill()
            await process.wait()
    return told, process.returncode


def _question(problem: SplitProblem, seconds: float, more_seconds: float) -> bytes:
    return json.dumps({"problem": problem_to_json(problem), "seconds": seconds, "more_seconds": more_seconds}).encode()
