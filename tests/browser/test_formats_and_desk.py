"""Rooms by other rules than the usual ones, as the demo's door offers them; and the neutral desk: an error that a
bidder reports is voided by alias, a lot is paused by phone."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, expect
from playwright.async_api import TimeoutError as TooLate

from app.client.caller import Caller
from app.demo import tenders
from app.demo.cast import STAFF, SUPPLIERS
from app.demo.seats import LiveSeats
from app.demo.showcases import CONTROLLERS, FOIL, FREIGHT, IMPELLERS, Showcase
from tests.browser import walk
from tests.browser.own_tender import BIDDER, PURCHASER, SILENT, publish, times
from tests.browser.people import Person, person_at
from tests.browser.service import Service, running_demo
from tests.browser.words import pattern

APPROVER = STAFF[1]
DESK = next(person for person in STAFF if person.seat == "staff-8-desk")
VISITOR = next(seat for seat in SUPPLIERS if seat.number == 8)
TITLE = "A slip of the finger"
REASON = "Called back on the registered number"
# Each as long as a page waits by itself; together longer than from the end of a round of the fast demo to the next.
LOOKS = 12


@dataclass(frozen=True, slots=True)
class Own:
    """A tender of the tests' own and its round."""

    tender_id: str
    round_id: str


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A demo with all its live rounds; the other tests have the large one alone, and so half of the robots' noise."""
    with running_demo(tmp_path_factory.mktemp("showcases"), has_showcases=True) as made:
        yield made


@pytest.fixture(scope="module")
async def own(service: Service) -> Own:
    """Published before the first test, so that its round is open when the second begins."""
    soon = times(answer_in=timedelta(seconds=15), opens_after=timedelta(seconds=3))
    tender_id = await publish(service, TITLE, soon)
    await tenders.accept(LiveSeats(service.url), tender_id, silent=SILENT)
    async with Caller(service.url) as bidder:
        await bidder.take_seat(BIDDER.seat)
        return Own(tender_id, (await bidder.get(f"/tenders/{tender_id}"))["round_id"])


async def enter(person: Person, service: Service, case: Showcase) -> None:
    """Into the newest round of a showcase that has begun."""
    async with Caller(service.url) as purchaser:
        await purchaser.take_seat(PURCHASER.seat)
        items = (await purchaser.get("/tenders"))["items"]
    rounds = [one for one in items if one["title_zh"] == case.script.title_zh and one["phase"] == "L"]
    newest = max(rounds or [one for one in items if one["title_zh"] == case.script.title_zh], key=_reference)
    await person.open(f"/rooms/{newest['round_id']}")
    await expect(person.page.get_by_text(person.says("live-rounds:link.live"), exact=True)).to_be_visible()


def _reference(item: dict[str, str]) -> str:
    return item["reference"]


def button(person: Person, key: str) -> Locator:
    """The one large button, whatever the amount on it."""
    reads = re.compile(pattern(person.lang, key).pattern.rstrip("$"))
    return person.page.locator("button:not([aria-disabled])").filter(has_text=reads).filter(visible=True).first


async def takes_part(browser: Browser, service: Service, case: Showcase, key: str) -> None:
    """Press the button of this text as soon as it is offered; in the next lot, or the next round, where need be."""
    async with person_at(browser, service, "en") as person:
        await person.take_seat(VISITOR.person)
        for _ in range(LOOKS):
            await enter(person, service, case)
            try:
                await person.press(button(person, key))
                break
            except TooLate:
                continue
        await accepted(person)
        assert not person.complaints


async def accepted(person: Person) -> None:
    """The newest own bid stands in the list as accepted."""
    own = person.page.get_by_role("region", name=person.says("live-rounds:own.title"))
    await expect(own.get_by_role("row").nth(1)).to_contain_text(person.says("live-rounds:outbox.accepted"))


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("own")
async def test_a_bid_in_each_format_and_one_in_dollars(service: Service, browser: Browser) -> None:
    # All at once: each waits for a turn, a tick or a lot of its own.
    await asyncio.gather(
        bids_in_dollars(browser, service),
        takes_part(browser, service, FREIGHT, "formats:price.dutch.take"),
        takes_part(browser, service, FOIL, "formats:price.japanese.take"),
        takes_part(browser, service, IMPELLERS, "live-rounds:bid.one_tap"),
    )


