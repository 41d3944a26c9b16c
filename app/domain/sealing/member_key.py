"""A committee member's key file: the private key of one seat of one round under a passphrase. SEALING.md section 2."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.sealing.guarding import FileFault, guard, unguard
from app.domain.sealing.suite import KEY_BYTES, KeyPair, public_of

KIND: Final = "bidroom.committee_key"
_PUBLIC: Final = ("round", "seat", "public")


@dataclass(frozen=True, slots=True)
class MemberKeyFile:
    """What a key file gives back: which seat of which round (numbered from 1) the key is for, and the key."""

    round: str
    seat: int
    pair: KeyPair = field(repr=False)


def member_key_file(
    round_id: str, seat: int, pair: KeyPair, passphrase: str, *, salt: bytes, nonce: bytes
) -> dict[str, Any]:
    """The file. Precondition: fresh random salt and nonce."""
    public = {"round": round_id, "seat": seat, "public": pair.public.hex()}
    return guard(KIND, public, {"private": pair.private.hex()}, passphrase, salt=salt, nonce=nonce)


def open_member_key(file: object, passphrase: str) -> MemberKeyFile | FileFault:
    """The key of a file, or why there is none to be had: a key that is not the one the file names is malformed."""
    plain = unguard(file, KIND, _PUBLIC, passphrase)
    if isinstance(plain, FileFault) or not isinstance(file, Mapping):
        return plain if isinstance(plain, FileFault) else FileFault.MALFORMED
    try:
        private = bytes.fromhex(plain["private"]) if set(plain) == {"private"} else b""
        is_formed = isinstance(file["round"], str) and type(file["seat"]) is int and len(private) == KEY_BYTES
        if not is_formed or public_of(private).hex() != file["public"]:
            return FileFault.MALFORMED
    except (ValueError, TypeError):
        return FileFault.MALFORMED
    return MemberKeyFile(file["round"], file["seat"], KeyPair(private, bytes.fromhex(file["public"])))
