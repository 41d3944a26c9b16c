"""Names: after the decision, by two persons, of the scope and nobody else; one text to all; savings."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.award.tables import award, unsealing
from app.domain.kinds import Kind
from app.domain.tendering import TenderState
from app.domain.visibility import Phase, Role
from app.infra.outbox import deliver_waiting
from app.journal.store import list_entries
from app.tenders import store as tender_store
from tests.award.acts import ask_unsealing, award_first, decide, propose, ranked_rows, read
from tests.callers import caller
from tests.evaluation.stage import BASELINE, make_stage
from tests.letters import text_of
from tests.worlds import TestWorld, make_actor, make_world

LOT = [("青禾", "280.00"), ("岚川", "275.00"), ("青禾", "271.40"), ("澄锐", "277.00"), ("朗峤", "290.00")]


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def test_names_need_an_approved_decision_and_a_second_person(made: TestWorld) -> None:
    """Attack N12: before the decision; by one person; by one person with two hats."""
    stage = await make_stage(made.world, [LOT])
    assert (await ask_unsealing(stage)).json()["code"] == "NOT_DECIDED"
    ((first, *_),) = await ranked_rows(stage)
    assert (await ask_unsealing(stage)).json()["code"] == "NOT_DECIDED"
    asked = await propose(stage, [(first["label"], "")])
    assert (await ask_unsealing(stage)).json()["code"] == "NOT_DECIDED"
    await decide(stage, asked)
    both = await make_actor(made.world, Role.PURCHASER, Role.APPROVER)
    unseal = await ask_unsealing(stage, actor=both)
    assert (await decide(stage, unseal, by=both)).json()["code"] == "SAME_PERSON"
    assert (await ask_unsealing(stage)).json()["code"] == "PENDING"
    assert (await read(stage, stage.purchaser, "result"))["lots"] == []
    async with made.world.db.snapshot() as tx:
        assert (await tx.execute(select(unsealing))).first() is None


async def test_only_the_preferred_is_named(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await award_first(stage)
    result = await read(stage, stage.purchaser, "result")
    (named,) = result["lots"][0]["unsealed"]
    assert (named["label"], named["name_zh"], named["is_preferred"]) == (first["label"], "青禾公司", True)
    assert named["contact"]["name"] == "青禾 contact"
    for name in ("岚川", "澄锐", "朗峤", "沉默"):
        assert name not in str(result)
    async with made.world.db.snapshot() as tx:
        rows = (await tx.execute(select(unsealing.c.supplier_id, unsealing.c.tag))).all()
        found = await tender_store.load_tender(tx, stage.tender_id)
        amounts = (await tx.execute(select(award.c.amount))).scalars().all()
    assert rows == [(stage.bidders["青禾"].supplier_id, stage.bidders["青禾"].tag)]
    assert (found.state, found.phase) == (TenderState.AWARDED, Phase.UNSEALED)
    assert [str(amount) for amount in amounts] == ["271.4000"]


async def test_the_shortlist_names_three_and_not_the_fourth(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT], scope="shortlist")
    await award_first(stage)
    result = await read(stage, stage.approver, "result")
    names = [(each["name_zh"], each["rank"], each["is_preferred"]) for each in result["lots"][0]["unsealed"]]
    assert names == [("青禾公司", 1, True), ("岚川公司", 2, False), ("澄锐公司", 3, False)]
    assert "朗峤" not in str(result)


async def test_the_scope_is_the_published_one_whatever_a_column_says(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    async with made.world.db.transaction() as tx:
        await tx.execute(text("UPDATE tender SET unseal_scope = 'shortlist'"))
    await award_first(stage)
    assert len((await read(stage, stage.purchaser, "result"))["lots"][0]["unsealed"]) == 1


async def test_the_journal_tells_the_link_of_the_named_only(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await award_first(stage)
    async with made.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=f"tender:{stage.tender_id}")
    winner = stage.bidders["青禾"]
    unsealed = [entry for entry in entries if entry.kind is Kind.IDENTITY_UNSEALED]
    names = ("lot", "label", "tag", "supplier", "scope")
    assert [{name: entry.data[name] for name in names} for entry in unsealed] == [
        {"lot": stage.lots[0], "label": first["label"], "tag": winner.tag, "supplier": winner.supplier_id,
         "scope": "preferred"},
    ]  # fmt: skip
    assert unsealed[0].actor_ref == stage.approver.account_id
    assert entries[-1].kind is Kind.TENDER_AWARDED
    assert entries[-1].data["awards"] == [{"lot": stage.lots[0], "supplier": winner.supplier_id, "amount": "271.40"}]
    for name in ("岚川", "澄锐", "朗峤"):
        assert not any(stage.bidders[name].supplier_id in entry.body.decode() for entry in entries)


async def test_what_is_unsealed_stays_so_and_the_decision_cannot_change(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await award_first(stage)
    assert (await ask_unsealing(stage)).json()["code"] == "ALREADY_DECIDED"
    assert (await propose(stage, [(first["label"], "")])).json()["code"] == "NOT_ALLOWED_HERE"


async def test_each_supplier_reads_its_own_result_and_nothing_of_others(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    before = await read(stage, stage.bidders["岚川"].actor, "result")
    assert (before["state"], before["lots"]) == ("waiting", [])
    await award_first(stage)
    won = await read(stage, stage.bidders["青禾"].actor, "result")
    lost = await read(stage, stage.bidders["岚川"].actor, "result")
    silent = await read(stage, stage.others["silent"], "result")
    assert (won["lots"][0]["outcome"], won["lots"][0]["rank"], won["lots"][0]["amount"]) == ("preferred", 1, "271.40")
    assert won["contact"]["name"] == stage.purchaser.name
    assert (lost["lots"][0]["outcome"], lost["lots"][0]["rank"], lost["lots"][0]["amount"]) == (
        "not_selected", 2, "275.00",
    )  # fmt: skip
    assert (lost["contact"], lost["lots"][0]["winners"]) == (None, [])
    assert (before["joined"], lost["joined"], silent["joined"]) == (None, 4, 4)
    assert silent["lots"][0]["outcome"] == "no_bid"
    for own, other in ((lost, "271.4"), (silent, "271.4"), (won, "275.0")):
        assert other not in str(own)
    assert "青禾" not in str(lost)


async def test_the_winner_is_named_where_the_rules_announce_it(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT], announce_winner=True)
    await award_first(stage)
    lost = await read(stage, stage.bidders["岚川"].actor, "result")
    assert lost["lots"][0]["winners"] == [{"name_zh": "青禾公司", "name_en": "青禾 Ltd"}]
    assert "271.4" not in str(lost)


async def test_who_may_read_the_names(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await award_first(stage)
    evaluator, admin = await make_actor(made.world, Role.EVALUATOR), await make_actor(made.world, Role.ADMIN)
    for actor, sees_contact, sees_money in (
        (stage.purchaser, True, True), (stage.approver, True, True), (stage.auditor, False, True),
        (evaluator, False, False),
    ):  # fmt: skip
        lot = (await read(stage, actor, "result"))["lots"][0]
        assert lot["unsealed"][0]["name_zh"] == "青禾公司"
        assert (lot["unsealed"][0]["contact"] is not None, lot["saving"] is not None) == (sees_contact, sees_money)
    async with caller(made.world, admin) as client:
        assert (await client.get(f"/api/tenders/{stage.tender_id}/result")).status_code == 404


async def test_absent_and_foreign_are_one_answer(made: TestWorld) -> None:
    """Attack N08: a supplier that was not invited and an id that never existed get the same bytes."""
    stage = await make_stage(made.world, [LOT])
    other = await make_stage(made.world, [[("溪桥", "1.00")]], names=("溪桥",))
    stranger = other.bidders["溪桥"].actor
    async with caller(made.world, stranger) as client:
        foreign = await client.get(f"/api/tenders/{stage.tender_id}/result")
        absent = await client.get(f"/api/tenders/{'0' * 32}/result")
    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content) == (404, absent.content)


async def test_one_text_to_winner_and_losers_and_none_to_the_silent(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await award_first(stage)
    await deliver_waiting(made.world)
    bidders = {bidder.actor.email for bidder in stage.bidders.values()}
    results = [mail for mail in made.mail.sent if mail["To"] in bidders]
    assert {mail["To"] for mail in results} == bidders
    assert len({(mail["Subject"], text_of(mail)) for mail in results}) == 1
    for mail in made.mail.sent:
        for secret in ("青禾", "岚川", "Ltd", "271", "275", "R1"):
            assert secret not in mail["Subject"]
            assert secret not in text_of(mail)


async def test_savings_to_date_with_missing_baselines_flagged(made: TestWorld) -> None:
    known = await make_stage(made.world, [LOT, LOT], baselines=[BASELINE, None])
    await award_first(known)
    async with caller(made.world, known.auditor) as client:
        savings = (await client.get("/api/savings")).json()
    (total,) = savings["totals"]
    assert (total["currency"], total["money"], total["percent"]) == ("CNY", "28600.00", "9.53")
    assert (total["lots"], total["lots_without_baseline"]) == (2, 1)
    assert savings["tenders"][0]["is_complete"] is False
    for role in (Role.EVALUATOR, Role.ADMIN):
        async with caller(made.world, await make_actor(made.world, role)) as client:
            assert (await client.get("/api/savings")).status_code == 403


async def test_nothing_of_a_refused_unsealing_is_kept(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    await decide(stage, await propose(stage, [(first["label"], "")]))
    assert (await decide(stage, await ask_unsealing(stage), "refuse", "erst die Prüfung")).status_code == 200
    async with made.world.db.snapshot() as tx:
        assert (await tx.execute(select(unsealing))).first() is None
    assert (await read(stage, stage.purchaser, "decision"))["can_unseal"]
    assert (await decide(stage, await ask_unsealing(stage))).status_code == 200
