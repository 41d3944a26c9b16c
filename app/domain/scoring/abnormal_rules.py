"""Tests that call a price abnormally low: parameters of an inquiry, never an exclusion by themselves.

Serves SCORING.md section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.scoring.typed import Typed, plain

MOST_TESTS: Final = 6
ANSWER_HOURS: Final = 24
# Thirty days: beyond it the offers themselves have expired.
LONGEST_ANSWER_HOURS: Final = 720


class AbnormalKind(StrEnum):
    """What a price is held against."""

    SHARE_OF_MEAN = "share_of_mean"
    SHARE_OF_SECOND_LOWEST = "share_of_second_lowest"
    SHARE_OF_CEILING = "share_of_ceiling"


@dataclass(frozen=True, slots=True)
class AbnormalTest:
    """A price below `share` percent of the measure is asked about; one equal to it too unless `is_strict`."""

    kind: AbnormalKind
    share: Decimal
    is_strict: bool = True


@dataclass(frozen=True, slots=True)
class AbnormalRules:
    """The tests, any of which asks; and the hours a supplier has to answer."""

    tests: tuple[AbnormalTest, ...]
    answer_hours: int = ANSWER_HOURS


def read_abnormal(typed: Typed) -> AbnormalRules:
    """The rules as typed; what is wrong with them goes to the reader's faults."""
    typed.only({"tests", "answer_hours"})
    tests = tuple(_read_test(one) for one in typed.parts("tests", most=MOST_TESTS))
    if not tests:
        typed.fault("tests", "MISSING_VALUE")
    hours = ANSWER_HOURS
    if typed.get("answer_hours") is not None:
        hours = typed.integer("answer_hours", low=1, high=LONGEST_ANSWER_HOURS)
    return AbnormalRules(tests, hours)


def _read_test(typed: Typed) -> AbnormalTest:
    typed.only(AbnormalTest.__slots__)
    kind = AbnormalKind(typed.choice("kind", list(AbnormalKind)))
    share = typed.decimal("share", low="0.0001", high="100")
    return AbnormalTest(kind, share, is_strict=typed.get("is_strict") is None or typed.flag("is_strict"))


def abnormal_to_json(rules: AbnormalRules) -> dict[str, Any]:
    """The canonical members, every parameter written out."""
    tests = [{"kind": one.kind.value, "share": plain(one.share), "is_strict": one.is_strict} for one in rules.tests]
    return {"tests": tests, "answer_hours": rules.answer_hours}
