"""Webhooks in the form of Standard Webhooks, with CloudEvents 1.0 bodies: what is told, how it is signed, when it is
tried again.

A message holds the kind of an act and ids, nothing else (VISIBILITY.md): the receiver asks the service for the rest, as
somebody who may have it. Only acts are told that everybody invited to the tender learns of at the same moment.
"""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import orjson

from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal

# d01, d44, d48 and d56 for all participants; extensions of a lot are left out, for each tells of a bid.
TOLD_KINDS: Final = (
    Kind.TENDER_PUBLISHED,
    Kind.TENDER_AMENDED,
    Kind.TENDER_CANCELLED,
    Kind.TENDER_UNSUCCESSFUL,
    Kind.TENDER_AWARDED,
    Kind.RESPONSE_EXTENDED,
    Kind.RESPONSE_CLOSED,
    Kind.ANSWER_PUBLISHED,
    Kind.ROUND_OPENED,
    Kind.ROUND_EXTENDED,
    Kind.ROUND_CLOSED,
    Kind.LOT_OPENED,
    Kind.LOT_PAUSED,
    Kind.LOT_RESUMED,
    Kind.LOT_CLOSED,
    Kind.LOT_CANCELLED,
)
# Of no act: sent when somebody asks for a trial.
TEST_KIND: Final = "webhook.tested"
SECRET_MARK: Final = "whsec_"  # noqa: S105 - what the secret begins with
# The waits that Standard Webhooks proposes; after the last one the message is given up.
WAITS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
# After a new secret the one before it signs, too, so that the receiver can be given the new one in peace.
GRACE: Final = timedelta(hours=24)
# The receiver says that it wants no more.
GONE: Final = 410
_OK: Final = range(200, 300)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def secret_text(secret: bytes) -> str:
    """Give the secret as its receiver keeps it."""
    return SECRET_MARK + base64.b64encode(secret).decode()


def body_of(kind: str, *, message_id: str, source: str, at: datetime, ids: Mapping[str, str | None]) -> bytes:
    """Write the body of a message; `ids` are the tender, round and lot it is about, those that are None left out."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": message_id,
            "source": source,
            "type": kind,
            "time": instant_text(at),
            "datacontenttype": "application/json",
            "data": {name: value for name, value in ids.items() if value is not None},
        }
    )


def headers_of(secrets: Sequence[bytes], *, message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """Sign a body as it goes out at an instant: HMAC-SHA256 over `id.timestamp.body`, once with each secret that is
    valid, the newest first. Precondition: there is one."""
    assert secrets, "a message is signed"
    seconds = str(int(sent_at.timestamp()))
    text = f"{message_id}.{seconds}.".encode() + body
    signed = [hmac.new(secret, text, hashlib.sha256).digest() for secret in secrets]
    return {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(each).decode()}" for each in signed),
    }


def is_taken(status: int | None) -> bool:
    """Whether the receiver has taken a message; None: it could not be reached. A redirect is not followed."""
    return status in _OK


def wait_after(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries (one or more), or None to give the message up."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None


def decide_address(url: str, networks: Sequence[str]) -> Refusal | None:
    """Whether messages may go to an address: `https`, or `http` where its host is an IP within `networks`, the
    networks of the house. Refuses ADDRESS_NOT_ALLOWED. Names are looked up, and what they stand for is looked at, when
    sending."""
    refusal = Refusal(Code.ADDRESS_NOT_ALLOWED)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return refusal
    if not host or parts.username or parts.password or parts.fragment or parts.scheme not in ("http", "https"):
        return refusal
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None if parts.scheme == "https" and "." in host else refusal
    is_fine = is_reachable(address, networks) and (parts.scheme == "https" or _is_within(address, networks))
    return None if is_fine else refusal


def is_reachable(address: Address, networks: Iterable[str]) -> bool:
    """Whether the service may call an address: one of the public internet, or of a network that the house has named."""
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    plain = inner or address
    return _is_within(plain, networks) or (plain.is_global and not plain.is_multicast)


def _is_within(address: Address, networks: Iterable[str]) -> bool:
    return any(address in ipaddress.ip_network(network) for network in networks)
