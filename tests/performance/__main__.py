"""``make bench``: floors and product in turn, a table of medians, ranges and ratios, and ``var/bench.json``."""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.databases import databases_for
from tests.performance import floors
from tests.performance.processes import Server, load, server
from tests.performance.rounds import Case, Goal, paired, write_report

BIDDERS = 200
REPORT = Path("var/bench.json")


def say(text: str) -> None:
    """One line to the terminal, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def hot_lot(kind: str, folder: Path, rounds: int, seconds: float) -> tuple[list[Case], list[Goal]]:
    """Goals 1 and 2 on one database: one hot lot, 200 bidders, full rules, receipts and journal on."""
    echo_case, echo_cpu = Case(f"echo, {BIDDERS} connections", "RT/s"), Case("echo, server CPU", "us")
    bid_case, bid_cpu = Case(f"{kind}: hot lot, {BIDDERS} bidders", "bids/s"), Case(f"{kind}: server CPU a bid", "us")
    floor = Case(f"{kind}: raw rows, 64 a commit, no socket", "rows/s")
    p50, p99 = Case(f"{kind}: paced 500 bids/s, p50", "x"), Case(f"{kind}: paced 500 bids/s, p99", "x")
    databases = databases_for(kind, folder)
    skip = 0
    try:
        url = databases.migrated()
        with (
            server(case="echo") as echo,
            server(case="room", bidders=BIDDERS, runs=2 * rounds + 1, database_url=url, folder=str(folder)) as room,
        ):
            load(room, mode="loop", peers=BIDDERS, seconds=0.5)
            skip += 10**6
            for number in range(rounds):
                say(f"  {kind}: round {number + 1} of {rounds}")
                plain = load(echo, mode="loop", peers=BIDDERS, seconds=seconds)
                bids = load(room, mode="loop", peers=BIDDERS, seconds=seconds, skip=skip)
                skip += 10**6
                _check(bids.result)
                echo_case.values.append(plain.rate)
                echo_cpu.values.append(plain.cpu_us)
                bid_case.values.append(bids.rate)
                bid_cpu.values.append(bids.cpu_us)
                raw = (
                    floors.sqlite_rows(folder, seconds)
                    if kind == "sqlite"
                    else floors.postgres_rows(_dsn(url), seconds)
                )
                floor.values.append(raw)
                skip = _latency(echo, room, folder, (p50, p99), skip=skip, seconds=seconds)
    finally:
        databases.close()
    goals = [
        Goal(
            "1a" if kind == "sqlite" else "4'",
            f"{kind}: hot lot / echo of the same server",
            paired(bid_case, echo_case),
            0.65,
        ),
        Goal(
            "1b" if kind == "sqlite" else "4",
            f"{kind}: hot lot / raw 64-row commits",
            paired(bid_case, floor),
            0.30 if kind == "sqlite" else 0.50,
        ),
        Goal("1e", f"{kind}: CPU a bid / CPU of an echo", paired(bid_cpu, echo_cpu), 2.5, at_least=False),
        Goal("2", f"{kind}: p50 at 500/s / (echo p50 + fdatasync)", p50.values, 1.3, at_least=False),
        Goal("2", f"{kind}: p99 at 500/s / (echo p99 + 3 fdatasync p99)", p99.values, 1.3, at_least=False),
    ]
    return [echo_case, echo_cpu, bid_case, bid_cpu, floor, p50, p99], goals


def _check(result: dict[str, int]) -> None:
    if result["refused"]:
        raise RuntimeError(f"{result['refused']} bids were refused: the figures would mean nothing")


def _dsn(url: str) -> str:
    return url.replace("+asyncpg", "")


def _latency(echo: Server, room: Server, folder: Path, cases: tuple[Case, Case], *, skip: int, seconds: float) -> int:
    plain = load(echo, mode="paced", rate=500, peers=BIDDERS, seconds=seconds)
    bids = load(room, mode="paced", rate=500, peers=BIDDERS, seconds=seconds, skip=skip)
    _check(bids.result)
    sync_p50, sync_p99 = floors.fdatasync_ms(folder, 300)
    cases[0].values.append(bids.result["p50"] * 1e3 / (plain.result["p50"] * 1e3 + sync_p50))
    cases[1].values.append(bids.result["p99"] * 1e3 / (plain.result["p99"] * 1e3 + 3 * sync_p99))
    return skip + 10**6


def fan_out(folder: Path, rounds: int, seconds: float) -> tuple[list[Case], list[Goal]]:
    """Goals 5 and 6: the common tick to 200 bidders (each with its own part), and one client of 51 that stops
    reading."""
    ours, loop = (
        Case("fan-out of the tick to 200, server CPU", "us/delivery"),
        Case("send() loop to 200", "us/delivery"),
    )
    databases = databases_for("sqlite", folder)
    try:
        with server(
            case="room", bidders=BIDDERS, runs=rounds + 1, database_url=databases.migrated(), folder=str(folder)
        ) as room:
            for number in range(rounds):
                say(f"  fan-out: round {number + 1} of {rounds}")
                run = load(room, mode="listen", peers=BIDDERS, seconds=max(4 * seconds, 4.0))
                ours.values.append(run.cpu_seconds * 1e6 / max(1, run.result["frames"]))
                loop.values.append(floors.send_loop_us(BIDDERS, 1028, 200))
            before = room.memory_mib()
            stalled = load(room, mode="stall", peers=51, seconds=12.0)
            held = room.memory_mib() - before
    finally:
        databases.close()
    counts = stalled.result["per_peer"][1:]
    goals = [
        Goal("5b", "tick, own part spliced in: send() loop / ours", paired(loop, ours), 0.65 * 0.90),
        Goal("6", "one of 51 stops reading: fewest / most states of the others", [counts[0] / counts[-1]], 0.95),
        Goal("6", "memory held for it (MiB, whole process grew)", [held], 1.0, at_least=False),
        Goal("6", "it is closed with 4008", [float(stalled.result["stalled_close_code"] == 4008)], 1.0),
    ]
    return [ours, loop], goals


def main() -> None:
    """Measure, print, write the report."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--only", choices=["sqlite", "postgres", "fanout"], default=None)
    given = parser.parse_args()
    cases: list[Case] = []
    goals: list[Goal] = []
    with tempfile.TemporaryDirectory(prefix="bidroom-bench-") as name:
        for part in ("sqlite", "postgres", "fanout"):
            if given.only not in (None, part):
                continue
            folder = Path(name) / part
            folder.mkdir()
            measure = (
                fan_out(folder, given.rounds, given.seconds)
                if part == "fanout"
                else hot_lot(part, folder, given.rounds, given.seconds)
            )
            cases += measure[0]
            goals += measure[1]
    say("\nmedian of the rounds [range]")
    for case in cases:
        say(case.row())
    say("\ngoals of PERFORMANCE.md (median of the paired ratios)")
    for goal in goals:
        say(goal.row())
    machine = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    write_report(REPORT, machine=machine, cases=cases, goals=goals)
    say(f"\nwritten to {REPORT}")


if __name__ == "__main__":
    main()
