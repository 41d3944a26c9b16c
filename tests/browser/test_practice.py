"""The practice room in a browser: a drill done by hand, marked as practice, and whole on a phone."""

import re

from playwright.async_api import Browser, expect

from tests.browser.people import PHONE, person_at
from tests.browser.places import BIDDER
from tests.browser.service import Service


async def test_a_drill_is_done_by_doing_it(service: Service, browser: Browser) -> None:
    async with person_at(browser, service) as person:
        await person.take_seat(BIDDER.person)
        await person.open("/practice")
        await expect(person.page).to_have_title(re.compile("^" + person.says("live-rounds:room.practice")))
        await person.press(person.page.get_by_role("button", name=re.compile(r"^报 ¥")).filter(visible=True).first)
        await expect(person.page.get_by_text(person.says("live-rounds:outbox.accepted")).first).to_be_visible()
        done = person.says("room-aids:practice.count", done=1, all=6)
        await expect(person.page.get_by_text(done)).to_be_visible()
        assert not person.complaints


async def test_it_fits_a_phone(service: Service, browser: Browser) -> None:
    async with person_at(browser, service, "en", viewport=PHONE) as person:
        await person.take_seat(BIDDER.person)
        await person.open("/practice")
        await expect(person.page.get_by_text(person.says("room-aids:drills.step.name"))).to_be_visible()
        assert await person.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert not person.complaints
