"""Import of suppliers: good rows in, bad rows named cell by cell with what was typed; nothing is guessed."""

import asyncio
import tracemalloc
from collections.abc import Sequence
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.infra.db import BUSY_MS
from app.infra.errors import Problem
from app.infra.outbox import deliver_waiting
from app.suppliers import import_rows, importing, sheets, store
from app.suppliers.archive import FileFault
from app.suppliers.columns import HEADINGS, Column
from app.suppliers.headings import FileRefusal
from app.suppliers.import_rows import MOST_ROWS, ReadRows, read_rows
from app.suppliers.importing import BUYER_ZONE, ImportFile, Progress, find_progress, import_suppliers
from app.suppliers.listing import Wanted
from app.suppliers.reading import read_dossier, read_list
from app.suppliers.workbook import Sheet, read_sheet
from tests.suppliers.parties import Staff, a_code, decide, entries_of, hire, register
from tests.suppliers.workbooks import HEADS, a_row, a_sheet, many_rows
from tests.worlds import START, TestWorld, make_actor


async def run(house: TestWorld, staff: Staff, data: bytes, import_id: str | None = None) -> Progress | FileRefusal:
    command = ImportFile(import_id or house.world.ids.new(), data, "zh")
    return await import_suppliers(house.world, staff.purchaser, command)


async def imported(house: TestWorld, staff: Staff, data: bytes) -> Progress:
    found = await run(house, staff, data)
    assert isinstance(found, Progress), found
    return found


def faults_of(progress: Progress) -> list[tuple[str, str, str]]:
    """(cell, code, what was typed) of every faulty cell."""
    assert progress.report is not None
    return [(fault.cell, fault.code.value, fault.text) for fault in progress.report.faults]


async def test_good_rows_are_registered_invited_and_proposed(house: TestWorld) -> None:
    staff = await hire(house.world)
    done = await imported(
        house, staff, a_sheet([a_row(1), a_row(2, quality="", delivery=None, credit="", valid_until="")])
    )
    assert (done.row.state, done.row.total, done.row.done, done.row.created) == ("done", 2, 2, 2)
    assert faults_of(done) == []
    page = await read_list(house.world, Wanted())
    assert [(one.name_zh, one.credit_code, one.categories, one.has_proposal) for one in page.items] == [
        ("青禾机电1", a_code(1), ("compressors", "fan_motors"), True),
        ("青禾机电2", a_code(2), ("compressors", "fan_motors"), False),
    ]
    (waiting,) = (await read_dossier(house.world, page.items[0].id)).pending
    await decide(house.world, staff.approver, waiting.id)
    current = (await read_dossier(house.world, page.items[0].id)).current
    assert current is not None
    # 0.5 · 91 + 0.3 · 93 + 0.2 · 95.5 = 92.5, valid through the whole 30 June of the buyer.
    assert (current.score, current.grade) == (Decimal("92.5"), "A")
    assert current.valid_until.isoformat() == "2027-06-30T16:00:00+00:00"
    await deliver_waiting(house.world)
    invited = {mail["To"] for mail in house.mail.sent if "example.com" not in mail["To"]}
    assert {f"rep{number}@qinghe.example" for number in (1, 2)} <= invited


async def test_full_width_and_loose_spelling_is_converted_where_it_means_one_thing(house: TestWorld) -> None:
    staff = await hire(house.world)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in a_code(1).lower())
    row = a_row(
        1, credit_code=f" {wide[:9]} {wide[9:]}", quality="９２．５", delivery=" ８８ ", credit="90",
        contact_email="ｒｅｐ＠ｑｉｎｇｈｅ．ｅｘａｍｐｌｅ", contact_phone=13800138000,
        categories="COMPRESSORS、 风扇电机",
        valid_until="２０２７年６月３０日", name_zh="  青禾　机电 ",
    )  # fmt: skip
    done = await imported(house, staff, a_sheet([row]))
    assert faults_of(done) == []
    (one,) = (await read_list(house.world, Wanted())).items
    assert (one.credit_code, one.name_zh, one.categories) == (a_code(1), "青禾 机电", ("compressors", "fan_motors"))
    (row_found,) = (await read_dossier(house.world, one.id)).certifications
    assert row_found.marks.to_json() == {"quality": "92.5", "delivery": "88", "credit": "90"}


