"""Goal 8: the rush before a deadline. 64 bidders hand in packages of 256 KiB at once: upload, commit, receipt.

A package here is all of it: the technical ciphertext announced and sent, synced and hashed; the price envelope and the
header committed, chained, receipted. The floor is 16 threads that write, sync, rename and hash as many bytes; beside
it the usual way, FastAPI's UploadFile without any of the rest.
"""

import asyncio
import json
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from app.domain.sealing.body import PriceOffer, pack_price, pack_technical
from app.domain.sealing.header import Binding, EnvelopeKind, Header, encode, header_json, package_digest
from app.domain.sealing.package import seal_envelope
from app.sealed_rounds.timekeeper import SWEEP_SECONDS
from app.sealed_rounds.uploading import UPLOADS_PER_LOT
from tests.databases import databases_for
from tests.performance.processes import Server, server
from tests.performance.rounds import Case, Goal, Results, paired, say
from tests.performance.usual_upload import store_file

BIDDERS, LOTS, THREADS = 64, 4, 16
SIZE = 262_144
# Memory after so many times the packages of the first round may be so much larger, in MiB (a count).
MOST_GROWTH = 16.0
# A bidder may hold so many uploads a lot; what newer ones replaced is swept within this time, not in the measured one.
SWEPT_SECONDS = SWEEP_SECONDS + 1


