"""The recovery file: a bidder's own secrets of a package under a passphrase. SEALING.md section 5.

With it and his copy of the package a bidder can prove and repeat his opening whatever happens in custody. The key is
PBKDF2-SHA-256 of the passphrase (NFKC, UTF-8), the cipher AES-256-GCM with the file's public members as aad.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.sealing.canonical import NotCanonicalError, canonical, parse_canonical
from app.domain.sealing.header import EnvelopeKind, Header, decode, encode, package_digest
from app.domain.sealing.suite import KEY_BYTES

RECOVERY_VERSION: Final = 1
KIND: Final = "bidroom.recovery"
KDF: Final = "PBKDF2-SHA-256"
ITERATIONS: Final = 600_000
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
# A file that asks for more would only keep the machine busy.
_MOST_ITERATIONS: Final = 10_000_000
_PUBLIC: Final = ("v", "kind", "kdf", "iterations", "salt", "nonce", "round", "lot", "rev", "package")


class RecoveryFault(StrEnum):
    """Why a recovery file does not open."""

    MALFORMED = "MALFORMED"
    WRONG_PASSPHRASE = "WRONG_PASSPHRASE"  # noqa: S105 - says what is wrong, is no password


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a recovery file gives back: the package's name and the secret of each envelope."""

    package: str
    secrets: Mapping[EnvelopeKind, bytes] = field(repr=False)


def recovery_file(
    header: Header, secrets: Mapping[EnvelopeKind, bytes], passphrase: str, *, salt: bytes, nonce: bytes
) -> dict[str, Any]:
    """The file. Precondition: fresh random salt and nonce, a secret for each of the header's envelopes."""
    public = {
        "v": RECOVERY_VERSION,
        "kind": KIND,
        "kdf": KDF,
        "iterations": ITERATIONS,
        "salt": encode(salt),
        "nonce": encode(nonce),
        "round": header.binding.round,
        "lot": header.binding.lot,
        "rev": header.binding.rev,
        "package": package_digest(header),
    }
    plain = canonical({kind.value: secret.hex() for kind, secret in secrets.items()})
    return {**public, "ct": encode(_cipher(passphrase, salt, ITERATIONS).encrypt(nonce, plain, canonical(public)))}


def open_recovery(file: object, passphrase: str) -> Recovery | RecoveryFault:
    """The secrets, or why there are none to be had."""
    if not isinstance(file, Mapping) or set(file) != {*_PUBLIC, "ct"}:
        return RecoveryFault.MALFORMED
    salt, nonce, ct = decode(file["salt"]), decode(file["nonce"]), decode(file["ct"])
    rounds = file["iterations"]
    is_known = file["v"] == RECOVERY_VERSION and file["kind"] == KIND and file["kdf"] == KDF
    if not is_known or salt is None or nonce is None or ct is None or len(nonce) != NONCE_BYTES:
        return RecoveryFault.MALFORMED
    if type(rounds) is not int or not ITERATIONS <= rounds <= _MOST_ITERATIONS or not isinstance(file["package"], str):
        return RecoveryFault.MALFORMED
    try:
        aad = canonical({name: file[name] for name in _PUBLIC})
        plain = parse_canonical(_cipher(passphrase, salt, rounds).decrypt(nonce, ct, aad))
        secrets = {EnvelopeKind(kind): bytes.fromhex(secret) for kind, secret in plain.items()}
    except InvalidTag:
        return RecoveryFault.WRONG_PASSPHRASE
    except (NotCanonicalError, ValueError, TypeError):
        return RecoveryFault.MALFORMED
    if not secrets or any(len(secret) != KEY_BYTES for secret in secrets.values()):
        return RecoveryFault.MALFORMED
    return Recovery(file["package"], secrets)


def _cipher(passphrase: str, salt: bytes, iterations: int) -> AESGCM:
    words = unicodedata.normalize("NFKC", passphrase).encode()
    return AESGCM(hashlib.pbkdf2_hmac("sha256", words, salt, iterations, KEY_BYTES))
