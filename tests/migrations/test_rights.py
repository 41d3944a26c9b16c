"""The fence around what is written once, and the application's rights beside its owner's (attacks.md G01, G02)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.audit.tables import signal_look
from app.award.contract_tables import contract_ending, contract_signature, negotiation_turn
from app.award.final_tables import final_offer, final_price
from app.award.tables import award, payment_record, report, room_act, savings_figure, unsealing
from app.demand.tables import project_attachment, project_message, project_remark
from app.domain.kinds import Kind
from app.infra.db import Database, metadata
from app.infra.rights import CHANGED_IN_PART, CLEARED, INSERT_ONLY, grants_of
from app.journal.checkpoint_tables import checkpoint_stamp, cosignature
from app.journal.store import NewEntry, append
from app.live_rounds.tables import bid
from app.migrating import bring_up_to_date, load_all_tables
from app.sealed_rounds.tables import opened_price, opened_technical, opening, package
from app.suppliers.performance_tables import delivery, performance_reply
from app.tenders.tables import amendment
from tests.worlds import TestWorld, make_world

load_all_tables()
FENCED = (
    bid,
    package,
    opening,
    opened_price,
    opened_technical,
    unsealing,
    award,
    report,
    room_act,
    savings_figure,
    payment_record,
    negotiation_turn,
    contract_signature,
    contract_ending,
    final_offer,
    final_price,
    project_remark,
    project_attachment,
    project_message,
    delivery,
    performance_reply,
    signal_look,
    cosignature,
    checkpoint_stamp,
)


def filler(table: Table) -> dict[str, Any]:
    """A row that the table takes."""
    values: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type.python_type if column.name != "sealed" else bytes
        name = type(getattr(column.type, "impl_instance", column.type)).__name__
        values[column.name] = (
            "2026-11-22"
            if name == "Date"
            else b"x"
            if kind is bytes
            else "{}"
            if name == "Text"
            else 1
            if name in ("Integer", "BigInteger", "Boolean")
            else "x"
        )
    return values | {"verdict": "accepted", "envelope": "tech", "state": "valid", "voided_at": None}


async def insert_row(world_db: Database, table: Table) -> None:
    values = {name: value for name, value in filler(table).items() if name in table.c}
    literals = {name: "CURRENT_DATE" for name in values if type(table.c[name].type).__name__ == "Date"}
    booleans = {name: "false" for name in values if type(table.c[name].type).__name__ == "Boolean"}
    words = {name: literals.get(name) or booleans.get(name) or f":{name}" for name in values}
    bound = {name: value for name, value in values.items() if words[name].startswith(":")}
    statement = f"INSERT INTO {table.name} ({', '.join(words)}) VALUES ({', '.join(words.values())})"
    async with world_db.transaction() as tx:
        await tx.execute(text(statement), bound)


async def refused(db: Database, statement: str, says: str) -> None:
    with pytest.raises(DBAPIError, match=says):
        async with db.transaction() as tx:
            await tx.execute(text(statement))


async def test_what_is_written_once_stays(house: TestWorld) -> None:
    """Whoever asks, the owner too: every column but those that may change, and every row."""
    db = house.world.db
    for table in FENCED:
        await insert_row(db, table)
        says = f"{table.name} is insert-only"
        for column in table.columns:
            if column.name not in CHANGED_IN_PART.get(table.name, ()):
                await refused(db, f"UPDATE {table.name} SET {column.name} = {column.name}", says)
        if table.name not in CLEARED:
            await refused(db, f"DELETE FROM {table.name}", says)
        if not db.is_sqlite:
            await refused(db, f"TRUNCATE {table.name} CASCADE", "insert-only")
    # A bid is voided once; a package's bytes are supplied again, and its place may be cleared for them.
    async with db.transaction() as tx:
        await tx.execute(text("UPDATE bid SET voided_at = 5"))
        await tx.execute(text("UPDATE package SET price_ct = NULL, header = '{}', upload_id = NULL"))
        await tx.execute(text("DELETE FROM package"))
    await refused(db, "UPDATE bid SET voided_at = NULL", "bid is insert-only")
    await refused(db, "UPDATE bid SET voided_at = 6", "bid is insert-only")


def test_the_rights_name_tables_that_are() -> None:
    assert {*INSERT_ONLY, *CHANGED_IN_PART, *CLEARED} <= set(metadata.tables)
    assert {table.name for table in (*FENCED, amendment)} == {*INSERT_ONLY, *CHANGED_IN_PART} - {"entry", "checkpoint"}
    assert grants_of("tender") == "SELECT, INSERT, UPDATE, DELETE"


# ── two roles, on PostgreSQL ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class TwoRoles:
    """A World whose service is not the owner of its tables."""

    made: TestWorld
    settings: Any


@pytest.fixture
async def two(empty_database_url: str, tmp_path: Path) -> AsyncIterator[TwoRoles]:
    if not empty_database_url.startswith("postgresql"):
        pytest.skip("SQLite has no roles")
    role = f"service_{make_url(empty_database_url).database}"
    mine = make_url(empty_database_url).set(username=role, password="it's %secret")
    url = mine.render_as_string(hide_password=False)
    made = await make_world(url, tmp_path, database_owner_url=empty_database_url)
    for _ in range(2):
        await asyncio.to_thread(bring_up_to_date, made.world.settings)
    yield TwoRoles(made, made.world.settings)
    await made.world.db.dispose()
    owner = Database(empty_database_url)
    async with owner.transaction() as tx:
        await tx.execute(text(f"DROP OWNED BY {role}"))
        await tx.execute(text(f"DROP ROLE {role}"))
    await owner.dispose()


G01 = (
    "UPDATE entry SET kind = kind",
    "DELETE FROM entry",
    "TRUNCATE entry",
    "UPDATE checkpoint SET n = n",
    "UPDATE bid SET amount = 1",
    "DELETE FROM bid",
    "UPDATE package SET receipt = '{}'",
    "UPDATE award SET state = 'x'",
    "TRUNCATE tender CASCADE",
    "SET session_replication_role = replica",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "DROP TABLE entry",
    "DROP TRIGGER entry_refuses_change ON entry",
    "CREATE TABLE mine (x int)",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "UPDATE alembic_version SET version_num = '1'",
)


async def test_g01_the_service_cannot_rewrite_its_record(two: TwoRoles) -> None:
    world = two.made.world
    for _ in range(2):
        async with world.db.transaction() as tx:
            await append(world, tx, NewEntry("system", Kind.SYSTEM_STARTED))
    for statement in G01:
        await refused(world.db, statement, "permission denied|must be owner")
    async with world.db.transaction() as tx:
        await tx.execute(text("UPDATE bid SET voided_at = 1"))
        await tx.execute(text("UPDATE package SET header = NULL"))


async def test_every_table_has_its_rights_and_no_others(two: TwoRoles) -> None:
    world = two.made.world
    async with world.db.transaction() as tx:
        tables = await tx.run_sync(lambda sync: inspect(sync).get_table_names())
        for table in tables:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"):
                query = text("SELECT has_table_privilege(current_user, :table, :right)")
                has = await tx.scalar(query, {"table": table, "right": right})
                # A right on some columns is none on the table.
                whole = grants_of(table).replace(f"UPDATE ({', '.join(CHANGED_IN_PART.get(table, ()))})", "")
                assert has == (right in whole.split(", ")), (table, right)


async def test_the_service_starts_on_a_database_that_is_up_to_date(two: TwoRoles) -> None:
    alone = replace(two, settings=two.settings.model_copy(update={"database_owner_url": ""}))
    await asyncio.to_thread(bring_up_to_date, alone.settings)
