"""Bringing a database to the newest revision: every room's tables, and Alembic run from the code."""

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config

# Every module that defines tables.
TABLE_MODULES = (
    "app.infra.outbox",
    "app.journal.tables",
    "app.journal.checkpoint_tables",
    "app.identity.tables",
    "app.approvals.tables",
    "app.notices.tables",
    "app.suppliers.tables",
    "app.tenders.tables",
    "app.sealed_rounds.tables",
    "app.live_rounds.tables",
    "app.evaluation.tables",
    "app.award.tables",
    "app.award.splitting_tables",
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
