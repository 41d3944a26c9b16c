"""Mail: written to an outbox folder by default, sent over SMTP by setting; text messages by a gateway, if one is set.

One recipient a mail, no reply address.
"""

import asyncio
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx


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


class TextingMail:
    """Sends what goes to a number through a gateway's HTTP interface, everything else as mail."""

    def __init__(self, url: str, mail: Mail) -> None:
        self._url = url
        self._mail = mail

    async def send(self, message: EmailMessage, *, name: str) -> None:
        """Hand the message to its gateway. Neither number nor text is in what is raised."""
        to = str(message["To"])
        if not is_number(to):
            await self._mail.send(message, name=name)
            return
        try:
            async with httpx.AsyncClient(timeout=20) as client:
                answer = await client.post(self._url, json={"to": to, "text": message.get_content().strip()})
        except httpx.HTTPError as error:
            raise OSError(type(error).__name__) from None
        if not answer.is_success:
            raise OSError(f"the gateway answered {answer.status_code}")


def is_number(to: str) -> bool:
    """Whether a recipient is a telephone and no address."""
    return to.startswith("+")


def build_mail(smtp_url: str, outbox: Path, sms_url: str = "") -> Mail:
    """SMTP when an address is set, else the outbox folder; with texts when a gateway is set."""
    mail = SmtpMail(smtp_url) if smtp_url else OutboxMail(outbox)
    return TextingMail(sms_url, mail) if sms_url else mail