# What stands in one cell of an otherwise good row: the change, the column, the code, the text that must come back.
BAD_CELLS: list[tuple[dict[str, object], Column, str, str]] = [
    ({"quality": "1.234,56"}, Column.QUALITY, "AMBIGUOUS", "1.234,56"),
    ({"quality": "92,5"}, Column.QUALITY, "AMBIGUOUS", "92,5"),
    ({"quality": "9 2"}, Column.QUALITY, "NOT_A_NUMBER", "9 2"),
    ({"quality": "九十"}, Column.QUALITY, "NOT_A_NUMBER", "九十"),
    ({"quality": "9e1"}, Column.QUALITY, "NOT_A_NUMBER", "9e1"),
    ({"quality": "-90"}, Column.QUALITY, "NOT_A_NUMBER", "-90"),
    ({"quality": True}, Column.QUALITY, "NOT_A_NUMBER", "TRUE"),
    ({"delivery": 100.01}, Column.DELIVERY, "OUT_OF_RANGE", "100.01"),
    ({"delivery": 90.001}, Column.DELIVERY, "OUT_OF_RANGE", "90.001"),
    ({"delivery": -1}, Column.DELIVERY, "OUT_OF_RANGE", "-1"),
    ({"credit": 59.99}, Column.CREDIT, "BELOW_MINIMUM", "59.99"),
    ({"credit": None}, Column.CREDIT, "MISSING_VALUE", ""),
    ({"credit": "=90+1"}, Column.CREDIT, "FORMULA_IN_CELL", "=90+1"),
    ({"credit": "#DIV/0!"}, Column.CREDIT, "ERROR_IN_CELL", "#DIV/0!"),
    ({"valid_until": "30.06.2027"}, Column.VALID_UNTIL, "NOT_A_DATE", "30.06.2027"),
    ({"valid_until": "2027-02-30"}, Column.VALID_UNTIL, "NOT_A_DATE", "2027-02-30"),
    ({"valid_until": 2027}, Column.VALID_UNTIL, "NOT_A_DATE", "2027"),
    ({"valid_until": "2026-11-20"}, Column.VALID_UNTIL, "OUT_OF_RANGE", "2026-11-20"),
    ({"valid_until": "2040-01-01"}, Column.VALID_UNTIL, "OUT_OF_RANGE", "2040-01-01"),
    ({"credit_code": a_code(1)[:-1] + "0"}, Column.CREDIT_CODE, "BAD_CREDIT_CODE", a_code(1)[:-1] + "0"),
    ({"credit_code": 913702000000000012}, Column.CREDIT_CODE, "NUMBER_NOT_TEXT", "913702000000000000"),
    ({"credit_code": ""}, Column.CREDIT_CODE, "MISSING_VALUE", ""),
    ({"name_zh": None}, Column.NAME_ZH, "MISSING_VALUE", ""),
    ({"name_zh": "青\u200b禾"}, Column.NAME_ZH, "BAD_CHARACTERS", "青\u200b禾"),
    ({"name_en": "x" * 121}, Column.NAME_EN, "TEXT_TOO_LONG", "x" * 121),
    ({"categories": "压缩机；飞船"}, Column.CATEGORIES, "UNKNOWN_CATEGORY", "压缩机；飞船"),
    ({"contact_email": "rep@"}, Column.CONTACT_EMAIL, "BAD_EMAIL", "rep@"),
    ({"contact_email": "a@b.cn\nBcc: x@y.cn"}, Column.CONTACT_EMAIL, "BAD_EMAIL", "a@b.cn\nBcc: x@y.cn"),
    ({"contact_phone": "call me"}, Column.CONTACT_PHONE, "BAD_PHONE", "call me"),
    ({"city": "#REF!"}, Column.CITY, "ERROR_IN_CELL", "#REF!"),
    ({"city": '=HYPERLINK("x")'}, Column.CITY, "FORMULA_IN_CELL", '=HYPERLINK("x")'),
]  # fmt: skip


