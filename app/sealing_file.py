"""The one static file that seals: where it lies and what its bytes are, for footer and journal. SEALING.md 3."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ENTRY: Final = "src/sealing/seal.ts"


@dataclass(frozen=True, slots=True)
class SealingFile:
    """A built file: its address on the service, and the SHA-256 of its bytes in hex."""

    path: str
    sha256: str


def sealing_file(pages: Path) -> SealingFile | None:
    """The sealing file of built pages, or None where there are none (or older ones)."""
    try:
        manifest = json.loads((pages / ".vite" / "manifest.json").read_text(encoding="utf-8"))
        # The entry is a list of names; the one chunk that it imports holds all the code.
        (chunk,) = manifest[_ENTRY]["imports"]
        name: str = manifest[chunk]["file"]
        return SealingFile(f"/{name}", hashlib.sha256((pages / name).read_bytes()).hexdigest())
    except (OSError, ValueError, KeyError):
        return None
