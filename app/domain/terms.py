"""A tender's terms: a draft without faults, read into typed values, and what a fault is.

Serves DESIGN.md section 3 (Tender → Lots → Lines) and SCREENS.md PL-06. Made by `preflight.py`, frozen by
`freezing.py`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.questioning import DEFAULT, QuestionRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, timedelta
    from decimal import Decimal
    from typing import Any
    from zoneinfo import ZoneInfo

    from app.domain.drafting import Draft
    from app.domain.live_rules import LiveRules
    from app.domain.procedures import Procedure
    from app.domain.sealed_rules import SealedRules


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: `field` is the path in the draft's JSON form; `detail` says what would be right."""

    field: str
    code: str
    detail: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineTerms:
    """One line, read."""

    item_code: str
    description: str
    quantity: Decimal
    unit: str
    baseline: Decimal | None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the buyer pays today: figure, where it comes from, of which day (SCREENS.md CK-03: each tile names them)."""

    price: Decimal
    source: str
    on: date


@dataclass(frozen=True, slots=True)
class LotFrame:
    """One lot, read. `ceiling`, `start` and `minimum` are at the lot's scale."""

    id: str
    title_zh: str
    title_en: str
    scale: int
    basis: str
    quantity: Decimal
    unit: str
    ceiling: Decimal
    start: Decimal | None
    baseline: Baseline | None
    lines: tuple[LineTerms, ...]
    minimum: Decimal | None = None
    # What stands for its secret reserve price (reserve_pricing.py); None where it has none.
    reserve_commitment: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """A draft without faults: everything typed, every instant resolved.

    `rules` are those of the live round, `sealed` of the sealed one; each is there where the procedure has such a round.
    `evaluation` is the JSON form of the published evaluation, there with a sealed round.
    """

    draft: Draft
    zone: ZoneInfo
    response_due_at: datetime
    response_extension: timedelta
    rules: LiveRules | None
    lots: tuple[LotFrame, ...]
    procedure: Procedure
    sealed: SealedRules | None = None
    evaluation: Mapping[str, Any] | None = None
    questions: QuestionRules = DEFAULT

    @property
    def opens_at(self) -> datetime:
        """Give the opening of the first round: until then a tender may be amended and called off without a bid."""
        first = self.sealed or self.rules
        assert first is not None  # every procedure has a round
        return first.opens_at
