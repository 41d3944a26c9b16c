"""The practice room's rules: a toy lot, scripted rivals, six drills, a pass for two weeks. SCREENS.md SP-05.

Prices around 100 can never be confused with real ones. The same format decides here as in the room; only the rivals are
a script. They answer whoever leads and stop well above nothing, so that there is always a next step.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.closing import LotStatus, is_in_time, timetable_of
from app.domain.formats import LiveRules, LotTerms, Offer, format_of, lot_times
from app.domain.formats.play import Accepted, FloorState
from app.domain.live_rules import Measure, SoftClose, Step
from app.domain.refusals import Refusal

VALID_FOR: Final = timedelta(days=14)
OWN: Final = "own"
TERMS: Final = LotTerms(2, Decimal("100.00"), Decimal("100.00"))
LENGTH: Final = timedelta(minutes=10)
WINDOW: Final = timedelta(seconds=30)
# What is left after the jump to the end: inside the window, with time to read the button.
HURRIED: Final = timedelta(seconds=25)
# Each rival: its first bid, and how low it goes.
RIVALS: Final = {
    "rival-1": (Decimal("99.50"), Decimal("90.00")),
    "rival-2": (Decimal("99.00"), Decimal("82.00")),
    "rival-3": (Decimal("98.50"), Decimal("78.00")),
}
UNDERCUTS: Final = Decimal("0.10")


class Drill(StrEnum):
    """What has to be done once by hand before the day."""

    STEP = "step"
    TYPED = "typed"
    PASTE = "paste"
    EXTENSION = "extension"
    DISCONNECT = "disconnect"
    RECEIPT = "receipt"


ALL: Final = frozenset(Drill)
# A typed bid that asks for a second look: more than 5 % below the own last one (LR-22).
SECOND_LOOK: Final = Decimal("0.95")


def is_valid(passed_at: datetime | None, now: datetime) -> bool:
    """Whether a pass still counts."""
    return passed_at is not None and now - passed_at < VALID_FOR


def practice_rules(opens_at: datetime) -> LiveRules:
    """The rules of the toy lot: as the default of a real one, with a short window."""
    soft = SoftClose(window=WINDOW, hard_stop_after=LENGTH, max_extensions=10)
    return LiveRules("open_descending", opens_at, LENGTH, Step(Measure.PERCENT, Decimal("0.30")), soft_close=soft)


@dataclass(frozen=True, slots=True)
class Toy:
    """The toy lot at a moment, and the drills done so far."""

    rules: LiveRules
    state: FloorState
    done: frozenset[Drill] = frozenset()


def new_toy(now: datetime, done: frozenset[Drill] = frozenset()) -> Toy:
    """An open toy lot on which the rivals have their first bids."""
    rules = practice_rules(now)
    table = replace(timetable_of(lot_times(rules, 0)), status=LotStatus.OPEN)
    toy = Toy(rules, FloorState(table), done)
    for rival, (opening, _) in RIVALS.items():
        toy = _placed(toy, rival, opening, now)
    return toy


def place(toy: Toy, offer: Offer) -> tuple[Toy, Accepted | Refusal]:
    """An own bid, decided as in the room; an accepted one may complete drills."""
    played = format_of(toy.rules).play_bid(toy.rules, TERMS, toy.state, OWN, offer)
    if isinstance(played, Refusal):
        return toy, played
    return replace(toy, state=played.after, done=toy.done | _drills_of(played, offer)), played


def _drills_of(played: Accepted, offer: Offer) -> frozenset[Drill]:
    done = {Drill.EXTENSION} if played.is_extended else set()
    if offer.quote is not None:
        done.add(Drill.STEP)
    elif played.own_before is not None and played.amount < played.own_before * SECOND_LOOK:
        done.add(Drill.TYPED)
    return frozenset(done)


def answer_of_rival(toy: Toy, now: datetime) -> Toy:
    """Where the own bid leads, the first rival whose limit allows it goes a little below; else the lot as it was."""
    standing = toy.state.standing
    own = standing.own_last(OWN)
    if own is None or standing.rank_of(OWN) != 1:
        return toy
    for rival, (_, lowest) in RIVALS.items():
        following = format_of(toy.rules).next_valid_amount(toy.rules, TERMS, standing.own_last(rival))
        if following is not None and min(following, own - UNDERCUTS) >= lowest:
            return _placed(toy, rival, min(following, own - UNDERCUTS), now)
    return toy


def hurry(toy: Toy, now: datetime) -> Toy:
    """The toy lot moved to its last seconds, so that nobody waits ten minutes for an extension."""
    table = toy.state.timetable
    closes_at = min(table.closes_at, now + HURRIED)
    return replace(toy, state=replace(toy.state, timetable=replace(table, closes_at=closes_at)))


def closed(toy: Toy, now: datetime) -> Toy:
    """The toy lot, closed once its time is over."""
    table = toy.state.timetable
    if is_in_time(now, table.closes_at):
        return toy
    return replace(toy, state=replace(toy.state, timetable=replace(table, status=LotStatus.CLOSED)))


def _placed(toy: Toy, tag: str, amount: Decimal, now: datetime) -> Toy:
    played = format_of(toy.rules).play_bid(toy.rules, TERMS, toy.state, tag, Offer(f"{amount:.2f}", now))
    return replace(toy, state=played.after) if isinstance(played, Accepted) else toy
