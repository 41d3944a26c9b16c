"""With which key a bundle is checked: the one that its reader named, or one to which rotations lead from there.

Whoever knows any key of the history can follow it: the bundle brings the statements before its own key; later ones
come with `--rotations`. Of `app` this imports `app.domain` alone: it travels to the auditor's machine.
"""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.audit.key_loading import CannotCheckError
from app.domain import bundling
from app.domain.chaining import Why
from app.domain.key_auditing import parse_rotations
from app.domain.key_history import SENTENCES, HistoryFault, KeyHistory, follow
from app.domain.reporting import Finding

_OWN_KEY = (
    "WARNING: The public key was taken from the bundle itself: whoever wrote the bundle could have chosen it. "
    "Compare the fingerprint below with the published one, or give it with --key."
)


@dataclass(slots=True)
class TrustedKey:
    """The key that must have signed the bundle, its history, and what is to be said of both."""

    public_key: bytes
    keys: KeyHistory
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, text: str, file: str = bundling.KEY) -> None:
        """Note what is wrong."""
        self.findings.append(Finding(Why.SIGNATURE, text, file=file))


def trusted_key(
    own: bytes, rotations: bytes | None, expected: bytes | str | None, outer: Sequence[object] = ()
) -> TrustedKey:
    """The key of a bundle as its reader may trust it. `own`: the bundle's; `outer`: statements from outside."""
    told = follow(own, parse_rotations(rotations))
    found = TrustedKey(own, KeyHistory((own,)) if isinstance(told, HistoryFault) else told)
    if isinstance(told, HistoryFault):
        found.find(SENTENCES[told], bundling.ROTATIONS)
    if outer:
        _widen(found, outer)
    if expected is None:
        found.notes.append(_OWN_KEY)
    elif isinstance(expected, bytes):
        if expected not in found.keys.keys:
            found.public_key, found.keys = expected, KeyHistory((expected,))
            found.find("the bundle names another key than the one it is checked with")
    elif not found.keys.is_trusted(expected):
        found.find(
            "the bundle was signed by another key than the one you named, and no rotation that it signed leads there"
        )
    if found.keys.rotations and expected is not None:
        count = len(found.keys.rotations)
        found.notes.append(f"The journal's key was rotated {count} times; every statement is signed by both keys.")
    return found


def _widen(found: TrustedKey, outer: Sequence[object]) -> None:
    wide = follow(found.public_key, outer)
    if isinstance(wide, HistoryFault):
        found.find(f"the rotations from outside: {SENTENCES[wide]}")
    elif wide.rotations[: len(found.keys.rotations)] != found.keys.rotations:
        found.find("the bundle tells another rotation of the key than the one from outside", bundling.ROTATIONS)
    else:
        found.keys = wide


def load_rotations(path: Path) -> list[object]:
    """The statements of a file: a list, the key page's JSON with `rotations`, or a bundle. Raises CannotCheckError."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                is_there = bundling.ROTATIONS in archive.namelist()
                value = json.loads(archive.read(bundling.ROTATIONS)) if is_there else []
        else:
            value = json.loads(path.read_bytes())
    except (ValueError, RecursionError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise CannotCheckError("the file of rotations cannot be read") from None
    listed = value.get("rotations") if isinstance(value, dict) else value
    if not isinstance(listed, list):
        raise CannotCheckError("the file holds no list of rotations")
    return listed
