"""What the crawl of the sealed story expects: what the matrix says of each kind of canary, by viewer and phase."""

from collections.abc import Mapping

from app.domain.visibility import Datum, Mode, Phase, Role, may_see, modes, visited
from tests.access.canaries import Canary
from tests.access.sealed_story import FAILED, PASSED
from tests.access.theatre import SILENT, STRANGER, WINNER, Viewer

PATH = tuple(phase for phase in Phase if phase is not Phase.FILED)
# Nobody but its owner, in any phase: what was never opened, and what lies sealed beside it.
SHUT = frozenset({"failed", "old", "file", "shut_secret", "password", "trace"})
SEES: Mapping[str, tuple[Datum, ...]] = {
    "name": (Datum.INVITED_NAMES,),
    "notice": (Datum.NOTICE,),
    "note": (Datum.DRAFTS,),
    "baseline": (Datum.BASELINE,),
    "reason": (Datum.RECOMMENDATION,),
    "label": (Datum.RANKING,),
    "tag": (Datum.TAGS,),
    "start": (Datum.LIVE_BIDS, Datum.LIVE_HISTORY, Datum.OPENED_PRICES),
    "final": (Datum.LIVE_BIDS, Datum.LIVE_HISTORY),
    "tech": (Datum.TECHNICAL_CONTENT,),
    "t_alias": (Datum.T_ALIASES,),
    "tech_secret": (Datum.OPENING_SECRETS,),
    "policy": (Datum.KEY_POLICY,),
    "package": (Datum.CLOSE_MANIFEST,),
    # A replaced package is named by the entries of its tag (d57); its content is nobody's.
    "old_package": (Datum.TAGS,),
    "received": (Datum.RECEIVE_TIMES,),
    "agreed": (Datum.TECHNICAL_TOTALS,),
}


def sees(role: Role, phase: Phase, datum: Datum) -> bool:
    """Whether a hat sees a datum of the sealed story's tender."""
    return may_see({role}, visited(phase, PATH), datum)


def _mode(role: Role, phase: Phase, datum: Datum, mode: Mode) -> bool:
    return mode in modes({role}, visited(phase, PATH), datum)


def may_hold(canary: Canary, viewer: Viewer, phase: Phase) -> bool:
    """Whether the matrix lets this viewer have this value in any form, in this phase."""
    if canary.owner and canary.owner in (viewer.supplier, viewer.key):
        return _may_owner(canary, phase)
    if viewer.role is Role.SUPPLIER:
        return _may_supplier(canary, viewer, phase)
    if canary.what in SHUT:
        return False
    match canary.what:
        case "staff":
            return sees(viewer.role, phase, Datum.STAFF_NAMES)
        case "account":
            return viewer.role is Role.AUDITOR
        case "contact":
            return canary.owner == WINNER and sees(viewer.role, phase, Datum.SUPPLIER_CONTACTS)
        case "declared":
            return _mode(viewer.role, phase, Datum.CONFLICT_DECLARATIONS, Mode.FULL)
        case "comment":
            return _mode(viewer.role, phase, Datum.MARKS, Mode.BY_ALIAS)
        case "late":
            return _mode(viewer.role, phase, Datum.REFUSED_ATTEMPTS, Mode.BY_ALIAS)
        case "price_secret":
            return sees(viewer.role, phase, Datum.OPENING_SECRETS) and sees(viewer.role, phase, Datum.OPENED_PRICES)
        case "agreed" if viewer.role is Role.EVALUATOR:
            # The panel's own agreement; the recused one has no seat in it, but the matrix knows only roles.
            return phase not in (Phase.DRAFT, Phase.QUESTIONS, Phase.SEALED, Phase.CLOSED_UNOPENED)
        case what:
            in_scope = what == "name" and canary.owner == WINNER and sees(viewer.role, phase, Datum.LINK_IN_SCOPE)
            return in_scope or any(sees(viewer.role, phase, datum) for datum in SEES[what])


def _may_owner(canary: Canary, phase: Phase) -> bool:
    if canary.what == "agreed":
        return sees(Role.SUPPLIER, phase, Datum.OWN_SCORE)
    return canary.what not in {"label", "password", "t_alias"}


def _may_supplier(canary: Canary, viewer: Viewer, phase: Phase) -> bool:
    """Of what is not its own a supplier has notice, policy and manifest, and the buyer's person once unsealed."""
    if viewer.key != STRANGER and canary.what in {"notice", "policy", "package"}:
        return any(sees(Role.SUPPLIER, phase, datum) for datum in SEES[canary.what])
    is_unsealed = viewer.supplier == WINNER and _mode(Role.SUPPLIER, phase, Datum.STAFF_NAMES, Mode.UNSEALED_ONLY)
    return canary.what == "staff" and canary.owner == "purchaser" and is_unsealed


# Which roles have a page for what they may see; an owner's own in the second table.
PAGES: Mapping[str, frozenset[Role]] = {
    "name": frozenset({Role.PURCHASER, Role.APPROVER, Role.AUDITOR}),
    "notice": frozenset({Role.PURCHASER, Role.APPROVER, Role.AUDITOR}),
    "policy": frozenset({Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR}),
    "package": frozenset({Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR}),
    "t_alias": frozenset({Role.PURCHASER, Role.APPROVER, Role.AUDITOR}),
    "tech_secret": frozenset({Role.AUDITOR}),
    "price_secret": frozenset({Role.AUDITOR}),
    "received": frozenset({Role.AUDITOR}),
    "late": frozenset({Role.AUDITOR}),
    "declared": frozenset({Role.APPROVER, Role.AUDITOR}),
    "comment": frozenset({Role.AUDITOR}),
    "agreed": frozenset({Role.AUDITOR}),
    "start": frozenset({Role.PURCHASER, Role.APPROVER, Role.AUDITOR}),
    "final": frozenset({Role.PURCHASER, Role.APPROVER, Role.AUDITOR}),
    "baseline": frozenset({Role.PURCHASER, Role.APPROVER}),
}
# The phase from which an owner finds its own on some page.
OWN: Mapping[str, Phase] = {
    "name": Phase.DRAFT, "contact": Phase.DRAFT, "package": Phase.SEALED, "received": Phase.SEALED,
    "start": Phase.LIVE, "final": Phase.LIVE, "comment": Phase.TECHNICAL_OPENED, "agreed": Phase.UNSEALED,
}  # fmt: skip


def must_hold(canary: Canary, viewer: Viewer, phase: Phase) -> bool:
    """Whether a viewer who finds this value nowhere has found a broken page."""
    if not may_hold(canary, viewer, phase):
        return False
    if canary.owner and canary.owner in (viewer.supplier, viewer.key):
        return canary.what in OWN and _is_since(phase, OWN[canary.what])
    if viewer.role is Role.SUPPLIER:
        return canary.what in {"notice", "policy", "package"} and viewer.key not in (SILENT, STRANGER)
    if viewer.key in ("evaluator", "evaluator2") and canary.what in {"tech", "agreed", "t_alias"}:
        return _is_since(phase, Phase.TECHNICAL_OPENED)
    return viewer.role in PAGES.get(canary.what, frozenset())


def _is_since(phase: Phase, first: Phase) -> bool:
    order = list(Phase)
    return order.index(phase) >= order.index(first)


WHO_IS = frozenset({"name", "contact", "account"})
HOW_MUCH = frozenset(
    {"start", "final", "failed", "old", "tech", "tag", "label", "t_alias", "received", "late", "package", "tech_secret"}
)
__all__ = ["FAILED", "HOW_MUCH", "PASSED", "WHO_IS", "may_hold", "must_hold", "sees"]
