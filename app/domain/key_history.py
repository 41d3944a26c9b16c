"""Which journal key is in force when: the statements by which one key hands over to the next (attacks.md G09).

A rotation is a statement signed twice: by the key that ends, which alone can name its successor, and by the one that
begins, which proves that somebody holds it. It says from which checkpoint on the new key signs, and the digest of the
last one that the old key signed. The list of all of them, oldest first, is the history. Whoever trusts any key of it
can follow it: forward, because the old key named the next; backward, because the next vouches for whom it followed.

What a history cannot show: somebody who got hold of an ended key can write a second statement in its name, and sign
checkpoints and receipts that bear old numbers and instants. Against the journal he fails: its checkpoints are linked,
and an entry that a receipt names must be in it. Alone, with neither bundle nor witness, a backdated receipt of an ended
key looks like one that was signed in its time. `{v, kind, number, old_key, new_key, from_checkpoint, last_checkpoint,
at, reason, old_sig, new_sig}`; what is signed is a context for each of the two, and the canonical JSON of the other
members. Pure, with Python's own library alone: it travels to a supplier's machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from app.domain.ed25519 import is_signature
from app.domain.fingerprints import KEY_BYTES, names_key
from app.domain.sealing.canonical import NotCanonicalError, canonical
from app.domain.sealing.receipt import key_id_of

ROTATION_VERSION: Final = 1
KIND: Final = "key.rotated"
# Two contexts, so that the consent of the one cannot be passed off as that of the other. The signer signs neither on
# request (domain/signing.py).
ENDING_CONTEXT: Final = b"bidroom key rotation v1\x00"
BEGINNING_CONTEXT: Final = b"bidroom key possession v1\x00"
LONGEST_REASON: Final = 500
# A receipt on its way while the key changed: another replica's clock, a batch between signature and commit.
GRACE_MS: Final = 60_000
_CORE: Final = (
    "v",
    "kind",
    "number",
    "old_key",
    "new_key",
    "from_checkpoint",
    "last_checkpoint",
    "at",
    "reason",
)
_MEMBERS: Final = frozenset({*_CORE, "old_sig", "new_sig"})
_SIGNATURE_BYTES: Final = 64


class HistoryFault(StrEnum):
    """Why a list of rotations is no history, or a key has no place in it."""

    MALFORMED = "MALFORMED"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    BROKEN = "BROKEN"
    OTHER_KEY = "OTHER_KEY"
    ENDED_KEY = "ENDED_KEY"
    OTHER_PAST = "OTHER_PAST"


# What each means, for a report.
SENTENCES: Final[Mapping[HistoryFault, str]] = {
    HistoryFault.MALFORMED: "the list of rotations is not in its form",
    HistoryFault.BAD_SIGNATURE: "a rotation was not signed by the key it ends and by the one it begins",
    HistoryFault.BROKEN: "the rotations do not follow one another",
    HistoryFault.OTHER_KEY: "no rotation signed by a trusted key leads to this key",
    HistoryFault.ENDED_KEY: "the key had been ended by a rotation",
    HistoryFault.OTHER_PAST: "the rotation names another last checkpoint of the old key",
}


@dataclass(frozen=True, slots=True)
class Rotation:
    """One key ends, another begins: from checkpoint ``from_checkpoint`` on, after the one with that digest."""

    number: int
    old_key: bytes
    new_key: bytes
    from_checkpoint: int
    last_checkpoint: str
    at_ms: int
    reason: str

    def as_json(self) -> dict[str, Any]:
        """What is signed."""
        return {
            "v": ROTATION_VERSION,
            "kind": KIND,
            "number": self.number,
            "old_key": self.old_key.hex(),
            "new_key": self.new_key.hex(),
            "from_checkpoint": self.from_checkpoint,
            "last_checkpoint": self.last_checkpoint,
            "at": self.at_ms,
            "reason": self.reason,
        }

    def ending_message(self) -> bytes:
        """What the old key signs."""
        return ENDING_CONTEXT + canonical(self.as_json())

    def beginning_message(self) -> bytes:
        """What the new key signs."""
        return BEGINNING_CONTEXT + canonical(self.as_json())


def signed_rotation(rotation: Rotation, old_sig: bytes, new_sig: bytes) -> dict[str, Any]:
    """The statement as it stands in the journal, in bundles and on the key page."""
    return {**rotation.as_json(), "old_sig": old_sig.hex(), "new_sig": new_sig.hex()}


def decide_reason(reason: str) -> bool:
    """Whether a text may be a rotation's reason: something, not long, and readable."""
    try:
        canonical([reason])
    except NotCanonicalError:
        return False
    return bool(reason.strip()) and len(reason) <= LONGEST_REASON


