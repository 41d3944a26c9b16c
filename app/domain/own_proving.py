"""A bidder's own proof of one tender, checked offline: what it gave, under which rules, and what came of it.

The file (`kind` "bidroom.proof") holds what the bidder was given anyway: the signed receipts of its packages and live
bids, the manifest of the close, the key policy and the rules it names, and a signed statement of its result a lot
(`stating.py`). Checked alone, with the journal's public key from outside, it shows or refutes:

1. every receipt, the statement and the manifest fit together, and the journal's key has signed them;
2. the package was live at the close, and the rules that the statement was made by are those it was sealed under;
3. the technical points are those of the agreed values by the published weights and thresholds;
4. the amount the statement names is the one that was bid: in the last live receipt, or in the own sealed price, where
   the bidder gives its package and recovery files (`opened`).

Where an outside witness has cosigned checkpoints that it is pinned to, the file carries them (pinned_checkpoints.py).

What it cannot show is other bidders' offers; an auditor's bundle holds them, and takes this file beside it. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.domain.entries import digest_of
from app.domain.key_auditing import receipt_key
from app.domain.key_history import SENTENCES, HistoryFault, KeyHistory, follow
from app.domain.pinned_checkpoints import CHECKPOINTS, check_pinned
from app.domain.receipts import KIND as LIVE_KIND
from app.domain.receipts import check_receipt
from app.domain.scoring.rules import BadEvaluationError, evaluation_from_json
from app.domain.scoring.totals import is_passing, technical_points
from app.domain.sealing.policy import KeyPolicy, policy_digest, policy_from_json
from app.domain.sealing.receipt import RECEIVED, check_manifest, check_sealed_receipt, key_id_of
from app.domain.stating import check_statement

PROOF_KIND: Final = "bidroom.proof"
# Only where the journal's key was ever rotated, and only where an outside witness has cosigned what it is pinned to.
_ROTATIONS: Final = "rotations"
_OPTIONAL: Final = frozenset({_ROTATIONS, CHECKPOINTS})
_MEMBERS: Final = frozenset({"v", "kind", "reference", "made_at", "journal_key", "sealed", "receipts", "statements"})
_SEALED_MEMBERS: Final = frozenset({"policy", "rules", "manifest"})


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was looked at: whether it holds, and a sentence; `lot` where it is one lot's."""

    holds: bool
    text: str
    lot: str | None = None


def check_proof(
    proof: object,
    public_key: bytes,
    opened: Mapping[str, str] | None = None,
    outside: KeyHistory | None = None,
    witness_keys: Sequence[bytes] = (),
) -> list[Said]:
    """Everything that holds and that does not, in order; the proof stands if all of it holds.

    `public_key`: any key of the journal that the reader trusts; `outside`: the journal's keys as they are published.

    `opened`: {package digest: amount} of own sealed prices that the bidder has opened with its own secrets.
    `witness_keys`: of outside witnesses that the reader trusts.
    """
    if not isinstance(proof, Mapping) or set(proof) - _OPTIONAL != _MEMBERS:
        return [Said(holds=False, text="this is no proof of an own result, or it was damaged")]
    if proof["v"] != 1 or proof["kind"] != PROOF_KIND:
        return [Said(holds=False, text="this is no proof of an own result, or it was damaged")]
    try:
        is_known = outside is not None and public_key in outside.keys
        keys = outside if outside is not None and is_known else follow(public_key, proof.get(_ROTATIONS, []))
        if isinstance(keys, HistoryFault):
            return [Said(holds=False, text=SENTENCES[keys])]
        return [*_check(proof, keys, opened or {}), *_checkpoints(proof, keys, witness_keys)]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, InvalidOperation, BadEvaluationError):
        return [Said(holds=False, text="the file is not in its form")]


def _check(proof: Mapping[str, Any], keys: KeyHistory, opened: Mapping[str, str]) -> Iterator[Said]:
    receipts: Sequence[Mapping[str, Any]] = proof["receipts"]
    faults = [_receipt_fault(receipt, keys) for receipt in receipts]
    for receipt, fault in zip(receipts, faults, strict=True):
        if fault is not None:
            yield Said(holds=False, text=f"a receipt proves nothing: {fault}", lot=receipt.get("lot"))
    if not any(faults):
        yield Said(holds=True, text=f"{len(receipts)} receipts are signed by the journal's key")
    sealed = proof["sealed"]
    yield from _sealed(sealed, receipts)
    for statement in proof["statements"]:
        fault = _statement_fault(statement, keys)
        if fault is not None:
            lot = statement.get("lot") if isinstance(statement, Mapping) else None
            yield Said(holds=False, text=f"the statement of the result proves nothing: {fault}", lot=lot)
            continue
        yield Said(holds=True, text="the statement of the result is signed by the journal's key", lot=statement["lot"])
        yield from _technical(statement, None if sealed is None else sealed["rules"])
        yield from _amount(statement, receipts, opened)


def _checkpoints(proof: Mapping[str, Any], keys: KeyHistory, witness_keys: Sequence[bytes]) -> Iterator[Said]:
    if CHECKPOINTS in proof:
        for holds, text in check_pinned(proof[CHECKPOINTS], keys, witness_keys, proof["receipts"]):
            yield Said(holds=holds, text=text)


