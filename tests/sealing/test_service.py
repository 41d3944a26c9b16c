"""The command line's own way against the real service: facts, upload, PUT, receipt, manifest, opening."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from app.audit.verify_receipt import BAD, OK, check
from app.client.caller import Caller, CallError
from app.client.sealer import Offer, seal_package, submit_package
from app.domain.drafting import Template
from app.main import build_app
from tests.callers import BASE
from tests.sealed_rounds.stage import Stage, set_sealed_stage
from tests.worlds import sign_in


@pytest.fixture
async def large(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The usual large tender: technical answers and prices, open."""
    made = await set_sealed_stage(clean_database_url, tmp_path, template=Template.LARGE)
    await made.open()
    yield made
    await made.world.db.dispose()


@asynccontextmanager
async def bidder(stage: Stage, number: int) -> AsyncIterator[Caller]:
    cookies, headers = await sign_in(stage.world, stage.rep(number))
    async with Caller(BASE, httpx.ASGITransport(build_app(stage.world))) as caller:
        caller._client.cookies.update(cookies)
        caller._client.headers.update(headers)
        yield caller


def offer_for(lot: dict[str, object], answers: list[tuple[str, str, str]], amount: str) -> Offer:
    lines = [(line["number"], amount) for line in lot["lines"]]  # type: ignore[attr-defined]  # JSON of the service
    return Offer(amount, lines, answers, [("plan.pdf", "application/pdf", b"%PDF-1.7" * 20_000)])


async def test_a_package_from_the_command_line_is_received_and_opened(large: Stage, tmp_path: Path) -> None:
    path = f"/rounds/{large.round_id}/sealed"
    async with bidder(large, 0) as caller:
        facts = await caller.get(path)
        lot = facts["lots"][0]
        criteria = facts["evaluation"]["technical"]["criteria"]
        answers = [(criterion["id"], "", "good") for criterion in criteria]
        first = seal_package(facts, lot["lot_id"], offer_for(lot, answers, lot["ceiling_price"]))
        receipt = await submit_package(caller, first)
        # The same package again: the same receipt.
        assert await submit_package(caller, first) == receipt
        second = seal_package(await caller.get(path), lot["lot_id"], offer_for(lot, answers, lot["ceiling_price"]))
        assert (second.header.binding.rev, second.header.binding.prev) == (2, first.digest)
        newest = await submit_package(caller, second)
        with pytest.raises(CallError):
            await submit_package(caller, first)
    for number in (1, 2, 3):
        await large.hand_in(number)
    await large.close()
    async with bidder(large, 0) as caller:
        manifest = await caller.get(f"/rounds/{large.round_id}/manifest")
    for name, value in {"receipt": newest, "package": second.file(), "manifest": manifest, "old": receipt}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    files = {"package": tmp_path / "package.json", "manifest": tmp_path / "manifest.json"}
    key = facts["journal_key"]
    assert check(tmp_path / "receipt.json", key, **files)[0] == OK
    # The revision that was replaced has a good receipt, and is not live.
    assert [check(tmp_path / "old.json", key, **given)[0] for given in ({}, files)] == [OK, BAD]
    assert check(tmp_path / "old.json", key, manifest=files["manifest"])[0] == BAD
