"""Ending the journal's key and beginning another: `bidroom rotate-key` (attacks.md G09, domain/key_history.py).

1. A last checkpoint by the old key.
2. Under the lock of the system's chain: the holder of the key makes a new one, durable, and the statement that both
   sign; from that line on the new key is in force, and the old private key is overwritten. Then its entry.
3. A checkpoint by the new key, which covers that entry.

Killed anywhere, one of the two keys is in force, and asking again for the end of the same key goes on where it was:
before the statement nothing has happened; after it the next checkpoint of any replica writes the entry.

One person at the machine is enough. Whoever reaches the key's folder could end the key without asking this program,
so a second person asked for here would guard nothing; a stolen key must be ended at night, too. What guards is that
it cannot be done unseen: the statement stands in the journal, in every bundle, on the page of the public key, and in a
notice to every auditor.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from app.domain.checkpointing import FIRST_PREV, Reason
from app.domain.entries import to_milliseconds
from app.domain.fingerprints import names_key
from app.domain.key_history import decide_reason
from app.domain.sealing.receipt import key_id_of
from app.infra.key_folder import Order, RotationRefusedError
from app.infra.world import World
from app.journal import checkpoint_store
from app.journal.checkpoints import Fork, take_checkpoint
from app.journal.rotation_entries import CHAIN, KeyConflictError, write_missing
from app.journal.store import lock_head

# A replica may take a checkpoint in between, and then the end comes after that one.
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Rotated:
    """The key was ended, now or before: the statement."""

    statement: dict[str, Any]
    is_new: bool


async def rotate_key(world: World, ending: str, reason: str) -> Rotated | str:
    """End the key that is named, by its fingerprint, words or short name; or why that is not done."""
    if not decide_reason(reason):
        return "a rotation has a reason of at most 500 characters"
    # Also settles what an earlier call has left.
    taken = await take_checkpoint(world, Reason.MINUTE)
    if isinstance(taken, Fork):
        return taken.why
    # The key first: if somebody ends it between the two looks, the statements tell.
    key, before = world.keys.journal, _ended(world, ending)
    if before is not None:
        return Rotated(before, is_new=False)
    if not _is_named(key.public_key, ending):
        return f"the key in force is {key.key_id}, not the one you named"
    ended = await _end(world, key.key_id, reason)
    if isinstance(ended, str):
        return ended
    taken = await take_checkpoint(world, Reason.ROTATED)
    return taken.why if isinstance(taken, Fork) else Rotated(ended, is_new=True)


def _ended(world: World, name: str) -> dict[str, Any] | None:
    """The statement by which a key was ended."""
    told = world.keys.rotations()
    return next((each for each in told if _is_named(bytes.fromhex(each["old_key"]), name)), None)


def _is_named(key: bytes, name: str) -> bool:
    return name.strip().lower() == key_id_of(key) or names_key(key, name)


async def _end(world: World, key_id: str, reason: str) -> dict[str, Any] | str:
    why = ""
    for _ in range(MOST_TRIES):
        try:
            async with world.db.transaction() as tx:
                await tx.run_sync(lock_head, CHAIN)
                last = await checkpoint_store.find_last(tx)
                n, digest = (0, FIRST_PREV) if last is None else (last.n, last.digest())
                at_ms = max(to_milliseconds(world.clock.now()), 0 if last is None else last.at_ms)
                order = Order(key_id, n, digest, at_ms, reason)
                statement = await asyncio.to_thread(world.keys.rotate, order)
                await write_missing(world, tx)
            return statement
        except RotationRefusedError as refused:
            # Perhaps by another call at the same moment.
            if (before := _ended(world, key_id)) is not None:
                return before
            why = str(refused)
        except KeyConflictError as conflict:
            return str(conflict)
        taken = await take_checkpoint(world, Reason.MINUTE)
        if isinstance(taken, Fork):
            return taken.why
    return why
