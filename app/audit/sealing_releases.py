"""Which sealing file was released when: one entry each time the file that runs is another than the last one noted.

Any replica may be the first to start with it: the last entry is read under the lock of the chain, so replicas of one
release write one entry. A release taken back is an entry again, since from then on the older bytes seal.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.domain.kinds import Kind
from app.infra.world import World
from app.journal.store import NewEntry, append_batch, find_newest, list_of_kind, lock_head

CHAIN = "system"


@dataclass(frozen=True, slots=True)
class Released:
    """The hashes of a release: of the file that the pages load, and of the page that holds the same bytes."""

    version: str
    sealing_sha256: str
    page_sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """A released file as the journal has it."""

    at: datetime
    released: Released


def _note(connection: Connection, world: World, released: Released) -> bool:
    lock_head(connection, CHAIN)
    newest = find_newest(connection, CHAIN, Kind.SEALING_RELEASED)
    data = {
        "version": released.version,
        "sealing_sha256": released.sealing_sha256,
        "page_sha256": released.page_sha256,
    }
    # A new version with the same bytes is no other file.
    if newest is not None and all(newest.data.get(name) == data[name] for name in ("sealing_sha256", "page_sha256")):
        return False
    append_batch(connection, world, [NewEntry(CHAIN, Kind.SEALING_RELEASED, data)])
    return True


async def note_release(world: World, released: Released) -> bool:
    """Write what seals from now on, where that is news; whether it was."""
    async with world.db.transaction() as tx:
        return await tx.run_sync(_note, world, released)


async def list_releases(world: World) -> list[Release]:
    """All released files, newest first."""
    async with world.db.snapshot() as tx:
        entries = await list_of_kind(tx, chain=CHAIN, kind=Kind.SEALING_RELEASED)
    return [
        Release(
            entry.at,
            Released(entry.data["version"], entry.data["sealing_sha256"], entry.data["page_sha256"]),
        )
        for entry in reversed(entries)
    ]
