"""The load, from a second process: ``python -m tests.performance.load`` reads a JSON spec and prints a JSON result.

Raw sockets on uvloop with ready frames: a client of a library would be slower than the server it measures. Bounded in
count and time by its spec.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import uvloop
from typing_extensions import override

HANDSHAKE_END = b"\r\n\r\n"
ANSWERS = (b'"type":"receipt"', b'"type":"refused"')


def masked(text: str) -> bytes:
    """One client text frame; the mask is all zero, which a server cannot tell from any other."""
    data = text.encode()
    is_short = len(data) < 126
    head = bytes([0x81, 0x80 | (len(data) if is_short else 126)]) + (b"" if is_short else len(data).to_bytes(2, "big"))
    return head + b"\0\0\0\0" + data


# As long as a bid.
ECHOED = masked(json.dumps({"type": "place_bid", "bid_id": "0" * 32, "lot_id": "0" * 32, "amount": "999999999.99"}))


class Peer(asyncio.Protocol):
    """One connection: counts frames, hands answers on."""

    def __init__(self, place: int, request: bytes, on_frame: Callable[["Peer", bytes], None]) -> None:
        self.place = place
        self.request = request
        self.on_frame = on_frame
        self.transport: asyncio.Transport | None = None
        self.is_open = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.frames = 0
        self.sent_at = 0.0
        self.number = 0
        self.close_code = 0

    @override
    def connection_made(self, transport: Any) -> None:
        """Send the handshake."""
        self.transport = transport
        transport.write(self.request)

    @override
    def data_received(self, data: bytes) -> None:
        """Cut the stream into frames."""
        self.buffer += data
        if not self.is_open.done():
            head, found, rest = self.buffer.partition(HANDSHAKE_END)
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.is_open.set_exception(ConnectionError(head.split(b"\r\n")[0].decode()))
                return
            self.buffer = rest
            self.is_open.set_result(None)
        self._cut()

    def _cut(self) -> None:
        while len(self.buffer) >= 2:
            size, start = self.buffer[1], 2
            if size == 126:
                size, start = int.from_bytes(self.buffer[2:4], "big"), 4
            elif size == 127:
                size, start = int.from_bytes(self.buffer[2:10], "big"), 10
            if len(self.buffer) < start + size:
                return
            opcode, body = self.buffer[0] & 0x0F, self.buffer[start : start + size]
            self.buffer = self.buffer[start + size :]
            if opcode == 8:
                self.close_code = int.from_bytes(body[:2], "big")
            elif opcode == 9:
                self.write(bytes([0x8A, 0x80 | len(body), 0, 0, 0, 0]) + body)
            else:
                self.frames += 1
                self.on_frame(self, body)

    def write(self, frame: bytes) -> None:
        """Send bytes as they are."""
        if self.transport is not None:
            self.transport.write(frame)


class Spans:
    """Seconds from the first to the last frame of each tick that reached everybody, as the clients saw it."""

    # Ticks are further apart, frames of one tick are not.
    GAP = 0.03

    def __init__(self, peers: int) -> None:
        self._peers = peers
        self._first = self._last = 0.0
        self._count = 0
        self.whole: list[float] = []
        # The same as instants.
        self.ends: list[tuple[float, float]] = []

    def waits(self, receipts: list[float]) -> list[float]:
        """From each receipt to the last frame of the first tick that began after it."""
        found = (next((end for first, end in self.ends if first >= at), None) for at in receipts)
        return [end - at for at, end in zip(receipts, found, strict=True) if end is not None]

    def saw(self, now: float) -> None:
        """Take in one frame."""
        if now - self._last > self.GAP:
            self._first, self._count = now, 0
        self._last = now
        self._count += 1
        if self._count == self._peers:
            self.whole.append(now - self._first)
            self.ends.append((self._first, now))


class Load:
    """All connections of one run and what they saw."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.peers: list[Peer] = []
        self.latencies: list[float] = []
        self.refused = 0
        self.until = 0.0
        self.last_at = 0.0
        self.is_closed_loop = spec["mode"] == "loop"
        self.lots: list[str] = spec.get("lots", [])
        self.spans = Spans(spec["peers"])
        self.receipts: list[float] = []

    def frame_for(self, peer: Peer) -> bytes:
        """The next frame of a peer: the echo's line, or its next bid, one cent under the last."""
        peer.number += 1
        if not self.lots:
            return ECHOED
        units = 99999999999 - self.spec.get("skip", 0) - peer.number
        amount = f"{units // 100}.{units % 100:02d}"
        lot = self.lots[peer.place % len(self.lots)]
        bid = {"type": "place_bid", "bid_id": os.urandom(16).hex(), "lot_id": lot, "amount": amount}
        return masked(json.dumps(bid))

    def on_frame(self, peer: Peer, body: bytes) -> None:
        """Note an answer; in a closed loop send the next."""
        if self.spec["mode"] == "observe" and peer.place == 0:
            if any(mark in body for mark in ANSWERS):
                self.receipts.append(time.perf_counter())
            return
        if self.spec["mode"] in ("listen", "observe"):
            self.spans.saw(time.perf_counter())
            return
        if self.lots and not any(mark in body for mark in ANSWERS):
            return
        if peer.sent_at == 0.0:
            return
        now = time.perf_counter()
        self.latencies.append(now - peer.sent_at)
        self.last_at = now
        self.refused += ANSWERS[1] in body
        peer.sent_at = 0.0
        if self.is_closed_loop and now < self.until:
            self.send(peer)

    def send(self, peer: Peer) -> None:
        """Send a peer's next frame and note when."""
        frame = self.frame_for(peer)
        peer.sent_at = time.perf_counter()
        peer.write(frame)

    async def connect(self) -> None:
        """Open every connection and say hello."""
        spec, loop = self.spec, asyncio.get_running_loop()
        head = [
            f"GET {spec['path']} HTTP/1.1",
            f"Host: 127.0.0.1:{spec['port']}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            f"Origin: {spec['origin']}",
        ]
        request = "\r\n".join([*head, "", ""]).encode()
        for number in range(spec["peers"] + (spec["mode"] == "observe")):
            make = partial(Peer, number, request, self.on_frame)
            _, peer = await loop.create_connection(make, "127.0.0.1", spec["port"])
            await peer.is_open
            self.peers.append(peer)
            if spec["hellos"]:
                peer.write(masked(spec["hellos"][number]))
        while spec["hellos"] and any(peer.frames == 0 and not peer.close_code for peer in self.peers):  # noqa: ASYNC110 - bounded
            await asyncio.sleep(0.01)

    async def run(self) -> dict[str, Any]:
        """Connect, load for the given seconds, report."""
        await self.connect()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        began = time.perf_counter()
        self.until = began + self.spec["seconds"]
        before = sum(peer.frames for peer in self.peers)
        await {
            "loop": self._loop,
            "paced": self._paced,
            "listen": self._listen,
            "stall": self._stall,
            "observe": self._observe,
        }[self.spec["mode"]]()
        # Answers are waited for a little longer than bids are sent; what counts is the last one, not the waiting.
        took = (self.last_at or time.perf_counter()) - began
        ordered = sorted(self.latencies) or [0.0]
        return {
            "answers": len(self.latencies),
            "refused": self.refused,
            "seconds": took,
            "p50": ordered[len(ordered) // 2],
            "p99": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
            "frames": sum(peer.frames for peer in self.peers) - before,
            "per_peer": sorted(peer.frames for peer in self.peers),
            "stalled_close_code": self.peers[0].close_code,
            "spans": self.spans.whole,
            "waits": self.spans.waits(self.receipts),
        }

    async def _loop(self) -> None:
        for peer in self.peers:
            self.send(peer)
        await asyncio.sleep(self.spec["seconds"])
        await asyncio.sleep(0.3)

    async def _paced(self) -> None:
        gap, due = 1 / self.spec["rate"], time.perf_counter()
        place = 0
        while time.perf_counter() < self.until:
            due += gap
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            peer = self.peers[place % len(self.peers)]
            place += 1
            if peer.sent_at == 0.0:
                self.send(peer)
        await asyncio.sleep(0.3)

    async def _listen(self) -> None:
        await asyncio.sleep(self.spec["seconds"])

    async def _observe(self) -> None:
        """One bids at a steady pace, the others watch."""
        while time.perf_counter() < self.until:
            self.send(self.peers[0])
            await asyncio.sleep(1 / self.spec["rate"])
        await asyncio.sleep(0.5)

    async def _stall(self) -> None:
        transport = self.peers[0].transport
        assert transport is not None
        transport.pause_reading()
        await asyncio.sleep(self.spec["seconds"])
        transport.resume_reading()
        await asyncio.sleep(1.0)


async def _main() -> None:
    spec = json.loads(sys.stdin.readline())
    result = await Load(spec).run()
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    uvloop.run(_main())
