"""House rules on the two commands: what they say when something is missing, and that each target is listed."""

import os
import re
import shutil
import socket
import subprocess
import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

from tests.tidy.tracked import ROOT, text_of


def run(*command: str, **env: str) -> "subprocess.CompletedProcess[str]":
    settings = {**os.environ, **env}
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=30, check=False)


@pytest.fixture(scope="module")
def prepare() -> ModuleType:
    spec = util.spec_from_file_location("prepare", ROOT / ".ci" / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_make_alone_lists_every_target() -> None:
    listed = run("make", "--no-print-directory", MAKEFLAGS="", MAKELEVEL="0").stdout
    phony = re.search(r"^\.PHONY: (.*)$", text_of("Makefile"), re.MULTILINE)
    assert phony is not None
    assert re.findall(r"^  make (\S+) +\S", listed, re.MULTILINE) == phony[1].split()


def test_a_taken_port_is_explained_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run(sys.executable, ".ci/prepare.py", "run", PORT=str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip().startswith(f"Port {port} is taken")
    assert "make run PORT=" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "８０００", "-1"])
def test_a_port_that_is_none_is_explained(port: str) -> None:
    done = run(sys.executable, ".ci/prepare.py", "run", PORT=port, PYTHONUTF8="1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "PORT must be a number" in done.stderr


def folder_with(tmp_path: Path, python: str) -> str:
    """A PATH with nothing but what the script itself needs, and a Python that behaves as told."""
    program = tmp_path / "python3"
    program.write_text(f"#!/bin/sh\n{python}\n")
    program.chmod(0o755)
    (tmp_path / "id").symlink_to(shutil.which("id") or "")
    return str(tmp_path)


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    path = folder_with(tmp_path, f'case "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"')
    done = run("/bin/sh", ".ci/find-python", PATH=path)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert done.returncode == 1
    assert f"apt-get install -y python{version}-venv" in done.stderr


def test_an_old_python_is_told_which_one_is_needed(tmp_path: Path) -> None:
    done = run("/bin/sh", ".ci/find-python", PATH=folder_with(tmp_path, "exit 1"))
    assert done.returncode == 1
    assert "Bidroom needs Python 3.11, 3.12 or 3.13" in done.stderr


@pytest.mark.parametrize(("version", "fits"), [
    ("v24.14.9", False), ("v24.15.0", True), ("v25.9.0", False), ("v26.0.0", True), ("v20.20.2", False), ("", False),
])  # fmt: skip
def test_node_is_measured_by_what_the_pages_ask_for(prepare: ModuleType, version: str, fits: bool) -> None:
    assert '"node": "^24.15.0 || >=26.0.0"' in text_of("frontend/package.json")
    assert prepare.node_fits(version) is fits


def test_a_changed_name_or_byte_changes_the_stamp(prepare: ModuleType) -> None:
    makefile, licence = ROOT / "Makefile", ROOT / "LICENSE"
    one = prepare.digest([makefile])
    assert prepare.digest([makefile]) == one
    assert prepare.digest([licence]) != one
    assert prepare.digest([makefile], "another machine") != one


def test_the_commands_can_be_started() -> None:
    assert all(os.access(ROOT / path, os.X_OK) for path in (".ci/run", ".ci/find-python"))