async def test_a_bad_cell_is_named_with_its_code_and_what_was_typed(house: TestWorld) -> None:
    staff = await hire(house.world)
    bad = [a_row(number, **changes) for number, (changes, *_) in enumerate(BAD_CELLS, start=1)]
    done = await imported(house, staff, a_sheet([a_row(98), *bad, a_row(99)]))
    letters = "ABCDEFGHIJKL"
    assert faults_of(done) == [
        (f"{letters[list(Column).index(column)]}{row}", code, typed)
        for row, (_, column, code, typed) in enumerate(BAD_CELLS, start=3)
    ]
    assert (done.row.total, done.row.created) == (len(BAD_CELLS) + 2, 2)
    assert done.report is not None
    for (number, kept), (_, column, _, typed) in zip(done.report.bad_rows, BAD_CELLS, strict=True):
        assert (number >= 3, kept[Column.CONTACT_NAME], kept[column]) == (True, "孙代表", typed)


async def test_every_cell_of_a_bad_row_is_named_and_merged_cells_too(house: TestWorld) -> None:
    staff = await hire(house.world)
    rows = [a_row(1, quality="1,5", contact_email="bad", name_zh=""), a_row(2), a_row(3), a_row(4)]
    done = await imported(house, staff, a_sheet(rows, merged=["D3:D4"]))
    assert faults_of(done) == [
        ("A2", "MISSING_VALUE", ""), ("G2", "BAD_EMAIL", "bad"), ("I2", "AMBIGUOUS", "1,5"),
        ("D3", "MERGED_CELL", "Foshan"), ("D4", "MERGED_CELL", ""),
    ]  # fmt: skip
    assert done.row.created == 1


async def test_duplicates_in_the_file_and_against_the_base_are_named(house: TestWorld) -> None:
    staff = await hire(house.world)
    await register(house.world, staff, 9)
    rows = [
        a_row(1),
        a_row(2, credit_code=a_code(1).lower()),
        a_row(3, contact_email="REP1@qinghe.example"),
        a_row(4, credit_code=a_code(9)),
        a_row(5, contact_email="rep9@lanchuan.example"),
    ]
    done = await imported(house, staff, a_sheet(rows))
    assert [(cell, code) for cell, code, _ in faults_of(done)] == [
        ("C3", "DUPLICATE_IN_FILE"), ("G4", "DUPLICATE_IN_FILE"), ("C5", "ALREADY_EXISTS"), ("G6", "ALREADY_EXISTS"),
    ]  # fmt: skip
    assert done.report is not None
    assert done.report.faults[0].detail == {"row": "2"}
    assert done.row.created == 1


async def test_headings_in_either_language_any_order_and_below_a_title(house: TestWorld) -> None:
    staff = await hire(house.world)
    heads = ["Contact E-Mail *", "備考", "品类（多选）", "UNIFIED SOCIAL CREDIT CODE", "供应商名称"]
    row = ["rep@qinghe.example", "a remark", "compressors", a_code(1), "青禾"]
    done = await imported(house, staff, a_sheet([row], heads=heads, above=3))
    assert (faults_of(done), done.row.created) == ([], 1)
    assert done.report is not None
    assert done.report.ignored == ("備考",)


