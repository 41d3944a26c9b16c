"""What the journal says, read into typed values: members of an entry's data, and the frozen frame of each lot.

Serves the replay (JOURNAL.md section 4). Whatever is not in its form raises BadDataError, never anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.domain.entries import from_milliseconds
from app.domain.formats import FORMATS, LiveRules, LotTerms, LotTimes, lot_times, rules_from_json
from app.domain.money import LARGEST_SCALE, AmountFault, parse_amount


class BadDataError(ValueError):
    """An entry's data do not have the form of their kind."""


class UnknownFormatError(BadDataError):
    """The rules name a live format that this release does not know."""


@dataclass(frozen=True, slots=True)
class LotFrame:
    """What publication froze for one lot of a live round; ``place`` is its place in the round, from 0."""

    lot: str
    rules: LiveRules
    terms: LotTerms
    times: LotTimes
    place: int = 0

    def opened_at(self, opens_at: datetime) -> "LotFrame":
        """The frame of a round that opened at another instant than the published one (`live_rules.opening_after`)."""
        return replace(self, times=lot_times(self.rules, self.place, opens_at))


def lot_frames(document: Mapping[str, Any]) -> dict[str, LotFrame]:
    """The frame of each lot of a published document, none where it has no live round. Raises BadDataError where the
    document cannot be played."""
    try:
        kinds = {one["kind"]: one for one in document["rounds"]}
        if kinds and "live" not in kinds:
            return {}
        stored = kinds["live"]["rules"]
        if isinstance(stored["format"], str) and stored["format"] not in FORMATS:
            raise UnknownFormatError("the rules name a live format this verifier does not know")
        rules = _playable(rules_from_json(stored))
        lots = sorted(document["lots"], key=lambda lot: int(lot["number"]))
        return {
            str(lot["id"]): LotFrame(str(lot["id"]), rules, _terms(lot), lot_times(rules, place), place)
            for place, lot in enumerate(lots)
        }
    except BadDataError:
        raise
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, OverflowError):
        raise BadDataError("the published document cannot be played") from None


def _playable(rules: LiveRules) -> LiveRules:
    """The rules, where they say how their format moves by time. Raises BadDataError."""
    if any(fault.field.startswith("pace") for fault in FORMATS[rules.format].rule_faults(rules)):
        raise BadDataError("the rules do not say how their format moves by time")
    return rules


def lot_ids(document: Mapping[str, Any]) -> frozenset[str]:
    """The lots of a published document. Raises BadDataError."""
    try:
        return frozenset(str(lot["id"]) for lot in document["lots"])
    except (KeyError, TypeError):
        raise BadDataError("the lots of the document are not in their form") from None


def _terms(lot: Mapping[str, Any]) -> LotTerms:
    scale, start = lot["scale"], lot["start_price"]
    if type(scale) is not int or not 0 <= scale <= LARGEST_SCALE:
        raise BadDataError("a lot's scale is not a number of decimals")
    return LotTerms(scale, amount_of(lot["ceiling_price"], scale), None if start is None else amount_of(start, scale))


def amount_of(text: object, scale: int) -> Decimal:
    """An amount of a published document. Raises BadDataError."""
    amount = parse_amount(text, scale) if isinstance(text, str) else AmountFault.MALFORMED
    if isinstance(amount, AmountFault):
        raise BadDataError("an amount is not in its form")
    return amount


def instant_of(data: Mapping[str, Any], name: str) -> datetime:
    """An instant in an entry's data: RFC 3339 text or milliseconds. Raises BadDataError."""
    value = data.get(name)
    try:
        if type(value) is int:
            return from_milliseconds(value)
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        # Two are read of every bid, and they are in UTC as they stand. Others may fall out of the calendar on the way.
        if at is not None and at.tzinfo is not None:
            return at if at.tzinfo is UTC else at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadDataError(f"{name} is not an instant")


def number_of(data: Mapping[str, Any], name: str) -> int:
    """A whole number in an entry's data. Raises BadDataError."""
    value = data.get(name)
    if type(value) is not int:
        raise BadDataError(f"{name} is not a number")
    return value


def text_of(data: Mapping[str, Any], name: str) -> str:
    """A text in an entry's data. Raises BadDataError."""
    value = data.get(name)
    if not isinstance(value, str):
        raise BadDataError(f"{name} is not a text")
    return value


def rows_of(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects in an entry's data. Raises BadDataError."""
    rows = data.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadDataError(f"{name} is not a list")
    return rows
