"""A house whose people ask for things, on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.tenders.houses import House, build_house


@pytest.fixture
async def house(clean_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Purchasers, an approver, an auditor, an evaluator, and four certified suppliers of compressors."""
    built = await build_house(clean_database_url, tmp_path)
    yield built
    await built.world.db.dispose()
