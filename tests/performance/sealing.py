"""Seal and open per package, in Python and in Chromium: milliseconds an envelope. No goal: nobody seals in a hurry.

The opening of a round is one transaction over all its packages: the time to open one is what a large round waits for.
"""

import asyncio
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.async_api import Page, Route

from app.domain.sealing.body import PriceOffer, pack_price, pack_technical
from app.domain.sealing.header import Binding, Envelope, EnvelopeKind
from app.domain.sealing.package import Opened, open_envelope, repeat_opening, seal_envelope
from app.domain.sealing.suite import KeyPair, derive_key_pair
from app.sealing_file import sealing_file
from tests.browser.chrome import chrome
from tests.performance.rounds import Case, Results, say

DIST: Final = Path(__file__).resolve().parents[2] / "frontend" / "dist"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BINDING: Final = Binding("a" * 32, "b" * 32, "c" * 32, 1, "d" * 64)
PRICE: Final = (EnvelopeKind.PRICE, pack_price(PriceOffer(BINDING.lot, "CNY", "278.46", 2)), 4096, "price 4 KiB")
TECH: Final = (EnvelopeKind.TECH, pack_technical([("c1", "1", "x" * 2000)]), 256 << 10, "technical 256 KiB")
IN_THE_PAGE: Final = """async ([path, lock, seconds]) => {
  const seal = await import(path);
  const timed = async (act) => {
    let count = 0;
    const start = performance.now();
    while (performance.now() - start < seconds * 1000) { await act(); count += 1; }
    return (performance.now() - start) / count;
  };
  const offer = { lot: lock.binding.lot, currency: 'CNY', amount: '278.46', scale: 2, lines: [] };
  const answers = [{ criterion: 'c1', value: '1', text: 'x'.repeat(2000) }];
  return [
    await timed(() => seal.sealPrice({ ...lock, bucket: 4096 }, offer)),
    await timed(() => seal.sealTechnical({ ...lock, bucket: 262144 }, answers)),
  ];
}"""


def sealing(_folder: Path, rounds: int, seconds: float) -> Results:
    """Milliseconds to seal, open and repeat one envelope of each kind; a quarter of the time for each."""
    lock, share = derive_key_pair(secrets.token_bytes(32)), seconds / 4
    cases: dict[str, Case] = {}
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    path = _code_file()
    if browser is None or path is None:
        say("sealing in Chromium: not measured (no Chromium, or the pages are not built)")
    for _ in range(rounds):
        measured = _in_python(lock, share)
        if browser is not None and path is not None:
            measured |= asyncio.run(_in_chromium(browser, path, lock, share))
        for name, milliseconds in measured.items():
            cases.setdefault(name, Case(name, "ms")).values.append(milliseconds)
    return list(cases.values()), []


def _timed(act: Callable[[], object], seconds: float) -> float:
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds or not count:
        act()
        count += 1
    return spent / count * 1000


def _in_python(lock: KeyPair, seconds: float) -> dict[str, float]:
    measured: dict[str, float] = {}
    for kind, body, bucket, name in (PRICE, TECH):
        secret = secrets.token_bytes(32)
        envelope, ct = seal_envelope(lock.public, BINDING, kind, body, bucket, secret)
        assert isinstance(open_envelope(lock.private, BINDING, envelope, ct), Opened)
        acts = _acts(lock, kind, (body, bucket), envelope, ct, secret)
        measured |= {f"{act}, {name}, Python": _timed(work, seconds) for act, work in acts.items()}
    return measured


def _acts(
    lock: KeyPair, kind: EnvelopeKind, content: tuple[bytes, int], envelope: Envelope, ct: bytes, secret: bytes
) -> dict[str, Callable[[], object]]:
    return {
        "seal": lambda: seal_envelope(lock.public, BINDING, kind, *content, secret),
        "open": lambda: open_envelope(lock.private, BINDING, envelope, ct),
        "repeat": lambda: repeat_opening(lock.public, BINDING, envelope, ct, secret),
    }


def _code_file() -> str | None:
    found = sealing_file(DIST)
    return None if found is None else found.path


async def _in_chromium(browser: str, path: str, lock: KeyPair, seconds: float) -> dict[str, float]:
    binding = {name: getattr(BINDING, name) for name in ("round", "lot", "tag", "rev", "policy", "prev")}
    given = [path, {"serverLock": lock.public.hex(), "binding": binding}, seconds]
    async with chrome(browser) as opened:
        page = await opened.new_page()
        await _serve(page)
        price, tech = await page.evaluate(IN_THE_PAGE, given)
    return {f"seal, {PRICE[3]}, Chromium": price, f"seal, {TECH[3]}, Chromium": tech}


async def _serve(page: Page) -> None:
    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://localhost/")
        if path:
            await route.fulfill(path=DIST / path, content_type="text/javascript")
        else:
            await route.fulfill(body="<!doctype html>", content_type="text/html")

    await page.route("**/*", answer)
    await page.goto("http://localhost/")


def main() -> None:
    """Measure alone: `python -m tests.performance.sealing`."""
    cases, _ = sealing(Path(), 3, 1.0)
    for case in cases:
        say(case.row())


if __name__ == "__main__":
    main()
