"""Starts the sandbox for one file and believes nothing it says: the answer is bounded, its form is looked at.

The process gets an empty environment, an empty folder of its own, its input through a pipe, and so much time; what is
left of its group when it is over is killed. Nothing of the file touches the disk in the clear.
"""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from app.domain.document_types import DocumentKind, FileFault, Limits
from app.domain.documents import Hold

_ROOT: Final = str(Path(__file__).resolve().parents[2])
# Isolated: neither the environment nor the folder it runs in says what is imported.
_START: Final = (
    f"import sys; sys.path.insert(0, {_ROOT!r}); import app.evaluation.document_worker as worker; worker.main()"
)
_PREFIX_BYTES: Final = 4
LONGEST_AUTHOR: Final = 200
_PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one file may cost: processor and wall seconds, address space, bytes of the answer."""

    seconds: int = 30
    wall_seconds: float = 60
    memory: int = 1536 << 20
    answer_bytes: int = 192 << 20


@dataclass(frozen=True, slots=True)
class Page:
    """One drawn page; `text` is for the matcher."""

    width: int
    height: int
    content: bytes
    holds: frozenset[Hold]
    text: str


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A document as the sandbox drew it."""

    kind: DocumentKind
    pages: Sequence[Page]
    # As the file's properties name it; for a keyed digest alone.
    author: str = ""


BOUNDS: Final = Bounds()
LIMITS: Final = Limits()


async def redraw(content: bytes, limits: Limits = LIMITS, bounds: Bounds = BOUNDS) -> Redrawn | FileFault:
    """Every page of a stranger's file, or why it is not shown; in bounded time and memory (attacks.md D07)."""
    if len(content) > limits.file_bytes:
        return FileFault.FILE_TOO_LARGE
    return await _run({"limits": asdict(limits)}, content, bounds)


async def blacken(page: bytes, boxes: Sequence[tuple[int, int, int, int]], bounds: Bounds = BOUNDS) -> Page | FileFault:
    """A page with boxes burned in (left, top, width, height in thousandths)."""
    made = await _run({"boxes": boxes}, page, bounds)
    return made if isinstance(made, FileFault) else made.pages[0]


async def _run(job: Mapping[str, Any], content: bytes, bounds: Bounds) -> Redrawn | FileFault:
    head = orjson.dumps({**job, "memory": bounds.memory, "seconds": bounds.seconds})
    with tempfile.TemporaryDirectory(prefix="bidroom-") as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _START),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=folder,
            env={},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(bounds.wall_seconds):
                answer = await _converse(process, b"".join([len(head).to_bytes(_PREFIX_BYTES), head, content]), bounds)
                code = await process.wait()
        except TimeoutError:
            return FileFault.TOO_SLOW
        finally:
            # The group, also where it ended by itself: nothing it may have started stays.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return FileFault.TOO_SLOW
    if answer is None:
        return FileFault.TOO_MANY_PIXELS
    return FileFault.UNREADABLE if code != 0 else _understood(answer)


async def _converse(process: asyncio.subprocess.Process, asked: bytes, bounds: Bounds) -> bytes | None:
    """Give the job and read the answer; None where it is longer than any answer."""
    assert process.stdin is not None, "piped above"
    assert process.stdout is not None, "piped above"
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(asked)
        await process.stdin.drain()
        process.stdin.close()
    parts, left = [], bounds.answer_bytes
    while part := await process.stdout.read(1 << 20):
        left -= len(part)
        if left < 0:
            process.kill()
            return None
        parts.append(part)
    return b"".join(parts)


def _understood(answer: bytes) -> Redrawn | FileFault:
    """The answer, if it has the form of one; whatever else came out of the sandbox is nobody's."""
    start = _PREFIX_BYTES + int.from_bytes(answer[:_PREFIX_BYTES])
    try:
        head = orjson.loads(answer[_PREFIX_BYTES:start])
        if "fault" in head:
            return FileFault(head["fault"])
        kind, pages, author = DocumentKind(head["kind"]), [], str(head.get("author", ""))[:LONGEST_AUTHOR]
        for told in head["pages"]:
            content, start = answer[start : start + told["size"]], start + told["size"]
            holds = frozenset(Hold(each) for each in told["holds"])
            pages.append(Page(int(told["width"]), int(told["height"]), content, holds, str(told["text"])))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return FileFault.UNREADABLE
    is_picture = kind is not DocumentKind.TABLE
    is_whole = start == len(answer) and all(page.content.startswith(_PNG) for page in pages if is_picture)
    return Redrawn(kind, pages, author) if pages and is_whole else FileFault.UNREADABLE
