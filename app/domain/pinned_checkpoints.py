"""The cosigned checkpoints of a bidder's own proof: what an outside witness vouched for (JOURNAL.md 2 and 3).

A receipt names the root of the newest checkpoint of its time (its pin). Where an outside witness has cosigned that
checkpoint, or the first one after the decision, the proof carries both, as `checkpoints`: `{statement, sig,
cosignatures}` each. So the bidder holds a piece of the journal that its keyholder cannot write anew: alone it shows
that somebody outside had seen the journal as it stood then, and held against an auditor's bundle (`verify --receipts`)
it finds a bundle that lacks this checkpoint or has another one of its number. Pure.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.checkpointing import Statement, statement_from
from app.domain.cosigning import Cosignature, CosignatureFault, check_cosignature, read_cosignature
from app.domain.entries import canonical_bytes, from_milliseconds
from app.domain.key_auditing import checkpoint_fault
from app.domain.key_history import KeyHistory
from app.domain.sealing.receipt import key_id_of

CHECKPOINTS: Final = "checkpoints"
# A bidder has far fewer receipts.
MOST: Final = 2_000
_MEMBERS: Final = frozenset({"statement", "sig", "cosignatures"})
_NOBODY: Final = "No outside witness vouches for anything in this file."


@dataclass(frozen=True, slots=True)
class Pinned:
    """A checkpoint with the journal's signature and what witnesses said of it."""

    statement: Statement
    signature: bytes
    told: tuple[Cosignature, ...]

    def as_json(self) -> dict[str, Any]:
        """As it stands in a proof."""
        return {
            "statement": self.statement.as_json(),
            "sig": self.signature.hex(),
            "cosignatures": [one.as_json() for one in self.told],
        }


def read_pinned(value: object) -> list[Pinned] | None:
    """The checkpoints of a proof, in order of number; None where they are not in their form."""
    if not isinstance(value, list) or len(value) > MOST:
        return None
    try:
        found = [_read(each) for each in value]
    except (ValueError, KeyError, TypeError):
        return None
    numbers = [one.statement.n for one in found]
    return found if numbers == sorted(set(numbers)) else None


def _read(value: Mapping[str, Any]) -> Pinned:
    if set(value) != _MEMBERS:
        raise ValueError("not the members of a checkpoint")
    told = [read_cosignature(each) for each in value["cosignatures"]]
    good = tuple(one for one in told if not isinstance(one, CosignatureFault))
    if len(good) != len(told):
        raise ValueError("a cosignature is not in its form")
    return Pinned(statement_from(value["statement"]), bytes.fromhex(value["sig"]), good)


def check_pinned(
    value: object, keys: KeyHistory, witness_keys: Sequence[bytes], receipts: Sequence[Mapping[str, Any]]
) -> list[tuple[bool, str]]:
    """What holds and what does not of a proof's checkpoints, a sentence each."""
    held = read_pinned(value)
    if held is None:
        return [(False, "the checkpoints of the file are not in their form")]
    faults = [fault for one in held if (fault := _fault(one, keys, witness_keys)) is not None]
    if faults:
        return [(False, fault) for fault in faults]
    said = []
    for key in witness_keys:
        seen = [(one, told) for one in held for told in one.told if told.witness == key_id_of(key)]
        if not seen:
            continue
        newest, told = seen[-1]
        roots = {one.statement.root for one, _ in seen}
        pins = [receipt["pin"] for receipt in receipts if "pin" in receipt]
        when = f"{from_milliseconds(told.seen_at_ms):%Y-%m-%dT%H:%M:%SZ}"
        text = f"the witness {told.witness} cosigned checkpoint {newest.statement.n} of the journal, seen at {when}"
        said.append((True, text))
        if pins:
            covered = sum(pin in roots for pin in pins)
            said.append((True, f"{covered} of {len(pins)} sealed receipts name a checkpoint that it cosigned"))
    return said


def _fault(one: Pinned, keys: KeyHistory, witness_keys: Sequence[bytes]) -> str | None:
    fault = checkpoint_fault(keys, one.statement, one.signature)
    if fault is not None:
        return fault
    known = {key_id_of(key): key for key in witness_keys}
    for told in one.told:
        key = known.get(told.witness)
        found = None if key is None else check_cosignature(told, key, one.statement)
        if found is CosignatureFault.BAD_SIGNATURE:
            return f"the cosignature of checkpoint {one.statement.n} is not by the witness {told.witness}"
        if found is not None or (told.n, told.digest) != (one.statement.n, one.statement.digest()):
            return f"the witness {told.witness} cosigned another checkpoint than {one.statement.n}"
    return None


def pinned_notes(value: object, witness_keys: Sequence[bytes]) -> list[str]:
    """What the reader should know of outside evidence, whether or not the proof holds."""
    held = read_pinned(value) or []
    named = {told.witness for one in held for told in one.told}
    known = {key_id_of(key) for key in witness_keys}
    notes = [f"The witness {each} cosigned no checkpoint of this file." for each in sorted(known - named)]
    if named - known:
        told = ", ".join(sorted(named - known))
        notes.append(f"Cosignatures by {told} were not checked: give the witness's own key with --witness-key.")
    return notes if named else [*notes, _NOBODY]


def checkpoint_lines(content: bytes) -> list[bytes]:
    """The checkpoints of a proof file, or of a list of them, as lines of a witness's file; none where it has none."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return []
    proofs = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
    held = [one for proof in proofs for one in read_pinned(proof.get(CHECKPOINTS)) or []]
    return [canonical_bytes({"statement": one.statement.as_json(), "sig": one.signature.hex()}) for one in held]
