"""Reminds suppliers that a certification or a file of evidence runs out. Timers announce, rules decide."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.improving import is_late, lapses_at
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.renewing import AHEAD, days_left, reminder_due
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.infra.days import today_of, zone_of
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.suppliers import dossier_store, finding_store, store, survey_store
from app.suppliers.entering import chain_of, instant, tell_supplier
from app.suppliers.finding_store import Action, Ending
from app.suppliers.survey_store import Reply

# How a reminder of an overdue action is told from those so many days before an end.
OVERDUE = -1
# Days before an answered questionnaire ends in which it is asked again.
ASK_AGAIN = 30


async def remind_all(world: World) -> int:
    """Send the reminders that are owed now; how many went out. Any replica may run it: each goes out once."""
    now = world.clock.now()
    # A day more than the first reminder: days are counted in the deployment's zone.
    async with world.db.snapshot() as tx:
        endings = await finding_store.list_endings(tx, now, now + timedelta(days=AHEAD[0] + 1))
    zone = zone_of(world)
    owed = [each for each in endings if reminder_due(days_left(each.valid_until, now, zone), each.told) is not None]
    async with world.db.snapshot() as tx:
        late = await finding_store.list_overdue(tx, today_of(world), OVERDUE)
        replies = await survey_store.list_ending(tx, now + timedelta(days=ASK_AGAIN), ASK_AGAIN)
    told = [
        *[await _remind(world, each) for each in owed],
        *[await _tell_late(world, action, laid_on) for action, laid_on in late],
        *[await _ask_again(world, each) for each in replies],
    ]
    return sum(told)


async def _remind(world: World, ending: Ending) -> bool:
    now = world.clock.now()
    left = days_left(ending.valid_until, now, zone_of(world))
    async with world.db.transaction() as tx:
        # Under the supplier's lock: another process may have been first.
        await store.lock_supplier(tx, ending.supplier_id)
        ahead = reminder_due(left, await finding_store.find_told(tx, ending.subject_id))
        if ahead is None:
            return False
        subject_id = ending.subject_id
        await finding_store.insert_reminder(
            tx, subject_id=subject_id, supplier_id=ending.supplier_id, days=ahead, at=now
        )
        kind = NoticeKind.CERTIFICATION_EXPIRING if ending.is_certification else NoticeKind.EVIDENCE_EXPIRING
        await tell_supplier(world, tx, ending.supplier_id, kind, {"days": str(left)})
        subject = "certification" if ending.is_certification else "evidence"
        data = {subject: ending.subject_id, "days": left, "valid_until": instant(ending.valid_until)}
        await append(world, tx, NewEntry(chain_of(ending.supplier_id), Kind.RENEWAL_REMINDED, data))
        return True


async def _tell_late(world: World, action: Action, laid_on: datetime) -> bool:
    """An action was not done in time: supplier and purchasers are told, and a certification on this condition ends."""
    now = world.clock.now()
    async with world.db.transaction() as tx:
        held = await store.lock_supplier(tx, action.supplier_id)
        mine = await finding_store.load_action(tx, supplier_id=held.id, action_id=action.id)
        if not is_late(mine.due, today_of(world)) or await finding_store.find_told(tx, action.id) is not None:
            return False
        await finding_store.insert_reminder(tx, subject_id=action.id, supplier_id=held.id, days=OVERDUE, at=now)
        await tell_supplier(world, tx, held.id, NoticeKind.ACTION_OVERDUE, {})
        people = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
        accounts = [person.id for person in people]
        await insert_notices(world, tx, accounts=accounts, kind=NoticeKind.SUPPLIER_ACTION_OVERDUE, params={})
        data = {"action": action.id, "due_on": action.due_on.isoformat()}
        await append(world, tx, NewEntry(chain_of(held.id), Kind.ACTION_OVERDUE, data))
        await _lapse(world, tx, held, action, laid_on)
        return True


async def _lapse(world: World, tx: AsyncConnection, held: store.Supplier, action: Action, laid_on: datetime) -> None:
    current = None
    if held.certification_id is not None:
        current = await dossier_store.find_certification(tx, held.certification_id)
    if current is None or current.valid_from is None:
        return
    ends = lapses_at(laid_on, action.due_on, (current.valid_from, current.valid_until), zone_of(world))
    if ends is None:
        return
    await dossier_store.set_certification(tx, current.id, valid_until=ends)
    await tell_supplier(world, tx, held.id, NoticeKind.CERTIFICATION_LAPSED, {})
    data = {
        "certification": current.id,
        "action": action.id,
        "valid_until": instant(ends),
        "valid_until_before": instant(current.valid_until),
    }
    await append(world, tx, NewEntry(chain_of(held.id), Kind.CERTIFICATION_LAPSED, data))


async def _ask_again(world: World, reply: Reply) -> bool:
    """An answered questionnaire ends soon, or has: its supplier is asked once more. An applicant has nobody to tell."""
    async with world.db.transaction() as tx:
        if await finding_store.find_told(tx, reply.id) is not None or not await store.is_registered(
            tx, reply.supplier_id
        ):
            return False
        await store.lock_supplier(tx, reply.supplier_id)
        await finding_store.insert_reminder(
            tx, subject_id=reply.id, supplier_id=reply.supplier_id, days=ASK_AGAIN, at=world.clock.now()
        )
        await tell_supplier(world, tx, reply.supplier_id, NoticeKind.QUESTIONNAIRE_WAITING, {})
        return True
