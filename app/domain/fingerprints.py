"""Naming the journal's public key, and reading it from the forms it is handed around in, with Python's own library.

`keying` and `bundling` do the same for whole bundles with `cryptography`, which a supplier's machine may lack.
"""

import base64
import binascii
import hashlib
import json
from typing import Final

KEY_BYTES: Final = 32
_PEM_BEGIN: Final = "-----BEGIN PUBLIC KEY-----"
_PEM_END: Final = "-----END PUBLIC KEY-----"
# SubjectPublicKeyInfo of Ed25519 (RFC 8410 section 4) up to the 32 bytes of the key.
_SPKI: Final = bytes.fromhex("302a300506032b6570032100")
_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aiou"


def key_in(content: bytes) -> bytes | None:
    """The 32 raw bytes of a key file: JSON with `public_key` in hex, PEM, or hex alone; None for anything else."""
    text = content.decode("ascii", "replace").strip()
    if text.startswith(_PEM_BEGIN) and text.endswith(_PEM_END):
        try:
            data = base64.b64decode("".join(text[len(_PEM_BEGIN) : -len(_PEM_END)].split()), validate=True)
        except binascii.Error:
            return None
        return data[len(_SPKI) :] if data.startswith(_SPKI) and len(data) == len(_SPKI) + KEY_BYTES else None
    if text.startswith("{"):
        try:
            return key_of_hex(json.loads(text)["public_key"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
    return key_of_hex(text)


def key_of_hex(text: str) -> bytes | None:
    """The key of 64 hex digits, or None."""
    try:
        key = bytes.fromhex(text)
    except (ValueError, TypeError):
        return None
    return key if len(key) == KEY_BYTES else None


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of the raw public key, in hex."""
    return hashlib.sha256(public_key).hexdigest()


def spoken(hex_text: str) -> str:
    """The first 128 bits of a fingerprint as eight pronounceable words (proquints)."""
    data = bytes.fromhex(hex_text)[:16]
    return "-".join(_word(data[place] << 8 | data[place + 1]) for place in range(0, len(data), 2))


def names_key(public_key: bytes, expected: str) -> bool:
    """Whether `expected` names the key: its fingerprint in hex or words, or itself in hex, however spaced."""
    text = "".join(expected.split()).lower()
    whole = fingerprint(public_key)
    return text.replace(":", "") in (whole, public_key.hex()) or text == spoken(whole)


def _word(number: int) -> str:
    parts = (number >> 12, number >> 10 & 3, number >> 6 & 15, number >> 4 & 3, number & 15)
    return "".join((_VOWELS if index % 2 else _CONSONANTS)[part] for index, part in enumerate(parts))
