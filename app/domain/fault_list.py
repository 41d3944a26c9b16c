"""The faults of a draft as they are found, and the ways a typed text is read into a value or named as a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.domain.lines import has_hidden
from app.domain.money import AmountFault, normalise_typed, parse_amount
from app.domain.terms import Fault
from app.domain.timetable import TimeFault, resolve_local

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

LONGEST_TITLE: Final = 200


class FaultList:
    """A list that is written to from many places, with the paths of the places."""

    def __init__(self) -> None:
        self.items: list[Fault] = []

    def add(self, path: str, code: str, **detail: str) -> None:
        """Note a fault."""
        self.items.append(Fault(path, code, detail))

    def text(self, path: str, value: str, *, longest: int = LONGEST_TITLE, required: bool = False) -> None:
        """Ask for a text of people: not missing where it must not be, not too long, nothing invisible in it."""
        if required and not value.strip():
            self.add(path, "MISSING_VALUE")
        elif len(value) > longest:
            self.add(path, "TEXT_TOO_LONG", longest=str(longest))
        elif has_hidden(value):
            self.add(path, "BAD_CHARACTERS")

    def one_of(self, path: str, value: str, choices: frozenset[str], code: str = "OUT_OF_RANGE") -> None:
        """Ask for one of these."""
        if not value:
            self.add(path, "MISSING_VALUE")
        elif value not in choices:
            self.add(path, code)

    def between(self, path: str, value: int, low: int, high: int) -> None:
        """Ask for a number from low to high."""
        if not low <= value <= high:
            self.add(path, "OUT_OF_RANGE", low=str(low), high=str(high))

    def amount(self, path: str, value: str, scale: int, *, required: bool) -> Decimal | None:
        """Read an amount at a scale; None where there is none or it is at fault."""
        if not value.strip():
            if required:
                self.add(path, "MISSING_VALUE")
            return None
        amount = parse_amount(value.strip(), scale)
        if amount is AmountFault.MALFORMED and normalise_typed(value) is AmountFault.AMBIGUOUS:
            self.add(path, AmountFault.AMBIGUOUS.value)
            return None
        if isinstance(amount, AmountFault):
            self.add(path, amount.value, scale=str(scale))
            return None
        return amount

    def instant(self, path: str, text: str, zone: ZoneInfo | None) -> datetime | None:
        """Read a local time of the tender's zone; None where it is at fault, or the zone is."""
        if not text.strip():
            self.add(path, "MISSING_VALUE")
            return None
        if zone is None:
            return None
        at = resolve_local(text, zone)
        if isinstance(at, TimeFault):
            choices = {f"choice_{number}": choice for number, choice in enumerate(at.choices, start=1)}
            self.add(path, at.code, **choices)
            return None
        return at
