"""The service the browser walks through: a fast demo of its own, seeded, in a temporary folder, on a free port.

It is started as a person starts it (``bidroom demo --fast``) and stopped as a person stops it (Ctrl+C).
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "frontend" / "dist" / "index.html"
# Seeding writes two months of history; a busy machine with two cores takes its time.
START_SECONDS = 240
STOP_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Service:
    """A running demo: where it answers and where it keeps its things."""

    url: str
    folder: Path

    @property
    def outbox(self) -> Path:
        """Where its mails lie as files."""
        return self.folder / "demo" / "outbox"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_demo(folder: Path, *, has_showcases: bool = False) -> Iterator[Service]:
    """Serve a fast demo from ``folder`` until the block is left, with the large live round alone or all of them.

    Raises RuntimeError with its last words.
    """
    if not PAGES.exists():
        raise RuntimeError("frontend/dist is missing: the pages are not built (.venv/bin/python .ci/prepare.py pages)")
    port = free_port()
    words = [sys.executable, "-m", "app.cli", "demo", "--port", str(port), "--fast"]
    env = {
        **os.environ,
        "BIDROOM_DATA_DIR": str(folder),
        "PYTHONUNBUFFERED": "1",
        "BIDROOM_DEMO_SHOWCASES": str(has_showcases),
        # Beside other tests a service may wait seconds for its turn, and would pause every lot as after an outage
        # (LIVE.md section 2 rule 8). That it does is tested where the clock is the test's own.
        "BIDROOM_OUTAGE_MS": "60000",
    }
    log = folder / "service.log"
    with log.open("wb") as said:
        # A session of its own: what it starts (the robots) can be stopped with it.
        process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=said, stderr=said, start_new_session=True)
        try:
            _wait_until_ready(process, f"http://127.0.0.1:{port}", log)
            yield Service(f"http://127.0.0.1:{port}", folder)
        finally:
            _stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=2, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the demo did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    try:
        # The session's leader is gone; whoever it left behind goes too.
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
