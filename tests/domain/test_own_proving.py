"""A bidder's proof of its own tender: what holds, and each thing that a false one is caught by."""

import copy
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.entries import digest_of
from app.domain.evidencing import ReceiptAudit, read_receipts
from app.domain.key_history import KeyHistory, Rotation, follow, signed_rotation
from app.domain.own_proving import Said, check_proof
from app.domain.receipts import build_tree, leaf_of, message_of
from app.domain.scoring.rules import evaluation_from_json, evaluation_to_json
from app.domain.sealing.header import Binding, EnvelopeKind, Header
from app.domain.sealing.package import seal_envelope
from app.domain.sealing.policy import KeyPolicy, policy_digest, policy_json
from app.domain.sealing.receipt import RECEIVED, WITHDRAWN, key_id_of, receipt_message, sealed_receipt_core, signed
from app.domain.stating import (
    StatementFault,
    check_statement,
    statement_core,
    statement_difference,
    statement_message,
)
from tests.domain.scoring.samples import an_evaluation
from tests.domain.sealing.offers import LOCK

KEY = Ed25519PrivateKey.from_private_bytes(b"j" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
KEY_ID = key_id_of(PUBLIC)
ROUND, LOT, TENDER = "0f" * 16, "1e" * 16, "3c" * 16
EVALUATION = evaluation_from_json(an_evaluation())
RULES = {"currency": "CNY", "evaluation": evaluation_to_json(EVALUATION), "lots": [{"id": LOT}]}
POLICY = KeyPolicy(ROUND, (LOT,), LOCK.public.hex(), PUBLIC.hex(), digest_of(RULES))
ENTRY = "ab" * 32


def header(rev: int = 1, prev: str = "") -> Header:
    binding = Binding(ROUND, LOT, "2d" * 16, rev, policy_digest(POLICY), prev)
    envelope, _ = seal_envelope(LOCK.public, binding, EnvelopeKind.PRICE, b"{}", 4096, b"V" * 32)
    return Header(binding, (envelope,))


def sealed_receipt(made: Header, kind: str = RECEIVED) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "custody": "server",
        "received_at_ms": 1_700_000_000_000,
        "entry_hash": "cd" * 32,
        "pin": "0" * 64,
    }
    core = sealed_receipt_core(made, kind=kind, key_id=KEY_ID, **facts)
    return signed(core, KEY.sign(receipt_message(core)))


def live_receipt(amount: str, entry: str) -> dict[str, Any]:
    core = {
        "v": 1, "kind": "bid.accepted", "round": ROUND, "lot": LOT, "bid_id": entry[:32], "amount": amount,
        "received_at": "2026-11-23T06:00:00.000Z", "rules_hash": "0" * 64, "entry_hash": entry, "key_id": KEY_ID,
    }  # fmt: skip
    root, paths = build_tree({7: leaf_of(core)}, [bytes([number]) * 32 for number in range(8)])
    return {**core, "path": paths[7], "root": root.hex(), "sig": KEY.sign(message_of(root)).hex()}


def technical(value: str = "4.0") -> dict[str, Any]:
    assert EVALUATION.technical is not None
    return {"points": "80.00", "passes": True, "values": {each.id: value for each in EVALUATION.technical.criteria}}


def stated(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "tender": TENDER, "lot": LOT, "decided_at": "2026-11-23T08:00:00.000Z", "outcome": "not_selected",
        "amount": "278.46", "rank": 2, "technical": technical(), "voided": [], "entry_hash": ENTRY, "key_id": KEY_ID,
    }  # fmt: skip
    core = statement_core(**(facts | changes))
    return {**core, "sig": KEY.sign(statement_message(core)).hex()}


def proof_of(**changes: Any) -> dict[str, Any]:
    made = header()
    receipt = sealed_receipt(made)
    return {
        "v": 1,
        "kind": "bidroom.proof",
        "reference": "T-2026-ABCDEF",
        "made_at": "2026-11-23T08:00:00.000Z",
        "journal_key": PUBLIC.hex(),
        "sealed": {"policy": policy_json(POLICY), "rules": RULES, "manifest": [receipt["package"], "9" * 64]},
        "receipts": [receipt],
        "statements": [stated()],
        **changes,
    }


def faults(proof: object, opened: dict[str, str] | None = None) -> list[str]:
    return [said.text for said in check_proof(proof, PUBLIC, opened) if not said.holds]


