"""House rules on Python that no linter knows: clocks, floats near money, commits, docstrings, lonely files."""

import ast
import re
from collections.abc import Iterator

from tests.tidy.tracked import chosen, text_of, tree_of

CLOCK = "app/infra/world.py"
CLOCK_CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
# Programs that stand in for people: clients with a clock of their own, who say so on the line.
OUTSIDE = ("app/demo/", "app/replay/", "app/client/")
NEAR_MONEY = (
    "app/domain/money.py",
    "app/domain/ranking.py",
    "app/domain/closing.py",
    "app/domain/saving.py",
    "app/domain/awarding.py",
    "app/domain/formats/**.py",
    "app/domain/scoring/**.py",
)
TRAVELS = ("app.domain", "app.audit.verify", "app.audit.key_loading")
ENDINGS = {"commit", "rollback"}
EXCUSE = re.compile(r"#\s*(noqa|type:\s*ignore|pragma)\b")
# The codes in question, then the reason in words.
EXCUSED = re.compile(r"#\s*(noqa:\s*[A-Z0-9, ]+|type:\s*ignore\[[a-z, -]+\]|pragma: no \w+)\s*[-–#(]\s*\S+")


def clock_readings(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            if (name, node.attr) in CLOCK_CALLS:
                yield node.lineno


def is_excused(path: str, line: int) -> bool:
    return "# noqa: TID251" in text_of(path).splitlines()[line - 1]


def floats(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if is_literal or (isinstance(node, ast.Name) and node.id == "float"):
            yield getattr(node, "lineno", 0)


def endings(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ENDINGS:
            yield node.lineno


def undocumented(tree: ast.Module) -> Iterator[str]:
    if ast.get_docstring(tree) is None:
        yield "the module"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield f"{node.name}() in line {node.lineno}"


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            # `from app.tenders import service` names a module, `from app.domain.money import Money` does not: both.
            yield node.module or "."
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_one_file_reads_the_clock() -> None:
    files = [path for path in chosen("app/**.py", "migrations/**.py") if path != CLOCK]
    readings = [(path, line) for path in files for line in clock_readings(tree_of(path))]
    excused = [(path, line) for path, line in readings if path.startswith(OUTSIDE) and is_excused(path, line)]
    assert not [f"{path}:{line}" for path, line in readings if (path, line) not in excused]


def test_no_float_near_money() -> None:
    assert not [f"{path}:{line}" for path in chosen(*NEAR_MONEY) for line in floats(tree_of(path))]


def test_stores_never_end_a_transaction() -> None:
    stores = [path for path in chosen("app/**store.py") if path.startswith("app/")]
    assert not [f"{path}:{line}" for path in stores for line in endings(tree_of(path))]


def test_every_rule_says_what_it_decides() -> None:
    assert not [f"{path}: {name}" for path in chosen("app/domain/**.py") for name in undocumented(tree_of(path))]


def test_every_module_says_what_it_is_for() -> None:
    files = [path for path in chosen("app/**.py") if text_of(path).strip() and not path.endswith("__init__.py")]
    assert not [path for path in files if ast.get_docstring(tree_of(path)) is None]


def test_no_transaction_inside_a_transaction() -> None:
    """A service may use the stores of rooms below it, never their services; a store uses no service at all."""
    for path in chosen("app/**service.py", "app/**store.py"):
        own = path.removesuffix(".py").replace("/", ".").rpartition(".")[0] if path.endswith("service.py") else "none"
        called = {name for name in imports(tree_of(path)) if re.search(r"^app\.\w+\.service\b", name)}
        assert not {name for name in called if not name.startswith(f"{own}.")}, path


def test_the_verifier_travels_with_the_rules_alone() -> None:
    for path in chosen("app/audit/verify**.py"):
        ours = {name for name in imports(tree_of(path)) if name.split(".")[0] == "app"}
        assert not {name for name in ours - {"app", "app.__version__"} if not name.startswith(TRAVELS)}, path


def test_packages_on_the_verifiers_way_import_nothing() -> None:
    for path in chosen("app/__init__.py", "app/audit/__init__.py"):
        assert not list(imports(tree_of(path))), path


def test_every_excuse_gives_its_reason() -> None:
    found = [
        f"{path}:{number}"
        for path in chosen("app/**.py", "tests/**.py", "migrations/**.py", ".ci/**.py")
        if not path.startswith("tests/tidy/")
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if EXCUSE.search(line) and not EXCUSED.search(line)
    ]
    assert not found, "an excuse names its rule and says why: # noqa: X123 - because …"


def test_the_rules_see_what_they_look_for() -> None:
    assert list(clock_readings(ast.parse("import datetime\ndatetime.datetime.now()\nworld.now()"))) == [2]
    assert list(floats(ast.parse("a = 1\nb = 0.5\nc = float(a)"))) == [2, 3]
    assert list(endings(ast.parse("session.commit()\ncommit = 1"))) == [1]
    assert list(undocumented(ast.parse('"""M."""\ndef a(): ...\ndef _b(): ...\ndef c():\n  """C."""'))) == [
        "a() in line 2"
    ]
    assert list(imports(ast.parse("import app.infra\nfrom app import domain"))) == ["app.infra", "app", "app.domain"]
