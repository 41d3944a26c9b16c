"""Writing the history of bids: the chains of lots that have closed, whole entries only, in one file.

A lot that still runs is left out altogether, as is every kind of entry of which the auditor may not see each member now
(`domain/viewing.py`): a history has no gaps that could be counted.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit import history_store, store
from app.audit.history_store import Slice
from app.audit.sheets import CsvSheet, LineFile, XlsxSheet
from app.audit.sight import Sight
from app.audit.store import Export, Form
from app.domain.entries import Entry, Kind, from_milliseconds
from app.domain.tabling import LotName, history_row
from app.infra.world import World
from app.journal import checkpoint_store
from app.tenders import store as tender_store

# Rows a page: some megabytes at most, so that memory stays flat and live bids get their turn between pages.
PAGE = 4000

Tell = Callable[[int], Awaitable[None]]


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
            count = await history_store.count_slice(tx, part)
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
    match job.form:
        case Form.JSONL:
            file: LineFile | CsvSheet | XlsxSheet = await asyncio.to_thread(LineFile, path)
        case Form.CSV:
            file = await asyncio.to_thread(CsvSheet, path)
        case _:
            file = await asyncio.to_thread(XlsxSheet, path, job.requested_at)
    try:
        done = 0
        for one in parts:
            async for count in _copy(world, one, file):
                done += count
                await tell(done)
        await asyncio.to_thread(file.finish)
    except BaseException:
        await asyncio.to_thread(file.discard)
        raise


async def _copy(world: World, one: Part, file: LineFile | CsvSheet | XlsxSheet) -> AsyncIterator[int]:
    """Copy one lot's history; yields how many entries each page held."""
    after, count = 0, PAGE
    # The journal only grows: pages read one after the other are as good as one long view, and leave the database its
    # checkpoints.
    while count == PAGE:
        if isinstance(file, LineFile):
            async with world.db.snapshot() as tx:
                lines, after, count = await history_store.read_lines(tx, one.part, after=after, limit=PAGE)
            await asyncio.to_thread(file.add_lines, lines)
        else:
            async with world.db.snapshot() as tx:
                page = await history_store.list_bodies(tx, one.part, after=after, limit=PAGE)
            await asyncio.to_thread(_add_page, file, one.name, page)
            count, after = len(page), page[-1][0] if page else after
        yield count


def _add_page(file: CsvSheet | XlsxSheet, name: LotName, page: Sequence[Any]) -> None:
    """Rows of (number, body, hash), in order."""
    rows = []
    second, prefix = -1, ""
    for _, body, told in page:
        members = orjson.loads(body)
        at, milliseconds = divmod(members["at"], 1000)
        if at != second:
            second, prefix = at, from_milliseconds(at * 1000).strftime("%Y-%m-%dT%H:%M:%S")
        rows.append(history_row(name, members, told, f"{prefix}.{milliseconds:03d}Z"))
    file.add(rows)
