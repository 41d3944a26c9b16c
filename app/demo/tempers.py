"""How a robot bids: what it does on a lot at a moment, from what any bidder knows: own figures, published rules, clock.

It spreads its steps over the time of the lot, so that the chart keeps moving until the end, and never goes under a
floor of its own.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from app.demo.cast import SupplierSeat
from app.demo.showcases import FLOORS
from app.domain.exchanging import highest_sent
from app.domain.money import format_amount

# The last part of a lot's time, in which nobody holds back: extensions happen here.
SPRINT: Final = Decimal("0.08")
FOREIGN: Final = "USD"


@dataclass(frozen=True, slots=True)
class Persona:
    """How a robot bids: how far under its first price its floor lies, how early it goes there (1 = evenly), and whether
    it bids in dollars."""

    depth: Decimal
    patience: Decimal
    is_foreign: bool = False


def persona_of(seat: SupplierSeat, title: str = "", *, is_foreign: bool = False) -> Persona:
    """The same persona for the same supplier in the same tender every time: the demo is repeatable. Whoever keeps a
    seat for a visitor goes as far as anybody."""
    dice = random.Random(f"{seat.number}{title}")  # noqa: S311 - a robot's temper, not a secret
    depth = Decimal(dice.randint(45, 100) if seat.robot else 100) / 100
    return Persona(depth, Decimal(dice.randint(60, 150)) / 100, is_foreign)


def floor_of(lot: Mapping[str, Any], persona: Persona) -> Decimal:
    """The least this robot would bid for a lot: between its ceiling and the script's floor; nine tenths of the
    ceiling elsewhere."""
    ceiling = Decimal(lot["ceiling_price"])
    lowest = FLOORS.get(str(lot["title_zh"]), ceiling * Decimal("0.9"))
    return _at_scale(lot, ceiling - (ceiling - lowest) * persona.depth)


def _at_scale(lot: Mapping[str, Any], amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-int(lot["scale"])))


def wanted_now(lot: Mapping[str, Any], state: Mapping[str, Any], persona: Persona, now: datetime) -> Decimal:
    """The price this robot is willing to stand at now: falling from the ceiling to its floor over the lot's time."""
    opens, closes = (datetime.fromisoformat(state[name]) for name in ("opens_at", "closes_at"))
    whole = max((closes - opens) / timedelta(milliseconds=1), 1)
    spent = min(max(Decimal((now - opens) / timedelta(milliseconds=1)) / Decimal(whole), Decimal(0)), Decimal(1))
    if 1 - spent < SPRINT:
        spent = Decimal(1)
    share = spent**persona.patience
    ceiling = Decimal(lot["ceiling_price"])
    return _at_scale(lot, ceiling - (ceiling - floor_of(lot, persona)) * share)


def decide_bid(
    lot: Mapping[str, Any], state: Mapping[str, Any], rules: Mapping[str, Any], persona: Persona, now: datetime
) -> str | None:
    """What to send now as the frame wants it, or None: not its turn, it leads, or it wants no less than it has."""
    if state["status"] not in ("open", "overtime") or state["next_valid"] is None:
        return None
    pace = state.get("pace")
    if pace is not None and not _may_act(pace, now):
        return None
    floor, valid = floor_of(lot, persona), Decimal(state["next_valid"])
    if pace is not None and pace["price"] is not None:
        # It stays while the price falls, and accepts it as it rises, as long as it is worth it.
        return pace["price"] if Decimal(pace["price"]) >= floor else None
    # Nobody bids against himself while he leads; a first place that is shared is none.
    if state["leading"] and not state["tied"] and state["own_amount"] is not None:
        return None
    wanted = wanted_now(lot, state, persona, now)
    # A turn is one chance: it goes to its price at once. Elsewhere step by step.
    amount = valid if pace is None else min(valid, wanted)
    return _text(lot, rules, persona, amount) if amount >= wanted else None


def _may_act(pace: Mapping[str, Any], now: datetime) -> bool:
    if pace["is_out"] or pace["is_done"] or pace["acts_from"] is None or pace["acts_until"] is None:
        return False
    return datetime.fromisoformat(pace["acts_from"]) <= now < datetime.fromisoformat(pace["acts_until"])


def _text(lot: Mapping[str, Any], rules: Mapping[str, Any], persona: Persona, amount: Decimal) -> str | None:
    """The amount as it is sent: of a robot that bids in dollars the most of them that count as no more."""
    scale = int(lot["scale"])
    if not persona.is_foreign:
        return format_amount(amount, scale)
    rates = {one["currency"]: Decimal(one["rate"]) for one in rules["currencies"]["rates"]}
    sent = highest_sent(amount, rates[FOREIGN], scale)
    return None if sent is None else f"{FOREIGN} {format_amount(sent, scale)}"
