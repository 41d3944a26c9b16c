"""A seeded simulation: bidders, a purchaser, time and a second process against the real services, one check a step.

The journal alone, folded by the rules, must give what the tables hold; every receipt must hold and name one entry. A
failure prints its seed: `SEED=… pytest tests/live_rounds/test_simulation.py`.
"""

import os
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.closing import (
    LotStatus,
    Timetable,
    decide_close,
    decide_open,
    extend_by_hand,
    pause,
    resumed,
    set_resume,
    timetable_of,
)
from app.domain.entries import Entry, Kind
from app.domain.formats import Accepted, FloorState, Offer, format_of, lot_times
from app.domain.money import format_amount
from app.domain.ranking import PlacedBid, standing_of
from app.domain.receipts import check_receipt
from app.domain.refusals import Refusal
from app.live_rounds import clockwork, service, store, timekeeper
from app.live_rounds.answers import Answer, PlaceBid, Receipted
from app.live_rounds.batch import Known, commit_batch
from app.live_rounds.service import ExtendLot
from app.live_rounds.voiding import VoidBid, propose_void, void_approved
from tests.live_rounds.stage import Stage
from tests.live_rounds.test_life import PAUSE

SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else [1, 7, 42]
STEPS = 120


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def fold(one: store.Floor, entries: list[Entry], drain: timedelta) -> FloorState:
    """What the rules make of a lot's chain; raises where the record disagrees with them."""
    play = format_of(one.rules).play_bid
    state = FloorState(timetable_of(lot_times(one.rules, one.position)))
    placed: dict[int, PlacedBid] = {}
    moved = state.timetable
    for entry in entries:
        data, table = entry.data, state.timetable
        match entry.kind:
            case Kind.BID_ACCEPTED:
                offer = Offer(data["amount"], _instant(data["received_at"]))
                played = play(one.rules, one.terms, state, entry.tag or "", offer)
                assert isinstance(played, Accepted), played
                assert played.seq == data["n"]
                placed[played.seq] = PlacedBid(entry.tag or "", played.amount, played.seq)
                moved, state = table, played.after
            case Kind.BID_REFUSED:
                played = play(
                    one.rules, one.terms, state, entry.tag or "", Offer(data["sent"], _instant(data["received_at"]))
                )
                assert data["code"] == "DUPLICATE_ID" or (isinstance(played, Refusal) and played.code == data["code"])
            case Kind.BID_VOIDED:
                del placed[data["n"]]
                state = replace(state, standing=standing_of(placed.values()))
            case Kind.LOT_EXTENDED:
                assert _instant(data["from"]) == moved.closes_at
                assert _instant(data["to"]) == table.closes_at
            case _:
                state = replace(state, timetable=_turned(one, entry, table, drain))
    return state


def _turned(one: store.Floor, entry: Entry, table: Timetable, drain: timedelta) -> Timetable:
    data = entry.data
    after: Timetable | Refusal | None
    match entry.kind:
        case Kind.LOT_OPENED:
            after = decide_open(table, entry.at)
        case Kind.LOT_PAUSED:
            after = pause(table, _instant(data["paused_at"]))
        case Kind.LOT_RESUME_SET:
            after = set_resume(table, _instant(data["resume_at"]))
        case Kind.LOT_RESUMED:
            after = resumed(table, one.rules.window)
            assert after.closes_at == _instant(data["closes_at"])
        case Kind.LOT_EXTENDED_BY_HAND:
            after = extend_by_hand(table, entry.at, _instant(data["to"]) - table.closes_at)
        case Kind.LOT_CLOSED:
            after = decide_close(table, entry.at, drain)
        case Kind.LOT_REFUSED:
            after = table
        case _:
            raise AssertionError(entry.kind)
    assert isinstance(after, Timetable), (entry.kind, after)
    return after


