"""Several people at once on the real database: one lock, no lost act, no deadlock."""

import asyncio
from dataclasses import replace

from app.domain.amending import Amendment
from app.domain.drafting import draft_from_json
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.tenders import amending, ending, service
from app.tenders.participations import Participation, Response
from app.tenders.service import SaveDraft
from tests.tenders.houses import House, begin, decide, kinds_of, load, participations, publish, respond, submit


async def test_of_purchasers_saving_at_once_one_wins(house: House) -> None:
    draft = await begin(house)
    old = draft_from_json(draft.draft)

    async def save(number: int) -> object:
        actor = (house.purchaser, house.colleague)[number % 2]
        command = SaveDraft(draft.version, replace(old, title_en=f"Title {number}"))
        return await service.save_tender(house.world, actor, draft.id, command)

    saved = await asyncio.gather(*(save(number) for number in range(6)))
    refused = [one for one in saved if isinstance(one, Refusal)]
    assert len(refused) == 5
    assert {one.code for one in refused} == {Code.CHANGED_SINCE}
    assert (await load(house, draft.id)).version == draft.version + 1


async def test_answers_at_once_are_all_kept(house: House) -> None:
    tender = await publish(house)
    answers = [(rep, kind) for rep in house.reps for kind in (Response.DECLINED, Response.ACCEPTED)]
    said = await asyncio.gather(*(respond(house, tender, rep, kind) for rep, kind in answers))
    assert all(isinstance(one, Participation) for one in said)
    found = await participations(house, tender.id)
    assert {each.supplier_id for each in found} == {rep.supplier_id for rep in house.reps}
    assert Response.NONE not in {each.response for each in found}
    kinds = await kinds_of(house, tender.id)
    assert kinds.count(Kind.INVITATION_ACCEPTED) == len(house.reps)


async def test_two_approvals_of_one_publication_publish_once(house: House) -> None:
    proposal = await submit(house, await begin(house))
    decided = await asyncio.gather(*(decide(house, proposal) for _ in range(3)))
    refused = [one for one in decided if isinstance(one, Refusal)]
    assert [one.code for one in refused] == [Code.ALREADY_DECIDED] * 2
    assert (await kinds_of(house, proposal.subject_id)).count(Kind.TENDER_PUBLISHED) == 1


async def test_approval_answers_and_deadline_at_once_do_not_lock_each_other_out(house: House) -> None:
    tender = await publish(house)
    change = Amendment("变更", "Change", {"terms_en": "30 days"})
    proposal = await amending.propose_amendment(house.world, house.purchaser, tender.id, change)
    assert not isinstance(proposal, Refusal)
    await asyncio.gather(
        decide(house, proposal),
        *(respond(house, tender, rep) for rep in house.reps),
        *(ending.keep_deadline(house.world, tender.id) for _ in range(3)),
    )
    after = await load(house, tender.id)
    assert after.terms_version == 2
    assert not any(each.joined and each.terms_version != 2 for each in await participations(house, tender.id))
