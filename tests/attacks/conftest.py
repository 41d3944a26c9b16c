"""Served rounds for the attacks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.domain.drafting import Template
from tests.attacks.site import Site, sealed_site
from tests.attacks.whole_story import Whole, play_whole
from tests.databases import Databases


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    """A whole large tender, played once for those who change its bundle or its tables (and put them back)."""
    url = databases.migrated()
    made = await play_whole(url, tmp_path_factory.mktemp("whole"))
    yield made
    await made.stage.world.db.dispose()
    databases.drop(url)


@pytest.fixture
async def site(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """Price only, four bidders, open."""
    async with sealed_site(clean_database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def large_site(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """Technical answers and prices, four bidders, open."""
    async with sealed_site(clean_database_url, tmp_path, template=Template.LARGE) as made:
        yield made
