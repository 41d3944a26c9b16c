"""Makes a fresh clone ready, step by step, and skips at once what is already done.

``prepare.py run`` ends by becoming ``bidroom demo``; ``prepare.py dev`` makes what the checks need. Only the standard
library is used, because nothing else is installed yet. Each finished step leaves a stamp (a hash of what it was made
from), so a warm start reads some files and goes on.
"""

import errno
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
FRONTEND = ROOT / "frontend"
STAMP = VENV / "bidroom.json"
MODULES_STAMP = FRONTEND / "node_modules" / ".bidroom.json"
PAGES_STAMP = FRONTEND / "dist" / ".bidroom.json"
LOCKS = {
    name: ROOT / f"requirements{suffix}.lock" for name, suffix in {"run": "", "dev": "-dev", "pages": "-pages"}.items()
}
DEFAULT_PORT = 8000


class CannotPrepareError(Exception):
    """Said to the reader in one sentence; nothing was left half done that a second try would not repair."""


def say(text: str) -> None:
    print(f"• {text}", flush=True)


def digest(paths: Iterable[Path], *more: str) -> str:
    """One hash over names and bytes, in a fixed order."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        body = path.read_bytes()
        total.update(f"\0{path.relative_to(ROOT).as_posix()}\0{len(body)}\0".encode())
        total.update(body)
    return total.hexdigest()


def read_stamp(path: Path) -> dict[str, str]:
    try:
        stamp = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(path: Path, stamp: dict[str, str]) -> None:
    path.write_text(json.dumps(stamp, indent=1) + "\n")


def took(started: float) -> str:
    return f"{time.monotonic() - started:.0f} s"


def call(
    command: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None, count: str = "", total: int = 0
) -> None:
    """Runs a noisy program: its output appears only if it fails. Lines that begin like ``count`` move a counter."""
    lines: list[str] = []
    seen = 0
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**(env or os.environ), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            if count and line.lstrip().startswith(tuple(count.split())):
                seen += 1
                if sys.stdout.isatty():
                    print(f"\r  {min(seen, total)} of {total} ", end="", flush=True)
                elif seen % 20 == 0:
                    print(f"  {min(seen, total)} of {total}", flush=True)
    if seen and sys.stdout.isatty():
        print("\r", end="")
    if process.returncode:
        print("\n".join(lines[-60:]), file=sys.stderr)
        raise CannotPrepareError(f"This step failed (its last lines are above): {' '.join(map(str, command))}")


# ── Python ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def ensure_venv() -> dict[str, str]:
    """A virtual environment with pip in it; made again if the folder was moved or its Python went away."""
    stamp = read_stamp(STAMP)
    python = BIN / "python"
    usable = False
    if python.exists() and stamp.get("root", str(ROOT)) == str(ROOT):
        check = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
        usable = subprocess.run([python, "-c", check], stderr=subprocess.DEVNULL, check=False).returncode == 0
    if not usable:
        started = time.monotonic()
        say(f"Making the Python environment in .venv (Python {platform.python_version()}) …")
        call([sys.executable, "-m", "venv", "--clear", str(VENV)])
        say(f"  made in {took(started)}")
        stamp = {}
    elif not any(VENV.glob("lib/python3*/site-packages/pip")):
        call([str(python), "-m", "ensurepip"])
    stamp["root"] = str(ROOT)
    return stamp


def pip(*arguments: str, count: str = "", total: int = 0) -> None:
    # A site's pip settings stay in force (its own index, a certificate), but not --user: it cannot work here.
    env = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    command = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    call(command, env=env, count=count, total=total)


def install(which: str, stamp: dict[str, str]) -> None:
    """One hashed lock into the environment, wheels only; the lock of the checks holds everything of the running one."""
    lock = LOCKS[which]
    wanted = digest([lock])
    if stamp.get(which) == wanted or (which == "run" and stamp.get("dev-run") == wanted):
        return
    started = time.monotonic()
    total = sum(1 for line in lock.read_text().splitlines() if re.match(r"[a-z0-9]", line))
    names = {"run": "the Python packages", "dev": "the Python packages and those of the checks", "pages": "Node"}
    say(f"Installing {names[which]} from {lock.name} …")
    options = ["--only-binary", ":all:", "--require-hashes", "--progress-bar", "off"]
    pip("install", *options, "-r", str(lock), count="Collecting Processing", total=total)
    stamp[which] = wanted
    if which == "dev":
        stamp["dev-run"] = digest([LOCKS["run"]])
    write_stamp(STAMP, stamp)
    say(f"  installed in {took(started)}")


def install_project(stamp: dict[str, str]) -> None:
    """The project itself, in place and without any download, so that the ``bidroom`` command exists."""
    wanted = digest([ROOT / "pyproject.toml"])
    if stamp.get("project") == wanted and (BIN / "bidroom").exists():
        return
    pip("install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", str(ROOT))
    stamp["project"] = wanted
    write_stamp(STAMP, stamp)


# ── Node and the pages ────────────────────────────────────────────────────────────────────────────────────────────────


def node_fits(version: str) -> bool:
    """What the packages of the pages ask for; the same range stands in frontend/package.json."""
    parts = re.match(r"v(\d+)\.(\d+)", version)
    if parts is None:
        return False
    major, minor = int(parts[1]), int(parts[2])
    return (major == 24 and minor >= 15) or major >= 26


def node_version(env: dict[str, str] | None = None) -> str:
    try:
        answer = subprocess.run(["node", "--version"], env=env, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.strip()


def node_environment(stamp: dict[str, str]) -> dict[str, str]:
    """The environment in which ``node`` and ``npm`` are new enough: the machine's own, else those of the wheel."""
    if shutil.which("npm") and node_fits(node_version()):
        return dict(os.environ)
    install("pages", stamp)
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    # Looked up by the child's PATH, not ours.
    version = subprocess.run([BIN / "node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if not node_fits(version):
        raise CannotPrepareError(
            "The Node of the wheel does not run here; put Node 24.15 or newer on the PATH and try again."
        )
    return env


def npm(arguments: list[str], env: dict[str, str]) -> None:
    call([shutil.which("npm", path=env["PATH"]) or "npm", *arguments], cwd=FRONTEND, env=env)


def ensure_modules(which: str, stamp: dict[str, str]) -> dict[str, str] | None:
    """The packages of the pages; ``run`` takes only what builds them. Answers the environment if Node was needed."""
    lock = [FRONTEND / name for name in ("package.json", "package-lock.json", ".npmrc")]
    wanted = digest(lock, platform.system(), platform.machine())
    done = read_stamp(MODULES_STAMP)
    if done.get("dev") == wanted or (which == "run" and done.get("run") == wanted):
        return None
    if "dev" in done:
        # Whoever has checked here before will check again.
        which = "dev"
    env = node_environment(stamp)
    started = time.monotonic()
    say("Installing the packages of the pages (npm ci) …")
    npm(["ci", "--omit=dev"] if which == "run" else ["ci"], env)
    write_stamp(MODULES_STAMP, {which: wanted})
    say(f"  installed in {took(started)}")
    return env


def page_sources() -> list[Path]:
    names = ["package.json", "package-lock.json", "index.html", "vite.config.ts", "sealing-file.ts", "tsconfig.json"]
    sources = [FRONTEND / name for name in names]
    for folder in ("src", "public"):
        sources += [path for path in (FRONTEND / folder).rglob("*") if path.is_file() and ".test." not in path.name]
    return sources


def ensure_pages(stamp: dict[str, str]) -> None:
    """The built pages in frontend/dist, made only when a source of theirs has changed."""
    wanted = digest(page_sources())
    if read_stamp(PAGES_STAMP).get("pages") == wanted and (FRONTEND / "dist" / "index.html").exists():
        return
    env = ensure_modules("run", stamp)
    started = time.monotonic()
    say("Building the pages …")
    npm(["run", "--silent", "build"], env or node_environment(stamp))
    write_stamp(PAGES_STAMP, {"pages": wanted})
    say(f"  built in {took(started)}")


# ── The commands ──────────────────────────────────────────────────────────────────────────────────────────────────────


def wanted_port() -> int:
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise CannotPrepareError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port(port: int) -> None:
    """Says before anything starts that the port is taken. Asked both ways: BSD lets two programs bind the same port."""
    elsewhere = f"make run PORT={8001 if port != 8001 else 8002}"
    with socket.socket() as caller:
        caller.settimeout(1)
        is_answered = caller.connect_ex(("127.0.0.1", port)) == 0
    try:
        with socket.socket() as probe:
            # Only old connections of a server that has ended are overlooked by this, never one that listens.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except PermissionError:
        raise CannotPrepareError(
            f"Port {port} is for the administrator alone on this machine; use another: {elsewhere}"
        ) from None
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        is_answered = True
    if is_answered:
        raise CannotPrepareError(
            f"Port {port} is taken (perhaps Bidroom already runs); stop that program, or use another port: {elsewhere}"
        )


def prepare(which: str) -> None:
    """``run``: everything up to the built pages. ``dev``: what the checks need; one of them then builds the pages."""
    stamp = ensure_venv()
    install(which, stamp)
    install_project(stamp)
    if which == "run":
        ensure_pages(stamp)
    else:
        ensure_modules(which, stamp)


def run() -> None:
    started = time.monotonic()
    port = wanted_port()
    check_port(port)
    prepare("run")
    say(f"Everything is in place ({took(started)}). Starting the demo; stop it with Ctrl-C.")
    command = [str(BIN / "bidroom"), "demo", "--port", str(port), *shlex.split(os.environ.get("ARGS", ""))]
    # Whoever runs make stops this process directly: no parent is left between them.
    os.chdir(ROOT)
    os.execv(command[0], command)  # noqa: S606 - a fixed command of our own


def main(which: str) -> int:
    try:
        if which == "run":
            run()
        elif which == "pages":
            ensure_pages(read_stamp(STAMP))
        else:
            prepare(which)
    except CannotPrepareError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except PermissionError as problem:
        print(f"\n{problem.filename} may not be written by this user; was it made by another one?", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the next start goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
