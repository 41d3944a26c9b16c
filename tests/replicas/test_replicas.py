"""Two processes behind one door, on a PostgreSQL of their own: each kind of blow once (`make soak`: for minutes)."""

import asyncio
import os
from pathlib import Path

import pytest

from app.domain.closing import LotStatus
from app.live_rounds import store
from tests.replicas.trial import trial

pytestmark = [
    pytest.mark.story,
    pytest.mark.database,
    pytest.mark.timeout(120),
    pytest.mark.skipif(os.environ.get("BIDROOM_TEST_DB") != "postgres", reason="replicas share PostgreSQL only"),
]


async def test_whatever_dies_no_acknowledged_bid_is_lost_and_all_feeds_catch_up(tmp_path: Path) -> None:
    async with trial(tmp_path, seed=1) as made:
        for blow in (made.blow_bells, made.blow_kill, made.blow_record, made.blow_lines):
            await asyncio.sleep(0.7)
            await blow()
        await asyncio.sleep(1)
        await made.check(resumes=False)
        async with made.stage.world.db.snapshot() as tx:
            floors = await store.list_floors(tx, made.stage.round_id)
        # Somebody was alive all the while; where the record was away for longer, the lots stand still.
        assert {one.pause_reason for one in floors if one.status is not LotStatus.OPEN} <= {"outage"}
        assert all(one.accepted for one in floors)
        assert all(bidder.visits > 1 for bidder in made.bidders)
