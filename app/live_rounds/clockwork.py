"""What time brings to a live round: lots opened, resumed and closed. Asked by a timekeeper, decided here.

Every act locks, looks again and changes nothing the second time, so any replica may ask at any moment. The order of the
locks is tender, lot, then the lot's chain.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from string import ascii_uppercase

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import (
    ENDED,
    LotStatus,
    Timetable,
    decide_close,
    decide_open,
    decide_resume,
    in_series,
    is_its_turn,
)
from app.domain.kinds import Kind
from app.domain.live_rules import LotOrder
from app.domain.live_rules_json import instant_text
from app.domain.noticing import NoticeKind
from app.domain.seeding import Seed
from app.domain.tendering import TenderState
from app.domain.visibility import Phase
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.live_rounds import round_store, store
from app.live_rounds.basing import freeze_figures
from app.live_rounds.entering import enter, mark, number_of, tell_all
from app.live_rounds.flooring import ensure_floors, follow, plan_of
from app.live_rounds.holding import find_changed, hold, hold_changed, pause_by_rule, pause_running
from app.live_rounds.room import room_of, topic_of
from app.live_rounds.seeding import list_seeds, seed_lot
from app.live_rounds.store import Floor
from app.tenders import store as tenders_store
from app.tenders.intact import decide_intact
from app.tenders.reserving import open_reserves
from app.tenders.store import Tender

__all__ = [
    "FAILED",
    "cancel_floors",
    "close_lot",
    "draw_aliases",
    "ensure_floors",
    "hold_changed",
    "note_floods",
    "note_pulse",
    "open_lot",
    "pause_running",
    "resume_lot",
]

FAILED = frozenset({TenderState.CANCELLED, TenderState.UNSUCCESSFUL})
# Without I and O, which read as digits.
LETTERS = [letter for letter in ascii_uppercase if letter not in "IO"]
# With so few bidders one letter each; more get two, all from a pool that tells nothing of their number.
SINGLE_LETTERS_TO = 20


async def open_lot(world: World, lot_id: str) -> bool:
    """Open a lot whose time has come; true if it opened now. Aliases are drawn at this moment and not before.

    A lot that could not be opened in time, because the service was down, opens paused with all of its time left. One
    whose rules are not the published ones does not open at all (`holding.py`).
    """
    async with world.db.snapshot() as tx:
        # Asked at every turn while a tender waits for an approval, or a lot for the one before: no lock for a no.
        found = await store.load_floor(tx, lot_id)
        if not await tenders_store.may_open(tx, found.tender_id) or await _placed(tx, found) is None:
            return False
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, (await store.load_floor(tx, lot_id)).tender_id)
        if not await tenders_store.may_open(tx, tender.id):
            return False
        plan = await plan_of(tx, tender)
        if plan is None:
            return False
        one = await follow(tx, await store.lock_floor(tx, lot_id), plan)
        now, placed = world.clock.now(), await _placed(tx, one)
        if placed is None:
            return False
        table = decide_open(placed, now)
        if table is None:
            if placed != one.timetable:
                # The lot before it closed later than planned: the clocks wait for the new instant.
                await store.set_timetable(tx, one, placed)
            return False
        changed = await decide_intact(tx, tender) or await find_changed(world, tx, one)
        if changed is not None:
            await hold(world, tx, one, changed, act="open")
            return False
        is_first = tender.phase is not Phase.LIVE
        seeds = await list_seeds(world, tx, lot_id) if plan.rules.starts_from is not None else None
        sealed = store.seal_aliases(world, lot_id, draw_aliases(world, await _bidders(world, tx, tender, seeds)))
        counters = {"attempts": len(seeds), "accepted": len(seeds)} if seeds else {}
        await store.set_timetable(tx, one, table, alias_sealed=sealed, pause_reason=None, **counters)
        basis = await freeze_figures(world, tx, tender, one)
        await tenders_store.set_phase(tx, tender.id, phase=Phase.LIVE)
        if is_first or one.rules.lots is LotOrder.SERIES:
            await tell_all(world, tx, tender, NoticeKind.ROUND_OPEN, lot_number=await number_of(tx, lot_id))
        told = {} if basis is None else {"basis": basis}
        await enter(world, tx, one, Kind.LOT_OPENED, {**_times(table), **told})
        await seed_lot(world, tx, one, seeds or [])
        is_late = now - table.opens_at > timedelta(milliseconds=world.settings.outage_ms)
        if is_late:
            await pause_by_rule(world, tx, await store.lock_floor(tx, lot_id), "outage", table.opens_at)
    world.bell.ring(topic_of(one.round_id))
    return True


async def _placed(tx: AsyncConnection, one: Floor) -> Timetable | None:
    """The timetable of a scheduled lot behind those before it; None while in series one of them has not ended."""
    if one.rules.lots is not LotOrder.SERIES or one.position == 0:
        return one.timetable
    tables = [each.timetable for each in await store.list_floors(tx, one.round_id)]
    is_next = is_its_turn(one.rules, tables[: one.position])
    return in_series(one.rules, tables)[one.position] if is_next else None


async def _bidders(world: World, tx: AsyncConnection, tender: Tender, seeds: Sequence[Seed] | None) -> list[str]:
    """The tags on a lot's floor: all who joined, or after a sealed round all who have a valid price on the lot."""
    if seeds is not None:
        return [seed.price.tag for seed in seeds]
    return await tenders_store.list_accepted_tags(world, tx, tender.id)


