"""Shapes of approvals on the wire."""

from typing import Any

from app.domain.approving import ProposalKind, ProposalState, Verdict
from app.infra.web import InstantText, LongText, StrictModel


class ProposalView(StrictModel):
    """A proposal as its approver, proposer or auditor sees it."""

    id: str
    kind: ProposalKind
    subject_kind: str
    subject_id: str
    tender_id: str | None
    summary: dict[str, Any]
    change: dict[str, Any]
    change_hash: str
    state: ProposalState
    proposed_at: InstantText
    expires_at: InstantText
    proposer_role: str
    is_mine: bool
    can_decide: bool
    decided_at: InstantText | None
    reason: str | None


class DecideProposal(StrictModel):
    """The second person's word; a refusal needs a reason."""

    verdict: Verdict
    reason: LongText = ""
