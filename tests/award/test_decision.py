"""The decision by alias: reasons, four eyes, the digest, the way back."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.awarding import LotRanking, RankedRow, decision_digest
from app.domain.kinds import Kind
from app.domain.sharing import Choice
from app.domain.tendering import TenderState
from app.domain.visibility import Phase, Role
from app.evaluation.service import rank_tender
from app.journal.store import list_entries
from app.tenders import store as tender_store
from tests.award.acts import as_seen_by, ask_unsealing, decide, propose, ranked_rows, read
from tests.evaluation.stage import Stage, make_stage, void_bid
from tests.worlds import TestWorld, make_actor, make_world

LOT = [("青禾", "280.00"), ("岚川", "275.00"), ("青禾", "271.40"), ("澄锐", "277.00"), ("朗峤", "290.00")]


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def entries_of(stage: Stage) -> list[tuple[Kind, dict[str, Any]]]:
    async with stage.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=f"tender:{stage.tender_id}")
    return [(entry.kind, dict(entry.data)) for entry in entries]


async def tender_of(stage: Stage) -> tender_store.Tender:
    async with stage.world.db.snapshot() as tx:
        return await tender_store.load_tender(tx, stage.tender_id)


async def test_propose_and_approve_fix_the_decision_by_label(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, second, *_),) = await ranked_rows(stage)
    assert (await read(stage, stage.purchaser, "decision"))["can_propose"]
    asked = await propose(stage, [(first["label"], "")])
    assert (await tender_of(stage)).phase is Phase.DECISION
    waiting = await read(stage, stage.approver, "decision")
    assert (waiting["state"], waiting["can_propose"], waiting["choices"][0]["reserve"]) == (
        "proposed", False, second["label"],
    )  # fmt: skip
    assert (await decide(stage, asked)).status_code == 200
    fixed = await read(stage, stage.purchaser, "decision")
    assert (fixed["state"], fixed["has_fallen"], fixed["can_unseal"], fixed["can_propose"]) == (
        "approved", False, True, False,
    )  # fmt: skip
    assert fixed["savings"]["money"] == "28600.00"
    kinds = [kind for kind, _ in await entries_of(stage)]
    assert kinds == [
        Kind.RANKING_MADE, Kind.APPROVAL_PROPOSED, Kind.DECISION_PROPOSED,
        Kind.APPROVAL_GRANTED, Kind.DECISION_APPROVED,
    ]  # fmt: skip


async def test_the_digest_can_be_computed_again_from_the_journal(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT, LOT[:3]])
    rows = await ranked_rows(stage)
    await propose(stage, [(rows[0][1]["label"], "交货更稳"), (rows[1][0]["label"], "")])
    entries = await entries_of(stage)
    made_rankings = [
        LotRanking(data["lot"], tuple[RankedRow, ...](), data["digest"])
        for kind, data in entries
        if kind is Kind.RANKING_MADE
    ]
    proposed = next(data for kind, data in entries if kind is Kind.DECISION_PROPOSED)
    choices = [Choice(each["lot"], each["label"], each["reason"]) for each in proposed["choices"]]
    assert proposed["digest"] == decision_digest(made_rankings, choices)


async def test_no_names_amounts_of_nobody_and_the_reason_reach_the_approver(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, second, *_),) = await ranked_rows(stage)
    refused = await propose(stage, [(second["label"], "  ")])
    assert (refused.status_code, refused.json()["code"]) == (409, "REASON_MISSING")
    asked = await propose(stage, [(second["label"], "交货更稳")])
    decided = (await decide(stage, asked)).json()
    (lot,) = decided["summary"]["lots"]
    assert (lot["label"], lot["rank"], lot["amount"], lot["reason"]) == (second["label"], 2, "275.00", "交货更稳")
    assert lot["reserve"] == first["label"]
    for bidder in stage.bidders.values():
        assert bidder.name not in str(decided)
        assert bidder.supplier_id not in str(decided)
        assert bidder.tag not in str(decided)
    assert (Kind.DECISION_REFUSED, "REASON_MISSING") in [(k, d.get("code")) for k, d in await entries_of(stage)]


async def test_the_same_person_never_approves_the_own_decision(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    both = await make_actor(made.world, Role.PURCHASER, Role.APPROVER)
    asked = await propose(stage, [(first["label"], "")], actor=both)
    refused = await decide(stage, asked, by=both)
    assert (refused.status_code, refused.json()["code"]) == (409, "SAME_PERSON")
    refused = await decide(stage, asked, by=stage.purchaser)
    assert refused.status_code == 409
    assert (await read(stage, stage.purchaser, "decision"))["state"] == "proposed"


async def test_a_returned_decision_gives_its_reason_and_may_be_proposed_again(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, second, *_),) = await ranked_rows(stage)
    asked = await propose(stage, [(second["label"], "交货更稳")])
    assert (await propose(stage, [(first["label"], "")])).json()["code"] == "PENDING"
    assert (await decide(stage, asked, "refuse")).json()["code"] == "REASON_MISSING"
    assert (await decide(stage, asked, "refuse", "第一名没有理由落选")).status_code == 200
    returned = await read(stage, stage.purchaser, "decision")
    assert (returned["state"], returned["return_reason"], returned["can_propose"]) == (
        "returned", "第一名没有理由落选", True,
    )  # fmt: skip
    kind, data = (await entries_of(stage))[-1]
    assert (kind, data["reason"]) == (Kind.DECISION_RETURNED, "第一名没有理由落选")
    assert (await ask_unsealing(stage)).json()["code"] == "NOT_DECIDED"
    again = await propose(stage, [(first["label"], "")])
    assert (await decide(stage, again)).status_code == 200
    assert (await read(stage, stage.approver, "decision"))["state"] == "approved"
    # Visibility never shrinks: the tender stays in V all the while.
    assert (await tender_of(stage)).phase is Phase.DECISION


async def test_an_approval_too_late_leaves_room_for_another_proposal(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    asked = await propose(stage, [(first["label"], "")])
    made.clock.wind(hours=24)
    assert (await decide(stage, asked)).json()["code"] == "EXPIRED"
    assert (await read(stage, stage.purchaser, "decision"))["can_propose"]
    assert (await decide(stage, await propose(stage, [(first["label"], "")]))).status_code == 200


async def test_a_ranking_that_changed_voids_the_proposal(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    asked = await propose(stage, [(first["label"], "")])
    await void_bid(stage, 3)
    await rank_tender(made.world, stage.tender_id)
    refused = await decide(stage, asked)
    assert (refused.status_code, refused.json()["code"]) == (409, "CHANGED_SINCE")
    assert (await read(stage, stage.purchaser, "decision"))["state"] == "proposed"
    ((best, *_),) = await ranked_rows(stage)
    assert (await propose(stage, [(best["label"], "")])).status_code == 201


async def test_an_approved_decision_falls_with_its_ranking_and_unseals_nothing(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    await decide(stage, await propose(stage, [(first["label"], "")]))
    assert (await propose(stage, [(first["label"], "")])).json()["code"] == "ALREADY_DECIDED"
    await void_bid(stage, 3)
    await rank_tender(made.world, stage.tender_id)
    assert (await ask_unsealing(stage)).json()["code"] == "CHANGED_SINCE"
    fallen = await read(stage, stage.purchaser, "decision")
    assert (fallen["state"], fallen["has_fallen"], fallen["can_propose"], fallen["can_unseal"]) == (
        "approved", True, True, False,
    )  # fmt: skip
    assert not fallen["unsealing"]["preconditions"][0]["is_met"]
    seen = await read(stage, stage.approver, "decision")
    assert (seen["has_fallen"], seen["can_propose"]) == (True, False)
    assert (await propose(stage, [(first["label"], "still the best of them")])).status_code == 201
    again = await read(stage, stage.purchaser, "decision")
    assert (again["state"], again["has_fallen"], again["can_propose"]) == ("proposed", False, False)


async def test_no_award_for_any_lot_ends_the_tender_without_a_name(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await ranked_rows(stage)
    assert (await propose(stage, [(None, "")])).json()["code"] == "REASON_MISSING"
    await decide(stage, await propose(stage, [(None, "预算取消")]))
    found = await tender_of(stage)
    assert (found.state, found.phase) == (TenderState.UNSUCCESSFUL, Phase.UNSEALED)
    assert (await ask_unsealing(stage)).status_code == 409
    own = await read(stage, stage.bidders["青禾"].actor, "result")
    assert (own["outcome"], own["lots"][0]["outcome"], own["lots"][0]["rank"]) == ("unsuccessful", "no_award", 1)
    result = await read(stage, stage.purchaser, "result")
    assert (result["lots"][0]["outcome"], result["lots"][0]["unsealed"]) == ("no_award", [])


async def test_one_bid_needs_a_reason_and_a_lot_without_a_bid_none(made: TestWorld) -> None:
    stage = await make_stage(made.world, [[("青禾", "271.40")], []])
    rows = await ranked_rows(stage)
    label = rows[0][0]["label"]
    assert rows[0][0]["needs_reason"] == "only_bid"
    assert (await propose(stage, [(label, ""), (None, "")])).json()["detail"]["rule"] == "only_bid"
    assert (await propose(stage, [(label, "唯一报价，低于基准价"), (None, "")])).status_code == 201
    fields = [lot["field"] for lot in (await read(stage, stage.purchaser, "ranking"))["lots"]]
    assert fields == ["one_bid", "no_bid"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"choices": []}, {"choices": [{"lot_id": "x", "label": "R10"}]}, {"choices": 7},
        {"choices": [{"lot_id": "0" * 32, "label": "R10", "amount": "271.40"}]},
    ],
)  # fmt: skip
async def test_malformed_proposals_are_refused_without_an_echo(made: TestWorld, body: dict[str, Any]) -> None:
    stage = await make_stage(made.world, [LOT])
    await ranked_rows(stage)

    async with as_seen_by(stage, stage.purchaser) as client:
        answer = await client.post("/decision", json=body)
    assert answer.status_code == 422
    assert "271.40" not in answer.text


async def test_only_a_purchaser_proposes(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    for actor in (stage.approver, stage.auditor, stage.bidders["青禾"].actor, await make_actor(made.world, Role.ADMIN)):
        assert (await propose(stage, [(first["label"], "")], actor=actor)).status_code == 403
        assert (await ask_unsealing(stage, actor=actor)).status_code == 403
    assert (await tender_of(stage)).phase is Phase.PRICES
