"""The work calendar over HTTP: two persons, files row by row, and what was frozen stays."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.identity.access import Actor
from app.journal.store import list_of_kind
from tests.callers import caller
from tests.tenders.houses import House, build_house, load, publish
from tests.worlds import make_actor

NOTICE = "国办发明电〔2026〕9号"


@pytest.fixture
async def house(clean_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    built = await build_house(clean_database_url, tmp_path, suppliers=2)
    yield built
    await built.world.db.dispose()


@pytest.fixture
async def admin(house: House) -> Actor:
    return await make_actor(house.world, Role.ADMIN)


async def call(house: House, actor: Actor, method: str, path: str, **more: Any) -> Any:
    async with caller(house.world, actor) as client:
        return await client.request(method, f"/api/{path}", **more)


def day(house: House, after: int) -> str:
    """A weekday so many weeks from now: the same weekday as tomorrow's next Wednesday."""
    now = house.clock.now().date()
    wednesday = now.toordinal() + (2 - now.weekday()) % 7 + 7 * after
    return type(now).fromordinal(wednesday).isoformat()


async def propose(house: House, admin: Actor, *days: tuple[str, str]) -> Any:
    body = {"days": [{"day": each, "mark": mark, "source": NOTICE} for each, mark in days]}
    return await call(house, admin, "POST", "work-calendar/proposals", json=body)


async def decide(house: House, proposal: str, verdict: str = "approve") -> Any:
    body = {"verdict": verdict, "reason": "as the notice says"}
    return await call(house, house.approver, "POST", f"approvals/{proposal}/decision", json=body)


async def marked(house: House, admin: Actor, year: str) -> dict[str, bool]:
    page = (await call(house, admin, "GET", "work-calendar", params={"year": year})).json()
    return {each["day"]: each["is_worked"] for each in page["days"] if each["is_own"]}


async def test_a_day_counts_once_a_second_person_has_agreed(house: House, admin: Actor) -> None:
    off = day(house, 6)
    assert (await propose(house, house.purchaser, (off, "off"))).status_code == 403
    asked = await propose(house, admin, (off, "off"))
    assert asked.status_code == 201
    page = (await call(house, admin, "GET", "work-calendar", params={"year": off[:4]})).json()
    assert page["proposal_id"] == asked.json()["proposal_id"]
    assert [each["day"] for each in page["pending"]] == [off]
    assert await marked(house, admin, off[:4]) == {}
    # One change at a time, and not one's own word.
    assert (await propose(house, admin, (day(house, 7), "off"))).json()["code"] == "PENDING"
    assert (await call(house, admin, "POST", f"approvals/{page['proposal_id']}/decision", json={})).status_code == 403
    assert (await decide(house, page["proposal_id"])).status_code == 200
    assert await marked(house, admin, off[:4]) == {off: False}
    assert (await propose(house, admin, (off, "off"))).json()["code"] == "ALREADY_EXISTS"
    # And back to what the release says.
    back = await propose(house, admin, (off, "listed"))
    assert (await decide(house, back.json()["proposal_id"])).status_code == 200
    assert await marked(house, admin, off[:4]) == {}
    async with house.world.db.snapshot() as tx:
        entries = await list_of_kind(tx, chain="system", kind=Kind.CALENDAR_CHANGED)
        refused = await list_of_kind(tx, chain="system", kind=Kind.CALENDAR_REFUSED)
    assert [(one.data["days"][0]["was"], one.data["days"][0]["mark"]) for one in entries] == [
        ("listed", "off"), ("off", "listed"),
    ]  # fmt: skip
    assert [one.data["code"] for one in refused] == ["PENDING", "ALREADY_EXISTS"]


async def test_a_refused_change_changes_nothing(house: House, admin: Actor) -> None:
    off = day(house, 6)
    asked = await propose(house, admin, (off, "off"))
    assert (await decide(house, asked.json()["proposal_id"], "refuse")).status_code == 200
    assert await marked(house, admin, off[:4]) == {}