def draw_aliases(world: World, tags: Sequence[str]) -> dict[str, str]:
    """A random alias for each tag, from a pool that does not tell how many there are."""
    pool = LETTERS if len(tags) <= SINGLE_LETTERS_TO else [first + second for first in LETTERS for second in LETTERS]
    if len(tags) > len(pool):
        raise ValueError("more bidders than aliases")
    return dict(zip(tags, world.ids.shuffled(pool), strict=False))


def _times(table: Timetable) -> dict[str, str]:
    return {
        "opens_at": instant_text(table.opens_at),
        "closes_at": instant_text(table.closes_at),
        "hard_stop_at": instant_text(table.hard_stop_at),
    }


async def resume_lot(world: World, lot_id: str) -> bool:
    """Let a paused lot go on at its announced instant; true if it does now."""
    async with world.db.transaction() as tx:
        one = await store.lock_floor(tx, lot_id)
        table = decide_resume(one.timetable, world.clock.now(), one.rules.window)
        if table is None:
            return False
        changed = await find_changed(world, tx, one)
        if changed is not None:
            await hold(world, tx, one, changed, act="resume")
            return False
        resume_at = one.timetable.resume_at or world.clock.now()
        # Where the clock was set back, ticks that limits have acted at come again.
        await store.set_timetable(tx, one, table, pause_reason=None, auto_at=None)
        await mark(tx, one, "resumed", resume_at, {})
        data = {"resume_at": instant_text(resume_at), **_times(table)}
        data.pop("opens_at")
        await enter(world, tx, one, Kind.LOT_RESUMED, data)
    world.bell.ring(topic_of(one.round_id))
    return True


async def close_lot(world: World, lot_id: str) -> bool:
    """Declare a lot closed once its drain is over; true if it is now. The last one takes the tender to evaluation.

    Bids of this process that wait for their commit go first: none in time finds the lot closed.
    """
    await room_of(world).committer.flushed()
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, (await store.load_floor(tx, lot_id)).tender_id)
        one = await store.lock_floor(tx, lot_id)
        drain = timedelta(milliseconds=world.settings.drain_ms)
        table = decide_close(one.timetable, world.clock.now(), drain)
        if table is None:
            return False
        await store.set_timetable(tx, one, table)
        is_last = all(each.status in ENDED for each in await store.list_floors(tx, one.round_id))
        if is_last:
            await tenders_store.set_phase(tx, tender.id, phase=Phase.PRICES, state=TenderState.EVALUATION)
        await tell_all(world, tx, tender, NoticeKind.LOT_CLOSED, lot_number=await number_of(tx, lot_id))
        if is_last:
            ended = NewEntry(
                tender.chain, Kind.ROUND_CLOSED, {"round": one.round_id}, tender=tender.id, round=one.round_id
            )
            await append(world, tx, ended)
        await open_reserves(world, tx, tender, [lot_id])
        closed = {"closes_at": instant_text(table.closes_at), "bids": one.accepted}
        await enter(world, tx, one, Kind.LOT_CLOSED, closed)
    world.bell.ring(topic_of(one.round_id))
    world.bell.ring(f"tender:{tender.id}")
    return True


async def cancel_floors(world: World, tender_id: str) -> int:
    """Cancel the lots of a tender that was cancelled or failed; how many were still alive."""
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, tender_id)
        if tender.state not in FAILED:
            return 0
        alive = [one for one in await store.list_floors(tx, tender.round_id) if one.status not in ENDED]
        for found in sorted(alive, key=lambda each: each.lot_id):
            one = await store.lock_floor(tx, found.lot_id)
            cleared = replace(one.timetable, status=LotStatus.CANCELLED, left=None, paused_at=None, resume_at=None)
            await store.set_timetable(tx, one, cleared, pause_reason=None)
            await enter(world, tx, one, Kind.LOT_CANCELLED, {})
    world.bell.ring(topic_of(tender.round_id))
    return len(alive)


async def note_floods(world: World) -> None:
    """Write what the limit of bids turned away, one entry a bidder and lot (JOURNAL.md 1: floods aggregated)."""
    room = room_of(world)
    for flood in room.limit.take_floods():
        async with world.db.transaction() as tx:
            one = await store.find_floor(tx, flood.lot_id)
            if one is None:
                continue
            until = world.clock.now()
            since = until - timedelta(seconds=max(world.clock.monotonic() - flood.since, 0))
            data = {
                "code": "SLOW_DOWN",
                "count": flood.count,
                "since": instant_text(since),
                "until": instant_text(until),
            }
            await enter(world, tx, one, Kind.BID_REFUSED, data, tag=flood.tag, actor_role="supplier")


async def note_pulse(world: World) -> None:
    """Say that this process is alive."""
    async with world.db.transaction() as tx:
        await round_store.set_pulse(tx, room_of(world).process, world.clock.now())
