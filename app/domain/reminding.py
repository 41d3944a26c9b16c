"""When all invited are reminded that a live round opens: a day, an hour and ten minutes before (SCREENS.md 2.1)."""

from datetime import datetime, timedelta
from typing import Final

AHEAD: Final = (timedelta(hours=24), timedelta(hours=1), timedelta(minutes=10))
# So near the opening a reminder would come too late.
TOO_NEAR: Final = timedelta(minutes=2)


def is_reminder_due(opens_at: datetime, now: datetime, told_at: datetime | None) -> bool:
    """Whether it is time for a reminder that has not gone out: `told_at` is when the last one did.

    Of several whose time has passed only the last is owed."""
    passed = [opens_at - ahead for ahead in AHEAD if opens_at - ahead <= now]
    return bool(passed) and now < opens_at - TOO_NEAR and (told_at is None or told_at < passed[-1])


def is_last(opens_at: datetime, now: datetime) -> bool:
    """Whether no reminder is to follow."""
    return now >= opens_at - AHEAD[-1]
