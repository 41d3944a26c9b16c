"""The journal's public key as it is published: on the service's public page, in an auditor's export, in a key file.

The place need not be trusted: the key found there counts only if it has the fingerprint that came another way
(JOURNAL.md section 4: in the notice). With Python's own library alone, for a supplier's machine.
"""

import http.client
import urllib.request
import zipfile
from pathlib import Path
from typing import Final

from app.domain.fingerprints import key_in

KEY_PATH: Final = "/api/audit/key"
# key.json of a bundle (app/domain/bundling.py).
_MEMBER: Final = "key.json"
_LARGEST: Final = 1 << 16
_SECONDS: Final = 20.0


def published_key(place: str) -> bytes | str:
    """The key at an address of the service (https://…) or in a file; else the sentence why there is none."""
    try:
        content = _fetched(place) if place.startswith(("https://", "http://")) else _held(Path(place))
    except (OSError, http.client.HTTPException, zipfile.BadZipFile, KeyError, ValueError) as error:
        return f"the published key cannot be read from {place}: {type(error).__name__}"
    key = key_in(content)
    return f"there is no public key at {place}" if key is None else key


def _fetched(address: str) -> bytes:
    url = address.rstrip("/") + KEY_PATH
    with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the scheme is http(s): see above
        content: bytes = answer.read(_LARGEST)
    return content


def _held(path: Path) -> bytes:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle, bundle.open(_MEMBER) as member:
            return member.read(_LARGEST)
    with path.open("rb") as file:
        return file.read(_LARGEST)
