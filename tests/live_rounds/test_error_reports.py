"""Reports of an error: within a minute, verified by the desk, voided by two others; nobody sees both halves (W27)."""

from datetime import timedelta
from typing import Any

import httpx
import pypdfium2 as pdfium
import pytest

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal
from app.award import printing, receipt_routes
from app.domain.approving import Verdict
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.slip_retracing import SlipRetrace
from app.domain.slips import REPORT_WITHIN, ReportState, Slip
from app.domain.visibility import Role
from app.infra.errors import Problem
from app.live_rounds import error_reports, error_views, store
from app.live_rounds.answers import Receipted
from app.live_rounds.effects import EFFECTS
from app.live_rounds.error_store import ErrorReport
from app.main import build_app
from tests.live_rounds.stage import Stage, close_all
from tests.worlds import make_actor, sign_in

REASON = "called back, the price of another lot"


async def _slip(stage: Stage, count: int = 4) -> str:
    """Bids of some bidders; the last is the slip. Its id."""
    answers = [
        await stage.place(number, amount)
        for number, amount in enumerate(("280.00", "275.00", "270.00", "250.00")[-count:])
    ]
    assert all(isinstance(answer, Receipted) for answer in answers)
    return answers[-1].bid_id


async def _report(stage: Stage, bid_id: str, number: int = 3) -> ErrorReport | Refusal:
    return await error_reports.report_error(stage.world, stage.rep(number), bid_id, Slip.WRONG_LOT, "lot 2, not lot 1")


async def test_from_the_receipt_to_the_void_nobody_sees_both_halves(stage: Stage) -> None:
    desk = await make_actor(stage.world, Role.DESK_HELP)
    bid_id = await _slip(stage)
    made = await _report(stage, bid_id)
    assert isinstance(made, ErrorReport)
    assert made.state is ReportState.REPORTED
    buyer = stage.house.purchaser
    # The buyer's side hears nothing before the desk has called back, and cannot go past it.
    assert await error_views.list_for_buyer(stage.world, buyer, stage.round_id) == []
    early = await error_reports.propose_for(stage.world, buyer, made.id)
    assert isinstance(early, Refusal)
    assert early.code is Code.PENDING
    (case,) = await error_views.list_cases(stage.world, desk)
    assert case["supplier_zh"]
    assert "250.00" not in str(case)
    await error_reports.decide_on(stage.world, desk, made.id, is_verified=True, reason=REASON)
    (seen,) = await error_views.list_for_buyer(stage.world, buyer, stage.round_id)
    assert (seen["amount"], seen["can_propose"], bool(seen["alias"])) == ("250.00", True, True)
    for hidden in (stage.tag(3), stage.rep(3).supplier_id, stage.rep(3).name, "lot 2, not lot 1"):
        assert str(hidden) not in str(seen)
    proposal = await error_reports.propose_for(stage.world, buyer, made.id)
    assert isinstance(proposal, Proposal)
    assert proposal.summary["alias"] == seen["alias"]
    alone = await _decide(stage, proposal, by_purchaser=True)
    assert isinstance(alone, Refusal)
    assert isinstance(await _decide(stage, proposal), Proposal)
    assert (await error_views.read_own(stage.world, stage.rep(3), bid_id))["state"] == "voided"
    async with stage.world.db.snapshot() as tx:
        assert [bid.voided for bid in await store.list_accepted_bids(tx, stage.lots[0])] == [False] * 3 + [True]
    fold, chain = SlipRetrace(), await stage.chain()
    assert [fold.take(entry) for entry in chain] == [None] * len(chain)
    kinds = [entry.kind for entry in chain]
    assert kinds[-4:] == [Kind.BID_REPORTED, Kind.LOT_REFUSED, Kind.BID_REPORT_DECIDED, Kind.BID_VOIDED]


async def _decide(stage: Stage, proposal: Proposal, *, by_purchaser: bool = False) -> Proposal | Refusal:
    actor = stage.house.purchaser if by_purchaser else stage.house.approver
    approve = Verdict.APPROVE
    return await decide_proposal(
        stage.world, actor, proposal_id=proposal.id, verdict=approve, reason="seen", effects=Effects(EFFECTS)
    )


