"""Checkpoints: a signed Merkle root over the sorted heads of all chains, each naming the one before (JOURNAL.md 2).

Pure: the signer and the offline verifier share these functions. A checkpoint's *statement* is signed; beside it travel
the heads that moved since the one before, so that anybody can fold them and recompute the root.
"""

import bisect
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.domain.entries import GENESIS, canonical_bytes, leaf_hash, node_hash
from app.domain.kinds import Kind

CHECKPOINT_VERSION = 1
# Signatures name what they are for, so that one cannot be passed off as another.
CHECKPOINT_CONTEXT: Final = b"bidroom-checkpoint-v1\n"


class Reason(StrEnum):
    """Why a checkpoint was taken."""

    MINUTE = "minute"
    PUBLISHED = "published"
    CLOSED = "closed"
    OPENED = "opened"
    LOCKED = "locked"
    DECIDED = "decided"
    UNSEALED = "unsealed"
    EXPORT = "export"
    ROTATED = "rotated"


# JOURNAL.md section 2: at publish, close, opening, lock of scores, decision and unsealing one is taken at once.
REASON_OF_KIND: Final[Mapping[Kind, Reason]] = {
    Kind.TENDER_PUBLISHED: Reason.PUBLISHED,
    Kind.LOT_CLOSED: Reason.CLOSED,
    Kind.ROUND_CLOSED: Reason.CLOSED,
    Kind.ENVELOPES_OPENED: Reason.OPENED,
    Kind.SCORES_LOCKED: Reason.LOCKED,
    Kind.DECISION_APPROVED: Reason.DECIDED,
    Kind.DECISION_REOPENED: Reason.DECIDED,
    Kind.IDENTITY_UNSEALED: Reason.UNSEALED,
    Kind.EMERGENCY_UNSEALED: Reason.UNSEALED,
    Kind.KEY_ROTATED: Reason.ROTATED,
}


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of one chain."""

    chain: str
    seq: int
    hash: str

    def leaf(self) -> bytes:
        """Its Merkle leaf; unguessable, because the entry's hash is salted."""
        return leaf_hash(canonical_bytes([self.chain, self.seq, self.hash]))


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed. ``entries`` is the sum of the heads' numbers, ``prev`` the digest of the statement before."""

    n: int
    at_ms: int
    reason: str
    chains: int
    entries: int
    root: str
    prev: str
    key_id: str

    def as_json(self) -> dict[str, Any]:
        """Its members as they stand in files."""
        return {
            "v": CHECKPOINT_VERSION,
            "n": self.n,
            "at": self.at_ms,
            "reason": self.reason,
            "chains": self.chains,
            "entries": self.entries,
            "root": self.root,
            "prev": self.prev,
            "key_id": self.key_id,
        }

    def digest(self) -> str:
        """SHA-256 of the canonical statement: what the next checkpoint names."""
        return hashlib.sha256(canonical_bytes(self.as_json())).hexdigest()

    def message(self) -> bytes:
        """The bytes to sign."""
        return CHECKPOINT_CONTEXT + canonical_bytes(self.as_json())


