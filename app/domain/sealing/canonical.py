"""Canonical JSON (RFC 8785) of what packages are made of, with Python's own library alone; the pages write the same.

The same bytes as `entries.canonical_bytes` (a test holds them together), which needs orjson: strings, whole numbers,
booleans, None, lists and objects with ASCII keys. Amounts are strings, so there are no fractions.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

# Beyond this an integer changes on its way through a browser.
LARGEST_INTEGER: Final = 2**53 - 1


class NotCanonicalError(ValueError):
    """The value has no canonical form here, or the bytes are not it."""


def canonical(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """The canonical bytes. Raises NotCanonicalError for a fraction, a huge integer, a lone surrogate, an odd key."""
    _check(value)
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
        return text.encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotCanonicalError(str(error)) from None


def digest(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """SHA-256 of the canonical bytes in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def parse_canonical(data: bytes) -> dict[str, Any]:
    """The object behind canonical bytes; raises NotCanonicalError for any other bytes (attacks.md I01: double keys)."""
    try:
        value = json.loads(data.decode())
        if isinstance(value, dict) and canonical(value) == data:
            return value
    except (ValueError, RecursionError):
        pass
    raise NotCanonicalError("the bytes are not canonical JSON of an object")


def _check(value: object) -> None:
    if value is None or isinstance(value, (str, bool)):
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonicalError("keys are ASCII strings")
            _check(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item)
    elif not (isinstance(value, int) and -LARGEST_INTEGER <= value <= LARGEST_INTEGER):
        raise NotCanonicalError(f"{type(value).__name__} has no canonical form here")
