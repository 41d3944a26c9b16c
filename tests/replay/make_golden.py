"""Writes the golden bundle: `python -m tests.replay.make_golden`. Only for a new version of the bundle's form: bundles
that auditors took away do not change, so this one should not either."""

import asyncio
import tempfile
from pathlib import Path

from app.audit.bundle import key_members
from app.domain.entries import canonical_bytes
from tests.databases import databases_for
from tests.replay.script import Script, play, write_bundle
from tests.worlds import make_world

GOLDEN = Path(__file__).parent / "golden"


async def make(name: str) -> Path:
    """Play the script and keep its bundle, with the public key beside it."""
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        made = await make_world(databases_for("sqlite", Path(folder)).migrated(), Path(folder))
        await play(Script(made.world, made.clock))
        path = await write_bundle(made.world, GOLDEN / f"{name}.zip")
        path.with_suffix(".key.json").write_bytes(canonical_bytes(key_members(made.world.keys.public_key)))
        await made.world.db.dispose()
    return path


if __name__ == "__main__":
    asyncio.run(make("release-1"))
