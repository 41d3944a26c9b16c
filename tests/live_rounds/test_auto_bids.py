"""Limits in the service: sealed at rest, acted on at ticks under the lot's lock, told to their bidder, replayed."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal
from app.audit.verify import load_limits
from app.audit.verifying import Outside
from app.domain.approving import Verdict
from app.domain.auto_bidding import AutoBidState, commitment_of, tick_at
from app.domain.framing import lot_frames
from app.domain.kinds import Kind
from app.domain.receipts import check_receipt
from app.domain.refusals import Code, Refusal
from app.domain.replaying import LotReplay
from app.domain.reporting import Outcome
from app.infra.errors import Problem
from app.infra.world import World
from app.live_rounds import auto_bids, clockwork, service, store, timekeeper, voiding
from app.live_rounds.answers import Receipted
from app.live_rounds.batch import BatchDone, commit_batch
from app.live_rounds.effects import EFFECTS
from app.live_rounds.tables import auto_bid, bid
from app.suppliers import store as suppliers_store
from tests.live_rounds.stage import Stage, close_all, committing, open_all, stage_of
from tests.live_rounds.test_basis import frames, publish_with, verdict
from tests.tenders.houses import add_supplier, build_house, join, reach_deadline

LIMITS = {0: "282.11", 1: "277.33", 2: "279.77"}


@pytest.fixture
async def proxied(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Four bidders on an open lot whose rules allow limits; nobody has bid."""
    house = await build_house(clean_database_url, tmp_path, 0)
    house.reps = [await add_supplier(house, number) for number in range(1, 5)]
    tender = await publish_with(house, {"auto_bid": True})
    await join(house, tender, *house.reps)
    await reach_deadline(house, tender.id)
    await clockwork.ensure_floors(house.world, tender.id)
    stage = await stage_of(house, tender.id)
    await open_all(stage)
    async with committing(stage):
        yield stage
    await stage.world.db.dispose()


async def tick(stage: Stage, count: int = 1) -> None:
    """So many common ticks go by."""
    for _ in range(count):
        stage.clock.wind(milliseconds=stage.world.settings.tick_ms)
        await timekeeper.turn_limits(stage.world)
        await stage.room.committer.flushed()


async def set_limits(stage: Stage, limits: dict[int, str]) -> None:
    for number, limit in limits.items():
        made = await auto_bids.set_limit(stage.world, stage.rep(number), stage.lots[0], limit)
        assert not isinstance(made, Refusal), made


async def test_limits_bid_step_by_step_until_one_is_left_and_the_proof_holds(proxied: Stage, tmp_path: Path) -> None:
    stage, world = proxied, proxied.world
    await set_limits(stage, LIMITS)
    await tick(stage)
    first = await stage.floor()
    assert first.accepted == 3
    await tick(stage, 30)
    after = await stage.floor()
    # Nothing is due any more: no tick writes.
    await tick(stage, 3)
    assert await stage.floor() == after
    async with world.db.snapshot() as tx:
        bids = await store.list_accepted_bids(tx, stage.lots[0])
        rows = (await tx.execute(select(bid).order_by(bid.c.seq))).all()
        kept = {row.tag: row for row in await tx.execute(select(auto_bid))}
    assert all(one.is_auto for one in bids)
    assert all(check_receipt(row.receipt, world.keys.public_key, world.keys.key_id) is None for row in rows)
    for number, limit in LIMITS.items():
        lowest = min(one.amount for one in bids if one.tag == stage.tag(number))
        assert lowest >= Decimal(limit)
        # Nothing at rest or in the journal has the limit.
        assert limit.encode() not in kept[stage.tag(number)].limit_sealed
        seen = await auto_bids.read_limit(world, stage.rep(number), stage.lots[0])
        assert seen["limit"] == limit
        made = commitment_of(stage.lots[0], stage.tag(number), limit, bytes.fromhex(seen["salt"]))
        assert made == seen["commitment"] == kept[stage.tag(number)].commitment
        assert seen["state"] == (AutoBidState.ACTIVE if number == 1 else AutoBidState.REACHED)
    entries = await stage.chain()
    assert {entry.data["commitment"] for entry in entries if entry.kind is Kind.AUTO_BID_SET} == {
        row.commitment for row in kept.values()
    }
    told = [str(entry.data) for entry in entries if entry.kind is not Kind.BID_ACCEPTED]
    assert not any(limit in text for text in told for limit in LIMITS.values())
    lots, _, lengths = await frames(stage)
    assert [lot["auto_bid"] for lot in lots] == ["reached", "active", "reached", None]
    assert len(lengths) == 1
    await close_all(stage)
    assert await verdict(world, stage.house.auditor, stage.tender.id) == (Outcome.CLEAN, [])
    # A bidder hands its limit in: it was kept to; another limit than the one it set proves nothing.
    own = await auto_bids.read_limit(world, stage.rep(0), stage.lots[0])
    for limit, outcome in ((own["limit"], Outcome.CLEAN), ("282.12", Outcome.TAMPERED)):
        (tmp_path / "limit.json").write_text(json.dumps(own | {"limit": limit}, default=str))
        outside = Outside(limits=load_limits(tmp_path))
        assert (await verdict(world, stage.house.auditor, stage.tender.id, outside))[0] is outcome


