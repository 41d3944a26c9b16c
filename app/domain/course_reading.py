"""Where a format stands that moves by time, as the journal tells it (`lot.moved`), and the slots drawn there."""

from collections.abc import Mapping
from typing import Any

from app.domain.formats.play import Course
from app.domain.framing import BadDataError


def course_of(data: Mapping[str, Any]) -> Course:
    """The course in an entry's data. Raises BadDataError."""
    stage, slots = data.get("stage"), data.get("slots", {})
    is_drawn = isinstance(slots, dict) and all(type(slot) is int for slot in slots.values())
    if type(stage) is not int or not is_drawn:
        raise BadDataError("course is not in its form")
    return Course(stage, dict(slots))


def drawn(told: Course, count: int) -> Mapping[str, int]:
    """The slots as told, where they can have been drawn: in range, and spread evenly. Raises BadDataError."""
    taken = [list(told.slots.values()).count(slot) for slot in range(1, count + 1)]
    is_even = sum(taken) == len(told.slots) and max(taken) - min(taken) <= 1
    if not is_even:
        raise BadDataError("these slots cannot have been drawn")
    return told.slots
