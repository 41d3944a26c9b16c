"""A service of its own for a replay: a fresh folder, a fresh database, accounts made by invitation links from the
outbox."""

import asyncio
import contextlib
import email
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from pathlib import Path

import httpx

from app.client.caller import Caller

START_SECONDS = 120.0
MAIL_SECONDS = 180.0
LONG_SESSION = 8 * 3600


@dataclass(slots=True)
class House:
    """A running service, its outbox, and the people in it."""

    base_url: str
    outbox: Path
    seen: set[str] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)
    callers: list[Caller] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where everything of the service lies."""
        return self.outbox.parent

    @property
    def database(self) -> Path:
        """The SQLite database, where no other address was given."""
        return self.folder / "bidroom.db"

    async def token_for(self, address: str) -> str:
        """The token of the one-time link mailed to an address. Raises TimeoutError if no mail comes."""
        async with asyncio.timeout(MAIL_SECONDS):
            while address not in self.tokens:
                await asyncio.to_thread(self._read_mails)
                if address not in self.tokens:
                    await asyncio.sleep(0.2)
        return self.tokens.pop(address)

    def _read_mails(self) -> None:
        for path in self.outbox.glob("*.eml"):
            if path.name in self.seen:
                continue
            message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            body = message.get_body()
            found = re.search(r"#(\S+)", body.get_content()) if body else None
            if found:
                self.tokens[str(message["To"])] = found[1]
            # A letter caught while it was being written is still empty, and read once more.
            if message["To"]:
                self.seen.add(path.name)

    async def admit(self, address: str) -> Caller:
        """Accept the invitation mailed to an address with a random password; the signed-in caller."""
        caller = Caller(self.base_url)
        self.callers.append(caller)
        await caller.accept_invitation(await self.token_for(address), secrets.token_urlsafe(18))
        return caller


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(words: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(words, env=environment)  # noqa: S603 - our own command, nothing from outside


@asynccontextmanager
async def own_house(database_url: str = "") -> AsyncIterator[House]:
    """Start a service in a temporary folder (SQLite unless an address is given) and stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="bidroom-replay-") as folder:
        port = free_port()
        environment = os.environ | {
            "BIDROOM_DATA_DIR": folder,
            "BIDROOM_DATABASE_URL": database_url,
            "BIDROOM_PUBLIC_URL": f"http://127.0.0.1:{port}",
            # A supplier of history has nothing to do for most of a long replay.
            "BIDROOM_SESSION_IDLE_STAFF": str(LONG_SESSION),
            "BIDROOM_SESSION_IDLE_SUPPLIER": str(LONG_SESSION),
        }
        admin = "admin@replay.example"
        create = [sys.executable, "-m", "app.cli", "create-admin", admin, "Replay", "--locale", "en"]
        await asyncio.to_thread(subprocess.run, create, env=environment, check=True, stdout=subprocess.DEVNULL)
        serve = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
        service = _start(serve, environment)
        house = House(f"http://127.0.0.1:{port}", Path(folder) / "outbox")
        try:
            await _wait_until_ready(house.base_url, service)
            yield house
        finally:
            for caller in house.callers:
                await caller.close()
            service.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(service.wait, 15)
            service.kill()


async def _wait_until_ready(base_url: str, service: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(START_SECONDS), httpx.AsyncClient(trust_env=False) as client:
        while True:
            if service.poll() is not None:
                raise RuntimeError("the service ended while starting")
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"{base_url}/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.2)
