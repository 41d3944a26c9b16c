"""Python makes the bytes of tests/vectors/sealing again, and judges what stands there as Node and Chromium do."""

import json
from typing import Any

import pytest

from app.domain.sealing.body import pad, unpack
from app.domain.sealing.canonical import canonical, parse_canonical
from app.domain.sealing.header import EnvelopeKind, Header, context, decode, header_from_json, package_digest
from app.domain.sealing.package import Opened, open_envelope, repeat_opening
from app.domain.sealing.policy import KeyPolicy, fingerprint, policy_digest, policy_from_json
from app.domain.sealing.receipt import check_late_notice, check_manifest, check_own_package, check_sealed_receipt
from app.domain.sealing.recovery import Recovery, open_recovery
from app.domain.sealing.suite import derive_key_pair, hkdf, hpke_open, is_point
from tests.vectors.make import FOLDER, MAKERS


def vector(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_same_bytes_come_out_today(name: str) -> None:
    assert json.loads(json.dumps(MAKERS[name]())) == vector(name)


def test_every_file_has_its_maker() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(MAKERS)


def test_the_keys_are_those_of_rfc_9180() -> None:
    # Appendix A.3.1: skEm and skRm of DHKEM(P-256, HKDF-SHA256).
    ephemeral, recipient, _ = vector("suite")["key_pairs"]
    assert ephemeral["private"] == "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb"
    assert recipient["private"] == "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2"


def test_the_suite_opens_what_it_sealed() -> None:
    suite = vector("suite")
    for seal in suite["seals"]:
        plain = hpke_open(*(bytes.fromhex(seal[name]) for name in ("private", "enc", "info", "ct")))
        assert plain.hex() == seal["plaintext"]
    for case in suite["hkdf"]:
        assert hkdf(bytes.fromhex(case["secret"]), case["info"], case["length"]).hex() == case["out"]
    for pair in suite["key_pairs"]:
        assert derive_key_pair(bytes.fromhex(pair["ikm"])).private.hex() == pair["private"]
    assert [is_point(bytes.fromhex(point["public"])) for point in suite["points"]] == [
        point["is_point"] for point in suite["points"]
    ]


def test_canonical_bytes() -> None:
    for case in vector("canonical"):
        assert canonical(case["value"]).hex() == case["bytes"]
        if isinstance(case["value"], dict):
            assert parse_canonical(bytes.fromhex(case["bytes"])) == case["value"]


def test_the_policy() -> None:
    told = vector("policy")
    policy = policy_from_json(told["policy"])
    assert isinstance(policy, KeyPolicy)
    assert policy_digest(policy) == told["digest"]
    assert fingerprint(told["digest"]) == told["fingerprint"]


@pytest.mark.parametrize(("name", "kind"), [("price", EnvelopeKind.PRICE), ("technical", EnvelopeKind.TECH)])
def test_a_package(name: str, kind: EnvelopeKind) -> None:
    told = vector(name)
    header = header_from_json(told["header"])
    assert isinstance(header, Header)
    assert package_digest(header) == told["package"]
    assert context(header.binding, kind) == told["context"]
    body = pad(bytes.fromhex(told["body"]), told["bucket"])
    offer = unpack(body)
    if name == "price":
        envelope, ct = header.envelopes[0], decode(told["ct"])
        assert ct is not None
        expected = Opened(bytes.fromhex(told["secret"]), body, offer)  # type: ignore[arg-type]  # equality decides
        assert open_envelope(bytes.fromhex(told["server_lock"]["private"]), header.binding, envelope, ct) == expected
        lock = bytes.fromhex(told["server_lock"]["public"])
        assert repeat_opening(lock, header.binding, envelope, ct, expected.secret) == expected


def test_receipts() -> None:
    told = vector("receipt")
    key, header = bytes.fromhex(told["public_key"]), header_from_json(told["header"])
    assert isinstance(header, Header)
    assert [check_sealed_receipt(case["receipt"], key) for case in told["receipts"]] == [
        case["fault"] for case in told["receipts"]
    ]
    assert [check_late_notice(case["notice"], key) for case in told["notices"]] == [
        case["fault"] for case in told["notices"]
    ]
    received, withdrawn = (case["receipt"] for case in told["receipts"][:2])
    assert check_own_package(received, header) is None
    assert check_own_package(withdrawn, header) is None
    assert [check_manifest(received, case["digests"]) for case in told["manifests"]] == [
        case["fault"] for case in told["manifests"]
    ]


def test_the_recovery_file() -> None:
    told = vector("recovery")
    opened = open_recovery(told["file"], "竞价 office 123")
    assert opened == Recovery(told["file"]["package"], {EnvelopeKind.PRICE: bytes.fromhex(told["secrets"]["price"])})
