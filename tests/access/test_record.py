"""The column DBR of the matrix: what somebody with the database, the files and the logs, but no keys, can read.

No contact data, no password, no trace of a device in clear; no row joins a supplier to a tag before the unsealing, and
no two rows share an instant that would join them.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typing_extensions import override

from app.domain.visibility import Phase
from app.infra.db import metadata
from tests.access import story
from tests.access.canaries import Canary
from tests.access.crawl import crawl
from tests.access.theatre import BIDDERS, SUPPLIERS, WINNER, Theatre, staged
from tests.databases import Databases

HOUR_MS = 3_600_000


@dataclass
class Row:
    """One row of a table: its texts, its instants in milliseconds."""

    table: str
    texts: bytes
    instants: frozenset[int]


@dataclass
class Record:
    """The rows of a phase, and the bytes of files and logs."""

    theatre: Theatre
    rows: dict[Phase, list[Row]] = field(default_factory=dict)
    files: bytes = b""
    logs: list[str] = field(default_factory=list)


class Listener(logging.Handler):
    """Keeps every line that is logged, whatever its level."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.lines = lines

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.lines.append(self.format(record))


@pytest.mark.timeout(600)
async def test_the_record_tells_nobody_who_is_behind_a_tag(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url, folder = databases.migrated(), tmp_path_factory.mktemp("record")
    logs: list[str] = []
    listener = Listener(logs)
    logging.getLogger().addHandler(listener)
    async with staged(url, folder) as theatre:
        record = await copy_record(theatre)
        record.files = b"".join(path.read_bytes() for path in files_of(url, folder))
        record.logs = logs
    logging.getLogger().removeHandler(listener)
    databases.drop(url)
    contacts_passwords_and_traces_are_nowhere_in_clear(record)
    no_row_joins_a_supplier_to_its_tag_before_the_unsealing(record)
    after_the_unsealing_the_winner_alone_is_joined(record)
    no_instant_joins_a_supplier_to_its_tag(record)
    answers_are_of_one_length_whoever_joined(record)
    who_joined_is_not_told_by_a_row_that_only_participants_have(record)
    the_logs_hold_no_canary(record)


async def copy_record(theatre: Theatre) -> Record:
    """The story once more, with the rows copied out in the phases that matter."""
    made = Record(theatre)
    await story.publish(theatre)
    for key in BIDDERS:
        await story.accept(theatre, key)
    made.rows[Phase.QUESTIONS] = await all_rows(theatre)
    await story.open_round(theatre)
    await story.bid_all(theatre)
    made.rows[Phase.LIVE] = await all_rows(theatre)
    await crawl(theatre)
    await story.close_round(theatre)
    await story.propose_decision(theatre)
    made.rows[Phase.DECISION] = await all_rows(theatre)
    await story.unseal(theatre)
    made.rows[Phase.UNSEALED] = await all_rows(theatre)
    return made


def files_of(url: str, folder: Path) -> Iterator[Path]:
    """The database's own files (SQLite: with pages of deleted rows and the log) and what lies in the data folder."""
    if url.startswith("sqlite"):
        database = Path(url.split(":///")[1])
        yield from database.parent.glob(f"{database.name}*")
    yield from (path for path in folder.rglob("*") if path.is_file())


async def all_rows(theatre: Theatre) -> list[Row]:
    """Every row of every table, in the order the database gives them without being asked for one."""
    found = []
    async with theatre.world.db.snapshot() as tx:
        for table in metadata.sorted_tables:
            found += [_row(table.name, tuple(row)) for row in await tx.execute(select(table))]
    return found


def _row(table: str, values: Sequence[Any]) -> Row:
    texts = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)
    instants = {int(value.timestamp() * 1000) for value in values if hasattr(value, "timestamp")}
    instants |= {value for value in values if isinstance(value, int) and value > 10**12}
    return Row(table, texts, frozenset(instants))


def canaries(record: Record, *kinds: str) -> list[Canary]:
    return [canary for canary in record.theatre.aviary.canaries if canary.what in kinds]


