"""One chain of migrations makes exactly the tables of the code, and can be taken back."""

import asyncio

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from app.infra.db import Database, metadata
from app.migrating import ROOT, load_all_tables, migrate

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def config(url: str) -> Config:
    """Alembic's configuration on a database address."""
    made = Config(ROOT / "alembic.ini")
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(config("sqlite://")).get_heads()) == 1


async def test_models_and_migrations_are_equal(clean_database_url: str) -> None:
    load_all_tables()
    db = Database(clean_database_url)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with db.engine.connect() as connection:
        found = await connection.run_sync(differences)
    await db.dispose()
    assert found == []


async def test_up_down_up_leaves_nothing_behind(empty_database_url: str) -> None:
    def run() -> None:
        migrate(empty_database_url)
        command.downgrade(config(empty_database_url), "base")

    await asyncio.to_thread(run)
    db = Database(empty_database_url)
    async with db.engine.connect() as connection:
        left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await db.dispose()
    assert [name for name in left if name != "alembic_version"] == []
    await asyncio.to_thread(migrate, empty_database_url)
