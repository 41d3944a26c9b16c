"""``make bench``: floors and product in turn, a table of medians, ranges and ratios, and ``var/bench.json``."""

import argparse
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.performance.chain import chain
from tests.performance.crowded import crowded
from tests.performance.exporting import exporting, memory
from tests.performance.fan_out import fan_out, stalled
from tests.performance.hot_lot import hot_lot, many_lots
from tests.performance.opening_service import opening_service
from tests.performance.posting import posting
from tests.performance.rounds import Case, Goal, Results, say, write_report
from tests.performance.rush import rush
from tests.performance.scoring import scoring
from tests.performance.sealing import sealing
from tests.performance.sealing_packages import sealing_packages
from tests.performance.signer import signer
from tests.performance.splitting import splitting
from tests.performance.storm import storm
from tests.performance.verifying import verifying

REPORT = Path("var/bench.json")
NOT_MEASURED = (
    "1d and 5c (no peer here)",
    "4, second half (insert-a-bid over 16 connections)",
)


def _parts(rounds: int, seconds: float) -> dict[str, Callable[[Path], Results]]:
    return {
        "sqlite": lambda folder: hot_lot("sqlite", folder, rounds, seconds),
        "postgres": lambda folder: hot_lot("postgres", folder, rounds, seconds),
        "lots": lambda folder: many_lots(folder, rounds, seconds),
        "signer": lambda folder: signer("sqlite", folder, rounds, seconds),
        "signer-postgres": lambda folder: signer("postgres", folder, rounds, seconds),
        "fanout": lambda folder: fan_out(folder, rounds, seconds),
        "stalled": stalled,
        "crowd": lambda folder: crowded(folder, rounds, seconds),
        "posts": lambda folder: posting(folder, rounds, seconds),
        "storm": lambda folder: storm(folder, rounds, seconds),
        "rush": lambda folder: rush(folder, rounds, seconds),
        "sealing": lambda folder: sealing(folder, rounds, seconds),
        "packages": lambda folder: sealing_packages(folder, rounds, seconds),
        "opening": lambda folder: opening_service(folder, rounds, seconds),
        "chain": lambda folder: chain(folder, rounds, seconds),
        "verify": lambda folder: verifying(folder, rounds, seconds),
        "exports": lambda folder: exporting(folder, rounds, seconds),
        "scoring": lambda folder: scoring(folder, rounds, seconds),
        "splitting": lambda folder: splitting(folder, rounds, seconds),
        "memory": lambda folder: memory(folder, rounds, seconds),
    }


def main() -> None:
    """Measure, print, write the report."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0)
    parts = list(_parts(1, 1.0))
    parser.add_argument("--only", choices=parts, action="append", help="a part; may be given more than once")
    given = parser.parse_args()
    cases: list[Case] = []
    goals: list[Goal] = []
    with tempfile.TemporaryDirectory(prefix="bidroom-bench-") as name:
        for part, measure in _parts(given.rounds, given.seconds).items():
            if given.only and part not in given.only:
                continue
            folder = Path(name) / part
            folder.mkdir()
            measured = measure(folder)
            cases += measured[0]
            goals += measured[1]
            # After each part, so that a run that is broken off has told what it measured.
            _report(cases, goals)
    _print(cases, goals)


def _report(cases: list[Case], goals: list[Goal]) -> None:
    machine = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    write_report(REPORT, machine=machine, cases=cases, goals=goals, not_measured=NOT_MEASURED)


def _print(cases: list[Case], goals: list[Goal]) -> None:
    say("\nmedian of the rounds [range]")
    for case in cases:
        say(case.row())
    say("\ngoals of PERFORMANCE.md (median of the paired ratios)")
    for goal in goals:
        say(goal.row())
    say("\nnot measured: " + "; ".join(NOT_MEASURED))
    say(f"\nwritten to {REPORT}")


if __name__ == "__main__":
    main()
