"""`bidroom receipt verify` and the zipapp: attacks.md R10, P03. Exit 0 it holds, 1 it does not, 2 cannot check."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from app import verifier_archive
from app.audit.bundle import key_members
from app.audit.verify_receipt import BAD, OK, UNCHECKED, check
from app.client.sealer import Offer, seal_package
from app.domain import bundling
from app.domain.fingerprints import fingerprint, key_in, names_key, spoken
from app.domain.keying import key_of_json, key_of_pem
from app.domain.receipts import build_tree, check_receipt, leaf_of, message_of
from app.domain.sealing.receipt import key_id_of, late_notice_core, receipt_message, signed
from tests.sealing.rounds import JOURNAL, LOT, NOON, PUBLIC, ROUND, facts, receipt_of

PACKAGE = seal_package(facts(), LOT, Offer("278.46"))
RECEIPT = receipt_of(PACKAGE.header)
GOLDEN = Path(__file__).resolve().parents[1] / "replay" / "golden"
PEM = JOURNAL.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, value in {
        "receipt": RECEIPT,
        "package": PACKAGE.file(),
        "other": seal_package(facts(), LOT, Offer("278.46")).file(),
        "manifest": {"digests": [PACKAGE.digest], "closes_at": "x"},
        "empty": {"digests": []},
        "key": {"public_key": PUBLIC.hex()},
        "foreign": {"public_key": "ab" * 32},
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    (tmp_path / "key.pem").write_bytes(PEM)
    (tmp_path / "key.txt").write_text(f"{PUBLIC.hex()}\n", encoding="ascii")
    return tmp_path


@pytest.mark.parametrize("key", ["key.json", "key.pem", "key.txt", PUBLIC.hex()])
def test_a_receipt_holds_with_the_key_in_any_form(files: Path, key: str) -> None:
    named = str(files / key) if key.startswith("key") else key
    code, lines = check(files / "receipt.json", named)
    assert (code, lines[0]) == (OK, "The receipt holds: the service has this package.")


@pytest.mark.parametrize("key", [fingerprint(PUBLIC), fingerprint(PUBLIC).upper(), spoken(fingerprint(PUBLIC))])
def test_a_fingerprint_does_when_the_package_file_brings_the_key(files: Path, key: str) -> None:
    code, lines = check(files / "receipt.json", key)
    assert code == UNCHECKED
    assert "name alone" in lines[0]
    assert check(files / "receipt.json", key, package=files / "package.json")[0] == OK
    assert check(files / "receipt.json", fingerprint(b"x" * 32), package=files / "package.json")[0] == BAD


@pytest.fixture
def service() -> Iterator[str]:
    """What GET /api/audit/key answers, at the address of a service."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/audit/key" else 404)
            self.end_headers()
            self.wfile.write(json.dumps(key_members(PUBLIC)).encode())

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_fingerprint_is_checked_against_the_published_key(files: Path, service: str) -> None:
    with zipfile.ZipFile(files / "export.zip", "w") as bundle:
        bundle.writestr("key.json", json.dumps(key_members(PUBLIC)))
    receipt, named = files / "receipt.json", fingerprint(PUBLIC)
    for place in (service, *(str(files / name) for name in ("export.zip", "key.json", "key.pem", "key.txt"))):
        for key in (named, spoken(named), PUBLIC.hex(), str(files / "key.pem")):
            assert check(receipt, key, published=place)[0] == OK, (place, key)
        code, lines = check(receipt, published=place)
        assert (code, "Compare" in lines[1]) == (OK, True)
        other = check(receipt, fingerprint(b"x" * 32), published=place, package=files / "package.json")
        assert other == (BAD, ["The published key is another than the one you named."])


@pytest.mark.parametrize("place", ["foreign.json", "export.zip", "http://127.0.0.1:1", "receipt.json", "none", "."])
def test_another_published_key_and_none(files: Path, place: str) -> None:
    with zipfile.ZipFile(files / "export.zip", "w") as bundle:
        bundle.writestr("manifest.json", "{}")
    where = place if place.startswith("http") else str(files / place)
    expected = BAD if place == "foreign.json" else UNCHECKED
    assert check(files / "receipt.json", published=where)[0] == expected
    assert check(files / "receipt.json", fingerprint(PUBLIC), published=where)[0] == expected


