"""Warnings about a tender that may be published as it is, though something in it will not work as hoped.

Serves DESIGN.md section 3 ("the builder warns where the expected field is too small for a rule"), SCREENS.md PL-05,
PL-06, AN-03 and LR-28. A warning stops nothing; purchaser and approver both see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from app.domain.live_rules import FeedbackMode, LotOrder, Measure
from app.domain.terms import Fault
from app.domain.visibility import ALIASES_FROM, BEST_PRICE_FROM, BuyerView, is_anonymity_nominal

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.live_rules import LiveRules
    from app.domain.terms import Terms

# PL-05: fewer than three stops, fewer than five warns.
WARN_BELOW: Final = 5
# PL-06: the guide for the least step, in percent of the reference price.
STEP_GUIDE: Final = (Decimal("0.25"), Decimal("0.5"))
# A representative reads mail once a working day.
SHORT_NOTICE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ExpectedField:
    """How many suppliers may be invited, by rule and outside of it."""

    by_rule: int
    outside: int

    @property
    def invited(self) -> int:
        """Give the number of all who would be invited."""
        return self.by_rule + self.outside


def check_field(expected: ExpectedField, min_bidders: int) -> list[Fault]:
    """Stop a tender that cannot reach its own least number of bidders. SCREENS.md PL-05."""
    if expected.invited >= min_bidders:
        return []
    return [Fault("outside", "TOO_FEW_BIDDERS", {"invited": str(expected.invited), "min_bidders": str(min_bidders)})]


def warn_about_field(expected: ExpectedField, rules: LiveRules, min_bidders: int) -> list[Fault]:
    """Warn where the expected field is too small for a rule: aliases from 4, best price from 5 (SCREENS.md AN-03)."""
    invited = expected.invited
    is_best_shown = rules.feedback is FeedbackMode.BEST_PRICE
    shown = {"invited": str(invited)}
    found = [
        ("min_bidders", "ANONYMITY_NOMINAL", is_anonymity_nominal(invited) or is_anonymity_nominal(min_bidders)),
        ("rules.buyer_view", "ALIASES_HIDDEN", rules.buyer_view is BuyerView.ALIASES and invited < ALIASES_FROM),
        ("rules.feedback", "BEST_PRICE_HIDDEN", is_best_shown and invited < BEST_PRICE_FROM),
        ("outside", "FEW_SUPPLIERS", invited < WARN_BELOW),
        ("min_bidders", "NO_SPARE_BIDDER", invited == min_bidders),
    ]
    return [Fault(path, code, shown) for path, code, is_so in found if is_so]


def warn_about_terms(terms: Terms, *, now: datetime) -> list[Fault]:
    """Warn about texts, times, steps and baselines of a draft without faults. SCREENS.md PL-06, LR-28, PL-14."""
    draft, rules = terms.draft, terms.rules
    has_room = rules.opens_at > terms.response_due_at
    latest = terms.response_due_at + terms.response_extension
    found = [
        ("title_en", "NO_TRANSLATION", not (draft.title_zh.strip() and draft.title_en.strip())),
        ("summary_en", "NO_TRANSLATION", bool(draft.summary_zh.strip()) != bool(draft.summary_en.strip())),
        ("terms_en", "NO_TRANSLATION", bool(draft.terms_zh.strip()) != bool(draft.terms_en.strip())),
        ("response_due", "SHORT_NOTICE", terms.response_due_at - now < SHORT_NOTICE),
        ("response_extension_minutes", "NO_ROOM_TO_EXTEND", not (has_room and terms.response_extension)),
        ("response_extension_minutes", "NO_ROOM_TO_CONTINUE", has_room and latest >= rules.opens_at),
        ("rules.soft_close", "NO_SOFT_CLOSE", rules.soft_close is None),
        ("rules.step.size", "STEP_OUTSIDE_GUIDE", _is_step_unusual(rules)),
        ("rules.lots", "LOTS_CLOSE_TOGETHER", len(terms.lots) > 1 and rules.lots is LotOrder.PARALLEL),
        *((f"lots.{at}.baseline_price", "NO_BASELINE", lot.baseline is None) for at, lot in enumerate(terms.lots)),
        *((f"lots.{at}.scale", "SCALES_DIFFER", lot.scale != terms.lots[0].scale) for at, lot in enumerate(terms.lots)),
    ]
    return [Fault(path, code) for path, code, is_so in found if is_so]


def _is_step_unusual(rules: LiveRules) -> bool:
    low, high = STEP_GUIDE
    return rules.step.measure is Measure.PERCENT and not low <= rules.step.size <= high
