"""Kinds of notices. Texts are generic: no names of bidders, no amounts (VISIBILITY.md section 3, "notices")."""

from enum import StrEnum
from typing import Final


class NoticeKind(StrEnum):
    """Every notice the service sends; each has a template in both languages."""

    INVITATION = "invitation"
    TENDER_AMENDED = "tender_amended"
    TENDER_CANCELLED = "tender_cancelled"
    TENDER_UNSUCCESSFUL = "tender_unsuccessful"
    RESPONSE_EXTENDED = "response_extended"
    RESPONSE_REMINDER = "response_reminder"
    ROUND_SOON = "round_soon"
    ROUND_OPEN = "round_open"
    LOT_PAUSED = "lot_paused"
    LOT_RESUMED = "lot_resumed"
    LOT_CLOSED = "lot_closed"
    BID_VOIDED = "bid_voided"
    ERROR_REPORTED = "error_reported"
    ERROR_DECIDED = "error_decided"
    LOT_CANCELLED = "lot_cancelled"
    RESULT_AVAILABLE = "result_available"
    DECISION_RETURNED = "decision_returned"
    DECISION_REOPENED = "decision_reopened"
    REOPENING_REFUSED = "reopening_refused"
    SUPPLIER_CERTIFIED = "supplier_certified"
    SUPPLIER_SUSPENDED = "supplier_suspended"
    SUPPLIER_REINSTATED = "supplier_reinstated"
    APPLICATION_WAITING = "application_waiting"
    APPLICATION_REFUSED = "application_refused"
    CERTIFICATION_EXPIRING = "certification_expiring"
    EVIDENCE_EXPIRING = "evidence_expiring"
    FINDING_RECORDED = "finding_recorded"
    ACTION_REPORTED = "action_reported"
    ACTION_DECIDED = "action_decided"
    APPEAL_WAITING = "appeal_waiting"
    APPEAL_DECIDED = "appeal_decided"
    ACTION_OVERDUE = "action_overdue"
    SUPPLIER_ACTION_OVERDUE = "supplier_action_overdue"
    CERTIFICATION_LAPSED = "certification_lapsed"
    QUESTIONNAIRE_WAITING = "questionnaire_waiting"
    REPRESENTATIVE_JOINED = "representative_joined"
    PERFORMANCE_REVIEWED = "performance_reviewed"
    PERFORMANCE_REPLIED = "performance_replied"
    APPROVAL_WAITING = "approval_waiting"
    APPROVAL_DECIDED = "approval_decided"
    TOO_FEW_BIDDERS = "too_few_bidders"
    RANKING_READY = "ranking_ready"
    SEALED_ROUND_OPEN = "sealed_round_open"
    SEALED_ROUND_EXTENDED = "sealed_round_extended"
    SEALED_ROUND_CLOSED = "sealed_round_closed"
    PANEL_INVITATION = "panel_invitation"
    MARKS_DUE = "marks_due"
    SCORES_LOCKED = "scores_locked"
    SCORES_UNLOCKED = "scores_unlocked"
    SHORTLIST_PROPOSED = "shortlist_proposed"
    SHORTLIST_READY = "shortlist_ready"
    INQUIRY_SENT = "inquiry_sent"
    INQUIRY_ANSWERED = "inquiry_answered"
    NAMES_INVESTIGATED = "names_investigated"
    QUESTIONS_WAITING = "questions_waiting"
    QUESTIONS_HELD = "questions_held"
    DOCUMENTS_HELD = "documents_held"
    ANSWERS_PUBLISHED = "answers_published"
    NEGOTIATION_OPENED = "negotiation_opened"
    NEGOTIATION_MOVED = "negotiation_moved"
    MANDATE_WAITING = "mandate_waiting"
    MANDATE_SET = "mandate_set"
    CONTRACT_READY = "contract_ready"
    CONTRACT_RETURNED = "contract_returned"
    CONTRACT_SIGNED = "contract_signed"
    PAYMENT_DUE = "payment_due"
    PAYMENT_OVERDUE = "payment_overdue"
    PAYMENT_MADE = "payment_made"
    PAYMENT_DISPUTED = "payment_disputed"
    PAYMENT_SETTLED = "payment_settled"
    INVOICE_ENTERED = "invoice_entered"
    PROJECT_WAITING = "project_waiting"
    PROJECT_RETURNED = "project_returned"
    PROJECT_APPROVED = "project_approved"
    PROJECT_STOPPED = "project_stopped"
    GROUP_INVITATION = "group_invitation"
    STAGE_DUE = "stage_due"
    STAGE_GIVEN = "stage_given"
    MESSAGE_WAITING = "message_waiting"
    TASKS_HANDED = "tasks_handed"
    WEBHOOK_FAILED = "webhook_failed"


# What a representative away from the screen must know at once: these go out as text messages too, where wanted.
TEXTED: Final = frozenset(
    {
        NoticeKind.ROUND_SOON,
        NoticeKind.ROUND_OPEN,
        NoticeKind.LOT_PAUSED,
        NoticeKind.LOT_RESUMED,
        NoticeKind.LOT_CLOSED,
        NoticeKind.LOT_CANCELLED,
        NoticeKind.BID_VOIDED,
    }
)
