"""The identity vault: what joins a person or a supplier to its acts, under a key outside the database (VISIBILITY.md
section 2).

The records lie beside what they belong to (an invitation's answer, a session's owner, a report's caller, contact data),
each sealed under the vault key and bound to its row; traces of sign-ins have a table of their own. Every reading by a
person is an entry `vault.read` with what was read and why (`note_reading`). The machine opens records at every request,
to know whose session it is and under which tag a supplier acts: these are counted by key and told together now and then
(`note_counts`). VISIBILITY.md asks that people's readings are logged; an entry a request would bury them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import from_milliseconds, to_milliseconds
from app.domain.kinds import Kind
from app.domain.vault_policy import Reading
from app.domain.visibility import Role
from app.identity.access import Actor
from app.identity.session_times import to_hour
from app.identity.vault_tables import sign_in_trace
from app.infra.db import Database
from app.infra.world import World
from app.journal.store import NewEntry, append

PURPOSE = "vault"
# Sealed values of one kind have one length.
TRACE_BYTES = 640
ACTOR_BYTES = 128
LONGEST_AGENT = 200
# Pages ask again and again: one reading of the same by the same person is one entry for so long.
SAME_READING = timedelta(minutes=15)
MOST_REMEMBERED = 1000
_SEEN: WeakKeyDictionary[Database, dict[tuple[str, Reading, str | None], datetime]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a session began, and with what."""

    at: datetime
    network: str
    agent: str


def _who_key(world: World, account_id: str) -> str:
    return world.keys.lookup("trace|" + account_id)


async def insert_trace(world: World, tx: AsyncConnection, *, account_id: str, network: str, user_agent: str) -> None:
    """Keep where a session began (d17); neither account, address nor device can be read from the row."""
    now, trace_id = world.clock.now(), world.ids.new()
    agent = "".join(filter(str.isprintable, user_agent)).encode()[:LONGEST_AGENT].decode(errors="ignore")
    plain = orjson.dumps({"at": to_milliseconds(now), "network": network[:64], "agent": agent}).ljust(TRACE_BYTES)
    sealed = world.keys.seal(PURPOSE, plain, trace_id.encode())
    row = {"id": trace_id, "who_key": _who_key(world, account_id), "hour": to_hour(now), "sealed": sealed}
    await tx.execute(insert(sign_in_trace).values(**row))


async def list_traces(world: World, tx: AsyncConnection, account_ids: Collection[str]) -> dict[str, list[Trace]]:
    """The traces of these accounts, oldest first. For an approved reading alone."""
    by_key = {_who_key(world, account_id): account_id for account_id in account_ids}
    found: dict[str, list[Trace]] = {account_id: [] for account_id in account_ids}
    for row in await tx.execute(select(sign_in_trace).where(sign_in_trace.c.who_key.in_(by_key))):
        opened = orjson.loads(world.keys.unseal(PURPOSE, row.sealed, row.id.encode()))
        found[by_key[row.who_key]].append(Trace(from_milliseconds(opened["at"]), opened["network"], opened["agent"]))
    return {account_id: sorted(own, key=lambda one: one.at) for account_id, own in found.items()}


async def delete_old_traces(world: World) -> None:
    """Forget the traces that are older than the retention asks for."""
    before = world.clock.now() - timedelta(days=world.settings.trace_days)
    async with world.db.transaction() as tx:
        await tx.execute(delete(sign_in_trace).where(sign_in_trace.c.hour < before))


def seal_actor(world: World, *, supplier_id: str, account_id: str, bound_to: str) -> bytes:
    """Who stands behind a supplier's act, for the `sealed` member of its entry; always of one length."""
    plain = orjson.dumps({"supplier": supplier_id, "account": account_id}).ljust(ACTOR_BYTES)
    return world.keys.seal(PURPOSE, plain, bound_to.encode())


def open_actor(world: World, sealed: bytes, bound_to: str) -> tuple[str, str]:
    """Supplier and account behind an act. Raises ValueError where it was sealed for something else."""
    who = orjson.loads(world.keys.unseal(PURPOSE, sealed, bound_to.encode()))
    return who["supplier"], who["account"]


async def note_reading(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    hat: Role,
    reading: Reading,
    *,
    tender: str | None,
    subjects: Sequence[str] = (),
    reason: str = "",
) -> None:
    """Append that a person reads this of the vault: what, of whom, why; never what it says."""
    data = {"reading": reading.value, "subjects": sorted(subjects), "reason": reason}
    await append(world, tx, NewEntry("system", Kind.VAULT_READ, data, tender=tender, **actor.entry_fields(hat)))


async def note_seen(
    world: World, actor: Actor, hat: Role, reading: Reading, *, tender: str | None, subjects: Sequence[str]
) -> None:
    """The same for a page that shows it without being asked each time: once in a while, in a transaction of its own."""
    seen, now = _SEEN.setdefault(world.db, {}), world.clock.now()
    place = (actor.account_id, reading, tender)
    if place in seen and now - seen[place] < SAME_READING:
        return
    if len(seen) >= MOST_REMEMBERED:
        seen.clear()
    async with world.db.transaction() as tx:
        await note_reading(world, tx, actor, hat, reading, tender=tender, subjects=subjects, reason="shown")
    seen[place] = now


async def note_counts(world: World) -> None:
    """Append how many records the service itself has opened since it last told, by key; nothing where there are
    none."""
    counts = world.keys.take_counts()
    if counts:
        async with world.db.transaction() as tx:
            await append(world, tx, NewEntry("system", Kind.VAULT_READ, {"reading": "run_time", "opened": counts}))