@dataclass
class Play:
    """One run: what was sent and what came back."""

    stage: Stage
    chance: random.Random
    sent: list[PlaceBid] = field(default_factory=list)
    receipts: dict[tuple[str, str], Any] = field(default_factory=dict)
    # What a second process knows of the lot; it falls behind and catches up.
    other: dict[str, Known] = field(default_factory=dict)

    def keep(self, command: PlaceBid, answer: Answer) -> None:
        """A receipt given twice is the same receipt."""
        if isinstance(answer, Receipted):
            key = (command.tag, command.bid_id)
            assert self.receipts.setdefault(key, answer.receipt) == answer.receipt

    async def bid(self) -> None:
        """A bid of any quality, sometimes an old frame once more."""
        stage, number = self.stage, self.chance.randrange(5)
        amount = self.chance.choice(
            [f"{self.chance.uniform(20, 287):.2f}", "1e3", "300.00", "0", await self._next(number)]
        )
        command = stage.command(number, amount)
        if self.sent and self.chance.random() < 0.2:
            command = self.chance.choice(self.sent)
        self.sent.append(command)
        self.keep(command, await stage.place_command(command))

    async def _next(self, number: int) -> str:
        one, tag = await self.stage.floor(), self.stage.tag(number)
        async with self.stage.world.db.snapshot() as tx:
            bids = await store.list_accepted_bids(tx, one.lot_id)
        own = standing_of(bid.placed for bid in bids if not bid.voided).own_last(tag)
        following = format_of(one.rules).next_valid_amount(one.rules, one.terms, own)
        return "0.01" if following is None else format_amount(following, one.terms.scale)

    async def bid_elsewhere(self) -> None:
        """The same record, decided by another process with its own, older cache."""
        stage = self.stage
        commands = [stage.command(number, await self._next(number)) for number in self.chance.sample(range(5), 2)]
        async with stage.world.db.transaction() as tx:
            done = await tx.run_sync(commit_batch, stage.world, commands, self.other)
        for after in done.lots:
            self.other[after.floor.lot_id] = Known(after.standing, after.floor.accepted, after.floor.voids)
        for command, answer in zip(commands, done.answers, strict=True):
            self.keep(command, answer)

    async def wait(self) -> None:
        """Time goes by, and the timekeeper looks."""
        clock, one = self.stage.clock, await self.stage.floor()
        clock.wind(milliseconds=self.chance.choice([1, 50, 900, 20_000]))
        if self.chance.random() < 0.3:
            # Into the last minutes, where bids move the close.
            clock.at = max(clock.at, one.timetable.closes_at - timedelta(seconds=self.chance.randrange(1, 200)))
        await timekeeper.turn_clocks(self.stage.world)

    async def turn(self) -> None:
        """The purchaser does something with the clock."""
        stage, actor, lot_id = self.stage, self.stage.house.purchaser, self.stage.lots[0]
        acts: list[Callable[[], Coroutine[Any, Any, object]]] = [
            lambda: service.pause_lot(stage.world, actor, lot_id, PAUSE),
            lambda: service.announce_resume(stage.world, actor, lot_id, None),
            lambda: service.extend_lot(
                stage.world, actor, lot_id, ExtendLot(timedelta(minutes=1), "needed for a reason")
            ),
        ]
        await self.chance.choice(acts)()

    async def void(self) -> None:
        """Two persons void somebody's bid."""
        stage, lot_id = self.stage, self.stage.lots[0]
        async with stage.world.db.snapshot() as tx:
            bids = [bid for bid in await store.list_accepted_bids(tx, lot_id) if not bid.voided]
            aliases = await store.load_aliases(stage.world, tx, lot_id)
        if not bids:
            return
        target = self.chance.choice(bids)
        command = VoidBid(target.seq, aliases[target.tag], "a slip by factor ten")
        proposal = await propose_void(stage.world, stage.house.purchaser, lot_id, command)
        if not isinstance(proposal, Refusal):
            async with stage.world.db.transaction() as tx:
                assert await void_approved(stage.world, tx, stage.house.approver, proposal) is None

    async def check(self) -> None:
        """The journal folds to what the tables hold; every receipt holds and names one entry."""
        stage, one = self.stage, await self.stage.floor()
        entries = await stage.chain()
        drain = timedelta(milliseconds=stage.world.settings.drain_ms)
        state = fold(one, entries, drain)
        async with stage.world.db.snapshot() as tx:
            bids = await store.list_accepted_bids(tx, one.lot_id)
        assert state.timetable == one.timetable
        assert state.seq == one.accepted == len(bids)
        assert state.standing == standing_of(bid.placed for bid in bids if not bid.voided)
        hashes = [entry.hash for entry in entries if entry.kind is Kind.BID_ACCEPTED]
        assert hashes == [bid.entry_hash for bid in bids]
        for receipt in self.receipts.values():
            assert check_receipt(receipt, stage.world.keys.public_key) is None
            assert hashes.count(receipt["entry_hash"]) == 1
        assert len(self.receipts) == len(bids)


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_course_of_a_lot_can_be_replayed_from_its_journal(stage: Stage, seed: int) -> None:
    play = Play(stage, random.Random(seed))
    steps = [(play.bid, 12), (play.bid_elsewhere, 3), (play.wait, 4), (play.turn, 2), (play.void, 1)]
    try:
        for number in range(STEPS):
            (step,) = play.chance.choices([step for step, _ in steps], [weight for _, weight in steps])
            await step()
            if number % 10 == 9:
                await play.check()
        stage.clock.wind(hours=3)
        await clockwork.close_lot(stage.world, stage.lots[0])
        await play.check()
        assert (await stage.floor()).status in (LotStatus.CLOSED, LotStatus.PAUSED)
    except BaseException:
        print(f"SEED={seed}")  # noqa: T201 - the one line that repeats a failure
        raise
