"""The World: everything a service needs from outside, passed first. Tests and the simulator build their own.

This is the only file that reads the machine's clock or its randomness.
"""

import asyncio
import secrets
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from app.domain.entries import SALT_BYTES
from app.infra.bell import Bell, PostgresBell
from app.infra.db import Database
from app.infra.files import Files
from app.infra.keys import Keys, load_keys
from app.infra.mail import Mail, build_mail
from app.infra.signature_provider import BuiltInProvider, SignatureProvider, build_signature_provider
from app.infra.signer_line import SignerLine
from app.settings import Settings

T = TypeVar("T")


class Clock(Protocol):
    """Server time, the only time (DESIGN.md decision 6)."""

    def now(self) -> datetime:
        """Aware UTC, whole milliseconds."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Aware UTC, cut to whole milliseconds."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """Seconds since some start, never jumping."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait for real."""
        await asyncio.sleep(seconds)


class Ids:
    """Randomness from the system's CSPRNG: ids tell neither time nor order (VISIBILITY.md section 1)."""

    def new(self) -> str:
        """A random 128-bit id, 32 hex characters."""
        return secrets.token_hex(16)

    def token(self) -> str:
        """A random 256-bit secret, URL-safe."""
        return secrets.token_urlsafe(32)

    def salt(self) -> bytes:
        """32 random bytes for an entry's hash."""
        return secrets.token_bytes(SALT_BYTES)

    def salts(self, count: int) -> list[bytes]:
        """So many salts, asked of the system at once."""
        drawn = secrets.token_bytes(count * SALT_BYTES)
        return [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a fresh random order."""
        # Drawn at once: a call of the system for each is a tenth of a tick's work. Equal keys are as likely as a guess
        # of one of them, and leave two in their order.
        keys = struct.unpack(f"{len(items)}Q", secrets.token_bytes(8 * len(items)))
        return [items[at] for _, at in sorted(zip(keys, range(len(items)), strict=True))]


@dataclass(frozen=True, slots=True)
class World:
    """All that is not deterministic, in one value."""

    settings: Settings
    clock: Clock
    ids: Ids
    db: Database
    keys: Keys
    bell: Bell
    files: Files
    mail: Mail
    signatures: SignatureProvider = field(default_factory=BuiltInProvider)


def build_world(settings: Settings) -> World:
    """The World of a running service, from its settings."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db = Database(settings.resolved_database_url)
    bell = Bell() if db.is_sqlite else PostgresBell(db.url.replace("+asyncpg", ""))
    return World(
        settings=settings,
        clock=SystemClock(),
        ids=Ids(),
        db=db,
        keys=load_keys(settings.keys_dir, None if settings.signer is None else SignerLine(settings.signer)),
        bell=bell,
        files=Files(settings.data_dir / "files"),
        mail=build_mail(settings.smtp_url, settings.outbox_dir, settings.sms_url),
        signatures=build_signature_provider(settings),
    )
