"""Keys that the reader of a bundle brings: the journal's, and those of outside witnesses."""

from pathlib import Path

from app.domain.fingerprints import key_of_hex
from app.domain.keying import key_of_json, key_of_pem


class CannotCheckError(Exception):
    """There is nothing here that could be checked; the message is the sentence."""


def load_key(given: str) -> bytes | str:
    """The public key of a file (PEM, JSON with `public_key`, or hex), or the fingerprint as it was given."""
    path = Path(given)
    try:
        content = path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise CannotCheckError(f"the key file cannot be read: {error.strerror}") from None
    if content is None:
        return given
    key = key_of_json(content) or key_of_pem(content)
    if key is not None:
        return key
    text = content.decode("ascii", "replace").strip()
    if len(text.split()) != 1 or not text.isascii():
        raise CannotCheckError("the key file holds no public key")
    return text


def load_witness_key(given: str) -> bytes:
    """The public key of a witness: a file (PEM, JSON, hex) or the hex itself. Raises CannotCheckError; a fingerprint
    names a key and does not hold it."""
    key = load_key(given)
    if isinstance(key, str):
        key = key_of_hex(key) or b""
    if not key:
        raise CannotCheckError("--witness-key names no public key")
    return key
