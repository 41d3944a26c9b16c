"""The journal's public key as it is published: on the service's public page, in an auditor's export, in a key file.

The place need not be trusted: the key found there counts only if it, or one whose rotations lead to it, has the
fingerprint that came another way (JOURNAL.md section 4: in the notice). With Python's own library alone, for a
supplier's machine.
"""

import http.client
import json
import urllib.request
import zipfile
from pathlib import Path
from typing import Final

from app.domain.fingerprints import key_in
from app.domain.key_history import SENTENCES, HistoryFault, KeyHistory, read_history

KEY_PATH: Final = "/api/audit/key"
# key.json and rotations.json of a bundle (app/domain/bundling.py).
_MEMBER: Final = "key.json"
_ROTATIONS: Final = "rotations.json"
# A rotation is a kilobyte.
_LARGEST: Final = 1 << 20
_SECONDS: Final = 20.0


def published_keys(place: str) -> KeyHistory | str:
    """The key at an address of the service (https://…) or in a file, with those before it; or why there is none."""
    try:
        content, statements = _fetched(place) if place.startswith(("https://", "http://")) else _held(Path(place))
    except (OSError, http.client.HTTPException, zipfile.BadZipFile, KeyError, ValueError) as error:
        return f"the published key cannot be read from {place}: {type(error).__name__}"
    key = key_in(content)
    if key is None:
        return f"there is no public key at {place}"
    found = read_history(statements, key)
    return f"the rotations at {place} do not stand: {SENTENCES[found]}" if isinstance(found, HistoryFault) else found


def statements_in(content: bytes) -> object:
    """The rotations that a key file or key page tells beside its key; an empty list where it tells none."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return []
    return value.get("rotations", []) if isinstance(value, dict) else []


def _fetched(address: str) -> tuple[bytes, object]:
    url = address.rstrip("/") + KEY_PATH
    with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the scheme is http(s): see above
        content: bytes = answer.read(_LARGEST)
    return content, statements_in(content)


def _held(path: Path) -> tuple[bytes, object]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle:
            content = _member(bundle, _MEMBER)
            is_rotated = _ROTATIONS in bundle.namelist()
            return content, json.loads(_member(bundle, _ROTATIONS)) if is_rotated else []
    with path.open("rb") as file:
        content = file.read(_LARGEST)
    return content, statements_in(content)


def _member(bundle: zipfile.ZipFile, name: str) -> bytes:
    with bundle.open(name) as member:
        return member.read(_LARGEST)
