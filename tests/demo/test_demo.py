"""The demo: its past is written by the rules, its scores are those of SCREENS.md section 3, its robots keep to their
floors."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.approvals.tables import proposal
from app.demo import lived
from app.demo.asked import ANSWER, RELAYED
from app.demo.cast import CARTON_SETS, COMPRESSORS, EPS_NEXT, EVALUATORS, STAFF, SUPPLIERS, LotScript, SupplierSeat
from app.demo.questioned import CASTINGS
from app.demo.ring import PANELS
from app.demo.run import demo_settings, seed
from app.demo.sealed_cast import DUE, KEPT, MARKING, ROWS, SCORED
from app.demo.showcases import SHOWCASES
from app.demo.tempers import Persona, decide_bid, floor_of, persona_of, wanted_now
from app.domain.credit_code import parse_credit_code
from app.domain.visibility import Role
from app.infra.db import Database
from app.infra.keys import make_keys
from app.infra.world import World
from app.journal.tables import entry
from tests.callers import caller
from tests.worlds import HandClock, make_world

FIELDS = Path(__file__).parents[2] / "frontend" / "src" / "i18n"
OPENS = datetime(2026, 11, 21, 6, tzinfo=UTC)
STATE = {"opens_at": "2026-11-21T06:00:00.000Z", "closes_at": "2026-11-21T06:30:00.000Z"}


def test_the_cast_is_well_formed() -> None:
    assert {person.role for person in STAFF} == {
        Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.ADMIN, Role.EVALUATOR, Role.DESK_HELP, Role.DESK_RELAY,
        Role.REQUESTER,
    }  # fmt: skip
    assert {person.locale for person in STAFF if person.role is Role.EVALUATOR} == {"zh", "en"}
    assert sum(person.role is Role.EVALUATOR for person in STAFF) == 3
    assert len({seat.email for seat in SUPPLIERS}) == len(SUPPLIERS) == 12
    assert all(parse_credit_code(seat.credit_code) == seat.credit_code for seat in SUPPLIERS)
    assert 4 <= sum(seat.robot for seat in SUPPLIERS) <= 9


LOT = {"ceiling_price": "300.00", "title_zh": "anything", "scale": 2}
OPEN = {"status": "open", "next_valid": "299.10", "own_amount": "300.00", "leading": False, "tied": False}
EAGER = Persona(Decimal(1), Decimal(1))


@given(st.sampled_from(SUPPLIERS), st.sampled_from(COMPRESSORS.lots), st.integers(-60, 3600))
def test_a_robot_keeps_between_its_floor_and_the_ceiling(seat: SupplierSeat, script: LotScript, seconds: int) -> None:
    lot = {"ceiling_price": script.ceiling, "title_zh": script.title_zh, "scale": 2}
    wanted = wanted_now(lot, STATE, persona_of(seat), OPENS + timedelta(seconds=seconds))
    assert Decimal(script.floor) <= floor_of(lot, persona_of(seat)) <= wanted <= Decimal(script.ceiling)


def test_a_robot_goes_down_over_the_time_of_its_lot() -> None:
    wanted = [wanted_now(LOT, STATE, persona_of(SUPPLIERS[0]), OPENS + timedelta(minutes=m)) for m in range(31)]
    assert wanted == sorted(wanted, reverse=True)


@pytest.mark.parametrize(
    ("price", "is_done", "second", "sent"),
    [
        ("280.00", False, 0, "280.00"),
        ("270.00", False, 29, "270.00"),
        ("269.99", False, 0, None),
        ("280.00", True, 0, None),
        ("280.00", False, -1, None),
        ("280.00", False, 30, None),
    ],
)
def test_a_robot_takes_a_named_price_in_time_and_above_its_floor(
    price: str, is_done: bool, second: int, sent: str | None
) -> None:
    until = "2026-11-21T06:00:30.000Z"
    pace = {"price": price, "is_out": False, "is_done": is_done, "acts_from": STATE["opens_at"], "acts_until": until}
    assert decide_bid(LOT, {**STATE, **OPEN, "pace": pace}, {}, EAGER, OPENS + timedelta(seconds=second)) == sent


def test_a_robot_bids_in_its_turn_at_once_what_it_wants_and_in_dollars_no_more_than_it_may() -> None:
    now = OPENS + timedelta(minutes=15)
    turn: dict[str, Any] = {"price": None, "is_out": False, "is_done": False}
    turn |= {"acts_from": STATE["opens_at"], "acts_until": STATE["closes_at"]}
    assert decide_bid(LOT, {**STATE, **OPEN, "pace": turn}, {}, EAGER, now) == "285.00"
    rules = {"currencies": {"rates": [{"currency": "USD", "rate": "7.12"}]}}
    dollars = Persona(Decimal(1), Decimal(1), is_foreign=True)
    # 42.01 counts as 299.11: one cent too much.
    assert decide_bid(LOT, {**STATE, **OPEN}, rules, dollars, now) == "USD 42.00"
    assert decide_bid(LOT, {**STATE, **OPEN, "leading": True}, rules, dollars, now) is None


def test_the_door_tells_what_runs_in_both_languages() -> None:
    running = [COMPRESSORS, *(case.script for case in SHOWCASES)]
    for lang in ("zh", "en"):
        book = json.loads((Path("frontend/src/i18n") / lang / "identity.json").read_text(encoding="utf-8"))
        titles = {one["title"] for one in book["door"]["running"].values()}
        assert titles == {getattr(script, f"title_{lang}") for script in running}
        waiting = {one["title"] for one in book["door"]["waiting"].values()}
        assert waiting == {getattr(script, f"title_{lang}") for script in (KEPT, DUE)}


@pytest.mark.timeout(300)
async def test_the_seeded_demo_shows_every_stage(clean_database_url: str, tmp_path: Path) -> None:
    if not clean_database_url.startswith("sqlite"):
        pytest.skip("the demo runs on SQLite; its rooms are tested on both databases in their own folders")
    made = await make_world(clean_database_url, tmp_path)
    settings = demo_settings(port=8000, is_fast=True).model_copy(
        update={"data_dir": tmp_path, "public_url": "http://testserver"}
    )
    world = World(
        settings=settings,
        clock=HandClock(datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ids=made.world.ids,
        db=Database(clean_database_url),
        keys=make_keys(),
        bell=made.world.bell,
        files=made.world.files,
        mail=made.mail,
    )
    await seed(world)
    async with caller(world) as client:
        seats = (await client.get("/api/demo/seats")).json()
        assert len(seats) == len(STAFF) + len(SUPPLIERS)
        await client.post("/api/demo/seats/staff-1-purchaser")
        tenders = (await client.get("/api/tenders")).json()["items"]
        assert {(item["phase"]) for item in tenders} >= {"D", "Q", "S", "T", "P", "Z"}
        await shows_the_formats(client, tenders)
        await looks_scored(client, tenders)
        await shows_inquiries(client, tenders)
        await shows_questions(client, tenders)
        suppliers = (await client.get("/api/suppliers")).json()["items"]
        scores = {item["name_en"]: (item["score"], item["grade"]) for item in suppliers}
        assert scores["Lanchuan Compressor"] == ("92.4", "A")
        assert scores["Jibai Micro"] == ("79.6", "C")
        assert {item["standing"] for item in suppliers} >= {"certified", "expired", "suspended"}
        await shows_the_tail(client, tenders)
        assert (scores["Heyu Hengtai"][1], scores["Langqiao Precision"][1]) == ("A", "B")
        await shows_lives(client, {item["name_en"]: item["id"] for item in suppliers})
        await shows_marking(client, tenders)
        await shows_projects(client, tenders)
        await shows_leads(client, tenders)
    await names_every_field(world)
    await world.db.dispose()
    await made.world.db.dispose()


async def shows_leads(client: httpx.AsyncClient, tenders: list[dict[str, Any]]) -> None:
    """The planted ring, seen by the auditor: turns over six lots, two prices by one ratio, steps that answer steps."""
    (tender,) = [item for item in tenders if item["title_en"] == PANELS.title_en]
    assert tender["phase"] in {"W", "Z"}
    await client.post("/api/demo/seats/staff-3-auditor")
    leads = (await client.get("/api/audit/signals?everything=true")).json()["leads"]
    own = {lead["method"]: lead["figure"] for lead in leads if lead["tender"] in {None, tender["id"]}}
    assert {"rotation", "ratio", "equal_steps", "same_total"} <= set(own)
    assert (own["rotation"], own["equal_steps"]) == ("6/6", "5/6")
    assert "same_network" in {lead["method"] for lead in leads}


async def names_every_field(world: World) -> None:
    """Whatever an approver or an auditor reads as a field has a word in both languages; ids are no fields."""
    async with world.db.snapshot() as tx:
        changes = [one for (one,) in await tx.execute(select(proposal.c.change))]
        told = [one for (one,) in await tx.execute(select(entry.c.body))]
    found = {key for one in [*changes, *(json.loads(body)["data"] for body in told)] for key in keys_of(one)}
    for lang in ("zh", "en"):
        names = json.loads((FIELDS / lang / "fields.json").read_text(encoding="utf-8"))["names"]
        assert {key for key in found - names.keys() if re.fullmatch("[a-z][a-z_]*[a-z0-9]*", key)} == set()


def keys_of(value: object) -> set[str]:
    """The keys of all objects within, but those that name a thing: an id, a number, an account."""
    if isinstance(value, dict):
        own = {key for key in value if not re.fullmatch("[0-9a-f]{32}", key)}
        return own.union(*(keys_of(each) for each in value.values()))
    return set().union(*(keys_of(each) for each in value)) if isinstance(value, list) else set()


async def shows_projects(client: httpx.AsyncClient, tenders: list[dict[str, Any]]) -> None:
    """The five projects of SCREENS.md section 3 at their stages; four of them with a tender of their own."""
    projects = (await client.get("/api/projects")).json()["items"]
    assert sorted((one["stage"], one["category"], one["state"]) for one in projects) == [
        (1, "compressors", "returned"),
        (4, "steel_sheet", "in_progress"),
        (5, "compressors", "in_progress"),
        (6, "copper_tube", "in_progress"),
        (9, "packaging", "in_progress"),
    ]
    linked = {one["project_id"]: one["state"] for one in tenders if one["project_id"]}
    assert {one["stage"] for one in projects if one["id"] in linked} == {4, 5, 6, 9}
    await client.post("/api/demo/seats/staff-2-deputy")
    (given,) = (await client.get("/api/delegations")).json()
    assert (given["duty"], given["is_given"], given["state"]) == ("approver", False, "planned")


async def looks_scored(client: httpx.AsyncClient, tenders: list[dict[str, Any]]) -> None:
    """The table of SCREENS.md section 3, to the hundredth; of the one below the threshold nothing but its points."""
    (tender,) = [item for item in tenders if item["title_en"] == SCORED.title_en]
    (lot,) = (await client.get(f"/api/tenders/{tender['id']}/ranking")).json()["lots"]
    rows = [(row["amount"], row["technical_points"], row["total"]) for row in lot["rows"]]
    ranked = sorted((row for row in ROWS.values() if row.total), key=lambda row: Decimal(row.total or 0), reverse=True)
    assert rows == [(row.final, row.points, row.total) for row in ranked]
    assert [row["is_shortlisted"] for row in lot["rows"]] == [True] * 3 + [False] * 6
    assert [row["technical_points"] for row in lot["failed"]] == ["68.00"]
    assert lot["rows"][0]["saving"]["percent"] is not None
    room = (await client.get(f"/api/tenders/{tender['id']}/decision-room")).json()
    assert (room["state"], sum(each["vote"] is not None for each in room["ballots"])) == ("voting", 2)


async def shows_the_formats(client: httpx.AsyncClient, tenders: list[dict[str, Any]]) -> None:
    """A tender for each showcase, joined by every seat, with the rules it is there for."""
    rules = []
    for case in SHOWCASES:
        (item,) = [item for item in tenders if item["title_en"] == case.script.title_en]
        tender = (await client.get(f"/api/tenders/{item['id']}")).json()
        rules.append(tender["document"]["rounds"][0]["rules"])
    assert [one["format"] for one in rules] == ["japanese", "dutch", "turn_based", "open_descending", "open_descending"]
    assert [one["lots"] for one in rules] == ["series", "series", "parallel", "parallel", "series"]
    assert (rules[3]["auto_bid"], rules[3]["starting_gate"], rules[3]["soft_close"]["trigger"]) == (
        True,
        True,
        "top_change",
    )
    assert [one["currency"] for one in rules[3]["currencies"]["rates"]] == ["USD", "EUR"]
    assert (rules[4]["step"]["basis"], rules[4]["soft_close"]["trigger"]) == ("best", "new_best")


async def shows_questions(client: httpx.AsyncClient, tenders: list[dict[str, Any]]) -> None:
    """One is published to all; of what is held or on its way the purchaser's side sees nothing."""
    (tender,) = [item for item in tenders if item["title_en"] == EPS_NEXT.title_en]
    shown = (await client.get(f"/api/tenders/{tender['id']}/questions")).json()
    assert [(one["text"], one["en"]) for one in shown["published"]] == [(RELAYED, ANSWER["en"])]
    queue = (await client.get(f"/api/tenders/{tender['id']}/question-queue")).json()
    assert sorted("open" if one["answer"] is None else "answered" for one in queue["questions"]) == ["answered", "open"]


