"""Signatures that another house collects: down, slow, twice, late, under another text; both sides."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.award.contract_signing import call_provider, want_signatures
from app.domain.kinds import Kind
from app.domain.negotiating import Side
from app.domain.signature_requests import ASK_AGAIN, sign_call
from app.identity.access import Actor
from app.infra.signature_provider import CALLBACK_PATH, ProviderDownError, build_signature_provider, read_answer
from app.journal.store import list_entries
from app.notices.store import list_notices
from app.settings import Settings
from tests.award.acts import award_first, decide
from tests.award.provider import SECRET, FakeProvider, serve
from tests.award.test_contracts import LOT, draft, post, row
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_world


@dataclass(frozen=True)
class Scene:
    """An approved contract whose standstill is over, and the provider."""

    made: TestWorld
    stage: Stage
    fake: FakeProvider
    winner: Actor

    async def paper(self, actor: Actor | None = None) -> Any:
        """The contract as somebody sees it."""
        return (await row(self.stage, actor or self.stage.purchaser))["contract"]

    async def sign(self, actor: Actor, digest: str = "") -> httpx.Response:
        """Sign for somebody's side."""
        paper = await self.paper()
        own = "my/" if actor.is_supplier else ""
        body = {"digest": digest or paper["digest"], "signatory": "李青", "title": "总经理"}
        return await post(self.stage, actor, f"{own}contracts/{paper['id']}/signature", **body)

    async def call(self, wait: timedelta = ASK_AGAIN) -> None:
        """The timekeeper calls after a wait."""
        self.made.clock.wind(seconds=wait.total_seconds())
        await call_provider(self.made.world)

    async def kinds(self) -> list[Kind]:
        """What the journal has of contract and signatures since the approval."""
        async with self.made.world.db.snapshot() as tx:
            entries = await list_entries(tx, chain=f"tender:{self.stage.tender_id}")
        found = [each.kind for each in entries if each.kind.value.startswith(("contract.", "signature."))]
        return found[found.index(Kind.CONTRACT_APPROVED) + 1 :]

    async def told(self, actor: Actor) -> list[str]:
        """The notices somebody has."""
        async with self.made.world.db.snapshot() as tx:
            return [each.kind.value for each in await list_notices(self.made.world, tx, actor.account_id)]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with serve(FakeProvider()) as running:
        yield running


@pytest.fixture
async def scene(clean_database_url: str, tmp_path: Path, fake: FakeProvider) -> AsyncIterator[Scene]:
    made = await make_world(clean_database_url, tmp_path)
    settings = Settings(signature_url=fake.url, signature_secret=SECRET.decode(), signature_name="esign")
    made = replace(made, world=replace(made.world, signatures=build_signature_provider(settings)))
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    await award_first(stage)
    assert (await draft(stage, str(winner.supplier_id))).status_code == 204
    paper = (await row(stage, stage.purchaser))["contract"]
    asked = await post(stage, stage.purchaser, f"contracts/{paper['id']}/submission")
    assert (await decide(stage, asked)).status_code == 200
    made.clock.wind(days=12)
    yield Scene(made, stage, fake, winner)
    await made.world.db.dispose()


async def test_both_sides_sign_with_the_provider(scene: Scene) -> None:
    assert await want_signatures(scene.made.world) == 1
    assert await want_signatures(scene.made.world) == 0
    for actor in (scene.winner, scene.stage.approver):
        assert "signature_wanted" in await scene.told(actor)
    assert (await scene.sign(scene.winner)).status_code == 204
    mine = await scene.paper(scene.winner)
    assert (mine["can_sign"], mine["provider"], mine["signatures"]) == (False, "esign", [])
    assert [(each["state"], each["is_down"]) for each in mine["requests"]] == [("open", False)]
    assert (await scene.sign(scene.winner)).json()["detail"] == {"rule": "signature"}
    # A signature in somebody's hands binds as one that is there.
    assert (await draft(scene.stage, str(scene.winner.supplier_id))).json()["detail"] == {"rule": "signature"}
    await scene.call()
    (asked,) = scene.fake.kept.values()
    assert (asked["digest"], asked["signatory"]) == (mine["digest"], "李青")
    assert (await scene.sign(scene.stage.approver)).status_code == 204
    await scene.call()
    scene.fake.say("confirmed")
    await scene.call()
    paper = await scene.paper()
    assert (paper["state"], len(paper["signatures"]), scene.fake.strangers) == ("active", 2, 0)
    assert {each["method"] for each in paper["signatures"]} == {"esign"}
    assert {each["state"] for each in paper["requests"]} == {"confirmed"}
    calls = len(scene.fake.calls)
    await scene.call(timedelta(days=3))
    assert len(scene.fake.calls) == calls
    assert await scene.kinds() == [
        Kind.SIGNATURE_REQUESTED, Kind.CONTRACT_REFUSED, Kind.CONTRACT_REFUSED, Kind.SIGNATURE_REQUESTED,
        Kind.SIGNATURE_CONFIRMED, Kind.CONTRACT_SIGNED, Kind.SIGNATURE_CONFIRMED, Kind.CONTRACT_SIGNED,
    ]  # fmt: skip


