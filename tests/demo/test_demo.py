"""The demo: its past is written by the rules, its scores are those of SCREENS.md section 3, its robots keep to their
floors."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.cast import COMPRESSORS, EVALUATORS, STAFF, SUPPLIERS, LotScript, SupplierSeat
from app.demo.questioned import CASTINGS
from app.demo.robots import persona_of, wanted_now
from app.demo.run import demo_settings, seed
from app.demo.sealed_cast import MARKING, ROWS, SCORED
from app.domain.credit_code import parse_credit_code
from app.domain.visibility import Role
from app.infra.db import Database
from app.infra.keys import make_keys
from app.infra.world import World
from tests.callers import caller
from tests.worlds import HandClock, make_world

OPENS = datetime(2026, 11, 21, 6, tzinfo=UTC)
STATE = {"opens_at": "2026-11-21T06:00:00.000Z", "closes_at": "2026-11-21T06:30:00.000Z"}


def test_the_cast_is_well_formed() -> None:
    assert {person.role for person in STAFF} == {
        Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.ADMIN, Role.EVALUATOR, Role.DESK_HELP,
    }  # fmt: skip
    assert {person.locale for person in STAFF if person.role is Role.EVALUATOR} == {"zh", "en"}
    assert sum(person.role is Role.EVALUATOR for person in STAFF) == 3
    assert len({seat.email for seat in SUPPLIERS}) == len(SUPPLIERS) == 12
    assert all(parse_credit_code(seat.credit_code) == seat.credit_code for seat in SUPPLIERS)
    assert 4 <= sum(seat.robot for seat in SUPPLIERS) <= 9


@given(st.sampled_from(SUPPLIERS), st.sampled_from(COMPRESSORS.lots), st.integers(-60, 3600))
def test_a_robot_keeps_between_its_floor_and_the_ceiling(seat: SupplierSeat, script: LotScript, seconds: int) -> None:
    lot = {"ceiling_price": "300.00", "title_zh": "anything"}
    wanted = [wanted_now(lot, STATE, persona_of(SUPPLIERS[0]), OPENS + timedelta(minutes=m)) for m in range(31)]
    assert wanted == sorted(wanted, reverse=True)


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
        assert {(item["phase"]) for item in tenders} >= {"D", "Q", "S", "T", "P", "W"}
        await looks_scored(client, tenders)
        await shows_inquiries(client, tenders)
        suppliers = (await client.get("/api/suppliers")).json()["items"]
        scores = {item["name_en"]: (item["score"], item["grade"]) for item in suppliers}
        assert scores["Lanchuan Compressor"] == ("92.4", "A")
        assert scores["Jibai Micro"] == ("79.6", "C")
        assert {item["standing"] for item in suppliers} >= {"certified", "expired", "suspended"}
        await shows_marking(client, tenders)
    await world.db.dispose()
    await made.world.db.dispose()


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
