"""Rules at random, over whatever `LiveRules` allows: a new member of the rules is one more line of `DRAWN`.

A value of an enum that already is drawn needs nothing here. What does not go together `check_rules` refuses, and it is
drawn again.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from app.domain.formats import LiveRules, check_rules, ticks, turn_based
from app.domain.live_rules import (
    Basis,
    ChangeLimit,
    ExtensionMode,
    FeedbackMode,
    LotOrder,
    Measure,
    Pace,
    SoftClose,
    Step,
    StepBasis,
    StepRule,
    TieRule,
    Trigger,
)
from app.domain.visibility import BuyerView

Draw = Callable[[Random], Any]
# Formats whose acts the simulated suppliers know (`acting.py`), each with its weight.
PLAYED: Final[Mapping[str, int]] = {"open_descending": 9, "turn_based": 1, "japanese": 1, "dutch": 1}
MOST_DRAWS: Final = 200


def _seconds(chance: Random, low: int, high: int) -> timedelta:
    return timedelta(seconds=chance.randint(low, high))


def _step(chance: Random) -> Step:
    measure = chance.choice(list(Measure))
    size = chance.choice(["0.01", "0.50", "3"] if measure is Measure.MONEY else ["0.1", "0.5", "5"])
    return Step(measure, Decimal(size), chance.choice(list(StepRule)), chance.choice(list(StepBasis)))


def _change_limit(chance: Random) -> ChangeLimit | None:
    if chance.random() < 0.5:
        return None
    measure = chance.choice(list(Measure))
    return ChangeLimit(measure, Decimal(chance.choice(["10", "50"])))


def _soft_close(chance: Random) -> SoftClose | None:
    if chance.random() < 0.2:
        return None
    mode, trigger = chance.choice(list(ExtensionMode)), chance.choice(list(Trigger))
    return SoftClose(
        window=_seconds(chance, 1, 6),
        hard_stop_after=_seconds(chance, 2, 15),
        max_extensions=chance.choice([1, 3, 1000]),
        trigger=trigger,
        mode=mode,
        added=_seconds(chance, 1, 5) if mode is ExtensionMode.ADD else None,
        top=chance.randint(1, 3) if trigger is Trigger.TOP_CHANGE else None,
    )


def _lots(chance: Random) -> LotOrder:
    return chance.choice(list(LotOrder))


# One line a member; members that are not named keep their defaults.
DRAWN: Final[Mapping[str, Draw]] = {
    "format": lambda chance: chance.choices(list(PLAYED), list(PLAYED.values()))[0],
    "duration": lambda chance: _seconds(chance, 10, 16),
    "step": _step,
    "change_limit": _change_limit,
    "soft_close": _soft_close,
    "feedback": lambda chance: chance.choice(list(FeedbackMode)),
    "ties": lambda chance: chance.choice(list(TieRule)),
    "buyer_view": lambda chance: chance.choice(list(BuyerView)),
    "lots": _lots,
    "gap": lambda chance: _seconds(chance, 0, 3),
    "has_gate": lambda chance: chance.random() < 0.2,
    "auto_bid": lambda chance: chance.random() < 0.4,
    "stagger": lambda chance: _seconds(chance, 0, 4),
    # Another basis than the price asks for grades or points that are frozen before (tests/live_rounds/test_basis.py).
    "basis": lambda _chance: Basis.PRICE,
}


def _in_turns(chance: Random, drawn: LiveRules) -> LiveRules:
    pace = Pace(stages=2, each=timedelta(seconds=10), slots=chance.randint(2, 4))
    return replace(drawn, pace=pace, duration=turn_based.length_of(pace), soft_close=None, auto_bid=False)


def _in_ticks(chance: Random, drawn: LiveRules) -> LiveRules:
    pace = Pace(stages=chance.randint(3, 6), each=timedelta(seconds=10))
    step = replace(drawn.step, below=())
    plain = replace(drawn, change_limit=None, soft_close=None, auto_bid=False, has_gate=False, step=step)
    return replace(plain, pace=pace, duration=ticks.length_of(pace), feedback=FeedbackMode.RANK_ONLY)


# What a format asks of the other members; one that asks nothing is not named.
SHAPES: Final[Mapping[str, Callable[[Random, LiveRules], LiveRules]]] = {
    "turn_based": _in_turns,
    "japanese": _in_ticks,
    "dutch": _in_ticks,
}


def draw_rules(chance: Random, opens_at: datetime) -> LiveRules:
    """Rules that can be played, opening at an instant."""
    known = {one.name for one in fields(LiveRules)}
    plain = LiveRules(next(iter(PLAYED)), opens_at, timedelta(seconds=10), Step(Measure.MONEY, Decimal("0.01")))
    for _ in range(MOST_DRAWS):
        drawn = replace(plain, **{name: draw(chance) for name, draw in DRAWN.items() if name in known})
        if drawn.format in SHAPES:
            drawn = SHAPES[drawn.format](chance, drawn)
        if not check_rules(drawn):
            return drawn
    raise AssertionError("no playable rules in so many draws: does something in DRAWN never fit?")
