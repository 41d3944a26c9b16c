"""The verifier stands alone: no server package, database or network (attacks.md P03); and old bundles stay readable."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.audit.key_loading import load_key
from app.audit.verify import main
from app.audit.verifying import verify
from app.domain.bundling import spoken
from app.domain.reporting import Outcome
from tests.replay.conftest import Story

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
# Hides everything but the standard library, cryptography, orjson, pyhpke and what they bring, and forbids sockets.
ALONE = """
import sys
brought = {"cryptography", "orjson", "pyhpke", "_cffi_backend", "cffi", "typing_extensions"}
known = {*sys.stdlib_module_names, "app", *brought}
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in known and not name.startswith("_sysconfigdata"):
            raise ImportError(name)
sys.meta_path.insert(0, Gone())
def refuse(event, _arguments):
    if event.startswith(("socket.", "subprocess.", "urllib.")):
        raise RuntimeError(event)
sys.addaudithook(refuse)
from app.audit.verify import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("evidence", [False, True])
def test_it_runs_without_the_server(story: Story, tmp_path: Path, *, evidence: bool) -> None:
    witness = tmp_path / "witness.jsonl"
    witness.write_bytes((story.made.world.settings.data_dir / "checkpoints.jsonl").read_bytes() if evidence else b"")
    more = ["--witness", str(witness), "--taken", "2026-11-21T08:00:00Z"] if evidence else []
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(story.bundle), "--key", story.fingerprint, *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Clean: ")
    assert story.fingerprint in done.stdout


def test_it_imports_the_rules_alone() -> None:
    code = "import sys, app.audit.verify; print(*sorted(name for name in sys.modules if name.startswith('app.')))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=50, check=True
    )
    modules = [name for name in done.stdout.split() if not name.startswith("app.domain")]
    own = ("key_loading", "verify", "verify_helping", "verify_key", "verifying")
    assert modules == ["app.audit", *(f"app.audit.{name}" for name in own)]


def test_it_is_a_module_of_its_own(story: Story) -> None:
    command = [sys.executable, "-m", "app.audit.verify", str(story.bundle), "--json", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0
    assert '"outcome": "clean"' in done.stdout


@pytest.mark.parametrize("form", ["hex", "words", "spaced", "file", "json", "pem"])
def test_the_key_is_taken_in_every_form(story: Story, tmp_path: Path, form: str) -> None:
    public = story.made.world.keys.public_key
    pem = Ed25519PublicKey.from_public_bytes(public).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path = tmp_path / "key"
    contents = {"file": story.fingerprint.encode(), "json": b'{"public_key":"%s"}' % public.hex().encode(), "pem": pem}
    path.write_bytes(contents.get(form, b""))
    given = {
        "hex": story.fingerprint.upper(),
        "words": spoken(story.fingerprint),
        "spaced": " ".join(story.fingerprint[at : at + 8] for at in range(0, 64, 8)),
    }.get(form, str(path))
    report = verify(story.bundle, given)
    assert report.outcome is Outcome.CLEAN
    assert not any("WARNING" in note for note in report.notes)
    assert load_key(given)


@pytest.mark.parametrize("key", ["0" * 64, "lusab-babad", "x"])
def test_another_key_is_not_this_one(story: Story, key: str) -> None:
    assert main([str(story.bundle), "--key", key]) == 1


def test_a_key_file_without_a_key_cannot_be_used(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("two words")
    assert main([str(story.bundle), "--key", str(path)]) == 2


def test_progress_is_told_on_standard_error(
    story: Story, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.audit.verifying.TELL_EVERY", 20)
    assert main([str(story.bundle)]) == 0
    told = capsys.readouterr()
    assert "20 of 53 entries checked" in told.err
    assert "checked" not in told.out.partition("\n")[2]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.zip")), ids=lambda path: path.stem)
def test_a_golden_bundle_stays_clean(path: Path) -> None:
    """A bundle that was once taken away verifies with every later release."""
    report = verify(path, str(path.with_suffix(".key.json")))
    assert report.outcome is Outcome.CLEAN, report.sentence
    assert report.counts["bids"] == 7
