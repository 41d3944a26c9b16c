"""The one static file that seals: read at start, served from memory, for footer, journal and comparison. SEALING.md 3.

`/seal/<sha256>.js` is that file. Its address is its hash, so whoever has the address can check the bytes
(``curl … | sha256sum``), no cache can hand out others under it, and a replica of another release has no such address
instead of another content. The pages load it by an integrity attribute: the browser runs these bytes or none.

`/seal/` is a page that holds the same bytes and nothing else. Its policy names their hash and forbids every connection;
the sandbox takes away the cookies of the service. A supplier saves it, compares it, and seals on a machine without a
network: the twin of ``bidroom seal --facts``. That is the way for who does not trust the server's pages, because the
supplier's usual page sees the price too, and that page comes from the server at every visit. (Who can open the sealed
package is another question: the round's custody answers it.)

To build it again and compare, on the release's sources: ``make sealing-hash``, which prints the two hashes.
"""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.responses import Response

from app.infra.errors import Problem

PAGE_PATH: Final = "/seal/"
COPY_PATH: Final = "/seal/bidroom-seal.html"
_NAME: Final = re.compile(r"[0-9a-f]{64}\.js")
_META: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')
# What a document alone can say by its headers: framed by nobody, without the service's cookies and storage.
_SANDBOX: Final = "; frame-ancestors 'none'; sandbox allow-scripts allow-downloads"


@dataclass(frozen=True, slots=True)
class SealingFile:
    """The built file and the page that holds it: address on the service, and the SHA-256 of each in hex."""

    path: str
    sha256: str
    page_sha256: str
    code: bytes = field(repr=False)
    page: bytes = field(repr=False)
    policy: str = field(repr=False)


class SealingFileAlteredError(Exception):
    """The bytes on the disk are not those that were built: they are neither served nor named in the journal."""


def sealing_file(pages: Path) -> SealingFile | None:
    """The sealing file of built pages, or None where there are none (or older ones). Raises SealingFileAlteredError."""
    folder = pages / "seal"
    if not (folder / "index.html").is_file():
        return None
    named = sorted(path for path in folder.glob("*.js") if path.is_file())
    if len(named) != 1 or not _NAME.fullmatch(named[0].name):
        raise SealingFileAlteredError("there is not the one file that is named by its hash")
    code, page = named[0].read_bytes(), (folder / "index.html").read_bytes()
    sha256 = hashlib.sha256(code).hexdigest()
    if named[0].stem != sha256:
        raise SealingFileAlteredError("its bytes have another hash than its name")
    policy = _META.search(page.decode("utf-8", "replace"))
    # One script element, and in it exactly these bytes: another one would not run, but it has no place here either.
    if policy is None or page.count(b"<script") != 1 or b'<script type="module">' + code + b"</script>" not in page:
        raise SealingFileAlteredError("the page holds other bytes")
    return SealingFile(f"/seal/{sha256}.js", sha256, hashlib.sha256(page).hexdigest(), code, page, policy[1])


def is_intact(pages: Path, served: SealingFile | None) -> bool:
    """Whether the disk still has what is served: the next start would serve the disk's."""
    try:
        return sealing_file(pages) == served
    except SealingFileAlteredError:
        return False


def mount(app: FastAPI, served: SealingFile | None) -> None:
    """The file and its page, for anybody; every other address below is 404, never a page of the service."""

    @app.get("/seal/{name:path}", include_in_schema=False)
    async def seal(name: str) -> Response:
        if served is None:
            raise Problem(404)
        if f"/seal/{name}" == served.path:
            return Response(served.code, media_type="text/javascript", headers={"Content-Security-Policy": _NOTHING})
        headers = {"Content-Security-Policy": served.policy + _SANDBOX}
        if f"/seal/{name}" == COPY_PATH:
            headers["Content-Disposition"] = 'attachment; filename="bidroom-seal.html"'
        elif name:
            raise Problem(404)
        return Response(served.page, media_type="text/html", headers=headers)


_NOTHING: Final = "default-src 'none'; frame-ancestors 'none'"


def main() -> None:
    """The hashes of the built pages: `make sealing-hash`, to be compared with those that a service names."""
    found = sealing_file(Path(__file__).resolve().parent.parent / "frontend" / "dist")
    if found is None:
        raise SystemExit("the pages are not built")
    print(f"{found.sha256}  {found.path}\n{found.page_sha256}  {PAGE_PATH}")  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
