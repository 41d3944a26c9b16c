"""Files that guard a secret under a passphrase: a bidder's recovery file, a member's key file. SEALING.md 2 and 5.

The key is PBKDF2-SHA-256 of the passphrase (NFKC, UTF-8) with 600 000 rounds, the cipher AES-256-GCM with the file's
public members as aad: no file can be passed off as another's. Argon2id is stronger against machines, but no browser
has it without foreign code.
"""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.sealing.canonical import NotCanonicalError, canonical, parse_canonical
from app.domain.sealing.header import decode, encode
from app.domain.sealing.suite import KEY_BYTES

FILE_VERSION: Final = 1
KDF: Final = "PBKDF2-SHA-256"
ITERATIONS: Final = 600_000
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
# A file that asks for more would only keep the machine busy.
_MOST_ITERATIONS: Final = 10_000_000
_FRAME: Final = ("v", "kind", "kdf", "iterations", "salt", "nonce")


class FileFault(StrEnum):
    """Why a guarded file does not open."""

    MALFORMED = "MALFORMED"
    WRONG_PASSPHRASE = "WRONG_PASSPHRASE"  # noqa: S105 - says what is wrong, is no password


def guard(
    kind: str, public: Mapping[str, Any], secret: Mapping[str, Any], passphrase: str, *, salt: bytes, nonce: bytes
) -> dict[str, Any]:
    """The file of a secret. Precondition: fresh random salt and nonce."""
    frame = {"v": FILE_VERSION, "kind": kind, "kdf": KDF, "iterations": ITERATIONS}
    shown = {**frame, "salt": encode(salt), "nonce": encode(nonce), **public}
    ct = _cipher(passphrase, salt, ITERATIONS).encrypt(nonce, canonical(dict(secret)), canonical(shown))
    return {**shown, "ct": encode(ct)}


def unguard(file: object, kind: str, public: Sequence[str], passphrase: str) -> Mapping[str, Any] | FileFault:
    """The secret of a file of this kind, whose own public members are `public`; or why there is none to be had."""
    if not isinstance(file, Mapping) or set(file) != {*_FRAME, *public, "ct"}:
        return FileFault.MALFORMED
    salt, nonce, ct = decode(file["salt"]), decode(file["nonce"]), decode(file["ct"])
    rounds = file["iterations"]
    is_known = file["v"] == FILE_VERSION and file["kind"] == kind and file["kdf"] == KDF
    if not is_known or salt is None or nonce is None or ct is None or len(nonce) != NONCE_BYTES:
        return FileFault.MALFORMED
    if type(rounds) is not int or not ITERATIONS <= rounds <= _MOST_ITERATIONS:
        return FileFault.MALFORMED
    try:
        aad = canonical({name: file[name] for name in (*_FRAME, *public)})
        return parse_canonical(_cipher(passphrase, salt, rounds).decrypt(nonce, ct, aad))
    except InvalidTag:
        return FileFault.WRONG_PASSPHRASE
    except NotCanonicalError:
        return FileFault.MALFORMED


def _cipher(passphrase: str, salt: bytes, iterations: int) -> AESGCM:
    words = unicodedata.normalize("NFKC", passphrase).encode()
    return AESGCM(hashlib.pbkdf2_hmac("sha256", words, salt, iterations, KEY_BYTES))
