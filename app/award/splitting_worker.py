"""The solver's process: ``python -m app.award.splitting_worker``. One problem comes in on stdin, one answer goes out.

It yields to everything else on the machine, and takes no more memory and no more time than it was given.
"""

import json
import os
import resource
import sys
from contextlib import suppress
from typing import Final

from app.award.splitting_solver import answer_of
from app.award.splitting_wire import answer_to_json, problem_from

# A tender of 2,000 lines and 100 suppliers takes about one; address space is more than memory.
MOST_BYTES: Final = 4 * 1024**3
# Live rounds run on the same machine.
NICENESS: Final = 10


def main() -> None:
    """Read, solve, write."""
    asked = json.load(sys.stdin)
    os.nice(NICENESS)
    # macOS knows no such limit; the one on time holds there too.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    most = int(asked["seconds"] + asked["more_seconds"]) + 30
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    problem = problem_from(asked["problem"])
    answer = answer_of(problem, seconds=asked["seconds"], more_seconds=asked["more_seconds"])
    json.dump(answer_to_json(answer), sys.stdout)


if __name__ == "__main__":
    main()
