"""Frames without a server: an old snapshot and the frames after it make a fresh snapshot, for each audience and act."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.refusals import Refusal
from app.domain.visibility import BuyerView
from app.live_rounds import clockwork, service, timekeeper
from app.live_rounds.hub import RoundHub, TickFrames
from app.live_rounds.limits import FRAME_UNIT, TAIL, Bucket
from app.live_rounds.service import ExtendLot, PauseLot
from tests.live_rounds.stage import Stage, close_all
from tests.live_rounds.test_life import PAUSE

Lots = dict[str, dict[str, Any]]


def snapshot(made: TickFrames, audience: str, tag: str | None) -> Lots:
    """The lots of a `welcome`."""
    found = [json.loads(text) for text in made.lots(audience, tag, tail=None)]
    return {lot["lot_id"]: lot for lot in found}


def follow(held: Lots, frame: str) -> Lots:
    """What a page makes of a `state` frame: lots replaced, tails put behind what it has."""
    after = {}
    for lot in json.loads(frame)["lots"]:
        before = held[lot["lot_id"]]
        for points, start in (("series", "series_from"), ("best_line", "best_from")):
            if points in lot:
                assert lot[start] <= len(before[points]), "a gap: the page would read the cockpit"
                lot[points] = before[points][: lot[start]] + lot[points]
                lot[start] = 0
        after[lot["lot_id"]] = lot
    return after


class Watchers:
    """One page of each audience, following frame by frame."""

    def __init__(self, stage: Stage, hub: RoundHub) -> None:
        self.stage, self.hub = stage, hub
        tags: list[str | None] = [stage.tag(number) for number in range(3)]
        self.who: list[tuple[str, str | None]] = [
            ("buyer", None), ("observer", None), *(("supplier", tag) for tag in tags)
        ]  # fmt: skip
        self.held: Mapping[tuple[str, str | None], Lots] = {}
        self.notices: list[str] = []

    async def tick(self) -> None:
        """One tick: every page takes its frame and then equals a page opened now."""
        await self.stage.room.refresh(self.stage.round_id)
        _, notices, made = self.hub.tick()
        self.notices += [json.loads(text)["kind"] for text in notices]
        fresh = {who: snapshot(made, *who) for who in self.who}
        if self.held:
            followed = {who: follow(self.held[who], made.state(*who)) for who in self.who}
            assert followed == fresh
        self.held = fresh


async def _watch(stage: Stage) -> Watchers:
    hub = await stage.room.hub(stage.round_id)
    watchers = Watchers(stage, hub)
    await watchers.tick()
    return watchers


async def test_old_snapshot_and_frames_equal_a_fresh_snapshot(stage: Stage) -> None:
    watchers = await _watch(stage)
    world, lot_id, actor = stage.world, stage.lots[0], stage.house.purchaser
    for number, amount in enumerate(("280.00", "279.00", "281.00")):
        await stage.place(number, amount)
        await watchers.tick()
    await stage.place(0, "281.00")
    await watchers.tick()
    await stage.place(3, "270.00")
    await watchers.tick()
    for step in range(TAIL + 8):
        stage.clock.wind(seconds=1)
        await stage.place(step % 5, f"{Decimal(260) - 3 * step}")
        if step % 3 == 0:
            await watchers.tick()
    await watchers.tick()
    assert isinstance(await service.pause_lot(world, actor, lot_id, PAUSE), object)
    await watchers.tick()
    assert not isinstance(await service.announce_resume(world, actor, lot_id, None), Refusal)
    await watchers.tick()
    stage.clock.wind(minutes=2)
    await timekeeper.turn_clocks(world)
    await watchers.tick()
    command = ExtendLot(timedelta(minutes=5), "delivery point was unclear")
    assert not isinstance(await service.extend_lot(world, actor, lot_id, command), Refusal)
    await watchers.tick()
    stage.clock.at = (await stage.floor()).timetable.closes_at - timedelta(seconds=20)
    await stage.place(0, "100.00")
    await watchers.tick()
    await service.send_broadcast(world, actor, stage.round_id, zh="交货地点：青岛", en="Delivery: Qingdao")
    await watchers.tick()
    await close_all(stage)
    await watchers.tick()
    assert watchers.notices == [
        "pause", "broadcast", "resume_set", "resumed", "extended_by_hand", "extension", "broadcast", "closed"
    ]  # fmt: skip


async def test_supplier_frames_are_of_one_length_in_every_state(scheduled: Stage) -> None:
    world = scheduled.world
    hub = await scheduled.room.hub(scheduled.round_id)
    lengths: set[int] = set()

    async def look() -> None:
        await scheduled.room.refresh(scheduled.round_id)
        _, _, made = hub.tick()
        lengths.update(len(made.state("supplier", tag).encode()) for tag in scheduled.tags.values())

    await look()
    scheduled.clock.at = (await scheduled.floor()).timetable.opens_at
    await clockwork.open_lot(world, scheduled.lots[0])
    await look()
    pause = PauseLot("error_in_documents", "wrong drawing attached", "图纸有误", "Wrong drawing")
    assert not isinstance(await service.pause_lot(world, scheduled.house.purchaser, scheduled.lots[0], pause), Refusal)
    await look()
    assert len(lengths) == 1
    assert lengths.pop() % FRAME_UNIT == 0


@pytest.mark.parametrize("view", [BuyerView.NONE, BuyerView.BEST_ONLY])
async def test_the_rule_decides_what_the_buyer_sees(stage: Stage, view: BuyerView) -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    watchers = await _watch(stage)
    for number in range(5):
        await stage.place(number, f"{273 - number}.19")
    await stage.room.refresh(stage.round_id)
    for cache in watchers.hub.caches:
        cache.floor = replace(cache.floor, rules=replace(cache.floor.rules, buyer_view=view))
    _, _, made = watchers.hub.tick()
    text, (lot,) = made.state("buyer", None), snapshot(made, "buyer", None).values()
    assert lot["view"] == view.value
    assert lot["series"] == []
    if view is BuyerView.NONE:
        assert ".19" not in text
        assert (lot["best"], lot["active"], lot["best_line"], lot["savings"]) == (None, None, [], None)
    else:
        assert lot["best"] == "269.19"


@given(st.lists(st.floats(0, 2), max_size=40))
def test_a_bucket_never_gives_more_than_its_rate(gaps: Sequence[float]) -> None:
    bucket, at, taken = Bucket(rate=2, burst=5), 0.0, 0
    for gap in gaps:
        at += gap
        taken += bucket.take(at)
    assert taken <= 5 + 2 * at + 1e-6


async def test_one_round_that_cannot_be_shown_does_not_end_the_room(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    hub = await stage.room.hub(stage.round_id)
    cache = hub.caches[0]
    hub.caches = [None]  # type: ignore[list-item]  # stands for any bug while frames are made
    await stage.room.tick()
    assert "could not tick" in caplog.text
    hub.caches = [cache]
    await stage.room.tick()
    assert (await hub.last()).view.lots
