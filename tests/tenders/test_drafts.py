"""Writing drafts: templates, copies, two purchasers at once, what a draft may hold."""

from dataclasses import replace

import pytest

from app.domain.drafting import Template, draft_from_json
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import TenderState
from app.domain.visibility import Phase
from app.infra.errors import Problem
from app.tenders import service
from app.tenders.service import BeginTender, SaveDraft
from tests.domain.tender_drafts import a_lot
from tests.tenders.houses import House, begin, entries_of, kinds_of, last_entry, load, publish, save


@pytest.mark.parametrize(("template", "lots"), [(Template.QUICK, 1), (Template.MULTI_LOT, 2), (Template.BEST_PRICE, 1)])
async def test_a_draft_begins_from_each_template(house: House, template: Template, lots: int) -> None:
    tender = await begin(house, template)
    assert (tender.state, tender.phase, tender.template) == (TenderState.DRAFT, Phase.DRAFT, template.value)
    assert len(draft_from_json(tender.draft).lots) == lots
    assert await kinds_of(house, tender.id) == [Kind.TENDER_CREATED, Kind.TENDER_EDITED]


async def test_an_unknown_zone_is_refused_and_nothing_is_made(house: House) -> None:
    refused = await service.create_tender(
        house.world, house.purchaser, BeginTender(Template.QUICK, None, time_zone="X/Y")
    )
    assert refused == Refusal(Code.INCOMPLETE, {"time_zone": "UNKNOWN_ZONE"})


async def test_a_copy_of_an_earlier_tender_has_ids_of_its_own(house: House) -> None:
    earlier = await publish(house, Template.MULTI_LOT)
    made = await service.create_tender(house.world, house.colleague, BeginTender(None, earlier.id))
    assert not isinstance(made, Refusal)
    old, new = draft_from_json(earlier.draft), draft_from_json(made.draft)
    assert not {lot.id for lot in old.lots} & {lot.id for lot in new.lots}
    assert [lot.ceiling_price for lot in new.lots] == [lot.ceiling_price for lot in old.lots]
    assert made.round_id != earlier.round_id
    assert made.reference != earlier.reference
    assert made.state is TenderState.DRAFT


async def test_a_copy_of_nothing_is_not_found(house: House) -> None:
    with pytest.raises(Problem) as absent:
        await service.create_tender(house.world, house.purchaser, BeginTender(None, "0" * 32))
    assert absent.value.status == 404


async def test_a_draft_keeps_what_nobody_can_read_yet(house: House) -> None:
    tender = await begin(house)
    draft = draft_from_json(tender.draft)
    messy = replace(
        draft, title_en="x" * 900, lots=(replace(draft.lots[0], ceiling_price="475,962", quantity="about 5"),)
    )
    saved = await save(house, tender, messy)
    stored = draft_from_json(saved.draft)
    assert stored.title_en == "x" * 900
    assert (stored.lots[0].ceiling_price, stored.lots[0].quantity) == ("475,962", "about 5")


async def test_amounts_that_mean_one_thing_are_normalised(house: House) -> None:
    tender = await begin(house)
    draft = draft_from_json(tender.draft)
    saved = await save(
        house, tender, replace(draft, lots=(replace(draft.lots[0], ceiling_price="￥１，２８６．４０"),))
    )
    assert draft_from_json(saved.draft).lots[0].ceiling_price == "1286.40"


async def test_saving_what_is_there_changes_nothing(house: House) -> None:
    tender = await begin(house)
    again = await save(house, tender, draft_from_json(tender.draft))
    assert again.version == tender.version
    assert (await kinds_of(house, tender.id)).count(Kind.TENDER_EDITED) == 1


async def test_new_lots_get_ids_here_and_borrowed_ids_are_replaced(house: House) -> None:
    other = await begin(house)
    stolen = draft_from_json(other.draft).lots[0].id
    tender = await begin(house)
    own = draft_from_json(tender.draft).lots[0].id
    lots = (a_lot(1, id=own), a_lot(2, id=""), a_lot(3, id=stolen), a_lot(4, id=own))
    saved = await save(house, tender, replace(draft_from_json(tender.draft), lots=lots))
    ids = [lot.id for lot in draft_from_json(saved.draft).lots]
    assert ids[0] == own
    assert len(set(ids)) == 4
    assert stolen not in ids
    assert all(len(one) == 32 for one in ids)


async def test_the_later_of_two_purchasers_is_told_what_changed(house: House) -> None:
    tender = await begin(house)
    draft = draft_from_json(tender.draft)
    await save(house, tender, replace(draft, title_en="First", lots=(replace(draft.lots[0], quantity="7"),)))
    late = SaveDraft(tender.version, replace(draft, summary_en="Second"))
    refused = await service.save_tender(house.world, house.colleague, tender.id, late)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CHANGED_SINCE
    assert refused.detail["changed"] == "lots.0.quantity,title_en"
    assert refused.detail["version"] == str(tender.version + 1)
    assert draft_from_json((await load(house, tender.id)).draft).summary_en == ""
    entry = await last_entry(house, tender.id, Kind.TENDER_REFUSED)
    assert (entry.data["act"], entry.data["code"], entry.actor_ref) == (
        "edit",
        "CHANGED_SINCE",
        house.colleague.account_id,
    )


async def test_what_changed_is_named_over_several_versions(house: House) -> None:
    first = await begin(house)
    draft = draft_from_json(first.draft)
    second = await save(house, first, replace(draft, title_en="A"))
    await save(house, second, replace(draft, title_en="A", category="copper_tube"), house.colleague)
    refused = await service.save_tender(house.world, house.purchaser, first.id, SaveDraft(first.version, draft))
    assert isinstance(refused, Refusal)
    assert refused.detail["changed"] == "category,title_en"


async def test_a_version_from_the_future_is_refused_too(house: House) -> None:
    tender = await begin(house)
    ahead = SaveDraft(tender.version + 5, draft_from_json(tender.draft))
    refused = await service.save_tender(house.world, house.purchaser, tender.id, ahead)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CHANGED_SINCE


async def test_published_is_frozen(house: House) -> None:
    tender = await publish(house)
    command = SaveDraft(tender.version, replace(draft_from_json(tender.draft), title_en="Other"))
    refused = await service.save_tender(house.world, house.purchaser, tender.id, command)
    assert refused == Refusal(Code.FROZEN, {"state": "responding"})
    assert (await load(house, tender.id)).draft == tender.draft
    assert (await entries_of(house, tender.id))[-1].kind is Kind.TENDER_REFUSED


async def test_references_tell_neither_number_nor_order(house: House) -> None:
    references = [(await begin(house)).reference for _ in range(5)]
    assert len(set(references)) == 5
    assert all(reference.startswith("T-2026-") and len(reference) == 13 for reference in references)
