"""What the crawl expects: for every route the kinds of canaries it may carry, for every viewer what the matrix says.

A route of the OpenAPI document that is not listed in `CARRIES` fails the build: somebody has to say what it may carry.
"""

from collections.abc import Mapping

from app.domain.visibility import Datum, Mode, Phase, Role, may_see, modes, visited
from tests.access.canaries import Canary
from tests.access.theatre import WINNER, Viewer

NOTHING: frozenset[str] = frozenset()
WHO = frozenset({"name"})
DOSSIER = frozenset({"name", "contact"})
PRICES = frozenset({"opening", "final", "refused"})
# A question as it was let through, and its answer to all.
PUBLISHED = frozenset({"asked", "answer"})

# A lead of the auditor's screens: bids of a lot that has closed, by R-label.
SIGNS = PRICES | {"label"}

# What the journal tells an auditor of a tender.
RECORD = PRICES | WHO | PUBLISHED | {"account", "baseline", "note", "notice", "reason", "relayed", "label", "tag"}

# The process around the rounds (process_story.py): what a request says and what is written about it; its budget;
# orders, reviews and questionnaires of a supplier; talks and contract, with what of them stays on the buyer's side.
REQUEST = frozenset({"need", "said", "plan", "budget"})
TRADE = frozenset({"order", "review"})
AGREED = frozenset({"talk", "clause"})
INSIDE = frozenset({"mandate", "returned"})
# All of it in the journal but the words of a request, of which it has the digest, and drafts.
RECORD |= TRADE | AGREED | INSIDE | {"said", "plan", "budget", "survey"}

# The exact change of every proposal: a certification by name, a tender's draft, a decision by label.
PROPOSED = WHO | {"final", "opening", "baseline", "note", "notice", "reason", "label", "staff"}

# Data of the matrix that exist but have no page for everyone who may see them, on purpose: checkpoints (d52) are the
# auditor's alone, for they count the entries of every running tender of the deployment; presence (d16) is nobody's.

