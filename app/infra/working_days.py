"""The calendar of this deployment, from its settings: whose days off count, and what is asked of a time to respond."""

from app.domain.holidays import Calendar, PeriodRules, build_calendar
from app.infra.days import zone_from
from app.settings import Settings


def work_calendar(settings: Settings) -> Calendar:
    """The days worked here. Raises ValueError on an unknown zone."""
    return build_calendar(settings.holidays, zone_from(settings), settings.days_off, settings.days_worked)


def period_rules(settings: Settings) -> PeriodRules:
    """What the deployment asks of the time to respond."""
    return PeriodRules(work_calendar(settings), settings.least_response_days, settings.usual_response_days)
