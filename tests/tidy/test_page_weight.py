"""House rule on weight: a supplier on a poor line loads the live room in at most 250 kB of script (gzip)."""

import gzip
import json
from typing import Any

import pytest

from tests.tidy.tracked import ROOT

DIST = ROOT / "frontend" / "dist"
MOST_BYTES = 250_000
ROOM = "src/features/live-rounds/room-page.tsx"
# Fetched besides what the modules import by themselves: the room's frame and the words of one language.
BOOKS = ("common", "words", "codes", "live-rounds", "formats", "room-aids")
ASKED_FOR = ("src/app/room", *(f"src/i18n/zh/{book}" for book in BOOKS))


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    path = DIST / ".vite" / "manifest.json"
    if not path.exists():
        pytest.skip("the pages are not built; make test builds them")
    built: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if ROOM not in built:
        pytest.skip(f"the built pages have no {ROOM}; are they older than the sources?")
    return built


def scripts_of_the_room(manifest: dict[str, Any]) -> set[str]:
    """Files of everything the room's page needs, each once."""
    waiting = ["index.html", ROOM, *(key for key in manifest if key.startswith(ASKED_FOR))]
    seen: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += manifest[key].get("imports", [])
    return {manifest[key]["file"] for key in seen if manifest[key]["file"].endswith(".js")}


def test_the_live_room_is_light(manifest: dict[str, Any]) -> None:
    weights = {name: len(gzip.compress((DIST / name).read_bytes(), 9)) for name in scripts_of_the_room(manifest)}
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:8]
    assert sum(weights.values()) <= MOST_BYTES, heaviest
    # A wrong list of files would always be light.
    assert sum(weights.values()) > MOST_BYTES // 10
