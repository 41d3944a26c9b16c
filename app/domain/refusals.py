"""Refusals: a rule said no. A value with a code, the same on every wire (WORDS.md section 4, LIVE.md section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.money import AmountFault


class Code(StrEnum):
    """Every code a rule may refuse with. One list for HTTP, websocket, command line and journal."""

    # Live bids (LIVE.md).
    STEP_TOO_SMALL = "STEP_TOO_SMALL"
    NOT_A_MULTIPLE = "NOT_A_MULTIPLE"
    ABOVE_CEILING = "ABOVE_CEILING"
    ABOVE_START = "ABOVE_START"
    PRECISION = "PRECISION"
    NOT_AN_AMOUNT = "NOT_AN_AMOUNT"
    CHANGE_LIMIT = "CHANGE_LIMIT"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    STALE_QUOTE = "STALE_QUOTE"
    LOT_NOT_OPEN = "LOT_NOT_OPEN"
    LOT_PAUSED = "LOT_PAUSED"
    LOT_CLOSED = "LOT_CLOSED"
    NOT_INVITED = "NOT_INVITED"
    NOT_PEN_HOLDER = "NOT_PEN_HOLDER"
    DUPLICATE_ID = "DUPLICATE_ID"
    SLOW_DOWN = "SLOW_DOWN"
    NOT_YOUR_TURN = "NOT_YOUR_TURN"
    OUT = "OUT"
    # Timetable of a live lot.
    NOT_LATER = "NOT_LATER"
    PAST_HARD_STOP = "PAST_HARD_STOP"
    NOT_PAUSED = "NOT_PAUSED"
    # Acts of a person on a live round (SCREENS.md CK-07, CK-12).
    LEAK = "LEAK"
    WRONG_CALL_CODE = "WRONG_CALL_CODE"
    NO_LOT_LEFT = "NO_LOT_LEFT"
    # Sealed packages (SEALING.md); used from the sealed half on.
    NOT_SEALED = "NOT_SEALED"
    WRONG_BINDING = "WRONG_BINDING"
    TOO_LARGE = "TOO_LARGE"
    LATE = "LATE"
    REVISION_CONFLICT = "REVISION_CONFLICT"
    NOT_CLOSED = "NOT_CLOSED"
    NOT_LOCKED = "NOT_LOCKED"
    # Opening committees (SEALING.md 2 and 6).
    WRONG_COMMITTEE = "WRONG_COMMITTEE"
    COMMITTEE_NOT_READY = "COMMITTEE_NOT_READY"
    COMMITTEE_FIXED = "COMMITTEE_FIXED"
    NOT_A_POINT = "NOT_A_POINT"
    KEY_TAKEN = "KEY_TAKEN"
    NOT_PROVEN = "NOT_PROVEN"
    OTHER_POLICY = "OTHER_POLICY"
    RELEASE_FALSE = "RELEASE_FALSE"
    RELEASE_MISSING = "RELEASE_MISSING"
    RELEASED_ALREADY = "RELEASED_ALREADY"
    CUSTODY_TOO_LOW = "CUSTODY_TOO_LOW"
    QUORUM_MISSING = "QUORUM_MISSING"
    ROUND_NOT_OPEN = "ROUND_NOT_OPEN"
    NO_PACKAGE = "NO_PACKAGE"
    UPLOAD_INCOMPLETE = "UPLOAD_INCOMPLETE"
    QUOTA_REACHED = "QUOTA_REACHED"
    # Four eyes (ACCESS.md section 3).
    NEEDS_SECOND_PERSON = "NEEDS_SECOND_PERSON"
    SAME_PERSON = "SAME_PERSON"
    CHANGED_SINCE = "CHANGED_SINCE"
    EXPIRED = "EXPIRED"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    REASON_MISSING = "REASON_MISSING"
    # Who somebody is, and what excludes what (ACCESS.md sections 1 and 2).
    SECOND_FACTOR_NEEDED = "SECOND_FACTOR_NEEDED"
    STEP_UP_NEEDED = "STEP_UP_NEEDED"
    WRONG_PROOF = "WRONG_PROOF"
    LAST_SECOND_FACTOR = "LAST_SECOND_FACTOR"
    EXCLUSIVE_ROLES = "EXCLUSIVE_ROLES"
    RELATED_PARTY = "RELATED_PARTY"
    # Suppliers.
    NOT_CERTIFIED = "NOT_CERTIFIED"
    CERTIFICATION_EXPIRED = "CERTIFICATION_EXPIRED"
    SUPPLIER_SUSPENDED = "SUPPLIER_SUSPENDED"
    NOT_SUSPENDED = "NOT_SUSPENDED"
    WRONG_CATEGORY = "WRONG_CATEGORY"
    # What a representative may not do for its supplier.
    RIGHT_MISSING = "RIGHT_MISSING"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    WEIGHTS_NOT_100 = "WEIGHTS_NOT_100"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    BAD_CREDIT_CODE = "BAD_CREDIT_CODE"
    # Tenders.
    FROZEN = "FROZEN"
    INCOMPLETE = "INCOMPLETE"
    TOO_LATE = "TOO_LATE"
    TOO_EARLY = "TOO_EARLY"
    TOO_FEW_BIDDERS = "TOO_FEW_BIDDERS"
    AMENDED = "AMENDED"
    NOT_ALLOWED_HERE = "NOT_ALLOWED_HERE"
    PENDING = "PENDING"
    # Blind marks (SCORING.md section 2).
    NOT_DECLARED = "NOT_DECLARED"
    RECUSED = "RECUSED"
    NOT_A_MARK = "NOT_A_MARK"
    COMMENT_MISSING = "COMMENT_MISSING"
    MARKS_MISSING = "MARKS_MISSING"
    # Tables of points and score sheets (SCORING.md section 1).
    GAP = "GAP"
    OVERLAP = "OVERLAP"
    MIXED_CURRENCIES = "MIXED_CURRENCIES"
    # Split awards (SCORING.md section 3).
    MIXED_UNITS = "MIXED_UNITS"
    SPLIT_NOT_ANNOUNCED = "SPLIT_NOT_ANNOUNCED"
    NO_SOLUTION = "NO_SOLUTION"
    LOCKED = "LOCKED"
    # A payment plan that comes to more or less than its contract.
    SUM_DIFFERS = "SUM_DIFFERS"
    # Decision.
    NOT_RANKED = "NOT_RANKED"
    NOT_DECIDED = "NOT_DECIDED"
    UNKNOWN_LABEL = "UNKNOWN_LABEL"
    INQUIRY_DUE = "INQUIRY_DUE"
    # Webhooks.
    ADDRESS_NOT_ALLOWED = "ADDRESS_NOT_ALLOWED"
    TOO_MANY_ADDRESSES = "TOO_MANY_ADDRESSES"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a rule answers instead of doing the act.

    ``detail`` holds the sender's own numbers, the published rule and what would be accepted;
    never anything about another bidder or a secret price (VISIBILITY.md section 3, "error text").
    """

    code: Code
    detail: Mapping[str, str] = field(default_factory=dict)


def not_an_amount(fault: AmountFault, scale: int) -> Refusal:
    """The refusal of a text that is no amount at the lot's scale: too precise, or none at all."""
    code = Code.PRECISION if fault is AmountFault.PRECISION else Code.NOT_AN_AMOUNT
    return Refusal(code, {"scale": str(scale)})
