"""The files of the repository, as the house rules read them: tracked, or new and not ignored."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED_FOLDERS = {".git", ".venv", "node_modules", "dist", "build", "var", "__pycache__"}


@cache
def tracked() -> tuple[str, ...]:
    """Paths from the root, with slashes. Without git (an unpacked archive) every file that is not made here."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        listed = [path.as_posix() for path in paths if not SKIPPED_FOLDERS & set(path.parts)]
    return tuple(sorted(path for path in listed if path and (ROOT / path).is_file()))


def chosen(*patterns: str) -> list[str]:
    """The tracked paths under any of the folders or with any of the endings: ``app/`` or ``.py``, or ``app/**.py``."""
    picked = []
    for path in tracked():
        for pattern in patterns:
            folder, _, ending = pattern.partition("**")
            if path.startswith(folder) and path.endswith(ending):
                picked.append(path)
                break
    return picked


def text_of(path: str) -> str:
    """The file as text; empty if it is none (a picture, a workbook)."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree_of(path: str) -> ast.Module:
    """The parsed module."""
    return ast.parse(text_of(path), filename=path)
