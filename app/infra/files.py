"""Files: a folder, content under random ids, written durably before anything refers to it."""

import asyncio
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileRef:
    """Where a stored file is and what it was when it came in."""

    id: str
    sha256: str
    size: int


class Files:
    """Create-only store in a folder; ids are random, so names and order tell nothing (attacks.md D10)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, data: bytes) -> FileRef:
        """Store the bytes durably; returns their random id, SHA-256 (hex) and size in bytes."""
        return await asyncio.to_thread(self._put, data)

    async def read(self, file_id: str) -> bytes:
        """The stored bytes. Raises FileNotFoundError for an unknown id."""
        return await asyncio.to_thread(self.path(file_id).read_bytes)

    def path(self, file_id: str) -> Path:
        """Path of a stored file; ids are 32 hex characters, anything else is refused as not found."""
        if len(file_id) != 32 or not all(character in "0123456789abcdef" for character in file_id):
            raise FileNotFoundError(file_id)
        return self.folder / file_id[:2] / file_id

    def _put(self, data: bytes) -> FileRef:
        file_id = secrets.token_hex(16)
        path = self.path(file_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return FileRef(file_id, hashlib.sha256(data).hexdigest(), len(data))
