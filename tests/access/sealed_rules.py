"""What the crawl of the sealed story expects: what the matrix says of each kind of canary, by viewer and phase."""

from collections.abc import Mapping

from app.domain.visibility import Datum, Mode, Phase, Role, may_see, modes, visited
from tests.access.canaries import Canary
from tests.access.rules import may_see_reserve
from tests.access.sealed_story import RECUSED
from tests.access.theatre import SILENT, STRANGER, WINNER, Viewer

PATH = tuple(phase for phase in Phase if phase is not Phase.FILED)
# Nobody but its owner, in any phase: what was never opened, and what lies sealed beside it.
SHUT = frozenset({"failed", "old", "shut_secret", "password", "trace"})
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
    "received_ms": (Datum.RECEIVE_TIMES,),
    "agreed": (Datum.TECHNICAL_TOTALS,),
    "asked": (Datum.REDACTED_QUESTION, Datum.ANSWERS),
    "answer": (Datum.REDACTED_QUESTION, Datum.ANSWERS),
    "relayed": (Datum.REDACTED_QUESTION,),
    "drafted": (Datum.REDACTED_QUESTION,),
    "held": (Datum.QUESTION_AS_ASKED,),
}


_PACKAGES = frozenset({"package", "old_package", "policy", "received", "received_ms"})
_RECORD = _PACKAGES | {"late", "start", "t_alias", "tech_secret", "price_secret", "agreed", "comment"}
# What a page may carry beside what `rules.py` says of it.
CARRIES_MORE: Mapping[str, frozenset[str]] = {
    "/api/rounds/{round_id}/sealed": _PACKAGES,
    # With the header of each own package, which is under the own tag.
    "/api/rounds/{round_id}/packages": _PACKAGES | {"tag"},
    "/api/rounds/{round_id}/manifest": frozenset({"package"}),
    "/api/rounds/{round_id}/committee": frozenset({"policy"}),
    "/api/rounds/{round_id}/wraps": frozenset({"package", "old_package", "policy"}),
    "/api/rounds/{round_id}/state": frozenset({"start"}),
    "/api/rounds/{round_id}/cockpit": frozenset({"start"}),
    "/api/lots/{lot_id}/history": frozenset({"start"}),
    "/api/lots/{lot_id}/dry-run": frozenset({"start"}),
    "/api/tenders/{tender_id}/opening": frozenset({"package", "tech_secret", "price_secret", "start"}),
    "/api/tenders/{tender_id}/panel": frozenset({"declared"}),
    "/api/tenders/{tender_id}/offers": frozenset({"tech", "t_alias", "comment", "agreed"}),
    "/api/tenders/{tender_id}/documents": frozenset({"t_alias"}),
    # Of unsealed bidders alone.
    "/api/tenders/{tender_id}/originals": frozenset({"file", "label", "t_alias"}),
    "/api/tenders/{tender_id}/originals/{document_id}": frozenset({"file", "t_alias"}),
    "/api/tenders/{tender_id}/sheet": frozenset({"tech", "t_alias", "comment"}),
    "/api/tenders/{tender_id}/consensus": frozenset({"t_alias", "agreed"}),
    "/api/tenders/{tender_id}/ranking": frozenset({"t_alias"}),
    "/api/tenders/{tender_id}/result": frozenset({"agreed"}),
    "/api/tenders/{tender_id}/reports/{number}/pdf": frozenset({"agreed", "start"}),
    "/api/tenders/{tender_id}/debrief/pdf": frozenset({"agreed"}),
    # With the manifest, which is everybody's, and the key policy.
    "/api/tenders/{tender_id}/proof": frozenset({"agreed", "package", "policy", "received_ms"}),
    # The lowest of the first bids, as a total.
    "/api/tenders/{tender_id}/savings": frozenset({"start"}),
    "/api/audit/tenders/{tender_id}/readings": frozenset({"t_alias"}),
    "/api/audit/timeline": _RECORD - {"tech_secret", "price_secret"},
    "/api/audit/exports/{export_id}/bundle": _RECORD,
    "/api/audit/exports/{export_id}/file": _RECORD,
    "WS /ws/rounds/{round_id}": frozenset({"start"}),
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
    if canary.what == "reserve":
        return may_see_reserve(viewer.role, phase)
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
        case "file":
            in_scope = _mode(viewer.role, phase, Datum.ORIGINAL_FILES, Mode.UNSEALED_ONLY)
            return canary.owner == WINNER and in_scope
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
    if viewer.key != STRANGER and canary.what in {"notice", "policy", "package", "asked", "answer"}:
        return any(sees(Role.SUPPLIER, phase, datum) for datum in SEES[canary.what])
    is_unsealed = viewer.supplier == WINNER and _mode(Role.SUPPLIER, phase, Datum.STAFF_NAMES, Mode.UNSEALED_ONLY)
    return canary.what == "staff" and canary.owner == "purchaser" and is_unsealed


_READERS = frozenset({Role.PURCHASER, Role.APPROVER, Role.AUDITOR})
# Which roles have a page for what they may see, from the first phase in which there is such a thing on; an owner's own
# in the second table.
PAGES: Mapping[str, tuple[Phase, frozenset[Role]]] = {
    "name": (Phase.DRAFT, _READERS),
    "notice": (Phase.DRAFT, _READERS),
    "policy": (Phase.QUESTIONS, _READERS | {Role.EVALUATOR}),
    "asked": (Phase.QUESTIONS, _READERS | {Role.EVALUATOR}),
    "answer": (Phase.QUESTIONS, _READERS | {Role.EVALUATOR}),
    "relayed": (Phase.QUESTIONS, _READERS),
    "drafted": (Phase.QUESTIONS, _READERS),
    "package": (Phase.CLOSED_UNOPENED, _READERS | {Role.EVALUATOR}),
    "t_alias": (Phase.TECHNICAL_OPENED, _READERS),
    "tech": (Phase.TECHNICAL_OPENED, _READERS),
    "tech_secret": (Phase.TECHNICAL_OPENED, frozenset({Role.AUDITOR})),
    "price_secret": (Phase.PRICES, frozenset({Role.AUDITOR})),
    "received": (Phase.CLOSED_UNOPENED, frozenset({Role.AUDITOR})),
    "late": (Phase.CLOSED_UNOPENED, frozenset({Role.AUDITOR})),
    "declared": (Phase.QUESTIONS, frozenset({Role.APPROVER, Role.AUDITOR})),
    "comment": (Phase.PRICES, frozenset({Role.APPROVER, Role.AUDITOR})),
    "agreed": (Phase.PRICES, frozenset({Role.APPROVER, Role.AUDITOR})),
    "start": (Phase.LIVE, _READERS),
    "final": (Phase.LIVE, _READERS),
    "baseline": (Phase.DRAFT, frozenset({Role.PURCHASER, Role.APPROVER})),
    "reserve": (Phase.DRAFT, _READERS),
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
        return canary.what in {"notice", "policy", "package", "asked", "answer"} and viewer.key not in (
            SILENT,
            STRANGER,
        )
    if viewer.key == RECUSED:
        # The seat counts no more: its holder finds nothing of the tender.
        return False
    if viewer.key in ("evaluator", "evaluator2") and canary.what in {"tech", "agreed", "t_alias"}:
        return _is_since(phase, Phase.TECHNICAL_OPENED)
    since, roles = PAGES.get(canary.what, (phase, frozenset()))
    return viewer.role in roles and _is_since(phase, since)


def _is_since(phase: Phase, first: Phase) -> bool:
    order = list(Phase)
    return order.index(phase) >= order.index(first)


WHO_IS = frozenset({"name", "contact", "account"})
HOW_MUCH = frozenset(
    {"start", "final", "failed", "old", "tech", "tag", "label", "t_alias", "received", "late", "package", "tech_secret"}
)
