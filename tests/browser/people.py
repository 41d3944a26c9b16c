"""People at a browser: each with a window of their own, hands that are counted, and eyes for what the console says."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, ViewportSize, expect

from tests.browser.service import Service
from tests.browser.words import Lang, say

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# Two cores shared by a service, its robots, a browser and whatever else: slower than any person would bear.
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)

EXPECTED = (("401", "/api/me"),)

Role = Literal["button", "link", "checkbox", "tab", "menuitem", "option"]


@dataclass
class Person:
    """Somebody at a browser. ``acts`` counts clicks, fills and selects; ``staged`` those that only a test needs."""

    page: Page
    url: str
    lang: Lang
    acts: int = 0
    staged: int = 0
    complaints: list[str] = field(default_factory=list)
    _is_staging: bool = False

    def says(self, key: str, **params: str | int) -> str:
        """A text of the pages in this person's language."""
        return say(self.lang, key, **params)

    async def open(self, path: str) -> None:
        """Go to a page by its address: no act of the hand."""
        await self.page.goto(self.url + path)

    async def take_seat(self, name: str) -> None:
        """Take a seat at the demo's door by the name on it."""
        await self.open("/door")
        await self.page.locator("main").get_by_role("button", name=name).click()
        await self.page.wait_for_url(lambda address: not address.endswith("/door"))

    def field(self, label: str) -> Locator:
        """The field of this label; a unit in brackets or "optional" may follow it."""
        after = rf"\s*(?:\(.*|{re.escape(self.says('common:form.optional'))})?$"
        labelled = self.page.get_by_label(re.compile("^" + re.escape(label) + after))
        return labelled.and_(self.page.locator("input, select, textarea"))

    def named(self, role: Role, name: str | re.Pattern[str]) -> Locator:
        """The button or link of this name that is seen first."""
        exact = isinstance(name, str)
        return self.page.get_by_role(role, name=name, exact=exact).filter(visible=True).first

    async def click(self, role: Role, name: str | re.Pattern[str]) -> None:
        """Click what bears this name."""
        await self.press(self.named(role, name))

    async def press(self, thing: Locator) -> None:
        """Click a thing found by the test."""
        self._count()
        await thing.click()

    async def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self._count()
        await self.field(label).fill(text)

    async def choose(self, label: str, value: str) -> None:
        """Choose an option of a select by its value."""
        self._count()
        await self.field(label).select_option(value)

    @contextmanager
    def staging(self) -> Iterator[None]:
        """Acts a person would not need: they shorten times so that the test does not wait for days."""
        self._is_staging = True
        yield
        self._is_staging = False

    def _count(self) -> None:
        if self._is_staging:
            self.staged += 1
        else:
            self.acts += 1


def _listen(page: Page, complaints: list[str]) -> None:
    def hear(message: ConsoleMessage) -> None:
        # The browser's own line for an answer the page reckons with: who am I (nobody yet).
        source = str(message.location.get("url", ""))
        is_expected = any(code in message.text and source.endswith(end) for code, end in EXPECTED)
        if message.type == "error" and not is_expected:
            complaints.append(f"{message.text} ({source})")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))


@asynccontextmanager
async def person_at(
    browser: Browser, service: Service, lang: Lang = "zh", *, viewport: ViewportSize = DESK
) -> AsyncIterator[Person]:
    """A fresh window in the given language."""
    context: BrowserContext = await browser.new_context(
        viewport=viewport,
        locale="zh-CN" if lang == "zh" else "en-US",
        timezone_id="Asia/Shanghai",
        # A colour half-way through a fade is no colour of the page.
        reduced_motion="reduce",
        is_mobile=viewport["width"] < 600,
        has_touch=viewport["width"] < 600,
        accept_downloads=True,
    )
    try:
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        person = Person(page, service.url, lang)
        _listen(page, person.complaints)
        yield person
    finally:
        await context.close()
