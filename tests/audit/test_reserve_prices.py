"""An auditor's bundle proves the secret reserve prices: opened with the prices and not before, the figure that was
committed to. Whoever changed figure, commitment, moment or table is found."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from app.audit.exporting import export_path
from app.audit.service import RequestExport, request_export
from app.audit.timekeeper import run_next_export
from app.domain.chaining import Why
from app.domain.entries import digest_of
from app.domain.kinds import Kind
from app.domain.reporting import Outcome
from app.domain.reserve_pricing import COMMITMENT, parse_reserve, reserve_file
from app.evaluation.timekeeper import turn
from app.tenders.tables import reserve_price
from tests.audit.folds import differences
from tests.audit.scored import Taken, ask, sign
from tests.databases import Databases
from tests.domain.tender_drafts import a_lot
from tests.live_rounds.stage import Stage as LiveStage
from tests.live_rounds.stage import close_all, committing, open_all, set_stage
from tests.replay.tampering import Line, read_files, read_lines, rechain, resign_all, write_files
from tests.sealed_rounds.stage import Stage, set_sealed_stage

RESERVE = "271.40"
LOTS = (a_lot(1, ceiling_price="290.00"),)


async def _take(stage: Any) -> Path:
    wanted = RequestExport((stage.tender.id,), "audit", "audit office")
    export = await request_export(stage.world, stage.house.auditor, wanted)
    assert await run_next_export(stage.world)
    return export_path(stage.world, export)


async def _decide(stage: Any, lot: str) -> None:
    """Nobody met it: an award above it, with its reason."""
    assert await turn(stage.world) == 1
    ranking = await ask(stage, stage.house.purchaser, "GET", "/ranking")
    label = ranking["lots"][0]["rows"][0]["label"]
    body = {"choices": [{"lot_id": lot, "label": label, "reason": "the market has risen"}]}
    await ask(stage, stage.house.purchaser, "POST", "/decision", body)
    await sign(stage)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def taken(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Taken]:
    """A sealed tender, decided."""
    folder, url = tmp_path_factory.mktemp("reserved"), databases.migrated()
    stage = await set_sealed_stage(url, folder, lots=LOTS, reserves=[RESERVE])
    await stage.open()
    for number, amount in enumerate(("281.00", "275.50", "289.00")):
        await stage.hand_in(number, amount)
    await stage.close()
    assert await stage.open_envelopes() == "price"
    await _decide(stage, stage.lots[0])
    yield Taken(stage, await _take(stage))
    await stage.world.db.dispose()
    databases.drop(url)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Taken]:
    """A live tender, decided."""
    folder, url = tmp_path_factory.mktemp("reserved_live"), databases.migrated()
    stage: LiveStage = await set_stage(url, folder, lots=LOTS, reserves=[RESERVE])
    await open_all(stage)
    async with committing(stage):
        for number, amount in enumerate(("281.00", "275.50", "289.00")):
            await stage.place(number, amount)
        await close_all(stage)
    await _decide(stage, stage.lots[0])
    yield Taken(stage, await _take(stage))  # type: ignore[arg-type]  # of a stage it takes world and tender
    await stage.world.db.dispose()
    databases.drop(url)


async def test_a_sealed_tenders_bundle_is_clean_and_holds_the_figure(taken: Taken) -> None:
    await _is_clean(taken)


async def test_a_live_tenders_bundle_is_clean_and_holds_the_figure(lived: Taken) -> None:
    await _is_clean(lived)


async def _is_clean(made: Taken) -> None:
    for with_tables in (False, True):
        report = await made.verify(with_tables=with_tables)
        assert report.outcome is Outcome.CLEAN, (report.sentence, report.findings)
    files = read_files(made.bundle)
    found = parse_reserve(files[reserve_file(made.stage.lots[0])])
    assert found is not None
    assert str(found.amount) == "271.4000"
    (opened,) = [line for line in read_lines(files) if line.body["kind"] == Kind.RESERVE_OPENED]
    assert found.commitment == opened.body["data"]["commitment"]
    # The journal itself never says it, to whoever reads the database.
    assert RESERVE.encode() not in b"".join(line.encode() for line in read_lines(files))


# ── tampering ────────────────────────────────────────────────────────────────


def _of(lines: list[Line], kind: Kind) -> Line:
    return next(line for line in lines if line.body["kind"] == kind)


def _drop(kind: Kind) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        lines.remove(_of(lines, kind))

    return change


def _other_commitment(lines: list[Line]) -> None:
    """From the publication on another figure is committed to; the draft's approval names the first."""
    published = _of(lines, Kind.TENDER_PUBLISHED).body["data"]
    published["document"]["lots"][0][COMMITMENT] = "e" * 64
    published["hash"] = digest_of(published["document"])


def _other_opening(lines: list[Line]) -> None:
    _of(lines, Kind.RESERVE_OPENED).body["data"]["commitment"] = "e" * 64


def _twice(lines: list[Line]) -> None:
    opened = _of(lines, Kind.RESERVE_OPENED)
    lines.insert(lines.index(opened), Line(dict(opened.body), opened.hash, opened.salt))


