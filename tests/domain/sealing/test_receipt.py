"""Receipts of packages, late notices, recovery files and policies: one byte off is found. attacks.md R08, R10, S18."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.sealing.header import EnvelopeKind, Header
from app.domain.sealing.policy import (
    CUSTODY_LABELS,
    KeyPolicy,
    MemberKey,
    PolicyFault,
    check_policy,
    custody_label,
    policy_from_json,
    policy_json,
)
from app.domain.sealing.receipt import (
    LATE,
    NO_PIN,
    RECEIVED,
    WITHDRAWN,
    ReceiptFault,
    check_late_notice,
    check_manifest,
    check_own_package,
    check_sealed_receipt,
    key_id_of,
    late_notice_core,
    receipt_message,
    sealed_receipt_core,
    signed,
)
from app.domain.sealing.recovery import RecoveryFault, open_recovery, recovery_file
from tests.domain.sealing.offers import BINDING, LOCK, SECRET, sealed_price

KEY = Ed25519PrivateKey.from_private_bytes(b"J" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
HEADER = Header(BINDING, (sealed_price()[0],))
NOON = 1_772_431_200_123


def receipt_of(header: Header = HEADER, kind: str = RECEIVED, at: int = NOON) -> dict[str, Any]:
    core = sealed_receipt_core(
        header,
        kind=kind,
        custody="server",
        received_at_ms=at,
        entry_hash="1" * 64,
        pin=NO_PIN,
        key_id=key_id_of(PUBLIC),
    )
    return signed(core, KEY.sign(receipt_message(core)))


def notice_of(received: int = NOON, closes: int = NOON) -> dict[str, Any]:
    core = late_notice_core(
        round_id=BINDING.round,
        lot=BINDING.lot,
        package="2" * 64,
        received_at_ms=received,
        closes_at_ms=closes,
        key_id=key_id_of(PUBLIC),
    )
    return signed(core, KEY.sign(receipt_message(core)))


def test_a_receipt_holds_for_its_package_and_its_key() -> None:
    for kind in (RECEIVED, WITHDRAWN):
        receipt = receipt_of(kind=kind)
        assert check_sealed_receipt(receipt, PUBLIC) is None
        assert check_sealed_receipt(json.loads(json.dumps(receipt)), PUBLIC) is None
        assert check_own_package(receipt, HEADER) is None
    assert receipt_of(kind=WITHDRAWN)["rev"] == "000003"
    assert check_sealed_receipt(receipt_of(), b"K" * 32) is ReceiptFault.OTHER_KEY
    other = Header(replace(BINDING, prev=""), HEADER.envelopes)
    assert check_own_package(receipt_of(), other) is ReceiptFault.OTHER_PACKAGE
    assert check_manifest(receipt_of(), [receipt_of()["package"]]) is None
    assert check_manifest(receipt_of(), ["0" * 64]) is ReceiptFault.NOT_IN_MANIFEST


def test_all_receipts_of_a_lot_are_equally_long() -> None:
    # attacks.md R08: thirty bidders, first and hundredth revision, at any millisecond.
    headers = [
        Header(replace(BINDING, tag=f"{number:028x}abcd", rev=1 + number * 999, prev=""), HEADER.envelopes)
        for number in range(30)
    ]
    receipts = [receipt_of(header, at=NOON + number) for number, header in enumerate(headers)]
    assert len({len(json.dumps(receipt)) for receipt in receipts}) == 1
    assert not any(header.binding.tag in json.dumps(receipt) for header, receipt in zip(headers, receipts, strict=True))
    assert len({len(json.dumps(notice_of(NOON + late))) for late in (0, 1, 1000, 86_400_000)}) == 1


def test_one_changed_character_is_found() -> None:
    # attacks.md R10.
    receipt = receipt_of()
    text = json.dumps(receipt)
    for at, sign in enumerate(text):
        changed = text[:at] + ("1" if sign != "1" else "2") + text[at + 1 :]
        try:
            value = json.loads(changed)
        except ValueError:
            continue
        if value != receipt:
            assert check_sealed_receipt(value, PUBLIC) is not None, changed


CHANGES: list[dict[str, Any]] = [
    {"v": True}, {"v": 2}, {"kind": "bid.accepted"}, {"kind": None}, {"envelopes": "price"}, {"envelopes": ["tech"]},
    {"rev": 2}, {"rev": "2"}, {"rev": "0000002"}, {"received_at": str(NOON)}, {"received_at": True},
    {"received_at": NOON / 1000}, {"received_at": 1}, {"custody": "bank"}, {"pin": ""}, {"sig": "00"}, {"sig": None},
    {"key_id": "K" * 16}, {"round": "a|b"}, {"size": 4},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_receipt_is_read_strictly(change: dict[str, Any]) -> None:
    assert check_sealed_receipt(receipt_of() | change, PUBLIC) is ReceiptFault.MALFORMED


@pytest.mark.parametrize("value", [None, [], "x", {}, notice_of()])
def test_other_things_are_no_receipts(value: object) -> None:
    assert check_sealed_receipt(value, PUBLIC) is ReceiptFault.MALFORMED


def test_a_late_notice_holds_from_the_close_on() -> None:
    assert [check_late_notice(notice_of(NOON + late), PUBLIC) for late in (-1, 0, 1)] == [
        ReceiptFault.MALFORMED,
        None,
        None,
    ]
    assert notice_of()["kind"] == LATE
    assert check_late_notice(notice_of() | {"closes_at": NOON - 1}, PUBLIC) is ReceiptFault.BAD_SIGNATURE
    assert check_late_notice(notice_of(), b"K" * 32) is ReceiptFault.OTHER_KEY
    for value in (receipt_of(), None, notice_of() | {"closes_at": "x"}, notice_of() | {"more": 1}):
        assert check_late_notice(value, PUBLIC) is ReceiptFault.MALFORMED


POLICY = KeyPolicy("r1", ("l1", "l2"), LOCK.public.hex(), PUBLIC.hex(), "0" * 64)


def test_a_policy_goes_over_the_wire_and_back() -> None:
    assert policy_from_json(policy_json(POLICY)) == POLICY
    assert check_policy(POLICY) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"custody": "committee", "k": 2}, PolicyFault.MALFORMED),
        ({"custody": "x"}, PolicyFault.MALFORMED), ({"suite": "x"}, PolicyFault.UNKNOWN_SUITE),
        ({"k": 1}, PolicyFault.MALFORMED), ({"k": "0"}, PolicyFault.MALFORMED),
        ({"members": ["04"]}, PolicyFault.MALFORMED), ({"lots": []}, PolicyFault.MALFORMED),
        ({"lots": ["a", "a"]}, PolicyFault.MALFORMED), ({"lots": ["a|b"]}, PolicyFault.MALFORMED),
        ({"lots": [1]}, PolicyFault.MALFORMED), ({"v": 2}, PolicyFault.MALFORMED), ({"v": True}, PolicyFault.MALFORMED),
        ({"journal_key": "0"}, PolicyFault.MALFORMED), ({"rules_digest": None}, PolicyFault.MALFORMED),
        ({"server_lock": "04" + "0" * 128}, PolicyFault.NOT_A_POINT),
        ({"server_lock": "00" * 65}, PolicyFault.NOT_A_POINT),
        ({"server_lock": LOCK.public.hex()[:62]}, PolicyFault.NOT_A_POINT), ({"closes_at": 1}, PolicyFault.MALFORMED),
    ],
)  # fmt: skip
def test_a_policy_is_read_strictly(change: dict[str, Any], fault: PolicyFault) -> None:
    assert policy_from_json(policy_json(POLICY) | change) is fault


def test_custody_is_never_overstated() -> None:
    assert custody_label(POLICY, "en") == "Server custody: the operator of this server could read bids before opening."
    committee = replace(POLICY, custody="committee", k=3, members=tuple(MemberKey("audit", key) for key in "abcde"))
    assert custody_label(committee, "en") == "Opens only with 3 of 5 committee members, after closing time."
    assert {tuple(sorted(labels)) for labels in CUSTODY_LABELS.values()} == {("en", "zh")}


def test_a_recovery_file_opens_with_its_passphrase_alone() -> None:
    file = recovery_file(HEADER, {EnvelopeKind.PRICE: SECRET}, "correct horse", salt=b"s" * 16, nonce=b"n" * 12)
    opened = open_recovery(file, "correct horse")
    assert not isinstance(opened, RecoveryFault)
    assert opened.secrets == {EnvelopeKind.PRICE: SECRET}
    assert SECRET.hex() not in json.dumps(file) + repr(opened)
    for value, passphrase in (
        (file, "wrong"),
        (file | {"lot": "x"}, "correct horse"),
        (file | {"rev": 9}, "correct horse"),
    ):
        assert open_recovery(value, passphrase) is RecoveryFault.WRONG_PASSPHRASE
    for change in (
        {"iterations": 1000},
        {"iterations": 10**9},
        {"kdf": "none"},
        {"ct": "?"},
        {"nonce": "AA"},
        {"v": 2},
    ):
        assert open_recovery(file | change, "correct horse") is RecoveryFault.MALFORMED
    assert open_recovery(None, "x") is RecoveryFault.MALFORMED
