"""The one file that seals, as it was built, in a real Chromium under a strict policy: the bytes of tests/vectors.

attacks.md S16: on a page from plain http it refuses, and sends nothing.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route

from app.sealing_file import sealing_file
from tests.browser.chrome import chrome
from tests.vectors.make import FOLDER

pytestmark = pytest.mark.browser

DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
# What a page does with a vector: the same calls as the supplier's page.
PRICE = """async ([path, vector, policy]) => {
  const seal = await import(path);
  const lock = { serverLock: vector.server_lock.public, binding: vector.header, bucket: vector.bucket,
                 secret: seal.fromHex(vector.secret) };
  const made = await seal.sealPrice(lock, vector.offer);
  const header = seal.headerOf(vector.header, [made.envelope]);
  return { header, ct: seal.encode(made.ct), package: await seal.packageDigest(header),
           policy: await seal.policyDigest(policy.policy), fingerprint: seal.fingerprint(policy.digest) };
}"""
TECHNICAL = """async ([path, vector, offer]) => {
  const seal = await import(path);
  const lock = { serverLock: vector.server_lock.public, binding: vector.header };
  const files = vector.files.map((file) => ({ ...file, content: seal.decode(file.content) }));
  const tech = await seal.sealTechnical(
    { ...lock, bucket: vector.bucket, secret: seal.fromHex(vector.secrets.tech) }, vector.answers, files);
  const price = await seal.sealPrice({ ...lock, bucket: 4096, secret: seal.fromHex(vector.secrets.price) }, offer);
  const header = seal.headerOf(vector.header, [price.envelope, tech.envelope]);
  return { header, ct_begins: seal.toHex(tech.ct.slice(0, 64)), ct_ends: seal.toHex(tech.ct.slice(-64)),
           package: await seal.packageDigest(header) };
}"""
RECEIPTS = """async ([path, vector]) => {
  const seal = await import(path);
  const of = (list, check) => Promise.all(list.map(check));
  return {
    receipts: await of(vector.receipts, ({ receipt }) => seal.checkReceipt(receipt, vector.public_key)),
    notices: await of(vector.notices, ({ notice }) => seal.checkLateNotice(notice, vector.public_key)),
    own: await seal.checkReceipt(vector.receipts[0].receipt, vector.public_key, vector.header),
  };
}"""
RECOVERY = """async ([path, vector]) => {
  const seal = await import(path);
  const chance = { salt: seal.decode(vector.salt), nonce: seal.decode(vector.nonce) };
  const secrets = { price: seal.fromHex(vector.secrets.price) };
  const file = await seal.recoveryFile(vector.header, secrets, vector.passphrase, chance);
  const opened = await seal.openRecoveryFile(file, vector.passphrase);
  return { file, secret: seal.toHex(opened.secrets.price) };
}"""
PLAIN_HTTP = """async ([path, vector]) => {
  const seal = await import(path);
  const lock = { serverLock: vector.server_lock.public, binding: vector.header, bucket: vector.bucket };
  return { has: seal.hasWebCrypto(), made: await seal.sealPrice(lock, vector.offer) };
}"""


def vector(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def names_file() -> str:
    """The address of the built sealing file, without its first stroke."""
    return code_path().removeprefix("/")


def test_what_seals_is_one_file_that_loads_nothing(names_file: str) -> None:
    code = (DIST / names_file).read_text(encoding="utf-8")
    assert hashlib.sha256(code.encode()).hexdigest() == Path(names_file).stem
    # The word alone stands in the list of trade words.
    assert not re.search(r"\bimport\s*[\"'`({*]|\bfrom\s*[\"'`]", code)
    ways_out = "fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|Worker|RTCPeerConnection"
    assert not re.search(rf"\b({ways_out}|eval|innerHTML|localStorage|sessionStorage|indexedDB)\b", code)
    # With the words of its own page in both languages.
    assert len(code) < 90_000


@pytest.fixture(scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with chrome(chromium) as made:
        yield made


def code_path() -> str:
    """The address of the sealing file."""
    found = sealing_file(DIST)
    if found is None:
        pytest.fail("the pages are not built: run .venv/bin/python .ci/prepare.py pages")
    return found.path


async def page_of(browser: Browser, origin: str) -> tuple[Page, list[str]]:
    """A blank page of an origin that has the built files and nothing else; and every address it asks for."""
    page = await browser.new_page()
    asked: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.url)
        path = route.request.url.removeprefix(origin)
        if path == "/":
            headers = {"Content-Security-Policy": POLICY}
            await route.fulfill(body="<!doctype html><title>seal</title>", content_type="text/html", headers=headers)
        else:
            await route.fulfill(path=DIST / path.lstrip("/"), content_type="text/javascript")

    await page.route("**/*", answer)
    await page.goto(f"{origin}/")
    return page, asked


async def run(browser: Browser, script: str, *given: Any, origin: str = "http://localhost") -> tuple[Any, list[str]]:
    page, asked = await page_of(browser, origin)
    try:
        return await page.evaluate(script, list(given)), asked
    finally:
        await page.close()


async def test_a_price(browser: Browser, names_file: str) -> None:
    told, policy = vector("price"), vector("policy")
    made, asked = await run(browser, PRICE, f"/{names_file}", told, policy)
    assert made == {
        "header": told["header"],
        "ct": told["ct"],
        "package": told["package"],
        "policy": policy["digest"],
        "fingerprint": policy["fingerprint"],
    }
    assert asked == [f"http://localhost{path}" for path in ("/", f"/{names_file}")]


async def test_both_envelopes(browser: Browser, names_file: str) -> None:
    told = vector("technical")
    made, _ = await run(browser, TECHNICAL, f"/{names_file}", told, vector("price")["offer"])
    assert made == {name: told[name] for name in ("header", "ct_begins", "ct_ends", "package")}


async def test_receipts(browser: Browser, names_file: str) -> None:
    told = vector("receipt")
    made, _ = await run(browser, RECEIPTS, f"/{names_file}", told)
    assert made["receipts"] == [case["fault"] for case in told["receipts"]]
    assert made["notices"] == [case["fault"] for case in told["notices"]]
    assert made["own"] is None


async def test_the_recovery_file(browser: Browser, names_file: str) -> None:
    told = vector("recovery")
    made, _ = await run(browser, RECOVERY, f"/{names_file}", told)
    assert made == {"file": told["file"], "secret": told["secrets"]["price"]}


async def test_over_plain_http_it_refuses_and_sends_nothing(browser: Browser, names_file: str) -> None:
    origin = "http://192.168.0.7"
    made, asked = await run(browser, PLAIN_HTTP, f"/{names_file}", vector("price"), origin=origin)
    assert made == {"has": False, "made": {"state": "refused", "code": "NO_WEBCRYPTO"}}
    assert asked == [f"{origin}{path}" for path in ("/", f"/{names_file}")]