def _early(lines: list[Line]) -> None:
    """Read before the prices: right after the publication."""
    opened = _of(lines, Kind.RESERVE_OPENED)
    lines.remove(opened)
    before = _of(lines, Kind.INVITATION_SENT)
    opened.body["at"] = before.body["at"]
    lines.insert(lines.index(before) + 1, opened)


def _set_again(lines: list[Line]) -> None:
    first = _of(lines, Kind.RESERVE_SET)
    opened = _of(lines, Kind.RESERVE_OPENED)
    later = {**first.body, "at": opened.body["at"], "data": {"lots": [dict(first.body["data"]["lots"][0])]}}
    lines.insert(lines.index(opened), Line(later, first.hash, first.salt))


def _without_reason(lines: list[Line]) -> None:
    data = _of(lines, Kind.DECISION_PROPOSED).body["data"]
    data["choices"][0]["reason"] = ""
    bound = {"rankings": data["rankings"], "choices": data["choices"]}
    digest = digest_of(bound)
    old, data["digest"] = data["digest"], digest
    for line in lines:
        if line.body["data"].get("digest") == old:
            line.body["data"]["digest"] = digest


def _altered(lines: list[Line]) -> None:
    _of(lines, Kind.RESERVE_OPENED).body["data"]["result"] = "altered_in_custody"


TAMPERED = [
    (_drop(Kind.RESERVE_SET), {Why.STATE}),
    (_drop(Kind.RESERVE_OPENED), {Why.MISSING}),
    (_other_commitment, {Why.STATE, Why.DIGEST, Why.APPROVAL}),
    (_other_opening, {Why.STATE}),
    (_twice, {Why.STATE}),
    (_early, {Why.STATE}),
    (_set_again, {Why.STATE}),
    (_altered, {Why.DIGEST}),
    (_without_reason, {Why.STATE, Why.APPROVAL}),
]


@pytest.mark.parametrize(("change", "whys"), TAMPERED, ids=lambda value: getattr(value, "__qualname__", ""))
async def test_an_insider_with_the_key_is_found_all_the_same(
    taken: Taken, lived: Taken, tmp_path: Path, change: Callable[[list[Line]], None], whys: set[Why]
) -> None:
    """Everything is chained and signed anew: what gives it away is what the journal says."""
    for made in (taken, lived):
        files = read_files(made.bundle)
        lines = read_lines(files)
        change(lines)
        rechain(lines)
        files["journal.jsonl"] = b"".join(line.encode() + b"\n" for line in lines)
        resign_all(files, made.stage.world.keys.sign)
        report = await made.verify(write_files(files, tmp_path / "forged.zip"), with_tables=False)
        assert report.outcome is Outcome.TAMPERED, change
        assert {finding.why for finding in report.findings} & whys, report.findings


@pytest.mark.parametrize("how", ["other figure", "other salt", "gone", "empty"])
async def test_another_figure_behind_the_commitment_is_found(taken: Taken, tmp_path: Path, how: str) -> None:
    files = read_files(taken.bundle)
    name = reserve_file(taken.stage.lots[0])
    if how == "gone":
        del files[name]
    else:
        content = files[name]
        salt = parse_reserve(content)
        assert salt is not None
        bent = {
            "other figure": content.replace(b"271.4000", b"276.0000"),
            "other salt": content.replace(salt.salt.hex().encode(), b"00" * 32),
            "empty": b"{}",
        }
        files[name] = bent[how]
    resign_all(files, taken.stage.world.keys.sign)
    report = await taken.verify(write_files(files, tmp_path / "forged.zip"), with_tables=False)
    assert report.outcome is Outcome.TAMPERED
    assert {finding.why for finding in report.findings} & {Why.DIGEST, Why.MISSING}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE reserve_price SET commitment = '" + "e" * 64 + "'", "commitment"),
        ("UPDATE reserve_price SET result = NULL", "result"),
        ("UPDATE reserve_price SET lot_id = '" + "e" * 32 + "'", "no entry tells"),
        ("DELETE FROM reserve_price", "lacks the reserve price"),
    ],
)
async def test_whoever_changes_the_table_is_found(taken: Taken, statement: str, told: str) -> None:
    stage = taken.stage
    chain = await stage.tender_chain()
    assert await differences(stage.world, stage.tender.id, chain) == set()
    found = await differences(stage.world, stage.tender.id, chain, statement)
    assert any(told in one for one in found), found


async def test_bytes_altered_before_the_opening_cost_the_figure_and_are_told(
    clean_database_url: str, tmp_path: Path
) -> None:
    stage: Stage = await set_sealed_stage(clean_database_url, tmp_path, lots=LOTS, reserves=[RESERVE])
    await stage.open()
    for number, amount in enumerate(("281.00", "275.50", "289.00")):
        await stage.hand_in(number, amount)
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(reserve_price).values(sealed=b"\x07" * 412))
    await stage.close()
    assert await stage.open_envelopes() == "price"
    (shown,) = (await ask(stage, stage.house.purchaser, "GET", "/reserves"))["lots"]
    assert (shown["amount"], shown["is_altered"], shown["is_met"]) == (None, True, None)
    await _decide(stage, stage.lots[0])
    report = await Taken(stage, await _take(stage)).verify()
    assert report.outcome is Outcome.TAMPERED
    assert "was altered" in str(report.findings)
    await stage.world.db.dispose()
