"""Award scenarios as rows. Decides nothing, never commits; what was computed is never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.splitting_tables import scenario


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as stored; `adopted_at` where it once became part of the recommendation."""

    id: str
    tender_id: str
    number: int
    digest: str
    document: Mapping[str, Any]
    note: str
    made_at: datetime
    made_by: str
    adopted_at: datetime | None = None
    adopted_by: str | None = None

    @property
    def rankings(self) -> Sequence[Mapping[str, str]]:
        """The rankings it was computed on (awarding.rankings_data)."""
        found: Sequence[Mapping[str, str]] = self.document["rankings"]
        return found


def _scenario(row: Any) -> Scenario:
    return Scenario(**{name: getattr(row, name) for name in Scenario.__slots__})


async def list_scenarios(tx: AsyncConnection, tender_id: str) -> list[Scenario]:
    """The scenarios of a tender, the newest first."""
    query = select(scenario).where(scenario.c.tender_id == tender_id).order_by(scenario.c.number.desc())
    return [_scenario(row) for row in await tx.execute(query)]


async def find_scenario(tx: AsyncConnection, tender_id: str, number: int) -> Scenario | None:
    """One of a tender."""
    query = select(scenario).where(scenario.c.tender_id == tender_id, scenario.c.number == number)
    row = (await tx.execute(query)).first()
    return None if row is None else _scenario(row)


async def find_adopted(tx: AsyncConnection, tender_id: str) -> Scenario | None:
    """The one adopted last: part of the recommendation as long as its rankings are those that stand."""
    query = select(scenario).where(scenario.c.tender_id == tender_id, scenario.c.adopted_at.is_not(None))
    row = (await tx.execute(query.order_by(scenario.c.adopted_at.desc(), scenario.c.number.desc()).limit(1))).first()
    return None if row is None else _scenario(row)


async def next_number(tx: AsyncConnection, tender_id: str) -> int:
    """The number of the tender's next scenario. Precondition: the caller holds the tender's lock."""
    last = await tx.scalar(select(func.max(scenario.c.number)).where(scenario.c.tender_id == tender_id))
    return (last or 0) + 1


async def insert_scenario(tx: AsyncConnection, new: Scenario) -> None:
    """Store a new one."""
    await tx.execute(insert(scenario).values({name: getattr(new, name) for name in Scenario.__slots__}))


async def set_adopted(tx: AsyncConnection, scenario_id: str, *, at: datetime, by: str) -> None:
    """Note that it was adopted, and by whom."""
    await tx.execute(update(scenario).where(scenario.c.id == scenario_id).values(adopted_at=at, adopted_by=by))