WRONG_SHAPES: list[tuple[Sequence[str], Sequence[Sequence[object]], FileFault, dict[str, str]]] = [
    (HEADS[:2], [["a", "b"]], FileFault.COLUMN_MISSING, {"columns": "credit_code, categories, contact_email"}),
    (["a"], [["1"]], FileFault.COLUMN_MISSING, {"columns": "name_zh, credit_code, categories, contact_email"}),
    (HEADS[:9], [a_row()[:9]], FileFault.COLUMN_MISSING, {"columns": "delivery, credit"}),
    ([*HEADS, "公司名称"], [a_row()], FileFault.COLUMN_TWICE, {"columns": "name_zh"}),
    (HEADS, [], FileFault.NO_ROWS, {}),
]  # fmt: skip


async def test_a_file_of_the_wrong_shape_is_refused_as_a_whole(house: TestWorld) -> None:
    staff = await hire(house.world)
    for heads, rows, fault, detail in WRONG_SHAPES:
        assert await run(house, staff, a_sheet(rows, heads=heads)) == FileRefusal(fault, detail)
        last = (await entries_of(house.world, "system"))[-1]
        assert (last.kind, last.data["act"], last.data["code"]) == (Kind.SUPPLIER_REFUSED, "import", fault.value)


async def test_a_wrong_file_is_refused_as_a_whole(house: TestWorld) -> None:
    staff = await hire(house.world)
    assert await run(house, staff, b"name;code\n") == FileRefusal(FileFault.NOT_A_SPREADSHEET, {})
    assert (await read_list(house.world, Wanted())).total == 0


async def test_the_journal_tells_the_import_without_what_was_typed(house: TestWorld) -> None:
    staff = await hire(house.world)
    data = a_sheet([a_row(1), a_row(2, contact_email="canary@nowhere", quality="1,5")])
    done = await imported(house, staff, data)
    last = (await entries_of(house.world, "system"))[-1]
    assert last.kind is Kind.SUPPLIER_IMPORTED
    assert {name: last.data[name] for name in ("rows", "created", "proposed", "bad", "codes")} == {
        "rows": 2, "created": 1, "proposed": 1, "bad": 1, "codes": {"BAD_EMAIL": 1, "AMBIGUOUS": 1},
    }  # fmt: skip
    async with house.world.db.snapshot() as tx:
        kept = "".join(row.body for row in await tx.execute(text("SELECT body FROM entry"))).encode()
        kept += b"".join(
            row.report_sealed for row in await tx.execute(text("SELECT report_sealed FROM supplier_import"))
        )
    assert b"canary" not in kept
    assert done.row.id in last.data.values()


async def test_the_same_import_sent_twice_imports_once(house: TestWorld) -> None:
    staff = await hire(house.world)
    data, import_id = a_sheet([a_row(1), a_row(2, quality="1,5")]), house.world.ids.new()
    first = await run(house, staff, data, import_id)
    again = await run(house, staff, data, import_id)
    assert isinstance(first, Progress)
    assert isinstance(again, Progress)
    assert (again.row.created, faults_of(again)) == (1, faults_of(first))
    together = house.world.ids.new()
    both = await asyncio.gather(*(run(house, staff, a_sheet([a_row(8), a_row(9)]), together) for _ in range(2)))
    assert all(isinstance(one, Progress) for one in both)
    assert (await read_list(house.world, Wanted())).total == 3


async def test_nobody_else_reads_the_report(house: TestWorld) -> None:
    staff = await hire(house.world)
    done = await imported(house, staff, a_sheet([a_row(1, quality="1,5")]))
    colleague = await make_actor(house.world, Role.PURCHASER)
    with pytest.raises(Problem) as caught:
        await find_progress(house.world, colleague, done.row.id)
    assert caught.value.status == 404
    assert await find_progress(house.world, colleague, "0" * 32) is None


@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_the_error_sheet_corrected_is_imported_as_it_is(house: TestWorld, locale: str) -> None:
    staff = await hire(house.world)
    bad = [a_row(1, quality="1,5", city='=cmd|"x"'), a_row(2, credit_code=a_code(2)[:-1])]
    done = await imported(house, staff, a_sheet([a_row(3), *bad]))
    assert done.report is not None
    returned = await run(house, staff, sheets.make_error_sheet(done.report, locale))
    assert isinstance(returned, Progress)
    # Typed again as text: the formula came back as the text it was and is no formula any more.
    assert [(cell, code) for cell, code, _ in faults_of(returned)] == [("I2", "AMBIGUOUS"), ("C3", "BAD_CREDIT_CODE")]


