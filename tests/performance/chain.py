"""Goals 11a and 11b: chaining an entry, and checking a line of a bundle, against SHA-256 over ready bytes."""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from app.domain.bundling import journal_line, split_line
from app.domain.chaining import ChainEnd, read_entry
from app.domain.entries import GENESIS, Entry, Kind, entry_hash
from app.infra.world import Ids, World
from app.journal.store import NewEntry, _make
from tests.performance.rounds import Case, Goal, Results, paired

BEGAN = datetime(2026, 11, 21, 7, tzinfo=UTC)
# As many as fit a round of a second or less.
COUNT = 20_000
LOT, TENDER, ROUND = "b1" * 16, "a1" * 16, "c1" * 16


def bid(n: int) -> NewEntry:
    """A live bid as it is journaled."""
    data = {
        "bid_id": f"{n:032x}",
        "amount": f"{900_000 - n}.00",
        "received_at": "2026-11-21T07:00:00.000Z",
        "n": n,
        "own_before": None if n <= 200 else f"{900_200 - n}.00",
    }
    return NewEntry(
        f"lot:{LOT}", Kind.BID_ACCEPTED, data, tender=TENDER, round=ROUND, lot=LOT, tag=f"{n % 200:032x}",
        actor_role="supplier", request_id=f"{n:032x}",
    )  # fmt: skip


def bids(count: int) -> list[Entry]:
    """A chain of bids."""
    return append_all([bid(n) for n in range(1, count + 1)])


def append_all(news: list[NewEntry]) -> list[Entry]:
    """The chain that the journal's own append makes of them, less the database."""
    world = cast(World, SimpleNamespace(ids=Ids(), settings=SimpleNamespace(release="0.1.0")))
    made, prev = [], GENESIS
    for n, new in enumerate(news, start=1):
        entry = _make(world, new, seq=n, prev=prev, at=BEGAN)
        made.append(entry)
        prev = entry.hash
    return made


def _rate(work: Callable[[], Any], count: int) -> float:
    began = time.process_time()
    work()
    return count / (time.process_time() - began)


def chain(_folder: Path, rounds: int, _seconds: float) -> Results:
    """Entries a second of CPU: appended, checked as stored bytes, checked strictly."""
    floor, append = Case("SHA-256 chain over ready bytes", "entries/s"), Case("chained append", "entries/s")
    stored, strict = Case("verify, stored bytes", "entries/s"), Case("verify, strict", "entries/s")
    news = [bid(n) for n in range(1, COUNT + 1)]
    entries = append_all(news)
    ready = [entry.body for entry in entries]
    lines = [journal_line(entry.body, entry.hash, entry.salt) for entry in entries]
    for _ in range(rounds):
        floor.values.append(_rate(lambda: _hash_all(ready), COUNT))
        append.values.append(_rate(lambda: append_all(news), COUNT))
        stored.values.append(_rate(lambda: _check_stored(lines), COUNT))
        strict.values.append(_rate(lambda: _check_strictly(lines), COUNT))
    goals = [
        Goal("11a", "chained append / SHA-256 over ready bytes", paired(append, floor), 0.50),
        Goal("11b", "verify, stored bytes / the same", paired(stored, floor), 0.50),
        Goal("11b", "verify, strict re-canonicalising / the same", paired(strict, floor), 0.25),
    ]
    return [floor, append, stored, strict], goals


def _hash_all(ready: list[bytes]) -> bytes:
    head = bytes(32)
    for body in ready:
        head = hashlib.sha256(head + body).digest()
    return head


def _check_stored(lines: list[bytes]) -> None:
    for line in lines:
        body, told, salt = split_line(line)
        assert entry_hash(salt, body) == told


def _check_strictly(lines: list[bytes]) -> None:
    end = ChainEnd(f"lot:{LOT}")
    for line in lines:
        body, told, salt = split_line(line)
        entry = read_entry(body, salt, told)
        assert isinstance(entry, Entry)
        followed = end.follow(entry)
        assert isinstance(followed, ChainEnd)
        end = followed
