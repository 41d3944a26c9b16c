"""A close that moves by rule: for too few bidders, and by an outage of the service (SEALING.md section 4)."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.noticing import NoticeKind
from app.domain.sealing.rules import Reason, RoundStatus, close_after_committee, close_after_outage
from app.infra.world import World
from app.sealed_rounds import committee_store, pulse_store, store
from app.sealed_rounds.entering import enter, tell_all, topic_of
from app.sealed_rounds.store import SealedRound
from app.tenders import store as tenders_store

# Asked more often than written.
PULSE_EVERY = timedelta(seconds=1)


async def extend(
    world: World,
    tx: AsyncConnection,
    held: SealedRound,
    closes_at: datetime,
    reason: Reason,
    seen_at: datetime | None = None,
) -> SealedRound:
    """Move the close later, by rule, and journal it. Precondition: the round is locked."""
    moved = {
        "from": instant_text(held.timetable.closes_at),
        "to": instant_text(closes_at),
        "reason": reason.value,
    }
    was_extended = held.timetable.was_extended or reason is Reason.TOO_FEW
    told = [*held.extensions, moved]
    seen = seen_at or held.seen_at
    await store.set_round(tx, held, closes_at=closes_at, was_extended=was_extended, extensions=told, seen_at=seen)
    await tenders_store.set_round(tx, held.round_id, ruled_closes_at=closes_at)
    await enter(world, tx, held, Kind.ROUND_EXTENDED, {"round": held.round_id, **moved})
    table = replace(held.timetable, closes_at=closes_at)
    return replace(held, timetable=table, extensions=told, version=held.version + 1)


async def keep_pulse(world: World) -> int:
    """Move the close of every round that an outage came too near, then say that the service is alive; how many moved.

    SEALING.md section 4. Two processes that come back together move a close once, and a kill in between moves it still:
    each round remembers up to when outages have been counted.
    """
    async with world.db.snapshot() as tx:
        open_rounds = await store.list_rounds(tx, RoundStatus.OPEN)
        last = await pulse_store.find_pulse(tx)
    if not open_rounds:
        return 0
    now = world.clock.now()
    moved = 0
    if last is not None and now - last > timedelta(milliseconds=world.settings.outage_ms):
        for one in open_rounds:
            moved += await _after_outage(world, one, last, now)
    if last is None or now - last >= PULSE_EVERY:
        async with world.db.transaction() as tx:
            await pulse_store.set_pulse(tx, now)
    return moved


async def _after_outage(world: World, found: SealedRound, down_from: datetime, up_at: datetime) -> bool:
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, found.tender_id)
        held = await store.lock_round(tx, found.round_id)
        since = max(each for each in (down_from, held.opened_at, held.seen_at) if each is not None)
        later = await extend_after_outage(world, tx, held, down_from=since, up_at=up_at)
        if later is held:
            return False
        await tell_all(world, tx, tender, NoticeKind.SEALED_ROUND_EXTENDED, later)
    world.bell.ring(topic_of(found.round_id))
    return True


async def extend_late_opening(
    world: World, tx: AsyncConnection, held: SealedRound, *, opened_at: datetime
) -> SealedRound:
    """The round that opened late with its close moved by one rule, never by two, or as it was. Precondition: locked.

    Where the committee was ready after the opening time, by what the opening was late, so that nobody loses time to it;
    else the service was down, and the rule of an outage counts.
    """
    opens_at = held.timetable.opens_at
    committee = await committee_store.find_committee(tx, held.round_id)
    ready_at = None if held.rules.committee is None or committee is None else committee.rehearsed_at
    if ready_at is None or ready_at <= opens_at:
        return await extend_after_outage(world, tx, held, down_from=opens_at, up_at=opened_at)
    patience = timedelta(milliseconds=world.settings.outage_ms)
    closes_at = close_after_committee(held.timetable, opened_at, patience)
    if closes_at is None:
        return held
    return await extend(world, tx, held, closes_at, Reason.COMMITTEE, seen_at=opened_at)


async def extend_after_outage(
    world: World, tx: AsyncConnection, held: SealedRound, *, down_from: datetime, up_at: datetime
) -> SealedRound:
    """The round with its close moved by an outage, or as it was. Precondition: the round is locked."""
    if up_at - down_from <= timedelta(milliseconds=world.settings.outage_ms):
        return held
    closes_at = close_after_outage(held.timetable, down_from=down_from, up_at=up_at)
    if closes_at is None:
        return held
    return await extend(world, tx, held, closes_at, Reason.OUTAGE, seen_at=up_at)
