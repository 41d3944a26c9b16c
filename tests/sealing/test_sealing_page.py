"""The page that seals without a service, as it was built, in Chromium: from the disk and from the service.

It has one script, which is the sealing file byte for byte, and no way out; what it writes is a package that the
service's own code opens. Over plain http on a LAN it asks for nothing (attacks.md S16).
"""

import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page, Route, expect

from app.domain.sealing.header import EnvelopeKind, Header, decode, header_from_json, package_digest
from app.domain.sealing.package import Opened, open_envelope
from app.domain.sealing.recovery import Recovery, open_recovery
from app.sealing_file import SealingFile, sealing_file
from tests.browser.chrome import chrome
from tests.sealing.rounds import LOCK, facts

pytestmark = pytest.mark.browser
DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"
PASSPHRASE = "a long word about nothing"
PRICE = "271.40"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CRITERION: dict[str, Any] = {
    "weight": "30",
    "threshold": None,
    "unit": "d",
    "prompt_zh": "",
    "prompt_en": "Say how.",
    "levels": [],
}
CHOICES = [{"zh": "一年", "en": "One year"}, {"zh": "两年", "en": "Two years"}]


def facts_of_round(*, has_technical: bool = False) -> dict[str, Any]:
    """The facts as the supplier's page saves them."""
    told = facts(has_technical=has_technical)
    lot: dict[str, Any] = {
        "title_zh": "压缩机",
        "title_en": "Compressors",
        "tax_basis": "included",
        "basis": "total",
        "unit": "pcs",
        "quantity": "10",
        "ceiling_price": "300.00",
        "minimum_price": None,
        "lines": [],
    }
    criteria = [
        CRITERION
        | {"id": f"{number}" * 32, "number": number, "title_zh": "项", "title_en": "Item", "answer": answer}
        | {"choices": CHOICES if answer == "choice" else []}
        for number, answer in enumerate(("text", "number", "choice"), 1)
    ]
    evaluation = {"technical": {"criteria": criteria}, "price": {"weight": "70"}} if has_technical else None
    return told | {
        "audience": "supplier",
        "custody_zh": "服务器保管",
        "evaluation": evaluation,
        "lots": [told["lots"][0] | lot],
    }


@pytest.fixture(scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with chrome(chromium) as made:
        yield made


@pytest.fixture(scope="module")
def built() -> SealingFile:
    found = sealing_file(DIST)
    if found is None:
        pytest.fail("the pages are not built: run .venv/bin/python .ci/prepare.py pages")
    return found


def test_the_page_is_the_file_and_a_policy_for_it_alone(built: SealingFile) -> None:
    page = built.page.decode()
    (script,) = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert hashlib.sha256(script.encode()).hexdigest() == built.sha256
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    assert built.policy == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    # Nothing of other people's: no address, no attribute that acts.
    shell = page.replace(script, "").replace(style, "")
    assert not re.search(r"https?:|src=|href=|\son\w+=", shell)


async def opened(browser: Browser, address: str, content: bytes | None = None) -> tuple[Page, list[str]]:
    """The page at an address; `content` is answered there instead of a network. And what it asks for."""
    page = await browser.new_page(locale="en-US")
    asked: list[str] = []

    async def answer(route: Route) -> None:
        # Only what the page's policy has let through comes here.
        asked.append(route.request.url)
        if content is None:
            await route.continue_()
        elif route.request.resource_type == "document":
            await route.fulfill(body=content, content_type="text/html")
        else:
            await route.fulfill(body=PIXEL, content_type="image/png")

    await page.route("**/*", answer)
    await page.goto(address)
    return page, asked


def given(value: Any) -> FilePayload:
    """Facts as a file to choose."""
    return {"name": "facts.json", "mimeType": "application/json", "buffer": json.dumps(value).encode()}


async def fill(page: Page, facts: dict[str, Any]) -> None:
    """Facts, an answer to each criterion, the price, the passphrase."""
    await page.locator("input[type=file]").first.set_input_files(given(facts))
    await page.locator("input[name=amount]").wait_for()
    for box in await page.locator("textarea").all():
        await box.fill("As asked, in all parts.")
    for box in await page.locator("section:nth-of-type(2) select").all():
        await box.select_option(index=1)
    for box in await page.locator("section:nth-of-type(2) input[inputmode=decimal]:not([name])").all():
        await box.fill("42")
    await page.locator("input[name=amount]").fill(PRICE)
    for name in ("passphrase", "again"):
        await page.locator(f"input[name={name}]").fill(PASSPHRASE)


async def saved(page: Page, button: str) -> dict[str, Any]:
    """The file that a button gives."""
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name=button).click()
    path = await (await waiting.value).path()
    return _read(path)


def _read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


