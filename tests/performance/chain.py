"""Goals 11a and 11b: chaining an entry, and checking a line of a bundle, against SHA-256 over ready bytes."""

import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.domain.bundling import journal_line, split_line
from app.domain.chaining import ChainEnd, read_entry
from app.domain.entries import GENESIS, Entry, entry_hash
from app.domain.kinds import Kind
from app.infra.world import Ids
from app.journal.store import NewEntry, link_entries
from tests.performance.rounds import Case, Goal, Results, paired

BEGAN = datetime(2026, 11, 21, 7, tzinfo=UTC)
# As many as fit a round of a second or less.
COUNT = 20_000
# Bids a commit on a hot lot (goal 1f measures 58).
BATCH = 50
T = TypeVar("T")
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
    return [entry for batch, _ in batches(count) for entry in batch]


def batches(count: int) -> Iterator[tuple[list[Entry], float]]:
    """A chain of bids, batch by batch, and the CPU seconds that the journal's own append took for it, less the
    database."""
    ids, head = Ids(), GENESIS
    for start in range(0, count, BATCH):
        news = [bid(n) for n in range(start + 1, min(start + BATCH, count) + 1)]
        began = time.process_time()
        made = link_entries(news, seq=start, head=head, at=BEGAN, release="0.1.0", salts=ids.salts(len(news)))
        took = time.process_time() - began
        head = made[-1].hash
        yield made, took


def chain(_folder: Path, rounds: int, _seconds: float) -> Results:
    """Entries a second of CPU: appended, checked as stored bytes, checked strictly.

    All in turn on each batch: the journal has entries just made and the verifier has lines just read, so floor and
    product alike find their bytes in the processor's cache.
    """
    floor, append = Case("SHA-256 chain over ready bytes", "entries/s"), Case("chained append", "entries/s")
    stored, strict = Case("verify, stored bytes", "entries/s"), Case("verify, strict", "entries/s")
    for _ in range(rounds):
        spent = [0.0] * 4
        end = ChainEnd(f"lot:{LOT}")
        for made, took in batches(COUNT):
            lines = [journal_line(entry.body, entry.hash, entry.salt) for entry in made]
            spent[0] += _timed(_hash_all, [entry.body for entry in made])[1]
            spent[1] += took
            spent[2] += _timed(_check_stored, lines)[1]
            end, checked = _timed(partial(_check_strictly, end), lines)
            spent[3] += checked
        for case, seconds in zip((floor, append, stored, strict), spent, strict=True):
            case.values.append(COUNT / seconds)
    goals = [
        Goal("11a", "chained append / SHA-256 over ready bytes", paired(append, floor), 0.50),
        Goal("11b", "verify, stored bytes / the same", paired(stored, floor), 0.50),
        Goal("11b", "verify, strict re-canonicalising / the same", paired(strict, floor), 0.25),
    ]
    return [floor, append, stored, strict], goals


def _timed(work: Callable[[list[bytes]], T], given: list[bytes]) -> tuple[T, float]:
    began = time.process_time()
    done = work(given)
    return done, time.process_time() - began


def _hash_all(ready: list[bytes]) -> None:
    head = bytes(32)
    for body in ready:
        head = hashlib.sha256(head + body).digest()


def _check_stored(lines: list[bytes]) -> None:
    for line in lines:
        body, told, salt = split_line(line)
        assert entry_hash(salt, body) == told


def _check_strictly(end: ChainEnd, lines: list[bytes]) -> ChainEnd:
    for line in lines:
        body, told, salt = split_line(line)
        entry = read_entry(body, salt, told)
        assert isinstance(entry, Entry)
        followed = end.follow(entry)
        assert isinstance(followed, ChainEnd)
        end = followed
    return end
