"""One tender from template to verified export, through the pages only, in Chinese and in English at once.

Issue 1: "a person who has never seen it takes one tender as purchaser, supplier, approver and auditor from template
to verified export, in Chinese and in English"; template to published in at most 12 interactions.
"""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from app.audit.verify import main as verify
from app.demo.cast import STAFF, SUPPLIERS
from tests.browser import walk
from tests.browser.people import Person, person_at
from tests.browser.service import Service
from tests.browser.words import Lang

PURCHASER, APPROVER, AUDITOR = (seat.name for seat in STAFF[:3])
# The three suppliers for whom no robot bids.
PEOPLE = [seat for seat in SUPPLIERS if seat.number in (3, 8, 10)]
MOST_INTERACTIONS = 12
# Approver and three suppliers act before the deadline, at the pace of a shared machine under two walks at once.
TIME_TO_ANSWER = timedelta(seconds=75)
TITLES: dict[Lang, str] = {"zh": "走查用外机纸箱", "en": "Cartons for the walk"}


class Cast:
    """Everybody of one walk, each at a window of his own."""

    def __init__(self, stack: AsyncExitStack, browser: Browser, service: Service, lang: Lang) -> None:
        self._stack, self._browser, self._service, self._lang = stack, browser, service, lang

    async def seat(self, name: str) -> Person:
        """Somebody takes a seat at the demo's door."""
        person = await self._stack.enter_async_context(person_at(self._browser, self._service, self._lang))
        await person.take_seat(name)
        return person


@pytest.mark.timeout(330)
async def test_from_template_to_verified_export(service: Service, browser: Browser, tmp_path: Path) -> None:
    acts = await asyncio.gather(*(one_walk(lang, service, browser, tmp_path) for lang in TITLES))
    assert max(acts) <= MOST_INTERACTIONS


async def one_walk(lang: Lang, service: Service, browser: Browser, folder: Path) -> int:
    """The whole way in one language; the interactions from template to published."""
    title = f"{TITLES[lang]} {datetime.now(UTC):%H%M%S}"  # noqa: TID251 - a person's watch
    async with AsyncExitStack() as stack:
        cast = Cast(stack, browser, service, lang)
        purchaser, approver = await cast.seat(PURCHASER), await cast.seat(APPROVER)
        suppliers = await asyncio.gather(*(cast.seat(seat.person) for seat in PEOPLE))

        # template → published
        await walk.begin_tender(purchaser, title)
        await walk.hurry(purchaser, walk.Times.soon(datetime.now(UTC), answer_in=TIME_TO_ANSWER))  # noqa: TID251 - the same
        tender, reference = await walk.submit(purchaser)
        await walk.approve(approver, reference)
        acts = purchaser.acts + approver.acts

        # invitation → live room
        await asyncio.gather(*(walk.accept(supplier, title) for supplier in suppliers))
        winner, second, _ = suppliers
        await asyncio.gather(*(walk.enter_room(supplier) for supplier in (winner, second)))
        await walk.bid_one_tap(second)
        await walk.bid_one_tap(winner)
        await walk.bid_typed(winner, "27.90")
        await expect(winner.page.get_by_text(winner.says("live-rounds:focal.leading")).first).to_be_visible()

        # ranking → decision by alias → name
        await walk.decide(purchaser, tender)
        await expect(purchaser.page.locator("main")).not_to_contain_text(PEOPLE[0].name_zh)
        await walk.approve(approver, reference)
        await walk.ask_for_name(purchaser, tender)
        await walk.approve(approver, reference)
        name = PEOPLE[0].name_zh if lang == "zh" else PEOPLE[0].name_en
        await purchaser.open(f"{tender}/result")
        await expect(purchaser.page.locator("main")).to_contain_text(name)

        # record
        bundle = await walk.export_all(await cast.seat(AUDITOR), folder)
        assert await asyncio.to_thread(verify, [str(bundle), "--quiet"]) == 0
        for person in (purchaser, approver, *suppliers):
            assert person.complaints == []
    return acts
