"""The sealing file in the supplier's own browser: named in the foot, run only as released, refused without WebCrypto
(attacks.md S16), and used on another machine whose package is handed in here."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Download, Page, Request, Route, expect

from tests.browser.looking import look
from tests.browser.people import DESK, PHONE, Person, person_at
from tests.browser.places import BIDDER
from tests.browser.sealed_tender import publish_large
from tests.browser.service import Service
from tests.browser.test_sealed_round import receipted, until
from tests.browser.words import LANGS

LASTS = timedelta(seconds=120)
PRICE = "271.40"
PASSPHRASE = "a long word about nothing"
# A page's pages; the foot stands on each.
SUPPLIERS_PAGES = ("/home", "/notices", "/account", "/my/company", "/my/performance")


async def saved(download: Download) -> dict[str, Any]:
    """A file that a page gave."""
    path: Path = await download.path()
    return _read(path)


def _read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def given(name: str, value: Any) -> Any:
    """The same as a file to choose."""
    return {"name": name, "mimeType": "application/json", "buffer": json.dumps(value).encode()}


async def test_the_foot_of_every_page_names_the_file(service: Service, browser: Browser) -> None:
    async with httpx.AsyncClient(base_url=service.url, trust_env=False) as client:
        told = (await client.get("/api/sealing")).json()
    for lang, viewport in zip(LANGS, (PHONE, DESK), strict=True):
        async with person_at(browser, service, lang, viewport=viewport) as person:
            await person.take_seat(BIDDER.person)
            summary = person.page.locator("footer summary")
            for path in SUPPLIERS_PAGES:
                await person.open(path)
                await expect(summary).to_contain_text(told["sha256"][:16])
            await summary.click()
            await expect(person.page.locator("footer details")).to_contain_text(
                f"/seal/{told['sha256']}.js | sha256sum"
            )
            await person.open("/verify")
            for digest in (told["sha256"], told["page_sha256"]):
                await expect(person.page.get_by_text(digest, exact=True)).to_be_visible()
            found = await look(person, "verify-sealing-file", viewport=viewport, with_axe=True)
            assert found == []


async def seal_elsewhere(browser: Browser, address: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Another machine: the page, the facts, an offer; its package. It asks the network for nothing."""
    page = await browser.new_page(locale="zh-CN", accept_downloads=True)
    try:
        await page.goto(address)
        await page.context.set_offline(offline=True)
        await page.locator("input[type=file]").first.set_input_files([given("facts.json", facts)])
        await page.locator("input[name=amount]").wait_for()
        offer = page.locator("section:nth-of-type(2)")
        for box in await offer.locator("textarea").all():
            await box.fill("如资料所述。")
        for box in await offer.locator("select").all():
            await box.select_option(index=1)
        for box in await offer.locator("input[inputmode=decimal]:not([name])").all():
            await box.fill("42")
        await page.locator("input[name=amount]").fill(PRICE)
        for name in ("passphrase", "again"):
            await page.locator(f"input[name={name}]").fill(PASSPHRASE)
        await page.get_by_role("button", name="在本机密封").click()
        async with page.expect_download() as waiting:
            await page.get_by_role("button", name="保存密封包").click()
        return await saved(await waiting.value)
    finally:
        await page.close()


async def hand_in(person: Person, package: dict[str, Any]) -> None:
    """The package file into the sheet, and sent."""
    await person.click("button", person.says("sealed-rounds:elsewhere.hand_in"))
    dialog = person.page.get_by_role("dialog")
    await dialog.locator("input[type=file]").set_input_files([given("package.json", package)])
    await dialog.get_by_role("button", name=person.says("sealed-rounds:elsewhere.send"), exact=True).click()


@pytest.mark.timeout(300)
async def test_sealed_on_another_machine_and_handed_in_here(service: Service, browser: Browser) -> None:
    tender = await publish_large(service, title="离线密封验收", lasts=LASTS)
    async with person_at(browser, service, viewport=DESK) as person:
        sent: list[str] = []
        page = person.page
        page.on("request", lambda request: sent.append(f"{request.url} {request.post_data_buffer or b''!r}"))
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
        await person.take_seat(BIDDER.person)
        await person.open(f"/sealed/{tender.round_id}")
        async with page.expect_download() as waiting:
            await person.click("button", person.says("sealed-rounds:elsewhere.facts"))
        facts = await saved(await waiting.value)
        assert facts["own_names"]["names"]
        package = await seal_elsewhere(browser, f"{service.url}/seal/", facts)
        await until(tender.opens_at + timedelta(seconds=2))
        bent = {**package, "price": {"ct": "A" + package["price"]["ct"][1:]}}
        foreign = {**package, "header": {**package["header"], "lot": "f" * 32}}
        for wrong, code in ((bent, "ALTERED"), (foreign, "OTHER_ROUND"), ({"amount": PRICE}, "NOT_A_PACKAGE")):
            await hand_in(person, wrong)
            dialog = page.get_by_role("dialog")
            await expect(dialog.get_by_role("alert")).to_have_text(person.says(f"sealed-rounds:elsewhere.fault.{code}"))
            await dialog.get_by_role("button", name=person.says("common:actions.cancel"), exact=True).click()
        await hand_in(person, package)
        await receipted(person, 1)
        await expect(page.get_by_text(person.says("sealed-rounds:elsewhere.amount"))).to_be_visible()
        found = await look(person, "sealed-elsewhere", viewport=DESK, with_axe=True)
        assert found == []
        assert not [text for text in sent if PRICE in text], "a price left the page in clear"


