"""Typed access to rules as people typed them: every value that is not what it should be becomes a fault with its path.

Serves SCREENS.md PL-06 (pre-flight list): one reading gives both the typed value and what is wrong with it, so that the
builder and the frozen document can never disagree about what is a faultless rule.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from app.domain.lines import has_hidden
from app.domain.live_rules import RuleFault

# A weight, a share, a slope: at most six digits before and four after the point, a minus where the rule allows one.
_NUMBER: Final = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,4})?")
LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 2000
_NOTHING: Final[Mapping[str, Any]] = {}


class Typed:
    """One object of the JSON as typed. Faults go to one list that all its parts share; paths are joined by dots."""

    def __init__(self, value: Any, path: str = "", faults: list[RuleFault] | None = None) -> None:
        self.path = path
        self.faults: list[RuleFault] = [] if faults is None else faults
        self._members: Mapping[str, Any] = value if isinstance(value, Mapping) else _NOTHING
        if not isinstance(value, Mapping):
            self.faults.append(RuleFault(path, "MALFORMED"))

    def at(self, name: str) -> str:
        """The path of a member."""
        return f"{self.path}.{name}" if self.path else name

    def fault(self, name: str, code: str) -> None:
        """Note that a member is wrong, once for each way."""
        found = RuleFault(self.at(name), code)
        if found not in self.faults:
            self.faults.append(found)

    def get(self, name: str) -> Any:
        """A member as typed, None where absent."""
        return self._members.get(name)

    def only(self, allowed: Collection[str]) -> None:
        """Members beside these say something no rule reads: a fault each."""
        for name in sorted(set(map(str, self._members)) - set(allowed)):
            self.fault(name, "NOT_ALLOWED_HERE")

    def part(self, name: str) -> Typed:
        """A member that is an object."""
        return Typed(self.get(name), self.at(name), self.faults)

    def parts(self, name: str, *, most: int) -> list[Typed]:
        """A member that is a list of objects."""
        value = self.get(name)
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.fault(name, "MALFORMED")
            return []
        if len(value) > most:
            self.fault(name, "TOO_LARGE")
        return [Typed(item, f"{self.at(name)}.{at}", self.faults) for at, item in enumerate(value[:most])]

    def text(self, name: str, *, longest: int = LONGEST_TITLE) -> str:
        """A member that is a text, trimmed; absent is empty."""
        value = self.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(name, "MALFORMED")
            return ""
        if len(value) > longest:
            self.fault(name, "TEXT_TOO_LONG")
        elif has_hidden(value):
            self.fault(name, "BAD_CHARACTERS")
        return value.strip()

    def decimal(self, name: str, *, low: str, high: str) -> Decimal:
        """A member that is a decimal text within bounds, both inclusive; the lower one stands in for what is faulty."""
        value = self.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            self.fault(name, "MISSING_VALUE")
        elif not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
            self.fault(name, "MALFORMED")
        elif not Decimal(low) <= Decimal(value.strip()) <= Decimal(high):
            self.fault(name, "OUT_OF_RANGE")
        else:
            return Decimal(value.strip())
        return Decimal(low)

    def optional_decimal(self, name: str, *, low: str, high: str) -> Decimal | None:
        """A decimal text, or null, or an empty field: there is none."""
        value = self.get(name)
        is_absent = value is None or (isinstance(value, str) and not value.strip())
        return None if is_absent else self.decimal(name, low=low, high=high)

    def integer(self, name: str, *, low: int, high: int) -> int:
        """A member that is a whole number within bounds."""
        value = self.get(name)
        if value is None:
            self.fault(name, "MISSING_VALUE")
        elif type(value) is not int:
            self.fault(name, "MALFORMED")
        elif not low <= value <= high:
            self.fault(name, "OUT_OF_RANGE")
        else:
            return value
        return low

    def flag(self, name: str) -> bool:
        """A member that is true or false; absent is false."""
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            self.fault(name, "MALFORMED")
        return value is True

    def choice(self, name: str, choices: Sequence[str], *, default: str | None = None) -> str:
        """A member that is one of some codes; the first stands in for a faulty one."""
        value = self.get(name)
        if value is None and default is not None:
            return default
        if value is None or value == "":
            self.fault(name, "MISSING_VALUE")
        elif not isinstance(value, str) or value not in choices:
            self.fault(name, "OUT_OF_RANGE")
        else:
            return str(value)
        return str(choices[0])


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: the canonical text of a weight, a share, a slope."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
