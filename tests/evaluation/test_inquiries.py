"""Abnormally low prices: asked by label, answered without a name, kept or excluded by people, replayed afterwards."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.abnormal import flags_of
from app.domain.entries import Entry
from app.domain.inquiry_retracing import InquiryRetrace, RankedLot
from app.domain.kinds import Kind
from app.domain.scoring.abnormal_rules import AbnormalKind, AbnormalRules, AbnormalTest
from app.domain.scoring.rules import evaluation_from_json
from app.domain.visibility import Role
from app.evaluation.timekeeper import turn
from app.journal.store import list_entries
from app.notices import store as notice_store
from tests.award.acts import as_seen_by, decide, propose, ranked_rows, read
from tests.domain.scoring.samples import an_evaluation
from tests.domain.test_shortlisting import rows
from tests.evaluation.sealed_stage import lock_good, make_sealed_stage, open_prices
from tests.evaluation.stage import CEILING, Stage
from tests.worlds import TestWorld, make_actor, make_world

PRICES = {"青禾": "100.00", "岚川": "290.00", "澄锐": "274.90", "朗峤": "280.00"}
TESTS = [{"kind": "share_of_second_lowest", "share": "80", "is_strict": True}]
RULES = an_evaluation(shortlist={"count": 2}, abnormal={"tests": TESTS, "answer_hours": 24})


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


def test_strict_and_inclusive_limits_and_nobody_to_compare_with() -> None:
    ranked = rows("", "", "", amounts=("60.00", "75.00", "90.00"))

    def flagged(kind: AbnormalKind, share: str, *, is_strict: bool = True) -> list[str]:
        test = AbnormalTest(kind, Decimal(share), is_strict)
        return list(flags_of(AbnormalRules((test,)), ranked, Decimal(100)))

    # The mean is 75, the second lowest 75, the ceiling 100: the limit is 60 each time.
    for kind, share in (("share_of_mean", "80"), ("share_of_second_lowest", "80"), ("share_of_ceiling", "60")):
        assert flagged(AbnormalKind(kind), share) == []
        assert flagged(AbnormalKind(kind), share, is_strict=False) == ["R1"]
        assert flagged(AbnormalKind(kind), "99") != []
    alone = AbnormalRules((AbnormalTest(AbnormalKind.SHARE_OF_MEAN, Decimal(100), is_strict=False),))
    assert flags_of(alone, ranked[:1], Decimal(100)) == {}
    assert flags_of(None, ranked, Decimal(100)) == {}


async def asked(world: TestWorld, **changes: Any) -> tuple[Stage, list[dict[str, Any]], httpx.Response]:
    stage = await make_sealed_stage(world.world, evaluation={**RULES, **changes})
    await lock_good(stage)
    await open_prices(stage, [PRICES])
    (ranked,) = await ranked_rows(stage)
    return stage, ranked, await ask(stage, ranked[0]["label"])


async def ask(stage: Stage, label: str, question: str = "请说明报价构成") -> httpx.Response:
    async with as_seen_by(stage, stage.purchaser) as client:
        body = {"lot_id": stage.lots[0], "label": label, "question": question}
        return await client.post("/inquiries", json=body)


async def say(stage: Stage, name: str, inquiry: str, text: str = "我方使用自有库存") -> httpx.Response:
    async with as_seen_by(stage, stage.bidders[name].actor) as client:
        return await client.post(f"/own-inquiries/{inquiry}/answer", json={"text": text})


async def judge(stage: Stage, inquiry: str, verdict: str, reason: str = "说明合理") -> httpx.Response:
    async with as_seen_by(stage, stage.purchaser) as client:
        return await client.post(f"/inquiries/{inquiry}/decision", json={"verdict": verdict, "reason": reason})


def only(answer: httpx.Response) -> dict[str, Any]:
    (offer,) = answer.json()["offers"]
    return dict(offer["inquiry"])


async def chain(stage: Stage) -> list[Entry]:
    async with stage.world.db.snapshot() as tx:
        return list(await list_entries(tx, chain=f"tender:{stage.tender_id}", limit=500))


def replay(entries: list[Entry]) -> list[str]:
    """What the retrace says to the inquiries of a chain."""
    retrace, rules, lot, faults = InquiryRetrace(), evaluation_from_json(RULES), None, []
    for entry in entries:
        if entry.kind is Kind.RANKING_MADE:
            lot = RankedLot(entry.data["rows"], entry.data["digest"], Decimal(CEILING), 2)
        elif entry.kind.value.startswith("inquiry.") or entry.kind is Kind.OFFER_EXCLUDED:
            fault = retrace.take(entry, rules, lot)
            faults += [] if fault is None else [fault.text]
    return faults


async def test_asked_answered_and_kept(made: TestWorld) -> None:
    stage, ranked, opened = await asked(made)
    assert opened.status_code == 201, opened.text
    inquiry = only(opened)
    assert (inquiry["state"], opened.json()["offers"][0]["tests"][0]["limit"]) == ("open", "219.9200")
    label = ranked[0]["label"]
    assert [(await ask(stage, each)).json()["code"] for each in (label, ranked[1]["label"])] == [
        "ALREADY_EXISTS", "NOT_ALLOWED_HERE",
    ]  # fmt: skip
    # Nothing is decided on the lot, and nothing about the offer, while the supplier may answer.
    assert (await propose(stage, [(label, "")])).json()["code"] == "PENDING"
    assert (await judge(stage, inquiry["id"], "keep")).json()["code"] == "TOO_EARLY"
    async with made.world.db.snapshot() as tx:
        boxes = [
            await notice_store.list_notices(made.world, tx, each.actor.account_id) for each in stage.bidders.values()
        ]
    assert [sum(one.kind.value == "inquiry_sent" for one in box) for box in boxes] == [1] * len(stage.bidders)

    own = await read(stage, stage.bidders["青禾"].actor, "own-inquiries")
    assert [one["state"] for one in own["inquiries"]] == ["open"]
    assert (await read(stage, stage.bidders["岚川"].actor, "own-inquiries"))["inquiries"] == []
    assert (await say(stage, "岚川", inquiry["id"])).status_code == 404
    named = await say(stage, "青禾", inquiry["id"], "我们青禾有库存")
    assert (named.json()["code"], named.json()["detail"]["rule"]) == ("NOT_ALLOWED_HERE", "own_name")
    assert (await say(stage, "青禾", inquiry["id"])).status_code == 200
    assert (await say(stage, "青禾", inquiry["id"])).json()["code"] == "ALREADY_DECIDED"

    read_back = await read(stage, stage.purchaser, "inquiries")
    assert read_back["offers"][0]["inquiry"]["answer"] == "我方使用自有库存"
    assert (await judge(stage, inquiry["id"], "keep", " ")).json()["code"] == "REASON_MISSING"
    assert (await judge(stage, inquiry["id"], "keep")).json() == {"proposal_id": None}
    assert (await judge(stage, inquiry["id"], "exclude")).json()["code"] == "ALREADY_DECIDED"
    assert (await propose(stage, [(label, "")])).status_code == 201

    entries = await chain(stage)
    told = json.dumps([dict(each.data) for each in entries if each.kind.value.startswith("inquiry.")])
    bidder = stage.bidders["青禾"]
    assert all(text not in told for text in (bidder.tag, "青禾", "自有库存"))
    assert [each.actor_ref for each in entries if each.kind is Kind.INQUIRY_ANSWERED] == [None]
    assert replay(entries) == []
    assert len(replay([each for each in entries if each.kind is not Kind.INQUIRY_ANSWERED])) == 1


async def test_excluded_by_two_and_ranked_anew_without_it(made: TestWorld) -> None:
    stage, ranked, opened = await asked(made)
    inquiry, label = only(opened)["id"], ranked[0]["label"]
    made.clock.wind(hours=25)
    assert (await read(stage, stage.purchaser, "inquiries"))["offers"][0]["inquiry"]["state"] == "lapsed"
    assert (await say(stage, "青禾", inquiry)).json()["code"] == "TOO_LATE"
    wanted = await judge(stage, inquiry, "exclude", "成本无法说明")
    assert wanted.json()["proposal_id"]
    assert (await judge(stage, inquiry, "exclude")).json()["code"] == "PENDING"
    assert not await turn(made.world)
    # The proposer cannot co-sign.
    asked_again = httpx.Response(201, json=wanted.json())
    assert (await decide(stage, asked_again, by=stage.purchaser)).status_code in {403, 409}
    assert (await decide(stage, asked_again)).status_code == 200
    assert await turn(made.world)
    (anew,) = await ranked_rows(stage)
    # Without the lowest price the others may change places among themselves.
    assert {row["label"] for row in anew} == {row["label"] for row in ranked[1:]}
    assert anew[0]["rank"] == 1
    assert anew[0]["price_points"] != next(row["price_points"] for row in ranked if row["label"] == anew[0]["label"])
    assert not await turn(made.world)
    offers = (await read(stage, stage.purchaser, "inquiries"))["offers"]
    assert [(one["label"], one["inquiry"]["state"]) for one in offers] == [(label, "excluded")]
    room = await read(stage, stage.purchaser, "sensitivity")
    assert label not in json.dumps(room)
    # Nobody tells it before the decision is out: not even by a missing amount.
    (own,) = (await read(stage, stage.bidders["青禾"].actor, "result"))["lots"]
    assert (own["amount"], own["outcome"], own["exclusion"]) == (ranked[0]["amount"], None, None)
    assert (await propose(stage, [(anew[0]["label"], "")])).status_code == 201
    entries = await chain(stage)
    assert replay(entries) == []
    (excluded,) = [each for each in entries if each.kind is Kind.OFFER_EXCLUDED]
    assert excluded.data["label"] == label


async def test_a_flagged_offer_is_not_chosen_unasked_and_others_learn_nothing(made: TestWorld) -> None:
    stage = await make_sealed_stage(made.world, evaluation=RULES)
    await lock_good(stage)
    await open_prices(stage, [PRICES])
    (ranked,) = await ranked_rows(stage)
    assert (await propose(stage, [(ranked[0]["label"], "")])).json()["code"] == "INQUIRY_DUE"
    # It stands on the shortlist: without its inquiry that is not locked for anybody.
    assert (await propose(stage, [(ranked[1]["label"], "better")])).json()["code"] == "INQUIRY_DUE"
    async with as_seen_by(stage, stage.bidders["青禾"].actor) as client:
        assert (await client.get("/inquiries")).status_code == 403
        body = {"lot_id": stage.lots[0], "label": ranked[0]["label"], "question": "?"}
        assert (await client.post("/inquiries", json=body)).status_code == 403
    outsider = await make_actor(made.world, Role.ADMIN)
    async with as_seen_by(stage, outsider) as client:
        assert (await client.get("/own-inquiries")).status_code == 403
