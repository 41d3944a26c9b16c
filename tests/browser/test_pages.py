"""Every page of every role, in both languages, on a desk and on a phone (SCREENS.md 1.2 to 1.6, AN-05).

Each is loaded once and then looked at four times: the language is switched and the window narrowed in place, as a
person would do it. axe looks at the wide page in Chinese and at the narrow one in English.
"""

import pytest
from playwright.async_api import Browser
from playwright.async_api import TimeoutError as TooLate

from app.demo.cast import STAFF
from tests.browser.looking import look, settled, switch_to
from tests.browser.people import DESK, PHONE, Person, person_at
from tests.browser.places import BIDDER, PUBLIC, Demo, find_demo, pages_of
from tests.browser.service import Service

SEATS = {seat.role.value: seat.name for seat in STAFF} | {"supplier": BIDDER.person}
# A role's pages are shared out among tests: each takes every n-th of them. A busy machine needs ten seconds for a page.
SHARES = {"purchaser": 4, "approver": 3, "auditor": 4, "supplier": 2}
SECONDS = 300


@pytest.fixture(scope="session")
async def demo(service: Service) -> Demo:
    """Ids of the demo's things."""
    return await find_demo(service)


async def look_around(person: Person, name: str, path: str) -> list[str]:
    """The four looks at one page."""
    await person.page.set_viewport_size(DESK)
    await person.open(path)
    await settled(person.page)
    found = await look(person, name, viewport=DESK, with_axe=True)
    try:
        await switch_to(person, "en")
    except TooLate:
        return [*found, f"{name}: the page broke: {(await person.page.locator('body').inner_text())[:200]!r}"]
    found += await look(person, name, viewport=DESK, with_axe=False)
    await person.page.set_viewport_size(PHONE)
    await person.page.wait_for_timeout(100)
    found += await look(person, name, viewport=PHONE, with_axe=True)
    await switch_to(person, "zh")
    return found + await look(person, name, viewport=PHONE, with_axe=False)


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize(("role", "share"), [(role, n) for role in SEATS for n in range(SHARES.get(role, 1))])
async def test_pages_of_a_role(role: str, share: int, service: Service, browser: Browser, demo: Demo) -> None:
    found: list[str] = []
    async with person_at(browser, service) as person:
        await person.take_seat(SEATS[role])
        for name, path in list(pages_of(role, demo).items())[share :: SHARES.get(role, 1)]:
            found += await look_around(person, f"{role}.{name}", path)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.timeout(SECONDS)
async def test_pages_before_signing_in(service: Service, browser: Browser) -> None:
    found: list[str] = []
    async with person_at(browser, service) as person:
        for name, path in PUBLIC.items():
            found += await look_around(person, f"public.{name}", path)
    assert not found, "\n" + "\n".join(found)
