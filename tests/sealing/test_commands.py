"""`bidroom seal` and `bidroom receipt verify` from the shell: files written once, exit codes, nothing told."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app import sealing_cli
from app.cli import cli
from app.client.caller import Caller
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.recovery import Recovery, open_recovery
from tests.sealing.rounds import DOSSIER, PUBLIC, ROUND, Service, facts

RUNNER = CliRunner()
PASSPHRASE = "correct horse battery"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BIDROOM_RECOVERY_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("BIDROOM_PASSWORD", "secret word")
    (tmp_path / "facts.json").write_text(json.dumps(facts()), encoding="utf-8")
    (tmp_path / "offer.json").write_text(json.dumps({"amount": "278.46", "lines": [[1, "278.46"]]}), encoding="utf-8")
    return tmp_path


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_sealing_from_a_file_of_facts(folder: Path) -> None:
    done = RUNNER.invoke(cli, ["seal", "offer.json", "--facts", "facts.json"])
    assert done.exit_code == 0, done.output
    assert "278.46" not in done.output + (folder / "package.json").read_text(encoding="utf-8")
    assert "could read bids before opening" in done.output
    opened = open_recovery(read(folder / "recovery.json"), PASSPHRASE)
    assert isinstance(opened, Recovery)
    assert opened.package in done.output
    assert len(opened.secrets[EnvelopeKind.PRICE]) == 32
    assert (folder / "recovery.json").stat().st_mode & 0o077 == 0


def test_older_files_are_never_overwritten(folder: Path) -> None:
    (folder / "package.json").write_text("mine", encoding="utf-8")
    done = RUNNER.invoke(cli, ["seal", "offer.json", "--facts", "facts.json"])
    assert done.exit_code == 2
    assert (folder / "package.json").read_text(encoding="utf-8") == "mine"


def with_service(monkeypatch: pytest.MonkeyPatch, service: Service) -> None:
    monkeypatch.setattr(sealing_cli, "Caller", lambda url: Caller(url, service.transport()))


SEND = ["seal", "offer.json", "--url", "http://service", "--round", ROUND, "--email", "a@b.cn"]


def test_sealing_and_committing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(has_technical=True)
    with_service(monkeypatch, service)
    told = {"amount": "278.46", "answers": [{"criterion": "c1", "value": "36"}]}
    (folder / "offer.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "plan.pdf").write_bytes(b"%PDF-1.7")
    done = RUNNER.invoke(cli, [*SEND, "--file", "plan.pdf"])
    assert done.exit_code == 0, done.output
    assert set(service.opened) == set(EnvelopeKind)
    key = ["--key", PUBLIC.hex()]
    verify = ["receipt", "verify", "package.receipt.json", "--package", "package.json", *key]
    assert RUNNER.invoke(cli, verify).exit_code == 0
    assert RUNNER.invoke(cli, ["receipt", "verify", "package.receipt.json", "--key", "ab" * 32]).exit_code == 1
    assert RUNNER.invoke(cli, ["receipt", "verify", "none.json", *key]).exit_code == 2


NAMED = {"amount": "1.00", "answers": [{"criterion": "c1", "value": "a", "text": "质保期36个月\n由 arco tools 提供"}]}
SEAL = ["seal", "offer.json", "--facts", "facts.json", "--file", "notes.txt", "--file", "华夏精工科技.pdf"]


def named_offer(folder: Path) -> None:
    criterion = {"id": "c1", "answer": "choice", "title_zh": "质保", "title_en": "Warranty"}
    asked = facts(has_technical=True) | {"evaluation": {"technical": {"criteria": [criterion]}}}
    for name, value in {"facts": asked, "offer": NAMED, "own": DOSSIER}.items():
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    (folder / "notes.txt").write_text("call 138-0013-8000", encoding="utf-8")
    (folder / "华夏精工科技.pdf").write_bytes("李伟".encode())


def test_own_names_are_shown_with_their_place_and_sealed_only_when_kept(folder: Path) -> None:
    named_offer(folder)
    done = RUNNER.invoke(cli, [*SEAL, "--own", "own.json"])
    assert done.exit_code == 2
    assert [line for line in done.stderr.splitlines() if line.startswith("Your own name")] == [
        "Your own name: c1 (Warranty), line 2, character 3: name “arco tools”",
        "Your own name: notes.txt, line 1, character 6: phone “138-0013-8000”",
        "Your own name: 华夏精工科技.pdf, line 1, character 1: name “华夏精工科技”",
    ]
    assert not (folder / "package.json").exists()
    kept = RUNNER.invoke(cli, [*SEAL, "--own", "own.json", "--keep-names"])
    assert (kept.exit_code, kept.stderr.count("Your own name")) == (0, 3)


def test_what_was_not_looked_through_is_not_sealed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named_offer(folder)
    with_service(monkeypatch, Service(has_technical=True))
    assert RUNNER.invoke(cli, SEND).exit_code == 2
    assert RUNNER.invoke(cli, SEAL).exit_code == 2
    assert RUNNER.invoke(cli, [*SEAL, "--own", "offer.json"]).exit_code == 2
    assert not (folder / "package.json").exists()
    assert RUNNER.invoke(cli, [*SEAL, "--keep-names"]).exit_code == 0


@pytest.mark.parametrize(
    ("refusal", "spoils", "code", "said"), [("LATE", False, 1, "LATE"), (None, True, 2, "proves nothing")]
)
def test_a_refusal_and_a_false_receipt(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refusal: str | None, spoils: bool, code: int, said: str
) -> None:
    service = Service()
    service.refuses, service.spoils = refusal, spoils
    with_service(monkeypatch, service)
    done = RUNNER.invoke(cli, SEND)
    assert (done.exit_code, said in done.output) == (code, True)
    # The own copy was written before anything was sent.
    assert (folder / "package.json").exists()
    assert not (folder / "package.receipt.json").exists()


@pytest.mark.parametrize(
    "offer",
    ["", "[]", "{", '{"amount": 278.46}', '{"amount": "1.001"}', '{"amount": "1.00", "lines": [1]}', '{"lines": []}',
     '{"amount": "1.00", "answers": [{"value": "1"}]}', '{"amount": "1.00", "answers": []}x'],
)  # fmt: skip
def test_an_offer_that_cannot_be_sealed(folder: Path, offer: str) -> None:
    (folder / "offer.json").write_text(offer, encoding="utf-8")
    done = RUNNER.invoke(cli, ["seal", "offer.json", "--facts", "facts.json"])
    assert done.exit_code == 2, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert not (folder / "package.json").exists()


def test_a_weak_passphrase_and_missing_facts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIDROOM_RECOVERY_PASSPHRASE", "short")
    assert RUNNER.invoke(cli, ["seal", "offer.json", "--facts", "facts.json"]).exit_code == 2
    assert RUNNER.invoke(cli, ["seal", "offer.json"]).exit_code == 2
    (folder / "facts.json").write_text("{}", encoding="utf-8")
    assert RUNNER.invoke(cli, ["seal", "offer.json", "--facts", "facts.json"]).exit_code == 2
    assert not (folder / "package.json").exists()
