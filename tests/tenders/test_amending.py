"""Amendments: proposed, approved, versioned, acknowledged again by everybody."""

from datetime import timedelta
from typing import Any

import pytest

from app.approvals.store import Proposal
from app.domain.amending import Amendment, LotTexts, illegal_changes
from app.domain.freezing import freeze, live_rules_of
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import Continuation, DeadlineVerdict, TenderState
from app.notices.store import list_notices
from app.tenders import amending, store
from app.tenders.participations import Participation, Response
from app.tenders.store import Tender
from tests.tenders.houses import (
    House,
    approve,
    begin,
    decide,
    entries_of,
    join,
    kinds_of,
    last_entry,
    load,
    participations,
    publish,
    reach_deadline,
    respond,
)


def an_amendment(**changes: Any) -> Amendment:
    values = {"summary_zh": "付款条件变更", "summary_en": "Payment terms changed", "texts": {"terms_en": "30 days"}}
    return Amendment(**{**values, **changes})


async def propose(house: House, tender: Tender, **changes: Any) -> Proposal | Refusal:
    return await amending.propose_amendment(house.world, house.purchaser, tender.id, an_amendment(**changes))


async def amend(house: House, tender: Tender, **changes: Any) -> Tender:
    await approve(house, await propose(house, tender, **changes))
    return await load(house, tender.id)


async def test_a_new_version_is_in_force_after_the_approval_only(house: House) -> None:
    tender = await publish(house)
    proposal = await propose(house, tender)
    assert (await load(house, tender.id)).terms_version == 1
    await approve(house, proposal)
    after = await load(house, tender.id)
    assert after.frozen is not None
    assert (after.terms_version, after.frozen["terms_en"]) == (2, "30 days")
    assert after.frozen_hash == freeze(after.frozen) != tender.frozen_hash
    entry = await last_entry(house, tender.id, Kind.TENDER_AMENDED)
    assert entry.data["version"] == 2
    assert (entry.data["document"], entry.data["hash"]) == (after.frozen, after.frozen_hash)
    assert illegal_changes(tender.frozen or {}, entry.data["document"]) == []


async def test_what_changed_is_kept_for_the_banner(house: House) -> None:
    tender = await publish(house)
    await amend(house, tender, opens_at="2026-11-26T14:00")
    async with house.world.db.snapshot() as tx:
        (made,) = await store.list_amendments(tx, tender.id)
    assert (made.version, made.summary_en) == (2, "Payment terms changed")
    assert [change["path"] for change in made.change] == ["terms_en", "times.opens_at"]
    assert made.change[0] == {"path": "terms_en", "before": "", "after": "30 days"}


async def test_times_and_texts_reach_every_table(house: House) -> None:
    tender = await publish(house)
    lot_id = (tender.frozen or {})["lots"][0]["id"]
    lots = (LotTexts(lot_id, {"title_en": "Motor"}, {1: "1.0 HP"}),)
    after = await amend(house, tender, lots=lots, response_due="2026-11-24T20:00", opens_at="2026-11-26T14:00")
    assert tender.response_due_at is not None
    assert tender.opens_at is not None
    assert after.response_due_at == tender.response_due_at + timedelta(hours=3)
    assert after.opens_at == tender.opens_at + timedelta(days=1)
    async with house.world.db.snapshot() as tx:
        (lot,) = await store.list_lots(tx, tender.id)
        (line,) = await store.list_line_items(tx, lot_id)
        found = await store.load_round(tx, tender.round_id)
    assert (lot.title_en, line.description) == ("Motor", "1.0 HP")
    assert found.rules == (after.frozen or {})["rounds"][0]["rules"]
    assert (rules := live_rules_of(after.frozen or {})) is not None
    assert rules.opens_at == after.opens_at


async def test_everybody_acknowledges_again(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])
    await amend(house, tender)
    found = await participations(house, tender.id)
    assert {each.response for each in found} == {Response.ACCEPTED, Response.NONE}
    assert not any(each.joined for each in found)
    refused = await respond(house, tender, house.reps[0], version=1)
    assert refused == Refusal(Code.AMENDED, {"version": "2"})
    await join(house, tender, house.reps[0])
    async with house.world.db.snapshot() as tx:
        assert len(await store.list_accepted_tags(house.world, tx, tender.id)) == 1


