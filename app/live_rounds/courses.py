"""Where a format stands that moves by time, as a floor's row keeps it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.closing import Timetable
from app.domain.formats import FORMATS, FloorState, LiveRules, format_of
from app.domain.formats.play import Course


def course_json(course: Course | None) -> dict[str, Any] | None:
    """Stored form."""
    return None if course is None else {"stage": course.stage, "slots": dict(course.slots)}


def course_from(stored: Mapping[str, Any] | None) -> Course | None:
    """From its stored form."""
    return None if stored is None else Course(int(stored["stage"]), dict(stored["slots"]))


def moves_at(rules: LiveRules, table: Timetable, course: Course | None) -> datetime | None:
    """When the format moves next; None where it does not. A row somebody has changed may name any format: it is stopped
    all the same."""
    if rules.pace is None or rules.format not in FORMATS:
        return None
    return format_of(rules).moves_at(rules, FloorState(table, course=course))