async def test_a_tick_counts_once_whoever_asks_and_nothing_is_placed_while_paused_or_closed(proxied: Stage) -> None:
    stage, world, lot = proxied, proxied.world, proxied.lots[0]
    await set_limits(stage, {0: "200.00", 1: "200.00"})
    async with world.db.transaction() as tx:
        # The tick in which the lot has opened began before it: the next one counts.
        early = await tx.run_sync(_turn, world, lot, tick_at(world.clock.now(), 250) - timedelta(milliseconds=250))
    assert not early.quiet
    assert (await stage.floor()).accepted == 0
    stage.clock.wind(milliseconds=250)
    at = tick_at(world.clock.now(), 250)
    for _ in range(3):
        # Two replicas, one of them with nothing in its cache.
        async with world.db.transaction() as tx:
            await tx.run_sync(_turn, world, lot, at)
    assert (await stage.floor()).accepted == 2
    await tick(stage)
    assert (await stage.floor()).accepted == 3
    pause = service.PauseLot("technical", "a look at the line", "暂停", "paused")
    assert not isinstance(await service.pause_lot(world, stage.house.purchaser, lot, pause), Refusal)
    await tick(stage, 3)
    assert (await stage.floor()).accepted == 3
    assert not isinstance(await service.announce_resume(world, stage.house.purchaser, lot, None), Refusal)
    stage.clock.wind(seconds=world.settings.resume_notice_seconds)
    assert await clockwork.resume_lot(world, lot)
    await tick(stage)
    assert (await stage.floor()).accepted == 4
    # The clock is set back: its ticks come again, and count.
    stage.clock.wind(hours=-2)
    assert await clockwork.pause_running(world, "clock_jump", world.clock.now())
    assert not isinstance(await service.announce_resume(world, stage.house.purchaser, lot, None), Refusal)
    stage.clock.wind(seconds=world.settings.resume_notice_seconds)
    assert await clockwork.resume_lot(world, lot)
    await tick(stage, 2)
    assert (await stage.floor()).accepted == 6
    replay = LotReplay(lot_frames((await stage.reload()).frozen or {})[lot])
    assert [fault for entry in await stage.chain() if (fault := replay.take(entry)) is not None] == []
    await close_all(stage)
    accepted = (await stage.floor()).accepted
    async with world.db.transaction() as tx:
        await tx.run_sync(_turn, world, lot, world.clock.now())
    assert (await stage.floor()).accepted == accepted
    late = await auto_bids.set_limit(world, stage.rep(2), lot, "199.00")
    assert isinstance(late, Refusal)
    assert late.code is Code.LOT_CLOSED


async def test_a_limit_taken_back_just_before_a_bid_is_not_shown_as_in_force(proxied: Stage) -> None:
    stage, lot = proxied, proxied.lots[0]
    await set_limits(stage, {0: "200.00"})
    lots, _, _ = await frames(stage)
    assert lots[0]["auto_bid"] == "active"
    assert not isinstance(await auto_bids.withdraw_limit(stage.world, stage.rep(0), lot), Refusal)
    # The bid is kept here before the withdrawal is read.
    assert isinstance(await stage.place(1, "280.00"), Receipted)
    lots, _, _ = await frames(stage)
    assert lots[0]["auto_bid"] == "withdrawn"


def _turn(connection: Connection, world: World, lot: str, at: datetime) -> BatchDone:
    return commit_batch(connection, world, (), {}, {lot: at})


async def _void_the_best(stage: Stage) -> None:
    found = voiding.VoidBid(None, None, "the bidder reported a slip by factor ten")
    proposal = await voiding.propose_void(stage.world, stage.house.purchaser, stage.lots[0], found)
    assert isinstance(proposal, Proposal)
    effects = Effects(EFFECTS)
    decided = await decide_proposal(
        stage.world,
        stage.house.approver,
        proposal_id=proposal.id,
        verdict=Verdict.APPROVE,
        reason="seen",
        effects=effects,
    )
    assert isinstance(decided, Proposal)


async def test_a_limit_is_its_bidders_own_and_ends_when_it_must(proxied: Stage) -> None:
    stage, world, lot = proxied, proxied.world, proxied.lots[0]
    for stranger in (stage.house.purchaser, stage.house.auditor, stage.house.approver):
        for ask in (auto_bids.read_limit(world, stranger, lot), auto_bids.withdraw_limit(world, stranger, lot)):
            with pytest.raises(Problem) as none:
                await ask
            assert none.value.status == 404
    refused = await auto_bids.set_limit(world, stage.rep(0), lot, "286.41")
    assert isinstance(refused, Refusal)
    assert refused.code is Code.ABOVE_CEILING
    assert (await stage.chain())[-1].data == {"code": "ABOVE_CEILING"}
    await set_limits(stage, {0: "200.00", 1: "200.00", 2: "200.00"})
    await tick(stage)
    withdrawn = await auto_bids.withdraw_limit(world, stage.rep(0), lot)
    assert not isinstance(withdrawn, Refusal)
    assert withdrawn["state"] is AutoBidState.WITHDRAWN
    # A void must not come back by itself, and one who may not bid is not bid for.
    assert isinstance(await stage.place(1, "275.00"), Receipted)
    await _void_the_best(stage)
    async with world.db.transaction() as tx:
        await suppliers_store.set_supplier(tx, stage.rep(2).supplier_id or "", state="suspended")
    assert await auto_bids.stop_barred(world) == 1
    before = (await stage.floor()).accepted
    assert isinstance(await stage.place(3, "280.00"), Receipted)
    await tick(stage, 3)
    assert (await stage.floor()).accepted == before + 1
    states = [(await auto_bids.read_limit(world, stage.rep(number), lot))["state"] for number in range(4)]
    assert states == [AutoBidState.WITHDRAWN, AutoBidState.STOPPED, AutoBidState.STOPPED, None]
