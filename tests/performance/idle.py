"""``python -m tests.performance.idle``: ten thousand sockets that say nothing, and what a few bidders feel of them.

Not a goal of PERFORMANCE.md, and not in ``make bench``: it needs as many files as sockets (ulimit -n). COUNT says how
many; they are held by processes of their own, opened as fast as they go, each closed by the server with 4408 when it
has not said hello in time. Fails where one is not, or where a bidder waits too long beside them.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import uvloop

from app.live_rounds.limits import HELLO_SECONDS
from tests.databases import databases_for
from tests.performance.load import Peer
from tests.performance.processes import Server, load, server
from tests.performance.rounds import say

COUNT = 10_000
HOLDERS, AT_ONCE = 2, 64
BIDDERS, RATE = 20, 20
# Beside them: a stranger's machine may be busy, so this bound is wide; the figures are what tells.
MOST_P99 = 2.0
NO_HELLO = 4408


async def _hold(spec: dict[str, Any]) -> None:
    """Open sockets, say nothing, and wait until the server has ended them all."""
    loop, gate, peers = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE), list[Peer]()
    head = f"GET {spec['path']} HTTP/1.1\r\nHost: 127.0.0.1:{spec['port']}\r\nUpgrade: websocket\r\n"
    head += "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    request = (head + f"Origin: {spec['origin']}\r\n\r\n").encode()

    async def one(place: int) -> None:
        async with gate:
            _, peer = await loop.create_connection(
                lambda: Peer(place, request, lambda _peer, _body: None), "127.0.0.1", spec["port"]
            )
            await peer.is_open
            peers.append(peer)

    began = time.perf_counter()
    await asyncio.gather(*(one(place) for place in range(spec["count"])))
    sys.stdout.write(json.dumps({"opened_s": time.perf_counter() - began}) + "\n")
    sys.stdout.flush()
    until = time.perf_counter() + 6 * HELLO_SECONDS
    while any(not peer.close_code for peer in peers) and time.perf_counter() < until:  # noqa: ASYNC110 - bounded
        await asyncio.sleep(0.1)
    codes = Counter(peer.close_code for peer in peers)
    sys.stdout.write(json.dumps({"codes": codes, "ended_s": time.perf_counter() - began}) + "\n")


def _holder(at: Server, count: int) -> "subprocess.Popen[str]":
    words = [
        sys.executable,
        "-m",
        "tests.performance.idle",
        "hold",
        json.dumps(at.where | {"count": count, "hellos": 0}),
    ]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def _feel(at: Server, number: int) -> tuple[float, float]:
    """What a few bidders wait for their receipts, in milliseconds: p50 and p99."""
    run = load(at, mode="paced", peers=BIDDERS, rate=RATE, seconds=HELLO_SECONDS + 2, skip=number * 10_000)
    return float(run.result["p50"]) * 1e3, float(run.result["p99"]) * 1e3


def main() -> int:
    """Measure alone, beside and after; 1 where a socket was not ended as it should or a bidder waited too long."""
    count = int(os.environ.get("COUNT") or COUNT)
    with tempfile.TemporaryDirectory(prefix="bidroom-idle-") as name:
        databases = databases_for("sqlite", Path(name))
        spec: dict[str, Any] = {"database_url": databases.migrated(), "folder": name, "bidders": BIDDERS, "runs": 3}
        with server(case="room", **spec) as room:
            alone, before = _feel(room, 0), room.memory_mib()
            holders = [_holder(room, count // HOLDERS) for _ in range(HOLDERS)]
            beside = _feel(room, 1)
            told = [_told(holder) for holder in holders]
            after, held = _feel(room, 2), room.memory_mib()
        databases.close()
    codes = sum((Counter(one["codes"]) for one in told), Counter())
    opened, ended = (max(one[key] for one in told) for key in ("opened_s", "ended_s"))
    say(f"{count:,} silent sockets opened in {opened:.1f} s, the last ended after {ended:.1f} s, by code {dict(codes)}")
    for when, (p50, p99) in {"alone": alone, "beside": beside, "after": after}.items():
        say(f"  {BIDDERS} bidders, {RATE} bids a second, {when}: p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    say(f"  memory before {before:.0f} MiB, after {held:.0f} MiB")
    return 0 if codes == {str(NO_HELLO): sum(codes.values())} and beside[1] < MOST_P99 * 1e3 else 1


def _told(holder: "subprocess.Popen[str]") -> dict[str, Any]:
    out, _ = holder.communicate(timeout=20 * HELLO_SECONDS)
    told: dict[str, Any] = {}
    for line in out.splitlines():
        told |= json.loads(line)
    return told


if __name__ == "__main__":
    if sys.argv[1:2] == ["hold"]:
        uvloop.run(_hold(json.loads(sys.argv[2])))
    else:
        sys.exit(main())
