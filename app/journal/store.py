"""Appending to and reading the journal. Append last in the transaction: the chain's head row is the lock."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import (
    ENTRY_VERSION,
    GENESIS,
    OPTIONAL,
    Entry,
    canonical_bytes,
    entry_from,
    entry_hash,
    from_milliseconds,
    to_milliseconds,
)
from app.domain.kinds import Kind
from app.infra.at_hand import AtHand
from app.infra.db import insert_rows
from app.infra.world import World
from app.journal.tables import chain_head, entry

PAGE = 500
# Built once: the head is locked for every batch of bids.
_LOCK_HEAD = (
    select(chain_head.c.seq, chain_head.c.hash, chain_head.c.at_ms)
    .where(chain_head.c.chain == bindparam("of"))
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An act about to be recorded; number, time of writing, salt and hash are given at appending."""

    chain: str
    kind: Kind
    data: Mapping[str, Any] = field(default_factory=dict)
    tender: str | None = None
    round: str | None = None
    lot: str | None = None
    tag: str | None = None
    actor_role: str = "service"
    actor_ref: str | None = None
    request_id: str | None = None
    sealed: bytes | None = None


async def append(world: World, tx: AsyncConnection, new: NewEntry) -> Entry:
    """Append one entry to its chain under the lock of the chain's head; returns it with number and hash."""
    (made,) = await tx.run_sync(append_batch, world, [new])
    return made


def append_batch(connection: Connection, world: World, news: Sequence[NewEntry]) -> list[Entry]:
    """Append entries of ONE chain, in order, within the caller's transaction (sync Core; the hot path of live bids)."""
    chain = news[0].chain
    seq, head, last_at = lock_head(connection, chain)
    # Order in time within a chain holds even if the machine's clock steps back.
    now = max(world.clock.now(), last_at)
    if any(new.chain != chain for new in news):
        raise ValueError("a batch belongs to one chain")
    salts = world.ids.salts(len(news))
    made = link_entries(news, seq=seq, head=head, at=now, release=world.settings.release, salts=salts)
    insert_rows(connection, entry, [_row(item) for item in made])
    last = made[-1]
    values = {"seq": last.seq, "hash": last.hash, "at_ms": to_milliseconds(now)}
    connection.execute(update(chain_head).where(chain_head.c.chain == chain).values(values))
    return made


def lock_head(connection: Connection | AtHand, chain: str) -> tuple[int, str, datetime]:
    """Number, hash and time of the chain's last entry, locked until the transaction ends; (0, GENESIS, 1970) for a
    new chain."""
    if isinstance(connection, AtHand):
        seq, head, at_ms = connection.find("head", chain)
        return seq, head, from_milliseconds(at_ms)
    row = connection.execute(_LOCK_HEAD, {"of": chain}).first()
    if row is None:
        make = insert_sqlite if connection.dialect.name == "sqlite" else insert_postgres
        connection.execute(make(chain_head).values(chain=chain, seq=0, hash=GENESIS, at_ms=0).on_conflict_do_nothing())
        row = connection.execute(_LOCK_HEAD, {"of": chain}).one()
    return row.seq, row.hash, from_milliseconds(row.at_ms)


def link_entries(
    news: Sequence[NewEntry], *, seq: int, head: str, at: datetime, release: str, salts: Sequence[bytes]
) -> list[Entry]:
    """The entries that follow number ``seq`` with hash ``head``, each with its body, salt and hash.

    The hot path of live bids (PERFORMANCE.md goal 11a): the body is built once, the entry once.
    """
    made: list[Entry] = []
    at_ms = to_milliseconds(at)
    for new, salt in zip(news, salts, strict=True):
        seq += 1
        sealed = None if new.sealed is None else new.sealed.hex()
        members: dict[str, Any] = {
            "actor_role": new.actor_role,
            "at": at_ms,
            "chain": new.chain,
            "data": new.data,
            "kind": str(new.kind),
            "prev": head,
            "release": release,
            "seq": seq,
            "v": ENTRY_VERSION,
            "tender": new.tender,
            "round": new.round,
            "lot": new.lot,
            "tag": new.tag,
            "actor_ref": new.actor_ref,
            "request_id": new.request_id,
            "sealed": sealed,
        }
        for name in OPTIONAL:
            if members[name] is None:
                del members[name]
        body = canonical_bytes(members)
        told = entry_hash(salt, body)
        fresh = Entry(
            new.chain, seq, at, new.kind, new.data, new.actor_role, head, release, new.tender, new.round, new.lot,
            new.tag, new.actor_ref, new.request_id, sealed, salt, told, body,
        )  # fmt: skip
        made.append(fresh)
        head = told
    return made


def _row(item: Entry) -> dict[str, Any]:
    return {
        "chain": item.chain,
        "seq": item.seq,
        "at_ms": to_milliseconds(item.at),
        "kind": item.kind.value,
        "tender": item.tender,
        "lot": item.lot,
        "body": item.body.decode(),
        "salt": item.salt,
        "hash": item.hash,
    }


async def list_entries(tx: AsyncConnection, *, chain: str, after_seq: int = 0, limit: int = PAGE) -> list[Entry]:
    """Entries of one chain after a number, in order; each is re-read from its stored bytes."""
    query = select(entry).where(entry.c.chain == chain, entry.c.seq > after_seq).order_by(entry.c.seq).limit(limit)
    return [entry_from(row.body.encode(), row.salt, row.hash) for row in await tx.execute(query)]


async def list_of_kind(tx: AsyncConnection, *, chain: str, kind: Kind) -> list[Entry]:
    """The entries of one kind of a chain, in order; for kinds of which a chain has few."""
    query = select(entry).where(entry.c.chain == chain, entry.c.kind == kind.value).order_by(entry.c.seq)
    return [entry_from(row.body.encode(), row.salt, row.hash) for row in await tx.execute(query)]


def find_newest(connection: Connection, chain: str, *kinds: Kind) -> Entry | None:
    """The newest entry of some kinds of a chain, or None; also on the committer's connection."""
    named = entry.c.kind.in_([kind.value for kind in kinds])
    query = select(entry).where(entry.c.chain == chain, named).order_by(entry.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else entry_from(row.body.encode(), row.salt, row.hash)


async def stream_chain(tx: AsyncConnection, chain: str) -> AsyncIterator[Entry]:
    """All entries of a chain in order, page by page: flat memory however long the chain."""
    after = 0
    while page := await list_entries(tx, chain=chain, after_seq=after):
        for item in page:
            yield item
        after = page[-1].seq


async def list_heads(tx: AsyncConnection) -> list[tuple[str, int, str]]:
    """(chain, seq, hash) of every chain, sorted by chain; what a checkpoint signs."""
    rows = await tx.execute(select(chain_head).where(chain_head.c.seq > 0).order_by(chain_head.c.chain))
    return [(row.chain, row.seq, row.hash) for row in rows]
