"""What this room does when a proposal of its kinds is approved or refused, inside the approval's transaction."""

from collections.abc import Mapping

from app.approvals.store import Effect
from app.domain.approving import ProposalKind
from app.suppliers.applying import admit
from app.suppliers.certifying import certify, drop_certification
from app.suppliers.suspending import reinstate, suspend

EFFECTS: Mapping[ProposalKind, Effect] = {
    ProposalKind.CERTIFY: certify,
    ProposalKind.SUSPEND: suspend,
    ProposalKind.REINSTATE: reinstate,
    ProposalKind.ADMIT: admit,
}

REFUSED_EFFECTS: Mapping[ProposalKind, Effect] = {ProposalKind.CERTIFY: drop_certification}