def test_a_true_proof_holds_with_and_without_the_own_secrets() -> None:
    proof = proof_of()
    package = proof["receipts"][0]["package"]
    assert faults(proof) == []
    assert faults(proof, {package: "278.46"}) == []
    said = check_proof(proof, PUBLIC, {package: "278.46"})
    assert Said(holds=True, text="the amount 278.46 is the one in the sealed price", lot=LOT) in said
    assert any("80.00 technical points" in each.text for each in said)


def test_another_price_than_was_sealed() -> None:
    proof = proof_of()
    assert faults(proof, {proof["receipts"][0]["package"]: "270.00"}) == [
        "the sealed price is 270.00, and 278.46 is told"
    ]


def test_a_live_amount_is_the_lowest_that_stands() -> None:
    bids = [live_receipt("280.00", "01" * 32), live_receipt("278.46", "02" * 32), live_receipt("1.00", "03" * 32)]
    voided = stated(technical=None, voided=["03" * 32])
    assert faults(proof_of(sealed=None, receipts=bids, statements=[voided])) == []
    hidden = stated(technical=None)
    assert faults(proof_of(sealed=None, receipts=bids, statements=[hidden])) == [
        "the amount is told as 278.46; the lowest of the receipted bids that stand is 1.00"
    ]


def bend_manifest(proof: dict[str, Any]) -> None:
    proof["sealed"]["manifest"] = ["9" * 64]


def bend_rules(proof: dict[str, Any]) -> None:
    proof["sealed"]["rules"] = RULES | {"currency": "EUR"}


def bend_policy(proof: dict[str, Any]) -> None:
    other = KeyPolicy(ROUND, (LOT,), LOCK.public.hex(), PUBLIC.hex(), digest_of(RULES), k=0)
    proof["sealed"]["policy"] = policy_json(other) | {"round": "ff" * 16}


def bend_receipt(proof: dict[str, Any]) -> None:
    proof["receipts"][0]["received_at"] += 1


def bend_statement(proof: dict[str, Any]) -> None:
    proof["statements"][0]["rank"] = 1


def bend_points(proof: dict[str, Any]) -> None:
    proof["statements"] = [stated(technical=technical("3.0"))]


def bend_pass(proof: dict[str, Any]) -> None:
    proof["statements"] = [stated(technical=technical() | {"passes": False})]


def bend_no_receipt(proof: dict[str, Any]) -> None:
    proof["receipts"] = []


def bend_no_round(proof: dict[str, Any]) -> None:
    proof["sealed"] = None


def bend_withdrawn(proof: dict[str, Any]) -> None:
    proof["receipts"].append(sealed_receipt(header(), WITHDRAWN))


@pytest.mark.parametrize(
    ("bend", "part"),
    [
        (bend_manifest, "is not in the manifest"),
        (bend_rules, "not those that the package was sealed under"),
        (bend_policy, "another than the one that the receipts name"),
        (bend_receipt, "a receipt proves nothing: BAD_SIGNATURE"),
        (bend_statement, "the statement of the result proves nothing: BAD_SIGNATURE"),
        (bend_points, "give 60.00 technical points, and 80.00 are told"),
        (bend_pass, "otherwise than told whether the offer passed"),
        (bend_no_receipt, "there is no receipt of an offer"),
        (bend_no_round, "no round they belong to"),
        (bend_withdrawn, "was withdrawn, and is in the manifest"),
    ],
)
def test_what_a_false_proof_is_caught_by(bend: Callable[[dict[str, Any]], None], part: str) -> None:
    proof = copy.deepcopy(proof_of())
    bend(proof)
    assert any(part in text for text in faults(proof)), faults(proof)


@pytest.mark.parametrize(
    "bent",
    [
        None, [], {}, proof_of() | {"v": 2}, proof_of() | {"kind": "x"}, proof_of() | {"more": 1},
        proof_of() | {"receipts": [{}]}, proof_of() | {"receipts": 1}, proof_of() | {"statements": [None]},
        proof_of() | {"sealed": {}}, proof_of() | {"sealed": {"policy": None, "rules": {}, "manifest": []}},
        proof_of() | {"statements": [stated(technical={"points": 1})]},
        proof_of() | {"statements": [stated(amount="x")], "receipts": [live_receipt("1", "01" * 32)], "sealed": None},
    ],
)  # fmt: skip
def test_what_is_no_proof_is_refused_and_nothing_breaks(bent: object) -> None:
    assert faults(bent)


