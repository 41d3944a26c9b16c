"""Making receipts: cores into trees of constant depth at random places, one signature a tree (`domain/receipts.py`).

A receipt is made as text, the members sorted: what is the same for all bids of a lot is written once a batch.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from app.domain.entries import leaf_hash
from app.domain.exchanging import is_converted
from app.domain.receipts import DEPTH, KIND, LEAVES, RECEIPT_VERSION, message_of, tree_texts
from app.infra.key_folder import JournalKey
from app.infra.world import World
from app.journal.ledger import salts_of
from app.live_rounds.store import Floor

# Random values drawn at once for each bid: its siblings on the way up, and a share of the places. Never more than a
# tree has leaves; where that falls short, another draw follows. A draw a value would give the interpreter up each time.
DRAWN_A_BID = DEPTH + 2


class Core(NamedTuple):
    """What a receipt says before it is signed: three runs of sorted members, between which those of the tree stand."""

    first: str
    received: str
    rest: str

    @property
    def text(self) -> str:
        """The signed members alone: of such members sorted compact JSON is the canonical form."""
        return f"{{{self.first},{self.received},{self.rest}{_VERSION}"


def text_of(value: str) -> str:
    """A text as JSON."""
    return orjson.dumps(value).decode()


def _run(**members: Any) -> str:
    return orjson.dumps(members, option=orjson.OPT_SORT_KEYS)[1:-1].decode()


_VERSION = f",{_run(v=RECEIPT_VERSION)}}}"


class Cores:
    """The cores of one lot; never a rank, a number or anything of others."""

    def __init__(self, key: JournalKey, floor: Floor) -> None:
        self._of_lot = _run(key_id=key.key_id, kind=KIND, lot=floor.lot_id)
        self._of_rules = _run(round=floor.round_id, rules_hash=floor.rules_hash)

    def core(self, *, bid_id: str, amount: str, received_at: str, entry_hash: str, sent: str) -> Core:
        """One bid's. `bid_id`: as JSON; `sent`: as the bidder wrote it, told where that was in another currency."""
        first = f'"amount":"{amount}","bid_id":{bid_id},"entry_hash":"{entry_hash}",{self._of_lot}'
        rest = f"{self._of_rules},{_run(sent=sent)}" if is_converted(sent) else self._of_rules
        return Core(first, f'"received_at":"{received_at}"', rest)


def make_receipts(world: World, key: JournalKey, cores: Sequence[Core]) -> list[str]:
    """The signed receipts of a commit as JSON, in the order of their cores, by the key that these name."""
    receipts: list[str] = []
    for start in range(0, len(cores), LEAVES):
        receipts += _sign_tree(world, key, cores[start : start + LEAVES])
    return receipts


def _sign_tree(world: World, key: JournalKey, cores: Sequence[Core]) -> list[str]:
    chance = salts_of(world, min(len(cores) * DRAWN_A_BID, LEAVES))
    places = _places(chance, len(cores))
    leaves = {place: leaf_hash(core.text.encode()) for place, core in zip(places, cores, strict=True)}
    root, paths = tree_texts(leaves, chance)
    signed, vouched = _run(root=root.hex()), _run(sig=key.sign(message_of(root)).hex())
    return [
        f'{{{core.first},"path":{paths[place]},{core.received},{signed},{core.rest},{vouched}{_VERSION}'
        for place, core in zip(places, cores, strict=True)
    ]


def _places(chance: Iterator[bytes], count: int) -> list[int]:
    """Distinct places in random order: each random byte is one, for a tree has as many leaves as a byte has values."""
    drawn: dict[int, None] = {}
    while len(drawn) < count:
        drawn.update(dict.fromkeys(next(chance)))
    return list(drawn)[:count]
