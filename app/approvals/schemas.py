"""Shapes of approvals on the wire."""

from typing import Annotated, Any

from pydantic import Field

from app.domain.approving import ProposalKind, ProposalState, Verdict
from app.domain.visibility import Role
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


class ChangeRoles(StrictModel):
    """The roles a colleague is to have."""

    roles: Annotated[list[Role], Field(max_length=6)]


class GrantedView(StrictModel):
    """Whose account; with a proposal, the roles wait for an auditor."""

    id: str
    proposal_id: str | None
