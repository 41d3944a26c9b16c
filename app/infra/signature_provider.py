"""Whoever collects the signatures under contracts: the house itself, or another one over HTTP.

The call goes to an address of the settings and nowhere else, follows nothing, and reads a short answer. The id of the
request is the idempotency key: however often it is sent, the provider has it once.
"""

import asyncio
import ipaddress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote, urlsplit

import httpx
import orjson

from app.domain.signature_requests import Answer, Word, is_signed, sign_call
from app.settings import Settings

BUILT_IN: Final = "built_in"
SECONDS: Final = 10.0
MOST_BYTES: Final = 16_384
# An address of ours, so that the provider can knock as soon as it knows more.
CALLBACK_PATH: Final = "/api/signature-callbacks"


class ProviderDownError(Exception):
    """The provider was not reached, or said nothing that can be read; it is asked again. Its text is a short reason."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A signature that is asked for: whose, under which text."""

    key: str
    digest: str
    signatory: str
    title: str
    reference: str


class SignatureProvider(Protocol):
    """Collects signatures under a digest. Raises ProviderDownError where it cannot be asked."""

    # What a signature names as its method.
    name: str
    # Whether the person's act on our own page is the signature: then nothing else is called.
    is_built_in: bool

    async def request(self, wanted: Wanted, at: datetime) -> Answer:
        """Ask for a signature; the same key gives the same answer."""

    async def status(self, reference: str, at: datetime) -> Answer:
        """How a request stands."""

    async def withdraw(self, reference: str, at: datetime) -> Answer:
        """Take a request back; a signature that is there already stays, and the answer says so."""

    def has_called(self, body: bytes, at: datetime, *, time: str, signature: str) -> bool:
        """Whether a call to our address is this provider's."""


class BuiltInProvider:
    """The signatures of the house: who, under which digest, when."""

    name = BUILT_IN
    is_built_in = True

    async def request(self, wanted: Wanted, at: datetime) -> Answer:
        """Signed by the act itself."""
        del at
        return Answer(Word.CONFIRMED, wanted.key, wanted.digest)

    async def status(self, reference: str, at: datetime) -> Answer:
        """Nothing is ever open here."""
        del reference, at
        raise ProviderDownError("nothing_open")

    async def withdraw(self, reference: str, at: datetime) -> Answer:
        """Nothing is ever open here."""
        del reference, at
        raise ProviderDownError("nothing_open")

    def has_called(self, body: bytes, at: datetime, *, time: str, signature: str) -> bool:
        """Nobody calls."""
        del body, at, time, signature
        return False


class HttpProvider:
    """A provider behind an address: POST, GET and DELETE on `signatures`, each signed with the shared secret."""

    is_built_in = False

    def __init__(self, *, name: str, url: str, secret: bytes, callback: str) -> None:
        self.name = name
        self._url = url.rstrip("/")
        self._path = urlsplit(self._url).path
        self._secret = secret
        self._callback = callback

    async def request(self, wanted: Wanted, at: datetime) -> Answer:
        """Ask for a signature."""
        body = {"key": wanted.key, "digest": wanted.digest, "algorithm": "SHA-256", "callback": self._callback}
        body |= {"signatory": wanted.signatory, "title": wanted.title, "reference": wanted.reference}
        return await self._call("POST", "/signatures", at, body=orjson.dumps(body), key=wanted.key)

    async def status(self, reference: str, at: datetime) -> Answer:
        """How a request stands."""
        return await self._call("GET", f"/signatures/{quote(reference, safe='')}", at)

    async def withdraw(self, reference: str, at: datetime) -> Answer:
        """Take a request back."""
        return await self._call("DELETE", f"/signatures/{quote(reference, safe='')}", at)

    def has_called(self, body: bytes, at: datetime, *, time: str, signature: str) -> bool:
        """Whether a call to our address is signed with the secret, not long ago."""
        return is_signed(self._secret, "POST", CALLBACK_PATH, body, at=at, time=time, signature=signature)

    async def _call(self, method: str, path: str, at: datetime, *, body: bytes = b"", key: str = "") -> Answer:
        headers = sign_call(self._secret, method, f"{self._path}{path}", body, at)
        headers |= {"user-agent": "Bidroom", "accept": "application/json"}
        headers |= {"content-type": "application/json", "idempotency-key": key} if body else {}
        try:
            async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
                made = client.build_request(method, f"{self._url}{path}", content=body or None, headers=headers)
                status, text = await asyncio.wait_for(self._send(client, made), SECONDS)
        except (httpx.HTTPError, TimeoutError, OSError):
            raise ProviderDownError("unreachable") from None
        if status not in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED):
            raise ProviderDownError(f"status_{status}")
        return read_answer(text)

    @staticmethod
    async def _send(client: httpx.AsyncClient, made: httpx.Request) -> tuple[int, bytes]:
        answer = await client.send(made, stream=True)
        try:
            text = b""
            async for chunk in answer.aiter_bytes():
                text += chunk
                if len(text) > MOST_BYTES:
                    raise ProviderDownError("unreadable")
            return answer.status_code, text
        finally:
            await answer.aclose()


def read_answer(text: bytes) -> Answer:
    """What a provider has said. Raises ProviderDownError where it is no answer."""
    try:
        found: Any = orjson.loads(text)
        word, reference, digest = Word(found["state"]), found["reference"], found["digest"]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise ProviderDownError("unreadable") from None
    if not isinstance(reference, str) or not isinstance(digest, str) or not 0 < len(reference) <= 200:
        raise ProviderDownError("unreadable")
    return Answer(word, reference, digest)


def build_signature_provider(settings: Settings) -> SignatureProvider:
    """The house itself, or the provider of the settings. Raises ValueError where its address or secret is none."""
    url = settings.signature_url
    if not url:
        return BuiltInProvider()
    secret = signature_secret(settings)
    if not secret:
        raise ValueError("BIDROOM_SIGNATURE_URL needs BIDROOM_SIGNATURE_SECRET or BIDROOM_SIGNATURE_SECRET_FILE")
    parts = urlsplit(url)
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and _is_local(parts.hostname))):
        raise ValueError("BIDROOM_SIGNATURE_URL has to be an https address")
    callback = f"{settings.public_url.rstrip('/')}{CALLBACK_PATH}"
    return HttpProvider(name=settings.signature_name, url=url, secret=secret, callback=callback)


def signature_secret(settings: Settings) -> bytes:
    """What we and the provider both know; empty: nothing."""
    if settings.signature_secret_file is not None:
        return Path(settings.signature_secret_file).read_text(encoding="utf-8").strip().encode()
    return settings.signature_secret.encode()


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
