"""Feasibility and budget of a project, and whether what is bought stays within it (SCREENS.md AP-02).

A budget is passed by many small purchases as well as by one large: what belongs to one project is added up, and so is
what one category asks for within a season. These are warnings for the approver, who decides; they refuse nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.money import AmountFault, fits_scale, minor_units, normalise_typed
from app.domain.needs import parse_day
from app.domain.process import SHORTEST_REASON, Check, Course, Stage, StageState, may_buy
from app.domain.refusals import Code, Refusal

# The value from which the profile `strict` asks for more (ACCESS.md section 3, "above the band"): below it one approver
# is enough, so that is where a purchase would be cut in two.
BAND: Final[Mapping[str, Decimal]] = {"CNY": Decimal(1_000_000), "EUR": Decimal(130_000), "USD": Decimal(140_000)}
# Two requests of one category that are this many days apart may be one need in two parts.
SPLIT_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Plan:
    """What the purchaser found, as typed: whether it can be done, and for how much by whose word."""

    is_feasible: bool = False
    finding: str = ""
    currency: str = "CNY"
    budget_line: str = ""
    budget: str = ""
    estimate: str = ""
    estimate_source: str = ""
    estimate_on: str = ""

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)


def plan_from_json(stored: Mapping[str, Any]) -> Plan:
    """Read the stored form; a member added since then takes its default."""
    known = {each.name for each in fields(Plan)}
    return Plan(**{name: value for name, value in stored.items() if name in known})


def parse_amount(typed: str, currency: str) -> Decimal | None:
    """An amount above nothing, or None where there is none."""
    found = normalise_typed(typed, currency=currency)
    if isinstance(found, AmountFault):
        return None
    value = Decimal(found)
    return value if value > 0 else None


def normalised(plan: Plan) -> Plan:
    """The amounts that can be read in one way only in the form of the wire; all others stay as typed."""
    budget, estimate = (_normalised(typed, plan.currency) for typed in (plan.budget, plan.estimate))
    return replace(plan, budget=budget, estimate=estimate)


def _normalised(typed: str, currency: str) -> str:
    found = normalise_typed(typed, currency=currency)
    return typed if isinstance(found, AmountFault) else found


def check_plan(plan: Plan) -> tuple[Check, ...]:
    """What feasibility and budget ask for before the project may go on."""
    return (
        Check("FEASIBLE", plan.is_feasible and bool(plan.finding.strip())),
        Check("BUDGET_LINE", bool(plan.budget_line.strip())),
        Check("BUDGET", parse_amount(plan.budget, plan.currency) is not None),
        Check("ESTIMATE", parse_amount(plan.estimate, plan.currency) is not None),
        Check("ESTIMATE_SOURCE", bool(plan.estimate_source.strip()) and parse_day(plan.estimate_on) is not None),
    )


def may_raise(course: Course) -> bool:
    """Whether an approved project may still ask for more: not before its approval, while its budget is written, not
    once it was stopped, and not once its contract is signed."""
    return may_buy(course) and course[Stage.CONTRACT] not in (StageState.DONE, StageState.NOT_APPLICABLE)


def decide_raise(course: Course, plan: Plan, wanted: str, reason: str) -> Decimal | Refusal:
    """The budget an approved project asks for instead of its own.

    Refuses NOT_ALLOWED_HERE where `may_raise` says no, OUT_OF_RANGE for what is no amount above the budget (or can be
    read in two ways), PRECISION beyond the smallest coin, REASON_MISSING (fewer than five characters).
    """
    before = parse_amount(plan.budget, plan.currency)
    if before is None or not may_raise(course):
        return Refusal(Code.NOT_ALLOWED_HERE)
    asked = parse_amount(wanted, plan.currency)
    if asked is None or asked <= before:
        return Refusal(Code.OUT_OF_RANGE, {"field": "amount", "above": f"{before:f}"})
    if not fits_scale(asked, minor_units(plan.currency)):
        return Refusal(Code.PRECISION, {"digits": str(minor_units(plan.currency))})
    return asked if len(reason.strip()) >= SHORTEST_REASON else Refusal(Code.REASON_MISSING)


class BudgetWarning(StrEnum):
    """What the approver is told."""

    ESTIMATE_OVER_BUDGET = "ESTIMATE_OVER_BUDGET"
    TOGETHER_OVER_BUDGET = "TOGETHER_OVER_BUDGET"
    LOOKS_SPLIT = "LOOKS_SPLIT"
    # One requester, one budget line.
    ONE_LINE_SPLIT = "ONE_LINE_SPLIT"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    # Tenders without a project, of one purchaser and category.
    TENDERS_LOOK_SPLIT = "TENDERS_LOOK_SPLIT"


@dataclass(frozen=True, slots=True)
class Beside:
    """Another request of the season: of the same category, or of the same requester on the same budget line."""

    reference: str
    currency: str
    budget: Decimal
    is_same_requester: bool = False
    is_same_line: bool = False
    is_same_category: bool = True

    @property
    def is_close(self) -> bool:
        """One requester, one budget line."""
        return self.is_same_requester and self.is_same_line

    def to_json(self) -> dict[str, Any]:
        """What the approver reads of it."""
        return {**asdict(self), "budget": f"{self.budget:f}"}


def line_of(plan: Plan) -> str:
    """A budget line without what differs by typing alone."""
    return "".join(plan.budget_line.split()).casefold()


def _looks_split(values: Iterable[Decimal], band: Decimal | None) -> bool:
    """Whether parts below the band reach it together. A part that is above it hides nothing: it was looked at as such,
    and the small ones beside it are added up all the same."""
    small = [value for value in values if band is not None and value < band]
    return band is not None and len(small) > 1 and sum(small, Decimal(0)) >= band


def warn_parts(parts: Iterable[tuple[str, Decimal]], *, budget: Decimal | None, currency: str) -> list[BudgetWarning]:
    """What the lots and tenders of one project say together.

    Each part is (currency, value). Together above the budget warns; so do parts below the band that reach it together.
    What is in another currency cannot be added and is said.
    """
    listed = list(parts)
    own = [value for code, value in listed if code == currency]
    found = []
    if budget is not None and sum(own, Decimal(0)) > budget:
        found.append(BudgetWarning.TOGETHER_OVER_BUDGET)
    if _looks_split(own, BAND.get(currency)):
        found.append(BudgetWarning.LOOKS_SPLIT)
    if len(own) < len(listed):
        found.append(BudgetWarning.OTHER_CURRENCY)
    return found


def warn_plan(plan: Plan, others: Iterable[Beside]) -> list[BudgetWarning]:
    """What the approver of a project is warned of: an estimate above the budget; other requests of the season that
    with this one reach the band though each stays below it, and whether one person asked for them on one budget line;
    and such a request in another currency, which cannot be added."""
    listed = list(others)
    budget, estimate = parse_amount(plan.budget, plan.currency), parse_amount(plan.estimate, plan.currency)
    is_over = budget is not None and estimate is not None and estimate > budget
    found = [BudgetWarning.ESTIMATE_OVER_BUDGET] if is_over else []
    band = BAND.get(plan.currency)
    if budget is None or (band is not None and budget >= band):
        return found
    beside = [one for one in listed if one.currency == plan.currency]
    if _looks_split([budget, *(one.budget for one in beside)], band):
        found.append(BudgetWarning.LOOKS_SPLIT)
    if _looks_split([budget, *(one.budget for one in beside if one.is_close)], band):
        found.append(BudgetWarning.ONE_LINE_SPLIT)
    if any(one.is_close and one.currency != plan.currency for one in listed):
        found.append(BudgetWarning.OTHER_CURRENCY)
    return found


@dataclass(frozen=True, slots=True)
class Alone:
    """A tender without a project, of the same purchaser and category, with the most it may cost."""

    reference: str
    currency: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class LooksSplit:
    """Tenders that stay below the band one by one and reach it together with the one that is published."""

    references: tuple[str, ...]
    total: Decimal
    band: Decimal


def band_of(currency: str, bands: Mapping[str, Decimal]) -> Decimal | None:
    """The threshold of a currency: the house's own where its settings name one, else `BAND`."""
    return bands.get(currency, BAND.get(currency))


def find_split(
    value: Decimal | None, currency: str, others: Iterable[Alone], band: Decimal | None
) -> LooksSplit | None:
    """Which tenders without a project look like one purchase cut in parts: this one and the others of its currency
    stay below the band, and reach it together. None where this one reaches it by itself, or nothing is known of its
    value. The approver is warned; nothing is refused."""
    if band is None or value is None or value >= band:
        return None
    small = [one for one in others if one.currency == currency and one.value < band]
    if not _looks_split([value, *(one.value for one in small)], band):
        return None
    total = sum((one.value for one in small), value)
    return LooksSplit(tuple(sorted(one.reference for one in small)), total, band)
