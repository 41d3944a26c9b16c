"""Award scenarios: solved beside the service, kept by label, adopted where a split was announced, replayed exactly."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.award import splitting_process
from app.award.splitting_answer import Outcome
from app.domain.entries import Entry, digest_of
from app.domain.framing import rows_of
from app.domain.kinds import Kind
from app.domain.scoring.rules import evaluation_from_json
from app.domain.split_retracing import Ranked, ScenarioRetrace
from app.domain.splitting import SplitLot, SplitOffer, SplitProblem
from app.domain.visibility import Role
from app.identity.access import Actor
from app.journal.store import list_entries
from tests.award.acts import as_seen_by, ask_unsealing, decide, propose, ranked_rows, read
from tests.callers import caller
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.sealed_stage import lock_good, make_sealed_stage, open_prices
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_actor, make_world

PRICES = [
    {"青禾": "270.00", "岚川": "280.00", "澄锐": "300.00", "朗峤": "7319.02"},
    {"青禾": "100.00", "岚川": "104.00", "澄锐": "101.00", "朗峤": "7319.02"},
]
SPLIT = {"patterns": [["70", "30"]]}


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def ranked(made: TestWorld, **changes: Any) -> tuple[Stage, list[list[dict[str, Any]]]]:
    stage = await make_sealed_stage(made.world, lots=2, evaluation=an_evaluation(**changes))
    await lock_good(stage)
    await open_prices(stage, PRICES)
    return stage, await ranked_rows(stage)


async def compute(
    stage: Stage, *constraints: dict[str, Any], actor: Actor | None = None, **more: Any
) -> httpx.Response:
    async with as_seen_by(stage, actor or stage.purchaser) as client:
        return await client.post("/scenarios", json={"constraints": list(constraints), **more})


async def adopt(stage: Stage, number: int, actor: Actor | None = None) -> httpx.Response:
    async with as_seen_by(stage, actor or stage.purchaser) as client:
        return await client.post(f"/scenarios/{number}/adoption", json={})


async def retraced(stage: Stage, changes: dict[str, Any], tamper: str = "") -> list[str]:
    """What the verifier says of the scenarios of the tender's chain; `tamper` changes a figure of the adopted one."""
    async with stage.world.db.snapshot() as tx:
        entries: list[Entry] = await list_entries(tx, chain=f"tender:{stage.tender_id}")
    lots = [{"id": lot, "basis": "unit", "quantity": "1000", "unit": "台"} for lot in stage.lots]
    published, rules = {"currency": "CNY", "lots": lots}, evaluation_from_json(an_evaluation(**changes))
    retrace, rankings, said = ScenarioRetrace(), {}, []
    for entry in entries:
        match entry.kind:
            case Kind.RANKING_MADE:
                rankings[entry.data["lot"]] = Ranked(rows_of(entry.data, "rows"), entry.data["digest"])
            case Kind.SCENARIO_KEPT | Kind.SCENARIO_ADOPTED:
                data = json.loads(json.dumps(entry.data))
                if tamper and entry.kind is Kind.SCENARIO_ADOPTED:
                    data["award"]["lots"][0]["parts"][0][tamper] = "1"
                    data["digest"] = digest_of({k: v for k, v in data.items() if k not in {"scenario", "digest"}})
                    retrace._kept[data["scenario"] - 1] = data["digest"]
                fault = retrace.take(entry._replace(data=data), rules, rankings, published)
                said += [] if fault is None else [fault.text]
            case Kind.IDENTITY_UNSEALED:
                fault = retrace.unsealed(entry)
                said += [] if fault is None else [fault.text]
            case _:
                pass
    return said


