"""The pre-flight of the sealed half: times of the round, sizes of its envelopes, criteria, weights and formula.

Serves SCREENS.md PL-04 and PL-06, SEALING.md sections 1 to 4. The evaluation itself is checked by `scoring/rules.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.domain.committee import CommitteeRules, Seat
from app.domain.formats import LotTerms, check_rules
from app.domain.live_rules import Origin
from app.domain.live_rules_json import BadRulesError, rules_from_json
from app.domain.money import LARGEST_SCALE, AmountFault, parse_amount
from app.domain.procedures import Procedure, evaluation_in_force, price_bucket_for
from app.domain.rulebooks import Rulebook, forbidden
from app.domain.scoring.certification_rules import read_certification
from app.domain.scoring.live_basis import check_basis
from app.domain.scoring.rules import check_evaluation, evaluation_from_json, evaluation_to_json
from app.domain.scoring.typed import Typed
from app.domain.sealed_rules import TECH_BUCKETS, Custody, SealedRules, check_sealed_rules

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from app.domain.drafting import Draft
    from app.domain.fault_list import FaultList
    from app.domain.live_rules import LiveRules
    from app.domain.scoring.certification_rules import CertificationRules


def read_sealed(draft: Draft, zone: ZoneInfo | None, found: FaultList) -> SealedRules | None:
    """Read the rules of the sealed round. Precondition: the tender has one."""
    typed = dict(draft.sealed or {})
    opens_at = found.instant("sealed.opens_at", str(typed.get("opens_at") or ""), zone)
    closes_at = found.instant("sealed.closes_at", str(typed.get("closes_at") or ""), zone)
    found.one_of("sealed.custody", str(typed.get("custody") or ""), frozenset(Custody))
    if opens_at is None or closes_at is None or typed.get("custody") not in set(Custody):
        return None
    has_technical = bool(typed.get("has_technical"))
    rules = SealedRules(
        opens_at=opens_at,
        closes_at=closes_at,
        extension=timedelta(seconds=int(typed.get("extension_s") or 0)),
        has_technical=has_technical,
        price_bucket=price_bucket_for(max((len(lot.lines) for lot in draft.lots), default=0)),
        # Without a technical part there is no such envelope; the smallest size stands for it in the rules.
        tech_bucket=int(typed.get("tech_bucket") or 0) if has_technical else TECH_BUCKETS[0],
        custody=Custody(typed["custody"]),
        committee=_committee(typed) if typed["custody"] == Custody.COMMITTEE else None,
    )
    for fault in check_sealed_rules(rules):
        found.add(f"sealed.{fault.field}", fault.code)
    return rules


def _committee(typed: Mapping[str, Any]) -> CommitteeRules | None:
    told = typed.get("committee")
    if not isinstance(told, Mapping):
        return None
    seats = tuple(Seat(seat) for seat in told.get("seats", ()) if seat in set(Seat))
    return CommitteeRules(int(told.get("k") or 0), seats)


def read_evaluation(draft: Draft, found: FaultList) -> dict[str, Any] | None:
    """Read how offers are compared. Precondition: the tender has a sealed round."""
    if draft.evaluation is None:
        found.add("evaluation", "MISSING_VALUE")
        return None
    has_technical = bool((draft.sealed or {}).get("has_technical"))
    if has_technical and not draft.evaluation.get("technical"):
        found.add("evaluation.technical", "MISSING_VALUE")
        return None
    evaluation = evaluation_in_force(draft.evaluation, has_technical=has_technical)
    faults = check_evaluation(evaluation)
    for fault in faults:
        found.add(f"evaluation.{fault.field}", fault.code)
    return None if faults else evaluation_to_json(evaluation_from_json(evaluation))


def check_rulebook(draft: Draft, procedure: Procedure, evaluation: Mapping[str, Any] | None, found: FaultList) -> None:
    """Refuse what the chosen rulebook forbids, naming its article (SCORING.md section 1)."""
    found.one_of("rulebook", draft.rulebook, frozenset(Rulebook))
    if draft.rulebook not in set(Rulebook):
        return
    rules = None if evaluation is None else evaluation_from_json(evaluation)
    priced = [at for at, lot in enumerate(draft.lots) if lot.minimum_price.strip() and procedure.has_sealed]
    for path, article in forbidden(Rulebook(draft.rulebook), procedure, rules, priced):
        found.add(path, "FORBIDDEN_BY_RULEBOOK", article=article)


def check_live_basis(rules: LiveRules, evaluation: Mapping[str, Any] | None, found: FaultList) -> None:
    """Refuse what a live round cannot be ranked by, with this evaluation (LIVE.md section 1, ranking basis)."""
    for fault in check_basis(rules, None if evaluation is None else evaluation_from_json(evaluation)):
        found.add(f"rules.{fault.field}", fault.code)


def certification_of(draft: Draft) -> CertificationRules | None:
    """Read what certification means to a draft, as far as it can be read; its faults are the pre-flight's."""
    typed = (draft.evaluation or {}).get("certification")
    if typed is None or draft.procedure not in set(Procedure) or not Procedure(draft.procedure).has_sealed:
        return None
    return read_certification(Typed(typed))


