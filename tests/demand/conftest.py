"""A house whose people ask for things, on a database of its own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.visibility import Role
from tests.demand.cast import Cast
from tests.tenders.edges import client
from tests.tenders.houses import House, build_house
from tests.worlds import make_actor


@pytest.fixture
async def house(clean_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Purchasers, an approver, an auditor, an evaluator, and four certified suppliers of compressors."""
    built = await build_house(clean_database_url, tmp_path)
    yield built
    await built.world.db.dispose()


@pytest.fixture
async def people(house: House) -> AsyncIterator[Cast]:
    """Everybody signed in; five evaluators to draw from."""
    async with AsyncExitStack() as stack:

        async def seat(actor: Any) -> httpx.AsyncClient:
            return await stack.enter_async_context(client(house, actor))

        asker = await make_actor(house.world, Role.REQUESTER, name="孙需求")
        other = await make_actor(house.world, Role.REQUESTER, name="钱需求")
        experts = [house.evaluator, *[await make_actor(house.world, Role.EVALUATOR) for _ in range(4)]]
        yield Cast(
            house, await seat(asker), await seat(other), await seat(house.purchaser), await seat(house.approver),
            await seat(house.auditor), {one.account_id: await seat(one) for one in experts},
        )  # fmt: skip
