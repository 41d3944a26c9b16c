"""What of a journal entry an audience may see (DESIGN.md decision 5, JOURNAL.md section 1).

`datum_of` names the row of VISIBILITY.md an entry belongs to; `view` gives the entry without the fields its reader may
not have, or None. Nothing is shown because it was forgotten: suppliers and readers by alias get listed fields only.
Bids of a lot that runs are None here: the cockpit's tick shows them, under the round's rule `buyer_view`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.visibility import OUTSIDE_TENDERS, Datum, Mode, Phase, Role, may_see, modes

# The kinds of entries by the row of VISIBILITY.md section 6 that rules over them; every kind of the journal, once.
_KINDS: Mapping[Datum, tuple[Kind, ...]] = {
    Datum.STAFF_ENTRIES: (
        Kind.SYSTEM_STARTED, Kind.SEALING_RELEASED, Kind.KEY_ROTATED, Kind.DEMO_SEEDED, Kind.DEMO_SEAT_TAKEN,
        Kind.CLOCK_JUMPED,
        Kind.ACCOUNT_INVITED, Kind.ACCOUNT_ACTIVATED, Kind.ACCOUNT_DISABLED, Kind.ACCOUNT_CHANGED,
        Kind.SESSION_STARTED, Kind.SESSION_REFUSED, Kind.SESSION_ENDED,
        Kind.RESET_REQUESTED, Kind.PASSWORD_CHANGED, Kind.ACCESS_REFUSED,
        Kind.SESSION_PROVEN, Kind.SECOND_FACTOR_ADDED, Kind.SECOND_FACTOR_REMOVED, Kind.SECOND_FACTOR_RESET,
        Kind.ROLES_GRANTED, Kind.RELATION_DECLARED, Kind.RELATION_ENDED,
        Kind.APPROVAL_PROPOSED, Kind.APPROVAL_GRANTED, Kind.APPROVAL_REFUSED,
        Kind.APPROVAL_VOIDED, Kind.APPROVAL_DENIED,
        Kind.TENDER_CONTINUED, Kind.LOT_REFUSED, Kind.DECISION_REFUSED, Kind.UNSEALING_REFUSED,
        Kind.VAULT_READ, Kind.READING_REFUSED, Kind.EMERGENCY_UNSEALED, Kind.VAULT_ERASED,
        Kind.OPENING_REFUSED, Kind.SCORING_REFUSED, Kind.PANEL_INVITED, Kind.SCENARIO_REFUSED,
        Kind.DOCUMENTS_TAKEN, Kind.DOCUMENT_DRAWN, Kind.DOCUMENT_REDACTED, Kind.DOCUMENT_CLEARED,
        Kind.DOCUMENT_WITHHELD, Kind.ORIGINAL_READ,
        Kind.NOTICE_SENT, Kind.READ_PRIVILEGED, Kind.EXPORT_TAKEN, Kind.EXPORT_REFUSED, Kind.BID_REPORT_DECIDED,
        Kind.CALENDAR_CHANGED,
        Kind.CALENDAR_REFUSED,
        Kind.WEBHOOK_ADDED, Kind.WEBHOOK_CHANGED, Kind.WEBHOOK_FAILED,
        Kind.WEBHOOK_ROTATED, Kind.WEBHOOK_REDELIVERED,
        Kind.PAYMENTS_IMPORTED, Kind.DELEGATION_MADE, Kind.DELEGATION_ENDED, Kind.DELEGATION_REFUSED,
    ),
    Datum.DOSSIER: (
        Kind.SUPPLIER_REGISTERED, Kind.SUPPLIER_UPDATED, Kind.SUPPLIER_IMPORTED, Kind.SUPPLIER_REFUSED,
        Kind.SUPPLIER_SUSPENDED, Kind.SUPPLIER_REINSTATED, Kind.EVIDENCE_ADDED,
        Kind.CERTIFICATION_PROPOSED, Kind.CERTIFICATION_APPROVED, Kind.CERTIFICATION_REFUSED,
        Kind.APPLICATION_RECEIVED, Kind.APPLICATION_ADMITTED, Kind.APPLICATION_MERGED, Kind.APPLICATION_REFUSED,
        Kind.FINDING_RECORDED, Kind.FINDING_ANNULLED, Kind.ACTION_REPORTED, Kind.ACTION_CLOSED, Kind.ACTION_RETURNED,
        Kind.RENEWAL_REMINDED, Kind.ACTION_OVERDUE, Kind.CERTIFICATION_LAPSED, Kind.QUESTIONNAIRE_PUBLISHED,
        Kind.QUESTIONNAIRE_ANSWERED, Kind.REPRESENTATIVE_JOINED, Kind.REPRESENTATIVE_CONFIRMED,
        Kind.REPRESENTATIVE_OBJECTED, Kind.RIGHTS_CHANGED,
    ),
    Datum.DRAFTS: (
        Kind.TENDER_CREATED, Kind.TENDER_EDITED, Kind.TENDER_SUBMITTED, Kind.TENDER_REFUSED, Kind.TENDER_APPROVED,
        Kind.RESERVE_SET,
    ),
    Datum.RESERVE_PRICE: (Kind.RESERVE_OPENED,),
    Datum.NOTICE: (
        Kind.TENDER_PUBLISHED, Kind.TENDER_AMENDED, Kind.TENDER_CANCELLED, Kind.TENDER_UNSUCCESSFUL,
        Kind.RESPONSE_EXTENDED, Kind.RESPONSE_CLOSED, Kind.BROADCAST_SENT, Kind.ROUND_EXTENDED,
    ),
    Datum.CLOCK: (
        Kind.LOT_OPENED, Kind.LOT_EXTENDED, Kind.LOT_EXTENDED_BY_HAND, Kind.LOT_PAUSED, Kind.LOT_RESUME_SET,
        Kind.LOT_RESUMED, Kind.LOT_CLOSED, Kind.LOT_CANCELLED, Kind.ROUND_OPENED,
    ),
    Datum.SUPPLIER_ENTRIES: (
        Kind.INVITATION_ACCEPTED, Kind.INVITATION_DECLINED, Kind.INVITATION_REFUSED, Kind.PEN_TAKEN, Kind.BID_REPORTED,
        Kind.QUESTION_ASKED,
    ),
    Datum.QUESTION_AS_ASKED: (Kind.QUESTION_CLEARED, Kind.QUESTION_RETURNED, Kind.QUESTION_MERGED),
    Datum.REDACTED_QUESTION: (Kind.QUESTION_RELEASED, Kind.ANSWER_DRAFTED, Kind.ANSWER_APPROVED),
    Datum.ANSWERS: (Kind.ANSWER_PUBLISHED,),
    Datum.RECOMMENDATION: (
        Kind.DECISION_PROPOSED, Kind.DECISION_APPROVED, Kind.DECISION_RETURNED, Kind.REPORT_MADE,
        Kind.DECISION_REOPENED,
        Kind.SHORTLIST_PROPOSED, Kind.RANKING_CONFIRMED, Kind.SHORTLIST_VOTED, Kind.SHORTLIST_LOCKED,
    ),
    Datum.COMPLAINTS: (Kind.APPEAL_MADE, Kind.APPEAL_DECIDED),
    Datum.SAVINGS: (Kind.SAVINGS_RECORDED,),
    Datum.NEGOTIATION: (
        Kind.NEGOTIATION_OPENED, Kind.NEGOTIATION_LIMITED, Kind.NEGOTIATION_MOVED, Kind.NEGOTIATION_REFUSED,
        Kind.CONTRACT_DRAFTED, Kind.CONTRACT_APPROVED, Kind.CONTRACT_RETURNED, Kind.CONTRACT_SIGNED,
        Kind.CONTRACT_REFUSED, Kind.CONTRACT_TERMINATED, Kind.CONTRACT_CANCELLED,
        Kind.BAFO_INVITED, Kind.BAFO_OPENED, Kind.BAFO_CANCELLED,
        Kind.SIGNATURE_REQUESTED, Kind.SIGNATURE_WITHDRAWN, Kind.SIGNATURE_CONFIRMED, Kind.SIGNATURE_DECLINED,
        Kind.SIGNATURE_REFUSED,
    ),
    Datum.DELIVERIES: (
        Kind.PAYMENT_SCHEDULED, Kind.PAYMENT_MOVED, Kind.PAYMENT_WITHDRAWN, Kind.INVOICE_RECORDED,
        Kind.PAYMENT_RECORDED, Kind.PAYMENT_REVERSED, Kind.PAYMENT_DISPUTED, Kind.PAYMENT_SETTLED,
        Kind.ORDER_ENTERED, Kind.ORDER_CANCELLED, Kind.DELIVERY_RECORDED, Kind.DELIVERIES_IMPORTED,
        Kind.PERFORMANCE_REVIEWED, Kind.PERFORMANCE_REPLIED, Kind.PERFORMANCE_CLOSED,
    ),
    Datum.LIVE_HISTORY: (
        Kind.BID_ACCEPTED, Kind.BID_VOIDED, Kind.BID_SEEDED, Kind.LOT_MOVED,
        Kind.AUTO_BID_SET, Kind.AUTO_BID_ENDED, Kind.AUTO_BID_REFUSED,
    ),
    Datum.REFUSED_ATTEMPTS: (
        Kind.BID_REFUSED, Kind.PACKAGE_REFUSED, Kind.BAFO_REFUSED, Kind.COMMITTEE_REFUSED, Kind.RELEASES_REFUSED,
    ),
    Datum.KEY_POLICY: (
        Kind.POLICY_FIXED, Kind.COMMITTEE_FORMED, Kind.MEMBER_KEY_ADDED, Kind.POLICY_CONFIRMED, Kind.REHEARSAL_DONE,
        Kind.COMMITTEE_REKEYED,
    ),
    Datum.CLOSE_MANIFEST: (Kind.ROUND_CLOSED,),
    Datum.RECEIVE_TIMES: (Kind.PACKAGE_RECEIVED, Kind.PACKAGE_WITHDRAWN, Kind.BAFO_RECEIVED),
    Datum.OPENING_SECRETS: (
        Kind.ENVELOPES_OPENED, Kind.RELEASES_RECEIVED, Kind.RECOVERY_ASKED, Kind.RECOVERY_GIVEN,
    ),
    Datum.CONFLICT_DECLARATIONS: (Kind.CONFLICT_DECLARED, Kind.GROUP_DECLARED),
    Datum.T_ALIASES: (Kind.ALIASES_DRAWN,),
    Datum.MARKS: (Kind.MARKS_SUBMITTED, Kind.CONSENSUS_CHANGED),
    Datum.TECHNICAL_TOTALS: (Kind.SCORES_LOCKED, Kind.SCORES_UNLOCKED, Kind.PRICES_RELEASED),
    Datum.RANKING: (
        Kind.RANKING_MADE, Kind.SHORTLIST_MADE, Kind.WHAT_IF_NOTED,
        Kind.INQUIRY_OPENED, Kind.INQUIRY_ANSWERED, Kind.INQUIRY_DECIDED, Kind.OFFER_EXCLUDED,
        Kind.SCENARIO_KEPT, Kind.SCENARIO_ADOPTED,
    ),
    Datum.CHECKPOINTS: (Kind.CHECKPOINT_SIGNED,),
    Datum.BASELINE: (Kind.BASELINE_RECORDED,),
    Datum.BUDGET: (Kind.PROJECT_PLANNED, Kind.BUDGET_RAISED),
    Datum.STAGE: (
        Kind.PROJECT_REQUESTED, Kind.PROJECT_EDITED, Kind.PROJECT_REFUSED, Kind.ATTACHMENT_ADDED,
        Kind.STAGE_MOVED, Kind.STAGE_DUE_SET, Kind.GROUP_CHANGED, Kind.EXPERTS_DRAWN,
        Kind.STAGE_OWNER_SET, Kind.MESSAGE_SENT,
    ),
    Datum.INVITED_NAMES: (Kind.INVITATION_SENT, Kind.GRADES_FROZEN),
    Datum.TAGS: (Kind.GRADES_TOLD,),
    Datum.LINK_IN_SCOPE: (Kind.IDENTITY_UNSEALED,),
    Datum.RESULT_NOTICE: (Kind.TENDER_AWARDED,),
    Datum.SIGNALS: (Kind.SIGNAL_RAISED, Kind.SIGNAL_LOOKED, Kind.DOCUMENT_REPORTED),
}  # fmt: skip
_DATUM = {kind: datum for datum, kinds in _KINDS.items() for kind in kinds}
# Nothing is shown because it was forgotten: a kind without a row, or with two, stops the program at its start.
assert sorted(_DATUM) == sorted(Kind) == sorted(kind for kinds in _KINDS.values() for kind in kinds)


def datum_of(kind: Kind) -> Datum:
    """The row of VISIBILITY.md section 6 that rules over an entry of this kind; total over the journal's kinds."""
    return _DATUM[kind]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads: the hats, what is the reader's own, and how far the tender and the entry's lot have come."""

    hats: frozenset[Role]
    # The reader's own tags, account ids and supplier chains.
    own: frozenset[str] = frozenset()
    # Phases the tender has visited; of an entry outside tenders, OUTSIDE_TENDERS.
    visited: tuple[Phase, ...] = OUTSIDE_TENDERS
    # A lot that has closed is in phase P for its own history, though another lot of the tender still runs.
    is_lot_closed: bool = False
    # C-aliases by tag, where the reader may have them.
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """An entry as one audience sees it; what is None was taken away or was never there."""

    at: datetime
    kind: Kind
    actor_role: str
    data: Mapping[str, Any]
    # The journal's numbers count the acts of others: for auditors and the buyer's side only, never for suppliers.
    chain: str | None = None
    seq: int | None = None
    hash: str | None = None
    tender: str | None = None
    round: str | None = None
    lot: str | None = None
    tag: str | None = None
    alias: str | None = None
    actor_ref: str | None = None
    # There is more, under a key outside the database.
    is_sealed: bool = False


# Facts of the round for every participant: times and texts, no counts of rivals' acts, no numbers of the journal.
_PUBLIC_FIELDS: Mapping[Kind, frozenset[str]] = {
    Kind.TENDER_PUBLISHED: frozenset({"document", "hash"}),
    Kind.TENDER_AMENDED: frozenset({"version", "document", "summary_zh", "summary_en", "hash"}),
    Kind.TENDER_CANCELLED: frozenset(),
    Kind.TENDER_UNSUCCESSFUL: frozenset(),
    Kind.RESPONSE_EXTENDED: frozenset({"from", "to"}),
    Kind.RESPONSE_CLOSED: frozenset(),
    Kind.BROADCAST_SENT: frozenset({"zh", "en"}),
    Kind.LOT_OPENED: frozenset({"opens_at", "closes_at"}),
    Kind.LOT_EXTENDED: frozenset({"from", "to", "n"}),
    Kind.LOT_EXTENDED_BY_HAND: frozenset({"from", "to", "reason"}),
    Kind.LOT_PAUSED: frozenset({"reason_code", "reason", "left_ms"}),
    Kind.LOT_RESUME_SET: frozenset({"resume_at"}),
    Kind.LOT_RESUMED: frozenset({"closes_at"}),
    Kind.LOT_CLOSED: frozenset({"closes_at"}),
    Kind.LOT_CANCELLED: frozenset(),
    Kind.ROUND_CLOSED: frozenset({"closes_at", "manifest"}),
    Kind.POLICY_FIXED: frozenset({"policy", "digest"}),
    Kind.ROUND_OPENED: frozenset({"opens_at", "closes_at"}),
    Kind.ROUND_EXTENDED: frozenset({"from", "to", "reason"}),
    Kind.TENDER_AWARDED: frozenset(),
    Kind.ANSWER_PUBLISHED: frozenset({"text", "zh", "en"}),
}

# A bidder's own acts: own numbers only; `n` would count the bids of rivals.
_OWN_FIELDS: Mapping[Kind, frozenset[str]] = {
    Kind.BID_ACCEPTED: frozenset({"bid_id", "amount", "received_at", "own_before", "auto"}),
    Kind.AUTO_BID_SET: frozenset({"commitment"}),
    Kind.AUTO_BID_ENDED: frozenset({"commitment", "state"}),
    Kind.AUTO_BID_REFUSED: frozenset({"code"}),
    Kind.BID_REFUSED: frozenset({"bid_id", "sent", "code", "detail", "received_at"}),
    Kind.BID_VOIDED: frozenset(),
    Kind.BID_SEEDED: frozenset({"amount"}),
    Kind.PACKAGE_RECEIVED: frozenset({"rev", "package", "received_at", "envelopes"}),
    Kind.PACKAGE_WITHDRAWN: frozenset({"rev", "received_at"}),
    Kind.PACKAGE_REFUSED: frozenset({"code", "received_at", "package"}),
    Kind.PEN_TAKEN: frozenset({"was_free"}),
    Kind.BID_REPORTED: frozenset({"slip"}),
    Kind.INVITATION_ACCEPTED: frozenset({"version"}),
    Kind.INVITATION_DECLINED: frozenset({"version"}),
    Kind.INVITATION_REFUSED: frozenset({"code"}),
}

# The buyer's side by alias: amounts; neither receive times (d14) nor the bidder's own ids.
_ALIAS_FIELDS: Mapping[Kind, frozenset[str]] = {
    Kind.BID_ACCEPTED: frozenset({"amount", "n"}),
    Kind.BID_VOIDED: frozenset({"n"}),
    Kind.BID_SEEDED: frozenset({"amount", "n"}),
    Kind.RANKING_MADE: frozenset({"lot", "rows", "digest"}),
    Kind.SHORTLIST_MADE: frozenset({"lot", "labels", "digest"}),
    Kind.WHAT_IF_NOTED: frozenset({"stamp", "lot", "change", "first", "shortlist", "text"}),
    Kind.INQUIRY_OPENED: frozenset({"lot", "label", "tests", "question", "due_at"}),
    Kind.INQUIRY_ANSWERED: frozenset({"lot", "label", "answer"}),
    Kind.INQUIRY_DECIDED: frozenset({"lot", "label", "verdict", "reason"}),
    Kind.OFFER_EXCLUDED: frozenset({"lot", "label", "reason"}),
    # Without the constraints: a budget among them is not for everyone who reads the ranking (VISIBILITY.md d59).
    Kind.SCENARIO_KEPT: frozenset({"scenario", "digest"}),
    Kind.SCENARIO_ADOPTED: frozenset({"scenario", "digest", "award"}),
}


def view(entry: Entry, audience: Audience) -> View | None:
    """The entry as this audience may see it, or None (VISIBILITY.md section 6; whatever is not listed is denied)."""
    if Role.AUDITOR in audience.hats and _may_auditor_read(entry, audience):
        return _for_auditor(entry, audience)
    if Role.SUPPLIER in audience.hats:
        return _for_supplier(entry, audience)
    # The auditor's own door was tried above; what it refused must not come back through the buyer's.
    return _for_buyer(entry, replace(audience, hats=audience.hats - {Role.AUDITOR}))


def _datum(entry: Entry) -> Datum:
    datum = datum_of(entry.kind)
    is_by_supplier = entry.actor_role == Role.SUPPLIER.value
    return Datum.SUPPLIER_ENTRIES if is_by_supplier and datum is Datum.STAFF_ENTRIES else datum


def _phases(entry: Entry, audience: Audience) -> tuple[Phase, ...]:
    # An order stands in no tender: there is one only after an award, so what follows from it is read as filed (d62).
    if entry.tender is None and _datum(entry) is Datum.DELIVERIES:
        return (*audience.visited, Phase.FILED)
    return (*audience.visited, Phase.PRICES) if entry.lot is not None and audience.is_lot_closed else audience.visited


def _may_auditor_read(entry: Entry, audience: Audience) -> bool:
    return may_see((Role.AUDITOR,), _phases(entry, audience), _datum(entry))


def _for_auditor(entry: Entry, audience: Audience) -> View:
    phases = _phases(entry, audience)
    shows_tags = may_see(audience.hats, phases, Datum.TAGS)
    # A refused attempt is known while its lot runs (d15); its numbers are amounts of a running lot (d37) and wait.
    is_running = entry.kind is Kind.BID_REFUSED and not may_see({Role.AUDITOR}, phases, Datum.LIVE_HISTORY)
    return View(
        at=entry.at,
        kind=entry.kind,
        actor_role=entry.actor_role,
        data=_only(entry.data, frozenset({"code"})) if is_running else entry.data,
        chain=entry.chain,
        seq=entry.seq,
        hash=entry.hash,
        tender=entry.tender,
        round=entry.round,
        lot=entry.lot,
        tag=entry.tag if shows_tags else None,
        alias=audience.aliases.get(entry.tag or "") if shows_tags else None,
        actor_ref=entry.actor_ref,
        is_sealed=entry.sealed is not None,
    )


def _is_own(entry: Entry, audience: Audience) -> bool:
    return bool({entry.tag, entry.actor_ref, entry.chain} & audience.own)


def _for_supplier(entry: Entry, audience: Audience) -> View | None:
    if _is_own(entry, audience):
        fields = _OWN_FIELDS.get(entry.kind, frozenset())
    elif entry.kind in _PUBLIC_FIELDS and may_see({Role.SUPPLIER}, audience.visited, datum_of(entry.kind)):
        fields = _PUBLIC_FIELDS[entry.kind]
    else:
        return None
    return View(
        at=entry.at,
        kind=entry.kind,
        actor_role=entry.actor_role,
        data=_only(entry.data, fields),
        tender=entry.tender,
        round=entry.round,
        lot=entry.lot,
    )


def _for_buyer(entry: Entry, audience: Audience) -> View | None:
    found = modes(audience.hats, _phases(entry, audience), _datum(entry))
    is_own_act = Mode.OWN in found and _is_own(entry, audience)
    # What the relay has let through is already redacted (d47).
    is_relayed = Mode.REDACTED in found and _datum(entry) is Datum.REDACTED_QUESTION
    if Mode.FULL in found or is_relayed or is_own_act:
        data, alias, at = entry.data, None, entry.at
    elif Mode.BY_ALIAS in found:
        data = _only(entry.data, _ALIAS_FIELDS.get(entry.kind, frozenset()))
        # Chart times are rounded to the second (VISIBILITY.md section 3, "time").
        alias, at = audience.aliases.get(entry.tag or ""), entry.at.replace(microsecond=0)
    else:
        return None
    return View(
        at=at,
        kind=entry.kind,
        actor_role=entry.actor_role,
        data=data,
        tender=entry.tender,
        round=entry.round,
        lot=entry.lot,
        alias=alias,
        # The staff's own references; a supplier's actor is sealed in the entry itself.
        actor_ref=entry.actor_ref if may_see(audience.hats, audience.visited, Datum.STAFF_NAMES) else None,
        is_sealed=False,
    )


def _only(data: Mapping[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name in fields}
