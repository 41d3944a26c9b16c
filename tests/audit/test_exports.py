"""Bundles of a real story: every phase's verifies, and none holds what the auditor may not see yet."""

import csv
import hashlib
import io
import zipfile
from typing import Any

import orjson
import pytest

from app.audit.verifying import verify
from app.domain import bundling
from app.domain.reporting import Outcome
from app.domain.visibility import Phase
from tests.access.theatre import BIDDERS, FINALS, OPENINGS, REFUSED
from tests.audit.conftest import Reel

PHASES = (Phase.DRAFT, Phase.QUESTIONS, Phase.LIVE, Phase.PRICES, Phase.DECISION, Phase.UNSEALED)


def bodies(reel: Reel, phase: Phase) -> list[dict[str, Any]]:
    with zipfile.ZipFile(reel.bundles[phase]) as archive:
        return [orjson.loads(line)["body"] for line in archive.read(bundling.JOURNAL).splitlines()]


def manifest(reel: Reel, phase: Phase) -> dict[str, Any]:
    with zipfile.ZipFile(reel.bundles[phase]) as archive:
        return dict(orjson.loads(archive.read(bundling.MANIFEST)))


@pytest.mark.parametrize("phase", PHASES)
async def test_every_bundle_verifies(reel: Reel, phase: Phase) -> None:
    report = verify(reel.bundles[phase], reel.fingerprint)
    assert report.outcome is Outcome.CLEAN, report.sentence
    assert not any("newer than the last checkpoint" in note for note in report.notes), report.notes


async def test_everything_verifies(reel: Reel) -> None:
    path = await reel.take(await reel.export(all=True), "all")
    report = verify(path, reel.fingerprint)
    assert report.outcome is Outcome.CLEAN, report.sentence
    assert report.counts["bids"] == len(OPENINGS) + len(FINALS)
    assert report.counts["lots"] == 1


async def test_no_bid_leaves_the_house_while_its_lot_runs(reel: Reel) -> None:
    content = reel.bundles[Phase.LIVE].read_bytes()
    assert not any(amount.encode() in content for amount in (*OPENINGS.values(), *FINALS.values(), *REFUSED.values()))
    lot = f"lot:{reel.theatre.ids['lot']}"
    assert {chain["chain"]: chain["partial"] for chain in manifest(reel, Phase.LIVE)["chains"]}[lot] is True
    assert [body["kind"] for body in bodies(reel, Phase.LIVE) if body["chain"] == lot] == ["lot.opened"]


@pytest.mark.parametrize("phase", [Phase.QUESTIONS, Phase.LIVE])
async def test_no_answer_of_a_supplier_leaves_the_house_while_the_tender_runs(reel: Reel, phase: Phase) -> None:
    kinds = {body["kind"] for body in bodies(reel, phase)}
    assert "tender.published" in kinds
    assert not kinds & {"invitation.accepted", "invitation.declined", "bid.accepted", "bid.refused"}


async def test_after_the_close_the_whole_chains_are_given(reel: Reel) -> None:
    kinds = [body["kind"] for body in bodies(reel, Phase.PRICES)]
    assert kinds.count("bid.accepted") == len(OPENINGS) + len(FINALS)
    assert kinds.count("bid.refused") == len(REFUSED)
    assert kinds.count("invitation.accepted") == len(BIDDERS)
    assert not any(chain["partial"] for chain in manifest(reel, Phase.PRICES)["chains"])


async def test_other_chains_are_opaque(reel: Reel) -> None:
    """A tender's bundle tells neither the names of other chains nor how long they are."""
    with zipfile.ZipFile(reel.bundles[Phase.UNSEALED]) as archive:
        content = archive.read(bundling.CHECKPOINTS)
    assert b"supplier:" not in content
    assert b'"system"' not in content
    assert f"tender:{reel.tender}".encode() in content


async def test_the_manifest_says_why_and_for_whom(reel: Reel) -> None:
    scope = manifest(reel, Phase.PRICES)["scope"]
    assert scope["tenders"] == [reel.tender]
    assert (scope["purpose"], scope["recipient"]) == ("yearly audit", "audit office")


async def test_the_table_tells_the_same(reel: Reel) -> None:
    with zipfile.ZipFile(reel.bundles[Phase.UNSEALED]) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read(bundling.TABLE).decode())))
    told = [(body["chain"], str(body["seq"]), body["kind"]) for body in bodies(reel, Phase.UNSEALED)]
    assert [(row["chain"], row["seq"], row["kind"]) for row in rows] == told


async def test_the_job_tells_its_size_and_digest(reel: Reel) -> None:
    job, content = reel.exports[Phase.PRICES], reel.bundles[Phase.PRICES].read_bytes()
    assert job["size"] == len(content)
    assert job["sha256"] == hashlib.sha256(content).hexdigest()
    assert job["done"] == job["total"] == len(bodies(reel, Phase.PRICES))
    listed = await reel.get("/api/audit/exports")
    assert job["id"] in {one["id"] for one in listed}


@pytest.mark.parametrize(
    "body",
    [
        {"tender_ids": [], "purpose": "yearly audit", "recipient": "office"},
        {"all": True, "tender_ids": ["a" * 32], "purpose": "yearly audit", "recipient": "office"},
        {"all": True, "recipient": "office"},
        {"all": True, "purpose": "yearly audit"},
        {"all": True, "purpose": "  x  ", "recipient": "office"},
        {"tender_ids": ["../etc"], "purpose": "yearly audit", "recipient": "office"},
    ],
)
async def test_purpose_recipient_and_one_scope_are_required(reel: Reel, body: dict[str, Any]) -> None:
    await reel.theatre.act("auditor", "POST", "/api/audit/exports", 422, json=body)


async def test_an_unknown_tender_or_export_is_the_one_404(reel: Reel) -> None:
    body = {"tender_ids": ["a" * 32], "purpose": "yearly audit", "recipient": "office"}
    await reel.theatre.act("auditor", "POST", "/api/audit/exports", 404, json=body)
    await reel.theatre.act("auditor", "GET", f"/api/audit/exports/{'a' * 32}", 404)
    await reel.theatre.act("auditor", "GET", f"/api/audit/exports/{'a' * 32}/bundle", 404)


@pytest.mark.parametrize("key", ["purchaser", "approver", "admin", "b1"])
@pytest.mark.parametrize("path", ["exports", "timeline", "checkpoints", "filters"])
async def test_only_the_auditor_comes_in(reel: Reel, key: str, path: str) -> None:
    await reel.theatre.act(key, "GET", f"/api/audit/{path}", 403)


async def test_the_key_is_for_everybody(reel: Reel) -> None:
    told = await reel.theatre.act("nobody", "GET", "/api/audit/key")
    assert told["fingerprint"] == reel.fingerprint
    assert told["words"] == bundling.spoken(reel.fingerprint)
