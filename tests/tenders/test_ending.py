"""The response deadline, too few bidders, the approved continuation, and cancellation."""

import asyncio
from datetime import timedelta

import pytest

from app.approvals.store import Proposal
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import Continuation, DeadlineVerdict, TenderState
from app.domain.visibility import Phase
from app.notices.store import list_notices
from app.tenders import ending, store, timekeeper
from app.tenders.participations import Response
from tests.tenders.houses import (
    House,
    approve,
    begin,
    decide,
    join,
    kinds_of,
    last_entry,
    load,
    publish,
    reach_deadline,
    respond,
)

REASON = "the need has changed"


async def notices_of(house: House, account_id: str) -> list[NoticeKind]:
    async with house.world.db.snapshot() as tx:
        return sorted(one.kind for one in await list_notices(house.world, tx, account_id))


async def test_enough_accepted_closes_the_answers_and_lets_the_round_open(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])
    async with house.world.db.snapshot() as tx:
        assert not await store.may_open(tx, tender.id)
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.CLOSE
    async with house.world.db.snapshot() as tx:
        assert await store.may_open(tx, tender.id)
        assert await store.list_response_closed(tx) == [tender.id]
    after = await load(house, tender.id)
    assert (after.state, after.continuation, after.phase) == (
        TenderState.RESPONSE_CLOSED,
        Continuation.NOT_NEEDED,
        Phase.QUESTIONS,
    )
    assert (await last_entry(house, tender.id, Kind.RESPONSE_CLOSED)).data == {"too_few": False}


async def test_the_deadline_is_kept_once(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.CLOSE
    assert await ending.keep_deadline(house.world, tender.id) is DeadlineVerdict.WAIT
    assert (await kinds_of(house, tender.id)).count(Kind.RESPONSE_CLOSED) == 1


async def test_two_timekeepers_at_once_close_once(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])
    assert tender.response_due_at is not None
    house.clock.at = tender.response_due_at
    await asyncio.gather(*(timekeeper.look_once(house.world) for _ in range(3)))
    assert (await kinds_of(house, tender.id)).count(Kind.RESPONSE_CLOSED) == 1


async def test_too_few_extends_once_by_rule_and_tells_everybody(house: House) -> None:
    tender = await publish(house, response_extension_minutes=120)
    await join(house, tender, *house.reps[:2])
    assert tender.response_due_at is not None
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.EXTEND
    after = await load(house, tender.id)
    assert after.state is TenderState.RESPONDING
    assert after.response_due_at == tender.response_due_at + timedelta(hours=2)
    extended = await last_entry(house, tender.id, Kind.RESPONSE_EXTENDED)
    assert extended.data == {"from": "2026-11-24T09:00:00.000Z", "to": "2026-11-24T11:00:00.000Z"}
    for rep in house.reps:
        assert await notices_of(house, rep.account_id) == [NoticeKind.INVITATION, NoticeKind.RESPONSE_EXTENDED]
    await join(house, tender, house.reps[2])
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.CLOSE


async def test_still_too_few_asks_the_buyer_and_an_approval_goes_on(house: House) -> None:
    tender = await publish(house, response_extension_minutes=120)
    await join(house, tender, *house.reps[:2])
    await reach_deadline(house, tender.id)
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.ASK
    async with house.world.db.snapshot() as tx:
        assert not await store.may_open(tx, tender.id)
    assert NoticeKind.TOO_FEW_BIDDERS in await notices_of(house, house.purchaser.account_id)
    await approve(house, await ending.continue_tender(house.world, house.purchaser, tender.id, REASON))
    after = await load(house, tender.id)
    assert (after.state, after.continuation) == (TenderState.RESPONSE_CLOSED, Continuation.GRANTED)
    async with house.world.db.snapshot() as tx:
        assert await store.may_open(tx, tender.id)
    assert (await last_entry(house, tender.id, Kind.TENDER_CONTINUED)).data["reason"] == REASON
    assert tender.opens_at is not None
    house.clock.at = tender.opens_at
    assert await ending.keep_deadline(house.world, tender.id) is DeadlineVerdict.WAIT


@pytest.mark.parametrize(("offset", "state"), [(-1, TenderState.RESPONSE_CLOSED), (0, TenderState.UNSUCCESSFUL)])
async def test_without_an_approval_it_ends_unsuccessful_when_the_round_would_open(
    house: House, offset: int, state: TenderState
) -> None:
    tender = await publish(house, response_extension_minutes=0)
    await join(house, tender, house.reps[0])
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.ASK
    proposal = await ending.continue_tender(house.world, house.purchaser, tender.id, REASON)
    assert isinstance(proposal, Proposal)
    assert tender.opens_at is not None
    house.clock.at = tender.opens_at + timedelta(milliseconds=offset)
    await timekeeper.look_once(house.world)
    assert (await load(house, tender.id)).state is state
    decided = await decide(house, proposal)
    assert isinstance(decided, Refusal) is (state is TenderState.UNSUCCESSFUL)


