"""Reading the journal's public key from the forms it is handed around in: JSON of a bundle or the key page, PEM."""

import json

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

KEY_BYTES = 32


def key_of_json(content: bytes) -> bytes | None:
    """The 32 raw bytes of `{"public_key": hex}`, or None."""
    try:
        key = bytes.fromhex(json.loads(content)["public_key"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return key if len(key) == KEY_BYTES else None


def key_of_pem(content: bytes) -> bytes | None:
    """The 32 raw bytes of an Ed25519 public key in PEM, or None."""
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw) if isinstance(key, Ed25519PublicKey) else None