async def test_a_scenario_is_solved_kept_and_adopted_by_label_where_the_split_was_announced(made: TestWorld) -> None:
    stage, rows = await ranked(made, split=SPLIT)
    first = rows[0][0]
    assert first["amount"] == "270.00"
    split, few = {"limit": "patterns", "patterns": [["30", "70"]]}, {"limit": "most", "value": "2"}
    scarce = {"limit": "capacity", "value": "500", "lots": [stage.lots[0]],
              "offer": {"lot_id": stage.lots[0], "label": first["label"]}}  # fmt: skip
    made_one = await compute(stage, split, few, scarce, {"limit": "budget", "value": "400000"}, note="two sources")
    assert made_one.status_code == 201, made_one.text
    told = made_one.json()
    assert (told["number"], told["stamp"], told["outcome"], told["obstacle"]) == (1, "WHAT-IF", "optimal", None)
    # 70 % of lot 1 to the second, 30 % to the first who can make no more; in lot 2 the same two, the first first.
    award = told["award"]
    assert [[(part["share"], part["supplier"]) for part in lot["parts"]] for lot in award["lots"]] == [
        [("70", "S1"), ("30", "S2")], [("70", "S2"), ("30", "S1")],
    ]  # fmt: skip
    assert (award["cost"], award["lowest"], award["sole_best"], award["saving"]) == (
        "378200.00", "370000.00", "371000.00", "-7200.00",
    )  # fmt: skip
    points = {row["amount"]: Decimal(row["technical_points"]) for row in rows[0]}
    weighed = points["280.00"] * (270 * 70 + 100 * 30) + points["270.00"] * (270 * 30 + 100 * 70)
    assert (told["bound"], told["gap"], award["quality"]) == ("378200.00", "0.0000", f"{weighed / 37000:.2f}")
    prices = {each["limit"]: (each["price"], each["is_exact"]) for each in told["constraints"]}
    assert prices == {"patterns": ("2200.00", True), "most": ("900.00", True), "capacity": ("4000.00", True),
                      "budget": ("0.00", True)}  # fmt: skip

    clash = (await compute(stage, split, {"limit": "most", "value": "1"}, few)).json()
    assert (clash["outcome"], clash["award"], clash["clash"], clash["is_minimal"]) == (
        "infeasible", None, ["c1", "c2"], True,
    )  # fmt: skip
    assert (clash["obstacle"], (await adopt(stage, 2)).json()["code"]) == ("NO_SOLUTION", "NO_SOLUTION")
    other = (await compute(stage, {"limit": "patterns", "patterns": [["60", "40"]]})).json()
    assert other["obstacle"] == "SPLIT_NOT_ANNOUNCED"
    for bad, code in (
        ({"limit": "patterns", "patterns": [["70", "20"]]}, "WEIGHTS_NOT_100"),
        ({"limit": "most", "value": "0"}, "OUT_OF_RANGE"),
        ({**scarce, "offer": {"lot_id": stage.lots[0], "label": "R1"}}, "UNKNOWN_LABEL"),
        ({"limit": "budget", "value": "5", "lots": ["0" * 32]}, "NOT_ALLOWED_HERE"),
    ):
        assert (await compute(stage, bad)).json()["code"] == code
    assert (await compute(stage, {"limit": "most"})).status_code == 422

    adopted = await adopt(stage, 1)
    assert (adopted.status_code, adopted.json()["stamp"], adopted.json()["is_adopted"]) == (200, None, True)
    assert (await adopt(stage, 9)).status_code == 404
    assert await retraced(stage, {"split": SPLIT}) == []
    assert "not those of its shares" in (await retraced(stage, {"split": SPLIT}, "cost"))[0]
    assert "SPLIT_NOT_ANNOUNCED" in (await retraced(stage, {"split": SPLIT}, "share"))[0]

    # Who reads: the approver not before the decision, a supplier never; budgets and notes are for those who may.
    approver = await make_actor(made.world, Role.APPROVER)
    assert (await read(stage, approver, "scenarios"))["scenarios"] == []
    for evaluator, shown in ((stage.others["甲"], False), (stage.auditor, True)):
        first = (await read(stage, evaluator, "scenarios"))["scenarios"]
        assert bool(first) is shown
    assert (await compute(stage, actor=stage.auditor)).status_code == 403
    async with as_seen_by(stage, stage.bidders["青禾"].actor) as client:
        assert (await client.get("/scenarios")).status_code == 403
    asked = await propose_shares(stage, award, rows[1][0]["label"])
    assert (await adopt(stage, 1)).json()["code"] == "PENDING"
    (_, _, seen) = (await read(stage, stage.others["甲"], "scenarios"))["scenarios"]
    budget = next(each for each in seen["constraints"] if each["limit"] == "budget")
    assert (budget["value"], seen["note"], seen["award"]["against_baseline"]) == (None, None, None)
    (_, _, seen) = (await read(stage, approver, "scenarios"))["scenarios"]
    assert (seen["note"], seen["constraints"][3]["value"]) == ("two sources", "400000")
    assert stage.bidders["青禾"].tag not in json.dumps(await read(stage, stage.auditor, "scenarios"))
    await check_brief(stage, asked)
    assert (await decide(stage, asked)).status_code == 200
    assert (await read(stage, stage.purchaser, "decision"))["unsealing"]["names"] == 4
    assert (await decide(stage, await ask_unsealing(stage))).status_code == 200
    assert await retraced(stage, {"split": SPLIT}) == []
    assert (await compute(stage)).json()["code"] == "NOT_ALLOWED_HERE"
    await check_results(stage)


