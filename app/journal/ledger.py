"""The end of a chain within one transaction: entries are linked as they are decided, and written together.

For the batches of live bids (PERFORMANCE.md section 4): what an entry says is encoded once, and its row is made of
those bytes.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from app.domain.entries import entry_hash, to_milliseconds
from app.domain.kinds import Kind
from app.infra.world import World
from app.journal.store import NewEntry, link_entries


class Head(NamedTuple):
    """The last entry of a chain."""

    seq: int
    hash: str
    at: datetime


class Ledger:
    """One chain from its head on. Precondition: the head is locked until the transaction ends."""

    def __init__(self, chain: str, head: Head, *, now: datetime, release: str, salts: Iterator[bytes]) -> None:
        self.chain = chain
        self.seq, self.hash = head.seq, head.hash
        # Order in time within a chain holds even if the machine's clock steps back.
        self.at = max(now, head.at)
        self.at_ms = to_milliseconds(self.at)
        self.release = release
        # In the order of the table's columns.
        self.rows: list[tuple[Any, ...]] = []
        self._salts = salts

    @property
    def head(self) -> Head:
        """The chain after what was noted."""
        return Head(self.seq, self.hash, self.at)

    def note(self, new: NewEntry) -> str:
        """Link an entry of this chain; its hash."""
        salt = next(self._salts)
        (made,) = link_entries([new], seq=self.seq, head=self.hash, at=self.at, release=self.release, salts=[salt])
        return self._took(new.kind, made.body, salt, made.hash, (new.tender, new.lot))

    def note_ready(self, kind: Kind, body: str, of: tuple[str | None, str | None]) -> str:
        """The same with a body that is canonical already and names this chain's next number, head and time; `of`:
        tender and lot."""
        salt, data = next(self._salts), body.encode()
        return self._took(kind, data, salt, entry_hash(salt, data), of)

    def _took(self, kind: Kind, body: bytes, salt: bytes, told: str, of: tuple[str | None, str | None]) -> str:
        self.seq += 1
        self.rows.append((self.chain, self.seq, self.at_ms, kind.value, *of, body.decode(), salt, told))
        self.hash = told
        return told


def salts_of(world: World, count: int) -> Iterator[bytes]:
    """Salts without end, so many asked of the system at once."""
    while True:
        yield from world.ids.salts(count)
