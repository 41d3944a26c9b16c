"""A scored sealed tender through the real rooms, with all that issue 4 brought into the journal: weights by comparison,
grade points, an unlocking, an inquiry answered and an exclusion co-signed. Its bundle and its tables are clean, and
whoever changes an inquiry by SQL is found (attacks.md G06)."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, insert, select, update

from app.audit.exporting import export_path
from app.audit.room_facts import RoomFacts
from app.audit.service import RequestExport, request_export
from app.audit.timekeeper import run_next_export
from app.award.tables import award, decision, room_act
from app.domain import bundling
from app.domain.chaining import Why
from app.domain.drafting import Template
from app.domain.entries import digest_of
from app.domain.kinds import Kind
from app.domain.registering import Contact
from app.domain.reporting import Outcome
from app.evaluation.tables import inquiry
from app.suppliers.contacts import seal_contact
from app.suppliers.tables import supplier
from tests.audit.scored import Taken, evaluation, play
from tests.databases import Databases
from tests.fences import tear_down_fence
from tests.replay.tampering import Line, read_files, read_lines, rechain, resign_all, write_files
from tests.sealed_rounds.stage import set_sealed_stage


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def taken(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Taken]:
    """The whole of it, once."""
    folder, url = tmp_path_factory.mktemp("scored"), databases.migrated()
    stage = await set_sealed_stage(url, folder, template=Template.SCORED, evaluation=evaluation())
    world, contact = stage.world, Contact(name="Wu", email="wu@supplier.example", phone="+86 532 5550 0101")
    async with world.db.transaction() as tx:
        for rep in stage.house.reps:
            owner = rep.supplier_id or ""
            sealed = seal_contact(world, owner, contact)
            await tx.execute(update(supplier).where(supplier.c.id == owner).values(contact_sealed=sealed))
    await play(stage)
    wanted = RequestExport((stage.tender.id,), "audit", "audit office")
    export = await request_export(world, stage.house.auditor, wanted)
    assert await run_next_export(world)
    yield Taken(stage, export_path(world, export))
    await world.db.dispose()
    databases.drop(url)


async def test_the_bundle_is_clean_alone_and_beside_the_tables(taken: Taken) -> None:
    for with_tables in (False, True):
        report = await taken.verify(with_tables=with_tables)
        assert report.outcome is Outcome.CLEAN, (report.sentence, report.findings)
    kinds = {entry.kind for entry in await taken.stage.tender_chain()}
    assert kinds > {Kind.SCORES_UNLOCKED, Kind.GRADES_TOLD, Kind.INQUIRY_ANSWERED, Kind.OFFER_EXCLUDED}
    assert kinds > {Kind.TENDER_AWARDED, Kind.DECISION_REOPENED}
    frozen = (taken.stage.tender.frozen or {})["evaluation"]["technical"]
    assert [each["weight"] for each in frozen["groups"]] == ["75", "25"]
    assert frozen["ahp"][0]["matrix"] == [["1", "3"], ["1/3", "1"]]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE inquiry SET amount = amount + 10000", "the price"),
        ("UPDATE inquiry SET question = 'why?'", "the question"),
        ("UPDATE inquiry SET due_at = due_at + 1", "the deadline"),
        ("UPDATE inquiry SET label = label || '9'", "whose price"),
        ("UPDATE inquiry SET tests = '[]'", "the tests"),
        ("UPDATE inquiry SET answer_sealed = NULL", "the answer"),
        ("UPDATE inquiry SET verdict = 'keep'", "what was decided"),
        ("UPDATE inquiry SET reason = 'because'", "what was decided"),
        ("UPDATE inquiry SET id = '" + "e" * 32 + "'", "no entry tells"),
        ("DELETE FROM inquiry", "lacks the inquiry"),
        ("UPDATE room_act SET data = replace(data, '\"for\"', '\"against\"') WHERE kind = 'voted'", "act of the panel"),
        ("UPDATE room_act SET account_id = '" + "e" * 32 + "' WHERE kind = 'confirmed'", "act of the panel"),
        ("DELETE FROM room_act WHERE kind = 'locked'", "lacks an act"),
        ("UPDATE award SET share = 600000 WHERE number = 1", "the awards"),
        ("UPDATE award SET number = 3 WHERE number = 2", "the awards"),
        ("UPDATE decision SET state = 'approved' WHERE state = 'reopened'", "a decision is reopened in one"),
    ],
)
async def test_an_inquiry_or_an_act_changed_by_sql_is_found(taken: Taken, statement: str, told: str) -> None:
    world = taken.stage.world
    changed = next(each for each in (room_act, award, decision, inquiry) if f" {each.name}" in statement)
    async with world.db.snapshot() as tx:
        before = [dict(row) for row in (await tx.execute(select(changed))).mappings()]
    async with world.db.transaction() as tx:
        await tear_down_fence(tx)
        assert (await tx.exec_driver_sql(statement)).rowcount >= 1
    try:
        report = await taken.verify()
    finally:
        async with world.db.transaction() as tx:
            await tx.execute(delete(changed))
            await tx.execute(insert(changed), before)
    assert report.outcome is Outcome.TAMPERED
    assert {finding.why for finding in report.findings} == {Why.TABLE}
    assert told in " ".join(finding.text for finding in report.findings), report.findings


def test_a_scenario_changed_in_the_table_is_found() -> None:
    """Rows as the fold reads them; the real ones are in tests/award/test_scenarios.py."""
    document: dict[str, Any] = {"lots": []}

    def differences(is_adopted: object, *rows: dict[str, Any]) -> list[str]:
        facts = RoomFacts("t")
        facts.take({"kind": "scenario.kept", "seq": 5, "data": {"scenario": 1, "digest": digest_of(document)}})
        if is_adopted:
            facts.take({"kind": "scenario.adopted", "seq": 6, "data": {"scenario": 1}})
        held = [SimpleNamespace(**row) for row in rows]
        return [text for _, text in facts.differences(lambda query: held if "scenario" in str(query) else [])]

    row = {"number": 1, "digest": digest_of(document), "document": '{"lots":[]}', "adopted_at": None}
    assert differences(False, row) == []
    assert differences(True, {**row, "adopted_at": 1}) == []
    assert "adopted in one" in differences(True, row)[0]
    assert "adopted in one" in differences(False, {**row, "adopted_at": 1})[0]
    assert "not the one that was kept" in differences(False, {**row, "document": '{"lots":[1]}'})[0]
    assert "no entry tells" in differences(False, row, {**row, "number": 2})[0]
    assert "lacks scenario 1" in differences(False)[0]


def of_kind(lines: list[Line], kind: Kind) -> list[Line]:
    return [line for line in lines if line.body["kind"] == kind]


def drop_the_answer(lines: list[Line]) -> None:
    lines.remove(of_kind(lines, Kind.INQUIRY_ANSWERED)[0])


def exclude_alone(lines: list[Line]) -> None:
    lines.remove(of_kind(lines, Kind.APPROVAL_GRANTED)[-7])


def ask_about_another(lines: list[Line]) -> None:
    for line in lines:
        if line.body["kind"] in {Kind.INQUIRY_OPENED, Kind.INQUIRY_ANSWERED, Kind.OFFER_EXCLUDED}:
            rows = of_kind(lines, Kind.RANKING_MADE)[0].body["data"]["rows"]
            line.body["data"]["label"] = rows[-1]["label"]


def give_another_grade(lines: list[Line]) -> None:
    of_kind(lines, Kind.GRADES_TOLD)[0].body["data"]["grades"][0]["grade"] = "B"


def forget_the_grades(lines: list[Line]) -> None:
    for kind in (Kind.GRADES_TOLD, Kind.GRADES_FROZEN):
        lines.remove(of_kind(lines, kind)[0])


def unlock_alone(lines: list[Line]) -> None:
    lines.remove(of_kind(lines, Kind.APPROVAL_GRANTED)[-8])


def change_a_judgement(lines: list[Line]) -> None:
    """The weights stay: they no longer follow from the comparison that is told beside them."""
    told = of_kind(lines, Kind.TENDER_PUBLISHED)[0].body["data"]
    told["document"]["evaluation"]["technical"]["ahp"][0]["matrix"] = [["1", "5"], ["1/5", "1"]]
    told["hash"] = digest_of(told["document"])


def share_otherwise(lines: list[Line]) -> None:
    """In shares that were never announced; the digests are made to fit."""
    told = of_kind(lines, Kind.DECISION_PROPOSED)[0].body["data"]
    for part, share in zip(told["choices"][0]["shares"], ("80", "20"), strict=True):
        part["share"] = share
    told["digest"] = digest_of({"rankings": told["rankings"], "choices": told["choices"]})


def award_otherwise(lines: list[Line]) -> None:
    of_kind(lines, Kind.TENDER_AWARDED)[0].body["data"]["awards"][0]["share"] = "60"


def reopen_alone(lines: list[Line]) -> None:
    """Without the auditor's word."""
    lines.remove(of_kind(lines, Kind.APPROVAL_GRANTED)[-3])


