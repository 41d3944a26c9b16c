"""Submitting and publishing: four eyes, the freeze, the invitations by rule, what the journal and the mails say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.approvals.store import Proposal
from app.domain.approving import Verdict
from app.domain.certification import Grade
from app.domain.drafting import OutsideDraft, Template, draft_from_json
from app.domain.entries import canonical_bytes
from app.domain.freezing import freeze
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import TenderState
from app.domain.visibility import Phase, Role
from app.identity import store as identity_store
from app.notices.store import list_notices
from app.tenders import publishing, store
from app.tenders.participations import SEALED_BYTES, Response, list_invited
from app.tenders.tables import invitation
from tests.tenders.houses import (
    House,
    add_supplier,
    begin,
    decide,
    entries_of,
    kinds_of,
    last_entry,
    load,
    participations,
    publish,
    save,
    submit,
)


async def test_publication_freezes_records_and_invites(house: House) -> None:
    tender = await publish(house, Template.MULTI_LOT)
    assert (tender.state, tender.phase, tender.terms_version) == (TenderState.RESPONDING, Phase.QUESTIONS, 1)
    assert tender.frozen is not None
    assert tender.frozen_hash == freeze(tender.frozen)
    assert await kinds_of(house, tender.id) == [
        Kind.TENDER_CREATED,
        Kind.TENDER_EDITED,
        Kind.APPROVAL_PROPOSED,
        Kind.TENDER_SUBMITTED,
        Kind.APPROVAL_GRANTED,
        Kind.TENDER_APPROVED,
        Kind.TENDER_PUBLISHED,
        Kind.BASELINE_RECORDED,
        Kind.INVITATION_SENT,
    ]
    published = await last_entry(house, tender.id, Kind.TENDER_PUBLISHED)
    assert published.data == {"document": tender.frozen, "hash": tender.frozen_hash}
    assert published.actor_ref == house.approver.account_id


async def test_lots_lines_and_round_are_written_from_the_document(house: House) -> None:
    tender = await publish(house, Template.MULTI_LOT)
    assert tender.frozen is not None
    async with house.world.db.snapshot() as tx:
        lots = await store.list_lots(tx, tender.id)
        rounds = await store.list_rounds(tx, tender.id)
        lines = await store.list_line_items(tx, lots[0].id)
        assert await store.load_lot(tx, lots[1].id) == lots[1]
        assert await store.load_round(tx, tender.round_id) == rounds[0]
    assert [(lot.number, lot.id) for lot in lots] == [(lot["number"], lot["id"]) for lot in tender.frozen["lots"]]
    assert (str(lots[0].ceiling_price), str(lots[0].baseline_price)) == ("286.4000", "280.0000")
    assert rounds[0].rules == tender.frozen["rounds"][0]["rules"]
    assert (lines[0].item_code, lines[0].description) == ("0001", "1.5 HP inverter, R32")


async def test_the_baseline_is_recorded_apart_and_never_published(house: House) -> None:
    tender = await publish(house)
    recorded = await last_entry(house, tender.id, Kind.BASELINE_RECORDED)
    (lot,) = recorded.data["lots"]
    assert (lot["baseline_price"], lot["source"], lot["on"]) == ("280", "FY25 contract", "2025-12-31")
    assert b"FY25" not in canonical_bytes(dict(tender.frozen or {}))


async def test_only_certified_unexpired_unsuspended_suppliers_of_category_and_grade_are_invited(
    house: House,
) -> None:
    await add_supplier(house, 11, is_suspended=True)
    await add_supplier(house, 12, valid_for=timedelta(days=-1))
    await add_supplier(house, 13, valid_for=None)
    await add_supplier(house, 14, category="copper_tube")
    await add_supplier(house, 15, grade=Grade.C)
    tender = await publish(house, min_grade="B")
    async with house.world.db.snapshot() as tx:
        invited = await list_invited(tx, tender.id)
    assert {one.supplier_id for one in invited} == {rep.supplier_id for rep in house.reps}
    assert not any(one.outside_rule for one in invited)


async def test_a_certificate_that_runs_out_before_publication_is_not_invited(house: House) -> None:
    late = await add_supplier(house, 12, valid_for=timedelta(hours=1))
    draft = await begin(house)
    proposal = await submit(house, draft)
    house.clock.wind(hours=1)
    assert isinstance(await decide(house, proposal), Proposal)
    assert late.supplier_id not in {each.supplier_id for each in await participations(house, draft.id)}


async def test_outside_the_rule_with_a_reason_seen_by_the_approver(house: House) -> None:
    lesser = await add_supplier(house, 15, grade=Grade.C)
    assert lesser.supplier_id is not None
    draft = await begin(house, min_grade="B", outside=(OutsideDraft(lesser.supplier_id, "second source"),))
    proposal = await submit(house, draft)
    assert proposal.summary["outside"][0]["name_en"] == "Supplier 015"
    assert proposal.summary["outside"][0]["reason"] == "second source"
    assert isinstance(await decide(house, proposal), Proposal)
    found = {each.supplier_id: each.outside_rule for each in await participations(house, draft.id)}
    assert found[lesser.supplier_id] is True
    sent = await last_entry(house, draft.id, Kind.INVITATION_SENT)
    assert sent.data["outside"] == [{"supplier": lesser.supplier_id, "reason": "second source"}]


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        ({"is_suspended": True}, "SUPPLIER_SUSPENDED"),
        ({"valid_for": timedelta(days=-1)}, "CERTIFICATION_EXPIRED"),
        ({"valid_for": None}, "NOT_CERTIFIED"),
        ({"category": "copper_tube"}, "WRONG_CATEGORY"),
        ({}, "INVITED_BY_RULE"),
    ],
)
async def test_outside_the_rule_is_not_outside_certification(
    house: House, standing: dict[str, object], code: str
) -> None:
    rep = await add_supplier(house, 15, **standing)  # type: ignore[arg-type]  # one of the standings above
    assert rep.supplier_id is not None
    draft = await begin(house, outside=(OutsideDraft(rep.supplier_id, "second source"),))
    refused = await publishing.submit_tender(house.world, house.purchaser, draft.id, draft.version)
    assert refused == Refusal(Code.INCOMPLETE, {"outside.0.supplier_id": code})


async def test_the_approver_is_another_person(house: House) -> None:
    both = replace(house.purchaser, roles=frozenset({Role.PURCHASER, Role.APPROVER}))
    draft = await begin(house)
    proposal = await submit(house, draft)
    refused = await decide(house, proposal, both)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.SAME_PERSON
    refused = await decide(house, proposal, house.colleague)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NEEDS_SECOND_PERSON
    assert (await load(house, draft.id)).state is TenderState.DRAFT


async def test_an_edit_after_the_submission_voids_the_approval(house: House) -> None:
    draft = await begin(house)
    proposal = await submit(house, draft)
    await save(house, draft, replace(draft_from_json(draft.draft), title_en="Other"), house.colleague)
    refused = await decide(house, proposal)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CHANGED_SINCE
    assert (await load(house, draft.id)).state is TenderState.DRAFT
    assert (await kinds_of(house, draft.id))[-1] is Kind.APPROVAL_VOIDED
    again = await decide(house, proposal)
    assert isinstance(again, Refusal)
    assert again.code is Code.ALREADY_DECIDED


async def test_an_edit_back_and_forth_voids_it_too(house: House) -> None:
    draft = await begin(house)
    proposal = await submit(house, draft)
    same = draft_from_json(draft.draft)
    other = await save(house, draft, replace(same, title_en="Other"))
    await save(house, other, same)
    refused = await decide(house, proposal)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CHANGED_SINCE


async def test_a_refused_publication_leaves_a_draft_to_work_on(house: House) -> None:
    draft = await begin(house)
    proposal = await submit(house, draft)
    assert isinstance(await decide(house, proposal, verdict=Verdict.REFUSE), Proposal)
    found = await load(house, draft.id)
    assert found.state is TenderState.DRAFT
    changed = await save(house, found, replace(draft_from_json(found.draft), title_en="Better"))
    assert isinstance(await decide(house, await submit(house, changed)), Proposal)


async def test_times_that_passed_while_the_approval_waited_stop_it(house: House) -> None:
    draft = await begin(house, response_due="2026-11-21T15:00")
    proposal = await submit(house, draft)
    house.clock.wind(hours=1)
    refused = await decide(house, proposal)
    assert refused == Refusal(Code.INCOMPLETE, {"response_due": "IN_THE_PAST"})
    assert (await load(house, draft.id)).state is TenderState.DRAFT


async def test_suppliers_lost_while_the_approval_waited_stop_it(house: House) -> None:
    for number in (21, 22, 23):
        await add_supplier(house, number, category="copper_tube", valid_for=timedelta(hours=1))
    draft = await begin(house, category="copper_tube")
    proposal = await submit(house, draft)
    house.clock.wind(hours=2)
    refused = await decide(house, proposal)
    assert refused == Refusal(Code.INCOMPLETE, {"outside": "TOO_FEW_BIDDERS"})


async def test_submitting_names_the_faults_and_journals_the_refusal(house: House) -> None:
    draft = await begin(house, response_due="soon", category="copper_tube")
    refused = await publishing.submit_tender(house.world, house.purchaser, draft.id, draft.version)
    assert refused == Refusal(Code.INCOMPLETE, {"response_due": "NOT_A_TIME", "outside": "TOO_FEW_BIDDERS"})
    assert (await entries_of(house, draft.id))[-1].data["act"] == "submit"


async def test_submitting_an_older_version_is_refused(house: House) -> None:
    draft = await begin(house)
    await save(house, draft, replace(draft_from_json(draft.draft), title_en="Other"))
    refused = await publishing.submit_tender(house.world, house.purchaser, draft.id, draft.version)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CHANGED_SINCE


async def test_publishing_twice_is_impossible(house: House) -> None:
    draft = await begin(house)
    first = await submit(house, draft)
    second = await submit(house, draft)
    gone = await decide(house, first)
    assert isinstance(gone, Refusal)
    assert gone.code is Code.ALREADY_DECIDED
    assert isinstance(await decide(house, second), Proposal)
    again = await publishing.submit_tender(house.world, house.purchaser, draft.id, draft.version)
    assert again == Refusal(Code.FROZEN, {"state": "responding"})


async def test_everybody_invited_gets_one_notice_without_names_or_amounts(house: House) -> None:
    tender = await publish(house)
    async with house.world.db.snapshot() as tx:
        for rep in house.reps:
            (notice,) = await list_notices(house.world, tx, rep.account_id)
            assert (notice.kind, notice.tender) == (NoticeKind.INVITATION, tender.id)
            assert notice.params["respond_by"] == "2026-11-24 17:00+08:00 Asia/Shanghai"
            assert "286" not in str(notice.params)
        assert [one.kind for one in await list_notices(house.world, tx, house.approver.account_id)] == [
            NoticeKind.APPROVAL_WAITING
        ]


async def test_invited_suppliers_reach_the_tender_and_others_do_not(house: House) -> None:
    stranger = await add_supplier(house, 14, category="copper_tube")
    tender = await publish(house)
    async with house.world.db.snapshot() as tx:
        for rep, reaches in [(house.reps[0], True), (stranger, False)]:
            scope = f"tender:{tender.id}"
            assert await identity_store.has_scope(tx, scope=scope, holders=rep.holders, role=Role.SUPPLIER) is reaches


async def test_every_invitee_has_a_sealed_answer_of_one_length_and_a_tag_of_its_own(house: House) -> None:
    tender = await publish(house)
    async with house.world.db.snapshot() as tx:
        rows = (await tx.execute(invitation.select())).all()
    assert len({len(row.response_sealed) for row in rows}) == 1
    assert len(rows[0].response_sealed) > SEALED_BYTES
    found = await participations(house, tender.id)
    assert len({each.tag for each in found}) == len(house.reps)
    assert {each.response for each in found} == {Response.NONE}
    assert not any(each.joined for each in found)
    stored = repr([tuple(row) for row in rows])
    assert not any(each.tag in stored for each in found)


async def test_the_same_supplier_has_another_tag_in_every_tender(house: House) -> None:
    first, second = await publish(house), await publish(house)
    tags = {each.tag for tender in (first, second) for each in await participations(house, tender.id)}
    assert len(tags) == 2 * len(house.reps)
