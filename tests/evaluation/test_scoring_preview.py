"""The scoring service and the command: the same bytes for the same sheet, and nothing of a tender in either."""

import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from app import scoring_cli
from app.domain.visibility import Role
from tests.callers import caller
from tests.domain.scoring.schemas import fits
from tests.domain.scoring.sheets import a_sheet
from tests.worlds import TestWorld, make_actor, make_world

BAD: list[Any] = [[], {}, 5, {"offers": [{"amount": "0"}]}, {**a_sheet(random.Random(3)), "offers": []}]
COMMAND = typer.Typer()
scoring_cli.register(COMMAND)
COMMAND.callback()(lambda: None)


def score(*arguments: str, given: bytes | None = None) -> tuple[int, bytes]:
    """Exit code and output of the command."""
    done = CliRunner().invoke(COMMAND, ["score", *arguments], input=given)
    return done.exit_code, done.stdout_bytes


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def test_service_and_command_answer_with_the_same_bytes(made: TestWorld, tmp_path: Path) -> None:
    file = tmp_path / "sheet.json"
    async with caller(made.world, await make_actor(made.world, Role.PURCHASER)) as client:
        for sheet in [*(a_sheet(random.Random(seed)) for seed in range(12)), *BAD]:
            answer = await client.post("/api/scoring/preview", json=sheet)
            assert answer.status_code == 200
            file.write_text(json.dumps(sheet), encoding="utf-8")
            code, printed = score(str(file))
            assert printed == answer.content
            assert code == (1 if answer.json()["faults"] else 0)
            assert score("-", given=file.read_bytes()) == (code, printed)


async def test_comparisons_in_pairs_give_weights_or_name_the_cell(made: TestWorld) -> None:
    async with caller(made.world, await make_actor(made.world, Role.PURCHASER)) as client:
        good: dict[str, Any] = {
            "items": ["a", "b", "c"],
            "matrix": [["1", "3", "5"], ["1/3", "1", "3"], ["1/5", "1/3", "1"]],
        }
        answer = (await client.post("/api/scoring/ahp", json=good)).json()
        assert [one["weight"] for one in answer["weights"]] == ["63.7", "25.83", "10.47"]
        assert answer["result"]["ratio"].startswith("0.0331992")
        good["matrix"][2][0] = "5"
        told = (await client.post("/api/scoring/ahp", json=good)).json()
        assert told == {"faults": [{"field": "matrix.2.0", "code": "NOT_RECIPROCAL"}], "weights": [], "result": None}
    async with caller(made.world, await make_actor(made.world, Role.SUPPLIER)) as client:
        assert (await client.post("/api/scoring/ahp", json=good)).status_code == 403


async def test_staff_alone_may_ask_and_everyone_may_read_the_schema(made: TestWorld) -> None:
    sheet = a_sheet(random.Random(1))
    for role in (Role.PURCHASER, Role.APPROVER, Role.EVALUATOR, Role.AUDITOR, Role.SUPPLIER, Role.ADMIN):
        async with caller(made.world, await make_actor(made.world, role)) as client:
            is_staff = role not in {Role.SUPPLIER, Role.ADMIN}
            assert (await client.post("/api/scoring/preview", json=sheet)).status_code == (200 if is_staff else 403)
    async with caller(made.world) as client:
        assert (await client.post("/api/scoring/preview", json=sheet)).status_code == 401
        published = (await client.get("/api/scoring/schema")).json()
    assert fits(published["sheet"], sheet)
    code, printed = score("--schema")
    assert code == 0
    assert json.loads(printed) == {name: published[name] for name in ("sheet", "answer")}


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b'{"a": 1, "a": 2}', 400), (b'{"a": NaN}', 400), (b"", 422)]
)
async def test_what_is_no_json_is_refused_before_it_is_read(made: TestWorld, body: bytes, status: int) -> None:
    async with caller(made.world, await make_actor(made.world, Role.AUDITOR)) as client:
        answer: httpx.Response = await client.post(
            "/api/scoring/preview", content=body, headers={"Content-Type": "application/json"}
        )
    assert answer.status_code == status
    assert score("-", given=body) == (2, b"")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert score(str(tmp_path / "none.json"))[0] == 2
