"""Key files: made whole or not at all, durable, overwritten before they go."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import IO

KEY_BYTES = 32
# Of 32 random bytes fewer than 8 different ones come about once in 10**30; zeros or "changeme…" have few.
LEAST_DIFFERENT = 8
# What a file holds whose key was erased: it is not made anew.
ERASED = b"erased"


def _name(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        # A volume without hard links: two first starts at once are told apart by nobody there.
        draft.rename(path)


def load_or_make(path: Path, fresh: bytes | None) -> bytes:
    """The key of a file; a missing file is made whole or not at all, so that a full disk leaves no empty key behind.

    Without a fresh key a missing file raises FileNotFoundError.
    """
    if fresh is not None and not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(fresh)
                file.flush()
                os.fsync(file.fileno())
            # Whoever is first names it; a second process that starts now reads the first one's.
            with contextlib.suppress(FileExistsError):
                _name(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)
    held = path.read_bytes()
    if held == ERASED:
        raise PermissionError(f"key file {path.name} was erased: nobody can sign in any more; bundles still verify")
    if len(held) != KEY_BYTES or len(set(held)) < LEAST_DIFFERENT:
        raise PermissionError(
            f"key file {path.name} holds no random key of {KEY_BYTES} bytes: restore it from a backup"
        )
    return held


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def overwrite(file: IO[bytes]) -> None:
    """Write random bytes over the content of an open file, durably."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    file.write(secrets.token_bytes(size))
    file.flush()
    os.fsync(file.fileno())
