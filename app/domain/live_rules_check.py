"""What keeps the rules of a live round from publication, whatever the format: each field, and what goes with what.

Serves LIVE.md section 1 and SCREENS.md PL-06 (pre-flight list). What a basis asks of the evaluation is in `live_basis`.
"""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from app.domain.live_rules import (
    LONGEST_LEAD,
    ONE_MINUTE,
    TELLS_BEST,
    Basis,
    ExtensionMode,
    FeedbackMode,
    LiveRules,
    LotOrder,
    Measure,
    RuleFault,
    SoftClose,
    Step,
    StepBasis,
    StepRule,
    TieRule,
    Trigger,
)
from app.domain.money import CURRENCIES

# Time to declare a lot closed and to turn to the next one.
LEAST_GAP: Final = timedelta(seconds=10)
LONGEST_GAP: Final = timedelta(days=1)
MOST_SIZES: Final = 5
MOST_CURRENCIES: Final = 10
# As central banks publish them, at most.
RATE_DIGITS: Final = 8
_MOST_RATE: Final = Decimal(1_000_000)

_Found = list[tuple[str, str, bool]]


def check_rules(rules: LiveRules) -> list[RuleFault]:
    """What keeps these rules from publication; empty when they can be played. LIVE.md section 1."""
    found = [
        ("duration_s", "OUT_OF_RANGE", rules.duration < ONE_MINUTE / 6),
        ("step.size", "OUT_OF_RANGE", not _is_measure(rules.step.measure, rules.step.size)),
        ("stagger_s", "OUT_OF_RANGE", rules.stagger < timedelta(0)),
        ("stagger_s", "INCOMPLETE", rules.lots is LotOrder.STAGGERED and rules.stagger <= timedelta(0)),
        ("lead_s", "OUT_OF_RANGE", not timedelta(0) <= rules.lead <= LONGEST_LEAD),
        *_series_faults(rules),
        *_market_faults(rules),
        *_size_faults(rules.step),
        *_rate_faults(rules),
    ]
    limit = rules.change_limit
    if limit is not None:
        is_narrow = limit.measure is rules.step.measure and limit.size < rules.step.size
        found.append(("change_limit.size", "OUT_OF_RANGE", is_narrow or not _is_measure(limit.measure, limit.size)))
    found += _basis_faults(rules)
    if rules.soft_close is not None:
        found += _soft_close_faults(rules.soft_close, rules.duration)
    return [RuleFault(name, code) for name, code, is_wrong in found if is_wrong]


def _series_faults(rules: LiveRules) -> _Found:
    is_series = rules.lots is LotOrder.SERIES
    return [
        ("gap_s", "OUT_OF_RANGE", is_series and not LEAST_GAP <= rules.gap <= LONGEST_GAP),
        ("gap_s", "NOT_ALLOWED_HERE", not is_series and rules.gap != timedelta(0)),
        ("stagger_s", "NOT_ALLOWED_HERE", is_series and rules.stagger != timedelta(0)),
    ]


def _market_faults(rules: LiveRules) -> _Found:
    """A step from a price that is not told would tell it by its refusals (LR-24); after a sealed round everybody has a
    first bid, and no gate is left to pass; another basis says itself what comes of equals."""
    return [
        ("step.basis", "NEEDS_BEST", rules.step.basis is StepBasis.BEST and rules.feedback not in TELLS_BEST),
        ("starting_gate", "NOT_ALLOWED_HERE", rules.has_gate and rules.starts_from is not None),
        ("ties", "NOT_BY_PRICE", rules.ties is TieRule.EQUAL_RANK and rules.basis is not Basis.PRICE),
    ]


def _size_faults(step: Step) -> _Found:
    """Thresholds fall, and each size is smaller than the one above it: the step only ever shrinks."""
    sizes = [step.size, *(each.size for each in step.below)]
    prices = [each.price for each in step.below]
    found = [("step.below", "TOO_LARGE", len(step.below) > MOST_SIZES)]
    for at, each in enumerate(step.below):
        place = f"step.below.{at}"
        is_rising = each.size >= sizes[at]
        found += [
            (f"{place}.price", "OUT_OF_RANGE", each.price <= 0 or each.price != round(each.price, 4)),
            (f"{place}.price", "OUT_OF_ORDER", at > 0 and each.price >= prices[at - 1]),
            (f"{place}.size", "OUT_OF_RANGE", not _is_measure(step.measure, each.size)),
            (f"{place}.size", "OUT_OF_ORDER", is_rising),
        ]
    return found


