"""The `key.rotated` entries of the system's chain: the history of the journal's key as the journal tells it.

The statement is made where the key lies (infra/key_folder.py, the signer), and that is its moment; its entry follows.
Between the two a crash may come: whoever takes the next checkpoint writes the entry first (`settle_rotations`). The
lock of the system chain's head is the fence: under it a rotation reads the last checkpoint, and a checkpoint looks once
more which key is in force.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.checkpointing import FIRST_PREV
from app.domain.entries import entry_from
from app.domain.key_history import HistoryFault, KeyHistory, read_history
from app.domain.kinds import Kind
from app.infra.world import World
from app.journal import checkpoint_store
from app.journal.store import NewEntry, append, lock_head
from app.journal.tables import entry

CHAIN = "system"


class KeyConflictError(Exception):
    """The journal and the holder of the key tell two histories: nothing is signed. The sentence."""


async def list_rotations(tx: AsyncConnection) -> list[dict[str, Any]]:
    """The statements that the journal holds, oldest first."""
    # Written out, so that the index over just these entries is used.
    is_one = text("kind = 'key.rotated'")
    query = select(entry).where(entry.c.chain == CHAIN).where(is_one).order_by(entry.c.seq)
    return [dict(entry_from(row.body.encode(), row.salt, row.hash).data) for row in await tx.execute(query)]


async def settle_rotations(world: World) -> None:
    """Write the entries of rotations that were stated and not journaled yet. Raises KeyConflictError."""
    await asyncio.to_thread(world.keys.refresh)
    held = world.keys.rotations()
    async with world.db.snapshot() as tx:
        told = await list_rotations(tx)
    if told == held:
        return
    async with world.db.transaction() as tx:
        await tx.run_sync(lock_head, CHAIN)
        await write_missing(world, tx)


async def write_missing(world: World, tx: AsyncConnection) -> None:
    """Append the entries that are missing. Precondition: the head of the system's chain is locked.

    Raises KeyConflictError where the journal knows a rotation that the holder of the key does not, or went on with an
    ended key.
    """
    held, told = world.keys.rotations(), await list_rotations(tx)
    if told != held[: len(told)]:
        raise KeyConflictError(
            "the journal knows another rotation of its key than this service's key folder: "
            "the key here is not the one in force"
        )
    for statement in held[len(told) :]:
        last = await checkpoint_store.find_last(tx)
        due = (0, FIRST_PREV) if last is None else (last.n, last.digest())
        if due != (statement["from_checkpoint"] - 1, statement["last_checkpoint"]):
            raise KeyConflictError(
                f"rotation {statement['number']} ended a key after checkpoint {statement['from_checkpoint'] - 1}, "
                f"but the journal ends with checkpoint {due[0]}"
            )
        await append(world, tx, NewEntry(CHAIN, Kind.KEY_ROTATED, statement))


async def lock_history(world: World, tx: AsyncConnection) -> KeyHistory:
    """The journal's keys by its entries, so that none can be added until the transaction ends; what the holder of the
    key has stated counts too. Raises KeyConflictError."""
    await tx.run_sync(lock_head, CHAIN)
    await asyncio.to_thread(world.keys.refresh)
    held, told = world.keys.rotations(), await list_rotations(tx)
    if told != held[: len(told)]:
        raise KeyConflictError("the key here is not the one in force: the journal knows another rotation")
    return history_of(held, world.keys.public_key)


def history_of(statements: Sequence[Mapping[str, Any]], public_key: bytes) -> KeyHistory:
    """The history of statements that must stand. Raises KeyConflictError."""
    found = read_history(statements, None if statements else public_key)
    if isinstance(found, HistoryFault):
        raise KeyConflictError(f"the rotations of the journal's key do not stand: {found.value}")
    return found
