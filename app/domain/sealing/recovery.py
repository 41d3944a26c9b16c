"""The recovery file: a bidder's own secrets of a package under a passphrase. SEALING.md section 5.

With it and his copy of the package a bidder can prove and repeat his opening whatever happens in custody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.sealing.guarding import ITERATIONS, NONCE_BYTES, SALT_BYTES, FileFault, guard, unguard
from app.domain.sealing.header import EnvelopeKind, Header, package_digest
from app.domain.sealing.suite import KEY_BYTES

__all__ = [
    "ITERATIONS",
    "KIND",
    "NONCE_BYTES",
    "SALT_BYTES",
    "Recovery",
    "RecoveryFault",
    "open_recovery",
    "recovery_file",
]

KIND: Final = "bidroom.recovery"
_PUBLIC: Final = ("round", "lot", "rev", "package")
RecoveryFault = FileFault


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a recovery file gives back: the package's name and the secret of each envelope."""

    package: str
    secrets: Mapping[EnvelopeKind, bytes] = field(repr=False)


def recovery_file(
    header: Header, secrets: Mapping[EnvelopeKind, bytes], passphrase: str, *, salt: bytes, nonce: bytes
) -> dict[str, Any]:
    """The file. Precondition: fresh random salt and nonce, a secret for each of the header's envelopes."""
    binding = header.binding
    public = {"round": binding.round, "lot": binding.lot, "rev": binding.rev, "package": package_digest(header)}
    secret = {kind.value: secret.hex() for kind, secret in secrets.items()}
    return guard(KIND, public, secret, passphrase, salt=salt, nonce=nonce)


def open_recovery(file: object, passphrase: str) -> Recovery | RecoveryFault:
    """The secrets, or why there are none to be had."""
    plain = unguard(file, KIND, _PUBLIC, passphrase)
    if isinstance(plain, FileFault) or not isinstance(file, Mapping):
        return plain if isinstance(plain, FileFault) else FileFault.MALFORMED
    try:
        secrets = {EnvelopeKind(kind): bytes.fromhex(secret) for kind, secret in plain.items()}
    except (ValueError, TypeError):
        return FileFault.MALFORMED
    # With a committee a secret is S||V, else V alone.
    is_formed = all(len(secret) in (KEY_BYTES, 2 * KEY_BYTES) for secret in secrets.values())
    if not secrets or not is_formed or not isinstance(file["package"], str):
        return FileFault.MALFORMED
    return Recovery(file["package"], secrets)