async def bids_in_dollars(browser: Browser, service: Service) -> None:
    """The highest amount in dollars that is valid now, as the field says; the list shows both."""
    async with person_at(browser, service, "en") as person:
        await person.take_seat(VISITOR.person)
        await enter(person, service, CONTROLLERS)
        await person.click("button", "USD")
        most = person.says("live-rounds:foreign.most", amount="|", home="").split("|")[0]
        found = re.search(r"\$([\d.]+)", await person.page.get_by_text(most).first.inner_text())
        assert found
        await person.fill(person.says("live-rounds:foreign.amount", currency="USD"), found[1])
        await person.click("button", person.says("live-rounds:bid.submit"))
        own = person.page.get_by_role("region", name=person.says("live-rounds:own.title"))
        await expect(own.get_by_role("row").filter(has_text=f"USD {found[1]}")).to_be_visible()
        assert not person.complaints


@pytest.mark.timeout(200)
async def test_a_reported_error_is_voided_by_alias_and_a_lot_paused_by_phone(
    service: Service, browser: Browser, own: Own
) -> None:
    async with (
        person_at(browser, service, "en") as bidder,
        person_at(browser, service, "en") as desk,
        person_at(browser, service, "en") as purchaser,
        person_at(browser, service, "en") as approver,
    ):
        for person, seat in ((bidder, BIDDER.person), (desk, DESK.name), (purchaser, PURCHASER.name)):
            await person.take_seat(seat)
        await approver.take_seat(APPROVER.name)
        await bidder.open(f"/rooms/{own.round_id}")
        await walk.bid_one_tap(bidder)
        await reports(bidder)
        await verifies(desk)
        await purchaser.open(f"/cockpit/{own.round_id}")
        await purchaser.click("button", purchaser.says("room-aids:reported.propose"))
        await expect(purchaser.page.get_by_text(purchaser.says("room-aids:reported.waits"))).to_be_visible()
        await walk.approve(approver, TITLE)
        await expect(bidder.page.get_by_text(bidder.says("room-aids:report.voided"))).to_be_visible()

        await pauses_by_phone(desk, await call_code(purchaser))
        await expect(bidder.page.get_by_text(bidder.says("live-rounds:focal.paused")).first).to_be_visible()
        for person in (bidder, desk, purchaser, approver):
            assert not person.complaints


async def reports(bidder: Person) -> None:
    """Within the receipt, within the minute."""
    await bidder.click("button", re.compile("^" + bidder.says("live-rounds:receipt.show")))
    await bidder.click("button", bidder.says("room-aids:report.open"))
    await bidder.click("button", bidder.says("room-aids:report.send"))
    await expect(bidder.page.get_by_text(bidder.says("room-aids:report.reported"))).to_be_visible()


async def verifies(desk: Person) -> None:
    """The desk has called back, and sees no amount."""
    await desk.open("/desk")
    case = desk.page.get_by_role("article").filter(has_text=BIDDER.name_en)
    await case.get_by_label(desk.says("room-aids:desk.result")).fill(REASON)
    assert "¥" not in await case.inner_text()
    await case.get_by_role("button", name=desk.says("room-aids:desk.verify")).click()
    await expect(case.get_by_text(desk.says("room-aids:desk.states.verified"))).to_be_visible()


async def call_code(purchaser: Person) -> str:
    """What the purchaser says on the phone: it stands on the cockpit."""
    await purchaser.press(purchaser.page.locator("summary", has_text=purchaser.says("cockpit:phone.title")))
    return await purchaser.page.get_by_text(re.compile(r"^\d{4} \d{4}$")).inner_text()


async def pauses_by_phone(desk: Person, code: str) -> None:
    """The lot of the tests' own round, by the code alone."""
    row = desk.page.get_by_role("region", name=re.compile(TITLE)).get_by_role("row").filter(has_text="1 ·")
    await desk.press(row.get_by_role("button", name=desk.says("cockpit:desk.open")))
    sheet = desk.page.get_by_role("dialog")
    await sheet.get_by_label(desk.says("cockpit:desk.code")).fill(code)
    await sheet.get_by_label(desk.says("cockpit:desk.reason")).fill(REASON)
    await sheet.get_by_role("button", name=desk.says("cockpit:desk.confirm")).click()
    await expect(sheet).to_be_hidden()
