"""Rows changed by SQL beside a journal that was left alone: `verify --database` names each (attacks.md G06, O07)."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, delete, select, update

from app.audit import folding
from app.audit.verifying import Outside, verify
from app.award.tables import decision
from app.evaluation.tables import mark, panel_member, ranking, score_lock
from app.infra.db import metadata
from app.live_rounds.tables import bid
from app.sealed_rounds.tables import opening, package, sealed_round
from tests.attacks.whole_story import Whole
from tests.fences import tear_down_fence

SEED = 20261123
# What the journal says of these columns: (table, column, another value of its kind).
COLUMNS: tuple[tuple[Table, str, Callable[[Any], Any]], ...] = (
    (bid, "amount", lambda old: old - 10_000),
    (bid, "entry_hash", lambda old: old[::-1]),
    (package, "prev", lambda _old: "e" * 64),
    (package, "price_ct", lambda old: old[:-1] + bytes([old[-1] ^ 1])),
    (opening, "digest", lambda old: old[::-1]),
    (opening, "count", lambda old: old + 1),
    (ranking, "digest", lambda old: old[::-1]),
    (mark, "mark", lambda old: old % 5 + 1),
    (mark, "comment", lambda old: old + "!"),
    (score_lock, "digest", lambda old: old[::-1]),
    (decision, "digest", lambda old: old[::-1]),
    (sealed_round, "policy_digest", lambda old: old[::-1]),
    (metadata.tables["tender"], "frozen_hash", lambda old: old[::-1]),
)
GONE = (bid, package, mark, panel_member, ranking)


@pytest.mark.timeout(240)
async def test_rows_changed_by_sql_beside_a_journal_left_alone(whole: Whole) -> None:
    """Every column the journal speaks of, in a random row; and rows that are gone."""
    chance, world = random.Random(SEED), whole.stage.world
    async with world.db.transaction() as tx:
        await tear_down_fence(tx)
    assert await fold(whole) == []
    for table, name, change in COLUMNS:
        async with world.db.snapshot() as tx:
            rows = (await tx.execute(select(table))).all()
        row = chance.choice([row for row in rows if is_told(table, row)])
        key = [column == getattr(row, column.name) for column in table.primary_key]
        old = getattr(row, name)
        async with world.db.transaction() as tx:
            await tx.execute(update(table).where(*key).values({name: change(old)}))
        assert await fold(whole), f"{table.name}.{name} of {key}"
        async with world.db.transaction() as tx:
            await tx.execute(update(table).where(*key).values({name: old}))
    for table in GONE:
        async with world.db.snapshot() as tx:
            rows = (await tx.execute(select(table))).all()
        row = chance.choice([row for row in rows if is_told(table, row)])
        key = [column == getattr(row, column.name) for column in table.primary_key]
        async with world.db.transaction() as tx:
            await tx.execute(delete(table).where(*key))
        assert await fold(whole), f"a row of {table.name} is gone"
        async with world.db.transaction() as tx:
            await tx.execute(table.insert().values(dict(row._mapping)))
    assert await fold(whole) == []


def is_told(table: Table, row: Any) -> bool:
    """The journal speaks of accepted bids and of envelopes that were not taken back."""
    return row.verdict == "accepted" if table is bid else True


async def fold(whole: Whole) -> list[str]:
    """What differs between the bundle and the tables as they are now."""

    def compare() -> list[str]:
        outside = Outside(fold=folding.open_fold(whole.stage.world.settings.database_url))
        return [finding.text for finding in verify(whole.bundle, whole.fingerprint, outside=outside).findings]

    return await asyncio.to_thread(compare)
