"""Reminds suppliers that a certification or a file of evidence runs out. Timers announce, rules decide."""

from datetime import timedelta

from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.renewing import AHEAD, days_left, reminder_due
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.suppliers import finding_store, store
from app.suppliers.entering import chain_of, instant, tell_supplier
from app.suppliers.finding import zone_of
from app.suppliers.finding_store import Ending


async def remind_all(world: World) -> int:
    """Send the reminders that are owed now; how many went out. Any replica may run it: each goes out once."""
    now = world.clock.now()
    # A day more than the first reminder: days are counted in the deployment's zone.
    async with world.db.snapshot() as tx:
        endings = await finding_store.list_endings(tx, now, now + timedelta(days=AHEAD[0] + 1))
    zone = zone_of(world)
    owed = [each for each in endings if reminder_due(days_left(each.valid_until, now, zone), each.told) is not None]
    return sum([await _remind(world, each) for each in owed])


async def _remind(world: World, ending: Ending) -> bool:
    now = world.clock.now()
    left = days_left(ending.valid_until, now, zone_of(world))
    async with world.db.transaction() as tx:
        # Under the supplier's lock: another process may have been first.
        await store.lock_supplier(tx, ending.supplier_id)
        ahead = reminder_due(left, await finding_store.find_told(tx, ending.subject_id))
        if ahead is None:
            return False
        await finding_store.insert_reminder(tx, ending, ahead, now)
        kind = NoticeKind.CERTIFICATION_EXPIRING if ending.is_certification else NoticeKind.EVIDENCE_EXPIRING
        await tell_supplier(world, tx, ending.supplier_id, kind, {"days": str(left)})
        subject = "certification" if ending.is_certification else "evidence"
        data = {subject: ending.subject_id, "days": left, "valid_until": instant(ending.valid_until)}
        await append(world, tx, NewEntry(chain_of(ending.supplier_id), Kind.RENEWAL_REMINDED, data))
        return True
