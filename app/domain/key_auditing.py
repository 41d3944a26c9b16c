"""Holding a bundle against the history of the journal's key: whose signature each checkpoint and receipt must bear, and
what the journal tells of the rotations (attacks.md G09, domain/key_history.py). Pure.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.domain.bundling import KEY, ROTATIONS, ChainScope
from app.domain.chaining import Fault, Why
from app.domain.checkpointing import Statement, is_signed
from app.domain.entries import Entry, to_milliseconds
from app.domain.framing import BadDataError, instant_of
from app.domain.key_history import SENTENCES, HistoryFault, KeyHistory, follow
from app.domain.keying import key_of_json
from app.domain.sealing.receipt import key_id_of

CHAIN: Final = "system"
# A side file of the bundle by its name.
Read = Callable[[str], bytes | None]


def checkpoint_fault(keys: KeyHistory, told: Statement, signature: bytes) -> str | None:
    """Why a checkpoint is not by the key in force at its number, or None."""
    key = keys.checkpoint_key(told.n, told.key_id, told.prev)
    if isinstance(key, HistoryFault):
        return f"checkpoint {told.n} names key {told.key_id[:16]}: {SENTENCES[key]}"
    if not is_signed(key, told.message(), signature):
        return f"the signature of checkpoint {told.n} is not by the journal's key"
    return None


def receipt_key(keys: KeyHistory, receipt: Mapping[str, Any]) -> bytes | HistoryFault:
    """The key that vouches for a receipt, a late notice or a statement of a result; ENDED_KEY where the one it names
    had been ended. Of an unknown key the newest is given: the check itself says what is wrong."""
    found = keys.receipt_key(receipt.get("key_id"), _instant(receipt))
    return keys.newest if found is HistoryFault.OTHER_KEY else found


def _instant(receipt: Mapping[str, Any]) -> int | None:
    told = receipt.get("received_at", receipt.get("decided_at"))
    if type(told) is int:
        return told
    try:
        return to_milliseconds(instant_of({"at": told}, "at"))
    except BadDataError:
        return None


def parse_rotations(content: bytes | None) -> object:
    """The statements of a bundle's rotations.json; an empty list where it has none, None where they cannot be read."""
    if content is None:
        return []
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def held_history(read: Read) -> KeyHistory | None:
    """The history that a bundle itself tells, of its own key; None where it tells none that stands."""
    own = key_of_json(read(KEY) or b"")
    if own is None:
        return None
    found = follow(own, parse_rotations(read(ROTATIONS)))
    return None if isinstance(found, HistoryFault) else found


def record_key(read: Read, policy_key: bytes, record: Mapping[str, Any]) -> bytes | None:
    """The key that signed an opening record: the one that the suppliers sealed under, or one that followed it."""
    if read(ROTATIONS) is None:
        return policy_key if record.get("key_id") == key_id_of(policy_key) else None
    held = held_history(read)
    if held is None or policy_key not in held.keys:
        return None
    found = held.receipt_key(record.get("key_id"), _instant({"received_at": record.get("opened_at")}))
    if isinstance(found, HistoryFault) or held.keys.index(found) < held.keys.index(policy_key):
        return None
    return found


class KeyRetrace:
    """The system chain's `key.rotated` entries: just the statements of the bundle, in their order."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._told = 0
        self._last_ms = 0

    def is_own(self, public_key: bytes) -> bool:
        """Whether a key is the journal's: that of the bundle, or an earlier or later one of its history."""
        held = held_history(self._read)
        return held is not None and public_key in held.keys

    def take(self, entry: Entry) -> Fault | None:
        """What is wrong with an entry of a rotation."""
        self.see(entry)
        if entry.chain != CHAIN:
            return Fault(Why.STATE, "a rotation of the journal's key outside the system's chain")
        statements = parse_rotations(self._read(ROTATIONS))
        if not isinstance(statements, list) or self._told >= len(statements):
            return Fault(Why.MISSING, "a rotation of the journal's key whose statement the bundle lacks")
        if dict(entry.data) != statements[self._told]:
            return Fault(Why.STATE, f"rotation {self._told + 1} is told otherwise than in {ROTATIONS}")
        self._told += 1
        return None

    def see(self, entry: Entry) -> None:
        """Any entry."""
        if entry.chain == CHAIN:
            self._last_ms = to_milliseconds(entry.at)

    def fault(self, scope: ChainScope) -> Fault | None:
        """A rotation that a chain should tell at its end, and does not: the system's, where it is there whole."""
        if scope.chain != CHAIN or scope.is_partial:
            return None
        statements = parse_rotations(self._read(ROTATIONS))
        later = statements[self._told :] if isinstance(statements, list) else []
        # One that was made while the bundle was written may have its entry after the end of the chain.
        if any(each["at"] < self._last_ms for each in later):
            return Fault(Why.MISSING, f"rotation {self._told + 1} of the journal's key has no entry")
        return None