def ids_of(record: Record, key: str) -> list[bytes]:
    """What names a supplier or its representative in a row."""
    whose = canaries(record, "name", "account", "contact")
    return [canary.text.encode() for canary in whose if canary.owner == key]


def tag_of(record: Record, key: str) -> bytes:
    return next(canary.text.encode() for canary in canaries(record, "tag") if canary.owner == key)


def contacts_passwords_and_traces_are_nowhere_in_clear(record: Record) -> None:
    secret = canaries(record, "contact", "password", "trace")
    in_rows = {
        f"{row.table}: {canary.what} of {canary.owner}"
        for rows in record.rows.values()
        for row in rows
        for canary in secret
        if any(form in row.texts for form in canary.forms)
    }
    in_files = {canary.text for canary in secret if any(form in record.files for form in canary.forms)}
    assert not in_rows
    assert not in_files


def named_in(record: Record, row: Row) -> set[str]:
    """Whom a row names; one that names several (invitations listed, a checkpoint of all chains) singles out nobody."""
    return {key for key in SUPPLIERS if any(name in row.texts for name in ids_of(record, key))}


def no_row_joins_a_supplier_to_its_tag_before_the_unsealing(record: Record) -> None:
    joined = {
        f"{phase}: {row.table} joins {key} to its tag"
        for phase, rows in record.rows.items()
        for row in rows
        for key in SUPPLIERS[:6]
        if tag_of(record, key) in row.texts
        and any(name in row.texts for name in ids_of(record, key))
        and not (phase is Phase.UNSEALED and key == WINNER)
    }
    assert not joined


def after_the_unsealing_the_winner_alone_is_joined(record: Record) -> None:
    tables = {
        row.table
        for row in record.rows[Phase.UNSEALED]
        if tag_of(record, WINNER) in row.texts and any(name in row.texts for name in ids_of(record, WINNER))
    }
    assert tables == {"unsealing", "entry"}


def no_instant_joins_a_supplier_to_its_tag(record: Record) -> None:
    """Every act of the story had an instant of its own: one shared by a tag's and a supplier's row would join them."""
    shared = set()
    for phase, key in product((Phase.QUESTIONS, Phase.LIVE, Phase.DECISION), SUPPLIERS[:6]):
        tagged = [row for row in record.rows[phase] if tag_of(record, key) in row.texts]
        named = [row for row in record.rows[phase] if named_in(record, row) == {key}]
        for one, other in product(tagged, named):
            common = {at for at in one.instants & other.instants if at % HOUR_MS}
            if common:
                shared.add(f"{phase}: {one.table} and {other.table} share an instant of {key}: {sorted(common)}")
    assert not shared, "\n" + "\n".join(sorted(shared))


def answers_are_of_one_length_whoever_joined(record: Record) -> None:
    """A sealed answer must not tell by its length who joined (d11)."""
    rows = [row for row in record.rows[Phase.QUESTIONS] if row.table == "invitation"]
    assert len(rows) == len(SUPPLIERS[:6])
    assert len({len(row.texts) for row in rows}) == 1


def who_joined_is_not_told_by_a_row_that_only_participants_have(record: Record) -> None:
    """d11 is ciphertext for a reader of the database: between publication and decision the silent supplier has as many
    rows as any other."""
    told = set()
    for phase in (Phase.QUESTIONS, Phase.LIVE):
        counts = {key: tables_of(record, phase, key) for key in SUPPLIERS[:6]}
        told |= {f"{phase}: {key} differs from the silent one" for key in BIDDERS if counts[key] != counts["s6"]}
    assert not told


def tables_of(record: Record, phase: Phase, key: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in record.rows[phase]:
        if any(name in row.texts for name in ids_of(record, key)):
            counts[row.table] = counts.get(row.table, 0) + 1
    return counts


def the_logs_hold_no_canary(record: Record) -> None:
    logged = "\n".join(record.logs).encode()
    # SQL of the driver is not logged in service; what the service itself logs is.
    found = {f"{canary.what} {canary.text}" for canary in record.theatre.aviary.found_in(logged)}
    assert not found