CARRIES: Mapping[str, frozenset[str]] = {
    "/api/me": frozenset({"name", "contact", "staff", "account"}),
    "/api/me/sessions": NOTHING,
    "/api/me/second-factors": NOTHING,
    "/api/me/relations": NOTHING,
    "/api/session": NOTHING,
    "/api/accounts": frozenset({"staff"}),
    "/api/time": NOTHING,
    "/api/config": NOTHING,
    "/api/sealing": NOTHING,
    "/api/demo/seats": NOTHING,
    "/api/approvals": PROPOSED,
    "/api/approvals/{proposal_id}": PROPOSED | {"clause", "returned"},
    "/api/notices": NOTHING,
    "/api/webhooks": NOTHING,
    "/api/categories": NOTHING,
    "/api/suppliers": WHO,
    "/api/suppliers/import/template": NOTHING,
    "/api/suppliers/imports/{import_id}": NOTHING,
    "/api/suppliers/imports/{import_id}/sheet": DOSSIER,
    "/api/suppliers/{supplier_id}": WHO,
    "/api/suppliers/{supplier_id}/evidence": NOTHING,
    "/api/suppliers/{supplier_id}/evidence/{evidence_id}/content": NOTHING,
    "/api/my/supplier": DOSSIER,
    # Applicants and findings have no canaries in the theatre; a candidate is a registered supplier by name.
    "/api/supplier-applications": NOTHING,
    "/api/supplier-applications/{application_id}": WHO,
    "/api/supplier-appeals": WHO,
    "/api/suppliers/{supplier_id}/life": NOTHING,
    "/api/my/life": NOTHING,
    "/api/questionnaires": NOTHING,
    "/api/supplier-questions": NOTHING,
    "/api/suppliers/{supplier_id}/questionnaires": frozenset({"survey"}),
    "/api/my/questionnaires": frozenset({"survey", "typed"}),
    "/api/suppliers/{supplier_id}/history": NOTHING,
    "/api/my/history": NOTHING,
    # The own people by name and address.
    "/api/my/representatives": DOSSIER | {"account"},
    "/api/orders": WHO | {"order"},
    "/api/orders/import/template": NOTHING,
    "/api/suppliers/{supplier_id}/performance": WHO | TRADE,
    "/api/suppliers/{supplier_id}/contracts-in-force": NOTHING,
    "/api/performance-points/{category}": NOTHING,
    "/api/my/performance": WHO | TRADE,
    "/api/my/evidence/{evidence_id}/content": NOTHING,
    "/api/work-calendar": NOTHING,
    "/api/templates": NOTHING,
    "/api/tender-choices": NOTHING,
    "/api/tenders": NOTHING,
    "/api/tenders/{tender_id}": WHO | {"baseline", "note", "notice"},
    "/api/tenders/{tender_id}/reserves": frozenset({"reserve"}),
    "/api/tenders/{tender_id}/preflight": NOTHING,
    "/api/tenders/{tender_id}/sentences": NOTHING,
    "/api/tenders/{tender_id}/preview": frozenset({"notice"}),
    "/api/tenders/{tender_id}/comparison": NOTHING,
    "/api/tenders/{tender_id}/calendar": NOTHING,
    "/api/price-formulas": NOTHING,
    "/api/tenders/{tender_id}/eligible": WHO,
    "/api/tenders/{tender_id}/ranking": frozenset({"final", "baseline", "label"}),
    "/api/tenders/{tender_id}/decision": frozenset({"final", "reason", "baseline", "label"}),
    "/api/tenders/{tender_id}/sensitivity": frozenset({"final", "label"}),
    "/api/tenders/{tender_id}/decision-room": frozenset({"staff", "label"}),
    "/api/tenders/{tender_id}/lots/{lot_id}/score-sheet": frozenset({"final", "label"}),
    "/api/tenders/{tender_id}/scenarios": frozenset({"final", "baseline", "label"}),
    "/api/tenders/{tender_id}/inquiries": frozenset({"final", "label"}),
    "/api/tenders/{tender_id}/own-inquiries": NOTHING,
    "/api/tenders/{tender_id}/questions": PUBLISHED,
    "/api/tenders/{tender_id}/own-questions": frozenset({"asked", "relayed", "held"}),
    "/api/tenders/{tender_id}/question-queue": PUBLISHED | {"relayed", "drafted"},
    "/api/tenders/{tender_id}/relay": frozenset({"held", "asked", "relayed"}),
    "/api/relay": NOTHING,
    "/api/tenders/{tender_id}/result": DOSSIER | {"final", "baseline", "staff", "label"},
    "/api/tenders/{tender_id}/reports": NOTHING,
    "/api/tenders/{tender_id}/reports/{number}/pdf": WHO | {"final", "baseline", "notice", "reason", "label", "staff"},
    "/api/tenders/{tender_id}/debrief/pdf": WHO | {"final"},
    # The own bids' receipts, and the own result; of nobody else anything.
    "/api/tenders/{tender_id}/proof": frozenset({"opening", "final"}),
    "/api/reports/{code}": NOTHING,
    "/api/tenders/{tender_id}/budgets": NOTHING,
    "/api/tenders/{tender_id}/savings": frozenset({"opening", "final", "baseline"}),
    # The panel's names; offers, sheet and consensus hold no name, no price and no tag.
    "/api/tenders/{tender_id}/panel": frozenset({"staff"}),
    "/api/tenders/{tender_id}/offers": NOTHING,
    "/api/tenders/{tender_id}/sheet": NOTHING,
    "/api/tenders/{tender_id}/consensus": NOTHING,
    "/api/evaluations": NOTHING,
    # Files of offers as they were drawn anew: neutral names, pixels and values.
    "/api/tenders/{tender_id}/documents": NOTHING,
    "/api/documents/{document_id}/pages/{page}": NOTHING,
    "/api/documents/{document_id}/tables/{page}": NOTHING,
    "/api/held-documents": NOTHING,
    "/api/held-documents/{key}/pages/{page}": NOTHING,
    "/api/held-documents/{key}/tables/{page}": NOTHING,
    "/api/tenders/{tender_id}/originals": NOTHING,
    "/api/tenders/{tender_id}/originals/{document_id}": NOTHING,
    "/api/scoring/schema": NOTHING,
    # Who sits in a group, for the buyer's side.
    "/api/projects": frozenset({"budget"}),
    "/api/projects/{project_id}": REQUEST | {"staff"},
    "/api/tasks": NOTHING,
    # Whose tasks one has, and who has one's own.
    "/api/delegations": frozenset({"staff"}),
    "/api/projects/{project_id}/attachments/{attachment_id}/content": NOTHING,
    "/api/tenders/{tender_id}/agreements": WHO | AGREED | INSIDE | {"final"},
    "/api/tenders/{tender_id}/final-offers": WHO | {"final"},
    # With whom something is to be agreed, once that is known.
    "/api/agreement-tasks": WHO,
    "/api/projects/{project_id}/contracts": NOTHING,
    "/api/tenders/{tender_id}/contracts/{supplier_id}/pdf": WHO | {"final", "clause"},
    "/api/payments": WHO | {"final"},
    "/api/payments/sheet": WHO | {"final"},
    "/api/payments/import/template": NOTHING,
    "/api/tenders/{tender_id}/payments/proposal": frozenset({"final"}),
    "/api/my/payments": NOTHING,
    # Who was awarded how much, of tenders whose names are unsealed.
    "/api/year-view": WHO | {"staff", "final"},
    "/api/year-view/sheet": WHO | {"staff", "final"},
    "/api/savings": frozenset({"final", "baseline"}),
    "/api/rounds/{round_id}": frozenset({"notice"}),
    "/api/rounds/{round_id}/state": frozenset({"opening", "final"}),
    "/api/desk/rounds": NOTHING,
    "/api/rounds/{round_id}/cockpit": frozenset({"opening", "final", "baseline"}),
    "/api/rounds/{round_id}/sealed": frozenset({"notice", "tag"}),
    "/api/rounds/{round_id}/packages": NOTHING,
    # Titles and keys of a committee, its members' names for staff; what is due to be released, to its members alone.
    "/api/my/seats": NOTHING,
    "/api/rounds/{round_id}/committee": frozenset({"notice", "staff"}),
    "/api/rounds/{round_id}/opening": NOTHING,
    "/api/rounds/{round_id}/wraps": frozenset({"tag"}),
    "/api/rounds/{round_id}/recovery": frozenset({"tag"}),
    "/api/rounds/{round_id}/manifest": NOTHING,
    "/api/rounds/{round_id}/uploads/{upload_id}": NOTHING,
    "/api/tenders/{tender_id}/opening": frozenset({"opening", "final", "refused", "notice", "tag"}),
    "/api/lots/{lot_id}/history": PRICES,
    "/api/lots/{lot_id}/dry-run": frozenset({"opening", "final"}),
    # The supplier's own limit; nobody else's answer has one.
    "/api/lots/{lot_id}/auto-bid": NOTHING,
    "/api/receipts/{bid_id}": frozenset({"opening", "final"}),
    "/api/practice": NOTHING,
    "/api/rounds/{round_id}/readiness": NOTHING,
    "/api/receipts/{bid_id}/pdf": frozenset({"opening", "final"}),
    "/api/receipts/{bid_id}/error-report": NOTHING,
    # Who reported, for the desk; which bid, by alias, for the buyer's side.
    "/api/desk/error-reports": DOSSIER,
    "/api/rounds/{round_id}/error-reports": frozenset({"opening", "final"}),
    "/api/audit/timeline": RECORD | {"staff"},
    "/api/audit/filters": frozenset({"staff"}),
    # What can be asked about: the auditor has each of it anyhow.
    "/api/audit/tenders/{tender_id}/readings": WHO | {"label", "asked", "relayed", "held"},
    # Leads of lots that have closed, by R-label.
    "/api/audit/signals": SIGNS,
    "/api/audit/signals/sheet": SIGNS,
    "/api/audit/signals/{key}": SIGNS | {"staff"},
    "/api/audit/checkpoints": NOTHING,
    "/api/audit/key": NOTHING,
    "/api/audit/witnesses": NOTHING,
    # By a signature that no role has.
    "/api/witness/checkpoints": NOTHING,
    # Who took it.
    "/api/audit/exports": frozenset({"staff"}),
    "/api/audit/exports/{export_id}": frozenset({"staff"}),
    "/api/audit/exports/{export_id}/bundle": RECORD | {"reserve"},
    "/api/audit/exports/{export_id}/file": RECORD | {"reserve"},
    "/api/audit/queries": frozenset({"staff"}),
    # Not routes: the frames of the live room, the mails, the answers to malformed and foreign requests.
    "WS /ws/rounds/{round_id}": frozenset({"opening", "final", "refused"}),
    "MAIL": NOTHING,
    "ERROR": NOTHING,
}