def statement_from(value: Mapping[str, Any]) -> Statement:
    """The inverse of as_json. Raises ValueError where members are missing, strange or of the wrong type."""
    names = {"v", "n", "at", "reason", "chains", "entries", "root", "prev", "key_id"}
    if set(value) != names or value["v"] != CHECKPOINT_VERSION:
        raise ValueError("not a checkpoint of this version")
    numbers = [value[name] for name in ("n", "at", "chains", "entries")]
    texts = [value[name] for name in ("reason", "root", "prev", "key_id")]
    if not all(type(number) is int for number in numbers) or not all(type(text) is str for text in texts):
        raise ValueError("a member of the checkpoint has the wrong type")
    n, at_ms, chains, entries = numbers
    reason, root, prev, key_id = texts
    return Statement(n, at_ms, reason, chains, entries, root, prev, key_id)


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """True if the Ed25519 signature over ``message`` is by the holder of ``public_key`` (32 raw bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def decide_growth(before: Sequence[Head], now: Sequence[Head]) -> str | None:
    """Why ``now`` cannot follow ``before``: a chain gone, shorter, or with another hash at its number; None if it grew.

    JOURNAL.md section 2: the signer remembers its last and refuses a fork or a shrink. That a longer chain still holds
    the old head is looked up by the caller, who has the entries.
    """
    current = {head.chain: head for head in now}
    for old in before:
        new = current.get(old.chain)
        if new is None:
            return f"{old.chain}: the chain is gone (it had {old.seq} entries)"
        if new.seq < old.seq:
            return f"{old.chain}: shrank from {old.seq} to {new.seq} entries"
        if new.seq == old.seq and new.hash != old.hash:
            return f"{old.chain}: entry {old.seq} is not the one that was signed"
    return None


def moved_heads(before: Sequence[Head], now: Sequence[Head]) -> list[Head]:
    """The heads of ``now`` that are new or differ from ``before``, in order of chain."""
    known = {head.chain: head for head in before}
    return [head for head in now if known.get(head.chain) != head]


class LeafTree:
    """The Merkle tree (RFC 6962) over a growing list of leaves, with its levels kept: a moved head costs one path.

    Levels are paired from the left and an odd last node moves up unpaired, which gives the same root as RFC 6962's
    recursive split (tests/audit compares both).
    """

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]
        self._clean = True

    def __len__(self) -> int:
        return len(self._levels[0])

    def leaf(self, index: int) -> bytes:
        """The leaf at a place."""
        return self._levels[0][index]

    def insert(self, index: int, leaf: bytes) -> None:
        """Put a new leaf at a place; the tree is rebuilt when the root is next asked for."""
        self._levels[0].insert(index, leaf)
        self._clean = False

    def replace(self, index: int, leaf: bytes) -> None:
        """Change the leaf at a place. Raises IndexError if there is none."""
        self._levels[0][index] = leaf
        if self._clean:
            self._climb(index)

    def root(self) -> bytes:
        """The tree head; of nothing: SHA-256 of the empty string."""
        if not self._levels[0]:
            return hashlib.sha256(b"").digest()
        if not self._clean:
            self._rebuild()
        return self._levels[-1][0]

    def path(self, index: int) -> list[bytes]:
        """The siblings of a leaf, from its own up to the root's child (RFC 6962 section 2.1.1). Raises IndexError."""
        self.root()
        if not 0 <= index < len(self):
            raise IndexError(index)
        found = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                found.append(level[index ^ 1])
            index //= 2
        return found

    def _rebuild(self) -> None:
        levels = [self._levels[0]]
        while len(levels[-1]) > 1:
            below = levels[-1]
            levels.append([_parent(below, index) for index in range(0, len(below), 2)])
        self._levels = levels
        self._clean = True

    def _climb(self, index: int) -> None:
        for below, above in zip(self._levels, self._levels[1:], strict=False):
            above[index // 2] = _parent(below, index // 2 * 2)
            index //= 2


def _parent(level: Sequence[bytes], left: int) -> bytes:
    return node_hash(level[left], level[left + 1]) if left + 1 < len(level) else level[left]


class HeadList:
    """The heads of all chains, sorted by chain, as they were at the checkpoint folded last."""

    def __init__(self) -> None:
        self._chains: list[str] = []
        self._heads: list[Head] = []

    def fold(self, moved: Sequence[Head]) -> tuple[list[tuple[int, Head]], list[tuple[int, Head]]]:
        """Take over the heads that moved; returns the (place, head) pairs that were added, and those replaced.

        Places are those in the list after all were taken over: apply the additions in their order, then the rest.
        """
        added = []
        for head in sorted(moved, key=lambda item: item.chain):
            place, is_known = self._find(head.chain)
            if not is_known:
                self._chains.insert(place, head.chain)
                self._heads.insert(place, head)
                added.append((place, head))
        fresh = {head.chain for _, head in added}
        replaced = [(self._find(head.chain)[0], head) for head in moved if head.chain not in fresh]
        for place, head in replaced:
            self._heads[place] = head
        return added, replaced

    def heads(self) -> list[Head]:
        """Every head, in order of chain."""
        return list(self._heads)

    def _find(self, chain: str) -> tuple[int, bool]:
        place = bisect.bisect_left(self._chains, chain)
        return place, place < len(self._chains) and self._chains[place] == chain


def root_of(heads: Sequence[Head]) -> str:
    """The Merkle root (hex) over heads sorted by chain."""
    tree = LeafTree()
    for place, head in enumerate(sorted(heads, key=lambda item: item.chain)):
        tree.insert(place, head.leaf())
    return tree.root().hex()


FIRST_PREV: Final = GENESIS
