"""Reminders ahead of a round, to everybody invited, each once (`domain/reminding.py`)."""

from datetime import datetime
from weakref import WeakKeyDictionary

from app.domain.closing import LotStatus
from app.domain.noticing import NoticeKind
from app.domain.reminding import is_last, is_reminder_due
from app.infra.db import Database
from app.infra.world import World
from app.live_rounds import store
from app.live_rounds.entering import said_at, tell_all
from app.live_rounds.store import Floor
from app.notices.store import find_newest
from app.tenders import store as tenders_store

# When each tender's invited were told last, as this process knows; asked for every second for a day.
_TOLD: WeakKeyDictionary[Database, dict[str, datetime | None]] = WeakKeyDictionary()


def may_be_due(world: World, one: Floor) -> bool:
    """Whether it may be time for a reminder, by the first lot of a round; asks no database."""
    told_at = _TOLD.get(world.db, {}).get(one.tender_id)
    is_first = one.position == 0 and not one.is_told_soon
    return is_first and is_reminder_due(one.timetable.opens_at, world.clock.now(), told_at)


async def tell_soon(world: World, tender_id: str) -> bool:
    """Remind everybody of the opening if it is time; true if it was done now."""
    told = _TOLD.setdefault(world.db, {})
    async with world.db.snapshot() as tx:
        tender = await tenders_store.load_tender(tx, tender_id)
        floors = await store.list_floors(tx, tender.round_id)
        told[tender_id] = await find_newest(tx, tender_id, NoticeKind.ROUND_SOON)
        if not floors or not may_be_due(world, floors[0]):
            return False
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, tender_id)
        one = await store.lock_floor(tx, floors[0].lot_id)
        told[tender_id] = await find_newest(tx, tender_id, NoticeKind.ROUND_SOON)
        is_due = may_be_due(world, one) and one.status is LotStatus.SCHEDULED
        if not is_due or not await tenders_store.may_open(tx, tender_id):
            return False
        now, opens_at = world.clock.now(), one.timetable.opens_at
        if is_last(opens_at, now):
            await store.set_floor(tx, one, is_told_soon=True)
        opens = said_at(tender, opens_at)
        await tell_all(world, tx, tender, NoticeKind.ROUND_SOON, lot_number="1", opens_at=opens)
        return True
