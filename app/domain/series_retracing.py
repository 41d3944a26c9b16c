"""Retracing lots in series: each opened the gap after the close of the one before (LIVE.md 1, lots; JOURNAL.md 4).

Each lot has a chain of its own; only together do they say whether it opened when it had to.
"""

from collections.abc import Mapping

from app.domain.chaining import Fault, Why
from app.domain.closing import LotStatus, next_opening
from app.domain.replaying import LotReplay


def series_fault(lots: Mapping[int, LotReplay]) -> Fault | None:
    """Which lot in series did not open the gap after the close of the one before it, or None; by their places."""
    for place, lot in sorted(lots.items()):
        before = lots.get(place - 1)
        if before is None or before.status is not LotStatus.CLOSED:
            continue
        due = next_opening(lot.frame.times.opens_at, before.timetable.closes_at, lot.frame.rules.gap)
        if lot.timetable.opens_at != due:
            return Fault(Why.REPLAY, f"by the rules lot {place + 1} of the series opens at {due}")
    return None