# Which datum of the matrix a kind of canary belongs to, for everyone but its owner.
DATA: Mapping[str, tuple[Datum, ...]] = {
    "note": (Datum.DRAFTS,),
    "baseline": (Datum.BASELINE,),
    "reason": (Datum.RECOMMENDATION,),
    "tag": (Datum.TAGS,),
    "label": (Datum.RANKING,),
    "staff": (Datum.STAFF_NAMES,),
    "asked": (Datum.REDACTED_QUESTION, Datum.ANSWERS),
    "answer": (Datum.REDACTED_QUESTION, Datum.ANSWERS),
    "relayed": (Datum.REDACTED_QUESTION,),
    "drafted": (Datum.REDACTED_QUESTION,),
    "held": (Datum.QUESTION_AS_ASKED,),
    # An opaque id in `account.invited`; nothing that its owner does carries it.
    "account": (),
    "trace": (),
    "password": (),
}


def may_hold(canary: Canary, viewer: Viewer, phase: Phase) -> bool:
    """Whether the matrix lets this viewer have this value in any form, in this phase."""
    if canary.owner and canary.owner == viewer.supplier:
        return canary.what not in {"label", "password"}
    if canary.what in PROCESS or viewer.role is Role.REQUESTER:
        return _may_in_process(canary, viewer, phase)
    if canary.what == "reserve":
        return may_see_reserve(viewer.role, phase)
    if viewer.role is Role.SUPPLIER:
        return _may_supplier(canary, viewer, phase)
    if canary.what in {"name", "contact", "opening", "final", "refused", "notice"}:
        return _may_staff(canary, viewer.role, phase)
    if canary.what == "staff":
        return viewer.key == canary.owner or _sees(viewer.role, phase, Datum.STAFF_NAMES)
    if canary.what == "account":
        return viewer.role is Role.AUDITOR
    return any(_sees(viewer.role, phase, datum) for datum in DATA[canary.what])


