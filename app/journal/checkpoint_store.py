"""SQL of the checkpoints: the signed statements, the heads they cover, and what in the journal asks for the next."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.checkpointing import REASON_OF_KIND, Head, Reason, Statement
from app.domain.cosigning import Cosignature
from app.domain.entries import from_milliseconds, to_milliseconds
from app.domain.kinds import Kind
from app.journal.checkpoint_tables import checkpoint, checkpoint_head
from app.journal.tables import chain_head, entry

PAGE = 500


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement with the heads that moved since the one before."""

    statement: Statement
    signature: bytes
    moved: Sequence[Head]


def statement_of(row: Any) -> Statement:
    """The statement of a row of ``checkpoint``."""
    at_ms = to_milliseconds(row.at)
    return Statement(row.n, at_ms, row.reason, row.chains, row.entries, row.root, row.prev, row.key_id)


def cosignature_of(row: Any) -> Cosignature:
    """The word of a witness in a row of ``cosignature``."""
    return Cosignature(row.witness, row.journal, row.n, row.digest, row.seen_at_ms, row.sig)


def _checkpoint(row: Any) -> Checkpoint:
    return Checkpoint(statement_of(row), row.sig, [Head(*item) for item in row.heads])


async def find_last(tx: AsyncConnection) -> Statement | None:
    """The statement signed last."""
    row = (await tx.execute(select(checkpoint).order_by(checkpoint.c.n.desc()).limit(1))).first()
    return None if row is None else statement_of(row)


async def find_checkpoint(tx: AsyncConnection, n: int) -> Checkpoint | None:
    """The checkpoint of a number."""
    row = (await tx.execute(select(checkpoint).where(checkpoint.c.n == n))).first()
    return None if row is None else _checkpoint(row)


async def list_statements(tx: AsyncConnection, *, before: int | None, limit: int) -> list[tuple[Statement, bytes]]:
    """The newest statements with their signatures, newest first, below a number."""
    query = select(checkpoint).order_by(checkpoint.c.n.desc()).limit(limit)
    if before is not None:
        query = query.where(checkpoint.c.n < before)
    return [(statement_of(row), row.sig) for row in await tx.execute(query)]


async def list_checkpoints(tx: AsyncConnection, *, after: int, limit: int = PAGE) -> list[Checkpoint]:
    """The checkpoints after a number, in order."""
    query = select(checkpoint).where(checkpoint.c.n > after).order_by(checkpoint.c.n).limit(limit)
    return [_checkpoint(row) for row in await tx.execute(query)]


async def stream_checkpoints(tx: AsyncConnection, *, after: int = 0) -> AsyncIterator[Checkpoint]:
    """All checkpoints after a number, page by page."""
    while page := await list_checkpoints(tx, after=after):
        for item in page:
            yield item
        after = page[-1].statement.n


async def list_covered(tx: AsyncConnection) -> list[Head]:
    """The heads that the last checkpoint covers."""
    rows = await tx.execute(select(checkpoint_head))
    return [Head(row.chain, row.seq, row.hash) for row in rows]


async def find_lost(tx: AsyncConnection) -> str | None:
    """A chain whose covered head is no longer an entry of the journal, or None."""
    is_same = (entry.c.chain == checkpoint_head.c.chain) & (entry.c.seq == checkpoint_head.c.seq)
    joined = checkpoint_head.outerjoin(entry, is_same)
    is_lost = entry.c.hash.is_(None) | (entry.c.hash != checkpoint_head.c.hash)
    return (await tx.execute(select(checkpoint_head.c.chain).select_from(joined).where(is_lost).limit(1))).scalar()


async def find_reason(tx: AsyncConnection, since: datetime) -> Reason | None:
    """Why a checkpoint is due at once: an act of REASON_OF_KIND written since then that no checkpoint covers yet."""
    is_covered = (checkpoint_head.c.chain == entry.c.chain) & (checkpoint_head.c.seq >= entry.c.seq)
    query = (
        select(entry.c.kind)
        .select_from(entry.outerjoin(checkpoint_head, is_covered))
        .where(entry.c.at_ms >= to_milliseconds(since))
        .where(entry.c.kind.in_([kind.value for kind in REASON_OF_KIND]))
        .where(checkpoint_head.c.chain.is_(None))
        .order_by(entry.c.at_ms.desc())
        .limit(1)
    )
    kind = (await tx.execute(query)).scalar()
    return None if kind is None else REASON_OF_KIND[Kind(kind)]


async def list_heads(tx: AsyncConnection) -> list[Head]:
    """The head of every chain, sorted by chain here: databases sort texts by their own rules."""
    rows = await tx.execute(select(chain_head).where(chain_head.c.seq > 0))
    return sorted((Head(row.chain, row.seq, row.hash) for row in rows), key=lambda head: head.chain)


async def insert_checkpoint(tx: AsyncConnection, fresh: Checkpoint) -> None:
    """Write a checkpoint and the heads it covers. The number is the fence: a second writer's insert fails."""
    told = fresh.statement
    values = {
        "n": told.n,
        "at": from_milliseconds(told.at_ms),
        "reason": told.reason,
        "chains": told.chains,
        "entries": told.entries,
        "root": told.root,
        "prev": told.prev,
        "key_id": told.key_id,
        "digest": told.digest(),
        "sig": fresh.signature,
        "heads": [[head.chain, head.seq, head.hash] for head in fresh.moved],
    }
    await tx.execute(insert(checkpoint).values(values))
    if fresh.moved:
        chains = [head.chain for head in fresh.moved]
        for start in range(0, len(chains), PAGE):
            await tx.execute(delete(checkpoint_head).where(checkpoint_head.c.chain.in_(chains[start : start + PAGE])))
        rows = [{"chain": head.chain, "seq": head.seq, "hash": head.hash} for head in fresh.moved]
        await tx.execute(insert(checkpoint_head), rows)


# An entry gets its time up to a lock's wait before it is seen: look back further than transactions last. What is missed
# all the same has its checkpoint within the minute.
LOOK_BACK = timedelta(seconds=3)