async def shows_inquiries(client: httpx.AsyncClient, tenders: list[dict[str, Any]]) -> None:
    """Two prices below the test, one answered and one open, in a tender whose groups were weighed by comparison."""
    (tender,) = [item for item in tenders if item["title_en"] == CASTINGS.title_en]
    offers = (await client.get(f"/api/tenders/{tender['id']}/inquiries")).json()["offers"]
    assert sorted((offer["amount"], offer["inquiry"]["state"]) for offer in offers) == [
        ("43.80", "answered"), ("44.20", "open"),
    ]  # fmt: skip
    shown = (await client.get(f"/api/tenders/{tender['id']}/comparison")).json()["evaluation"]["technical"]
    assert [group["weight"] for group in shown["groups"]] == ["66.67", "33.33"]
    assert shown["ahp"][0]["items"] == ["g1", "g2"]


async def shows_the_tail(client: httpx.AsyncClient, tenders: list[dict[str, Any]]) -> None:
    """P-2026-003: both parts of the set in one contract, savings realised, one milestone paid, one due, one 6 days
    late."""
    (tender,) = [item for item in tenders if item["title_en"] == CARTON_SETS.title_en]
    (agreed,) = (await client.get(f"/api/tenders/{tender['id']}/agreements")).json()["agreements"]
    assert (agreed["contract"]["state"], agreed["name_en"]) == ("active", "Heyu Hengtai")
    (final,) = (await client.get(f"/api/tenders/{tender['id']}/final-offers")).json()["rounds"]
    changed = [Decimal(each["after"]) < Decimal(each["before"]) for each in final["opened"]]
    assert (final["state"], changed) == ("opened", [True, False])
    assert agreed["contract"]["clauses"][0]["source"] == "final_offer"
    paid = (await client.get("/api/payments")).json()
    assert {each["state"]: each["days_late"] for each in paid["milestones"]} == {
        "paid": 0, "overdue": 6, "due": 0, "scheduled": 0,
    }  # fmt: skip
    assert sum(Decimal(each["amount"]) for each in paid["milestones"]) == Decimal(agreed["total"])
    year = (await client.get("/api/year-view")).json()
    groups = [group for one in year["groupings"] if one["grouping"] == "project" for group in one["groups"]]
    (project,) = [group for group in groups if (group["name_en"] or "").endswith(CARTON_SETS.title_en)]
    assert [one["certainty"] for one in project["savings"]] == ["claimed", "contracted", "realised"]
    assert {one["stage"] for one in year["stages"]} >= {1, 2, 3}
    # Nearly all of it with one; three others have a little.
    (spend,) = year["base"]["spend"]
    assert 9_500 < spend["herfindahl"] < 10_000
    assert len(spend["shares"]) == 4


