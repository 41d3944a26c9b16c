"""What an approval does to a project; main.py puts the rooms' effects together."""

from collections.abc import Mapping

from app.approvals.store import Effect
from app.demand.moving import approve_project, refuse_project
from app.demand.raising import raise_budget, refuse_raise
from app.domain.approving import ProposalKind

EFFECTS: Mapping[ProposalKind, Effect] = {ProposalKind.PROJECT: approve_project, ProposalKind.BUDGET: raise_budget}
REFUSED_EFFECTS: Mapping[ProposalKind, Effect] = {
    ProposalKind.PROJECT: refuse_project,
    ProposalKind.BUDGET: refuse_raise,
}
