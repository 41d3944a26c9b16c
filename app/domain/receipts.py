"""Receipts of live bids: what the server signs, so that a bidder can prove its bid. LIVE.md section 2 rule 3.

All bids of one commit share one signature: it stands over the root of a Merkle tree whose leaves are the receipts'
cores. The tree always has 256 leaves, the real ones at random places among random ones, so that neither the path nor a
position tells how many others bid at the same moment (attacks.md R08). A receipt names the journal entry by its salted
hash, and carries no rank, no number and nothing of anybody else.

The receipt, as canonical JSON (RFC 8785):
`{v, kind, round, lot, bid_id, amount, received_at, rules_hash, entry_hash, key_id, path, root, sig}`, and `sent` where
the bid was in another currency: `amount` is what it counts as in the tender's
- leaf = SHA-256(0x00 || canonical JSON of the members before `path`, with `sent`)
- path = 8 steps from the leaf up, each `L` or `R` (the side of the sibling) and 64 hex digits
- node = SHA-256(0x01 || left || right)
- sig = Ed25519 by the journal's key over "bidroom receipt root v1" || 0x00 || root
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.domain.entries import leaf_hash, node_hash

RECEIPT_VERSION: Final = 1
KIND: Final = "bid.accepted"
DEPTH: Final = 8
LEAVES: Final = 2**DEPTH
HASH_BYTES: Final = 32
_CONTEXT: Final = b"bidroom receipt root v1\x00"
_CORE: Final = (
    "v",
    "kind",
    "round",
    "lot",
    "bid_id",
    "amount",
    "received_at",
    "rules_hash",
    "entry_hash",
    "key_id",
)
# Of a bid in another currency: as it was sent (`exchanging.py`). Signed with the rest, absent in all others.
_SENT: Final = "sent"
_MEMBERS: Final = frozenset({*_CORE, "path", "root", "sig"})


class ReceiptFault(StrEnum):
    """Why a receipt proves nothing."""

    MALFORMED = "MALFORMED"
    OTHER_KEY = "OTHER_KEY"
    NOT_IN_TREE = "NOT_IN_TREE"
    BAD_SIGNATURE = "BAD_SIGNATURE"


def leaf_of(core: Mapping[str, Any]) -> bytes:
    """The leaf of a receipt's core. Precondition: the members before `path`, all of them texts but the version.

    Of such members sorted compact JSON is the canonical form; raises TypeError where there is none (a lone surrogate).
    """
    names = (*_CORE, _SENT) if _SENT in core else _CORE
    return leaf_hash(orjson.dumps({name: core[name] for name in names}, option=orjson.OPT_SORT_KEYS))


def message_of(root: bytes) -> bytes:
    """The bytes that are signed."""
    return _CONTEXT + root


def build_tree(leaves: Mapping[int, bytes], chance: Iterable[bytes]) -> tuple[bytes, dict[int, list[str]]]:
    """The root, and the path of each real leaf by its place. R08: constant length, whatever the number of real leaves.

    A subtree without a real leaf is one random value: nobody can tell it from a hash. Precondition: 1 to 256 leaves at
    distinct places below 256, and random values of 32 bytes without end (at most `len(leaves) * DEPTH` are taken).
    """
    root, paths = tree_texts(leaves, chance)
    return root, {place: orjson.loads(path) for place, path in paths.items()}


def tree_texts(leaves: Mapping[int, bytes], chance: Iterable[bytes]) -> tuple[bytes, dict[int, str]]:
    """The same with each path as its JSON text: what two leaves share on the way up is written once."""
    fresh = iter(chance)
    level = dict(leaves)
    levels = [level]
    for _ in range(DEPTH):
        parents: dict[int, bytes] = {}
        for place in {place >> 1 for place in level}:
            left, right = level.get(2 * place), level.get(2 * place + 1)
            if left is None:
                left = level[2 * place] = next(fresh)
            if right is None:
                right = level[2 * place + 1] = next(fresh)
            parents[place] = node_hash(left, right)
        level = parents
        levels.append(level)
    root = level[0]
    above = {0: "]"}
    for level in reversed(levels[:-1]):
        above = {
            place: f'"{"L" if place & 1 else "R"}{level[place ^ 1].hex()}"{"," if len(path) > 1 else ""}{path}'
            for place in level
            if (path := above.get(place >> 1)) is not None
        }
    return root, {place: "[" + above[place] for place in leaves}


def check_receipt(receipt: Mapping[str, Any], public_key: bytes, key_id: str | None = None) -> ReceiptFault | None:
    """What is wrong with a receipt, or None when the journal's key vouches for every member of it."""
    if set(receipt) - {_SENT} != _MEMBERS or receipt["v"] != RECEIPT_VERSION or receipt["kind"] != KIND:
        return ReceiptFault.MALFORMED
    if any(type(receipt[name]) is not str for name in _CORE[1:]) or type(receipt.get(_SENT, "")) is not str:
        return ReceiptFault.MALFORMED
    if key_id is not None and receipt["key_id"] != key_id:
        return ReceiptFault.OTHER_KEY
    try:
        root = _root_by_path(leaf_of(receipt), receipt["path"])
        stated, signature = bytes.fromhex(receipt["root"]), bytes.fromhex(receipt["sig"])
        verifier = Ed25519PublicKey.from_public_bytes(public_key)
    except (TypeError, ValueError, AttributeError):
        return ReceiptFault.MALFORMED
    if root != stated:
        return ReceiptFault.NOT_IN_TREE
    try:
        verifier.verify(signature, message_of(root))
    except InvalidSignature:
        return ReceiptFault.BAD_SIGNATURE
    return None


def _root_by_path(leaf: bytes, path: Sequence[str]) -> bytes:
    if len(path) != DEPTH:
        raise ValueError("a path has a fixed length")
    head = leaf
    for step in path:
        sibling = bytes.fromhex(step[1:])
        if step[:1] not in ("L", "R") or len(sibling) != HASH_BYTES:
            raise ValueError("a step is a side and a hash")
        head = node_hash(sibling, head) if step[0] == "L" else node_hash(head, sibling)
    return head
