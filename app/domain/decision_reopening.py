"""Reopening a decision after the names were unsealed: one person asks, two others of two roles agree.

Serves VISIBILITY.md section 2: after the unsealing a decision cannot change without `decision.reopened` (approver and
auditor, reason, all bidders told). The approver speaks first; the same change then waits for the auditor.
"""

from collections.abc import Sequence
from typing import Any, Final

from app.domain.approving import ProposalKind
from app.domain.awarding import DecisionState
from app.domain.refusals import Code, Refusal
from app.domain.tendering import TenderState

SHORTEST_REASON: Final = 10
# In the order in which they speak.
WORDS: Final = (ProposalKind.REOPEN, ProposalKind.REOPEN_AUDIT)


def may_reopen(state: TenderState, decision: DecisionState | None) -> bool:
    """Whether there is something to reopen: an award by names; before, a decision is returned or proposed again."""
    return state is TenderState.AWARDED and decision is DecisionState.APPROVED


def decide_reopening(
    *,
    state: TenderState,
    decision: DecisionState | None,
    reason: str,
    is_pending: bool = False,
    bound: str | None = None,
) -> Refusal | None:
    """Whether a decision may be put up for reopening. Refuses NOT_ALLOWED_HERE where there is nothing to reopen,
    ALREADY_DECIDED where something binds (see bound_by), PENDING, REASON_MISSING below ten characters."""
    if not may_reopen(state, decision):
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value})
    if bound is not None:
        return Refusal(Code.ALREADY_DECIDED, {"rule": bound})
    if is_pending:
        return Refusal(Code.PENDING)
    is_short = len(reason.strip()) < SHORTEST_REASON
    return Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)}) if is_short else None


def bound_by(*, signatures: int, milestones: int) -> str | None:
    """What makes an award final: somebody's signature under its contract, or a payment milestone. None before."""
    if signatures > 0:
        return "contract"
    return "payments" if milestones > 0 else None


def reopen_change(decision_id: str, digest: str, reason: str) -> dict[str, Any]:
    """The exact change that approver and auditor both agree to: which decision is open again, and why."""
    return {"decision": decision_id, "digest": digest, "reason": reason}


def decide_three_persons(people: Sequence[str | None]) -> Refusal | None:
    """Whoever asked, the approver and the auditor are three persons. Refuses NEEDS_SECOND_PERSON, SAME_PERSON."""
    if None in people or len(people) <= len(WORDS):
        return Refusal(Code.NEEDS_SECOND_PERSON)
    return None if len(set(people)) == len(people) else Refusal(Code.SAME_PERSON)
