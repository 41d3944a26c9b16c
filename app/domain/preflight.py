"""The pre-flight: reads a draft as typed into typed terms, or names every place that keeps it from publication.

Serves SCREENS.md PL-06 (pre-flight list). Faults stop a publication; the warnings of `forewarning.py` stop nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from app.domain.certification import Grade
from app.domain.fault_list import FaultList
from app.domain.formats import check_rules
from app.domain.live_rules import LiveRules, LotOrder, Measure, Origin
from app.domain.live_rules_json import BadRulesError, rules_from_json
from app.domain.money import CURRENCIES, LARGEST_SCALE, fits_scale
from app.domain.preflight_questions import read_questions
from app.domain.preflight_sealed import (
    check_live_basis,
    check_rulebook,
    check_sealed_times,
    read_evaluation,
    read_sealed,
)
from app.domain.procedures import Procedure
from app.domain.procurement_methods import read_method
from app.domain.terms import Baseline, Fault, LineTerms, LotFrame, Terms
from app.domain.timetable import load_zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from app.domain.drafting import Draft, LineDraft, LotDraft
    from app.domain.sealed_rules import SealedRules

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
# Drafts from before the sealed half have no such member.
DEFAULT_LEAD_S: Final = 900


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
    found = FaultList()
    _read_heads(draft, categories, found)
    zone = load_zone(draft.time_zone)
    if zone is None:
        found.add("time_zone", "UNKNOWN_ZONE")
    procedure = _read_procedure(draft, found)
    lots = _read_lots(draft, procedure, found)
    due_at = found.instant("response_due", draft.response_due, zone)
    extension = timedelta(minutes=draft.response_extension_minutes)
    rules = _read_rules(draft, procedure, zone, found) if procedure.has_live else None
    sealed = read_sealed(draft, zone, found) if procedure.has_sealed else None
    evaluation = read_evaluation(draft, found) if procedure.has_sealed else None
    questions = read_questions(draft, found)
    check_rulebook(draft, procedure, evaluation, found)
    if rules is not None and (evaluation is not None or not procedure.has_sealed):
        check_live_basis(rules, evaluation, found)
    _check_times(now, due_at, rules, sealed, found)
    _check_steps(rules, draft, found)
    if zone is None or due_at is None or found.items:
        return Reading(None, tuple(found.items))
    terms = Terms(draft, zone, due_at, extension, rules, tuple(lots), procedure, sealed, evaluation, questions)
    return Reading(terms, ())


def _read_procedure(draft: Draft, found: FaultList) -> Procedure:
    if draft.procedure in set(Procedure):
        procedure = Procedure(draft.procedure)
        if read_method(draft.procurement_method, procedure) is None:
            found.add("procurement_method", "OUT_OF_RANGE")
        return procedure
    found.add("procedure", "OUT_OF_RANGE")
    return Procedure.LIVE


def _read_heads(draft: Draft, categories: frozenset[str], found: FaultList) -> None:
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


def _read_lots(draft: Draft, procedure: Procedure, found: FaultList) -> list[LotFrame]:
    if not draft.lots:
        found.add("lots", "MISSING_VALUE")
    if len(draft.lots) > MOST_LOTS:
        found.add("lots", "TOO_LARGE", most=str(MOST_LOTS))
    if sum(len(lot.lines) for lot in draft.lots) > MOST_LINES:
        found.add("lots", "TOO_LARGE", most_lines=str(MOST_LINES))
    is_only = len(draft.lots) == 1
    used = [_in_force(lot, procedure) for lot in draft.lots]
    frames = (_read_lot(lot, f"lots.{at}", found, titled=is_only) for at, lot in enumerate(used))
    return [frame for frame in frames if frame is not None]


def _in_force(lot: LotDraft, procedure: Procedure) -> LotDraft:
    """Leave out what the procedure does not use: a sealed price has no start, a live one no minimum."""
    return replace(lot, start_price="") if procedure.has_sealed else replace(lot, minimum_price="")


def _read_lot(lot: LotDraft, path: str, found: FaultList, *, titled: bool) -> LotFrame | None:
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
    minimum = found.amount(f"{path}.minimum_price", lot.minimum_price, scale, required=False)
    if ceiling is not None and minimum is not None and minimum > ceiling:
        found.add(f"{path}.minimum_price", "ABOVE_CEILING", ceiling=lot.ceiling_price.strip())
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
        minimum=minimum,
    )


def _read_baseline(lot: LotDraft, path: str, found: FaultList) -> Baseline | None:
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


def _read_line(line: LineDraft, path: str, found: FaultList) -> LineTerms | None:
    found.text(f"{path}.item_code", line.item_code)
    found.text(f"{path}.description", line.description, longest=500, required=True)
    found.text(f"{path}.unit", line.unit, longest=30, required=True)
    quantity = found.amount(f"{path}.quantity", line.quantity, LARGEST_SCALE, required=True)
    baseline = found.amount(f"{path}.baseline_price", line.baseline_price, LARGEST_SCALE, required=False)
    if quantity is None:
        return None
    return LineTerms(line.item_code.strip(), line.description.strip(), quantity, line.unit.strip(), baseline)


def _read_rules(draft: Draft, procedure: Procedure, zone: ZoneInfo | None, found: FaultList) -> LiveRules | None:
    typed = dict(draft.rules or {})
    lead = typed.pop("lead_s", DEFAULT_LEAD_S)
    if procedure.has_sealed:
        typed |= {"starts_from": Origin.SEALED.value, "lead_s": lead}
    opens_at = found.instant("rules.opens_at", str(typed.get("opens_at") or ""), zone)
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


def _check_times(
    now: datetime, due_at: datetime | None, rules: LiveRules | None, sealed: SealedRules | None, found: FaultList
) -> None:
    if due_at is not None and due_at <= now:
        found.add("response_due", "IN_THE_PAST")
    check_sealed_times(now, due_at, sealed, None if rules is None else rules.opens_at, found)
    if sealed is not None and sealed.closes_at > now + FARTHEST:
        found.add("sealed.closes_at", "TOO_FAR")
    if rules is None:
        return
    if rules.opens_at <= now:
        found.add("rules.opens_at", "IN_THE_PAST")
    elif rules.opens_at > now + FARTHEST:
        found.add("rules.opens_at", "TOO_FAR")
    if due_at is not None and rules.opens_at < due_at:
        found.add("rules.opens_at", "BEFORE_RESPONSES")


def _check_steps(rules: LiveRules | None, draft: Draft, found: FaultList) -> None:
    """A step in money must be writable at every lot's scale, or no bid could ever follow it exactly."""
    if rules is None:
        return
    smallest = min((min(max(lot.scale, 0), LARGEST_SCALE) for lot in draft.lots), default=LARGEST_SCALE)
    if rules.step.measure is Measure.MONEY and not fits_scale(rules.step.size, smallest):
        found.add("rules.step.size", "PRECISION", scale=str(smallest))
    for at, each in enumerate(rules.step.below):
        if not fits_scale(each.price, smallest):
            found.add(f"rules.step.below.{at}.price", "PRECISION", scale=str(smallest))
        if rules.step.measure is Measure.MONEY and not fits_scale(each.size, smallest):
            found.add(f"rules.step.below.{at}.size", "PRECISION", scale=str(smallest))
    limit = rules.change_limit
    if limit is not None and limit.measure is Measure.MONEY and not fits_scale(limit.size, smallest):
        found.add("rules.change_limit.size", "PRECISION", scale=str(smallest))
    for at, (currency, _) in enumerate(() if rules.rates is None else rules.rates.rates):
        if currency == draft.currency:
            found.add(f"rules.currencies.rates.{at}.currency", "NOT_ALLOWED_HERE")
    if rules.lots is not LotOrder.PARALLEL and len(draft.lots) == 1:
        found.add("rules.lots", "NOT_ALLOWED_HERE")
