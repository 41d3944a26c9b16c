"""One project through the pages, from the need to stage 5: requester, purchaser, approver and the drawn experts, each
at a window of his own; a half-typed form, an old tab and a brand in the specification on the way (issue 7)."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from app.demo.cast import EVALUATORS, STAFF
from tests.browser import walk
from tests.browser.people import Person, person_at
from tests.browser.service import Service

PURCHASER, APPROVER = STAFF[0], STAFF[1]
REQUESTER = next(seat for seat in STAFF if seat.seat == "staff-10-requester")
BRANDED = "用西门子品牌的托盘，仅限原厂"
OPEN = "载荷 25 kg，阻燃 V-0"


@pytest.mark.timeout(300)
async def test_from_the_need_to_the_tender(service: Service, browser: Browser) -> None:
    title = f"走查用托盘 {datetime.now(UTC):%H%M%S}"  # noqa: TID251 - a person's watch
    async with AsyncExitStack() as stack:

        async def seat(name: str) -> Person:
            person = await stack.enter_async_context(person_at(browser, service))
            await person.take_seat(name)
            return person

        requester, purchaser, approver = [await seat(one.name) for one in (REQUESTER, PURCHASER, APPROVER)]
        project = await ask(requester, title)
        await accept(purchaser, project)
        await still_typing(requester, project)
        await plan(purchaser, project)
        await draw(purchaser, project)
        experts = [await seat(one.name) for one in EVALUATORS]
        for member in (purchaser, requester, approver, *experts):
            await declare(member, project)
        await at_stage(purchaser, project, 3)
        await purchaser.click("button", purchaser.says("demand:moves.propose"))
        await walk.approve(approver, title)
        reference = await open_tender(purchaser, project)
        await walk.approve(approver, reference)
        for reader in (purchaser, requester, approver):
            await at_stage(reader, project, 5)
        # The refused save of the old tab is the browser's own line; nothing else is.
        assert not [said for one in (purchaser, approver, *experts) for said in one.complaints]
        assert all("409" in said for said in requester.complaints)


async def ask(requester: Person, title: str) -> str:
    """Write the request, reload it half typed, see the brand named, mend it, submit; the project's address."""
    says = requester.says
    await requester.open("/projects")
    await requester.click("link", says("demand:board.begin"))
    await requester.fill(says("demand:need.title_zh"), title)
    await requester.choose(says("demand:need.category"), "packaging")
    await requester.fill(says("demand:need.quantity"), "12000")
    await requester.page.reload()
    await expect(requester.field(says("demand:need.title_zh"))).to_have_value(title)
    needed = datetime.now(UTC) + timedelta(days=120)  # noqa: TID251 - a person's calendar
    texts = {"item": "托盘", "unit": "套", "needed_on": f"{needed:%Y-%m-%d}", "specification": BRANDED, "use": "总装"}
    for name, text in texts.items():
        await requester.fill(says(f"demand:need.{name}"), text)
    await requester.fill(says("demand:need.requirement", number=1), "RoHS")
    await requester.click("button", says("demand:need.save"))
    await expect(requester.page.get_by_text(says("demand:locks.title"))).to_be_visible()
    await requester.click("link", says("demand:need.edit"))
    await requester.fill(says("demand:need.specification"), OPEN)
    await requester.click("button", says("demand:need.save"))
    await expect(requester.page.get_by_text(OPEN)).to_be_visible()
    await expect(requester.page.get_by_text(says("demand:locks.title"))).to_be_hidden()
    await requester.click("button", says("demand:moves.submit"))
    await expect(requester.page.get_by_text(waiting(requester, "purchaser"))).to_be_visible()
    return requester.page.url.removeprefix(requester.url)


def waiting(person: Person, role: str) -> str:
    """Whose turn it is, in words."""
    return person.says("demand:board.waits_for", role=person.says(f"words:roles.{role}"))


async def still_typing(requester: Person, project: str) -> None:
    """The form of before, reopened by its address once the request is in other hands: refused, and the text stays."""
    await requester.open(f"{project}/need")
    await requester.fill(requester.says("demand:need.use"), "改为备件")
    await requester.click("button", requester.says("demand:need.save"))
    await expect(requester.page.get_by_text(requester.says("common:states.not_saved"))).to_be_visible()
    await expect(requester.field(requester.says("demand:need.use"))).to_have_value("改为备件")
    await requester.click("button", requester.says("common:kept.drop"))


async def accept(purchaser: Person, project: str) -> None:
    """Take the request over."""
    await purchaser.open(project)
    await purchaser.click("button", purchaser.says("demand:moves.accept"))
    await expect(purchaser.named("button", purchaser.says("demand:plan.save"))).to_be_visible()


async def plan(purchaser: Person, project: str) -> None:
    """Feasibility, budget and where the estimate comes from."""
    says = purchaser.says
    await purchaser.open(project)
    await purchaser.press(purchaser.page.get_by_role("checkbox", name=says("demand:plan.is_feasible")))
    texts = {"finding": "三家可供", "budget_line": "FY27", "budget": "340000", "estimate": "330000"}
    for name, text in {**texts, "estimate_source": "上一份合同", "estimate_on": "2026-11-01"}.items():
        await purchaser.fill(says(f"demand:plan.{name}"), text)
    await purchaser.click("button", says("demand:plan.save"))
    await purchaser.click("button", says("demand:moves.finish"))
    await expect(purchaser.named("button", says("demand:group.draw"))).to_be_visible()


async def draw(purchaser: Person, project: str) -> None:
    """Name the two who are named, draw the experts."""
    says = purchaser.says
    await purchaser.open(project)
    for hat, name in (("decision_maker", APPROVER.name), ("purchasing_lead", PURCHASER.name)):
        await purchaser.field(says(f"demand:hats.{hat}")).select_option(label=name)
    await purchaser.click("button", says("demand:group.save"))
    table = purchaser.page.get_by_role("table", name=says("demand:group.title"))
    await expect(table).to_contain_text(APPROVER.name)
    await purchaser.fill(says("demand:group.experts"), str(len(EVALUATORS)))
    await purchaser.click("button", says("demand:group.draw"))
    await expect(table.get_by_text(says("demand:hats.expert"))).to_have_count(len(EVALUATORS))


async def declare(member: Person, project: str) -> None:
    """Say that there is no conflict."""
    await member.open(project)
    await member.click("button", member.says("demand:group.say_free"))
    own = member.page.get_by_role("table", name=member.says("demand:group.title"))
    await expect(own.get_by_text(member.says("demand:group.free")).first).to_be_visible()


async def open_tender(purchaser: Person, project: str) -> str:
    """From the approved project to a submitted tender; its reference."""
    await at_stage(purchaser, project, 4)
    await purchaser.click("button", purchaser.says("demand:tenders.open"))
    await purchaser.fill(purchaser.says("words:ceiling_price"), "28.50")
    _, reference = await walk.submit(purchaser)
    return reference


async def at_stage(person: Person, project: str, stage: int) -> None:
    """The stage bar's present stage."""
    await person.open(project)
    bar = person.page.get_by_role("list", name=person.says("demand:bar.label"))
    present = bar.locator('[aria-current="step"]')
    await expect(present).to_contain_text(person.says(f"demand:stages.{stage}"))
