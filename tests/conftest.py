"""Fixtures every room's tests share: databases of the chosen engine, the browser, and the fences around a test run."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from app.infra import db
from tests.databases import Databases, databases_for
from tests.worlds import TestWorld, make_world

# Asked for at every request of an in-process client, and looked for on the whole path each time while it is not there.
sys.modules.setdefault("trio", None)  # type: ignore[arg-type]  # None is how a module is barred

ROOT = Path(__file__).resolve().parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Each takes a minute and more.
LONG = {
    "access/test_matrix.py",
    "access/test_record.py",
    "access/test_sealed_matrix.py",
    "access/test_stillness.py",
    "attacks/test_reserve_price.py",
    "browser/test_walk.py",
    "simulation/test_simulation.py",
    "stories/test_large_tender.py",
    "stories/test_replay.py",
}
DATABASE_FIXTURES = {"databases", "database_url", "clean_database_url", "empty_database_url"}

# Shared machines stall for a second now and then: no deadline an example, and no complaint about slow drawing.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("house")


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Marks by folder and by fixture, so that no test can forget its mark, before ``-m`` chooses; then the order."""
    for item in items:
        folder = item.path.relative_to(ROOT).parts[0]
        if folder == "stories":
            item.add_marker(pytest.mark.story)
        if folder == "browser":
            item.add_marker(pytest.mark.browser)
        if DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)
    yield
    items[:] = long_ones_first(items, workers=int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def long_ones_first(items: list[pytest.Item], *, workers: int) -> list[pytest.Item]:
    """The tests of minutes at the beginning of each worker's share: begun last, one of them is waited for alone."""
    long = [item for item in items if item.path.relative_to(ROOT).as_posix() in LONG]
    rest = [item for item in items if item.path.relative_to(ROOT).as_posix() not in LONG]
    if workers == 1:
        return items
    bounds = [len(rest) * worker // workers for worker in range(workers + 1)]
    return [
        item
        for worker in range(workers)
        for item in (*long[worker::workers], *rest[bounds[worker] : bounds[worker + 1]])
    ]


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes never name a test: a zip or gzip holds the time it was made, and workers would not agree on the name."""
    return argname if isinstance(val, bytes) else None


def refuse_the_world(event: str, arguments: tuple[object, ...]) -> None:
    """Tests talk to this machine only. (An audit hook sees every socket of Python's own, the loop's included.)"""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = arguments[0] or "localhost"
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if not str(host).startswith("127.") and host not in {"localhost", "::1", "0.0.0.0", ""}:  # noqa: S104 - only compared
        raise RuntimeError(f"a test reached for {host}; only this machine may be reached")


sys.addaudithook(refuse_the_world)


@pytest.fixture(scope="session", autouse=True)
def forgetful_sqlite() -> Iterator[None]:
    """The machine that runs the tests may lose their databases when its power fails: nothing waits for its disk, but
    for the services in processes of their own."""
    usual = db._tune_sqlite

    def tune(connection: Any, busy_ms: int) -> None:
        usual(connection, busy_ms)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "_tune_sqlite", tune)
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The chosen engine, one for each worker."""
    made = databases_for(os.environ.get("BIDROOM_TEST_DB") or "sqlite", tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> str:
    """One migrated database for the whole session: for tests that keep out of each other's way."""
    return databases.migrated()


@pytest.fixture
def clean_database_url(databases: Databases) -> Iterator[str]:
    """A migrated database for this test alone."""
    url = databases.migrated()
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database without tables, for the tests of the migrations themselves."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that .ci/check.py has found (or one on the PATH, when pytest is run by hand)."""
    path = os.environ.get("BIDROOM_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium on the PATH; make test installs one, or set BIDROOM_CHROMIUM")
    return path


@pytest.fixture
async def house(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    """A World with a hand-wound clock on a clean migrated database of the chosen engine."""
    made = await make_world(clean_database_url, tmp_path)
    yield made
    await made.world.db.dispose()
