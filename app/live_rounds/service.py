"""The acts of a person on a live round: pause, resume, extend, broadcast. One person, with a reason, told to all.

ACCESS.md section 3: pause, resume and extension of a live lot need no second person; a void does (`voiding.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import Timetable, extend_by_hand, pause, resumed, set_resume
from app.domain.formats import format_of
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.message_scanning import Leak, decide_message, scan_message
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.own_names import OwnNames
from app.domain.tendering import decide_running
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.live_rounds import round_store, store
from app.live_rounds.admission import reach_round
from app.live_rounds.entering import enter, mark, refuse, said_at, tell_all
from app.live_rounds.holding import expect_sound, find_changed
from app.live_rounds.room import topic_of
from app.live_rounds.store import Floor
from app.suppliers import store as suppliers_store
from app.tenders import store as tenders_store
from app.tenders.entering import refuse as refuse_on_tender
from app.tenders.participations import list_invited

MILLISECOND = timedelta(milliseconds=1)
# The reason of a pause that the desk makes for a purchaser on the phone (`phoning.py`).
BY_PHONE = "by_phone"


@dataclass(frozen=True, slots=True)
class PauseLot:
    """Stop the clock of a lot; the messages go to everyone word for word."""

    reason_code: str
    reason: str
    message_zh: str
    message_en: str
    amounts_checked: bool = False
    # By phone: the account of the purchaser for whom the desk pauses.
    asked_by: str | None = None


@dataclass(frozen=True, slots=True)
class ExtendLot:
    """Move the close forward."""

    later: timedelta
    reason: str


async def pause_lot(
    world: World, actor: Actor, lot_id: str, command: PauseLot, *, hat: Role = Role.PURCHASER
) -> Floor | Refusal:
    """Pause a running lot: what is left stays left. Its message is broadcast, so that late joiners read it too."""
    expect_sound(world)
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, (await store.load_floor(tx, lot_id)).tender_id)
        one = await store.lock_floor(tx, lot_id)
        now = world.clock.now()
        zh, en = command.message_zh, command.message_en
        leaks = await scan(tx, tender.id, {"zh": zh, "en": en})
        leak = decide_message(leaks, amounts_checked=command.amounts_checked)
        table = leak or await scan_reason(tx, tender.id, command.reason) or pause(one.timetable, now)
        if isinstance(table, Refusal):
            return await refuse(world, tx, actor, one, act="pause", refusal=table, hat=hat)
        await store.set_timetable(tx, one, table, pause_reason=command.reason_code)
        await mark(tx, one, "pause", now, {"reason_code": command.reason_code})
        await round_store.insert_broadcast(tx, round_id=one.round_id, zh=zh, en=en, at=now)
        number = str((await tenders_store.load_lot(tx, lot_id)).number)
        await tell_all(world, tx, tender, NoticeKind.LOT_PAUSED, lot_number=number, reason=f"{zh} / {en}")
        data = {
            "reason_code": command.reason_code,
            "reason": command.reason,
            "message_zh": zh,
            "message_en": en,
            "paused_at": instant_text(now),
            "left_ms": (table.left or timedelta(0)) // MILLISECOND,
            **({} if command.asked_by is None else {"asked_by": command.asked_by}),
        }
        await enter(world, tx, one, Kind.LOT_PAUSED, data, **actor.entry_fields(hat))
        after = await store.load_floor(tx, lot_id)
    world.bell.ring(topic_of(after.round_id))
    return after


async def announce_resume(world: World, actor: Actor, lot_id: str, after: timedelta | None) -> Floor | Refusal:
    """Announce when a paused lot goes on: after the usual notice or later, never sooner (LR-06)."""
    expect_sound(world)
    shortest = timedelta(seconds=world.settings.resume_notice_seconds)
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, (await store.load_floor(tx, lot_id)).tender_id)
        one = await store.lock_floor(tx, lot_id)
        wait = shortest if after is None else after
        if wait < shortest:
            too_soon = Refusal(Code.TOO_EARLY, {"shortest_s": str(shortest // timedelta(seconds=1))})
            return await refuse(world, tx, actor, one, act="resume", refusal=too_soon)
        untold = await find_changed(world, tx, one)
        if untold is not None:
            return await refuse(world, tx, actor, one, act="resume", refusal=untold)
        table = set_resume(one.timetable, world.clock.now() + wait)
        if isinstance(table, Refusal):
            return await refuse(world, tx, actor, one, act="resume", refusal=table)
        await store.set_timetable(tx, one, table)
        number = str((await tenders_store.load_lot(tx, lot_id)).number)
        closes_at = said_at(tender, resumed(table, one.rules.window).closes_at)
        await tell_all(world, tx, tender, NoticeKind.LOT_RESUMED, lot_number=number, closes_at=closes_at)
        data = {"resume_at": instant_text(table.resume_at or world.clock.now())}
        await enter(world, tx, one, Kind.LOT_RESUME_SET, data, **actor.entry_fields(Role.PURCHASER))
        changed = await store.load_floor(tx, lot_id)
    world.bell.ring(topic_of(changed.round_id))
    return changed


async def extend_lot(world: World, actor: Actor, lot_id: str, command: ExtendLot) -> Floor | Refusal:
    """Move the close of a lot forward, never back (CK-06)."""
    expect_sound(world)
    async with world.db.transaction() as tx:
        one = await store.lock_floor(tx, lot_id)
        now = world.clock.now()
        leak = await scan_reason(tx, one.tender_id, command.reason)
        table = leak or extend_by_hand(one.timetable, now, command.later)
        if not format_of(one.rules).may_extend(one.rules):
            table = Refusal(Code.NOT_ALLOWED_HERE, {"rule": "format"})
        if isinstance(table, Refusal):
            return await refuse(world, tx, actor, one, act="extend", refusal=table)
        await store.set_timetable(tx, one, table)
        moved = _moved(one.timetable, table)
        await mark(tx, one, "extended_by_hand", now, moved)
        told = {"extended_at": instant_text(now), "hard_stop_at": instant_text(table.hard_stop_at)}
        data = {**moved, "reason": command.reason, **told}
        await enter(world, tx, one, Kind.LOT_EXTENDED_BY_HAND, data, **actor.entry_fields(Role.PURCHASER))
        after = await store.load_floor(tx, lot_id)
    world.bell.ring(topic_of(after.round_id))
    return after


def _moved(before: Timetable, after: Timetable) -> dict[str, str]:
    return {"from": instant_text(before.closes_at), "to": instant_text(after.closes_at)}


async def check_message(world: World, actor: Actor, round_id: str, texts: Mapping[str, str]) -> list[Leak]:
    """What a message to all would give away, before it is sent (CK-07)."""
    async with world.db.snapshot() as tx:
        tender, _ = await reach_round(tx, actor, round_id)
        return await scan(tx, tender.id, texts)


async def scan(tx: AsyncConnection, tender_id: str, texts: Mapping[str, str]) -> list[Leak]:
    """The finds in a message, by the names of those invited; never by bids, which the scan would then betray."""
    invited = [each.supplier_id for each in await list_invited(tx, tender_id)]
    names = await suppliers_store.load_names(tx, invited)
    return scan_message(texts, [OwnNames([each.name_zh, each.name_en]) for each in names.values()])


async def scan_reason(tx: AsyncConnection, tender_id: str, reason: str) -> Refusal | None:
    """Why a reason may not stand in the journal, which others than the buyer's side read. Amounts may: nobody is told
    more by them than by the bids."""
    return decide_message(await scan(tx, tender_id, {"reason": reason}), amounts_checked=True)


async def send_broadcast(
    world: World, actor: Actor, round_id: str, *, zh: str, en: str, amounts_checked: bool = False
) -> Refusal | None:
    """One message in both languages to everyone in the round; there is none to a single one."""
    async with world.db.transaction() as tx:
        tender, _ = await reach_round(tx, actor, round_id)
        locked = await tenders_store.lock_tender(tx, tender.id)
        leaks = await scan(tx, tender.id, {"zh": zh, "en": en})
        refusal = decide_running(locked.state) or decide_message(leaks, amounts_checked=amounts_checked)
        if refusal is not None:
            return await refuse_on_tender(
                world, tx, actor, Role.PURCHASER, tender_id=tender.id, act="broadcast", refusal=refusal
            )
        await round_store.insert_broadcast(tx, round_id=round_id, zh=zh, en=en, at=world.clock.now())
        fields = actor.entry_fields(Role.PURCHASER)
        new = NewEntry(
            tender.chain, Kind.BROADCAST_SENT, {"zh": zh, "en": en}, tender=tender.id, round=round_id, **fields
        )
        await append(world, tx, new)
    world.bell.ring(topic_of(round_id))
    return None
