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
    SUPPLIER_CERTIFIED = "supplier_certified"
    SUPPLIER_SUSPENDED = "supplier_suspended"
    SUPPLIER_REINSTATED = "supplier_reinstated"
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
    ANSWERS_PUBLISHED = "answers_published"


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
