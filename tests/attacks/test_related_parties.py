"""attacks.md Z06 and Z14 from outside: an evaluator who stands near a bidder, and one person behind two firms."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.credit_code import check_character
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.registering import Contact
from app.domain.visibility import Role
from app.evaluation.panel import draw_aliases
from app.identity import store as identity_store
from app.identity.access import Actor
from app.suppliers import store as supplier_store
from app.suppliers.contacts import seal_contact
from app.tenders.participations import Participation, Response
from tests.award.acts import ask_unsealing, decide, propose, ranked_rows
from tests.callers import caller
from tests.evaluation.sealed_stage import EVALUATORS, at_tender, call, make_sealed_stage, open_technical
from tests.evaluation.stage import Stage, make_stage
from tests.evaluation.test_marks import entries_of
from tests.tenders.houses import House, build_house, join, kinds_of, publish, respond
from tests.worlds import TestWorld, make_actor

FIRM = "91990000MANEAR001"
CODE = FIRM + check_character(FIRM)


# ── Z06 ───────────────────────────────────────────────────────────────────────


async def stage_with_firm(house: TestWorld, *, is_opened: bool) -> Stage:
    """A tender that a firm with a known credit code was invited to."""
    stage = await make_sealed_stage(house.world, is_opened=is_opened)
    firm = next(iter(stage.bidders.values())).supplier_id
    async with house.world.db.transaction() as tx:
        await supplier_store.set_supplier(tx, firm, credit_code=CODE)
    return stage


async def declare(stage: Stage, name: str, code: str = CODE) -> Any:
    """An evaluator says to stand near a firm."""
    async with caller(stage.world, stage.others[name]) as client:
        body = {"credit_code": code, "kind": "family", "note": "姐姐在那里工作"}
        return await client.post("/api/me/relations", json=body)


async def test_z06_whoever_stands_near_a_bidder_gets_no_seat(house: TestWorld) -> None:
    stage = await stage_with_firm(house, is_opened=False)
    assert (await declare(stage, "甲", CODE[:-1] + ("0" if CODE[-1] != "0" else "1"))).status_code == 409
    assert (await declare(stage, "甲")).status_code == 201
    accounts = [stage.others[name].account_id for name in EVALUATORS]
    async with caller(stage.world, stage.purchaser) as client:
        answer = await client.post(f"/api/tenders/{stage.tender_id}/panel", json={"accounts": accounts})
    assert (answer.status_code, answer.json()["code"]) == (409, "RELATED_PARTY")
    await call(stage, "乙", "丙")
    # The note is for its owner alone.
    async with caller(stage.world, stage.others["甲"]) as client:
        (own,) = (await client.get("/api/me/relations")).json()
        assert (own["credit_code"], own["note"]) == (CODE, "姐姐在那里工作")
    async with caller(stage.world, stage.others["乙"]) as client:
        assert (await client.get("/api/me/relations")).json() == []
        assert (await client.delete(f"/api/me/relations/{own['id']}")).status_code == 404
    async with house.world.db.snapshot() as tx:
        kept = repr((await tx.exec_driver_sql("SELECT * FROM relation")).all())
        journal = repr((await tx.exec_driver_sql("SELECT body FROM entry")).all())
    assert CODE not in kept + journal
    assert "姐姐" not in kept + journal


async def test_z06_a_relation_declared_on_the_panel_shuts_every_document(house: TestWorld) -> None:
    stage = await stage_with_firm(house, is_opened=True)
    await call(stage, *EVALUATORS)
    for name in EVALUATORS[:2]:
        async with at_tender(stage, stage.others[name]) as client:
            assert (await client.post("/declaration", json={"has_conflict": False, "text": ""})).status_code == 204
            assert (await client.get("/sheet")).status_code == 200
    await declare(stage, "甲")
    for name, status in (("甲", 404), ("乙", 200)):
        async with at_tender(stage, stage.others[name]) as client:
            assert (await client.get("/sheet")).status_code == status, name
    assert (await entries_of(stage, Kind.CONFLICT_DECLARED))[-1].data["by"] == "relation"


async def test_z06_a_panel_called_before_anybody_was_invited_is_looked_at_again(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, is_opened=False)
    await declare(stage, "甲")
    await call(stage, *EVALUATORS)
    firm = next(iter(stage.bidders.values())).supplier_id
    async with house.world.db.transaction() as tx:
        await supplier_store.set_supplier(tx, firm, credit_code=CODE)
    await open_technical(stage)
    await draw_aliases(house.world, stage.tender_id)
    async with at_tender(stage, stage.others["甲"]) as client:
        assert (await client.get("/sheet")).status_code == 404


# ── purchasers and approvers ──────────────────────────────────────────────────


async def near(stage: Stage, actor: Actor) -> None:
    """Somebody of the buyer's side declares to stand near the firm."""
    async with caller(stage.world, actor) as client:
        body = {"credit_code": CODE, "kind": "holding", "note": "持股"}
        assert (await client.post("/api/me/relations", json=body)).status_code == 201


