"""The calendar of this deployment as release and settings have it, and the days that two persons set over it."""

from collections.abc import Iterable
from datetime import date

from app.domain.holidays import Calendar, build_calendar
from app.infra.days import zone_from
from app.settings import Settings


def work_calendar(settings: Settings, off: Iterable[date] = (), worked: Iterable[date] = ()) -> Calendar:
    """The days worked here; the days given win over those of the settings. Raises ValueError on an unknown zone."""
    own_off, own_worked = frozenset(off), frozenset(worked)
    off_too = (frozenset(settings.days_off) | own_off) - own_worked
    worked_too = (frozenset(settings.days_worked) | own_worked) - own_off
    return build_calendar(settings.holidays, zone_from(settings), off_too, worked_too)
