"""What the formats share whose price moves by ticks: the instants of the ticks, and what does not go with them.

All instants are counted back from the close, so that a pause, which moves the close, moves every tick with it.
"""

from datetime import datetime, timedelta
from typing import Final

from app.domain.closing import Timetable
from app.domain.formats.play import Course, FloorState
from app.domain.live_rules import TELLS_BEST, Basis, FeedbackMode, LiveRules, LotOrder, Pace, RuleFault

MOST_TICKS: Final = 500
SHORTEST: Final = timedelta(seconds=10)
LONGEST: Final = timedelta(hours=1)
_FEEDBACK: Final = frozenset(FeedbackMode) - TELLS_BEST - {FeedbackMode.RANK_BAND, FeedbackMode.SCORE_RANK}


def pace_of(rules: LiveRules) -> Pace:
    """The pace. Precondition: the rules can be played, as `rule_faults` tells."""
    assert rules.pace is not None, "rules of this format have a pace"
    return rules.pace


def length_of(pace: Pace) -> timedelta:
    """How long the lot is open at most: what `duration_s` must be."""
    return pace.each * pace.stages


def tick_faults(rules: LiveRules) -> list[RuleFault]:
    """What keeps rules of a format with ticks from publication: the price is the format's, nobody names one."""
    pace = rules.pace
    if pace is None:
        return [RuleFault("pace", "INCOMPLETE")]
    found = [
        ("pace.stages", "OUT_OF_RANGE", not 2 <= pace.stages <= MOST_TICKS),
        ("pace.each_s", "OUT_OF_RANGE", not SHORTEST <= pace.each <= LONGEST),
        ("pace.slots", "NOT_ALLOWED_HERE", pace.slots is not None),
        ("duration_s", "OUT_OF_RANGE", rules.duration != length_of(pace)),
        ("soft_close", "NOT_ALLOWED_HERE", rules.soft_close is not None),
        ("change_limit", "NOT_ALLOWED_HERE", rules.change_limit is not None),
        ("auto_bid", "NOT_ALLOWED_HERE", rules.auto_bid),
        ("starts_from", "NOT_ALLOWED_HERE", rules.starts_from is not None),
        ("basis", "NOT_ALLOWED_HERE", rules.basis is not Basis.PRICE),
        ("lots", "NOT_ALLOWED_HERE", rules.lots is LotOrder.STAGGERED),
        ("feedback", "NOT_ALLOWED_HERE", rules.feedback not in _FEEDBACK),
        ("currencies", "NOT_ALLOWED_HERE", rules.rates is not None),
        ("step.below", "NOT_ALLOWED_HERE", bool(rules.step.below)),
        ("starting_gate", "NOT_ALLOWED_HERE", rules.has_gate),
    ]
    return [RuleFault(name, code) for name, code, is_wrong in found if is_wrong]


def begins(pace: Pace, table: Timetable, tick: int) -> datetime:
    """When a tick begins, counted from 0. Precondition: the lot was not ended early."""
    return table.closes_at - pace.each * (pace.stages - tick)


def tick_moves_at(rules: LiveRules, state: FloorState) -> datetime | None:
    """When the next tick begins; None in the last, and of a lot that has ended early."""
    pace, course = pace_of(rules), state.course
    following = 0 if course is None else course.stage + 1
    return None if following >= pace.stages else begins(pace, state.timetable, following)


def ended(pace: Pace) -> Course:
    """Where a lot stands that ended before its last tick: behind all of them."""
    return Course(pace.stages)