class Line:
    """One kept-alive HTTP/1.1 connection: no client library stands between the figure and the service."""

    def __init__(self, port: int, headers: str) -> None:
        self._port, self._headers = port, headers

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def send(self, method: str, path: str, kind: str, body: bytes, more: str = "") -> bytes:
        """One request; the body of its answer. Raises RuntimeError unless it was taken."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: testserver\r\n{self._headers}{more}"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        lines = answer.split(b"\r\n")
        lengths = (int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:"))
        # An answer without content names no length.
        length = next(lengths, 0)
        content = await self._reader.readexactly(length)
        if not lines[0].split(b" ")[1].startswith(b"2"):
            raise RuntimeError(f"{method} {path.split('?', maxsplit=1)[0]}: {lines[0]!r} {content[:200]!r}")
        return content

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


class Bidder:
    """One bidder with its connection and, for each lot, the package it handed in last."""

    def __init__(self, at: dict[str, Any], person: dict[str, Any]) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in person["cookies"].items())
        headers = "".join(f"{name}: {value}\r\n" for name, value in person["headers"].items())
        self.line = Line(at["port"], f"Cookie: {cookies}\r\n{headers}")
        self._at, self._tag = at, person["tag"]
        self._last: dict[str, tuple[int, str]] = {}
        self._sealed: list[tuple[str, bytes, Header, bytes]] = []

    def seal(self) -> None:
        """The next package for each lot; not in the measured time."""
        at, lock = self._at, bytes.fromhex(self._at["lock"])
        for lot in at["lots"]:
            rev, prev = self._last.get(lot, (0, ""))
            binding = Binding(at["round"], lot, self._tag, rev + 1, at["policy"], prev)
            bodies = (
                (EnvelopeKind.TECH, pack_technical([("a" * 32, "", "as asked")]), at["buckets"][1]),
                (EnvelopeKind.PRICE, pack_price(PriceOffer(lot, at["currency"], "285.00", 2)), at["buckets"][0]),
            )
            made = [
                seal_envelope(lock, binding, kind, body, bucket, secrets.token_bytes(32))
                for kind, body, bucket in bodies
            ]
            header = Header(binding, tuple(envelope for envelope, _ in made))
            self._last[lot] = (rev + 1, package_digest(header))
            self._sealed.append((lot, made[0][1], header, made[1][1]))

    async def hand_in(self) -> int:
        """Announce, upload and commit every sealed package; how many were receipted."""
        path, done = f"/api/rounds/{self._at['round']}", 0
        while self._sealed:
            lot, tech, header, price = self._sealed.pop()
            asked = {"lot_id": lot, "size": len(tech), "sha256": header.envelopes[0].ct_sha256}
            made = await self.line.send("POST", f"{path}/uploads", "application/json", json.dumps(asked).encode())
            upload = json.loads(made)["upload_id"]
            await self.line.send(
                "PATCH", f"{path}/uploads/{upload}", "application/octet-stream", tech, "Upload-Offset: 0\r\n"
            )
            body = {"header": header_json(header), "price": {"ct": encode(price)}, "upload_id": upload}
            put = await self.line.send("PUT", f"{path}/packages/{lot}", "application/json", json.dumps(body).encode())
            assert json.loads(put)["kind"] == "package.received"
            done += 1
        return done


def rush(folder: Path, rounds: int, _seconds: float) -> Results:
    """Packages a second, beside the floor and the usual way; CPU a package; memory after one and after all rounds."""
    ours = Case(f"rush: packages of 256 KiB, {BIDDERS} bidders", "packages/s")
    cpu = Case("rush: server CPU a package", "ms")
    floor = Case(f"rush: file + fsync + sha256, {THREADS} threads", "files/s")
    usual = Case(f"rush: FastAPI UploadFile, {BIDDERS} connections", "files/s")
    memory = Case("rush: server memory", "MiB")
    say(f"  rush: opening a sealed round of {BIDDERS} bidders")
    with ExitStack() as stack:
        databases = databases_for("sqlite", folder)
        stack.callback(databases.close)
        room = stack.enter_context(
            server(case="rush", bidders=BIDDERS, lots=LOTS, database_url=databases.migrated(), folder=str(folder))
        )
        files = folder / "files"
        files.mkdir()
        plain = stack.enter_context(server(case="usual_upload", folder=str(files)))
        bidders = [Bidder(room.where, person) for person in room.where["people"]]
        # The first round warms both servers and is not counted.
        for number in range(rounds + 1):
            say(f"  rush: round {number} of {rounds}")
            if number and number % (UPLOADS_PER_LOT - 1) == 0:
                time.sleep(SWEPT_SECONDS)
            before = room.cpu_seconds()
            rate, packages = asyncio.run(_rush_once(bidders))
            spent = room.cpu_seconds() - before
            memory.values.append(room.memory_mib())
            if number:
                ours.values.append(rate)
                cpu.values.append(spent * 1000 / packages)
                floor.values.append(_floor(files, packages))
                usual.values.append(asyncio.run(_usual(plain, packages)))
    growth = memory.values[-1] - memory.values[0]
    goals = [
        Goal("8", "packages of 256 KiB, receipted / file + fsync + sha256", paired(ours, floor), 0.60),
        Goal("8", "the same / FastAPI UploadFile", paired(ours, usual), 2.2),
        Goal("8", f"MiB more after {rounds} times as many packages (a count)", [growth], MOST_GROWTH, at_least=False),
    ]
    return [ours, cpu, floor, usual, memory], goals


async def _rush_once(bidders: Sequence[Bidder]) -> tuple[float, int]:
    for bidder in bidders:
        bidder.seal()
        await bidder.line.open()
    rate, done = await _timed([bidder.hand_in for bidder in bidders])
    for bidder in bidders:
        bidder.line.close()
    return rate, done


async def _timed(acts: Sequence[Callable[[], Awaitable[int]]]) -> tuple[float, int]:
    began = time.perf_counter()
    done = sum(await asyncio.gather(*(act() for act in acts)))
    return done / (time.perf_counter() - began), done


def _floor(folder: Path, count: int) -> float:
    data = os.urandom(SIZE)
    with ThreadPoolExecutor(THREADS) as pool:
        began = time.perf_counter()
        list(pool.map(lambda _: store_file(folder, data), range(count)))
        took = time.perf_counter() - began
    _sweep(folder)
    return count / took


async def _usual(plain: Server, count: int) -> float:
    boundary = "bidroomrush"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="tech.bin"\r\n\r\n'
    body = head.encode() + os.urandom(SIZE) + f"\r\n--{boundary}--\r\n".encode()
    lines = [Line(plain.where["port"], "") for _ in range(BIDDERS)]
    for line in lines:
        await line.open()

    async def send(line: Line) -> int:
        for _ in range(count // BIDDERS):
            await line.send("POST", "/upload", f"multipart/form-data; boundary={boundary}", body)
        return count // BIDDERS

    rate, _ = await _timed([lambda line=line: send(line) for line in lines])  # type: ignore[misc]  # bound at once
    for line in lines:
        line.close()
    return rate


def _sweep(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
