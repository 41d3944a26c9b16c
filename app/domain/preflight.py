"""The pre-flight: reads a draft as typed into typed terms, or names every place that keeps it from publication.

Serves SCREENS.md PL-06 (pre-flight list). Faults stop a publication; the warnings of `forewarning.py` stop nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from app.domain.certification import Grade
from app.domain.lines import has_hidden
from app.domain.live_rules import LiveRules, LotOrder, Measure, check_rules
from app.domain.live_rules_json import BadRulesError, rules_from_json
from app.domain.money import CURRENCIES, LARGEST_SCALE, AmountFault, fits_scale, normalise_typed, parse_amount
from app.domain.terms import Baseline, Fault, LineTerms, LotFrame, Terms
from app.domain.timetable import TimeFault, load_zone, resolve_local

if TYPE_CHECKING:
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from app.domain.drafting import Draft, LineDraft, LotDraft

LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 4000
MOST_LOTS: Final = 50
MOST_LINES: Final = 2000
# A round further away than this is a slip in the year.
FARTHEST: Final = timedelta(days=366)
LONGEST_EXTENSION: Final = timedelta(days=30)
TAX_BASES: Final = frozenset({"excluded", "included"})
BASES: Final = frozenset({"unit", "total"})
UNSEAL_SCOPES: Final = frozenset({"preferred", "shortlist"})
AWARD_RULES: Final = frozenset({"price_only"})


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of the pre-flight: terms where there is no fault, else the faults."""

    terms: Terms | None
    faults: tuple[Fault, ...]


def check_draft(draft: Draft, *, now: datetime, categories: frozenset[str]) -> list[Fault]:
    """Name everything that keeps the draft from publication; empty when it may be submitted. SCREENS.md PL-06."""
    return list(read_draft(draft, now=now, categories=categories).faults)


def read_draft(draft: Draft, *, now: datetime, categories: frozenset[str]) -> Reading:
    """Read a draft into terms. Precondition: `now` is aware; `categories` are those suppliers are certified for."""
    found = _Faults()
    _read_heads(draft, categories, found)
    zone = load_zone(draft.time_zone)
    if zone is None:
        found.add("time_zone", "UNKNOWN_ZONE")
    lots = _read_lots(draft, found)
    due_at = _instant(draft.response_due, "response_due", zone, found)
    extension = timedelta(minutes=draft.response_extension_minutes)
    rules = _read_rules(draft, zone, found)
    _check_times(now, due_at, rules, found)
    _check_steps(rules, draft, found)
    if zone is None or due_at is None or rules is None or found.items:
        return Reading(None, tuple(found.items))
    return Reading(Terms(draft, zone, due_at, extension, rules, tuple(lots)), ())


class _Faults:
    """A list that is written to from many places, with the paths of the places."""

    def __init__(self) -> None:
        self.items: list[Fault] = []

    def add(self, path: str, code: str, **detail: str) -> None:
        self.items.append(Fault(path, code, detail))

    def text(self, path: str, value: str, *, longest: int = LONGEST_TITLE, required: bool = False) -> None:
        if required and not value.strip():
            self.add(path, "MISSING_VALUE")
        elif len(value) > longest:
            self.add(path, "TEXT_TOO_LONG", longest=str(longest))
        elif has_hidden(value):
            self.add(path, "BAD_CHARACTERS")

    def one_of(self, path: str, value: str, choices: frozenset[str], code: str = "OUT_OF_RANGE") -> None:
        if not value:
            self.add(path, "MISSING_VALUE")
        elif value not in choices:
            self.add(path, code)

    def between(self, path: str, value: int, low: int, high: int) -> None:
        if not low <= value <= high:
            self.add(path, "OUT_OF_RANGE", low=str(low), high=str(high))

    def amount(self, path: str, value: str, scale: int, *, required: bool) -> Decimal | None:
        if not value.strip():
            if required:
                self.add(path, "MISSING_VALUE")
            return None
        amount = parse_amount(value.strip(), scale)
        if amount is AmountFault.MALFORMED and normalise_typed(value) is AmountFault.AMBIGUOUS:
            self.add(path, AmountFault.AMBIGUOUS.value)
            return None
        if isinstance(amount, AmountFault):
            self.add(path, amount.value, scale=str(scale))
            return None
        return amount