def change_without_reopening(lines: list[Line]) -> None:
    lines.remove(of_kind(lines, Kind.DECISION_REOPENED)[0])


def reopen_another(lines: list[Line]) -> None:
    of_kind(lines, Kind.DECISION_REOPENED)[0].body["data"]["digest"] = "e" * 64


@pytest.mark.parametrize(
    ("edit", "whys"),
    [
        (drop_the_answer, {Why.STATE}),
        (exclude_alone, {Why.APPROVAL}),
        (ask_about_another, {Why.REPLAY}),
        (give_another_grade, {Why.DIGEST}),
        (forget_the_grades, {Why.MISSING}),
        (unlock_alone, {Why.APPROVAL}),
        (change_a_judgement, {Why.FORM}),
        (share_otherwise, {Why.STATE}),
        (award_otherwise, {Why.REPLAY}),
        (reopen_alone, {Why.APPROVAL}),
        (change_without_reopening, {Why.STATE}),
        (reopen_another, {Why.APPROVAL}),
    ],
)
async def test_whoever_holds_the_key_is_found_by_the_rules(
    taken: Taken, tmp_path: Path, edit: Callable[[list[Line]], None], whys: set[Why]
) -> None:
    files = read_files(taken.bundle)
    lines = read_lines(files)
    edit(lines)
    rechain(lines)
    files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in lines)
    resign_all(files, taken.stage.world.keys.sign)
    report = await taken.verify(write_files(files, tmp_path / "x.zip"), with_tables=False)
    assert report.outcome is Outcome.TAMPERED, report.sentence
    assert report.findings[0].why in whys, report.findings
