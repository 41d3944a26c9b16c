"""Calling an address that somebody has typed: only where the house allows, at the very IP that was looked at, without
following anything (attacks.md: no request of ours into the house's own networks by a name that changes)."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from app.domain.webhooks import is_reachable

SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Call:
    """A POST: the body as it was signed."""

    url: str
    headers: Mapping[str, str]
    body: bytes


async def post(call: Call, networks: Sequence[str]) -> int | None:
    """Send it; gives the status of the answer, or None where nobody was reached or may be. Bodies of answers are not
    read."""
    parts = urlsplit(call.url)
    host = parts.hostname or ""
    address = await _look_up(host, parts.port or (443 if parts.scheme == "https" else 80), networks)
    if address is None:
        return None
    shown = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=shown if parts.port is None else f"{shown}:{parts.port}").geturl()
    headers = {**call.headers, "host": parts.netloc, "user-agent": "Bidroom"}
    try:
        async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
            request = client.build_request(
                "POST", target, content=call.body, headers=headers, extensions={"sni_hostname": host}
            )
            answer = await asyncio.wait_for(client.send(request, stream=True), SECONDS)
            await answer.aclose()
    except (httpx.HTTPError, TimeoutError, OSError):
        return None
    return answer.status_code


async def _look_up(host: str, port: int, networks: Sequence[str]) -> str | None:
    """The first address behind a name, if every one behind it may be called."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return None
    addresses = [str(entry[4][0]) for entry in found]
    is_fine = all(is_reachable(ipaddress.ip_address(each), networks) for each in addresses)
    return addresses[0] if addresses and is_fine else None
