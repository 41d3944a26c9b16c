"""From the one-time link in a mail to the first accepted bid, on a phone: at most five interactions after the
password (issue 1, figures)."""

import asyncio
import email
import re
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from playwright.async_api import Browser, expect

from app.client.caller import Caller
from app.demo import tenders
from app.demo.cast import EPS_NEXT, STAFF, LotScript, TenderScript
from app.demo.seats import LiveSeats
from app.domain.credit_code import check_character
from tests.browser import walk
from tests.browser.people import PHONE, Person, person_at
from tests.browser.service import Service
from tests.letters import text_of

MOST_INTERACTIONS = 5
PASSWORD = "a quiet morning in Qingdao"
# From publication until answers are due: the mail, the password and the answer lie in between.
TIME_TO_ANSWER = timedelta(seconds=45)
LOT = LotScript("验收用泡沫件", "EPS for the walk", (("PK-W", "25 kg/m³", "9000"),), "套", "15.60", "14.20", "13.10")
SCRIPT = TenderScript("验收用泡沫件", "EPS for the walk", "", "", EPS_NEXT.category, "quick", (LOT,))


@pytest.mark.timeout(240)
async def test_from_the_mail_to_the_first_bid(service: Service, browser: Browser) -> None:
    stamp = f"{datetime.now(UTC):%H%M%S}"  # noqa: TID251 - a person's watch
    address = f"new{stamp}@walk.example"
    async with person_at(browser, service) as purchaser, person_at(browser, service) as approver:
        await purchaser.take_seat(STAFF[0].name)
        await approver.take_seat(STAFF[1].name)
        await register(purchaser, f"新协包装{stamp}", address)
        await certify(purchaser)
        await walk.approve(approver, f"新协包装{stamp}")
    await publish(service)
    link = await link_for(service, address)
    async with person_at(browser, service, viewport=PHONE) as newcomer:
        await newcomer.open(link.removeprefix(service.url))
        await newcomer.fill(newcomer.says("identity:new_password"), PASSWORD)
        await newcomer.click("button", newcomer.says("identity:invitation.accept"))
        await newcomer.page.wait_for_url("**/home")
        newcomer.acts = 0
        await newcomer.click("link", newcomer.says("tenders:next.answer"))
        await newcomer.click("button", newcomer.says("tenders:answer.accept"))
        await walk.enter_room(newcomer)
        await walk.bid_one_tap(newcomer)
        assert newcomer.acts <= MOST_INTERACTIONS
        assert not newcomer.complaints


async def register(purchaser: Person, name: str, address: str) -> None:
    """Register a company and its representative."""
    body = f"91990000WK{int(name[-6:]) % 10**7:07d}"
    await purchaser.open("/suppliers")
    await purchaser.click("link", purchaser.says("suppliers:list.register"))
    await purchaser.fill(purchaser.says("suppliers:fields.name_zh"), name)
    await purchaser.fill(purchaser.says("suppliers:fields.credit_code"), body + check_character(body))
    await purchaser.press(purchaser.page.get_by_role("checkbox", name=await packaging(purchaser), exact=True))
    await purchaser.fill(purchaser.says("suppliers:fields.contact_email"), address)
    await purchaser.click("button", purchaser.says("suppliers:register.submit"))
    await purchaser.page.wait_for_url(re.compile(r"/suppliers/[0-9a-f]{32}$"))


async def packaging(purchaser: Person) -> str:
    """The name of the category in the purchaser's language, as the service tells it."""
    categories = await (await purchaser.page.request.get(f"{purchaser.url}/api/categories")).json()
    return next(str(one[f"name_{purchaser.lang}"]) for one in categories if one["code"] == SCRIPT.category)


async def certify(purchaser: Person) -> None:
    """Propose its certification."""
    await purchaser.click("link", purchaser.says("suppliers:dossier.certify"))
    for aspect, mark in (("quality", "88"), ("delivery", "84"), ("credit", "90")):
        named = purchaser.says(f"words:aspects.{aspect}")
        await purchaser.fill(named, mark)
        await purchaser.fill(purchaser.says("suppliers:assess.reason", aspect=named), "审核报告 2026-11，纸质")
    await purchaser.click("button", purchaser.says("suppliers:certify.propose"))
    await expect(purchaser.page).to_have_url(re.compile(r"/suppliers/[0-9a-f]{32}$"))


async def publish(service: Service) -> None:
    """A tender of its own that opens right after its answers are due; one bidder is enough for it."""
    now = datetime.now(UTC)  # noqa: TID251 - an outside client with a wall clock
    times = tenders.Timetable(now + TIME_TO_ANSWER, now + TIME_TO_ANSWER + timedelta(seconds=2), timedelta(minutes=10))
    seats = LiveSeats(service.url)
    async with seats.seat(STAFF[0].seat) as purchaser:
        tender_id = await tenders.draft(purchaser, SCRIPT, times)
        proposal = await _submit(purchaser, tender_id)
    await seats.approve(proposal)


async def _submit(purchaser: Caller, tender_id: str) -> str:
    tender = await purchaser.get(f"/tenders/{tender_id}")
    body = tender["draft"] | {"version": tender["version"], "min_bidders": 1}
    stored = await purchaser.put(f"/tenders/{tender_id}", body)
    return str((await purchaser.post(f"/tenders/{tender_id}/submit", {"version": stored["version"]}))["proposal_id"])


async def link_for(service: Service, address: str) -> str:
    """The one-time link in the newest mail to this address."""
    async with asyncio.timeout(30):
        while True:
            for file in service.outbox.glob("*.eml"):
                mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
                found = re.search(r"http\S+/invitation#\S+", text_of(mail))
                if found and address in str(mail["To"]):
                    return found[0]
            await asyncio.sleep(0.3)
