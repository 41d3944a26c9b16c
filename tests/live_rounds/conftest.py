"""A live round on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.domain.drafting import Template
from tests.live_rounds.stage import Stage, committing, open_all, set_stage


@pytest.fixture
async def scheduled(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """One lot, five bidders who joined; the opening is ahead."""
    stage = await set_stage(clean_database_url, tmp_path)
    yield stage
    await stage.world.db.dispose()


@pytest.fixture
async def stage(scheduled: Stage) -> AsyncIterator[Stage]:
    """One open lot, five bidders, the committer running."""
    await open_all(scheduled)
    async with committing(scheduled) as running:
        yield running


@pytest.fixture
async def two_lots(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The template with staggered lots, open, the committer running."""
    made = await set_stage(clean_database_url, tmp_path, template=Template.MULTI_LOT)
    await open_all(made)
    async with committing(made) as running:
        yield running
    await made.world.db.dispose()
