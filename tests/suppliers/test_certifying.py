"""Certification, suspension and standing through proposals and approvals, on the real database."""

from datetime import timedelta
from decimal import Decimal

from app.approvals.store import Proposal
from app.domain.approving import ProposalState, Verdict
from app.domain.certification import DEFAULT_WEIGHTS, Grade, Marks, StandingState, may_be_invited
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.identity.store import list_supplier_accounts
from app.notices.store import list_notices
from app.suppliers import certifying, service, store, suspending
from app.suppliers.certifying import Certify
from app.suppliers.reading import read_dossier
from app.suppliers.service import ChangeSupplier
from tests.suppliers.parties import Staff, certify, decide, entries_of, hire, kinds_of, marks, propose, register
from tests.worlds import TestWorld

DAY = timedelta(days=1)


async def state_of(house: TestWorld, supplier_id: str, category: str = "compressors") -> StandingState:
    async with house.world.db.snapshot() as tx:
        return (await store.find_standing(tx, supplier_id, category, house.world.clock.now())).state


async def suspend(house: TestWorld, staff: Staff, supplier_id: str, reason: str = "forged certificate") -> None:
    made = await suspending.propose_suspension(house.world, staff.purchaser, supplier_id, reason)
    assert isinstance(made, Proposal)
    assert not isinstance(await decide(house.world, staff.approver, made.id), Refusal)


