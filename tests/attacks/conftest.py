"""Served rounds for the attacks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.domain.drafting import Template
from tests.attacks.site import Site, sealed_site


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
