"""attacks.md N12, N14, N16 and N21: nobody talks a name out of a blind view, a desk or a second account."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from tests.award.acts import ask_unsealing, decide, propose, ranked_rows
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_actor, make_world

LOT = [("青禾", "280.00"), ("岚川", "275.00"), ("青禾", "271.40"), ("澄锐", "277.00"), ("朗峤", "290.00")]


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def get(stage: Stage, actor: Actor, path: str) -> httpx.Response:
    async with caller(stage.world, actor) as client:
        return await client.get(f"/api/{path}")


async def test_n12_one_person_with_two_accounts_is_one_person(made: TestWorld) -> None:
    """By the mailbox: the same one with a tag behind it. By the telephone: the same number."""
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    await decide(stage, await propose(stage, [(first["label"], "")]))
    local, _, domain = stage.purchaser.email.partition("@")
    twin = await make_actor(made.world, Role.APPROVER, email=f"{local}+second@{domain}")
    asked = await ask_unsealing(stage)
    assert (await decide(stage, asked, by=twin)).json()["code"] == "SAME_PERSON"
    phone = await make_actor(made.world, Role.APPROVER)
    async with made.world.db.transaction() as tx:
        for actor in (phone, stage.purchaser):
            person = await identity_store.find_account(made.world, tx, actor.account_id)
            assert person is not None
            await identity_store.set_texts(made.world, tx, person, mobile="+8613800138000", is_on=False)
    assert (await decide(stage, asked, by=phone)).json()["code"] == "SAME_PERSON"
    assert (await decide(stage, asked)).status_code == 200


async def test_n14_a_blind_view_is_neither_sorted_nor_filtered_by_who(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await ranked_rows(stage)
    for page in (f"tenders/{stage.tender_id}/ranking", f"tenders/{stage.tender_id}/decision"):
        before = await get(stage, stage.purchaser, page)
        assert before.status_code == 200
        for asked in ("sort=supplier", "sort=name", "region=Qingdao", "grade=A", "category=x1", "name=x1"):
            refused = await get(stage, stage.purchaser, f"{page}?{asked}")
            assert refused.status_code == 422, (page, refused.text)
            # What was asked for is not said again.
            assert asked.partition("=")[2].encode() not in refused.content
        assert (await get(stage, stage.purchaser, page)).content == before.content
    # A page's own address is the page's.
    async with caller(stage.world, stage.purchaser) as client:
        assert (await client.get("/audit/readings?tender=x&sort=y")).status_code != 422


async def test_n16_two_invited_are_told_that_they_know_each_other(made: TestWorld) -> None:
    """The buyer's warning is in the pre-flight (tests/domain/test_tendering_warnings.py); here the auditor's."""
    for names, is_nominal in ((("青禾",), True), (("青禾", "岚川"), False)):
        # One more is invited and stays silent.
        stage = await make_stage(made.world, [[("青禾", "280.00")]], names=names)
        told = (await get(stage, stage.auditor, f"audit/tenders/{stage.tender_id}/readings")).json()
        assert told["is_anonymity_nominal"] is is_nominal


async def test_n21_the_desk_has_no_amounts_and_no_aliases_and_the_buyer_no_desk(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    desk = await make_actor(made.world, Role.DESK_HELP)
    tender, lot = f"tenders/{stage.tender_id}", stage.lots[0]
    for path in (
        f"{tender}/ranking", f"{tender}/decision", f"{tender}/result", f"{tender}/savings", f"{tender}/opening",
        f"rounds/{stage.round_id}/cockpit", f"rounds/{stage.round_id}/state", f"lots/{lot}/history", "approvals",
        "audit/timeline", f"audit/{tender}/readings",
    ):  # fmt: skip
        answer = await get(stage, desk, path)
        assert answer.status_code in (403, 404), (path, answer.status_code)
        assert not any(word in answer.text for word in (first["label"], first["amount"], "271.4"))
    for path in ("desk/rounds", "desk/error-reports"):
        own = await get(stage, desk, path)
        assert own.status_code == 200, own.text
        assert not any(word in own.text for word in (first["label"], first["amount"], "amount", "alias"))
        for actor in (stage.purchaser, stage.approver, stage.auditor, stage.bidders["青禾"].actor):
            assert (await get(stage, actor, path)).status_code == 403, path
