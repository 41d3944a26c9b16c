"""Receipts: one signature for a batch, a path of constant length, and every changed byte found."""

import secrets
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.receipts import DEPTH, LEAVES, ReceiptFault, build_tree, check_receipt, leaf_of, message_of

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _core(number: int) -> dict[str, Any]:
    return {
        "v": 1,
        "kind": "bid.accepted",
        "round": "r" * 32,
        "lot": "l" * 32,
        "bid_id": f"{number:032x}",
        "amount": "278.46",
        "received_at": "2026-03-02T06:00:00.123Z",
        "rules_hash": "a" * 64,
        "entry_hash": f"{number:064x}",
        "key_id": "k" * 16,
    }


def _receipts(places: list[int]) -> list[dict[str, Any]]:
    cores = {place: _core(place) for place in places}
    chance = [secrets.token_bytes(32) for _ in range(len(places) * DEPTH)]
    root, paths = build_tree({place: leaf_of(core) for place, core in cores.items()}, chance)
    sig = KEY.sign(message_of(root)).hex()
    return [core | {"path": paths[place], "root": root.hex(), "sig": sig} for place, core in cores.items()]


@settings(max_examples=30)
@given(st.lists(st.integers(0, LEAVES - 1), min_size=1, max_size=60, unique=True))
def test_every_receipt_of_a_batch_holds_and_has_one_shape(places: list[int]) -> None:
    receipts = _receipts(places)
    assert all(check_receipt(receipt, PUBLIC, "k" * 16) is None for receipt in receipts)
    shapes = {tuple(len(step) for step in receipt["path"]) for receipt in receipts}
    assert shapes == {(65,) * DEPTH}


def test_a_full_tree() -> None:
    assert all(check_receipt(receipt, PUBLIC) is None for receipt in _receipts(list(range(LEAVES))))


def test_every_changed_member_is_found() -> None:
    (receipt,) = _receipts([7])
    for name, value in receipt.items():
        if name in ("path", "root", "sig", "v", "kind"):
            continue
        changed = receipt | {name: "x" + value[1:]}
        assert check_receipt(changed, PUBLIC) is ReceiptFault.NOT_IN_TREE, name
    flipped = f"{int(receipt['sig'][0], 16) ^ 1:x}" + receipt["sig"][1:]
    assert check_receipt(receipt | {"sig": flipped}, PUBLIC) is ReceiptFault.BAD_SIGNATURE
    other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert check_receipt(receipt, other) is ReceiptFault.BAD_SIGNATURE
    assert check_receipt(receipt, PUBLIC, "another key") is ReceiptFault.OTHER_KEY


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"kind": "bid.refused"},
        {"path": []},
        {"path": ["L" + "0" * 64] * 7},
        {"path": ["X" + "0" * 64] * 8},
        {"path": ["L" + "0" * 62] * 8},
        {"path": [7] * 8},
        {"path": None},
        {"root": "zz"},
        {"sig": 5},
        {"amount": 278.46},
        {"extra": "x"},
    ],
)
def test_other_shapes_are_malformed(change: dict[str, Any]) -> None:
    (receipt,) = _receipts([0])
    assert check_receipt(receipt | change, PUBLIC) is ReceiptFault.MALFORMED
