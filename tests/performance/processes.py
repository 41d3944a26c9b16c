"""Starting the measured server and the load, and reading a process's CPU time from the scheduler."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running measured server."""

    where: dict[str, Any]
    pid: int
    process: subprocess.Popen[str]

    def cpu_seconds(self) -> float:
        """CPU time of the process so far: user and system, all threads (waiting for a core is not in it)."""
        return _cpu_seconds(self.pid)

    def cpu_seconds_beside(self) -> float:
        """CPU time so far of the processes that it has started: a signer."""
        started = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(_cpu_seconds(int(pid)) for pid in started)

    def idle_cpu(self, seconds: float) -> float:
        """CPU seconds a second of the process with nobody connected: its timekeepers."""
        before = self.cpu_seconds()
        time.sleep(seconds)
        return (self.cpu_seconds() - before) / seconds

    def counts(self) -> dict[str, int]:
        """What the committer has counted so far."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("counts\n")
        self.process.stdin.flush()
        counted: dict[str, int] = json.loads(self.process.stdout.readline())
        return counted

    def memory_mib(self) -> float:
        """Resident memory now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def server(*, env: Mapping[str, str] | None = None, **spec: Any) -> Iterator[Server]:
    """Start ``tests.performance.serve``, with these in its environment, and wait until it says where it listens."""
    words = [sys.executable, "-m", "tests.performance.serve", json.dumps(spec)]
    environment = {**os.environ, **(env or {})}
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the measured server did not start")
        yield Server(json.loads(line), process.pid, process)
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@dataclass(frozen=True, slots=True)
class Run:
    """What one load saw, and the CPU the server spent on it."""

    result: dict[str, Any]
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return float(self.result["answers"]) / float(self.result["seconds"])

    @property
    def cpu_us(self) -> float:
        """Server microseconds an answer."""
        return self.cpu_seconds * 1e6 / max(1, int(self.result["answers"]))


def _start(at: Server, seats: str, spec: dict[str, Any]) -> "subprocess.Popen[str]":
    """The load's process, once everybody is connected."""
    sets = at.where["hellos"].get(seats)
    # Each run uses up its own set of one-time tickets.
    whole = at.where | {"hellos": sets.pop() if sets else []} | spec
    if spec["mode"] == "observe":
        # One of the crowd bids; the others watch.
        whole["hellos"] = [at.where["hellos"]["bidders"].pop()[0], *whole["hellos"]]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.performance.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(whole) + "\n")
    process.stdin.flush()
    if process.stdout.readline().strip() != "ready":
        raise RuntimeError("the load did not connect")
    return process


@contextmanager
def connect(at: Server, **spec: Any) -> Iterator[tuple[float, float]]:
    """Connect a crowd: the server's CPU seconds and the time until the last was answered; it stays meanwhile."""
    before, began = at.cpu_seconds(), time.perf_counter()
    process = _start(at, "bidders", {"mode": "listen", "seconds": 0.0, **spec})
    try:
        yield at.cpu_seconds() - before, time.perf_counter() - began
    finally:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        process.wait(30)


def load(at: Server, *, seats: str = "bidders", **spec: Any) -> Run:
    """Run ``tests.performance.load`` against a server; CPU is counted from the moment everyone is connected."""
    process = _start(at, seats, spec)
    assert process.stdin is not None
    assert process.stdout is not None
    before = at.cpu_seconds()
    process.stdin.write("go\n")
    process.stdin.flush()
    line = process.stdout.readline()
    spent = at.cpu_seconds() - before
    process.wait(30)
    return Run(json.loads(line), spent)
