"""Bringing a database to the newest revision: every room's tables, and Alembic run from the code."""

import asyncio
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

from app.infra.db import Database
from app.infra.rights import grant_application
from app.settings import Settings

# Every module that defines tables.
TABLE_MODULES = (
    "app.infra.outbox",
    "app.journal.tables",
    "app.journal.checkpoint_tables",
    "app.identity.tables",
    "app.identity.vault_tables",
    "app.approvals.tables",
    "app.notices.tables",
    "app.notices.webhook_tables",
    "app.suppliers.tables",
    "app.suppliers.lifecycle_tables",
    "app.suppliers.survey_tables",
    "app.suppliers.performance_tables",
    "app.demand.tables",
    "app.tenders.tables",
    "app.tenders.question_tables",
    "app.sealed_rounds.committee_tables",
    "app.sealed_rounds.recovery_tables",
    "app.sealed_rounds.tables",
    "app.live_rounds.tables",
    "app.evaluation.tables",
    "app.award.tables",
    "app.award.contract_tables",
    "app.award.final_tables",
    "app.award.splitting_tables",
    "app.tenders.calendar_store",
    "app.audit.tables",
)
ROOT = Path(__file__).resolve().parent.parent


def load_all_tables() -> None:
    """Import every module with tables, so that the one metadata knows them all."""
    for module in TABLE_MODULES:
        import_module(module)


def migrate(url: str, revision: str = "head") -> None:
    """Run Alembic up to a revision on a database address. Blocking; several replicas at once are safe."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, revision)


def bring_up_to_date(settings: Settings) -> None:
    """Migrate as the owner of the database, if a role of its own is set, and give the application's role its rights.

    Without the owner's address this is the application itself: enough for SQLite and for one role on PostgreSQL.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    owner = settings.database_owner_url
    migrate(owner or settings.resolved_database_url)
    if owner:
        asyncio.run(_grant(owner, settings.resolved_database_url))


async def _grant(owner: str, application: str) -> None:
    db = Database(owner)

    def grant(connection: Connection) -> None:
        grant_application(connection, application, inspect(connection).get_table_names())

    try:
        async with db.transaction() as tx:
            await tx.run_sync(grant)
    finally:
        await db.dispose()