async def awarded_stage(house: TestWorld) -> tuple[Stage, list[Any]]:
    """A ranked tender, one of whose bidders has a known credit code."""
    stage = await make_stage(house.world, [[("青禾", "271.40"), ("岚川", "275.00")]])
    async with house.world.db.transaction() as tx:
        await supplier_store.set_supplier(tx, stage.bidders["岚川"].supplier_id, credit_code=CODE)
    return stage, (await ranked_rows(stage))[0]


async def signals(stage: Stage) -> list[Any]:
    return [each for each in await entries_of(stage, Kind.SIGNAL_RAISED) if each.data == {"signal": "related_staff"}]


async def test_whoever_stands_near_a_bidder_decides_nothing_and_is_not_told_which(house: TestWorld) -> None:
    stage, (first, *_) = await awarded_stage(house)
    near_buyer, near_approver = [await make_actor(house.world, role) for role in (Role.PURCHASER, Role.APPROVER)]
    for actor in (near_buyer, near_approver):
        await near(stage, actor)
    # Neither has had a seat in the tender so far.
    assert await signals(stage) == []
    refused = await propose(stage, [(first["label"], "")], actor=near_buyer)
    assert (refused.status_code, refused.json()["code"], refused.json()["detail"]) == (409, "RELATED_PARTY", {})
    asked = await propose(stage, [(first["label"], "")])
    for verdict in ("approve", "refuse"):
        refused = await decide(stage, asked, verdict, "because of this", by=near_approver)
        assert (refused.json()["code"], refused.json()["detail"]) == ("RELATED_PARTY", {})
    assert (await decide(stage, asked)).status_code == 200
    assert (await ask_unsealing(stage, actor=near_buyer)).json()["code"] == "RELATED_PARTY"
    assert (await decide(stage, await ask_unsealing(stage))).status_code == 200
    raised = await signals(stage)
    assert len(raised) == 4
    firm = stage.bidders["岚川"].supplier_id
    for each in raised:
        assert firm not in each.body.decode() + repr(each.data)
        opened = json.loads(house.world.keys.unseal("vault", bytes.fromhex(each.sealed), stage.tender_id.encode()))
        assert (opened["supplier"], opened["account"] in {near_buyer.account_id, near_approver.account_id}) == (
            firm,
            True,
        )
    async with caller(house.world, stage.auditor) as client:
        told = await client.get("/api/audit/timeline", params={"tender": stage.tender_id, "kind": "signal.raised"})
        assert told.text.count("related_staff") >= 4
        # And on the board, once a tender.
        board = (await client.get("/api/audit/signals")).json()["leads"]
        assert [each["figure"] for each in board if each["method"] == "related_staff"] == ["4"]
        # Who stands near whom the auditor reads with a second person.
        number, reason = raised[-1].seq, "a purchaser was refused for a relation"
        body = {"reading": "actor", "subject": f"tender:{stage.tender_id}#{number}", "reason": reason}
        reading = await client.post(f"/api/audit/tenders/{stage.tender_id}/readings", json=body)
        assert (await decide(stage, reading)).status_code == 200
        (row,) = (await client.post(f"/api/audit/readings/{reading.json()['proposal_id']}/opening")).json()["rows"]
        assert (row["name_zh"], row["person"]) == ("岚川公司", near_buyer.name)
    for actor in (stage.purchaser, stage.approver):
        async with caller(house.world, actor) as client:
            answer = await client.get("/api/audit/timeline", params={"tender": stage.tender_id})
            assert "related_staff" not in answer.text