def test_without_a_key_the_own_files_are_taken_with_a_warning(files: Path) -> None:
    assert check(files / "receipt.json")[0] == UNCHECKED
    code, lines = check(files / "receipt.json", package=files / "package.json")
    assert code == OK
    assert any(line.startswith("WARNING") for line in lines)


@pytest.mark.parametrize("key", ["foreign.json", "ab" * 32])
def test_another_key_is_found(files: Path, key: str) -> None:
    code, lines = check(files / "receipt.json", str(files / key) if key.endswith("json") else key)
    assert (code, lines) == (BAD, ["The receipt names another key than the one you gave."])


def test_another_package_is_found(files: Path) -> None:
    key = PUBLIC.hex()
    assert check(files / "receipt.json", key, package=files / "package.json")[0] == OK
    assert check(files / "receipt.json", key, package=files / "other.json")[0] == BAD
    spoilt = PACKAGE.file()
    spoilt["price"]["ct"] = spoilt["price"]["ct"][:-4] + "AAAA"
    (files / "spoilt.json").write_text(json.dumps(spoilt), encoding="utf-8")
    assert check(files / "receipt.json", key, package=files / "spoilt.json")[0] == BAD
    assert check(files / "receipt.json", key, package=files / "key.json")[0] == UNCHECKED


def test_the_manifest_is_looked_into(files: Path) -> None:
    key = PUBLIC.hex()
    assert check(files / "receipt.json", key, manifest=files / "manifest.json")[0] == OK
    assert check(files / "receipt.json", key, manifest=files / "empty.json")[0] == BAD
    assert check(files / "receipt.json", key, manifest=files / "key.json")[0] == UNCHECKED


@settings(max_examples=60)
@given(st.data())
def test_one_changed_byte_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(json.dumps(RECEIPT, separators=(",", ":")).encode())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("changed") / "receipt.json"
    path.write_bytes(bytes(content))
    assert check(path, PUBLIC.hex())[0] == BAD


@pytest.mark.parametrize("content", [b"", b"x", b"[]", b"\xff", b"[" * 100_000, b'{"v":1,"v":1}', b'{"kind":[]}'])
def test_what_is_no_receipt(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "receipt.json"
    path.write_bytes(content)
    assert check(path, PUBLIC.hex())[0] == BAD


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert check(tmp_path / "none.json", PUBLIC.hex())[0] == UNCHECKED
    assert check(tmp_path, PUBLIC.hex())[0] == UNCHECKED


def test_a_late_notice(tmp_path: Path, files: Path) -> None:
    core = late_notice_core(
        round_id=ROUND,
        lot=LOT,
        package=PACKAGE.digest,
        received_at_ms=NOON,
        closes_at_ms=NOON,
        key_id=key_id_of(PUBLIC),
    )
    path = tmp_path / "late.json"
    path.write_text(json.dumps(signed(core, JOURNAL.sign(receipt_message(core)))), encoding="utf-8")
    assert check(path, PUBLIC.hex(), package=files / "package.json")[0] == OK
    assert check(path, PUBLIC.hex(), package=files / "other.json")[0] == BAD
    assert check(path, PUBLIC.hex(), manifest=files / "manifest.json")[0] == UNCHECKED


def live_receipt() -> dict[str, Any]:
    core: dict[str, Any] = {
        "v": 1,
        "kind": "bid.accepted",
        "amount": "278.46",
        "received_at": "2026-03-02T06:00:00.123Z",
    }
    core |= {name: name[0] * 32 for name in ("round", "lot", "bid_id", "rules_hash", "entry_hash")}
    core["key_id"] = key_id_of(PUBLIC)
    root, paths = build_tree({7: leaf_of(core)}, [bytes([number]) * 32 for number in range(8)])
    return core | {"path": paths[7], "root": root.hex(), "sig": JOURNAL.sign(message_of(root)).hex()}


def test_a_live_receipt_is_judged_as_the_service_judges_it(tmp_path: Path) -> None:
    good = live_receipt()
    changes: list[dict[str, Any]] = [
        {}, {"amount": "278.47"}, {"path": good["path"][:-1]}, {"path": ["X" + good["path"][0][1:], *good["path"][1:]]},
        {"path": 8}, {"path": ["L", *good["path"][1:]]}, {"root": "00" * 32}, {"sig": "00" * 64}, {"v": 2}, {"more": 1},
        {"round": 1}, {"key_id": "0" * 16}, {"root": None}, {"amount": "\ud800"},
    ]  # fmt: skip
    for change in changes:
        path = tmp_path / "live.json"
        path.write_text(json.dumps(good | change), encoding="utf-8")
        expected = check_receipt(good | change, PUBLIC, key_id_of(PUBLIC)) is None
        assert (check(path, PUBLIC.hex())[0] == OK) is expected, change


@given(st.binary(min_size=32, max_size=32))
def test_keys_are_read_and_named_as_in_bundles(key: bytes) -> None:
    text = json.dumps({"public_key": key.hex()}).encode()
    assert key_in(text) == key_of_json(text) == key
    assert fingerprint(key) == bundling.fingerprint(key)
    assert spoken(fingerprint(key)) == bundling.spoken(bundling.fingerprint(key))
    for name in (key.hex(), fingerprint(key), spoken(fingerprint(key)), "other"):
        assert names_key(key, name) is bundling.is_same_key(key, name)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"public_key":1}', b"ab", PEM[:-40], PEM.replace(b"MCow", b"MCox"), b"{" * 9999]
)
def test_what_is_no_key_file(content: bytes) -> None:
    assert key_in(content) is None
    assert key_in(PEM) == key_of_pem(PEM) == PUBLIC


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / verifier_archive.NAME
    path.write_bytes(verifier_archive.archive())
    return path