async def test_nobody_accepted_is_unsuccessful_and_all_are_told(house: House) -> None:
    tender = await publish(house, response_extension_minutes=0)
    await respond(house, tender, house.reps[0], Response.DECLINED)
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.FAIL
    after = await load(house, tender.id)
    assert (after.state, after.ended_at) == (TenderState.UNSUCCESSFUL, house.clock.now())
    assert (await kinds_of(house, tender.id))[-2:] == [Kind.RESPONSE_CLOSED, Kind.TENDER_UNSUCCESSFUL]
    for person in (*house.reps, house.purchaser):
        assert NoticeKind.TENDER_UNSUCCESSFUL in await notices_of(house, person.account_id)


async def test_no_room_before_the_opening_means_unsuccessful_at_once(house: House) -> None:
    tender = await publish(house, response_due="2026-11-25T14:00")
    await join(house, tender, *house.reps[:2])
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.FAIL


async def test_going_on_is_refused_while_it_is_no_question(house: House) -> None:
    tender = await publish(house)
    refused = await ending.continue_tender(house.world, house.purchaser, tender.id, REASON)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_ALLOWED_HERE
    draft = await begin(house)
    assert isinstance(await ending.continue_tender(house.world, house.purchaser, draft.id, REASON), Refusal)


async def test_a_minimum_of_one_needs_one(house: House) -> None:
    tender = await publish(house, min_bidders=1)
    await join(house, tender, house.reps[0])
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.CLOSE


# ── cancellation ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_draft_is_dropped_at_once(house: House) -> None:
    draft = await begin(house)
    assert await ending.cancel_tender(house.world, house.purchaser, draft.id, REASON) is None
    assert (await load(house, draft.id)).state is TenderState.CANCELLED
    assert await notices_of(house, house.reps[0].account_id) == []


async def test_a_published_tender_is_cancelled_by_two_and_all_are_told_why(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])
    proposal = await ending.cancel_tender(house.world, house.purchaser, tender.id, REASON)
    assert (await load(house, tender.id)).state is TenderState.RESPONDING
    await approve(house, proposal)
    after = await load(house, tender.id)
    assert (after.state, after.phase) == (TenderState.CANCELLED, Phase.QUESTIONS)
    assert (await last_entry(house, tender.id, Kind.TENDER_CANCELLED)).data["reason"] == REASON
    assert NoticeKind.TENDER_CANCELLED in await notices_of(house, house.reps[3].account_id)
    assert tender.response_due_at is not None
    house.clock.at = tender.response_due_at
    assert await ending.keep_deadline(house.world, tender.id) is DeadlineVerdict.WAIT


async def test_what_is_over_cannot_be_cancelled(house: House) -> None:
    tender = await publish(house, response_extension_minutes=0)
    await reach_deadline(house, tender.id)
    refused = await ending.cancel_tender(house.world, house.purchaser, tender.id, REASON)
    assert refused == Refusal(Code.NOT_ALLOWED_HERE, {"state": "unsuccessful", "act": "cancel"})


# ── phases handed down, reminders ──────────────────────────────────────────────────────────────────────────────────


async def test_higher_rooms_hand_down_the_phase_and_it_never_shrinks(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])
    await reach_deadline(house, tender.id)
    async with house.world.db.transaction() as tx:
        live = await store.set_phase(tx, tender.id, phase=Phase.LIVE)
        assert (live.phase, live.state) == (Phase.LIVE, TenderState.RESPONSE_CLOSED)
        closed = await store.set_phase(tx, tender.id, phase=Phase.PRICES, state=TenderState.EVALUATION)
        assert (closed.phase, closed.state) == (Phase.PRICES, TenderState.EVALUATION)
        again = await store.set_phase(tx, tender.id, phase=Phase.LIVE)
        assert again.phase is Phase.PRICES
        assert await store.list_in_evaluation(tx) == [tender.id]
        with pytest.raises(ValueError, match="cannot go"):
            await store.set_phase(tx, tender.id, state=TenderState.RESPONDING)
        over = await store.set_phase(
            tx, tender.id, phase=Phase.UNSEALED, state=TenderState.AWARDED, at=house.clock.now()
        )
        assert over.ended_at == house.clock.now()


@pytest.mark.parametrize(("minutes", "is_told"), [(-1, False), (0, True), (1, True)])
async def test_one_reminder_a_day_before_to_all_whoever_answered(house: House, minutes: int, is_told: bool) -> None:
    tender = await publish(house)
    await join(house, tender, house.reps[0])
    assert tender.response_due_at is not None
    house.clock.at = tender.response_due_at - ending.REMIND_BEFORE + timedelta(minutes=minutes)
    await timekeeper.look_once(house.world)
    await timekeeper.look_once(house.world)
    expected = [NoticeKind.INVITATION, NoticeKind.RESPONSE_REMINDER] if is_told else [NoticeKind.INVITATION]
    for rep in house.reps:
        assert await notices_of(house, rep.account_id) == expected


async def test_the_timekeeper_runs_until_it_is_stopped(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])
    assert tender.response_due_at is not None
    task = asyncio.create_task(timekeeper.TASKS[0](house.world))
    house.clock.at = tender.response_due_at
    for _ in range(200):
        if (await load(house, tender.id)).state is TenderState.RESPONSE_CLOSED:
            break
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await load(house, tender.id)).state is TenderState.RESPONSE_CLOSED
