"""Calling an address that somebody has typed: into named networks alone, and nothing is followed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.infra.calling import Call, post

HOME = ["127.0.0.0/8", "::1/128"]


@asynccontextmanager
async def receiver(answer: str) -> AsyncIterator[tuple[int, list[str]]]:
    """A server that answers once with a status line; its port, and the requests it got."""
    got: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        got.append((head + await reader.readexactly(4)).decode())
        writer.write(f"HTTP/1.1 {answer}\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], got


async def test_a_named_network_is_called() -> None:
    async with receiver("204 No Content") as (port, got):
        call = Call(f"http://127.0.0.1:{port}/hook?x=1", {"webhook-id": "m1"}, b"body")
        assert await post(call, HOME) == 204
    assert got[0].startswith("POST /hook?x=1 HTTP/1.1\r\n")
    assert got[0].endswith("\r\n\r\nbody")
    assert "webhook-id: m1\r\n" in got[0]
    assert f"host: 127.0.0.1:{port}\r\n" in got[0].lower()


async def test_a_redirect_is_an_answer() -> None:
    async with receiver("302 Found") as (port, got):
        assert await post(Call(f"http://127.0.0.1:{port}/", {}, b"body"), HOME) == 302
    assert len(got) == 1


async def test_no_other_network_is_called() -> None:
    async with receiver("204 No Content") as (port, got):
        assert await post(Call(f"http://127.0.0.1:{port}/", {}, b"body"), []) is None
        assert await post(Call(f"http://localhost:{port}/", {}, b"body"), ["10.0.0.0/8"]) is None
    assert got == []
    assert await post(Call("http://127.0.0.1:1/", {}, b"body"), HOME) is None
