"""Lots without a valid price beside one that has three: nothing stops there, from the opening to the names and the
proof."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from app.domain.drafting import Template
from app.domain.sealing.rules import CloseVerdict
from app.domain.tendering import TenderState
from app.evaluation.timekeeper import draw
from app.live_rounds import clockwork, store
from app.live_rounds.room import room_of
from tests.attacks.test_verifying import bundle_of, verify
from tests.award.acts import award_first
from tests.domain.tender_drafts import a_draft, a_lot
from tests.evaluation.stage import Stage as Ranked
from tests.evaluation.test_whole import mark_and_lock
from tests.live_rounds.stage import close_all, stage_of
from tests.sealed_rounds.stage import Stage, set_sealed_stage


async def play_live(stage: Stage, folder: Path) -> None:
    """The live round behind the prices, in which nobody bids lower; the bundle in its midst is clean."""
    await clockwork.ensure_floors(stage.world, stage.tender.id)
    live = await stage_of(stage.house, stage.tender.id)
    room_of(stage.world).has_come_back = True
    for position, lot_id in enumerate(stage.lots):
        stage.clock.at = (await live.floor(position)).timetable.opens_at
        assert await clockwork.open_lot(stage.world, lot_id)
    async with stage.world.db.snapshot() as tx:
        seeded = [len(await store.list_accepted_bids(tx, lot_id)) for lot_id in stage.lots]
    assert seeded == [3, 0, 0]
    await close_all(replace(live, lots=live.lots[:1]))
    path, key = await bundle_of(stage, folder)
    status, told = await verify(path, "--key", key)
    assert status == 0, told
    await close_all(replace(live, lots=live.lots[1:]))


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("template", "procedure"),
    [(Template.SEALED, "sealed"), (Template.SEALED, "sealed_live"), (Template.LARGE, "sealed_live")],
)
async def test_lots_without_a_valid_price(
    clean_database_url: str, tmp_path: Path, template: Template, procedure: str
) -> None:
    lots = tuple(a_lot(number) for number in range(1, 4))
    rules = {**(a_draft(template).rules or {}), "lots": "staggered", "stagger_s": 60}
    changes = {"template": template, "procedure": procedure, "lots": lots, "rules": rules}
    stage = await set_sealed_stage(clean_database_url, tmp_path / "house", **changes)  # type: ignore[arg-type]  # of a draft
    await stage.open()
    technical = ((stage.tender.frozen or {})["evaluation"]["technical"] or {"criteria": []})["criteria"]
    answers = [(each["id"], "1", "as asked") for each in technical]
    for number in range(3):
        await stage.hand_in(number, f"28{number}.00", answers=answers)
    # Of the second lot only a price above its ceiling and a failing answer were handed in, of the third nothing.
    await stage.hand_in(3, "999.00", position=1, answers=answers)
    assert await stage.close() is CloseVerdict.CLOSE
    panel = {}
    if technical:
        assert await stage.open_envelopes() == "tech"
        assert await draw(stage.world) == 1
        panel["one"] = await mark_and_lock(stage)
    assert await stage.open_envelopes() == "price"
    if procedure == "sealed_live":
        await play_live(stage, tmp_path)
    people = {"purchaser": stage.house.purchaser, "approver": stage.house.approver}
    ranked = SimpleNamespace(world=stage.world, tender_id=stage.tender.id, lots=stage.lots, others=panel, **people)
    rows = await award_first(cast("Ranked", ranked))
    assert [len(lot) for lot in rows] == [3, 0, 0]
    assert (await stage.reload()).state is TenderState.AWARDED
    path, key = await bundle_of(stage, tmp_path)
    status, told = await verify(path, "--key", key, "--database", stage.world.settings.database_url)
    assert status == 0, told
    await stage.world.db.dispose()
