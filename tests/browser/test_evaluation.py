"""A technical evaluation through the pages, in English: panel, declaration, blind marks by keyboard with a lost
connection in between, consensus, lock, the ranking by points. Its own tender, sealed by HTTP (sealed_stage.py)."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, expect

from app.client.caller import Caller
from app.demo.cast import STAFF
from tests.browser import sealed_stage
from tests.browser.looking import look, settled
from tests.browser.people import DESK, Person, person_at
from tests.browser.sealed_stage import PASSWORD, Large
from tests.browser.service import Service

TITLE = "Cartons, technical and price"
REASON = "The report is of another model"
# Three offers, four criteria.
OFFERS, CRITERIA = 3, 4


@asynccontextmanager
async def signed_in(browser: Browser, service: Service, address: str) -> AsyncIterator[Person]:
    """An evaluator at a desk, in English."""
    async with person_at(browser, service, "en") as person:
        await person.open("/sign-in")
        await person.page.locator("input[type=email]").fill(address)
        await person.page.locator("input[type=password]").fill(PASSWORD)
        await person.page.keyboard.press("Enter")
        await person.page.wait_for_url("**/evaluations")
        yield person


@pytest.mark.timeout(300)
async def test_evaluation(service: Service, browser: Browser) -> None:
    large = await sealed_stage.publish_large(service, TITLE, procedure="sealed")
    tender = f"/tenders/{large.tender_id}"
    async with (
        person_at(browser, service, "en") as purchaser,
        signed_in(browser, service, large.evaluators[0]) as chair,
    ):
        await purchaser.take_seat(STAFF[0].name)
        await calls_the_panel(purchaser, tender, large)
        await declares(chair)
        await another_declares(service, large)
        await sealed_stage.seal_offers(service, large)
        await sees_no_count_before_the_close(purchaser, tender)
        await sealed_stage.until_marking(service, large.evaluators[0], large.tender_id)
        await marks_by_keyboard(chair)
        assert not await look(chair, "story.grid", viewport=DESK, with_axe=True)
        await submits(chair)
        await another_marks(service, large)
        await agrees_and_locks(chair, large)
        await sees_the_ranking(purchaser, tender)
        assert not await look(purchaser, "story.decision", viewport=DESK, with_axe=True)
        assert not chair.complaints


async def calls_the_panel(purchaser: Person, tender: str, large: Large) -> None:
    """Both evaluators at once; nobody of them has declared yet."""
    await purchaser.open(f"{tender}/panel")
    for name in large.names:
        await purchaser.page.get_by_role("checkbox", name=name).check()
    await purchaser.click("button", purchaser.says("evaluation:panel.invite_some_other", count=2))
    undeclared = purchaser.says("evaluation:panel.undeclared_other", count=2)
    await expect(purchaser.page.get_by_text(undeclared)).to_be_visible()


async def declares(chair: Person) -> None:
    """From the list to the declaration; before the opening there is nothing to mark."""
    await chair.open("/evaluations")
    await chair.click("link", chair.says("evaluation:mine.open.invited"))
    await chair.page.get_by_role("radio", name=chair.says("evaluation:declare.no")).check()
    await chair.click("button", chair.says("evaluation:declare.start"))
    await expect(chair.page.get_by_text(chair.says("evaluation:waiting.title"))).to_be_visible()


async def another_declares(service: Service, large: Large) -> None:
    """The second evaluator, by HTTP."""
    async with sealed_stage.evaluator(service, large.evaluators[1]) as caller:
        await caller.post(f"/tenders/{large.tender_id}/declaration", {"has_conflict": False, "text": ""})


async def sees_no_count_before_the_close(purchaser: Person, tender: str) -> None:
    """Time left and custody, and no number of packages."""
    await purchaser.open(tender)
    await expect(purchaser.page.get_by_text(purchaser.says("words:custody.server")).first).to_be_visible()
    await expect(purchaser.page.get_by_text(purchaser.says("opening:round.status.open"))).to_be_visible()
    assert await purchaser.page.get_by_text(purchaser.says("opening:round.packages"), exact=True).count() == 0


def cards(person: Person) -> Locator:
    """One card an offer."""
    return person.page.get_by_role("article")


async def press_mark(person: Person, card: Locator, key: str) -> None:
    """Focus the buttons of a card and press a digit."""
    await card.get_by_role("radio").first.focus()
    await person.page.keyboard.press(key)


async def marks_by_keyboard(chair: Person) -> None:
    """Every cell by a key; one while the connection is lost; a mark of 5 asks for a comment."""
    await chair.page.reload()
    await expect(cards(chair)).to_have_count(OFFERS)
    saved, kept = chair.says("evaluation:cell.saved"), chair.says("evaluation:cell.offline")
    first = cards(chair).first
    await chair.page.context.set_offline(offline=True)
    await press_mark(chair, first, "4")
    await expect(first.get_by_text(kept)).to_be_visible()
    await chair.page.context.set_offline(offline=False)
    await expect(first.get_by_text(saved)).to_be_visible()
    # The browser says so when it cannot reach the server: that was wanted.
    chair.complaints.clear()
    await chair.click("button", chair.says("evaluation:submit.button"))
    missing = chair.says("evaluation:submit.missing_other", count=OFFERS * CRITERIA - 1)
    await expect(chair.page.get_by_text(missing)).to_be_visible()
    weak = await place_of_the_weak(chair)
    for criterion in range(CRITERIA):
        for offer in range(OFFERS):
            card = cards(chair).nth(offer)
            await press_mark(chair, card, "2" if offer == weak else "4")
            await expect(card.get_by_text(saved)).to_be_visible()
        if criterion + 1 < CRITERIA:
            await chair.click("button", chair.says("evaluation:grid.next"))


async def place_of_the_weak(chair: Person) -> int:
    """Where the offer of one word stands: every evaluator has an order of his own."""
    texts = [await card.inner_text() for card in await cards(chair).all()]
    return next(place for place, text in enumerate(texts) if re.search(r"^Board\.$", text, re.MULTILINE))


async def submits(chair: Person) -> None:
    """All marks are there: one question, then they are locked."""
    await chair.click("button", chair.says("evaluation:submit.button"))
    sheet = chair.page.get_by_role("dialog", name=chair.says("evaluation:submit.sure"))
    await sheet.get_by_role("button", name=chair.says("evaluation:submit.button")).click()
    await expect(chair.page.get_by_text(chair.says("evaluation:sheet.submitted"))).to_be_visible()


async def another_marks(service: Service, large: Large) -> None:
    """The second evaluator marks alike, by HTTP."""
    async with sealed_stage.evaluator(service, large.evaluators[1]) as caller:
        sheet = await caller.get(f"/tenders/{large.tender_id}/sheet")
        (lot,) = sheet["lots"]
        for offer in lot["offers"]:
            mark = 2 if offer["answers"][0]["text"] == "Board." else 4
            for criterion in sheet["rules"]["criteria"]:
                await save(caller, large, lot["lot_id"], offer["alias"], criterion["id"], mark)
        await caller.post(f"/tenders/{large.tender_id}/sheet/submission")


async def save(caller: Caller, large: Large, lot: str, alias: str, criterion: str, mark: int) -> None:
    """One cell by HTTP."""
    cell = {"lot_id": lot, "alias": alias, "criterion": criterion, "mark": mark, "comment": "", "version": 0}
    await caller.put(f"/tenders/{large.tender_id}/sheet/marks", cell)


async def agrees_and_locks(chair: Person, large: Large) -> None:
    """One value is changed with a reason; the chair locks what is shown."""
    await chair.open(f"/evaluations/{large.tender_id}/consensus")
    card = cards(chair).first
    value = card.get_by_label(chair.says("evaluation:consensus.agreed"))
    await value.fill("3.5")
    await card.get_by_label(chair.says("evaluation:consensus.reason")).fill(REASON)
    await card.get_by_role("button", name=chair.says("evaluation:consensus.save")).click()
    await expect(card.get_by_role("button", name=chair.says("evaluation:consensus.save"))).to_be_hidden()
    assert not await look(chair, "story.consensus", viewport=DESK, with_axe=True)
    await chair.click("button", chair.says("evaluation:lock.button"))
    sheet = chair.page.get_by_role("dialog", name=chair.says("evaluation:lock.sure"))
    await sheet.get_by_role("button", name=chair.says("evaluation:lock.button")).click()
    await expect(chair.page.get_by_text(chair.says("evaluation:consensus.locked"), exact=True)).to_be_visible()


async def sees_the_ranking(purchaser: Person, tender: str) -> None:
    """Prices opened on the lock; the ranking by points with its shortlist, and the first of it chosen already."""
    await purchaser.open(f"{tender}/decision")
    shortlist = purchaser.page.get_by_text(purchaser.says("award:points.shortlist"), exact=True)
    await expect(shortlist).to_be_visible(timeout=60_000)
    await settled(purchaser.page)
    total = purchaser.page.get_by_role("columnheader", name=purchaser.says("award:points.total"))
    await expect(total.first).to_be_visible()
    await expect(purchaser.page.get_by_text(purchaser.says("award:points.failed"))).to_be_visible()
    await expect(purchaser.page.get_by_role("radio").first).to_be_checked()
    await purchaser.open(f"{tender}/opening")
    await expect(purchaser.page.get_by_text(purchaser.says("opening:page.envelope.price"))).to_be_visible()