def read_rotation(value: object) -> Rotation | HistoryFault:
    """A statement whose two signatures hold."""
    if not isinstance(value, Mapping) or set(value) != _MEMBERS:
        return HistoryFault.MALFORMED
    numbers = [value[name] for name in ("v", "number", "from_checkpoint", "at")]
    texts = [value[name] for name in ("kind", "old_key", "new_key", "last_checkpoint", "reason", "old_sig", "new_sig")]
    if not all(type(each) is int and each > 0 for each in numbers) or not all(isinstance(each, str) for each in texts):
        return HistoryFault.MALFORMED
    sizes = {"old_key": KEY_BYTES, "new_key": KEY_BYTES, "last_checkpoint": KEY_BYTES}
    sizes |= {"old_sig": _SIGNATURE_BYTES, "new_sig": _SIGNATURE_BYTES}
    raw = {name: _bytes(value[name], size) for name, size in sizes.items()}
    old_key, new_key, old_sig, new_sig = (raw[name] for name in ("old_key", "new_key", "old_sig", "new_sig"))
    if old_key is None or new_key is None or old_sig is None or new_sig is None or raw["last_checkpoint"] is None:
        return HistoryFault.MALFORMED
    if value["kind"] != KIND or not decide_reason(value["reason"]):
        return HistoryFault.MALFORMED
    version, number, first, at_ms = numbers
    if version != ROTATION_VERSION:
        return HistoryFault.MALFORMED
    told = Rotation(number, old_key, new_key, first, value["last_checkpoint"], at_ms, value["reason"])
    try:
        is_ended = is_signature(old_key, told.ending_message(), old_sig)
        is_begun = is_signature(new_key, told.beginning_message(), new_sig)
    except NotCanonicalError:
        return HistoryFault.MALFORMED
    return told if is_ended and is_begun else HistoryFault.BAD_SIGNATURE


def _bytes(text: str, size: int) -> bytes | None:
    # Small letters alone: one statement has one spelling.
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return None
    return found if len(found) == size and found.hex() == text else None


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """The keys of a journal, oldest first, and the rotations between them: always one fewer."""

    keys: tuple[bytes, ...]
    rotations: tuple[Rotation, ...] = ()

    @property
    def newest(self) -> bytes:
        """The key in force at the end."""
        return self.keys[-1]

    def names(self) -> frozenset[str]:
        """The short names of all keys."""
        return frozenset(map(key_id_of, self.keys))

    def is_trusted(self, expected: str) -> bool:
        """Whether a fingerprint (hex or words) or a key in hex names any key of the history."""
        return any(names_key(key, expected) for key in self.keys)

    def find(self, key_id: str) -> bytes | None:
        """The key of a short name."""
        return next((key for key in self.keys if key_id_of(key) == key_id), None)

    def place_at(self, n: int) -> int:
        """The place of the key in force at a checkpoint's number."""
        return sum(each.from_checkpoint <= n for each in self.rotations)

    def key_at(self, n: int) -> bytes:
        """The key in force at a checkpoint's number."""
        return self.keys[self.place_at(n)]

    def checkpoint_key(self, n: int, key_id: str, prev: str) -> bytes | HistoryFault:
        """The key that must have signed checkpoint ``n``, which names the key and the checkpoint before it so.

        A checkpoint of an ended key, or of one that has not begun, is a fault; so is a first one of a new key that
        does not follow the last one the old key told of.
        """
        due = self.key_at(n)
        if key_id != key_id_of(due):
            other = self.find(key_id)
            return HistoryFault.OTHER_KEY if other is None else HistoryFault.ENDED_KEY
        for each in self.rotations:
            if each.from_checkpoint == n and each.last_checkpoint != prev:
                return HistoryFault.OTHER_PAST
        return due

    def receipt_key(self, key_id: object, at_ms: int | None = None) -> bytes | HistoryFault:
        """The key that vouches for a receipt, a notice, a record or a statement of an instant (None: not known).

        A later key may vouch for something older, as a statement of a result does; an ended key for nothing newer
        than its end, but for what was on its way.
        """
        key = self.find(key_id) if isinstance(key_id, str) else None
        if key is None:
            return HistoryFault.OTHER_KEY
        place = self.keys.index(key)
        if at_ms is not None and place < len(self.rotations) and at_ms > self.rotations[place].at_ms + GRACE_MS:
            return HistoryFault.ENDED_KEY
        return key