async def seal_on(page: Page, facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two files of an offer."""
    await fill(page, facts)
    await page.get_by_role("button", name="Seal on this machine").click()
    await expect(page.get_by_text("Sealed as package")).to_be_visible()
    return await saved(page, "Save the package"), await saved(page, "Save the recovery file")


@pytest.mark.parametrize("has_technical", [False, True])
async def test_from_the_disk_it_seals_what_the_service_opens(
    browser: Browser, built: SealingFile, tmp_path: Path, *, has_technical: bool
) -> None:
    copy = tmp_path / "bidroom-seal.html"
    copy.write_bytes(built.page)
    facts = facts_of_round(has_technical=has_technical)
    page, asked = await opened(browser, copy.as_uri())
    try:
        package, recovery = await seal_on(page, facts)
    finally:
        await page.close()
    # The page itself and the files it gave; nothing went anywhere.
    assert [url for url in asked if not url.startswith("blob:")] == [copy.as_uri()]
    assert PRICE not in json.dumps([package, recovery])
    header = header_from_json(package["header"])
    assert isinstance(header, Header)
    assert isinstance(open_recovery(recovery, PASSPHRASE), Recovery)
    assert recovery["package"] == package_digest(header)
    kinds = [EnvelopeKind.TECH, EnvelopeKind.PRICE] if has_technical else [EnvelopeKind.PRICE]
    assert [envelope.kind for envelope in header.envelopes] == kinds
    for envelope in header.envelopes:
        ct = decode(package[envelope.kind.value]["ct"])
        assert ct is not None
        found = open_envelope(LOCK.private, header.binding, envelope, ct)
        assert isinstance(found, Opened)
        assert (PRICE.encode() in found.body) == (envelope.kind is EnvelopeKind.PRICE)


async def test_a_policy_that_is_not_the_one_named_is_refused(browser: Browser, built: SealingFile) -> None:
    page, _ = await opened(browser, "https://bidroom.example/seal/", built.page)
    try:
        for change in ({"server_lock": "04" + "1" * 128}, {"policy_digest": "0" * 64}, {"audience": "staff"}):
            await page.locator("input[type=file]").first.set_input_files(given(facts_of_round() | change))
            await expect(page.get_by_role("alert")).to_be_visible()
            assert await page.locator("input[name=amount]").count() == 0
    finally:
        await page.close()


async def test_what_facts_say_is_text(browser: Browser, built: SealingFile) -> None:
    """A file of facts may come from anybody: it names no element, no script and no member of the page's own objects."""
    hostile = "<img src=x onerror=document.title='bent'><script>document.title='bent'</script>"
    told = facts_of_round(has_technical=True)
    told["lots"][0] |= {"title_en": hostile, "title_zh": hostile, "lines": [], "unit": hostile}
    told["evaluation"]["technical"]["criteria"][0] |= {"title_en": hostile, "prompt_en": hostile}
    told |= {"custody_en": hostile, "__proto__": {"has_technical": False}, "own_names": {"names": [hostile]}}
    page, asked = await opened(browser, "https://bidroom.example/seal/", built.page)
    try:
        await fill(page, told)
        assert await page.locator("main img, main script").count() == 0
        assert await page.get_by_text("<img src=x", exact=False).count() >= 2
        assert await page.title() != "bent"
        crooked: tuple[object, ...] = (
            [],
            None,
            "x",
            {"audience": "supplier", "lots": [], "policy": {}},
            told | {"lots": [{"lot_id": 1}]},
        )
        for other in crooked:
            await page.locator("input[type=file]").first.set_input_files(given(other))
            await expect(page.get_by_role("alert")).to_be_visible()
            assert await page.locator("input[name=amount]").count() == 0
        assert asked == ["https://bidroom.example/seal/"]
    finally:
        await page.close()


async def test_an_own_name_in_an_answer_is_shown_before_it_is_sealed(browser: Browser, built: SealingFile) -> None:
    page, _ = await opened(browser, "https://bidroom.example/seal/", built.page)
    try:
        await fill(page, facts_of_round(has_technical=True) | {"own_names": {"names": ["Chengrui Cooling Ltd"]}})
        await page.locator("textarea").first.fill("We at Chengrui Cooling do it.")
        await page.get_by_role("button", name="Seal on this machine").click()
        await expect(page.get_by_role("alert")).to_contain_text("Chengrui Cooling")
        await page.locator("input[name=names]").check()
        await page.get_by_role("button", name="Seal on this machine").click()
        await expect(page.get_by_text("Sealed as package")).to_be_visible()
    finally:
        await page.close()


async def test_over_plain_http_it_asks_for_nothing(browser: Browser, built: SealingFile) -> None:
    page, asked = await opened(browser, "http://192.168.0.7/seal/", built.page)
    try:
        await expect(page.get_by_role("alert")).to_contain_text("Nothing can be sealed here")
        assert await page.locator("input").count() == 0
        await page.get_by_role("button", name="中文").click()
        await expect(page.get_by_role("alert")).to_contain_text("此处无法密封")
        assert asked == ["http://192.168.0.7/seal/"]
    finally:
        await page.close()


async def test_changed_bytes_in_the_page_do_not_run(browser: Browser, built: SealingFile) -> None:
    bent = built.page.replace(b"</script>", b";document.title='bent'</script>")
    page, _ = await opened(browser, "https://bidroom.example/seal/", bent)
    try:
        assert await page.locator("main > *").count() == 0
        assert await page.title() != "bent"
    finally:
        await page.close()


async def test_the_pages_way_out_is_shut(browser: Browser, built: SealingFile) -> None:
    page, asked = await opened(browser, "https://bidroom.example/seal/", built.page)
    try:
        outcome = await page.evaluate(
            """async () => {
              const tried = [];
              tried.push(await fetch('/api/time').then(() => 'sent', () => 'refused'));
              tried.push(await new Promise((done) => { const image = new Image();
                image.onload = () => done('sent'); image.onerror = () => done('refused'); image.src = '/x.png'; }));
              try { tried.push(navigator.sendBeacon('/x', 'y') ? 'sent' : 'refused'); } catch { tried.push('refused'); }
              return tried;
            }"""
        )
        assert outcome[:2] == ["refused", "refused"]
        assert asked == ["https://bidroom.example/seal/"]
    finally:
        await page.close()
