"""Acts from the cockpit beyond the clock: messages that are scanned, a lot cancelled by two, a pause by phone."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal
from app.domain.approving import Verdict
from app.domain.closing import LotStatus
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.evaluation.service import rank_tender
from app.identity.access import Actor
from app.live_rounds import cancelling, service
from app.live_rounds.answers import Receipted, Refused
from app.live_rounds.cancelling import CancelLot
from app.live_rounds.effects import EFFECTS
from app.live_rounds.phoning import call_code
from app.suppliers import store as suppliers_store
from tests.attacks.test_verifying import bundle_of, verify
from tests.award.acts import ranked_rows
from tests.callers import caller
from tests.live_rounds.floors import chain_of
from tests.live_rounds.stage import Stage, close_all
from tests.live_rounds.test_life import PAUSE
from tests.live_rounds.test_routes import _get, _post
from tests.worlds import make_actor

REASON = "the drawing of this lot was wrong"
SAID = {"message_zh": "图纸有误，本包取消。", "message_en": "The drawing was wrong; this lot is cancelled."}
CANCEL = CancelLot(REASON, SAID["message_zh"], SAID["message_en"])


async def _approve(stage: Stage, proposal: Proposal | Refusal, actor: Actor | None = None) -> Proposal | Refusal:
    assert isinstance(proposal, Proposal), proposal
    by = actor or stage.house.approver
    return await decide_proposal(
        stage.world, by, proposal_id=proposal.id, verdict=Verdict.APPROVE, reason="seen", effects=Effects(EFFECTS)
    )


# ── messages to all ───────────────────────────────────────────────────────────


async def test_a_message_that_gives_something_away_goes_to_nobody(stage: Stage) -> None:
    purchaser, path = stage.house.purchaser, f"/rounds/{stage.round_id}/broadcasts"
    async with stage.world.db.snapshot() as tx:
        firm = (await suppliers_store.load_supplier(tx, stage.rep(1).supplier_id or "")).name_zh
    texts = {"zh": f"请{firm}注意，价格低于 278.46", "en": "Bidder C is asked to wait"}
    checked = await _post(stage, purchaser, f"{path}/check", texts)
    assert [(leak["where"], leak["kind"]) for leak in checked.json()["leaks"]] == [
        ("zh", "name"),
        ("zh", "amount"),
        ("en", "alias"),
    ]
    first = checked.json()["leaks"][0]
    assert texts["zh"][first["start"] : first["end"]] in firm
    refused = await _post(stage, purchaser, path, texts)
    assert (refused.status_code, refused.json()["code"]) == (409, "LEAK")
    assert refused.json()["detail"] == {"kinds": "name alias amount"}
    assert firm not in refused.text
    numbers = {"zh": "图纸厚度 12.50", "en": "Drawing: thickness 12.50"}
    assert (await _post(stage, purchaser, path, numbers)).json()["detail"] == {"kinds": "amount"}
    assert (await _post(stage, purchaser, path, {**numbers, "amounts_checked": True})).status_code == 204
    said = {
        "reason_code": "question",
        "reason": "a question is open",
        "message_zh": "暂停",
        "message_en": "ask Bidder C",
    }
    assert (await _post(stage, purchaser, f"/lots/{stage.lots[0]}/pause", said)).json()["code"] == "LEAK"
    # What is typed for the record is read by others than the buyer's side.
    said |= {"reason": f"{firm} asked for it", "message_en": "a pause"}
    assert (await _post(stage, purchaser, f"/lots/{stage.lots[0]}/pause", said)).json()["code"] == "LEAK"
    longer = {"minutes": 1, "reason": "Bidder C needs more time"}
    assert (await _post(stage, purchaser, f"/lots/{stage.lots[0]}/extend", longer)).json()["code"] == "LEAK"
    assert (await stage.floor()).status is LotStatus.OPEN
    view = (await _get(stage, stage.rep(2), f"/rounds/{stage.round_id}")).json()
    assert [one["en"] for one in view["broadcasts"]] == ["Drawing: thickness 12.50"]
    entries = await chain_of(stage.world, stage.tender.chain)
    assert [entry.data["code"] for entry in entries if entry.kind is Kind.TENDER_REFUSED] == ["LEAK", "LEAK"]
    for actor in (stage.rep(0), stage.house.approver):
        assert (await _post(stage, actor, f"{path}/check", texts)).status_code == 403


# ── a lot cancelled ───────────────────────────────────────────────────────────


async def test_one_lot_is_cancelled_by_two_and_the_other_is_decided(two_lots: Stage, tmp_path: Path) -> None:
    stage = two_lots
    for number, amount in enumerate(("240.00", "239.00", "238.00")):
        for position in (0, 1):
            assert isinstance(await stage.place(number, amount, position=position), Receipted)
    made = await _post(stage, stage.house.purchaser, f"/lots/{stage.lots[0]}/cancel", {"reason": REASON, **SAID})
    assert made.status_code == 201
    assert (await stage.floor()).status is LotStatus.OPEN
    proposal = await cancelling.propose_cancel(stage.world, stage.house.purchaser, stage.lots[1], CANCEL)
    assert isinstance(await _approve(stage, proposal, stage.house.purchaser), Refusal)
    assert isinstance(await _approve(stage, proposal), Proposal)
    assert (await stage.floor(1)).status is LotStatus.CANCELLED
    late = await stage.place(3, "230.00", position=1)
    assert isinstance(late, Refused)
    assert late.refusal.code is Code.LOT_CLOSED
    # Over and over: what has ended stays as it is.
    said = CancelLot(REASON, "竞价方C有误", "an error")
    named = await cancelling.propose_cancel(stage.world, stage.house.purchaser, stage.lots[0], said)
    assert isinstance(named, Refusal)
    assert named.code is Code.LEAK
    again = await cancelling.propose_cancel(stage.world, stage.house.purchaser, stage.lots[1], CANCEL)
    assert isinstance(again, Refusal)
    state = (await _get(stage, stage.rep(0), f"/rounds/{stage.round_id}/state")).json()["lots"][1]
    assert (state["status"], state["rank"], state["own_amount"]) == ("cancelled", None, "240.00")
    view = (await _get(stage, stage.rep(0), f"/rounds/{stage.round_id}")).json()
    assert [one["en"] for one in view["broadcasts"]] == [SAID["message_en"]]
    cockpit = (await _get(stage, stage.house.purchaser, f"/rounds/{stage.round_id}/cockpit")).json()
    assert cockpit["lots"][1]["state"]["savings"] is None
    assert cockpit["savings_money"] == cockpit["lots"][0]["state"]["savings"]["money"]
    stage.lots[:] = stage.lots[:1]
    await close_all(stage)
    assert (await stage.reload()).state is TenderState.EVALUATION
    await rank_tender(stage.world, stage.tender.id)
    people: Any = {"purchaser": stage.house.purchaser, "approver": stage.house.approver}
    rows = await ranked_rows(_ranked(stage, people))
    assert [len(lot) for lot in rows] == [3, 0]
    path, key = await bundle_of(stage, tmp_path)  # type: ignore[arg-type]  # asks no more than this stage has
    status, told = await verify(path, "--key", key, "--database", stage.world.settings.database_url)
    assert status == 0, told


def _ranked(stage: Stage, people: dict[str, Actor]) -> Any:
    return SimpleNamespace(world=stage.world, tender_id=stage.tender.id, lots=stage.lots, others={}, **people)


async def test_after_the_last_lot_is_cancelled_nothing_is_awarded(stage: Stage) -> None:
    await stage.place(0, "280.00")
    proposal = await cancelling.propose_cancel(stage.world, stage.house.purchaser, stage.lots[0], CANCEL)
    assert isinstance(await _approve(stage, proposal), Proposal)
    assert (await stage.reload()).state is TenderState.UNSUCCESSFUL
    told = [entry.data for entry in await stage.chain() if entry.kind is Kind.LOT_CANCELLED]
    assert [data["reason"] for data in told] == [REASON]


async def test_a_lot_that_has_not_opened_is_not_cancelled_alone(scheduled: Stage) -> None:
    refused = await cancelling.propose_cancel(scheduled.world, scheduled.house.purchaser, scheduled.lots[0], CANCEL)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_ALLOWED_HERE


# ── by phone ──────────────────────────────────────────────────────────────────


async def _call(stage: Stage, desk: Actor, code: str) -> httpx.Response:
    async with caller(stage.world, desk) as web:
        body = {"code": code, "reason": "called back on the number we have"}
        return await web.post(f"/api/desk/lots/{stage.lots[0]}/pause", json=body)


async def test_the_desk_pauses_for_a_purchaser_on_the_phone(stage: Stage) -> None:
    desk, purchaser = await make_actor(stage.world, Role.DESK_HELP), stage.house.purchaser
    await stage.place(0, "273.19")
    seen = (await _get(stage, desk, "/desk/rounds")).json()
    assert [lot["clock"]["status"] for lot in seen["rounds"][0]["lots"]] == ["open"]
    assert "273.19" not in str(seen)
    cockpit = (await _get(stage, purchaser, f"/rounds/{stage.round_id}/cockpit")).json()
    code = cockpit["call_code"]
    assert code == call_code(stage.world, stage.round_id, purchaser.account_id)
    approver = (await _get(stage, stage.house.approver, f"/rounds/{stage.round_id}/cockpit")).json()
    assert approver["call_code"] is None
    # Another round's code, nobody's code, no code.
    other = call_code(stage.world, "0" * 32, purchaser.account_id)
    assert (await _call(stage, desk, other)).json()["code"] == "WRONG_CALL_CODE"
    assert (await _call(stage, desk, "1234")).status_code == 422
    paused = await _call(stage, desk, code)
    assert paused.json()["lot"]["status"] == "paused"
    (entry,) = [one for one in await stage.chain() if one.kind is Kind.LOT_PAUSED]
    assert (entry.actor_role, entry.actor_ref) == ("desk_help", desk.account_id)
    assert (entry.data["asked_by"], entry.data["reason_code"]) == (purchaser.account_id, "by_phone")
    # The purchaser goes on as from any pause; the desk cannot.
    async with caller(stage.world, desk) as web:
        assert (await web.post(f"/api/lots/{stage.lots[0]}/resume", json={})).status_code == 403
    assert (await _post(stage, purchaser, f"/lots/{stage.lots[0]}/resume", {})).status_code == 200


async def test_codes_cannot_be_tried_out(stage: Stage) -> None:
    desk = await make_actor(stage.world, Role.DESK_HELP)
    codes = [(await _call(stage, desk, f"{number:08d}")).json()["code"] for number in range(7)]
    assert codes == ["WRONG_CALL_CODE"] * 5 + ["SLOW_DOWN"] * 2
    right = call_code(stage.world, stage.round_id, stage.house.purchaser.account_id)
    assert (await _call(stage, desk, right)).json()["code"] == "SLOW_DOWN"
    stage.clock.wind(minutes=2)
    assert (await _call(stage, desk, right)).status_code == 200


async def test_the_desk_is_nobody_elses(stage: Stage) -> None:
    for role in (Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.ADMIN):
        actor = await make_actor(stage.world, role)
        assert (await _get(stage, actor, "/desk/rounds")).status_code == 403
        assert (await _call(stage, actor, "12345678")).status_code == 403


async def test_the_cockpit_tells_counts_voids_and_why_a_lot_stands(stage: Stage) -> None:
    await service.pause_lot(stage.world, stage.house.purchaser, stage.lots[0], PAUSE)
    view = (await _get(stage, stage.house.purchaser, f"/rounds/{stage.round_id}/cockpit")).json()
    assert (view["joined"], view["practised"]) == (5, 0)
    assert view["lots"][0]["pauses"][0]["reason_code"] == "technical"
    assert view["lots"][0]["voids"] == []
