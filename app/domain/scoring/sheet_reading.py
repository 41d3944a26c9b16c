"""Reading a score sheet: the evaluation as a tender publishes it, and the offers with marks, values or points.

Everything that could make a wrong rank is a fault with its path: amounts that are none, are not above zero, have too
many digits or are above the ceiling, currencies that differ, names that repeat, marks that are missing or over the
range. Titles and levels of the criteria may be left out: they change no figure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from app.domain.certification import Grade
from app.domain.live_rules import RuleFault
from app.domain.money import AmountFault, parse_amount
from app.domain.refusals import Code
from app.domain.scoring.formulas import is_offered
from app.domain.scoring.kinds import Benchmark, Benchmarked, BlendWith, MonetisedQuality, TotalCost, Worth
from app.domain.scoring.rules import PRICE_ALONE, EvaluationRules, read_evaluation
from app.domain.scoring.sheet_marks import Technical, read_technical_part
from app.domain.scoring.totals import Offer
from app.domain.scoring.typed import Typed

if TYPE_CHECKING:
    from app.domain.scoring.criteria import TechnicalRules

SHEET_VERSION: Final = 1
# Five times the largest lot.
MOST_OFFERS: Final = 500
MOST_FEATURES: Final = 40
LONGEST_NAME: Final = 80
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
# The texts of a criterion that a sheet may leave out.
_NO_TEXTS: Final[Mapping[str, Any]] = {
    "answer": "text",
    "unit": "",
    "choices": [],
    "prompt_zh": "",
    "prompt_en": "",
    "levels": [{"zh": f"{mark} 分", "en": f"Level {mark}"} for mark in range(6)],
}
_AMOUNT_CODES: Final = {
    AmountFault.MALFORMED: Code.NOT_AN_AMOUNT.value,
    AmountFault.PRECISION: Code.PRECISION.value,
    AmountFault.NOT_POSITIVE: Code.OUT_OF_RANGE.value,
}


@dataclass(frozen=True, slots=True)
class Entrant:
    """An offer of the sheet; `is_ranked`: it passes and was not taken out."""

    offer: Offer
    technical: Technical | None
    is_passing: bool
    is_valid: bool
    failed: tuple[str, ...]

    @property
    def is_ranked(self) -> bool:
        """Whether it has a place."""
        return self.is_passing and self.is_valid


@dataclass(frozen=True, slots=True)
class Sheet:
    """A faultless sheet."""

    rules: EvaluationRules
    ceiling: Decimal
    entrants: tuple[Entrant, ...]


def read_sheet(value: Any) -> tuple[Sheet | None, list[RuleFault]]:
    """A sheet as typed and what is wrong with it; None where the faults leave nothing to rank."""
    typed = Typed(value)
    if not isinstance(value, Mapping):
        return None, typed.faults
    typed.only({"sheet", "currency", "scale", "ceiling_price", "evaluation", "offers"})
    if typed.get("sheet") is not None:
        typed.integer("sheet", low=SHEET_VERSION, high=SHEET_VERSION)
    scale = 4 if typed.get("scale") is None else typed.integer("scale", low=0, high=4)
    currency = _currency(typed, "")
    evaluation = Typed(_with_texts(typed.get("evaluation")), "evaluation", typed.faults)
    rules = read_evaluation(evaluation, may_offer_features=True)
    ceiling = _ceiling(typed, rules, scale)
    parts = typed.parts("offers", most=MOST_OFFERS)
    if not parts:
        typed.fault("offers", "MISSING_VALUE")
    # Of a faulty method nothing can be said about offers: their points would be read against stand-ins.
    technical = None if typed.faults else rules.technical
    frame = _Frame(rules if not typed.faults else PRICE_ALONE, technical, ceiling, scale, currency)
    checks_all = not typed.faults
    entrants = tuple(_read_offer(part, order, frame, checks_all=checks_all) for order, part in enumerate(parts))
    _check_names(parts, entrants)
    at = ceiling if ceiling is not None else max((each.offer.amount for each in entrants), default=Decimal(1))
    return Sheet(rules, at, entrants), typed.faults


@dataclass(frozen=True, slots=True)
class _Frame:
    rules: EvaluationRules
    technical: TechnicalRules | None
    ceiling: Decimal | None
    scale: int
    currency: str


def _with_texts(evaluation: Any) -> Any:
    """The evaluation with stand-ins for texts that are left out. What is no object stays what it is, for the reader."""
    if not isinstance(evaluation, Mapping):
        return evaluation
    filled = {"technical": None, "shortlist": {"count": 1}, **evaluation}
    technical = filled["technical"]
    if isinstance(technical, Mapping):
        filled["technical"] = {**technical}
        for name, texts in (("criteria", _NO_TEXTS), ("groups", {})):
            listed = technical.get(name)
            if isinstance(listed, list):
                filled["technical"][name] = [_titled(each, texts) for each in listed]
    return filled


def _titled(item: Any, texts: Mapping[str, Any]) -> Any:
    if not isinstance(item, Mapping):
        return item
    titles = {} if item.get("title_zh") or item.get("title_en") else {"title_en": str(item.get("id") or "-")[:32]}
    return {**texts, **item, **titles}


def _currency(typed: Typed, default: str) -> str:
    value = typed.get("currency")
    if value is None:
        return default
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        typed.fault("currency", "MALFORMED")
        return default
    return value


def _ceiling(typed: Typed, rules: EvaluationRules, scale: int) -> Decimal | None:
    if typed.get("ceiling_price") is not None:
        return _amount(typed, "ceiling_price", scale)
    formula = rules.price.formula
    is_blended = (
        isinstance(formula, Benchmarked)
        and formula.benchmark is Benchmark.BLEND
        and formula.blend_with is BlendWith.CEILING
    )
    if is_blended or (isinstance(formula, MonetisedQuality) and formula.of is Worth.CEILING):
        typed.fault("ceiling_price", "MISSING_VALUE")
    return None


def _amount(typed: Typed, name: str, scale: int) -> Decimal:
    value = typed.get(name)
    if value is None:
        typed.fault(name, "MISSING_VALUE")
        return Decimal(1)
    found = parse_amount(value, scale) if isinstance(value, str) else AmountFault.MALFORMED
    if isinstance(found, AmountFault):
        typed.fault(name, _AMOUNT_CODES[found])
        return Decimal(1)
    return Decimal(value)


def _read_offer(part: Typed, order: int, frame: _Frame, *, checks_all: bool) -> Entrant:
    members = {"name", "amount", "currency", "technical", "values", "marks", "grade", "bonus", "features", "is_valid"}
    part.only(members)
    name = part.text("name", longest=LONGEST_NAME)
    if not name:
        part.fault("name", "MISSING_VALUE")
    amount = _amount(part, "amount", frame.scale)
    is_valid = part.get("is_valid") is None or part.flag("is_valid")
    if is_valid and frame.ceiling is not None and amount > frame.ceiling:
        part.fault("amount", Code.ABOVE_CEILING.value)
    if _currency(part, frame.currency) != frame.currency:
        part.fault("currency", Code.MIXED_CURRENCIES.value)
    technical = read_technical_part(part, frame.technical) if checks_all else None
    offer = Offer(
        name,
        amount,
        order,
        None if technical is None else technical.points,
        _bonus(part, frame.rules) if checks_all else Decimal(0),
        _features(part, frame.rules) if checks_all else (),
    )
    failed = () if technical is None else technical.failed
    return Entrant(offer, technical, is_passing=not failed, is_valid=is_valid, failed=failed)


def _bonus(part: Typed, rules: EvaluationRules) -> Decimal:
    """What the certification adds: by its grade at the invitation, or in points as frozen by tag."""
    points = {} if rules.certification is None else rules.certification.points
    grade, bonus = part.get("grade"), part.optional_decimal("bonus", low="-50", high="50")
    if grade is None:
        if bonus and not points:
            part.fault("bonus", Code.NOT_ALLOWED_HERE.value)
        if bonus is None and points:
            part.fault("grade", "MISSING_VALUE")
        return bonus or Decimal(0)
    found = Grade(part.choice("grade", list(Grade)))
    if bonus is not None or not points:
        part.fault("bonus" if bonus is not None else "grade", Code.NOT_ALLOWED_HERE.value)
    return points.get(found, Decimal(0))


# Of `total_cost`: percents and money alike.
_ADDITIONS: Final = ("-999999.9999", "999999.9999")


def _features(part: Typed, rules: EvaluationRules) -> tuple[Decimal, ...]:
    formula = rules.price.formula
    if not is_offered(formula):
        if part.get("features") is not None:
            part.fault("features", Code.NOT_ALLOWED_HERE.value)
        return ()
    listed = part.parts("features", most=MOST_FEATURES)
    for each in listed:
        each.only({"name", "value"})
    low, high = _ADDITIONS if isinstance(formula, TotalCost) else ("0", "1")
    return tuple(each.decimal("value", low=low, high=high) for each in listed)


def _check_names(parts: list[Typed], entrants: tuple[Entrant, ...]) -> None:
    seen: set[str] = set()
    for part, entrant in zip(parts, entrants, strict=True):
        if entrant.offer.key in seen:
            part.fault("name", Code.ALREADY_EXISTS.value)
        seen.add(entrant.offer.key)