def _statement_fault(statement: object, keys: KeyHistory) -> str | None:
    key = receipt_key(keys, statement) if isinstance(statement, Mapping) else keys.newest
    if isinstance(key, HistoryFault):
        return key.value
    found = check_statement(statement, key, key_id_of(key))
    return None if found is None else found.value


def _receipt_fault(receipt: Mapping[str, Any], keys: KeyHistory) -> str | None:
    public_key = receipt_key(keys, receipt)
    if isinstance(public_key, HistoryFault):
        return public_key.value
    if receipt["kind"] == LIVE_KIND:
        found = check_receipt(receipt, public_key, key_id_of(public_key))
        return None if found is None else found.value
    sealed = check_sealed_receipt(receipt, public_key)
    return None if sealed is None else sealed.value


def _sealed(sealed: Mapping[str, Any] | None, receipts: Sequence[Mapping[str, Any]]) -> Iterator[Said]:
    own = [receipt for receipt in receipts if receipt["kind"] != LIVE_KIND]
    if sealed is None:
        if own:
            yield Said(holds=False, text="there are receipts of sealed packages, but no round they belong to")
        return
    if set(sealed) != _SEALED_MEMBERS:
        raise ValueError("not the members of a sealed round")
    policy = policy_from_json(sealed["policy"])
    if not isinstance(policy, KeyPolicy):
        yield Said(holds=False, text="the key policy is not one that may be sealed under")
        return
    yield from _policy(policy, sealed["rules"], own)
    for lot, receipt in _last_words(own).items():
        is_live = receipt["kind"] == RECEIVED
        stands = check_manifest(receipt, sealed["manifest"]) is None
        if is_live is not stands:
            said = "was received, and is not in the manifest" if is_live else "was withdrawn, and is in the manifest"
            yield Said(holds=False, text=f"the package of the last receipt {said} of the close", lot=lot)
        elif is_live:
            yield Said(holds=True, text="the package was live at the close: it is in the manifest", lot=lot)


def _policy(policy: KeyPolicy, rules: Mapping[str, Any], own: Sequence[Mapping[str, Any]]) -> Iterator[Said]:
    name = policy_digest(policy)
    # A committee that lost its keys before the close gets others: the last receipts name the policy in force.
    newest = _last_words(own).values()
    if any(receipt["policy"] != name for receipt in newest):
        yield Said(holds=False, text="the key policy is another than the one that the receipts name")
    elif policy.rules_digest != digest_of(dict(rules)):
        yield Said(holds=False, text="the rules are not those that the package was sealed under")
    else:
        yield Said(holds=True, text="the rules are those that the package was sealed under")


def _last_words(own: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The receipt with the highest revision of each lot."""
    found: dict[str, Mapping[str, Any]] = {}
    for receipt in sorted(own, key=lambda each: str(each["rev"])):
        found[receipt["lot"]] = receipt
    return found


def _technical(statement: Mapping[str, Any], rules: Mapping[str, Any] | None) -> Iterator[Said]:
    told, lot = statement["technical"], statement["lot"]
    if told is None:
        return
    evaluation = None if rules is None or rules["evaluation"] is None else evaluation_from_json(rules["evaluation"])
    if evaluation is None or evaluation.technical is None:
        yield Said(holds=False, text="technical points are told, but the rules know none", lot=lot)
        return
    values = {criterion: Decimal(value) for criterion, value in told["values"].items()}
    points = f"{technical_points(evaluation.technical, values):.2f}"
    if points != told["points"]:
        text = f"the values and weights give {points} technical points, and {told['points']} are told"
        yield Said(holds=False, text=text, lot=lot)
    elif is_passing(evaluation.technical, values) is not told["passes"]:
        yield Said(holds=False, text="by the thresholds it is otherwise than told whether the offer passed", lot=lot)
    else:
        yield Said(holds=True, text=f"the agreed values give {points} technical points by the rules", lot=lot)


def _amount(
    statement: Mapping[str, Any], receipts: Sequence[Mapping[str, Any]], opened: Mapping[str, str]
) -> Iterator[Said]:
    lot, amount = statement["lot"], statement["amount"]
    if amount is None:
        return
    live = [each for each in receipts if each["kind"] == LIVE_KIND and each["lot"] == lot]
    if live:
        standing = [Decimal(each["amount"]) for each in live if each["entry_hash"] not in statement["voided"]]
        if not standing or min(standing) != Decimal(amount):
            lowest = f"{min(standing)}" if standing else "none"
            text = f"the amount is told as {amount}; the lowest of the receipted bids that stand is {lowest}"
            yield Said(holds=False, text=text, lot=lot)
        else:
            yield Said(holds=True, text=f"the amount {amount} is the lowest that was bid and receipted", lot=lot)
        return
    package = _last_words(receipts).get(lot)
    own = None if package is None else opened.get(package["package"])
    if own is not None and Decimal(own) != Decimal(amount):
        yield Said(holds=False, text=f"the sealed price is {own}, and {amount} is told", lot=lot)
    elif own is not None:
        yield Said(holds=True, text=f"the amount {amount} is the one in the sealed price", lot=lot)
    elif package is None:
        yield Said(holds=False, text=f"an amount of {amount} is told, and there is no receipt of an offer", lot=lot)