def read_basis(draft: Draft) -> LiveRules | None:
    """Read the live rules of a draft as far as its ranking basis needs them; None where that has faults."""
    return _read_live(draft, ("basis", "factors", "feedback", "tells_lead"))


def read_live(draft: Draft) -> LiveRules | None:
    """Read the live rules of a draft, all but the instant they open at; None where there is a fault in them."""
    return _read_live(draft, ("",))


def _read_live(draft: Draft, wrong: tuple[str, ...]) -> LiveRules | None:
    if draft.procedure not in set(Procedure) or not Procedure(draft.procedure).has_live:
        return None
    typed = {name: value for name, value in (draft.rules or {}).items() if name != "lead_s"}
    if Procedure(draft.procedure).has_sealed:
        typed |= {"starts_from": Origin.SEALED.value, "lead_s": 0}
    try:
        rules = rules_from_json({**typed, "opens_at": datetime.min.replace(tzinfo=UTC).isoformat()})
    except BadRulesError:
        return None
    return None if any(fault.field.startswith(wrong) for fault in check_rules(rules)) else rules


def read_first_lot(draft: Draft) -> LotTerms | None:
    """Read the published prices of a draft's first lot, for the examples; None where there is a fault in them."""
    lot = draft.lots[0] if draft.lots else None
    if lot is None or draft.procedure not in set(Procedure) or not 0 <= lot.scale <= LARGEST_SCALE:
        return None
    ceiling = parse_amount(lot.ceiling_price.strip(), lot.scale)
    # With a sealed round the own sealed price is the start.
    typed = "" if Procedure(draft.procedure).has_sealed else lot.start_price.strip()
    start = parse_amount(typed, lot.scale) if typed else None
    if isinstance(ceiling, AmountFault) or isinstance(start, AmountFault):
        return None
    return LotTerms(lot.scale, ceiling, start)


def has_factors(draft: Draft) -> bool:
    """Tell whether a draft's live round ranks with values by grade, so that the grades are frozen at the invitation."""
    is_live = draft.procedure in set(Procedure) and Procedure(draft.procedure).has_live
    return is_live and bool((draft.rules or {}).get("factors"))


def check_sealed_times(
    now: datetime, due_at: datetime | None, sealed: SealedRules | None, live_opens_at: datetime | None, found: FaultList
) -> None:
    """Ask for the order of the times: answers, sealed opening, sealed close, live opening."""
    if sealed is None:
        return
    if sealed.opens_at <= now:
        found.add("sealed.opens_at", "IN_THE_PAST")
    if due_at is not None and sealed.opens_at < due_at:
        found.add("sealed.opens_at", "BEFORE_RESPONSES")
    if live_opens_at is not None and live_opens_at <= sealed.closes_at:
        found.add("rules.opens_at", "BEFORE_SEALED_CLOSE")
