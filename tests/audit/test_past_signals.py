"""The auditor's screens over a file: the real tenders of the shared data, and files that are none (AU-06)."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from app.domain.visibility import Role
from tests.callers import caller
from tests.worlds import TestWorld, make_actor, make_world

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "tsuchiura" / "sealed_bids.csv"
HEAD = "采购编号,日期,供应商,报价\n"
PATH = "/api/audit/signals/past"


@pytest_asyncio.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    world = await make_world(clean_database_url, tmp_path)
    yield world
    await world.world.db.dispose()


@pytest_asyncio.fixture
async def auditor(made: TestWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(made.world, await make_actor(made.world, Role.AUDITOR)) as client:
        yield client


async def screen(client: httpx.AsyncClient, content: bytes | str, name: str = "past.csv") -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    return await client.post(PATH, files={"file": (name, data, "text/csv")})


async def test_the_real_tenders_are_screened(made: TestWorld, auditor: httpx.AsyncClient) -> None:
    if not REAL.exists():
        pytest.skip(f"NOT RUN: the real tenders are not at {REAL}")
    answer = await screen(auditor, REAL.read_bytes())
    assert answer.status_code == 200, answer.text
    board = answer.json()
    assert (board["tenders"], board["rows"], board["bad"]) == (794, 3035, 0)
    counts = {one["method"]: (one["looked_at"], one["found"]) for one in board["methods"]}
    # As `bidroom screen` counts them.
    assert (counts["variation"], counts["kurtosis"], counts["always_second"]) == ((623, 28), (198, 8), (107, 4))
    assert board["fitting"] == len(board["leads"]) > 100
    assert all(one["base"]["share"] is None or one["base"]["share"] <= 0.05 for one in board["leads"])
    second = next(one for one in board["leads"] if one["method"] == "always_second")
    assert second["bidders"][0].startswith("S")
    assert second["columns"][:3] == ["tender", "lot", "bidders"]
    # It is looked at and forgotten.
    async with made.world.db.snapshot() as tx:
        for table in ("upload", "document", "signal_look"):
            assert (await tx.execute(text(f"SELECT count(*) FROM {table}"))).scalar() == 0


async def test_bad_cells_are_named(auditor: httpx.AsyncClient) -> None:
    answer = await screen(auditor, f"{HEAD}T1,2014-03-31,甲,100\nT1,31/3/2014,乙,101\nT1,2014-03-31,丙,about 9\n")
    board = answer.json()
    assert [(each["cell"], each["code"]) for each in board["cells"]] == [("B3", "NOT_A_DATE"), ("D4", "NOT_A_NUMBER")]
    assert (board["rows"], board["bad"], board["lots"]) == (3, 2, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "NO_ROWS"),
        (b"\xff\xfe\x00\x00", "NOT_A_SPREADSHEET"),
        (b"PK\x03\x04rubbish", "NOT_A_SPREADSHEET"),
        ("采购编号,日期,供应商\nT,2014-01-01,S\n", "COLUMN_MISSING"),
        ("some,other,columns\n1,2,3\n", "COLUMN_MISSING"),
        ("tender,date,bidder,bid,amount\nT,2014-01-01,S,1,1\n", "COLUMN_TWICE"),
        ("tender,date,bidder,bid\n" + "T,2014-01-01,S,1\n" * 20_001, "TOO_LARGE"),
        (b"x" * (4 * 1024 * 1024 + 1), "TOO_LARGE"),
    ],
)
async def test_what_is_no_such_file_is_refused(auditor: httpx.AsyncClient, content: bytes | str, code: str) -> None:
    answer = await screen(auditor, content)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_nobody_else_screens(made: TestWorld) -> None:
    for role in (Role.PURCHASER, Role.APPROVER, Role.ADMIN, Role.EVALUATOR):
        async with caller(made.world, await make_actor(made.world, role)) as client:
            assert (await screen(client, HEAD)).status_code == 403
