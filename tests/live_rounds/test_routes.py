"""The routes of live rounds: each audience gets its own, nobody else's, and the wire is strict."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import httpx

from app.domain.visibility import Role
from app.identity.access import Actor
from app.live_rounds.answers import Receipted
from app.live_rounds.schemas import CockpitView, RoundView, StateView
from tests.callers import caller
from tests.live_rounds.stage import Stage, close_all
from tests.worlds import make_actor

PAUSE = {"reason_code": "technical", "reason": "the line of one is down", "message_zh": "暂停", "message_en": "Paused"}


@asynccontextmanager
async def _ticking(stage: Stage) -> AsyncIterator[None]:
    async def tick() -> None:
        while True:
            for round_id in list(stage.room.hubs):
                await stage.room.refresh(round_id)
            await stage.room.tick()
            await asyncio.sleep(0.01)

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _get(stage: Stage, actor: Actor, path: str) -> httpx.Response:
    async with caller(stage.world, actor) as web, _ticking(stage):
        return await web.get("/api" + path)


async def _post(stage: Stage, actor: Actor, path: str, body: dict[str, Any]) -> httpx.Response:
    async with caller(stage.world, actor) as web:
        return await web.post("/api" + path, json=body)


async def test_the_round_reads_the_same_for_every_supplier(stage: Stage) -> None:
    first = await _get(stage, stage.rep(0), f"/rounds/{stage.round_id}")
    second = await _get(stage, stage.rep(1), f"/rounds/{stage.round_id}")
    assert first.text == second.text
    view = RoundView.model_validate(first.json())
    assert view.audience == "supplier"
    assert len(view.sentences.zh) == len(view.sentences.en)
    assert "baseline" not in first.text
    buyer = await _get(stage, stage.house.purchaser, f"/rounds/{stage.round_id}")
    assert buyer.json()["audience"] == "buyer"


async def test_strangers_and_absent_rounds_get_one_answer(stage: Stage) -> None:
    outsider = await make_actor(stage.world, supplier_id="f" * 32)
    admin = await make_actor(stage.world, Role.ADMIN)
    texts = set()
    for path in ("/rounds/{}", "/rounds/{}/state", "/rounds/{}/cockpit"):
        for actor in (outsider, admin):
            for round_id in (stage.round_id, "0" * 32):
                answer = await _get(stage, actor, path.format(round_id))
                assert answer.status_code == 404
                texts.add(answer.text)
    for path in (f"/lots/{stage.lots[0]}/history", f"/lots/{'0' * 32}/history", f"/receipts/{'0' * 32}"):
        answer = await _get(stage, outsider, path)
        assert answer.status_code == 404
        texts.add(answer.text)
    assert len(texts) == 1


async def test_the_state_of_each_audience(stage: Stage) -> None:
    assert isinstance(await stage.place(0, "273.19"), Receipted)
    own = await _get(stage, stage.rep(0), f"/rounds/{stage.round_id}/state")
    StateView.model_validate(own.json())
    assert own.json()["lots"][0]["own_amount"] == "273.19"
    rival = await _get(stage, stage.rep(1), f"/rounds/{stage.round_id}/state")
    assert "273.19" not in rival.text
    assert len(own.content) == len(rival.content)
    auditor = await _get(stage, stage.house.auditor, f"/rounds/{stage.round_id}/state")
    assert "273.19" not in auditor.text


async def test_the_cockpit_is_the_buyers_alone(stage: Stage) -> None:
    for number, amount in enumerate(("280.00", "275.00", "270.00", "250.00")):
        assert isinstance(await stage.place(number, amount), Receipted)
    answer = await _get(stage, stage.house.purchaser, f"/rounds/{stage.round_id}/cockpit")
    view = CockpitView.model_validate(answer.json())
    assert (view.invited, view.joined) == (5, 5)
    assert view.lots[0].state.best == "250.00"
    assert len(view.lots[0].state.series) == 4
    assert view.lots[0].baseline_price == "280"
    # 190,000 pieces at 30.00 less than the baseline.
    assert view.savings_money == "5700000.00"
    assert all(tag not in answer.text for tag in stage.tags.values())
    for actor in (stage.rep(0), stage.house.auditor, stage.house.evaluator):
        assert (await _get(stage, actor, f"/rounds/{stage.round_id}/cockpit")).status_code == 404


async def test_the_joined_count_is_not_told_before_the_round_opens(scheduled: Stage) -> None:
    answer = await _get(scheduled, scheduled.house.purchaser, f"/rounds/{scheduled.round_id}/cockpit")
    assert answer.json()["joined"] is None


async def test_history_by_alias_after_the_close_and_own_at_any_time(stage: Stage) -> None:
    path = f"/lots/{stage.lots[0]}/history"
    await stage.place(0, "280.00")
    stage.clock.wind(milliseconds=1234)
    await stage.place(1, "275.00")
    own = (await _get(stage, stage.rep(1), path)).json()
    assert [bid["amount"] for bid in own["bids"]] == ["275.00"]
    assert own["bids"][0]["at"].endswith(".234Z")
    assert own["bids"][0]["n"] is None
    assert (await _get(stage, stage.house.purchaser, path)).status_code == 404
    await close_all(stage)
    for actor in (stage.house.purchaser, stage.house.auditor):
        history = (await _get(stage, actor, path)).json()
        assert [bid["amount"] for bid in history["bids"]] == ["280.00", "275.00"]
        assert all(bid["at"].endswith(".000Z") for bid in history["bids"])
        assert len({bid["alias"] for bid in history["bids"]}) == 2


async def test_a_receipt_is_its_owners(stage: Stage) -> None:
    answer = await stage.place(0, "280.00", bid_id="a" * 32)
    assert isinstance(answer, Receipted)
    got = await _get(stage, stage.rep(0), f"/receipts/{'a' * 32}")
    assert got.json() == answer.receipt
    assert (await _get(stage, stage.rep(1), f"/receipts/{'a' * 32}")).status_code == 404
    assert (await _get(stage, stage.house.purchaser, f"/receipts/{'a' * 32}")).status_code == 404


async def test_acts_belong_to_the_purchaser(stage: Stage) -> None:
    lot = stage.lots[0]
    acts: list[tuple[str, dict[str, Any]]] = [
        (f"/lots/{lot}/pause", PAUSE),
        (f"/lots/{lot}/resume", {}),
        (f"/lots/{lot}/extend", {"minutes": 5, "reason": "delivery point unclear"}),
        (f"/lots/{lot}/void", {"reason": "slip by a factor of ten"}),
        (f"/rounds/{stage.round_id}/broadcasts", {"zh": "通知", "en": "Notice"}),
    ]
    for path, body in acts:
        for actor in (stage.rep(0), stage.house.approver, stage.house.auditor):
            assert (await _post(stage, actor, path, body)).status_code == 403


async def test_pause_resume_extend_and_broadcast_over_http(stage: Stage) -> None:
    lot, purchaser = stage.lots[0], stage.house.purchaser
    paused = await _post(stage, purchaser, f"/lots/{lot}/pause", PAUSE)
    assert paused.json()["lot"]["status"] == "paused"
    again = await _post(stage, purchaser, f"/lots/{lot}/pause", PAUSE)
    assert (again.status_code, again.json()["code"]) == (409, "LOT_PAUSED")
    soon = await _post(stage, purchaser, f"/lots/{lot}/resume", {"resume_in_s": 1})
    assert (soon.status_code, soon.json()["code"]) == (409, "TOO_EARLY")
    set_ = await _post(stage, purchaser, f"/lots/{lot}/resume", {"resume_in_s": 120})
    assert set_.json()["lot"]["resume_at"] is not None
    short = await _post(stage, purchaser, f"/lots/{lot}/extend", {"minutes": 5, "reason": "short"})
    assert short.status_code == 422
    back = await _post(stage, purchaser, f"/lots/{lot}/extend", {"minutes": -5, "reason": "delivery point unclear"})
    assert back.status_code == 422
    sent = await _post(stage, purchaser, f"/rounds/{stage.round_id}/broadcasts", {"zh": "交货地点", "en": "Delivery"})
    assert sent.status_code == 204
    view = (await _get(stage, purchaser, f"/rounds/{stage.round_id}/cockpit")).json()
    assert [one["en"] for one in view["broadcasts"]] == ["Paused", "Delivery"]
    assert view["lots"][0]["pauses"][0]["until"] is None
    stage.clock.wind(seconds=timedelta(minutes=2).total_seconds())