def read_history(rotations: object, newest: bytes | None = None) -> KeyHistory | HistoryFault:
    """The history of a list of statements, oldest first, that ends with the key ``newest`` (None: with any).

    Precondition of the empty list: ``newest`` is given. Every signature is looked at.
    """
    if not isinstance(rotations, Sequence) or isinstance(rotations, (str, bytes)):
        return HistoryFault.MALFORMED
    told: list[Rotation] = []
    for each in rotations:
        read = read_rotation(each)
        if isinstance(read, HistoryFault):
            return read
        told.append(read)
    if not told:
        return HistoryFault.MALFORMED if newest is None else KeyHistory((newest,))
    return _linked(told, newest)


def _linked(told: Sequence[Rotation], newest: bytes | None) -> KeyHistory | HistoryFault:
    keys = [told[0].old_key, *(each.new_key for each in told)]
    is_chain = all(each.old_key == before.new_key for before, each in pairwise(told))
    is_later = all(
        each.from_checkpoint > before.from_checkpoint and each.at_ms >= before.at_ms for before, each in pairwise(told)
    )
    is_counted = [each.number for each in told] == list(range(1, len(told) + 1))
    # A key that was ended never comes back, and no two keys share a short name.
    if not (is_chain and is_later and is_counted) or len(set(map(key_id_of, keys))) != len(keys):
        return HistoryFault.BROKEN
    if newest is not None and keys[-1] != newest:
        return HistoryFault.OTHER_KEY
    return KeyHistory(tuple(keys), tuple(told))


def follow(known: bytes, rotations: object) -> KeyHistory | HistoryFault:
    """The history that a list of statements gives to somebody who trusts ONE key of it, the oldest or any later.

    For a witness and for every check that starts from a key told before: a list that does not hold that key proves
    nothing to him. Without statements the key stands alone.
    """
    if isinstance(rotations, Sequence) and not rotations:
        return KeyHistory((known,))
    found = read_history(rotations)
    if isinstance(found, HistoryFault):
        return found
    return found if known in found.keys else HistoryFault.OTHER_KEY


def follow_on(held: KeyHistory, rotations: object) -> KeyHistory | HistoryFault:
    """The history after more statements, for somebody who holds one already: what he holds must be its beginning.

    Two statements by one old key with different successors are a fork (`BROKEN`): the key was stolen or misused.
    """
    found = follow(held.newest, rotations)
    if isinstance(found, HistoryFault):
        return found
    if len(held.keys) == 1:
        return found
    return found if found.rotations[: len(held.rotations)] == held.rotations else HistoryFault.BROKEN


def widest(histories: Iterable[KeyHistory]) -> KeyHistory | HistoryFault:
    """The longest of some histories of one journal, of which each must be a part of it; BROKEN where two disagree."""
    found = sorted(histories, key=lambda each: len(each.keys))
    for each in found[:-1]:
        is_part = each.keys[0] in found[-1].keys and all(one in found[-1].rotations for one in each.rotations)
        if not is_part:
            return HistoryFault.BROKEN
    return found[-1]
