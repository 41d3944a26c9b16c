"""The cosigned checkpoints in a bidder's own proof: what they show, and each thing that false ones are caught by."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.domain.checkpointing import FIRST_PREV, Statement
from app.domain.cosigning import Cosignature, cosignature_for
from app.domain.evidencing import WitnessAudit
from app.domain.key_history import KeyHistory
from app.domain.own_proving import check_proof
from app.domain.pinned_checkpoints import (
    CHECKPOINTS,
    MOST,
    Pinned,
    check_pinned,
    checkpoint_lines,
    pinned_notes,
    read_pinned,
)
from tests.domain.test_own_proving import KEY, KEY_ID, PUBLIC, proof_of

WITNESS = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
WITNESS_KEY = WITNESS.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32).public_key().public_bytes_raw()
KEYS = KeyHistory((PUBLIC,))
AT = 1_700_000_000_000
PIN, NEXT = "0" * 64, "1" * 64


def cosigned(statement: Statement) -> Cosignature:
    core = cosignature_for(statement, WITNESS_KEY, statement.at_ms + 5_000)
    return replace(core, signature=WITNESS.sign(core.message()))


def pinned(n: int, root: str = PIN) -> dict[str, Any]:
    statement = Statement(n, AT + n * 60_000, "minute", 3, 10 + n, root, FIRST_PREV, KEY_ID)
    return Pinned(statement, KEY.sign(statement.message()), (cosigned(statement),)).as_json()


def faults(value: object, *keys: bytes) -> list[str]:
    said = check_proof(proof_of(**{CHECKPOINTS: value}), PUBLIC, witness_keys=keys)
    return [each.text for each in said if not each.holds]


def test_a_proof_says_what_a_witness_vouches_for() -> None:
    told = [pinned(7), pinned(9, NEXT)]
    said = check_proof(proof_of(**{CHECKPOINTS: told}), PUBLIC, witness_keys=[WITNESS_KEY])
    assert all(each.holds for each in said)
    texts = [each.text for each in said]
    assert any("cosigned checkpoint 9 of the journal, seen at 2023-11-14T22:22:25Z" in text for text in texts)
    assert "1 of 1 sealed receipts name a checkpoint that it cosigned" in texts
    assert pinned_notes(told, [WITNESS_KEY]) == []
    # With another pin none of the receipts is covered, and the reader is told.
    (_, covered) = check_pinned([pinned(9, NEXT)], KEYS, [WITNESS_KEY], [{"pin": PIN}, {"kind": "bid.accepted"}])
    assert covered == (True, "0 of 1 sealed receipts name a checkpoint that it cosigned")


def test_without_the_witness_s_key_nothing_is_claimed() -> None:
    told = [pinned(7)]
    assert check_pinned(told, KEYS, [], []) == []
    (note,) = pinned_notes(told, [])
    assert "not checked" in note
    notes = pinned_notes(told, [OTHER])
    assert ["cosigned no checkpoint" in notes[0], "not checked" in notes[1]] == [True, True]


@pytest.mark.parametrize("value", [[], None, 5, "x", {}])
def test_where_there_is_no_witness_the_reader_is_told(value: object) -> None:
    assert pinned_notes(value, [])[-1] == "No outside witness vouches for anything in this file."


def bend_root(told: list[dict[str, Any]]) -> None:
    told[0]["statement"]["root"] = "f" * 64


def bend_signature(told: list[dict[str, Any]]) -> None:
    told[0]["sig"] = "00" * 64


def bend_key(told: list[dict[str, Any]]) -> None:
    told[0]["statement"]["key_id"] = "f" * 16


def bend_seen(told: list[dict[str, Any]]) -> None:
    told[0]["cosignatures"][0]["seen_at"] += 1


def swap(told: list[dict[str, Any]]) -> None:
    told[0]["cosignatures"], told[1]["cosignatures"] = told[1]["cosignatures"], told[0]["cosignatures"]


@pytest.mark.parametrize("bend", [bend_root, bend_signature, bend_key, bend_seen, swap])
def test_what_was_bent_is_found(bend: Callable[[list[dict[str, Any]]], None]) -> None:
    told = copy.deepcopy([pinned(7), pinned(9, NEXT)])
    assert faults(told, WITNESS_KEY) == []
    bend(told)
    assert faults(told, WITNESS_KEY)


def test_a_word_of_another_checkpoint_is_found_without_any_key() -> None:
    told = copy.deepcopy([pinned(7), pinned(9, NEXT)])
    swap(told)
    assert faults(told) == [
        f"the witness {cosigned_by(told)} cosigned another checkpoint than 7",
        f"the witness {cosigned_by(told)} cosigned another checkpoint than 9",
    ]


def cosigned_by(told: list[dict[str, Any]]) -> str:
    return str(told[0]["cosignatures"][0]["witness"])


SHAPES: list[object] = [
    None, {}, "x", [1], [{}], [[]], [pinned(2), pinned(1)], [pinned(1), pinned(1)], [{**pinned(1), "more": 1}],
    [{**pinned(1), "sig": "zz"}], [{**pinned(1), "cosignatures": [{}]}], [{**pinned(1), "cosignatures": 5}],
    [{**pinned(1), "statement": {}}], [pinned(1)] * (MOST + 1),
]  # fmt: skip


@pytest.mark.parametrize("value", SHAPES, ids=range(len(SHAPES)))
def test_another_form_is_a_fault_and_no_crash(value: object) -> None:
    assert read_pinned(value) is None
    assert faults(value) == ["the checkpoints of the file are not in their form"]
    assert pinned_notes(value, [])
    assert checkpoint_lines(orjson.dumps(proof_of(**{CHECKPOINTS: value}))) == []


@given(st.sets(st.integers(1, 1_000), min_size=1, max_size=5))
def test_what_is_written_is_read_again(numbers: set[int]) -> None:
    told = [pinned(n) for n in sorted(numbers)]
    held = read_pinned(orjson.loads(orjson.dumps(told)))
    assert held is not None
    assert [one.as_json() for one in held] == told
    assert all(holds for holds, _ in check_pinned(told, KEYS, [WITNESS_KEY], []))


def test_a_bidder_is_a_witness_of_what_its_proof_holds() -> None:
    """Held beside a bundle it finds another history, and one that was cut, whoever signed them anew: R11, G04."""
    content = orjson.dumps(proof_of(**{CHECKPOINTS: [pinned(7)]}))
    lines = checkpoint_lines(content)
    assert lines == checkpoint_lines(b"[" + content + b"]")
    audit = WitnessAudit()
    assert audit.read(lines, KEYS) is None
    other = Statement(7, AT, "minute", 3, 17, NEXT, FIRST_PREV, KEY_ID)
    found = audit.see(other)
    assert found is not None
    cut = audit.finish(replace(other, n=6), AT + 3_600_000)
    assert cut is not None
    assert "checkpoint 7" in cut.text
    assert checkpoint_lines(b"no json") == checkpoint_lines(b"5") == checkpoint_lines(orjson.dumps(proof_of())) == []
