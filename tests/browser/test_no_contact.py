"""No contact, no names, in English: a question through the relay, and an offer whose files name their bidder. The fixed
times of the questions are brought here; everything else is done by hand, and waits for nothing but the sealed round."""

import asyncio
import io
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pytest
from playwright.async_api import Browser, FilePayload, expect

from app.demo import asked
from app.demo.cast import STAFF
from app.demo.sealed_files import data_sheet, letter
from app.demo.seats import LiveSeats
from tests.browser import own_tender, sealed_stage
from tests.browser.looking import look
from tests.browser.own_tender import BIDDER
from tests.browser.people import DESK, Person, person_at
from tests.browser.sealed_stage import Large
from tests.browser.service import Service
from tests.browser.test_evaluation import signed_in
from tests.browser.test_sealed_round import fill_offer, receipted

PURCHASER, RELAY = STAFF[0], next(seat for seat in STAFF if seat.role == "desk_relay")
TITLE = "Cartons without names"
FIRM = BIDDER.name_en.split()[0]
TELLING = f"{FIRM} asks: is 0.2 mm enough? Call 138 0013 8000."
REDACTED = "Is 0.2 mm enough?"
ANSWER = "Yes, 0.2 mm is enough."


@pytest.mark.timeout(300)
async def test_no_contact_and_no_names(service: Service, browser: Browser) -> None:
    chair = sealed_stage.EVALUATORS[:1]
    large = await sealed_stage.publish_large(service, TITLE, people=chair, procedure="sealed", questions=asked.RULE)
    await declares(service, large)
    async with (
        person_at(browser, service, "en") as supplier,
        person_at(browser, service, "en") as relay,
        person_at(browser, service, "en") as purchaser,
    ):
        await supplier.take_seat(BIDDER.person)
        await seals_a_cleaned_copy(service, supplier, large)
        await sealed_stage.seal_offers(service, large, sealed_stage.OFFERS[1:2])
        await relay.take_seat(RELAY.name)
        await purchaser.take_seat(PURCHASER.name)
        # While the round is still open: a question in another tender, whose answers are due tomorrow.
        later = own_tender.times(answer_in=timedelta(hours=22), opens_after=timedelta(hours=1))
        tender_id = await own_tender.publish(service, TITLE, later, questions=asked.RULE)
        await asks(service, supplier, tender_id)
        await covers_the_question(service, relay, tender_id)
        await answers(service, purchaser, tender_id)
        async with signed_in(browser, service, large.evaluators[0]) as evaluator:
            for reader in (supplier, relay, purchaser, evaluator):
                await reader.open(f"/tenders/{tender_id}")
                await expect(reader.page.get_by_text(ANSWER)).to_be_visible()
            assert not await look(evaluator, "no-contact.notice", viewport=DESK, with_axe=True)
            await clears_the_letter(service, relay, large)
            await reads_and_reports(service, evaluator, large)
            assert not [line for person in (supplier, relay, purchaser, evaluator) for line in person.complaints]


async def declares(service: Service, large: Large) -> None:
    """The panel is called, and its chair has no conflict of interest."""
    await sealed_stage.call_panel(service, large)
    async with sealed_stage.evaluator(service, large.evaluators[0]) as caller:
        await caller.post(f"/tenders/{large.tender_id}/declaration", {"has_conflict": False, "text": ""})


async def seals_a_cleaned_copy(service: Service, supplier: Person, large: Large) -> None:
    """The short name in a file's name and metadata is found and cleaned away; a letterhead in pixels is not found."""
    async with LiveSeats(service.url).seat(BIDDER.seat) as caller:
        round_id = (await caller.get(f"/tenders/{large.tender_id}"))["sealed_round_id"]
    page = supplier.page
    await supplier.open(f"/sealed/{round_id}")
    await fill_offer(supplier, "25.40", "Our way")
    document, made = pikepdf.open(io.BytesIO(data_sheet(BIDDER.number))), io.BytesIO()
    document.docinfo["/Author"] = FIRM
    document.save(made)
    files: list[FilePayload] = [
        {"name": f"{FIRM} sheet.pdf", "mimeType": "application/pdf", "buffer": made.getvalue()},
        {"name": "letter.png", "mimeType": "image/png", "buffer": letter(BIDDER.name_en)},
    ]
    await page.locator("[data-field=files] input").set_input_files(files)
    await expect(page.get_by_text(supplier.says("sealed-rounds:files.ready"))).to_have_count(2)
    await supplier.click("button", supplier.says("sealed-rounds:act.seal"))
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text(supplier.says("sealed-rounds:names.kind.short_name")).first).to_be_visible()
    await expect(dialog.get_by_role("button", name=supplier.says("sealed-rounds:review.seal"))).to_be_disabled()
    await dialog.get_by_role("button", name=supplier.says("sealed-rounds:names.clean")).first.click()
    await expect(dialog.get_by_text(FIRM)).to_have_count(0)
    await dialog.get_by_role("button", name=supplier.says("sealed-rounds:review.seal"), exact=True).click()
    await receipted(supplier, 1)


