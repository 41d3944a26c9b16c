"""What is looked for on every page: nothing untranslated, nothing sticking out, nothing a screen reader stumbles on."""

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize
from playwright.async_api import TimeoutError as TooLate

from tests.browser.people import PHONE, Person
from tests.browser.words import Lang, first_parts

# What stops somebody; minor and moderate findings are advice.
GRAVE = {"serious", "critical"}
SETTLE_MS = 8_000
# Dotted lower-case words: an untranslated key, unless it is a domain, a file or a command.
DOTTED = re.compile(r"(?<![\w@/.-])(?:[a-z][a-z0-9_-]*:)?[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+(?![\w@/.-])")
# Names of technical things that are written the same in every language.
TECHNICAL = re.compile(r"\.(zip|csv|json|jsonl|xlsx|eml|example|invalid|com|org)$")

_STICKING_OUT = """() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide <= 0) return null;
  const guilty = [...document.body.querySelectorAll('*')]
    .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1)
    .slice(0, 3)
    .map((each) => `${each.tagName}.${String(each.className).slice(0, 40)} ${(each.textContent ?? '').slice(0, 30)}`);
  return `${wide} px too wide: ${guilty.join(' | ')}`;
}"""


async def settled(page: Page) -> None:
    """Wait until the page shows its data: nothing loading, no fonts on the way."""
    await page.locator("main").first.wait_for()
    try:
        await page.wait_for_function(
            "() => !document.querySelector('[role=status] [aria-hidden=true]') && document.querySelector('h1')",
            timeout=SETTLE_MS,
        )
    except TooLate:
        # Then what is there is looked at; a page that never ends loading shows in its own test.
        return
    await page.wait_for_timeout(120)


async def look(person: Person, name: str, *, viewport: ViewportSize, with_axe: bool) -> list[str]:
    """Everything wrong with the page as it stands, each in one line; a screenshot where BIDROOM_SHOTS says."""
    size = "390" if viewport is PHONE else "1440"
    where = f"{name} {person.lang} {size}"
    found = [f"console: {line}" for line in person.complaints]
    person.complaints.clear()
    found += [f"untranslated: {key}" for key in untranslated(await person.page.locator("body").inner_text())]
    if viewport is PHONE and (wide := await person.page.evaluate(_STICKING_OUT)):
        found.append(str(wide))
    if with_axe:
        found += await grave_findings(person.page)
    await _shoot(person.page, f"{name}.{person.lang}.{size}")
    return [f"{where}: {line}" for line in found]


def untranslated(text: str) -> list[str]:
    """Keys and empty slots of the catalogue that are shown as they are."""
    dotted = {word for word in DOTTED.findall(text) if not TECHNICAL.search(word)}
    keys = {word for word in dotted if re.split("[:.]", word)[0] in first_parts()}
    return sorted(keys) + re.findall(r"\{\{\w*\}\}", text)


async def grave_findings(page: Page) -> list[str]:
    """Serious and critical findings of axe, with the first places they occur."""
    results = await Axe().run(page)
    violations: list[dict[str, Any]] = results.response["violations"]
    return [
        f"axe {each['impact']} {each['id']} ({len(each['nodes'])}): "
        + " | ".join(str(node["html"])[:140] for node in each["nodes"][:3])
        for each in violations
        if each["impact"] in GRAVE
    ]


async def switch_to(person: Person, lang: Lang) -> None:
    """Change the language by the switch that every page has."""
    if person.lang == lang:
        return
    person.lang = lang
    tag = "zh-CN" if lang == "zh" else "en-US"
    await person.page.locator(f'button[aria-pressed][lang="{tag}"]').filter(visible=True).first.click()
    await person.page.wait_for_function("(tag) => document.documentElement.lang === tag", arg=tag)
    await person.page.wait_for_timeout(80)


async def _shoot(page: Page, name: str) -> None:
    folder = os.environ.get("BIDROOM_SHOTS")
    if folder:
        # Playwright makes the folder.
        await page.screenshot(path=Path(folder) / f"{name}.png")
