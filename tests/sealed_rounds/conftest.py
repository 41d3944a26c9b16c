"""A sealed round on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.domain.drafting import Template
from tests.sealed_rounds.stage import Stage, set_sealed_stage


@pytest.fixture
async def scheduled(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Price only; four bidders who joined; the opening is ahead."""
    made = await set_sealed_stage(clean_database_url, tmp_path)
    yield made
    await made.world.db.dispose()


@pytest.fixture
async def stage(scheduled: Stage) -> Stage:
    """Price only, open."""
    await scheduled.open()
    return scheduled


@pytest.fixture
async def large(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The usual large tender: technical answers and prices, open."""
    made = await set_sealed_stage(clean_database_url, tmp_path, template=Template.LARGE)
    await made.open()
    yield made
    await made.world.db.dispose()
