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


def stay(chance: Random, _welcome: Mapping[str, Any], lot: Mapping[str, Any]) -> dict[str, Any] | None:
    """Confirm the price of the tick while it falls; mostly."""
    return _at_the_price("stay", lot) if chance.random() < 0.6 else None


def accept(chance: Random, _welcome: Mapping[str, Any], lot: Mapping[str, Any]) -> dict[str, Any] | None:
    """Take the price while it rises; seldom, for the first who does ends the lot."""
    return _at_the_price("accept", lot) if chance.random() < 0.01 else None


def _at_the_price(act: str, lot: Mapping[str, Any]) -> dict[str, Any] | None:
    price = (lot.get("pace") or {}).get("price")
    return None if price is None else {"type": act, "amount": price}


MOVES: Final[Mapping[str, Move]] = {"open_descending": bid, "turn_based": bid, "japanese": stay, "dutch": accept}


def move(chance: Random, welcome: Mapping[str, Any], lot: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is done next on a lot under the rules of the round."""
    return MOVES[welcome["rules"]["format"]](chance, welcome, lot)