@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_the_template_filled_in_is_imported(house: TestWorld, locale: str) -> None:
    staff = await hire(house.world)
    assert await run(house, staff, sheets.make_template(locale)) == FileRefusal(FileFault.NO_ROWS, {})
    heads = [HEADINGS[column][0 if locale == "zh" else 1] + "*" for column in Column]
    assert (await imported(house, staff, a_sheet([a_row(1)], heads=heads))).row.created == 1


async def test_progress_is_seen_while_it_runs_and_a_reader_is_not_held_up(
    house: TestWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 2)
    staff = await hire(house.world)
    import_id = house.world.ids.new()
    task = asyncio.create_task(run(house, staff, a_sheet([a_row(number) for number in range(1, 13)]), import_id))
    seen = set()
    while not task.done():
        progress = await find_progress(house.world, staff.purchaser, import_id)
        if progress is not None and progress.report is None:
            seen.add(progress.row.done)
        await asyncio.sleep(0)
    await task
    assert seen - {0, 12}, "no progress was seen"
    final = await find_progress(house.world, staff.purchaser, import_id)
    assert final is not None
    assert (final.row.state, final.row.done) == ("done", 12)


async def test_a_database_held_by_somebody_else_delays_an_import_and_loses_nothing(house: TestWorld) -> None:
    staff = await hire(house.world)
    import_id = house.world.ids.new()
    data = a_sheet([a_row(number) for number in range(1, 21)])
    task = asyncio.create_task(run(house, staff, data, import_id))
    for _ in range(200):
        await asyncio.sleep(0.01)
        if await find_progress(house.world, staff.purchaser, import_id) is not None:
            break
    async with house.world.db.transaction() as tx:
        # Any row: on SQLite the transaction alone holds the database, longer than a writer waits (BUSY_MS).
        await tx.execute(text("UPDATE chain_head SET seq = seq"))
        await asyncio.sleep(BUSY_MS / 1000 + 0.3)
    done = await task
    assert isinstance(done, Progress)
    assert (done.row.state, done.row.created, faults_of(done)) == ("done", 20, [])


def read_many(count: int) -> ReadRows:
    sheet = read_sheet(many_rows(count))
    assert isinstance(sheet, Sheet)
    read = read_rows(sheet, at=START, zone=BUYER_ZONE)
    assert isinstance(read, ReadRows)
    return read


def test_ten_thousand_rows_are_read_and_one_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(row.application is not None for row in read_many(MOST_ROWS).rows) == MOST_ROWS == 10_000
    monkeypatch.setattr(import_rows, "MOST_ROWS", 3)
    sheet = read_sheet(many_rows(4))
    assert isinstance(sheet, Sheet)
    assert read_rows(sheet, at=START, zone=BUYER_ZONE) == FileRefusal(FileFault.TOO_LARGE, {"most_rows": "3"})


def test_memory_grows_with_the_rows_and_stays_below_ten_kilobytes_a_row() -> None:
    # So that the ten thousand allowed stay below 100 MB; traced with fewer, since tracing is slow.
    tracemalloc.start()
    read_many(1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1000 * 10_000


async def test_names_given_to_the_store_are_those_typed(house: TestWorld) -> None:
    staff = await hire(house.world)
    await imported(house, staff, a_sheet([a_row(1, name_en="=Qinghe & <b>Co</b>"[1:])]))
    (one,) = (await read_list(house.world, Wanted())).items
    async with house.world.db.snapshot() as tx:
        names = await store.load_names(tx, [one.id])
    assert names[one.id].name_en == "Qinghe & <b>Co</b>"
