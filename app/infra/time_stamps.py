"""RFC 3161 time stamps: asking an authority for one, and checking it against the roots that are trusted.

`rfc3161-client` reads the answers and checks signatures and chains; asking is ours. A stamp says that somebody outside
saw these bytes at that time (attacks.md P07).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

SECONDS: Final = 20.0
# A stamp with its chain is some 6 kB.
LARGEST: Final = 1 << 16
_ASKS: Final = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class StampError(Exception):
    """There is no stamp, or it is not one by a trusted authority over these bytes; the message is the sentence."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """An authority's word: the answer as it came (DER), and the time it says (UTC)."""

    answer: bytes
    at: datetime


def read_roots(pem: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file: the authority's root, and what lies between. Raises StampError."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise StampError("the file of roots holds no certificates") from None


def make_request(message: bytes) -> TimeStampRequest:
    """A question for a stamp over the message: its SHA-256 and a nonce; the authority never sees the message."""
    return TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()


async def fetch_stamp(client: httpx.AsyncClient, url: str, message: bytes, roots: Sequence[x509.Certificate]) -> Stamp:
    """Ask an authority for a stamp over the message. Raises StampError where no good one comes."""
    asked = make_request(message)
    content = bytearray()
    try:
        async with client.stream("POST", url, content=asked.as_bytes(), headers=_ASKS) as answer:
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > LARGEST:
                    raise StampError("the authority's answer is too large")
    except httpx.HTTPError as error:
        raise StampError(f"the authority does not answer: {type(error).__name__}") from None
    if answer.status_code != httpx.codes.OK:
        raise StampError(f"the authority answers {answer.status_code}")
    return check_stamp(bytes(content), message, roots, nonce=asked.nonce)


def check_stamp(answer: bytes, message: bytes, roots: Sequence[x509.Certificate], *, nonce: int | None = None) -> Stamp:
    """The stamp of an answer, if an authority under one of the roots gave it over this message. Raises StampError."""
    try:
        read = decode_timestamp_response(answer)
        builder = VerifierBuilder(roots=list(roots), nonce=nonce)
        if PKIStatus(read.status) is not PKIStatus.GRANTED or not builder.build().verify_message(read, message):
            raise StampError("the authority did not grant a stamp")
        return Stamp(answer, _time_of(read))
    except VerificationError as error:
        raise StampError(f"the stamp does not stand: {error}") from None
    except (ValueError, TypeError) as error:
        raise StampError(f"the answer is no stamp: {type(error).__name__}") from None


def _time_of(read: TimeStampResponse) -> datetime:
    at = read.tst_info.gen_time
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
