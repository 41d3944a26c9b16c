"""Rules in their JSON form, read member by member: whatever is not as it should be is named by its place.

Serves LIVE.md section 1 and the sealed rules beside it: what is frozen is read back exactly or not at all.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any


class BadRulesError(ValueError):
    """The JSON is not the form its rules are written in; `field` names the first place where it is not."""

    def __init__(self, field: str) -> None:
        super().__init__(f"not the form of rules: {field}")
        self.field = field


class Members:
    """Typed access to one object, naming the field when it is not what it should be."""

    def __init__(self, members: Mapping[str, Any], prefix: str = "") -> None:
        self._members = members
        self._prefix = prefix

    def _get(self, name: str, kind: type) -> Any:
        value = self._members.get(name)
        if type(value) is not kind:
            raise BadRulesError(self._prefix + name)
        return value

    def is_null(self, name: str) -> bool:
        """Whether a member is absent or null."""
        return self._members.get(name) is None

    def text(self, name: str) -> str:
        """A text."""
        return str(self._get(name, str))

    def integer(self, name: str) -> int:
        """A whole number."""
        return int(self._get(name, int))

    def truth(self, name: str) -> bool:
        """True or false."""
        return bool(self._get(name, bool))

    def seconds(self, name: str) -> timedelta:
        """A span in whole seconds."""
        try:
            return timedelta(seconds=self.integer(name))
        except OverflowError:
            raise BadRulesError(self._prefix + name) from None

    def choice(self, name: str, choices: type) -> str:
        """One of the values of a StrEnum."""
        value = self.text(name)
        if value not in {item.value for item in choices}:  # type: ignore[attr-defined]  # choices is a StrEnum class
            raise BadRulesError(self._prefix + name)
        return value

    def decimal(self, name: str) -> Decimal:
        """A finite number written as text."""
        try:
            value = Decimal(self.text(name))
        except InvalidOperation:
            raise BadRulesError(self._prefix + name) from None
        if not value.is_finite():
            raise BadRulesError(self._prefix + name)
        return value

    def instant(self, name: str) -> datetime:
        """An instant, RFC 3339 with an offset."""
        try:
            at = datetime.fromisoformat(self.text(name))
            # With an offset it may lie outside the calendar of UTC.
            utc = None if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadRulesError(self._prefix + name) from None
        if utc is None:
            raise BadRulesError(self._prefix + name)
        return utc

    def day(self, name: str) -> date:
        """A date, ISO 8601."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise BadRulesError(self._prefix + name) from None

    def part(self, name: str) -> "Members":
        """An object in the object."""
        return Members(self._get(name, dict), f"{self._prefix}{name}.")

    def optional_part(self, name: str) -> "Members | None":
        """An object in the object, or None."""
        return None if self.is_null(name) else self.part(name)

    def parts(self, name: str) -> "list[Members]":
        """A list of objects in the object; none where it is absent or null."""
        if self.is_null(name):
            return []
        listed = self._get(name, list)
        if not all(isinstance(each, dict) for each in listed):
            raise BadRulesError(self._prefix + name)
        return [Members(each, f"{self._prefix}{name}.{at}.") for at, each in enumerate(listed)]
