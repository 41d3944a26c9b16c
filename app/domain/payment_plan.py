"""The milestones that follow from a contract: what its payment terms say, as days and amounts.

The shares are those of domain/payment_terms: they add up to the price to the last cent.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT, format_amount
from app.domain.paying import MilestoneKind, Terms, decide_amount, decide_days
from app.domain.payment_terms import Issues, PartKind, present_value
from app.domain.refusals import Code, Refusal

MOST_MILESTONES: Final = 24
_KINDS: Final = {
    PartKind.PREPAYMENT: MilestoneKind.PREPAYMENT,
    PartKind.MAIN: MilestoneKind.DELIVERY,
    PartKind.RETENTION: MilestoneKind.RETENTION,
}


def milestones_of(total: Decimal, issues: Issues, signed_on: date, *, digits: int) -> list[Terms]:
    """Prepayment with the signature, the main payment with its credit after delivery, the retention when it ends.

    Precondition: `total` fits `digits`. The days of a draft are the bank's: the buyer's last day is that of the credit.
    """
    delivered = signed_on + timedelta(days=issues.delivery_days)
    days = {
        PartKind.PREPAYMENT: (signed_on, 0),
        PartKind.MAIN: (delivered, issues.credit_days),
        PartKind.RETENTION: (delivered + timedelta(days=issues.retention_days), 0),
    }
    parts = present_value(total, issues, rate=Decimal(0), digits=digits).parts
    return [Terms(_KINDS[each.kind], each.amount, *days[each.kind]) for each in parts]


def decide_plan(plan: Sequence[Terms], *, planned: Decimal, total: Decimal, digits: int, today: date) -> Refusal | None:
    """Refuse a plan of nothing or of too many parts, a part that could not be one, and one that with what is `planned`
    already comes to more or less than the contract (SUM_DIFFERS)."""
    if not 0 < len(plan) <= MOST_MILESTONES:
        return Refusal(Code.OUT_OF_RANGE, {"field": "milestones", "most": str(MOST_MILESTONES)})
    whole = planned
    for each in plan:
        refusal = decide_amount(each.amount, digits) or decide_days(each.falls_on, each.credit_days, today)
        if refusal is not None:
            return refusal
        whole = EXACT.add(whole, each.amount)
    if whole == total:
        return None
    return Refusal(Code.SUM_DIFFERS, {"sum": format_amount(whole, digits), "total": format_amount(total, digits)})
