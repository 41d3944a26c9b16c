"""Reminders ahead of a round, to everybody invited, each once (`domain/reminding.py`)."""

from datetime import datetime
from weakref import WeakKeyDictionary

from app.domain.closing import LotStatus
from app.domain.noticing import NoticeKind
from app.domain.reminding import AHEAD, TOO_NEAR, is_last, is_reminder_due
from app.infra.db import Database
from app.infra.world import World
from app.live_rounds import store
from app.live_rounds.entering import said_at, tell_all
from app.live_rounds.store import Floor
from app.notices.store import find_newest
from app.tenders import store as tenders_store

# When each tender's invited were told last, as this process knows; asked for every second for a day.
_TOLD: WeakKeyDictionary[Database, dict[str, datetime | None]] = WeakKeyDictionary()


def may_be_soon(one: Floor, now: datetime) -> bool:
    """Whether reminders are to be thought of, by the first lot of a round."""
    ahead = one.timetable.opens_at - now
    return one.position == 0 and not one.is_told_soon and TOO_NEAR < ahead <= AHEAD[0]


async def tell_soon(world: World, tender_id: str) -> bool:
    """Remind everybody of the opening if it is time; true if it was done now."""
    told = _TOLD.setdefault(world.db, {})
    async with world.db.snapshot() as tx:
        tender = await tenders_store.load_tender(tx, tender_id)
        floors = await store.list_floors(tx, tender.round_id)
        if not floors or not is_reminder_due(floors[0].timetable.opens_at, world.clock.now(), told.get(tender_id)):
            return False
        told[tender_id] = await find_newest(tx, tender_id, NoticeKind.ROUND_SOON)
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, tender_id)
        one = await store.lock_floor(tx, floors[0].lot_id)
        now, opens_at = world.clock.now(), one.timetable.opens_at
        is_due = may_be_soon(one, now) and is_reminder_due(opens_at, now, told[tender_id])
        is_due = is_due and is_reminder_due(opens_at, now, await find_newest(tx, tender_id, NoticeKind.ROUND_SOON))
        if not is_due or one.status is not LotStatus.SCHEDULED or not await tenders_store.may_open(tx, tender_id):
            return False
        if is_last(opens_at, now):
            await store.set_floor(tx, one, is_told_soon=True)
        opens = said_at(tender, opens_at)
        await tell_all(world, tx, tender, NoticeKind.ROUND_SOON, lot_number="1", opens_at=opens)
        return True
