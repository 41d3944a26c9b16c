"""Questionnaires, sub-criteria, overdue actions and representatives, on the real database and through the doors."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.certification import Aspect
from app.domain.improving import FindingKind, Result
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.registering import Contact
from app.domain.surveying import Question, QuestionKind, ReplyState, Words
from app.domain.visibility import Role
from app.identity.store import list_supplier_accounts
from app.infra.days import today_of
from app.infra.errors import Problem
from app.notices.store import list_notices
from app.suppliers import applying, certifying, finding, store, surveying
from app.suppliers.assessing import Assess
from app.suppliers.certifying import Certify
from app.suppliers.dossier_store import Certification
from app.suppliers.finding import Owed, RecordFinding
from app.suppliers.finding_store import Finding
from app.suppliers.reminding import remind_all
from app.suppliers.survey_store import Questionnaire, Reply
from app.suppliers.surveying import PublishQuestionnaire
from tests.callers import caller
from tests.suppliers.parties import Staff, an_application, certify, decide, hire, kinds_of, marks, register
from tests.worlds import TestWorld, make_actor

DAY = timedelta(days=1)
ISO = Question("", QuestionKind.YES_NO, Words("认证？", "Certified?"), is_must=True)
SIZE = Question("", QuestionKind.NUMBER, Words("产能", "Capacity"), is_must=False, unit="pcs")

INVOICE = {"kind": "invoice", "number": "FP-1", "amount": "1.00", "dated_on": "2026-11-20"}


async def publish(house: TestWorld, staff: Staff, *questions: Question, after: int = 0) -> Questionnaire:
    command = PublishQuestionnaire("compressors", questions, 90, after)
    made = await surveying.publish_questionnaire(house.world, staff.purchaser, command)
    assert isinstance(made, Questionnaire), made
    return made


async def told(house: TestWorld, supplier_id: str) -> list[NoticeKind]:
    async with house.world.db.snapshot() as tx:
        people = await list_supplier_accounts(house.world, tx, [supplier_id])
        return [each.kind for each in await list_notices(house.world, tx, people[0].id)]


async def state_of(house: TestWorld, supplier_id: str) -> ReplyState:
    (owed,) = await surveying.read_owed(house.world, supplier_id)
    return owed.state


async def found(house: TestWorld, staff: Staff, supplier_id: str, *, score: str | None = None, **more: object) -> None:
    values: dict[str, object] = {
        "kind": FindingKind.SITE_AUDIT, "aspect": Aspect.QUALITY, "result": Result.PASSED, "title": "Audit",
        "text": "As it was found.", "held_on": today_of(house.world),
    }  # fmt: skip
    command = RecordFinding(**(values | more), score=None if score is None else Decimal(score))  # type: ignore[arg-type] # a test's own changes
    assert isinstance(await finding.record_finding(house.world, staff.purchaser, supplier_id, command), Finding)


async def test_a_questionnaire_is_asked_kept_handed_in_and_asked_again(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id, other_id = await register(house.world, staff), await register(house.world, staff, 2)
    asked = await publish(house, staff, ISO, SIZE)
    assert NoticeKind.QUESTIONNAIRE_WAITING in await told(house, supplier_id)
    first = asked.questions[0].id
    rep = await make_actor(house.world, supplier_id=supplier_id)
    assert not isinstance(await surveying.save_draft(house.world, rep, asked.id, {first: "yes"}), Refusal)
    assert await state_of(house, supplier_id) is ReplyState.DRAFT
    async with caller(house.world, staff.purchaser) as purchaser:
        (seen,) = (await purchaser.get(f"/api/suppliers/{supplier_id}/questionnaires")).json()
        assert (seen["state"], seen["last"]) == ("open", None)
    refused = await surveying.submit_reply(house.world, rep, asked.id, {})
    assert refused == Refusal(Code.INCOMPLETE, {first: "MISSING_VALUE"})
    assert isinstance(await surveying.submit_reply(house.world, rep, asked.id, {first: "yes"}), Reply)
    assert (await kinds_of(house.world, supplier_id))[-1] is Kind.QUESTIONNAIRE_ANSWERED
    assert (await state_of(house, supplier_id), await state_of(house, other_id)) == (
        ReplyState.ANSWERED, ReplyState.OPEN,
    )  # fmt: skip
    # The next version keeps the question it kept, and its answer.
    again = await publish(house, staff, asked.questions[0], SIZE, after=1)
    assert (again.version, again.questions[0].id) == (2, first)
    (owed,) = await surveying.read_owed(house.world, supplier_id)
    assert (owed.state, dict(owed.answers)) == (ReplyState.OUTDATED, {first: "yes"})
    stale = await surveying.submit_reply(house.world, rep, asked.id, {first: "yes"})
    assert stale == Refusal(Code.CHANGED_SINCE)
    late = PublishQuestionnaire("compressors", [ISO], 90, 1)
    late_word = await surveying.publish_questionnaire(house.world, staff.purchaser, late)
    assert late_word == Refusal(Code.CHANGED_SINCE)
    assert isinstance(await surveying.submit_reply(house.world, rep, again.id, {first: "no"}), Reply)
    house.clock.wind(days=61)
    assert await remind_all(house.world) == 1
    assert await remind_all(house.world) == 0
    house.clock.wind(days=29)
    assert await state_of(house, supplier_id) is ReplyState.EXPIRED


async def test_a_questionnaire_is_only_its_categorys(house: TestWorld) -> None:
    staff = await hire(house.world)
    asked = await publish(house, staff, ISO)
    stranger = await register(house.world, staff, 2, categories=["copper_tube"])
    rep = await make_actor(house.world, supplier_id=stranger)
    assert await surveying.read_owed(house.world, stranger) == []
    with pytest.raises(Problem):
        await surveying.save_draft(house.world, rep, asked.id, {})


async def test_an_applicant_answers_what_its_category_asks_and_keeps_it_as_a_supplier(house: TestWorld) -> None:
    staff = await hire(house.world)
    asked = await publish(house, staff, ISO)
    question = asked.questions[0].id
    apply = applying.apply
    bare = await apply(house.world, an_application(), locale="en", network="198.51.100.7")
    assert bare == Refusal(Code.INCOMPLETE, {question: "MISSING_VALUE"})
    answers = {asked.id: {question: "yes"}}
    made = await apply(house.world, an_application(), locale="en", network="198.51.100.7", answers=answers)
    assert isinstance(made, str)
    (waiting,) = await applying.list_applications(house.world, is_open=True)
    case = await applying.read_case(house.world, waiting.id)
    assert [one.state for one in case.owed] == [ReplyState.ANSWERED]
    proposal = await applying.propose_admission(house.world, staff.purchaser, waiting.id, None)
    assert not isinstance(proposal, Refusal)
    await decide(house.world, staff.approver, proposal.id)
    assert await state_of(house, waiting.id) is ReplyState.ANSWERED


async def test_marks_come_from_audits_tests_and_what_was_looked_up(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await found(house, staff, supplier_id, score="85")
    await found(house, staff, supplier_id, kind=FindingKind.SAMPLE_TEST)
    body = {"figures": {"registration": "active", "rating": "AA", "years": "8"}}
    form = {"assessed": body, "valid_until": "2027-06-30T16:00:00.000Z"}
    async with caller(house.world, staff.purchaser) as purchaser:
        path = f"/api/suppliers/{supplier_id}"
        shown = (await purchaser.post(f"{path}/assessment", json=body)).json()
        # 85×40 and 90×30 of 70; nothing is known of delivery; 100×30, 80×30 and 90×40.
        assert shown["computed"] == {"quality": "87.14", "delivery": None, "credit": "90.00"}
        assert shown["gains"][0]["sub"] == "site_audit"
        foreign = await purchaser.post(f"{path}/assessment", json={"figures": {"on_time": "99"}})
        assert (foreign.status_code, foreign.json()["code"]) == (409, "NOT_ALLOWED_HERE")
        missing = await purchaser.post(f"{path}/certifications", json=form)
        assert (missing.status_code, missing.json()["code"]) == (409, "INCOMPLETE")
        silent = await purchaser.post(f"{path}/certifications", json={**form, "delivery": "88"})
        assert (silent.status_code, silent.json()["code"]) == (409, "REASON_MISSING")
        bare = {"quality": "88", "delivery": "88", "credit": "88", "valid_until": form["valid_until"]}
        assert (await purchaser.post(f"{path}/certifications", json=bare)).status_code == 422
        reasoned = {**form, "delivery": "88", "assessed": {**body, "reasons": {"delivery": "No orders yet."}}}
        made = (await purchaser.post(f"{path}/certifications", json=reasoned)).json()
    assert not isinstance(await decide(house.world, staff.approver, made["proposal_id"]), Refusal)
    rep = await make_actor(house.world, supplier_id=supplier_id)
    async with caller(house.world, rep) as own:
        current = (await own.get("/api/my/supplier")).json()["current"]
    assert (current["marks"]["quality"], current["assessment"]["direct"]) == ("87.14", {"delivery": ""})
    assert len(current["assessment"]["parts"]) == 9
    # An older audit is too old to count, an annulled one never counts.
    house.clock.wind(days=731)
    async with caller(house.world, staff.purchaser) as purchaser:
        later = (await purchaser.post(f"/api/suppliers/{supplier_id}/assessment", json={})).json()
    assert (later["computed"]["quality"], later["computed"]["credit"]) == (None, "90.00")


async def test_a_certification_on_a_condition_lapses_with_it_and_both_sides_are_told(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id, earlier_id = await register(house.world, staff), await register(house.world, staff, 2)
    now, day = house.world.clock.now(), today_of(house.world)
    # Certified before anything was found: the action is no condition of this one.
    await certify(house.world, staff, earlier_id, until=now + 300 * DAY)
    house.clock.wind(seconds=1)
    for each in (supplier_id, earlier_id):
        owed = [Owed("Record every test.", date_of) for date_of in (day + 10 * DAY, day + 40 * DAY)]
        await found(house, staff, each, result=Result.CONDITIONAL, actions=owed)
    await certify(house.world, staff, supplier_id, until=now + 39 * DAY)
    house.clock.wind(days=10)
    assert await remind_all(house.world) == await _ended_reminders(house, supplier_id)
    house.clock.wind(days=1)
    assert await remind_all(house.world) >= 2
    assert {NoticeKind.ACTION_OVERDUE, NoticeKind.CERTIFICATION_LAPSED} <= set(await told(house, supplier_id))
    assert NoticeKind.CERTIFICATION_LAPSED not in await told(house, earlier_id)
    async with house.world.db.snapshot() as tx:
        at = house.world.clock.now()
        states = [
            (await store.find_standing(tx, each, "compressors", at)).state.value for each in (supplier_id, earlier_id)
        ]
        bought = await list_notices(house.world, tx, staff.purchaser.account_id)
    assert states == ["expired", "certified"]
    assert NoticeKind.SUPPLIER_ACTION_OVERDUE in {each.kind for each in bought}
    assert Kind.CERTIFICATION_LAPSED in await kinds_of(house.world, supplier_id)
    assert await remind_all(house.world) == 0


async def _ended_reminders(house: TestWorld, supplier_id: str) -> int:
    """What is owed on that day besides: the reminder 30 days before the end."""
    return (await told(house, supplier_id)).count(NoticeKind.CERTIFICATION_EXPIRING)


async def test_who_joins_may_only_look_until_the_others_confirm(house: TestWorld) -> None:
    staff = await hire(house.world)
    holder = await register(house.world, staff)
    first = await make_actor(house.world, supplier_id=holder)
    asked = await publish(house, staff, ISO)
    contact = Contact(name="钱二", email="second@lanchuan.example", phone="")
    typed = an_application(contact=contact)
    answers = {asked.id: {asked.questions[0].id: "yes"}}
    made = await applying.apply(house.world, typed, locale="en", network="198.51.100.7", answers=answers)
    assert isinstance(made, str)
    (waiting,) = await applying.list_applications(house.world, is_open=True)
    proposal = await applying.propose_admission(house.world, staff.purchaser, waiting.id, holder)
    assert not isinstance(proposal, Refusal)
    await decide(house.world, staff.approver, proposal.id)
    async with house.world.db.snapshot() as tx:
        people = await list_supplier_accounts(house.world, tx, [holder])
        notices = await list_notices(house.world, tx, first.account_id)
    (second,) = [one for one in people if one.email == contact.email]
    assert NoticeKind.REPRESENTATIVE_JOINED in {each.kind for each in notices}
    assert [right.value for right in sorted(second.rights)] == ["view"]
    async with caller(house.world, first) as own:
        path = f"/api/my/representatives/{second.id}"
        team = (await own.get("/api/my/representatives")).json()
        assert [one["join_state"] for one in team["people"] if one["id"] == second.id] == ["waiting"]
        early = await own.put(f"{path}/rights", json={"rights": ["bid"]})
        assert (early.status_code, early.json()["code"]) == (409, "NOT_ALLOWED_HERE")
        mine = await own.put(f"/api/my/representatives/{first.account_id}/rights", json={"rights": []})
        assert (mine.status_code, mine.json()["code"]) == (409, "SAME_PERSON")
        assert (await own.post(f"{path}/joining", json={"confirm": True, "rights": ["bid"]})).status_code == 204
        twice = await own.post(f"{path}/joining", json={"confirm": False})
        assert (twice.status_code, twice.json()["code"]) == (409, "ALREADY_DECIDED")
        assert (await own.put(f"{path}/rights", json={"rights": ["view"]})).status_code == 204
    assert (await kinds_of(house.world, holder))[-1] is Kind.RIGHTS_CHANGED


async def test_a_right_that_is_missing_is_refused_at_every_door_that_asks_for_it(house: TestWorld) -> None:
    from app.identity import store as identity_store  # noqa: PLC0415 - one test sets rights by hand

    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    asked = await publish(house, staff, ISO)
    rep = await make_actor(house.world, supplier_id=supplier_id)
    async with house.world.db.transaction() as tx:
        await identity_store.set_account(tx, rep.account_id, rights=["view"])
    none = "0" * 32
    bids: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("PUT", f"/api/my/questionnaires/{asked.id}", {"answers": {}}),
        ("POST", f"/api/my/questionnaires/{asked.id}/submission", {"answers": {}}),
        ("POST", "/api/my/appeals", {"subject": "finding", "subject_id": none, "text": "It was not so."}),
        ("POST", f"/api/rounds/{none}/uploads", {"lot_id": none, "size": 1, "sha256": "0" * 64}),
        ("POST", f"/api/tenders/{none}/response", {"answer": "accept"}),
        ("POST", f"/api/my/representatives/{rep.account_id}/joining", {"confirm": True}),
        ("POST", f"/api/tenders/{none}/questions", {"text": "Which thread do the ports have?"}),
        ("POST", f"/api/my/payments/{none}/invoices", INVOICE),
        ("POST", f"/api/my/payments/{none}/query", {"text": "When is it paid?"}),
    )
    async with caller(house.world, rep) as own:
        for method, path, body in bids:
            answer = await own.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "RIGHT_MISSING"), path
        assert (await own.get("/api/my/questionnaires")).status_code == 200
        assert (await own.get("/api/my/payments")).status_code == 200
        assert (await own.get("/api/me")).json()["rights"] == ["view"]


@pytest.mark.parametrize("right", ["bid", "sign"])
async def test_who_may_bid_or_sign_sends_invoices_and_only_who_may_bid_asks(house: TestWorld, right: str) -> None:
    from app.identity import store as identity_store  # noqa: PLC0415 - as above

    staff = await hire(house.world)
    rep = await make_actor(house.world, supplier_id=await register(house.world, staff))
    async with house.world.db.transaction() as tx:
        await identity_store.set_account(tx, rep.account_id, rights=["view", right])
    none = "0" * 32
    async with caller(house.world, rep) as own:
        # Past the door there is no such milestone and no such tender.
        assert (await own.post(f"/api/my/payments/{none}/invoices", json=INVOICE)).status_code == 404
        asked = await own.post(f"/api/tenders/{none}/questions", json={"text": "Which thread do the ports have?"})
        assert asked.status_code == (404 if right == "bid" else 403)


async def test_one_history_tells_everybody_what_it_may_know(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await certify(house.world, staff, supplier_id)
    await found(house, staff, supplier_id, score="85")
    rep = await make_actor(house.world, supplier_id=supplier_id)
    auditor = await make_actor(house.world, Role.AUDITOR)
    async with caller(house.world, rep) as own:
        finding_id = (await own.get("/api/my/life")).json()["findings"][0]["id"]
        body = {"subject": "finding", "subject_id": finding_id, "text": "It was not so."}
        await own.post("/api/my/appeals", json=body)
        mine = [one["what"] for one in (await own.get("/api/my/history")).json()]
    seen = {}
    for reader in (staff.purchaser, auditor):
        async with caller(house.world, reader) as client:
            told_to = (await client.get(f"/api/suppliers/{supplier_id}/history")).json()
            seen[reader.account_id] = [one["what"] for one in told_to]
    assert sorted(mine) == ["appealed", "certified", "finding", "registered"]
    assert sorted(seen[auditor.account_id]) == sorted(mine)
    assert "appealed" not in seen[staff.purchaser.account_id]


async def test_a_score_is_a_mark(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    command = RecordFinding(
        kind=FindingKind.SITE_AUDIT, aspect=Aspect.QUALITY, result=Result.PASSED, title="Audit", text="As found.",
        held_on=date(2026, 1, 1), score=Decimal("100.01"),
    )  # fmt: skip
    refused = await finding.record_finding(house.world, staff.purchaser, supplier_id, command)
    assert refused == Refusal(Code.OUT_OF_RANGE, {"field": "score", "highest": "100"})
    unfounded = Certify(marks(), house.world.clock.now() + 90 * DAY, assess=Assess({}, {}, {}))
    empty = await certifying.propose_certification(house.world, staff.purchaser, supplier_id, unfounded)
    assert not isinstance(empty, Certification)
