"""Making receipts: cores into trees of constant depth at random places, one signature a tree (`domain/receipts.py`)."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from app.domain.exchanging import is_converted
from app.domain.live_rules_json import instant_text
from app.domain.receipts import DEPTH, HASH_BYTES, KIND, LEAVES, RECEIPT_VERSION, build_tree, leaf_of, message_of
from app.infra.world import World

# Random values drawn at once for each bid: its siblings on the way up, and a share of the places. Never more than a
# tree has leaves; where that falls short, another draw follows.
DRAWN_A_BID = DEPTH + 2


def core_of(
    world: World,
    *,
    round_id: str,
    lot_id: str,
    bid_id: str,
    amount: str,
    received_at: datetime,
    rules_hash: str,
    entry_hash: str,
    sent: str,
) -> dict[str, Any]:
    """What a receipt says before it is signed; never a rank, a number or anything of others. `sent`: as the bidder
    wrote it, told where that was in another currency."""
    return {
        "v": RECEIPT_VERSION,
        "kind": KIND,
        "round": round_id,
        "lot": lot_id,
        "bid_id": bid_id,
        "amount": amount,
        "received_at": instant_text(received_at),
        "rules_hash": rules_hash,
        "entry_hash": entry_hash,
        "key_id": world.keys.key_id,
        **({"sent": sent} if is_converted(sent) else {}),
    }


def make_receipts(world: World, cores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The signed receipts of a commit, in the order of their cores."""
    receipts: list[dict[str, Any]] = []
    for start in range(0, len(cores), LEAVES):
        receipts += _sign_tree(world, cores[start : start + LEAVES])
    return receipts


def _sign_tree(world: World, cores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    chance = _chance(world, len(cores))
    places = _places(chance, len(cores))
    leaves = {place: leaf_of(core) for place, core in zip(places, cores, strict=True)}
    root, paths = build_tree(leaves, chance)
    signed = {"root": root.hex(), "sig": world.keys.sign(message_of(root)).hex()}
    return [core | {"path": paths[place]} | signed for place, core in zip(places, cores, strict=True)]


def _places(chance: Iterator[bytes], count: int) -> list[int]:
    """Distinct places in random order: each random byte is one, for a tree has as many leaves as a byte has values."""
    drawn: dict[int, None] = {}
    while len(drawn) < count:
        drawn.update(dict.fromkeys(next(chance)))
    return list(drawn)[:count]


def _chance(world: World, count: int) -> Iterator[bytes]:
    """Random values of 32 bytes without end: one draw from the system's generator, stretched by SHAKE-256.

    A draw a value would make the committer's thread give up the interpreter some five times a bid.
    """
    size = HASH_BYTES * min(count * DRAWN_A_BID, LEAVES)
    while True:
        stretched = hashlib.shake_256(world.ids.salt()).digest(size)
        yield from (stretched[at : at + HASH_BYTES] for at in range(0, size, HASH_BYTES))