async def test_a_proposal_of_somebody_who_turns_out_near_is_not_approved(house: TestWorld) -> None:
    stage, (first, *_) = await awarded_stage(house)
    asked = await propose(stage, [(first["label"], "")])
    # Declared with a seat in the tender: the auditor knows at once.
    await near(stage, stage.purchaser)
    assert len(await signals(stage)) == 1
    assert (await decide(stage, asked)).json()["code"] == "RELATED_PARTY"
    assert len(await signals(stage)) == 2


async def test_the_mailbox_of_a_firm_makes_its_owner_a_related_party(house: TestWorld) -> None:
    """Known without a declaration: what the buyer registered of the firm is the approver's own."""
    stage, (first, *_) = await awarded_stage(house)
    firm = stage.bidders["岚川"].supplier_id
    contact = Contact("Li", stage.approver.email.replace("@", "+firm@"), "")
    async with house.world.db.transaction() as tx:
        await supplier_store.set_supplier(tx, firm, contact_sealed=seal_contact(house.world, firm, contact))
    asked = await propose(stage, [(first["label"], "")])
    assert (await decide(stage, asked)).json()["code"] == "RELATED_PARTY"
    assert len(await signals(stage)) == 1


# ── Z14 ───────────────────────────────────────────────────────────────────────


@pytest.fixture
async def firms(clean_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Four firms that may be invited."""
    built = await build_house(clean_database_url, tmp_path)
    yield built
    await built.world.db.dispose()


async def set_contact(house: House, number: int, contact: Contact) -> None:
    """What the buyer registered."""
    supplier_id = house.reps[number].supplier_id
    assert supplier_id is not None
    async with house.world.db.transaction() as tx:
        sealed = seal_contact(house.world, supplier_id, contact)
        await supplier_store.set_supplier(tx, supplier_id, contact_sealed=sealed)


async def test_z14_one_person_represents_one_firm_of_a_round(firms: House) -> None:
    await set_contact(firms, 0, Contact("Li", "li@one.example", "+86 138-0013-8000"))
    await set_contact(firms, 1, Contact("Li", "li@two.example", "13800138000"))
    await set_contact(firms, 2, Contact("Li", "LI+three@one.example", ""))
    tender = await publish(firms)
    await join(firms, tender, firms.reps[0])
    for rep in firms.reps[1:3]:
        refused = await respond(firms, tender, rep, Response.ACCEPTED)
        assert refused == Refusal(Code.RELATED_PARTY)
        # To stay away is everybody's right.
        assert isinstance(await respond(firms, tender, rep, Response.DECLINED), Participation)
    await join(firms, tender, firms.reps[3])
    kinds = await kinds_of(firms, tender.id)
    assert kinds.count(Kind.SIGNAL_RAISED) == 2
    # Once the other firm has left, this one may come.
    await respond(firms, tender, firms.reps[0], Response.DECLINED)
    await join(firms, tender, firms.reps[1])


async def test_z14_trying_numbers_tells_nobody_who_takes_part(firms: House) -> None:
    await set_contact(firms, 0, Contact("Li", "li@one.example", "+86 138-0013-8000"))
    tender = await publish(firms)
    await join(firms, tender, firms.reps[0])
    async with firms.world.db.transaction() as tx:
        person = await identity_store.find_account(firms.world, tx, firms.reps[1].account_id)
        assert person is not None
        await identity_store.set_texts(firms.world, tx, person, mobile="+8613800138000", is_on=True)
    await join(firms, tender, firms.reps[1])
    assert (await kinds_of(firms, tender.id)).count(Kind.SIGNAL_RAISED) == 1
    # Signals are the auditor's, and not while a round runs (K03, K05).
    for actor in (firms.purchaser, firms.approver, firms.auditor):
        async with caller(firms.world, actor) as client:
            answer = await client.get("/api/audit/timeline", params={"tender": tender.id})
            assert "signal.raised" not in answer.text
