"""Bidder-assisted opening: more keys are lost than the committee can spare, after the close. SEALING.md section 6.

Two persons begin it. Every bidder whose envelope is due is asked for that envelope's secret within one window; what is
given must fit the envelope's commitment, so nobody can give another secret than the one that was sealed with. Nothing
is opened before all have answered or the window has ended: whoever answers late knows no more than whoever was first.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.approving import SHORTEST_REASON
from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import Envelope, context
from app.domain.sealing.package import Binding
from app.domain.sealing.suite import KEY_BYTES, hkdf

# S||V.
SECRET_BYTES: Final = 2 * KEY_BYTES


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an opening stands when bidders are to be asked: what is due, and what members have released of it."""

    envelope: str | None
    has_committee: bool
    # k members have released everything that is due: it opens without the bidders.
    is_quorate: bool
    is_asked: bool


def decide_recovery(found: Standing, reason: str) -> Refusal | None:
    """Refuse to ask the bidders where nothing is due (NOT_CLOSED), in another custody, a second time, or while the
    members' releases are enough (NOT_ALLOWED_HERE); and without a reason (REASON_MISSING)."""
    if not found.has_committee:
        return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "custody"})
    if found.envelope is None:
        return Refusal(Code.NOT_CLOSED)
    if found.is_asked or found.is_quorate:
        return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "asked" if found.is_asked else "quorum"})
    if len(reason.strip()) < SHORTEST_REASON:
        return Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)})
    return None


def recovery_change(round_id: str, envelope: str, reason: str) -> dict[str, str]:
    """The exact change that a second person approves."""
    return {"round": round_id, "envelope": envelope, "reason": reason}


def decide_secret(
    binding: Binding, envelope: Envelope, secret: bytes, *, now: datetime, ends_at: datetime
) -> Refusal | None:
    """Refuse a secret after the window (TOO_LATE), and one that the envelope is not committed to (RELEASE_FALSE)."""
    if now >= ends_at:
        return Refusal(Code.TOO_LATE, {"rule": "window"})
    if not is_committed(binding, envelope, secret):
        return Refusal(Code.RELEASE_FALSE)
    return None


def is_committed(binding: Binding, envelope: Envelope, secret: bytes) -> bool:
    """Whether this is the secret that its bidder bound the envelope to."""
    if len(secret) != SECRET_BYTES:
        return False
    commit = hkdf(secret, f"commit|{context(binding, envelope.kind)}")
    return hmac.compare_digest(commit, envelope.commit)


def is_answered(due: Collection[str], given: Collection[str], *, now: datetime, ends_at: datetime) -> bool:
    """Whether the envelopes open now by the bidders' secrets: all are there, or nobody is waited for any more."""
    return now >= ends_at or set(due) <= set(given)
