"""What an owner of the database can do before changing a row that nobody may change."""

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

_SQLITE = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_POSTGRES = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"


async def tear_down_fence(tx: AsyncConnection) -> None:
    """Take away every trigger that refuses changes, within the caller's transaction."""
    await tx.run_sync(_tear_down)


def _tear_down(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    names = connection.execute(text(_SQLITE if is_sqlite else _POSTGRES)).scalars().all()
    for name in names:
        connection.execute(text(f"DROP TRIGGER {name}" if is_sqlite else f"ALTER TABLE {name} DISABLE TRIGGER USER"))