def run(archive: Path, *arguments: str, packages: bool = False) -> subprocess.CompletedProcess[str]:
    """Python as on a machine where nothing was ever installed: -S has no site-packages, -I no environment."""
    flags = ["-I"] if packages else ["-I", "-S"]
    command = [sys.executable, *flags, str(archive), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=archive.parent)


def test_the_archive_checks_receipts_without_any_package(archive: Path, files: Path) -> None:
    receipt, key = str(files / "receipt.json"), str(files / "key.pem")
    done = run(archive, "receipt", "verify", receipt, "--key", key, "--package", str(files / "package.json"))
    assert (done.returncode, done.stderr) == (OK, "")
    assert "The receipt holds" in done.stdout
    assert run(archive, "receipt", "verify", receipt, "--key", str(files / "foreign.json")).returncode == BAD
    assert run(archive, "receipt", "verify", receipt).returncode == UNCHECKED


def test_the_archive_says_what_a_bundle_needs(archive: Path) -> None:
    done = run(archive, "verify", "bundle.zip")
    assert done.returncode == UNCHECKED
    assert "pip install cryptography orjson" in done.stderr


def test_the_archive_reads_bundles_where_the_packages_are(archive: Path, tmp_path: Path) -> None:
    none = tmp_path / "none.zip"
    none.write_bytes(b"no bundle")
    done = run(archive, "verify", str(none), packages=True)
    assert (done.returncode, done.stderr) == (UNCHECKED, "")
    assert "not a Bidroom bundle" in done.stdout
    bundle, key = str(GOLDEN / "release-1.zip"), str(GOLDEN / "release-1.key.json")
    done = run(archive, "verify", bundle, "--key", key, "--quiet", packages=True)
    assert (done.returncode, done.stdout.partition(":")[0]) == (OK, "Clean")


def test_the_archive_is_the_same_every_time(archive: Path) -> None:
    verifier_archive.archive.cache_clear()
    assert verifier_archive.archive() == archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
    assert {"__main__.py", "app/domain/ed25519.py", "app/audit/verify.py", "pyhpke/__init__.py"} <= set(names)
    assert not [name for name in names if name.startswith(("app/infra", "app/journal")) or "__pycache__" in name]


def test_the_archive_explains_itself(archive: Path) -> None:
    assert run(archive).returncode == 0
    assert run(archive, "--help").stdout.startswith("usage")
    assert run(archive, "burn").returncode == UNCHECKED
