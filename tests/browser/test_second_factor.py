"""The first administrator of a fresh house: a link, a password, a passkey, and an act that asks for it again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.people import PHONE, Person, person_at
from tests.browser.service import ROOT, Service, free_port
from tests.browser.test_invitation import link_for

ADDRESS = "admin@walk.example"
PASSWORD = "a quiet morning in Qingdao"


@contextmanager
def fresh_house(folder: Path, locale: str = "zh") -> Iterator[Service]:
    """A service without a demo, under a name: passkeys belong to names, not to numbers."""
    port = free_port()
    url = f"http://localhost:{port}"
    data = folder / "demo"
    env = {**os.environ, "BIDROOM_DATA_DIR": str(data), "BIDROOM_PUBLIC_URL": url, "BIDROOM_STEP_UP_SECONDS": "2"}
    cli = [sys.executable, "-m", "app.cli"]
    subprocess.run([*cli, "create-admin", ADDRESS, "Walker", "--locale", locale], cwd=ROOT, env=env, check=True)
    process = subprocess.Popen([*cli, "serve", "--port", str(port)], cwd=ROOT, env=env)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2, trust_env=False).is_success:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield Service(url, folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(15)


async def give_authenticator(page: Page) -> None:
    """A passkey in the machine, whose owner says yes to everything."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.timeout(120)
async def test_a_passkey_opens_the_house_and_confirms_an_act(browser: Browser, tmp_path: Path) -> None:
    with fresh_house(tmp_path) as house:
        async with person_at(browser, house, viewport=PHONE) as person:
            await walk_in(house, person)


async def walk_in(house: Service, person: Person) -> None:
    """The link, the first sign-in, the second, and an act."""
    await give_authenticator(person.page)
    link = await link_for(house, ADDRESS)
    await person.open(link.removeprefix(house.url))
    await person.fill(person.says("identity:new_password"), PASSWORD)
    await person.click("button", person.says("identity:invitation.accept"))
    await person.page.wait_for_url("**/second-factor**")
    await person.click("button", person.says("security:kinds.passkey"))
    await person.click("button", person.says("security:enrol.make_passkey"))
    await person.click("button", person.says("security:codes.kept"))
    await person.page.wait_for_url("**/accounts")

    # The next sign-in: the password, then the passkey.
    await person.page.context.clear_cookies()
    await person.open("/sign-in")
    await person.fill(person.says("identity:email"), ADDRESS)
    await person.fill(person.says("identity:password"), PASSWORD)
    await person.click("button", person.says("common:actions.sign_in"))
    await person.click("button", person.says("security:proof.use_passkey"))
    await person.page.wait_for_url("**/accounts")

    # An act that asks for it again: what was typed goes out after it.
    await asyncio.sleep(2.1)
    await person.click("button", person.says("identity:accounts.invite"))
    await person.fill(person.says("identity:name"), "周审")
    await person.fill(person.says("identity:email"), "zhou@walk.example")
    await person.click("button", person.says("identity:accounts.send"))
    await person.click("button", person.says("security:proof.use_passkey"))
    await expect(person.page.get_by_text("zhou@walk.example")).to_be_visible()
    assert not [each for each in person.complaints if "403" not in each]
