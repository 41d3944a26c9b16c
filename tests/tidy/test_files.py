"""House rules on files: nothing of one machine, nothing generated, honest names, a readable size."""

import re
from pathlib import PurePosixPath

import pytest

from tests.tidy.tracked import chosen, text_of, tracked

# Written in two halves, so that the rule does not find itself.
HOSTS = [
    left + right
    for left, right in [
        ("pypi.", "org"),
        ("files.python", "hosted.org"),
        ("registry.npm", "js.org"),
        ("registry.yarn", "pkg.com"),
        ("npm", "mirror.com"),
        ("tuna.", "tsinghua"),
        ("mirrors.ali", "yun"),
        ("unp", "kg.com"),
        ("jsde", "livr.net"),
    ]
]
MACHINE_PATH = re.compile(
    r"(?<![\w.${}~-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "opt/py" + "pi", r"home/\w+"]) + r")/"
)
GENERATED = re.compile(
    r"(^|/)(dist|build|node_modules|__pycache__|\.venv|\.mypy_cache|\.ruff_cache|\.pytest_cache|\.hypothesis)/"
    r"|\.egg-info/|\.(pyc|tsbuildinfo|db|sqlite3?|log|eml|orig|rej)$|(^|/)(\.DS_Store|\.coverage|\.env)$"
)
NAMELESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "handler",
    "handlers",
    "base",
    "misc",
}
# One over it is two rooms (STYLE.md section 3); generated types are not read by people.
MOST_LINES = 400
GENERATED_ON_PURPOSE = {"frontend/src/api/schema.d.ts"}


def lines_with(pattern: re.Pattern[str], text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = [f"{path}:{line}" for path in tracked() for line in lines_with(MACHINE_PATH, text_of(path))]
    assert not found, "paths of one machine"


def test_no_file_names_a_package_host() -> None:
    hosts = re.compile("|".join(map(re.escape, HOSTS)), re.IGNORECASE)
    found = [f"{path}:{line}" for path in tracked() for line in lines_with(hosts, text_of(path))]
    assert not found, "where packages come from is the installing site's business"


def test_nothing_generated_is_committed() -> None:
    assert not [path for path in tracked() if GENERATED.search(path)]


def test_modules_are_named_for_what_they_do() -> None:
    code = [
        PurePosixPath(path) for path in chosen("app/**.py", "tests/**.py", "frontend/src/**.ts", "frontend/src/**.tsx")
    ]
    assert not [str(path) for path in code if NAMELESS & {*path.parts[:-1], path.name.partition(".")[0]}]


def test_files_stay_readable() -> None:
    code = chosen("app/**.py", "frontend/src/**.ts", "frontend/src/**.tsx", ".ci/**.py", "Makefile")
    sizes = {path: len(text_of(path).splitlines()) for path in code if path not in GENERATED_ON_PURPOSE}
    assert not {path: size for path, size in sizes.items() if size > MOST_LINES}


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("cd /wo" + "rk/main", True),
        ('"/ro' + 'ot/x"', True),
        ("see frontend/wo" + "rk/x", False),
        ("/usr/bin/env", False),
    ],
)
def test_the_rule_on_paths_sees_them(text: str, is_found: bool) -> None:
    assert bool(lines_with(MACHINE_PATH, text)) is is_found