def _read_heads(draft: Draft, categories: frozenset[str], found: _Faults) -> None:
    if not draft.title_zh.strip() and not draft.title_en.strip():
        found.add("title_zh", "MISSING_VALUE")
    for name in ("title_zh", "title_en"):
        found.text(name, getattr(draft, name))
    for name in ("summary_zh", "summary_en", "terms_zh", "terms_en", "purchaser_note"):
        found.text(name, getattr(draft, name), longest=LONGEST_TEXT)
    found.one_of("category", draft.category, categories, "UNKNOWN_CATEGORY")
    found.one_of("currency", draft.currency, frozenset(CURRENCIES), "UNKNOWN_CURRENCY")
    found.one_of("tax_basis", draft.tax_basis, TAX_BASES)
    found.one_of("unseal_scope", draft.unseal_scope, UNSEAL_SCOPES)
    found.one_of("award_rule", draft.award_rule, AWARD_RULES)
    found.one_of("min_grade", draft.min_grade, frozenset(Grade))
    found.between("min_bidders", draft.min_bidders, 1, 100)
    longest = LONGEST_EXTENSION // timedelta(minutes=1)
    found.between("response_extension_minutes", draft.response_extension_minutes, 0, longest)
    for at, one in enumerate(draft.outside):
        found.text(f"outside.{at}.reason", one.reason, longest=LONGEST_TEXT, required=True)
        if one.supplier_id in {other.supplier_id for other in draft.outside[:at]}:
            found.add(f"outside.{at}.supplier_id", "ALREADY_EXISTS")


def _read_lots(draft: Draft, found: _Faults) -> list[LotFrame]:
    if not draft.lots:
        found.add("lots", "MISSING_VALUE")
    if len(draft.lots) > MOST_LOTS:
        found.add("lots", "TOO_LARGE", most=str(MOST_LOTS))
    if sum(len(lot.lines) for lot in draft.lots) > MOST_LINES:
        found.add("lots", "TOO_LARGE", most_lines=str(MOST_LINES))
    is_only = len(draft.lots) == 1
    frames = (_read_lot(lot, f"lots.{at}", found, titled=is_only) for at, lot in enumerate(draft.lots))
    return [frame for frame in frames if frame is not None]


def _read_lot(lot: LotDraft, path: str, found: _Faults, *, titled: bool) -> LotFrame | None:
    """Read one lot. `titled`: it is the only one and may go by the tender's own title."""
    before = len(found.items)
    if not titled and not lot.title_zh.strip() and not lot.title_en.strip():
        found.add(f"{path}.title_zh", "MISSING_VALUE")
    found.text(f"{path}.title_zh", lot.title_zh)
    found.text(f"{path}.title_en", lot.title_en)
    found.text(f"{path}.unit", lot.unit, longest=30, required=True)
    found.one_of(f"{path}.basis", lot.basis, BASES)
    found.between(f"{path}.scale", lot.scale, 0, LARGEST_SCALE)
    scale = min(max(lot.scale, 0), LARGEST_SCALE)
    quantity = found.amount(f"{path}.quantity", lot.quantity, LARGEST_SCALE, required=True)
    ceiling = found.amount(f"{path}.ceiling_price", lot.ceiling_price, scale, required=True)
    start = found.amount(f"{path}.start_price", lot.start_price, scale, required=False)
    if ceiling is not None and start is not None and start > ceiling:
        found.add(f"{path}.start_price", "ABOVE_CEILING", ceiling=lot.ceiling_price.strip())
    baseline = _read_baseline(lot, path, found)
    lines = tuple(_read_line(line, f"{path}.lines.{at}", found) for at, line in enumerate(lot.lines))
    if quantity is None or ceiling is None or len(found.items) > before:
        return None
    return LotFrame(
        id=lot.id,
        title_zh=lot.title_zh.strip(),
        title_en=lot.title_en.strip(),
        scale=scale,
        basis=lot.basis,
        quantity=quantity,
        unit=lot.unit.strip(),
        ceiling=ceiling,
        start=start,
        baseline=baseline,
        lines=tuple(line for line in lines if line is not None),
    )


