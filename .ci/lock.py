"""For developers: resolves the dependencies again and writes the locks, hashed and free of addresses.

Needs uv on the PATH. Versions that still fit are kept; ``UPGRADE=1 make lock`` takes the newest that
pyproject.toml allows.
"""

import json
import os
import shutil
import sys

import prepare

PYPROJECT = str(prepare.ROOT / "pyproject.toml")
SOURCES = {
    "run": [PYPROJECT],
    # The checks run against exactly what the service runs on.
    "dev": [PYPROJECT, "--group", f"{PYPROJECT}:dev", "--constraint", str(prepare.LOCKS["run"])],
    "pages": ["--group", f"{PYPROJECT}:pages"],
}


def lock_python() -> None:
    options = [
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
        "--quiet",
    ]
    if os.environ.get("UPGRADE"):
        options.append("--upgrade")
    for name, sources in SOURCES.items():
        lock = prepare.LOCKS[name]
        prepare.say(f"Resolving {lock.name} …")
        prepare.call(["uv", "pip", "compile", *options, *sources, "--output-file", str(lock)])
    for lock in prepare.LOCKS.values():
        if "://" in lock.read_text():
            raise prepare.CannotPrepareError(
                f"{lock.name} holds an address; is a package taken from somewhere else than an index?"
            )


def lock_pages() -> None:
    prepare.say("Resolving package-lock.json …")
    env = prepare.node_environment(prepare.ensure_venv())
    prepare.npm(["install", "--package-lock-only"], env)
    path = prepare.FRONTEND / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        # Where a package comes from is the installing site's business; whom to pay is told by the package itself.
        package.pop("resolved", None)
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


def main() -> int:
    if shutil.which("uv") is None:
        print("uv is not on the PATH; `pip install uv` brings it.", file=sys.stderr)
        return 1
    try:
        lock_python()
        lock_pages()
    except prepare.CannotPrepareError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
