"""The days of this deployment: payments, deliveries, stages and hand-overs are counted in the days of its zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.timetable import load_zone
from app.infra.world import World
from app.settings import Settings


def zone_from(settings: Settings) -> ZoneInfo:
    """The zone of the settings. Raises ValueError on an unknown one: never the machine's own."""
    zone = load_zone(settings.time_zone)
    if zone is None:
        raise ValueError(f"BIDROOM_TIME_ZONE: no zone {settings.time_zone}")
    return zone


def zone_of(world: World) -> ZoneInfo:
    """The zone in which the deployment counts days."""
    return zone_from(world.settings)


def day_of(world: World, at: datetime) -> date:
    """The day an instant lies in."""
    return at.astimezone(zone_of(world)).date()


def today_of(world: World) -> date:
    """The day it is."""
    return day_of(world, world.clock.now())
