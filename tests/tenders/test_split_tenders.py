"""Tenders without a project that look like one purchase cut in parts: the approver of the last one is warned."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.drafting import draft_from_json
from app.tenders import ending
from app.tenders.checking import check_tender
from app.tenders.store import Tender
from tests.tenders.houses import House, approve, begin, load, save, submit

CODE = "TENDERS_LOOK_SPLIT"


async def valued(house: House, ceiling: str, **changes: object) -> Tender:
    """A draft of one lot of a thousand pieces at a ceiling each."""
    made = await begin(house)
    draft = draft_from_json(made.draft)
    lot = replace(draft.lots[0], quantity="1000", ceiling_price=ceiling, start_price="", baseline_price="")
    return await save(house, made, replace(draft, lots=(lot,), **changes))  # type: ignore[arg-type] # a test's own


async def warned(house: House, tender: Tender) -> dict[str, str] | None:
    async with house.world.db.snapshot() as tx:
        checked = await check_tender(house.world, tx, tender)
    return next((dict(one.detail) for one in checked.warnings if one.code == CODE), None)


async def test_the_last_of_several_small_tenders_is_warned_of(house: House) -> None:
    first = await valued(house, "600")
    assert await warned(house, first) is None
    # A draft nobody has put forward counts for nothing; one that waits for its approver does.
    second = await valued(house, "500")
    assert await warned(house, second) is None
    waiting = await submit(house, first)
    told = await warned(house, second)
    assert told == {
        "tenders": first.reference, "total": "1100000.00", "band": "1000000", "currency": "CNY", "days": "90",
    }  # fmt: skip
    await approve(house, waiting)
    proposal = await submit(house, second)
    assert {"field": "lots", "code": CODE, "detail": told} in proposal.summary["warnings"]
    # It refuses nothing.
    await approve(house, proposal)
    assert (await load(house, second.id)).published_at is not None
    # Large by itself, it hides nothing; small enough, nothing comes together.
    assert await warned(house, await valued(house, "1500")) is None
    house.clock.wind(days=house.world.settings.split_days + 1)
    assert await warned(house, await valued(house, "500")) is None


async def test_a_cancelled_tender_and_another_category_count_for_nothing(house: House) -> None:
    first = await valued(house, "600")
    await approve(house, await submit(house, first))
    last = await valued(house, "500")
    assert await warned(house, last) is not None
    other = await valued(house, "500", category="copper_tube")
    assert await warned(house, other) is None
    await approve(house, await ending.cancel_tender(house.world, house.purchaser, first.id, "not needed"))
    assert await warned(house, last) is None


@pytest.mark.parametrize(("band", "is_warned"), [("1100000", True), ("1100001", False)])
async def test_days_and_bands_are_settings(house: House, band: str, is_warned: bool) -> None:
    settings = house.world.settings.model_copy(update={"split_bands": {"CNY": Decimal(band)}, "split_days": 10})
    house.world = replace(house.world, settings=settings)
    await approve(house, await submit(house, await valued(house, "600")))
    last = await valued(house, "500")
    assert (await warned(house, last) is not None) is is_warned
    house.clock.wind(days=11)
    assert await warned(house, last) is None
