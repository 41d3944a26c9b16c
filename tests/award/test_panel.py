"""The panel in the decision room: confirmations, votes, the lock, and the decision waits for them; notes, sheets."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.award import report_store
from app.domain.chaining import Fault
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.room_retracing import RoomRetrace, ranked_lot
from app.domain.scoring.rules import evaluation_from_json
from app.domain.scoring.score_sheet import answer_sheet
from app.journal.store import list_entries
from tests.award.acts import as_seen_by, pass_the_panel, ranked_rows, read
from tests.award.test_evaluated import ranked
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.sealed_stage import EVALUATORS
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_world

ROOM = "decision-room"


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def post(stage: Stage, who: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
    """An act of the purchaser or of an evaluator by name."""
    async with as_seen_by(stage, stage.purchaser if who == "purchaser" else stage.others[who]) as client:
        return await client.post(path, json=body)


def said(response: httpx.Response) -> str:
    """The code of a refusal."""
    return str(response.json().get("code", response.status_code))


async def put(stage: Stage, labels: list[str], **more: Any) -> httpx.Response:
    return await post(stage, "purchaser", "/shortlist", {"cuts": [{"lot_id": stage.lots[0], "labels": labels, **more}]})


async def test_no_decision_before_everybody_confirmed_voted_and_the_shortlist_is_locked(made: TestWorld) -> None:
    stage, rows = await ranked(made)
    first, second, third = [row["label"] for row in rows]
    choice = {"choices": [{"lot_id": stage.lots[0], "label": first, "reason": ""}]}
    early = await post(stage, "purchaser", "/decision", choice)
    assert (said(early), early.json()["detail"]["votes"]) == ("QUORUM_MISSING", "3")
    assert (await read(stage, stage.others["甲"], ROOM))["state"] == "waiting"
    assert said(await post(stage, "甲", "/ranking/confirmation", {"digest": "0" * 64})) == "TOO_EARLY"

    # The rule takes the best two: not three, and one alone with a reason.
    assert said(await put(stage, [first, second, third])) == "NOT_ALLOWED_HERE"
    assert said(await put(stage, [second, first])) == "UNKNOWN_LABEL"
    assert said(await put(stage, [first])) == "REASON_MISSING"
    assert (await put(stage, [first, second])).status_code == 200
    assert (await put(stage, [first], reason="the gap is wide")).status_code == 200
    room = await read(stage, stage.others["甲"], ROOM)
    assert (room["state"], room["cuts"][0]["allowed"], room["can_confirm"]) == ("voting", [1, 2], True)
    ranking, shortlist = {"digest": room["rankings_digest"]}, {"digest": room["shortlist_digest"]}

    against = {**shortlist, "vote": "against"}
    assert said(await post(stage, "甲", "/shortlist/vote", against)) == "NOT_ALLOWED_HERE"
    assert said(await post(stage, "外人", "/ranking/confirmation", ranking)) == "NOT_FOUND"
    assert (await post(stage, "甲", "/ranking/confirmation", ranking)).status_code == 200
    assert said(await post(stage, "甲", "/ranking/confirmation", ranking)) == "ALREADY_DECIDED"
    assert said(await post(stage, "甲", "/shortlist/vote", against)) == "REASON_MISSING"
    assert (await post(stage, "甲", "/shortlist/vote", against | {"reason": "two are better"})).status_code == 200
    missing = await post(stage, "purchaser", "/shortlist/lock", shortlist)
    assert (said(missing), missing.json()["detail"]) == ("QUORUM_MISSING", {"confirmations": "2", "votes": "2"})

    # Another cut: the confirmations stand, the votes do not.
    again = (await put(stage, [first, second], notes=[{"label": first, "text": "quiet"}])).json()
    assert [each["vote"] for each in again["ballots"]] == [None] * 3
    assert [each["name"] for each in again["ballots"] if each["confirmed_at"] is None] == list(EVALUATORS[1:])
    shortlist = {"digest": again["shortlist_digest"]}
    assert said(await post(stage, "甲", "/shortlist/vote", against)) == "CHANGED_SINCE"
    for name, vote in zip(EVALUATORS, ("against", "for", "abstain"), strict=True):
        await post(stage, name, "/ranking/confirmation", ranking)
        body = {**shortlist, "vote": vote, "reason": "noise" if vote == "against" else ""}
        assert (await post(stage, name, "/shortlist/vote", body)).status_code == 200
    assert said(await post(stage, "purchaser", "/decision", choice)) == "QUORUM_MISSING"
    locked = await post(stage, "purchaser", "/shortlist/lock", shortlist)
    assert (locked.status_code, locked.json()["state"]) == (200, "locked")
    assert said(await put(stage, [first, second])) == "LOCKED"
    assert (await post(stage, "purchaser", "/decision", choice)).status_code == 201

    # The report tells it by number; the dissent is in it, and nobody's name.
    assert (await post(stage, "purchaser", "/reports", {})).status_code == 201
    async with made.world.db.snapshot() as tx:
        (report,) = await report_store.list_reports(tx, stage.tender_id)
    panel = report.document["panel"]
    assert (panel["votes"], panel["cuts"][0]["notes"]) == (
        {"for": 1, "against": 1, "abstain": 1}, [{"label": first, "text": "quiet"}],
    )  # fmt: skip
    assert [(each["member"], each["reason"]) for each in panel["ballots"] if each["vote"] == "against"] == [
        (1, "noise")
    ]
    assert not any(name in json.dumps(panel, ensure_ascii=False) for name in EVALUATORS)

    entries = await chain_of(stage)
    assert replayed(entries) == []
    for kind in (Kind.SHORTLIST_PROPOSED, Kind.RANKING_CONFIRMED, Kind.SHORTLIST_VOTED):
        last = max(at for at, entry in enumerate(entries) if entry.kind is kind)
        assert replayed(entries[:last] + entries[last + 1 :]), kind


async def chain_of(stage: Stage) -> list[Entry]:
    async with stage.world.db.snapshot() as tx:
        return await list_entries(tx, chain=f"tender:{stage.tender_id}")


ACTS = (Kind.SHORTLIST_PROPOSED, Kind.RANKING_CONFIRMED, Kind.SHORTLIST_VOTED, Kind.SHORTLIST_LOCKED)


def replayed(entries: list[Entry]) -> list[Fault]:
    """What a verifier finds in the acts of the room and in the decision after them."""
    retrace, rules = RoomRetrace(), evaluation_from_json(an_evaluation(shortlist={"count": 2}))
    told = next(entry.data for entry in entries if entry.kind is Kind.RANKING_MADE)
    lots = {told["lot"]: ranked_lot(told["lot"], told["rows"], told["digest"])}
    found = [retrace.take(entry, rules, lots, len(EVALUATORS)) for entry in entries if entry.kind in ACTS]
    chosen = {told["lot"]: [told["rows"][0]["label"]]}
    return [fault for fault in [*found, retrace.decided_fault(lots, len(EVALUATORS), chosen)] if fault is not None]


async def test_what_was_tried_is_noted_beside_the_result_and_a_sheet_gives_the_official_rank_again(
    made: TestWorld,
) -> None:
    stage, rows = await ranked(made)
    labels = [row["label"] for row in rows]
    change = {"lot_id": stage.lots[0], "price_weight": "90", "without": [labels[2]]}
    noted = await post(stage, "purchaser", "/what-if/notes", {"change": change, "text": "if price were all"})
    assert noted.status_code == 204
    (note,) = (await read(stage, stage.purchaser, ROOM))["notes"]
    assert (note["stamp"], note["text"], note["is_current"]) == ("WHAT-IF", "if price were all", True)
    assert (note["change"]["price_weight"], note["change"]["without"]) == ("90", [labels[2]])
    assert (await ranked_rows(stage))[0] == rows
    sheet = await read(stage, stage.auditor, f"lots/{stage.lots[0]}/score-sheet")
    answer = answer_sheet(sheet)
    told = ("rank", "amount", "technical_points", "price_points", "total", "is_tied")
    assert answer["faults"] == []
    assert [[row[name] for name in told] for row in answer["rows"]] == [[row[name] for name in told] for row in rows]
    assert [row["name"] for row in answer["rows"]] == labels
    async with as_seen_by(stage, stage.approver) as client:
        assert (await client.get(f"/lots/{stage.lots[0]}/score-sheet")).status_code == 404
    await pass_the_panel(stage)
    async with as_seen_by(stage, stage.approver) as client:
        assert (await client.get(f"/lots/{stage.lots[0]}/score-sheet")).status_code == 200


async def test_without_a_technical_part_nobody_is_asked(made: TestWorld) -> None:
    stage = await make_stage(made.world, [[("青禾", "271.40"), ("岚川", "269.00"), ("澄锐", "269.00")]])
    ((first, *_),) = await ranked_rows(stage)
    room = await read(stage, stage.purchaser, ROOM)
    assert (room["state"], room["ballots"], room["cuts"]) == ("not_due", [], [])
    sheet = await read(stage, stage.purchaser, f"lots/{stage.lots[0]}/score-sheet")
    assert answer_sheet(sheet)["rows"][0]["name"] == first["label"]
    choice = {"choices": [{"lot_id": stage.lots[0], "label": first["label"], "reason": ""}]}
    assert (await post(stage, "purchaser", "/decision", choice)).status_code == 201
