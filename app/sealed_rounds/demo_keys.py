"""Key files that the demo has made for its own people, so that one visitor can play every seat of a committee.

They lie in the demo's data folder under one published passphrase, which protects nothing: the round's custody says on
every screen that all keys are on this machine. Outside the demo there is no such folder and nothing is ever read.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from app.infra.world import World

PASSPHRASE: Final = "demo keys of this machine"  # noqa: S105 - published, for it protects nothing
_FOLDER: Final = "committee-keys"


def _path(world: World, round_id: str, seat: int) -> Path:
    return world.settings.data_dir / _FOLDER / f"{round_id}-{seat}.json"


def write_demo_key(world: World, round_id: str, seat: int, file: Mapping[str, Any]) -> None:
    """Keep a seat's key file for the demo's visitor. Blocking."""
    path = _path(world, round_id, seat)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(file, indent=1) + "\n", encoding="utf-8")


def find_demo_key(world: World, round_id: str, seat: int, public: str | None) -> dict[str, Any] | None:
    """{file, passphrase} of a seat whose key in force the demo itself made; None elsewhere. Blocking, and small."""
    if not world.settings.demo or public is None:
        return None
    try:
        file = json.loads(_path(world, round_id, seat).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {"file": file, "passphrase": PASSPHRASE} if file.get("public") == public else None
