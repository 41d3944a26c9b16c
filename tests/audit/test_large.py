"""The large tender's bundles, phase by phase: each verifies, and none holds what may not be seen yet."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
import pytest_asyncio

from app.audit.folding import open_fold
from app.audit.store import Form
from app.audit.verify import main
from app.audit.verifying import Outside, verify
from app.domain.chaining import Why
from app.domain.kinds import Kind
from app.domain.reporting import Outcome, Report
from tests.audit.large import FIRST_OF_SECOND, PRICES, Film, filmed
from tests.databases import Databases
from tests.fences import tear_down_fence

# The first test plays the whole tender, and PostgreSQL takes its time on a busy machine.
pytestmark = pytest.mark.timeout(240)
MOMENTS = ("sealed", "closed", "technical", "locked", "live", "ranked")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def film(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Film]:
    """The tender, played once."""
    url = databases.migrated()
    made = await filmed(url, tmp_path_factory.mktemp("film"))
    yield made
    await made.stage.world.db.dispose()
    databases.drop(url)


def names(film: Film, moment: str) -> list[str]:
    with zipfile.ZipFile(film.bundles[moment]) as archive:
        return archive.namelist()


def kinds(film: Film, moment: str) -> set[str]:
    with zipfile.ZipFile(film.bundles[moment]) as archive:
        return {orjson.loads(line)["body"]["kind"] for line in archive.read("journal.jsonl").splitlines()}


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_bundle_verifies(film: Film, moment: str) -> None:
    report = verify(film.bundles[moment], film.fingerprint)
    assert report.outcome is Outcome.CLEAN, report.sentence


@pytest.mark.parametrize("moment", MOMENTS[:-1])
def test_no_price_leaves_the_house_before_the_lot_has_closed(film: Film, moment: str) -> None:
    content = film.bundles[moment].read_bytes()
    assert not any(amount.encode() in content for amount in (*PRICES, FIRST_OF_SECOND))
    assert not any("-price.json" in name or name.startswith("aliases/") for name in names(film, moment))
    assert not kinds(film, moment) & {"bid.seeded", "marks.submitted"}


def test_while_the_box_is_open_nothing_tells_who_came(film: Film) -> None:
    assert not kinds(film, "sealed") & {"package.received", "package.withdrawn", "invitation.accepted"}
    assert {"package.received", "package.withdrawn", "round.closed"} <= kinds(film, "closed")


def test_after_the_technical_opening_its_secrets_and_ciphertexts_are_there(film: Film) -> None:
    found = names(film, "technical")
    lot = film.stage.lots[0]
    assert f"openings/{lot}-tech.json" in found
    assert sum(name.startswith("packages/") for name in found) == len(PRICES)
    assert not any(name.startswith(("openings/", "packages/")) for name in names(film, "closed"))


def test_at_the_end_the_failing_price_is_still_shut(film: Film) -> None:
    lot = film.stage.lots[0]
    with zipfile.ZipFile(film.bundles["ranked"]) as archive:
        record = orjson.loads(archive.read(f"openings/{lot}-price.json"))
        content = b"".join(archive.read(name) for name in archive.namelist())
        found = archive.namelist()
    results = [row["result"] for row in record["results"]]
    assert sorted(results) == ["opened"] * 3 + ["returned_unopened"]
    assert f"aliases/{lot}-T.json" in found
    assert b"199.37" not in content
    assert FIRST_OF_SECOND.encode() not in content
    # Four technical envelopes and three prices.
    assert sum(name.startswith("packages/") for name in found) == 7


@pytest.mark.parametrize("form", [Form.JSONL, Form.CSV, Form.XLSX])
async def test_the_history_holds_packages_and_bids(film: Film, form: Form) -> None:
    path = await film.export("history", form)
    if form is not Form.XLSX:
        content = path.read_bytes()
        assert content.count(b"package.received") == 6
        assert content.count(b"bid.seeded") == 3
        assert b"271.40" in content


async def test_receipts_of_packages_stand_in_the_journal(film: Film, tmp_path: Path) -> None:
    assert len(film.receipts) == 7
    (tmp_path / "all.json").write_bytes(orjson.dumps(film.receipts))
    options = ["--key", film.fingerprint, "--quiet", "--receipts", str(tmp_path)]
    assert main([str(film.bundles["ranked"]), *options]) == 0
    film.receipts[0]["package"] = "0" * 64
    (tmp_path / "all.json").write_bytes(orjson.dumps(film.receipts))
    assert main([str(film.bundles["ranked"]), *options]) == 1


async def test_a_later_bundle_grows_from_an_earlier_one(film: Film) -> None:
    order = [str(film.bundles[moment]) for moment in ("technical", "ranked")]
    assert main(["--grown", *order, "--key", film.fingerprint, "--quiet"]) == 0
    assert main(["--grown", *reversed(order), "--key", film.fingerprint, "--quiet"]) == 1


async def test_checkpoints_at_the_named_acts(film: Film) -> None:
    """JOURNAL.md section 2: the acts that ask for one at once."""
    from app.domain.checkpointing import REASON_OF_KIND, Reason  # noqa: PLC0415 - one line of one test

    assert {REASON_OF_KIND[kind] for kind in (Kind.ENVELOPES_OPENED, Kind.SCORES_LOCKED)} == {
        Reason.OPENED,
        Reason.LOCKED,
    }


# ── the tables ────────────────────────────────────────────────────────────────


async def compare(film: Film) -> Report:
    """The newest bundle held against the database."""
    path = await film.export("database")
    url = film.stage.world.settings.database_url
    return await asyncio.to_thread(lambda: verify(path, film.fingerprint, outside=Outside(fold=open_fold(url))))


async def test_tables_that_fit_are_clean(film: Film) -> None:
    report = await compare(film)
    assert report.outcome is Outcome.CLEAN, report.sentence


TAMPERINGS = {
    "O07, a mark": (["UPDATE mark SET mark = 5 - mark"], ["UPDATE mark SET mark = 5 - mark"], "marks of seat"),
    "S09, an older revision": (
        ["UPDATE package SET rev = 9 WHERE rev = 1"], ["UPDATE package SET rev = 1 WHERE rev = 9"], "revision",
    ),
    "the locked scores": (
        ["UPDATE score_lock SET scores = replace(scores, '40.00', '90.00')"],
        ["UPDATE score_lock SET scores = replace(scores, '90.00', '40.00')"],
        "locked scores",
    ),
    "the opening record": (
        ["UPDATE opening SET digest = substr(digest, 2) || substr(digest, 1, 1)"],
        ["UPDATE opening SET digest = substr(digest, 64) || substr(digest, 1, 63)"],
        "opening record",
    ),
    "the manifest": (
        ["UPDATE sealed_round SET manifest = replace(manifest, '[', '[\"0\",')"],
        ["UPDATE sealed_round SET manifest = replace(manifest, '[\"0\",', '[')"],
        "manifest",
    ),
    "the shortlist": (
        ["UPDATE ranking SET shortlist = replace(shortlist, '\"labels\":[\"', '\"labels\":[\"Q')"],
        ["UPDATE ranking SET shortlist = replace(shortlist, '\"labels\":[\"Q', '\"labels\":[\"')"],
        "shortlist",
    ),
    "a seeded bid (G06)": (
        ["UPDATE bid SET amount = amount - 10000"], ["UPDATE bid SET amount = amount + 10000"], "differs",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(TAMPERINGS))
async def test_a_changed_row_is_found(film: Film, name: str) -> None:
    change, back, text = TAMPERINGS[name]
    await run(film, *change)
    try:
        report = await compare(film)
    finally:
        await run(film, *back)
    assert report.outcome is Outcome.TAMPERED
    assert {finding.why for finding in report.findings} == {Why.TABLE}, report.findings
    assert text in " ".join(finding.text for finding in report.findings), report.findings


async def test_exchanged_ciphertexts_are_found(film: Film) -> None:
    """attacks.md S07."""
    lot = film.stage.lots[0]
    swap = (
        "UPDATE package SET price_ct = (SELECT other.price_ct FROM package AS other WHERE other.lot_id = package.lot_id"
        f" AND other.is_withdrawal = package.is_withdrawal AND other.tag <> package.tag LIMIT 1) WHERE lot_id = '{lot}'"
        f" AND rev = 1 AND tag = '{film.stage.tag(2)}'"
    )
    async with film.stage.world.db.snapshot() as tx:
        held = await tx.exec_driver_sql(
            f"SELECT price_ct FROM package WHERE rev = 1 AND tag = '{film.stage.tag(2)}' AND lot_id = '{lot}'"
        )
        old = bytes(held.scalar_one())
    await run(film, swap)
    report = await compare(film)
    back = f"= X'{old.hex()}'" if "sqlite" in film.stage.world.settings.database_url else f"= '\\x{old.hex()}'"
    await run(film, f"UPDATE package SET price_ct {back} WHERE rev = 1 AND tag = '{film.stage.tag(2)}'")
    assert report.outcome is Outcome.TAMPERED
    texts = " ".join(finding.text for finding in report.findings)
    # The bundle's copy no longer opens, and the table's bytes are not those that were receipted.
    assert "receipted" in texts or "missing" in texts, texts


async def run(film: Film, *statements: str) -> None:
    async with film.stage.world.db.transaction() as tx:
        await tear_down_fence(tx)
        for statement in statements:
            assert (await tx.exec_driver_sql(statement)).rowcount >= 1, statement
