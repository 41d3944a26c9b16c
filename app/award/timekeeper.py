"""Reminders of payments that fall due or are overdue; decides nothing, any replica may run it."""

from app.award import payment_store
from app.award.paying import tell_purchasers
from app.domain.noticing import NoticeKind
from app.domain.paying import Reminder, next_reminder
from app.infra.days import today_of
from app.infra.world import World
from app.tenders import store as tender_store

# Days are what counts here.
LOOK_SECONDS = 60.0
_SAYS = {Reminder.DUE: NoticeKind.PAYMENT_DUE, Reminder.OVERDUE: NoticeKind.PAYMENT_OVERDUE}


async def keep_payments(world: World) -> None:
    """Remind for ever."""
    while True:
        await remind(world)
        await world.clock.sleep(LOOK_SECONDS)


async def remind(world: World) -> int:
    """Say what is due now to those who owe, once each; returns how much was said."""
    today, said = today_of(world), 0
    async with world.db.snapshot() as tx:
        listed = await payment_store.list_milestones(tx)
    due = [each for each in listed if next_reminder(each.terms, each.standing(today), today, each.reminded)]
    for tender_id in dict.fromkeys(each.tender_id for each in due):
        async with world.db.transaction() as tx:
            tender = await tender_store.lock_tender(tx, tender_id)
            for found in await payment_store.list_milestones(tx, tender_ids=[tender_id]):
                reminder = next_reminder(found.terms, found.standing(today), today, found.reminded)
                if reminder is not None:
                    await payment_store.set_milestone(tx, found.id, reminded=reminder.value)
                    await tell_purchasers(world, tx, tender, found, _SAYS[reminder])
                    said += 1
    return said


TASKS = (keep_payments,)
