"""What a supplier does on a lot, format by format: a new format is one more line of `MOVES`.

A move is made from what the page has: the rules of the welcome, and the last state of the lot.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Any, Final

# A frame beside its `bid_id` and `lot_id`, or None: nothing to be done now.
Move = Callable[[Random, Mapping[str, Any], Mapping[str, Any]], dict[str, Any] | None]
WRONG: Final = ("1e3", "0", "300.00", "-1", "12.345", "", "9" * 30, "１００")


def bid(chance: Random, welcome: Mapping[str, Any], lot: Mapping[str, Any]) -> dict[str, Any]:
    """A bid of any quality: the next valid amount, far below it, nonsense; now and then with the button's quote."""
    following = lot.get("next_valid")
    roll = chance.random()
    if roll < 0.12 or following is None:
        amount = chance.choice(WRONG)
    elif roll < 0.55:
        amount = following
    else:
        cents = int(Decimal(following) * 100)
        amount = f"{Decimal(chance.randint(max(1, cents - 900), cents)) / 100:.2f}"
    frame: dict[str, Any] = {"type": "place_bid", "amount": amount}
    if chance.random() < 0.2:
        rules_hash = welcome["rules_hash"] if chance.random() < 0.9 else "0" * 64
        frame["quote"] = {"own": lot.get("own_amount"), "rules_hash": rules_hash}
    return frame


MOVES: Final[Mapping[str, Move]] = {"open_descending": bid}


def move(chance: Random, welcome: Mapping[str, Any], lot: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is done next on a lot under the rules of the round."""
    return MOVES[welcome["rules"]["format"]](chance, welcome, lot)
