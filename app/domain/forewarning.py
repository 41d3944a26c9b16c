"""Warnings about a tender that may be published as it is, though something in it will not work as hoped.

Serves DESIGN.md section 3 ("the builder warns where the expected field is too small for a rule"), SCREENS.md PL-05,
PL-06, AN-03 and LR-28. A warning stops nothing; purchaser and approver both see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from app.domain.live_rules import TELLS_BEST, LotOrder, Measure
from app.domain.questioning import Profile
from app.domain.scoring.ahp import derive
from app.domain.scoring.rules import evaluation_from_json
from app.domain.sealed_rules import Custody
from app.domain.terms import Fault
from app.domain.visibility import ALIASES_FROM, BEST_PRICE_FROM, BuyerView, is_anonymity_nominal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from app.domain.live_rules import LiveRules
    from app.domain.sealed_rules import SealedRules
    from app.domain.terms import Terms

# PL-05: fewer than three stops, fewer than five warns.
WARN_BELOW: Final = 5
# PL-06: the guide for the least step, in percent of the reference price.
STEP_GUIDE: Final = (Decimal("0.25"), Decimal("0.5"))
# A representative reads mail once a working day.
SHORT_NOTICE: Final = timedelta(hours=24)
# ACCESS.md section 3: above the value band the profile `strict` is due; by ceiling prices, in the tender's currency.
STRICT_FROM: Final = Decimal(10_000_000)


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


def warn_about_field(expected: ExpectedField, terms: Terms) -> list[Fault]:
    """Warn where the expected field is too small for a rule: aliases from 4, best price from 5 (SCREENS.md AN-03)."""
    invited, rules, least = expected.invited, terms.rules, terms.draft.min_bidders
    shows_aliases = rules is not None and rules.buyer_view is BuyerView.ALIASES
    shows_best = rules is not None and rules.feedback in TELLS_BEST
    shortlist = 0 if terms.evaluation is None else int(terms.evaluation["shortlist"]["count"])
    turns = None if rules is None or rules.pace is None else rules.pace.slots
    shown = {"invited": str(invited), **({} if turns is None else {"turns": str(turns)})}
    found = [
        ("min_bidders", "ANONYMITY_NOMINAL", is_anonymity_nominal(invited) or is_anonymity_nominal(least)),
        ("rules.buyer_view", "ALIASES_HIDDEN", shows_aliases and invited < ALIASES_FROM),
        ("rules.feedback", "BEST_PRICE_HIDDEN", shows_best and invited < BEST_PRICE_FROM),
        ("rules.tells_lead", "LEAD_PRICE_HIDDEN", rules is not None and rules.tells_lead and invited < BEST_PRICE_FROM),
        # Who has no turn of its own bids in the first, together with others; each turn nobody has is an idle wait.
        ("rules.pace.slots", "TURNS_SHARED", turns is not None and turns < invited),
        ("rules.pace.slots", "TURNS_IDLE", turns is not None and turns > invited > 0),
        ("outside", "FEW_SUPPLIERS", invited < WARN_BELOW),
        ("min_bidders", "NO_SPARE_BIDDER", invited == least),
        # A shortlist of everybody leaves nobody out.
        ("evaluation.shortlist.count", "SHORTLIST_HOLDS_ALL", shortlist >= invited > 0),
    ]
    return [Fault(path, code, shown) for path, code, is_so in found if is_so]


def warn_about_terms(terms: Terms, *, now: datetime) -> list[Fault]:
    """Warn about texts, times, steps and baselines of a draft without faults. SCREENS.md PL-06, LR-28, PL-14."""
    draft = terms.draft
    has_room = terms.opens_at > terms.response_due_at
    latest = terms.response_due_at + terms.response_extension
    is_lean = terms.questions.profile is Profile.LEAN
    found = [
        ("title_en", "NO_TRANSLATION", not (draft.title_zh.strip() and draft.title_en.strip())),
        ("summary_en", "NO_TRANSLATION", bool(draft.summary_zh.strip()) != bool(draft.summary_en.strip())),
        ("terms_en", "NO_TRANSLATION", bool(draft.terms_zh.strip()) != bool(draft.terms_en.strip())),
        ("questions.profile", "LEAN_ABOVE_BAND", is_lean and _value(terms) >= STRICT_FROM),
        ("questions.close_hours", "NO_TIME_TO_ASK", terms.questions.closes_at(terms.response_due_at) <= now),
        ("response_due", "SHORT_NOTICE", terms.response_due_at - now < SHORT_NOTICE),
        ("response_extension_minutes", "NO_ROOM_TO_EXTEND", not (has_room and terms.response_extension)),
        ("response_extension_minutes", "NO_ROOM_TO_CONTINUE", has_room and latest >= terms.opens_at),
        *((f"lots.{at}.baseline_price", "NO_BASELINE", lot.baseline is None) for at, lot in enumerate(terms.lots)),
        *((f"lots.{at}.scale", "SCALES_DIFFER", lot.scale != terms.lots[0].scale) for at, lot in enumerate(terms.lots)),
        *([] if terms.rules is None else _about_live(terms.rules, len(terms.lots))),
        *([] if terms.sealed is None else _about_sealed(terms, terms.sealed)),
    ]
    return [Fault(path, code) for path, code, is_so in found if is_so]


def _value(terms: Terms) -> Decimal:
    return sum(((lot.ceiling * (lot.quantity if lot.basis == "unit" else 1)) for lot in terms.lots), Decimal(0))


_Found = list[tuple[str, str, bool]]


def _about_live(rules: LiveRules, lots: int) -> _Found:
    return [
        ("rules.soft_close", "NO_SOFT_CLOSE", rules.soft_close is None),
        ("rules.step.size", "STEP_OUTSIDE_GUIDE", _is_step_unusual(rules)),
        ("rules.lots", "LOTS_CLOSE_TOGETHER", lots > 1 and rules.lots is LotOrder.PARALLEL),
    ]


def _about_sealed(terms: Terms, sealed: SealedRules) -> _Found:
    """Say whose custody it is (SEALING.md section 1: never overstated), and where times or weights leave no room."""
    extended = sealed.closes_at + sealed.extension
    formula = "" if terms.evaluation is None else str(terms.evaluation["price"]["formula"]["code"])
    found = [
        ("sealed.custody", "SERVER_CUSTODY", sealed.custody is Custody.SERVER),
        ("sealed.closes_at", "SHORT_TO_SEAL", sealed.closes_at - sealed.opens_at < SHORT_NOTICE),
        ("sealed.extension_s", "NO_ROOM_TO_EXTEND", not sealed.extension),
        # A share of points cannot be ranked by amount alone; then the technical part only passes or fails.
        ("evaluation.technical.weight", "TECHNICAL_ONLY_PASSES", sealed.has_technical and formula == "price_only"),
        *((f"lots.{at}.minimum_price", "MINIMUM_PRICE", lot.minimum is not None) for at, lot in enumerate(terms.lots)),
    ]
    if terms.rules is not None:
        found.append(("rules.opens_at", "LIVE_MAY_MOVE", extended + terms.rules.lead >= terms.rules.opens_at))
    technical = None if terms.evaluation is None else evaluation_from_json(terms.evaluation).technical
    for at, judged in enumerate(() if technical is None else technical.judgements):
        is_so = not derive(judged.matrix, judged.digits).is_consistent
        found.append((f"evaluation.technical.ahp.{at}.matrix", "JUDGEMENTS_INCONSISTENT", is_so))
    for at, one in enumerate(_criteria(terms)):
        place = f"evaluation.technical.criteria.{at}"
        found.append((f"{place}.title_en", "NO_TRANSLATION", not (one["title_zh"] and one["title_en"])))
    return found


def _criteria(terms: Terms) -> Sequence[Mapping[str, Any]]:
    technical = (terms.evaluation or {}).get("technical")
    return [] if technical is None else technical["criteria"]


def _is_step_unusual(rules: LiveRules) -> bool:
    low, high = STEP_GUIDE
    return rules.step.measure is Measure.PERCENT and not low <= rules.step.size <= high
