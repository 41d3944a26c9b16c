"""Shapes of approvals on the wire."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.domain.approving import ProposalKind, ProposalState, Verdict
from app.domain.visibility import Role
from app.infra.web import InstantText, LongText, StrictModel


class DifferenceView(StrictModel):
    """One place of the change that is not what it was in the version before."""

    path: str
    before: str
    after: str


class EarlierView(StrictModel):
    """What was proposed before about the same thing, what came of it, and what is different now."""

    state: ProposalState
    proposed_at: InstantText
    reason: str | None
    differences: list[DifferenceView]
    # How many more there are than are listed.
    left_out: int


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
    # False where another person is named to approve it: this reader can only give it back.
    may_approve: bool
    decided_at: InstantText | None
    reason: str | None
    # Only where one proposal is read.
    earlier: EarlierView | None = None


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


class HandOverTasks(StrictModel):
    """Whose address takes over the tasks of which role, from which day to which, both counted."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]
    duty: Literal["requester", "purchaser", "approver"]
    starts_on: date
    ends_on: date


class DelegationView(StrictModel):
    """Tasks given or taken; `other` is the name of whoever stands on the other side."""

    id: str
    duty: Role
    is_given: bool
    other: str
    starts_on: date
    ends_on: date
    state: Literal["planned", "in_force", "over", "taken_back"]
