"""From an application to an appeal, on the real database and through the doors."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.approvals.store import Proposal
from app.domain.applying import ApplicationState, Likeness
from app.domain.approving import Verdict
from app.domain.certification import Aspect
from app.domain.improving import ActionState, FindingKind, Result
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.registering import Contact
from app.domain.visibility import Role
from app.identity.access import Actor
from app.identity.store import list_supplier_accounts
from app.infra.days import today_of
from app.infra.errors import Problem
from app.infra.outbox import deliver_waiting
from app.notices.store import list_notices
from app.suppliers import appealing, applying, certifying, evidencing, finding, living, store
from app.suppliers.appealing import MakeAppeal
from app.suppliers.certifying import Certify
from app.suppliers.evidencing import AddEvidence
from app.suppliers.finding import Owed, RecordFinding
from app.suppliers.finding_store import Appeal, Finding
from app.suppliers.reminding import remind_all
from tests.callers import caller
from tests.suppliers.parties import (
    Staff,
    an_application,
    certify,
    decide,
    entries_of,
    hire,
    kinds_of,
    marks,
    propose,
    register,
)
from tests.worlds import TestWorld, make_actor

DAY = timedelta(days=1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


async def applied(house: TestWorld, number: int = 1, *, network: str = "198.51.100.7", **changes: object) -> str:
    """The id of an application that was taken."""
    made = await applying.apply(house.world, an_application(number, **changes), locale="en", network=network)
    assert isinstance(made, str), made
    waiting = await applying.list_applications(house.world, is_open=True)
    return next(each.id for each in waiting if applying.reference_of(each.id) == made)


async def admit(house: TestWorld, staff: Staff, application_id: str, into: str | None = None) -> Proposal | Refusal:
    made = await applying.propose_admission(house.world, staff.purchaser, application_id, into)
    return made if isinstance(made, Refusal) else await decide(house.world, staff.approver, made.id)


async def told_to(house: TestWorld, supplier_id: str) -> list[NoticeKind]:
    async with house.world.db.snapshot() as tx:
        people = await list_supplier_accounts(house.world, tx, [supplier_id])
        return [each.kind for each in await list_notices(house.world, tx, people[0].id)]


async def state_of(house: TestWorld, application_id: str) -> ApplicationState:
    return (await applying.read_case(house.world, application_id)).application.state


async def find(house: TestWorld, staff: Staff, supplier_id: str, *due: date) -> Finding:
    command = RecordFinding(
        kind=FindingKind.SITE_AUDIT,
        aspect=Aspect.QUALITY,
        result=Result.CONDITIONAL if due else Result.PASSED,
        title="Audit of the brazing line",
        text="Leak tests are not recorded.",
        held_on=today_of(house.world),
        actions=[Owed("Record every leak test.", each) for each in due],
    )
    made = await finding.record_finding(house.world, staff.purchaser, supplier_id, command)
    assert isinstance(made, Finding), made
    return made


async def representative(house: TestWorld, supplier_id: str) -> Actor:
    return await make_actor(house.world, supplier_id=supplier_id)


async def test_an_applicant_becomes_a_supplier_by_two_persons_and_gets_its_link(house: TestWorld) -> None:
    staff = await hire(house.world)
    application_id = await applied(house)
    assert (await applying.read_case(house.world, application_id)).candidates == []
    decided = await admit(house, staff, application_id)
    assert not isinstance(decided, Refusal), decided
    async with house.world.db.snapshot() as tx:
        held = await store.load_supplier(tx, application_id)
    assert (held.name_zh, held.categories) == ("岚川压缩机1", ("compressors",))
    await deliver_waiting(house.world)
    assert "rep1@lanchuan.example" in [mail["To"] for mail in house.mail.sent]
    assert await state_of(house, application_id) is ApplicationState.ADMITTED
    assert await kinds_of(house.world, application_id) == [
        Kind.APPLICATION_RECEIVED, Kind.APPROVAL_PROPOSED, Kind.APPROVAL_GRANTED, Kind.SUPPLIER_REGISTERED,
        Kind.APPLICATION_ADMITTED,
    ]  # fmt: skip
    bodies = str([entry.data for entry in await entries_of(house.world, f"supplier:{application_id}")])
    assert "lanchuan.example" not in bodies
    assert await admit(house, staff, application_id) == Refusal(Code.ALREADY_DECIDED)


async def test_the_holder_of_the_code_gets_one_more_representative(house: TestWorld) -> None:
    staff = await hire(house.world)
    holder = await register(house.world, staff)
    namesake = await register(house.world, staff, 2, name_zh="岚川压缩机1公司")
    contact = Contact(name="", email="second@lanchuan.example", phone="")
    application_id = await applied(house, contact=contact, categories=["compressors", "copper_tube"])
    found = (await applying.read_case(house.world, application_id)).candidates
    assert [(each.held.id, each.duplicate.likeness[0]) for each in found] == [
        (holder, Likeness.CREDIT_CODE), (namesake, Likeness.NAME),
    ]  # fmt: skip
    assert await admit(house, staff, application_id) == Refusal(Code.ALREADY_EXISTS, {"field": "credit_code"})
    assert await admit(house, staff, application_id, namesake) == Refusal(
        Code.NOT_ALLOWED_HERE, {"field": "credit_code"}
    )
    assert not isinstance(await admit(house, staff, application_id, holder), Refusal)
    async with house.world.db.snapshot() as tx:
        people = await list_supplier_accounts(house.world, tx, [holder])
        assert (await store.load_supplier(tx, holder)).categories == ("compressors", "copper_tube")
    assert sorted(person.email for person in people) == ["rep1@lanchuan.example", "second@lanchuan.example"]
    assert (await kinds_of(house.world, holder))[-2:] == [Kind.SUPPLIER_UPDATED, Kind.APPLICATION_MERGED]
    assert await state_of(house, application_id) is ApplicationState.MERGED


async def test_an_address_that_has_an_account_admits_nobody_and_changes_nothing(house: TestWorld) -> None:
    staff = await hire(house.world)
    await register(house.world, staff)
    contact = Contact(name="", email="rep1@lanchuan.example", phone="")
    application_id = await applied(house, 2, contact=contact)
    assert await admit(house, staff, application_id) == Refusal(Code.ALREADY_EXISTS, {"field": "contact_email"})
    assert await state_of(house, application_id) is ApplicationState.APPLIED


async def test_who_is_turned_away_reads_why(house: TestWorld) -> None:
    staff = await hire(house.world)
    application_id = await applied(house)
    made = await applying.propose_admission(house.world, staff.purchaser, application_id, None)
    assert isinstance(made, Proposal)
    refuse = applying.refuse_application
    assert await refuse(house.world, staff.purchaser, application_id, "No demand.") == Refusal(Code.PENDING)
    await decide(house.world, staff.approver, made.id, verdict=Verdict.REFUSE)
    assert await refuse(house.world, staff.purchaser, application_id, "No demand in your category.") is None
    await deliver_waiting(house.world)
    letter = next(mail for mail in house.mail.sent if mail["To"] == "rep1@lanchuan.example")
    assert "No demand in your category." in letter.get_content()
    assert await refuse(house.world, staff.purchaser, application_id, "Again.") == Refusal(Code.ALREADY_DECIDED)


async def test_anybody_may_apply_a_few_times_a_day_and_is_told_nothing_of_others(house: TestWorld) -> None:
    staff = await hire(house.world)
    await register(house.world, staff)
    body = {
        "name_zh": "岚川压缩机", "credit_code": an_application().credit_code, "categories": ["compressors"],
        "contact": {"email": "rep1@lanchuan.example"},
    }  # fmt: skip
    async with caller(house.world) as nobody:
        known = await nobody.post("/api/supplier-applications", json=body)
        wrong = await nobody.post("/api/supplier-applications", json=body | {"credit_code": "91370200000000001X"})
        assert (await nobody.get("/api/categories")).status_code == 200
    assert (known.status_code, list(known.json())) == (202, ["reference"])
    assert (wrong.status_code, wrong.json()["code"]) == (409, "BAD_CREDIT_CODE")
    for number in range(applying.MOST_A_DAY):
        await applied(house, number + 2)
    with pytest.raises(Problem) as raised:
        await applied(house, 20)
    assert raised.value.status == 429
    await applied(house, 20, network="203.0.113.9")
    house.clock.wind(days=1, seconds=1)
    await applied(house, 21)


async def test_reminders_go_out_once_each_and_not_for_what_has_a_successor(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    now = house.world.clock.now()
    await certify(house.world, staff, supplier_id, until=now + 95 * DAY)
    old = AddEvidence(Aspect.QUALITY, "ISO 9001", PDF, now + 60 * DAY)
    await evidencing.add_evidence(house.world, staff.purchaser, supplier_id, old)
    await evidencing.add_evidence(house.world, staff.purchaser, supplier_id, replace(old, valid_until=now + 400 * DAY))
    sent = []
    for days in (4, 1, 59, 1, 22, 1, 8):
        sent.append(await remind_all(house.world))
        house.clock.wind(days=days)
    assert sent == [0, 0, 1, 0, 1, 0, 1]
    assert await remind_all(house.world) == 0
    assert (await told_to(house, supplier_id)).count(NoticeKind.CERTIFICATION_EXPIRING) == 3
    found = await entries_of(house.world, f"supplier:{supplier_id}")
    said = [entry.data["days"] for entry in found if entry.kind is Kind.RENEWAL_REMINDED]
    assert said == [90, 30, 7]


async def test_a_conditional_certification_ends_with_its_conditions(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    now = house.world.clock.now()
    early = await propose(house.world, staff, supplier_id)
    due = today_of(house.world) + 30 * DAY
    await find(house, staff, supplier_id, due)
    # Put before the second person when nothing was found yet.
    overtaken = await decide(house.world, staff.approver, early.proposal_id)
    assert isinstance(overtaken, Refusal)
    assert overtaken.detail["because"] == "corrective_actions"
    long = Certify(marks=marks(), valid_until=now + 300 * DAY)
    refused = await certifying.propose_certification(house.world, staff.purchaser, supplier_id, long)
    assert isinstance(refused, Refusal)
    assert refused.detail["because"] == "corrective_actions"
    await certify(house.world, staff, supplier_id, until=now + 29 * DAY)
    life = await living.read_life(house.world, supplier_id)
    assert life.is_conditional
    rep, action_id = await representative(house, supplier_id), life.actions[0].id
    close = finding.decide_action
    purchaser = staff.purchaser
    early_word = await close(house.world, purchaser, supplier_id=supplier_id, action_id=action_id, accept=True)
    assert early_word == Refusal(Code.NOT_ALLOWED_HERE, {"field": "state"})
    leak = await finding.report_action(house.world, rep, action_id, "Done, call 13800138000")
    assert isinstance(leak, Refusal)
    assert leak.code is Code.LEAK
    assert await finding.report_action(house.world, rep, action_id, "Every test has a sheet now.") is None
    assert await close(house.world, purchaser, supplier_id=supplier_id, action_id=action_id, accept=False) is None
    assert await finding.report_action(house.world, rep, action_id, "And a signature.") is None
    assert await close(house.world, purchaser, supplier_id=supplier_id, action_id=action_id, accept=True) is None
    life = await living.read_life(house.world, supplier_id)
    assert (life.is_conditional, life.actions[0].state) == (False, ActionState.CLOSED)
    await certify(house.world, staff, supplier_id, until=now + 300 * DAY)
    other = await representative(house, await register(house.world, staff, 2))
    with pytest.raises(Problem):
        await finding.report_action(house.world, other, action_id, "Not mine at all.")


async def test_an_appeal_is_decided_by_another_person_and_a_finding_falls(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    found = await find(house, staff, supplier_id, today_of(house.world) + 9 * DAY)
    rep = await representative(house, supplier_id)
    command = MakeAppeal(appealing.FINDING, found.id, "The sheets lay in the next room.")
    made = await appealing.make_appeal(house.world, rep, command)
    assert isinstance(made, Appeal)
    again = await appealing.make_appeal(house.world, rep, command)
    assert again == Refusal(Code.ALREADY_EXISTS, {"field": "subject"})
    both = replace(staff.purchaser, roles=frozenset({Role.PURCHASER, Role.APPROVER}))
    own = await appealing.decide(house.world, both, made.id, uphold=False, answer="It was so.")
    assert own == Refusal(Code.SAME_PERSON)
    assert await appealing.decide(house.world, staff.approver, made.id, uphold=True, answer="We saw them.") is None
    life = await living.read_life(house.world, supplier_id)
    assert not life.is_conditional
    assert life.findings[0].annulled_at == house.world.clock.now()
    assert life.actions[0].state is ActionState.ANNULLED
    assert (await kinds_of(house.world, supplier_id))[-2:] == [Kind.APPEAL_DECIDED, Kind.FINDING_ANNULLED]
    assert NoticeKind.APPEAL_DECIDED in await told_to(house, supplier_id)


async def test_a_certification_that_was_appealed_against_with_success_is_to_be_assessed_anew(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    given = await certify(house.world, staff, supplier_id, given=marks("80", "80", "80"))
    rep = await representative(house, supplier_id)
    async with caller(house.world, rep) as own:
        body = {"subject": "certification", "subject_id": given.id, "text": "Two late deliveries were not ours."}
        assert (await own.post("/api/my/appeals", json=body)).status_code == 201
        shown = (await own.get("/api/my/life")).json()
    assert [way["needed"] for way in shown["improvements"]] == ["99.9", None, None]
    async with caller(house.world, staff.approver) as approver:
        (listed,) = (await approver.get("/api/supplier-appeals")).json()
        assert (listed["may_decide"], listed["title"], listed["supplier_id"]) == (True, "B", supplier_id)
        word = {"uphold": True, "answer": "You are right."}
        assert (await approver.post(f"/api/supplier-appeals/{listed['id']}/decision", json=word)).status_code == 204
    async with caller(house.world, staff.purchaser) as purchaser:
        assert (await purchaser.get("/api/supplier-appeals")).status_code == 403
        life = (await purchaser.get(f"/api/suppliers/{supplier_id}/life")).json()
        assert life["is_to_reassess"] is True
        assert "appeals" not in life
    await certify(house.world, staff, supplier_id)
    assert not (await living.read_life(house.world, supplier_id)).is_to_reassess