async def test_a_provider_that_is_down_loses_nothing_and_signs_once(scene: Scene) -> None:
    scene.fake.status = 503
    assert (await scene.sign(scene.winner)).status_code == 204
    for _ in range(3):
        await scene.call(timedelta(hours=1))
    mine = await scene.paper(scene.winner)
    assert [(each["state"], each["is_down"]) for each in mine["requests"]] == [("open", True)]
    assert (await scene.told(scene.winner)).count("signature_waiting") == 1
    # It takes the request, and its answer is lost; then it says what nobody can read; then it is itself again.
    scene.fake.status, scene.fake.loses_answers = 0, True
    await scene.call(timedelta(hours=1))
    scene.fake.loses_answers, scene.fake.text = False, b'{"state": "confirmed"'
    await scene.call(timedelta(hours=1))
    scene.fake.text = b"x" * 20_000
    await scene.call(timedelta(hours=1))
    assert (await scene.paper())["signatures"] == []
    scene.fake.text = None
    await scene.call(timedelta(hours=1))
    assert [each["is_down"] for each in (await scene.paper())["requests"]] == [False]
    assert len(scene.fake.kept) == 1
    scene.fake.say("confirmed")
    # Two replicas at once.
    scene.made.clock.wind(minutes=5)
    await asyncio.gather(call_provider(scene.made.world), call_provider(scene.made.world))
    assert [each["side"] for each in (await scene.paper())["signatures"]] == ["supplier"]
    assert (await scene.kinds()).count(Kind.CONTRACT_SIGNED) == 1


async def test_after_a_failed_call_it_waits_longer_each_time(scene: Scene) -> None:
    scene.fake.status = 500
    await scene.sign(scene.winner)
    seen = []
    for _ in range(60):
        await scene.call(timedelta(seconds=5))
        seen.append(len(scene.fake.calls))
    gaps = [seen.count(number) for number in range(1, seen[-1])]
    assert gaps == sorted(gaps)
    assert 4 <= seen[-1] <= 8


async def test_a_signature_under_another_text_counts_for_nothing(scene: Scene) -> None:
    await scene.sign(scene.winner)
    await scene.call()
    scene.fake.say("confirmed")
    scene.fake.digest = "e" * 64
    await scene.call()
    mine = await scene.paper(scene.winner)
    assert (mine["signatures"], [each["state"] for each in mine["requests"]]) == ([], ["refused"])
    assert (await scene.kinds())[-1] is Kind.SIGNATURE_REFUSED
    assert "signature_failed" in await scene.told(scene.winner)
    # The same side may sign again, and is asked for anew.
    assert mine["can_sign"] is True
    scene.fake.digest = ""
    assert (await scene.sign(scene.winner)).status_code == 204
    await scene.call()
    assert len(scene.fake.kept) == 2


async def test_what_is_declined_may_be_signed_again(scene: Scene) -> None:
    await scene.sign(scene.stage.approver)
    await scene.call()
    scene.fake.say("declined")
    await scene.call()
    ours = await scene.paper(scene.stage.approver)
    assert ([each["state"] for each in ours["requests"]], ours["can_sign"]) == (["declined"], True)
    assert (await scene.kinds())[-1] is Kind.SIGNATURE_DECLINED


async def test_a_request_taken_back_counts_for_nothing_later(scene: Scene) -> None:
    path = f"contracts/{(await scene.paper())['id']}/signature/withdrawal"
    assert (await post(scene.stage, scene.winner, f"my/{path}")).json()["code"] == "NOT_ALLOWED_HERE"
    await scene.sign(scene.winner)
    await scene.call()
    # Only one's own side.
    assert (await post(scene.stage, scene.stage.approver, path)).json()["code"] == "NOT_ALLOWED_HERE"
    scene.fake.say("confirmed")
    assert (await post(scene.stage, scene.winner, f"my/{path}")).status_code == 204
    await scene.call()
    assert (await scene.paper())["signatures"] == []
    assert (await scene.kinds())[-2:] == [Kind.SIGNATURE_WITHDRAWN, Kind.SIGNATURE_REFUSED]
    assert "DELETE" in scene.fake.calls
    assert (await scene.sign(scene.winner)).status_code == 204


