"""Writing the history of bids: the chains of lots that have closed, whole entries only, in one file.

A lot that still runs is left out altogether, as is every kind of entry of which the auditor may not see each member now
(`domain/viewing.py`): a history has no gaps that could be counted.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit import store
from app.audit.history_store import Page, Slice, bodies_of, count_slice, pairs_of, read_page
from app.audit.sheets import CsvSheet, LineFile, XlsxSheet
from app.audit.sight import Sight
from app.audit.store import Export, Form
from app.domain.entries import Entry, from_milliseconds
from app.domain.kinds import Kind
from app.domain.tabling import LotName, history_row
from app.infra.one_go import read_in_one_go
from app.infra.world import World
from app.journal import checkpoint_store
from app.tenders import store as tender_store

# Rows a page: some megabytes at most, so that memory stays flat and live bids get their turn between pages.
PAGE = 4000

T = TypeVar("T")
Tell = Callable[[int], Awaitable[None]]
HistoryFile = LineFile | CsvSheet | XlsxSheet


@dataclass(frozen=True, slots=True)
class Part:
    """The history of one lot."""

    part: Slice
    name: LotName
    count: int


async def plan_histories(world: World, tx: AsyncConnection, job: Export) -> list[Part]:
    """The lots whose history goes into an export, tender by tender."""
    sight = Sight(world, tx)
    heads = {head.chain: head.seq for head in await checkpoint_store.list_heads(tx)}
    tenders = await tender_store.list_tenders(tx) if job.scope.get("all") else []
    tenders = tenders or await tender_store.list_by_ids(tx, job.tender_ids)
    parts: list[Part] = []
    for tender in sorted(tenders, key=lambda one: one.reference):
        for lot in await tender_store.list_lots(tx, tender.id):
            chain = f"lot:{lot.id}"
            if chain not in heads or not await sight.is_closed(lot.id):
                continue
            kinds = await _whole_kinds(tx, sight, chain, heads[chain])
            part = Slice(chain, heads[chain], kinds, job.bound("from"), job.bound("to"))
            count = await count_slice(tx, part)
            if count:
                parts.append(Part(part, LotName(tender.reference, lot.number, await sight.aliases(lot.id)), count))
    return parts


async def _whole_kinds(tx: AsyncConnection, sight: Sight, chain: str, upto: int) -> tuple[Kind, ...] | None:
    """The kinds of a chain that may be seen with every member they have; None where all of them may."""
    seen: dict[Kind, bool] = {}
    for first in await store.list_firsts(tx, chain=chain, upto=upto):
        seen[first.kind] = seen.get(first.kind, True) and await _is_whole(sight, first)
    return None if all(seen.values()) else tuple(sorted(kind for kind, is_whole in seen.items() if is_whole))


async def _is_whole(sight: Sight, entry: Entry) -> bool:
    view = await sight.see(entry)
    return view is not None and view.data == entry.data and view.tag == entry.tag


async def write_histories(world: World, job: Export, parts: Sequence[Part], path: Path, tell: Tell) -> None:
    """Write the file page by page; ``tell`` hears after each page how many entries it holds."""
    # One thread of its own: each thread that ever held a page keeps some megabytes, and a page stays in its cache.
    with ThreadPoolExecutor(1, "export") as thread:
        writer = _Writer(world, thread)
        match job.form:
            case Form.JSONL:
                file: HistoryFile = await writer.run(LineFile, path)
            case Form.CSV:
                file = await writer.run(CsvSheet, path)
            case _:
                file = await writer.run(XlsxSheet, path, job.requested_at)
        try:
            done = 0
            for one in parts:
                async for count in writer.copy(one, file):
                    done += count
                    await tell(done)
            await writer.run(file.finish)
        except BaseException:
            await writer.run(file.discard)
            raise


class _Writer:
    """Copies histories into a file, all in one thread."""

    def __init__(self, world: World, thread: Executor) -> None:
        self._db = world.db
        self._thread = thread

    async def run(self, act: Callable[..., T], *words: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act, *words)

    async def copy(self, one: Part, file: HistoryFile) -> AsyncIterator[int]:
        """Copy one lot's history; yields how many entries each page held."""
        is_sqlite = self._db.is_sqlite
        lines = (bodies_of if isinstance(file, LineFile) else pairs_of)(one.part, PAGE, is_sqlite=is_sqlite)
        take = file.add_lines if isinstance(file, LineFile) else partial(_add_rows, file, one.name)
        page = Page(b"", 0, PAGE)

        async def copy_page(tx: AsyncConnection) -> Page:
            found = await read_page(tx, lines, page.last)
            if is_sqlite:
                # In one go this runs in the thread already.
                take(found.lines)
            else:
                await self.run(take, found.lines)
            return found

        # The journal only grows: pages read one after the other are as good as one long view, and leave the database
        # its checkpoints.
        while page.size == PAGE:
            page = await read_in_one_go(self._db, copy_page, executor=self._thread)
            yield page.size


def _add_rows(file: CsvSheet | XlsxSheet, name: LotName, lines: bytes) -> None:
    """Write the rows of lines that are each [body, hash]."""
    file.add(_rows(name, lines))


def _rows(name: LotName, lines: bytes) -> Iterator[list[str]]:
    """The rows, one by one: read and forgotten at once, they stay in the processor's cache (three times faster)."""
    second, prefix = -1, ""
    for line in lines.splitlines():
        members, told = orjson.loads(line)
        at, milliseconds = divmod(members["at"], 1000)
        if at != second:
            second, prefix = at, from_milliseconds(at * 1000).strftime("%Y-%m-%dT%H:%M:%S")
        yield history_row(name, members, told, f"{prefix}.{milliseconds:03d}Z")
