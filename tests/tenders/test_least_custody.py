"""From a value on the house asks for an opening committee, not for the server's lock alone (SEALING.md section 1)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.approvals.store import Proposal
from app.domain.committee import decide_custody
from app.domain.drafting import Template, draft_from_json
from app.domain.refusals import Code, Refusal
from app.tenders.checking import check_tender
from tests.tenders.houses import House, begin, decide, save, submit

COMMITTEE = {"custody": "committee", "committee": {"k": 2, "seats": ["audit", "technical", "finance"]}}


async def found_in(house: House, template: Template, quantity: str, **sealed: Any) -> list[tuple[str, str]]:
    """The faults of a draft whose ceiling is 300 each."""
    made = await begin(house, template)
    draft = draft_from_json(made.draft)
    lot = replace(draft.lots[0], quantity=quantity, ceiling_price="300.00", lines=())
    typed = None if draft.sealed is None else {**draft.sealed, **sealed}
    made = await save(house, made, replace(draft, lots=(lot,), sealed=typed))
    async with house.world.db.snapshot() as tx:
        checked = await check_tender(house.world, tx, made)
    return [(one.field, one.code) for one in checked.faults if one.code == "CUSTODY_TOO_LOW"]


def ask_from(house: House, **bands: str) -> None:
    told = {currency: Decimal(value) for currency, value in bands.items()}
    house.world = replace(house.world, settings=house.world.settings.model_copy(update={"min_custody": told}))


async def test_without_a_setting_each_tender_chooses(house: House) -> None:
    assert await found_in(house, Template.SEALED, "1000000") == []


async def test_from_the_band_on_a_committee_is_asked_for(house: House) -> None:
    ask_from(house, CNY="300000")
    assert await found_in(house, Template.SEALED, "999") == []
    assert await found_in(house, Template.SEALED, "1000") == [("sealed.custody", "CUSTODY_TOO_LOW")]
    assert await found_in(house, Template.SEALED, "1000", **COMMITTEE) == []
    # Nothing is sealed in a live round alone; another currency has a value of its own, or none.
    assert await found_in(house, Template.QUICK, "1000") == []
    ask_from(house, EUR="1")
    assert await found_in(house, Template.SEALED, "1000") == []


async def test_it_is_asked_again_when_the_approver_decides(house: House) -> None:
    made = await begin(house, Template.SEALED)
    proposal = await submit(house, made)
    ask_from(house, CNY="1")
    assert isinstance(proposal, Proposal)
    assert await decide(house, proposal) == Refusal(Code.INCOMPLETE, {"sealed.custody": "CUSTODY_TOO_LOW"})


@pytest.mark.parametrize(
    ("value", "band", "is_refused"),
    [("1", None, False), (None, "1", False), ("0.99", "1", False), ("1", "1", True), ("1.01", "1", True)],
)
def test_the_rule(value: str | None, band: str | None, *, is_refused: bool) -> None:
    typed, least = (None if each is None else Decimal(each) for each in (value, band))
    told = decide_custody(has_committee=False, value=typed, band=least)
    assert (told is not None) is is_refused
    assert decide_custody(has_committee=True, value=typed, band=least) is None
