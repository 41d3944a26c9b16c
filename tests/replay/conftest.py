"""One scripted tender in a real journal, and its bundle, for all the tests of this folder."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.domain.bundling import fingerprint
from tests.databases import Databases
from tests.replay.script import Script, play, write_bundle
from tests.replay.sealed_script import LargeTender, play_large, write_large_bundle
from tests.worlds import TestWorld, make_world


@dataclass(frozen=True)
class Story:
    """The journal after the script, and the bundle taken from it."""

    made: TestWorld
    script: Script
    bundle: Path

    @property
    def fingerprint(self) -> str:
        """Of the key that signed it."""
        return fingerprint(self.made.world.keys.public_key)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def story(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    """The scripted tender, written once."""
    folder = tmp_path_factory.mktemp("story")
    url = databases.migrated()
    made = await make_world(url, folder)
    script = Script(made.world, made.clock)
    await play(script)
    yield Story(made, script, await write_bundle(made.world, folder / "bundle.zip"))
    await made.world.db.dispose()
    databases.drop(url)


@dataclass(frozen=True)
class Large:
    """The journal of a large tender after its script, and the bundle taken from it."""

    made: TestWorld
    story: LargeTender
    bundle: Path

    @property
    def fingerprint(self) -> str:
        """Of the key that signed it."""
        return fingerprint(self.made.world.keys.public_key)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def large(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Large]:
    """The large tender, written once."""
    folder = tmp_path_factory.mktemp("large")
    url = databases.migrated()
    made = await make_world(url, folder)
    played = await play_large(Script(made.world, made.clock))
    yield Large(made, played, await write_large_bundle(played, folder / "bundle.zip"))
    await made.world.db.dispose()
    databases.drop(url)