def test_another_key_vouches_for_nothing() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"k" * 32).public_key().public_bytes_raw()
    assert not all(said.holds for said in check_proof(proof_of(), other))
    assert check_statement(stated(), other, key_id_of(other)) is StatementFault.OTHER_KEY
    assert check_statement(stated() | {"key_id": key_id_of(other)}, other, key_id_of(other)) is (
        StatementFault.BAD_SIGNATURE
    )


# ── beside an auditor's bundle ────────────────────────────────────────────────


def ranking(*rows: dict[str, Any], lot: str = LOT, kind: str = "ranking.made") -> dict[str, Any]:
    return {"kind": kind, "data": {"lot": lot, "rows": list(rows), "digest": "0" * 64}}


def row(rank: int, amount: str, points: str | None = "80.00") -> dict[str, Any]:
    return {"label": f"R{rank}", "rank": rank, "amount": amount, "n": 1, "tied": False, "technical_points": points}


def test_a_statement_is_what_the_journals_ranking_says() -> None:
    true = ranking(row(1, "270.00"), row(2, "278.46"))
    assert statement_difference(stated(), true) is None
    assert statement_difference(stated(rank=None), true) is None
    assert statement_difference(stated(amount=None, rank=None, technical=None), true) is None
    # Equal amounts that were told one rank share the first of theirs.
    assert statement_difference(stated(), ranking(row(2, "278.46"), row(3, "278.46"))) is None


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (ranking(row(1, "270.00"), row(3, "278.46")), "rank"),
        (ranking(row(2, "278.47")), "amount"),
        (ranking(row(2, "278.46", "79.00")), "technical"),
        (ranking(row(2, "278.46"), lot="f" * 32), "entry_hash"),
        (ranking(row(2, "278.46"), kind="shortlist.made"), "entry_hash"),
    ],
)
def test_who_was_told_another_story_than_the_journals_finds_it(body: dict[str, Any], name: str) -> None:
    assert statement_difference(stated(), body) == name


def test_a_proof_is_evidence_beside_a_bundle() -> None:
    held = read_receipts("proof.json", orjson.dumps(proof_of()))
    assert [one.members["kind"] for one in held] == ["package.received", "result.stated"]
    audit = ReceiptAudit()
    chains = {f"tender:{TENDER}": True, f"lot:{LOT}": False}
    assert audit.begin(held, KeyHistory((PUBLIC,)), chains) == []
    (finding,) = audit.see_entry(ENTRY, orjson.dumps(ranking(row(1, "278.46"))))
    assert "rank" in finding.text
    again = ReceiptAudit()
    assert again.begin(held, KeyHistory((PUBLIC,)), chains) == []
    (lost,) = again.finish()
    assert "not in the journal" in lost.text


def test_a_proof_over_a_rotation_holds_from_either_key() -> None:
    """Receipts of the old key, statements of the new one; without the statement of both it proves nothing."""
    new = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    public = new.public_key().public_bytes_raw()
    told = Rotation(1, PUBLIC, public, 7, "ab" * 32, 1_795_000_000_000, "yearly 年度")
    rotation = signed_rotation(told, KEY.sign(told.ending_message()), new.sign(told.beginning_message()))
    proof = proof_of()
    stated = [{**each, "key_id": key_id_of(public)} for each in proof["statements"]]
    signed_anew = [{**each, "sig": new.sign(statement_message(each)).hex()} for each in stated]
    whole = {**proof, "journal_key": public.hex(), "statements": signed_anew, "rotations": [rotation]}
    for trusted in (PUBLIC, public):
        assert all(said.holds for said in check_proof(whole, trusted)), check_proof(whole, trusted)
    bare = {name: value for name, value in whole.items() if name != "rotations"}
    for trusted in (PUBLIC, public):
        assert not all(said.holds for said in check_proof(bare, trusted))
    outside = follow(PUBLIC, [rotation])
    assert isinstance(outside, KeyHistory)
    assert all(said.holds for said in check_proof(bare, PUBLIC, outside=outside))
    assert not all(said.holds for said in check_proof({**whole, "rotations": [{**rotation, "at": 1}]}, public))
