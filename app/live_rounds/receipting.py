"""Making receipts: cores into trees of constant depth at random places, one signature a tree (`domain/receipts.py`)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from app.domain.live_rules_json import instant_text
from app.domain.receipts import KIND, LEAVES, RECEIPT_VERSION, build_tree, leaf_of, message_of
from app.infra.world import World

# Above this share of a tree, drawing places until they differ would take longer than shuffling all of them.
DRAWN_SINGLY = LEAVES // 4


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
) -> dict[str, Any]:
    """What a receipt says before it is signed; never a rank, a number or anything of others."""
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
    }


def make_receipts(world: World, cores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The signed receipts of a commit, in the order of their cores."""
    receipts: list[dict[str, Any]] = []
    for start in range(0, len(cores), LEAVES):
        receipts += _sign_tree(world, cores[start : start + LEAVES])
    return receipts


def _sign_tree(world: World, cores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    places = _places(world, len(cores))
    leaves = {place: leaf_of(core) for place, core in zip(places, cores, strict=True)}
    root, paths = build_tree(leaves, _chance(world))
    signed = {"root": root.hex(), "sig": world.keys.sign(message_of(root)).hex()}
    return [core | {"path": paths[place]} | signed for place, core in zip(places, cores, strict=True)]


def _places(world: World, count: int) -> list[int]:
    if count > DRAWN_SINGLY:
        return world.ids.shuffled(range(LEAVES))[:count]
    drawn: dict[int, None] = {}
    # Each random byte is a place: a tree has as many leaves as a byte has values.
    while len(drawn) < count:
        drawn.update(dict.fromkeys(world.ids.salt()))
    return list(drawn)[:count]


def _chance(world: World) -> Iterator[bytes]:
    while True:
        yield world.ids.salt()