def _rate_faults(rules: LiveRules) -> _Found:
    """A converted amount is rounded, so it cannot be asked to lie on whole multiples of a step."""
    if rules.rates is None:
        return []
    named = [currency for currency, _ in rules.rates.rates]
    found = [
        ("currencies.rates", "INCOMPLETE", not named),
        ("currencies.rates", "TOO_LARGE", len(named) > MOST_CURRENCIES),
        ("currencies.source", "INCOMPLETE", not rules.rates.source.strip()),
        ("step.rule", "NOT_ALLOWED_HERE", rules.step.rule is StepRule.MULTIPLE),
    ]
    for at, (currency, rate) in enumerate(rules.rates.rates):
        place = f"currencies.rates.{at}"
        found += [
            (f"{place}.currency", "UNKNOWN_CURRENCY", currency not in CURRENCIES),
            (f"{place}.currency", "ALREADY_EXISTS", currency in named[:at]),
            (f"{place}.rate", "OUT_OF_RANGE", not 0 < rate < _MOST_RATE or rate != round(rate, RATE_DIGITS)),
        ]
    return found


# As much as a score sheet can say.
_MOST_MONEY = Decimal("999999.9999")


def _basis_faults(rules: LiveRules) -> _Found:
    """What is wrong with basis and factors by themselves; what they ask of the evaluation is in `live_basis`.

    A worse grade with a better value is a slip of the pen, as with the points of a certification. The best price says
    nothing, and misleads, where another basis than the price decides.
    """
    factors, basis = rules.factors, rules.basis
    found = [
        ("factors", "INCOMPLETE", basis is Basis.BONUS_MALUS and factors is None),
        ("factors", "NOT_ALLOWED_HERE", basis in (Basis.PRICE, Basis.POINTS) and factors is not None),
        ("feedback", "NEEDS_POINTS", rules.feedback is FeedbackMode.SCORE_RANK and basis is not Basis.POINTS),
        ("feedback", "NOT_BY_PRICE", rules.feedback in TELLS_BEST and basis is not Basis.PRICE),
        ("tells_lead", "NOT_ALLOWED_HERE", rules.tells_lead and rules.feedback is not FeedbackMode.SCORE_RANK),
    ]
    if factors is None or basis in (Basis.PRICE, Basis.POINTS):
        return found
    is_added = basis is Basis.BONUS_MALUS
    found += [
        ("factors.measure", "INCOMPLETE", is_added and factors.measure is None),
        ("factors.measure", "NOT_ALLOWED_HERE", basis is Basis.COEFFICIENT and factors.measure is not None),
    ]
    for (_, better), (grade, worse) in pairwise(factors.grades):
        is_slip = worse < better if is_added else worse > better
        found.append((f"factors.grades.{grade.value}", "OUT_OF_ORDER", is_slip))
    low, high = _bounds_of(basis, factors.measure)
    return [
        *found,
        *(
            (f"factors.grades.{grade.value}", "OUT_OF_RANGE", not low <= value <= high or value != round(value, 4))
            for grade, value in factors.grades
        ),
    ]


def _bounds_of(basis: Basis, measure: Measure | None) -> tuple[Decimal, Decimal]:
    """A bonus of the whole price leaves nothing to compare; the features of published schemes lie below 1."""
    if basis is Basis.COEFFICIENT:
        return Decimal(0), Decimal(1)
    return (Decimal(-50), Decimal(100)) if measure is Measure.PERCENT else (-_MOST_MONEY, _MOST_MONEY)


def _is_measure(measure: Measure, size: Decimal) -> bool:
    return size > 0 and (measure is Measure.MONEY or size < 100)


def _soft_close_faults(soft: SoftClose, duration: timedelta) -> _Found:
    adds = soft.mode is ExtensionMode.ADD
    tops = soft.trigger is Trigger.TOP_CHANGE
    return [
        ("soft_close.window_s", "OUT_OF_RANGE", not timedelta(0) < soft.window <= duration),
        ("soft_close.max_extensions", "OUT_OF_RANGE", not 1 <= soft.max_extensions <= 1000),
        ("soft_close.hard_stop_after_s", "OUT_OF_RANGE", soft.hard_stop_after <= timedelta(0)),
        ("soft_close.added_s", "INCOMPLETE", adds and (soft.added is None or soft.added <= timedelta(0))),
        ("soft_close.added_s", "NOT_ALLOWED_HERE", not adds and soft.added is not None),
        ("soft_close.top", "INCOMPLETE", tops and (soft.top is None or soft.top < 1)),
        ("soft_close.top", "NOT_ALLOWED_HERE", not tops and soft.top is not None),
    ]
