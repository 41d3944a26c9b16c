"""A stolen database without its keys: what an intruder joins by any equal value, in whatever column and coding."""

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.domain.entries import to_milliseconds
from app.infra.db import Database, metadata
from app.migrating import load_all_tables

HEX = re.compile(r"[0-9a-f]{16,}")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{22,}={0,2}")
WHOLE_NUMBER = re.compile(r"(?<!\d)\d{20,}(?!\d)")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
HOUR_MS = 3_600_000
# Whole instants of our century: what an integer of this size means in a dump.
INSTANTS = range(1_600_000_000_000, 2_200_000_000_000)


@dataclass(frozen=True)
class Line:
    """A row: where it lies, and everything in it that another row might repeat."""

    table: str
    row: dict[str, Any]
    tokens: frozenset[str]


def tokens_of(value: object) -> Iterator[str]:
    """What of a value can be found again elsewhere, brought to one coding: hexadecimal, or `t:` and milliseconds."""
    if isinstance(value, (bytes, memoryview)):
        yield bytes(value).hex()
    elif isinstance(value, int) and not isinstance(value, bool):
        if value in INSTANTS and value % HOUR_MS:
            yield f"t:{value}"
    elif isinstance(value, str):
        yield from HEX.findall(value)
        yield from (f"t:{to_milliseconds(datetime.fromisoformat(one))}" for one in INSTANT.findall(value))
        yield from (f"{int(one):x}" for one in WHOLE_NUMBER.findall(value))
        for one in BASE64.findall(value):
            try:
                raw = base64.urlsafe_b64decode(one.replace("+", "-").replace("/", "_") + "=" * (-len(one) % 4))
            except (binascii.Error, ValueError):
                continue
            yield raw.hex()
            # An id that was encoded as its text.
            yield from HEX.findall(raw.decode(errors="ignore"))
        if len(value) >= 8:
            yield value


async def lines_of(db: Database) -> list[Line]:
    """Every row of every table, in the order in which it lies there."""
    load_all_tables()
    found = []
    async with db.snapshot() as tx:
        for table in metadata.sorted_tables:
            for row in (await tx.execute(text(f'SELECT * FROM "{table.name}"'))).mappings():
                tokens = frozenset(token for value in row.values() for token in tokens_of(value))
                found.append(Line(table.name, dict(row), tokens))
    return found


def reached_from(lines: Iterable[Line], anchors: Collection[str], *, public: Collection[str]) -> set[str]:
    """Everything that can be joined to these values, row by row, over any number of rows. `public`: what stands beside
    everybody, and so tells nobody apart."""
    by_token: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        for token in line.tokens:
            by_token[token].append(line)
    reached, waiting = set(anchors), list(anchors)
    while waiting:
        for line in by_token.pop(waiting.pop(), ()):
            fresh = line.tokens - reached - set(public)
            reached |= fresh
            waiting += fresh
    return reached


def bytes_of(db: Database, folder: Path) -> Iterator[bytes]:
    """What lies on the disk without the keys: the database's files with all their pages, and folders."""
    paths = [path for path in folder.rglob("*") if "keys" not in path.parts]
    if db.is_sqlite:
        file = Path(db.url.split("///", 1)[1])
        paths += file.parent.glob(f"{file.name}*")
    yield from (path.read_bytes() for path in paths if path.is_file())
