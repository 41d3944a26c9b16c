"""Unlocking locked scores: two persons, a reason, and only while no price has been opened (ACCESS.md section 3).

In server custody the prices open on the lock itself (SEALING.md section 3), so the time for it is short: until the next
turn of the service, or while the opening waits, as for bidders' own copies of altered bytes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.domain.approving import SHORTEST_REASON
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal


def decide_unlock(*, is_chair: bool, is_locked: bool, is_price_open: bool, reason: str) -> Refusal | None:
    """Whether the chair may ask for it. Refuses NOT_ALLOWED_HERE for anyone else, NOT_LOCKED, TOO_LATE once a price was
    opened, REASON_MISSING."""
    if not is_chair:
        return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "chair"})
    if not is_locked:
        return Refusal(Code.NOT_LOCKED)
    if is_price_open:
        return Refusal(Code.TOO_LATE, {"rule": "prices_opened"})
    if len(reason.strip()) < SHORTEST_REASON:
        return Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)})
    return None


def unlock_change(tender_id: str, locked_at: datetime, reason: str) -> dict[str, Any]:
    """What the approver signs. It names the lock by its time: by the digest of a few scores they could be guessed, and
    the approver may not know them yet (VISIBILITY.md d40)."""
    return {"tender": tender_id, "locked_at": instant_text(locked_at), "reason": reason}
