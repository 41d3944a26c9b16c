"""Reminds whoever a stage waits for, some days before it is due; any replica may do it, once for each planned day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.delegating import list_stand_ins
from app.demand import store
from app.demand.stages import person_of, tell
from app.demand.store import Project, StageRow
from app.domain.noticing import NoticeKind
from app.domain.process import StageState, owner_of
from app.identity import store as identity_store
from app.infra.days import today_of
from app.infra.world import World

REMIND_BEFORE: Final = timedelta(days=2)
# Days are looked at, not minutes.
LOOK_SECONDS: Final = 300.0
_OPEN: Final = frozenset({StageState.IN_PROGRESS, StageState.WAITING, StageState.RETURNED})


async def keep_due(world: World) -> None:
    """Look for stages that are due, for ever."""
    while True:
        await remind_once(world)
        await world.clock.sleep(LOOK_SECONDS)


async def remind_once(world: World) -> None:
    """Remind of every open stage that is due within two days and was not reminded of yet."""
    until = today_of(world) + REMIND_BEFORE
    async with world.db.snapshot() as tx:
        waiting = await store.list_due(tx, until)
    for project_id in waiting:
        async with world.db.transaction() as tx:
            held = await store.lock_project(tx, project_id)
            due = [row for row in held.stages.values() if _is_due(row, until)]
            for row in due:
                day = "" if row.due_on is None else row.due_on.isoformat()
                await tell(world, tx, held, NoticeKind.STAGE_DUE, await _owners(world, tx, held, row), due_on=day)
            told = {row.stage: replace(row, reminded_for=row.due_on) for row in due}
            await store.set_project(tx, replace(held, stages={**held.stages, **told}))


def _is_due(row: StageRow, until: date) -> bool:
    is_near = row.due_on is not None and row.due_on <= until
    return is_near and row.state in _OPEN and row.reminded_for != row.due_on


async def _owners(world: World, tx: AsyncConnection, held: Project, row: StageRow) -> list[str]:
    owner = owner_of(row.stage, row.state)
    person = person_of(held, [one.member for one in await store.list_seats(tx, held.id)], row.stage)
    if person is not None:
        return [person, *await list_stand_ins(world, tx, person, owner)]
    return [each.id for each in await identity_store.list_staff_accounts(world, tx, owner)]


TASKS = [keep_due]
