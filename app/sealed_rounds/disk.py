"""The bytes of technical ciphertexts, in a folder: appended chunk by chunk with flat memory, durable before anything
says so. Names are random ids, so neither names nor their order tell anything."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from app.infra.errors import Problem
from app.infra.world import World

T = TypeVar("T")
READ_BYTES = 1 << 20
# Writing, syncing and hashing; of their own, so that nobody else's thread waits behind a slow disk.
_THREADS = ThreadPoolExecutor(16, thread_name_prefix="sealed")


def folder_of(world: World) -> Path:
    """Where they lie."""
    return world.settings.data_dir / "sealed"


def path_of(world: World, upload_id: str) -> Path:
    """The file of a complete upload; ids are 32 hex characters, anything else is not found."""
    if len(upload_id) != 32 or not all(character in "0123456789abcdef" for character in upload_id):
        raise FileNotFoundError(upload_id)
    return folder_of(world) / upload_id[:2] / upload_id


def _part_of(path: Path) -> Path:
    return path.with_suffix(".part")


@dataclass(frozen=True, slots=True)
class Held:
    """How many bytes of an upload are there; complete: all of them, and they have the announced digest."""

    size: int
    is_complete: bool


def look(world: World, upload_id: str) -> Held:
    """What is there of an upload; nothing of one not begun. Two stats cost less than a thread's wake-up."""
    return _look(path_of(world, upload_id))


def is_complete(world: World, upload_id: str) -> bool:
    """Whether all of an upload is there, durable and of its announced digest."""
    return path_of(world, upload_id).exists()


def _look(path: Path) -> Held:
    if path.exists():
        return Held(path.stat().st_size, is_complete=True)
    part = _part_of(path)
    return Held(part.stat().st_size if part.exists() else 0, is_complete=False)


class Appending:
    """An upload being written, by one call at a time: hashed on the way where it comes in one go."""

    def __init__(self, path: Path, before: int) -> None:
        self._path = path
        self._hash = hashlib.sha256() if before == 0 else None
        self._descriptor: int | None = None
        self.size = before

    def write(self, pieces: Sequence[bytes]) -> None:
        """Append bytes; blocking."""
        if self._descriptor is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(_part_of(self._path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            if self._hash is not None:
                self._hash.update(piece)
            self.size += len(piece)

    def close(self) -> None:
        """Make durable what was written; blocking."""
        if self._descriptor is not None:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def finish(self, sha256: str) -> bool:
        """Give it its name if it has this digest, else begin it anew; blocking. Precondition: closed."""
        part = _part_of(self._path)
        if self._hash is not None:
            found = self._hash.hexdigest()
        else:
            with part.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            part.unlink(missing_ok=True)
            return False
        part.rename(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return True


async def append(
    world: World, upload_id: str, chunks: AsyncIterator[bytes], *, before: int, most: int, sha256: str
) -> Held:
    """Append what comes, never beyond `most` bytes in all; what is there afterwards, durable, also when the line broke.

    Memory is flat: a megabyte waits at most. Complete with the last byte, if the digest is right; if it is not, nothing
    is left. Raises what the chunks raise, and problem 413 for more than announced, once what came before is safe.
    """
    writing = Appending(path_of(world, upload_id), before)
    waiting: list[bytes] = []
    size = 0
    try:
        async for chunk in bounded(chunks, most - before):
            waiting.append(chunk)
            size += len(chunk)
            if size >= READ_BYTES:
                taken, waiting, size = waiting, [], 0
                await _in_thread(writing.write, taken)
    except BaseException:
        await _in_thread(_keep, writing, waiting)
        raise
    return await _in_thread(_end, writing, waiting, most, sha256)


def _in_thread(act: Callable[..., T], *given: Any) -> Awaitable[T]:
    return asyncio.get_running_loop().run_in_executor(_THREADS, act, *given)


async def bounded(chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    """The chunks as they come, as long as they are no more than announced; problem 413 for one that is too much."""
    async for chunk in chunks:
        most -= len(chunk)
        if most < 0:
            raise Problem(413)
        yield chunk


def _keep(writing: Appending, pieces: Sequence[bytes]) -> None:
    if pieces:
        writing.write(pieces)
    writing.close()


def _end(writing: Appending, pieces: Sequence[bytes], most: int, sha256: str) -> Held:
    _keep(writing, pieces)
    if writing.size < most:
        return Held(writing.size, is_complete=False)
    is_complete = writing.finish(sha256)
    return Held(most if is_complete else 0, is_complete)


async def finish(world: World, upload_id: str, sha256: str) -> Held:
    """Check an upload that was cut between its last byte and its check."""
    return await asyncio.to_thread(_finish, path_of(world, upload_id), sha256)


def _finish(path: Path, sha256: str) -> Held:
    before = _look(path)
    if before.is_complete:
        return before
    is_complete = Appending(path, max(before.size, 1)).finish(sha256)
    return Held(before.size if is_complete else 0, is_complete)


async def sha256_of(world: World, upload_id: str) -> str:
    """The digest of a complete upload, read with flat memory."""
    return await asyncio.to_thread(_sha256, path_of(world, upload_id))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def read(world: World, upload_id: str) -> bytes | None:
    """All bytes, or None where there is no file."""
    try:
        return await asyncio.to_thread(path_of(world, upload_id).read_bytes)
    except FileNotFoundError:
        return None


async def remove(world: World, upload_ids: list[str]) -> None:
    """Delete files; those not begun are no fault."""
    for upload_id in upload_ids:
        path = path_of(world, upload_id)
        await asyncio.to_thread(_remove, path)


def _remove(path: Path) -> None:
    for each in (path, _part_of(path)):
        each.unlink(missing_ok=True)


async def list_all(world: World) -> list[str]:
    """The id of every upload of which there is a file."""
    return await asyncio.to_thread(_list, folder_of(world))


def _list(folder: Path) -> list[str]:
    return sorted({path.stem for path in folder.glob("??/*")}) if folder.is_dir() else []