async def test_a_certification_counts_from_its_approval_by_another_person(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    made = await propose(house.world, staff, supplier_id)
    assert await state_of(house, supplier_id) is StandingState.NOT_CERTIFIED
    house.clock.wind(hours=1)
    await decide(house.world, staff.approver, made.proposal_id)
    assert await state_of(house, supplier_id) is StandingState.CERTIFIED
    dossier = await read_dossier(house.world, supplier_id)
    assert dossier.current is not None
    assert (dossier.current.score, dossier.current.grade) == (Decimal("92.4"), Grade.A)
    assert dossier.current.valid_from == house.clock.now()
    assert await kinds_of(house.world, supplier_id) == [
        Kind.SUPPLIER_REGISTERED, Kind.APPROVAL_PROPOSED, Kind.CERTIFICATION_PROPOSED, Kind.APPROVAL_GRANTED,
        Kind.CERTIFICATION_APPROVED,
    ]  # fmt: skip


async def test_the_journal_holds_everything_to_recompute_the_score(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await certify(house.world, staff, supplier_id)
    data = (await entries_of(house.world, f"supplier:{supplier_id}"))[-1].data
    marks_given, weights = Marks.from_json(data["marks"]), Marks.from_json(data["weights"])
    pairs = zip(marks_given.by_aspect(), weights.by_aspect(), strict=True)
    assert sum(mark * weight for (_, mark), (_, weight) in pairs) == Decimal(data["score"])
    assert (data["grade"], data["categories"]) == ("A", ["compressors"])


async def test_nobody_approves_the_own_proposal(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    made = await propose(house.world, staff, supplier_id)
    found = await decide(house.world, staff.purchaser, made.proposal_id)
    assert isinstance(found, Refusal)
    assert found.code is Code.SAME_PERSON
    assert await state_of(house, supplier_id) is StandingState.NOT_CERTIFIED


async def test_a_refused_certification_leaves_the_former_in_force(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    first = await certify(house.world, staff, supplier_id)
    house.clock.wind(days=1)
    second = await propose(house.world, staff, supplier_id, given=marks("70", "70", "70"))
    await decide(house.world, staff.approver, second.proposal_id, verdict=Verdict.REFUSE)
    dossier = await read_dossier(house.world, supplier_id)
    assert dossier.current is not None
    assert dossier.current.id == first.id
    assert [(row.id, dossier.state_of(row)) for row in dossier.certifications] == [
        (second.id, "refused"), (first.id, "approved"),
    ]  # fmt: skip
    assert (await kinds_of(house.world, supplier_id))[-1] is Kind.CERTIFICATION_REFUSED


async def test_a_newer_proposal_replaces_the_one_that_waits(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    older = await propose(house.world, staff, supplier_id)
    newer = await propose(house.world, staff, supplier_id, given=marks("80", "80", "80"))
    found = await decide(house.world, staff.approver, older.proposal_id)
    assert isinstance(found, Refusal)
    assert found.code is Code.ALREADY_DECIDED
    await decide(house.world, staff.approver, newer.proposal_id)
    dossier = await read_dossier(house.world, supplier_id)
    assert {row.id: dossier.state_of(row) for row in dossier.certifications} == {older.id: "void", newer.id: "approved"}


async def test_an_edit_of_what_is_certified_voids_the_approval(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    made = await propose(house.world, staff, supplier_id)
    command = ChangeSupplier(1, categories=["compressors", "copper_tube"])
    await service.change_supplier(house.world, staff.purchaser, supplier_id, command)
    found = await decide(house.world, staff.approver, made.proposal_id)
    assert isinstance(found, Refusal)
    assert found.code is Code.CHANGED_SINCE
    dossier = await read_dossier(house.world, supplier_id)
    assert [dossier.state_of(row) for row in dossier.certifications] == ["void"]
    assert await state_of(house, supplier_id) is StandingState.NOT_CERTIFIED


async def test_a_figure_changed_in_the_database_voids_the_approval(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    made = await propose(house.world, staff, supplier_id)
    async with house.world.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE certification SET score = 999000")
    found = await decide(house.world, staff.approver, made.proposal_id)
    assert isinstance(found, Refusal)
    assert found.code is Code.CHANGED_SINCE


async def test_a_changed_phone_number_leaves_the_proposal_alone(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    made = await propose(house.world, staff, supplier_id)
    await service.change_supplier(house.world, staff.purchaser, supplier_id, ChangeSupplier(1, city="Qingdao"))
    assert not isinstance(await decide(house.world, staff.approver, made.proposal_id), Refusal)


async def test_an_approval_after_the_validity_has_run_out_is_refused(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    made = await propose(house.world, staff, supplier_id, until=house.clock.now() + timedelta(hours=2))
    house.clock.wind(hours=2)
    found = await decide(house.world, staff.approver, made.proposal_id)
    assert isinstance(found, Refusal)
    assert (found.code, found.detail["field"]) == (Code.OUT_OF_RANGE, "valid_until")


async def test_a_proposal_expires_after_a_day(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    made = await propose(house.world, staff, supplier_id)
    house.clock.wind(hours=24)
    found = await decide(house.world, staff.approver, made.proposal_id)
    assert isinstance(found, Refusal)
    assert found.code is Code.EXPIRED
    dossier = await read_dossier(house.world, supplier_id)
    assert [dossier.state_of(row) for row in dossier.certifications] == ["void"]
    assert dossier.pending == []


TOO_HEAVY = Marks(Decimal("0.5"), Decimal("0.3"), Decimal("0.3"))
REFUSED: list[tuple[Marks, int, Marks, Code]] = [
    (marks("100.01"), 365, DEFAULT_WEIGHTS, Code.OUT_OF_RANGE),
    (marks("90.005"), 365, DEFAULT_WEIGHTS, Code.OUT_OF_RANGE),
    (marks(), 0, DEFAULT_WEIGHTS, Code.OUT_OF_RANGE),
    (marks(), 4000, DEFAULT_WEIGHTS, Code.OUT_OF_RANGE),
    (marks("90", "59.99", "90"), 365, DEFAULT_WEIGHTS, Code.BELOW_MINIMUM),
    (marks(), 365, TOO_HEAVY, Code.WEIGHTS_NOT_100),
]


async def test_what_the_rules_refuse_is_noted_and_proposes_nothing(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    for given, days, weights, code in REFUSED:
        command = Certify(given, house.clock.now() + days * DAY, weights)
        found = await certifying.propose_certification(house.world, staff.purchaser, supplier_id, command)
        assert isinstance(found, Refusal)
        assert found.code is code
        last = (await entries_of(house.world, f"supplier:{supplier_id}"))[-1]
        assert (last.kind, last.data["act"], last.data["code"]) == (Kind.SUPPLIER_REFUSED, "certify", code.value)
    dossier = await read_dossier(house.world, supplier_id)
    assert (dossier.certifications, dossier.pending) == ([], [])


async def test_standing_follows_the_clock(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    until = house.clock.now() + 60 * DAY
    await certify(house.world, staff, supplier_id, until=until)
    seen = []
    for at in (until - 31 * DAY, until - 30 * DAY, until - timedelta(milliseconds=1), until):
        house.clock.at = at
        seen.append(await state_of(house, supplier_id))
    assert seen == ["certified", "expiring", "expiring", "expired"]


async def test_a_category_added_later_waits_for_the_next_certification(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await certify(house.world, staff, supplier_id)
    command = ChangeSupplier(1, categories=["compressors", "copper_tube"])
    await service.change_supplier(house.world, staff.purchaser, supplier_id, command)
    assert await state_of(house, supplier_id, "copper_tube") is StandingState.WRONG_CATEGORY
    assert (await read_dossier(house.world, supplier_id)).certified_categories == ("compressors",)
    await certify(house.world, staff, supplier_id)
    assert await state_of(house, supplier_id, "copper_tube") is StandingState.CERTIFIED


async def test_an_unknown_supplier_is_not_certified(house: TestWorld) -> None:
    assert await state_of(house, "0" * 32) is StandingState.NOT_CERTIFIED


async def test_suspension_and_reinstatement_each_by_two_persons(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await certify(house.world, staff, supplier_id)
    await suspend(house, staff, supplier_id)
    assert await state_of(house, supplier_id) is StandingState.SUSPENDED
    house.clock.wind(days=2)
    made = await suspending.propose_reinstatement(house.world, staff.purchaser, supplier_id, "audited again")
    assert isinstance(made, Proposal)
    assert await state_of(house, supplier_id) is StandingState.SUSPENDED
    await decide(house.world, staff.approver, made.id)
    assert await state_of(house, supplier_id) is StandingState.CERTIFIED
    (ended,) = (await read_dossier(house.world, supplier_id)).suspensions
    assert (ended.reason, ended.lifted_reason, ended.lifted_at) == (
        "forged certificate", "audited again", house.clock.now(),
    )  # fmt: skip
    kinds = await kinds_of(house.world, supplier_id)
    assert kinds.index(Kind.SUPPLIER_SUSPENDED) < kinds.index(Kind.SUPPLIER_REINSTATED)


async def test_what_stands_already_is_not_proposed_again(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    found = await suspending.propose_reinstatement(house.world, staff.purchaser, supplier_id, "audited again")
    assert found == Refusal(Code.NOT_SUSPENDED)
    await suspend(house, staff, supplier_id)
    found = await suspending.propose_suspension(house.world, staff.purchaser, supplier_id, "once more")
    assert found == Refusal(Code.SUPPLIER_SUSPENDED)
    assert (await kinds_of(house.world, supplier_id))[-1] is Kind.SUPPLIER_REFUSED


async def test_of_two_suspensions_approved_one_after_the_other_the_second_is_void(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    reinstated = await suspending.propose_suspension(house.world, staff.purchaser, supplier_id, "first reason")
    assert isinstance(reinstated, Proposal)
    async with house.world.db.transaction() as tx:
        await store.set_supplier(tx, supplier_id, state="suspended")
    found = await decide(house.world, staff.approver, reinstated.id)
    assert isinstance(found, Refusal)
    assert found.code is Code.CHANGED_SINCE


async def test_a_refused_suspension_suspends_nobody(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    made = await suspending.propose_suspension(house.world, staff.purchaser, supplier_id, "late deliveries")
    assert isinstance(made, Proposal)
    found = await decide(house.world, staff.approver, made.id, verdict=Verdict.REFUSE)
    assert isinstance(found, Proposal)
    assert found.state is ProposalState.REFUSED
    assert (await read_dossier(house.world, supplier_id)).suspensions == []


async def test_who_may_be_invited_is_told_by_rule_with_the_reason_for_each_exclusion(house: TestWorld) -> None:
    staff = await hire(house.world)
    good, silent, expired, banned, other = [await register(house.world, staff, number) for number in range(1, 6)]
    await service.change_supplier(house.world, staff.purchaser, other, ChangeSupplier(1, categories=["packaging"]))
    await certify(house.world, staff, expired, until=house.clock.now() + DAY)
    house.clock.wind(days=1)
    for supplier_id in (good, banned, other):
        await certify(house.world, staff, supplier_id)
    await suspend(house, staff, banned)
    async with house.world.db.snapshot() as tx:
        candidates = await store.list_candidates(tx, "compressors", house.clock.now())
        eligible = await store.list_eligible(tx, "compressors", house.clock.now())
        names = await store.load_names(tx, [good, other, "0" * 32])
    reasons = {one.id: one.standing.refusal.code if one.standing.refusal else None for one in candidates}
    assert reasons == {
        good: None,
        silent: Code.NOT_CERTIFIED,
        expired: Code.CERTIFICATION_EXPIRED,
        banned: Code.SUPPLIER_SUSPENDED,
    }
    assert [one.id for one in eligible] == [one.id for one in candidates if may_be_invited(one.standing)] == [good]
    assert {key: value.name_zh for key, value in names.items()} == {good: "岚川压缩机1", other: "岚川压缩机5"}


async def test_a_category_that_is_part_of_another_word_is_not_found(house: TestWorld) -> None:
    staff = await hire(house.world)
    await register(house.world, staff)
    async with house.world.db.snapshot() as tx:
        for category in ("compressor", "%", "_ompressors", 'x"', ""):
            assert await store.list_candidates(tx, category, house.clock.now()) == []


async def test_the_supplier_is_told_in_its_language_and_the_approver_that_something_waits(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await certify(house.world, staff, supplier_id)
    await suspend(house, staff, supplier_id)
    async with house.world.db.snapshot() as tx:
        (representative,) = await list_supplier_accounts(house.world, tx, [supplier_id])
        told = [one.kind for one in await list_notices(house.world, tx, representative.id)]
        waiting = [one.kind for one in await list_notices(house.world, tx, staff.approver.account_id)]
        proposer = await list_notices(house.world, tx, staff.purchaser.account_id)
    assert sorted(told) == [NoticeKind.SUPPLIER_CERTIFIED, NoticeKind.SUPPLIER_SUSPENDED]
    assert waiting == [NoticeKind.APPROVAL_WAITING] * 2
    assert proposer == []
