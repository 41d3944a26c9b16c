"""The usual way to take a file, for goal 8: FastAPI's UploadFile (multipart), then written, synced and hashed.

No rules, no receipt, no journal: the least that a service of this kind does.
"""

import hashlib
import os
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from fastapi import FastAPI, File, UploadFile


def store_file(folder: Path, data: bytes) -> str:
    """Write, sync, rename, hash: what makes a file durable under its name. Blocking."""
    path = folder / uuid4().hex
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_CREAT | os.O_WRONLY, 0o600)
    os.write(descriptor, data)
    os.fsync(descriptor)
    os.close(descriptor)
    part.rename(path)
    return hashlib.sha256(data).hexdigest()


def usual_upload_app(folder: Path) -> FastAPI:
    """The reference application."""
    app = FastAPI()

    @app.post("/upload")
    def upload(file: Annotated[UploadFile, File()]) -> dict[str, str]:
        return {"sha256": store_file(folder, file.file.read())}

    return app
