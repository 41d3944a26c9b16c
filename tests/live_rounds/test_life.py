"""The life of a lot through the services: opening, bids, pause, extension, close, and what the journal keeps of it."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from app.domain.closing import LotStatus
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import Continuation, TenderState
from app.domain.visibility import Phase
from app.live_rounds import clockwork, pen_store, reaching, round_store, service, store, timekeeper
from app.live_rounds.answers import Receipted, Refused
from app.live_rounds.pen_store import RoomSeat
from app.live_rounds.service import ExtendLot, PauseLot
from app.notices import store as notices_store
from app.tenders import store as tenders_store
from tests.live_rounds.stage import Stage, close_all, committing, open_all
from tests.tenders.houses import amend_rules
from tests.worlds import START

PAUSE = PauseLot("technical", "the line of one bidder is down", "技术原因暂停", "Paused for technical reasons")
MILLISECOND = timedelta(milliseconds=1)


async def test_floors_are_made_once_and_follow_an_amended_opening(scheduled: Stage) -> None:
    world, tender = scheduled.world, scheduled.tender
    before = await scheduled.floor()
    await clockwork.ensure_floors(world, tender.id)
    assert await scheduled.floor() == before
    assert before.status is LotStatus.SCHEDULED
    await amend_rules(world, tender.id, "live", opens_at="2027-01-01T02:00:00.000Z")
    await clockwork.ensure_floors(world, tender.id)
    after = await scheduled.floor()
    assert after.timetable.opens_at.isoformat() == "2027-01-01T02:00:00+00:00"
    assert after.rules_hash != before.rules_hash


async def test_a_lot_opens_at_its_time_and_draws_aliases_then(scheduled: Stage) -> None:
    world, floor = scheduled.world, await scheduled.floor()
    assert floor.alias_sealed is None
    scheduled.clock.at = floor.timetable.opens_at - MILLISECOND
    assert not await clockwork.open_lot(world, floor.lot_id)
    scheduled.clock.wind(milliseconds=1)
    await timekeeper.turn_clocks(world)
    assert not await clockwork.open_lot(world, floor.lot_id)
    opened = await scheduled.floor()
    assert opened.status is LotStatus.OPEN
    aliases = store.open_aliases(world, opened)
    assert set(aliases) == set(scheduled.tags.values())
    assert len(set(aliases.values())) == len(aliases)
    assert scheduled.tag(0).encode() not in (opened.alias_sealed or b"")
    tender = await scheduled.reload()
    assert (tender.phase, tender.state) == (Phase.LIVE, TenderState.RESPONSE_CLOSED)
    assert [entry.kind for entry in await scheduled.chain()] == [Kind.LOT_OPENED]


async def test_bids_that_come_before_the_opening_was_read_here_are_shown_by_alias(scheduled: Stage) -> None:
    room, lot_id = scheduled.room, scheduled.lots[0]
    hub = await room.hub(scheduled.round_id)
    await open_all(scheduled)
    async with committing(scheduled) as stage:
        for number in range(4):
            assert isinstance(await stage.place(number, "286.00"), Receipted)
        # As on PostgreSQL, where the ring of the opening comes later than the answers of the bids.
        assert hub.tick()[2].state("buyer", None)
        await room.refresh(stage.round_id)
        lot = json.loads(hub.tick()[2].state("buyer", None))["lots"][0]
    async with stage.world.db.snapshot() as tx:
        aliases = await store.load_aliases(stage.world, tx, lot_id)
    assert [point[1] for point in lot["series"]] == [aliases[stage.tag(number)] for number in range(4)]


async def test_everyone_invited_is_reminded_a_day_an_hour_and_ten_minutes_before(scheduled: Stage) -> None:
    world, opens_at = scheduled.world, (await scheduled.floor()).timetable.opens_at
    reader = scheduled.rep(0).account_id

    async def reminders() -> int:
        await timekeeper.follow_tenders(world)
        async with world.db.snapshot() as tx:
            notices = await notices_store.list_notices(world, tx, reader)
        return sum(notice.kind is NoticeKind.ROUND_SOON for notice in notices)

    for ahead, count in ((61, 1), (60, 2), (59, 2), (11, 2), (10, 3), (9, 3), (1, 3)):
        scheduled.clock.at = opens_at - timedelta(minutes=ahead)
        assert await reminders() == count


async def test_after_the_decision_nothing_is_broadcast(stage: Stage) -> None:
    async with stage.world.db.transaction() as tx:
        await tenders_store.set_phase(tx, stage.tender.id, state=TenderState.CANCELLED)
    refused = await service.send_broadcast(stage.world, stage.house.purchaser, stage.round_id, zh="通知", en="Notice")
    assert isinstance(refused, Refusal)


async def test_a_lot_that_could_not_open_in_time_opens_paused_with_all_its_time(scheduled: Stage) -> None:
    scheduled.clock.at = (await scheduled.floor()).timetable.closes_at + timedelta(hours=1)
    await timekeeper.turn_clocks(scheduled.world)
    floor = await scheduled.floor()
    assert floor.status is LotStatus.PAUSED
    assert floor.timetable.left == floor.rules.duration
    assert floor.pause_reason == "outage"


async def test_bids_pause_resume_and_close(stage: Stage) -> None:
    world, lot_id = stage.world, stage.lots[0]
    assert isinstance(await stage.place(0, "280.00"), Receipted)
    stage.clock.wind(minutes=1)
    paused = await service.pause_lot(world, stage.house.purchaser, lot_id, PAUSE)
    assert isinstance(paused, store.Floor)
    answer = await stage.place(1, "279.00")
    assert isinstance(answer, Refused)
    assert answer.refusal.code is Code.LOT_PAUSED
    stage.clock.wind(minutes=10)
    too_soon = await service.announce_resume(world, stage.house.purchaser, lot_id, timedelta(seconds=5))
    assert isinstance(too_soon, Refusal)
    announced = await service.announce_resume(world, stage.house.purchaser, lot_id, None)
    assert isinstance(announced, store.Floor)
    stage.clock.wind(seconds=119)
    await timekeeper.turn_clocks(world)
    assert (await stage.floor()).status is LotStatus.PAUSED
    stage.clock.wind(seconds=1)
    await timekeeper.turn_clocks(world)
    running = await stage.floor()
    assert running.status is LotStatus.OPEN
    assert running.timetable.closes_at - world.clock.now() == (paused.timetable.left or timedelta(0))
    assert isinstance(await stage.place(1, "279.00"), Receipted)
    await close_all(stage)
    tender = await stage.reload()
    assert (tender.phase, tender.state) == (Phase.PRICES, TenderState.EVALUATION)
    late = await stage.place(2, "270.00")
    assert isinstance(late, Refused)
    assert late.refusal.code is Code.LOT_CLOSED
    kinds = [entry.kind for entry in await stage.chain()]
    assert kinds == [
        Kind.LOT_OPENED,
        Kind.BID_ACCEPTED,
        Kind.LOT_PAUSED,
        Kind.BID_REFUSED,
        Kind.LOT_REFUSED,
        Kind.LOT_RESUME_SET,
        Kind.LOT_RESUMED,
        Kind.BID_ACCEPTED,
        Kind.LOT_CLOSED,
        Kind.BID_REFUSED,
    ]
    closed = next(entry for entry in await stage.chain() if entry.kind is Kind.LOT_CLOSED)
    assert closed.data["bids"] == 2


async def test_a_lot_is_not_closed_before_its_drain_is_over(stage: Stage) -> None:
    closes_at = (await stage.floor()).timetable.closes_at
    stage.clock.at = closes_at
    assert not await clockwork.close_lot(stage.world, stage.lots[0])
    stage.clock.wind(milliseconds=stage.world.settings.drain_ms - 1)
    assert not await clockwork.close_lot(stage.world, stage.lots[0])
    # A bid stamped before the close and stored in the drain still counts.
    stage.clock.at = closes_at - MILLISECOND
    command = stage.command(0, "280.00")
    stage.clock.at = closes_at + timedelta(milliseconds=stage.world.settings.drain_ms)
    answers: list[object] = []
    stage.room.committer.submit(command, answers.append)
    assert not await clockwork.close_lot(stage.world, stage.lots[0])
    assert isinstance(answers[0], Receipted)
    assert (await stage.floor()).timetable.extensions == 1


async def test_a_person_extends_forward_only_and_every_refusal_is_journaled(stage: Stage) -> None:
    world, lot_id, actor = stage.world, stage.lots[0], stage.house.purchaser
    before = (await stage.floor()).timetable.closes_at
    reason = "delivery point was unclear"
    later = await service.extend_lot(world, actor, lot_id, ExtendLot(timedelta(minutes=10), reason))
    assert isinstance(later, store.Floor)
    assert later.timetable.closes_at - before == timedelta(minutes=10)
    refused = await service.extend_lot(world, actor, lot_id, ExtendLot(timedelta(minutes=-1), reason))
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_LATER
    await close_all(stage)
    for act in (
        service.extend_lot(world, actor, lot_id, ExtendLot(timedelta(minutes=10), reason)),
        service.pause_lot(world, actor, lot_id, PAUSE),
        service.announce_resume(world, actor, lot_id, None),
    ):
        assert isinstance(await act, Refusal)
    kinds = [entry.kind for entry in await stage.chain()]
    assert kinds.count(Kind.LOT_REFUSED) == 4
    assert kinds.count(Kind.LOT_EXTENDED_BY_HAND) == 1


async def test_the_last_of_several_lots_takes_the_tender_to_evaluation(two_lots: Stage) -> None:
    first, second = [await two_lots.floor(position) for position in (0, 1)]
    assert second.timetable.closes_at > first.timetable.closes_at
    two_lots.clock.at = first.timetable.closes_at + timedelta(milliseconds=two_lots.world.settings.drain_ms)
    await timekeeper.turn_clocks(two_lots.world)
    assert (await two_lots.floor(0)).status is LotStatus.CLOSED
    assert (await two_lots.floor(1)).status is LotStatus.OPEN
    assert (await two_lots.reload()).phase is Phase.LIVE
    two_lots.clock.at = second.timetable.closes_at + timedelta(milliseconds=two_lots.world.settings.drain_ms)
    await timekeeper.turn_clocks(two_lots.world)
    assert (await two_lots.reload()).state is TenderState.EVALUATION
    first_aliases, second_aliases = [
        store.open_aliases(two_lots.world, await two_lots.floor(position)) for position in (0, 1)
    ]
    assert set(first_aliases) == set(second_aliases)


async def test_lots_of_a_cancelled_tender_are_cancelled(stage: Stage) -> None:
    async with stage.world.db.transaction() as tx:
        await tenders_store.set_phase(tx, stage.tender.id, state=TenderState.CANCELLED)
    await timekeeper.follow_tenders(stage.world)
    assert (await stage.floor()).status is LotStatus.CANCELLED
    answer = await stage.place(0, "280.00")
    assert isinstance(answer, Refused)
    assert answer.refusal.code is Code.LOT_CLOSED
    assert await clockwork.cancel_floors(stage.world, stage.tender.id) == 0


async def test_a_lot_that_ran_while_the_service_was_down_comes_back_paused(stage: Stage) -> None:
    world = stage.world
    stage.clock.wind(minutes=2)
    await timekeeper.pulse_once(world)
    last_seen = world.clock.now()
    before = (await stage.floor()).timetable
    stage.clock.wind(hours=3)
    stage.room.has_come_back = False
    await timekeeper.come_back(world, stage.room)
    floor = await stage.floor()
    assert floor.status is LotStatus.PAUSED
    assert floor.timetable.left == before.closes_at - last_seen
    assert (await stage.chain())[-1].data["reason_code"] == "outage"
    await timekeeper.turn_clocks(world)
    assert (await stage.floor()).status is LotStatus.PAUSED


async def test_a_jump_of_the_clock_pauses_every_running_lot(stage: Stage) -> None:
    await timekeeper.look_at_clock(stage.world)
    started = stage.clock.monotonic()
    stage.clock.monotonic = lambda: started + 0.25  # type: ignore[method-assign]  # the wall clock alone jumps
    stage.clock.wind(hours=-2)
    assert stage.room.watch.has_jumped()
    await timekeeper.look_at_clock(stage.world)
    assert not stage.room.watch.has_jumped()
    floor = await stage.floor()
    assert floor.status is LotStatus.PAUSED
    assert floor.pause_reason == "clock_jump"


async def test_a_jump_that_another_process_has_seen_and_settled_gives_no_time_again(stage: Stage) -> None:
    world, lot_id, before = stage.world, stage.lots[0], stage.clock.at
    left = (await stage.floor()).timetable.closes_at - before
    stage.clock.wind(hours=2)
    assert await clockwork.pause_running(world, "clock_jump", before) == 1
    assert isinstance(await service.announce_resume(world, stage.house.purchaser, lot_id, None), store.Floor)
    stage.clock.wind(minutes=2)
    assert await clockwork.resume_lot(world, lot_id)
    assert await clockwork.pause_running(world, "clock_jump", before) == 1
    assert (await stage.floor()).timetable.left == left


async def test_a_process_that_stood_still_pauses_what_ran(stage: Stage) -> None:
    await timekeeper.look_at_clock(stage.world)
    seen_at = stage.world.clock.now()
    closes_at = (await stage.floor()).timetable.closes_at
    stage.clock.wind(seconds=stage.world.settings.outage_ms / 1000)
    await timekeeper.look_at_clock(stage.world)
    assert (await stage.floor()).status is LotStatus.OPEN
    seen_at = stage.world.clock.now()
    stage.clock.wind(seconds=stage.world.settings.outage_ms / 1000 + 1)
    if stage.world.db.is_sqlite:
        await timekeeper.look_at_clock(stage.world)
        floor = await stage.floor()
        assert floor.status is LotStatus.PAUSED
        assert floor.timetable.left == closes_at - seen_at


async def sit(stage: Stage, numbers: Iterable[int], *, left_at: datetime | None = None, process: str = "") -> None:
    """Windows of these bidders, here or in another process."""
    world = stage.world
    async with world.db.transaction() as tx:
        for number in numbers:
            place = pen_store.place_of(world, stage.round_id, stage.tag(number))
            seat = RoomSeat(f"{number:032d}", world.ids.new(), process or stage.room.process, "", "", START, left_at)
            await pen_store.put_seats(world, tx, [(place, seat)])


async def test_a_lot_stands_still_when_most_bidders_are_cut_off_at_once_and_tells_only_why(stage: Stage) -> None:
    world = stage.world
    now, closes_at = world.clock.now(), (await stage.floor()).timetable.closes_at
    await sit(stage, range(5))
    await sit(stage, range(2), left_at=now)
    stage.clock.wind(seconds=40)
    # Two of five, however long; and a process that is alive.
    assert await reaching.pause_unreached(world) == 0
    lost_at = world.clock.now()
    await sit(stage, range(2))
    await sit(stage, range(2), left_at=lost_at)
    # The third one's process has died.
    async with world.db.transaction() as tx:
        await round_store.set_pulse(tx, "gone", lost_at)
    await sit(stage, [2], process="gone")
    stage.clock.wind(seconds=29)
    assert await reaching.pause_unreached(world) == 0
    stage.clock.wind(seconds=1)
    assert await reaching.pause_unreached(world) == 1
    assert await reaching.pause_unreached(world) == 0
    floor = await stage.floor()
    assert (floor.status, floor.pause_reason) == (LotStatus.PAUSED, "technical")
    assert floor.timetable.left == closes_at - lost_at
    entry = (await stage.chain())[-1]
    assert (entry.kind, entry.actor_role, entry.data["reason"]) == (Kind.LOT_PAUSED, "service", "")
    assert entry.data.keys() == {"reason_code", "reason", "paused_at", "left_ms", "last_seen_at"}
    # Once it goes on, those who are still away are no reason any more.
    assert not isinstance(await service.announce_resume(world, stage.house.purchaser, floor.lot_id, None), Refusal)
    stage.clock.wind(seconds=world.settings.resume_notice_seconds)
    assert await clockwork.resume_lot(world, floor.lot_id)
    assert await reaching.pause_unreached(world) == 0


async def test_opening_waits_for_an_open_question_about_too_few(scheduled: Stage) -> None:
    async with scheduled.world.db.transaction() as tx:
        await tenders_store.lock_tender(tx, scheduled.tender.id)
        await tenders_store.set_tender(tx, scheduled.tender.id, continuation=Continuation.NEEDED)
    scheduled.clock.at = (await scheduled.floor()).timetable.opens_at
    await timekeeper.turn_clocks(scheduled.world)
    assert (await scheduled.floor()).status is LotStatus.SCHEDULED
    async with scheduled.world.db.transaction() as tx:
        await tenders_store.lock_tender(tx, scheduled.tender.id)
        await tenders_store.set_tender(tx, scheduled.tender.id, continuation=Continuation.GRANTED)
    await open_all(scheduled)