def may_see_reserve(role: Role, phase: Phase) -> bool:
    """The one datum that is sealed after it was seen: the cell of the phase alone, whatever the ones before it say."""
    return may_see({role}, (phase,), Datum.RESERVE_PRICE)


PROCESS = REQUEST | TRADE | AGREED | INSIDE | {"survey", "typed"}


def _may_in_process(canary: Canary, viewer: Viewer, phase: Phase) -> bool:
    """Another's words in the process around the rounds: no supplier's, never a draft of answers; a requester has its
    own request alone; deliveries are read as the matrix has them of a filed tender."""
    if viewer.role is Role.SUPPLIER or canary.what == "typed":
        return False
    if viewer.role is Role.REQUESTER:
        # Baseline, contract and deliveries, too, but of a tender that buys for its own project: this one buys for none.
        return (viewer.key == "requester" and canary.what in REQUEST) or viewer.key == canary.owner
    if canary.what in TRADE:
        return may_see({viewer.role}, (Phase.FILED,), Datum.DELIVERIES)
    data = {"plan": Datum.BUDGET, "budget": Datum.BUDGET, "need": Datum.DRAFTS, "said": Datum.DRAFTS}
    return _sees(
        viewer.role, phase, Datum.DOSSIER if canary.what == "survey" else data.get(canary.what, Datum.NEGOTIATION)
    )