async def test_what_is_asked_for_is_checked(house: House, admin: Actor) -> None:
    assert (await propose(house, admin)).json()["code"] == "OUT_OF_RANGE"
    assert (await propose(house, admin, ("2001-05-01", "off"))).json()["code"] == "OUT_OF_RANGE"
    twice = day(house, 6)
    assert (await propose(house, admin, (twice, "off"), (twice, "worked"))).json()["code"] == "ALREADY_EXISTS"
    bare = {"days": [{"day": twice, "mark": "off", "source": " "}]}
    answer = await call(house, admin, "POST", "work-calendar/proposals", json=bare)
    assert answer.json()["code"] == "REASON_MISSING"


async def test_what_was_frozen_stays_and_what_comes_is_counted_anew(house: House, admin: Actor) -> None:
    tender = await publish(house, min_bidders=2)
    before = await load(house, tender.id)
    usual = {each["name"]: each["last_day"] for each in await periods(house, admin)}
    asked = await propose(house, admin, *((each, "off") for each in sorted(set(usual.values()))))
    assert (await decide(house, asked.json()["proposal_id"])).status_code == 200
    after = {each["name"]: each["last_day"] for each in await periods(house, admin)}
    assert all(after[name] > usual[name] for name in ("usual_response", "standstill"))
    held = await load(house, tender.id)
    assert (held.response_due_at, held.frozen_hash) == (before.response_due_at, before.frozen_hash)


async def periods(house: House, admin: Actor) -> Any:
    return (await call(house, admin, "GET", "work-calendar")).json()["periods"]


def a_sheet(*rows: tuple[str, str, str]) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((("日期", "类型", "来源"), *rows)):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


async def test_each_bad_row_is_named_and_no_good_one_lost(house: House, admin: Actor) -> None:
    first, second = day(house, 6), day(house, 7)
    data = a_sheet(
        (first, "休", NOTICE), ("2026-13-01", "休", NOTICE), (second, "half", NOTICE), (first, "班", NOTICE),
        (second, "补班", ""), (second, "上班", NOTICE),
    )  # fmt: skip
    read = (await call(house, admin, "POST", "work-calendar/file", files={"file": ("days.xlsx", data)})).json()
    assert [(each["day"], each["mark"]) for each in read["days"]] == [(first, "off"), (second, "worked")]
    assert [(each["cell"], each["code"]) for each in read["cells"]] == [
        ("A3", "NOT_A_DATE"), ("B4", "UNKNOWN_KIND"), ("A5", "DUPLICATE_IN_FILE"), ("C6", "MISSING_VALUE"),
    ]  # fmt: skip
    # Nothing was stored by looking.
    assert await marked(house, admin, first[:4]) == {}


async def test_other_files(house: House, admin: Actor) -> None:
    text = f"date,kind,source\n{day(house, 6)},off,{NOTICE}\n".encode("gb18030")
    read = await call(house, admin, "POST", "work-calendar/file", files={"file": ("days.csv", text)})
    assert [each["source"] for each in read.json()["days"]] == [NOTICE]
    start = day(house, 6).replace("-", "")
    ics = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:春节 休\r\nDESCRIPTION:office no\r\n tice\r\n"
        f"DTSTART;VALUE=DATE:{start}\r\nDTEND;VALUE=DATE:{int(start) + 2}\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nSUMMARY:补班\r\nDTSTART;VALUE=DATE:2026xx01\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    read = (await call(house, admin, "POST", "work-calendar/file", files={"file": ("c.ics", ics)})).json()
    assert (len(read["days"]), read["days"][0]["source"]) == (2, "office notice")
    assert [(each["cell"], each["code"]) for each in read["cells"]] == [("line 11", "NOT_A_DATE")]
    bare = await call(house, admin, "POST", "work-calendar/file", files={"file": ("x.csv", b"a,b\n1,2\n")})
    assert (bare.status_code, bare.json()["code"]) == (422, "COLUMN_MISSING")
