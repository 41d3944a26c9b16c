"""Lots in series through the services: the second opens behind the real close of the first, and its chain says so."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson

from app.domain.chaining import Why
from app.domain.closing import LotStatus
from app.domain.drafting import Template
from app.domain.framing import lot_frames
from app.domain.live_rules_json import instant_text
from app.domain.replaying import LotReplay
from app.domain.series_retracing import series_fault
from app.live_rounds import clockwork, timekeeper, views
from app.live_rounds.answers import Receipted
from tests.domain.tender_drafts import a_draft
from tests.live_rounds.stage import Stage, committing, set_stage

GAP = timedelta(minutes=5)


async def test_the_second_lot_opens_the_gap_after_the_real_close_of_the_first(
    clean_database_url: str, tmp_path: Path
) -> None:
    typed = {**(a_draft(Template.MULTI_LOT).rules or {}), "lots": "series", "stagger_s": 0, "gap_s": 300}
    made = await set_stage(clean_database_url, tmp_path, template=Template.MULTI_LOT, rules=typed)
    async with committing(made) as stage:
        await _play(stage)
    await made.world.db.dispose()


async def _play(stage: Stage) -> None:
    world, (first, second) = stage.world, [await stage.floor(position) for position in (0, 1)]
    assert second.timetable.opens_at == first.timetable.closes_at + GAP
    stage.clock.at = first.timetable.opens_at
    assert await clockwork.open_lot(world, first.lot_id)
    # A bid in the window moves the close, and with it what is shown of the second lot.
    stage.clock.at = first.timetable.closes_at - timedelta(seconds=1)
    assert isinstance(await stage.place(0, "280.00"), Receipted)
    extended = (await stage.floor(0)).timetable
    assert extended.extensions == 1
    shown = orjson.loads(await views.read_state(world, stage.rep(0), stage.round_id))["lots"]
    assert shown[1]["opens_at"] == instant_text(extended.closes_at + GAP)
    # Its planned opening comes while the first still runs or has just closed: it waits.
    stage.clock.at = extended.closes_at - timedelta(seconds=1)
    assert not await clockwork.open_lot(world, second.lot_id)
    stage.clock.at = extended.closes_at + timedelta(milliseconds=world.settings.drain_ms)
    assert await clockwork.close_lot(world, first.lot_id)
    stage.clock.at = max(stage.clock.at, second.timetable.opens_at)
    await timekeeper.turn_clocks(world)
    assert (await stage.floor(1)).timetable.opens_at == extended.closes_at + GAP
    stage.clock.at = extended.closes_at + GAP
    await timekeeper.turn_clocks(world)
    assert (await stage.floor(1)).status is LotStatus.OPEN
    await _replay(stage)


async def test_a_lot_that_ends_early_moves_none(clean_database_url: str, tmp_path: Path) -> None:
    typed = {
        **(a_draft(Template.MULTI_LOT).rules or {}),
        "format": "dutch",
        "pace": {"stages": 6, "each_s": 20},
        "duration_s": 120,
        "soft_close": None,
        "change_limit": None,
        "feedback": "lead_only",
        "lots": "series",
        "stagger_s": 0,
        "gap_s": 300,
    }
    made = await set_stage(clean_database_url, tmp_path, template=Template.MULTI_LOT, rules=typed)
    async with committing(made) as stage:
        world, (first, second) = stage.world, [await stage.floor(position) for position in (0, 1)]
        stage.clock.at = first.timetable.opens_at
        assert await clockwork.open_lot(world, first.lot_id)
        shown = orjson.loads(await views.read_state(world, stage.rep(0), stage.round_id))["lots"][0]
        assert isinstance(await stage.place(0, shown["pace"]["price"]), Receipted)
        stage.clock.wind(milliseconds=1 + world.settings.drain_ms)
        assert await clockwork.close_lot(world, first.lot_id)
        stage.clock.at = (await stage.floor(0)).timetable.closes_at + GAP
        assert not await clockwork.open_lot(world, second.lot_id)
        stage.clock.at = second.timetable.opens_at
        assert await clockwork.open_lot(world, second.lot_id)
        await _replay(stage)
    await made.world.db.dispose()


async def _replay(stage: Stage) -> None:
    """`bidroom verify` asks the same of both chains, and finds a lot that opened at another instant."""
    tender = await stage.reload()
    assert tender.frozen is not None
    frames = lot_frames(tender.frozen)
    lots = {}
    for position, lot_id in enumerate(stage.lots):
        lots[position] = LotReplay(frames[lot_id])
        for entry in await stage.chain(position):
            assert lots[position].take(entry) is None
    assert series_fault(lots) is None
    lots[1].frame = replace(frames[stage.lots[1]], rules=replace(frames[stage.lots[1]].rules, gap=24 * GAP))
    fault = series_fault(lots)
    assert fault is not None
    assert fault.why is Why.REPLAY