# What names a supplier and what is somebody's part in the bidding: before the unsealing no item holds one of each.
WHO_IS = frozenset({"name", "contact", "account"})
HOW_MUCH = PRICES | {"tag", "label", "asked", "relayed", "held"}


def may_stand_together(who: Canary, what: Canary, phase: Phase) -> bool:
    """Whether one item may name a supplier and a part of the bidding: the unsealed winner's, after the unsealing."""
    parts = {WINNER, ""}
    is_unsealed = phase in (Phase.UNSEALED, Phase.FILED)
    return is_unsealed and who.owner == WINNER and what.owner in parts and what.what not in {"refused"}


def _sees(role: Role, phase: Phase, datum: Datum) -> bool:
    return may_see({role}, visited(phase), datum)


def _may_supplier(canary: Canary, viewer: Viewer, phase: Phase) -> bool:
    """Of what is not its own a supplier has the notice, answers, and the buyer's person once it is unsealed itself."""
    if canary.what == "notice":
        return viewer.key != "x7" and _sees(Role.SUPPLIER, phase, Datum.NOTICE)
    if canary.what in PUBLISHED:
        return viewer.key != "x7" and _sees(Role.SUPPLIER, phase, Datum.ANSWERS)
    is_unsealed = viewer.supplier == WINNER and Mode.UNSEALED_ONLY in modes(
        {Role.SUPPLIER}, visited(phase), Datum.STAFF_NAMES
    )
    return canary.what == "staff" and canary.owner == "purchaser" and is_unsealed


def _may_staff(canary: Canary, role: Role, phase: Phase) -> bool:
    match canary.what:
        case "name":
            in_scope = canary.owner == WINNER and _sees(role, phase, Datum.LINK_IN_SCOPE)
            return _sees(role, phase, Datum.INVITED_NAMES) or in_scope
        case "contact":
            return canary.owner == WINNER and _sees(role, phase, Datum.SUPPLIER_CONTACTS)
        case "opening" | "final":
            # Five bid: the rule `aliases` gives the amounts of a running lot (VISIBILITY.md note 4).
            return _sees(role, phase, Datum.LIVE_BIDS) or _sees(role, phase, Datum.LIVE_HISTORY)
        case "refused":
            by_alias = Mode.BY_ALIAS in modes({role}, visited(phase), Datum.REFUSED_ATTEMPTS)
            return by_alias and _sees(role, phase, Datum.LIVE_HISTORY)
        case _:
            return _sees(role, phase, Datum.NOTICE)


def must_hold(canary: Canary, viewer: Viewer, phase: Phase) -> bool:
    """Whether a viewer who finds this value nowhere has found a broken page: what it may see and has a page for."""
    if not may_hold(canary, viewer, phase) or canary.what in {"tag", "trace", "label", "account"}:
        return False
    if canary.what in PROCESS:
        return phase in (Phase.UNSEALED, Phase.FILED) or canary.what not in AGREED
    if canary.owner and canary.owner == viewer.supplier:
        return canary.what in {"name", "contact"} or phase in _LIVE_AND_LATER
    if canary.what in {"relayed", "drafted", "held"} and viewer.role is Role.DESK_RELAY:
        # The story's profile is `lean`: the filter relays by itself, and the desk has no queue.
        return False
    if canary.what in {"staff", "name"} and viewer.role is not Role.SUPPLIER:
        return canary.what == "name" and viewer.role in {Role.PURCHASER, Role.APPROVER, Role.AUDITOR}
    return True


_LIVE_AND_LATER = frozenset({Phase.LIVE, Phase.PRICES, Phase.DECISION, Phase.UNSEALED, Phase.FILED})
