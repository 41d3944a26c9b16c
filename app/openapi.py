"""The OpenAPI document without a running service: for the pages' generated types and for API clients."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from app.infra.bell import Bell
from app.infra.db import Database
from app.infra.files import Files
from app.infra.keys import make_keys
from app.infra.mail import OutboxMail
from app.infra.world import Ids, SystemClock, World
from app.live_rounds.messages import json_schema
from app.live_rounds.package_messages import sealed_json_schema
from app.main import build_app
from app.settings import Settings


def socket_schemas() -> dict[str, Any]:
    """The frames of the round's websocket as schemas named ``Socket…``: OpenAPI has no place of its own for them."""
    defined = {**json_schema()["$defs"], **sealed_json_schema()}
    text = json.dumps({f"Socket{name}": shape for name, shape in defined.items()})
    return dict(json.loads(text.replace("#/$defs/", "#/components/schemas/Socket")))


def document() -> dict[str, Any]:
    """OpenAPI 3.1 of every route under /api, in a stable order."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db = Database(f"sqlite+aiosqlite:///{folder / 'none.db'}")
        world = World(
            settings=Settings(data_dir=folder, _env_file=None),  # type: ignore[call-arg]  # pydantic-settings' own parameter
            clock=SystemClock(),
            ids=Ids(),
            db=db,
            keys=make_keys(),
            bell=Bell(),
            files=Files(folder),
            mail=OutboxMail(folder),
        )
        made = build_app(world).openapi()
        made["components"]["schemas"] |= socket_schemas()
        asyncio.run(db.dispose())
    return made


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