async def shows_marking(client: httpx.AsyncClient, tenders: list[dict[str, Any]]) -> None:
    """Three evaluator seats at the door, each at another place of the tender that waits for marks."""
    (tender,) = [item for item in tenders if item["title_en"] == MARKING.title_en]
    assert tender["phase"] == "T"
    states = []
    for person in EVALUATORS:
        assert (await client.post(f"/api/demo/seats/{person.seat}")).status_code == 200
        items = (await client.get("/api/evaluations")).json()["items"]
        states += [item["state"] for item in items if item["tender_id"] == tender["id"]]
    assert states == ["invited", "marking", "submitted"]


async def shows_lives(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    """A questionnaire answered, an action owed, marks by sub-criteria as in SCREENS.md section 3, one application that
    waits with its namesake."""
    seats = {seat.number: seat for seat in SUPPLIERS}
    replies = (await client.get(f"/api/suppliers/{ids[seats[lived.ANSWERED].name_en]}/questionnaires")).json()
    assert [(one["state"], one["questionnaire"]["category"]) for one in replies] == [("answered", lived.CATEGORY)]
    begun = (await client.get(f"/api/suppliers/{ids[seats[lived.BEGUN].name_en]}/questionnaires")).json()
    assert (begun[0]["state"], begun[0]["last"]) == ("open", None)
    life = (await client.get(f"/api/suppliers/{ids[seats[lived.OWING].name_en]}/life")).json()
    assert [action["state"] for action in life["findings"][0]["actions"]] == ["open"]
    seat = seats[lived.ASSESSED]
    current = (await client.get(f"/api/suppliers/{ids[seat.name_en]}")).json()["current"]
    marks = {name: Decimal(mark) for name, mark in current["assessment"]["computed"].items()}
    assert marks == {
        "quality": Decimal(seat.quality),
        "delivery": Decimal(seat.delivery),
        "credit": Decimal(seat.credit),
    }
    assert current["assessment"]["direct"] == {}
    (waiting,) = (await client.get("/api/supplier-applications")).json()
    case = (await client.get(f"/api/supplier-applications/{waiting['id']}")).json()
    assert [one["likeness"] for one in case["candidates"]] == [["name"]]
