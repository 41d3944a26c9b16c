"""One page asked for as a browser asks, without the browser: the application is called in its own protocol.

A crawl asks ten thousand times, and a client library would take a quarter of its time.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

ERROR = 500


@dataclass
class Answer:
    """What came back, as it was sent."""

    status: int = ERROR
    headers: list[tuple[str, str]] = field(default_factory=list)
    content: bytes = b""


Asker = Callable[[str], Awaitable[Answer]]


def asker(app: FastAPI, client: httpx.AsyncClient) -> Asker:
    """GETs with the cookies and headers that somebody's client has now; what an answer would set is left unset."""
    sent = {name: value for name, value in client.headers.items() if name != "accept-encoding"}
    cookies = "; ".join(f"{name}={value}" for name, value in dict(client.cookies).items())
    sent |= {"host": "testserver"} | ({"cookie": cookies} if cookies else {})
    headers = [(name.lower().encode(), value.encode()) for name, value in sent.items()]

    async def ask(address: str) -> Answer:
        return await _ask(app, address, headers)

    return ask


async def _ask(app: FastAPI, address: str, headers: list[tuple[bytes, bytes]]) -> Answer:
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 123),
        "server": ("testserver", None),
    }
    answer, parts, is_over = Answer(), list[bytes](), asyncio.Event()
    waiting = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await is_over.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(name.decode(), value.decode()) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                is_over.set()

    try:
        await app(scope, receive, send)
    except Exception:
        # The service answers 500 and raises again, for its server to write down.
        answer.status = ERROR
    answer.content = b"".join(parts)
    return answer
