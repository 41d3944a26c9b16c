"""The main job of the house, step by step through the pages, in either language: what each person does."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, expect

from tests.browser.people import Person
from tests.browser.words import pattern

# The tender's own zone, which the fields of the builder are written in.
ZONE = ZoneInfo("Asia/Shanghai")
# A round of a minute is opened and closed by the clock; everything else answers within a person's patience.
ROUND_S = 150


@dataclass(frozen=True, slots=True)
class Times:
    """When answers are due and the round opens, on the wall of the tender's zone, to the second."""

    due: datetime
    opens: datetime

    @staticmethod
    def soon(now: datetime, *, answer_in: timedelta) -> "Times":
        """Answers due after ``answer_in``, the round three seconds later; never on a full minute, which fields cut."""
        due = now.astimezone(ZONE).replace(microsecond=0) + answer_in
        due += timedelta(seconds=1 if due.second in (0, 57) else 0)
        return Times(due, due + timedelta(seconds=3))


def _local(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")


async def begin_tender(purchaser: Person, title: str) -> None:
    """From the template to a complete draft: the acts that a person needs."""
    await purchaser.open("/tenders")
    templates = purchaser.page.get_by_role("region", name=purchaser.says("tenders:begin.title"))
    await purchaser.press(templates.get_by_role("button", name=purchaser.says("tenders:begin.quick")))
    await purchaser.fill(purchaser.says(f"tenders:form.title_{purchaser.lang}"), title)
    await purchaser.choose(purchaser.says("words:category"), "packaging")
    await purchaser.fill(purchaser.says("tenders:lot.quantity"), "12000")
    await purchaser.fill(purchaser.says("tenders:lot.unit"), "套" if purchaser.lang == "zh" else "set")
    await purchaser.fill(purchaser.says("words:ceiling_price"), "28.50")


async def hurry(purchaser: Person, times: Times) -> None:
    """A round of one minute, soon: what only a test asks for."""
    with purchaser.staging():
        await purchaser.fill(purchaser.says("tenders:times.response_due"), _local(times.due))
        await purchaser.fill(purchaser.says("tenders:times.opens"), _local(times.opens))
        await purchaser.fill(purchaser.says("tenders:form.duration"), "1")
        rules = purchaser.page.locator("summary", has_text=purchaser.says("tenders:form.change_rules"))
        await purchaser.press(rules)
        # A soft close of three minutes does not fit into a round of one.
        await purchaser.press(purchaser.field(purchaser.says("tenders:rules.soft_close")))


async def submit(purchaser: Person) -> tuple[str, str]:
    """Hand the draft to the second person; the tender's address and its reference."""
    await purchaser.click("button", purchaser.says("tenders:form.submit"))
    await purchaser.page.wait_for_url(re.compile(r"/tenders/[0-9a-f]{32}$"))
    reference = purchaser.page.locator("main header").get_by_text(re.compile(r"^T-\d{4}-\w+$"))
    return purchaser.page.url.removeprefix(purchaser.url), await reference.inner_text()


async def approve(approver: Person, subject: str) -> None:
    """Open the newest proposal about ``subject`` in the inbox and approve it."""
    await approver.open("/approvals")
    await approver.press(approver.page.get_by_role("link").filter(has_text=subject).first)
    await approver.click("button", approver.says("approvals:detail.approve"))
    await expect(approver.named("button", approver.says("approvals:detail.approve"))).to_be_hidden()
    await expect(approver.page.locator("main")).to_contain_text(approver.says("words:states.proposal.approved"))


async def accept(supplier: Person, title: str) -> None:
    """Find the invitation on the home page, read, accept."""
    await supplier.open("/home")
    card = supplier.page.locator("main li, main section").filter(has_text=title).last
    await supplier.press(card.get_by_role("link", name=supplier.says("tenders:next.answer")))
    await supplier.click("button", supplier.says("tenders:answer.accept"))
    await expect(supplier.named("link", supplier.says("tenders:next.room_open"))).to_be_visible()


async def enter_room(supplier: Person) -> None:
    """From the tender into the live room."""
    await supplier.click("link", supplier.says("tenders:next.room_open"))
    await expect(supplier.page.get_by_text(supplier.says("live-rounds:link.live"), exact=True)).to_be_visible()


def one_tap(supplier: Person) -> Locator:
    """The large button with the least step, whatever the amount on it."""
    reads = re.compile(pattern(supplier.lang, "live-rounds:bid.one_tap").pattern.rstrip("$"))
    return supplier.named("button", reads)


async def bid_one_tap(supplier: Person) -> None:
    """One tap as soon as the lot is open; waits for the receipt."""
    await expect(one_tap(supplier)).to_be_enabled(timeout=ROUND_S * 1000)
    await supplier.press(one_tap(supplier))
    await _accepted(supplier)


async def bid_typed(supplier: Person, amount: str) -> None:
    """Type an amount and send it; a small change needs no second look."""
    await supplier.fill(supplier.says("live-rounds:bid.amount_label"), amount)
    await supplier.click("button", supplier.says("live-rounds:bid.submit"))
    own = supplier.page.get_by_role("region", name=supplier.says("live-rounds:own.title"))
    await expect(own.get_by_role("row").filter(has_text=amount)).to_contain_text(
        supplier.says("live-rounds:outbox.accepted")
    )


async def _accepted(supplier: Person) -> None:
    own = supplier.page.get_by_role("region", name=supplier.says("live-rounds:own.title"))
    await expect(own.get_by_role("row").nth(1)).to_contain_text(supplier.says("live-rounds:outbox.accepted"))


async def decide(purchaser: Person, tender: str) -> None:
    """When the round is over: the first of the ranking, by label, to the second person."""
    await purchaser.open(f"{tender}/decision")
    button = purchaser.named("button", purchaser.says("award:submit.button"))
    await expect(button).to_be_visible(timeout=ROUND_S * 1000)
    await purchaser.press(button)
    await expect(purchaser.page.get_by_text(purchaser.says("award:waiting.decision"))).to_be_visible()


async def ask_for_name(purchaser: Person, tender: str) -> None:
    """Ask for the unsealing of the preferred supplier."""
    await purchaser.open(f"{tender}/decision")
    await purchaser.click("button", purchaser.says("award:unsealing.ask"))
    await expect(purchaser.page.get_by_text(purchaser.says("award:waiting.unsealing"))).to_be_visible()


async def export_all(auditor: Person, folder: Path) -> Path:
    """Have the whole journal put into a bundle, and download it."""
    await auditor.open("/audit/exports")
    purpose = "年度复核" if auditor.lang == "zh" else "Yearly review"
    await auditor.fill(auditor.says("audit:exports.purpose"), f"{purpose} 2026")
    await auditor.fill(auditor.says("audit:exports.recipient"), "Audit Ltd")
    await auditor.click("button", auditor.says("audit:exports.start"))
    row = auditor.page.get_by_role("listitem").filter(has_text=purpose).first
    link = row.get_by_role("link", name=auditor.says("audit:exports.download"))
    await expect(link).to_be_visible(timeout=60_000)
    async with auditor.page.expect_download() as download:
        await auditor.press(link)
    bundle = folder / f"bundle-{auditor.lang}.zip"
    await (await download.value).save_as(bundle)
    return bundle
