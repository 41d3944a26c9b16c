"""Reminders of payments that fall due or are overdue, signatures that are wanted, calls to whoever collects them;
decides nothing, any replica may run it."""

from app.award import payment_store
from app.award.contract_signing import call_provider, want_signatures
from app.award.final_rounds import open_due
from app.award.paying import tell_purchasers
from app.domain.noticing import NoticeKind
from app.domain.paying import Reminder, next_reminder
from app.infra.days import today_of
from app.infra.world import World
from app.tenders import store as tender_store

# Days are what counts here.
LOOK_SECONDS = 60.0
# A person waits for the provider's page.
CALL_SECONDS = 2.0
WANT_SECONDS = 30.0
OPEN_SECONDS = 1.0
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


async def keep_signatures(world: World) -> None:
    """Call the provider for ever; nothing is ever due where the house collects the signatures itself."""
    while True:
        await call_provider(world)
        await world.clock.sleep(CALL_SECONDS)


async def keep_wanting(world: World) -> None:
    """Say for ever that a standstill is over."""
    while True:
        await want_signatures(world)
        await world.clock.sleep(WANT_SECONDS)


async def keep_final_rounds(world: World) -> None:
    """Open for ever what has closed."""
    while True:
        await open_due(world)
        await world.clock.sleep(OPEN_SECONDS)


TASKS = (keep_payments, keep_signatures, keep_wanting, keep_final_rounds)
