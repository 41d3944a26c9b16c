"""`bidroom verify --database`: the tables held against the journal (attacks.md G06)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.audit.folding import open_fold
from app.audit.verify import main
from app.audit.verifying import Outside, verify
from app.domain.chaining import Why
from app.domain.reporting import Outcome, Report
from tests.audit.conftest import Reel
from tests.fences import tear_down_fence


async def compare(reel: Reel, path: Path) -> Report:
    """Verify in a thread of its own: the command runs its own loop."""
    url = reel.theatre.world.settings.database_url

    def run() -> Report:
        return verify(path, reel.fingerprint, outside=Outside(fold=open_fold(url)))

    return await asyncio.to_thread(run)


@asynccontextmanager
async def tampered(reel: Reel, change: str, back: str) -> AsyncIterator[None]:
    """A statement by somebody with the database, and its undoing."""

    async def run(statement: str) -> None:
        async with reel.theatre.world.db.transaction() as tx:
            await tear_down_fence(tx)
            done = await tx.exec_driver_sql(statement)
            assert done.rowcount >= 1, statement

    await run(change)
    try:
        yield
    finally:
        await run(back)


async def test_tables_that_fit_are_clean(reel: Reel) -> None:
    path = await reel.take(await reel.export(all=True), "database")
    report = await compare(reel, path)
    assert report.outcome is Outcome.CLEAN, report.sentence
    assert any("tables of the database" in note for note in report.notes)


@pytest.mark.parametrize(
    ("change", "back", "text"),
    [
        ("UPDATE bid SET amount = amount - 10000 WHERE n = 3", "UPDATE bid SET amount = amount + 10000 WHERE n = 3",
         "bid 3 differs"),
        ("UPDATE bid SET n = 900 WHERE n = 2", "UPDATE bid SET n = 2 WHERE n = 900", "bid 900 that no entry"),
        ("UPDATE bid SET voided_at = 1 WHERE n = 5", "UPDATE bid SET voided_at = NULL WHERE n = 5", "bid 5 is voided"),
        ("UPDATE bid SET verdict = 'refused' WHERE n = 1", "UPDATE bid SET verdict = 'accepted' WHERE n = 1",
         "lacks bid 1"),
        ("UPDATE floor SET rules = replace(rules, 'rank_only', 'best_price')",
         "UPDATE floor SET rules = replace(rules, 'best_price', 'rank_only')", "the rules on the floor"),
        ("UPDATE floor SET terms = replace(terms, '\"scale\":2', '\"scale\":3')",
         "UPDATE floor SET terms = replace(terms, '\"scale\":3', '\"scale\":2')", "the figures on the floor"),
        ("UPDATE round SET rules = replace(rules, 'rank_only', 'best_price')",
         "UPDATE round SET rules = replace(rules, 'best_price', 'rank_only')", "the rules of a round"),
        ("UPDATE lot SET ceiling_price = ceiling_price + 1", "UPDATE lot SET ceiling_price = ceiling_price - 1",
         "the figures of a lot"),
        ("UPDATE ranking SET digest = substr(digest, 2) || substr(digest, 1, 1)",
         "UPDATE ranking SET digest = substr(digest, 64) || substr(digest, 1, 63)", "the ranking"),
        ("UPDATE tender SET frozen = replace(frozen, '\"CNY\"', '\"EUR\"') WHERE frozen IS NOT NULL",
         "UPDATE tender SET frozen = replace(frozen, '\"EUR\"', '\"CNY\"') WHERE frozen IS NOT NULL",
         "published document"),
        ("UPDATE decision SET choices = replace(choices, '\"label\":\"', '\"label\":\"Q')",
         "UPDATE decision SET choices = replace(choices, '\"label\":\"Q', '\"label\":\"')", "the decision"),
    ],
)  # fmt: skip
async def test_a_changed_row_is_found_though_the_journal_was_left_alone(
    reel: Reel, change: str, back: str, text: str
) -> None:
    path = await reel.take(await reel.export(all=True), "database")
    async with tampered(reel, change, back):
        report = await compare(reel, path)
    assert report.outcome is Outcome.TAMPERED
    assert text in " ".join(finding.text for finding in report.findings), report.findings
    others = [finding for finding in report.findings if finding.why is not Why.TABLE]
    assert not others, others


async def test_a_journal_that_went_on_is_no_alarm(reel: Reel) -> None:
    path = await reel.take(await reel.export(all=True), "database")
    await reel.get("/api/audit/timeline?kind=bid.voided")
    assert (await compare(reel, path)).outcome is Outcome.CLEAN


@pytest.mark.parametrize("url", ["sqlite:////absent/file.db", "mysql://x/y", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_database_that_is_not_there_cannot_be_checked(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing.zip", "--database", url]) == 2
    assert capsys.readouterr().out.startswith("Cannot check: ")
