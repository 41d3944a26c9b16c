"""Passwords: Argon2id in a worker thread, a few at a time (each takes some 0.1–0.3 s and 64 MiB)."""

import asyncio
from functools import partial

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST = 10
LONGEST = 200
# Two hashes at once saturate two cores; more would only make each slower.
_SLOTS = asyncio.Semaphore(2)
_HASHER = PasswordHash((Argon2Hasher(),))
# Verified against where no account exists, so that the answer takes as long (attacks.md A01).
_NOBODY = _HASHER.hash("nobody has this password")


def is_acceptable(password: str) -> bool:
    """True for 10 to 200 characters that are not one character repeated."""
    return SHORTEST <= len(password) <= LONGEST and len(set(password)) > 3


async def hash_password(password: str) -> str:
    """The Argon2id hash, in PHC form."""
    async with _SLOTS:
        return await asyncio.to_thread(_HASHER.hash, password)


async def is_right(password: str, stored: str | None) -> bool:
    """True if the password belongs to the stored hash; takes as long where there is none."""
    async with _SLOTS:
        right = await asyncio.to_thread(partial(_HASHER.verify, password, stored or _NOBODY))
    return right and stored is not None
