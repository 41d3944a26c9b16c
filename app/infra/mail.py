"""Mail: written to an outbox folder by default, sent over SMTP by setting. One recipient a mail, no reply address."""

import asyncio
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib


class Mail(Protocol):
    """Something that delivers one mail or raises OSError/aiosmtplib.SMTPException; the outbox tries again later."""

    async def send(self, message: EmailMessage, *, name: str) -> None:
        """Deliver ``message``; ``name`` is its unique outbox id."""


class OutboxMail:
    """Writes ``NAME.eml`` files; a mail already written is not written twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: EmailMessage, *, name: str) -> None:
        """Write the mail as a file into the outbox folder."""
        await asyncio.to_thread(self._write, message.as_bytes(), name)

    def _write(self, data: bytes, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.eml").write_bytes(data)


class SmtpMail:
    """Sends over SMTP (STARTTLS where offered, implicit TLS for smtps://)."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    async def send(self, message: EmailMessage, *, name: str) -> None:  # noqa: ARG002 - the protocol's name
        """Hand the mail to the configured SMTP server."""
        parts = self._parts
        await aiosmtplib.send(
            message,
            hostname=parts.hostname,
            port=parts.port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            timeout=20,
        )


def build_mail(smtp_url: str, outbox: Path) -> Mail:
    """SMTP when an address is set, else the outbox folder."""
    return SmtpMail(smtp_url) if smtp_url else OutboxMail(outbox)