async def test_a_file_with_other_bytes_is_not_run(service: Service, browser: Browser) -> None:
    """A proxy, a cache or a hand on the disk: the browser compares, and the page says so instead of sealing."""
    tender = await publish_large(service, title="密封文件验收", lasts=timedelta(seconds=20))
    async with person_at(browser, service, "en", viewport=DESK) as person:

        async def bend(route: Route) -> None:
            answer = await route.fetch()
            await route.fulfill(response=answer, body=await answer.text() + "\nglobalThis.bent = true;")

        await person.page.route(re.compile(r"/seal/[0-9a-f]{64}\.js"), bend)
        await person.take_seat(BIDDER.person)
        await person.open(f"/sealed/{tender.round_id}")
        await expect(person.page.get_by_role("heading", name=person.says("common:states.sealing_file"))).to_be_visible()
        assert await person.page.locator("[data-field=amount]").count() == 0
        assert await person.page.evaluate("globalThis.bent") is None
        assert any("integrity" in line for line in person.complaints)


@asynccontextmanager
async def forwarded(page: Page, service: Service, origin: str, sent: list[str]) -> AsyncIterator[None]:
    """The service under an address of a LAN, over plain http."""
    # Straight lines that end by themselves: a page that is left leaves none open behind it.
    client = httpx.AsyncClient(base_url=service.url, trust_env=False, headers={"Connection": "close"})

    async def answer(route: Route, request: Request) -> None:
        sent.append(f"{request.method} {request.url} {request.post_data or ''}")
        headers = {name: value for name, value in (await request.all_headers()).items() if not name.startswith(":")}
        headers |= {"origin": service.url} if "origin" in headers else {}
        headers.pop("host", None)
        headers["connection"] = "close"
        path = request.url.removeprefix(origin)
        told = await client.request(request.method, path, headers=headers, content=request.post_data_buffer)
        kept = {
            name: value for name, value in told.headers.items() if name not in ("content-length", "content-encoding")
        }
        await route.fulfill(status=told.status_code, headers=kept, body=told.content)

    await page.route(f"{origin}/**", answer)
    try:
        yield
    finally:
        await page.unroute_all(behavior="wait")
        await client.aclose()


@pytest.mark.timeout(200)
async def test_s16_over_plain_http_on_a_lan_nothing_is_asked_and_nothing_is_sent(
    service: Service, browser: Browser
) -> None:
    tender = await publish_large(service, title="局域网验收", lasts=timedelta(seconds=40))
    await until(max(tender.opens_at, datetime.now(UTC)) + timedelta(seconds=1))  # noqa: TID251 - a person's watch
    origin = "http://192.168.0.7"
    for lang in LANGS:
        async with person_at(browser, service, lang, viewport=PHONE) as person:
            sent: list[str] = []
            async with forwarded(person.page, service, origin, sent):
                person.url = origin
                assert await _has_crypto(person.page, origin) is False
                await person.take_seat(BIDDER.person)
                await person.open(f"/sealed/{tender.round_id}")
                await expect(person.page.get_by_text(person.says("sealed-rounds:refused.why"))).to_be_visible()
                assert await person.page.locator("main input, main textarea, main [data-field]").count() == 0
                await asyncio.sleep(1)
                written = [line for line in sent if not line.startswith("GET ")]
                assert not [line for line in written if "/packages" in line or "/uploads" in line]
                # The page that seals alone says the same.
                await person.open("/seal/")
                await expect(person.page.get_by_role("alert")).to_be_visible()
                assert await person.page.locator("input").count() == 0


async def _has_crypto(page: Page, origin: str) -> bool:
    await page.goto(f"{origin}/door")
    return bool(await page.evaluate("crypto.subtle !== undefined"))