def _read_baseline(lot: LotDraft, path: str, found: _Faults) -> Baseline | None:
    price = found.amount(f"{path}.baseline_price", lot.baseline_price, LARGEST_SCALE, required=False)
    if not lot.baseline_price.strip():
        return None
    found.text(f"{path}.baseline_source", lot.baseline_source, required=True)
    try:
        on = date.fromisoformat(lot.baseline_on.strip())
    except ValueError:
        found.add(f"{path}.baseline_on", "NOT_A_DATE" if lot.baseline_on.strip() else "MISSING_VALUE")
        return None
    return None if price is None else Baseline(price, lot.baseline_source.strip(), on)


def _read_line(line: LineDraft, path: str, found: _Faults) -> LineTerms | None:
    found.text(f"{path}.item_code", line.item_code)
    found.text(f"{path}.description", line.description, longest=500, required=True)
    found.text(f"{path}.unit", line.unit, longest=30, required=True)
    quantity = found.amount(f"{path}.quantity", line.quantity, LARGEST_SCALE, required=True)
    baseline = found.amount(f"{path}.baseline_price", line.baseline_price, LARGEST_SCALE, required=False)
    if quantity is None:
        return None
    return LineTerms(line.item_code.strip(), line.description.strip(), quantity, line.unit.strip(), baseline)


def _read_rules(draft: Draft, zone: ZoneInfo | None, found: _Faults) -> LiveRules | None:
    typed = dict(draft.rules or {})
    opens_at = _instant(str(typed.get("opens_at") or ""), "rules.opens_at", zone, found)
    if opens_at is None:
        return None
    try:
        rules = rules_from_json({**typed, "opens_at": opens_at.isoformat()})
    except BadRulesError as bad:
        found.add(f"rules.{bad.field}", "MALFORMED")
        return None
    for fault in check_rules(rules):
        found.add(f"rules.{fault.field}", fault.code)
    return rules


def _instant(text: str, path: str, zone: ZoneInfo | None, found: _Faults) -> datetime | None:
    if not text.strip():
        found.add(path, "MISSING_VALUE")
        return None
    if zone is None:
        return None
    at = resolve_local(text, zone)
    if isinstance(at, TimeFault):
        found.add(path, at.code, **{f"choice_{number}": choice for number, choice in enumerate(at.choices, start=1)})
        return None
    return at


def _check_times(now: datetime, due_at: datetime | None, rules: LiveRules | None, found: _Faults) -> None:
    if due_at is not None and due_at <= now:
        found.add("response_due", "IN_THE_PAST")
    if rules is None:
        return
    if rules.opens_at <= now:
        found.add("rules.opens_at", "IN_THE_PAST")
    elif rules.opens_at > now + FARTHEST:
        found.add("rules.opens_at", "TOO_FAR")
    if due_at is not None and rules.opens_at < due_at:
        found.add("rules.opens_at", "BEFORE_RESPONSES")


def _check_steps(rules: LiveRules | None, draft: Draft, found: _Faults) -> None:
    """A step in money must be writable at every lot's scale, or no bid could ever follow it exactly."""
    if rules is None:
        return
    smallest = min((min(max(lot.scale, 0), LARGEST_SCALE) for lot in draft.lots), default=LARGEST_SCALE)
    if rules.step.measure is Measure.MONEY and not fits_scale(rules.step.size, smallest):
        found.add("rules.step.size", "PRECISION", scale=str(smallest))
    limit = rules.change_limit
    if limit is not None and limit.measure is Measure.MONEY and not fits_scale(limit.size, smallest):
        found.add("rules.change_limit.size", "PRECISION", scale=str(smallest))
    if rules.lots is LotOrder.STAGGERED and len(draft.lots) == 1:
        found.add("rules.lots", "NOT_ALLOWED_HERE")
