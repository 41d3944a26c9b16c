"""House rules on the locks: every package by hash, none by address, and nothing unlocked asked for."""

import json
import re
import tomllib
from typing import Any

import pytest

from tests.tidy.tracked import ROOT, text_of

PYTHON_LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-pages.lock"]
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)")


def pins(lock: str) -> dict[str, set[str]]:
    """Names with their versions; a name may have two, one for older Pythons."""
    found: dict[str, set[str]] = {}
    for line in text_of(lock).splitlines():
        if match := PIN.match(line):
            found.setdefault(match[1], set()).add(match[2])
    return found


def page_lock() -> dict[str, Any]:
    lock: dict[str, Any] = json.loads(text_of("frontend/package-lock.json"))
    return lock


@pytest.mark.parametrize("lock", [*PYTHON_LOCKS, "frontend/package-lock.json", "frontend/.npmrc"])
def test_locks_hold_no_address(lock: str) -> None:
    found = [
        number for number, line in enumerate(text_of(lock).splitlines(), 1) if "://" in line or '"resolved"' in line
    ]
    assert not found, "make lock writes them without"


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_python_package_is_locked_by_hash(lock: str) -> None:
    blocks = re.split(r"\n(?=\S)", text_of(lock).strip())
    assert blocks
    assert not [block.splitlines()[0] for block in blocks if not PIN.match(block) or "--hash=sha256:" not in block]


def test_every_page_package_is_locked_by_hash() -> None:
    packages = page_lock()["packages"]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]


def test_the_checks_run_against_what_the_service_runs_on() -> None:
    run, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert not {name: versions for name, versions in run.items() if dev.get(name) != versions}


def test_every_dependency_is_in_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[^A-Za-z0-9_.-]", text)[0].lower().replace("_", "-") for text in requirements}

    asked = {
        "requirements.lock": [*project["project"]["dependencies"], *project["build-system"]["requires"]],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
        "requirements-pages.lock": project["dependency-groups"]["pages"],
    }
    assert not {
        lock: names(wanted) - pins(lock).keys() for lock, wanted in asked.items() if names(wanted) - pins(lock).keys()
    }


def test_the_pages_ask_for_exact_versions() -> None:
    package = json.loads(text_of("frontend/package.json"))
    asked = {**package["dependencies"], **package["devDependencies"]}
    locked = page_lock()["packages"]
    assert not {
        name: version for name, version in asked.items() if locked[f"node_modules/{name}"]["version"] != version
    }
