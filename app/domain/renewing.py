"""When a supplier is reminded that its certification or evidence runs out: 90, 30 and 7 days before (issue 7).

Days are counted in the deployment's zone, from the day on which somebody reads the reminder to the last valid day.
"""

from datetime import datetime, timedelta, tzinfo
from typing import Final

AHEAD: Final = (90, 30, 7)
# An instant just before the end: "until the 1st, 00:00" is valid on the last day of the month before.
_TICK: Final = timedelta(milliseconds=1)


def days_left(valid_until: datetime, at: datetime, zone: tzinfo) -> int:
    """How many days lie between today and the last day on which it is valid; 0 on that day, negative when over."""
    last = (valid_until - _TICK).astimezone(zone).date()
    return (last - at.astimezone(zone).date()).days


def reminder_due(left: int, told: int | None) -> int | None:
    """Which reminder is owed with so many days left, having told the one of ``told`` days: 90, 30, 7 or none.

    Of several whose day has passed only the last is owed, each once, and none when it is over.
    """
    owed = min((ahead for ahead in AHEAD if left <= ahead), default=None)
    if left < 0 or owed is None or (told is not None and told <= owed):
        return None
    return owed