async def test_what_was_never_sent_is_taken_back_without_a_call(scene: Scene) -> None:
    await scene.sign(scene.winner)
    await post(scene.stage, scene.winner, f"my/contracts/{(await scene.paper())['id']}/signature/withdrawal")
    await scene.call()
    assert scene.fake.calls == []


async def cancel(scene: Scene) -> None:
    body = {"kind": "cancel", "reason": "年度需求计划已取消，不再采购"}
    asked = await post(scene.stage, scene.stage.purchaser, f"contracts/{(await scene.paper())['id']}/ending", **body)
    assert (await decide(scene.stage, asked)).status_code == 200


@pytest.mark.parametrize("is_confirmed", [True, False])
async def test_a_provider_that_confirms_after_the_end_is_refused(scene: Scene, *, is_confirmed: bool) -> None:
    await scene.sign(scene.winner)
    await scene.call()
    await cancel(scene)
    assert [each["state"] for each in (await scene.paper())["requests"]] == ["dropped"]
    if is_confirmed:
        scene.fake.say("confirmed")
    await scene.call()
    await scene.call()
    paper = await scene.paper()
    assert (paper["state"], paper["signatures"]) == ("cancelled", [])
    assert ((await scene.kinds())[-1] is Kind.SIGNATURE_REFUSED) is is_confirmed
    assert {each["state"] for each in scene.fake.kept.values()} == {"confirmed" if is_confirmed else "declined"}
    # The contract of next time is another one.
    assert (await draft(scene.stage, str(scene.winner.supplier_id))).status_code == 204


async def test_the_provider_knocks(scene: Scene) -> None:
    await scene.sign(scene.winner)
    await scene.call()
    scene.fake.say("confirmed")
    (key,) = scene.fake.kept
    body = json.dumps({"key": key}).encode()
    good = sign_call(SECRET, "POST", CALLBACK_PATH, body, scene.made.clock.now())
    old = sign_call(SECRET, "POST", CALLBACK_PATH, body, scene.made.clock.now() - timedelta(minutes=6))
    forged = sign_call(b"another", "POST", CALLBACK_PATH, body, scene.made.clock.now())
    async with caller(scene.made.world) as client:
        client.headers.pop("origin", None)
        for headers, status in ((old, 404), (forged, 404), ({}, 404), (good, 204)):
            sent = {**headers, "content-type": "application/json"}
            assert (await client.post(CALLBACK_PATH, content=body, headers=sent)).status_code == status
            await call_provider(scene.made.world)
            assert len((await scene.paper())["signatures"]) == (status == 204)


@pytest.mark.parametrize("is_built_in", [True, False])
async def test_signing_twice_at_once_signs_once(scene: Scene, *, is_built_in: bool) -> None:
    if is_built_in:
        world = replace(scene.made.world, signatures=build_signature_provider(Settings()))
        scene = replace(scene, made=replace(scene.made, world=world), stage=replace(scene.stage, world=world))
    answers = await asyncio.gather(*(scene.sign(scene.winner) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [204, 409, 409, 409]
    paper = await scene.paper()
    assert [each["side"] for each in paper["signatures" if is_built_in else "requests"]] == [Side.SUPPLIER]


async def test_a_request_of_another_provider_waits(scene: Scene) -> None:
    await scene.sign(scene.winner)
    world = replace(scene.made.world, signatures=build_signature_provider(Settings()))
    await call_provider(world)
    assert [each["is_down"] for each in (await scene.paper())["requests"]] == [True]
    assert (await scene.paper())["signatures"] == []


def test_the_settings_name_a_safe_provider(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of a file\n")
    assert build_signature_provider(Settings()).is_built_in
    given = Settings(signature_url="https://esign.example/v1", signature_secret_file=secret)
    assert not build_signature_provider(given).is_built_in
    for wrong in (
        Settings(signature_url="https://esign.example"),
        Settings(signature_url="http://esign.example", signature_secret="s"),
        Settings(signature_url="ftp://127.0.0.1", signature_secret="s"),
    ):
        with pytest.raises(ValueError, match="BIDROOM_SIGNATURE"):
            build_signature_provider(wrong)


@pytest.mark.parametrize(
    "text", [b"[]", b"{}", b'{"state":"signed","reference":"a","digest":"b"}', b'{"state":"pending","reference":1}']
)
def test_what_is_no_answer_is_asked_again(text: bytes) -> None:
    with pytest.raises(ProviderDownError, match="unreadable"):
        read_answer(text)
