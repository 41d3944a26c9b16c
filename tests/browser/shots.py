"""Screenshots for the README: ``python -m tests.browser.shots DIR`` (the pages must be built; Chromium on the PATH)."""

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page

from app.demo.cast import STAFF
from tests.browser.chrome import chrome
from tests.browser.looking import settled
from tests.browser.people import DESK, PHONE, person_at
from tests.browser.places import BIDDER, Demo, find_demo
from tests.browser.service import Service, running_demo

# Above this a README takes long to open.
LARGEST = 200_000
# Enough bids for a chart that shows something.
WATCHED_S = 60
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


async def take(page: Page, path: Path) -> None:
    """One screenshot; raises ValueError where it is too large for the README."""
    await settled(page)
    await page.wait_for_timeout(1_500)
    size = len(await page.screenshot(path=path))
    if size > LARGEST:
        raise ValueError(f"{path.name} has {size} bytes, more than {LARGEST}")


async def as_seat(browser: Browser, service: Service, seat: str, pages: dict[str, str], folder: Path) -> None:
    """Take a seat and shoot its pages."""
    async with person_at(browser, service, viewport=DESK) as person:
        await person.take_seat(seat)
        for name, path in pages.items():
            await person.open(path)
            await take(person.page, folder / f"{name}.png")


async def shoot(service: Service, folder: Path, chromium: str) -> None:
    """All of them: door, room (desk and phone), cockpit, builder, decision, timeline."""
    async with chrome(chromium) as browser:
        async with person_at(browser, service, viewport=DESK) as visitor:
            await visitor.open("/")
            await take(visitor.page, folder / "door.png")
        demo: Demo = await find_demo(service)
        await asyncio.sleep(WATCHED_S)
        room, cockpit = f"/rooms/{demo.live_round}", f"/cockpit/{demo.live_round}"
        purchaser = {
            "cockpit": cockpit,
            "builder": f"/tenders/{demo.draft}/edit",
            "decision": f"/tenders/{demo.ranked}/decision",
        }
        await as_seat(browser, service, STAFF[0].name, purchaser, folder)
        await as_seat(browser, service, BIDDER.person, {"room": room}, folder)
        async with person_at(browser, service, viewport=PHONE) as bidder:
            await bidder.take_seat(BIDDER.person)
            await bidder.open(room)
            await take(bidder.page, folder / "room-phone.png")
        timeline = {"timeline": f"/audit/timeline?tender={demo.awarded}"}
        await as_seat(browser, service, STAFF[2].name, timeline, folder)


def main(folder: Path) -> None:
    """Start a demo of its own, shoot, stop it."""
    chromium = os.environ.get("BIDROOM_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, running_demo(Path(data)) as service:
        asyncio.run(shoot(service, folder, chromium))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