async def bring_batch(service: Service, tender_id: str) -> None:
    """What waits for the next fixed time happens as if it had waited for the last one."""
    # The demo's fixed times are the even hours.
    now = datetime.now(UTC)  # noqa: TID251 - a person's watch
    at = int(now.replace(hour=now.hour // 2 * 2, minute=0, second=0, microsecond=0).timestamp() * 1000)
    with sqlite3.connect(service.folder / "demo" / "bidroom.db", timeout=30) as database:
        query = "UPDATE question_batch SET next_at = ? WHERE tender_id = ? AND next_at > 0"
        assert database.execute(query, (at, tender_id)).rowcount == 1
        database.commit()
        query = "SELECT 1 FROM question_batch WHERE tender_id = ? AND next_at = ?"
        async with asyncio.timeout(30):
            while True:
                if database.execute(query, (tender_id, at)).fetchone() is None:
                    return
                await asyncio.sleep(0.1)


async def asks(service: Service, supplier: Person, tender_id: str) -> None:
    """With a name and a number in it, which its asker is not told."""
    await supplier.open(f"/tenders/{tender_id}/questions")
    await supplier.fill(supplier.says("questions:ask.label"), TELLING)
    await supplier.click("button", supplier.says("questions:ask.send"))
    await expect(supplier.page.get_by_text(supplier.says("questions:states.under_review"))).to_be_visible()
    await bring_batch(service, tender_id)


async def covers_the_question(service: Service, relay: Person, tender_id: str) -> None:
    """The desk reads both finds marked and says it in other words."""
    await relay.open("/relay")
    held = relay.page.get_by_role("region", name=re.compile(TITLE))
    await held.get_by_role("link", name=relay.says("common:actions.open")).click()
    await expect(relay.page.locator("mark")).to_have_text([FIRM, "138 0013 8000"])
    await relay.fill(relay.says("questions:relay.text"), REDACTED)
    assert not await look(relay, "no-contact.relay", viewport=DESK, with_axe=True)
    await relay.click("button", relay.says("questions:relay.release"))
    await expect(relay.page.get_by_text(relay.says("questions:relay.states.cleared"), exact=True)).to_be_visible()
    await bring_batch(service, tender_id)


async def answers(service: Service, purchaser: Person, tender_id: str) -> None:
    """In both languages; a second person approves; it goes to all."""
    await purchaser.open(f"/tenders/{tender_id}/questions")
    await expect(purchaser.page.get_by_text(REDACTED)).to_be_visible()
    assert FIRM not in await purchaser.page.content()
    await purchaser.fill(purchaser.says("questions:queue.zh"), "可以，0.2毫米即可。")
    await purchaser.fill(purchaser.says("questions:queue.en"), ANSWER)
    await purchaser.click("button", purchaser.says("questions:queue.finish_strict"))
    await expect(purchaser.page.get_by_text(purchaser.says("questions:answers.pending"))).to_be_visible()
    seats = LiveSeats(service.url)
    async with seats.seat(PURCHASER.seat) as caller:
        (waiting,) = (await caller.get(f"/tenders/{tender_id}"))["pending"]
    await seats.approve(waiting["id"])
    await bring_batch(service, tender_id)


async def clears_the_letter(service: Service, relay: Person, large: Large) -> None:
    """When the round is open to evaluators the letterhead is held; the relay burns a box over it."""
    assert not (await held_in(service, large))["is_reported"]
    await relay.open("/held-documents")
    await relay.press(relay.page.get_by_role("navigation").get_by_role("button").filter(has_text=TITLE).first)
    paper = relay.page.locator("main img")
    await expect(paper).to_have_js_property("complete", True)
    box = await paper.bounding_box()
    assert box is not None
    await relay.page.mouse.move(box["x"] + 5, box["y"] + 5)
    await relay.page.mouse.down()
    await relay.page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] / 7)
    await relay.page.mouse.up()
    assert not await look(relay, "no-contact.held", viewport=DESK, with_axe=True)
    await relay.click("button", relay.says("documents:held.clear_boxes_one", count=1))
    await expect(relay.page.locator("main").get_by_text(TITLE)).to_have_count(0)


async def held_in(service: Service, large: Large) -> dict[str, Any]:
    """Wait for the held document of this tender."""
    async with LiveSeats(service.url).seat(RELAY.seat) as caller, asyncio.timeout(90):
        while True:
            for one in (await caller.get("/held-documents"))["documents"]:
                if one["tender_id"] == large.tender_id:
                    return dict(one)
            await asyncio.sleep(0.3)


async def reads_and_reports(service: Service, evaluator: Person, large: Large) -> None:
    """A file beside the criteria, under a neutral name; what still tells is hidden from everybody at one word."""
    page = evaluator.page
    await evaluator.open(f"/evaluations/{large.tender_id}")
    await evaluator.press(page.get_by_role("button", name=re.compile("_pdf_1")).first)
    viewer = page.get_by_role("complementary", name=re.compile("_pdf_1"))
    await expect(viewer.get_by_role("img")).to_have_js_property("complete", True)
    await expect(page.get_by_role("article").first).to_be_visible()
    assert FIRM not in await page.content()
    assert not await look(evaluator, "no-contact.viewer", viewport=DESK, with_axe=True)
    await evaluator.press(page.get_by_role("button", name=re.compile("_picture_2")).first)
    await evaluator.click("button", evaluator.says("documents:report"))
    await evaluator.click("button", evaluator.says("documents:report_confirm"))
    await expect(page.get_by_text(evaluator.says("documents:state.held")).first).to_be_visible()
    await expect(page.get_by_role("complementary", name=re.compile("_picture_2"))).to_be_hidden()
    assert (await held_in(service, large))["is_reported"]
