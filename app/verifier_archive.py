"""`bidroom-verify.pyz`: the verifier as one file for a machine that has Python 3.11 and nothing else (attacks.md P03).

Made of this installation's own sources, without times of this machine, so that the same release gives the same bytes.
Receipts are checked with Python's own library; proofs and whole bundles need two compiled packages, which it asks for
by name. The two other packages it needs are Python alone and travel inside.
"""

import importlib.util
import io
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Final

NAME: Final = "bidroom-verify.pyz"
PATH: Final = f"/verify/{NAME}"
_APP: Final = Path(__file__).resolve().parent
# Packages of Python alone that the rules import.
_TRAVELLING: Final = ("pyhpke", "typing_extensions")
# The oldest instant that a zip can say: an archive that tells no time is the same on every machine.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_MAIN: Final = '''"""Bidroom's verifier: bidroom-verify.pyz receipt verify … | proof verify … | verify BUNDLE …"""

import importlib
import sys
import tempfile
import zipfile

USAGE = """usage: python3 bidroom-verify.pyz receipt verify FILE [--key KEY] [--published PLACE] …
       python3 bidroom-verify.pyz proof verify FILE [--key KEY] [--package FILE --recovery FILE]
       python3 bidroom-verify.pyz verify BUNDLE [--key KEY]
"""


def main():
    arguments = sys.argv[1:]
    if sys.version_info < (3, 11):
        sys.stderr.write("This needs Python 3.11 or newer.\\n")
        return 2
    if arguments[:2] == ["receipt", "verify"]:
        from app.audit.verify_receipt import main as check

        return check(arguments[2:])
    if arguments[:2] == ["proof", "verify"]:
        return whole("app.audit.verify_proof", arguments[2:])
    if arguments[:1] == ["verify"]:
        return whole("app.audit.verify", arguments[1:])
    (sys.stdout if arguments in ([], ["-h"], ["--help"]) else sys.stderr).write(USAGE)
    return 0 if arguments in ([], ["-h"], ["--help"]) else 2


def whole(command, arguments):
    missing = []
    for name in ("cryptography", "orjson"):
        try:
            __import__(name)
        except ImportError:
            missing.append(name)
    if missing:
        sys.stderr.write("More than a receipt cannot be checked without them: pip install " + " ".join(missing) + "\\n")
        return 2
    # Some of the rules stand in tables beside the code, which are read as files.
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(sys.argv[0]) as archive:
        archive.extractall(folder)
        sys.path[0] = folder
        return importlib.import_module(command).main(arguments)


sys.exit(main())
'''


@cache
def archive() -> bytes:
    """The bytes of the archive: what GET /verify/bidroom-verify.pyz serves."""
    buffer = io.BytesIO()
    buffer.write(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as made:
        for name, content in sorted(_members().items()):
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            made.writestr(info, content)
    return buffer.getvalue()


def _members() -> dict[str, bytes]:
    found = {"__main__.py": _MAIN.encode()}
    ours = [_APP / "__init__.py", _APP / "audit" / "__init__.py", *(_APP / "audit").glob("verify*.py")]
    ours.append(_APP / "audit" / "key_loading.py")
    ours += [path for path in (_APP / "domain").rglob("*") if path.suffix in (".py", ".txt")]
    found |= {f"app/{path.relative_to(_APP).as_posix()}": path.read_bytes() for path in ours}
    for name in _TRAVELLING:
        spec = importlib.util.find_spec(name)
        assert spec is not None, f"{name} is installed"
        assert spec.origin is not None, f"{name} is a package of files"
        start = Path(spec.origin)
        paths = start.parent.rglob("*.py") if spec.submodule_search_locations else [start]
        home = start.parent.parent if spec.submodule_search_locations else start.parent
        found |= {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}
    return found


def main() -> None:
    """Write the archive: `python -m app.verifier_archive FILE`."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else NAME)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(archive())


if __name__ == "__main__":
    main()