async def test_whoever_did_not_acknowledge_has_not_joined_at_the_deadline(house: House) -> None:
    tender = await publish(house, response_extension_minutes=0)
    await join(house, tender, *house.reps)
    await amend(house, tender)
    await join(house, tender, *house.reps[:2])
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.ASK


async def test_all_invited_are_told(house: House) -> None:
    tender = await publish(house)
    await respond(house, tender, house.reps[0], Response.DECLINED)
    await amend(house, tender)
    async with house.world.db.snapshot() as tx:
        for rep in house.reps:
            kinds = [one.kind for one in await list_notices(house.world, tx, rep.account_id)]
            assert sorted(kinds) == [NoticeKind.INVITATION, NoticeKind.TENDER_AMENDED]


async def test_faults_are_named_and_the_refusal_journaled(house: House) -> None:
    tender = await publish(house)
    refused = await propose(house, tender, texts={}, opens_at="2026-11-24T10:00", summary_zh="")
    assert refused == Refusal(Code.INCOMPLETE, {"summary_zh": "MISSING_VALUE", "opens_at": "NOT_LATER"})
    assert (await entries_of(house, tender.id))[-1].data["act"] == "amend"


async def test_a_draft_is_edited_not_amended(house: House) -> None:
    draft = await begin(house)
    refused = await propose(house, draft)
    assert refused == Refusal(Code.NOT_ALLOWED_HERE, {"state": "draft"})


async def test_of_two_amendments_the_older_base_is_refused(house: House) -> None:
    tender = await publish(house)
    first = await propose(house, tender)
    assert isinstance(first, Proposal)
    async with house.world.db.transaction() as tx:
        await store.set_tender(tx, tender.id, frozen_hash="0" * 64)
    refused = await decide(house, first)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CHANGED_SINCE


async def test_a_newer_proposal_replaces_the_older(house: House) -> None:
    tender = await publish(house)
    first = await propose(house, tender)
    second = await propose(house, tender, texts={"terms_en": "60 days"})
    assert isinstance(first, Proposal)
    gone = await decide(house, first)
    assert isinstance(gone, Refusal)
    await approve(house, second)
    assert ((await load(house, tender.id)).frozen or {})["terms_en"] == "60 days"


@pytest.mark.parametrize("minutes", [-1, 0])
async def test_an_approval_after_the_deadline_it_names_is_too_late(house: House, minutes: int) -> None:
    tender = await publish(house)
    assert tender.response_due_at is not None
    house.clock.at = tender.response_due_at - timedelta(hours=1)
    proposal = await propose(house, tender)
    assert isinstance(proposal, Proposal)
    house.clock.at = tender.response_due_at + timedelta(minutes=minutes)
    decided = await decide(house, proposal)
    code = decided.code if isinstance(decided, Refusal) else None
    assert code is (Code.TOO_LATE if minutes == 0 else None)


async def test_an_extension_by_rule_between_proposal_and_approval_is_not_taken_back(house: House) -> None:
    tender = await publish(house)
    assert tender.response_due_at is not None
    house.clock.at = tender.response_due_at - timedelta(hours=1)
    proposal = await propose(house, tender, response_due="2026-11-24T18:00")
    assert isinstance(proposal, Proposal)
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.EXTEND
    refused = await decide(house, proposal)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CHANGED_SINCE


async def test_after_the_deadline_an_amendment_asks_everybody_again(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.CLOSE
    assert isinstance(await propose(house, tender), Refusal)
    after = await amend(house, tender, response_due="2026-11-25T09:00")
    assert (after.state, after.continuation) == (TenderState.RESPONDING, Continuation.NOT_NEEDED)
    assert isinstance(await respond(house, tender, house.reps[0]), Participation)


async def test_nothing_is_amended_once_the_round_has_opened(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])
    await reach_deadline(house, tender.id)
    assert tender.opens_at is not None
    house.clock.at = tender.opens_at
    refused = await propose(house, tender, response_due="2026-11-27T09:00", opens_at="2026-11-28T10:00")
    assert isinstance(refused, Refusal)
    assert refused.code is Code.TOO_LATE


async def test_the_approval_stands_before_the_amendment_in_the_chain(house: House) -> None:
    tender = await publish(house)
    await amend(house, tender)
    assert (await kinds_of(house, tender.id))[-3:] == [
        Kind.APPROVAL_PROPOSED,
        Kind.APPROVAL_GRANTED,
        Kind.TENDER_AMENDED,
    ]