async def test_a_minute_and_no_longer_once_a_bid_and_own_bids_alone(stage: Stage) -> None:
    bid_id = await _slip(stage)
    with pytest.raises(Problem):
        await _report(stage, bid_id, number=0)
    stage.clock.at += REPORT_WITHIN - timedelta(seconds=1)
    made = await _report(stage, bid_id)
    # Without a desk the sender's own session stands for the call-back.
    assert isinstance(made, ErrorReport)
    assert made.state is ReportState.VERIFIED
    assert await _report(stage, bid_id) == made
    other = await stage.place(0, "240.00")
    assert isinstance(other, Receipted)
    stage.clock.at += REPORT_WITHIN + timedelta(seconds=1)
    late = await _report(stage, other.bid_id, number=0)
    assert isinstance(late, Refusal)
    assert late.code is Code.TOO_LATE


async def test_a_bid_the_buyer_may_not_see_waits_for_the_close(stage: Stage) -> None:
    """Two bidders: the buyer sees the best line alone, and the reported bid is not the best."""
    bid_id = await _slip(stage, count=2)
    assert isinstance(await stage.place(0, "240.00"), Receipted)
    made = await _report(stage, bid_id, number=1)
    assert isinstance(made, ErrorReport)
    (seen,) = await error_views.list_for_buyer(stage.world, stage.house.purchaser, stage.round_id)
    assert (seen["amount"], seen["alias"], seen["can_propose"]) == (None, None, False)
    refused = await error_reports.propose_for(stage.world, stage.house.purchaser, made.id)
    assert isinstance(refused, Refusal)
    await close_all(stage)
    (seen,) = await error_views.list_for_buyer(stage.world, stage.house.purchaser, stage.round_id)
    assert (seen["amount"], seen["can_propose"]) == ("250.00", True)


async def test_what_the_desk_dismisses_ends_there(stage: Stage) -> None:
    desk = await make_actor(stage.world, Role.DESK_HELP)
    bid_id = await _slip(stage)
    made = await _report(stage, bid_id)
    assert isinstance(made, ErrorReport)
    await error_reports.decide_on(stage.world, desk, made.id, is_verified=False, reason=REASON)
    again = await error_reports.decide_on(stage.world, desk, made.id, is_verified=True, reason=REASON)
    assert isinstance(again, Refusal)
    assert (await error_views.read_own(stage.world, stage.rep(3), bid_id))["state"] == "dismissed"
    assert await error_views.list_for_buyer(stage.world, stage.house.purchaser, stage.round_id) == []


async def test_the_doors(stage: Stage) -> None:
    """Over HTTP: each through its own door, the others shut."""
    desk = await make_actor(stage.world, Role.DESK_HELP)
    bid_id = await _slip(stage)
    app = build_app(stage.world)
    address = f"/api/receipts/{bid_id}/error-report"
    statuses = {}
    for name, actor in {
        "own": stage.rep(3),
        "rival": stage.rep(0),
        "buyer": stage.house.purchaser,
        "desk": desk,
    }.items():
        cookies, headers = await sign_in(stage.world, actor)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://testserver", cookies=cookies, headers=headers
        ) as web:
            posted = await web.post(address, json={"slip": "digit", "note": ""})
            cases = await web.get("/api/desk/error-reports")
            reported = await web.get(f"/api/rounds/{stage.round_id}/error-reports")
            paper = await web.get(f"/api/receipts/{bid_id}/pdf")
            assert paper.content.startswith(b"%PDF-") is (name == "own")
            statuses[name] = (posted.status_code, cases.status_code, reported.status_code)
    assert statuses == {
        "own": (200, 403, 404),
        "rival": (404, 403, 404),
        "buyer": (403, 403, 200),
        "desk": (403, 200, 404),
    }


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"public_url": "https://bid.example.com"}, None),
        ({"public_url": "http://bid.example.com"}, ("未加密", "NOT ENCRYPTED")),
        ({"demo": True}, ("演示", "DEMO")),
    ],
)
async def test_p02_a_receipt_says_where_it_came_from(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any], words: tuple[str, str] | None
) -> None:
    """attacks.md P02: a receipt of a demo, or of a line that others can read, is marked on its paper."""
    for name, value in values.items():
        monkeypatch.setattr(stage.world.settings, name, value)
    data = await receipt_routes._sheet(stage.world, stage.rep(3), await _slip(stage))
    languages: tuple[printing.Lang, ...] = ("zh", "en")
    for at, lang in enumerate(languages):
        paper = await printing.draw_aside("receipt", data, lang=lang, zone="Asia/Shanghai", made_at=data["received_at"])
        text = pdfium.PdfDocument(paper)[0].get_textpage().get_text_bounded()
        assert [one for one in ("未加密", "NOT ENCRYPTED", "演示", "DEMO") if one in text] == (
            [words[at]] if words else []
        )
