"""The sheets by which a purchaser acts on a running round and on a published tender, each driven once in English."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect

from app.client.caller import Caller
from app.client.room import enter_room
from app.demo import tenders
from app.demo.cast import CARTONS, STAFF
from app.demo.seats import LiveSeats
from app.demo.tenders import INVITED
from tests.browser.own_tender import BIDDER, PURCHASER, SILENT, publish, times
from tests.browser.people import Person, person_at
from tests.browser.service import Service

REASON = "Checked once by hand in a browser"
ANNOUNCED = {"broadcast", "extended_by_hand", "pause", "resume_set"}


@pytest.fixture
async def purchaser(service: Service, browser: Browser) -> AsyncIterator[Person]:
    """The purchaser at a desk, in English."""
    async with person_at(browser, service, "en") as person:
        await person.take_seat(PURCHASER.name)
        yield person
        assert not person.complaints


def sheet_of(person: Person, title: str) -> Locator:
    """The open sheet of this title."""
    return person.page.get_by_role("dialog", name=title)


async def act(person: Person, kind: str, fields: dict[str, str], confirm: str) -> None:
    """Open the sheet of an act, fill it in, look at the effect, confirm; the sheet goes."""
    await person.click("button", person.says(f"cockpit:acts.{kind}"))
    sheet = sheet_of(person, person.says(f"cockpit:acts.{kind}"))
    for label, text in fields.items():
        await sheet.get_by_label(person.says(f"cockpit:acts.{label}")).fill(text)
    await sheet.get_by_role("button", name=person.says("cockpit:acts.review")).click()
    await expect(sheet.get_by_text(person.says("cockpit:acts.effect"))).to_be_visible()
    await sheet.get_by_role("button", name=confirm).click()
    await expect(sheet).to_be_hidden()


@pytest.mark.timeout(150)
async def test_acts_of_the_cockpit(service: Service, purchaser: Person) -> None:
    soon = times(answer_in=timedelta(seconds=15), opens_after=timedelta(seconds=3))
    tender_id = await publish(service, "Acts of the cockpit", soon)
    await tenders.accept(LiveSeats(service.url), tender_id, silent=SILENT)
    async with Caller(service.url) as bidder:
        await bidder.take_seat(BIDDER.seat)
        round_id = (await bidder.get(f"/tenders/{tender_id}"))["round_id"]
        await purchaser.open(f"/cockpit/{round_id}")
        await expect(purchaser.named("button", purchaser.says("cockpit:acts.pause"))).to_be_visible(timeout=40_000)
        async with enter_room(bidder, round_id) as room:
            (lot_id,) = room.lots
            assert (await room.bid(lot_id, CARTONS.lots[0].ceiling))["type"] == "receipt"

            await a_slip_of_the_hand_loses_nothing(purchaser)
            await act(
                purchaser, "broadcast", {"message_zh": "请留意公告。", "message_en": "Please note."}, "Send to all"
            )
            await act(purchaser, "extend", {"minutes": "2", "reason": REASON}, "Extend by 2 min")
            await act(purchaser, "void", {"reason": REASON}, "Propose to void")
            await act(purchaser, "cancel", {"reason": REASON}, "Propose to cancel lot 1")
            await act(purchaser, "pause", {"reason": REASON}, "Pause lot 1 now")
            resume = purchaser.named("button", purchaser.says("cockpit:acts.resume"))
            await expect(resume).to_be_visible()
            await act(purchaser, "resume", {}, "Announce the resumption")
            # Every bidder hears of each of them.
            async with asyncio.timeout(10):
                while not {notice["kind"] for notice in room.notices} >= ANNOUNCED:
                    await room.next_frame()

        log = purchaser.page.get_by_role("region", name=purchaser.says("cockpit:log.title"))
        for key in ("by_hand", "pause_buyer", "broadcast"):
            said = purchaser.says(f"cockpit:log.{key}", time="", reason="").strip()
            await expect(log.get_by_text(said).first).to_be_visible()
    async with LiveSeats(service.url).seat(STAFF[1].seat) as approver:
        waiting = [one["kind"] for one in await approver.get("/approvals") if one["tender_id"] == tender_id]
    assert sorted(waiting) == ["bid.void", "lot.cancel"]


async def a_slip_of_the_hand_loses_nothing(person: Person) -> None:
    """What was typed outlives Escape, twice, and a click beside the sheet; it goes when that is said."""
    await person.click("button", person.says("cockpit:acts.pause"))
    sheet = sheet_of(person, person.says("cockpit:acts.pause"))
    reason = sheet.get_by_label(person.says("cockpit:acts.reason"))
    await reason.fill(REASON)
    keep = sheet.get_by_role("button", name=person.says("common:sheet.keep"))
    await person.page.mouse.click(5, 400)
    await keep.click()
    for _ in range(3):
        await person.page.keyboard.press("Escape")
    await expect(reason).to_have_value(REASON)
    await expect(keep).to_be_focused()
    await sheet.get_by_role("button", name=person.says("common:sheet.drop")).click()
    await expect(sheet).to_be_hidden()


async def give_reason(person: Person, what: str) -> None:
    """The sheet of a cancellation or a continuation: its reason, its confirmation, the wait for the second person."""
    sheet = sheet_of(person, person.says(f"tenders:acts.{what}_title"))
    await sheet.get_by_label(person.says("tenders:acts.reason")).fill(REASON)
    await sheet.get_by_role("button", name=person.says(f"tenders:acts.{what}_confirm")).click()
    await expect(sheet).to_be_hidden()
    await expect(person.page.get_by_text(person.says("tenders:pending.title")).first).to_be_visible()


@pytest.mark.timeout(120)
async def test_amending_and_cancelling_a_published_tender(service: Service, purchaser: Person) -> None:
    later = times(answer_in=timedelta(hours=30), opens_after=timedelta(hours=20))
    tender_id = await publish(service, "Amended, then cancelled", later)
    await purchaser.open(f"/tenders/{tender_id}")
    await purchaser.click("button", purchaser.says("tenders:acts.amend"))
    sheet = sheet_of(purchaser, purchaser.says("tenders:amend.title"))
    await sheet.get_by_label(purchaser.says("tenders:amend.told_zh")).fill("交货地点有更正。")
    await sheet.get_by_label(purchaser.says("tenders:amend.told_en")).fill("The place of delivery is corrected.")
    await sheet.get_by_label(purchaser.says("tenders:form.terms_en")).fill("Delivered to Qingdao, gate 2.")
    await sheet.get_by_role("button", name=purchaser.says("tenders:amend.propose")).click()
    await expect(sheet).to_be_hidden()
    await expect(purchaser.page.get_by_text(purchaser.says("words:proposals.tender_amend"))).to_be_visible()

    await purchaser.click("button", purchaser.says("tenders:acts.cancel"))
    await give_reason(purchaser, "cancel")
    await expect(purchaser.page.get_by_text(purchaser.says("words:proposals.tender_cancel"))).to_be_visible()


@pytest.mark.timeout(120)
async def test_going_on_with_too_few(service: Service, purchaser: Person) -> None:
    soon = times(answer_in=timedelta(seconds=15), opens_after=timedelta(minutes=10))
    tender_id = await publish(service, "Only one came", soon, response_extension_minutes=0)
    # With nobody at all the tender fails by itself.
    alone = tuple(seat.number for seat in INVITED if seat.number != BIDDER.number)
    await tenders.accept(LiveSeats(service.url), tender_id, silent=alone)
    await purchaser.open(f"/tenders/{tender_id}")
    go_on = purchaser.named("button", purchaser.says("tenders:few.continue"))
    await expect(go_on).to_be_visible(timeout=60_000)
    await purchaser.press(go_on)
    await give_reason(purchaser, "continue")


@pytest.mark.timeout(60)
async def test_a_session_near_its_end_is_put_off_by_one_key(purchaser: Person) -> None:
    is_put_off = False

    async def near_its_end(route: Any) -> None:
        now = datetime.now(UTC)  # noqa: TID251 - a person's watch
        left = timedelta(minutes=15) if is_put_off else timedelta(seconds=119)
        end = {"ends_at": (now + left).isoformat(), "can_stay": True, "now": now.isoformat()}
        await route.fulfill(json=end)

    await purchaser.page.route("**/api/session", near_its_end)
    await purchaser.open("/suppliers/new")
    stay = purchaser.named("button", purchaser.says("common:session.stay"))
    await expect(stay).to_be_focused()
    is_put_off = True
    await purchaser.page.keyboard.press("Enter")
    await expect(stay).to_be_hidden()