async def propose_shares(stage: Stage, award: dict[str, Any], first: str) -> httpx.Response:
    """Propose what the adopted scenario says, after everything that is refused on the way there."""
    parts = [[{"label": part["label"], "share": part["share"]} for part in lot["parts"]] for lot in award["lots"]]
    lots = [{"lot_id": lot, "label": own[0]["label"], "reason": "the first can make half of it", "shares": own}
            for lot, own in zip(stage.lots, parts, strict=True)]  # fmt: skip
    one, two = lots
    for bad, code, rule in (
        ([{**one, "reason": ""}, two], "REASON_MISSING", "not_first"),
        ([one, {"lot_id": stage.lots[1], "label": first}], "REASON_MISSING", "off_scenario"),
        ([{**one, "shares": [{**parts[0][0], "share": "60"}, {**parts[0][1], "share": "40"}]}, two],
         "SPLIT_NOT_ANNOUNCED", None),
        ([{**one, "shares": [parts[0][0], {**parts[0][1], "share": "20"}]}, two], "WEIGHTS_NOT_100", "shares"),
        ([{**one, "label": parts[0][1]["label"]}, two], "NOT_ALLOWED_HERE", "shares"),
    ):  # fmt: skip
        refused = await propose(stage, bad)
        assert (refused.status_code, refused.json()["code"], refused.json()["detail"].get("rule")) == (409, code, rule)
    asked = await propose(stage, lots)
    assert asked.status_code == 201, asked.text
    return asked


async def check_brief(stage: Stage, asked: httpx.Response) -> None:
    """The approver reads every share; the savings are those of the shares, each at its own price."""
    async with caller(stage.world, stage.approver) as client:
        brief = (await client.get(f"/api/approvals/{asked.json()['proposal_id']}")).json()["summary"]["lots"]
    told = [[(each["share"], each["amount"]) for each in lot["shares"]] for lot in brief]
    assert told == [[("70", "280.00"), ("30", "270.00")], [("70", "100.00"), ("30", "104.00")]]
    assert brief[0]["reserve"] not in {each["label"] for each in brief[0]["shares"]}
    decision = await read(stage, stage.purchaser, "decision")
    assert [choice["saving"]["awarded"] for choice in decision["choices"]] == ["277000.00", "101200.00"]


async def check_results(stage: Stage) -> None:
    """Everybody who has a share is named and told the own one alone; the report and the debrief tell the same."""
    result = await read(stage, stage.purchaser, "result")
    named = {(each["name_zh"], each["share"]) for lot in result["lots"] for each in lot["unsealed"]}
    assert named == {("岚川公司", "70"), ("青禾公司", "30"), ("青禾公司", "70"), ("岚川公司", "30")}
    assert [lot["saving"]["awarded"] for lot in result["lots"]] == ["277000.00", "101200.00"]
    for name, shares in (("青禾", ["30", "70"]), ("岚川", ["70", "30"]), ("澄锐", [None, None])):
        own = (await read(stage, stage.bidders[name].actor, "result"))["lots"]
        assert [lot["share"] for lot in own] == shares
        assert {lot["outcome"] for lot in own} == {"preferred" if shares[0] else "not_selected"}
    sums = (await read(stage, stage.purchaser, "savings"))["lots"]
    assert [lot["rows"][0]["cost"] for lot in sums] == ["277000.00", "101200.00"]
    async with as_seen_by(stage, stage.purchaser) as client:
        made = await client.post("/reports", json={})
        assert made.status_code in {200, 201}, made.text
        for lang in ("zh", "en"):
            assert (await client.get(f"/reports/{made.json()['number']}/pdf?lang={lang}")).content.startswith(b"%PDF")
    async with as_seen_by(stage, stage.bidders["青禾"].actor) as client:
        assert (await client.get("/debrief/pdf?lang=en")).content.startswith(b"%PDF")


async def test_without_an_announced_split_a_scenario_stays_a_what_if(made: TestWorld) -> None:
    stage = await make_stage(made.world, [[("青禾", "280.00"), ("岚川", "275.00"), ("澄锐", "277.00")]])
    assert (await compute(stage)).json()["code"] == "NOT_RANKED"
    await ranked_rows(stage)
    told = (await compute(stage, {"limit": "patterns", "patterns": [["70", "30"]]})).json()
    assert (told["outcome"], told["award"]["cost"], told["stamp"]) == ("optimal", "275600.00", "WHAT-IF")
    assert told["award"]["against_baseline"]["money"] == "24400.00"
    assert (told["obstacle"], (await adopt(stage, 1)).json()["code"]) == ("SPLIT_NOT_ANNOUNCED",) * 2
    quality = await compute(stage, {"limit": "quality", "value": "80"})
    assert (quality.status_code, quality.json()["code"]) == (409, "NOT_ALLOWED_HERE")


async def test_a_solver_that_dies_has_found_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    offers = tuple(SplitOffer(f"s{at}", Decimal(100 + at)) for at in range(3))
    problem = SplitProblem((SplitLot("l", offers, currency="CNY"),))
    assert (await splitting_process.ask_solver(problem)).solved.cost == 100
    monkeypatch.setattr(splitting_process, "GRACE_SECONDS", 0.01)
    killed = await splitting_process.ask_solver(problem, seconds=0, more_seconds=0)
    assert (killed.solved.outcome, killed.solved.award) == (Outcome.TIMED_OUT, None)
