"""Kinds of notices. Texts are generic: no names of bidders, no amounts (VISIBILITY.md section 3, "notices")."""

from enum import StrEnum


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
    RESULT_AVAILABLE = "result_available"
    DECISION_RETURNED = "decision_returned"
    SUPPLIER_CERTIFIED = "supplier_certified"
    SUPPLIER_SUSPENDED = "supplier_suspended"
    SUPPLIER_REINSTATED = "supplier_reinstated"
    APPROVAL_WAITING = "approval_waiting"
    APPROVAL_DECIDED = "approval_decided"
    TOO_FEW_BIDDERS = "too_few_bidders"
    RANKING_READY = "ranking_ready"
