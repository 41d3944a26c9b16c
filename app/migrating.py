"""Bringing a database to the newest revision: every room's tables, and Alembic run from the code."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config

# Modules that define tables; a room's absence is not an error while it is being built.
TABLE_MODULES = (
    "app.infra.outbox",
    "app.journal.tables",
    "app.journal.checkpoint_tables",
    "app.identity.tables",
    "app.approvals.tables",
    "app.notices.tables",
    "app.suppliers.tables",
    "app.tenders.tables",
    "app.live_rounds.tables",
    "app.evaluation.tables",
    "app.award.tables",
    "app.audit.tables",
)
ROOT = Path(__file__).resolve().parent.parent


def load_all_tables() -> None:
    """Import every module with tables, so that the one metadata knows them all."""
    for module in TABLE_MODULES:
        if find_spec(module.rpartition(".")[0]) and find_spec(module):
            import_module(module)


def migrate(url: str, revision: str = "head") -> None:
    """Run Alembic up to a revision on a database address. Blocking; several replicas at once are safe."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, revision)
