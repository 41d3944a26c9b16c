"""The supplier's sealed round in a browser: sealed, replaced, withdrawn; a cut upload goes on; what is late is told."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Route, WebSocketRoute, expect

from tests.browser.looking import look, switch_to
from tests.browser.people import DESK, PHONE, Person, person_at
from tests.browser.places import BIDDER
from tests.browser.sealed_tender import publish_large
from tests.browser.service import Service
from tests.browser.words import pattern

# Long enough for one story on a busy machine; the late one waits for its end.
LASTS = timedelta(seconds=90)
SHORT = timedelta(seconds=40)


async def until(at: datetime) -> None:
    """Wait for an instant."""
    await asyncio.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))  # noqa: TID251 - a person's watch


async def fill_offer(person: Person, price: str, solution: str) -> None:
    """Answer every criterion and type the price."""
    page = person.page
    await page.locator("[data-field=amount] input").wait_for()
    for place, box in enumerate(await page.locator("[data-field^='answer.']").all()):
        first = box.locator("input, select, textarea").first
        tag = await first.evaluate("(each) => each.tagName")
        if tag == "SELECT":
            await first.select_option("0")
        else:
            await first.fill("42" if tag == "INPUT" else f"{solution} {place}")
    await page.locator("[data-field=amount] input").fill(price)


async def seal(person: Person, key: str) -> None:
    """Look once more and seal."""
    await person.click("button", person.says(key))
    dialog = person.page.get_by_role("dialog")
    await dialog.get_by_role("button", name=person.says("sealed-rounds:review.seal"), exact=True).click()
    await expect(dialog).to_be_hidden()


async def receipted(person: Person, rev: int) -> None:
    """The page shows the receipt of this revision."""
    panel = person.page.get_by_role("region", name=re.compile(person.says("sealed-rounds:receipt.title")))
    facts = panel.get_by_text(person.says("sealed-rounds:receipt.rev"), exact=True).locator("xpath=..")
    await expect(facts).to_contain_text(str(rev))


@pytest.mark.timeout(420)
async def test_sealed_replaced_withdrawn_and_found_in_the_list(service: Service, browser: Browser) -> None:
    tender = await publish_large(service, title="密封验收", lasts=LASTS)
    async with person_at(browser, service, viewport=DESK) as person:
        prices: list[str] = []
        cuts = [2, 3]

        async def cut(route: Route) -> None:
            # The second and third piece never arrive: the line is gone for a moment.
            number = cuts[0] - 2
            cuts[0] += 1
            if number in (1, 2):
                await route.abort("connectionreset")
            else:
                await route.continue_()

        page = person.page
        page.on("request", lambda request: prices.append(request.post_data or "") if request.method == "POST" else None)
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: prices.append(str(frame))))
        await page.route("**/uploads/*", cut)
        await person.take_seat(BIDDER.person)
        await person.open(f"/sealed/{tender.round_id}")
        await fill_offer(person, "271.40", "Our way")
        found = await look(person, "sealed-draft", viewport=DESK, with_axe=True)
        await until(tender.opens_at + timedelta(seconds=2))
        await seal(person, "sealed-rounds:act.seal")
        await receipted(person, 1)
        found += await look(person, "sealed-receipt", viewport=DESK, with_axe=True)
        await page.unroute("**/uploads/*")

        # What was typed is there after a reload; a change is marked, and the replacement is the one that counts.
        await page.reload()
        await expect(page.locator("[data-field=amount] input")).to_have_value("271.40")
        await page.locator("[data-field=amount] input").fill("268.80")
        await expect(page.get_by_text(person.says("sealed-rounds:state.changed")).first).to_be_visible()
        await seal(person, "sealed-rounds:act.replace")
        await receipted(person, 2)

        await person.click("button", person.says("sealed-rounds:act.withdraw"))
        await person.click("button", person.says("sealed-rounds:withdraw.confirm"))
        await expect(page.get_by_role("heading", name=person.says("sealed-rounds:receipt.withdrawn"))).to_be_visible()
        await seal(person, "sealed-rounds:act.seal")
        await receipted(person, 4)
        assert not [text for text in prices if "271.40" in text or "268.80" in text], "a price left the page in clear"

        await until(tender.closes_at)
        await expect(page.get_by_text(pattern(person.lang, "sealed-rounds:check.listed_other"))).to_be_visible(
            timeout=60_000
        )
        await expect(page.locator("[data-field=amount] input")).to_be_disabled()
        await switch_to(person, "en")
        found += await look(person, "sealed-closed", viewport=DESK, with_axe=True)
        # The two pieces that were cut are in the console.
        assert [line for line in found if "ERR_CONNECTION_RESET" not in line] == []


@pytest.mark.timeout(300)
async def test_what_is_late_is_told_and_nothing_typed_is_lost(service: Service, browser: Browser) -> None:
    tender = await publish_large(service, title="逾期验收", lasts=SHORT)
    async with person_at(browser, service, viewport=PHONE) as person:

        def hold(socket: WebSocketRoute) -> None:
            """The commit lies on the line until the round is closed, and the page hears nothing of the close."""
            server = socket.connect_to_server()

            async def late(message: str | bytes) -> None:
                await until(tender.closes_at + timedelta(milliseconds=300))
                server.send(message)

            def out(message: str | bytes) -> None:
                if json.loads(message)["type"] == "commit_package":
                    waiting.append(asyncio.ensure_future(late(message)))
                else:
                    server.send(message)

            def back(message: str | bytes) -> None:
                if json.loads(message)["type"] != "notice":
                    socket.send(message)

            socket.on_message(out)
            server.on_message(back)

        waiting: list[asyncio.Future[None]] = []
        await person.page.route_web_socket(re.compile("/ws/rounds/"), hold)
        await person.take_seat(BIDDER.person)
        await person.open(f"/sealed/{tender.round_id}")
        await fill_offer(person, "271.40", "Our way")
        await until(tender.closes_at - timedelta(seconds=12))
        await person.page.reload()
        await seal(person, "sealed-rounds:act.seal")
        await expect(person.page.get_by_text(person.says("sealed-rounds:step.late"))).to_be_visible(timeout=60_000)
        await expect(
            person.page.get_by_role("button", name=person.says("sealed-rounds:step.late_save"))
        ).to_be_visible()
        await expect(person.page.locator("[data-field=amount] input")).to_have_value("271.40")
        found = await look(person, "sealed-late", viewport=PHONE, with_axe=True)
        await switch_to(person, "en")
        found += await look(person, "sealed-late", viewport=PHONE, with_axe=False)
        assert found == []
