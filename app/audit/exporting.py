"""Working off an export: plan under one view of the record, stream page by page, tell how far it has come."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit import store
from app.audit.bundle import BundleWriter, Maker
from app.audit.evidence import read_ciphertext
from app.audit.histories import plan_histories, write_histories
from app.audit.planning import Plan, plan_bundle
from app.audit.releasing import write_releases
from app.audit.sheets import digest_file
from app.audit.store import Export, Form, JobState
from app.audit.witness_store import stream_cosignatures
from app.domain.bundling import ChainScope, CheckpointLine, stamp_file
from app.domain.checkpointing import Head, HeadList, Reason
from app.domain.entries import to_milliseconds
from app.infra.world import World
from app.journal import checkpoint_store
from app.journal.checkpoint_store import Checkpoint
from app.journal.checkpoints import Fork, take_checkpoint
from app.journal.stamping import list_stamps

# Rung when a job was queued.
TOPIC = "exports"
# Rows a page: enough that a page's fixed cost vanishes, few enough that a live lot's bids get their turn between.
PAGE = 1000
# Each sign of life is a commit, which live bids would wait for.
TELL_EVERY_SECONDS = 1.0


SUFFIX = {Form.BUNDLE: ".zip", Form.JSONL: ".jsonl", Form.CSV: ".csv", Form.XLSX: ".xlsx", Form.OCDS: ".json"}


def export_path(world: World, export_id: str, form: Form = Form.BUNDLE) -> Path:
    """Where the file of an export lies."""
    return world.settings.data_dir / "exports" / f"{export_id}{SUFFIX[form]}"


def file_name(job: Export) -> str:
    """What the file of an export is called when it is taken away."""
    return f"bidroom-{job.id[:8]}{SUFFIX[job.form]}"


async def write_export(world: World, job: Export) -> None:
    """Write the file of a claimed job, and mark it ready."""
    path = export_path(world, job.id, job.form)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    write = {Form.BUNDLE: _write_bundle, Form.OCDS: write_releases}.get(job.form, _write_history)
    total, digest = await write(world, job, unfinished)
    size = unfinished.stat().st_size
    unfinished.replace(path)
    async with world.db.transaction() as tx:
        now = world.clock.now()
        await store.set_export(
            tx, job.id, state=JobState.READY, done=total, total=total, size=size, sha256=digest, ready_at=now
        )


async def _write_bundle(world: World, job: Export, unfinished: Path) -> tuple[int, str]:
    taken = await take_checkpoint(world, Reason.EXPORT)
    async with world.db.snapshot() as tx:
        plan = await plan_bundle(world, tx, job, None if isinstance(taken, Fork) else taken.statement)
    key = world.keys.journal
    maker = Maker(key.public_key, key.key_id, world.settings.release, key.sign, world.keys.rotations())
    writer = await asyncio.to_thread(BundleWriter, unfinished, maker)
    try:
        return plan.total, await _fill(world, job, plan, writer)
    except BaseException:
        await asyncio.to_thread(writer.discard)
        raise


async def _write_history(world: World, job: Export, unfinished: Path) -> tuple[int, str]:
    async with world.db.snapshot() as tx:
        parts = await plan_histories(world, tx, job)
    total = sum(one.count for one in parts)
    progress = Progress(world, job, total)
    await progress.tell(0)
    await write_histories(world, job, parts, unfinished, progress.tell)
    return total, await asyncio.to_thread(digest_file, unfinished)


class Progress:
    """How far a job has come, told to its row now and then."""

    def __init__(self, world: World, job: Export, total: int) -> None:
        self._world = world
        self._job = job
        self._total = total
        self._told_at: float | None = None

    async def tell(self, done: int) -> None:
        """Write the number of entries written so far, unless that was done a moment ago."""
        now = self._world.clock.monotonic()
        if self._told_at is not None and now - self._told_at < TELL_EVERY_SECONDS:
            return
        self._told_at = now
        async with self._world.db.transaction() as tx:
            at = self._world.clock.now()
            await store.set_export(tx, self._job.id, done=done, total=self._total, seen_at=at)


async def _fill(world: World, job: Export, plan: Plan, writer: BundleWriter) -> str:
    progress = Progress(world, job, plan.total)
    await progress.tell(0)
    for scope in plan.chains:
        # The journal only grows: pages read one after the other up to a fixed number are as good as one long view, and
        # leave the database its checkpoints.
        for after in range(0, scope.seq, PAGE):
            async with world.db.snapshot() as tx:
                page = await store.list_stored(tx, chain=scope.chain, after=after, upto=scope.seq, limit=PAGE)
            await asyncio.to_thread(writer.add_entries, page)
            await progress.tell(writer.entries)
    first = 0
    async with world.db.snapshot() as tx:
        async for lines in checkpoint_lines(tx, plan):
            first = first or lines[0].statement.n
            await asyncio.to_thread(writer.add_checkpoints, lines)
        if first:
            async for cosigned in stream_cosignatures(tx, first=first, last=plan.last_checkpoint):
                await asyncio.to_thread(writer.add_cosignatures, cosigned)
            for stamp in await list_stamps(tx, first=first, last=plan.last_checkpoint):
                await asyncio.to_thread(writer.add_file, stamp_file(stamp.n), stamp.answer)
    for one in plan.ciphertexts:
        content = await read_ciphertext(world, one)
        if content is not None:
            await asyncio.to_thread(writer.add_file, one.file, content)
    told = {**job.scope, "export": job.id, "purpose": job.purpose, "recipient": job.recipient, "as_of": plan.as_of_ms}
    made_at = to_milliseconds(world.clock.now())
    return await asyncio.to_thread(writer.finish, told, plan.chains, plan.documents, made_at=made_at)


async def checkpoint_lines(tx: AsyncConnection, plan: Plan) -> AsyncIterator[list[CheckpointLine]]:
    """The bundle's checkpoint lines, page by page: from the one before its oldest entry to the last.

    The first line tells every leaf, later ones those that moved; in the open only where the bundle holds the entry.
    """
    scopes = {scope.chain: scope for scope in plan.chains}
    folded = HeadList()
    waiting: Checkpoint | None = None
    has_begun = False
    after = 0
    while page := await checkpoint_store.list_checkpoints(tx, after=after):
        after = page[-1].statement.n
        lines = []
        for item in page:
            if item.statement.n > plan.last_checkpoint:
                break
            if not has_begun and item.statement.at_ms >= plan.since_ms:
                has_begun = True
                if waiting is not None:
                    lines.append(_whole(waiting, folded.heads(), scopes))
                    waiting = None
            added, replaced = folded.fold(item.moved)
            if has_begun:
                shown = (_shown(added, scopes), _shown(replaced, scopes))
                lines.append(CheckpointLine(item.statement, item.signature, *shown))
            else:
                waiting = item
        if lines:
            yield lines


def _whole(item: Checkpoint, heads: Sequence[Head], scopes: dict[str, ChainScope]) -> CheckpointLine:
    return CheckpointLine(item.statement, item.signature, _shown(list(enumerate(heads)), scopes), [])


def _shown(heads: Sequence[tuple[int, Head]], scopes: dict[str, ChainScope]) -> list[tuple[int, Head | bytes]]:
    return [(place, head if _is_told(head, scopes) else head.leaf()) for place, head in heads]


def _is_told(head: Head, scopes: dict[str, ChainScope]) -> bool:
    scope = scopes.get(head.chain)
    return scope is not None and head.seq <= scope.seq
