"""The calendar of the deployment: which days are worked, and how the law counts days (WORDS.md; issue 7).

Counting follows the Civil Code of the PRC, articles 201 and 203: the day on which a period begins is not counted, its
last day is, and a last day off moves to the next day that is worked. Days are those of the deployment's zone.

Sources of the days off: for 2026 the notice of the General Office of the State Council of 4 November 2025; for 2027 the
statutory days of the State Council's decree 795 (2024) alone, because no yearly notice was known when this was written:
that year's bridging days and worked weekends are the deployment's to add.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.terms import Fault, Terms

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
# MOF order 74 (2013), articles 29 and 45: three working days at the least for talks and for requests for quotation.
USUAL_WORKING_DAYS: Final = 3
# First and last day of each stretch off.
_CHINA_OFF: Final = (
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
    ("2027-01-01", "2027-01-01"),
    ("2027-02-05", "2027-02-08"),
    ("2027-04-05", "2027-04-05"),
    ("2027-05-01", "2027-05-02"),
    ("2027-06-09", "2027-06-09"),
    ("2027-09-15", "2027-09-15"),
    ("2027-10-01", "2027-10-03"),
)
# Weekend days that are worked instead.
_CHINA_WORKED: Final = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
# The years whose yearly notice is in the data above.
_CHINA_ANNOUNCED: Final = frozenset({2026})


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days worked and days off in a zone; a weekday that is not named is worked, a weekend day is not."""

    zone: ZoneInfo
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    # Of these years every day is known; None: there is no such list to wait for.
    announced: frozenset[int] | None = None

    def is_worked(self, day: date) -> bool:
        """Whether a day is worked."""
        return day in self.worked or (day not in self.off and day.weekday() < _SATURDAY)

    def day_of(self, at: datetime) -> date:
        """The day an aware instant falls on here."""
        return at.astimezone(self.zone).date()

    def is_known(self, year: int) -> bool:
        """Whether all days off of a year are in the calendar."""
        return self.announced is None or year in self.announced

    def days_between(self, begun: datetime, until: datetime) -> int:
        """Count days, the first excluded and the last included; none where `until` is not later."""
        return max((self.day_of(until) - self.day_of(begun)) // _DAY, 0)

    def working_days_between(self, begun: datetime, until: datetime) -> int:
        """Count days that are worked, the first day excluded and the last included."""
        first = self.day_of(begun)
        return sum(self.is_worked(first + _DAY * n) for n in range(1, self.days_between(begun, until) + 1))

    def last_day(self, begun: datetime, days: int) -> date:
        """Give the last day of a period of so many calendar days; a day off moves it to the next one worked."""
        found = self.day_of(begun) + _DAY * days
        while not self.is_worked(found):
            found += _DAY
        return found

    def last_working_day(self, begun: datetime, days: int) -> date:
        """Give the last day of a period of so many working days (`days` of one or more)."""
        found, left = self.day_of(begun), days
        while left:
            found += _DAY
            left -= self.is_worked(found)
        return found


def _china() -> tuple[frozenset[date], frozenset[date]]:
    off: set[date] = set()
    for first, last in _CHINA_OFF:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            off.add(day)
            day += _DAY
    return frozenset(off), frozenset(map(date.fromisoformat, _CHINA_WORKED))


def build_calendar(region: str, zone: ZoneInfo, off: Iterable[date] = (), worked: Iterable[date] = ()) -> Calendar:
    """Make the calendar of a deployment: `cn` for China's days, empty for weekends alone, and the days it adds itself.

    A day added wins over the list; one named both ways is worked. Naming days of a year says that its notice is known.
    """
    own_off, own_worked = frozenset(off), frozenset(worked)
    listed_off, listed_worked = _china() if region == "cn" else (frozenset[date](), frozenset[date]())
    announced = None
    if region == "cn":
        announced = _CHINA_ANNOUNCED | {day.year for day in own_off | own_worked}
    return Calendar(zone, listed_off | own_off - own_worked, (listed_worked - own_off) | own_worked, announced)


@dataclass(frozen=True, slots=True)
class PeriodRules:
    """What a deployment asks of the time to respond: below `least` working days nothing is published, below `usual`
    people are warned."""

    calendar: Calendar
    least: int = 0
    usual: int = USUAL_WORKING_DAYS


def check_period(terms: Terms, rules: PeriodRules, *, now: datetime) -> list[Fault]:
    """Stop a publication that would leave less time to respond than the deployment allows."""
    left = rules.calendar.working_days_between(now, terms.response_due_at)
    if left >= rules.least:
        return []
    return [Fault("response_due", "RESPONSE_TOO_SHORT", {"working_days": str(left), "least": str(rules.least)})]


def warn_about_period(terms: Terms, rules: PeriodRules, *, now: datetime) -> list[Fault]:
    """Warn of a short time to respond, of instants on days off, and of years whose days off are not known yet."""
    calendar = rules.calendar
    left = calendar.working_days_between(now, terms.response_due_at)
    found = []
    if rules.least <= left < rules.usual:
        found.append(Fault("response_due", "SHORT_RESPONSE", {"working_days": str(left), "usual": str(rules.usual)}))
    times = [("response_due", terms.response_due_at)]
    if terms.sealed is not None:
        times.append(("sealed.closes_at", terms.sealed.closes_at))
    if terms.rules is not None:
        times.append(("rules.opens_at", terms.rules.opens_at))
    for path, at in times:
        day = calendar.day_of(at)
        if not calendar.is_worked(day):
            found.append(Fault(path, "ON_DAY_OFF", {"day": day.isoformat()}))
    last = max(at for _, at in times)
    years = range(calendar.day_of(now).year, calendar.day_of(last).year + 1)
    missing = [str(year) for year in years if not calendar.is_known(year)]
    if missing:
        found.append(Fault("response_due", "DAYS_OFF_UNKNOWN", {"year": missing[0]}))
    return found
